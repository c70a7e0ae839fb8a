//! A cache around a service that counts how often it is asked.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Barrier, Mutex};
use std::thread;
use std::time::Duration;

use proptest::prelude::*;
use sealwax::crypto::{KEY_LEN, Provider};
use sealwax::seal::{
    Header, KeyProvider, KeyProviderError, KeyRef, KeyService, LocalKey, Opener, Rewrapper, Sealer, WrappedKey,
    cobblestone,
};
use sealwax_kms::{Bounds, Cached};
use zeroize::Zeroizing;

/// A service that wraps and unwraps here.
struct Counting {
    key_ref: KeyRef,
    wraps: AtomicU32,
    unwraps: AtomicU32,
    refuses: AtomicBool,
}

impl Counting {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            key_ref: KeyRef::new("kms", "mail", 3).unwrap(),
            wraps: AtomicU32::new(0),
            unwraps: AtomicU32::new(0),
            refuses: AtomicBool::new(false),
        })
    }

    fn asked(&self) -> (u32, u32) {
        (self.wraps.load(Ordering::SeqCst), self.unwraps.load(Ordering::SeqCst))
    }

    fn check(&self) -> Result<(), KeyProviderError> {
        if self.refuses.load(Ordering::SeqCst) {
            Err(KeyProviderError)
        } else {
            Ok(())
        }
    }
}

impl KeyProvider for Counting {
    fn key_ref(&self) -> &KeyRef {
        &self.key_ref
    }

    fn max_wrapped_len(&self) -> usize {
        104
    }

    fn wrap(&self, binding: &[u8], data_key: &[u8; KEY_LEN]) -> Result<Vec<u8>, KeyProviderError> {
        self.check()?;
        self.wraps.fetch_add(1, Ordering::SeqCst);
        cobblestone::seal(Provider::ring(), &[1; 32], binding, data_key).map_err(|_| KeyProviderError)
    }

    fn unwrap(&self, _: &KeyRef, binding: &[u8], wrapped: &[u8]) -> Result<Zeroizing<[u8; KEY_LEN]>, KeyProviderError> {
        self.check()?;
        self.unwraps.fetch_add(1, Ordering::SeqCst);
        let opened = cobblestone::open(Provider::ring(), &[1; 32], binding, wrapped).map_err(|_| KeyProviderError)?;
        opened
            .as_slice()
            .try_into()
            .map(Zeroizing::new)
            .map_err(|_| KeyProviderError)
    }

    fn rewrap(&self, old: WrappedKey<'_>, _: &[u8]) -> Result<Vec<u8>, KeyProviderError> {
        Ok(old.wrapped.to_vec())
    }
}

const BOUNDS: Bounds = Bounds {
    age: Duration::from_hours(1),
    messages: 1000,
    bytes: 1 << 20,
};

fn cached(service: &Arc<Counting>, bounds: Bounds) -> Cached<Arc<Counting>> {
    Cached::new(Arc::clone(service), bounds, Provider::ring())
}

fn seal(key: &KeyService) -> Vec<u8> {
    Sealer::new(Provider::ring()).recipient(key).seal(b"labs").unwrap()
}

fn opens(key: &KeyService, sealed: &[u8]) -> bool {
    Opener::new(Provider::ring()).identity(key).open(sealed).is_ok()
}

fn wrapped(sealed: &[u8]) -> Vec<u8> {
    Header::parse(sealed).unwrap().stanzas()[0].wrapped().to_vec()
}

#[test]
fn a_message_that_is_opened_again_is_not_asked_for_again_until_a_bound() {
    let service = Counting::new();
    let key = KeyService::new(cached(&service, Bounds { messages: 3, ..BOUNDS }));
    let sealed = seal(&key);
    assert_eq!(
        Header::parse(&sealed).unwrap().stanzas()[0].key_ref().to_string(),
        "kms:mail#3"
    );
    for asked in [1, 1, 1, 2, 2, 2, 3] {
        assert!(opens(&key, &sealed));
        assert_eq!(service.asked(), (1, asked));
    }
    assert!(
        opens(&KeyService::new(Arc::clone(&service)), &sealed),
        "nothing of it shows in the message"
    );
}

