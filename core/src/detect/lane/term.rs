use super::super::phrases::Phrases;
use super::super::token::Token;
use super::{Candidate, Strength};

/// Words and phrases of the dictionary. `owner` gives the detector and its confidence.
pub(in super::super) fn terms(
    text: &str,
    tokens: &[Token],
    dictionary: &Phrases,
    owner: impl Fn(u32) -> Option<(usize, f64)>,
    found: &mut Vec<Candidate>,
) {
    let mut index = 0;
    while let Some(rest) = tokens.get(index..).filter(|rest| !rest.is_empty()) {
        let Some(hit) = dictionary.longest(text, rest) else {
            index = index.saturating_add(1);
            continue;
        };
        let start = rest.first().map_or(0, |token| token.start);
        let end = rest.get(hit.tokens.saturating_sub(1)).map_or(start, |token| token.end);
        index = index.saturating_add(hit.tokens);
        let Some((detector, confidence)) = owner(hit.owner) else {
            continue;
        };
        found.push(Candidate {
            detector,
            range: start..end,
            confidence,
            strength: Strength::Dictionary,
            fuzzy: false,
            labelled: false,
        });
    }
}
