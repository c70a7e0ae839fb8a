use std::cell::{OnceCell, RefCell};
use std::ops::Range;

use super::super::phrases::Phrases;
use super::super::token::{Token, tokens};
use super::super::work;
use super::record;
use super::spoken::Spoken;
use super::value::{Form, VALUE_WINDOW, starting_places};
use super::words::words;
use super::{Candidate, Strength, Window, digest};

/// A detector that is looked for after a label.
pub(in super::super) struct Labelled<'a> {
    pub(in super::super) detector: usize,
    pub(in super::super) value: Form<'a>,
    pub(in super::super) confidence: f64,
    pub(in super::super) reach: usize,
    pub(in super::super) links: &'a Links,
    pub(in super::super) far: bool,
}

/// What stands right before a value, behind its label; and what says that it is the value of another label.
#[derive(Debug, Default)]
pub(in super::super) struct Links {
    signs: Vec<String>,
    words: Hashes,
    unless: Hashes,
}

/// A few hashes of words, in order.
#[derive(Debug, Default)]
struct Hashes {
    hashes: Vec<u64>,
    /// A bit for each of them: of most words it says that they are none.
    bits: u64,
}

impl Hashes {
    fn of(words: &[&String]) -> Self {
        let mut hashes: Vec<u64> = words
            .iter()
            .flat_map(|word| tokens(word))
            .map(|token| token.hash)
            .collect();
        hashes.sort_unstable();
        Self {
            bits: hashes.iter().fold(0, |bits, hash| bits | 1 << (hash & 63)),
            hashes,
        }
    }

    #[inline]
    fn has(&self, hash: u64) -> bool {
        self.bits >> (hash & 63) & 1 == 1 && self.hashes.binary_search(&hash).is_ok()
    }
}

impl Links {
    pub(in super::super) fn of(links: &[String], unless: &[String]) -> Self {
        let is_word = |link: &&String| link.chars().all(char::is_alphanumeric);
        let (words, signs): (Vec<_>, Vec<_>) = links.iter().partition(is_word);
        Self {
            signs: signs.into_iter().cloned().collect(),
            words: Hashes::of(&words),
            unless: Hashes::of(&unless.iter().collect::<Vec<_>>()),
        }
    }

    /// Whether `word` of `text`, as it is written, stands right before a value.
    fn includes(&self, text: &str, word: &Token) -> bool {
        self.words.has(written(text, word))
    }

    fn speak_against(&self, text: &str, word: &Token) -> bool {
        self.unless.bits != 0 && self.unless.has(written(text, word))
    }

    fn are_asked_for(&self) -> bool {
        !self.signs.is_empty() || self.words.bits != 0
    }
}

/// The hash of a word without the corrections of its spelling. One that is as the text has it is looked up, and not misspelt.
fn written(text: &str, word: &Token) -> u64 {
    if word.marks.is_looked_up() && !word.is_fuzzy {
        return word.hash;
    }
    digest(text.get(word.start..word.end).unwrap_or_default())
}

/// Values that stand after a label. `owner` gives the detectors that a label announces.
pub(in super::super) fn labelled<'a, I>(
    window: &Window<'_>,
    next: &mut usize,
    labels: &Phrases,
    owners: impl Fn(u32) -> I,
    found: &mut Vec<Candidate>,
) where
    I: Iterator<Item = Labelled<'a>>,
{
    let text = window.text;
    let words = words(text, window.tokens);
    let begin = window.start.max(*next);
    let mut index = words.partition_point(|word| word.start < begin);
    while let Some(rest) = words.get(index..).filter(|rest| starts_before(rest, window.end)) {
        let Some(hit) = labels.longest(text, rest) else {
            index = index.saturating_add(1);
            continue;
        };
        let Some((label, after)) = rest.split_at_checked(hit.tokens) else {
            break;
        };
        let before = words.get(..index).unwrap_or_default();
        let place = Place::of(text, label, before, after, labels);
        found.extend(owners(hit.owner).filter_map(|owner| place.value_of(&owner)));
        index = index.saturating_add(step(text, labels, rest, hit.tokens));
    }
    *next = words.get(index).map_or(text.len(), |word| word.start);
}

