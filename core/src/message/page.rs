//! What a page carries in itself: files in `data:` URLs (RFC 2397), and in the strings of its scripts and of other texts.

use std::borrow::Cow;
use std::ops::Range;

use super::content::format;
use super::parse::Reader;
use super::sniff::{self, Class};
use super::{AnomalyKind, OpaqueKind, PartPath, PartState, TransferEncoding, html, rescue};

impl Reader<'_> {
    /// Inspects the files of a page that no other program shows than one that opens the page, and writes down its pictures,
    /// sounds and films.
    pub(super) fn files_in_page(&mut self, page: &str, path: &PartPath, depth: usize) -> PartState {
        let page = html::without_references(page);
        let page = page.as_bytes();
        let mut state = PartState::Inspected;
        for link in Link::all(page) {
            if !self.work(link.whole.len(), path) {
                return PartState::Uninspectable;
            }
            let content = link.content(page);
            if let Some(kind) = link.opaque(&content) {
                self.saw(kind, path, false);
            }
            if link.is_media && !is_of_text(&content) {
                continue;
            }
            state = state.max(self.rescued(&content, path, depth));
        }
        let links = Link::all(page).map(|link| link.whole);
        state.max(self.files_in_strings(page, links, path, depth))
    }

    /// Inspects the files that stand in strings, as in a script, a record or a document of XML: archives and documents, in
    /// base64. What stands in a range of `read`, which are in order, was read already.
    pub(super) fn files_in_strings(
        &mut self,
        text: &[u8],
        read: impl Iterator<Item = Range<usize>>,
        path: &PartPath,
        depth: usize,
    ) -> PartState {
        let (mut state, mut read) = (PartState::Inspected, read.peekable());
        for range in strings(text) {
            while read.next_if(|read| read.end <= range.start).is_some() {}
            if read.peek().is_some_and(|read| read.start < range.end) {
                continue;
            }
            if !self.work(range.len(), path) {
                return PartState::Uninspectable;
            }
            let (content, _) = TransferEncoding::Base64.decode(text.get(range).unwrap_or_default());
            if rescue::is_surely_container(&content) {
                self.note(AnomalyKind::RescuedContent, path);
                state = state.max(self.rescued(&content, path, depth));
            }
        }
        state
    }
}

/// A `data:` URL.
#[derive(Debug, PartialEq, Eq)]
struct Link {
    whole: Range<usize>,
    /// What stands behind its comma.
    data: Range<usize>,
    is_base64: bool,
    /// Whether it says that it is a picture, a sound, a film or a font.
    is_media: bool,
    is_picture: bool,
}

impl Link {
    /// The URLs of `page`, in order, none within another.
    fn all(page: &[u8]) -> impl Iterator<Item = Self> + '_ {
        let mut reached = 0;
        memchr::memchr_iter(b':', page).filter_map(move |colon| {
            let start = colon.checked_sub(SCHEME.len()).filter(|start| *start >= reached)?;
            let link = Self::at(page, start)?;
            reached = link.whole.end;
            Some(link)
        })
    }

    fn at(page: &[u8], start: usize) -> Option<Self> {
        let rest = page.get(start..)?;
        let (scheme, rest) = rest.split_at_checked(SCHEME.len() + 1)?;
        let before = start.checked_sub(1).and_then(|at| page.get(at)).copied();
        if !scheme.get(..SCHEME.len())?.eq_ignore_ascii_case(SCHEME)
            || before.is_some_and(|b| b.is_ascii_alphanumeric())
        {
            return None;
        }
        let comma = rest
            .iter()
            .take(HEAD_BYTES)
            .take_while(|byte| is_of_head(**byte))
            .count();
        let head = rest.get(..comma)?.to_ascii_lowercase();
        let is_head = head.is_empty() || head.contains(&b'/') || head.contains(&b';');
        if !is_head || rest.get(comma) != Some(&b',') {
            return None;
        }
        let from = start + SCHEME.len() + 1 + comma + 1;
        let data = page.get(from..)?;
        let ends = |byte: &u8| match before {
            Some(quote @ (b'"' | b'\'')) => *byte == quote,
            _ => byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'>' | b')'),
        };
        let end = from + data.iter().position(ends).unwrap_or(data.len());
        Some(Self {
            whole: start..end,
            data: from..end,
            is_base64: head.ends_with(b"base64"),
            is_media: MEDIA.iter().any(|kind| head.starts_with(kind)),
            is_picture: head.starts_with(PICTURE),
        })
    }

    fn content<'a>(&self, page: &'a [u8]) -> Cow<'a, [u8]> {
        let data = page.get(self.data.clone()).unwrap_or_default();
        let data = without_percent(data);
        if !self.is_base64 {
            return data;
        }
        Cow::Owned(TransferEncoding::Base64.decode(&data).0.into_owned())
    }

    /// What somebody sees or hears in it who opens the page. What says that it is a picture is shown as one.
    fn opaque(&self, content: &[u8]) -> Option<OpaqueKind> {
        let known = || OpaqueKind::of(format(content)?.name, content, true);
        let found = (self.is_media && self.is_base64).then(known).flatten();
        found.or(self.is_picture.then_some(OpaqueKind::Picture))
    }
}

