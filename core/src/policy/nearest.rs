//! The known name that somebody probably meant.

/// The name of `known` that is nearest to `word`, if it is near enough to be a slip of the hand. Case, blanks around a
/// word and how its parts are joined are no distance: `VIP ` is `vip`, and `board_member` is `board-member`.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = folded(word);
    let allowed = (word.len() / 3).max(1);
    known
        .into_iter()
        .map(|name| (distance(&word, &folded(name)), name))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, name)| name)
}

/// The letters that are compared.
fn folded(word: &str) -> Vec<char> {
    let joined = |letter| if matches!(letter, ' ' | '_') { '-' } else { letter };
    let letters = word.trim().chars().flat_map(char::to_lowercase);
    letters.map(joined).take(MAXIMUM_LENGTH).collect()
}

/// Edit distance with insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).
fn distance(left: &[char], right: &[char]) -> usize {
    let mut above: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (line, from) in left.iter().enumerate() {
        let mut diagonal = line;
        let mut before = line + 1;
        let mut next = vec![before];
        for (place, (cell, to)) in row.iter().skip(1).zip(right).enumerate() {
            before = (diagonal + usize::from(from != to)).min(before + 1).min(cell + 1);
            let is_swapped = |last: usize, other: usize| left.get(last) == Some(to) && right.get(other) == Some(from);
            if let (Some(last), Some(other)) = (line.checked_sub(1), place.checked_sub(1))
                && is_swapped(last, other)
            {
                before = before.min(above.get(other).copied().unwrap_or(before) + 1);
            }
            diagonal = *cell;
            next.push(before);
        }
        above = std::mem::replace(&mut row, next);
    }
    row.last().copied().unwrap_or_default()
}

/// Names are short; a longer word is no slip of the hand, and the cost of a comparison stays bounded.
const MAXIMUM_LENGTH: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_joints_are_no_distance() {
        for word in ["board-member", "Board_Member", " board member", "BOARD-MEMBERS"] {
            assert_eq!(
                nearest(word, ["front-desk", "board-member"]),
                Some("board-member"),
                "{word}"
            );
        }
    }

    #[test]
    fn a_slip_of_the_hand_is_recognised() {
        for (word, expected) in [
            ("catgory", Some("category")),
            ("categry", Some("category")),
            ("levels", Some("level")),
            ("CATEGORY", Some("category")),
            ("cuont", Some("count")),
            (" Level ", Some("level")),
            ("sausage", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, ["category", "level", "count"]), expected, "{word}");
        }
    }

    #[test]
    fn the_distance_counts_single_edits() {
        let chars = |text: &str| text.chars().collect::<Vec<_>>();
        for (left, right, expected) in [("", "abc", 3), ("abc", "", 3), ("kitten", "sitting", 3), ("a", "a", 0)] {
            assert_eq!(distance(&chars(left), &chars(right)), expected, "{left} {right}");
        }
    }
}
