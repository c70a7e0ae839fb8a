//! Against a server of this test that answers as Google Cloud documents: no emulator of Cloud KMS can be had as a package. It encrypts
//! with AES-256-GCM under keys in versions and checks everything that Google checks; what Google Cloud itself does is not proved here.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

mod common;

use std::sync::{Arc, Mutex};

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use common::Told;
use common::suite::{every_failure_is_told, every_key_seals, name_of, nobody_is_reached, open, rewrapped, sealer};
use common::web::{Asked, Front, Web, answer};
use sealwax::seal::KeyService;
use sealwax_kms::{GcpKms, KmsErrorKind, Reach, Secret, Supply};
use serde_json::{Value, json};

#[test]
fn a_key_of_google_seals_and_tells_its_failures() {
    let cloud = Cloud::start();
    let told = Told::default();
    let [ours, theirs] = [OURS, THEIRS].map(|name| KeyService::new(cloud.key(name, told.reach()).current().unwrap()));
    every_key_seals(&ours, &theirs, &told, true);
    let make = |reach| KeyService::new(GcpKms::new(OURS, Secret::new(TOKEN), reach).unwrap());
    every_failure_is_told(make, cloud.web.port);
    nobody_is_reached(make, cloud.web.port);
}

#[test]
fn headers_name_the_version_and_every_version_is_opened() {
    let cloud = Cloud::start();
    let told = Told::default();
    let current = || KeyService::new(cloud.key(OURS, told.reach()).current().unwrap());
    let first = current();
    let before = sealer(&first).seal(b"labs").unwrap();
    assert_eq!(name_of(&before), format!("gcp-kms:{OURS}#1"));
    cloud.rotate(OURS);
    let second = current();
    let after = sealer(&second).seal(b"labs").unwrap();
    assert_eq!(name_of(&after), format!("gcp-kms:{OURS}#2"));
    let plain = KeyService::new(cloud.key(OURS, told.reach()));
    for key in [&first, &second, &plain] {
        assert!(open(key, &before).is_some() && open(key, &after).is_some());
    }
    assert_eq!(
        name_of(&sealer(&first).seal(b"labs").unwrap()),
        format!("gcp-kms:{OURS}#1")
    );
    assert!(open(&second, &sealer(&plain).seal(b"labs").unwrap()).is_some());
    assert!(rewrapped(&second, &before).is_none());
    assert_eq!(told.kinds(), [KmsErrorKind::NoRewrap]);

    cloud.disable(OURS, 1);
    assert!(open(&second, &before).is_none() && open(&second, &after).is_some());
    assert_eq!(told.kinds(), [KmsErrorKind::Disabled]);
    cloud.disable(OURS, 2);
    let error = cloud.key(OURS, Reach::default()).current().unwrap_err();
    assert_eq!(error.kind(), KmsErrorKind::Disabled);
    let gone = OURS.replace("/2027", "/none");
    let error = cloud.key(&gone, Reach::default()).current().unwrap_err();
    assert_eq!(error.kind(), KmsErrorKind::NoKey);
}

#[test]
fn an_answer_whose_sums_are_wrong_is_no_answer() {
    let (cloud, told) = (Cloud::start(), Told::default());
    let front = Front::before(cloud.web.port);
    let key = GcpKms::new(OURS, Secret::new(TOKEN), told.reach().address(&front.address())).unwrap();
    let key = KeyService::new(key.current().unwrap());
    let sealed = sealer(&key).seal(b"labs").unwrap();
    let zeros = STANDARD.encode([0; 32]);
    let whole = json!({
        "name": format!("{OURS}/cryptoKeyVersions/1"),
        "ciphertext": zeros,
        "ciphertextCrc32c": "2324772522", // of 32 zeros, as RFC 3720 has it
        "verifiedPlaintextCrc32c": true,
        "verifiedAdditionalAuthenticatedDataCrc32c": true,
        "plaintext": zeros,
        "plaintextCrc32c": "2324772522",
    });
    let answers = |change: (&str, Value)| {
        let mut changed = whole.clone();
        changed[change.0] = change.1;
        front.instead([answer(200, "", &changed.to_string())]);
    };
    answers(("name", whole["name"].clone()));
    assert!(
        sealer(&key).seal(b"labs").is_ok(),
        "the answer is right before it is changed"
    );
    for change in [
        ("name", json!(format!("{OURS}/cryptoKeyVersions/2"))),
        ("name", json!(format!("{THEIRS}/cryptoKeyVersions/1"))),
        ("ciphertextCrc32c", json!("2324772523")),
        ("ciphertextCrc32c", json!("-1")),
        ("verifiedPlaintextCrc32c", json!(false)),
        ("verifiedAdditionalAuthenticatedDataCrc32c", json!(false)),
    ] {
        answers(change.clone());
        assert!(sealer(&key).seal(b"labs").is_err(), "{change:?}");
        assert_eq!(told.kinds(), [KmsErrorKind::Reply], "{change:?}");
    }
    for change in [
        ("plaintextCrc32c", json!("2324772523")),
        ("plaintext", json!(STANDARD.encode([0; 31]))),
    ] {
        answers(change);
        assert!(open(&key, &sealed).is_none());
        assert_eq!(told.kinds(), [KmsErrorKind::Reply]);
    }
}

