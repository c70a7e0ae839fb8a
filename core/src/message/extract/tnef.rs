//! TNEF (MS-OXTNEF), the `winmail.dat` of Outlook: its body and its attachments.

use super::{le16, le32, rtf, runs};
use crate::message::content::Origin;
use crate::message::parse::Reader;
use crate::message::{AnomalyKind, PartState};

pub(super) fn read(reader: &mut Reader<'_>, content: &[u8], origin: &Origin<'_>) -> PartState {
    let mut state = PartState::Inspected;
    let mut name = String::from("file");
    let mut rest = content.get(6..).unwrap_or_default();
    while !rest.is_empty() {
        let Some((attribute, tail)) = Attribute::read(rest) else {
            return reader.blind(AnomalyKind::ArchiveDamaged, origin);
        };
        rest = tail;
        let value = attribute.value;
        if !attribute.sound {
            state = reader.blind(AnomalyKind::ArchiveDamaged, origin);
        }
        match attribute.id {
            SUBJECT => reader.drawn(latin(value), "subject", origin),
            BODY => reader.drawn(latin(value), "body", origin),
            ATTACH_TITLE => {
                name = latin(value);
                reader.drawn(name.clone(), ":name", origin);
            }
            ATTACH_DATA if !reader.count_file(origin.path) => return PartState::Uninspectable,
            ATTACH_DATA => state = state.max(reader.file(&name, value, origin)),
            MESSAGE_PROPERTIES => state = state.max(properties(reader, value, origin)),
            _ => reader.drawn(runs::of_bytes(value), ":properties", origin),
        }
    }
    state
}

struct Attribute<'a> {
    id: usize,
    value: &'a [u8],
    /// Whether the sum of its bytes is right.
    sound: bool,
}

impl<'a> Attribute<'a> {
    /// Level, id and type, length, value, checksum.
    fn read(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (id, length) = (le16(bytes, 1)?, le32(bytes, 5)?);
        let end = 9_usize.checked_add(length)?;
        let value = bytes.get(9..end)?;
        let sum = value.iter().fold(0_u16, |sum, &byte| sum.wrapping_add(byte.into()));
        let attribute = Self {
            id,
            value,
            sound: le16(bytes, end)? == usize::from(sum),
        };
        Some((attribute, bytes.get(end.checked_add(2)?..)?))
    }
}

/// The compressed RTF or the HTML body among the properties of the message, found by their tags.
fn properties(reader: &mut Reader<'_>, value: &[u8], origin: &Origin<'_>) -> PartState {
    let mut state = PartState::Inspected;
    reader.drawn(runs::of_bytes(value), ":properties", origin);
    for tag in [RTF_COMPRESSED, HTML] {
        let Some(at) = memchr::memmem::find(value, tag) else {
            continue;
        };
        // The tag, the number of values, the length of the value, the value.
        let Some(bytes) = le32(value, at + 8).and_then(|length| value.get(at + 12..)?.get(..length)) else {
            return reader.blind(AnomalyKind::ArchiveDamaged, origin);
        };
        if tag == HTML {
            state = state.max(reader.file("body.html", bytes, origin));
            continue;
        }
        match decompressed(bytes, reader.room().0) {
            Some((source, is_whole)) => {
                reader.drawn(rtf::text(&source), "body.rtf", origin);
                if !is_whole {
                    state = reader.blind(AnomalyKind::ArchiveDamaged, origin);
                }
            }
            None => state = reader.blind(AnomalyKind::ArchiveDamaged, origin),
        }
    }
    state
}

/// Undoes the compression of MS-OXRTFCP: the text, and whether it is as long as it is said to be.
fn decompressed(bytes: &[u8], room: usize) -> Option<(Vec<u8>, bool)> {
    let (packed_size, size) = (le32(bytes, 0)?, le32(bytes, 4)?);
    let packed = bytes.get(16..)?;
    if packed_size.checked_add(4)? > bytes.len() || size > room {
        return None;
    }
    if le32(bytes, 8)? == UNCOMPRESSED {
        return Some((packed.to_vec(), packed.len() >= size));
    }
    let mut text = DICTIONARY.to_vec();
    let mut input = packed.iter().copied();
    while let Some(control) = input.next() {
        for bit in 0..8 {
            if text.len() - DICTIONARY.len() >= room {
                break;
            }
            let Some(byte) = input.next() else { break };
            if control >> bit & 1 == 0 {
                text.push(byte);
                continue;
            }
            let Some(second) = input.next() else { break };
            let reference = usize::from(u16::from_be_bytes([byte, second]));
            copy(&mut text, reference >> 4, (reference & 0xF) + 2)?;
        }
    }
    text.drain(..DICTIONARY.len());
    let is_whole = text.len() >= size;
    Some((text, is_whole))
}

/// Copies from the ring of 4,096 bytes that the format thinks of; `None` for a place that was never written.
fn copy(text: &mut Vec<u8>, offset: usize, length: usize) -> Option<()> {
    let distance = text.len().wrapping_sub(offset) % RING;
    // The ring's own write position ends the text.
    if distance == 0 {
        return Some(());
    }
    for _ in 0..length {
        let byte = *text.get(text.len().checked_sub(distance)?)?;
        text.push(byte);
    }
    Some(())
}

fn latin(value: &[u8]) -> String {
    let length = memchr::memchr(0, value).unwrap_or(value.len());
    crate::message::charset::decode(value.get(..length).unwrap_or_default(), None).text
}

const SUBJECT: usize = 0x8004;
const BODY: usize = 0x800C;
const ATTACH_DATA: usize = 0x800F;
const ATTACH_TITLE: usize = 0x8010;
const MESSAGE_PROPERTIES: usize = 0x9003;
/// `PR_RTF_COMPRESSED` and `PR_HTML`, both binary.
const RTF_COMPRESSED: &[u8] = b"\x02\x01\x09\x10";
const HTML: &[u8] = b"\x02\x01\x13\x10";
/// `MELA`
const UNCOMPRESSED: usize = 0x414C_454D;
const RING: usize = 4_096;
/// What the ring holds at the start (MS-OXRTFCP, section 3.1.1.1).
const DICTIONARY: &[u8] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans \
SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_standard_decompresses() {
        let packed = b"\x2d\0\0\0\x2b\0\0\0LZFu\xf1\xc5\xc7\xa7\x03\0\x0a\0rcpg125B2\x0a\xf3 hel\x09\0 bw\x05\xb0ld}\x0a\x80\x0f\xa0";
        assert_eq!(
            decompressed(packed, 1_000).unwrap(),
            (b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n".to_vec(), true)
        );
        assert_eq!(DICTIONARY.len(), 207);
    }
}
