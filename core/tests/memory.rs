//! What is left in memory: a program of its own, since it searches all of it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]
#![allow(clippy::similar_names, reason = "what a sealer makes is sealed")]

use std::fs::File;
use std::hint::black_box;
use std::io::{self, Read, Seek, SeekFrom, Write};

use std::sync::{Arc, Mutex};

use sealwax::crypto::Provider;
use sealwax::seal::{
    Credentials, KeyExchange, KeyProvider, KeyProviderError, KeyRef, KeyService, LinkSecret, LocalKey, Opener,
    Rewrapper, Sealer, SecretKey,
};
use zeroize::Zeroizing;

/// Runs without the harness, whose threads have stacks that cannot be told from the heap.
fn main() {
    if std::env::args().any(|argument| argument == "--list") {
        return list();
    }
    if !cfg!(target_os = "linux") {
        return; // it reads /proc
    }
    nothing_secret_is_left_on_the_heap();
    a_gibibyte_is_streamed_within_a_mebibyte();
    let said = "ok: nothing secret is left on the heap, and streams take no memory\n";
    io::stdout().write_all(said.as_bytes()).unwrap();
}

/// Tells a runner what there is to run: one test, which is not among those that are ignored.
fn list() {
    if !std::env::args().any(|argument| argument == "--ignored") {
        io::stdout().write_all(b"memory: test\n").unwrap();
    }
}

/// The claim is for the heap and other writable mappings; copies on the stack are outside of it.
fn nothing_secret_is_left_on_the_heap() {
    let kept = Box::new(unmasked(KEPT));
    assert!(find(KEPT) > 0, "the search must find what is there");
    drop(black_box(kept));
    for provider in Provider::all() {
        seal_and_open(provider);
        open_with_files_of_other_programs(provider);
        let data_keys = Arc::new(Mutex::new(Vec::new()));
        seal_for_every_kind(provider, &data_keys);
        for (name, secret) in [
            ("the key", KEY),
            ("the secret key", SECRET_KEY),
            ("the P-256 key", P256_KEY),
            ("the key of another program", FILED_KEY),
            ("the X-Wing key", XWING_KEY),
            ("the secret of a link", LINK),
            ("the plaintext", TEXT),
        ] {
            assert_eq!(find(secret), 0, "{name} is left on the heap by {provider:?}");
        }
        let data_keys = std::mem::take(&mut *data_keys.lock().unwrap());
        assert_eq!(data_keys.len(), 3, "each message has a data key of its own");
        for data_key in data_keys {
            assert_eq!(find(data_key), 0, "a data key is left on the heap by {provider:?}");
        }
    }
}

/// Every kind of key, re-wrapped, and into the caller's buffer. One thread: the stacks of others cannot be told from the
/// heap.
#[inline(never)]
fn seal_for_every_kind(provider: Provider, data_keys: &Arc<Mutex<Vec<[u8; 32]>>>) {
    let service = KeyService::new(Watch {
        name: KeyRef::new("watch", "key", 1).unwrap(),
        data_keys: Arc::clone(data_keys),
    });
    let text = Zeroizing::new(unmasked(TEXT).repeat(40_000));
    let link = LinkSecret::from_bytes(&unmasked(LINK));
    let p256 = SecretKey::from_bytes(KeyExchange::P256, &unmasked(P256_KEY)).unwrap();
    let xwing = SecretKey::from_bytes(KeyExchange::XWing, &unmasked(XWING_KEY)).unwrap();
    let sealer = Sealer::new(provider).recipient(&service);
    let openers = [
        Opener::new(provider).identity(&link),
        Opener::new(provider).identity(&p256),
        Opener::new(provider).identity(&xwing),
    ];
    for (sealer, opener) in [
        sealer.clone().recipient(&link),
        sealer.clone().recipient(p256.public()),
        sealer.clone().recipient(xwing.public()),
    ]
    .iter()
    .zip(openers)
    {
        let sealed = sealer.seal(&text).unwrap();
        let mut plain = Zeroizing::new(vec![0; text.len()]);
        assert_eq!(opener.open_into(&sealed, &mut plain).unwrap(), text.len());
        assert!(*plain == *text);
        let key = LocalKey::from_bytes(&unmasked(KEY));
        let rewrapper = Rewrapper::new(provider)
            .identity(&service)
            .recipient(&key)
            .replace_all();
        assert!(rewrapper.rewrap(&sealed).unwrap().changed);
    }
}

/// Keeps each data key under the mask.
struct Watch {
    name: KeyRef,
    data_keys: Arc<Mutex<Vec<[u8; 32]>>>,
}

impl KeyProvider for Watch {
    fn key_ref(&self) -> &KeyRef {
        &self.name
    }

    fn wrap(&self, _: &[u8], data_key: &[u8; 32]) -> Result<Vec<u8>, KeyProviderError> {
        let masked = masked(data_key);
        self.data_keys.lock().map_err(|_| KeyProviderError)?.push(masked);
        Ok(masked.to_vec())
    }

    fn unwrap(&self, _: &KeyRef, _: &[u8], wrapped: &[u8]) -> Result<Zeroizing<[u8; 32]>, KeyProviderError> {
        let masked: [u8; 32] = wrapped.try_into().map_err(|_| KeyProviderError)?;
        Ok(Zeroizing::new(unmasked(masked)))
    }
}

