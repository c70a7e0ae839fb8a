//! DICOM (PS3.5, PS3.10): the texts of a study's header behind their names; what the pictures show is not read.

use super::inflate::Packing;
use super::runs;
use crate::message::content::Origin;
use crate::message::parse::Reader;
use crate::message::{AnomalyKind, OpaqueKind, PartState, charset};

pub(super) fn read(reader: &mut Reader<'_>, content: &[u8], origin: &Origin<'_>) -> PartState {
    let (preamble, rest) = content.split_at_checked(PREAMBLE).unwrap_or((content, &[]));
    let stray = reader.stray(preamble, origin);
    let mut header = Header::default();
    let (_, rest) = header.read(rest.get(4..).unwrap_or_default(), Syntax::EXPLICIT, true);
    let syntax = Syntax::named(&header.syntax);
    let inflated;
    let rest = if header.syntax == DEFLATED {
        inflated = reader.inflate(rest, Packing::Raw, origin);
        inflated.bytes.as_slice()
    } else {
        rest
    };
    let (is_whole, rest) = header.read(rest, syntax, false);
    reader.drawn(header.text, "header", origin);
    reader.drawn(header.others, ":strings", origin);
    if header.has_picture {
        reader.saw(OpaqueKind::Picture, origin.path, origin.member.is_none());
    }
    let mut state = if header.has_picture {
        PartState::Opaque
    } else {
        PartState::Inspected
    };
    for document in header.documents {
        if !reader.count_file(origin.path) {
            return PartState::Uninspectable;
        }
        state = state.max(reader.file("document", document, origin));
    }
    if !is_whole {
        reader.drawn(runs::of_noise(rest), ":strings", origin);
        return reader.blind(AnomalyKind::ArchiveDamaged, origin);
    }
    state.max(stray)
}

/// How the elements of a header are written.
#[derive(Clone, Copy)]
struct Syntax {
    names_types: bool,
    is_big: bool,
}

impl Syntax {
    const EXPLICIT: Self = Self {
        names_types: true,
        is_big: false,
    };

    /// Pictures may be packed in many ways; the header stands in one of three.
    fn named(name: &str) -> Self {
        Self {
            names_types: name != "1.2.840.10008.1.2",
            is_big: name == "1.2.840.10008.1.2.2",
        }
    }

    fn number(self, bytes: &[u8], at: usize, length: usize) -> Option<usize> {
        let digits = bytes.get(at..at.checked_add(length)?)?;
        let join = |sum: usize, digit: &u8| sum << 8 | usize::from(*digit);
        Some(if self.is_big {
            digits.iter().fold(0, join)
        } else {
            digits.iter().rev().fold(0, join)
        })
    }
}

#[derive(Default)]
struct Header<'a> {
    /// The texts behind their names, and the others.
    text: String,
    others: String,
    syntax: String,
    charset: Option<&'static str>,
    documents: Vec<&'a [u8]>,
    has_picture: bool,
}

/// An element without its value.
struct Element {
    tag: (usize, usize),
    kind: [u8; 2],
    head: usize,
    /// `None` where a mark ends it.
    length: Option<usize>,
}

impl Element {
    fn read(bytes: &[u8], syntax: Syntax) -> Option<Self> {
        let tag = (syntax.number(bytes, 0, 2)?, syntax.number(bytes, 2, 2)?);
        let mut kind = *b"  ";
        let (head, length) = if tag.0 == ITEMS || !syntax.names_types {
            (8, syntax.number(bytes, 4, 4)?)
        } else {
            kind = *bytes.get(4..)?.first_chunk()?;
            if LONG.contains(&&kind) {
                (12, syntax.number(bytes, 8, 4)?)
            } else {
                (8, syntax.number(bytes, 6, 2)?)
            }
        };
        let length = (length != OPEN).then_some(length);
        Some(Self {
            tag,
            kind,
            head,
            length,
        })
    }

    /// Sequences and their items are stepped into.
    fn is_sequence(&self) -> bool {
        (self.tag.0 == ITEMS && self.tag.1 == ITEM) || &self.kind == b"SQ" || self.length.is_none()
    }
}

