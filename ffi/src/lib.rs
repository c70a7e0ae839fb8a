//! The C ABI of Sealwax, installed as `libsealwax`; its manual is `include/sealwax.h`, generated from this crate.
//!
//! Every exported function has the same shape: out-parameters are cleared, arguments are checked, the core is called,
//! and a panic becomes a status (see `guard`). The comments of the exported items are the text of the manual.
#![expect(unsafe_code, reason = "this crate is where C pointers become Rust values")]
#![expect(non_camel_case_types, reason = "types have the names that C sees")]
#![expect(
    clippy::missing_safety_doc,
    reason = "the manual's general rules are the contract of every function"
)]
#![expect(clippy::similar_names, reason = "a sealer makes what is sealed")]
#![deny(clippy::undocumented_unsafe_blocks, clippy::multiple_unsafe_ops_per_block)]

// The order is that of the manual.
pub mod abi;
pub mod version;

pub mod status;

pub mod error;

pub mod buf;

pub mod names;

pub mod engine;

pub mod transaction;

pub mod recipient;

pub mod cancel;
pub mod feed;

pub mod verdict;

pub mod delivery;

pub mod redact;

pub mod context;
pub mod keyring;
pub mod ring;

pub mod opener;
pub mod sealer;
pub mod sender;

pub mod header;
pub mod rewrapper;

pub mod callback;
pub mod provider;
pub mod stream;

pub mod memory;

#[cfg(feature = "_testing")]
pub mod fuzzing;

mod bytes;
mod checks;
mod guard;
mod handle;
mod out;
mod text;

/// Of this library alone: the host's own blocks are none of its.
#[global_allocator]
static ALLOCATOR: sealwax_pages::Pages = sealwax_pages::Pages;