#[inline(never)]
fn seal_and_open(provider: Provider) {
    let key = LocalKey::from_bytes(&unmasked(KEY));
    let pair = SecretKey::from_bytes(KeyExchange::X25519, &unmasked(SECRET_KEY)).unwrap();
    let text = zeroize::Zeroizing::new(unmasked(TEXT).repeat(2_000));
    let sealed = Sealer::new(provider)
        .recipient(&key)
        .recipient(pair.public())
        .seal(&text)
        .unwrap();
    for opener in [
        Opener::new(provider).identity(&key),
        Opener::new(provider).identity(&pair),
    ] {
        assert!(*opener.open(&sealed).unwrap() == *text);
        io::copy(
            &mut opener.chunkwise_reader(sealed.as_slice()).unwrap(),
            &mut io::sink(),
        )
        .unwrap();
        let mut in_place = sealed.clone();
        let opened = opener.open_in_place(&mut in_place).unwrap();
        zeroize::Zeroize::zeroize(opened); // the caller's buffer is the caller's to wipe
    }
    let mut writer = Sealer::new(provider).recipient(&key).writer(io::sink()).unwrap();
    writer.write_all(&text).unwrap();
    writer.finish().unwrap();
    drop(key.to_text());
}

/// Reads one key in each form, encrypted and not.
#[inline(never)]
fn open_with_files_of_other_programs(provider: Provider) {
    let certificate = include_bytes!("../../testdata/sealed/p256.crt");
    let certificate = Credentials::read(certificate, None).unwrap();
    let sealer = Sealer::new(provider).recipient(certificate.certificate().unwrap());
    let sealed = sealer.seal(b"labs").unwrap();
    for file in [
        include_bytes!("../../testdata/sealed/p256.key").as_slice(),
        include_bytes!("../../testdata/credentials/p256-encrypted.key"),
        include_bytes!("../../testdata/credentials/p256.p12"),
    ] {
        let found = Credentials::read(file, Some("correct horse")).unwrap();
        let opener = found
            .secret_keys()
            .unwrap()
            .iter()
            .fold(Opener::new(provider), Opener::identity);
        assert!(opener.open(&sealed).is_ok());
    }
}

/// Secrets are kept under a mask, so that the search does not find what it searches for.
const MASK: u8 = 0xa5;
const KEPT: [u8; 32] = masked(b"this-stands-on-the-heap-0123456!");
const KEY: [u8; 32] = masked(b"a-local-key-CANARY-abcdefghijklm");
const SECRET_KEY: [u8; 32] = masked(b"an-x25519-key-CANARY-abcdefghijk");
const P256_KEY: [u8; 32] = masked(b"a-p256-secret-CANARY-abcdefghijk");
/// That of `testdata/sealed/p256.key`.
const FILED_KEY: [u8; 32] = masked(
    b"\xfd\x0c\xa2\x0d\x0c\x30\x63\xe7\xcb\x57\x1e\xd0\xe0\xb4\xbc\xed\
      \x14\x65\x6c\x0f\xde\x72\x31\x29\xad\x0f\x80\x56\xd3\x61\x76\x19",
);
const XWING_KEY: [u8; 32] = masked(b"an-x-wing-seed-CANARY-abcdefghij");
const LINK: [u8; 32] = masked(b"a-link-secret-CANARY-abcdefghijk");
const TEXT: [u8; 32] = masked(b"MRN 12345678 CANARY of the text.");

const fn masked(text: &[u8; 32]) -> [u8; 32] {
    let mut masked = *text;
    let mut at = 0;
    while at < 32 {
        masked[at] ^= MASK;
        at += 1;
    }
    masked
}

fn unmasked(secret: [u8; 32]) -> [u8; 32] {
    secret.map(|byte| byte ^ black_box(MASK))
}

/// How often a secret stands in the writable mappings that are not the stack.
fn find(secret: [u8; 32]) -> usize {
    let mut memory = File::open("/proc/self/mem").unwrap();
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    let mut buffer = vec![0; 1 << 20];
    let mut found = 0;
    for line in maps
        .lines()
        .filter(|line| line.contains(" rw") && !line.contains("[stack]"))
    {
        let (start, end) = line.split_once(' ').unwrap().0.split_once('-').unwrap();
        let [mut at, end] = [start, end].map(|number| u64::from_str_radix(number, 16).unwrap());
        while at < end {
            let len = buffer.len().min(usize::try_from(end - at).unwrap());
            memory.seek(SeekFrom::Start(at)).unwrap();
            if memory.read_exact(&mut buffer[..len]).is_ok() {
                found += buffer[..len].windows(32).filter(|window| is(window, &secret)).count();
            }
            at += len as u64;
        }
        buffer.fill(0); // what was read here must not be found in the next mapping
    }
    found
}

fn is(window: &[u8], secret: &[u8; 32]) -> bool {
    window.iter().zip(secret).all(|(byte, masked)| *byte == masked ^ MASK)
}

/// The writer's and the reader's own buffers are 128 KiB each.
fn a_gibibyte_is_streamed_within_a_mebibyte() {
    let key = LocalKey::from_bytes(&[7; 32]);
    let piece = vec![0x61; 1 << 16];
    let path = format!("{}/memory-{}", env!("CARGO_TARGET_TMPDIR"), std::process::id());
    let before = peak_kib();
    let mut writer = Sealer::new(Provider::ring())
        .recipient(&key)
        .writer(File::create(&path).unwrap())
        .unwrap();
    for _ in 0..1 << 14 {
        writer.write_all(&piece).unwrap();
    }
    writer.finish().unwrap();
    let opener = Opener::new(Provider::ring()).identity(&key);
    let result = opener.open_stream(File::open(&path).unwrap(), &mut io::sink());
    std::fs::remove_file(&path).unwrap();
    assert_eq!(result.unwrap(), 1 << 30);
    let grown = peak_kib() - before;
    assert!(grown <= 1024, "the peak grew by {grown} KiB");
}

/// The most memory that this process has had, in KiB.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
