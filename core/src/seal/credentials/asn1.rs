//! Fields of a value in DER (X.690), one after the other.

use x509_cert::der::oid::ObjectIdentifier;

/// What is left of the fields that stand side by side in one value.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    /// The fields of a sequence that is all of `der`.
    pub(super) fn sole(der: &'a [u8]) -> Option<Self> {
        let mut outer = Self(der);
        let fields = outer.sequence()?;
        outer.is_empty().then_some(fields)
    }

    /// The fields that `bytes` are.
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The tag of the next field.
    pub(super) fn tag(&self) -> Option<u8> {
        self.0.first().copied()
    }

    /// The tag and the value of the next field, in the one form that DER allows.
    pub(super) fn field(&mut self) -> Option<(u8, &'a [u8])> {
        let (tag, rest) = self.0.split_first()?;
        if tag & LONG_TAG == LONG_TAG {
            return None;
        }
        let (len, rest) = length(rest)?;
        let (value, rest) = rest.split_at_checked(len)?;
        self.0 = rest;
        Some((*tag, value))
    }

    /// The value of the next field if it has this tag; else it is left where it is.
    pub(super) fn take(&mut self, tag: u8) -> Option<&'a [u8]> {
        if self.tag() != Some(tag) {
            return None;
        }
        self.field().map(|(_, value)| value)
    }

    pub(super) fn sequence(&mut self) -> Option<Self> {
        self.take(SEQUENCE).map(Self)
    }

    /// The fields of the value that stands under the next field's tag `[0]` by itself.
    pub(super) fn explicit(&mut self) -> Option<Self> {
        self.take(CONTEXT_0).map(Self)
    }

    pub(super) fn oid(&mut self) -> Option<ObjectIdentifier> {
        ObjectIdentifier::from_bytes(self.take(OID)?).ok()
    }

    /// An integer that is not negative and below 2^32.
    pub(super) fn number(&mut self) -> Option<u32> {
        let digits = self.take(INTEGER)?;
        let is_shortest = match digits {
            [] => false,
            [0, second, ..] => *second >= 0x80,
            [first, ..] => *first < 0x80,
        };
        let add = |number: u32, digit: &u8| number.checked_mul(256)?.checked_add(u32::from(*digit));
        digits.iter().try_fold(0, add).filter(|_| is_shortest || digits == [0])
    }

    /// The tags of the fields that are left, `None` where one cannot be read.
    pub(super) fn tags(mut self) -> Option<Vec<u8>> {
        let mut tags = Vec::new();
        while !self.is_empty() {
            tags.push(self.field()?.0);
        }
        Some(tags)
    }
}

/// The length that `bytes` begin with, and what follows it.
fn length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (first, rest) = bytes.split_first()?;
    if *first < 0x80 {
        return Some((usize::from(*first), rest));
    }
    let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
    let add = |len: usize, digit: &u8| len.checked_mul(256)?.checked_add(usize::from(*digit));
    let len = digits.iter().try_fold(0, add)?;
    let is_shortest = len >= 0x80 && digits.first() != Some(&0);
    is_shortest.then_some((len, rest))
}

/// `value` behind its tag and its length.
pub(super) fn write(out: &mut Vec<u8>, tag: u8, value: &[u8]) {
    out.push(tag);
    let len = value.len().to_be_bytes();
    let digits = len.iter().position(|digit| *digit != 0).and_then(|at| len.get(at..));
    match digits.unwrap_or_default() {
        [] => out.push(0),
        [only] if *only < 0x80 => out.push(*only),
        digits => {
            out.push(u8::try_from(digits.len()).map_or(0x80, |count| 0x80 | count));
            out.extend_from_slice(digits);
        }
    }
    out.extend_from_slice(value);
}

pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const NULL: u8 = 0x05;
pub(super) const OID: u8 = 0x06;
pub(super) const UTC_TIME: u8 = 0x17;
pub(super) const GENERALIZED_TIME: u8 = 0x18;
pub(super) const SEQUENCE: u8 = 0x30;
/// The tag `[0]` of something that is made of fields.
pub(super) const CONTEXT_0: u8 = 0xa0;
/// The same for `[1]`.
pub(super) const CONTEXT_1: u8 = 0xa1;
/// The tag `[0]` of a string whose own tag it replaces.
pub(super) const CONTEXT_0_STRING: u8 = 0x80;
/// The bits of a tag whose number follows it; nothing that is read here has one.
const LONG_TAG: u8 = 0x1f;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for len in [0, 1, 127, 128, 255, 256, 65_535, 65_536] {
            let value = vec![7; len];
            let mut der = Vec::new();
            write(&mut der, OCTET_STRING, &value);
            let mut fields = Fields::of(&der);
            assert_eq!(fields.take(OCTET_STRING), Some(value.as_slice()), "{len}");
            assert!(fields.is_empty());
        }
    }

    #[test]
    fn only_the_shortest_form_of_a_length_and_of_a_number_is_read() {
        for der in [
            [0x04, 0x80, 0, 0].as_slice(),
            &[0x04, 0x81, 1, 7],
            &[0x04, 0x82, 0, 0x80],
            &[0x04, 2, 7],
            &[0x1f, 0x81, 1, 0],
            &[0x04],
            &[0x04, 0xff, 1],
        ] {
            assert_eq!(Fields::of(der).field(), None, "{der:x?}");
        }
        for (der, number) in [
            ([INTEGER, 1, 0].as_slice(), Some(0)),
            (&[INTEGER, 2, 0, 0x80], Some(128)),
            (&[INTEGER, 5, 0, 0xff, 0xff, 0xff, 0xff], Some(u32::MAX)),
            (&[INTEGER, 5, 1, 0, 0, 0, 0], None),
            (&[INTEGER, 2, 0, 1], None),
            (&[INTEGER, 1, 0x80], None),
            (&[INTEGER, 0], None),
        ] {
            assert_eq!(Fields::of(der).number(), number, "{der:x?}");
        }
    }
}
