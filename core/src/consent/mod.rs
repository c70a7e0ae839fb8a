//! Waivers: the only way down, only to the floor that the policy allows, and always audited.
//!
//! A [`Waiver`] is a record that the host keeps; a [`ConsentGrant`] is the proof that one was active for a recipient,
//! a purpose and the categories of a message at a time. Only [`grant`] and [`grant_under`] make a grant, so no other
//! code can lower a requirement.
//!
//! A [`Registry`] keeps waivers and only ever adds to them; `sealwax-store` has one in SQLite. [`parse_csv`] reads
//! what was kept in a table.

mod csv;
mod error;
mod grant;
mod history;
mod notice;
mod registry;
mod waiver;

pub use csv::{COLUMNS, Row, parse_csv};
pub use error::{ConsentError, ConsentErrorKind};
pub use grant::{ConsentGrant, grant, grant_under};
pub use history::{Change, RETENTION_YEARS, Reminder, Status};
pub use notice::{Expression, Form, Representative, RiskNotice};
pub use registry::{MemoryRegistry, Question, Registry};
pub use waiver::{Basis, Profile, Scope, Waiver};
