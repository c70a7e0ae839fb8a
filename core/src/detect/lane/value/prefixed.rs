use std::ops::RangeInclusive;

use super::super::{Candidate, Strength, Window, block};
use super::Form;

/// Literal beginnings of values, each with the detectors whose values begin so.
#[derive(Debug)]
pub(in super::super::super) struct Prefixes {
    /// In the order of their bytes.
    list: Vec<(Box<str>, Vec<usize>)>,
    /// The two bytes that each of them begins with.
    pairs: Bits,
    /// The three, of which some share their bit with others.
    triples: Bits,
}

/// A bit for each number of sixteen bits.
#[derive(Debug)]
struct Bits(Box<[u64; 1 << 10]>);

impl Prefixes {
    /// The `prefixes`, each with the detector that has it.
    pub(in super::super::super) fn of<'a>(prefixes: impl Iterator<Item = (usize, &'a String)>) -> Self {
        let mut prefixes: Vec<_> = prefixes.map(|(detector, prefix)| (prefix.as_str(), detector)).collect();
        prefixes.sort_unstable();
        let mut list: Vec<(Box<str>, Vec<usize>)> = Vec::new();
        for (prefix, detector) in prefixes {
            match list.last_mut() {
                Some((before, owners)) if **before == *prefix => owners.push(detector),
                _ => list.push((prefix.into(), vec![detector])),
            }
        }
        let (mut pairs, mut triples) = (Bits::none(), Bits::none());
        for (prefix, _) in &list {
            for (first, second) in beginnings(prefix.as_bytes()) {
                pairs.add(pair(first, second));
                for third in any(prefix.as_bytes().get(2)) {
                    triples.add(triple(first, second, third));
                }
            }
        }
        Self { list, pairs, triples }
    }

    /// The memory they hold, in bytes.
    pub(in super::super::super) fn memory(&self) -> usize {
        let list = self.list.iter().map(|(prefix, owners)| {
            let entry = size_of::<(Box<str>, Vec<usize>)>();
            entry
                .saturating_add(prefix.len())
                .saturating_add(size_of_val(owners.as_slice()))
        });
        let bits = size_of_val(&*self.pairs.0).saturating_add(size_of_val(&*self.triples.0));
        list.sum::<usize>().saturating_add(bits)
    }

    /// The first place from `start` on, before `end`, where one of them may stand.
    fn next(&self, bytes: &[u8], start: usize, end: usize) -> Option<usize> {
        if self.list.is_empty() {
            return None;
        }
        let last = end.saturating_add(1).min(bytes.len());
        let ahead = bytes.get(start..last)?;
        let mut found = None;
        let mut begin = 0_usize;
        while let Some(at) = self.pairs.first_in(ahead.get(begin..).unwrap_or_default()) {
            let at = begin.saturating_add(at);
            let place = start.saturating_add(at);
            if bytes
                .get(place..place.saturating_add(3))
                .is_none_or(|three| self.triples.has_three(three))
            {
                found = Some(place);
                break;
            }
            begin = at.saturating_add(1);
        }
        // The last byte of a text may be a whole prefix.
        let is_last = || last == end && end > start && self.list.iter().any(|(prefix, _)| prefix.len() < 2);
        found.or_else(|| is_last().then(|| end.saturating_sub(1)))
    }

    /// The longest of them with which `rest` begins.
    fn longest(&self, rest: &[u8]) -> Option<&(Box<str>, Vec<usize>)> {
        let mut length = rest.len();
        loop {
            let upto = rest.get(..length)?;
            let before = self.list.partition_point(|(prefix, _)| prefix.as_bytes() <= upto);
            let nearest = self.list.get(before.checked_sub(1)?)?;
            let prefix = nearest.0.as_bytes();
            let common = prefix.iter().zip(upto).take_while(|(one, other)| one == other).count();
            if common == prefix.len() {
                return Some(nearest);
            }
            length = common;
        }
    }
}

/// The two bytes with which a text begins that begins with `prefix`.
fn beginnings(prefix: &[u8]) -> impl Iterator<Item = (u8, u8)> {
    let second = any(prefix.get(1));
    any(prefix.first()).flat_map(move |first| second.clone().map(move |second| (first, second)))
}

/// The bytes that stand where a prefix has this one, or none.
fn any(byte: Option<&u8>) -> RangeInclusive<u8> {
    byte.map_or(0..=u8::MAX, |byte| *byte..=*byte)
}

/// The number of the bit of two bytes.
fn pair(first: u8, second: u8) -> u16 {
    u16::from_be_bytes([first, second])
}

