use std::ops::Range;

use aho_corasick::{AhoCorasick, Input};
use regex::{Regex, RegexBuilder, RegexSet, RegexSetBuilder, SetMatches};

use super::super::check::Check;
use super::super::spec::DetectorSpec;
use super::super::token::Token;
use super::super::work;
use super::super::{DetectError, DetectErrorKind, Strength};
use super::{Candidate, Window, block};

/// The form of a value and the check it must pass.
#[derive(Debug)]
pub(in super::super) struct Value {
    form: Regex,
    check: Option<&'static Check>,
    /// What a value may start with.
    pub(in super::super) starts: Starts,
    /// Whether the value is what a group of the form takes.
    has_group: bool,
    /// Whether its letters are capitals where no label speaks for it.
    capitals: bool,
    /// Whether it is the first line of a block.
    is_block: bool,
}

/// The kind of token that a value starts with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Starts {
    Any,
    Digit,
}

impl Value {
    /// Compiles the pattern and looks up the check of `spec`; `None` when it has no pattern.
    pub(in super::super) fn compile(
        spec: &DetectorSpec,
        check: Option<&'static Check>,
    ) -> Result<Option<Self>, DetectError> {
        let Some(pattern) = &spec.pattern else { return Ok(None) };
        let form = RegexBuilder::new(&format!("^(?:{})", expand(pattern)))
            .size_limit(PATTERN_BYTES)
            .build()
            .map_err(|_| {
                DetectError::new(
                    DetectErrorKind::Pattern,
                    format_args!(
                        "detector `{}`: `pattern` is no regular expression, or too large",
                        spec.id
                    ),
                )
            })?;
        Ok(Some(Self {
            has_group: form.captures_len() > 1,
            form,
            check,
            starts: starts(pattern),
            capitals: spec.capitals,
            is_block: spec.block,
        }))
    }

    /// The value that starts at `start`, when one stands there on its own.
    pub(in super::super) fn at(&self, text: &str, start: usize, window: usize) -> Option<Range<usize>> {
        if self.has_group {
            return self.grouped(text, start, window);
        }
        self.first_whole(text, start, window, |range| self.stands_alone(text, range))
    }

    /// The value that starts at `start`, right behind its label: `MRN00482913`. It is a number.
    pub(super) fn behind(&self, text: &str, start: usize, window: usize) -> Option<Range<usize>> {
        let rest = text.get(start..)?;
        if self.has_group || !rest.starts_with(|first: char| first.is_ascii_digit()) {
            return None;
        }
        self.first_whole(text, start, window, |range| {
            !is_glued_behind(text, range, self.has_checksum())
        })
    }

    /// The longest value at `start` that is `whole` there and passes the check.
    fn first_whole(
        &self,
        text: &str,
        start: usize,
        window: usize,
        whole: impl Fn(&Range<usize>) -> bool,
    ) -> Option<Range<usize>> {
        let mut rest = ahead(text, start, window)?;
        for _ in 0..self.cuts() {
            work::count(rest.len());
            let found = self.form.find(rest)?;
            let range = start..start.saturating_add(found.end());
            if !range.is_empty() && whole(&range) && self.passes(found.as_str()) {
                return Some(range);
            }
            rest = without_last_word(found.as_str())?;
        }
        None
    }

    /// What the group of the form takes of the text at `start`.
    fn grouped(&self, text: &str, start: usize, window: usize) -> Option<Range<usize>> {
        let rest = ahead(text, start, window)?;
        work::count(rest.len());
        let value = self.form.captures(rest)?.iter().skip(1).flatten().next()?;
        let range = start.saturating_add(value.start())..start.saturating_add(value.end());
        let stands_alone = !is_glued_behind(text, &range, self.has_checksum());
        (!range.is_empty() && stands_alone && self.passes(value.as_str())).then_some(range)
    }

    fn passes(&self, value: &str) -> bool {
        self.check.is_none_or(|check| (check.passes)(value))
    }

    /// Whether the letters of a value that no label speaks for are written as they must be.
    fn is_written_well(&self, value: &str) -> bool {
        !(self.capitals && value.contains(|letter: char| letter.is_ascii_lowercase()))
    }

    /// Whether it is a number with a check of its own, which may be spoken.
    pub(super) fn is_number(&self) -> bool {
        self.starts == Starts::Digit && self.check.is_some()
    }

