//! Bodies of the fuzz targets: each takes any bytes and must neither panic nor break its promise.

mod evidence;
mod message;
mod policy;
mod scan;
mod seal;
mod text;

pub use evidence::evidence;
pub use message::message;
pub use policy::policy;
pub use scan::scan;
pub use seal::open_sealed;
pub use text::fold;

/// A body of a fuzz target.
pub type Body = fn(&[u8]);

/// Every body by the name of its target, in the order of the alphabet.
///
/// `core/tests/fuzz_replay.rs` runs each over its seeds and regressions.
pub const BODIES: &[(&str, Body)] = &[
    ("evidence", evidence),
    ("fold", fold),
    ("message", message),
    ("open_sealed", open_sealed),
    ("policy", policy),
    ("scan", scan),
];
