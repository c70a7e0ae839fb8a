//! Against a server of this test that answers as Azure documents: no emulator of Key Vault that wraps keys can be had as a package.
//! It wraps by RSA-OAEP and AES key wrap; what Azure itself does is not proved here.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

mod common;

use std::sync::{Arc, Mutex};

use aws_lc_rs::key_wrap::{AES_256, AesKek, KeyWrap as _};
use aws_lc_rs::rsa::{
    KeySize, OAEP_SHA256_MGF1SHA256, OaepPrivateDecryptingKey, OaepPublicEncryptingKey, PrivateDecryptingKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use common::Told;
use common::suite::{every_failure_is_told, every_key_seals, name_of, nobody_is_reached, open, sealer, wrap_of};
use common::web::{Asked, Front, Web, answer};
use sealwax::crypto::Provider;
use sealwax::seal::KeyService;
use sealwax_kms::{AzureKeyVault, AzureWrap, Bounds, Cached, KmsErrorKind, Reach, Secret};
use serde_json::{Value, json};

#[test]
fn a_key_of_azure_seals_and_tells_its_failures() {
    let vault = Vault::start();
    let told = Told::default();
    for (ours, theirs, wrap) in [
        ("rsa", "rsa2", AzureWrap::RsaOaep256),
        ("aes", "aes2", AzureWrap::A256Kw),
    ] {
        let [ours, theirs] = [ours, theirs].map(|name| vault.current(name, wrap, told.reach()));
        every_key_seals(&KeyService::new(ours), &KeyService::new(theirs), &told, false);
    }
    let make = |reach| {
        let key = AzureKeyVault::new(
            &vault.web.address(),
            "aes",
            AzureWrap::A256Kw,
            Secret::new(TOKEN),
            reach,
        )
        .unwrap();
        KeyService::new(key.version(&"0".repeat(32)).unwrap())
    };
    every_failure_is_told(make, vault.web.port);
    nobody_is_reached(make, vault.web.port);
}

#[test]
fn headers_name_the_version_and_every_version_is_opened() {
    let vault = Vault::start();
    let told = Told::default();
    let current = || vault.current("aes", AzureWrap::A256Kw, told.reach());
    let first = KeyService::new(current());
    let before = sealer(&first).seal(b"labs").unwrap();
    assert_eq!(name_of(&before), format!("azure-key-vault:aes/{:032x}", 0));
    vault.rotate("aes");
    let second = KeyService::new(current());
    let after = sealer(&second).seal(b"labs").unwrap();
    assert_eq!(name_of(&after), format!("azure-key-vault:aes/{:032x}", 1));
    let unversioned = KeyService::new(vault.key("aes", AzureWrap::A256Kw, told.reach()));
    for key in [&first, &second, &unversioned] {
        assert!(open(key, &before).is_some() && open(key, &after).is_some());
    }
    assert!(sealer(&unversioned).seal(b"labs").is_err());
    assert_eq!(told.kinds(), [KmsErrorKind::Version]);

    vault.disable("aes");
    assert!(open(&second, &before).is_none());
    assert_eq!(told.kinds(), [KmsErrorKind::Disabled]);
    let refused = |name: &str, wrap| vault.key(name, wrap, Reach::default()).current().unwrap_err().kind();
    assert_eq!(refused("aes", AzureWrap::A256Kw), KmsErrorKind::Disabled);
    assert_eq!(refused("rsa", AzureWrap::A256Kw), KmsErrorKind::Unsuitable);
    assert_eq!(refused("none", AzureWrap::A256Kw), KmsErrorKind::NoKey);
}

/// Azure unwraps what is moved to another message, and the body does not open; under a layer key the wrap is bound itself.
#[test]
fn what_azure_does_not_bind_the_body_does_and_a_layer_key_too() {
    let vault = Vault::start();
    let told = Told::default();
    let front = Front::before(vault.web.port);
    let direct = vault.current("aes", AzureWrap::A256Kw, told.reach().address(&front.address()));
    let layered = vault.current("aes", AzureWrap::A256Kw, told.reach().address(&front.address()));
    let layered = Cached::new(layered, Bounds::default(), Provider::ring())
        .sealing()
        .unwrap();
    for key in [KeyService::new(direct), KeyService::new(layered)] {
        let [one, other] = [(); 2].map(|()| sealer(&key).seal(b"labs").unwrap());
        let wrap = wrap_of(&one);
        let moved = [&one[..wrap.start], &other[wrap_of(&other)], &one[wrap.end..]].concat();
        front.asked();
        assert!(open(&key, &moved).is_none());
        assert_eq!(front.asked().len(), 1);
        assert_eq!(told.kinds(), [], "Azure unwraps it");
        assert!(open(&key, &one).is_some() && open(&key, &other).is_some());
    }
}

#[test]
fn an_answer_of_another_version_is_no_answer_and_a_token_is_not_shown() {
    let vault = Vault::start();
    let told = Told::default();
    let front = Front::before(vault.web.port);
    let key = KeyService::new(vault.current("aes", AzureWrap::A256Kw, told.reach().address(&front.address())));
    for kid in [
        "https://v/keys/aes/1",
        "https://v/keys/other/00000000000000000000000000000000",
        "",
        "x",
    ] {
        let body = json!({ "kid": kid, "value": URL_SAFE_NO_PAD.encode([0; 40]) });
        front.instead([answer(200, "", &body.to_string())]);
        assert!(sealer(&key).seal(b"labs").is_err());
        assert_eq!(told.kinds(), [KmsErrorKind::Reply], "{kid}");
    }
    let token = Secret::new("CANARY");
    let wrong = AzureKeyVault::new(&vault.web.address(), "aes", AzureWrap::A256Kw, token, told.reach()).unwrap();
    assert!(
        sealer(&KeyService::new(wrong.version("0").unwrap()))
            .seal(b"labs")
            .is_err()
    );
    let words = told.words();
    assert!(
        words.starts_with("Azure Key Vault, key `aes/0`: ") && !words.contains("CANARY"),
        "{words}"
    );
}

const TOKEN: &str = "eyJ0.token";

/// The part of Azure's server that is used: get a key, wrap, unwrap, with Azure's JSON and its errors.
struct Vault {
    web: Web,
    keys: Arc<Mutex<Vec<Key>>>,
}

struct Key {
    name: &'static str,
    enabled: bool,
    versions: Vec<Material>,
}

enum Material {
    Aes([u8; 32]),
    Rsa(PrivateDecryptingKey),
}

impl Material {
    fn aes() -> Self {
        let mut bytes = [0; 32];
        aws_lc_rs::rand::fill(&mut bytes).unwrap();
        Self::Aes(bytes)
    }

    fn rsa() -> Self {
        Self::Rsa(PrivateDecryptingKey::generate(KeySize::Rsa2048).unwrap())
    }

    fn kty(&self) -> &'static str {
        match self {
            Self::Aes(_) => "oct-HSM",
            Self::Rsa(_) => "RSA",
        }
    }

    fn wrap(&self, alg: &str, value: &[u8]) -> Option<Vec<u8>> {
        match (self, alg) {
            (Self::Aes(key), "A256KW") => {
                let mut out = [0; 64];
                let kek = AesKek::new(&AES_256, key).unwrap();
                Some(kek.wrap(value, &mut out).ok()?.to_vec())
            }
            (Self::Rsa(key), "RSA-OAEP-256") => {
                let key = OaepPublicEncryptingKey::new(key.public_key()).unwrap();
                let mut out = vec![0; key.ciphertext_size()];
                Some(
                    key.encrypt(&OAEP_SHA256_MGF1SHA256, value, &mut out, None)
                        .ok()?
                        .to_vec(),
                )
            }
            _ => None,
        }
    }

    fn unwrap(&self, alg: &str, value: &[u8]) -> Option<Vec<u8>> {
        match (self, alg) {
            (Self::Aes(key), "A256KW") => {
                let mut out = [0; 64];
                let kek = AesKek::new(&AES_256, key).unwrap();
                Some(kek.unwrap(value, &mut out).ok()?.to_vec())
            }
            (Self::Rsa(key), "RSA-OAEP-256") => {
                let key = OaepPrivateDecryptingKey::new(key.clone()).unwrap();
                let mut out = vec![0; key.min_output_size()];
                Some(
                    key.decrypt(&OAEP_SHA256_MGF1SHA256, value, &mut out, None)
                        .ok()?
                        .to_vec(),
                )
            }
            _ => None,
        }
    }
}

