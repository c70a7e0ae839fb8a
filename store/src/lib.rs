//! Sealwax's waiver registry in SQLite.
//!
//! A [`Store`] is one file that only ever grows: records and changes of status are added, and the database itself
//! refuses to alter or delete them. Each call is one transaction that is on the disk when it returns, so that a host
//! that dies keeps what it was told is kept. Files of older versions are migrated when they are opened; files of newer
//! ones are refused.
//!
//! ```
//! use sealwax::consent::{Registry, parse_csv};
//! use sealwax_store::Store;
//!
//! let mut store = Store::in_memory()?;
//! let rows = parse_csv("id,recipient,basis,categories,effective_from,actor,risk_notice\n\
//!                       w1,ann@example.org,preference,phi,2026-01-01T00:00:00Z,desk,2026-01\n")?;
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
mod schema;
mod store;

pub use error::{StoreError, StoreErrorKind};
pub use store::Store;
