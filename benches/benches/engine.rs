//! The whole way of a mail: read, fold, scan, classify, and decide.
#![allow(missing_docs, reason = "the macros make public functions")]
#![expect(clippy::unwrap_used, reason = "a bench may stop")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use sealwax::{Engine, Timestamp, Transaction};
use sealwax_benches::{MAIL_SIZES, label, mail};

fn engine(criterion: &mut Criterion) {
    let engine = Engine::with_profile("hipaa-2013").unwrap();
    let transaction = Transaction::from("ann@clinic.example")
        .unwrap()
        .to("bob@hospital.example")
        .unwrap();
    let mut group = criterion.benchmark_group("engine");
    for size in MAIL_SIZES {
        let mail = mail(size);
        group.throughput(Throughput::Bytes(mail.len() as u64));
        group.bench_with_input(BenchmarkId::new("memchr", label(size)), &mail, |bencher, mail| {
            bencher.iter(|| memchr::memchr(0, black_box(mail)));
        });
        group.bench_with_input(BenchmarkId::new("scan", label(size)), &mail, |bencher, mail| {
            bencher.iter(|| engine.scan(black_box(mail)));
        });
        group.bench_with_input(BenchmarkId::new("evaluate", label(size)), &mail, |bencher, mail| {
            bencher.iter(|| engine.evaluate(black_box(mail), &transaction, Timestamp::EPOCH));
        });
    }
    group.finish();
}

criterion_group!(benches, engine);
criterion_main!(benches);
