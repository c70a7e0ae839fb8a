//! Finding what the built-in catalogue describes in a folded text, and the stages of a scan one by one.
#![allow(missing_docs, reason = "the macros make public functions")]
#![expect(clippy::unwrap_used, reason = "a bench may stop")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use sealwax::classify::{Context, Scanned, classify};
use sealwax::detect::Scanner;
use sealwax::detect::stages::STAGES;
use sealwax::message::{PartPath, Place};
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

/// Each stage over the same text, with what the stages before it made.
fn stages(criterion: &mut Criterion) {
    let scanner = Scanner::builder().build().unwrap();
    let mut group = criterion.benchmark_group("stages");
    for size in MAIL_SIZES {
        let text = text(size);
        let view = View::fold(&text);
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_with_input(BenchmarkId::new("fold", label(size)), &text, |bencher, text| {
            bencher.iter(|| View::fold(black_box(text)));
        });
        group.bench_with_input(BenchmarkId::new("decode", label(size)), &view, |bencher, view| {
            bencher.iter(|| black_box(view).decodings().count());
        });
        for (name, stage) in STAGES {
            group.bench_with_input(BenchmarkId::new(*name, label(size)), &view, |bencher, view| {
                bencher.iter(|| stage(&scanner, black_box(view)));
            });
        }
        let findings = scanner.scan(&view);
        let place = Place::Part(PartPath::root().child(1));
        group.bench_with_input(
            BenchmarkId::new("classify", label(size)),
            &findings,
            |bencher, findings| {
                let units = [Scanned {
                    place: &place,
                    findings,
                }];
                bencher.iter(|| classify(black_box(&units), &Context::default()));
            },
        );
    }
    group.finish();
}

criterion_group!(benches, scanner, stages);
criterion_main!(benches);
