//! JPEG (ITU-T T.81): segments, of which comments and application segments hold texts.

use super::{Anatomy, big, tiff};

pub(super) fn read<'a>(anatomy: &mut Anatomy<'a>, content: &'a [u8]) -> Option<&'a [u8]> {
    let mut rest = content.get(2..)?;
    while let Some((&sign, tail)) = rest.split_first() {
        let Some((&marker, tail)) = tail.split_first().filter(|_| sign == 0xFF) else {
            return Some(rest);
        };
        match marker {
            0xFF => rest = rest.get(1..)?,
            0x01 | 0xD0..=0xD8 => rest = tail,
            0xD9 => {
                anatomy.stray.extend(behind(tail));
                return None;
            }
            _ => {
                let Some(body) = big(tail, 0, 2).and_then(|length| tail.get(2..length)) else {
                    return Some(rest);
                };
                rest = tail.get(2 + body.len()..).unwrap_or_default();
                segment(anatomy, marker, body);
                if marker == SCAN {
                    let (picture, next) = rest.split_at(scan_end(rest));
                    anatomy.noise.push(picture);
                    rest = next;
                }
            }
        }
    }
    None
}

fn segment<'a>(anatomy: &mut Anatomy<'a>, marker: u8, body: &'a [u8]) {
    match marker {
        0xFE => anatomy.field(body),
        0xE1 if body.starts_with(b"Exif\0") => tiff::tags(anatomy, body.get(6..).unwrap_or_default()),
        0xE1 if body.starts_with(b"http://ns.adobe.com/") => {
            let start = memchr::memchr(0, body).map_or(0, |end| end + 1);
            // The rest of a long one begins with its sum and place.
            let start = if body.starts_with(EXTENSION) { start + 40 } else { start };
            anatomy.xml(body.get(start..).unwrap_or_default());
        }
        0xED => resources(anatomy, body),
        // Tables and frames, and how colours are meant.
        0xC0..=0xDF | 0xE2 => anatomy.noise.push(body),
        _ => anatomy.unknown(body),
    }
}

/// Photoshop's resources, of which one holds the captions of the press (IPTC-IIM): sets of a sign, two numbers, a length.
pub(super) fn resources<'a>(anatomy: &mut Anatomy<'a>, body: &'a [u8]) {
    let mut from = 0;
    while let Some(at) = body.get(from..).and_then(|rest| memchr::memchr(0x1C, rest)) {
        let at = from + at;
        let set = big(body, at + 3, 2).and_then(|length| body.get(at + 5..at + 5 + length));
        from = at + 1;
        if let Some(set) = set {
            anatomy.field(set);
            from = at + 5 + set.len();
        }
    }
    anatomy.unknown(body);
}

/// Where the coded picture ends: at the next marker that does not belong into it.
fn scan_end(bytes: &[u8]) -> usize {
    let is_end = |at: &usize| !matches!(bytes.get(at + 1), None | Some(0 | 0xD0..=0xD7 | 0xFF));
    memchr::memchr_iter(0xFF, bytes).find(is_end).unwrap_or(bytes.len())
}

/// What stands behind a picture, but for the trailer in which a maker of telephones writes when it was taken.
fn behind(tail: &[u8]) -> Option<&[u8]> {
    (!tail.ends_with(b"SEFT")).then_some(tail)
}

const SCAN: u8 = 0xDA;
const EXTENSION: &[u8] = b"http://ns.adobe.com/xmp/extension/";
