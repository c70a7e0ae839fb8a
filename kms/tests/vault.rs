//! Against a real OpenBao, whose transit engine is that of Vault, in a server of the test's own that keeps everything in memory.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

mod common;
#[path = "../examples/vault.rs"]
mod example;

use std::fs;
use std::path::Path;
use std::process::Command;

use common::suite::{every_failure_is_told, every_key_seals, name_of, nobody_is_reached, open, rewrapped, sealer};
use common::web::Asked;
use common::{Running, Told, program};
use sealwax::crypto::Provider;
use sealwax::seal::{KeyService, RewrapError, Rewrapper, SealErrorKind, Sealer};
use sealwax_kms::{KmsErrorKind, Reach, Secret, Supply, VaultTransit};
use serde_json::{Value, json};

#[test]
fn a_key_of_vault_seals_and_tells_its_failures() {
    let Some(bao) = Bao::start() else {
        return;
    };
    let told = Told::default();
    for kind in [
        "aes256-gcm96",
        "aes128-gcm96",
        "chacha20-poly1305",
        "xchacha20-poly1305",
    ] {
        for derived in [false, true] {
            let [ours, theirs] = ["ours", "theirs"].map(|who| {
                let name = format!("{who}-{kind}-{derived}");
                bao.write(
                    &format!("transit/keys/{name}"),
                    &json!({ "type": kind, "derived": derived }),
                );
                KeyService::new(bao.key(&name, told.reach()).current().unwrap())
            });
            every_key_seals(&ours, &theirs, &told, true);
        }
    }
    let make = |reach| {
        KeyService::new(
            VaultTransit::new(&bao.0.address(), "ours-aes256-gcm96-false", Secret::new(TOKEN), reach).unwrap(),
        )
    };
    every_failure_is_told(make, bao.0.port);
    nobody_is_reached(make, bao.0.port);
}

#[test]
fn headers_name_the_version_and_every_version_is_opened() {
    let Some(bao) = Bao::start() else {
        return;
    };
    bao.write("transit/keys/mail", &json!({}));
    let told = Told::default();
    let current = || KeyService::new(bao.key("mail", told.reach()).current().unwrap());
    let first = current();
    let before = sealer(&first).seal(b"labs").unwrap();
    assert_eq!(name_of(&before), "vault-transit:transit/mail#1");
    bao.write("transit/keys/mail/rotate", &json!({}));
    let after = sealer(&current()).seal(b"labs").unwrap();
    assert_eq!(name_of(&after), "vault-transit:transit/mail#2");
    let unversioned = KeyService::new(bao.key("mail", told.reach()));
    for key in [&first, &current(), &unversioned] {
        assert!(open(key, &before).is_some() && open(key, &after).is_some());
    }
    assert_eq!(
        name_of(&sealer(&first).seal(b"labs").unwrap()),
        "vault-transit:transit/mail#1"
    );
    let plain = sealer(&unversioned).seal(b"labs").unwrap();
    assert_eq!(name_of(&plain), "vault-transit:transit/mail");
    assert!(open(&current(), &plain).is_some());

    // A header that says another version than the one that wrapped.
    let mut renamed = before;
    let name = renamed
        .windows(12)
        .position(|window| window == b"transit/mail")
        .unwrap();
    renamed[name + 12 + 3] = 2;
    assert_eq!(name_of(&renamed), "vault-transit:transit/mail#2");
    assert!(open(&first, &renamed).is_none());
    assert_eq!(told.kinds(), [KmsErrorKind::Mismatch]);
}