/// How many words further the next label may begin, behind one of so many words: within it, where it goes on beyond it, such
/// as `id number` in `sample id number`.
fn step(text: &str, labels: &Phrases, rest: &[Token], words: usize) -> usize {
    let goes_beyond = |at: &usize| {
        let inner = rest.get(*at..).and_then(|rest| labels.longest(text, rest));
        inner.is_some_and(|inner| at.saturating_add(inner.tokens) > words)
    };
    (1..words).find(goes_beyond).unwrap_or(words)
}

fn starts_before(rest: &[Token], end: usize) -> bool {
    rest.first().is_some_and(|word| word.start < end)
}

/// A label in a text, and the words around it.
struct Place<'a> {
    text: &'a str,
    start: usize,
    end: usize,
    is_fuzzy: bool,
    /// Within a longer word: `userName`.
    is_inner: bool,
    /// In brackets, as redaction writes what it takes out: `[US_SSN]`. It announces nothing but what stands right behind it.
    is_bracketed: bool,
    before: &'a [Token],
    after: &'a [Token],
    labels: &'a Phrases,
    /// The last place at which a value may start that belongs to it.
    near: usize,
    /// Where the value of the record starts that the label is the key of, and what it took to see: the same for every detector.
    record: OnceCell<(Option<usize>, usize)>,
    /// The spoken numbers at the first words behind it, as far as they were asked for.
    spoken: RefCell<Vec<Option<Spoken>>>,
}

impl<'a> Place<'a> {
    fn of(text: &'a str, label: &[Token], before: &'a [Token], after: &'a [Token], labels: &'a Phrases) -> Self {
        let start = label.first().map_or(0, |word| word.start);
        let end = label.last().map_or(0, |word| word.end);
        let front = text.get(..start).unwrap_or_default();
        Self {
            text,
            start,
            end,
            is_fuzzy: label.iter().any(|word| word.is_fuzzy),
            is_inner: front.ends_with(char::is_alphanumeric),
            is_bracketed: is_bracketed(text, start, end),
            before,
            after,
            labels,
            near: near(text, end),
            record: OnceCell::new(),
            spoken: RefCell::default(),
        }
    }

    fn value_of(&self, owner: &Labelled<'_>) -> Option<Candidate> {
        if self.is_bracketed && owner.links.are_asked_for() && !self.is_said(owner) {
            return None;
        }
        if self.is_bracketed && !owner.links.are_asked_for() {
            let right_behind = &Labelled { reach: 1, ..*owner };
            let range = self.first_after(right_behind)?;
            return Some(self.candidate(owner, range, owner.confidence));
        }
        let range = if owner.links.are_asked_for() {
            if self.is_front() {
                return None;
            }
            self.first_linked(owner).or_else(|| self.in_record(owner))
        } else {
            let near = self.first_after(owner).or_else(|| self.last_before(owner));
            near.or_else(|| self.in_record(owner)).or_else(|| self.spoken(owner))
        };
        if let Some(range) = range {
            let is_word = |range: &Range<usize>| {
                !self
                    .text
                    .get(range.clone())
                    .is_some_and(|value| value.contains(is_digit))
            };
            return (!self.is_inner || !is_word(&range)).then(|| self.candidate(owner, range, owner.confidence));
        }
        let range = owner.far.then(|| self.far_behind(owner)).flatten()?;
        Some(self.candidate(owner, range, owner.confidence * FAR))
    }

    /// Whether one of the signs of `owner` stands right behind the bracket of the label: `[PASSWORD]: `.
    fn is_said(&self, owner: &Labelled<'_>) -> bool {
        let rest = self.text.get(self.end..).unwrap_or_default();
        let behind = rest.trim_start_matches(|letter: char| letter.is_ascii_uppercase() || letter == '_');
        let behind = behind.trim_start_matches([']', ' ']);
        owner.links.signs.iter().any(|sign| behind.starts_with(sign.as_str()))
    }

    /// Whether a longer word begins with the label, and is another: `passYear`, `passwordHash`.
    fn is_front(&self) -> bool {
        let behind = self.text.get(self.end..).and_then(|rest| rest.chars().next());
        behind.is_some_and(char::is_alphabetic)
    }

