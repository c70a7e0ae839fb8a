//! Detection: findings in text, with their span, confidence and evidence; never the matched text.
//!
//! A [`Scanner`] is built once from the built-in catalogue and the customer's own detectors, and then only read. What
//! each detector looks for is data ([`DetectorSpec`]); how it is looked for is one of a few lanes, all linear:
//! values by shape at the places where a value can start, values after their label, and phrases of a dictionary.

mod acquaintance;
mod arbitrate;
mod blank;
mod catalogue;
mod check;
mod error;
mod finding;
mod form;
mod fuzzy;
mod lane;
mod language;
mod lexicon;
mod pending;
mod phrases;
mod plan;
mod roster;
mod scanner;
mod sense;
mod spec;
#[cfg(feature = "_testing")]
#[doc(hidden)]
pub mod stages;
mod token;
mod work;

pub(crate) use acquaintance::Acquaintances;
pub use blank::is_blank_form;
pub use catalogue::built_in;
pub use error::{DetectError, DetectErrorKind};
pub(crate) use finding::SURE;
pub(crate) use finding::sentence_case;
pub use finding::{Detector, Finding, Strength};
pub use form::{FormBuilder, FormError, FormSet, FormUse, Forms};
pub(crate) use lane::digest;
pub use language::Language;
#[doc(hidden)]
pub use plan::built_in_plan;
pub(crate) use plan::digest as plan_digest;
pub(crate) use roster::LABELS as ROSTER_LABELS;
pub use roster::{
    Column as RosterColumn, Identifier, Person, PersonError, Roster, RosterBuilder, RosterError, RosterErrorKind,
    Table as RosterTable,
};
#[cfg(test)]
pub(crate) use scanner::shared;
pub use scanner::{Scanner, ScannerBuilder};
pub(crate) use scanner::{Scratch, in_order};
pub use sense::{Role, Sense};
pub use spec::{Case, Confidence, DetectorSpec, Lane};
