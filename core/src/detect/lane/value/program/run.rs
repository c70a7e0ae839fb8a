//! Following the steps of a program.

use std::ops::Range;

use super::{Either, GROUPS, Look, Programs, Row, Step};

/// What a program took of the start of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Found {
    pub(in super::super) end: usize,
    /// What the first of its groups took that took anything.
    pub(in super::super) group: Option<Range<usize>>,
}

/// It took too long to tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Astray;

/// So many steps tell whether a value stands somewhere, in all but text that is made for it.
const STEPS: usize = 4096;

/// There is room for so many choices without asking for memory.
const CHOICES: usize = 8;

/// Where to go on when a way ends.
#[derive(Clone, Copy)]
enum Choice {
    /// With this step at this place.
    Step(u32, usize),
    /// Behind this row of letters, which ends at the second place and may end as early as at the first.
    Shorter(u32, usize, usize),
    /// With another letter of this row, which has so many and ends at this place.
    Longer(u32, u16, usize),
    /// A mark was here.
    Mark(u8, Option<usize>),
}

/// A text that is being read, and what is known of it.
struct Course<'a> {
    programs: &'a Programs,
    text: &'a str,
    /// Where each group begins and ends.
    marks: [Option<usize>; 2 * (GROUPS + 1)],
    choices: Choices,
    steps: usize,
}

/// Where to go on when ways end, the last first. Few forms have many choices at once.
#[derive(Default)]
struct Choices {
    first: [Option<Choice>; CHOICES],
    count: usize,
    /// Those beyond the first.
    more: Vec<Choice>,
}

impl Choices {
    #[inline]
    fn push(&mut self, choice: Choice) {
        if let Some(free) = self.first.get_mut(self.count) {
            *free = Some(choice);
            self.count = self.count.wrapping_add(1);
        } else {
            self.more.push(choice);
        }
    }

    #[inline]
    fn pop(&mut self) -> Option<Choice> {
        if let Some(choice) = self.more.pop() {
            return Some(choice);
        }
        self.count = self.count.checked_sub(1)?;
        self.first.get(self.count).copied().flatten()
    }
}

impl Programs {
    /// What the program that begins at `start` takes of the start of `text`.
    ///
    /// # Errors
    ///
    /// When it takes too long to tell.
    pub(in super::super) fn run(&self, start: u32, text: &str) -> Result<Option<Found>, Astray> {
        let mut course = Course {
            programs: self,
            text,
            marks: [None; 2 * (GROUPS + 1)],
            choices: Choices::default(),
            steps: 0,
        };
        let end = course.follow(start)?;
        Ok(end.map(|end| Found {
            end,
            group: course.group(),
        }))
    }
}

