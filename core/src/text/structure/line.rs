//! One line of a text, and what may be read off it.

use memchr::{memchr, memchr2, memchr3, memchr3_iter};

use super::words;

/// A line without the marks of its quote.
pub(super) struct Line<'a> {
    /// Where it begins behind the marks, in bytes of the text.
    pub(super) start: usize,
    /// Without the blanks at its end.
    pub(super) text: &'a str,
    /// Without those before it either.
    trimmed: &'a str,
    /// How deeply it is quoted.
    pub(super) level: usize,
}

/// The lines of `text`.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut at = 0_usize;
    std::iter::from_fn(move || {
        let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
        let length = memchr(b'\n', rest.as_bytes()).map_or(rest.len(), |end| end.saturating_add(1));
        let line = Line::of(at, rest.get(..length)?);
        at = at.saturating_add(length);
        Some(line)
    })
}

/// `text` without the blanks at its end; of most lines the last byte tells that there are none.
fn without_end(text: &str) -> &str {
    match text.as_bytes().last() {
        Some(b'!'..=b'~') => text,
        _ => text.trim_end(),
    }
}

/// The same with those at its start.
fn without_start(text: &str) -> &str {
    match text.as_bytes().first() {
        Some(b'!'..=b'~') => text,
        _ => text.trim_start(),
    }
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
    /// The line that stands at `begins`, with its line end and the marks of its quote.
    fn of(begins: usize, whole: &'a str) -> Self {
        let (level, marks) = quote(whole);
        let text = whole.get(marks..).unwrap_or_default();
        let text = without_end(text.strip_suffix('\n').unwrap_or(text));
        Self {
            start: begins.saturating_add(marks),
            text,
            trimmed: without_start(text),
            level,
        }
    }

    pub(super) const fn is_blank(&self) -> bool {
        self.trimmed.is_empty()
    }

    /// Whether a list or a record goes on with this line.
    pub(super) fn begins_item(&self) -> bool {
        let text = self.trimmed;
        text.starts_with(['-', '*', '•', '·', '–']) || self.is_row() || self.is_field() || is_numbered(text)
    }

    /// A row of a table.
    fn is_row(&self) -> bool {
        let bytes = self.text.as_bytes();
        let (mut bars, mut commas) = (0_u8, 0_u8);
        memchr3_iter(b'\t', b'|', b',', bytes).any(|at| {
            match bytes.get(at) {
                Some(b'|') => bars = bars.saturating_add(1),
                Some(b',') => commas = commas.saturating_add(1),
                _ => return true,
            }
            bars > 1 || commas > 3
        })
    }

    /// A field of a record: a short label, a colon and a value.
    fn is_field(&self) -> bool {
        let bytes = self.trimmed.as_bytes();
        let front = bytes.get(..bytes.len().min(LABEL + 1)).unwrap_or_default();
        let label = memchr(b':', front).and_then(|colon| self.trimmed.get(..colon));
        label.is_some_and(|label| label.split_whitespace().nth(LABEL_WORDS).is_none())
    }

    /// Whether a field tells something else than how somebody is reached.
    fn is_record(&self) -> bool {
        let label = self.trimmed.split_once(':').map(|(label, _)| label.trim());
        self.is_field() && label.is_some_and(|label| !words::REACH.has(label.trim_end_matches('.')))
    }

    /// Whether no sentence goes on in the next line.
    pub(super) fn ends_sentence(&self) -> bool {
        let text = self.trimmed;
        let is_ended = matches!(text.as_bytes().last(), Some(b'.' | b'!' | b'?' | b':' | b';'));
        is_ended || text.len() < SHORT || self.is_row() || self.is_field()
    }

    /// Where further sentences begin within it, in bytes of it; `salutes` says that it greets somebody.
    pub(super) fn sentence_ends(&self, salutes: bool) -> impl Iterator<Item = usize> + use<'a> {
        let text = self.text;
        let (mut from, mut greets) = (0_usize, salutes);
        std::iter::from_fn(move || {
            loop {
                let rest = text.as_bytes().get(from..)?;
                let full = memchr3(b'.', b'!', b'?', rest);
                let ahead = rest.get(..full.unwrap_or(rest.len())).filter(|_| greets);
                let comma = ahead.and_then(|ahead| memchr2(b',', b':', ahead));
                from = from.saturating_add(comma.or(full)?).saturating_add(1);
                let (before, behind) = text.split_at_checked(from).unwrap_or((text, ""));
                if is_end(before, behind, greets) {
                    greets = false;
                    let gap = behind.len().saturating_sub(behind.trim_start().len());
                    return Some(from.saturating_add(gap));
                }
            }
        })
    }

    /// Words to one reader by name.
    pub(super) fn is_salutation(&self) -> bool {
        greeted(self.trimmed).is_some_and(words::is_somebody)
    }

    /// What closes a letter: a line that parts, or a valediction.
    pub(super) fn closes_letter(&self) -> bool {
        let text = self.trimmed;
        let parts =
            matches!(text, "--" | "—") || (text.len() >= 5 && text.chars().all(|mark| matches!(mark, '_' | '—' | '=')));
        parts || words::is_valediction(text)
    }

    /// Whether it may stand in a signature: short, and no sentence.
    pub(super) fn may_sign(&self) -> bool {
        let text = self.trimmed;
        let says = text.len() > SENTENCE && text.ends_with(['.', '!', '?']);
        text.len() <= SIGNED && !says && !self.is_record() && !words::has_small(text)
    }

    /// Whether it may stand in a signature that nothing announced: shorter still, and nothing goes on behind a full stop.
    pub(super) fn may_sign_unannounced(&self) -> bool {
        let text = self.trimmed;
        let is_one = || !self.sentence_ends(false).any(|end| end < text.len());
        text.len() <= UNANNOUNCED && self.may_sign() && is_one()
    }

    /// Whether it may be the name of who signs.
    pub(super) fn may_be_name(&self) -> bool {
        let mut name = self.trimmed.split([',', '|', '/', '(', '·', '-']);
        // The first words tell of nearly every line that it is none.
        self.trimmed.starts_with(char::is_uppercase)
            && is_name(name.next().unwrap_or_default())
            && !self.text.bytes().any(|byte| byte.is_ascii_digit())
            && greeted(self.trimmed).is_none()
    }

    /// Whether it says how somebody is reached, or for whom they work.
    pub(super) fn reaches_somebody(&self) -> bool {
        let digits = self.text.bytes().filter(u8::is_ascii_digit).count();
        digits >= 4 || self.text.contains(['@', '|', '·']) || words::holds(self.text, "ext")
    }

    pub(super) fn is_disclaimer(&self) -> bool {
        words::is_disclaimer(self.trimmed)
    }
}