#[test]
fn a_token_that_google_does_not_take_is_not_shown() {
    let (cloud, told) = (Cloud::start(), Told::default());
    let token = Arc::new(Mutex::new(Some("CANARY")));
    let supplied = Arc::clone(&token);
    let supply = Supply::by(move || supplied.lock().unwrap().map(Secret::from));
    let key = GcpKms::new(OURS, supply, told.reach().address(&cloud.web.address())).unwrap();
    let key = KeyService::new(key);
    assert!(sealer(&key).seal(b"labs").is_err());
    let words = told.words();
    assert!(
        words.starts_with("Google Cloud KMS, key `projects/") && !words.contains("CANARY"),
        "{words}"
    );
    *token.lock().unwrap() = None;
    assert!(sealer(&key).seal(b"labs").is_err());
    assert_eq!(told.kinds(), [KmsErrorKind::Credentials]);
    *token.lock().unwrap() = Some(TOKEN);
    assert!(sealer(&key).seal(b"labs").is_ok(), "the callback is asked each time");
}

const TOKEN: &str = "ya29.token";
const OURS: &str = "projects/clinic/locations/europe-west3/keyRings/mail/cryptoKeys/2027";
const THEIRS: &str = "projects/clinic/locations/europe-west3/keyRings/mail/cryptoKeys/2028";

/// The part of Google's server that is used: `cryptoKeys.get`, `.encrypt`, `.decrypt`, with Google's JSON and its errors.
struct Cloud {
    web: Web,
    keys: Arc<Mutex<Vec<Key>>>,
}

struct Key {
    name: String,
    versions: Vec<Version>,
}

struct Version {
    key: LessSafeKey,
    enabled: bool,
}

impl Version {
    fn new() -> Self {
        let mut bytes = [0; 32];
        aws_lc_rs::rand::fill(&mut bytes).unwrap();
        let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &bytes).unwrap());
        Self { key, enabled: true }
    }
}

impl Cloud {
    fn start() -> Self {
        let key = |name: &str| Key {
            name: name.to_owned(),
            versions: vec![Version::new()],
        };
        let keys = Arc::new(Mutex::new(vec![key(OURS), key(THEIRS)]));
        let served = Arc::clone(&keys);
        let web = Web::start(move |asked| match serve(&mut served.lock().unwrap(), asked) {
            Ok(body) => answer(200, "content-type: application/json\r\n", &body.to_string()),
            Err((code, status)) => {
                let body = json!({ "error": { "code": code, "message": "CANARY", "status": status } });
                answer(code, "", &body.to_string())
            }
        });
        Self { web, keys }
    }

    fn key(&self, name: &str, reach: Reach) -> GcpKms {
        GcpKms::new(name, Secret::new(TOKEN), reach.address(&self.web.address())).unwrap()
    }

    fn with(&self, name: &str, change: impl FnOnce(&mut Key)) {
        let mut keys = self.keys.lock().unwrap();
        change(keys.iter_mut().find(|key| key.name == name).unwrap());
    }

    fn rotate(&self, name: &str) {
        self.with(name, |key| key.versions.push(Version::new()));
    }

    fn disable(&self, name: &str, version: usize) {
        self.with(name, |key| key.versions[version - 1].enabled = false);
    }
}

