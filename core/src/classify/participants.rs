use std::collections::BTreeSet;
use std::sync::Arc;

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
    /// Shared by all who ask: they are read off a message once.
    digests: Arc<BTreeSet<u64>>,
    /// Those of the recipients.
    recipients: Arc<BTreeSet<u64>>,
}

impl Participants {
    /// The people in the address fields of `message`.
    #[must_use]
    pub fn of(message: &Message) -> Self {
        let headers = message.headers().iter();
        let (mut others, mut recipients) = (BTreeSet::new(), BTreeSet::new());
        for header in headers.filter(|header| is_address_field(header.name())) {
            let is_recipient = is_recipient_field(header.name());
            add(header.value(), if is_recipient { &mut recipients } else { &mut others });
        }
        others.extend(&recipients);
        Self {
            digests: Arc::new(others),
            recipients: Arc::new(recipients),
        }
    }

    /// Adds the addresses and display names of an address field (RFC 5322, section 3.4).
    pub fn add(&mut self, field: &str) {
        add(field, Arc::make_mut(&mut self.digests));
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
}

/// The digests of the addresses and display names of an address field.
fn add(field: &str, digests: &mut BTreeSet<u64>) {
    for mailbox in field.split(',').take(MAILBOXES) {
        let (name, address) = mailbox.rsplit_once('<').unwrap_or(("", mailbox));
        let address = address.trim_matches([' ', '>', '"']);
        insert(address, digests);
        add_name(name, digests);
        add_name(address.split('@').next().unwrap_or_default(), digests);
    }
}

/// Each word of a name, the whole, and first and last in both orders.
fn add_name(name: &str, digests: &mut BTreeSet<u64>) {
    insert(name, digests);
    let mut words = name
        .split(|character: char| !character.is_alphabetic())
        .filter(|word| word.len() > 1);
    let Some(first) = words.next() else { return };
    let mut last = first;
    insert(first, digests);
    for word in words {
        insert(word, digests);
        last = word;
    }
    for ends in [[first, last], [last, first]] {
        insert(&ends.concat(), digests);
    }
}

fn insert(value: &str, digests: &mut BTreeSet<u64>) {
    if value.chars().any(char::is_alphanumeric) {
        digests.insert(digest(value));
    }
}

/// Addresses read of a field; who mails more people than this has a list.
const MAILBOXES: usize = 1000;

fn is_recipient_field(name: &str) -> bool {
    ["to", "cc", "bcc"].iter().any(|field| name.eq_ignore_ascii_case(field))
}

fn is_address_field(name: &str) -> bool {
    let fields = ["from", "sender", "reply-to", "to", "cc", "bcc"];
    fields.iter().any(|field| name.eq_ignore_ascii_case(field))
}
