//! The text of a content stream (ISO 32000-1, section 9.4).

use std::collections::BTreeMap;
use std::rc::Rc;

use super::font::Font;
use super::placed::Placed;
use super::text_string;
use super::value::{Value, Values};

/// The text that a content stream shows, and whether all of its fonts could be read. Where most letters are placed one by
/// one, it is read by their places, and then as it was written.
pub(super) fn text(stream: &[u8], fonts: &BTreeMap<Vec<u8>, Rc<Font>>) -> (String, bool) {
    let mut page = Page {
        fonts,
        font: None,
        text: String::new(),
        said: String::new(),
        placed: Placed::default(),
        readable: true,
    };
    let mut values = Values::new(stream);
    let mut operands: Vec<Value<'_>> = Vec::new();
    while let Some(value) = values.next() {
        match value {
            Value::Operator(operator) => {
                page.operator(operator, &operands);
                operands.clear();
                if operator == b"ID" {
                    skip_image(&mut values);
                }
            }
            operand if operands.len() < OPERANDS => operands.push(operand),
            _ => {}
        }
    }
    page.said.push_str(&values.comments);
    let text = match page.placed.text() {
        Some(placed) => placed + &page.text,
        None => page.text,
    };
    (text + &page.said, page.readable)
}

struct Page<'a> {
    fonts: &'a BTreeMap<Vec<u8>, Rc<Font>>,
    font: Option<&'a Font>,
    text: String,
    /// What stands for what is drawn (section 14.9.4).
    said: String,
    placed: Placed,
    readable: bool,
}

impl Page<'_> {
    fn operator(&mut self, operator: &[u8], operands: &[Value<'_>]) {
        self.placed.operator(operator, operands);
        match operator {
            b"Tf" => {
                if let Some(Value::Name(name)) = operands.first() {
                    self.font = self.fonts.get(name.as_ref()).map(Rc::as_ref);
                }
            }
            b"Tj" => operands.iter().for_each(|operand| self.show(Some(operand))),
            b"TJ" => operands
                .first()
                .into_iter()
                .flat_map(Value::items)
                .for_each(|item| self.show(Some(item))),
            b"'" | b"\"" => {
                self.line_end();
                self.show(operands.last());
            }
            b"T*" | b"ET" | b"Tm" => self.line_end(),
            b"Td" | b"TD" => match operands {
                [_, Value::Number(down)] if down.abs() > STRAIGHT => self.line_end(),
                _ => self.gap(),
            },
            b"BDC" | b"DP" => self.say(operands.get(1)),
            // No other operator takes a string: some programs read a damaged one as the text operator that it was.
            _ => operands.iter().flat_map(Value::items).for_each(|item| {
                if matches!(item, Value::Text(_)) {
                    self.show(Some(item));
                }
            }),
        }
    }

    fn show(&mut self, operand: Option<&Value<'_>>) {
        match operand {
            Some(Value::Text(string)) => {
                let unknown = Font::unknown();
                let font = self.font.unwrap_or(&unknown);
                self.readable &= !font.is_opaque() || string.is_empty();
                let shown = font.text(string);
                self.text.push_str(&shown);
                self.placed.show(&shown);
            }
            Some(Value::Number(shift)) => {
                self.placed.kern(*shift);
                if *shift < WORD_GAP {
                    self.gap();
                }
            }
            _ => {}
        }
    }

    fn say(&mut self, properties: Option<&Value<'_>>) {
        for key in [b"ActualText".as_slice(), b"Alt", b"E"] {
            if let Some(Value::Text(string)) = properties.and_then(|properties| properties.key(key)) {
                if self.said.is_empty() {
                    self.said.push('\n');
                }
                let said = text_string(string);
                self.said.push_str(&said);
                // Single letters stand for single letters.
                if said.chars().count() > SYLLABLE {
                    self.said.push('\n');
                }
            }
        }
    }

    fn gap(&mut self) {
        if self.text.ends_with(|c: char| !c.is_whitespace()) {
            self.text.push(' ');
        }
    }

    fn line_end(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }
}

/// Longer strings are words.
const SYLLABLE: usize = 3;

/// Steps over the bytes of an inline image.
fn skip_image(values: &mut Values<'_>) {
    let end = memchr::memmem::find(values.rest, b"EI").map_or(values.rest.len(), |at| at + 2);
    values.rest = values.rest.get(end..).unwrap_or_default();
}

/// Thousandths of the font size; a blank is 200 to 300 wide, kerning stays below 150.
const WORD_GAP: f64 = -180.0;
/// What moves a line by less is on the same line.
const STRAIGHT: f64 = 0.5;
/// No operator takes more, but a `TJ` is one array.
const OPERANDS: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_are_placed_one_by_one_are_read_by_their_places() {
        let place = |letters: &str, matrix: &dyn Fn(f64) -> String| -> String {
            let mut at = 0.0;
            let mut placed: Vec<String> = Vec::new();
            for letter in letters.chars() {
                if letter != ' ' {
                    placed.push(matrix(at).replace('#', &format!("({letter}) Tj")));
                }
                at += if letter == ' ' { 3.4 } else { 7.0 };
            }
            placed.reverse();
            placed.join(" ")
        };
        let ways: [&dyn Fn(f64) -> String; 4] = [
            &|x| format!("BT /F1 12 Tf 1 0 0 1 {x} 700 Tm # ET"),
            &|x| format!("BT /F1 12 Tf {x} 700 Td # ET"),
            &|x| format!("q 1 0 0 1 {x} 700 cm BT /F1 12 Tf # ET Q"),
            &|y| format!("BT /F1 12 Tf 0 1 -1 0 50 {y} Tm # ET"),
        ];
        for way in ways {
            let (shown, _) = text(place("SSN 219-09-9999", way).as_bytes(), &BTreeMap::new());
            assert!(shown.contains("SSN 219-09-9999\n"), "{shown}");
        }
    }

    #[test]
    fn strings_are_joined_as_they_are_shown() {
        const ROWS: &[(&str, &str)] = &[
            ("BT /F1 12 Tf (SSN 219-09-9999) Tj ET", "SSN 219-09-9999\n"),
            ("BT [(219) -20 (-09-) 10 (9999)] TJ ET", "219-09-9999\n"),
            ("BT [(Ann) -300 (Lee)] TJ ET", "Ann Lee\n"),
            ("BT (a) Tj 0 -14 Td (b) Tj T* (c) Tj (d) ' ET", "a\nb\nc\nd\n"),
            ("BI /W 1 ID \x01(x) EI BT <4142> Tj ET", "AB\n"),
            ("BT (a) Tj`ET (b) Tj ET", "ab\n"),
            ("BT /F1 12 Tf/(a) Tj ET", "a\n"),
        ];
        for (stream, expected) in ROWS {
            assert_eq!(
                text(stream.as_bytes(), &BTreeMap::new()),
                ((*expected).to_owned(), true),
                "{stream}"
            );
        }
    }
}
