//! Bounds on what one message may cost.

use serde::{Deserialize, Serialize};

/// How much one message may cost. What is beyond a limit is named by an [anomaly](super::AnomalyKind) and makes
/// the scan incomplete; beyond [`findings`](Self::findings), it is counted.
///
/// ```
/// # use sealwax::message::{AnomalyKind, Limits, Message};
/// let mut limits = Limits::default();
/// limits.message_bytes = 20;
/// let message = Message::parse(b"Subject: a\r\n\r\nThis is more than twenty bytes.", &limits);
/// assert!(!message.is_complete());
/// assert_eq!(message.anomalies()[0].kind, AnomalyKind::MessageLimit);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Limits {
    /// The bytes of a message that are read.
    pub message_bytes: usize,
    /// The bytes of one header block.
    pub header_bytes: usize,
    /// The header fields of one header block.
    pub headers: usize,
    /// The parameters of one MIME header.
    pub parameters: usize,
    /// How deep parts, messages and archives nest.
    pub depth: usize,
    /// The parts of a message and the files in its attachments.
    pub parts: usize,
    /// The bytes of all parts and files together, decoded and unpacked.
    pub decoded_bytes: usize,
    /// How many times larger an archive may get when it is unpacked.
    pub expansion: usize,
    /// The units of work; a unit is about a byte looked at once.
    pub work: u64,
    /// How many units of work looking for something in a text may take for each byte of it, all texts of a message
    /// together, beside what a small one may.
    ///
    /// Mail takes about four, and of a thousand messages one takes more than 22; a table of people takes 26. A text that was
    /// made to be expensive takes more.
    pub looks: usize,
    /// The findings of a message that are listed, and the distinct values that are told apart.
    ///
    /// The only limit that leaves nothing unread: what is beyond it is counted instead, each finding as a value of its
    /// own, so that the verdict is the same or a stricter one, and the scan stays complete.
    pub findings: usize,
}

impl Limits {
    /// The names of all limits, as the policy, C and Python write them.
    pub const NAMES: [&'static str; 11] = [
        "message_bytes",
        "header_bytes",
        "headers",
        "parameters",
        "depth",
        "parts",
        "decoded_bytes",
        "expansion",
        "work",
        "looks",
        "findings",
    ];

    /// The same limits, with the one of this name at `value`; `None` when there is none of the name.
    ///
    /// ```
    /// # use sealwax::message::Limits;
    /// assert_eq!(Limits::default().with("depth", 8).unwrap().depth, 8);
    /// assert!(Limits::default().with("deepness", 8).is_none());
    /// ```
    #[must_use]
    pub fn with(mut self, name: &str, value: u64) -> Option<Self> {
        let size = usize::try_from(value).unwrap_or(usize::MAX);
        match name {
            "message_bytes" => self.message_bytes = size,
            "header_bytes" => self.header_bytes = size,
            "headers" => self.headers = size,
            "parameters" => self.parameters = size,
            "depth" => self.depth = size,
            "parts" => self.parts = size,
            "decoded_bytes" => self.decoded_bytes = size,
            "expansion" => self.expansion = size,
            "work" => self.work = value,
            "looks" => self.looks = size,
            "findings" => self.findings = size,
            _ => return None,
        }
        Some(self)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            message_bytes: MESSAGE_BYTES,
            header_bytes: HEADER_BYTES,
            headers: HEADERS,
            parameters: PARAMETERS,
            depth: DEPTH,
            parts: PARTS,
            decoded_bytes: DECODED_BYTES,
            expansion: EXPANSION,
            work: WORK,
            looks: LOOKS,
            findings: FINDINGS,
        }
    }
}

/// Large hosts accept 25 to 150 MB; more is not mail.
const MESSAGE_BYTES: usize = 160 << 20;
/// Real header blocks stay below 64 KiB; Exim's own limit is 1 MiB.
const HEADER_BYTES: usize = 1 << 20;
/// Real header blocks hold fewer than 300 fields.
const HEADERS: usize = 4_000;
/// Real MIME headers hold fewer than 10 parameters; RFC 2231 continuations of a long name need some dozens.
const PARAMETERS: usize = 256;
/// Forwards of forwards reach 10 or so.
const DEPTH: usize = 64;
/// Digests of mailing lists reach some hundreds.
const PARTS: usize = 10_000;
/// As much as the largest message holds decoded, or some hundred megabytes of packed documents.
const DECODED_BYTES: usize = 256 << 20;
/// Office documents reach 30, logs 60; a bomb has 1,000.
const EXPANSION: usize = 64;
/// Ten looks at each byte of the largest message.
const WORK: u64 = 1 << 31;
/// The most expensive of two thousand ordinary messages takes 95, and lists of labels with a short value each take 27.
const LOOKS: usize = 256;
/// Nobody reads a longer list, and ten individuals are critical already. A page of text has about 50 findings, so that
/// a book is still listed whole; and so many take no more than some megabytes, as values or as JSON.
const FINDINGS: usize = 10_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_may_set_some_limits_and_keeps_the_others() {
        let limits: Limits = toml::from_str("depth = 8\nparts = 20").unwrap();
        assert_eq!(
            limits,
            Limits {
                depth: 8,
                parts: 20,
                ..Limits::default()
            }
        );
    }

    #[test]
    fn each_limit_is_set_by_the_name_that_the_policy_has_for_it() {
        for name in Limits::NAMES {
            let text = format!("{name} = 7");
            assert_eq!(Limits::default().with(name, 7), toml::from_str(&text).ok(), "{name}");
        }
    }

    #[test]
    fn an_unknown_limit_is_refused() {
        assert!(toml::from_str::<Limits>("deepness = 8").is_err());
    }
}
