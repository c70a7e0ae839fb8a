//! Sealwax's registry of waivers and preferences in SQLite.
//!
//! A [`Store`] is one file that only ever grows: records and changes of status are added, and the database itself
//! refuses to alter or delete them. Each call is one transaction that is on the disk when it returns, so that a host
//! that dies keeps what it was told is kept. Files of older versions are migrated when they are opened; files of newer
//! ones are refused.
//!
//! Each line holds the time of its entry and a link that hangs on every line before it ([`sealwax::audit::Chain`]), so that
//! a line that was altered, taken out, put in or moved behind the database's back is found, by [`Store::verify`] and by
//! every read. With a key of the host's ([`Store::open_with`]) nobody without the key can make a line. What is cut off at
//! the end is found with a head that the host kept elsewhere.
//!
//! ```
//! use sealwax::consent::{Registry, parse_csv};
//! use sealwax_store::Store;
//!
//! let mut store = Store::in_memory()?;
//! let rows = parse_csv("id,recipient,basis,categories,effective_from,actor,risk_notice,alternative_offered\n\
//!                       w1,ann@example.org,preference,phi,2026-01-01T00:00:00Z,desk,2026-01,portal\n")?;
//! for (_line, waiver) in rows {
//!     store.add(&waiver?)?;
//! }
//! assert_eq!(store.find("w1")?.unwrap().recipient.as_str(), "ann@example.org");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The file is not encrypted: under `hipaa-nprm-2025` it belongs on an encrypted disk.
#![forbid(unsafe_code)]

mod error;
mod ledger;
mod schema;
mod store;

pub use error::{StoreError, StoreErrorKind};
pub use ledger::End;
pub use store::Store;