#[test]
fn vault_wraps_anew_under_derived_keys_and_a_rewrapper_under_all() {
    let Some(bao) = Bao::start() else {
        return;
    };
    bao.write("transit/keys/derived", &json!({ "derived": true }));
    bao.write("transit/keys/plain", &json!({}));
    let told = Told::default();
    let current = |name: &str| KeyService::new(bao.key(name, told.reach()).current().unwrap());
    for name in ["derived", "plain"] {
        let (first, sealed) = (current(name), sealer(&current(name)).seal(b"labs").unwrap());
        let closed = Sealer::new(Provider::ring()).recipient(&first).seal(b"labs").unwrap();
        bao.write(&format!("transit/keys/{name}/rotate"), &json!({}));
        let second = current(name);
        let by_service = rewrapped(&second, &sealed);
        assert_eq!(by_service.is_some(), name == "derived");
        let expected: &[_] = if name == "derived" {
            &[]
        } else {
            &[KmsErrorKind::NoRewrap]
        };
        assert_eq!(told.kinds(), expected);
        let protected = second.rewrap(&closed).unwrap_err();
        assert!(matches!(protected, RewrapError::Change(error) if error.kind() == SealErrorKind::Protected));
        let by_host = [&sealed, &closed].map(|sealed| {
            let change = Rewrapper::new(Provider::ring())
                .identity(&first)
                .recipient(&second)
                .replace_all();
            let change = change.rewrap(sealed).unwrap();
            [change.header.as_slice(), &sealed[change.old_len..]].concat()
        });
        bao.write(
            &format!("transit/keys/{name}/config"),
            &json!({ "min_decryption_version": 2 }),
        );
        for moved in by_service.iter().chain(&by_host) {
            assert_eq!(name_of(moved), format!("vault-transit:transit/{name}#2"));
            assert!(open(&second, moved).is_some(), "the old version is switched off");
        }
        assert!(open(&second, &sealed).is_none());
        assert_eq!(told.kinds(), [KmsErrorKind::Disabled]);
    }
}

#[test]
fn what_vault_refuses_is_told_without_the_token() {
    let Some(bao) = Bao::start() else {
        return;
    };
    bao.write("transit/keys/mail", &json!({}));
    bao.write("transit/keys/derived", &json!({ "derived": true }));
    bao.write("transit/keys/rsa", &json!({ "type": "rsa-2048" }));
    let told = Told::default();
    let seals = |key: VaultTransit| sealer(&KeyService::new(key)).seal(b"labs").is_ok();
    for token in [Secret::new("CANARY"), Secret::new("s.CANARY")] {
        assert!(!seals(
            VaultTransit::new(&bao.0.address(), "mail", token, told.reach()).unwrap()
        ));
        let words = told.words();
        assert!(
            words.starts_with("Vault transit, key `transit/mail`: the service refuses the cred"),
            "{words}"
        );
        assert!(!words.contains("CANARY"));
    }
    for token in [None, Some(""), Some("two words"), Some("a\r\nb: c")] {
        let token = Supply::by(move || token.map(Secret::from));
        assert!(!seals(
            VaultTransit::new(&bao.0.address(), "mail", token, told.reach()).unwrap()
        ));
        assert_eq!(told.kinds(), [KmsErrorKind::Credentials]);
    }
    let current = |key: VaultTransit| key.current().map(drop).map_err(|error| error.kind());
    assert_eq!(current(bao.key("none", told.reach())), Err(KmsErrorKind::NoKey));
    assert_eq!(
        current(bao.key("mail", told.reach()).mount("no/mount").unwrap()),
        Err(KmsErrorKind::NoKey)
    );
    assert_eq!(current(bao.key("rsa", told.reach())), Err(KmsErrorKind::Unsuitable));
    assert!(
        !seals(bao.key("rsa", told.reach())),
        "an RSA key of Vault binds nothing"
    );
    assert!(
        !seals(bao.key("derived", told.reach())),
        "nobody asked what the key is like"
    );
    assert_eq!(told.kinds(), [KmsErrorKind::Unsuitable, KmsErrorKind::Version]);

    let key = KeyService::new(bao.key("mail", told.reach()));
    let sealed = sealer(&key).seal(b"labs").unwrap();
    bao.ask("DELETE", "transit/keys/mail/soft-delete", &json!({}));
    assert_eq!(current(bao.key("mail", told.reach())), Err(KmsErrorKind::Disabled));
    assert!(open(&key, &sealed).is_none());
    assert_eq!(told.kinds(), [KmsErrorKind::Disabled]);
    bao.write("transit/keys/mail/config", &json!({ "deletion_allowed": true }));
    bao.ask("DELETE", "transit/keys/mail", &json!({}));
    assert!(open(&key, &sealed).is_none());
    assert_eq!(told.kinds(), [KmsErrorKind::NoKey]);
}

