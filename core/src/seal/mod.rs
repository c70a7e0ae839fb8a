//! The sealed message: a header that names who can open it, and a Cobblestone-256 body.
//!
//! Each message has a data key of its own, 32 random bytes that are never used again. For each [`Recipient`] the data
//! key is wrapped in a *stanza* of the header; an [`Identity`] unwraps it. The body is sealed under the data key and
//! bound to the immutable part of the header and to the [`Context`], so that neither can be exchanged.
//!
//! ```
//! # #[cfg(feature = "ring")] {
//! use sealwax::crypto::Provider;
//! use sealwax::seal::{LocalKey, Opener, Sealer};
//!
//! let key = LocalKey::generate(Provider::ring())?;
//! let sealed = Sealer::new(Provider::ring()).recipient(&key).seal(b"MRN 12345678")?;
//! let opened = Opener::new(Provider::ring()).identity(&key).open(&sealed)?;
//! assert_eq!(opened.as_slice(), b"MRN 12345678");
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The format is the one of `docs/FORMAT.md`. Recipients are local keys, link secrets, key services by a callback
//! ([`KeyProvider`]), passphrases (feature `passphrase`), public keys over X25519, P-256, P-384 or X-Wing
//! (feature `hpke`), and S/MIME certificates, for curves by the same and for RSA by OAEP (feature `aws-lc` or `aws-lc-fips`). Keys
//! that other programs made are read from PEM, DER and PKCS #12 ([`Credentials`]). A message is sealed and opened whole, in place, or as a stream that can also be read from any place.

mod bech32;
mod binding;
mod body;
mod chunks;
pub mod cobblestone;
mod context;
#[cfg(any(feature = "aws-lc", feature = "aws-lc-fips", feature = "hpke"))]
mod credentials;
mod ending;
mod error;
#[cfg(feature = "_testing")]
pub(crate) mod forged;
mod header;
#[cfg(feature = "hpke")]
mod hpke;
mod intake;
mod key_file;
mod key_ref;
mod key_service;
mod link;
mod local;
mod opener;
#[cfg(feature = "passphrase")]
mod passphrase;
mod random;
mod reader;
mod recipient;
mod rewrap;
mod rewrap_by_service;
mod ring;
#[cfg(any(feature = "aws-lc", feature = "aws-lc-fips"))]
mod rsa;
mod sealer;
mod secret;
mod sender;
mod stanza;
mod wire;
mod wrapped_ring;
mod writer;

pub use context::{Context, ContextError, MAX_CONTEXT_LEN};
#[cfg(any(feature = "aws-lc", feature = "aws-lc-fips", feature = "hpke"))]
pub use credentials::{Certificate, Credentials, KeyForm, PrivateKey};
pub use error::{KeyError, KeyErrorKind, OpenError, OpenErrorKind, SealError, SealErrorKind};
pub use header::{
    Header, HeaderDigest, HeaderError, HeaderErrorKind, MAX_HEADER_LEN, MAX_RETENTION_CLASS_LEN, MAX_STANZAS,
    Retention, SealedId,
};
#[cfg(feature = "hpke")]
pub use hpke::{KeyExchange, PublicKey, SecretKey};
pub use key_file::key_lines;
pub use key_ref::{KeyRef, KeyRefError, MAX_KEY_NAME_LEN};
pub use key_service::{KeyProvider, KeyProviderError, KeyService, WrappedKey};
pub use link::LinkSecret;
pub use local::LocalKey;
pub use opener::{MAX_TRIED_STANZAS, Opened, Opener};
#[cfg(feature = "passphrase")]
pub use passphrase::{Cost, Passphrase};
pub use reader::{ChunkwiseReader, SeekReader};
pub use recipient::{Identity, Recipient};
pub use rewrap::{RewrapError, Rewrapped, Rewrapper};
pub use ring::{KeyRing, KeyState, RingError, RingErrorKind, RotateError};
#[cfg(any(feature = "aws-lc", feature = "aws-lc-fips"))]
pub use rsa::RsaSecretKey;
pub use sealer::Sealer;
pub use sender::{SigningKey, VerifyingKey};
pub use stanza::{Stanza, StanzaKind};
pub use wrapped_ring::UnwrapRingError;
pub use writer::SealedWriter;
