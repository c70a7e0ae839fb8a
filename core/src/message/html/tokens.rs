//! Cuts HTML into visible text, breaks and unseen text.

use std::ops::Range;

/// A piece of the source.
#[derive(Debug)]
pub(super) enum Piece {
    /// A block tag, or the end of a cell.
    Break {
        character: char,
        /// Whether a second one leaves a blank line.
        parts: bool,
        tag: Range<usize>,
    },
    /// Visible text; its blanks are `kept` in `pre`.
    Text { range: Range<usize>, kept: bool },
    /// A comment, an attribute's text, a script, a style or hidden text.
    Unseen(Range<usize>),
}

/// Reads the source from left to right; every step either ends it or moves on.
pub(super) struct Tokens<'a> {
    source: &'a str,
    at: usize,
    /// The element that hides what it holds, and how many of its name are open.
    hider: Option<(&'a str, usize)>,
    preformatted: usize,
    ready: std::collections::VecDeque<Piece>,
}

impl Iterator for Tokens<'_> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        loop {
            if let Some(piece) = self.ready.pop_front() {
                return Some(piece);
            }
            if self.at >= self.source.len() {
                return None;
            }
            self.step();
        }
    }
}

impl<'a> Tokens<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        Self {
            source,
            at: 0,
            hider: None,
            preformatted: 0,
            ready: std::collections::VecDeque::new(),
        }
    }

    /// Takes the text up to the next tag, and the tag.
    fn step(&mut self) {
        let start = self.at;
        let mut from = start;
        loop {
            let less = self.find_byte(b'<', from);
            let Some(markup) = self.markup(less) else {
                if less >= self.source.len() {
                    self.at = less;
                    self.text(start..less);
                    return;
                }
                from = less + 1;
                continue;
            };
            self.at = markup.end;
            self.text(start..less);
            self.emit(markup);
            return;
        }
    }

    /// The markup that starts with the `<` at `less`; `None` when that is text.
    fn markup(&self, less: usize) -> Option<Markup<'a>> {
        let rest = self.source.get(less + 1..)?;
        let from = less + 1;
        if rest.starts_with("!--") {
            return Some(self.until("-->", from + 3, less));
        }
        if rest.starts_with("![CDATA[") {
            return Some(self.until("]]>", from + 8, less));
        }
        match rest.bytes().next()? {
            b'/' if rest.as_bytes().get(1).is_some_and(u8::is_ascii_alphabetic) => self.tag(less, from + 1, true),
            b'!' | b'?' | b'/' => Some(self.until(">", from + 1, less)),
            first if first.is_ascii_alphabetic() => self.tag(less, from, false),
            _ => None,
        }
    }

    /// A comment; one that is not closed ends with the source.
    fn until(&self, close: &str, from: usize, start: usize) -> Markup<'a> {
        let rest = self.source.get(from..).unwrap_or_default();
        let length = memchr::memmem::find(rest.as_bytes(), close.as_bytes());
        let text = from..length.map_or(self.source.len(), |length| from + length);
        let end = length.map_or(self.source.len(), |length| from + length + close.len());
        Markup {
            start,
            end,
            kind: MarkupKind::Comment(text),
        }
    }

    /// A tag with its attributes; one that is not closed is text to the end of the source.
    fn tag(&self, start: usize, from: usize, closing: bool) -> Option<Markup<'a>> {
        let bytes = self.source.as_bytes();
        let is_end = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/');
        let length = bytes.get(from..)?.iter().position(is_end).unwrap_or(bytes.len() - from);
        let mut tag = Tag {
            name: self.source.get(from..from + length)?,
            closing,
            attributes: Vec::new(),
        };
        let mut at = from + length;
        loop {
            at += bytes
                .get(at..)?
                .iter()
                .take_while(|byte| byte.is_ascii_whitespace() || **byte == b'/')
                .count();
            match bytes.get(at) {
                None => {
                    return Some(Markup {
                        start,
                        end: bytes.len(),
                        kind: MarkupKind::Text(start..bytes.len()),
                    });
                }
                Some(b'>') => {
                    return Some(Markup {
                        start,
                        end: at + 1,
                        kind: MarkupKind::Tag(tag),
                    });
                }
                Some(_) => {
                    let (attribute, end) = self.attribute(at);
                    tag.attributes.extend(attribute.matters().then_some(attribute));
                    at = end;
                }
            }
        }
    }

    fn attribute(&self, at: usize) -> (Attribute<'a>, usize) {
        let bytes = self.source.as_bytes().get(at..).unwrap_or_default();
        let is_end = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/' | b'=');
        // A `=` in the first place belongs to the name, so that each step moves on.
        let length = bytes
            .iter()
            .skip(1)
            .position(is_end)
            .map_or(bytes.len(), |length| length + 1);
        let name = self.source.get(at..at + length).unwrap_or_default();
        let blanks = |from: usize| {
            bytes
                .iter()
                .skip(from)
                .take_while(|byte| byte.is_ascii_whitespace())
                .count()
        };
        let equals = length + blanks(length);
        if bytes.get(equals) != Some(&b'=') {
            return (Attribute { name, value: at..at }, at + length);
        }
        let start = equals + 1 + blanks(equals + 1);
        let quote = bytes.get(start).filter(|&&byte| matches!(byte, b'"' | b'\''));
        let rest = bytes.get(start + usize::from(quote.is_some())..).unwrap_or_default();
        let length = match quote {
            Some(&quote) => memchr::memchr(quote, rest),
            None => rest.iter().position(|byte| byte.is_ascii_whitespace() || *byte == b'>'),
        };
        let value_start = bytes.len() - rest.len();
        let value = value_start..value_start + length.unwrap_or(rest.len());
        let end = (value.end + usize::from(quote.is_some())).min(bytes.len());
        (
            Attribute {
                name,
                value: at + value.start..at + value.end,
            },
            at + end,
        )
    }

    fn emit(&mut self, markup: Markup<'a>) {
        match markup.kind {
            MarkupKind::Comment(range) => self.ready.push_back(Piece::Unseen(range)),
            MarkupKind::Text(range) => self.text(range),
            MarkupKind::Tag(tag) => self.emit_tag(&tag, markup.start..markup.end),
        }
    }

    fn emit_tag(&mut self, tag: &Tag<'a>, range: Range<usize>) {
        for attribute in tag.attributes.iter().filter(|attribute| attribute.holds_text()) {
            if attribute.is("value") && self.shows_value(tag) {
                let (range, tag) = (attribute.value.clone(), range.clone());
                self.ready.push_back(Piece::Text { range, kept: false });
                self.ready.push_back(Piece::Break {
                    character: ' ',
                    parts: false,
                    tag,
                });
            } else {
                self.ready.push_back(Piece::Unseen(attribute.value.clone()));
            }
        }
        self.follow_hider(tag);
        if tag.is("pre") {
            self.preformatted = if tag.closing {
                self.preformatted.saturating_sub(1)
            } else {
                self.preformatted + 1
            };
        }
        let character = if ["td", "th"].iter().any(|cell| tag.is(cell)) {
            '\t'
        } else {
            '\n'
        };
        // A cell begins with its tab, so that an empty one counts as a column, too; its end adds nothing.
        let ends_cell = tag.closing && character == '\t';
        if self.hider.is_none() && tag.breaks() && !ends_cell {
            self.ready.push_back(Piece::Break {
                character,
                parts: tag.is("br") || tag.is("p"),
                tag: range,
            });
        }
        if !tag.closing && ["script", "style"].iter().any(|name| tag.is(name)) {
            let end = self.end_of_raw_text(tag.name);
            self.ready.push_back(Piece::Unseen(self.at..end));
            self.at = end;
        }
    }

    /// Whether the element is a field of a form that shows what stands in it, beside its label.
    fn shows_value(&self, tag: &Tag<'_>) -> bool {
        let is_hidden = |attribute: &Attribute<'_>| {
            let value = self.source.get(attribute.value.clone()).unwrap_or_default();
            attribute.is("type") && value.eq_ignore_ascii_case("hidden")
        };
        self.hider.is_none() && tag.is("input") && !self.hides(tag) && !tag.attributes.iter().any(is_hidden)
    }

    /// Opens and closes the hidden stretch.
    fn follow_hider(&mut self, tag: &Tag<'a>) {
        match self.hider {
            Some((name, open)) if tag.is(name) => {
                let open = if tag.closing { open - 1 } else { open + 1 };
                self.hider = (open > 0).then_some((name, open));
            }
            None if !tag.closing && self.hides(tag) && !tag.is_void() => self.hider = Some((tag.name, 1)),
            _ => {}
        }
    }

    fn hides(&self, tag: &Tag<'_>) -> bool {
        tag.is("template")
            || tag.attributes.iter().any(|attribute| {
                let value = self.source.get(attribute.value.clone()).unwrap_or_default();
                attribute.is("hidden") || (attribute.is("style") && hides_by_style(value))
            })
    }

    /// Where the end tag of a script or style starts.
    fn end_of_raw_text(&self, name: &str) -> usize {
        let mut from = self.at;
        loop {
            let less = self.find_byte(b'<', from);
            let Some(rest) = self.source.get(less..).filter(|rest| !rest.is_empty()) else {
                return self.source.len();
            };
            let end = rest.strip_prefix("</").and_then(|rest| rest.get(..name.len()));
            if end.is_some_and(|end| end.eq_ignore_ascii_case(name)) {
                return less;
            }
            from = less + 1;
        }
    }

    fn text(&mut self, range: Range<usize>) {
        if range.is_empty() {
            return;
        }
        self.ready.push_back(if self.hider.is_some() {
            Piece::Unseen(range)
        } else {
            Piece::Text {
                range,
                kept: self.preformatted > 0,
            }
        });
    }

    fn find_byte(&self, byte: u8, from: usize) -> usize {
        let rest = self.source.as_bytes().get(from..).unwrap_or_default();
        memchr::memchr(byte, rest).map_or(self.source.len(), |at| from + at)
    }
}

