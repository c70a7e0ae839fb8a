//! Every provider against the published vectors of others.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;

use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;

use super::{CryptoError, Nonce, Provider, Tag};

#[test]
fn every_provider_encrypts_the_375_nist_rows() {
    for provider in Provider::all() {
        let mut rows = 0;
        for row in cavp("gcmEncryptExtIV256.rsp.gz") {
            assert_eq!(
                seal(provider, &row),
                (row.bytes("CT"), row.bytes("Tag")),
                "{provider:?} {:?}",
                row.fields
            );
            rows += 1;
        }
        assert_eq!(rows, 375, "{provider:?}");
    }
}

#[test]
fn every_provider_decrypts_or_refuses_the_375_nist_rows() {
    for provider in Provider::all() {
        let (mut rows, mut refused) = (0, 0);
        for row in cavp("gcmDecrypt256.rsp.gz") {
            let expected = row.fields.contains_key("PT").then(|| row.bytes("PT"));
            refused += usize::from(expected.is_none());
            assert_eq!(open(provider, &row).ok(), expected, "{provider:?} {:?}", row.fields);
            rows += 1;
        }
        assert_eq!(rows, 375, "{provider:?}");
        assert!(refused > 100, "only {refused} rows were to be refused");
    }
}

#[test]
fn every_provider_agrees_with_the_66_wycheproof_rows() {
    for provider in Provider::all() {
        let mut rows = 0;
        for row in wycheproof_gcm() {
            let valid = row.fields["result"] == "valid";
            assert_eq!(
                open(provider, &row).ok(),
                valid.then(|| row.bytes("PT")),
                "{provider:?} {:?}",
                row.fields
            );
            if valid {
                assert_eq!(seal(provider, &row), (row.bytes("CT"), row.bytes("Tag")));
            }
            rows += 1;
        }
        assert_eq!(rows, 66, "{provider:?}");
    }
}

/// The vectors are for the whole of HKDF; the extraction before is done here with HMAC.
#[test]
fn every_provider_agrees_with_the_83_wycheproof_rows_of_hkdf() {
    let vectors = json("hkdf_sha512_test.json");
    for provider in Provider::all() {
        let mut rows = 0;
        for test in vectors["testGroups"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|group| group["tests"].as_array().unwrap())
        {
            let bytes = |name: &str| unhex(test[name].as_str().unwrap());
            let mut extract = Hmac::<sha2::Sha512>::new_from_slice(&bytes("salt")).unwrap();
            extract.update(&bytes("ikm"));
            let prk = extract.finalize().into_bytes();
            let mut okm = vec![0; usize::try_from(test["size"].as_u64().unwrap()).unwrap()];
            let info = bytes("info");
            let (left, right) = info.split_at(info.len() / 2);
            let hkdf = provider.backend().hkdf(&prk).unwrap();
            let expanded = hkdf.expand(&[left, right], &mut okm);
            let expected = (test["result"] == "valid").then(|| bytes("okm"));
            assert_eq!(expanded.ok().map(|()| okm), expected, "{provider:?} {}", test["tcId"]);
            rows += 1;
        }
        assert_eq!(rows, 83, "{provider:?}");
    }
}

#[test]
fn from_one_buffer_to_another_is_the_same_as_in_place() {
    let (key, nonce) = ([7; 32], [9; 12]);
    let lengths = [0, 1, 15, 16, 17, 16_384];
    let cases = Provider::all()
        .into_iter()
        .flat_map(|provider| lengths.map(|len| (provider, len)));
    for (provider, len) in cases {
        let cipher = provider.backend().cipher(&key).unwrap();
        let plain: Vec<u8> = (0..=255).cycle().take(len).collect();
        let mut sealed = plain.clone();
        let tag = cipher.seal(&nonce, &[], &mut sealed).unwrap();

        let mut out = vec![0; len + 16];
        cipher.seal_to(&nonce, &plain, &mut out).unwrap();
        assert_eq!(out, [sealed.as_slice(), &tag].concat(), "{provider:?} {len}");

        let mut opened = vec![0; len];
        cipher.open_to(&nonce, &sealed, &mut opened, &tag).unwrap();
        assert_eq!(opened, plain, "{provider:?} {len}");
        assert!(cipher.open_to(&nonce, &sealed, &mut opened, &[0; 16]).is_err());
        for start in [0, 1, 300] {
            let mut buffer = [vec![0; start].as_slice(), &sealed].concat();
            cipher.open_to_front(&nonce, &mut buffer, start, &tag).unwrap();
            assert_eq!(buffer[..len], plain, "{provider:?} {len} {start}");
            let mut buffer = [vec![0; start].as_slice(), &sealed].concat();
            assert!(cipher.open_to_front(&nonce, &mut buffer, start, &[0; 16]).is_err());
        }
    }
}

