//! Text out of HTML: what a reader sees, and what a reader does not see, each with its way back to the source.
//!
//! It is no browser: it builds no tree, never fails, and looks at each byte a bounded number of times. A mistake in
//! the markup never loses text: what cannot be told apart from text is text.

mod entity;
mod render;
mod tokens;

use std::borrow::Cow;
use std::ops::Range;

use self::render::Writer;
use self::tokens::{Piece, Tokens};
use crate::text::OffsetMap;

/// The page with its character references decoded, but for those that stand for the signs that end a tag or a value.
pub(super) fn without_references(page: &str) -> Cow<'_, str> {
    if memchr::memchr(b'&', page.as_bytes()).is_none() {
        return Cow::Borrowed(page);
    }
    let is_sign = |character: char| matches!(character, '"' | '\'' | '<' | '>' | '&');
    let mut out = String::with_capacity(page.len());
    let mut rest = page;
    while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
        let (before, reference) = rest.split_at(at);
        out.push_str(before);
        let found = entity::read(reference).filter(|(found, _)| !found.characters().any(is_sign));
        let length = if let Some((found, length)) = found {
            out.extend(found.characters());
            length
        } else {
            out.push('&');
            1
        };
        rest = reference.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// HTML, which is cut into pieces anew for each view: keeping them would cost many times the source.
pub(super) struct Html<'a> {
    source: &'a str,
}

impl<'a> Html<'a> {
    pub(super) const fn read(source: &'a str) -> Self {
        Self { source }
    }

    /// The text that a reader sees: blanks collapsed, block tags as line ends, cells as tabs.
    pub(super) fn visible(&self) -> (String, OffsetMap) {
        let mut writer = Writer::new(self.source);
        for piece in Tokens::new(self.source) {
            match piece {
                Piece::Break { character, parts, tag } => writer.line_end(character, parts, &tag),
                Piece::Text { range, kept } => writer.text(range, kept),
                Piece::Unseen(_) => {}
            }
        }
        writer.finish()
    }

    /// The other views, where they hold anything: the visible text without the line ends that block tags make within a
    /// number; and comments, attribute texts, scripts, styles and hidden text, one a line.
    pub(super) fn others(&self) -> Vec<(String, OffsetMap)> {
        let (mut joined, mut unseen) = (Writer::new(self.source), Writer::of_little(self.source));
        let mut joins = 0_usize;
        // The line end of a tag is written once it is known what follows it.
        let mut held: Option<(bool, Range<usize>)> = None;
        for piece in Tokens::new(self.source) {
            if let Piece::Unseen(range) = piece {
                let end = range.end;
                unseen.text(range, true);
                unseen.line_end('\n', false, &(end..end));
                continue;
            }
            if let Some((parts, tag)) = held.take() {
                if joined.ends_in_number() && self.goes_on(&piece) {
                    joins += 1;
                } else {
                    joined.line_end('\n', parts, &tag);
                }
            }
            match piece {
                Piece::Break {
                    character: '\n',
                    parts,
                    tag,
                } => held = Some((parts, tag)),
                Piece::Break { character, parts, tag } => joined.line_end(character, parts, &tag),
                Piece::Text { range, kept } => joined.text(range, kept),
                Piece::Unseen(_) => {}
            }
        }
        if let Some((parts, tag)) = held {
            joined.line_end('\n', parts, &tag);
        }
        let joined = (joins > 0).then(|| joined.finish());
        let unseen = Some(unseen.finish()).filter(|(text, _)| !text.trim().is_empty());
        joined.into_iter().chain(unseen).collect()
    }