struct Markup<'a> {
    start: usize,
    end: usize,
    kind: MarkupKind<'a>,
}

enum MarkupKind<'a> {
    Comment(Range<usize>),
    Tag(Tag<'a>),
    Text(Range<usize>),
}

struct Tag<'a> {
    name: &'a str,
    closing: bool,
    attributes: Vec<Attribute<'a>>,
}

impl Tag<'_> {
    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    fn breaks(&self) -> bool {
        BREAKS.hold(self.name)
    }

    fn is_void(&self) -> bool {
        VOID.hold(self.name)
    }
}

struct Attribute<'a> {
    name: &'a str,
    value: Range<usize>,
}

impl Attribute<'_> {
    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// Whether it holds text, or says whether the element is seen; the others are not kept.
    fn matters(&self) -> bool {
        self.holds_text() || self.is("hidden") || self.is("style") || self.is("type")
    }

    fn holds_text(&self) -> bool {
        !self.value.is_empty() && TEXTS.hold(self.name)
    }
}

/// Names in lower case, each as a number, so that one is found among them fast.
struct Names<const COUNT: usize>([u128; COUNT]);

impl<const COUNT: usize> Names<COUNT> {
    /// From names in the order of the alphabet.
    const fn new(names: [&str; COUNT]) -> Self {
        let mut numbers = [0; COUNT];
        let (mut places, mut rest) = (numbers.as_mut_slice(), names.as_slice());
        while let (Some((place, others)), Some((name, tail))) = (places.split_first_mut(), rest.split_first()) {
            *place = number(name);
            (places, rest) = (others, tail);
        }
        Self(numbers)
    }

