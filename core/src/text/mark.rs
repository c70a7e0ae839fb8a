//! Texts that stand in files: the byte order mark before them, and the encoding that it names.

/// `text` without the byte order mark that editors and spreadsheets write before it (RFC 3629, section 6).
///
/// Whatever the crate reads from the text of a file (keys, facts, policies, tables) goes through it.
///
/// ```
/// assert_eq!(sealwax::text::without_mark("\u{feff}mrn,name"), "mrn,name");
/// assert_eq!(sealwax::text::without_mark("mrn,\u{feff}name"), "mrn,\u{feff}name");
/// ```
#[must_use]
pub fn without_mark(text: &str) -> &str {
    text.strip_prefix(MARK).unwrap_or(text)
}

/// The text of a file in UTF-8, without its byte order mark.
///
/// ```
/// # use sealwax::text::utf8;
/// assert_eq!(utf8(b"\xef\xbb\xbfmrn")?, "mrn");
/// let error = utf8(b"\xff\xfem\0r\0n\0").unwrap_err();
/// assert_eq!(error.to_string(), "is UTF-16 (little-endian), as its byte order mark says, not UTF-8");
/// assert_eq!(utf8(b"m\xffn").unwrap_err().to_string(), "is not UTF-8 text at byte 1");
/// # Ok::<(), sealwax::text::NotUtf8>(())
/// ```
///
/// # Errors
///
/// [`NotUtf8`] with the encoding that the mark names, or with the first byte that is no UTF-8.
pub fn utf8(bytes: &[u8]) -> Result<&str, NotUtf8> {
    unmarked(bytes)?;
    let text = std::str::from_utf8(bytes).map_err(|error| NotUtf8::At(error.valid_up_to()))?;
    Ok(without_mark(text))
}

/// The first bytes of a file without the byte order mark of UTF-8, for what is read in pieces.
///
/// ```
/// assert_eq!(sealwax::text::unmarked(b"\xef\xbb\xbf{}")?, b"{}");
/// assert!(sealwax::text::unmarked(b"\xfe\xff\0{\0}").is_err());
/// # Ok::<(), sealwax::text::NotUtf8>(())
/// ```
///
/// # Errors
///
/// [`NotUtf8::Marked`] with the encoding that another mark names.
pub fn unmarked(bytes: &[u8]) -> Result<&[u8], NotUtf8> {
    let marked = |(mark, _): &&(&[u8], &'static str)| bytes.starts_with(mark);
    match OTHERS.iter().find(marked) {
        Some((_, encoding)) => Err(NotUtf8::Marked(encoding)),
        None => Ok(bytes.strip_prefix(MARK_BYTES).unwrap_or(bytes)),
    }
}

/// A file is no text in UTF-8. It quotes nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotUtf8 {
    /// The first byte that is none, from 0.
    #[error("is not UTF-8 text at byte {0}")]
    At(usize),
    /// The encoding that the byte order mark names.
    #[error("is {0}, as its byte order mark says, not UTF-8")]
    Marked(&'static str),
}

const MARK: char = '\u{feff}';
const MARK_BYTES: &[u8] = b"\xef\xbb\xbf";
/// The marks of other encodings; those of UTF-32 begin as those of UTF-16 do.
const OTHERS: &[(&[u8], &str)] = &[
    (b"\xff\xfe\0\0", "UTF-32 (little-endian)"),
    (b"\0\0\xfe\xff", "UTF-32 (big-endian)"),
    (b"\xff\xfe", "UTF-16 (little-endian)"),
    (b"\xfe\xff", "UTF-16 (big-endian)"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_mark_is_skipped_and_other_encodings_are_named() {
        for (bytes, read) in [
            (&b""[..], Ok("")),
            (b"\xef\xbb\xbf", Ok("")),
            (b"\xef\xbb\xbf\xef\xbb\xbfa", Ok("\u{feff}a")),
            (b"\xff\xfea\0", Err(NotUtf8::Marked("UTF-16 (little-endian)"))),
            (b"\xfe\xff\0a", Err(NotUtf8::Marked("UTF-16 (big-endian)"))),
            (b"\xff\xfe\0\0a\0\0\0", Err(NotUtf8::Marked("UTF-32 (little-endian)"))),
            (b"\0\0\xfe\xff\0\0\0a", Err(NotUtf8::Marked("UTF-32 (big-endian)"))),
            (b"ab\xe4", Err(NotUtf8::At(2))),
        ] {
            assert_eq!(utf8(bytes), read, "{bytes:?}");
        }
    }
}