    fn candidate(&self, owner: &Labelled<'_>, range: Range<usize>, confidence: f64) -> Candidate {
        Candidate {
            detector: owner.detector,
            range,
            confidence,
            strength: owner.value.strength().max(Strength::Label),
            fuzzy: self.is_fuzzy,
            labelled: true,
        }
    }

    /// The first value of `owner` among the words after the label.
    fn first_after(&self, owner: &Labelled<'_>) -> Option<Range<usize>> {
        let near = self
            .near(owner.reach)
            .iter()
            .take_while(|word| !owner.links.speak_against(self.text, word));
        near.map(|word| word.start)
            .take_while(|start| !(owner.value.is_number() && self.is_after_plus(*start)))
            .flat_map(|start| starting_places(self.text, start))
            .find_map(|start| self.value_at(owner, start))
            .filter(|range| !is_next_label(self.text, self.end, range))
    }

    /// Whether what starts at `start` is a telephone number with its country's code.
    fn is_after_plus(&self, start: usize) -> bool {
        self.text.get(..start).is_some_and(|front| front.ends_with('+'))
    }

    /// The value of `owner` that starts at `start`, which may be glued to the label: `MRN00482913`.
    fn value_at(&self, owner: &Labelled<'_>, start: usize) -> Option<Range<usize>> {
        if start == self.end {
            return owner.value.behind(self.text, start, VALUE_WINDOW);
        }
        owner.value.at(self.text, start, VALUE_WINDOW)
    }

