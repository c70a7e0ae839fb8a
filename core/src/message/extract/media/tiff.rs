//! TIFF 6.0, and Exif (JEITA CP-3451), which is made of it: tags in directories.

use std::collections::BTreeSet;

use super::{Anatomy, jpeg};
use crate::message::charset;

/// A TIFF file: its tags, and texts anywhere.
pub(super) fn read<'a>(anatomy: &mut Anatomy<'a>, content: &'a [u8]) -> Option<&'a [u8]> {
    tags(anatomy, content);
    anatomy.stray.extend(behind(content));
    None
}

/// A file or a text that stands behind everything: numbers of a picture are none.
fn behind(content: &[u8]) -> Option<&[u8]> {
    let signs = memchr::memmem::find_iter(content, b"\x1f\x8b\x08").chain(memchr::memmem::find_iter(content, b"BZh"));
    let mut signs = signs.take(SIGNS).filter_map(|at| content.get(at..));
    signs.find(|rest| rest.len() >= PACKED_BYTES && is_packed(rest))
}

/// Whether a packed file begins here, and no numbers that look like its sign: the flags of gzip (RFC 1952), the first block of
/// bzip2.
fn is_packed(bytes: &[u8]) -> bool {
    match bytes {
        [0x1F, 0x8B, 8, flags, _, _, _, _, 0 | 2 | 4, 0..=13 | 255, ..] => *flags < 0x20,
        [b'B', b'Z', b'h', b'1'..=b'9', block @ ..] => block.starts_with(b"1AY&SY"),
        _ => false,
    }
}

/// The texts of the tags.
pub(super) fn tags<'a>(anatomy: &mut Anatomy<'a>, block: &'a [u8]) {
    let mut reader = Tags {
        block,
        big: block.starts_with(b"MM"),
        count: 0,
        seen: BTreeSet::new(),
        values: Vec::new(),
        room: block.len().saturating_mul(2),
    };
    let mut waiting: Vec<usize> = reader.number(4, 4).into_iter().collect();
    while let Some(at) = waiting.pop() {
        if reader.seen.len() >= DIRECTORIES {
            anatomy.is_cut = true;
            break;
        }
        if reader.seen.insert(at) {
            reader.directory(anatomy, at, &mut waiting);
        }
    }
    // Between the values stand pictures, or what a damaged directory does not lead to.
    reader.values.sort_unstable();
    let mut reached = 0;
    for (start, end) in reader.values {
        anatomy.noise.extend(block.get(reached..start));
        reached = reached.max(end);
    }
    anatomy.noise.extend(block.get(reached..));
}

struct Tags<'a> {
    block: &'a [u8],
    big: bool,
    count: usize,
    seen: BTreeSet<usize>,
    /// Where the values stand that were read as text.
    values: Vec<(usize, usize)>,
    /// How many bytes of values may still be read: values that share their bytes are a bomb.
    room: usize,
}

impl<'a> Tags<'a> {
    fn number(&self, at: usize, bytes: usize) -> Option<usize> {
        let number = self.block.get(at..at.checked_add(bytes)?)?;
        let join = |sum: usize, byte: &u8| sum << 8 | usize::from(*byte);
        Some(if self.big {
            number.iter().fold(0, join)
        } else {
            number.iter().rev().fold(0, join)
        })
    }

    fn directory(&mut self, anatomy: &mut Anatomy<'a>, at: usize, waiting: &mut Vec<usize>) {
        let Some(count) = self.number(at, 2) else { return };
        for index in 0..count {
            self.count += 1;
            anatomy.is_cut |= self.count > TAGS;
            if anatomy.is_cut || self.tag(anatomy, at + 2 + index * 12, waiting).is_none() {
                return;
            }
        }
        waiting.extend(self.number(at + 2 + count * 12, 4).filter(|&next| next > 0));
    }

    fn tag(&mut self, anatomy: &mut Anatomy<'a>, at: usize, waiting: &mut Vec<usize>) -> Option<()> {
        let (tag, kind, count) = (self.number(at, 2)?, self.number(at + 2, 2)?, self.number(at + 4, 4)?);
        let width = WIDTHS.get(kind).copied().unwrap_or(1);
        let size = count.saturating_mul(width);
        let start = if size <= 4 { at + 8 } else { self.number(at + 8, 4)? };
        if DIRECTORY_TAGS.contains(&tag) {
            waiting.extend((0..count.min(DIRECTORIES)).filter_map(|index| self.number(start + index * 4, 4)));
            return Some(());
        }
        let end = start.checked_add(size)?.min(self.block.len());
        let value = self.block.get(start..end).unwrap_or_default();
        if (3..=5).contains(&kind) || (8..=13).contains(&kind) || value.is_empty() {
            return Some(());
        }
        let Some(room) = self.room.checked_sub(value.len()) else {
            anatomy.is_cut = true;
            return None;
        };
        self.room = room;
        self.values.push((start, end));
        // A text ends with a NUL, and so does what stands before it.
        let before = start.checked_sub(1).and_then(|at| self.block.get(at));
        anatomy.is_broken |= kind == 2 && (value.last() != Some(&0) || before.is_some_and(u8::is_ascii_graphic));
        match (tag, kind) {
            (0x2BC, _) => anatomy.xml(value),
            (0x83BB | 0x8649, _) => jpeg::resources(anatomy, value),
            (0x9C9B..=0x9C9F, _) => anatomy.texts.push_str(&utf_16(value, false)),
            (0x9286 | 0x9C00..=0x9CFF | 0x1B | 0x1C, _) => self.comment(anatomy, value),
            (0x8773, _) => anatomy.noise.push(value),
            (_, 2 | 129) => value.split(|&byte| byte == 0).for_each(|text| anatomy.field(text)),
            _ => anatomy.unknown(value),
        }
        Some(())
    }

    /// A comment behind eight bytes that name its charset.
    fn comment(&self, anatomy: &mut Anatomy<'a>, value: &'a [u8]) {
        match value.split_at_checked(8) {
            Some((b"UNICODE\0", text)) => {
                anatomy.texts.push_str(&utf_16(text, self.big));
                anatomy.texts.push_str(&utf_16(text, !self.big));
            }
            Some((_, text)) => anatomy.field(text),
            None => anatomy.field(value),
        }
    }
}

/// The text, where it is one: with the wrong byte order hardly a character is Latin.
fn utf_16(bytes: &[u8], big: bool) -> String {
    let text = charset::decode(bytes, Some(if big { "utf-16be" } else { "utf-16le" })).text;
    let text = text.trim_matches(['\0', ' ', '\u{FFFD}']);
    let latin = text.chars().filter(char::is_ascii).count();
    if latin * 2 < text.chars().count() {
        return String::new();
    }
    format!("{text}\n")
}

/// The bytes of each type of value, by its number.
const WIDTHS: &[usize] = &[1, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4];
/// Tags that lead to further directories: of pages, Exif, places, and makers.
const DIRECTORY_TAGS: &[usize] = &[0x14A, 0x8769, 0x8825, 0xA005];
/// A fax of a hundred pages has as many.
const DIRECTORIES: usize = 1_024;
const TAGS: usize = 32_768;
/// Three bytes of a picture are such a sign once in sixteen megabytes.
const SIGNS: usize = 1_024;
/// A packed file is no shorter.
const PACKED_BYTES: usize = 18;