impl<'a> Header<'a> {
    /// Reads elements, those of group 2 alone where the file's own header is `meta`; whether they come to their end, and
    /// what is left.
    fn read(&mut self, bytes: &'a [u8], syntax: Syntax, meta: bool) -> (bool, &'a [u8]) {
        let (mut rest, mut in_picture) = (bytes, false);
        while !rest.is_empty() {
            if meta && Syntax::EXPLICIT.number(rest, 0, 2) != Some(2) {
                break;
            }
            let Some(element) = Element::read(rest, syntax) else {
                return (rest.iter().all(|&byte| byte == 0), rest);
            };
            in_picture |= element.tag == PICTURE;
            self.has_picture |= in_picture;
            in_picture &= element.tag != (ITEMS, SEQUENCE_END);
            let skips = in_picture && element.length.is_some();
            let length = if element.is_sequence() && !skips {
                0
            } else {
                element.length.unwrap_or_default()
            };
            let Some(value) = rest.get(element.head..).and_then(|value| value.get(..length)) else {
                return (false, rest);
            };
            if in_picture {
                self.others.push_str(&runs::of_noise(value));
                in_picture = element.length.is_none() || element.tag.0 == ITEMS;
            } else {
                self.value(&element, value);
            }
            rest = rest.get(element.head + length..).unwrap_or_default();
        }
        (true, rest)
    }

    fn value(&mut self, element: &Element, value: &'a [u8]) {
        let is_label = |row: &&(usize, usize, &str)| (row.0, row.1) == element.tag;
        let text = || {
            let trimmed = value.trim_ascii_end();
            let bare = trimmed.strip_suffix(b"\0").unwrap_or(trimmed);
            charset::decode(bare, self.charset).text
        };
        match element.tag {
            (2, 0x10) => self.syntax = text(),
            (8, 5) => {
                self.charset = CHARSETS
                    .iter()
                    .find(|(name, _)| text().contains(name))
                    .map(|(_, label)| *label);
            }
            (0x42, 0x11) => self.documents.push(value),
            _ => {
                if let Some((_, _, label)) = LABELS.iter().find(is_label) {
                    let line = format!("{label}: {}\n", text());
                    self.text.push_str(&line);
                } else if !MACHINE.contains(&&element.kind) && !is_number(value) {
                    self.others.push_str(&runs::of_field(value));
                }
            }
        }
    }
}

/// Whether a value is a number, or a name of numbers and dots as machines give them.
fn is_number(value: &[u8]) -> bool {
    value
        .iter()
        .all(|byte| byte.is_ascii_digit() || b".\\+-eE \0".contains(byte))
}

