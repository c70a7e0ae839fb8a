//! Sealing for one local key: a fresh data key, its wrap, the header and the body; and a new wrap in an old header.
#![allow(missing_docs, reason = "the macros make public functions")]
#![expect(clippy::unwrap_used, reason = "a bench may stop")]

use std::hint::black_box;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use sealwax::crypto::Provider;
use sealwax::seal::{LocalKey, Rewrapper, Sealer};
use sealwax_benches::{SEALED_SIZES, label};

fn seal(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("seal");
    for size in SEALED_SIZES {
        group.throughput(Throughput::Bytes(size as u64));
        group.bench_function(BenchmarkId::new("raw ring", label(size)), |bencher| {
            let mut buffer = vec![7; size];
            bencher.iter(|| seal_chunks(&mut buffer));
        });
        for provider in Provider::all() {
            let sealer = Sealer::new(provider).recipient(LocalKey::from_bytes(&[7; 32]));
            buffers(&mut group, provider.name(), &sealer, size);
            if size == SEALED_SIZES[3] {
                own_buffer(&mut group, provider.name(), &sealer, size);
                let name = format!("{}, threads 2", provider.name());
                own_buffer(&mut group, &name, &sealer.threads(2), size);
            }
        }
    }
    group.finish();
}

/// In place, where the plaintext stands at the front and makes room for the header; and to a buffer that is new each
/// time.
fn buffers(group: &mut BenchmarkGroup<'_, WallTime>, name: &str, sealer: &Sealer, size: usize) {
    group.bench_function(BenchmarkId::new(name, label(size)), |bencher| {
        let mut buffer = vec![7; sealer.sealed_len(size).unwrap()];
        bencher.iter(|| sealer.seal_in_place(&mut buffer, size).unwrap());
    });
    group.bench_function(
        BenchmarkId::new(format!("{name}, new buffer"), label(size)),
        |bencher| {
            let plain = vec![7; size];
            bencher.iter(|| sealer.seal(&plain).unwrap());
        },
    );
}

/// To a buffer that the caller has had all the time.
fn own_buffer(group: &mut BenchmarkGroup<'_, WallTime>, name: &str, sealer: &Sealer, size: usize) {
    group.bench_function(
        BenchmarkId::new(format!("{name}, own buffer"), label(size)),
        |bencher| {
            let (plain, mut out) = (vec![7; size], vec![7; sealer.sealed_len(size).unwrap()]);
            bencher.iter(|| sealer.seal_into(&plain, &mut out).unwrap());
        },
    );
}

/// One recipient in place of another: the data key is unwrapped and wrapped again. Beside it stands the cipher alone,
/// over the 32 bytes of a data key, once for each.
fn rewrap(criterion: &mut Criterion) {
    let (old, new) = (LocalKey::from_bytes(&[7; 32]), LocalKey::from_bytes(&[8; 32]));
    let mut group = criterion.benchmark_group("rewrap");
    for provider in Provider::all() {
        let (header, body) = Sealer::new(provider).recipient(&old).seal_detached(b"").unwrap();
        let rewrapper = Rewrapper::new(provider)
            .identity(&old)
            .recipient(&new)
            .remove(old.key_ref().clone());
        group.throughput(Throughput::Bytes(header.len() as u64));
        group.bench_function(BenchmarkId::new(provider.name(), "header"), |bencher| {
            bencher.iter(|| rewrapper.rewrap_detached(&header, &body).unwrap());
        });
    }
    group.bench_function(BenchmarkId::new("raw ring", "header"), |bencher| {
        let mut data_key = [7; 32];
        bencher.iter(|| [(); 2].map(|()| seal_chunks(&mut data_key)));
    });
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

criterion_group!(benches, seal, rewrap);
criterion_main!(benches);
