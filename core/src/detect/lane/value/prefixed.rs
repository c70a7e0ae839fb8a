use aho_corasick::{AhoCorasick, Input};

use super::super::{Candidate, Strength, Window, block};
use super::Form;

/// Values that are known by their literal beginning, each of which may be that of several detectors.
pub(in super::super::super) fn prefixed<'a, I>(
    window: &Window<'_>,
    next: &mut usize,
    prefixes: &AhoCorasick,
    owners: impl Fn(usize) -> I,
    found: &mut Vec<Candidate>,
) where
    I: Iterator<Item = (usize, Form<'a>, f64)>,
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
            if value.is_block() {
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
