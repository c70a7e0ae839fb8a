//! The values of PDF syntax (ISO 32000-1, section 7.3), read leniently.

use std::borrow::Cow;

use super::text_string;

/// A value, or an operator of a content stream.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value<'a> {
    Array(Vec<Value<'a>>),
    Dictionary(Vec<Named<'a>>),
    Name(Cow<'a, [u8]>),
    Number(f64),
    /// A keyword: an operator, `true`, `null`, `R`.
    Operator(&'a [u8]),
    Reference(u32),
    Text(Cow<'a, [u8]>),
}

/// A key of a dictionary with its value.
pub(super) type Named<'a> = (Cow<'a, [u8]>, Value<'a>);

impl<'a> Value<'a> {
    /// The value of a key of a dictionary.
    pub(super) fn key(&self, key: &[u8]) -> Option<&Self> {
        self.entries()
            .iter()
            .find(|(name, _)| name.as_ref() == key)
            .map(|(_, value)| value)
    }

    pub(super) fn entries(&self) -> &[Named<'a>] {
        match self {
            Self::Dictionary(entries) => entries,
            _ => &[],
        }
    }

    /// The items of an array; of anything else, the one item that it is.
    pub(super) fn items(&self) -> &[Self] {
        match self {
            Self::Array(items) => items,
            _ => std::slice::from_ref(self),
        }
    }

    pub(super) fn is_name(&self, expected: &[u8]) -> bool {
        matches!(self, Self::Name(name) if name.as_ref() == expected)
    }

    pub(super) const fn reference(&self) -> Option<u32> {
        match self {
            Self::Reference(number) => Some(*number),
            _ => None,
        }
    }

    /// A number that is a size or an index.
    pub(super) fn index(&self) -> Option<usize> {
        match self {
            Self::Number(number) if *number >= 0.0 && number.fract() == 0.0 => format!("{number}").parse().ok(),
            _ => None,
        }
    }
}

/// Reads values from left to right.
pub(super) struct Values<'a> {
    pub(super) rest: &'a [u8],
    /// What the comments say that were stepped over.
    pub(super) comments: String,
    /// How many values the one that is being read may still hold.
    left: usize,
}

impl<'a> Values<'a> {
    pub(super) const fn new(source: &'a [u8]) -> Self {
        Self {
            rest: source,
            comments: String::new(),
            left: usize::MAX,
        }
    }

    /// The next value; `None` at the end.
    pub(super) fn next(&mut self) -> Option<Value<'a>> {
        self.next_of(usize::MAX)
    }

    /// The next value, of which no more is read than so many values.
    pub(super) fn next_of(&mut self, mut most: usize) -> Option<Value<'a>> {
        self.next_within(&mut most)
    }

    /// The next value, which takes the values that it holds from those that are `left`; `None` at the end, and when none
    /// is left.
    pub(super) fn next_within(&mut self, left: &mut usize) -> Option<Value<'a>> {
        self.left = *left;
        let value = self.value(0);
        *left = self.left;
        value
    }

    fn value(&mut self, depth: usize) -> Option<Value<'a>> {
        self.skip_blanks();
        let (&first, tail) = self.rest.split_first()?;
        self.left = self.left.checked_sub(1)?;
        match first {
            b'/' => {
                self.rest = tail;
                Some(Value::Name(self.name()))
            }
            b'(' => {
                self.rest = tail;
                Some(Value::Text(self.literal()))
            }
            b'<' if tail.starts_with(b"<") => {
                self.rest = tail.get(1..)?;
                Some(Value::Dictionary(self.dictionary(depth)))
            }
            b'<' => {
                self.rest = tail;
                Some(Value::Text(self.hexadecimal()))
            }
            b'[' => {
                self.rest = tail;
                Some(Value::Array(self.until(b"]", depth)))
            }
            b'>' if tail.starts_with(b">") => {
                self.rest = tail.get(1..)?;
                Some(Value::Operator(b">>"))
            }
            b']' | b'{' | b'}' | b')' | b'>' => {
                let (sign, rest) = self.rest.split_at_checked(1)?;
                self.rest = rest;
                Some(Value::Operator(sign))
            }
            _ => Some(self.word()),
        }
    }

    /// A number, a reference `12 0 R`, or a keyword.
    fn word(&mut self) -> Value<'a> {
        let word = self.regular();
        let Some(number) = number(word) else {
            return Value::Operator(word);
        };
        if let Some(rest) = reference_tail(self.rest)
            && let Some(object) = std::str::from_utf8(word).ok().and_then(|word| word.parse().ok())
        {
            self.rest = rest;
            return Value::Reference(object);
        }
        Value::Number(number)
    }

    fn dictionary(&mut self, depth: usize) -> Vec<Named<'a>> {
        let items = self.until(b">>", depth);
        let mut entries = Vec::with_capacity(items.len() / 2);
        let mut items = items.into_iter();
        while let Some(item) = items.next() {
            if let Value::Name(key) = item
                && let Some(value) = items.next()
            {
                entries.push((key, value));
            }
        }
        entries
    }

    fn until(&mut self, close: &[u8], depth: usize) -> Vec<Value<'a>> {
        let mut items = Vec::new();
        while depth < DEPTH
            && let Some(item) = self.value(depth + 1)
        {
            if matches!(&item, Value::Operator(word) if *word == close) {
                break;
            }
            items.push(item);
        }
        // What a short one has too much would stay between the others, too small for any of them.
        if items.len() < SHORT_ITEMS {
            let mut short = Vec::with_capacity(items.len());
            short.append(&mut items);
            return short;
        }
        items.shrink_to_fit();
        items
    }

    fn name(&mut self) -> Cow<'a, [u8]> {
        let raw = self.regular();
        if memchr::memchr(b'#', raw).is_none() {
            return Cow::Borrowed(raw);
        }
        let mut name = Vec::with_capacity(raw.len());
        let mut rest = raw;
        while let Some((&byte, tail)) = rest.split_first() {
            rest = tail;
            match tail.split_first_chunk::<2>() {
                Some((&[high, low], after)) if byte == b'#' && high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                    name.extend(pair(high, low));
                    rest = after;
                }
                _ => name.push(byte),
            }
        }
        Cow::Owned(name)
    }

    fn regular(&mut self) -> &'a [u8] {
        let length = self
            .rest
            .iter()
            .take_while(|byte| !is_blank(**byte) && !b"()<>[]{}/%".contains(byte))
            .count();
        let (word, rest) = self.rest.split_at(length);
        self.rest = rest;
        word
    }

    fn literal(&mut self) -> Cow<'a, [u8]> {
        let plain = memchr::memchr3(b'(', b')', b'\\', self.rest);
        if let Some(end) = plain.filter(|&end| self.rest.get(end) == Some(&b')')) {
            let (text, rest) = self.rest.split_at(end);
            self.rest = rest.get(1..).unwrap_or_default();
            return Cow::Borrowed(text);
        }
        let mut text = Vec::new();
        let mut open = 1_usize;
        while let Some((&byte, tail)) = self.rest.split_first() {
            self.rest = tail;
            match byte {
                b'\\' => self.escape(&mut text),
                b'(' => open += 1,
                b')' => open -= 1,
                _ => {}
            }
            if open == 0 {
                break;
            }
            if byte != b'\\' {
                text.push(byte);
            }
        }
        text.shrink_to_fit();
        Cow::Owned(text)
    }

    fn escape(&mut self, text: &mut Vec<u8>) {
        let digits = self
            .rest
            .iter()
            .take(3)
            .take_while(|byte| (b'0'..=b'7').contains(byte))
            .count();
        if digits > 0 {
            let (octal, rest) = self.rest.split_at(digits);
            let code = octal
                .iter()
                .fold(0_u32, |code, digit| code * 8 + u32::from(digit - b'0'));
            text.extend(u8::try_from(code & 0xFF));
            self.rest = rest;
            return;
        }
        let Some((&byte, tail)) = self.rest.split_first() else {
            return;
        };
        self.rest = tail;
        match byte {
            b'n' => text.push(b'\n'),
            b'r' => text.push(b'\r'),
            b't' => text.push(b'\t'),
            b'b' | b'f' | b'\n' => {}
            b'\r' => self.rest = tail.strip_prefix(b"\n").unwrap_or(tail),
            _ => text.push(byte),
        }
    }

    fn hexadecimal(&mut self) -> Cow<'a, [u8]> {
        let length = memchr::memchr(b'>', self.rest).unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at(length);
        self.rest = rest.get(1..).unwrap_or_default();
        Cow::Owned(unhex(digits))
    }

    fn skip_blanks(&mut self) {
        loop {
            let blanks = self.rest.iter().take_while(|byte| is_blank(**byte)).count();
            self.rest = self.rest.get(blanks..).unwrap_or_default();
            if !self.rest.starts_with(b"%") {
                return;
            }
            let length = memchr::memchr2(b'\r', b'\n', self.rest).unwrap_or(self.rest.len());
            let (line, rest) = self.rest.split_at(length);
            self.comments.extend(line.get(1..).and_then(comment));
            self.rest = rest;
        }
    }
}

