//! What scripts say in pieces: strings that stand side by side in a sum or a list, letters that are given by their numbers,
//! and escapes. Nothing is run; what is computed by other means is not read.

/// The texts that the scripts of a page put together, a line each; each byte is looked at a bounded number of times.
pub(super) fn of_page(page: &str) -> String {
    let (mut text, mut reached) = (String::new(), 0);
    for at in memchr::memchr_iter(b'<', page.as_bytes()) {
        if at < reached || !is_tag(page, at, "<script") {
            continue;
        }
        let ends = memchr::memchr_iter(b'<', page.as_bytes().get(at + 1..).unwrap_or_default());
        let mut ends = ends.map(|length| at + 1 + length);
        reached = ends.find(|end| is_tag(page, *end, "</script")).unwrap_or(page.len());
        text.push_str(&said(page.get(at..reached).unwrap_or_default()));
    }
    text
}

/// The texts that a script puts together.
pub(super) fn said(source: &str) -> String {
    let mut script = Script {
        rest: source.as_bytes(),
        items: Vec::new(),
        has_escape: false,
        text: String::new(),
    };
    while script.step() {}
    script.text
}

fn is_tag(page: &str, at: usize, tag: &str) -> bool {
    let front = page.as_bytes().get(at..at + tag.len());
    front.is_some_and(|front| front.eq_ignore_ascii_case(tag.as_bytes()))
}

struct Script<'a> {
    rest: &'a [u8],
    /// The strings and numbers that stand side by side.
    items: Vec<Item>,
    has_escape: bool,
    text: String,
}

enum Item {
    Number(u32),
    Text(Vec<u8>),
}

impl Script<'_> {
    /// Takes a string, a number, a word or a sign; `false` at the end.
    fn step(&mut self) -> bool {
        let Some((&first, tail)) = self.rest.split_first() else {
            self.flush(None);
            return false;
        };
        match first {
            b'"' | b'\'' | b'`' => {
                self.rest = tail;
                let string = self.string(first);
                self.keep(Item::Text(string));
            }
            b'/' if tail.starts_with(b"/") => self.skip(b"\n"),
            b'/' if tail.starts_with(b"*") => self.skip(b"*/"),
            b'0'..=b'9' => self.number(),
            b'+' | b',' | b'(' | b')' | b'[' | b']' | b'.' => self.rest = tail,
            _ if first.is_ascii_whitespace() => self.rest = tail,
            _ if is_of_word(first) => self.word(),
            _ => {
                self.rest = tail;
                self.flush(None);
            }
        }
        true
    }

    fn keep(&mut self, item: Item) {
        if self.items.len() >= ITEMS {
            self.flush(None);
        }
        self.items.push(item);
    }

    fn skip(&mut self, end: &[u8]) {
        let length = memchr::memmem::find(self.rest, end).map_or(self.rest.len(), |at| at + end.len());
        self.rest = self.rest.get(length..).unwrap_or_default();
    }

    /// The string up to its quote, with its escapes undone; one that is not closed ends with its line.
    fn string(&mut self, quote: u8) -> Vec<u8> {
        let mut string = Vec::new();
        while let Some((&byte, tail)) = self.rest.split_first() {
            self.rest = tail;
            match byte {
                _ if byte == quote => break,
                b'\n' if quote != b'`' => break,
                b'\\' => self.escape(&mut string),
                _ => string.push(byte),
            }
        }
        string
    }

    fn escape(&mut self, string: &mut Vec<u8>) {
        let Some((&kind, tail)) = self.rest.split_first() else {
            return;
        };
        self.rest = tail;
        let (most, radix) = match kind {
            b'x' => (2, 16),
            b'u' => (4, 16),
            b'0'..=b'7' => (2, 8),
            b'n' | b'r' => return string.push(b'\n'),
            b't' => return string.push(b'\t'),
            b'\n' => return,
            _ => return string.push(kind),
        };
        self.has_escape = true;
        self.rest = self.rest.strip_prefix(b"{").unwrap_or(self.rest);
        let first = char::from(kind).to_digit(8).filter(|_| radix == 8).unwrap_or_default();
        let (code, count) = digits(self.rest, radix, most, first);
        self.rest = self.rest.get(count..).unwrap_or_default();
        self.rest = self.rest.strip_prefix(b"}").unwrap_or(self.rest);
        push(string, code);
    }

    fn number(&mut self) {
        let hexadecimal = self.rest.strip_prefix(b"0x").or_else(|| self.rest.strip_prefix(b"0X"));
        let (rest, radix) = hexadecimal.map_or((self.rest, 10), |rest| (rest, 16));
        let (number, count) = digits(rest, radix, NUMBER_DIGITS, 0);
        self.rest = rest.get(count..).unwrap_or_default();
        self.keep(Item::Number(number));
    }

    /// A word that gives letters by their numbers or joins strings goes on; any other ends what stands side by side.
    fn word(&mut self) {
        let length = self.rest.iter().take_while(|byte| is_of_word(**byte)).count();
        let (word, rest) = self.rest.split_at(length);
        self.rest = rest;
        if word == b"join" {
            let between = self.between();
            self.flush(between.as_deref());
        } else if !JOINING.contains(&word) {
            self.flush(None);
        }
    }

    /// The string in the parentheses that follow.
    fn between(&mut self) -> Option<Vec<u8>> {
        let rest = self.rest.trim_ascii_start().strip_prefix(b"(")?.trim_ascii_start();
        let (&quote, tail) = rest.split_first()?;
        if !matches!(quote, b'"' | b'\'' | b'`') {
            return None;
        }
        self.rest = tail;
        Some(self.string(quote))
    }

    /// Writes down what the strings and numbers say that stand side by side, joined by `between`.
    fn flush(&mut self, between: Option<&[u8]>) {
        let items = std::mem::take(&mut self.items);
        let has_escape = std::mem::take(&mut self.has_escape);
        let strings = items.iter().filter(|item| matches!(item, Item::Text(_))).count();
        let codes = items.len() - strings;
        if strings < 2 && codes < 2 && !has_escape {
            return;
        }
        let is_of_letters = codes >= LETTERS || (codes > 0 && strings > 0);
        let joined = |between: &[u8], as_letters: bool| {
            let mut line = Vec::new();
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    line.extend_from_slice(between);
                }
                match item {
                    Item::Text(text) => line.extend_from_slice(text),
                    Item::Number(code) if as_letters => push(&mut line, *code),
                    Item::Number(number) => line.extend_from_slice(number.to_string().as_bytes()),
                }
            }
            String::from_utf8_lossy(&line).into_owned()
        };
        let mut lines = vec![joined(b"", true)];
        if let Some(between) = between.filter(|between| !between.is_empty() || codes > 0) {
            lines.push(joined(between, false));
        }
        if codes > 0 && !is_of_letters {
            lines.remove(0);
        }
        for line in lines.iter().filter(|line| reads_as_text(line)) {
            self.text.push_str(line);
            self.text.push('\n');
        }
    }
}

