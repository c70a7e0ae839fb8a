//! What a sender sets to ask for protection. It can only raise.

use std::collections::BTreeSet;

use super::model::{PolicyFile, Trigger};
use crate::Address;

/// The names of the triggers that the message or its envelope sets.
pub(super) fn triggers<'a>(
    file: &PolicyFile,
    subject: &str,
    headers: impl Iterator<Item = (&'a str, &'a str)>,
    recipients: &[Address],
) -> BTreeSet<String> {
    if file.triggers.is_empty() {
        return BTreeSet::new();
    }
    let subject = subject.to_lowercase();
    let names: BTreeSet<String> = headers.map(|(name, _)| name.trim().to_ascii_lowercase()).collect();
    let plus: BTreeSet<String> = recipients.iter().filter_map(plus_address).collect();
    let is_set = |trigger: &&Trigger| {
        let lower = |words: &[String]| words.iter().map(|word| word.to_lowercase()).collect::<Vec<_>>();
        lower(&trigger.subject.0).iter().any(|tag| subject.contains(tag))
            || lower(&trigger.header.0).iter().any(|name| names.contains(name))
            || lower(&trigger.plus.0).iter().any(|word| plus.contains(word))
    };
    let set = file.triggers.iter().filter(is_set);
    set.map(|trigger| trigger.name.clone()).collect()
}

/// The part after `+` of a local part (RFC 5233), in lower case.
fn plus_address(address: &Address) -> Option<String> {
    let (local, _) = address.as_str().rsplit_once('@')?;
    local.split_once('+').map(|(_, detail)| detail.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Policy, Resources};

    fn set(subject: &str, headers: &[(&str, &str)], recipient: &str) -> Vec<String> {
        let text = "[[trigger]]\nname = 'ask'\nsubject = ['[Secure]', '#safe']\nheader = 'X-Encrypt'\nplus = 'secure'";
        let policy = Policy::from_toml(text, &Resources::new()).unwrap();
        let recipients = [Address::from(recipient)];
        let set = policy.triggers(subject, headers.iter().copied(), &recipients);
        set.into_iter().collect()
    }

    #[test]
    fn a_tag_a_header_or_a_plus_address_sets_a_trigger() {
        for (subject, headers, recipient, expected) in [
            ("Results [SECURE]", [("From", "a")], "b@c.example", true),
            ("Results", [("x-encrypt", "no")], "b@c.example", true),
            ("Results", [("From", "a")], "b+Secure@c.example", true),
            ("Results", [("From", "X-Encrypt")], "b+other@c.example", false),
            ("secure", [("From", "a")], "secure@c.example", false),
        ] {
            assert_eq!(
                !set(subject, &headers, recipient).is_empty(),
                expected,
                "{subject} {recipient}"
            );
        }
    }
}