#[test]
fn a_buffer_of_the_wrong_length_is_an_error() {
    for provider in Provider::all() {
        let cipher = provider.backend().cipher(&[7; 32]).unwrap();
        for room in [0, 15, 19, 21] {
            assert!(
                cipher.seal_to(&[0; 12], b"text", &mut vec![0; room]).is_err(),
                "{provider:?}"
            );
            assert!(cipher.open_to(&[0; 12], b"text", &mut vec![0; room], &[0; 16]).is_err());
        }
        assert!(
            cipher.open_to_front(&[0; 12], &mut [0; 4], 5, &[0; 16]).is_err(),
            "{provider:?}"
        );
    }
}

#[test]
fn two_draws_of_randomness_differ() {
    for provider in Provider::all() {
        let (mut first, mut second) = ([0; 32], [0; 32]);
        provider.backend().random(&mut first).unwrap();
        provider.backend().random(&mut second).unwrap();
        assert_ne!(first, second, "{provider:?}");
    }
}

#[test]
fn the_tests_have_three_providers() {
    let names: Vec<_> = Provider::all().iter().map(Provider::name).collect();
    assert!(names.starts_with(&["ring", "pure-rust", "aws-lc"]), "{names:?}");
}

/// A row of a table of AES-GCM vectors; values are hexadecimal.
struct Row {
    fields: BTreeMap<String, String>,
}

impl Row {
    fn bytes(&self, name: &str) -> Vec<u8> {
        unhex(&self.fields[name])
    }

    fn nonce(&self) -> Nonce {
        self.bytes("IV").try_into().unwrap()
    }

    fn key(&self) -> [u8; 32] {
        self.bytes("Key").try_into().unwrap()
    }
}

fn seal(provider: Provider, row: &Row) -> (Vec<u8>, Vec<u8>) {
    let mut text = row.bytes("PT");
    let cipher = provider.backend().cipher(&row.key()).unwrap();
    let tag = cipher.seal(&row.nonce(), &row.bytes("AAD"), &mut text).unwrap();
    (text, tag.to_vec())
}

fn open(provider: Provider, row: &Row) -> Result<Vec<u8>, CryptoError> {
    let mut text = row.bytes("CT");
    let tag: Tag = row.bytes("Tag").try_into().unwrap();
    let cipher = provider.backend().cipher(&row.key()).unwrap();
    cipher.open(&row.nonce(), &row.bytes("AAD"), &mut text, &tag)?;
    Ok(text)
}

/// The rows with a nonce of 96 bits and a tag of 128 bits.
fn cavp(file: &str) -> Vec<Row> {
    let mut text = String::new();
    flate2::read::GzDecoder::new(fs::File::open(vectors().join(file)).unwrap())
        .read_to_string(&mut text)
        .unwrap();
    let mut section = (String::new(), String::new());
    let mut rows = Vec::new();
    for block in text.split("\r\n\r\n").flat_map(|block| block.split("\n\n")) {
        let mut fields = BTreeMap::new();
        for line in block.lines() {
            match line.trim_matches(['[', ']']).split_once(" =") {
                Some(("IVlen", value)) => section.0 = value.trim().into(),
                Some(("Taglen", value)) => section.1 = value.trim().into(),
                Some((name, value)) => drop(fields.insert(name.into(), value.trim().into())),
                None => {}
            }
        }
        if fields.contains_key("Count") && section == ("96".into(), "128".into()) {
            rows.push(Row { fields });
        }
    }
    rows
}

/// The rows with a key of 256 bits, a nonce of 96 bits and a tag of 128 bits.
fn wycheproof_gcm() -> Vec<Row> {
    let names = [
        ("key", "Key"),
        ("iv", "IV"),
        ("aad", "AAD"),
        ("msg", "PT"),
        ("ct", "CT"),
        ("tag", "Tag"),
        ("result", "result"),
    ];
    let vectors = json("aes_gcm_test.json");
    let groups = vectors["testGroups"].as_array().unwrap().iter();
    let sized = groups.filter(|group| group["keySize"] == 256 && group["ivSize"] == 96 && group["tagSize"] == 128);
    let tests = sized.flat_map(|group| group["tests"].as_array().unwrap());
    let field = |test: &Value, from: &str| test[from].as_str().unwrap().to_owned();
    tests
        .map(|test| Row {
            fields: names
                .iter()
                .map(|(from, to)| ((*to).to_owned(), field(test, from)))
                .collect(),
        })
        .collect()
}

fn json(file: &str) -> Value {
    serde_json::from_slice(&fs::read(vectors().join(file)).unwrap()).unwrap()
}

fn vectors() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../testdata/vectors"))
}

fn unhex(text: &str) -> Vec<u8> {
    text.as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}
