//! One line of a text, and what may be read off it.

use memchr::{memchr2, memchr3};

use super::words;

/// A line without the marks of its quote.
pub(super) struct Line<'a> {
    /// Where it begins behind the marks, in bytes of the text.
    pub(super) start: usize,
    pub(super) text: &'a str,
    /// How deeply it is quoted.
    pub(super) level: usize,
}

/// The lines of `text`.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut at = 0_usize;
    text.split_inclusive('\n').map(move |whole| {
        let begins = at;
        at = at.saturating_add(whole.len());
        let (level, marks) = quote(whole);
        let text = whole.get(marks..).unwrap_or_default();
        Line {
            start: begins.saturating_add(marks),
            text: text.trim_end(),
            level,
        }
    })
}

/// How deeply a line is quoted, and the length of the marks.
fn quote(line: &str) -> (usize, usize) {
    let (mut level, mut end) = (0_usize, 0_usize);
    for (at, byte) in line.bytes().enumerate() {
        match byte {
            b'>' => level = level.saturating_add(1),
            b' ' => {}
            _ => break,
        }
        if byte == b'>' || level > 0 {
            end = at.saturating_add(1);
        }
    }
    (level, end)
}

impl<'a> Line<'a> {
    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    fn trimmed(&self) -> &'a str {
        self.text.trim()
    }

    /// Whether a list or a record goes on with this line.
    pub(super) fn begins_item(&self) -> bool {
        let text = self.trimmed();
        text.starts_with(['-', '*', '•', '·', '–']) || self.is_row() || self.is_field() || is_numbered(text)
    }

    /// A row of a table.
    fn is_row(&self) -> bool {
        self.text.contains('\t') || self.text.matches('|').nth(1).is_some() || self.text.matches(',').nth(3).is_some()
    }

    /// A field of a record: a short label, a colon and a value.
    fn is_field(&self) -> bool {
        let field = self.trimmed().split_once(':');
        field.is_some_and(|(label, _)| label.len() <= LABEL && label.split_whitespace().count() <= LABEL_WORDS)
    }

    /// Whether a field tells something else than how somebody is reached.
    fn is_record(&self) -> bool {
        let label = self.trimmed().split_once(':').map(|(label, _)| label.trim());
        self.is_field() && label.is_some_and(|label| !words::is_one_of(words::REACH, label.trim_end_matches('.')))
    }

    /// Whether no sentence goes on in the next line.
    pub(super) fn ends_sentence(&self) -> bool {
        let text = self.trimmed();
        text.ends_with(['.', '!', '?', ':', ';']) || text.len() < SHORT || self.is_row() || self.is_field()
    }

    /// Where further sentences begin within it, in bytes of it; `salutes` says that it greets somebody.
    pub(super) fn sentence_ends(&self, salutes: bool) -> Vec<usize> {
        let mut ends = Vec::new();
        let mut from = 0;
        while let Some(rest) = self.text.as_bytes().get(from..) {
            let greets = salutes && ends.is_empty();
            let full = memchr3(b'.', b'!', b'?', rest);
            let ahead = rest.get(..full.unwrap_or(rest.len())).filter(|_| greets);
            let comma = ahead.and_then(|ahead| memchr2(b',', b':', ahead));
            let Some(found) = comma.or(full) else { break };
            from = from.saturating_add(found).saturating_add(1);
            let (before, behind) = self.text.split_at_checked(from).unwrap_or((self.text, ""));
            if is_end(before, behind, greets) {
                let gap = behind.len().saturating_sub(behind.trim_start().len());
                ends.push(from.saturating_add(gap));
            }
        }
        ends
    }

    /// Words to one reader by name.
    pub(super) fn is_salutation(&self) -> bool {
        greeted(self.trimmed()).is_some_and(words::is_somebody)
    }

    /// What closes a letter: a line that parts, or a valediction.
    pub(super) fn closes_letter(&self) -> bool {
        let text = self.trimmed();
        let parts = matches!(self.text.trim_start(), "--" | "-- " | "—")
            || (text.len() >= 5 && text.chars().all(|mark| matches!(mark, '_' | '—' | '=')));
        parts || words::is_valediction(text)
    }

    /// Whether it may stand in a signature: short, and no sentence.
    pub(super) fn may_sign(&self) -> bool {
        let text = self.trimmed();
        let says = text.len() > SENTENCE && text.ends_with(['.', '!', '?']);
        text.len() <= SIGNED && !says && !self.is_record() && !words::has_small(text)
    }

    /// Whether it may stand in a signature that nothing announced: shorter still, and nothing goes on behind a full stop.
    pub(super) fn may_sign_unannounced(&self) -> bool {
        let text = self.trimmed();
        let is_one = !self.sentence_ends(false).iter().any(|&end| end < text.len());
        self.may_sign() && text.len() <= UNANNOUNCED && is_one
    }

    /// Whether it may be the name of who signs.
    pub(super) fn may_be_name(&self) -> bool {
        if self.text.bytes().any(|byte| byte.is_ascii_digit()) || greeted(self.trimmed()).is_some() {
            return false;
        }
        let name = self
            .trimmed()
            .split([',', '|', '/', '(', '·', '-'])
            .next()
            .unwrap_or_default();
        let mut count = 0_usize;
        for word in name.split_whitespace() {
            count = count.saturating_add(1);
            if !word.starts_with(char::is_uppercase) {
                return false;
            }
        }
        (1..=5).contains(&count)
    }

    /// Whether it says how somebody is reached, or for whom they work.
    pub(super) fn reaches_somebody(&self) -> bool {
        let digits = self.text.bytes().filter(u8::is_ascii_digit).count();
        digits >= 4 || self.text.contains(['@', '|', '·']) || words::holds(self.text, "ext")
    }

    pub(super) fn is_disclaimer(&self) -> bool {
        words::is_disclaimer(self.trimmed())
    }
}

