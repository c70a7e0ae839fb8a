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
use sealwax_benches::Corpus;
use sealwax_benches::picture::with_picture;

fn parse(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("parse");
    for corpus in Corpus::each(&["raw", "html"]) {
        readers(&mut group, &corpus.about(1_000_000));
    }
    for (name, size) in [("picture, 200 kB", 200_000), ("picture, 10 MB", 10_000_000)] {
        let mail = String::from_utf8_lossy(&with_picture(size)).into_owned();
        readers(&mut group, &Corpus::of(name, [mail]));
    }
    group.finish();
}

fn readers(group: &mut BenchmarkGroup<'_, WallTime>, corpus: &Corpus) {
    group.throughput(Throughput::Bytes(corpus.bytes() as u64));
    let mut bench = |reader: &str, read: fn(&[u8]) -> usize| {
        group.bench_with_input(BenchmarkId::new(reader, corpus.name()), corpus, |bencher, corpus| {
            bencher.iter(|| {
                for mail in corpus.pieces() {
                    black_box(read(mail.as_bytes()));
                }
            });
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