/// The number of at most so many digits, and how many there are; `first` stands before them.
fn digits(bytes: &[u8], radix: u32, most: usize, first: u32) -> (u32, usize) {
    let digits = bytes.iter().take(most);
    let digits = digits.map_while(|byte| char::from(*byte).to_digit(radix));
    digits.fold((first, 0), |(number, count), digit| {
        (number.saturating_mul(radix).saturating_add(digit), count + 1)
    })
}

fn push(text: &mut Vec<u8>, code: u32) {
    let letter = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
    text.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
}

const fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || byte >= 0x80
}

/// Whether hardly any letter of it is a control character, as nearly all are where numbers count something else.
fn reads_as_text(line: &str) -> bool {
    let odd = line.chars().filter(|c| c.is_control() && !c.is_whitespace()).count();
    line.len() >= SHORTEST && odd * 10 <= line.chars().count()
}

/// Words between strings that join them, and those by which numbers become letters.
const JOINING: &[&[u8]] = &[
    b"Array",
    b"String",
    b"concat",
    b"fromCharCode",
    b"fromCodePoint",
    b"new",
];
/// As many stand side by side at once: the rest is a line of its own.
const ITEMS: usize = 4_096;
/// Fewer numbers are no text.
const LETTERS: usize = 6;
/// A longer number is no letter, and no number of anybody.
const NUMBER_DIGITS: usize = 9;
/// Shorter text holds no identifier.
const SHORTEST: usize = 6;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_side_by_side_is_joined() {
        const ROWS: &[(&str, &str)] = &[
            ("var s = 'SSN 219' + '-09-' + '9994';", "SSN 219-09-9994\n"),
            ("x(['SSN ', '219-', \"09-\", `9994`].join(''))", "SSN 219-09-9994\n"),
            ("[219, 9, 9994].join('-')", "219-9-9994\n"),
            ("['219', '09', '9994'].join('-')", "219099994\n219-09-9994\n"),
            ("'SSN '.concat('219-', '09-9994')", "SSN 219-09-9994\n"),
            ("String.fromCharCode(50,49,57,45,48,57,45,57,57,57,52)", "219-09-9994\n"),
            ("String.fromCharCode(0x32,0x31,0x39,0x2d,0x30,0x39)", "219-09\n"),
            (
                "'SSN ' + String.fromCharCode(50,49,57) + '-09-9994'",
                "SSN 219-09-9994\n",
            ),
            ("a = '\\x32\\x31\\u0039-\\u{30}9-\\1719994';", "219-09-y9994\n"),
            ("var a = 'alone'; var b = 'alone, too';", ""),
            ("plot([1, 2, 3, 4, 5, 6, 7, 8])", ""),
            ("// '219-' + '09-9994'\n/* 'a' + 'bcdefg' */", ""),
            ("'open\n'219-' + '09-9994", "open219-09-9994\n"),
        ];
        for (source, text) in ROWS {
            assert_eq!(said(source), *text, "{source}");
        }
    }

    #[test]
    fn scripts_of_a_page_are_read_and_its_text_is_not() {
        let page = "<p>'a' + 'not this'</p><SCRIPT type=x>w('219-' + '09-9994')</script><script>['a', 'bcdef']";
        assert_eq!(of_page(page), "219-09-9994\nabcdef\n");
    }

    #[test]
    fn hostile_scripts_cost_linear_time() {
        for trap in [
            "'", "\"\\", "'',", "1,", "/*", "<script", "`", ".join(", "\\u{", "String.",
        ] {
            let _ = of_page(&format!("<script>{}", trap.repeat(200_000)));
            let _ = of_page(&trap.repeat(200_000));
        }
    }
}
