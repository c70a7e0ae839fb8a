//! `cargo xtask vectors`: the test vectors of `docs/FORMAT.md`.
//!
//! Keys are fixed, everything else is random: the vectors in the repository are one run of this program for each file.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a tool for developers may panic"
)]

mod endings;

use std::borrow::Borrow;
use std::fs;
use std::path::Path;

use sealwax::Timestamp;
use sealwax::crypto::{Provider, hex, sha256, sha512};
use sealwax::seal::{
    Certificate, Context, Cost, KeyExchange, KeyRef, LinkSecret, LocalKey, Passphrase, Retention, Sealer, SecretKey,
    cobblestone,
};
use serde_json::{Value, json};

use crate::Failure;

/// Writes the vectors into the folder that is named.
pub(crate) fn run(root: &Path, words: &[&str]) -> Result<(), Failure> {
    let [folder] = words else {
        return Err("name the folder to write the vectors into: `cargo xtask vectors testdata/sealed`".into());
    };
    let folder = root.join(folder);
    let write = |name: &str, cases: Vec<Value>| {
        let file = json!({"format": "docs/FORMAT.md", "cases": cases});
        fs::write(folder.join(name), serde_json::to_string_pretty(&file).unwrap() + "\n").unwrap();
    };
    write("valid.json", [lengths(), recipients(), headers(), crafted()].concat());
    write("invalid.json", [changed(), cut(), exchanged(), broken_rules()].concat());
    write("rsa.json", certificates());
    write("endings.json", endings::cases());
    write("ec.json", [curve("p256", 65), curve("p384", 97)].concat());
    Ok(())
}

/// A file beside the vectors.
fn read(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata/sealed");
    fs::read_to_string(folder.join(name)).unwrap()
}

/// Messages for the key of a certificate on a curve, whose points have this many bytes.
fn curve(name: &str, point: usize) -> Vec<Value> {
    let certificate = Certificate::from_pem(&read(&format!("{name}.crt"))).unwrap();
    let keys = json!([{"text": read(&format!("{name}.key"))}]);
    let text = plain(12);
    let one = bare().recipient(&certificate).seal(&text).unwrap();
    let several = bare().recipient(key()).recipient(&certificate).seal(&text).unwrap();
    let body = one.len() - (56 + 12 + 16);
    let wrapped = body - (2 + point + 48);
    let with = |at: usize, byte: u8| {
        let mut changed = one.clone();
        changed[at] = byte;
        changed
    };
    let other_kem = if one[wrapped + 1] == 0x10 { 0x11 } else { 0x10 };
    vec![
        valid(&format!("a certificate on {name}"), keys.clone(), &one, &text),
        valid(
            &format!("a certificate on {name} among several"),
            keys.clone(),
            &several,
            &text,
        ),
        invalid(
            &format!("one bit of a wrapped key for {name}"),
            keys.clone(),
            &with(body - 20, one[body - 20] ^ 1),
        ),
        invalid(
            &format!("another key encapsulation than {name}"),
            keys.clone(),
            &with(wrapped + 1, other_kem),
        ),
        invalid(
            &format!("a point that is not on {name}"),
            keys,
            &with(wrapped + 10, one[wrapped + 10] ^ 1),
        ),
        invalid(
            &format!("another key than that of the certificate on {name}"),
            json!([local()]),
            &one,
        ),
    ]
}

/// Messages for the key of `rsa.crt`, whose secret half is in `rsa.key`.
fn certificates() -> Vec<Value> {
    let (certificate, keys) = (
        Certificate::from_pem(&read("rsa.crt")).unwrap(),
        json!([{"text": read("rsa.key")}]),
    );
    let text = plain(12);
    let seal = || bare().recipient(&certificate).seal(&text).unwrap();
    let (one, other) = (seal(), seal());
    let body = one.len() - (56 + 12 + 16);
    let stanza = body - 256;
    let mut changed = one.clone();
    changed[stanza + 100] ^= 1;
    let several = bare().recipient(key()).recipient(&certificate).seal(&text).unwrap();
    let shorter = [&one[..stanza - 2], &[0, 255], &one[stanza..body - 1], &one[body..]].concat();
    vec![
        valid("a certificate", keys.clone(), &one, &text),
        valid("a certificate among several", keys.clone(), &several, &text),
        invalid("one bit of a wrapped key for a certificate", keys.clone(), &changed),
        invalid(
            "the wrapped key of another message for a certificate",
            keys.clone(),
            &[&one[..stanza], &other[stanza..body], &one[body..]].concat(),
        ),
        invalid("a wrapped key for a certificate that is too short", keys, &shorter),
        invalid("another key than the certificate's", json!([local()]), &one),
    ]
}