    /// Whether the piece starts as the middle of a number does, or may still be followed by one that does.
    fn goes_on(&self, piece: &Piece) -> bool {
        match piece {
            Piece::Break { character, .. } => *character == '\n',
            Piece::Text { range, .. } => self
                .source
                .get(range.clone())
                .and_then(|text| text.chars().next())
                .is_some_and(render::is_of_number),
            Piece::Unseen(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_decoded_but_for_the_signs_of_markup() {
        const ROWS: &[(&str, &str)] = &[
            ("<a href='data&#58;,a'>", "<a href='data:,a'>"),
            ("&#x64;ata&colon;,&lt;b&gt;&quot;&amp;", "data:,&lt;b&gt;&quot;&amp;"),
            ("a & b &zz; &", "a & b &zz; &"),
        ];
        for (page, expected) in ROWS {
            assert_eq!(without_references(page), *expected);
        }
    }

    fn visible(source: &str) -> String {
        Html::read(source).visible().0
    }

    #[test]
    fn the_visible_text_is_what_a_reader_sees() {
        const ROWS: &[(&str, &str)] = &[
            ("plain", "plain"),
            ("<p>a</p><p>b</p>", "a\n\nb"),
            ("a<br><br>b<div><div>c</div></div>d", "a\n\nb\nc\nd"),
            ("219-<b>09</b>-9999", "219-09-9999"),
            ("219<!-- x -->-09-9999", "219-09-9999"),
            ("219&#45;09&ndash;9999", "219-09–9999"),
            ("a  \n b", "a b"),
            ("<pre>a\n b</pre>", "a\n b"),
            ("<td>a</td><td>b</td>", "a\tb"),
            ("<tr><td></td><td>b</td><td></td><td>d", "b\t\td"),
            ("a<br>b<br/>c", "a\nb\nc"),
            ("a<style>p{}</style>b<script>if(a<b)</script>c", "abc"),
            ("a<span style='display: none'>x<span>y</span></span>b", "ab"),
            ("a<p hidden>x</p>b", "a\nb"),
            ("<title>t</title>b", "t\nb"),
            ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
            ("a<img alt=x>b", "ab"),
            ("a<b", "a<b"),
            ("a<a title=\">\">b</a>", "ab"),
            ("a<!doctype html>b<?xml x?>c", "abc"),
            ("a</p x>b</>c", "a\nbc"),
            ("MRN <input value=7 type=text><input value=8>", "MRN 7 8"),
            ("a<input type=HIDDEN value=x><p hidden><input value=y></p>b", "a\nb"),
        ];
        for (source, text) in ROWS {
            assert_eq!(visible(source).trim(), *text, "{source}");
        }
    }

    #[test]
    fn what_a_reader_does_not_see_is_in_the_second_view() {
        const ROWS: &[(&str, &str)] = &[
            ("<!-- secret -->", "secret"),
            ("<img alt='secret'>", "secret"),
            ("<a title=secret>x</a>", "secret"),
            ("<input type=hidden value=\"a &amp; secret\">", "a & secret"),
            ("<div style=\"DISPLAY:NONE\">secret</div>", "secret"),
            ("<iframe srcdoc='secret'>", "secret"),
            ("<script>var x='secret'</script>", "secret"),
            ("<!-- secret", "secret"),
            ("<template>secret</template>", "secret"),
        ];
        for (source, hidden) in ROWS {
            let others = Html::read(source).others();
            assert!(others.iter().any(|(text, _)| text.contains(hidden)), "{source}");
            assert!(!visible(source).contains(hidden), "{source}");
        }
    }

    #[test]
    fn a_number_that_block_tags_break_is_joined_and_cells_are_not() {
        let joined = |source| Html::read(source).others().into_iter().next().map(|(text, _)| text);
        assert_eq!(joined("219<div>-09-</div>9999").as_deref(), Some("219-09-9999"));
        assert_eq!(joined("219</p><p>-09-9999").as_deref(), Some("219-09-9999"));
        assert_eq!(joined("<td>219</td><td>09</td>"), None);
        assert_eq!(joined("<p>one</p><p>two</p>"), None);
    }

    #[test]
    fn every_view_maps_back_to_the_source() {
        let source = "<p>caf&eacute; 219-<b>09</b>-9999</p><img alt='MRN 7'>";
        let html = Html::read(source);
        let (text, map) = html.visible();
        let at = text.find("219").unwrap();
        let span = map.original(at..at + 11);
        assert_eq!(source.get(span.start..span.end).unwrap(), "219-<b>09</b>-9999");
        let e = text.find('é').unwrap();
        let span = map.original(e..e + 2);
        assert_eq!(source.get(span.start..span.end).unwrap(), "&eacute;");
        let (text, map) = html.others().pop().unwrap();
        let at = text.find('7').unwrap();
        assert_eq!(map.original(at..at + 1).start, source.find('7').unwrap());
    }

    #[test]
    fn hostile_markup_costs_linear_time() {
        for trap in [
            "<div>",
            "<a ",
            "<!--",
            "<a b=\"",
            "&",
            "<",
            "<script>",
            "</",
            "<![CDATA[",
            "<p hidden>",
            "&#x",
        ] {
            let source = trap.repeat(200_000);
            let (text, map) = Html::read(&source).visible();
            assert_eq!(map.len(), text.len());
        }
    }
}
