//! Finding what the built-in catalogue describes in a folded text, and the stages of a scan one by one.
#![allow(missing_docs, reason = "the macros make public functions")]
#![expect(clippy::unwrap_used, reason = "a bench may stop")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use sealwax::classify::{Context, Scanned, classify};
use sealwax::crypto::HashKey;
use sealwax::detect::stages::STAGES;
use sealwax::detect::{FormBuilder, Forms, Roster, RosterBuilder, RosterTable, Scanner};
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
        let (roster, forms) = (roster(), forms());
        group.bench_with_input(BenchmarkId::new("roster", label(size)), &view, |bencher, view| {
            bencher.iter(|| roster.scan(black_box(view)));
        });
        group.bench_with_input(BenchmarkId::new("forms", label(size)), &view, |bencher, view| {
            bencher.iter(|| forms.entries(black_box(view)));
        });
        let findings = scanner.scan(&view);
        let place = Place::Part(PartPath::root().child(1));
        group.bench_with_input(
            BenchmarkId::new("classify", label(size)),
            &findings,
            |bencher, findings| {
                let units = [Scanned::new(&place, &view, findings)];
                bencher.iter(|| classify(black_box(&units), &Context::default()));
            },
        );
    }
    group.finish();
}

/// Ten thousand people.
fn roster() -> Roster {
    let key = HashKey::from_bytes(&[7; 32]);
    let rows = (0..10_000).map(|row| format!("First{row},Last{row},1975-05-15,MR{row:07}\n"));
    let table: String = std::iter::once("First name,Last name,DOB,MRN\n".to_owned())
        .chain(rows)
        .collect();
    let mut builder = RosterBuilder::new(&key, [1; 16]);
    for (_, person) in RosterTable::read(&table, &[]).unwrap() {
        builder.add(&person.unwrap());
    }
    Roster::read("patients", &builder.finish(), &key).unwrap()
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

criterion_group!(benches, scanner, stages);
criterion_main!(benches);
