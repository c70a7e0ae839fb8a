//! Reading a mail to its text units, beside the readers that other projects use on the same bytes.
//!
//! Each reads the whole message and decodes every part. Sealwax also tells formats apart, draws out the text of
//! attachments, names anomalies, and looks for encoded content that no header declares.
#![allow(missing_docs, reason = "the macros make public functions")]

use std::hint::black_box;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use mailparse::ParsedMail;
use sealwax::message::{Limits, Message};
use sealwax_benches::mime;
use sealwax_benches::{MAIL_SIZES, label, mail};

fn parse(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("parse");
    for size in MAIL_SIZES {
        readers(&mut group, &label(size), &mail(size));
    }
    readers(&mut group, "HTML, 40 kB", &mime::newsletter(40_000));
    readers(&mut group, "picture, 200 kB", &mime::with_picture(200_000));
    readers(&mut group, "picture, 10 MB", &mime::with_picture(10_000_000));
    group.finish();
}

fn readers(group: &mut BenchmarkGroup<'_, WallTime>, name: &str, mail: &[u8]) {
    group.throughput(Throughput::Bytes(mail.len() as u64));
    let mut bench = |reader: &str, read: fn(&[u8]) -> usize| {
        group.bench_with_input(BenchmarkId::new(reader, name), mail, |bencher, mail| {
            bencher.iter(|| read(black_box(mail)));
        });
    };
    bench("memchr", |mail| memchr::memchr(0, mail).unwrap_or_default());
    bench("mail-parser", |mail| {
        mail_parser::MessageParser::default()
            .parse(mail)
            .map_or(0, |message| message.parts.len())
    });
    bench("mailparse", |mail| {
        mailparse::parse_mail(mail).map_or(0, |mail| decoded_bytes(&mail))
    });
    bench("sealwax", |mail| Message::parse(mail, &Limits::default()).units().len());
}

/// Decodes each part, which `mailparse` leaves until it is asked: text to UTF-8, all else to bytes.
fn decoded_bytes(mail: &ParsedMail<'_>) -> usize {
    let own = if mail.ctype.mimetype.starts_with("text/") {
        mail.get_body().map_or(0, |text| text.len())
    } else if mail.subparts.is_empty() {
        mail.get_body_raw().map_or(0, |bytes| bytes.len())
    } else {
        0
    };
    own + mail.subparts.iter().map(decoded_bytes).sum::<usize>()
}

criterion_group!(benches, parse);
criterion_main!(benches);
