//! ID3 (versions 1 to 2.4) and APE tags, before and behind the sound of MP3.

use super::{Anatomy, big};
use crate::message::charset;
use crate::message::extract::runs;

pub(super) fn read<'a>(anatomy: &mut Anatomy<'a>, content: &'a [u8]) -> Option<&'a [u8]> {
    let sound = tag(anatomy, content);
    // The tag of version 1 is the last 128 bytes; that of APE stands before it.
    let (sound, old) = sound.split_at(sound.len() - if is_old(sound) { OLD_BYTES } else { 0 });
    old.get(3..)
        .unwrap_or_default()
        .chunks(30)
        .for_each(|field| anatomy.field(field));
    anatomy.noise.push(sound);
    None
}

/// Reads the tag at the front, and gives what follows it.
pub(super) fn tag<'a>(anatomy: &mut Anatomy<'a>, content: &'a [u8]) -> &'a [u8] {
    let Some(rest) = content.strip_prefix(b"ID3") else {
        return content;
    };
    let Some((&[version, _, flags, a, b, c, d], rest)) = rest.split_first_chunk::<7>() else {
        return content;
    };
    let Some((body, behind)) = rest.split_at_checked(safe(&[a, b, c, d])) else {
        return content;
    };
    if flags & UNSYNCHRONISED == 0 {
        frames(anatomy, body, version);
    } else {
        let mut plain = Vec::with_capacity(body.len());
        let stuffed = |at: usize| at > 0 && body.get(at) == Some(&0) && body.get(at - 1) == Some(&0xFF);
        plain.extend(
            body.iter()
                .enumerate()
                .filter(|(at, _)| !stuffed(*at))
                .map(|(_, byte)| *byte),
        );
        frames(anatomy, &plain, version);
    }
    behind
}

fn frames(anatomy: &mut Anatomy<'_>, body: &[u8], version: u8) {
    let (name_bytes, head): (usize, usize) = if version == 2 { (3, 6) } else { (4, 10) };
    let mut rest = body;
    while let Some(name) = rest
        .get(..name_bytes)
        .filter(|name| name.iter().all(u8::is_ascii_alphanumeric))
    {
        let size = match version {
            2 => big(rest, 3, 3),
            // Some writers of version 2.4 write plain numbers: both are tried.
            4 => rest
                .get(4..8)
                .map(safe)
                .filter(|size| is_frame_end(rest, 10 + size))
                .or_else(|| big(rest, 4, 4)),
            _ => big(rest, 4, 4),
        };
        let Some(frame) = size.and_then(|size| rest.get(head..head.checked_add(size)?)) else {
            break;
        };
        match name.first() {
            Some(b'T' | b'C' | b'U' | b'W' | b'I' | b'S') => text(anatomy, frame),
            _ => anatomy.unknown(frame),
        }
        rest = rest.get(head + frame.len()..).unwrap_or_default();
    }
    anatomy.is_broken |= rest.iter().any(|&byte| byte != 0);
    anatomy.unknown(rest);
}

/// The texts of a frame, behind the byte that names their charset.
fn text(anatomy: &mut Anatomy<'_>, frame: &[u8]) {
    let Some((&encoding, body)) = frame.split_first() else {
        return;
    };
    let label = match encoding {
        1 => "utf-16",
        2 => "utf-16be",
        0 | 3 => {
            body.split(|&byte| byte == 0)
                .for_each(|text| anatomy.texts.push_str(&runs::of_field(text)));
            return;
        }
        _ => return anatomy.unknown(frame),
    };
    // A language and a description may stand before the text: each mark begins a text of its own.
    anatomy.unknown(body);
    let mut starts: Vec<usize> = memchr::memmem::find_iter(body, b"\xff\xfe")
        .chain(memchr::memmem::find_iter(body, b"\xfe\xff"))
        .collect();
    starts.sort_unstable();
    let ends = starts.iter().skip(1).copied().chain([body.len()]);
    for (&start, end) in starts.iter().zip(ends).take(TEXTS) {
        let decoded = charset::decode(body.get(start..end).unwrap_or_default(), Some(label)).text;
        let is_ascii = decoded.chars().all(|c| c.is_ascii() && !c.is_control());
        if decoded.len() < 12 || !is_ascii {
            anatomy.texts.push_str(&decoded.replace('\0', " "));
            anatomy.texts.push('\n');
        }
    }
}

fn is_frame_end(rest: &[u8], at: usize) -> bool {
    rest.get(at..).is_some_and(|next| {
        next.iter()
            .take(4)
            .all(|byte| *byte == 0 || byte.is_ascii_alphanumeric())
    })
}

/// A number of seven bits a byte.
fn safe(bytes: &[u8]) -> usize {
    bytes.iter().fold(0, |sum, byte| sum << 7 | usize::from(byte & 0x7F))
}

fn is_old(sound: &[u8]) -> bool {
    sound.len() >= OLD_BYTES
        && sound
            .get(sound.len() - OLD_BYTES..)
            .is_some_and(|tag| tag.starts_with(b"TAG"))
}

const OLD_BYTES: usize = 128;
const UNSYNCHRONISED: u8 = 0x80;
/// A frame holds a description and a text.
const TEXTS: usize = 64;
