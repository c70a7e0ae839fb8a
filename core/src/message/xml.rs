//! XML as a stream of events: lenient, linear, and without entities of its own, so that nothing in it expands.

use std::borrow::Cow;
use std::ops::Range;

/// A piece of XML.
#[derive(Debug)]
pub(super) enum Event<'a> {
    /// An end tag, or the end of an empty element: its name without prefix.
    End(&'a str),
    Start(Element<'a>),
    Text(Run<'a>),
}

/// A start tag.
#[derive(Clone, Debug)]
pub(super) struct Element<'a> {
    /// Without its prefix.
    local: &'a str,
    /// What stands between the name and the `>`.
    attributes: &'a str,
    at: usize,
}

impl<'a> Element<'a> {
    /// The name without its prefix.
    pub(super) const fn local(&self) -> &'a str {
        self.local
    }

    /// The value of the attribute of this name without prefix.
    pub(super) fn attribute(&self, name: &str) -> Option<Run<'a>> {
        self.attributes().find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// Names without prefix, and values.
    pub(super) fn attributes(&self) -> impl Iterator<Item = (&'a str, Run<'a>)> + use<'a> {
        let (source, base) = (self.attributes, self.at);
        let mut at = 0;
        std::iter::from_fn(move || {
            let rest = source.get(at..)?;
            let (name, value) = rest.split_once('=')?;
            let blanks = value.len() - value.trim_start().len();
            let quote = value.trim_start().chars().next().filter(|c| matches!(c, '"' | '\''))?;
            let start = at + name.len() + 1 + blanks + 1;
            let end = start + source.get(start..)?.find(quote)?;
            at = end + 1;
            let text = source.get(start..end)?;
            Some((
                local(name.trim()),
                Run {
                    text,
                    range: base + start..base + end,
                    literal: false,
                },
            ))
        })
    }
}

/// Text between tags, or the value of an attribute.
#[derive(Clone, Debug)]
pub(super) struct Run<'a> {
    pub(super) text: &'a str,
    /// Where it stands in the source.
    pub(super) range: Range<usize>,
    /// CDATA holds no references.
    literal: bool,
}

impl<'a> Run<'a> {
    /// The text with its references decoded: the five of XML, and numbers.
    pub(super) fn decoded(&self) -> Cow<'a, str> {
        if self.literal || !self.text.contains('&') {
            return Cow::Borrowed(self.text);
        }
        let mut text = String::with_capacity(self.text.len());
        let mut rest = self.text;
        while let Some((direct, reference)) = rest.split_once('&') {
            text.push_str(direct);
            let found = reference
                .split_once(';')
                .and_then(|(name, tail)| Some((character(name)?, tail)));
            let (character, tail) = found.unwrap_or(('&', reference));
            text.push(character);
            rest = tail;
        }
        text.push_str(rest);
        Cow::Owned(text)
    }
}

/// The events of a source, from left to right.
pub(super) struct Events<'a> {
    source: &'a str,
    at: usize,
    /// The name of an empty element whose end is still to come.
    empty: Option<&'a str>,
}

impl<'a> Events<'a> {
    pub(super) const fn new(source: &'a str) -> Self {
        Self {
            source,
            at: 0,
            empty: None,
        }
    }

    fn until(&self, close: &str, from: usize) -> (usize, usize) {
        let rest = self.source.as_bytes().get(from..).unwrap_or_default();
        let found = match close.as_bytes() {
            [sign] => memchr::memchr(*sign, rest),
            close => memchr::memmem::find(rest, close),
        };
        match found {
            Some(length) => (from + length, from + length + close.len()),
            None => (self.source.len(), self.source.len()),
        }
    }

    fn text(&mut self, range: Range<usize>, next: usize, literal: bool) -> Option<Event<'a>> {
        self.at = next;
        Some(Event::Text(Run {
            text: self.source.get(range.clone())?,
            range,
            literal,
        }))
    }

    fn tag(&mut self, start: usize, end: usize, next: usize) -> Option<Event<'a>> {
        self.at = next;
        let inner = self.source.get(start + 1..end)?;
        if let Some(name) = inner.strip_prefix('/') {
            return Some(Event::End(local(name.trim())));
        }
        let inner = inner.strip_suffix('/').map_or(inner, |inner| {
            self.empty = Some("");
            inner
        });
        let name = inner
            .split(|c: char| c.is_ascii_whitespace())
            .next()
            .unwrap_or_default();
        let local = local(name);
        if self.empty.is_some() {
            self.empty = Some(local);
        }
        let attributes = inner.get(name.len()..)?;
        Some(Event::Start(Element {
            local,
            attributes,
            at: start + 1 + name.len(),
        }))
    }
}

impl<'a> Iterator for Events<'a> {
    type Item = Event<'a>;

    fn next(&mut self) -> Option<Event<'a>> {
        loop {
            if let Some(name) = self.empty.take() {
                return Some(Event::End(name));
            }
            let start = self.at;
            let rest = self.source.get(start..).filter(|rest| !rest.is_empty())?;
            if !rest.starts_with('<') {
                let (end, _) = self.until("<", start);
                return self.text(start..end, end, false);
            }
            let close = match rest.as_bytes().get(1) {
                Some(b'!') if rest.starts_with("<![CDATA[") => {
                    let (end, next) = self.until("]]>", start + 9);
                    return self.text(start + 9..end, next, true);
                }
                Some(b'!') if rest.starts_with("<!--") => "-->",
                Some(b'!') => ">",
                Some(b'?') => "?>",
                _ => {
                    let (end, next) = self.until(">", start + 1);
                    return self.tag(start, end, next);
                }
            };
            (_, self.at) = self.until(close, start + 1);
        }
    }
}

