//! The whole way of a mail: read, fold, scan, classify, and decide; and the start of an engine.
#![allow(missing_docs, reason = "the macros make public functions")]
#![expect(clippy::unwrap_used, reason = "a bench may stop")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use sealwax::{Engine, Timestamp, Transaction};
use sealwax_benches::Corpus;

fn engine(criterion: &mut Criterion) {
    let engine = Engine::with_profile("hipaa-2013").unwrap();
    let transaction = Transaction::from("ann@clinic.example").unwrap();
    let transaction = transaction.to("bob@hospital.example").unwrap();
    let mut group = criterion.benchmark_group("engine");
    for corpus in mails() {
        group.throughput(Throughput::Bytes(corpus.bytes() as u64));
        let mut bench = |work: &str, each: &dyn Fn(&[u8])| {
            group.bench_with_input(BenchmarkId::new(work, corpus.name()), &corpus, |bencher, corpus| {
                bencher.iter(|| corpus.pieces().iter().for_each(|mail| each(mail.as_bytes())));
            });
        };
        bench("memchr", &|mail| {
            black_box(memchr::memchr(0, mail));
        });
        bench("scan", &|mail| drop(black_box(engine.scan(mail))));
        bench("evaluate", &|mail| {
            drop(black_box(engine.evaluate(mail, &transaction, Timestamp::EPOCH)));
        });
    }
    group.finish();
}

/// Mails of about one size, all mail, and newsletters.
fn mails() -> Vec<Corpus> {
    let mut mails = Vec::new();
    if let Some(natural) = Corpus::load("natural") {
        mails.push(natural.short_mails().about(BYTES / 10));
    }
    if let Some(raw) = Corpus::load("raw") {
        let of_size = raw.only("5 kB", |mail| (4_500..5_500).contains(&mail.len()));
        mails.extend([of_size.about(BYTES), raw.about(BYTES)]);
    }
    mails.extend(Corpus::load("html").map(|html| html.about(BYTES)));
    mails
}

/// The bytes of a start are those of the bundle.
fn start(criterion: &mut Criterion) {
    let bundle: &'static [u8] = Vec::leak(Engine::builder().profile("hipaa-2013").compile().unwrap());
    let mut group = criterion.benchmark_group("start");
    group.throughput(Throughput::Bytes(bundle.len() as u64));
    group.bench_function(BenchmarkId::new("built in", "hipaa-2013"), |bencher| {
        bencher.iter(|| Engine::with_profile("hipaa-2013").unwrap());
    });
    group.bench_function(BenchmarkId::new("from a bundle", "hipaa-2013"), |bencher| {
        bencher.iter(|| Engine::from_bundle(bundle).unwrap());
    });
    group.finish();
}

const BYTES: usize = 200_000;

criterion_group!(benches, engine, start);
criterion_main!(benches);