type Refusal = (u16, &'static str);

fn serve(keys: &mut [Key], asked: &Asked) -> Result<Value, Refusal> {
    if asked.header("authorization") != Some(&format!("Bearer {TOKEN}")) {
        return Err((401, "UNAUTHENTICATED"));
    }
    let path = asked.path.strip_prefix("/v1/").ok_or((404, "NOT_FOUND"))?;
    let (name, verb) = path.rsplit_once(':').unwrap_or((path, ""));
    let (name, version) = name.split_once("/cryptoKeyVersions/").unwrap_or((name, ""));
    let key = keys.iter().find(|key| key.name == name).ok_or((404, "NOT_FOUND"))?;
    match verb {
        "" => Ok(described(key)),
        "encrypt" => encrypt(key, version, &serde_json::from_slice(&asked.body).unwrap()),
        "decrypt" => decrypt(key, &serde_json::from_slice(&asked.body).unwrap()),
        _ => Err((404, "NOT_FOUND")),
    }
}

fn described(key: &Key) -> Value {
    let number = key.versions.len();
    let state = if key.versions[number - 1].enabled {
        "ENABLED"
    } else {
        "DISABLED"
    };
    let primary = json!({ "name": format!("{}/cryptoKeyVersions/{number}", key.name), "state": state });
    json!({ "name": key.name, "purpose": "ENCRYPT_DECRYPT", "primary": primary })
}

fn encrypt(key: &Key, version: &str, input: &Value) -> Result<Value, Refusal> {
    let (plain, bound) = (bytes(input, "plaintext")?, bytes(input, "additionalAuthenticatedData")?);
    let number = if version.is_empty() {
        key.versions.len()
    } else {
        version.parse().unwrap()
    };
    let used = usable(key, number)?;
    let mut nonce = [0; NONCE_LEN];
    aws_lc_rs::rand::fill(&mut nonce).unwrap();
    let mut sealed = plain;
    let unique = Nonce::assume_unique_for_key(nonce);
    used.key
        .seal_in_place_append_tag(unique, Aad::from(&bound), &mut sealed)
        .unwrap();
    let ciphertext = [&[u8::try_from(number).unwrap()], nonce.as_slice(), &sealed].concat();
    Ok(json!({
        "name": format!("{}/cryptoKeyVersions/{number}", key.name),
        "ciphertext": STANDARD.encode(&ciphertext),
        "ciphertextCrc32c": sum(&ciphertext),
        "verifiedPlaintextCrc32c": true,
        "verifiedAdditionalAuthenticatedDataCrc32c": true,
        "protectionLevel": "SOFTWARE",
    }))
}

fn decrypt(key: &Key, input: &Value) -> Result<Value, Refusal> {
    let (wrapped, bound) = (
        bytes(input, "ciphertext")?,
        bytes(input, "additionalAuthenticatedData")?,
    );
    let (number, rest) = wrapped.split_first().ok_or(INVALID)?;
    let (nonce, sealed) = rest.split_first_chunk::<NONCE_LEN>().ok_or(INVALID)?;
    let used = usable(key, usize::from(*number))?;
    let mut sealed = sealed.to_vec();
    let nonce = Nonce::assume_unique_for_key(*nonce);
    let plain = used
        .key
        .open_in_place(nonce, Aad::from(&bound), &mut sealed)
        .map_err(|_| INVALID)?;
    Ok(json!({
        "plaintext": STANDARD.encode(&plain),
        "plaintextCrc32c": sum(plain),
        "usedPrimary": usize::from(*number) == key.versions.len(),
        "protectionLevel": "SOFTWARE",
    }))
}

fn usable(key: &Key, number: usize) -> Result<&Version, Refusal> {
    let version = key.versions.get(number.wrapping_sub(1)).ok_or(INVALID)?;
    if version.enabled {
        Ok(version)
    } else {
        Err((400, "FAILED_PRECONDITION"))
    }
}

/// A field, whose sum beside it must be right.
fn bytes(input: &Value, name: &str) -> Result<Vec<u8>, Refusal> {
    let bytes = STANDARD
        .decode(input[name].as_str().ok_or(INVALID)?)
        .map_err(|_| INVALID)?;
    let told = input[format!("{name}Crc32c")].as_str().ok_or(INVALID)?;
    if told == sum(&bytes) { Ok(bytes) } else { Err(INVALID) }
}

/// CRC-32C by a table, unlike the one that is tested.
fn sum(bytes: &[u8]) -> String {
    let table: Vec<u32> = (0..256_u32)
        .map(|byte| {
            (0..8).fold(byte, |sum, _| {
                if sum & 1 == 1 {
                    (sum >> 1) ^ 0x82f6_3b78
                } else {
                    sum >> 1
                }
            })
        })
        .collect();
    let step = |sum: u32, byte: &u8| (sum >> 8) ^ table[usize::from(sum.to_le_bytes()[0] ^ byte)];
    (!bytes.iter().fold(!0, step)).to_string()
}

const INVALID: Refusal = (400, "INVALID_ARGUMENT");
