//! TIFF 6.0, and Exif (JEITA CP-3451), which is made of it: tags in directories.

use std::collections::BTreeSet;

use super::{Anatomy, jpeg};
use crate::message::charset;

/// A TIFF file: its tags, texts anywhere, and what stands behind all that its directories lead to.
pub(super) fn read<'a>(anatomy: &mut Anatomy<'a>, content: &'a [u8]) -> Option<&'a [u8]> {
    let behind = match walk(anatomy, content) {
        Some(end) => content.get(end..),
        None => packed(content),
    };
    anatomy.stray.extend(behind);
    None
}

/// A file that stands anywhere: numbers of a picture are none.
fn packed(content: &[u8]) -> Option<&[u8]> {
    let signs = SIGNS
        .iter()
        .map(|sign| memchr::memmem::find_iter(content, sign).take(FOUND));
    let mut found = signs.flatten().filter_map(|at| content.get(at..));
    found.find(|rest| rest.len() >= PACKED_BYTES && is_packed(rest))
}

/// Whether a packed file begins here, and no numbers that look like its sign: the flags of gzip (RFC 1952), the first block of
/// bzip2.
fn is_packed(bytes: &[u8]) -> bool {
    match bytes {
        [0x1F, 0x8B, 8, flags, _, _, _, _, 0 | 2 | 4, 0..=13 | 255, ..] => *flags < 0x20,
        [0x1F, ..] => false,
        [b'B', b'Z', b'h', b'1'..=b'9', block @ ..] => block.starts_with(b"1AY&SY"),
        _ => !bytes.starts_with(b"BZ"),
    }
}

/// The texts of the tags.
pub(super) fn tags<'a>(anatomy: &mut Anatomy<'a>, block: &'a [u8]) {
    if let Some(end) = walk(anatomy, block) {
        anatomy.noise.extend(block.get(end..));
    }
}

/// Reads the texts of the tags, and says where all ends that they lead to; `None` where they may lead to more.
fn walk<'a>(anatomy: &mut Anatomy<'a>, block: &'a [u8]) -> Option<usize> {
    let mut reader = Tags {
        block,
        big: block.starts_with(b"MM"),
        count: 0,
        seen: BTreeSet::new(),
        values: Vec::new(),
        room: block.len().saturating_mul(2),
        end: HEAD_BYTES,
        is_sure: true,
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
    let end = (reader.is_sure && reader.count > 0 && !anatomy.is_cut).then_some(reader.end);
    anatomy.noise.extend(block.get(reached..end.unwrap_or(block.len())));
    end
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
    /// The end of all that was led to, and whether nothing else may be.
    end: usize,
    is_sure: bool,
}

/// Where the pieces of a picture stand, and how long they are, as a directory says.
#[derive(Default)]
struct Pieces {
    starts: Vec<usize>,
    lengths: Vec<usize>,
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
        let Some(count) = self.number(at, 2) else {
            self.is_sure = false;
            return;
        };
        let mut pieces = Pieces::default();
        for index in 0..count {
            self.count += 1;
            anatomy.is_cut |= self.count > TAGS;
            let place = at + 2 + index * 12;
            if anatomy.is_cut || self.tag(anatomy, place, waiting, &mut pieces).is_none() {
                self.is_sure = false;
                return;
            }
        }
        let next = at + 2 + count * 12;
        self.reach(next, 4);
        self.is_sure &= pieces.starts.len() == pieces.lengths.len() && !pieces.lengths.contains(&0);
        for (start, length) in pieces.starts.into_iter().zip(pieces.lengths) {
            self.reach(start, length);
        }
        waiting.extend(self.number(next, 4).filter(|&next| next > 0));
    }

    /// Remembers that so many bytes belong to the file.
    fn reach(&mut self, start: usize, length: usize) {
        self.end = self.end.max(start.saturating_add(length)).min(self.block.len());
    }

    /// The numbers of a tag of this type.
    fn numbers(&self, kind: usize, start: usize, count: usize) -> Vec<usize> {
        let width = WIDTHS.get(kind).copied().unwrap_or(1);
        let numbers = (0..count).map_while(|index| self.number(start.checked_add(index.checked_mul(width)?)?, width));
        numbers.collect()
    }

    fn tag(
        &mut self,
        anatomy: &mut Anatomy<'a>,
        at: usize,
        waiting: &mut Vec<usize>,
        pieces: &mut Pieces,
    ) -> Option<()> {
        let (tag, kind, count) = (self.number(at, 2)?, self.number(at + 2, 2)?, self.number(at + 4, 4)?);
        let width = WIDTHS.get(kind).copied().unwrap_or(1);
        let size = count.saturating_mul(width);
        let start = if size <= 4 { at + 8 } else { self.number(at + 8, 4)? };
        self.reach(start, size);
        self.is_sure &= !UNSURE_TAGS.contains(&tag);
        if START_TAGS.contains(&tag) || LENGTH_TAGS.contains(&tag) {
            let Some(room) = self.room.checked_sub(size) else {
                anatomy.is_cut = true;
                return None;
            };
            self.room = room;
            let numbers = self.numbers(kind, start, count);
            self.is_sure &= numbers.len() == count;
            if START_TAGS.contains(&tag) {
                pieces.starts.extend(numbers);
            } else {
                pieces.lengths.extend(numbers);
            }
            return Some(());
        }
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
/// Tags that say where the pieces of a picture stand (strips, free blocks, tiles, JPEG), and how long they are.
const START_TAGS: &[usize] = &[0x111, 0x120, 0x144, 0x201];
const LENGTH_TAGS: &[usize] = &[0x117, 0x121, 0x145, 0x202];
/// Tags that lead to what is not said here how long it is: tables of the old JPEG, and what makers of cameras note.
const UNSURE_TAGS: &[usize] = &[0x207, 0x208, 0x209, 0x927C];
/// The header of the file.
const HEAD_BYTES: usize = 8;
/// A fax of a hundred pages has as many.
const DIRECTORIES: usize = 1_024;
const TAGS: usize = 32_768;
/// How files begin that may stand behind a picture.
const SIGNS: &[&[u8]] = &[
    b"\x1f\x8b\x08",
    b"BZh",
    b"\xfd7zXZ\0",
    b"\x28\xb5\x2f\xfd",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"MSCF\0\0\0\0",
    b"{\\rtf",
];
/// Three bytes of a picture are such a sign once in sixteen megabytes.
const FOUND: usize = 1_024;
/// A packed file is no shorter.
const PACKED_BYTES: usize = 18;
