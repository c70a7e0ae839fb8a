//! What is left in memory: a program of its own, since it searches all of it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use std::fs::File;
use std::hint::black_box;
use std::io::{self, Read, Seek, SeekFrom, Write};

use sealwax::crypto::Provider;
use sealwax::seal::{KeyExchange, LocalKey, Opener, Sealer, SecretKey};

/// Runs without the harness, whose threads have stacks that cannot be told from the heap.
fn main() {
    if !cfg!(target_os = "linux") {
        return; // it reads /proc
    }
    nothing_secret_is_left_on_the_heap();
    a_gibibyte_is_streamed_within_a_mebibyte();
    let said = "ok: nothing secret is left on the heap, and streams take no memory\n";
    io::stdout().write_all(said.as_bytes()).unwrap();
}

/// The claim is for the heap and other writable mappings; copies on the stack are outside of it.
fn nothing_secret_is_left_on_the_heap() {
    let kept = Box::new(unmasked(KEPT));
    assert!(find(KEPT) > 0, "the search must find what is there");
    drop(black_box(kept));
    for provider in Provider::all() {
        seal_and_open(provider);
        for (name, secret) in [
            ("the key", KEY),
            ("the secret key", SECRET_KEY),
            ("the plaintext", TEXT),
        ] {
            assert_eq!(find(secret), 0, "{name} is left on the heap by {provider:?}");
        }
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

/// Secrets are kept under a mask, so that the search does not find what it searches for.
const MASK: u8 = 0xa5;
const KEPT: [u8; 32] = masked(b"this-stands-on-the-heap-0123456!");
const KEY: [u8; 32] = masked(b"a-local-key-CANARY-abcdefghijklm");
const SECRET_KEY: [u8; 32] = masked(b"an-x25519-key-CANARY-abcdefghijk");
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
