//! Folding a text to its canonical view.
#![allow(missing_docs, reason = "the macros make public functions")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use sealwax::text::View;
use sealwax_benches::Corpus;

fn fold(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("fold");
    for corpus in texts() {
        group.throughput(Throughput::Bytes(corpus.bytes() as u64));
        group.bench_with_input(BenchmarkId::new("memchr", corpus.name()), &corpus, |bencher, corpus| {
            bencher.iter(|| {
                for text in corpus.pieces() {
                    black_box(memchr::memchr(0, text.as_bytes()));
                }
            });
        });
        group.bench_with_input(
            BenchmarkId::new("sealwax", corpus.name()),
            &corpus,
            |bencher, corpus| {
                bencher.iter(|| {
                    for text in corpus.pieces() {
                        black_box(View::fold(text));
                    }
                });
            },
        );
    }
    group.finish();
}

/// Real text as it is, those of it that are ASCII, and the same with one letter in a hundred that is not.
fn texts() -> Vec<Corpus> {
    let Some(natural) = Corpus::load("natural") else {
        return Vec::new();
    };
    let ascii = natural.only("ASCII", str::is_ascii).about(BYTES);
    let others = ascii.rewritten("other letters", |text| {
        let letter = |(at, letter)| if at % 100 == 50 { 'é' } else { letter };
        text.chars().enumerate().map(letter).collect()
    });
    vec![natural.about(BYTES), ascii, others]
}

const BYTES: usize = 1_000_000;

criterion_group!(benches, fold);
criterion_main!(benches);