/// What a comment says, as a line, but for the marks of the format.
pub(super) fn comment(line: &[u8]) -> Option<String> {
    let line = line.trim_ascii();
    let is_mark = MARKS.iter().any(|mark| line.starts_with(mark));
    let is_binary = line.iter().any(|byte| byte.is_ascii_control() && *byte != b'\t');
    let plain = line.iter().filter(|byte| byte.is_ascii_graphic()).count();
    let is_said = plain >= COMMENT_BYTES && !is_mark && !is_binary;
    is_said.then(|| text_string(line) + "\n")
}

/// The bytes of hexadecimal digits; others are stepped over.
pub(super) fn unhex(digits: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = digits.iter().copied().filter(u8::is_ascii_hexdigit).collect();
    let pairs = digits.chunks(2);
    let mut bytes = Vec::with_capacity(pairs.len());
    bytes.extend(pairs.filter_map(|two| pair(*two.first()?, two.get(1).copied().unwrap_or(b'0'))));
    bytes
}

fn pair(high: u8, low: u8) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(high)? << 4 | digit(low)?).ok()
}

fn number(word: &[u8]) -> Option<f64> {
    let first = word.first()?;
    (first.is_ascii_digit() || b"+-.".contains(first))
        .then(|| std::str::from_utf8(word).ok()?.parse().ok())
        .flatten()
}

