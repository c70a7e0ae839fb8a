//! Finding what the built-in catalogue describes in a folded text.
#![allow(missing_docs, reason = "the macros make public functions")]
#![expect(clippy::unwrap_used, reason = "a bench may stop")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use sealwax::detect::Scanner;
use sealwax::text::View;
use sealwax_benches::{MAIL_SIZES, label, text};

fn scanner(criterion: &mut Criterion) {
    let scanner = Scanner::builder().build().unwrap();
    let mut group = criterion.benchmark_group("scanner");
    for size in MAIL_SIZES {
        let text = text(size);
        let view = View::fold(&text);
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_with_input(BenchmarkId::new("memchr", label(size)), &text, |bencher, text| {
            bencher.iter(|| memchr::memchr(0, black_box(text.as_bytes())));
        });
        group.bench_with_input(BenchmarkId::new("catalogue", label(size)), &view, |bencher, view| {
            bencher.iter(|| scanner.scan(black_box(view)));
        });
    }
    group.finish();
}

criterion_group!(benches, scanner);
criterion_main!(benches);