/// The number of the bit of three bytes.
fn triple(first: u8, second: u8, third: u8) -> u16 {
    pair(first, second).wrapping_mul(0x9e37) ^ u16::from(third).wrapping_mul(0x0107)
}

impl Bits {
    fn none() -> Self {
        Self(Box::new([0; 1 << 10]))
    }

    fn add(&mut self, number: u16) {
        if let Some(word) = self.0.get_mut(usize::from(number >> 6)) {
            *word |= 1 << (number & 63);
        }
    }

    #[inline]
    fn has(&self, number: u16) -> bool {
        let word = self.0.get(usize::from(number >> 6));
        word.is_some_and(|word| word >> (number & 63) & 1 == 1)
    }

    fn has_three(&self, bytes: &[u8]) -> bool {
        matches!(bytes, [first, second, third] if self.has(triple(*first, *second, *third)))
    }

    /// Where the first two bytes stand in `bytes` whose bit is set.
    fn first_in(&self, bytes: &[u8]) -> Option<usize> {
        let (first, rest) = bytes.split_first()?;
        let mut last = *first;
        rest.iter().position(|byte| {
            let two = pair(last, *byte);
            last = *byte;
            self.has(two)
        })
    }
}

/// Values that are known by their literal beginning, which may be that of several detectors; `form` gives the form of a detector
/// and how sure it is.
pub(in super::super::super) fn prefixed<'a>(
    window: &Window<'_>,
    next: &mut usize,
    prefixes: &Prefixes,
    form: impl Fn(usize) -> Option<(usize, Form<'a>, f64)>,
    found: &mut Vec<Candidate>,
) {
    let text = window.text;
    let mut from = window.start.max(*next);
    while let Some(start) = prefixes.next(text.as_bytes(), from, window.end) {
        from = start.saturating_add(1);
        let Some((prefix, owners)) = text.as_bytes().get(start..).and_then(|rest| prefixes.longest(rest)) else {
            continue;
        };
        from = from.max(start.saturating_add(prefix.len()));
        // Within a block there is nothing else.
        if start < *next {
            continue;
        }
        *next = start.saturating_add(prefix.len());
        for (detector, form, confidence) in owners.iter().filter_map(|owner| form(*owner)) {
            let Some(mut range) = form.at(text, start, PREFIX_WINDOW) else {
                continue;
            };
            if form.is_block() {
                range.end = block::end(text, range.end);
                *next = range.end;
            }
            found.push(Candidate {
                detector,
                range,
                confidence,
                strength: form.strength().max(Strength::Shape),
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
    use aho_corasick::{AhoCorasick, MatchKind};
    use proptest::prelude::*;

    use super::*;

    /// Where each prefix stands, one behind the other.
    fn stands(prefixes: &Prefixes, text: &str, stretch: usize) -> Vec<(usize, String)> {
        let mut found = Vec::new();
        let (mut from, mut begin) = (0, 0);
        while begin < text.len() {
            let end = (begin + stretch).min(text.len());
            while let Some(start) = prefixes.next(text.as_bytes(), from.max(begin), end) {
                from = start + 1;
                if let Some((prefix, _)) = prefixes.longest(&text.as_bytes()[start..]) {
                    from = from.max(start + prefix.len());
                    found.push((start, prefix.to_string()));
                }
            }
            begin = end;
        }
        found
    }

    proptest! {
        #[test]
        fn the_longest_prefix_is_found_wherever_one_stands(
            list in prop::collection::vec("[a-cé]{1,4}", 1..8),
            text in "[a-cé]{0,24}",
            stretch in 1_usize..30,
        ) {
            let prefixes = Prefixes::of(list.iter().map(|prefix| (0, prefix)));
            let automaton = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&list).unwrap();
            let wanted = automaton.find_iter(&text);
            let wanted: Vec<_> = wanted.map(|hit| (hit.start(), text.get(hit.range()).unwrap().to_owned())).collect();
            prop_assert_eq!(stands(&prefixes, &text, stretch), wanted);
        }
    }

    #[test]
    fn an_empty_prefix_stands_everywhere_and_none_nowhere() {
        let list = [String::new(), "b".to_owned()];
        let places = |list: &[String]| stands(&Prefixes::of(list.iter().map(|prefix| (0, prefix))), "abc", 9);
        let prefixes: Vec<_> = places(&list)
            .into_iter()
            .map(|(start, prefix)| (start, prefix.len()))
            .collect();
        assert_eq!(prefixes, [(0, 0), (1, 1), (2, 0)]);
        assert_eq!(places(&[]), []);
    }
}
