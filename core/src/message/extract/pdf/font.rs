//! From the codes of a font to text: `ToUnicode` maps, and the encodings of simple fonts.

use super::value::{Value, Values};

/// How the strings of a font are read.
#[derive(Clone, Debug)]
pub(super) struct Font {
    /// Bytes of a code.
    width: usize,
    ranges: Vec<Range>,
    /// Glyphs that a simple font puts in other places.
    differences: Vec<(u32, char)>,
    /// Whether codes without a map are characters of windows-1252.
    simple: bool,
}

/// Codes from `low` to `high` are the characters from `text` on, whose last one counts up.
#[derive(Clone, Debug)]
struct Range {
    low: u32,
    high: u32,
    text: Vec<u16>,
}

impl Font {
    /// What holds for a font that is not known.
    pub(super) const fn unknown() -> Self {
        Self {
            width: 1,
            ranges: Vec::new(),
            differences: Vec::new(),
            simple: true,
        }
    }

    /// A font by its dictionary, its encoding and its map.
    pub(super) fn new(font: &Value<'_>, encoding: Option<&Value<'_>>, map: Option<&[u8]>) -> Self {
        let composite = font.key(b"Subtype").is_some_and(|subtype| subtype.is_name(b"Type0"));
        let differences = encoding.and_then(|encoding| encoding.key(b"Differences"));
        Self {
            width: if composite { 2 } else { 1 },
            ranges: map.map(ranges).unwrap_or_default(),
            differences: differences.map(differing).unwrap_or_default(),
            simple: !composite,
        }
    }

    /// Whether its strings cannot be read.
    pub(super) fn is_opaque(&self) -> bool {
        !self.simple && self.ranges.is_empty()
    }

    /// The text of a string.
    pub(super) fn text(&self, string: &[u8]) -> String {
        let mut text = String::with_capacity(string.len());
        for code in string.chunks(self.width) {
            let code = code.iter().fold(0_u32, |code, &byte| code << 8 | u32::from(byte));
            self.push(code, &mut text);
        }
        text
    }

    fn push(&self, code: u32, text: &mut String) {
        let next = self.ranges.partition_point(|range| range.low <= code);
        if let Some(range) = next
            .checked_sub(1)
            .and_then(|index| self.ranges.get(index))
            .filter(|range| code <= range.high)
        {
            text.push_str(&range.text(code));
            return;
        }
        if let Some((_, character)) = self.differences.iter().find(|(place, _)| *place == code) {
            text.push(*character);
            return;
        }
        if let Some(byte) = u8::try_from(code).ok().filter(|_| self.simple) {
            match byte {
                // Annex D.2 draws these two as a blank and a hyphen.
                0xA0 => text.push(' '),
                0xAD => text.push('-'),
                _ => text.push_str(&encoding_rs::WINDOWS_1252.decode_without_bom_handling(&[byte]).0),
            }
        }
    }
}

impl Range {
    fn text(&self, code: u32) -> String {
        let mut units = self.text.clone();
        if let Some(last) = units.last_mut() {
            *last = last.wrapping_add(u16::try_from(code - self.low).unwrap_or_default());
        }
        String::from_utf16_lossy(&units)
    }
}

/// The ranges of a `ToUnicode` map (ISO 32000-1, section 9.10.3), by their first codes.
fn ranges(map: &[u8]) -> Vec<Range> {
    let mut values = Values::new(map);
    let mut ranges = Vec::new();
    let mut operands: Vec<Value<'_>> = Vec::new();
    while let Some(value) = values.next() {
        match &value {
            Value::Operator(b"endbfchar") => {
                for two in operands.chunks_exact(2) {
                    if let [Value::Text(code), Value::Text(text)] = two {
                        ranges.push(Range {
                            low: number(code),
                            high: number(code),
                            text: units(text),
                        });
                    }
                }
            }
            Value::Operator(b"endbfrange") => operands
                .chunks_exact(3)
                .for_each(|three| push_range(three, &mut ranges)),
            Value::Operator(_) => {}
            _ => {
                operands.push(value);
                continue;
            }
        }
        operands.clear();
    }
    ranges.sort_by_key(|range| range.low);
    ranges
}

