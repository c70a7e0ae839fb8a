//! Keys as text: Bech32 and its check, PEM, DER, and rings of keys.

use base64_simd::STANDARD;

use super::script::{Script, repeats};
use super::settled::settled;
use crate::seal::forged::key_text;
use crate::seal::{
    Certificate, Context, Credentials, Identity, KeyRef, KeyRing, KeyState, LinkSecret, LocalKey, Opener, PrivateKey,
    PublicKey, Recipient, RsaSecretKey, Sealer, SecretKey, UnwrapRingError,
};

/// Reads a text as a key of every type, and the bytes behind the first one as those of a key of the type that this chooses, with
/// a check that fits.
///
/// # Panics
///
/// When a key has two forms, does not open what was sealed for it, or an error or `Debug` repeats the text.
pub fn keys(input: &[u8]) {
    read(&String::from_utf8_lossy(input));
    let mut script = Script::new(input);
    let kind = script.byte();
    let Some(prefix) = kind.checked_rem(PREFIXES.len()).and_then(|index| PREFIXES.get(index)) else {
        return;
    };
    let bytes = script.rest();
    let (text, held) = key_text(prefix, bytes);
    assert_eq!(held.as_deref(), Some(bytes), "the text of a key holds its bytes");
    read(&text);
    read(&text.to_ascii_uppercase());
}

/// Reads `text` as whatever it may be.
fn read(text: &str) {
    if let Ok(name) = text.parse::<KeyRef>() {
        let again = name.to_string().parse();
        assert_eq!(again, Ok(name), "a name has two forms");
    }
    if let Ok(key) = text.parse::<PublicKey>() {
        assert_eq!(key.to_string().parse(), Ok(key.clone()), "a public key has two forms");
    }
    if let Ok(key) = text.parse::<LocalKey>() {
        is_itself(
            key.to_text().parse::<LocalKey>().map(|again| again.to_text()),
            &key.to_text(),
        );
        opens(&Recipient::from(&key), &key.into());
    }
    if let Ok(key) = text.parse::<LinkSecret>() {
        is_itself(
            key.to_text().parse::<LinkSecret>().map(|again| again.to_text()),
            &key.to_text(),
        );
        opens(&Recipient::from(&key), &key.into());
    }
    if let Ok(key) = text.parse::<SecretKey>() {
        is_itself(
            key.to_text().parse::<SecretKey>().map(|again| again.to_text()),
            &key.to_text(),
        );
        opens(&Recipient::from(key.public()), &key.into());
    }
    is_quiet(&text.parse::<Recipient>(), text);
    is_quiet(&text.parse::<Identity>(), text);
}

fn is_itself<T: AsRef<str>, E>(again: Result<T, E>, text: &str) {
    assert!(again.is_ok_and(|again| again.as_ref() == text), "a key has two forms");
}

/// What was sealed for a key is opened by it.
fn opens(recipient: &Recipient, identity: &Identity) {
    let sealed = Sealer::new(settled()).recipient(recipient).seal(b"labs").ok();
    let opened = sealed.and_then(|sealed| Opener::new(settled()).identity(identity).open(&sealed).ok());
    assert_eq!(
        opened.as_ref().map(|text| text.as_slice()),
        Some(&b"labs"[..]),
        "a key does not open its own"
    );
}

/// Neither what was read nor the error shows the text.
fn is_quiet<T: std::fmt::Debug, E: std::error::Error>(read: &Result<T, E>, text: &str) {
    let said = match read {
        Ok(key) => format!("{key:?}"),
        Err(error) => format!("{error} {error:?}"),
    };
    assert!(!repeats(&said, text), "a key is repeated");
}

/// Reads a certificate: the first byte says what stands around the bytes behind it.
///
/// # Panics
///
/// When a certificate that was read does not seal, or its error or `Debug` repeats it.
pub fn certificates(input: &[u8]) {
    let text = armoured(input, 0);
    is_quiet(&text.parse::<Recipient>(), &text);
    is_quiet(&Certificate::from_pem(&text), &text);
    filed(text.as_bytes());
    filed(input.get(1..).unwrap_or_default());
    let Ok(certificate) = Certificate::from_pem(&text) else {
        return;
    };
    let sealer = Sealer::new(settled()).recipient(&certificate);
    let len = sealer.seal(b"labs").map(|message| message.len());
    assert_eq!(len.ok(), sealer.sealed_len(4).ok(), "a certificate does not seal");
}

/// Reads a secret key in PEM, as [`certificates`] a certificate.
///
/// # Panics
///
/// When a key that was read does not open what was sealed for its certificate, or an error or `Debug` repeats it.
pub fn private_keys(input: &[u8]) {
    let text = armoured(input, 1);
    is_quiet(&text.parse::<Identity>(), &text);
    is_quiet(&RsaSecretKey::from_pem(&text), &text);
    filed(text.as_bytes());
    filed(input.get(1..).unwrap_or_default());
    let (Ok(certificate), Ok(key)) = (
        Certificate::from_pem(super::RSA_CERTIFICATE),
        RsaSecretKey::from_pem(&text),
    ) else {
        return;
    };
    if certificate.key_ref() == key.key_ref() {
        opens(&certificate.into(), &key.into());
    }
}