    /// The words behind the label that a value may start with; the pieces of one word count once.
    fn near(&self, reach: usize) -> &'a [Token] {
        let (mut count, mut end) = (0_usize, None);
        let near = self.after.iter().take_while(|word| {
            count = count.wrapping_add(usize::from(end != Some(word.start)));
            end = Some(word.end);
            count <= reach && word.start <= self.near
        });
        self.after.get(..near.count()).unwrap_or_default()
    }

    /// The first value of `owner` right behind one of its links: `password for the VPN: Qx7!frost9Lamp`. A sign says more
    /// than a word.
    fn first_linked(&self, owner: &Labelled<'_>) -> Option<Range<usize>> {
        let near = self.near(owner.reach.saturating_add(1));
        self.behind_sign(owner, near).or_else(|| self.behind_word(owner, near))
    }

    fn behind_sign(&self, owner: &Labelled<'_>, near: &[Token]) -> Option<Range<usize>> {
        let signs = &owner.links.signs;
        let mut end = self.end;
        for word in near {
            let gap = self.text.get(end..word.start).unwrap_or_default();
            let behind = signs
                .iter()
                .find_map(|sign| Some(place_of(sign, gap)?.saturating_add(sign.len())));
            if let Some(range) = behind.and_then(|behind| self.unquoted(owner, end.saturating_add(behind))) {
                return Some(range);
            }
            if ends_sentence(gap) || owner.links.speak_against(self.text, word) {
                return None;
            }
            end = word.end;
        }
        // A value without a letter or digit near: `!?$`.
        let rest = self
            .text
            .get(end..)
            .filter(|_| near.len() <= owner.reach)?
            .trim_start_matches(' ');
        let sign = signs.iter().find(|sign| rest.starts_with(sign.as_str()))?;
        let start = self.text.len().saturating_sub(rest.len()).saturating_add(sign.len());
        self.unquoted(owner, start)
    }

    fn behind_word(&self, owner: &Labelled<'_>, near: &[Token]) -> Option<Range<usize>> {
        let (mut end, mut is_said) = (self.end, false);
        for word in near {
            let gap = self.text.get(end..word.start).unwrap_or_default();
            if let Some(range) = is_said.then(|| self.unquoted(owner, end)).flatten() {
                return Some(range);
            }
            if ends_sentence(gap) || owner.links.speak_against(self.text, word) {
                return None;
            }
            (is_said, end) = (owner.links.includes(self.text, word), word.end);
        }
        None
    }

    /// The value of `owner` at `start` or behind blanks and the quotes that follow.
    fn unquoted(&self, owner: &Labelled<'_>, start: usize) -> Option<Range<usize>> {
        let rest = self.text.get(start..)?;
        let blank = rest
            .len()
            .saturating_sub(rest.trim_start_matches(BLANKS).len())
            .min(LABEL_GAP);
        let quoted = rest
            .len()
            .saturating_sub(rest.trim_start_matches(QUOTES).len())
            .min(LABEL_GAP);
        let broken = rest
            .get(..quoted.max(blank))
            .is_some_and(|gap| gap.matches('\n').count() > 1);
        if broken {
            return None;
        }
        let places = [start.saturating_add(blank), start.saturating_add(quoted)];
        places
            .into_iter()
            .find_map(|start| owner.value.at(self.text, start, VALUE_WINDOW))
    }

    /// The value that the record says, whose key or name the label is: `{"key":"password","value":"Qx7!frost9Lamp"}`.
    fn in_record(&self, owner: &Labelled<'_>) -> Option<Range<usize>> {
        let mut is_known = true;
        let (start, took) = self.record.get_or_init(|| {
            is_known = false;
            work::of(|| record::value_of(self.text, self.start..self.end))
        });
        if is_known {
            // It counts for each detector, as if it were looked for again.
            work::count(*took);
        }
        owner.value.at(self.text, (*start)?, VALUE_WINDOW)
    }

    /// A value whose digits are written as words or as letters that look like them: `two one nine`, `2l9-O9-9994`.
    fn spoken(&self, owner: &Labelled<'_>) -> Option<Range<usize>> {
        if !owner.value.is_number() {
            return None;
        }
        let mut near = self.near(owner.reach).iter().enumerate();
        let mut known = self.spoken.borrow_mut();
        near.find_map(|(index, word)| {
            if known.len() == index {
                known.push(Spoken::at(self.text, word.start));
            }
            let spoken = known.get(index)?.as_ref()?;
            let range = owner.value.at(spoken.text(), 0, VALUE_WINDOW)?;
            spoken.place(range)
        })
    }

    /// The value of `owner` that ends before the label which is said of it.
    fn last_before(&self, owner: &Labelled<'_>) -> Option<Range<usize>> {
        let end = value_end(self.text, self.start)?;
        let near = self.before.iter().rev().skip_while(|word| word.end > end).take(GROUPS);
        let numbers = near.take_while(|word| word.has_digit);
        numbers
            .flat_map(|word| starting_places(self.text, word.start))
            .filter_map(|start| owner.value.at(self.text, start, VALUE_WINDOW))
            .find(|range| range.end == end)
    }

    /// The value of `owner` up to two sentences behind the label: the first number there, before any other label.
    fn far_behind(&self, owner: &Labelled<'_>) -> Option<Range<usize>> {
        let (mut end, mut sentences) = (self.end, 0_usize);
        for (index, word) in self.after.iter().enumerate().take(FAR_WORDS) {
            work::count(1);
            let gap = self.text.get(end..word.start).unwrap_or_default();
            sentences = sentences.saturating_add(usize::from(ends_sentence(gap)));
            if sentences > FAR_SENTENCES || gap.matches('\n').count() > 1 {
                return None;
            }
            if word.has_digit {
                let names_another = index
                    .checked_sub(1)
                    .and_then(|last| self.after.get(last))
                    .is_some_and(|last| {
                        let last = self.text.get(last.start..last.end).unwrap_or_default();
                        OTHERS.iter().any(|other| last.eq_ignore_ascii_case(other))
                    });
                let place = if names_another { None } else { Some(word.start) };
                return place.and_then(|start| owner.value.at(self.text, start, VALUE_WINDOW));
            }
            if self
                .labels
                .longest(self.text, self.after.get(index..).unwrap_or_default())
                .is_some()
            {
                return None;
            }
            end = word.end;
        }
        None
    }
}

/// Where `sign`, which is short as a gap is, stands first.
fn place_of(sign: &str, gap: &str) -> Option<usize> {
    let (sign, gap) = (sign.as_bytes(), gap.as_bytes());
    match sign {
        [] => Some(0),
        [sign] => gap.iter().position(|byte| byte == sign),
        _ => gap.windows(sign.len()).position(|piece| piece == sign),
    }
}