#[test]
fn one_layer_key_seals_many_messages_each_under_its_own_data_key() {
    let service = Counting::new();
    let key = KeyService::new(cached(&service, Bounds { messages: 4, ..BOUNDS }).sealing().unwrap());
    let sealed: Vec<_> = (0..12).map(|_| seal(&key)).collect();
    assert_eq!(service.asked(), (3, 0));
    let name = Header::parse(&sealed[0]).unwrap().stanzas()[0].key_ref().to_string();
    assert_eq!(name, "kms+layer:mail#3");
    let mut layers = HashMap::<_, u32>::new();
    for message in &sealed {
        *layers.entry(wrapped(message)[..16].to_vec()).or_default() += 1;
    }
    assert!(layers.len() == 3 && layers.values().all(|count| *count == 4));
    let mut bodies: Vec<_> = sealed.iter().map(|sealed| wrapped(sealed)[16..].to_vec()).collect();
    bodies.sort();
    bodies.dedup();
    assert_eq!(bodies.len(), 12);
    let reader = KeyService::new(cached(&service, BOUNDS));
    assert!(
        sealed.iter().all(|sealed| opens(&reader, sealed)),
        "whoever opens need not seal"
    );
    assert_eq!(service.asked(), (3, 3), "each layer key is asked for once");
    assert!(
        !opens(&KeyService::new(Arc::clone(&service)), &sealed[0]),
        "it has another name than the service's own"
    );
}

#[test]
fn what_is_under_a_layer_key_is_bound_to_its_message_and_its_names() {
    let service = Counting::new();
    let key = KeyService::new(cached(&service, BOUNDS).sealing().unwrap());
    let sealer = Sealer::new(Provider::ring()).recipient(&key).leave_recipients_open();
    let (one, other) = (sealer.seal(b"labs").unwrap(), sealer.seal(b"labs").unwrap());
    let at = |sealed: &[u8]| {
        let wrapped = wrapped(sealed);
        let start = sealed
            .windows(wrapped.len())
            .position(|window| window == wrapped)
            .unwrap();
        start..start + wrapped.len()
    };
    let place = at(&one);
    let moved = [&one[..place.start], &other[at(&other)], &one[place.end..]].concat();
    assert!(opens(&key, &one) && opens(&key, &other) && !opens(&key, &moved));
    for at in place {
        let mut changed = one.clone();
        changed[at] ^= 1;
        assert!(!opens(&key, &changed), "{at}");
    }
    let name = one.windows(9).position(|window| window == b"kms+layer").unwrap();
    let mut renamed = one.clone();
    renamed[name] ^= 1;
    assert!(!opens(&key, &renamed));
}

#[test]
fn recipients_are_changed_and_keys_are_rewrapped_as_without_a_cache() {
    let service = Counting::new();
    let local = LocalKey::from_bytes(&[9; 32]);
    for key in [cached(&service, BOUNDS), cached(&service, BOUNDS).sealing().unwrap()] {
        let layered = key.key_ref().provider() == "kms+layer";
        let key = KeyService::new(key);
        let sealed = seal(&key);
        assert!(sealed.len() <= Sealer::new(Provider::ring()).recipient(&key).sealed_len(4).unwrap());
        let change = Rewrapper::new(Provider::ring())
            .identity(&key)
            .recipient(&local)
            .replace_all();
        let change = change.rewrap(&sealed).unwrap();
        let ours = [change.header.as_slice(), &sealed[change.old_len..]].concat();
        let change = Rewrapper::new(Provider::ring())
            .identity(&local)
            .recipient(&key)
            .replace_all();
        let change = change.rewrap(&ours).unwrap();
        assert!(opens(
            &key,
            &[change.header.as_slice(), &ours[change.old_len..]].concat()
        ));
        let direct = seal(&KeyService::new(Arc::clone(&service)));
        assert!(opens(&key, &direct));
        assert_eq!(
            key.rewrap(&direct).map(|change| change.changed).ok(),
            (!layered).then_some(false)
        );
    }
}

