use super::super::super::token::Token;
use super::super::{Candidate, Window};
use super::gate::{self, Gate, Possible};
use super::{Form, Starts, VALUE_WINDOW, sign_before};

/// Values that need no label, at the places where one can start. They are those of the `detectors`, in ascending order, of
/// which `form` gives the form and how sure it is.
pub(in super::super::super) fn bare<'a>(
    window: &Window<'_>,
    gate: &Gate,
    detectors: &[usize],
    form: impl Fn(usize) -> Option<(usize, Form<'a>, f64)>,
    found: &mut Vec<Candidate>,
) {
    let text = window.text;
    let first = window.index(window.start);
    let tails = (first..).map_while(|index| window.rest(index));
    for (token, beyond) in tails.filter_map(<[Token]>::split_first) {
        if !may_start(text, token, beyond.first()) {
            continue;
        }
        let possible =
            |start: usize| Some((start, gate.at(text, start))).filter(|(_, possible)| !possible.is_nothing());
        let places = [sign_before(text, token.start).and_then(possible), possible(token.start)];
        let stands = |detector: usize| {
            let (_, form, confidence) = form(detector)?;
            candidate(text, token, places, (detector, form, confidence))
        };
        match places {
            [None, Some((_, Possible::These(here)))] => {
                found.extend(here.iter().filter_map(|detector| stands(gate::index(*detector))));
            }
            [None, None] => {}
            _ => found.extend(detectors.iter().filter_map(|detector| stands(*detector))),
        }
    }
}

/// The value of a detector at the first of these places where it stands.
fn candidate(
    text: &str,
    token: &Token,
    places: [Option<(usize, Possible<'_>)>; 2],
    (detector, form, confidence): (usize, Form<'_>, f64),
) -> Option<Candidate> {
    let value = form.value;
    if value.starts == Starts::Digit && token.has_letter && !token.has_digit {
        return None;
    }
    let mut places = places
        .into_iter()
        .flatten()
        .filter(|(_, possible)| possible.includes(detector));
    let range = places.find_map(|(start, _)| value.at(text, start, VALUE_WINDOW))?;
    value
        .is_written_well(text.get(range.clone()).unwrap_or_default())
        .then_some(Candidate {
            detector,
            range,
            confidence,
            strength: value.strength(),
            fuzzy: false,
            labelled: false,
        })
}

/// A token with a digit, or a word right before one or before `_`.
fn may_start(text: &str, token: &Token, next: Option<&Token>) -> bool {
    token.has_digit
        || text.as_bytes().get(token.end) == Some(&b'_')
        || next.is_some_and(|next| next.has_digit && next.start.saturating_sub(token.end) <= 2)
}