impl Vault {
    fn start() -> Self {
        let key = |name, material| Key {
            name,
            enabled: true,
            versions: vec![material],
        };
        let keys = vec![
            key("aes", Material::aes()),
            key("aes2", Material::aes()),
            key("rsa", Material::rsa()),
            key("rsa2", Material::rsa()),
        ];
        let keys = Arc::new(Mutex::new(keys));
        let served = Arc::clone(&keys);
        let web = Web::start(move |asked| match serve(&served.lock().unwrap(), asked) {
            Ok(body) => answer(200, "content-type: application/json\r\n", &body.to_string()),
            Err((status, code, inner)) => {
                let body = json!({ "error": { "code": code, "message": "CANARY", "innererror": { "code": inner } } });
                answer(status, "", &body.to_string())
            }
        });
        Self { web, keys }
    }

    fn key(&self, name: &str, wrap: AzureWrap, reach: Reach) -> AzureKeyVault {
        AzureKeyVault::new(&self.web.address(), name, wrap, Secret::new(TOKEN), reach).unwrap()
    }

    fn current(&self, name: &str, wrap: AzureWrap, reach: Reach) -> AzureKeyVault {
        self.key(name, wrap, reach).current().unwrap()
    }

    fn with(&self, name: &str, change: impl FnOnce(&mut Key)) {
        let mut keys = self.keys.lock().unwrap();
        change(keys.iter_mut().find(|key| key.name == name).unwrap());
    }

