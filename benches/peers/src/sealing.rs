//! What is measured: the raw ciphers over chunks of 16 KiB, sealed messages in each usual way, and other libraries.

use std::hint::black_box;
use std::io::Write;

use aes_gcm::{AeadInOut, Aes256Gcm, KeyInit};
use sealwax::crypto::Provider;
use sealwax::seal::{KeyExchange, LocalKey, Opener, Rewrapper, Sealer, SecretKey};

use crate::rounds::{Work, work};

/// The sizes of the messages.
pub(crate) const SIZES: [usize; 4] = [1_000, 10_000, 100_000, 25 << 20];

/// Every work for messages of `size` bytes.
pub(crate) fn works(size: usize) -> Vec<Work> {
    let works = [raw, in_place, buffers, sealed, theirs].map(|works| works(size));
    works.into_iter().flatten().collect()
}

/// The ciphers and nothing else, in place, with the key schedule made once for each message.
fn raw(size: usize) -> Vec<Work> {
    let [mut one, mut two, mut three] = [(); 3].map(|()| vec![7_u8; size]);
    vec![
        work("raw ring", move || {
            use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
            let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &KEY).unwrap());
            for chunk in one.chunks_mut(CHUNK_LEN) {
                let nonce = Nonce::assume_unique_for_key([0; 12]);
                let tag = key.seal_in_place_separate_tag(nonce, Aad::empty(), chunk);
                let _ = black_box(tag.unwrap());
            }
        }),
        work("raw aws-lc-rs", move || {
            use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
            let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &KEY).unwrap());
            for chunk in two.chunks_mut(CHUNK_LEN) {
                let nonce = Nonce::assume_unique_for_key([0; 12]);
                let tag = key.seal_in_place_separate_tag(nonce, Aad::empty(), chunk);
                let _ = black_box(tag.unwrap());
            }
        }),
        work("raw aes-gcm", move || {
            let key = Aes256Gcm::new(&KEY.into());
            for chunk in three.chunks_mut(CHUNK_LEN) {
                let tag = key.encrypt_inout_detached(&[0; 12].into(), b"", chunk.into());
                let _ = black_box(tag.unwrap());
            }
        }),
    ]
}

/// Sealwax for one local key with each provider, in place.
fn in_place(size: usize) -> Vec<Work> {
    let in_place = |name, provider| {
        let sealer = Sealer::new(provider).recipient(LocalKey::from_bytes(&KEY));
        let mut buffer = vec![7; sealer.sealed_len(size).unwrap()];
        work(name, move || {
            black_box(sealer.seal_in_place(&mut buffer, size).unwrap());
        })
    };
    vec![
        in_place("sealwax ring, in place", Provider::ring()),
        in_place("sealwax aws-lc, in place", Provider::aws_lc()),
        in_place("sealwax pure-rust, in place", Provider::pure_rust()),
    ]
}

/// Sealwax over ring from one buffer to another, for one local key, and for one X25519 key as age does.
fn buffers(size: usize) -> Vec<Work> {
    let sealer = Sealer::new(Provider::ring()).recipient(LocalKey::from_bytes(&KEY));
    let public = SecretKey::from_bytes(KeyExchange::X25519, &[3; 32]).unwrap();
    let to_public = Sealer::new(Provider::ring()).recipient(public.public());
    let new = |name, sealer: Sealer| {
        let plain = vec![7; size];
        work(name, move || {
            black_box(sealer.seal(&plain).unwrap());
        })
    };
    let own = |name, sealer: Sealer| {
        let (plain, mut out) = (vec![7; size], vec![0; sealer.sealed_len(size).unwrap()]);
        work(name, move || {
            black_box(sealer.seal_into(&plain, &mut out).unwrap());
        })
    };
    vec![
        new("sealwax ring, new buffer", sealer.clone()),
        own("sealwax ring, own buffer", sealer.clone()),
        own("sealwax ring, own buffer, 2 threads", sealer.threads(2)),
        new("sealwax ring, new buffer, X25519", to_public),
    ]
}

/// What Sealwax does with messages that are sealed: it opens them, and lets another key open them.
fn sealed(size: usize) -> Vec<Work> {
    let key = LocalKey::from_bytes(&KEY);
    let sealed = Sealer::new(Provider::ring())
        .recipient(&key)
        .seal(&vec![7; size])
        .unwrap();
    let (header, mut out) = (sealed.clone(), vec![0; size]);
    let opener = Opener::new(Provider::ring()).identity(&key);
    let rewrapper = Rewrapper::new(Provider::ring())
        .identity(&key)
        .recipient(LocalKey::from_bytes(&[8; 32]))
        .remove(key.key_ref().clone());
    vec![
        work("sealwax ring, open", move || {
            black_box(opener.open_into(&sealed, &mut out).unwrap());
        }),
        work("sealwax ring, rewrap", move || {
            black_box(rewrapper.rewrap(&header).unwrap());
        }),
    ]
}

/// Other libraries that make a file or an envelope with a wrapped data key.
fn theirs(size: usize) -> Vec<Work> {
    let plain = vec![7_u8; size];
    let copy = plain.clone();
    let recipient = age::x25519::Identity::generate().to_public();
    let remote = tink_primitive();
    let envelope = tink_aead::KmsEnvelopeAead::new(tink_aead::aes256_gcm_key_template(), remote);
    vec![
        work("age, X25519", move || {
            let recipients = [&recipient as &dyn age::Recipient];
            let encryptor = age::Encryptor::with_recipients(recipients.into_iter()).unwrap();
            let mut writer = encryptor.wrap_output(Vec::with_capacity(size + 1024)).unwrap();
            writer.write_all(&plain).unwrap();
            black_box(writer.finish().unwrap());
        }),
        work("tink, envelope", move || {
            use tink_core::Aead;
            black_box(envelope.encrypt(&copy, b"").unwrap());
        }),
    ]
}

/// The key that wraps Tink's data keys; it is in memory, as a local key of ours is.
fn tink_primitive() -> Box<dyn tink_core::Aead> {
    tink_aead::init();
    let handle = tink_core::keyset::Handle::new(&tink_aead::aes256_gcm_key_template()).unwrap();
    tink_aead::new(&handle).unwrap()
}

const CHUNK_LEN: usize = 16_384;
/// The key of every work that is not made for a public key.
const KEY: [u8; 32] = [7; 32];