    /// Whether a name, in whatever case, is among them.
    fn hold(&self, name: &str) -> bool {
        self.0.binary_search(&number(name)).is_ok()
    }
}

/// The first sixteen letters of a name in lower case; all names of a list are shorter.
const fn number(name: &str) -> u128 {
    let mut bytes = [0; 16];
    let (mut places, mut rest) = (bytes.as_mut_slice(), name.as_bytes());
    while let (Some((place, others)), Some((byte, tail))) = (places.split_first_mut(), rest.split_first()) {
        *place = byte.to_ascii_lowercase();
        (places, rest) = (others, tail);
    }
    u128::from_be_bytes(bytes)
}

/// Whether an inline style takes the element out of sight.
fn hides_by_style(style: &str) -> bool {
    let plain: String = style
        .chars()
        .filter(|c| !c.is_whitespace())
        .take(STYLE_CHARS)
        .collect::<String>()
        .to_ascii_lowercase();
    ["display:none", "visibility:hidden", "mso-hide:all"]
        .iter()
        .any(|hiding| plain.contains(hiding))
}

/// Tags that end a line or a cell.
const BREAKS: Names<56> = Names::new([
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "br",
    "button",
    "caption",
    "center",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "frame",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "iframe",
    "legend",
    "li",
    "main",
    "menu",
    "nav",
    "ol",
    "optgroup",
    "option",
    "p",
    "pre",
    "section",
    "select",
    "summary",
    "table",
    "tbody",
    "td",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "title",
    "tr",
    "ul",
]);
/// Elements without an end tag.
const VOID: Names<14> = Names::new([
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
]);
/// Attributes whose value is text for people.
const TEXTS: Names<9> = Names::new([
    "alt",
    "aria-label",
    "content",
    "label",
    "placeholder",
    "srcdoc",
    "summary",
    "title",
    "value",
]);
/// What hides stands near the front of a style; the bound keeps the work per tag small.
const STYLE_CHARS: usize = 2_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_of_a_list_is_found_in_whatever_case() {
        assert!(BREAKS.0.is_sorted() && VOID.0.is_sorted() && TEXTS.0.is_sorted());
        assert!(BREAKS.hold("BlockQuote") && VOID.hold("WBR") && TEXTS.hold("placeholder"));
        for other in ["", "b", "blockquotes", "placeholder-and-more"] {
            assert!(
                !BREAKS.hold(other) && !VOID.hold(other) && !TEXTS.hold(other),
                "{other}"
            );
        }
    }
}
