//! The record of one decision.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::Timestamp;
use crate::classify::{Category, Level};
use crate::evidence::Evidence;
use crate::policy::{Action, Contract, Method, PolicyId, Rejected, Requirement, Why};

/// The version of the shape of [`Record`]; it changes when a field changes its meaning or goes.
pub const SCHEMA_VERSION: u16 = 1;

/// What was decided for one recipient of one message, and why. It holds no message text, no match and no address.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Record {
    /// [`SCHEMA_VERSION`].
    pub schema: u16,
    /// When it was decided.
    pub at: Timestamp,
    /// The version of the engine that decided.
    pub engine: &'static str,
    /// The policy that decided.
    pub policy: PolicyId,
    /// The keyed pseudonym of the Message-ID; `None` when the message has none.
    pub message: Option<String>,
    /// The keyed pseudonym of the sender's address.
    pub sender: String,
    /// The domain of the sender.
    pub sender_domain: String,
    /// The keyed pseudonym of the recipient's address.
    pub recipient: String,
    /// The domain of the recipient.
    pub recipient_domain: String,
    /// The stream that the host named.
    pub stream: Option<String>,
    /// The purpose that the host named.
    pub purpose: Option<String>,
    /// How sensitive the message was.
    pub level: Level,
    /// Of which kinds.
    pub categories: BTreeSet<Category>,
    /// Per label, the number of distinct values.
    pub counts: BTreeMap<String, u32>,
    /// Whether everything could be inspected.
    pub complete: bool,
    /// What was required.
    pub requirement: Requirement,
    /// What set each dimension.
    pub why: Vec<Why>,
    /// The methods that were rejected, and why.
    pub rejected: Vec<Rejected>,
    /// What the host was told to do.
    pub action: Action,
    /// By which method.
    pub method: Option<Method>,
    /// What the server had to enforce.
    pub contract: Option<Contract>,
    /// The waiver that lowered the requirement.
    pub waiver: Option<String>,
    /// The evidence about the recipient's server; only where the requirement asks for full evidence.
    pub evidence: Vec<Evidence>,
}
