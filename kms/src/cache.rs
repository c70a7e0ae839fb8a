//! A cache of data keys around a key service, so that it is asked less often than once for each message.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sealwax::crypto::{KEY_LEN, Provider, sha256};
use sealwax::seal::{KeyProvider, KeyProviderError, KeyRef, KeyRefError, StanzaKind, WrappedKey, cobblestone};
use zeroize::Zeroizing;

use crate::kept::{Kept, Key};

/// How long and how often a key is used that the service unwrapped once, and how much is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// How long a key is used, counted from before the service was asked. Whoever loses the right to a key keeps what is in the cache
    /// for this long. The clock is a monotonic one, which on some systems stands while the machine sleeps.
    pub age: Duration,
    /// How many messages a key is used for; with 1 nothing is kept.
    pub messages: u32,
    /// How many bytes of memory the keys of opened messages take at most, with what is kept beside them. The oldest go first.
    pub bytes: usize,
}

impl Default for Bounds {
    /// Five minutes, a thousand messages, a mebibyte.
    fn default() -> Self {
        Self {
            age: Duration::from_mins(5),
            messages: 1000,
            bytes: 1 << 20,
        }
    }
}

/// A key service that is asked less often: what it unwrapped is kept within [`Bounds`].
///
/// No message shares its data key with another one, here as elsewhere. When the cache also *seals* ([`Cached::sealing`]), the service
/// wraps a *layer key* that is drawn here, under which the data keys of the next messages are wrapped, each for its own message;
/// `docs/FORMAT.md`, section 3.5. Headers name such a key `PROVIDER+layer:ID`.
///
/// Keys are wiped when they are dropped, and what has expired is dropped at the next call ([`Cached::sweep`]). Threads share a cache.
///
/// ```
/// use sealwax::crypto::Provider;
/// use sealwax::seal::{KeyProvider, KeyProviderError, KeyRef, KeyService, Opener, Sealer};
/// use sealwax_kms::{Bounds, Cached};
/// use zeroize::Zeroizing;
///
/// struct Mask(KeyRef); // for show: a real service encrypts
///
/// impl KeyProvider for Mask {
///     fn key_ref(&self) -> &KeyRef {
///         &self.0
///     }
///     fn wrap(&self, _: &[u8], data_key: &[u8; 32]) -> Result<Vec<u8>, KeyProviderError> {
///         Ok(data_key.map(|byte| byte ^ 0x55).to_vec())
///     }
///     fn unwrap(&self, _: &KeyRef, _: &[u8], wrapped: &[u8]) -> Result<Zeroizing<[u8; 32]>, KeyProviderError> {
///         let wrapped: [u8; 32] = wrapped.try_into().map_err(|_| KeyProviderError)?;
///         Ok(Zeroizing::new(wrapped.map(|byte| byte ^ 0x55)))
///     }
/// }
///
/// let service = Mask(KeyRef::new("demo-kms", "key-1", 0)?);
/// let cached = KeyService::new(Cached::new(service, Bounds::default(), Provider::ring()).sealing()?);
/// let sealed = Sealer::new(Provider::ring()).recipient(&cached).seal(b"labs")?;
/// assert_eq!(Opener::new(Provider::ring()).identity(&cached).open(&sealed)?.as_slice(), b"labs");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Cached<P> {
    inner: P,
    key_ref: KeyRef,
    seals: bool,
    bounds: Bounds,
    provider: Provider,
    started: Instant,
    opened: Mutex<Kept>,
    layer: Mutex<Option<Layer>>,
    /// How often [`Cached::forget`] was called: what a service answers to a question from before is not kept.
    forgotten: AtomicU64,
}

impl<P: KeyProvider> Cached<P> {
    /// Keeps what `inner` unwraps; each message is still sealed by a call to it. What this computes itself, `provider` does.
    #[must_use]
    pub fn new(inner: P, bounds: Bounds, provider: Provider) -> Self {
        Self {
            key_ref: inner.key_ref().clone(),
            inner,
            seals: false,
            bounds,
            provider,
            started: Instant::now(),
            opened: Mutex::default(),
            layer: Mutex::default(),
            forgotten: AtomicU64::new(0),
        }
    }

    /// Also seals without a call for each message, under layer keys that are each used within the bounds. Whoever reads the memory of
    /// this process while a layer key is in use opens the messages that were sealed under it.
    ///
    /// # Errors
    ///
    /// [`KeyRefError`] when the name of the provider is too long.
    pub fn sealing(self) -> Result<Self, KeyRefError> {
        let own = self.inner.key_ref();
        let provider = format!("{}{LAYER}", own.provider());
        Ok(Self {
            key_ref: KeyRef::new(&provider, own.id(), own.version())?,
            seals: true,
            ..self
        })
    }