    fn cuts(&self) -> usize {
        if self.has_checksum() { CHECKED_CUTS } else { CUTS }
    }

    /// Whether a value is not a piece of something longer. Around one that a checksum speaks for, commas and bars
    /// divide a list; before it, only if it is too long for the end of an amount.
    fn stands_alone(&self, text: &str, range: &Range<usize>) -> bool {
        let signs = text.get(range.clone()).unwrap_or_default().chars();
        let is_long = signs.filter(|sign| sign.is_alphanumeric()).count() >= LONG;
        stands_alone(text, range, self.has_checksum() && is_long, self.has_checksum())
    }

    fn has_checksum(&self) -> bool {
        self.strength() >= Strength::Checksum
    }

    pub(in super::super) fn strength(&self) -> Strength {
        self.check.map_or(Strength::Label, |check| check.strength)
    }
}

/// The text from `start` on, of at most so many bytes.
fn ahead(text: &str, start: usize, window: usize) -> Option<&str> {
    let mut end = start.saturating_add(window).min(text.len());
    while !text.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    text.get(start..end)
}

/// The forms of several values in one automaton, which tells by one look which of them can stand at a place.
#[derive(Debug, Default)]
pub(in super::super) struct Forms {
    /// `None` where they are too large for one: then each may stand everywhere.
    set: Option<RegexSet>,
}

impl Forms {
    pub(in super::super) fn of<'a>(values: impl Iterator<Item = &'a Value>) -> Self {
        let set = RegexSetBuilder::new(values.map(|value| without_boundaries(value.form.as_str())))
            .size_limit(SET_BYTES)
            .dfa_size_limit(STATES_BYTES)
            .build();
        Self { set: set.ok() }
    }

    fn at(&self, text: &str, start: usize) -> Possible {
        let ahead = ahead(text, start, VALUE_WINDOW).unwrap_or_default();
        work::count(ahead.len());
        Possible(self.set.as_ref().map(|set| set.matches(ahead)))
    }
}

/// `form` without its boundaries of words, so that it stands wherever it stood, and elsewhere. Where letters beyond
/// ASCII are near, the automaton that looks for several forms at once knows no boundaries, and a slow one takes its
/// place.
fn without_boundaries(form: &str) -> String {
    let mut wider = String::with_capacity(form.len());
    let mut signs = form.chars();
    let mut in_class = 0_usize;
    while let Some(sign) = signs.next() {
        if sign == '\\' {
            let next = signs.next();
            let is_boundary = next == Some('b') && in_class == 0 && !signs.as_str().starts_with('{');
            if !is_boundary {
                wider.push(sign);
                wider.extend(next);
            }
            continue;
        }
        match sign {
            '[' => in_class = in_class.saturating_add(1),
            ']' => in_class = in_class.saturating_sub(1),
            _ => {}
        }
        wider.push(sign);
    }
    wider
}

/// The values that can stand at a place, by their index.
struct Possible(Option<SetMatches>);

impl Possible {
    fn includes(&self, index: usize) -> bool {
        self.0.as_ref().is_none_or(|matches| matches.matched(index))
    }

    fn is_nothing(&self) -> bool {
        self.0.as_ref().is_some_and(|matches| !matches.matched_any())
    }
}

/// Bytes of the compiled forms of all values together at most; the built-in ones take a fifth of it.
const SET_BYTES: usize = 1 << 24;
/// Bytes of the states of their automaton that a thread keeps.
const STATES_BYTES: usize = 1 << 21;

/// How often a value that fails is tried again without its last group: `4111 1111 1111 1111 12 27`.
const CUTS: usize = 6;
/// The same for a value with a checksum, whose form takes so many letters too many: those of an account of the
/// shortest country, before the words behind it.
const CHECKED_CUTS: usize = 20;
/// A value of so many digits and letters is not taken for the end of an amount.
const LONG: usize = 9;

/// `value` without its last group of letters and digits; `None` when it is one group.
fn without_last_word(value: &str) -> Option<&str> {
    let separator = |character: char| !character.is_alphanumeric();
    let shorter = value.get(..value.rfind(separator)?)?.trim_end_matches(separator);
    (!shorter.is_empty()).then_some(shorter)
}

/// Bytes of a compiled pattern at most; a built-in one takes a tenth of it.
const PATTERN_BYTES: usize = 1 << 20;

