//! S/MIME opaque signatures (RFC 8551): the message inside of a `SignedData` (RFC 5652, section 5).

/// The content that is signed but not hidden; `None` for encrypted content and for what cannot be read.
pub(super) fn signed_content(der: &[u8]) -> Option<Vec<u8>> {
    let kind = kind(der).filter(|kind| kind.body == SIGNED_DATA)?;
    let signed = Der::read(Der::read(kind.rest)?.expect(EXPLICIT)?.body)?.expect(SEQUENCE)?;
    let version = Der::read(signed.body)?;
    let digests = Der::read(version.rest)?;
    let content = Der::read(digests.rest)?.expect(SEQUENCE)?;
    let kind = Der::read(content.body)?.expect(OBJECT)?;
    let explicit = Der::read(kind.rest)?.expect(EXPLICIT)?;
    let mut out = Vec::new();
    octets(&Der::read(explicit.body)?, &mut out, 0)?;
    Some(out)
}

/// Whether it is a `SignedData`, with or without what it signs.
pub(super) fn is_signed(der: &[u8]) -> bool {
    kind(der).is_some_and(|kind| kind.body == SIGNED_DATA)
}

/// What a `ContentInfo` is, and behind it what it holds.
fn kind(der: &[u8]) -> Option<Der<'_>> {
    let info = Der::read(der)?.expect(SEQUENCE)?;
    Der::read(info.body)?.expect(OBJECT)
}

/// What stands behind the signed value. One of indefinite length takes all.
pub(super) fn behind(der: &[u8]) -> &[u8] {
    Der::read(der).map_or(&[], |info| info.rest)
}

/// An octet string, whole or in pieces.
fn octets(value: &Der<'_>, out: &mut Vec<u8>, depth: usize) -> Option<()> {
    if value.tag == OCTETS {
        out.extend_from_slice(value.body);
        return Some(());
    }
    if value.tag != OCTETS | CONSTRUCTED || depth > PIECES_DEPTH {
        return None;
    }
    let mut rest = value.body;
    while !rest.is_empty() && !rest.starts_with(&[0, 0]) {
        let piece = Der::read(rest)?;
        octets(&piece, out, depth + 1)?;
        rest = piece.rest;
    }
    Some(())
}

/// One value of DER or BER. One of indefinite length reaches to the end of what holds it: what closes it is read
/// by whoever reads the body.
struct Der<'a> {
    tag: u8,
    body: &'a [u8],
    rest: &'a [u8],
}

impl<'a> Der<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let (&[tag, first], rest) = bytes.split_first_chunk::<2>()?;
        if first == 0x80 {
            return Some(Self {
                tag,
                body: rest,
                rest: &[],
            });
        }
        let (length, rest) = if first < 0x80 {
            (usize::from(first), rest)
        } else {
            long_length(first, rest)?
        };
        let (body, rest) = rest.split_at_checked(length)?;
        Some(Self { tag, body, rest })
    }

    fn expect(self, tag: u8) -> Option<Self> {
        (self.tag == tag).then_some(self)
    }
}

fn long_length(first: u8, rest: &[u8]) -> Option<(usize, &[u8])> {
    let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7F))?;
    let length = digits.iter().try_fold(0_usize, |length, &digit| {
        length.checked_mul(256)?.checked_add(usize::from(digit))
    })?;
    Some((length, rest))
}

const SEQUENCE: u8 = 0x30;
const OBJECT: u8 = 0x06;
const OCTETS: u8 = 0x04;
const CONSTRUCTED: u8 = 0x20;
const EXPLICIT: u8 = 0xA0;
/// 1.2.840.113549.1.7.2
const SIGNED_DATA: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02];
/// Pieces of pieces do not occur.
const PIECES_DEPTH: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Limits, Message, PartState};

    fn der(tag: u8, body: &[u8]) -> Vec<u8> {
        [&[tag, u8::try_from(body.len()).unwrap()], body].concat()
    }

    fn signed(kind: &[u8], octets: &[u8]) -> Vec<u8> {
        let data = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x01];
        let content = der(SEQUENCE, &[der(OBJECT, &data), der(EXPLICIT, octets)].concat());
        let body = [der(0x02, &[1]), der(0x31, &[]), content].concat();
        der(
            SEQUENCE,
            &[der(OBJECT, kind), der(EXPLICIT, &der(SEQUENCE, &body))].concat(),
        )
    }

    #[test]
    fn the_signed_message_is_taken_out_whole_or_in_pieces() {
        let whole = signed(SIGNED_DATA, &der(OCTETS, b"A: b\n\nx"));
        assert_eq!(signed_content(&whole).as_deref(), Some(b"A: b\n\nx".as_slice()));
        let pieces = der(
            OCTETS | CONSTRUCTED,
            &[der(OCTETS, b"A: b\n"), der(OCTETS, b"\nx")].concat(),
        );
        assert_eq!(
            signed_content(&signed(SIGNED_DATA, &pieces)).as_deref(),
            Some(b"A: b\n\nx".as_slice())
        );
    }

    #[test]
    fn a_signature_is_told_from_what_hides_its_content() {
        let enveloped = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x03];
        assert!(is_signed(&signed(SIGNED_DATA, &[])));
        assert!(!is_signed(&signed(&enveloped, &der(OCTETS, b"x"))));
        for (kind, octets, expected) in [
            (SIGNED_DATA, der(OCTETS, b"A: b\n\n219-09-9999"), PartState::Inspected),
            (SIGNED_DATA, Vec::new(), PartState::Opaque),
            (&enveloped, der(OCTETS, b"x"), PartState::Uninspectable),
        ] {
            let header = b"Content-Type: application/pkcs7-signature\n\n".as_slice();
            let message = Message::parse(&[header, &signed(kind, &octets)].concat(), &Limits::default());
            assert_eq!(message.parts()[0].state(), expected);
            let is_shown = message.units().iter().any(|unit| unit.text().contains("219-09-9999"));
            assert_eq!(is_shown, expected == PartState::Inspected);
        }
    }

    #[test]
    fn enveloped_and_broken_content_is_not_signed_content() {
        let enveloped = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x03];
        assert_eq!(signed_content(&signed(&enveloped, &der(OCTETS, b"x"))), None);
        let whole = signed(SIGNED_DATA, &der(OCTETS, b"x"));
        for length in 0..whole.len() {
            assert_eq!(signed_content(&whole[..length]), None);
        }
    }
}