/// One message of each interesting length.
fn lengths() -> Vec<Value> {
    let lengths = [0, 1, 12, 16_383, 16_384, 16_385, 32_768, 40_000];
    let case = |len: usize| {
        let sealed = sealer().seal(&plain(len)).unwrap();
        valid(&format!("{len} bytes"), json!([local()]), &sealed, &plain(len))
    };
    lengths.into_iter().map(case).collect()
}

/// One message for each kind of key, and one for several.
fn recipients() -> Vec<Value> {
    let text = plain(12);
    let mut cases = Vec::new();
    let link = LinkSecret::from_bytes(&[2; 32]);
    let sealed = bare().recipient(&link).seal(&text).unwrap();
    cases.push(valid(
        "a link secret",
        json!([{"text": *link.to_text()}]),
        &sealed,
        &text,
    ));
    let mut all = bare().recipient(key()).recipient(&link);
    for exchange in KeyExchange::ALL {
        let secret = SecretKey::from_bytes(exchange, &[3; 48][..exchange.secret_len()]).unwrap();
        let keys = json!([{"text": *secret.to_text()}]);
        let sealed = bare().recipient(secret.public()).seal(&text).unwrap();
        cases.push(valid(
            &format!("a public key of {exchange:?}"),
            keys.clone(),
            &sealed,
            &text,
        ));
        all = all.recipient(secret.public());
        cases.push(valid(
            &format!("the {exchange:?} key among several"),
            keys,
            &all.seal(&text).unwrap(),
            &text,
        ));
    }
    for words in ["correct horse battery staple", "caf\u{e9}"] {
        let cost = Cost {
            memory_kib: 256,
            passes: 2,
            lanes: 4,
        };
        let sealed = bare()
            .recipient(Passphrase::new(words).unwrap().cost(cost))
            .seal(&text)
            .unwrap();
        let typed = if words.is_ascii() { words } else { "cafe\u{301}" };
        let mut case = valid(&format!("the passphrase {words}"), json!([]), &sealed, &text);
        case["passphrases"] = json!([typed]);
        cases.push(case);
    }
    cases
}

/// The fields of the header, one at a time and together.
fn headers() -> Vec<Value> {
    let text = plain(12);
    let named = json!([{"text": *key().to_text(), "key_ref": ["local", "tenant-7/2027-01", 3]}]);
    let reference = KeyRef::new("local", "tenant-7/2027-01", 3).unwrap();
    let named_sealer = bare().recipient(key().named(reference));
    let retention = Retention {
        class: "mail-6y".into(),
        not_after: Some(Timestamp::from_millis(1_985_000_000_000)),
    };
    let long = context(&[("long", &"x".repeat(60_000))]);
    let sealers = [
        ("a named key", named.clone(), named_sealer.clone()),
        ("a key epoch", json!([local()]), sealer().key_epoch(7)),
        (
            "a retention class",
            json!([local()]),
            sealer().retention(retention.clone()),
        ),
        (
            "an end before 1970",
            json!([local()]),
            sealer().retention(Retention {
                not_after: Some(Timestamp::from_millis(-1)),
                ..Retention::default()
            }),
        ),
        (
            "a stored context",
            json!([local()]),
            sealer().stored(context(&[("tenant", "clinic-7"), ("class", "")])),
        ),
        ("a long stored context", json!([local()]), sealer().stored(long)),
        ("a stanza MAC", json!([local()]), sealer().protect_recipients()),
    ];
    let mut cases: Vec<Value> = sealers
        .into_iter()
        .map(|(name, keys, sealer)| valid(name, keys, &sealer.seal(&text).unwrap(), &text))
        .collect();
    let full = named_sealer
        .stored(context(&[("tenant", "clinic-7")]))
        .supplied(context(SUPPLIED))
        .retention(retention)
        .key_epoch(7)
        .protect_recipients();
    let mut everything = valid("every field", named, &full.seal(&text).unwrap(), &text);
    everything["supplied"] = supplied();
    cases.push(everything);
    let salted = sealer().supplied(context(SUPPLIED));
    let mut salted = valid(
        "a supplied context",
        json!([local()]),
        &salted.seal(&text).unwrap(),
        &text,
    );
    salted["supplied"] = supplied();
    cases.push(salted);
    let (header, body) = sealer().seal_detached(&text).unwrap();
    let mut detached = valid("a detached header", json!([local()]), &body, &text);
    detached["header"] = json!(hex(&header));
    cases.push(detached);
    let example = sealer()
        .stored(context(&[("tenant", "clinic-7")]))
        .seal(b"MRN 12345678")
        .unwrap();
    cases.push(valid(
        "the example of the page",
        json!([local()]),
        &example,
        b"MRN 12345678",
    ));
    cases
}