/// Writes out the shorthands of patterns: `{sep}`, an optional separator, which may be a broken line with quote marks;
/// `{junk}`, whatever people write between groups of digits, for values that a label or a checksum speaks for;
/// `{line}`, a blank or a new line of an address; and ASCII classes, because folding leaves no other digits.
fn expand(pattern: &str) -> String {
    pattern
        .replace("{sep}", r"(?:[- ]{0,2}\n(?:> ?){0,5}|[- ])?")
        .replace(
            "{junk}",
            r"(?:[- ]{0,2}\n(?:> ?){0,5}|[ \t]{0,3}[-._/|)][ \t]{0,3}|[ \t]{1,4})?",
        )
        .replace("{line}", r"(?:,? {0,2}\n(?:> ?){0,5} {0,2}|,? )")
        .replace(r"\d", "[0-9]")
        .replace(r"\w", "[0-9A-Za-z_]")
}

/// What every alternative of `pattern` starts with.
fn starts(pattern: &str) -> Starts {
    let all = |kind: fn(&str) -> bool| {
        pattern
            .split('|')
            .all(|alternative| kind(alternative.trim_start_matches(['(', '?', ':', 'i', ')'])))
    };
    if all(|head| head.starts_with(r"\d") || head.starts_with(|first: char| first.is_ascii_digit())) {
        return Starts::Digit;
    }
    Starts::Any
}

/// Whether a value is not a piece of something longer, such as a version, a date or a part number; `listed_before` and
/// `listed_behind` say where it may stand in a list without blanks.
fn stands_alone(text: &str, range: &Range<usize>, listed_before: bool, listed_behind: bool) -> bool {
    let mut before = text.get(..range.start).unwrap_or_default().chars().rev();
    let before_glued = glued(&mut before, listed_before) || (!listed_before && is_money(text, range.start));
    !(before_glued || is_glued_behind(text, range, listed_behind))
}

/// Whether what stands behind a value belongs to the same thing.
fn is_glued_behind(text: &str, range: &Range<usize>, listed: bool) -> bool {
    let mut after = text.get(range.end..).unwrap_or_default().chars();
    let value = text.get(range.clone()).unwrap_or_default();
    value.ends_with(char::is_alphanumeric) && glued(&mut after, listed)
}

/// Whether the next character, or the next two, belong to the same thing.
fn glued(outward: &mut dyn Iterator<Item = char>, listed: bool) -> bool {
    match (outward.next(), outward.next()) {
        (Some(next), _) if next.is_alphanumeric() => true,
        (Some('_'), _) => !listed,
        (Some(',' | '/'), Some(beyond)) => !listed && beyond.is_ascii_digit(),
        (Some('-' | '.'), Some(beyond)) => beyond.is_ascii_digit(),
        _ => false,
    }
}

/// Whether a sign of money stands before `start`.
fn is_money(text: &str, start: usize) -> bool {
    text.get(..start)
        .is_some_and(|head| head.ends_with(['$', '\u{20ac}', '\u{a3}']))
}

/// Values that need no label, at the places where one can start.
pub(in super::super) fn bare(
    window: &Window<'_>,
    forms: &Forms,
    detectors: &[(usize, &Value, f64)],
    found: &mut Vec<Candidate>,
) {
    let text = window.text;
    let first = window.index(window.start);
    let tails = (first..).map_while(|index| window.rest(index));
    for (token, beyond) in tails.filter_map(<[Token]>::split_first) {
        if !may_start(text, token, beyond.first()) {
            continue;
        }
        let places = starting_places(text, token.start).map(|start| (start, forms.at(text, start)));
        let places: Vec<_> = places.filter(|(_, possible)| !possible.is_nothing()).collect();
        for (index, &(detector, value, confidence)) in detectors.iter().enumerate() {
            if places.is_empty() {
                break;
            }
            if value.starts == Starts::Digit && token.has_letter && !token.has_digit {
                continue;
            }
            let mut possible = places.iter().filter(|(_, possible)| possible.includes(index));
            let Some(range) = possible.find_map(|(start, _)| value.at(text, *start, VALUE_WINDOW)) else {
                continue;
            };
            if !value.is_written_well(text.get(range.clone()).unwrap_or_default()) {
                continue;
            }
            found.push(Candidate {
                detector,
                range,
                confidence,
                strength: value.strength(),
                fuzzy: false,
                labelled: false,
            });
        }
    }
}

