//! The policy: what is required of a message, and which method meets it.
//!
//! A requirement is an element of a lattice ([`Requirement`]); rules can only raise it. What comes out is one
//! [`Delivery`] for each recipient, together a [`Verdict`].

mod method;
mod requirement;
mod verdict;

pub use method::{Action, Method};
pub use requirement::{AuditLevel, CryptoFloor, Dimension, Disposition, MessageProtection, Requirement};
pub use verdict::{Contract, Delivery, Edit, Fallback, PolicyId, Rejected, SmtpReply, Verdict, Why};
