//! The body against the published vectors and against the implementation of Python's `cryptography`.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

mod common;

use std::fs;
use std::io::{Read, Write};
use std::process::Stdio;

use common::{python_with, testdata, unhex};
use sealwax::crypto::{CryptoError, Provider, hex, sha512};
use sealwax::seal::cobblestone;
use serde_json::Value;

#[test]
fn every_provider_agrees_with_the_35_published_vectors() {
    let text = fs::read(testdata("vectors/c2sp_chunked_encryption_aes_256_gcm_test.json")).unwrap();
    let vectors: Value = serde_json::from_slice(&text).unwrap();
    let tests = vectors["testGroups"][0]["tests"].as_array().unwrap();
    for provider in Provider::all() {
        let mut opened = 0;
        for test in tests {
            let plain = open_vector(provider, test);
            assert_eq!(
                plain.is_some(),
                test["result"] == "valid",
                "{provider:?} {}",
                test["comment"]
            );
            if let Some(plain) = plain {
                assert_eq!(test["msgLength"], plain.len());
                assert_eq!(test["msgSha512"], hex(&sha512(&[&plain])));
                opened += 1;
            }
        }
        assert_eq!((tests.len(), opened), (35, 10));
    }
}

fn open_vector(provider: Provider, test: &Value) -> Option<Vec<u8>> {
    let field = |name: &str| unhex(test[name].as_str().unwrap());
    let mut body = Vec::new();
    flate2::read::ZlibDecoder::new(field("ct").as_slice())
        .read_to_end(&mut body)
        .unwrap();
    let key: [u8; 32] = field("key").try_into().ok()?; // a key of another length is refused by its type
    let opened: Result<_, CryptoError> = cobblestone::open(provider, &key, &field("ctx"), &body);
    opened.ok().map(|plain| plain.to_vec())
}

const LENGTHS: [usize; 8] = [0, 1, 5, 16_383, 16_384, 16_385, 32_768, 100_000];

#[test]
fn python_opens_what_we_seal() {
    for provider in Provider::all() {
        for len in LENGTHS {
            let plain: Vec<u8> = (0..=250).cycle().take(len).collect();
            let body = cobblestone::seal(provider, &KEY, CONTEXT, &plain).unwrap();
            let Some(opened) = run_python("Decryptor", &body) else {
                return;
            };
            assert!(opened == plain, "{provider:?} {len}");
        }
    }
}

#[test]
fn we_open_what_python_seals() {
    for len in LENGTHS {
        let plain: Vec<u8> = (0..=250).cycle().take(len).collect();
        let Some(body) = run_python("Encryptor", &plain) else {
            return;
        };
        for provider in Provider::all() {
            let opened = cobblestone::open(provider, &KEY, CONTEXT, &body).unwrap();
            assert!(*opened == plain, "{provider:?} {len}");
        }
    }
}

const KEY: [u8; 32] = [9; 32];
const CONTEXT: &[u8] = b"exchange";

/// Runs `input` through `Cobblestone256Encryptor` or `Cobblestone256Decryptor`.
fn run_python(class: &str, input: &[u8]) -> Option<Vec<u8>> {
    let script = format!(
        "import sys\n\
         from cryptography.cobblestone import Cobblestone256{class} as Machine\n\
         machine = Machine(bytes([9]) * 32, b'exchange')\n\
         out = machine.update(sys.stdin.buffer.read()) + machine.finalize()\n\
         sys.stdout.buffer.write(out)\n"
    );
    let mut python = python_with("cryptography.cobblestone")?;
    let mut child = python
        .arg("-c")
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "Python refused what it was given");
    Some(output.stdout)
}
