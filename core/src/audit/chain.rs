//! A chain of hashes over lines that are only ever added, so that a line that was altered, taken out, put in or moved
//! is found.
//!
//! # Canonical form
//!
//! A line is a sequence of fields, each a string of bytes. Its link is made of these bytes:
//!
//! 1. `sealwax-chain-1`,
//! 2. the link of the line before, 32 bytes; 32 zeros for the first line,
//! 3. each field of the line,
//!
//! each of them preceded by its length in bytes as 64 bits, the lowest byte first. Without a key the link is their
//! SHA-256 (FIPS 180-4), with one their HMAC-SHA-256 (RFC 2104). Any other tool can compute the same.
//!
//! # What it can and cannot show
//!
//! Whoever may write the lines can compute a chain without a key anew: it finds accidents, and hands that did not think
//! of it. A chain with a key is found out by whoever holds the key, as long as the key is kept elsewhere. Lines that are
//! missing at the end leave a chain that is whole: only a link that was noted down elsewhere, a checkpoint, shows it.

use std::fmt;
use std::str::FromStr;

use crate::crypto::{HashKey, hex, sha256};

/// How the links of a chain are made: with a key or without.
///
/// ```
/// use sealwax::audit::{Chain, Link};
/// let chain = Chain::default();
/// let first = chain.link(Link::START, &[b"1", b"ann was here"]);
/// let second = chain.link(first, &[b"2", b"bob was here"]);
/// let lines = [(vec!["1", "ann was here"], first), (vec!["2", "bob was here"], second)];
/// assert_eq!(chain.verify(&lines), Ok(second));
/// let altered = [(vec!["1", "eve was here"], first), (vec!["2", "bob was here"], second)];
/// assert_eq!(chain.verify(&altered), Err(1));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Chain {
    key: Option<HashKey>,
}

impl Chain {
    /// A chain whose links only a holder of `key` can make.
    #[must_use]
    pub fn keyed(key: HashKey) -> Self {
        Self { key: Some(key) }
    }

    /// Whether it has a key.
    #[must_use]
    pub fn is_keyed(&self) -> bool {
        self.key.is_some()
    }

    /// The link of the line with these `fields` that follows the line of link `before`.
    #[must_use]
    pub fn link(&self, before: Link, fields: &[&[u8]]) -> Link {
        let pieces: Vec<&[u8]> = std::iter::once(before.0.as_slice())
            .chain(fields.iter().copied())
            .collect();
        Link(match &self.key {
            Some(key) => key.hash(NAME, &pieces),
            None => plain(&pieces),
        })
    }

    /// The link of the last of `lines`, each with the link that was kept with it.
    ///
    /// # Errors
    ///
    /// The number, from 1, of the first line whose link is not the one that follows from it and from the lines before.
    pub fn verify<F: AsRef<[u8]>>(&self, lines: &[(Vec<F>, Link)]) -> Result<Link, usize> {
        lines
            .iter()
            .zip(1..)
            .try_fold(Link::START, |before, ((fields, kept), number)| {
                let fields: Vec<&[u8]> = fields.iter().map(AsRef::as_ref).collect();
                let link = self.link(before, &fields);
                if link == *kept { Ok(link) } else { Err(number) }
            })
    }
}

/// What ties a line to all lines before it: 32 bytes, written as 64 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Link([u8; 32]);

impl Link {
    /// What stands before the first line.
    pub const START: Self = Self([0; 32]);
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

/// A text is no link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected 64 hexadecimal digits")]
pub struct LinkError(());

impl FromStr for Link {
    type Err = LinkError;

    fn from_str(text: &str) -> Result<Self, LinkError> {
        let mut link = [0; 32];
        if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(LinkError(()));
        }
        for (index, byte) in link.iter_mut().enumerate() {
            let pair = text.get(index * 2..index * 2 + 2).ok_or(LinkError(()))?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| LinkError(()))?;
        }
        Ok(Self(link))
    }
}