/// What [`Craft`] makes opens, so that what is made of it is refused for the one rule that it breaks.
fn crafted() -> Vec<Value> {
    let forged = Craft {
        forged: true,
        ..Craft::default()
    };
    vec![
        valid("crafted by hand", json!([local()]), &Craft::default().seal(), CRAFTED),
        valid(
            "another data key before the true one",
            json!([local()]),
            &forged.seal(),
            CRAFTED,
        ),
    ]
}

/// One bit changed in each field.
fn changed() -> Vec<Value> {
    let sealed = Craft {
        stanza_mac: true,
        ..Craft::default()
    }
    .seal();
    let context = 12 + 16 + 4 + 1 + 4 + 8 + 4;
    let stanzas = context + CRAFTED_CONTEXT.len() + 32;
    let body = sealed.len() - (56 + CRAFTED.len() + 16);
    let places = [
        ("the magic", 0),
        ("the version", 4),
        ("the suite", 6),
        ("a flag that is known", 7),
        ("the length of the core", 11),
        ("the sealed id", 12),
        ("the key epoch", 12 + 19),
        ("the retention class", 12 + 21),
        ("the end", 12 + 16 + 4 + 1 + 4 + 7),
        ("the stored context", context + 5),
        ("the supplied MAC", stanzas - 1),
        ("the stanza count", stanzas + 1),
        ("the kind of a stanza", stanzas + 3),
        ("the provider of a key", stanzas + 5),
        ("the id of a key", stanzas + 12),
        ("the version of a key", stanzas + 2 + 2 + 1 + 5 + 1 + 16 + 3),
        ("the length of a wrapped key", body - 32 - 105),
        ("the salt of a wrapped key", body - 32 - 104),
        ("the commitment of a wrapped key", body - 32 - 80),
        ("a wrapped key", body - 32 - 48),
        ("the tag of a wrapped key", body - 33),
        ("the stanza MAC", body - 1),
        ("the salt of the body", body),
        ("the commitment of the body", body + 24),
        ("the text", body + 56),
        ("the tag of the text", sealed.len() - 1),
    ];
    let case = |(name, at): (&str, usize)| {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        invalid(&format!("one bit of {name}"), json!([local()]), &changed)
    };
    places.into_iter().map(case).collect()
}

/// The message ends too early, or too late.
fn cut() -> Vec<Value> {
    let sealed = sealer().seal(&plain(12)).unwrap();
    let body = sealed.len() - (56 + 12 + 16);
    let mut cases = Vec::new();
    for len in [
        0,
        3,
        4,
        11,
        12,
        20,
        body - 1,
        body,
        body + 55,
        body + 56,
        body + 60,
        sealed.len() - 1,
    ] {
        cases.push(invalid(
            &format!("cut to {len} bytes"),
            json!([local()]),
            &sealed[..len],
        ));
    }
    cases.push(invalid(
        "one byte more",
        json!([local()]),
        &[sealed.as_slice(), &[0]].concat(),
    ));
    let long = sealer().seal(&plain(16_384)).unwrap();
    cases.push(invalid(
        "without its empty last chunk",
        json!([local()]),
        &long[..long.len() - 16],
    ));
    let (header, body) = sealer().seal_detached(&plain(12)).unwrap();
    let mut detached = invalid("a byte after a detached header", json!([local()]), &body);
    detached["header"] = json!(hex(&[header.as_slice(), &[0]].concat()));
    cases.push(detached);
    cases
}

