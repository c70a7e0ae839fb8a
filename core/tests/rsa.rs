//! RSA-OAEP against the OpenSSL command line, in both directions.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

mod common;

use std::fs;
use std::path::Path;
use std::process::Command;

use common::{need, testdata};
use sealwax::crypto::{Provider, hex};
use sealwax::seal::{Certificate, Header, KeyErrorKind, Opener, RsaSecretKey, Sealer};

#[test]
fn openssl_unwraps_what_we_wrapped_and_we_what_openssl_wrapped() {
    let Some(folder) = folder_for_openssl() else {
        return;
    };
    let sealed = Sealer::new(Provider::ring())
        .recipient(certificate())
        .leave_recipients_open()
        .seal(b"labs")
        .unwrap();
    let header = Header::parse(&sealed).unwrap();
    let stanza = &header.stanzas()[0];
    let label = hex(&binding(&sealed));

    fs::write(folder.path().join("wrapped"), stanza.wrapped()).unwrap();
    let key = testdata("sealed/rsa.key");
    pkeyutl(
        folder.path(),
        &["-decrypt", "-inkey"],
        &key,
        &label,
        ["wrapped", "data-key"],
    );
    assert_eq!(fs::read(folder.path().join("data-key")).unwrap().len(), 32);

    let certificate = testdata("sealed/rsa.crt");
    let encrypt = ["-encrypt", "-certin", "-inkey"];
    pkeyutl(folder.path(), &encrypt, &certificate, &label, ["data-key", "again"]);
    let again = fs::read(folder.path().join("again")).unwrap();
    assert_ne!(again, stanza.wrapped());
    let body = sealed.len() - (56 + 4 + 16);
    let replaced = [&sealed[..body - again.len()], &again, &sealed[body..]].concat();
    assert_eq!(opener().open(&replaced).unwrap().as_slice(), b"labs");
}

#[test]
fn a_certificate_that_openssl_made_is_taken_for_what_it_allows() {
    let Some(folder) = folder_for_openssl() else {
        return;
    };
    let made = |algorithm: &str, extension: &str| {
        let mut openssl = Command::new("openssl");
        let subject = ["req", "-x509", "-nodes", "-subj", "/CN=x", "-keyout", "k", "-out", "c"];
        openssl
            .args(subject)
            .args(algorithm.split(' '))
            .current_dir(folder.path());
        assert!(openssl.args(["-addext", extension]).output().unwrap().status.success());
        let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        (Certificate::from_pem(&read("c")), RsaSecretKey::from_pem(&read("k")))
    };
    let any = "subjectAltName=email:x@example.org";
    let (certificate, key) = made("-newkey rsa:3072", any);
    assert_eq!(certificate.unwrap().key_ref(), key.unwrap().key_ref());
    assert!(
        made("-newkey rsa:2048", "keyUsage=keyEncipherment,digitalSignature")
            .0
            .is_ok()
    );
    for (algorithm, extension, found) in [
        ("-newkey rsa:1024", any, "an RSA key that has not 2,048 to 8,192 bits"),
        (
            "-newkey rsa:2048",
            "keyUsage=digitalSignature",
            "a key that is not for encryption, by its key usage",
        ),
    ] {
        let KeyErrorKind::Form(form) = made(algorithm, extension).0.unwrap_err().kind() else {
            panic!("{algorithm} {extension}");
        };
        assert_eq!(form.to_string(), format!("a certificate with {found}"));
    }
}

#[test]
fn what_is_no_certificate_or_key_is_refused_and_never_shown() {
    let key = fs::read_to_string(testdata("sealed/rsa.key")).unwrap();
    let cut = key.replacen('M', "", 1);
    assert!(matches!(
        Certificate::from_pem("").unwrap_err().kind(),
        KeyErrorKind::Type { .. }
    ));
    for (text, found) in [
        ("-----BEGIN CERTIFICATE-----\n", "a block of PEM that is damaged or cut"),
        (&key, "a private key without its certificate, which only opens"),
    ] {
        let KeyErrorKind::Form(form) = Certificate::from_pem(text).unwrap_err().kind() else {
            panic!("{found}");
        };
        assert_eq!(form.to_string(), found);
    }
    let error = RsaSecretKey::from_pem(&cut).unwrap_err();
    let printed = format!("{error} {error:?} {:?} {:?}", opener(), certificate());
    assert!(printed.contains("rsa:") && !printed.contains("MII"), "{printed}");
}

/// What the data key is bound to (`docs/FORMAT.md`, section 3), taken from the bytes of the header.
fn binding(sealed: &[u8]) -> Vec<u8> {
    let core_len = u32::from_be_bytes(sealed[8..12].try_into().unwrap()) as usize;
    let stanza = 12 + core_len + 2;
    let key_ref = &sealed[stanza + 2..stanza + 2 + 1 + 3 + 1 + 16 + 4];
    [
        b"SLWX1 wrap".as_slice(),
        &sealed[stanza..stanza + 2],
        &sealed[12..28],
        key_ref,
    ]
    .concat()
}

fn pkeyutl(folder: &Path, what: &[&str], key: &Path, label: &str, [input, output]: [&str; 2]) {
    let label = format!("rsa_oaep_label:{label}");
    let options = [
        "rsa_padding_mode:oaep",
        "rsa_oaep_md:sha256",
        "rsa_mgf1_md:sha256",
        &label,
    ];
    let mut openssl = Command::new("openssl");
    openssl
        .arg("pkeyutl")
        .args(what)
        .arg(key)
        .args(["-in", input, "-out", output]);
    openssl.args(options.iter().flat_map(|option| ["-pkeyopt", *option]));
    let ran = openssl.current_dir(folder).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}

fn folder_for_openssl() -> Option<tempfile::TempDir> {
    let found = Command::new("openssl").arg("version").output().is_ok();
    need("the command `openssl`", found.then(|| tempfile::tempdir().unwrap()))
}

fn certificate() -> Certificate {
    fs::read_to_string(testdata("sealed/rsa.crt")).unwrap().parse().unwrap()
}

fn opener() -> Opener {
    let key: RsaSecretKey = fs::read_to_string(testdata("sealed/rsa.key")).unwrap().parse().unwrap();
    Opener::new(Provider::ring()).identity(key)
}
