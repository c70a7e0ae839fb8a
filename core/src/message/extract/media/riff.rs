//! RIFF (WAVE, AVI, `WebP`): chunks, of which lists of kind INFO, Exif, XMP and ID3 hold texts.

use super::{Anatomy, id3, tiff};
use crate::message::extract::le32;

pub(super) fn read<'a>(anatomy: &mut Anatomy<'a>, content: &'a [u8]) -> Option<&'a [u8]> {
    let mut rest = content;
    // A long film goes on in further files of the kind.
    while rest.starts_with(b"RIFF") {
        let size = le32(rest, 4).unwrap_or_default();
        let Some(body) = rest.get(12..rest.len().min(8_usize.saturating_add(size))) else {
            return Some(rest);
        };
        let left = chunks(anatomy, body, 0);
        rest = rest.get((8 + size + size % 2).min(rest.len())..).unwrap_or_default();
        anatomy.is_broken |= left.is_some();
        anatomy.noise.extend(left);
    }
    anatomy.stray.push(rest);
    None
}

fn chunks<'a>(anatomy: &mut Anatomy<'a>, body: &'a [u8], depth: usize) -> Option<&'a [u8]> {
    let mut rest = body;
    while rest.len() >= 8 {
        let (kind, length) = (rest.get(..4)?, le32(rest, 4)?);
        let Some(chunk) = rest.get(8..8_usize.checked_add(length)?) else {
            return Some(rest);
        };
        let padding = rest
            .get(8 + length..)
            .unwrap_or_default()
            .iter()
            .take(length % 2)
            .count();
        rest = rest.get(8 + length + padding..).unwrap_or_default();
        match kind {
            b"LIST" if depth < LISTS && !chunk.starts_with(b"movi") => {
                let rest = chunks(anatomy, chunk.get(4..).unwrap_or_default(), depth + 1);
                anatomy.is_broken |= rest.is_some();
                anatomy.noise.extend(rest);
            }
            b"ICCP" | b"idx1" | b"fmt " | b"data" | b"VP8 " | b"VP8L" | b"ALPH" | b"ANMF" | b"LIST" => {
                anatomy.noise.push(chunk);
            }
            b"EXIF" => tiff::tags(anatomy, chunk.strip_prefix(b"Exif\0\0").unwrap_or(chunk)),
            b"XMP " | b"iXML" | b"_PMX" => anatomy.xml(chunk),
            b"id3 " | b"ID3 " => {
                let rest = id3::tag(anatomy, chunk);
                anatomy.noise.push(rest);
            }
            _ => anatomy.field(chunk),
        }
    }
    (!rest.is_empty()).then_some(rest)
}

/// Lists of lists of lists do not occur.
const LISTS: usize = 4;
