//! Bodies of the fuzz targets: each takes any bytes and must neither panic nor break its promise.

mod address;
mod attachment;
mod evidence;
mod message;
mod policy;
mod redact;
mod scan;
mod seal;
mod text;
mod traps;

pub use address::address;
pub use attachment::{dicom, gzip, media, odf, office, ole, packed, pdf, pkcs7, rtf, tar, tnef, zip};
pub use evidence::evidence;
pub use message::{each_view, fields, html, message, sniff};
pub use policy::policy;
pub use redact::redact;
pub use scan::scan;
pub use seal::{open_sealed, rewrap};
pub use text::{fold, structure};
pub use traps::{Trap, people, scanned_traps, traps};

/// A body of a fuzz target.
pub type Body = fn(&[u8]);

/// Every body by the name of its target, in the order of the alphabet.
///
/// `core/tests/fuzz_replay.rs` runs each over its seeds and regressions.
pub const BODIES: &[(&str, Body)] = &[
    ("address", address),
    ("dicom", dicom),
    ("evidence", evidence),
    ("fields", fields),
    ("fold", fold),
    ("gzip", gzip),
    ("html", html),
    ("media", media),
    ("message", message),
    ("odf", odf),
    ("office", office),
    ("ole", ole),
    ("open_sealed", open_sealed),
    ("packed", packed),
    ("pdf", pdf),
    ("pkcs7", pkcs7),
    ("policy", policy),
    ("redact", redact),
    ("rewrap", rewrap),
    ("rtf", rtf),
    ("scan", scan),
    ("sniff", sniff),
    ("structure", structure),
    ("tar", tar),
    ("tnef", tnef),
    ("zip", zip),
];