/// Bytes in which a value must end: an IBAN with spaces, broken over two quoted lines, takes 50, an address 90.
pub(in super::super) const VALUE_WINDOW: usize = 128;

/// Where a value that starts with this token may start: at its bracket or plus sign, or at the token.
pub(in super::super) fn starting_places(text: &str, token: usize) -> impl Iterator<Item = usize> {
    let sign = token
        .checked_sub(1)
        .filter(|&at| matches!(text.as_bytes().get(at), Some(b'(' | b'+')));
    sign.into_iter().chain([token])
}

/// A token with a digit, or a word right before one or before `_`.
fn may_start(text: &str, token: &Token, next: Option<&Token>) -> bool {
    token.has_digit
        || text.as_bytes().get(token.end) == Some(&b'_')
        || next.is_some_and(|next| next.has_digit && next.start.saturating_sub(token.end) <= 2)
}

/// Values that are known by their literal beginning, each of which may be that of several detectors.
pub(in super::super) fn prefixed<'a, I>(
    window: &Window<'_>,
    next: &mut usize,
    prefixes: &AhoCorasick,
    owners: impl Fn(usize) -> I,
    found: &mut Vec<Candidate>,
) where
    I: Iterator<Item = (usize, &'a Value, f64)>,
{
    let text = window.text;
    let begin = window.start.max(*next);
    let last = window.end.saturating_add(prefixes.max_pattern_len()).min(text.len());
    let hits = prefixes.find_iter(Input::new(text).range(begin.min(last)..last));
    for hit in hits.take_while(|hit| hit.start() < window.end) {
        // Within a block there is nothing else.
        if hit.start() < *next {
            continue;
        }
        *next = hit.end();
        for (detector, value, confidence) in owners(hit.pattern().as_usize()) {
            let Some(mut range) = value.at(text, hit.start(), PREFIX_WINDOW) else {
                continue;
            };
            if value.is_block {
                range.end = block::end(text, range.end);
                *next = range.end;
            }
            found.push(Candidate {
                detector,
                range,
                confidence,
                strength: value.strength().max(Strength::Shape),
                fuzzy: false,
                labelled: false,
            });
        }
    }
}

/// Bytes in which a value with a literal beginning must end: tokens and addresses of pages are long.
const PREFIX_WINDOW: usize = 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_of_something_longer_does_not_stand_alone() {
        for (text, alone) in [
            ("x 123 y", true),
            ("(123)", true),
            ("123.", true),
            ("1.123", false),
            ("a123", false),
            ("123-4", false),
            ("$123", false),
            ("MR-123", true),
        ] {
            let start = text.find("123").unwrap();
            assert_eq!(stands_alone(text, &(start..start + 3), false, false), alone, "{text}");
        }
    }

    #[test]
    fn a_checked_value_stands_alone_in_a_list_without_blanks() {
        for (text, alone) in [
            ("1,123,4", true),
            ("1/123/4", true),
            ("a_123_4", true),
            ("$123", true),
            ("1.123", false),
            ("123.4", false),
            ("1-123", false),
            ("a123", false),
            ("123a", false),
        ] {
            let start = text.find("123").unwrap();
            assert_eq!(stands_alone(text, &(start..start + 3), true, true), alone, "{text}");
        }
    }

    #[test]
    fn boundaries_are_taken_out_and_nothing_else_is() {
        for (form, wider) in [
            (r"\d{2}\b", r"\d{2}"),
            (r"a\\b", r"a\\b"),
            (r"(?:a\b|b\b)c", "(?:a|b)c"),
            (r"[\[\]b]\b", r"[\[\]b]"),
            (r"\b{start}a", r"\b{start}a"),
            (r"\Ba", r"\Ba"),
        ] {
            assert_eq!(without_boundaries(form), wider, "{form}");
        }
    }

    #[test]
    fn a_separator_may_be_a_broken_quoted_line() {
        let form = Regex::new(&format!("^{}$", expand(r"\d{sep}\d"))).unwrap();
        for text in ["12", "1-2", "1 2", "1\n2", "1-\n> > 2"] {
            assert!(form.is_match(text), "{text:?}");
        }
        assert!(!form.is_match("1--2"));
    }
}
