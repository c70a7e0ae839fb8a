//! Sealing in place for one local key: a fresh data key, its wrap, the header and the body.
#![allow(missing_docs, reason = "the macros make public functions")]
#![expect(clippy::unwrap_used, reason = "a bench may stop")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use sealwax::crypto::Provider;
use sealwax::seal::{LocalKey, Sealer};
use sealwax_benches::{SEALED_SIZES, label};

fn seal(criterion: &mut Criterion) {
    let key = LocalKey::from_bytes(&[7; 32]);
    let mut group = criterion.benchmark_group("seal");
    for size in SEALED_SIZES {
        group.throughput(Throughput::Bytes(size as u64));
        group.bench_function(BenchmarkId::new("raw ring", label(size)), |bencher| {
            let mut buffer = vec![7; size];
            bencher.iter(|| seal_chunks(&mut buffer));
        });
        for provider in Provider::all() {
            let sealer = Sealer::new(provider).recipient(&key);
            group.bench_function(BenchmarkId::new(provider.name(), label(size)), |bencher| {
                let mut buffer = vec![7; sealer.sealed_len(size).unwrap()];
                bencher.iter(|| sealer.seal_in_place(&mut buffer, size).unwrap());
            });
        }
    }
    group.finish();
}

/// The cipher and nothing else, over chunks of the size that a sealed message has.
fn seal_chunks(buffer: &mut [u8]) {
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &[7; 32]).unwrap());
    for chunk in buffer.chunks_mut(16_384) {
        let nonce = Nonce::assume_unique_for_key([0; 12]);
        let _ = black_box(key.seal_in_place_separate_tag(nonce, Aad::empty(), chunk).unwrap());
    }
}

criterion_group!(benches, seal);
criterion_main!(benches);
