//! Folding a text to its canonical view.
#![allow(missing_docs, reason = "the macros make public functions")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use sealwax::text::View;
use sealwax_benches::{MAIL_SIZES, label, text};

fn fold(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("fold");
    for size in MAIL_SIZES {
        let plain = text(size);
        group.throughput(Throughput::Bytes(plain.len() as u64));
        group.bench_with_input(BenchmarkId::new("memchr", label(size)), &plain, |bencher, text| {
            bencher.iter(|| memchr::memchr(0, black_box(text.as_bytes())));
        });
        group.bench_with_input(BenchmarkId::new("ASCII", label(size)), &plain, |bencher, text| {
            bencher.iter(|| View::fold(black_box(text)));
        });
        let tricky = plain
            .replace("is", "ıs")
            .replace('-', "\u{2011}")
            .replace("SSN", "ＳＳＮ");
        group.bench_with_input(BenchmarkId::new("tricks", label(size)), &tricky, |bencher, text| {
            bencher.iter(|| View::fold(black_box(text)));
        });
    }
    group.finish();
}

criterion_group!(benches, fold);
criterion_main!(benches);
