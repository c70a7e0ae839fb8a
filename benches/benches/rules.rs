//! What rules of a policy's own add to a scan of real text.
#![allow(missing_docs, reason = "the macros make public functions")]
#![expect(clippy::unwrap_used, reason = "a bench may stop")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use sealwax_benches::Corpus;
use sealwax_benches::policies::OWN;

fn rules(criterion: &mut Criterion) {
    let Some(natural) = Corpus::load("natural") else {
        return;
    };
    let natural = natural.about(BYTES);
    let mut group = criterion.benchmark_group("rules");
    group.throughput(Throughput::Bytes(natural.bytes() as u64));
    for (name, own) in OWN {
        let engine = own().build().unwrap();
        group.bench_with_input(BenchmarkId::new(*name, "natural"), &natural, |bencher, natural| {
            bencher.iter(|| {
                for text in natural.pieces() {
                    black_box(engine.scan_text(text));
                }
            });
        });
    }
    group.finish();
}

const BYTES: usize = 200_000;

criterion_group!(benches, rules);
criterion_main!(benches);
