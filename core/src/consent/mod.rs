//! Waivers: the only way down, only to the floor that the policy allows, and always audited.
//!
//! A [`Waiver`] is a record that the host keeps; a [`ConsentGrant`] is the proof that one was active for a recipient,
//! a purpose and the categories of a message at a time. Only [`judge`] makes a grant, so no other code can lower a
//! requirement; of a waiver that gives none it says why.
//!
//! A [`Preference`] is the other direction: who opted out of a kind of mail, or asked for another way. It only raises.
//!
//! A [`Registry`] keeps both and only ever adds to them; `sealwax-store` has one in SQLite. [`parse_csv`] and
//! [`parse_preferences`] read what was kept in a table.

mod csv;
mod error;
mod grant;
mod history;
mod notice;
mod preference;
mod registry;
mod waiver;

pub use csv::{COLUMNS, PREFERENCE_COLUMNS, Row, parse_csv, parse_preferences};
pub use error::{ConsentError, ConsentErrorKind};
pub(crate) use grant::AMBIGUOUS;
pub use grant::{ConsentGrant, Judgement, Question, Unapplied, judge};
pub use history::{Change, RETENTION_YEARS, Reminder, Status};
pub use notice::{Expression, Form, Representative, RiskNotice};
pub(crate) use preference::printable;
pub use preference::{Asks, Preference};
pub use registry::{MemoryRegistry, Registry};
pub use waiver::{Basis, Profile, Scope, Waiver};
