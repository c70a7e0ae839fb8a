//! What a cache leaves in memory: a program of its own, since it searches all of it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use std::fs::{self, File};
use std::hint::black_box;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sealwax::crypto::Provider;
use sealwax::seal::{KeyProvider, KeyProviderError, KeyRef, KeyService, Opener, Sealer};
use sealwax_kms::{Bounds, Cached};
use zeroize::Zeroizing;

/// Runs without the harness, whose threads have stacks that cannot be told from the heap.
fn main() {
    if std::env::args().any(|argument| argument == "--list") {
        return list();
    }
    if !cfg!(target_os = "linux") {
        return; // it reads /proc
    }
    a_key_is_on_the_heap_for_as_long_as_it_is_kept();
    io::stdout().write_all(b"ok: no key is left on the heap\n").unwrap();
}

/// Tells a runner what there is to run: one test, which is not among those that are ignored.
fn list() {
    if !std::env::args().any(|argument| argument == "--ignored") {
        io::stdout().write_all(b"memory: test\n").unwrap();
    }
}

/// The claim is for the heap and other writable mappings; copies on the stack are outside of it.
fn a_key_is_on_the_heap_for_as_long_as_it_is_kept() {
    for end in [End::Drop, End::Expire, End::Forget, End::UseUp] {
        let (service, bounds) = (Watch::new(), end.bounds());
        let cache = Arc::new(
            Cached::new(Arc::clone(&service), bounds, Provider::ring())
                .sealing()
                .unwrap(),
        );
        seal_and_open(&cache);
        let seen = service.seen();
        assert_eq!(seen.len(), 1, "one layer key");
        assert!(find(seen[0]) > 0, "the search must find what is there");
        match end {
            End::Drop => drop(cache),
            End::Expire => {
                std::thread::sleep(bounds.age);
                cache.sweep();
            }
            End::Forget => cache.forget(),
            End::UseUp => seal_and_open(&cache),
        }
        assert_eq!(find(seen[0]), 0, "{end:?}");
    }
}

/// How a key comes to its end.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Drop,
    Expire,
    Forget,
    UseUp,
}

impl End {
    fn bounds(self) -> Bounds {
        let usual = Bounds::default();
        match self {
            Self::Drop | Self::Forget => usual,
            Self::Expire => Bounds {
                age: Duration::from_secs(2),
                ..usual
            },
            Self::UseUp => Bounds { messages: 2, ..usual },
        }
    }
}

#[inline(never)]
fn seal_and_open(cache: &Arc<Cached<Arc<Watch>>>) {
    let key = KeyService::new(Arc::clone(cache));
    let sealed = Sealer::new(Provider::ring()).recipient(&key).seal(b"labs").unwrap();
    let opened = Opener::new(Provider::ring()).identity(&key).open(&sealed).unwrap();
    assert_eq!(opened.as_slice(), b"labs");
}

/// A service that keeps each key under the mask.
struct Watch {
    name: KeyRef,
    seen: Mutex<Vec<[u8; 32]>>,
}

impl Watch {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            name: KeyRef::new("watch", "key", 1).unwrap(),
            seen: Mutex::default(),
        })
    }

    /// The keys that it wrapped, masked.
    fn seen(&self) -> Vec<[u8; 32]> {
        self.seen.lock().unwrap().clone()
    }
}

impl KeyProvider for Watch {
    fn key_ref(&self) -> &KeyRef {
        &self.name
    }

    fn wrap(&self, _: &[u8], key: &[u8; 32]) -> Result<Vec<u8>, KeyProviderError> {
        let masked = key.map(|byte| byte ^ black_box(MASK));
        self.seen.lock().unwrap().push(masked);
        Ok(masked.to_vec())
    }

    fn unwrap(&self, _: &KeyRef, _: &[u8], wrapped: &[u8]) -> Result<Zeroizing<[u8; 32]>, KeyProviderError> {
        let masked: [u8; 32] = wrapped.try_into().map_err(|_| KeyProviderError)?;
        Ok(Zeroizing::new(masked.map(|byte| byte ^ black_box(MASK))))
    }
}

/// How often a key, which is given masked, stands in the writable mappings that are not the stack.
fn find(masked: [u8; 32]) -> usize {
    let mut memory = File::open("/proc/self/mem").unwrap();
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
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
                found += buffer[..len].windows(32).filter(|window| is(window, &masked)).count();
            }
            at += u64::try_from(len).unwrap();
        }
        buffer.fill(0); // what was read here must not be found in the next mapping
    }
    found
}

fn is(window: &[u8], masked: &[u8; 32]) -> bool {
    window.iter().zip(masked).all(|(byte, masked)| *byte == masked ^ MASK)
}

const MASK: u8 = 0xa5;