/// Whether a label is written in capitals between brackets, with what else stands there: `[HEALTH_PLAN_ID]`.
fn is_bracketed(text: &str, start: usize, end: usize) -> bool {
    let inside = |letter: char| letter.is_ascii_uppercase() || letter == '_';
    let front = text.get(..start).unwrap_or_default().trim_end_matches(inside);
    let label = text.get(start..end).unwrap_or_default();
    let rest = text.get(end..).unwrap_or_default().trim_start_matches(inside);
    front.ends_with('[') && label.chars().all(inside) && rest.starts_with([']', ':'])
}

const fn is_digit(letter: char) -> bool {
    letter.is_ascii_digit()
}

/// Whether a sentence ends in what stands between two words.
fn ends_sentence(gap: &str) -> bool {
    let end = gap.find(['.', '?', '!', ';']);
    end.is_some_and(|at| {
        gap.get(at.saturating_add(1)..)
            .is_some_and(|rest| rest.starts_with([' ', '\n', '\t']))
    })
}

/// Where a number ends that the label at `label` is said of: `48213377 is her MRN`, `536904399 (SSN)`.
fn value_end(text: &str, label: usize) -> Option<usize> {
    let head = text.get(..label)?.trim_end_matches(' ');
    let head = if let Some(head) = head.strip_suffix('(') {
        head
    } else {
        let whose = OWNERS.iter().find_map(|owner| head.strip_suffix(owner)).unwrap_or(head);
        VERBS.iter().find_map(|verb| whose.strip_suffix(verb))?
    };
    let head = head.trim_end_matches([' ', ',']);
    head.ends_with(|last: char| last.is_ascii_digit()).then_some(head.len())
}

/// Whose number it is said to be.
const OWNERS: &[&str] = &[" my", " her", " his", " your", " our", " their", " the", "'s"];
const VERBS: &[&str] = &[" is", " was", " =", " as"];
/// A value has so many groups of digits at most.
const GROUPS: usize = 6;
/// What a number right behind one of these words is, that no label announces.
const OTHERS: &[&str] = &[
    "batch",
    "box",
    "case",
    "ext",
    "extension",
    "flight",
    "invoice",
    "issue",
    "item",
    "job",
    "lot",
    "order",
    "page",
    "po",
    "room",
    "suite",
    "ticket",
    "tracking",
    "version",
];
/// A value may stand so many sentences behind that of its label.
const FAR_SENTENCES: usize = 2;
const FAR_WORDS: usize = 40;
/// How much surer a value is right beside its label.
const FAR: f64 = 0.85;
const BLANKS: &[char] = &[' ', '\t', '\n', '\r'];
/// What stands around a value in prose, markup and code.
const QUOTES: &[char] = &[
    ' ', '\t', '\n', '\r', '"', '\'', '`', '*', '\\', '\u{201c}', '\u{201e}', '\u{ab}', '\u{2018}',
];

/// The last place at which a value can start that belongs to a label that ends at `end`: no blank line stands between them.
fn near(text: &str, end: usize) -> usize {
    let farthest = end.saturating_add(LABEL_GAP);
    let ahead = text.as_bytes().get(end..farthest.min(text.len())).unwrap_or_default();
    let blank = ahead.windows(2).position(|two| two == b"\n\n");
    blank.map_or(farthest, |blank| end.saturating_add(blank).saturating_add(1))
}

/// Whether what stands behind the label that ends at `end` is a label itself: `Name: Signature:`. A colon behind a
/// salutation makes none of it: `Dear Ann:`.
fn is_next_label(text: &str, end: usize, range: &Range<usize>) -> bool {
    let words = text.get(range.clone()).unwrap_or_default();
    let colon = |text: Option<&str>| text.is_some_and(|text| text.trim_start_matches(' ').starts_with(':'));
    colon(text.get(end..range.start))
        && colon(text.get(range.end..))
        && !words.contains(|letter: char| letter.is_ascii_digit())
}

/// Bytes between a label and its value: `number (please keep it at hand) is `.
const LABEL_GAP: usize = 80;
