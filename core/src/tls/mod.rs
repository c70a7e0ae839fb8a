//! TLS verdicts: a table of every IANA cipher suite, and what a suite, a list or a negotiation is worth.
//!
//! A [`Suite`] is a row of the table; its [`Verdict`] is a [`Tier`], the [`Strength`] of the cipher alone, flags, and
//! reasons with their source. [`ListGrade`] grades what a client offers or a server accepts, [`negotiate`] says what
//! the two would choose, and a [`Mode`] is a set of suites that a policy asks for.
//! [`Rules`] lint a cipher string or the settings of a [`Server`], and [`Server::settings`] writes them.
//! The module uses nothing else of the crate.

mod lint;
mod list;
mod mode;
mod named;
mod negotiate;
mod openssl;
mod remark;
mod server;
mod suite;
mod table;
mod verdict;

pub use lint::{Finding, Lint, Rules, Severity};
pub use list::{Aes256, ListGrade};
pub use mode::Mode;
pub use negotiate::{Preference, negotiate};
pub use openssl::CipherString;
pub use remark::{Remark, Remarks};
pub use server::{Server, parse_list};
pub use suite::{Authentication, BlockMode, Cipher, KeyExchange, Mac, Protocol, Suite};
pub use verdict::{Flag, Grading, Strength, Tier, Verdict};