    /// The service that is asked.
    pub fn inner(&self) -> &P {
        &self.inner
    }

    /// Drops every key now, as when a right was taken away; nor is kept what the service is just being asked for.
    pub fn forget(&self) {
        self.forgotten.fetch_add(1, Ordering::SeqCst);
        *lock(&self.opened) = Kept::default();
        *lock(&self.layer) = None;
    }

    /// Drops what has expired. Every other call does that as well: this is for a host that has long had nothing to do.
    pub fn sweep(&self) {
        lock(&self.opened).sweep(self.now(), &self.bounds);
        lock(&self.layer).take_if(|layer| !layer.is_usable(self.now(), &self.bounds));
    }

    fn now(&self) -> Duration {
        self.started.elapsed()
    }

    /// What the service unwrapped before, or unwraps now.
    fn opened(&self, key_ref: &KeyRef, binding: &[u8], wrapped: &[u8]) -> Result<Key, KeyProviderError> {
        let digest = digest(key_ref, binding, wrapped);
        let kept = {
            let mut opened = lock(&self.opened);
            opened.take(&digest, self.now(), &self.bounds)
        };
        if let Some(key) = kept {
            return Ok(key);
        }
        let (asked, before) = (self.now(), self.forgotten.load(Ordering::SeqCst));
        let key = Key::new(self.inner.unwrap(key_ref, binding, wrapped)?);
        let mut opened = lock(&self.opened);
        if self.forgotten.load(Ordering::SeqCst) == before {
            opened.put(digest, Key::clone(&key), asked, self.now(), &self.bounds);
        }
        Ok(key)
    }

    /// A layer key for one more message.
    fn layer(&self) -> Result<Layer, KeyProviderError> {
        {
            let mut current = lock(&self.layer);
            let usable = current
                .as_mut()
                .filter(|layer| layer.is_usable(self.now(), &self.bounds));
            if let Some(layer) = usable {
                layer.used = layer.used.saturating_add(1);
                let layer = layer.clone();
                current.take_if(|layer| layer.used >= self.bounds.messages);
                return Ok(layer);
            }
            *current = None;
        }
        // Threads that come here at once each make one, instead of waiting for a service that may be slow; the last one stays.
        let before = self.forgotten.load(Ordering::SeqCst);
        let layer = self.new_layer()?;
        let mut current = lock(&self.layer);
        if self.forgotten.load(Ordering::SeqCst) == before {
            *current = Some(layer.clone()).filter(|layer| layer.is_usable(self.now(), &self.bounds));
        }
        drop(current);
        Ok(layer)
    }

    fn new_layer(&self) -> Result<Layer, KeyProviderError> {
        let born = self.now();
        let (mut id, mut key) = ([0; ID_LEN], Zeroizing::new([0; KEY_LEN]));
        let drawn = self.provider.fill_random(&mut id);
        let drawn = drawn.and_then(|()| self.provider.fill_random(key.as_mut_slice()));
        drawn.map_err(|_| KeyProviderError)?;
        let binding = layer_binding(self.inner.kind(), &id, self.inner.key_ref())?;
        Ok(Layer {
            head: head(&id, &self.inner.wrap(&binding, &key)?)?.into(),
            key: Key::new(key),
            born,
            used: 1,
        })
    }

    /// The name of the service's key in one of a layer key under it.
    fn below(&self, key_ref: &KeyRef) -> Option<KeyRef> {
        let provider = key_ref.provider().strip_suffix(LAYER)?;
        let below = KeyRef::new(provider, key_ref.id(), key_ref.version()).ok()?;
        self.inner.opens(&below).then_some(below)
    }
}

impl<P: KeyProvider> KeyProvider for Cached<P> {
    fn key_ref(&self) -> &KeyRef {
        &self.key_ref
    }

    fn kind(&self) -> StanzaKind {
        self.inner.kind()
    }

    fn max_wrapped_len(&self) -> usize {
        let layered = if self.seals { ID_LEN + 2 + BODY_LEN } else { 0 };
        self.inner
            .max_wrapped_len()
            .saturating_add(layered)
            .min(usize::from(u16::MAX))
    }

    fn opens(&self, key_ref: &KeyRef) -> bool {
        self.inner.opens(key_ref) || self.below(key_ref).is_some()
    }

