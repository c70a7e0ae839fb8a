//! What is measured: the raw ciphers over chunks of 16 KiB, and sealed messages in each usual way.

use std::hint::black_box;

use aes_gcm::{AeadInOut, Aes256Gcm, KeyInit};
use sealwax::crypto::Provider;
use sealwax::seal::{KeyExchange, LocalKey, Opener, Rewrapper, Sealer, SecretKey};

/// A piece of work that can be done again and again.
pub(crate) struct Work {
    pub(crate) name: &'static str,
    pub(crate) run: Box<dyn FnMut()>,
}

/// Every work for messages of `size` bytes.
pub(crate) fn works(size: usize) -> Vec<Work> {
    raw(size).into_iter().chain(ours(size)).collect()
}

fn work(name: &'static str, run: impl FnMut() + 'static) -> Work {
    Work {
        name,
        run: Box::new(run),
    }
}

/// The ciphers and nothing else, in place, with the key schedule made once for each message.
fn raw(size: usize) -> Vec<Work> {
    let [mut one, mut two, mut three] = [(); 3].map(|()| vec![7_u8; size]);
    vec![
        work("raw ring", move || {
            use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
            let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &[7; 32]).unwrap());
            for chunk in one.chunks_mut(CHUNK_LEN) {
                let nonce = Nonce::assume_unique_for_key([0; 12]);
                let tag = key.seal_in_place_separate_tag(nonce, Aad::empty(), chunk);
                let _ = black_box(tag.unwrap());
            }
        }),
        work("raw aws-lc-rs", move || {
            use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
            let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &[7; 32]).unwrap());
            for chunk in two.chunks_mut(CHUNK_LEN) {
                let nonce = Nonce::assume_unique_for_key([0; 12]);
                let tag = key.seal_in_place_separate_tag(nonce, Aad::empty(), chunk);
                let _ = black_box(tag.unwrap());
            }
        }),
        work("raw aes-gcm", move || {
            let key = Aes256Gcm::new(&[7; 32].into());
            for chunk in three.chunks_mut(CHUNK_LEN) {
                let tag = key.encrypt_inout_detached(&[0; 12].into(), b"", chunk.into());
                let _ = black_box(tag.unwrap());
            }
        }),
    ]
}

/// Sealwax for one local key, and for one X25519 key.
fn ours(size: usize) -> Vec<Work> {
    let key = LocalKey::from_bytes(&[7; 32]);
    let mut works = Vec::new();
    for (name, provider) in [
        ("sealwax ring, in place", Provider::ring()),
        ("sealwax aws-lc, in place", Provider::aws_lc()),
        ("sealwax pure-rust, in place", Provider::pure_rust()),
    ] {
        let sealer = Sealer::new(provider).recipient(&key);
        let mut buffer = vec![7; sealer.sealed_len(size).unwrap()];
        works.push(work(name, move || {
            black_box(sealer.seal_in_place(&mut buffer, size).unwrap());
        }));
    }
    let plain = vec![7; size];
    let sealer = Sealer::new(Provider::ring()).recipient(&key);
    let sealed = sealer.seal(&plain).unwrap();
    let (opener, mut out) = (Opener::new(Provider::ring()).identity(&key), vec![0; size]);
    let rewrapper = Rewrapper::new(Provider::ring())
        .identity(&key)
        .recipient(LocalKey::from_bytes(&[8; 32]))
        .remove(key.key_ref().clone());
    let header = sealed.clone();
    let public = SecretKey::from_bytes(KeyExchange::X25519, &[3; 32]).unwrap();
    let to_public = Sealer::new(Provider::ring()).recipient(public.public());
    let threaded = sealer.clone().threads(2);
    let room = sealer.sealed_len(size).unwrap();
    let [mut one, mut two] = [(); 2].map(|()| vec![0; room]);
    let texts = [plain.clone(), plain.clone(), plain.clone()];
    let [fresh, in_two, in_one] = texts;
    let single = sealer.clone();
    works.extend([
        work("sealwax ring, fresh buffer", move || {
            black_box(sealer.seal(&fresh).unwrap());
        }),
        work("sealwax ring, own buffer", move || {
            black_box(single.seal_into(&in_one, &mut one).unwrap());
        }),
        work("sealwax ring, own buffer, 2 threads", move || {
            black_box(threaded.seal_into(&in_two, &mut two).unwrap());
        }),
        work("sealwax ring, fresh buffer, X25519", move || {
            black_box(to_public.seal(&plain).unwrap());
        }),
        work("sealwax ring, open", move || {
            black_box(opener.open_into(&sealed, &mut out).unwrap());
        }),
        work("sealwax ring, rewrap", move || {
            black_box(rewrapper.rewrap(&header).unwrap());
        }),
    ]);
    works
}

const CHUNK_LEN: usize = 16_384;
