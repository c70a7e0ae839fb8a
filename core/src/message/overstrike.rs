//! Text that is typed over itself, or down instead of along: what somebody sees who prints it.

/// The text with each character that was struck over another in its place: behind backspaces, and behind carriage returns
/// within a line. `None` when there is none.
pub(super) fn struck_over(text: &str) -> Option<String> {
    let has_backspace = memchr::memchr(0x08, text.as_bytes()).is_some();
    if !has_backspace && !has_returns(text) {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        push_struck(line, &mut out);
    }
    Some(out)
}

/// Whether carriage returns stand within lines that end with a line feed, a few in a line at most.
fn has_returns(text: &str) -> bool {
    let bytes = text.as_bytes();
    let alone = memchr::memchr_iter(b'\r', bytes)
        .filter(|at| bytes.get(at + 1) != Some(&b'\n'))
        .count();
    alone > 0 && alone <= STRIKES.saturating_mul(memchr::memchr_iter(b'\n', bytes).count())
}

fn push_struck(line: &str, out: &mut String) {
    let body = line.trim_end_matches(['\r', '\n']);
    if !body.contains(['\u{8}', '\r']) {
        out.push_str(line);
        return;
    }
    let mut columns: Vec<char> = Vec::new();
    let (mut column, mut is_second) = (0_usize, false);
    for c in body.chars() {
        match c {
            '\u{8}' => column = column.saturating_sub(1),
            '\r' => (column, is_second) = (0, true),
            _ => {
                match columns.get_mut(column) {
                    // A line below a letter leaves it, and so does a blank of a second line over a first.
                    Some(_) if c == '_' || (c == ' ' && is_second) => {}
                    Some(below) => *below = c,
                    None => columns.push(c),
                }
                column += 1;
            }
        }
    }
    out.extend(columns);
    out.push('\n');
}

/// The text along instead of down, when nearly every line of it holds one character.
pub(super) fn in_columns(text: &str) -> Option<String> {
    // A column has a line end for every letter or two.
    if memchr::memchr_iter(b'\n', text.as_bytes()).count() * 8 < text.len() {
        return None;
    }
    let (mut lines, mut single, mut along) = (0_usize, 0_usize, String::new());
    for line in text.lines().filter(|line| !line.is_empty()) {
        lines += 1;
        if line.chars().nth(1).is_none() {
            single += 1;
        } else if single == 0 && lines > FIRST_LINES {
            return None; // nearly every text ends here
        }
        along.push_str(line);
    }
    (lines >= LINES && single * 10 >= lines * 8).then_some(along)
}

/// More carriage returns than this in a line are line ends.
const STRIKES: usize = 4;
/// Fewer lines of one character are no text.
const LINES: usize = 8;
/// A title may stand above a column.
const FIRST_LINES: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_struck_over_is_seen_as_it_is_printed() {
        assert_eq!(struck_over("x\u{8}2y\u{8}19").as_deref(), Some("219\n"));
        assert_eq!(struck_over("2 9\r 1 \na\n").as_deref(), Some("219\na\n"));
        assert_eq!(struck_over("_\u{8}a_\u{8}b\n").as_deref(), Some("ab\n"));
        for plain in ["a\r\nb\r\n", "a\rb\rc\r", "a\nb"] {
            assert_eq!(struck_over(plain), None);
        }
    }

    #[test]
    fn a_column_of_letters_is_read_along() {
        let down: String = "Patient 219".chars().flat_map(|c| ['\n', c]).collect();
        assert_eq!(in_columns(&down).as_deref(), Some("Patient 219"));
        assert_eq!(in_columns("a\nlist\nof\nwords\nand\nmore\nof\nthem\nin\nlines\n"), None);
    }
}
