//! Messages that are padded or signed.

use sealwax::crypto::Provider;
use sealwax::seal::SigningKey;
use serde_json::{Value, json};

use super::{Craft, invalid, local, plain, sealer, valid};

pub(super) fn cases() -> Vec<Value> {
    [padded(), signed(), broken()].concat()
}

fn padded() -> Vec<Value> {
    let contents = [
        ("nothing", Vec::new()),
        ("12 bytes", plain(12)),
        ("16,384 bytes", plain(16_384)),
        ("40,000 bytes", plain(40_000)),
        ("zeros", vec![0; 20_000]),
        ("what looks like padding", [b"labs\x80".as_slice(), &[0; 300]].concat()),
    ];
    let case = |(name, content): (&str, Vec<u8>)| {
        let sealed = sealer().padded().seal(&content).unwrap();
        valid(&format!("{name}, padded"), json!([local()]), &sealed, &content)
    };
    contents.into_iter().map(case).collect()
}

fn signed() -> Vec<Value> {
    let key = SigningKey::from_bytes(&[9; 32]);
    let sender = json!(key.verifying_key(Provider::ring()).unwrap().to_string());
    let mut cases = Vec::new();
    for len in [0, 12, 16_383, 16_384, 40_000] {
        for (how, sealer) in [("signed", sealer()), ("signed and padded", sealer().padded())] {
            let sealed = sealer.sign(&key).seal(&plain(len)).unwrap();
            let mut case = valid(&format!("{len} bytes, {how}"), json!([local()]), &sealed, &plain(len));
            case["sender"] = sender.clone();
            cases.push(case);
        }
    }
    cases
}

fn broken() -> Vec<Value> {
    let key = SigningKey::from_bytes(&[9; 32]);
    let public = key.verifying_key(Provider::ring()).unwrap();
    let no_signature = [b"crafted".as_slice(), public.as_bytes(), &[7; 64]].concat();
    let cases = [
        ("padding without a mark", PADDED, b"crafted".to_vec()),
        ("nothing but zeros", PADDED, vec![0; 300]),
        ("no padding at all", PADDED, Vec::new()),
        ("a text too short for a signature", SIGNED, vec![7; 95]),
        ("a wrong signature", SIGNED, no_signature.clone()),
        (
            "a signature behind the padding",
            PADDED | SIGNED,
            [b"crafted\x80\0\0".as_slice(), &no_signature].concat(),
        ),
    ];
    let case = |(name, extra_flags, text)| {
        let craft = Craft {
            extra_flags,
            text,
            ..Craft::default()
        };
        invalid(name, json!([local()]), &craft.seal())
    };
    cases.into_iter().map(case).collect()
}

const PADDED: u8 = 2;
const SIGNED: u8 = 4;