fn plain(pieces: &[&[u8]]) -> [u8; 32] {
    let lengths: Vec<[u8; 8]> = std::iter::once(NAME.len())
        .chain(pieces.iter().map(|piece| piece.len()))
        .map(|length| u64::try_from(length).unwrap_or(u64::MAX).to_le_bytes())
        .collect();
    let contents = std::iter::once(NAME.as_bytes()).chain(pieces.iter().copied());
    let bytes: Vec<&[u8]> = lengths
        .iter()
        .zip(contents)
        .flat_map(|(length, content)| [length.as_slice(), content])
        .collect();
    sha256(&bytes)
}

const NAME: &str = "sealwax-chain-1";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::crypto::hmac_sha256;

    type Lines = Vec<(Vec<Vec<u8>>, Link)>;

    fn chains() -> [Chain; 2] {
        [Chain::default(), Chain::keyed(HashKey::from_bytes(&[7; 32]))]
    }

    fn built(chain: &Chain, lines: &[Vec<Vec<u8>>]) -> Lines {
        let mut before = Link::START;
        let link = |fields: &Vec<Vec<u8>>| {
            let pieces: Vec<&[u8]> = fields.iter().map(Vec::as_slice).collect();
            before = chain.link(before, &pieces);
            (fields.clone(), before)
        };
        lines.iter().map(link).collect()
    }

    #[test]
    fn a_link_is_the_hash_of_its_canonical_form() {
        let mut bytes = Vec::new();
        for piece in [b"sealwax-chain-1".as_slice(), &[0; 32], b"1", b"", b"ann"] {
            bytes.extend(u64::try_from(piece.len()).unwrap().to_le_bytes());
            bytes.extend(piece);
        }
        let fields: [&[u8]; 3] = [b"1", b"", b"ann"];
        let [plain, keyed] = chains();
        assert_eq!(plain.link(Link::START, &fields).0, sha256(&[&bytes]));
        assert_eq!(keyed.link(Link::START, &fields).0, hmac_sha256(&[7; 32], &bytes));
    }

    #[test]
    fn a_link_is_read_as_it_is_written() {
        let link = Chain::default().link(Link::START, &[b"x"]);
        assert_eq!(link.to_string().parse(), Ok(link));
        for text in ["", "00", &"é".repeat(32), &"+1".repeat(32)] {
            assert!(text.parse::<Link>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_done_to_a_line_is_found_at_its_place(
            lines in prop::collection::vec(prop::collection::vec(prop::collection::vec(any::<u8>(), 0..4), 1..4), 2..8),
            place in any::<prop::sample::Index>(), act in 0..5_u8, byte in any::<u8>(),
        ) {
            for chain in chains() {
                let sound = built(&chain, &lines);
                prop_assert_eq!(chain.verify(&sound), Ok(sound.last().unwrap().1));
                let at = place.index(sound.len());
                let mut spoilt = sound.clone();
                match act {
                    0 => spoilt[at].0.push(vec![byte]),
                    1 => spoilt.insert(at, (vec![vec![byte]], sound[at].1)),
                    2 => spoilt[at].1 = chain.link(sound[at].1, &[&[byte]]),
                    3 if at + 1 < sound.len() => drop(spoilt.remove(at)),
                    4 if at + 1 < sound.len() && sound[at].0 != sound[at + 1].0 => spoilt.swap(at, at + 1),
                    _ => continue,
                }
                prop_assert_eq!(chain.verify(&spoilt), Err(at + 1));
            }
        }

        #[test]
        fn another_key_or_none_makes_other_links(line in prop::collection::vec(any::<u8>(), 0..8)) {
            let other = Chain::keyed(HashKey::from_bytes(&[8; 32]));
            let [plain, keyed] = chains();
            let made = [plain, keyed, other].map(|chain| chain.link(Link::START, &[&line]));
            prop_assert!(made[0] != made[1] && made[1] != made[2] && made[0] != made[2]);
        }
    }
}