/// Reads a file of another program, in whatever form. What can be read seals and opens.
fn filed(file: &[u8]) {
    let found = Credentials::read(file, None);
    assert!(
        found.is_err() || Credentials::is_in(file),
        "a file is read that is said to be none"
    );
    let Ok(found) = found else { return };
    if let Ok(certificate) = found.certificate() {
        let sealer = Sealer::new(settled()).recipient(certificate);
        assert!(sealer.seal(b"labs").is_ok(), "a certificate does not seal");
    }
    for key in found.secret_keys().into_iter().flatten() {
        match key {
            PrivateKey::Hpke(pair) => opens(&pair.public().into(), &key.into()),
            PrivateKey::Rsa(_) => (), // needs its certificate
        }
    }
}

/// The bytes behind the first one as PEM, under a label that the first one chooses; or as text, as they are.
fn armoured(input: &[u8], preferred: usize) -> String {
    let mut script = Script::new(input);
    let label = script.byte();
    let bytes = script.rest();
    if label == usize::from(b'-') {
        return String::from_utf8_lossy(input).into_owned();
    }
    let index = label.saturating_add(preferred).checked_rem(LABELS.len());
    let label = index.and_then(|index| LABELS.get(index)).copied().unwrap_or_default();
    let body: Vec<String> = STANDARD
        .encode_to_string(bytes)
        .as_bytes()
        .chunks(64)
        .map(|line| String::from_utf8_lossy(line).into_owned())
        .collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", body.join("\n"))
}

/// Reads a ring of keys, in clear and wrapped, rotates and destroys one, and writes it again. A `$` stands for a key: that of the character behind it.
///
/// # Panics
///
/// When a ring has two forms, a rotation or destruction does not do what it says, or an error repeats the text.
pub fn key_ring(input: &[u8]) {
    let text = with_keys(&String::from_utf8_lossy(input));
    let wrapped = unwrapped(&text);
    let read = KeyRing::parse(&text);
    let texts = [wrapped.as_ref().ok(), read.as_ref().ok()].map(|ring| ring.map(|ring| ring.to_text().to_string()));
    let [held, plain] = &texts;
    assert_eq!(held, plain, "a wrapped ring is read as one that is not");
    let mut ring = match read {
        Ok(ring) => ring,
        Err(error) => return assert!(!repeats(&format!("{error} {error:?}"), &text), "a key is repeated"),
    };
    let shown = format!("{ring:?}");
    let is_shown = |key: &LocalKey| shown.contains(&**key.to_text());
    let is_an_id = ring.versions().any(|(id, ..)| id.contains("SEALWAX")); // an id is no secret
    assert!(is_an_id || !ring.identities().any(is_shown), "a key is shown");
    let again = KeyRing::parse(&ring.to_text()).map(|again| again.to_text());
    assert!(again.is_ok_and(|again| again == ring.to_text()), "a ring has two forms");
    let before = ring.epoch();
    if ring.rotate(ID, settled()).is_ok() {
        assert!(ring.epoch() > before || before == u32::MAX, "a change is counted");
        assert!(ring.active(ID).is_some_and(|key| key.key_ref().id() == ID));
    }
    let living = |ring: &KeyRing| {
        let versions = ring.versions().filter(|(id, ..)| *id == ID);
        versions.filter(|(_, _, state)| *state != KeyState::Destroyed).count()
    };
    let (count, others) = (living(&ring), ring.identities().count());
    assert_eq!(ring.destroy(ID), count, "every version is destroyed");
    assert_eq!(
        (living(&ring), ring.identities().count()),
        (0, others.saturating_sub(count))
    );
    let key = LocalKey::from_bytes(&[9; 32]);
    let wrapped = ring.wrap(&Sealer::new(settled()).recipient(&key)).unwrap_or_default();
    let again = KeyRing::unwrap(&wrapped, &Opener::new(settled()).identity(&key));
    assert!(
        again.is_ok_and(|again| again.to_text() == ring.to_text()),
        "what is wrapped is read"
    );
}

/// The ring that a message says it holds.
fn unwrapped(text: &str) -> Result<KeyRing, UnwrapRingError> {
    let key = LocalKey::from_bytes(&[9; 32]);
    let says = Context::from_pairs([("sealwax.content", "key-ring")]).unwrap_or_default();
    let sealer = Sealer::new(settled()).recipient(&key).stored(says);
    let message = sealer.seal(text.as_bytes()).unwrap_or_default();
    KeyRing::unwrap(&message, &Opener::new(settled()).identity(&key))
}

fn with_keys(text: &str) -> String {
    let mut pieces = text.split('$');
    let mut whole = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let mut letters = piece.chars();
        let byte = letters
            .next()
            .and_then(|letter| u8::try_from(letter).ok())
            .unwrap_or_default();
        whole.push_str(&LocalKey::from_bytes(&[byte; 32]).to_text());
        whole.push_str(letters.as_str());
    }
    whole
}

const ID: &str = "clinic-7";

/// How the text of each type of key begins.
const PREFIXES: &[&str] = &[
    "sealwax-local-",
    "sealwax-link-",
    "sealwax-x25519-",
    "sealwax-p256-",
    "sealwax-xwing-",
    "sealwax-x25519-secret-",
    "sealwax-p256-secret-",
    "sealwax-xwing-secret-",
    "sealwax-hash-",
    "age",
    "sealwax-p384-",
    "sealwax-p384-secret-",
];

/// What stands in the lines around PEM.
const LABELS: &[&str] = &[
    "CERTIFICATE",
    "PRIVATE KEY",
    "ENCRYPTED PRIVATE KEY",
    "EC PRIVATE KEY",
    "RSA PRIVATE KEY",
    "TRUSTED CERTIFICATE",
];