/// Pieces of one message in another, wrong keys, wrong context.
fn exchanged() -> Vec<Value> {
    let (one, other) = (sealer().seal(&plain(12)).unwrap(), sealer().seal(&plain(12)).unwrap());
    let body = one.len() - (56 + 12 + 16);
    let stanza = body - 104;
    let other_key = json!([{"text": *LocalKey::from_bytes(&[8; 32]).to_text()}]);
    let renamed = json!([{"text": *LocalKey::from_bytes(&[8; 32]).to_text(), "key_ref": fingerprint_ref(&key())}]);
    let bound = sealer().supplied(context(SUPPLIED)).seal(&plain(12)).unwrap();
    let mut cases = vec![
        invalid(
            "the body of another message",
            json!([local()]),
            &[&one[..body], &other[body..]].concat(),
        ),
        invalid(
            "the wrapped key of another message",
            json!([local()]),
            &[&one[..stanza], &other[stanza..]].concat(),
        ),
        invalid("another key", other_key, &one),
        invalid("another key of the same name", renamed, &one),
        invalid("no key", json!([]), &one),
        invalid("no supplied context", json!([local()]), &bound),
    ];
    for (name, sealed, pairs) in [
        (
            "another supplied context",
            &bound,
            json!({"message-id": "<2@clinic.example>"}),
        ),
        (
            "one supplied pair too many",
            &bound,
            json!({"message-id": "<1@clinic.example>", "to": "x"}),
        ),
        ("a supplied context that was not asked for", &one, supplied()),
    ] {
        let mut case = invalid(name, json!([local()]), sealed);
        case["supplied"] = pairs;
        cases.push(case);
    }
    cases
}

/// Messages whose sealer broke one rule, and got everything else right.
fn broken_rules() -> Vec<Value> {
    let crafts = [broken_contexts(), broken_fields()].concat();
    let cases = crafts
        .into_iter()
        .map(|(name, craft)| invalid(name, json!([local()]), &craft.seal()));
    cases.chain(broken_passphrases()).collect()
}

fn broken_contexts() -> Vec<(&'static str, Craft)> {
    let long = vec![b'x'; 65_600];
    let contexts = [
        ("a context out of order", pairs(&[(b"b", b"2"), (b"a", b"1")])),
        ("a name that stands twice", pairs(&[(b"a", b"1"), (b"a", b"1")])),
        ("an empty name", pairs(&[(b"", b"1")])),
        ("a name that is not UTF-8", pairs(&[(b"\xff", b"1")])),
        ("a value that is not UTF-8", pairs(&[(b"a", b"\xc3\x28")])),
        ("a byte after the last pair", [pairs(&[(b"a", b"1")]), vec![0]].concat()),
        ("fewer pairs than announced", b"\0\x02\0\x01a\0\0\0\x011".to_vec()),
        ("a context over the limit", pairs(&[(b"a", &long)])),
    ];
    contexts
        .into_iter()
        .map(|(name, context)| {
            (
                name,
                Craft {
                    context,
                    ..Craft::default()
                },
            )
        })
        .collect()
}

/// A context in the form of the format, whether or not it is canonical.
fn pairs(list: &[(&[u8], &[u8])]) -> Vec<u8> {
    let mut out = u16::try_from(list.len()).unwrap().to_be_bytes().to_vec();
    for (name, value) in list {
        out.extend(u16::try_from(name.len()).unwrap().to_be_bytes());
        out.extend(*name);
        out.extend(u32::try_from(value.len()).unwrap().to_be_bytes());
        out.extend(*value);
    }
    out
}