/// Whether content that says it is a picture holds text after all: SVG, or something that is no picture.
fn is_of_text(content: &[u8]) -> bool {
    match sniff::format(content) {
        Some(format) => format.class != Class::Opaque,
        None => sniff::is_text(content),
    }
}

/// The bytes that percent triplets stand for (RFC 3986, section 2.1).
fn without_percent(data: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'%', data).is_none() {
        return Cow::Borrowed(data);
    }
    let mut out = Vec::with_capacity(data.len());
    let mut rest = data;
    while let Some((&byte, tail)) = rest.split_first() {
        let escaped = (byte == b'%')
            .then(|| tail.first_chunk())
            .flatten()
            .and_then(|pair| octet(*pair));
        if let Some(escaped) = escaped {
            out.push(escaped);
            rest = tail.get(2..).unwrap_or_default();
        } else {
            out.push(byte);
            rest = tail;
        }
    }
    Cow::Owned(out)
}

fn octet([high, low]: [u8; 2]) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(high)? << 4 | digit(low)?).ok()
}

/// The stretches of base64 that are long enough for a file.
fn strings(text: &[u8]) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            // No stretch that is long enough lies over a byte that is none of its letters.
            let front = text.get(at..at + STRING_BYTES)?;
            let back = front.iter().rev().take_while(|byte| rescue::is_sign(**byte)).count();
            let start = at + STRING_BYTES - back;
            let rest = text.get(start..).unwrap_or_default();
            let end = start + rest.iter().take_while(|byte| rescue::is_sign(**byte)).count();
            at = end + 1;
            if end - start >= STRING_BYTES {
                return Some(start..end);
            }
        }
    })
}

const fn is_of_head(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'/' | b'+' | b'.' | b'-' | b'_' | b';' | b'=' | b'"' | b' ' | b'%'
        )
}

const SCHEME: &[u8] = b"data";
const PICTURE: &[u8] = b"image/";
/// The types of which nothing but text is looked for: [`OpaqueKind`](super::OpaqueKind) names them.
const MEDIA: &[&[u8]] = &[
    PICTURE,
    b"audio/",
    b"video/",
    b"font/",
    b"application/font",
    b"application/x-font",
];
/// As much as a media type and its parameters take.
const HEAD_BYTES: usize = 1_024;
/// The smallest archive of one file, in base64.
const STRING_BYTES: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    fn contents(page: &str) -> Vec<String> {
        let content = |link: Link| String::from_utf8_lossy(&link.content(page.as_bytes())).into_owned();
        Link::all(page.as_bytes()).map(content).collect()
    }

    #[test]
    fn a_link_of_data_holds_its_content() {
        const ROWS: &[(&str, &[&str])] = &[
            ("<a href='data:text/csv,a%2Cb c'>", &["a,b c"]),
            ("<iframe src=DATA:text/html;charset=utf-8;base64,PGI+YQ== x>", &["<b>a"]),
            ("<object data=\"data:;base64,YWI=\">", &["ab"]),
            ("url(data:text/plain;base64,YWI=)", &["ab"]),
            ("<a href=\"data:,a\"><a href=\"data:text/plain,b\">", &["a", "b"]),
            ("metadata:text/plain,a", &[]),
            ("The data: a, b", &[]),
            ("data:image", &[]),
        ];
        for (page, expected) in ROWS {
            assert_eq!(contents(page), *expected, "{page}");
        }
    }

    #[test]
    fn many_links_before_it_hide_none() {
        let page = "<a href=data:,x>".repeat(3_000) + "<a href='data:,last'>";
        assert_eq!(contents(&page).last().map(String::as_str), Some("last"));
        assert_eq!(contents("<a href='data:,a data:,b'>"), ["a data:,b"]);
    }

    #[test]
    fn long_strings_are_looked_at_and_words_are_not() {
        let long = "A".repeat(STRING_BYTES);
        let found = |text: &str| strings(text.as_bytes()).collect::<Vec<_>>();
        let here = |start: usize| start..start + STRING_BYTES;
        assert_eq!(found(&format!("x('{long}')")), [here(3)]);
        assert_eq!(found(&long), [here(0)]);
        assert_eq!(found(&format!("{}{long} x", "a word ".repeat(9))), [here(63)]);
        assert!(found(&"words of a page ".repeat(20)).is_empty());
    }
}