impl Course<'_> {
    /// Where the first way ends that leads to the end of the program.
    fn follow(&mut self, start: u32) -> Result<Option<usize>, Astray> {
        let mut next = Some((start, 0));
        while let Some((step, place)) = next {
            self.steps = self.steps.saturating_add(1);
            if self.steps > STEPS {
                return Err(Astray);
            }
            let Some(what) = self.programs.step(step) else {
                return Err(Astray);
            };
            if what == Step::Whole {
                return Ok(Some(place));
            }
            next = self.take(what, step, place).or_else(|| self.go_back());
        }
        Ok(None)
    }

    /// Takes a step at a place: the next step, and where.
    #[inline]
    fn take(&mut self, what: Step, step: u32, place: usize) -> Option<(u32, usize)> {
        let behind = step.saturating_add(1);
        match what {
            Step::Letter(letter) => (self.letter(place)? == letter).then(|| (behind, after(place, letter))),
            Step::Class(class) => {
                let letter = self.letter(place).filter(|letter| self.programs.has(class, *letter))?;
                Some((behind, after(place, letter)))
            }
            Step::Row(row) => self.row(row, step, place).map(|place| (behind, place)),
            Step::Either(either) => self.either(either, behind, place),
            Step::Go(step) => Some((step, place)),
            Step::Mark(mark) => {
                let old = self.marks.get_mut(usize::from(mark))?.replace(place);
                self.choose(Choice::Mark(mark, old));
                Some((behind, place))
            }
            Step::Look(look) => self.is_so(look, place).then_some((behind, place)),
            Step::Whole => None,
        }
    }

    /// The better of the two ways that may begin at `place`, the first of which is `here`.
    #[inline]
    fn either(&mut self, either: Either, here: u32, place: usize) -> Option<(u32, usize)> {
        let [is_here, is_other] = match self.text.as_bytes().get(place) {
            Some(byte) => either.heads.map(|head| self.programs.may_begin(head, *byte)),
            None => [true; 2],
        };
        let (first, second) = if either.is_here_first {
            (here, either.other)
        } else {
            (either.other, here)
        };
        match (is_here, is_other) {
            (true, true) => {
                self.choose(Choice::Step(second, place));
                Some((first, place))
            }
            (true, false) => Some((here, place)),
            (false, true) => Some((either.other, place)),
            (false, false) => None,
        }
    }

    #[inline]
    fn choose(&mut self, choice: Choice) {
        self.choices.push(choice);
    }

    /// A row of letters from `place` on: where it ends.
    #[inline]
    fn row(&mut self, row: Row, step: u32, place: usize) -> Option<usize> {
        let (mut end, mut least) = (place, place);
        let most = if row.is_greedy { row.most } else { row.least };
        let (bytes, plain) = (self.text.as_bytes(), self.programs.plain(row.class));
        let mut count = 0_u16;
        while count < most || most == u16::MAX {
            match bytes.get(end) {
                Some(byte) if byte.is_ascii() => {
                    if !plain.has(*byte) {
                        break;
                    }
                    end = end.wrapping_add(1);
                }
                _ => {
                    let letter = self.letter(end).filter(|letter| self.programs.has(row.class, *letter));
                    let Some(letter) = letter else { break };
                    end = after(end, letter);
                }
            }
            count = count.saturating_add(1);
            if count == row.least {
                least = end;
            }
        }
        if count < row.least {
            return None;
        }
        if !row.is_greedy {
            self.choose(Choice::Longer(step, count, end));
        } else if end > least {
            self.choose(Choice::Shorter(step, least, end));
        }
        Some(end)
    }

    /// Goes back to the last choice: the next step, and where.
    fn go_back(&mut self) -> Option<(u32, usize)> {
        loop {
            match self.choices.pop()? {
                Choice::Step(step, place) => return Some((step, place)),
                Choice::Mark(mark, old) => {
                    if let Some(mark) = self.marks.get_mut(usize::from(mark)) {
                        *mark = old;
                    }
                }
                Choice::Shorter(step, least, end) => {
                    if let Some(end) = self.shorter(step, least, end) {
                        return Some((step.saturating_add(1), end));
                    }
                }
                Choice::Longer(step, count, end) => {
                    if let Some(end) = self.longer(step, count, end) {
                        return Some((step.saturating_add(1), end));
                    }
                }
            }
        }
    }

    /// Gives letters of a row back that ends at `end`, until what stands behind it may be the next step.
    fn shorter(&mut self, step: u32, least: usize, mut end: usize) -> Option<usize> {
        let next = self.programs.step(step.saturating_add(1));
        let mut letters = self.text.get(least..end)?.chars().rev();
        let may_follow = |letter: char| match next {
            Some(Step::Letter(wanted)) => letter == wanted,
            Some(Step::Class(class)) => self.programs.has(class, letter),
            _ => true,
        };
        let given_back = letters.find(|letter| {
            end = end.saturating_sub(letter.len_utf8());
            may_follow(*letter)
        });
        given_back?;
        if end > least {
            self.choose(Choice::Shorter(step, least, end));
        }
        Some(end)
    }

    /// Takes another letter of a row of so many that ends at `end`.
    fn longer(&mut self, step: u32, count: u16, end: usize) -> Option<usize> {
        let Some(Step::Row(row)) = self.programs.step(step) else {
            return None;
        };
        if count >= row.most && row.most != u16::MAX {
            return None;
        }
        let letter = self
            .letter(end)
            .filter(|letter| self.programs.has(row.class, *letter))?;
        let end = after(end, letter);
        self.choose(Choice::Longer(step, count.saturating_add(1), end));
        Some(end)
    }

    #[inline]
    fn letter(&self, place: usize) -> Option<char> {
        let byte = *self.text.as_bytes().get(place)?;
        if byte.is_ascii() {
            return Some(byte.into());
        }
        self.text.get(place..)?.chars().next()
    }

    fn is_so(&self, look: Look, place: usize) -> bool {
        let is_edge = || {
            let before = self.text.get(..place).and_then(|text| text.chars().next_back());
            before.is_some_and(is_of_a_word) != self.letter(place).is_some_and(is_of_a_word)
        };
        match look {
            Look::Start => place == 0,
            Look::End => place == self.text.len(),
            Look::Edge => is_edge(),
            Look::NoEdge => !is_edge(),
        }
    }

    /// The first group that took anything.
    fn group(&self) -> Option<Range<usize>> {
        let mut groups = self.marks.chunks_exact(2).skip(1);
        groups.find_map(|marks| match marks {
            [Some(start), Some(end)] => Some(*start..*end),
            _ => None,
        })
    }
}

