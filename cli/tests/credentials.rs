//! Certificates and keys that other programs made.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::Folder;

const CERTIFICATE: &str = include_str!("../../testdata/sealed/p256.crt");
const KEY: &str = include_str!("../../testdata/sealed/p256.key");

fn folder() -> Folder {
    let folder = Folder::new();
    folder.file("m", "labs");
    folder.file("ann.crt", CERTIFICATE);
    folder.file("ann.key", KEY);
    folder.file("ann.p12", include_bytes!("../../testdata/credentials/p256.p12"));
    folder.file(
        "locked.key",
        include_str!("../../testdata/credentials/p256-encrypted.key"),
    );
    folder.file("bob.crt", include_str!("../../testdata/sealed/p384.crt"));
    folder.file("bob.key", include_str!("../../testdata/sealed/p384.key"));
    folder.file("words", "correct horse\nand a note\n");
    folder
}

#[test]
fn what_is_sealed_for_a_certificate_opens_with_every_form_of_its_key() {
    let folder = folder();
    folder.run("seal --to ann.crt --to bob.crt m -o sealed").fine();
    for key in [
        "ann.key",
        "bob.key",
        "ann.p12 --key-passphrase-file words",
        "locked.key --key-passphrase-file words",
    ] {
        assert_eq!(
            folder.run(&format!("open --key {key} sealed -o -")).fine(),
            "labs",
            "{key}"
        );
    }
    let shown = folder.run("inspect sealed").fine();
    assert!(shown.contains("hpke p256:") && shown.contains("hpke p384:"), "{shown}");
}

#[test]
fn pkcs_12_seals_by_its_certificate_and_rewraps_by_its_key() {
    let folder = folder();
    folder
        .run("seal --to ann.p12 --key-passphrase-file words m -o sealed")
        .fine();
    folder.run("open --key ann.key sealed -o out").fine();
    folder
        .run("rewrap --key ann.p12 --key-passphrase-file words --add bob.crt --replace-all sealed")
        .fine();
    assert_eq!(folder.run("open --key bob.key sealed -o -").fine(), "labs");
    folder.run("open --key ann.key sealed -o -").failed();
}

#[test]
fn a_key_ring_is_wrapped_for_a_certificate_and_unwrapped_by_its_key() {
    let folder = folder();
    folder.run("keygen --ring ring --id clinic --ring-key ann.crt").fine();
    let locked = "--ring-key ann.p12 --key-passphrase-file words";
    folder
        .run(&format!("seal --key ring --id clinic {locked} m -o sealed"))
        .fine();
    assert_eq!(
        folder.run(&format!("open --key ring {locked} sealed -o -")).fine(),
        "labs"
    );
    let error = folder.run("open --key ring --ring-key ann.p12 sealed -o -").failed();
    assert!(error.contains("`ann.p12`: is encrypted"), "{error}");
}

#[test]
fn a_file_in_der_or_with_other_text_around_it_is_read() {
    let folder = folder();
    folder.file("ann.der", der(CERTIFICATE));
    folder.file("key.der", der(KEY));
    folder.file(
        "both",
        format!("Bag Attributes\r\n{CERTIFICATE}\r\n{KEY}").replace('\n', "\r\n"),
    );
    for certificate in ["ann.der", "both"] {
        folder.run(&format!("seal --to {certificate} m -o sealed")).fine();
        for key in ["key.der", "both"] {
            assert_eq!(folder.run(&format!("open --key {key} sealed -o -")).fine(), "labs");
        }
    }
}

#[test]
fn a_passphrase_that_is_missing_or_wrong_is_told_with_the_next_step() {
    let folder = folder();
    folder.file("wrong", "CANARY\n");
    folder.run("seal --to ann.crt m -o sealed").fine();
    for key in ["ann.p12", "locked.key"] {
        let error = folder.run(&format!("open --key {key} sealed -o -")).failed();
        assert!(error.contains(&format!("`{key}`: is encrypted")), "{error}");
        assert!(error.contains("--key-passphrase-file FILE"), "{error}");
        let error = folder
            .run(&format!("open --key {key} --key-passphrase-file wrong sealed -o -"))
            .failed();
        assert!(
            error.contains("the passphrase does not fit") && !error.contains("CANARY"),
            "{error}"
        );
    }
}

#[test]
fn what_cannot_be_used_is_named_with_the_next_step() {
    let folder = folder();
    folder.run("seal --to ann.crt m -o sealed").fine();
    let block = |label: &str| format!("notes\n-----BEGIN {label}-----\nAAAA\n-----END {label}-----\n");
    folder.file("ssh", block("OPENSSH PRIVATE KEY"));
    folder.file("pgp", block("PGP PUBLIC KEY BLOCK"));
    folder.file("request", block("CERTIFICATE REQUEST"));
    folder.file("age1-key", "age1qqqq\n");
    for (command, found, next) in [
        (
            "open --key ssh sealed -o -",
            "`ssh`: line 2: is an OpenSSH private key",
            "ssh-keygen -p -m PKCS8",
        ),
        (
            "seal --to pgp m -o out",
            "`pgp`: line 2: is a PGP public key block",
            "give a certificate",
        ),
        (
            "seal --to request m -o out",
            "`request`: line 2: is a certificate request",
            "give the certificate",
        ),
        (
            "seal --to age1-key m -o out",
            "`age1-key`: is an age recipient",
            "sealwax keygen",
        ),
        (
            "seal --to age1absent m -o out",
            "this is an age recipient",
            "sealwax keygen",
        ),
        (
            "open --key ann.crt sealed -o -",
            "`ann.crt`: is a certificate without its private key",
            "private key",
        ),
    ] {
        let error = folder.run(command).failed();
        assert!(error.contains(found) && error.contains(next), "{command}: {error}");
    }
}

/// The bytes of a block of PEM.
fn der(pem: &str) -> Vec<u8> {
    use base64::Engine;
    let lines: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    base64::engine::general_purpose::STANDARD.decode(lines).unwrap()
}
