//! Seals with keys that stay at a key service: AWS KMS, the transit engine of HashiCorp Vault and OpenBao, Google Cloud KMS,
//! Azure Key Vault.
//!
//! ```no_run
//! use sealwax::crypto::Provider;
//! use sealwax::seal::{KeyService, Opener, Sealer};
//! use sealwax_kms::{Bounds, Cached, Reach, Secret, VaultTransit};
//!
//! let token = Secret::new(std::env::var("VAULT_TOKEN")?);
//! let reach = Reach::default().report(|error| eprintln!("{error}"));
//! let key = VaultTransit::new("https://vault.example:8200", "mail", token, reach)?.current()?;
//! let key = KeyService::new(Cached::new(key, Bounds::default(), Provider::ring()));
//! let sealed = Sealer::new(Provider::ring()).recipient(&key).seal(b"labs")?;
//! assert_eq!(Opener::new(Provider::ring()).identity(&key).open(&sealed)?.as_slice(), b"labs");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | service | type, feature | the message is bound by | new versions | wraps anew by itself |
//! | --- | --- | --- | --- | --- |
//! | AWS KMS | `AwsKms`, `aws` | encryption context | behind the key, untold | yes, also under another key |
//! | Vault, OpenBao | `VaultTransit`, `vault` | associated data, or the context of a derived key | named in headers | derived keys only |
//! | Google Cloud KMS | `GcpKms`, `gcp` | additional authenticated data | named in headers | no |
//! | Azure Key Vault, Managed HSM | `AzureKeyVault`, `azure` | nothing: the body of the message alone | named in headers | no |
//!
//! What each call does:
//!
//! - **One request for each message that is sealed, and for each stanza that is tried when one is opened**, on the calling thread, unless
//!   a [`Cached`] key is used. A header of a stranger may name the key up to 64 times, each with rubbish. Where a time
//!   bounds it, names are looked up on a thread of the HTTP client's, which ends with the look-up.
//! - **Over TLS 1.2 or 1.3**, with the authorities of the system or those that `Reach::trust_only` names; without TLS to this very
//!   machine only. No redirect is followed, and no proxy of the environment is used.
//! - **Within a time** (`Reach::timeout`, 10 seconds for a whole call), and again only while the service says that it is asked too often or
//!   fails itself. An answer of more than 64 KiB is refused.
//! - **Credentials** are a value or a callback (`Supply`), are wiped when dropped and shown nowhere. Where they come from
//!   (a role of the machine, a file, a login) is the host's to know.
//! - **Why something failed** is told to `Reach::report`, and by what makes a key: a message that does not open says no reason.
//!
//! The data key itself passes through the buffers of the HTTP client and of TLS on its way, which are not wiped.
#![forbid(unsafe_code)]

#[cfg(feature = "aws")]
mod aws;
#[cfg(feature = "azure")]
mod azure;
mod cache;
#[cfg(feature = "gcp")]
mod crc32c;
#[cfg(feature = "_http")]
mod encode;
#[cfg(feature = "_http")]
mod error;
#[cfg(feature = "gcp")]
mod gcp;
#[cfg(feature = "_http")]
mod http;
mod kept;
#[cfg(feature = "_http")]
mod reach;
#[cfg(feature = "_http")]
mod secret;
#[cfg(feature = "_http")]
mod service;
#[cfg(feature = "aws")]
mod sigv4;
#[cfg(feature = "vault")]
mod vault;

#[cfg(feature = "aws")]
pub use aws::{AwsCredentials, AwsKms};
#[cfg(feature = "azure")]
pub use azure::{AzureKeyVault, AzureWrap};
pub use cache::{Bounds, Cached};
#[cfg(feature = "_http")]
pub use error::{KmsError, KmsErrorKind};
#[cfg(feature = "gcp")]
pub use gcp::GcpKms;
#[cfg(feature = "_http")]
pub use reach::Reach;
#[cfg(feature = "_http")]
pub use secret::{Secret, Supply};
#[cfg(feature = "vault")]
pub use vault::VaultTransit;