/// Whether every tag is one and ends what the last one began: what programs write, and refuse to read otherwise.
#[cfg(feature = "extract")]
pub(super) fn is_sound(source: &str) -> bool {
    let mut open = Vec::new();
    let mut rest = source;
    while let Some((_, tag)) = rest.split_once('<') {
        let is_special = tag.starts_with(['!', '?']);
        if let Some((_, close)) = CLOSED.iter().find(|(start, _)| is_special && tag.starts_with(start)) {
            let Some((_, tail)) = tag.split_once(close) else {
                return false;
            };
            rest = tail;
            continue;
        }
        let Some((tag, tail)) = tag.split_once('>') else {
            return false;
        };
        rest = tail;
        if tag.starts_with("!DOCTYPE") {
            continue;
        }
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop() != Some(name.trim_end()) {
                return false;
            }
            continue;
        }
        let is_empty = tag.ends_with('/');
        let tag = tag.strip_suffix('/').unwrap_or(tag);
        let name = tag.split(|c: char| c.is_ascii_whitespace()).next().unwrap_or_default();
        if !is_name(name) || !are_attributes(tag.get(name.len()..).unwrap_or_default()) {
            return false;
        }
        if !is_empty {
            open.push(name);
        }
    }
    open.is_empty()
}

#[cfg(feature = "extract")]
fn is_name(name: &str) -> bool {
    let ordinary = |c: char| c.is_alphanumeric() || matches!(c, ':' | '_' | '-' | '.');
    !name.is_empty() && name.chars().all(ordinary)
}

#[cfg(feature = "extract")]
fn are_attributes(attributes: &str) -> bool {
    let mut rest = attributes.trim();
    while !rest.is_empty() {
        let Some((name, value)) = rest.split_once('=') else {
            return false;
        };
        let value = value.trim_start();
        let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
            return false;
        };
        let Some((_, tail)) = value.get(1..).and_then(|value| value.split_once(quote)) else {
            return false;
        };
        if !is_name(name.trim_end()) || tail.starts_with(|c: char| !c.is_ascii_whitespace()) {
            return false;
        }
        rest = tail.trim_start();
    }
    true
}

/// What begins otherwise than a tag, and how it ends.
#[cfg(feature = "extract")]
const CLOSED: &[(&str, &str)] = &[("!--", "-->"), ("![CDATA[", "]]>"), ("?", "?>")];

fn local(name: &str) -> &str {
    let colon = name.bytes().rposition(|byte| byte == b':');
    colon.and_then(|colon| name.get(colon + 1..)).unwrap_or(name)
}

fn character(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "apos" => Some('\''),
        "gt" => Some('>'),
        "lt" => Some('<'),
        "quot" => Some('"'),
        _ => {
            let number = name.strip_prefix('#').filter(|number| number.len() <= 10)?;
            let hexadecimal = number.strip_prefix(['x', 'X']);
            let code = hexadecimal.map_or_else(|| number.parse().ok(), |digits| u32::from_str_radix(digits, 16).ok());
            char::from_u32(code?)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(source: &str) -> String {
        let shown = Events::new(source).map(|event| match event {
            Event::End(name) => format!("/{name}"),
            Event::Start(element) => {
                let attributes = element
                    .attributes()
                    .map(|(name, value)| format!(" {name}={}", value.decoded()));
                format!("<{}{}", element.local(), attributes.collect::<String>())
            }
            Event::Text(run) => format!("'{}'", run.decoded()),
        });
        shown.collect::<Vec<_>>().join("|")
    }

    #[test]
    fn elements_attributes_and_texts_come_in_order() {
        const ROWS: &[(&str, &str)] = &[
            ("<a>x</a>", "<a|'x'|/a"),
            (
                "<w:t xml:space=\"preserve\" n='1'>a &amp; b</w:t>",
                "<t space=preserve n=1|'a & b'|/t",
            ),
            ("<a/>x", "<a|/a|'x'"),
            ("<?xml version='1.0'?><!-- c --><!DOCTYPE d>x", "'x'"),
            ("<![CDATA[a & <b>]]>", "'a & <b>'"),
            ("&#50;&#x31;&#57;&lol;", "'219&lol;'"),
            ("<a b=\"1", "<a"),
            ("x<", "'x'|<"),
        ];
        for (source, events) in ROWS {
            assert_eq!(shown(source), *events, "{source}");
        }
    }

    #[test]
    fn a_document_is_sound_when_every_tag_is_one_and_ends_what_was_begun() {
        for source in [
            "",
            "x",
            "<?xml version='1.0'?><!DOCTYPE d><a b = \"c\"\n d='e'><!-- < --><x:y/></a >",
            "<![CDATA[<]]>",
        ] {
            assert!(is_sound(source), "{source}");
        }
        for source in [
            "<a>",
            "</a>",
            "<a></b>",
            "<a",
            "<a b></a>",
            "<a b=\"c></a>",
            "<a?x></a>",
            "<!a>x</a>",
            "<a b='c'd='e'/>",
        ] {
            assert!(!is_sound(source), "{source}");
        }
    }

    #[test]
    fn entities_of_a_document_never_expand() {
        let bomb = "<!DOCTYPE l [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><l>&b;</l>";
        assert!(shown(bomb).ends_with("<l|'&b;'|/l"));
    }
}