#[rustfmt::skip] // a table
fn broken_fields() -> Vec<(&'static str, Craft)> {
    let craft = Craft::default;
    vec![
        ("a control character in the class", Craft { class: b"a\nb".to_vec(), ..craft() }),
        ("a class that is not UTF-8", Craft { class: b"\xff".to_vec(), ..craft() }),
        ("a byte after the core", Craft { core_tail: vec![0], ..craft() }),
        ("version 2", Craft { version: 2, ..craft() }),
        ("suite 2", Craft { suite: 2, ..craft() }),
        ("an unknown flag", Craft { extra_flags: 0x80, ..craft() }),
        ("a supplied MAC without supplied context", Craft { supplied_mac: [1; 32], ..craft() }),
        ("a key without provider", Craft { provider: String::new(), ..craft() }),
        ("a control character in a provider", Craft { provider: "lo\u{7f}cal".into(), ..craft() }),
        ("an unknown kind of stanza only", Craft { kind: 600, ..craft() }),
        ("the kind of a certificate over the wrap of a local key", Craft { kind: 6, ..craft() }),
        ("a wrapped key that is too short", Craft { data_key_len: 31, ..craft() }),
        ("a wrapped key that is too long", Craft { data_key_len: 33, ..craft() }),
        ("no stanza", Craft { copies: 0, ..craft() }),
        ("another data key alone", Craft { copies: 0, forged: true, ..craft() }),
    ]
}

fn broken_passphrases() -> Vec<Value> {
    let cheap = |words: &str| {
        Passphrase::new(words).unwrap().cost(Cost {
            memory_kib: 64,
            passes: 1,
            lanes: 1,
        })
    };
    let sealed = bare().recipient(cheap("secret")).seal(&plain(12)).unwrap();
    let cost = sealed.len() - (56 + 12 + 16) - 104 - 12;
    let with = |name: &str, sealed: &[u8], words: &str| {
        let mut case = invalid(name, json!([]), sealed);
        case["passphrases"] = json!([words]);
        case
    };
    let mut cases = vec![with("another passphrase", &sealed, "secre")];
    for (name, at, number) in [("memory", 0, 262_145_u32), ("passes", 4, 11), ("lanes", 8, 17)] {
        let mut dear = sealed.clone();
        dear[cost + at..cost + at + 4].copy_from_slice(&number.to_be_bytes());
        cases.push(with(&format!("a passphrase with too much {name}"), &dear, "secret"));
    }
    let body = sealed.len() - (56 + 12 + 16);
    let stanzas = body - (2 + 1 + 10 + 1 + 4 + 2 + 132);
    let twice = [
        &sealed[..stanzas - 2],
        &[0, 2],
        &sealed[stanzas..body],
        &sealed[stanzas..],
    ]
    .concat();
    cases.push(with("two passphrase stanzas", &twice, "secret"));
    cases
}

/// A message made field by field.
#[derive(Clone)]
struct Craft {
    version: u8,
    suite: u16,
    extra_flags: u8,
    class: Vec<u8>,
    context: Vec<u8>,
    core_tail: Vec<u8>,
    supplied_mac: [u8; 32],
    kind: u16,
    provider: String,
    data_key_len: usize,
    copies: u16,
    /// Whether a stanza of another data key stands before the others.
    forged: bool,
    stanza_mac: bool,
    /// What the chunks hold.
    text: Vec<u8>,
}

const CRAFTED: &[u8] = b"crafted";
const CRAFTED_CONTEXT: &[u8] = b"\0\x01\0\x06tenant\0\0\0\x08clinic-7";

impl Default for Craft {
    fn default() -> Self {
        Self {
            version: 1,
            suite: 1,
            extra_flags: 0,
            class: b"mail".to_vec(),
            context: CRAFTED_CONTEXT.to_vec(),
            core_tail: Vec::new(),
            supplied_mac: [0; 32],
            kind: 1,
            provider: "local".into(),
            data_key_len: 32,
            copies: 1,
            forged: false,
            stanza_mac: false,
            text: CRAFTED.to_vec(),
        }
    }
}

impl Craft {
    fn seal(&self) -> Vec<u8> {
        let data_key = [0x5a; 32];
        let bound = self.bound();
        let list = self.stanzas(&[0x5a; 64][..self.data_key_len]);
        let digest = sha512(&[&bound, &self.context]);
        let body_context = [b"SLWX1".as_slice(), &digest].concat();
        let body = cobblestone::seal(Provider::ring(), &data_key, &body_context, &self.text).unwrap();
        let mac = if self.stanza_mac {
            expand(&data_key, b"SLWX1 stanzas", &list)
        } else {
            Vec::new()
        };
        [bound, list, mac, body].concat()
    }