    fn rotate(&self, name: &str) {
        self.with(name, |key| key.versions.push(Material::aes()));
    }

    fn disable(&self, name: &str) {
        self.with(name, |key| key.enabled = false);
    }
}

type Refusal = (u16, &'static str, &'static str);

fn serve(keys: &[Key], asked: &Asked) -> Result<Value, Refusal> {
    if asked.header("authorization") != Some(&format!("Bearer {TOKEN}")) {
        return Err((401, "Unauthorized", ""));
    }
    let path = asked
        .path
        .strip_suffix("?api-version=7.4")
        .ok_or((400, "BadParameter", ""))?;
    let words: Vec<_> = path.split('/').collect();
    let missing = (404, "KeyNotFound", "");
    let key = keys.iter().find(|key| words.get(2) == Some(&key.name)).ok_or(missing)?;
    let kid = |version: usize| format!("https://clinic.vault.azure.net/keys/{}/{version:032x}", key.name);
    let newest = key.versions.len() - 1;
    match words.as_slice() {
        ["", "keys", _] => Ok(json!({
            "key": { "kid": kid(newest), "kty": key.versions[newest].kty(), "key_ops": ["wrapKey", "unwrapKey"] },
            "attributes": { "enabled": key.enabled },
        })),
        ["", "keys", _, version, verb] => {
            let number = usize::from_str_radix(version, 16).map_err(|_| missing)?;
            let material = key.versions.get(number).ok_or(missing)?;
            if !key.enabled {
                return Err((403, "Forbidden", "KeyDisabled"));
            }
            let input: Value = serde_json::from_slice(&asked.body).unwrap();
            let value = URL_SAFE_NO_PAD.decode(input["value"].as_str().unwrap()).unwrap();
            let alg = input["alg"].as_str().unwrap();
            let done = match *verb {
                "wrapkey" => material.wrap(alg, &value),
                "unwrapkey" => material.unwrap(alg, &value),
                _ => return Err(missing),
            };
            let done = done.ok_or((400, "BadParameter", ""))?;
            Ok(json!({ "kid": kid(number), "value": URL_SAFE_NO_PAD.encode(done) }))
        }
        _ => Err(missing),
    }
}
