//! Minimisation: taking out of a text or a message what identifies somebody, and saying what need not be in it.
//!
//! [`Engine::redact`](crate::Engine::redact) and [`Engine::redact_text`](crate::Engine::redact_text) do it; a
//! [`Redaction`] says how. What is taken out is every identifier of 45 CFR 164.514(b)(2), every account and credential,
//! and whatever the policy's own detectors find; words of health stay, since they are what the text is for. A value that
//! was found once is taken out wherever else it stands, and the result is scanned again until nothing is left to find.
//!
//! A message is written anew: its texts, its structure and a few header fields. What cannot be rewritten (a picture, a
//! PDF, whatever could not be inspected) is replaced by a line that says so, and named in the [`Summary`].

mod date;
mod message;
mod need;
mod placeholder;
mod plan;
mod summary;
mod text;
mod values;

pub use need::{Identified, Purpose, PurposeError};
pub use plan::{Mode, Redaction};
pub use summary::{Removed, Summary};

pub(crate) use message::{Letter, participants};
pub(crate) use need::Identifiers;
pub(crate) use placeholder::Placeholders;
pub(crate) use text::{Effort, Gone, Mark, names, rewrite};
