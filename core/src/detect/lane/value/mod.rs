//! Values by their form.

mod alone;
mod bare;
mod gate;
mod prefixed;
mod program;

use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use regex::{Regex, RegexBuilder};

use super::super::check::Check;
use super::super::spec::DetectorSpec;
use super::super::work;
use super::super::{DetectError, DetectErrorKind, Strength};
use alone::{is_glued_behind, stands_alone};
pub(in super::super) use bare::bare;
pub(in super::super) use gate::Gate;
pub(in super::super) use prefixed::{Prefixes, prefixed};
pub(in super::super) use program::Programs;
use program::{Astray, Found};

/// The form of a value and the check it must pass.
#[derive(Debug)]
pub(in super::super) struct Value {
    pattern: String,
    /// The program that takes what the pattern takes, where there is one, and where it begins.
    program: Option<(Arc<Programs>, u32)>,
    /// How often the program was run, as far as it matters.
    runs: AtomicU32,
    /// The pattern compiled, once it is needed.
    expression: OnceLock<Option<Regex>>,
    check: Option<&'static Check>,
    /// What a value may start with.
    starts: Starts,
    /// Whether the value is what a group of the form takes.
    has_group: bool,
    /// Whether its letters are capitals where no label speaks for it.
    capitals: bool,
    /// Whether it is the first line of a block.
    is_block: bool,
}

/// The kind of token that a value starts with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Starts {
    Any,
    Digit,
}

impl Value {
    /// The pattern of `spec`, compiled, and its check; `None` when it has no pattern.
    pub(in super::super) fn compile(
        spec: &DetectorSpec,
        check: Option<&'static Check>,
    ) -> Result<Option<Self>, DetectError> {
        let Some(value) = Self::known_good(spec, check) else {
            return Ok(None);
        };
        let Some(expression) = value.expression() else {
            return Err(DetectError::new(
                DetectErrorKind::Pattern,
                format_args!(
                    "detector `{}`: `pattern` is no regular expression, or too large",
                    spec.id
                ),
            ));
        };
        Ok(Some(Self {
            has_group: expression.captures_len() > 1,
            ..value
        }))
    }

    /// The same of a detector whose pattern is known to be good, as those of the catalogue are: it is compiled when it is needed.
    pub(in super::super) fn known_good(spec: &DetectorSpec, check: Option<&'static Check>) -> Option<Self> {
        let pattern = spec.pattern.as_ref()?;
        Some(Self {
            pattern: format!("^(?:{})", expand(pattern)),
            program: None,
            runs: AtomicU32::new(0),
            expression: OnceLock::new(),
            check,
            starts: starts(pattern),
            has_group: has_group(pattern),
            capitals: spec.capitals,
            is_block: spec.block,
        })
    }

    /// The regular expression that it is, as it is compiled.
    pub(in super::super) fn pattern(&self) -> &str {
        &self.pattern
    }

    /// The same with its program, which is that of `form` among others.
    pub(in super::super) fn with_program(self, programs: &Arc<Programs>, form: usize) -> Self {
        let program = programs.start(form).map(|start| (Arc::clone(programs), start));
        Self { program, ..self }
    }

    /// What the pattern takes of the start of `text`: the same by the program and by the expression, which is built where it is
    /// worth it.
    fn found(&self, text: &str) -> Option<Found> {
        let program = self.program.as_ref().filter(|_| self.is_seldom_asked());
        match program.map(|(programs, start)| programs.run(*start, text)) {
            Some(Ok(found)) => found,
            None | Some(Err(Astray)) => self.found_by_expression(text),
        }
    }

    /// Whether building the expression would take longer than it has saved until now. Threads that ask at once count as one.
    fn is_seldom_asked(&self) -> bool {
        let runs = self.runs.load(Ordering::Relaxed);
        if runs < OFTEN {
            self.runs.store(runs.saturating_add(1), Ordering::Relaxed);
        }
        runs < OFTEN
    }

    fn found_by_expression(&self, text: &str) -> Option<Found> {
        let expression = self.expression()?;
        if !self.has_group {
            let end = expression.find(text)?.end();
            return Some(Found { end, group: None });
        }
        let captures = expression.captures(text)?;
        Some(Found {
            end: captures.get_match().end(),
            group: captures.iter().skip(1).flatten().next().map(|group| group.range()),
        })
    }

    /// The pattern compiled; `None` where it is none.
    fn expression(&self) -> Option<&Regex> {
        let compile = || RegexBuilder::new(&self.pattern).size_limit(PATTERN_BYTES).build().ok();
        self.expression.get_or_init(compile).as_ref()
    }

    /// The value that starts at `start`, when one stands there on its own.
    fn at(&self, text: &str, start: usize, window: usize) -> Option<Range<usize>> {
        if self.has_group {
            return self.grouped(text, start, window);
        }
        self.first_whole(text, start, window, |range| self.stands_alone(text, range))
    }