/// Whether a sentence ends between the two; words to the reader end with their comma.
fn is_end(before: &str, behind: &str, salutes: bool) -> bool {
    let next = behind.trim_start_matches(['"', '\'', ')', '”', '’']);
    let blank = next.trim_start();
    if blank.is_empty() || blank.len() == next.len() {
        return false;
    }
    if before.ends_with([',', ':']) {
        return salutes;
    }
    let opens = blank.trim_start_matches(['"', '\'', '(', '“', '‘', '¿', '¡']);
    let begins = opens.chars().next();
    begins.is_some_and(|first| first.is_uppercase() || first.is_ascii_digit()) && !words::is_abbreviated(before)
}

/// Whom a line greets: what stands between the greeting and the comma.
fn greeted(text: &str) -> Option<&str> {
    let (first, rest) = text.split_once(' ')?;
    if !words::is_one_of(words::GREETINGS, first.trim_end_matches([',', '!'])) {
        return None;
    }
    let rest = rest.trim_start();
    let end = rest
        .find([',', ':', '!', '\n'])
        .or_else(|| sentence_end(rest))
        .unwrap_or(rest.len());
    rest.get(..end).filter(|name| name.len() <= NAME)
}

/// The end of a first sentence: `Hola, Remedios. Hemos ...`.
fn sentence_end(text: &str) -> Option<usize> {
    let end = text.match_indices(". ").map(|(at, _)| at);
    end.into_iter()
        .find(|at| !words::is_abbreviated(text.get(..at.saturating_add(1)).unwrap_or_default()))
}

/// `1. `, `2) `.
fn is_numbered(text: &str) -> bool {
    let rest = text.trim_start_matches(|digit: char| digit.is_ascii_digit());
    rest.len() < text.len() && rest.starts_with(['.', ')'])
}

/// A line of a paragraph that somebody's program wrapped is longer than this.
const SHORT: usize = 48;
/// The longest label of a field, and its most words.
const LABEL: usize = 32;
const LABEL_WORDS: usize = 4;
/// The longest line of a signature, and the shortest that may be a sentence.
const SIGNED: usize = 90;
const SENTENCE: usize = 40;
/// The longest line of a signature that nothing announced.
const UNANNOUNCED: usize = 64;
/// The longest name that is greeted.
const NAME: usize = 40;
