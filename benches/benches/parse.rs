//! Reading a mail to its text units.
#![allow(missing_docs, reason = "the macros make public functions")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use sealwax::message::{Limits, Message};
use sealwax_benches::{MAIL_SIZES, label, mail};

fn parse(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("parse");
    for size in MAIL_SIZES {
        let mail = mail(size);
        group.throughput(Throughput::Bytes(mail.len() as u64));
        group.bench_with_input(BenchmarkId::new("memchr", label(size)), &mail, |bencher, mail| {
            bencher.iter(|| memchr::memchr(0, black_box(mail)));
        });
        group.bench_with_input(BenchmarkId::new("plain mail", label(size)), &mail, |bencher, mail| {
            bencher.iter(|| Message::parse(black_box(mail), &Limits::default()));
        });
    }
    group.finish();
}

criterion_group!(benches, parse);
criterion_main!(benches);