/// What follows ` 0 R`.
fn reference_tail(rest: &[u8]) -> Option<&[u8]> {
    let rest = rest.strip_prefix(b" ")?;
    let digits = rest.iter().take(5).take_while(|byte| byte.is_ascii_digit()).count();
    let rest = rest.get(digits..).filter(|_| digits > 0)?.strip_prefix(b" R")?;
    rest.first()
        .is_none_or(|byte| !byte.is_ascii_alphanumeric())
        .then_some(rest)
}

const fn is_blank(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0C | b'\r' | b' ')
}

/// As many items as are made room for when there is one.
const SHORT_ITEMS: usize = 4;
/// How the comments begin by which the format is known.
const MARKS: &[&[u8]] = &[b"PDF-", b"FDF-", b"%EOF"];
/// A shorter comment says nothing of anybody.
const COMMENT_BYTES: usize = 6;
/// Real values nest below 10.
const DEPTH: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_every_kind_are_read() {
        let mut values =
            Values::new(b"/A#42 (a\\(b\\051 (c) \\101) <4A4b> [1 -2.5 12 0 R] << /K /V /L << /M 1 >> >> % x\nTj");
        assert_eq!(values.next(), Some(Value::Name(b"AB".into())));
        assert_eq!(values.next(), Some(Value::Text(b"a(b) (c) A".into())));
        assert_eq!(values.next(), Some(Value::Text(b"JK".into())));
        let array = values.next().unwrap();
        assert_eq!(
            array.items(),
            [Value::Number(1.0), Value::Number(-2.5), Value::Reference(12)]
        );
        let dictionary = values.next().unwrap();
        assert!(dictionary.key(b"K").unwrap().is_name(b"V"));
        assert_eq!(
            dictionary
                .key(b"L")
                .and_then(|inner| inner.key(b"M"))
                .and_then(Value::index),
            Some(1)
        );
        assert_eq!(values.next(), Some(Value::Operator(b"Tj")));
        assert_eq!(values.next(), None);
    }

    #[test]
    fn broken_and_deep_values_end() {
        for source in [
            "<<".repeat(10_000),
            "[".repeat(10_000),
            "(".repeat(10_000),
            "<41".to_owned(),
            ">>]})".to_owned(),
        ] {
            let mut values = Values::new(source.as_bytes());
            let mut count = 0;
            while values.next().is_some() {
                count += 1;
            }
            assert!(count <= source.len());
        }
    }
}