fn push_range(three: &[Value<'_>], ranges: &mut Vec<Range>) {
    match three {
        [Value::Text(low), Value::Text(high), Value::Text(text)] => {
            ranges.push(Range {
                low: number(low),
                high: number(high),
                text: units(text),
            });
        }
        [Value::Text(low), _, Value::Array(texts)] => {
            for (code, text) in (number(low)..).zip(texts) {
                if let Value::Text(text) = text {
                    ranges.push(Range {
                        low: code,
                        high: code,
                        text: units(text),
                    });
                }
            }
        }
        _ => {}
    }
}

fn number(code: &[u8]) -> u32 {
    code.iter().take(4).fold(0, |code, &byte| code << 8 | u32::from(byte))
}

fn units(text: &[u8]) -> Vec<u16> {
    text.chunks_exact(2)
        .filter_map(|two| two.first_chunk::<2>())
        .map(|two| u16::from_be_bytes(*two))
        .collect()
}

/// `[32 /space /hyphen 48 /zero]`.
fn differing(array: &Value<'_>) -> Vec<(u32, char)> {
    let mut found = Vec::new();
    let mut code = 0;
    for item in array.items().iter().take(GLYPHS_IN_ARRAY) {
        match item {
            Value::Number(_) => {
                code = item
                    .index()
                    .and_then(|index| u32::try_from(index).ok())
                    .unwrap_or_default();
            }
            Value::Name(name) => {
                found.extend(glyph(name).map(|character| (code, character)));
                code += 1;
            }
            _ => {}
        }
    }
    found
}

/// The character of a glyph's name, as far as identifiers and words need it.
fn glyph(name: &[u8]) -> Option<char> {
    if let [letter] = name {
        return Some(char::from(*letter));
    }
    let name = std::str::from_utf8(name).ok()?;
    if let Some(code) = name
        .strip_prefix("uni")
        .and_then(|code| u32::from_str_radix(code, 16).ok())
    {
        return char::from_u32(code);
    }
    GLYPHS
        .iter()
        .find(|(glyph, _)| *glyph == name)
        .map(|(_, character)| *character)
}

/// A simple font has 256 codes; an array of more is hostile.
const GLYPHS_IN_ARRAY: usize = 1_024;
/// Names of the Adobe glyph list.
const GLYPHS: &[(&str, char)] = &[
    ("ampersand", '&'),
    ("asterisk", '*'),
    ("at", '@'),
    ("bullet", '•'),
    ("colon", ':'),
    ("comma", ','),
    ("eight", '8'),
    ("emdash", '—'),
    ("endash", '–'),
    ("equal", '='),
    ("ff", 'ﬀ'),
    ("fi", 'ﬁ'),
    ("five", '5'),
    ("fl", 'ﬂ'),
    ("four", '4'),
    ("hyphen", '-'),
    ("minus", '−'),
    ("nine", '9'),
    ("numbersign", '#'),
    ("one", '1'),
    ("parenleft", '('),
    ("parenright", ')'),
    ("percent", '%'),
    ("period", '.'),
    ("plus", '+'),
    ("question", '?'),
    ("quoteright", '’'),
    ("quotesingle", '\''),
    ("semicolon", ';'),
    ("seven", '7'),
    ("six", '6'),
    ("slash", '/'),
    ("space", ' '),
    ("three", '3'),
    ("two", '2'),
    ("underscore", '_'),
    ("zero", '0'),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hyphen_and_the_blank_that_have_two_codes_are_read_by_each() {
        let font = Values::new(b"<< /Type /Font /Subtype /Type1 >>").next().unwrap();
        let read = Font::new(&font, None, None);
        assert_eq!(read.text(b"SSN\xa0219\xad09-9994"), "SSN 219-09-9994");
    }

    #[test]
    fn a_composite_font_is_read_by_its_map() {
        let map = b"1 beginbfchar <0003> <0020> endbfchar 2 beginbfrange <0010> <0019> <0030> <0020> <0021> [<002D> <00660069>] endbfrange";
        let font = Values::new(b"<< /Type /Font /Subtype /Type0 >>").next().unwrap();
        let read = Font::new(&font, None, Some(map));
        assert_eq!(
            read.text(&[0, 0x12, 0, 0x11, 0, 0x19, 0, 3, 0, 0x20, 0, 0x21]),
            "219 -fi"
        );
        assert!(!read.is_opaque() && Font::new(&font, None, None).is_opaque());
    }

    #[test]
    fn a_simple_font_is_read_by_its_differences() {
        let font = Values::new(b"<< /Subtype /Type1 >>").next().unwrap();
        let encoding = Values::new(b"<< /Differences [1 /two /one 200 /nine /hyphen /uni00E9] >>")
            .next()
            .unwrap();
        assert_eq!(
            Font::new(&font, Some(&encoding), None).text(b"\x01\x02\xc8\xc9\xcaA"),
            "219-éA"
        );
    }
}
