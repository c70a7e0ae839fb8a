//! The addresses in a header field.

use super::parse::pieces;
use super::{Address, Domain};

/// What an address field (RFC 5322, section 3.4) names, read as strictly as anybody could read it.
#[derive(Debug, Default)]
pub(crate) struct Named {
    /// Every address that can be read in it.
    pub(crate) addresses: Vec<Address>,
    /// Whether something in it could not be read.
    pub(crate) is_unread: bool,
}

/// The addresses of a field with any number of mailboxes and groups.
///
/// A piece that is no mailbox is taken apart at every blank and bracket, so that a field which only some reader takes
/// for `ann@lab.example` names that address here too.
pub(crate) fn named(field: &str) -> Named {
    let mut named = Named::default();
    for (count, piece) in pieces(field).enumerate() {
        if count == MAXIMUM {
            named.is_unread = true;
            break;
        }
        match Address::parse(piece) {
            Ok(address) if address.is_null() => {}
            Ok(address) => named.addresses.push(address),
            Err(_) => named.take_words(piece),
        }
    }
    named.is_unread |= named.addresses.is_empty() && !field.trim().is_empty();
    named
}

impl Named {
    fn take_words(&mut self, piece: &str) {
        let is_between = |letter: char| letter.is_whitespace() || letter.is_control() || "<>,;:()\"".contains(letter);
        for word in piece.split(is_between).filter(|word| word.contains(['@', '＠', '﹫'])) {
            // Of a local part that cannot be read, the domain still counts.
            let domain = || Domain::parse(word.rsplit('@').next()?).ok();
            match Address::recipient(word) {
                Ok(address) => self.addresses.push(address),
                Err(_) => match domain() {
                    Some(domain) => self.addresses.push(Address::at("", domain)),
                    None => self.is_unread = true,
                },
            }
        }
    }
}

/// Mailboxes read of one field; who writes from more is not read to the end.
const MAXIMUM: usize = 1000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_field_names_its_addresses() {
        for (field, expected, unread) in [
            ("ann@lab.example", &["ann@lab.example"][..], false),
            ("Lab <ann@LAB.example>", &["ann@lab.example"], false),
            (
                "\"Lab, Inc.\" <ann@lab.example>, b@c.example",
                &["ann@lab.example", "b@c.example"],
                false,
            ),
            ("Lab, Inc. <ann@lab.example>", &["ann@lab.example"], false),
            (
                "Team: a@b.example, c@d.example;",
                &["a@b.example", "c@d.example"],
                false,
            ),
            (
                "x@evil.example <ann@lab.example>",
                &["x@evil.example", "ann@lab.example"],
                false,
            ),
            ("\"Lab <ann@lab.example>", &["ann@lab.example"], false),
            ("ann@lab.example (\"", &["ann@lab.example"], false),
            ("a b@lab.example", &["b@lab.example"], false),
            ("\"a b\" c@lab.example", &["c@lab.example"], false),
            ("mailto:ann@lab.example", &["ann@lab.example"], false),
            ("ann..b@lab.example", &["@lab.example"], false),
            ("ann＠lab.example", &[], true),
            ("Lab", &[], true),
            ("", &[], false),
        ] {
            let named = named(field);
            let addresses: Vec<&str> = named.addresses.iter().map(Address::as_str).collect();
            assert_eq!((&addresses[..], named.is_unread), (expected, unread), "{field}");
        }
    }
}
