//! The provider over the FIPS module: the same bytes as every other, and nothing that the module does not compute.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use sealwax::crypto::Provider;
use sealwax::seal::{
    Certificate, Cost, Identity, KeyExchange, LocalKey, Opener, Passphrase, Recipient, RsaSecretKey, SealErrorKind,
    Sealer, SecretKey,
};
use serde_json::Value;

#[test]
fn the_module_came_up_in_its_fips_mode() {
    aws_lc_rs::try_fips_mode().unwrap();
    assert_eq!(Provider::aws_lc_fips().name(), "aws-lc-fips");
}

#[test]
fn what_it_sealed_another_opens_and_the_other_way_round() {
    let key = LocalKey::generate(Provider::aws_lc_fips()).unwrap();
    let plain = vec![7; 100_000];
    for [one, other] in [
        [Provider::aws_lc_fips(), Provider::pure_rust()],
        [Provider::pure_rust(), Provider::aws_lc_fips()],
    ] {
        let mut sealed = Sealer::new(one).recipient(&key).seal(&plain).unwrap();
        let opener = Opener::new(other).identity(&key);
        assert!(*opener.open(&sealed).unwrap() == plain);
        for at in (0..sealed.len()).step_by(997) {
            sealed[at] ^= 1;
            assert!(opener.open(&sealed).is_err(), "{other:?} byte {at}");
            sealed[at] ^= 1;
        }
    }
}

#[test]
fn the_vectors_of_local_keys_open() {
    let vectors: Value = serde_json::from_str(include_str!("../../testdata/sealed/valid.json")).unwrap();
    let mut opened = 0;
    for case in vectors["cases"].as_array().unwrap() {
        let is_plain = case.get("header").is_none() && case.get("supplied").is_none();
        let [key] = case["keys"].as_array().unwrap().as_slice() else {
            continue;
        };
        let text = key["text"].as_str().unwrap();
        if !is_plain || key.get("key_ref").is_some() || !text.starts_with("SEALWAX-LOCAL-1") {
            continue;
        }
        let identity: Identity = text.parse().unwrap();
        let sealed = unhex(case["sealed"].as_str().unwrap());
        let opener = Opener::new(Provider::aws_lc_fips()).identity(identity);
        assert!(opener.open(&sealed).is_ok(), "{}", case["name"]);
        opened += 1;
    }
    assert!(opened > 10, "only {opened} vectors were opened");
}

#[test]
fn a_certificate_is_served_by_the_module() {
    let certificate = Certificate::from_pem(include_str!("../../testdata/sealed/rsa.crt")).unwrap();
    let key = RsaSecretKey::from_pem(include_str!("../../testdata/sealed/rsa.key")).unwrap();
    let sealed = Sealer::new(Provider::aws_lc_fips())
        .recipient(certificate)
        .seal(b"labs")
        .unwrap();
    let opened = Opener::new(Provider::aws_lc_fips()).identity(key).open(&sealed);
    assert_eq!(opened.unwrap().as_slice(), b"labs");
}

#[test]
fn what_the_module_does_not_compute_is_refused_in_words() {
    let cheap = Cost {
        memory_kib: 64,
        passes: 1,
        lanes: 1,
    };
    let words = Passphrase::new("words").unwrap().cost(cheap);
    let mut outside = vec![(Recipient::from(&words), Identity::from(&words))];
    for exchange in KeyExchange::ALL {
        let secret = SecretKey::from_bytes(exchange, &[3; 48][..exchange.secret_len()]).unwrap();
        outside.push((secret.public().into(), secret.into()));
    }
    for (recipient, identity) in outside {
        let sealer = Sealer::new(Provider::aws_lc_fips()).recipient(&recipient);
        let refused = sealer.seal(b"labs").unwrap_err();
        assert_eq!(refused.kind(), SealErrorKind::OutsideModule, "{recipient:?}");
        assert!(refused.to_string().contains("validated module"));
        let sealed = Sealer::new(Provider::pure_rust()).recipient(&recipient).seal(b"labs").unwrap();
        let opener = Opener::new(Provider::aws_lc_fips()).identity(&identity);
        assert!(opener.open(&sealed).is_err(), "{recipient:?}");
    }
}

fn unhex(text: &str) -> Vec<u8> {
    text.as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}