#[test]
fn a_namespace_and_another_mount_are_asked() {
    let Some(bao) = Bao::start() else {
        return;
    };
    bao.write("sys/namespaces/clinics", &json!({}));
    bao.write("clinics/sys/mounts/keys/seven", &json!({ "type": "transit" }));
    bao.write("clinics/keys/seven/keys/mail", &json!({}));
    let key = || bao.key("mail", Reach::default()).mount("keys/seven").unwrap();
    assert!(key().current().is_err());
    let key = KeyService::new(key().namespace("clinics").unwrap().current().unwrap());
    let sealed = sealer(&key).seal(b"labs").unwrap();
    assert_eq!(name_of(&sealed), "vault-transit:keys/seven/mail#1");
    assert!(open(&key, &sealed).is_some());
}

#[test]
fn tls_takes_the_authority_that_was_handed_in_and_no_other() {
    let Some(program) = program("bao") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().to_string_lossy().into_owned();
    let running = Running::start(|port| {
        let mut server = server(&program, port);
        server.args(["-dev-tls", &format!("-dev-tls-cert-dir={at}")]);
        server
    });
    let mut files = fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().path());
    let authority = files.find(|file| file.to_string_lossy().ends_with("-ca.pem")).unwrap();
    let authority = fs::read(authority).unwrap();
    let port = running.port;
    let address = format!("https://127.0.0.1:{port}");
    // Nothing is mounted there: an answer is enough.
    let reached = |reach: Reach| {
        VaultTransit::new(&address, "mail", Secret::new(TOKEN), reach)
            .unwrap()
            .current()
            .unwrap_err()
            .kind()
    };
    assert_eq!(
        reached(Reach::default().trust_only(&authority).unwrap()),
        KmsErrorKind::NoKey
    );
    assert_eq!(
        reached(Reach::default()),
        KmsErrorKind::Unreachable,
        "no authority of the system"
    );
    let other = include_bytes!("../../testdata/sealed/p256.crt");
    assert_eq!(
        reached(Reach::default().trust_only(other).unwrap()),
        KmsErrorKind::Unreachable
    );
}

#[test]
fn the_example_runs() {
    let Some(bao) = Bao::start() else {
        return;
    };
    bao.write("transit/keys/mail", &json!({}));
    let opened = example::seal_and_open(&bao.0.address(), TOKEN, "mail", b"labs").unwrap();
    assert_eq!(opened, b"labs");
    assert!(example::seal_and_open(&bao.0.address(), "wrong", "mail", b"labs").is_err());
}

const TOKEN: &str = "root";

/// A server that keeps everything in memory and writes nothing where its user lives.
fn server(program: &Path, port: u16) -> Command {
    let mut server = Command::new(program);
    server.args(["server", "-dev", "-dev-no-store-token"]);
    server.args([
        format!("-dev-root-token-id={TOKEN}"),
        format!("-dev-listen-address=127.0.0.1:{port}"),
    ]);
    server.env("HOME", std::env::temp_dir());
    server
}

struct Bao(Running);

impl Bao {
    fn start() -> Option<Self> {
        let program = program("bao")?;
        let bao = Self(Running::start(|port| server(&program, port)));
        bao.write("sys/mounts/transit", &json!({ "type": "transit" }));
        Some(bao)
    }

    fn key(&self, name: &str, reach: Reach) -> VaultTransit {
        VaultTransit::new(&self.0.address(), name, Secret::new(TOKEN), reach).unwrap()
    }

    fn write(&self, path: &str, input: &Value) {
        let answer = self.ask("POST", path, input);
        assert!(answer.starts_with("HTTP/1.1 20"), "{path}: {answer}");
    }

    fn ask(&self, method: &str, path: &str, input: &Value) -> String {
        let body = input.to_string().into_bytes();
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let asked = Asked {
            method: method.to_owned(),
            path: format!("/v1/{path}"),
            headers: vec![
                header("host", "127.0.0.1"),
                header("x-vault-token", TOKEN),
                header("content-length", &body.len().to_string()),
            ],
            body,
        };
        String::from_utf8(asked.forward(self.0.port)).unwrap()
    }
}