    fn bound(&self) -> Vec<u8> {
        let core = [
            [0x11; 16].as_slice(),
            &7_u32.to_be_bytes(),
            &[u8::try_from(self.class.len()).unwrap()],
            &self.class,
            &i64::MAX.to_be_bytes(),
            &u32::try_from(self.context.len()).unwrap().to_be_bytes(),
            &self.context,
            &self.supplied_mac,
            &self.core_tail,
        ]
        .concat();
        let flags = self.extra_flags | u8::from(self.stanza_mac);
        let suite = self.suite.to_be_bytes();
        let len = u32::try_from(core.len()).unwrap().to_be_bytes();
        [b"SLWX".as_slice(), &[self.version], &suite, &[flags], &len, &core].concat()
    }

    fn stanzas(&self, data_key: &[u8]) -> Vec<u8> {
        let stanza = self.stanza(data_key);
        let forged = if self.forged {
            self.stanza(&[0xee; 32])
        } else {
            Vec::new()
        };
        let count = self.copies.saturating_add(u16::from(self.forged));
        let stanzas = stanza.repeat(usize::from(self.copies));
        [count.to_be_bytes().to_vec(), forged, stanzas].concat()
    }

    fn stanza(&self, data_key: &[u8]) -> Vec<u8> {
        let reference = KeyRef::clone(key().key_ref());
        let provider_len = [u8::try_from(self.provider.len()).unwrap()];
        let id_len = [u8::try_from(reference.id().len()).unwrap()];
        let provider = self.provider.as_bytes();
        let key_ref = [&provider_len, provider, &id_len, reference.id().as_bytes(), &[0; 4]].concat();
        let kind = self.kind.to_be_bytes();
        let binding = [b"SLWX1 wrap".as_slice(), &kind, &[0x11; 16], &key_ref].concat();
        let wrapped = cobblestone::seal(Provider::ring(), &[7; 32], &binding, data_key).unwrap();
        let len = u16::try_from(wrapped.len()).unwrap().to_be_bytes();
        [kind.as_slice(), &key_ref, &len, &wrapped].concat()
    }
}

/// HKDF-Expand-SHA-512 for one block, over HMAC, over the hash.
fn expand(key: &[u8; 32], label: &[u8], bytes: &[u8]) -> Vec<u8> {
    let block = |mask: u8| -> Vec<u8> { (0..128).map(|at| key.get(at).unwrap_or(&0) ^ mask).collect() };
    let inner = sha512(&[&block(0x36), label, &sha512(&[bytes]), &[1]]);
    sha512(&[&block(0x5c), &inner])[..32].to_vec()
}

const SUPPLIED: &[(&str, &str)] = &[("message-id", "<1@clinic.example>")];

fn supplied() -> Value {
    json!({"message-id": "<1@clinic.example>"})
}

fn context(pairs: &[(&str, &str)]) -> Context {
    Context::from_pairs(pairs.iter().copied()).unwrap()
}

fn key() -> LocalKey {
    LocalKey::from_bytes(&[7; 32])
}

fn local() -> Value {
    json!({"text": *key().to_text()})
}

fn fingerprint_ref(key: &LocalKey) -> Value {
    json!([key.key_ref().provider(), key.key_ref().id(), 0])
}

/// A sealer without a stanza MAC, so that the places of all fields are known from the end.
fn bare() -> Sealer {
    Sealer::new(Provider::ring()).leave_recipients_open()
}

fn sealer() -> Sealer {
    bare().recipient(key())
}

fn plain(len: usize) -> Vec<u8> {
    (0..=250).cycle().take(len).collect()
}

fn valid(name: &str, keys: impl Borrow<Value>, sealed: &[u8], plain: &[u8]) -> Value {
    let mut case = invalid(name, keys, sealed);
    case["valid"] = json!(true);
    case["plain_sha256"] = json!(hex(&sha256(&[plain])));
    case
}

fn invalid(name: &str, keys: impl Borrow<Value>, sealed: &[u8]) -> Value {
    json!({"name": name, "keys": keys.borrow(), "sealed": hex(sealed), "valid": false})
}
