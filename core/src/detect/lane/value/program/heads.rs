//! What the ways of a program may begin with. A letter beyond ASCII, and the end of the text, are left to the steps.

use std::collections::HashMap;
use std::mem;

use super::{Either, Step};

/// The letters of ASCII that a way may begin with, each as a bit.
type Head = u128;

/// Says of each choice in `steps`, from `start` on, what its ways begin with; the numbers of all heads are in `heads`. `class`
/// gives the letters of a class. `None` where there are too many heads.
pub(super) fn fill(
    steps: &mut [Step],
    start: usize,
    class: impl Fn(u16) -> Head,
    heads: &mut HashMap<Head, u16>,
) -> Option<()> {
    for place in start..steps.len() {
        let Some(Step::Either(either)) = steps.get(place).copied() else {
            continue;
        };
        let ways = [place.checked_add(1)?, usize::try_from(either.other).ok()?];
        let mut numbers = [0; 2];
        for (number, way) in numbers.iter_mut().zip(ways) {
            let head = head(steps, start, way, &class);
            let next = u16::try_from(heads.len()).ok()?;
            *number = *heads.entry(head).or_insert(next);
        }
        let filled = Either {
            heads: numbers,
            ..either
        };
        *steps.get_mut(place)? = Step::Either(filled);
    }
    Some(())
}

/// What the way begins with that begins at `way`, in the program from `start` on.
fn head(steps: &[Step], start: usize, way: usize, class: impl Fn(u16) -> Head) -> Head {
    let mut head = 0;
    let mut seen = vec![false; steps.len().saturating_sub(start)];
    let mut open = vec![way];
    while let Some(place) = open.pop() {
        let seen = place.checked_sub(start).and_then(|place| seen.get_mut(place));
        if seen.is_none_or(|seen| mem::replace(seen, true)) {
            continue;
        }
        let behind = place.saturating_add(1);
        match steps.get(place) {
            Some(Step::Letter(letter)) => head |= bit(*letter),
            Some(Step::Class(number)) => head |= class(*number),
            Some(Step::Row(row)) => {
                head |= class(row.class);
                if row.least == 0 {
                    open.push(behind);
                }
            }
            Some(Step::Either(either)) => {
                open.push(behind);
                open.extend(usize::try_from(either.other));
            }
            Some(Step::Go(place)) => open.extend(usize::try_from(*place)),
            Some(Step::Mark(_) | Step::Look(_)) => open.push(behind),
            // What stands behind a value may be anything.
            Some(Step::Whole) | None => head = Head::MAX,
        }
    }
    head
}

/// The bit of a letter; none of one beyond ASCII.
fn bit(letter: char) -> Head {
    if letter.is_ascii() { 1 << u32::from(letter) } else { 0 }
}