const PREAMBLE: usize = 128;
const ITEMS: usize = 0xFFFE;
const ITEM: usize = 0xE000;
const SEQUENCE_END: usize = 0xE0DD;
const PICTURE: (usize, usize) = (0x7FE0, 0x10);
/// The length of what a mark ends.
const OPEN: usize = 0xFFFF_FFFF;
const DEFLATED: &str = "1.2.840.10008.1.2.1.99";
/// Types whose length has four bytes (PS3.5, section 7.1.2).
const LONG: &[&[u8; 2]] = &[
    b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV",
];
/// Types that hold what machines write: numbers, codes, names of classes.
const MACHINE: &[&[u8; 2]] = &[
    b"AT", b"CS", b"DS", b"FD", b"FL", b"IS", b"SL", b"SS", b"TM", b"UI", b"UL", b"US",
];
/// Character sets by a piece of their defined terms (PS3.3, section C.12.1.1.2).
const CHARSETS: &[(&str, &str)] = &[
    ("IR 192", "utf-8"),
    ("IR 100", "iso-8859-1"),
    ("IR 101", "iso-8859-2"),
    ("IR 109", "iso-8859-3"),
    ("IR 110", "iso-8859-4"),
    ("IR 144", "iso-8859-5"),
    ("IR 126", "iso-8859-7"),
    ("IR 148", "windows-1254"),
    ("IR 13", "shift_jis"),
    ("GB18030", "gb18030"),
    ("GBK", "gbk"),
];
/// The names of elements that tell of somebody (PS3.6).
const LABELS: &[(usize, usize, &str)] = &[
    (0x08, 0x20, "study date"),
    (0x08, 0x50, "accession number"),
    (0x08, 0x80, "institution"),
    (0x08, 0x90, "referring physician"),
    (0x08, 0x1030, "study description"),
    (0x08, 0x103E, "series description"),
    (0x08, 0x1080, "admitting diagnosis"),
    (0x10, 0x10, "patient name"),
    (0x10, 0x20, "medical record number mrn"),
    (0x10, 0x30, "date of birth"),
    (0x10, 0x40, "patient sex"),
    (0x10, 0x50, "insurance plan"),
    (0x10, 0x1000, "patient id"),
    (0x10, 0x1001, "patient name"),
    (0x10, 0x1005, "patient name"),
    (0x10, 0x1040, "patient address"),
    (0x10, 0x1060, "mother's name"),
    (0x10, 0x1090, "medical record number mrn"),
    (0x10, 0x2110, "allergies"),
    (0x10, 0x2154, "phone number"),
    (0x10, 0x21B0, "patient history"),
    (0x10, 0x4000, "patient comments"),
    (0x38, 0x10, "admission id"),
    (0x40, 0xA160, "text"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn element(tag: (u16, u16), kind: [u8; 2], value: &[u8], names_types: bool, is_big: bool) -> Vec<u8> {
        let two = |number: u16| {
            if is_big {
                number.to_be_bytes()
            } else {
                number.to_le_bytes()
            }
        };
        let length = u16::try_from(value.len()).unwrap();
        let four = if is_big {
            [[0; 2], two(length)]
        } else {
            [two(length), [0; 2]]
        }
        .concat();
        let head = if names_types {
            [kind.as_slice(), &two(length)].concat()
        } else {
            four
        };
        [&two(tag.0), &two(tag.1), head.as_slice(), value].concat()
    }

    fn study(names_types: bool, is_big: bool) -> Vec<u8> {
        let rows = [
            ((0x10, 0x10), *b"PN", b"OKAFOR^ROSALIND ".as_slice()),
            ((0x10, 0x20), *b"LO", b"38857281".as_slice()),
            ((0x10, 0x30), *b"DA", b"19610314".as_slice()),
            ((0x09, 0x1001), *b"LO", b"a private remark".as_slice()),
        ];
        rows.iter()
            .flat_map(|(tag, kind, value)| element(*tag, *kind, value, names_types, is_big))
            .collect()
    }

    #[test]
    fn the_names_of_a_patient_are_read_in_each_way_to_write_them() {
        for (names_types, is_big) in [(true, false), (false, false), (true, true)] {
            let bytes = study(names_types, is_big);
            let mut header = Header::default();
            let syntax = Syntax { names_types, is_big };
            assert!(header.read(&bytes, syntax, false).0);
            let expected =
                "patient name: OKAFOR^ROSALIND\nmedical record number mrn: 38857281\ndate of birth: 19610314\n";
            assert_eq!(
                (header.text.as_str(), header.others.as_str()),
                (expected, "a private remark\n")
            );
            for length in 0..bytes.len() {
                Header::default().read(&bytes[..length], syntax, false);
            }
        }
    }

    #[test]
    fn sequences_are_stepped_into_and_pictures_stepped_over() {
        let inner = study(true, false);
        let mut bytes = b"\x08\0\x40\x11SQ\0\0\xff\xff\xff\xff\xfe\xff\0\xe0\xff\xff\xff\xff".to_vec();
        bytes.extend(&inner);
        bytes.extend(b"\xfe\xff\x0d\xe0\0\0\0\0\xfe\xff\xdd\xe0\0\0\0\0");
        bytes.extend(
            b"\xe0\x7f\x10\0OB\0\0\xff\xff\xff\xff\xfe\xff\0\xe0\x04\0\0\0\x01\x02\x03\x04\xfe\xff\xdd\xe0\0\0\0\0",
        );
        bytes.extend(element((0x10, 0x4000), *b"LT", b"behind", true, false));
        let mut header = Header::default();
        assert!(header.read(&bytes, Syntax::EXPLICIT, false).0 && header.has_picture);
        assert!(header.text.starts_with("patient name: OKAFOR") && header.text.ends_with("patient comments: behind\n"));
    }
}