    fn wrap(&self, binding: &[u8], data_key: &[u8; KEY_LEN]) -> Result<Vec<u8>, KeyProviderError> {
        self.sweep();
        if !self.seals {
            return self.inner.wrap(binding, data_key);
        }
        let layer = self.layer()?;
        let body = cobblestone::seal(self.provider, &layer.key, binding, data_key).map_err(|_| KeyProviderError)?;
        Ok([&*layer.head, &body].concat())
    }

    fn unwrap(
        &self,
        key_ref: &KeyRef,
        binding: &[u8],
        wrapped: &[u8],
    ) -> Result<Zeroizing<[u8; KEY_LEN]>, KeyProviderError> {
        self.sweep();
        let Some(below) = self.below(key_ref) else {
            return Ok(copy(&self.opened(key_ref, binding, wrapped)?));
        };
        let (id, inner, body) = parts(wrapped).ok_or(KeyProviderError)?;
        let bound = layer_binding(self.inner.kind(), id, &below)?;
        let layer = self.opened(&below, &bound, inner)?;
        let opened = cobblestone::open(self.provider, &layer, binding, body).map_err(|_| KeyProviderError)?;
        opened
            .as_slice()
            .try_into()
            .map(Zeroizing::new)
            .map_err(|_| KeyProviderError)
    }

    /// By the service, but for what is wrapped under a layer key: to bind that to another name takes the layer key.
    fn rewrap(&self, old: WrappedKey<'_>, binding: &[u8]) -> Result<Vec<u8>, KeyProviderError> {
        self.sweep();
        if self.seals || self.below(old.key_ref).is_some() {
            return Err(KeyProviderError);
        }
        self.inner.rewrap(old, binding)
    }
}

/// Shows the name of the key, and nothing that is kept.
impl<P: KeyProvider> fmt::Debug for Cached<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cached({})", self.key_ref)
    }
}

/// A key under which the data keys of some messages are wrapped.
#[derive(Clone)]
struct Layer {
    /// What stands before each of them: the id, and the layer key as the service wrapped it.
    head: Arc<[u8]>,
    key: Key,
    born: Duration,
    used: u32,
}

impl Layer {
    fn is_usable(&self, now: Duration, bounds: &Bounds) -> bool {
        self.used < bounds.messages && now.saturating_sub(self.born) < bounds.age
    }
}

/// A thread that panicked left nothing half done that matters.
fn lock<T>(kept: &Mutex<T>) -> MutexGuard<'_, T> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

fn copy(key: &Key) -> Zeroizing<[u8; KEY_LEN]> {
    Zeroizing::new(***key)
}

/// What a wrapped key is kept by: all that the service was shown.
fn digest(key_ref: &KeyRef, binding: &[u8], wrapped: &[u8]) -> [u8; 32] {
    let name = key_ref.to_string();
    let lens = [name.len(), binding.len()].map(usize::to_be_bytes).concat();
    sha256(&[&lens, name.as_bytes(), binding, wrapped])
}

/// What the service's wrap of a layer key is bound to.
fn layer_binding(kind: StanzaKind, id: &[u8; ID_LEN], key_ref: &KeyRef) -> Result<Vec<u8>, KeyProviderError> {
    let mut out = [LABEL, &kind.code().to_be_bytes(), id].concat();
    for name in [key_ref.provider(), key_ref.id()] {
        out.push(u8::try_from(name.len()).map_err(|_| KeyProviderError)?);
        out.extend_from_slice(name.as_bytes());
    }
    out.extend_from_slice(&key_ref.version().to_be_bytes());
    Ok(out)
}

fn head(id: &[u8; ID_LEN], wrapped: &[u8]) -> Result<Vec<u8>, KeyProviderError> {
    let len = u16::try_from(wrapped.len()).map_err(|_| KeyProviderError)?;
    Ok([id, len.to_be_bytes().as_slice(), wrapped].concat())
}

/// The id, the layer key as the service wrapped it, and the data key under the layer key.
fn parts(wrapped: &[u8]) -> Option<(&[u8; ID_LEN], &[u8], &[u8])> {
    let (id, rest) = wrapped.split_first_chunk()?;
    let (len, rest) = rest.split_first_chunk()?;
    let (inner, body) = rest.split_at_checked(u16::from_be_bytes(*len).into())?;
    (body.len() == BODY_LEN).then_some((id, inner, body))
}

const ID_LEN: usize = 16;
/// Cobblestone-256 of a data key.
const BODY_LEN: usize = cobblestone::PREFIX_LEN + KEY_LEN + 16;
const LABEL: &[u8] = b"SLWX1 layer";
/// What a provider's name ends with when data keys are wrapped under layer keys.
const LAYER: &str = "+layer";
