//! What several rooms share and none of them owns: words, time, and the watch over work. It knows no other room.
//!
//! A room above offers a word to the outside where a reader looks for it: [`Category`] in `classify`, [`Method`] in
//! `policy`, [`Transport`] in `evidence`.

mod agreement;
mod image;
mod level;
mod method;
mod requirement;
mod time;
mod transport;
mod watch;

pub use agreement::{Agreement, DateError, DateOrTime, Standing};
pub(crate) use image::{Reader, Writer};
pub use level::{Category, Level};
pub use method::{Action, Method};
pub use requirement::{AuditLevel, CryptoFloor, Dimension, Disposition, MessageProtection, Requirement};
pub use time::{Timestamp, TimestampError};
pub use transport::Transport;
pub use watch::Cancel;
pub(crate) use watch::{Stop, Watch};
