//! Sealwax decides how a mail message must travel to each of its recipients, explains why, and seals it.
//!
//! The way of a message is one way, with no way back:
//!
//! ```text
//! bytes ─▶ message ─▶ text ─▶ detect ─▶ classify ─▶ policy ─▶ Verdict ─▶ (the host delivers)
//!                                          ▲           ▲        ├─▶ seal   (sealed message)
//!                                       context    evidence,    └─▶ audit  (record)
//!                                                  consent
//! ```
//!
//! Each module takes the value that the one before it made and knows nothing of the later ones. The crate does no
//! I/O, starts no thread, keeps no global state and reads no clock: time and the host's knowledge come as arguments.
#![forbid(unsafe_code)]

mod address;
pub mod audit;
pub mod classify;
pub mod consent;
pub mod crypto;
mod csv;
pub mod detect;
pub mod engine;
pub mod evidence;
#[cfg(feature = "_testing")]
#[doc(hidden)]
pub mod fuzzing;
mod ground;
#[cfg(feature = "serde")]
pub mod json;
#[cfg(feature = "memory")]
pub mod memory;
pub mod message;
pub mod outer;
pub mod policy;
pub mod redact;
pub mod seal;
pub mod text;
pub mod tls;
mod transaction;

pub use address::{Address, AddressError, AddressErrorKind, Domain};
pub use engine::{Engine, Feed};
pub use ground::{Agreement, DateError, DateOrTime, Standing, Timestamp, TimestampError};

pub use transaction::{Authentication, BaaState, ClientKeys, ListContext, Party, Recipient, Transaction};

/// The README's Rust program, compiled and run as a documentation test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
