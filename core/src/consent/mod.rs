//! Waivers: the only way down, only to the floor that the policy allows, and always audited.
//!
//! A [`Waiver`] is a record that the host keeps; a [`ConsentGrant`] is the proof that one was active for a recipient,
//! a purpose and the categories of a message at a time. Only [`grant`] makes a grant, so no other code can lower a
//! requirement.

mod grant;
mod waiver;

pub use grant::{ConsentGrant, grant};
pub use waiver::{Basis, Change, Scope, Status, Waiver};
