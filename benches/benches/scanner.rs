//! Finding what the built-in catalogue describes in folded texts, and the stages of a scan one by one.
#![allow(missing_docs, reason = "the macros make public functions")]
#![expect(clippy::unwrap_used, reason = "a bench may stop")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use sealwax::classify::{Context, Scanned, classify};
use sealwax::detect::stages::STAGES;
use sealwax::detect::{FormBuilder, Forms, Scanner};
use sealwax::message::{PartPath, Place};
use sealwax::text::View;
use sealwax_benches::Corpus;

fn scanner(criterion: &mut Criterion) {
    let scanner = Scanner::builder().build().unwrap();
    let mut group = criterion.benchmark_group("scanner");
    for corpus in Corpus::each(&["natural", "dense", "numbers", "hostile"]) {
        let corpus = corpus.about(BYTES);
        let views: Vec<View<'_>> = corpus.pieces().iter().map(|text| View::fold(text)).collect();
        group.throughput(Throughput::Bytes(corpus.bytes() as u64));
        group.bench_with_input(BenchmarkId::new("memchr", corpus.name()), &corpus, |bencher, corpus| {
            bencher.iter(|| {
                for text in corpus.pieces() {
                    black_box(memchr::memchr(0, text.as_bytes()));
                }
            });
        });
        group.bench_with_input(
            BenchmarkId::new("catalogue", corpus.name()),
            &views,
            |bencher, views| {
                bencher.iter(|| {
                    for view in views {
                        black_box(scanner.scan(view));
                    }
                });
            },
        );
    }
    group.finish();
}

/// Each stage over the same texts, with what the stages before it made.
fn stages(criterion: &mut Criterion) {
    let scanner = Scanner::builder().build().unwrap();
    let forms = forms();
    let mut group = criterion.benchmark_group("stages");
    for corpus in Corpus::each(&["natural", "dense", "hostile"]) {
        let corpus = corpus.about(BYTES);
        let views: Vec<View<'_>> = corpus.pieces().iter().map(|text| View::fold(text)).collect();
        group.throughput(Throughput::Bytes(corpus.bytes() as u64));
        let mut bench = |work: &str, each: &dyn Fn(&View<'_>)| {
            group.bench_with_input(BenchmarkId::new(work, corpus.name()), &views, |bencher, views| {
                bencher.iter(|| views.iter().for_each(each));
            });
        };
        bench("decode", &|view| {
            black_box(view.decodings().count());
        });
        for (name, stage) in STAGES {
            bench(name, &|view| {
                black_box(stage(&scanner, view));
            });
        }
        bench("forms", &|view| drop(black_box(forms.entries(view))));
        let place = Place::Part(PartPath::root().child(1));
        let findings: Vec<_> = views.iter().map(|view| scanner.scan(view)).collect();
        let found: Vec<_> = views.iter().zip(&findings).collect();
        group.bench_with_input(BenchmarkId::new("classify", corpus.name()), &found, |bencher, found| {
            bencher.iter(|| {
                for (view, findings) in found {
                    let units = [Scanned::new(&place, view, findings)];
                    black_box(classify(&units, &Context::default()));
                }
            });
        });
    }
    group.finish();
}

/// Fifty forms.
fn forms() -> Forms {
    let mut builder = FormBuilder::new();
    for form in 0..50 {
        let fields = (0..40).map(|field| format!("Field {field} of form {form}: ____\n"));
        builder.add("form", &View::fold(&fields.collect::<String>())).unwrap();
    }
    Forms::read(&builder.finish()).unwrap()
}

const BYTES: usize = 200_000;

criterion_group!(benches, scanner, stages);
criterion_main!(benches);
