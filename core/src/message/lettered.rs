//! Text that markup cuts into pieces which no reader sees: one letter in each cell of a table or each element of a drawing,
//! and sections of raw text within a word.

use std::borrow::Cow;

/// The texts of a document of markup that stand one letter an element, each behind the text before it, and all of it without
/// the marks of raw text where these stand within a word.
pub(super) fn joined(markup: &str) -> String {
    let markup = without_sections(markup);
    let mut letters = Letters {
        markup: &markup,
        label: 0,
        joined: String::new(),
        count: 0,
        text: String::new(),
    };
    for end in memchr::memchr_iter(b'<', markup.as_bytes()).chain([markup.len()]) {
        letters.take(end);
    }
    letters.flush();
    let text = letters.text;
    match markup {
        Cow::Owned(whole) => whole + "\n" + &text,
        Cow::Borrowed(_) => text,
    }
}

struct Letters<'a> {
    markup: &'a str,
    /// Where the text ends that stands before the letters.
    label: usize,
    joined: String,
    count: usize,
    text: String,
}

impl Letters<'_> {
    /// Takes the text that ends there, in front of a tag.
    fn take(&mut self, end: usize) {
        let front = self
            .markup
            .as_bytes()
            .get(end.saturating_sub(NEAR)..end)
            .unwrap_or_default();
        let length = memchr::memrchr(b'>', front).map(|at| front.len() - at - 1);
        let shown = length
            .and_then(|length| self.markup.get(end - length..end))
            .map(str::trim);
        match shown {
            Some("") => {}
            Some(shown) if shown.chars().nth(1).is_none() => {
                self.joined.push_str(shown);
                self.count += 1;
            }
            _ => {
                self.flush();
                self.label = end;
            }
        }
    }

    /// Writes the letters down, where they are as many as a number has.
    fn flush(&mut self) {
        if self.count >= FEWEST {
            let before = self.markup.get(..self.label).unwrap_or_default();
            let label = before.rsplit('>').next().unwrap_or_default().trim();
            let label = label
                .char_indices()
                .rev()
                .take(LABEL)
                .last()
                .and_then(|(at, _)| label.get(at..));
            self.text.extend([label.unwrap_or_default(), " ", &self.joined, "\n"]);
        }
        self.joined.clear();
        self.count = 0;
    }
}

/// The document without the marks of its sections of raw text (XML 1.0, section 2.7), if any stands within a word.
fn without_sections(markup: &str) -> Cow<'_, str> {
    let is_of_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '-');
    let places = |mark: &'static str| memchr::memmem::find_iter(markup.as_bytes(), mark).take(SECTIONS);
    let before = |at: usize| markup.get(..at).and_then(|front| front.chars().next_back());
    let after = |at: usize| markup.get(at + END.len()..).and_then(|rest| rest.chars().next());
    if places(START).any(|at| is_of_word(before(at))) || places(END).any(|at| is_of_word(after(at))) {
        Cow::Owned(markup.replace(START, "").replace(END, ""))
    } else {
        Cow::Borrowed(markup)
    }
}

const START: &str = "<![CDATA[";
const END: &str = "]]>";
/// Documents of one letter an element have many of them; the digits of a number are as many.
const FEWEST: usize = 9;
/// One letter with the blanks around it takes no more bytes.
const NEAR: usize = 24;
/// A label is no longer.
const LABEL: usize = 40;
/// A section within a word is one of the first.
const SECTIONS: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_stand_one_an_element_are_joined_behind_their_label() {
        let cells = |text: &str| {
            text.chars()
                .map(|c| format!("<td> {c} </td>\n"))
                .collect::<Vec<_>>()
                .concat()
        };
        let row = format!("<table><tr><td>SSN</td>{}</tr>", cells("219-09-9994"));
        assert_eq!(joined(&row), "SSN 219-09-9994\n");
        assert_eq!(
            joined(&row.replace("SSN", &"é".repeat(99))),
            format!("{} 219-09-9994\n", "é".repeat(LABEL))
        );
        let drawn: Vec<_> = "219-09-9994"
            .chars()
            .map(|c| format!("<tspan x='1'>{c}</tspan>"))
            .collect();
        assert_eq!(
            joined(&format!("<svg><text>{}</text></svg>", drawn.concat())),
            " 219-09-9994\n"
        );
        for other in [
            "<p>one</p><p>a</p><p>b</p>",
            "plain",
            "",
            &cells("12345"),
            "<td>12</td>".repeat(20).as_str(),
        ] {
            assert_eq!(joined(other), "", "{other}");
        }
    }

    #[test]
    fn raw_text_within_a_word_is_read_without_its_marks() {
        for document in ["<a>219<![CDATA[-09-9994]]></a>", "<a><![CDATA[219-09]]>-9994</a>"] {
            assert!(joined(document).contains("219-09-9994"), "{document}");
        }
        assert_eq!(joined("<a><![CDATA[a script]]></a>"), "");
    }

    #[test]
    fn hostile_markup_costs_linear_time() {
        for trap in [">", "<", "<![CDATA[", "]]>", "a<![CDATA[", ">a<", "<![CDATA[]]>a"] {
            let _ = joined(&trap.repeat(200_000));
        }
    }
}
