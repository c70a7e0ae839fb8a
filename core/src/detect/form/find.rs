//! A text laid beside a form, word by word.

use std::collections::HashMap;
use std::ops::Range;

use super::{Form, Forms, SHINGLE, Token, View, shingle, tokens};

/// A copy of a form in a text, by places in the folded text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Copy {
    /// The form's own words.
    pub(super) own: Vec<Range<usize>>,
    /// What stands between them.
    pub(super) entries: Vec<Range<usize>>,
}

/// The form that most of `view` is a copy of.
pub(super) fn copy(forms: &Forms, view: &View<'_>) -> Option<Copy> {
    let tokens = tokens(view.text());
    let words: Vec<u64> = tokens.iter().map(|token| token.hash).collect();
    let mut hits: HashMap<usize, Hits> = HashMap::new();
    for (place, shingle) in words.windows(SHINGLE).map(shingle).enumerate() {
        for &form in forms.shingles.get(&shingle).into_iter().flatten() {
            let hits = hits.entry(form).or_insert(Hits { count: 0, first: place });
            hits.count = hits.count.saturating_add(1);
        }
    }
    let mut candidates: Vec<(usize, Hits)> = hits.into_iter().collect();
    candidates.sort_by_key(|(form, hits)| (std::cmp::Reverse(hits.count), *form));
    let laid = candidates.iter().take(CANDIDATES).filter_map(|(index, hits)| {
        let form = forms.forms.get(*index)?;
        let laid = Laid::beside(form, &words, hits.first);
        laid.is_copy(form).then_some(laid)
    });
    laid.max_by_key(|laid| laid.own.len())
        .map(|laid| laid.copy(view.text(), &tokens))
}

/// How many runs of three words a text shares with a form, and where the first stands.
#[derive(Clone, Copy)]
struct Hits {
    count: usize,
    first: usize,
}

/// Which words of a text are the form's.
struct Laid {
    /// Their indexes.
    own: Vec<usize>,
}

impl Laid {
    /// Goes through text and form together. A word of the text that is not the form's next is an entry, unless it and
    /// the word behind it stand a little further on in the form: then a piece of the form is missing.
    fn beside(form: &Form, words: &[u64], first: usize) -> Self {
        let mut own = Vec::new();
        let mut next = 0_usize;
        let start = first.saturating_sub(BEFORE);
        for (index, word) in words.iter().enumerate().skip(start) {
            let behind = words.get(index.saturating_add(1));
            let ahead = form.words.get(next..).unwrap_or_default();
            let place = ahead.iter().take(MISSING).enumerate().position(|(distance, known)| {
                known == word && (distance == 0 || ahead.get(distance.saturating_add(1)) == behind)
            });
            if let Some(distance) = place {
                own.push(index);
                next = next.saturating_add(distance).saturating_add(1);
            }
        }
        Self { own }
    }

    fn is_copy(&self, form: &Form) -> bool {
        self.own.len().saturating_mul(100) >= form.words.len().saturating_mul(PERCENT)
    }

    fn copy(&self, text: &str, tokens: &[Token]) -> Copy {
        let place = |index: &usize| tokens.get(*index).map(|token| token.start..token.end);
        let (Some(&first), Some(&last)) = (self.own.first(), self.own.last()) else {
            return Copy {
                own: Vec::new(),
                entries: Vec::new(),
            };
        };
        let mut entries: Vec<Range<usize>> = Vec::new();
        let mut own = self.own.iter().peekable();
        let mut open = false;
        for (index, token) in tokens.iter().enumerate().skip(first) {
            if own.next_if_eq(&&index).is_some() {
                open = false;
                continue;
            }
            let beyond = index > last;
            if beyond && !is_near(text, tokens, last, index) {
                break;
            }
            match entries.last_mut().filter(|_| open) {
                Some(entry) => entry.end = token.end,
                None => entries.push(token.start..token.end),
            }
            open = true;
        }
        Copy {
            own: self.own.iter().filter_map(place).collect(),
            entries,
        }
    }
}

/// Whether the word at `index` can still be the entry behind the form's last word: on its line or the next.
fn is_near(text: &str, tokens: &[Token], last: usize, index: usize) -> bool {
    let end = tokens.get(last).map_or(0, |token| token.end);
    let start = tokens.get(index).map_or(end, |token| token.start);
    let between = text.get(end..start).unwrap_or_default();
    index.saturating_sub(last) <= LAST_ENTRY && !between.contains("\n\n")
}

/// Forms that a text is laid beside; it bounds the work.
const CANDIDATES: usize = 4;
/// Words of the form that may be missing in one place, as after a page was cut.
const MISSING: usize = 32;
/// Words before the first shared run at which the form may begin: a short label and its entry.
const BEFORE: usize = 16;
/// Words of the entry behind the form's last word.
const LAST_ENTRY: usize = 16;
/// How much of a form must be there for a text to be a copy of it.
const PERCENT: usize = 80;
