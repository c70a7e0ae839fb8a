use std::collections::BTreeSet;

use crate::detect::digest;
use crate::message::Message;

/// The people that a message is from and to. Their own names and addresses in it identify nobody else.
///
/// ```
/// # use sealwax::classify::Participants;
/// let mut participants = Participants::default();
/// participants.add("Ann B. Lee <ann.lee@example.org>, bob@example.com");
/// assert!(participants.includes("Lee, Ann") && participants.includes("BOB@example.com"));
/// assert!(!participants.includes("Carol King"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Participants {
    digests: BTreeSet<u64>,
    /// Those of the recipients.
    recipients: BTreeSet<u64>,
}

impl Participants {
    /// The people in the address fields of `message`.
    #[must_use]
    pub fn of(message: &Message) -> Self {
        let mut participants = Self::default();
        for header in message
            .headers()
            .iter()
            .filter(|header| is_address_field(header.name()))
        {
            participants.add(header.value());
            if is_recipient_field(header.name()) {
                let mut to = Self::default();
                to.add(header.value());
                participants.recipients.extend(to.digests);
            }
        }
        participants
    }

    /// Adds the addresses and display names of an address field (RFC 5322, section 3.4).
    pub fn add(&mut self, field: &str) {
        for mailbox in field.split(',').take(MAILBOXES) {
            let (name, address) = mailbox.rsplit_once('<').unwrap_or(("", mailbox));
            let address = address.trim_matches([' ', '>', '"']);
            self.insert(address);
            self.add_name(name);
            self.add_name(address.split('@').next().unwrap_or_default());
        }
    }

    /// Whether `name` is a participant's name in one of its forms, or their address.
    #[must_use]
    pub fn includes(&self, name: &str) -> bool {
        self.includes_digest(digest(name))
    }

    pub(super) fn includes_digest(&self, digest: u64) -> bool {
        self.digests.contains(&digest)
    }

    /// Whether this is the name or address of a recipient.
    pub(super) fn is_recipient(&self, digest: u64) -> bool {
        self.recipients.contains(&digest)
    }

    /// Each word of a name, the whole, and first and last in both orders.
    fn add_name(&mut self, name: &str) {
        let words: Vec<&str> = name
            .split(|character: char| !character.is_alphabetic())
            .filter(|word| word.len() > 1)
            .collect();
        self.insert(name);
        for word in &words {
            self.insert(word);
        }
        if let (Some(first), Some(last)) = (words.first(), words.last()) {
            self.insert(&format!("{first} {last}"));
            self.insert(&format!("{last} {first}"));
        }
    }

    fn insert(&mut self, value: &str) {
        if value.chars().any(char::is_alphanumeric) {
            self.digests.insert(digest(value));
        }
    }
}

/// Addresses read of a field; who mails more people than this has a list.
const MAILBOXES: usize = 1000;

fn is_recipient_field(name: &str) -> bool {
    ["to", "cc", "bcc"].contains(&name.to_ascii_lowercase().as_str())
}

fn is_address_field(name: &str) -> bool {
    ["from", "sender", "reply-to", "to", "cc", "bcc"].contains(&name.to_ascii_lowercase().as_str())
}
