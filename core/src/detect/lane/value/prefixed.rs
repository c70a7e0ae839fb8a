use std::ops::RangeInclusive;

use super::super::{Candidate, Strength, Window, block};
use super::Form;

/// Literal beginnings of values, each with the detectors whose values begin so.
#[derive(Debug)]
pub(in super::super::super) struct Prefixes {
    /// In the order of their bytes.
    list: Vec<(Box<str>, Vec<usize>)>,
    /// Where in the list those begin that begin with each byte, and where the last of them end.
    firsts: Vec<usize>,
    beginnings: Beginnings,
}

/// The groups of prefixes that have a byte at their first place, at their second and at their third, a bit for each group. Those
/// that begin with the same two bytes are one group.
#[derive(Debug)]
struct Beginnings(Box<[[u64; 256]; 3]>);

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
        let beginnings = Beginnings::of(list.iter().map(|(prefix, _)| prefix.as_bytes()));
        let before = |byte: usize| {
            list.partition_point(|(prefix, _)| prefix.as_bytes().first().is_none_or(|first| usize::from(*first) < byte))
        };
        Self {
            firsts: (0..=256).map(before).collect(),
            list,
            beginnings,
        }
    }

    /// The memory they hold, in bytes.
    pub(in super::super::super) fn memory(&self) -> usize {
        let list = self.list.iter().map(|(prefix, owners)| {
            let entry = size_of::<(Box<str>, Vec<usize>)>();
            entry
                .saturating_add(prefix.len())
                .saturating_add(size_of_val(owners.as_slice()))
        });
        list.sum::<usize>()
            .saturating_add(size_of_val(self.firsts.as_slice()))
            .saturating_add(size_of_val(&*self.beginnings.0))
    }

    /// The first place from `start` on, before `end`, where one of them may stand.
    fn next(&self, bytes: &[u8], start: usize, end: usize) -> Option<usize> {
        if self.list.is_empty() {
            return None;
        }
        // A place and the two bytes behind it.
        let ahead = bytes.get(start..end.saturating_add(2).min(bytes.len()))?;
        let found = self.beginnings.first_in(ahead);
        // The last two bytes of a text may be a whole prefix.
        let last = start.max(bytes.len().saturating_sub(2))..end;
        let found = found.map(|at| start.saturating_add(at));
        found.or_else(|| last.into_iter().next())
    }

    /// The longest of them with which `rest` begins.
    fn longest(&self, rest: &[u8]) -> Option<&(Box<str>, Vec<usize>)> {
        let mut upto = rest;
        while let Some(nearest) = self.nearest(upto) {
            let prefix = nearest.0.as_bytes();
            let common = prefix.iter().zip(upto).take_while(|(one, other)| one == other).count();
            if common == prefix.len() {
                return Some(nearest);
            }
            upto = rest.get(..common)?;
        }
        self.list.first().filter(|(prefix, _)| prefix.is_empty())
    }

    /// The last in the order of their bytes that begins as `upto` does and does not stand behind it.
    fn nearest(&self, upto: &[u8]) -> Option<&(Box<str>, Vec<usize>)> {
        let first = usize::from(*upto.first()?);
        let [start, end] = *self.firsts.get(first..)?.first_chunk()?;
        let same = self.list.get(start..end)?;
        let before = same.partition_point(|(prefix, _)| prefix.as_bytes() <= upto);
        same.get(before.checked_sub(1)?)
    }
}

/// The bytes that stand where a prefix has this one, or none.
fn any(byte: Option<&u8>) -> RangeInclusive<u8> {
    byte.map_or(0..=u8::MAX, |byte| *byte..=*byte)
}

impl Beginnings {
    /// Those of the `prefixes`, which are in order.
    fn of<'p>(prefixes: impl Iterator<Item = &'p [u8]>) -> Self {
        let mut groups = Box::new([[0; 256]; 3]);
        let (mut group, mut last) = (0_u32, None);
        for prefix in prefixes {
            let front = prefix.get(..2).unwrap_or(prefix);
            group = group.wrapping_add(u32::from(last.is_some_and(|last| last != front)));
            last = Some(front);
            for (at, groups) in groups.iter_mut().enumerate() {
                for byte in any(prefix.get(at)) {
                    if let Some(groups) = groups.get_mut(usize::from(byte)) {
                        // Where there are more groups than bits, some share theirs.
                        *groups |= 1_u64.rotate_left(group);
                    }
                }
            }
        }
        Self(groups)
    }

    /// Where the first three bytes stand in `bytes` with which one of them may begin.
    #[inline]
    fn first_in(&self, bytes: &[u8]) -> Option<usize> {
        let [first, second, third] = &*self.0;
        let of = |groups: &[u64; 256], byte: u8| groups.get(usize::from(byte)).copied().unwrap_or_default();
        // Of the byte before, and of the two before.
        let (mut begun, mut goes_on) = (0, 0);
        let third = bytes.iter().position(|&byte| {
            let stands = goes_on & of(third, byte);
            goes_on = begun & of(second, byte);
            begun = of(first, byte);
            stands != 0
        });
        third?.checked_sub(2)
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
