//! Key files: what `sealwax keygen` writes.

use crate::text::without_mark;

/// The lines of a key file that hold something, without blanks around them, each with its number from 1.
///
/// A key file holds one key a line, or a [`KeyRing`](super::KeyRing). A `#` begins a line that is a comment; blank lines and a
/// byte order mark say nothing.
///
/// ```
/// use sealwax::seal::key_lines;
/// let file = "\u{feff}# the key of the clinic\n\n  sealwax-link-1qqqq\n";
/// assert_eq!(key_lines(file).collect::<Vec<_>>(), [(3, "sealwax-link-1qqqq")]);
/// ```
pub fn key_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = (1..).zip(without_mark(text).lines().map(str::trim));
    lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
}
