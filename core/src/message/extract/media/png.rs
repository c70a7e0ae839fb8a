//! PNG (ISO/IEC 15948): chunks, of which three kinds hold texts.

use super::{Anatomy, big, tiff};

pub(super) fn read<'a>(anatomy: &mut Anatomy<'a>, content: &'a [u8]) -> Option<&'a [u8]> {
    let mut rest = content.get(8..)?;
    while !rest.is_empty() {
        let Some((kind, body)) = chunk(rest) else {
            return Some(rest);
        };
        let sum = rest.get(4..8 + body.len()).map(crc32fast::hash);
        anatomy.is_broken |= big(rest, 8 + body.len(), 4) != sum.and_then(|sum| usize::try_from(sum).ok());
        rest = rest.get(12 + body.len()..).unwrap_or_default();
        match kind {
            b"IEND" => {
                anatomy.unknown(body);
                anatomy.stray.push(rest);
                return None;
            }
            b"tEXt" => fields(anatomy, body),
            b"zTXt" => packed(anatomy, body, 0),
            b"iTXt" => international(anatomy, body),
            b"eXIf" => tiff::tags(anatomy, body),
            b"IDAT" | b"fdAT" | b"iCCP" => anatomy.noise.push(body),
            _ => anatomy.unknown(body),
        }
    }
    None
}

/// A chunk's kind and body, also when its check sum is wrong, at which few programs look.
fn chunk(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = big(bytes, 0, 4)?;
    let body = bytes.get(8..8_usize.checked_add(length)?)?;
    bytes.get(8 + length..12 + length)?;
    Some((bytes.get(4..8)?, body))
}

fn fields<'a>(anatomy: &mut Anatomy<'a>, body: &'a [u8]) {
    body.split(|&byte| byte == 0).for_each(|field| anatomy.field(field));
}

/// A keyword, a method and a packed text behind as many bytes as `skip` says.
fn packed<'a>(anatomy: &mut Anatomy<'a>, body: &'a [u8], skip: usize) {
    let Some(end) = memchr::memchr(0, body) else {
        return anatomy.unknown(body);
    };
    anatomy.field(body.get(..end).unwrap_or_default());
    anatomy.packed.extend(body.get(end + 2 + skip..));
}

/// A keyword, whether the text is packed and how, a language, the keyword in it, the text.
fn international<'a>(anatomy: &mut Anatomy<'a>, body: &'a [u8]) {
    let Some(end) = memchr::memchr(0, body) else {
        return anatomy.unknown(body);
    };
    let is_packed = body.get(end + 1) == Some(&1);
    let mut pieces = body.get(end + 3..).unwrap_or_default().splitn(3, |&byte| byte == 0);
    let (language, keyword, text) = (pieces.next(), pieces.next(), pieces.next());
    for field in [body.get(..end), language, keyword].into_iter().flatten() {
        anatomy.field(field);
    }
    match text {
        Some(text) if is_packed => anatomy.packed.push(text),
        Some(text) if text.trim_ascii_start().starts_with(b"<") => anatomy.xml(text),
        Some(text) => anatomy.field(text),
        None => {}
    }
}
