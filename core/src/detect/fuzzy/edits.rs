//! How many edits lead from one word to another.

/// The Damerau distance in its form of optimal string alignment, where it is at most `most`: letters replaced,
/// inserted, left out, and neighbours swapped once. The few edits that are asked for are tried one by one between what
/// is the same.
pub(super) fn edits(from: &[u8], to: &[u8], most: usize) -> Option<usize> {
    if from.len().abs_diff(to.len()) > most {
        return None;
    }
    match differing(from, to) {
        ([], other) | (other, []) => (other.len() <= most).then_some(other.len()),
        ([_], [_]) => (most > 0).then_some(1),
        ([first, second], [other, next]) if first == next && second == other => (most > 0).then_some(1),
        (from @ [first, from_behind @ ..], to @ [other, to_behind @ ..]) if most > 1 => {
            let swapped = match (from_behind, to_behind) {
                ([second, from @ ..], [next, to @ ..]) if first == next && second == other => edits(from, to, most - 1),
                _ => None,
            };
            let replaced = edits(from_behind, to_behind, most - 1);
            let left_out = edits(from_behind, to, most - 1);
            let inserted = edits(from, to_behind, most - 1);
            let least = [swapped, replaced, left_out, inserted].into_iter().flatten().min();
            least.map(|edits| edits + 1)
        }
        _ => None,
    }
}

/// Two words without what they begin and end with in common.
fn differing<'a>(from: &'a [u8], to: &'a [u8]) -> (&'a [u8], &'a [u8]) {
    let same = from.iter().zip(to).take_while(|(left, right)| left == right).count();
    let (from, to) = (from.get(same..).unwrap_or_default(), to.get(same..).unwrap_or_default());
    let ends = from.iter().rev().zip(to.iter().rev());
    let same = ends.take_while(|(left, right)| left == right).count();
    let front = |word: &'a [u8]| word.get(..word.len().saturating_sub(same)).unwrap_or_default();
    (front(from), front(to))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::exhaustive::distance;
    use super::*;

    proptest! {
        #[test]
        fn few_edits_are_counted_as_the_whole_table_counts_them(from in "[abc]{0,9}", to in "[abc]{0,9}", most in 0_usize..5) {
            let distance = Some(distance(from.as_bytes(), to.as_bytes())).filter(|distance| *distance <= most);
            prop_assert_eq!(edits(from.as_bytes(), to.as_bytes(), most), distance);
        }
    }
}
