//! What becomes of facts that a policy does not know.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What becomes of a fact that the host names and the policy does not know. The order is that of strictness: under an
/// error nothing leaves at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnknownFacts {
    /// It counts as whatever raises most, for a host that must not fail.
    Strictest,
    /// There is no verdict, and the error says what would do.
    #[default]
    Error,
}

impl UnknownFacts {
    /// The name used in the policy.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Strictest => "strictest",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for UnknownFacts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
