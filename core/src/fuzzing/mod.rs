//! Bodies of the fuzz targets: each takes any bytes and must neither panic nor break its promise.

mod address;
mod attachment;
mod contexts;
mod endings;
mod evidence;
mod facts;
mod keys;
mod message;
mod policy;
mod readers;
mod redact;
mod rosters;
mod scan;
mod script;
mod seal;
mod settled;
mod stanzas;
mod text;
mod traps;

pub use address::address;
pub use attachment::{dicom, gzip, media, odf, office, ole, packed, pdf, pkcs7, rtf, tar, tnef, zip};
pub use contexts::contexts;
pub use endings::endings;
pub use evidence::evidence;
pub use facts::{facts, waivers};
pub use keys::{certificates, key_ring, keys, private_keys};
pub use message::{each_view, fields, html, message, sniff};
pub use policy::policy;
pub use readers::readers;
pub use redact::redact;
pub use rosters::{form, roster};
pub use scan::scan;
pub use seal::{open_sealed, rewrap};
pub use stanzas::stanzas;
pub use text::{fold, structure};
pub use traps::{Trap, people, scanned_traps, traps};

/// A body of a fuzz target.
pub type Body = fn(&[u8]);

/// Every body by the name of its target, in the order of the alphabet.
///
/// `core/tests/fuzz_replay.rs` runs each over its seeds and regressions.
pub const BODIES: &[(&str, Body)] = &[
    ("address", address),
    ("certificates", certificates),
    ("contexts", contexts),
    ("dicom", dicom),
    ("endings", endings),
    ("evidence", evidence),
    ("facts", facts),
    ("fields", fields),
    ("fold", fold),
    ("form", form),
    ("gzip", gzip),
    ("html", html),
    ("key_ring", key_ring),
    ("keys", keys),
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
    ("private_keys", private_keys),
    ("readers", readers),
    ("redact", redact),
    ("rewrap", rewrap),
    ("roster", roster),
    ("rtf", rtf),
    ("scan", scan),
    ("sniff", sniff),
    ("stanzas", stanzas),
    ("structure", structure),
    ("tar", tar),
    ("tnef", tnef),
    ("waivers", waivers),
    ("zip", zip),
];

/// A certificate and its key, of nobody, for what reads such.
const RSA_CERTIFICATE: &str = include_str!("keys/rsa.crt");
const RSA_KEY: &str = include_str!("keys/rsa.key");