#[test]
fn an_old_key_is_asked_for_again_and_a_forgotten_one_at_once() {
    let service = Counting::new();
    let bounds = Bounds {
        age: Duration::from_millis(50),
        ..BOUNDS
    };
    let cache = Arc::new(cached(&service, bounds).sealing().unwrap());
    let key = KeyService::new(Arc::clone(&cache));
    let sealed = seal(&key);
    assert!(opens(&key, &sealed));
    thread::sleep(Duration::from_millis(60));
    cache.sweep();
    assert!(opens(&key, &sealed));
    seal(&key);
    assert_eq!(service.asked(), (2, 2));

    let cache = Arc::new(cached(&service, BOUNDS).sealing().unwrap());
    let key = KeyService::new(Arc::clone(&cache));
    let sealed = seal(&key);
    assert!(opens(&key, &sealed));
    service.refuses.store(true, Ordering::SeqCst);
    assert!(
        opens(&key, &sealed),
        "the right was taken away, and the cache is not that old"
    );
    cache.forget();
    assert!(!opens(&key, &sealed));
    assert!(Sealer::new(Provider::ring()).recipient(&key).seal(b"labs").is_err());
}

#[test]
fn a_refusal_is_not_kept() {
    let service = Counting::new();
    let key = KeyService::new(cached(&service, BOUNDS).sealing().unwrap());
    let sealed = seal(&key);
    service.refuses.store(true, Ordering::SeqCst);
    assert!(!opens(&key, &sealed));
    service.refuses.store(false, Ordering::SeqCst);
    assert!(opens(&key, &sealed));
}

#[test]
fn neither_debug_nor_a_name_shows_a_key() {
    let cache = cached(&Counting::new(), BOUNDS).sealing().unwrap();
    cache.wrap(b"message", &[7; 32]).unwrap();
    assert_eq!(format!("{cache:?}"), "Cached(kms+layer:mail#3)");
    let long = Counting {
        key_ref: KeyRef::new(&"k".repeat(255), "mail", 0).unwrap(),
        wraps: AtomicU32::new(0),
        unwraps: AtomicU32::new(0),
        refuses: AtomicBool::new(false),
    };
    assert!(Cached::new(long, BOUNDS, Provider::ring()).sealing().is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Two threads seal and open at once: no layer key and no opened one is used for more messages than it may be.
    #[test]
    fn two_threads_never_go_beyond_a_bound(messages in 1_u32..8, rounds in 1_usize..40) {
        let service = Counting::new();
        let key = KeyService::new(cached(&service, Bounds { messages, ..BOUNDS }).sealing().unwrap());
        let (together, sealed) = (Barrier::new(2), Mutex::new(Vec::new()));
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    together.wait();
                    for _ in 0..rounds {
                        let message = seal(&key);
                        assert!(opens(&key, &message));
                        sealed.lock().unwrap().push(message);
                    }
                });
            }
        });
        let mut layers = HashMap::<_, u32>::new();
        for message in sealed.into_inner().unwrap() {
            *layers.entry(wrapped(&message)[..16].to_vec()).or_default() += 1;
        }
        prop_assert!(layers.values().all(|count| *count <= messages));
        let opened = u32::try_from(2 * rounds).unwrap();
        let (wraps, unwraps) = service.asked();
        prop_assert!(wraps >= opened.div_ceil(messages) && unwraps >= opened.div_ceil(messages));
        prop_assert!(wraps <= opened && unwraps <= opened);
    }

    /// Nothing that a stranger writes as a wrap under a layer key makes it fail otherwise than by refusing.
    #[test]
    fn any_bytes_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let cache = cached(&Counting::new(), BOUNDS);
        let key_ref = KeyRef::new("kms+layer", "mail", 3).unwrap();
        prop_assert!(cache.opens(&key_ref));
        prop_assert!(cache.unwrap(&key_ref, b"message", &bytes).is_err());
    }
}