    /// The value that starts at `start`, right behind its label: `MRN00482913`. It is a number.
    fn behind(&self, text: &str, start: usize, window: usize) -> Option<Range<usize>> {
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
            let found = self.found(rest)?;
            let value = rest.get(..found.end)?;
            let range = start..start.saturating_add(found.end);
            if !range.is_empty() && whole(&range) && self.passes(value) {
                return Some(range);
            }
            rest = without_last_word(value)?;
        }
        None
    }

    /// What the group of the form takes of the text at `start`.
    fn grouped(&self, text: &str, start: usize, window: usize) -> Option<Range<usize>> {
        let rest = ahead(text, start, window)?;
        work::count(rest.len());
        let group = self.found(rest)?.group?;
        let value = rest.get(group.clone())?;
        let range = start.saturating_add(group.start)..start.saturating_add(group.end);
        let stands_alone = !is_glued_behind(text, &range, self.has_checksum());
        (!range.is_empty() && stands_alone && self.passes(value)).then_some(range)
    }

    fn passes(&self, value: &str) -> bool {
        self.check.is_none_or(|check| (check.passes)(value))
    }

    /// Whether the letters of a value that no label speaks for are written as they must be.
    fn is_written_well(&self, value: &str) -> bool {
        !(self.capitals && value.contains(|letter: char| letter.is_ascii_lowercase()))
    }

    /// Whether it is a number with a check of its own, which may be spoken.
    fn is_number(&self) -> bool {
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

    /// Whether it is the first line of a block, which is read as far as it goes.
    pub(in super::super) const fn is_block(&self) -> bool {
        self.is_block
    }

    fn has_checksum(&self) -> bool {
        self.strength() >= Strength::Checksum
    }

    fn strength(&self) -> Strength {
        self.check.map_or(Strength::Label, |check| check.strength)
    }
}

/// The form of a detector's value, and the gate that tells cheaply where none of them stands.
#[derive(Clone, Copy)]
pub(in super::super) struct Form<'a> {
    pub(in super::super) detector: usize,
    pub(in super::super) value: &'a Value,
    pub(in super::super) gate: &'a Gate,
}

impl Form<'_> {
    /// The value that starts at `start`, when one stands there on its own.
    pub(super) fn at(&self, text: &str, start: usize, window: usize) -> Option<Range<usize>> {
        let may_stand = self.gate.admits(self.detector, text, start);
        may_stand.then(|| self.value.at(text, start, window)).flatten()
    }

    /// The value that starts at `start`, right behind its label: `MRN00482913`. It is a number.
    pub(super) fn behind(&self, text: &str, start: usize, window: usize) -> Option<Range<usize>> {
        let may_stand = self.gate.admits(self.detector, text, start);
        may_stand.then(|| self.value.behind(text, start, window)).flatten()
    }

    /// Whether it is a number with a check of its own, which may be spoken.
    pub(super) fn is_number(&self) -> bool {
        self.value.is_number()
    }

    pub(super) fn strength(&self) -> Strength {
        self.value.strength()
    }

    const fn is_block(&self) -> bool {
        self.value.is_block()
    }
}

/// Bytes in which a value must end: an IBAN with spaces, broken over two quoted lines, takes 50, an address 90.
pub(super) const VALUE_WINDOW: usize = 128;

/// Where a value that starts with this token may start: at its bracket or plus sign, or at the token.
pub(super) fn starting_places(text: &str, token: usize) -> impl Iterator<Item = usize> {
    sign_before(text, token).into_iter().chain([token])
}

/// Where the bracket or plus sign right before a token stands.
fn sign_before(text: &str, token: usize) -> Option<usize> {
    let before = token.checked_sub(1)?;
    matches!(text.as_bytes().get(before), Some(b'(' | b'+')).then_some(before)
}

/// The text from `start` on, of at most so many bytes.
fn ahead(text: &str, start: usize, window: usize) -> Option<&str> {
    let mut end = start.saturating_add(window).min(text.len());
    while !text.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    text.get(start..end)
}

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

/// To build an expression takes as long as its program takes for so many values more than the expression does.
const OFTEN: u32 = 512;

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

/// Whether a group of `pattern` takes what it stands for.
fn has_group(pattern: &str) -> bool {
    let mut rest = pattern.chars();
    let mut in_class = 0_usize;
    while let Some(sign) = rest.next() {
        match sign {
            '\\' => drop(rest.next()),
            '[' => in_class = in_class.saturating_add(1),
            ']' => in_class = in_class.saturating_sub(1),
            '(' if in_class == 0 => {
                let inside = rest.as_str();
                if !inside.starts_with('?') || inside.starts_with("?P<") || inside.starts_with("?<") {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
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

#[cfg(test)]
mod tests {
    use super::super::super::built_in;
    use super::*;

    #[test]
    fn every_pattern_of_the_catalogue_compiles_and_its_groups_are_known() {
        for spec in built_in().unwrap() {
            let (Some(known), Some(compiled)) = (Value::known_good(&spec, None), Value::compile(&spec, None).unwrap())
            else {
                assert_eq!(spec.pattern, None);
                continue;
            };
            assert_eq!(known.has_group, compiled.has_group, "{}", spec.id);
        }
    }

    #[test]
    fn groups_are_told_from_brackets() {
        for pattern in [r"a(b)", r"(?P<a>b)", r"(?<a>b)", r"[(]\\(a)", r"(?:(a))", r"[\[](a)"] {
            assert!(has_group(pattern), "{pattern}");
        }
        for pattern in [r"a\(b\)", r"(?:a)", r"(?i)a", r"(?i:a)[(]", r"[[(]a]", r"[\](]"] {
            assert!(!has_group(pattern), "{pattern}");
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