/// Whether every word is written large, and there are no more than a name has.
fn is_name(words: &str) -> bool {
    let mut count = 0_usize;
    for word in words.split_whitespace() {
        count = count.saturating_add(1);
        if count > NAME_WORDS || !word.starts_with(char::is_uppercase) {
            return false;
        }
    }
    count > 0
}

/// Whether a sentence ends between the two; words to the reader end with their comma.
fn is_end(before: &str, behind: &str, salutes: bool) -> bool {
    if behind.bytes().next().is_none_or(|next| next.is_ascii_alphanumeric()) {
        return false; // within a word, or at the end of the line
    }
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
    if !words::GREETINGS.may_begin(text) {
        return None;
    }
    let (first, rest) = text.split_once(' ')?;
    if !words::GREETINGS.has(first.trim_end_matches([',', '!'])) {
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
/// The most words of a name.
const NAME_WORDS: usize = 5;
/// The longest name that is greeted.
const NAME: usize = 40;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What is read off a line, with everything looked at.
    mod slow {
        use super::super::*;

        pub(super) fn is_one_of(list: &words::List, word: &str) -> bool {
            let small = |word: &str| {
                if word.is_ascii() {
                    word.into()
                } else {
                    word.to_lowercase()
                }
            };
            list.words()
                .iter()
                .any(|listed| listed.eq_ignore_ascii_case(&small(word)))
        }

        pub(super) fn is_row(text: &str) -> bool {
            text.contains('\t') || text.matches('|').count() > 1 || text.matches(',').count() > 3
        }

        pub(super) fn is_field(text: &str) -> bool {
            let field = text.split_once(':');
            field.is_some_and(|(label, _)| label.len() <= LABEL && label.split_whitespace().count() <= LABEL_WORDS)
        }

        pub(super) fn ends_sentence(line: &Line<'_>) -> bool {
            let text = line.text.trim();
            text.ends_with(['.', '!', '?', ':', ';']) || text.len() < SHORT || is_row(line.text) || is_field(text)
        }

        pub(super) fn may_be_name(text: &str) -> bool {
            let name = text.split([',', '|', '/', '(', '·', '-']).next().unwrap();
            let mut words = name.split_whitespace();
            let is_large = words.all(|word| word.starts_with(char::is_uppercase));
            let count = name.split_whitespace().count();
            let has_digit = text.contains(|digit: char| digit.is_ascii_digit());
            is_large && (1..=5).contains(&count) && !has_digit && greeted(text).is_none()
        }

        pub(super) fn greeted(text: &str) -> Option<&str> {
            let (first, rest) = text.split_once(' ')?;
            let rest = rest.trim_start();
            let end = rest.find([',', ':', '!', '\n']).or_else(|| sentence_end(rest));
            let name = rest.get(..end.unwrap_or(rest.len())).filter(|name| name.len() <= NAME);
            name.filter(|_| is_one_of(&words::GREETINGS, first.trim_end_matches([',', '!'])))
        }

        pub(super) fn is_valediction(text: &str) -> bool {
            let words = text.trim_end_matches([',', '.', '!', '-']).trim();
            words.len() <= 40 && is_one_of(&words::VALEDICTIONS, words)
        }

        pub(super) fn begins_disclaimer(text: &str) -> bool {
            let small = |text: &str| text.to_ascii_lowercase();
            words::DISCLAIMERS
                .words()
                .iter()
                .any(|opening| small(text).starts_with(opening))
        }

        pub(super) fn is_end(before: &str, behind: &str, salutes: bool) -> bool {
            let next = behind.trim_start_matches(['"', '\'', ')', '”', '’']);
            let blank = next.trim_start();
            if blank.is_empty() || blank.len() == next.len() || before.ends_with([',', ':']) {
                return !blank.is_empty() && blank.len() != next.len() && salutes;
            }
            let opens = blank.trim_start_matches(['"', '\'', '(', '“', '‘', '¿', '¡']);
            let begins = opens.starts_with(|first: char| first.is_uppercase() || first.is_ascii_digit());
            begins && !words::is_abbreviated(before)
        }
    }

    #[test]
    fn no_word_that_is_looked_for_at_the_start_of_a_line_is_a_single_letter() {
        for list in [&words::GREETINGS, &words::VALEDICTIONS, &words::DISCLAIMERS] {
            assert!(list.words().iter().all(|word| word.len() > 1));
        }
        assert!(words::DISCLAIMERS.words().iter().all(|word| word.len() > 3));
    }

    fn words() -> impl Strategy<Value = String> {
        let lists = [
            &words::GREETINGS,
            &words::VALEDICTIONS,
            &words::DISCLAIMERS,
            &words::REACH,
        ];
        let known: Vec<&str> = lists.iter().flat_map(|list| list.words()).copied().collect();
        let known = prop::sample::select(known).prop_map(str::to_owned);
        let capital = known.clone().prop_map(|word| word.to_uppercase());
        prop_oneof![
            known,
            capital,
            "[A-Z][a-z]{1,6}",
            "[a-zA-Zéß\u{212a}1]{0,3}",
            "[ \t\u{a0}\r.,:;|!?\"')(-]{1,3}"
        ]
    }

    proptest! {
        #[test]
        fn the_short_ways_tell_what_the_long_ones_do(pieces in prop::collection::vec(words(), 0..12), gap in "[ .]?") {
            let text = pieces.join(&gap);
            let (line, trimmed) = (Line::of(0, &text), text.trim_start_matches([' ', '>']).trim());
            prop_assume!(!text.trim_start().starts_with('>'));
            prop_assert_eq!(line.trimmed, trimmed);
            prop_assert_eq!(line.is_row(), slow::is_row(line.text));
            prop_assert_eq!(line.is_field(), slow::is_field(trimmed));
            prop_assert_eq!(line.ends_sentence(), slow::ends_sentence(&line));
            prop_assert_eq!(line.may_be_name(), slow::may_be_name(trimmed));
            prop_assert_eq!(greeted(trimmed), slow::greeted(trimmed));
            prop_assert_eq!(words::is_valediction(trimmed), slow::is_valediction(trimmed));
            prop_assert_eq!(words::DISCLAIMERS.begins(trimmed), slow::begins_disclaimer(trimmed));
            for (at, _) in line.text.char_indices() {
                let (before, behind) = line.text.split_at(at);
                for salutes in [false, true] {
                    prop_assert_eq!(is_end(before, behind, salutes), slow::is_end(before, behind, salutes));
                }
            }
        }

        #[test]
        fn lines_are_those_that_a_line_feed_ends(text in "[a> \n\r\té]{0,20}") {
            let ours: Vec<_> = lines(&text).map(|line| line.text).collect();
            let whole = text.split_inclusive('\n').map(|line| line.get(quote(line).1..).unwrap().trim_end());
            prop_assert_eq!(ours, whole.collect::<Vec<_>>());
        }
    }
}
