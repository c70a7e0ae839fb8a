//! Opening with a local key: header, unwrapping, commitment and body.
#![allow(missing_docs, reason = "the macros make public functions")]
#![expect(clippy::unwrap_used, reason = "a bench may stop")]

use criterion::BatchSize::LargeInput;
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use sealwax::crypto::Provider;
use sealwax::seal::{LocalKey, Opener, Sealer};
use sealwax_benches::{SEALED_SIZES, label};

fn open(criterion: &mut Criterion) {
    let key = LocalKey::from_bytes(&[7; 32]);
    let mut group = criterion.benchmark_group("open");
    for size in SEALED_SIZES {
        group.throughput(Throughput::Bytes(size as u64));
        let chunks = sealed_chunks(size);
        let mut buffer = vec![0; 16_384 + 16];
        group.bench_function(BenchmarkId::new("raw ring", label(size)), |bencher| {
            bencher.iter(|| open_chunks(&chunks, &mut buffer));
        });
        for provider in Provider::all() {
            let sealed = Sealer::new(provider).recipient(&key).seal(&vec![7; size]).unwrap();
            let opener = Opener::new(provider).identity(&key);
            buffers(&mut group, provider.name(), &opener, &sealed, size);
            if size == SEALED_SIZES[3] {
                let name = format!("{}, threads 2", provider.name());
                own_buffer(&mut group, &name, &opener.threads(2), &sealed, size);
            }
        }
    }
    group.finish();
}

/// Into a buffer that the caller has had all the time, into one that is new each time and wiped afterwards, and in place.
fn buffers(group: &mut BenchmarkGroup<'_, WallTime>, name: &str, opener: &Opener, sealed: &[u8], size: usize) {
    own_buffer(group, name, opener, sealed, size);
    group.bench_function(
        BenchmarkId::new(format!("{name}, new buffer"), label(size)),
        |bencher| {
            bencher.iter(|| opener.open(sealed).unwrap());
        },
    );
    group.bench_function(BenchmarkId::new(format!("{name}, in place"), label(size)), |bencher| {
        let copy = || sealed.to_vec();
        bencher.iter_batched_ref(copy, |sealed| opener.open_in_place(sealed).unwrap().len(), LargeInput);
    });
}

fn own_buffer(group: &mut BenchmarkGroup<'_, WallTime>, name: &str, opener: &Opener, sealed: &[u8], size: usize) {
    let mut out = vec![0; size];
    group.bench_function(BenchmarkId::new(name, label(size)), |bencher| {
        bencher.iter(|| opener.open_into(sealed, &mut out).unwrap());
    });
}

/// Chunks of the size that a sealed message has, sealed by the cipher and nothing else.
fn sealed_chunks(size: usize) -> Vec<Vec<u8>> {
    let seal = |plain: &[u8]| {
        let mut chunk = plain.to_vec();
        cipher()
            .seal_in_place_append_tag(nonce(), Aad::empty(), &mut chunk)
            .unwrap();
        chunk
    };
    vec![7; size].chunks(16_384).map(seal).collect()
}

/// Copies each chunk, as whoever must not change its input does, and opens the copy.
fn open_chunks(chunks: &[Vec<u8>], buffer: &mut [u8]) {
    let key = cipher();
    for chunk in chunks {
        let (copy, _) = buffer.split_at_mut(chunk.len());
        copy.copy_from_slice(chunk);
        key.open_in_place(nonce(), Aad::empty(), copy).unwrap();
    }
}

fn cipher() -> LessSafeKey {
    LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &[7; 32]).unwrap())
}

fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}

criterion_group!(benches, open);
criterion_main!(benches);