fn after(place: usize, letter: char) -> usize {
    place.saturating_add(letter.len_utf8())
}

/// As `\w` has it.
fn is_of_a_word(letter: char) -> bool {
    if letter.is_ascii() {
        return letter.is_ascii_alphanumeric() || letter == '_';
    }
    regex_syntax::try_is_word_character(letter).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regex::Regex;

    use super::super::super::super::super::built_in;
    use super::super::super::Value;
    use super::*;

    /// What the regular expression takes of the start of `text`.
    fn expected(pattern: &str, text: &str) -> Option<Found> {
        let captures = Regex::new(pattern).unwrap().captures(text)?;
        let group = captures.iter().skip(1).flatten().next().map(|group| group.range());
        Some(Found {
            end: captures.get(0).unwrap().end(),
            group,
        })
    }

    fn anchored(pattern: &str) -> String {
        format!("^(?:{pattern})")
    }

    #[test]
    fn every_form_of_the_catalogue_has_a_program() {
        for spec in built_in().unwrap() {
            let Some(value) = Value::known_good(&spec, None) else {
                continue;
            };
            let programs = Programs::of([Some(value.pattern.as_str())].into_iter());
            assert!(programs.start(0).is_some(), "{}", spec.id);
        }
    }

    #[test]
    fn a_program_takes_what_its_expression_takes() {
        for (pattern, texts) in [
            ("a|ab", &["ab", "b", ""][..]),
            ("(?:a|ab)(?:c|bcd)", &["abcd", "abc", "ac"]),
            ("a*?b", &["aab", "b", "aa"]),
            ("a{2,3}?a", &["aaaa", "aa", "aaa"]),
            ("(a)|(b)c?", &["a", "bc", "c"]),
            ("(?:(a)|b)+", &["ab", "ba", "bb"]),
            (r"[a-zß-ü]+\b.", &["straße 1", "a", "äb-"]),
            (r"\B-|\b-", &["-a", "a"]),
            ("(?i)k{1,2}$", &["K", "\u{212a}k", "kkk"]),
            ("[^a]{0,3}é?", &["bbbé", "é", "a"]),
            ("(?:a?){3}b", &["aab", "b", "aaaab"]),
        ] {
            let pattern = anchored(pattern);
            let programs = Programs::of([Some(pattern.as_str())].into_iter());
            for text in texts {
                let found = programs.run(programs.start(0).unwrap(), text);
                assert_eq!(found, Ok(expected(&pattern, text)), "{pattern} {text}");
            }
        }
    }

    #[test]
    fn a_program_that_goes_astray_says_so() {
        let pattern = anchored("(?:[ab]+c?)*d");
        let programs = Programs::of([Some(pattern.as_str())].into_iter());
        assert_eq!(programs.run(programs.start(0).unwrap(), &"a".repeat(100)), Err(Astray));
    }

    #[test]
    fn what_no_program_follows_has_none() {
        let none = [Some("(?:a?)*"), Some("("), Some(r"(?m)^a"), None];
        let programs = Programs::of(none.into_iter());
        assert!((0..none.len()).all(|form| programs.start(form).is_none()));
    }

    fn pattern() -> impl Strategy<Value = String> {
        let letters =
            prop::sample::select(&["a", "b", "é", "[ab]", "[^a]", "(?i:k)", r"\b", r"\B", "", "[a-é]", "$"][..]);
        letters.prop_map(str::to_owned).prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                (inner.clone(), inner.clone()).prop_map(|(one, other)| format!("{one}{other}")),
                (inner.clone(), inner.clone()).prop_map(|(one, other)| format!("(?:{one}|{other})")),
                inner.clone().prop_map(|inner| format!("({inner})")),
                (
                    inner,
                    prop::sample::select(&["*", "+?", "?", "??", "{2}", "{1,3}", "{0,2}?"][..])
                )
                    .prop_map(|(inner, times)| format!("(?:{inner}){times}")),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn any_program_takes_what_its_expression_takes(pattern in pattern(), text in "[abékK\u{212a} ]{0,8}") {
            let pattern = anchored(&pattern);
            let programs = Programs::of([Some(pattern.as_str())].into_iter());
            if let Some(start) = programs.start(0) && let Ok(found) = programs.run(start, &text) {
                prop_assert_eq!(found, expected(&pattern, &text), "{}", pattern);
            }
        }
    }
}
