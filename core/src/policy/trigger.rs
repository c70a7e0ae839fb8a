//! What a sender sets to ask for protection. It can only raise, so a tag is known however it is written.

use std::collections::BTreeSet;

use super::model::{PolicyFile, Trigger};
use crate::Address;
use crate::address::folded_detail;
use crate::text::View;

/// The names of the triggers that the message or its envelope sets. Every subject counts: the one that is given, and
/// each among the headers.
pub(super) fn triggers<'a>(
    file: &PolicyFile,
    subject: &str,
    headers: impl Iterator<Item = (&'a str, &'a str)>,
    recipients: &[Address],
) -> BTreeSet<String> {
    if file.triggers.is_empty() {
        return BTreeSet::new();
    }
    let headers: Vec<(String, &str)> = headers
        .map(|(name, value)| (name.trim().to_ascii_lowercase(), value))
        .collect();
    let further = headers.iter().filter(|(name, _)| name == "subject");
    let subjects: Vec<String> = std::iter::once(subject)
        .chain(further.map(|(_, value)| *value))
        .map(folded)
        .collect();
    let names: BTreeSet<&str> = headers.iter().map(|(name, _)| name.as_str()).collect();
    let plus: BTreeSet<String> = recipients.iter().filter_map(Address::detail).collect();
    let is_set = |trigger: &&Trigger| {
        let lower = |words: &[String]| words.iter().map(|word| word.to_lowercase()).collect::<Vec<_>>();
        let has_tag = |tag: &String| subjects.iter().any(|subject| subject.contains(&folded(tag)));
        trigger.subject.0.iter().any(has_tag)
            || lower(&trigger.header.0).iter().any(|name| names.contains(name.trim()))
            || trigger
                .plus
                .0
                .iter()
                .filter_map(|word| folded_detail(word))
                .any(|word| plus.contains(&word))
    };
    let set = file.triggers.iter().filter(is_set);
    set.map(|trigger| trigger.name.clone()).collect()
}

/// A subject or a tag as they are compared: folded, in lower case, each run of blanks one blank and none inside of a
/// bracket, and every pair of brackets square where its writer may have meant it so.
fn folded(text: &str) -> String {
    let view = View::fold(text);
    let mut folded = String::with_capacity(view.text().len());
    let mut is_blank = false;
    for character in view.text().chars().flat_map(char::to_lowercase).map(bracket) {
        if character.is_whitespace() {
            is_blank = true;
            continue;
        }
        if is_blank && character != ']' && !folded.ends_with('[') {
            folded.push(' ');
        }
        is_blank = false;
        folded.push(character);
    }
    folded.trim().to_owned()
}

/// The plain form of a bracket that stands for a square one on other keyboards.
fn bracket(character: char) -> char {
    match character {
        '\u{2045}' | '\u{27e6}' | '\u{2772}' | '\u{3010}' | '\u{3014}' | '\u{3016}' | '\u{3018}' | '\u{301a}' => '[',
        '\u{2046}' | '\u{27e7}' | '\u{2773}' | '\u{3011}' | '\u{3015}' | '\u{3017}' | '\u{3019}' | '\u{301b}' => ']',
        _ => character,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Policy, Resources};

    fn set(subject: &str, headers: &[(&str, &str)], recipient: &str) -> Vec<String> {
        let text = "[[trigger]]\nname = 'ask'\nsubject = ['[Secure]', '#safe']\nheader = 'X-Encrypt'\nplus = 'secure'";
        let policy = Policy::from_toml(text, &Resources::new()).unwrap();
        let recipients = [Address::parse(recipient).unwrap()];
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
            ("Results [ secure ]", [("From", "a")], "b@c.example", true),
            ("Results [\tSecure\u{a0}]", [("From", "a")], "b@c.example", true),
            (
                "\u{ff3b}\u{ff33}\u{ff25}\u{ff23}\u{ff35}\u{ff32}\u{ff25}\u{ff3d} x",
                [("From", "a")],
                "b@c.example",
                true,
            ),
            ("\u{3010}SECURE\u{3011} x", [("From", "a")], "b@c.example", true),
            ("[sec\u{200b}ure\u{ad}] x", [("From", "a")], "b@c.example", true),
            ("[s\u{435}cure] x", [("From", "a")], "b@c.example", true),
            ("[s\u{e9}cure] x", [("From", "a")], "b@c.example", true),
            ("Results", [("Subject", "[secure]")], "b@c.example", true),
            ("Results", [("sUBJECT ", "Re: [ SECURE ]")], "b@c.example", true),
            ("Results [secured]", [("From", "a")], "b@c.example", false),
            ("Results secure ]", [("From", "a")], "b@c.example", false),
        ] {
            assert_eq!(
                !set(subject, &headers, recipient).is_empty(),
                expected,
                "{subject} {recipient}"
            );
        }
    }
}
