//! PEM (RFC 7468): blocks of Base64 between two lines, wherever they stand in a text.

use x509_cert::der::pem;
use zeroize::Zeroizing;

/// One block.
pub(super) struct Block<'a> {
    /// What its first line says it is, such as `CERTIFICATE`.
    pub(super) label: &'a str,
    /// The number of its first line, from 1.
    pub(super) line: usize,
    /// Whether its lines say that it is encrypted, in the way of PEM that was in use before PKCS #8.
    pub(super) is_encrypted: bool,
    text: Zeroizing<Vec<u8>>,
    is_whole: bool,
}

impl Block<'_> {
    /// The bytes in it; `None` when it is damaged or cut.
    pub(super) fn bytes(&self) -> Option<Zeroizing<Vec<u8>>> {
        let (_, bytes) = pem::decode_vec(&self.text).ok()?;
        Some(Zeroizing::new(bytes)).filter(|bytes| self.is_whole && !bytes.is_empty())
    }
}

/// The blocks of a file, which may also hold other text, in any encoding that has ASCII in it.
pub(super) fn blocks(file: &[u8]) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut lines = lines(file);
    while let Some((line, text)) = lines.next() {
        if let Some(label) = bounded(text, BEGIN) {
            blocks.push(block(line, label, &mut lines));
        }
    }
    blocks
}

/// Whether a block begins anywhere in a file.
pub(super) fn is_in(file: &[u8]) -> bool {
    lines(file).any(|(_, text)| bounded(text, BEGIN).is_some())
}

/// Reads on to the end of a block.
fn block<'a>(line: usize, label: &'a str, lines: &mut impl Iterator<Item = (usize, &'a [u8])>) -> Block<'a> {
    let mut block = Block {
        label,
        line,
        is_encrypted: false,
        text: Zeroizing::new(Vec::new()),
        is_whole: false,
    };
    let mut pieces = Vec::new();
    for (_, text) in lines {
        if let Some(end) = bounded(text, END) {
            block.is_whole = end == label;
            break;
        }
        if text.contains(&b':') {
            block.is_encrypted |= text.starts_with(b"Proc-Type:") && text.ends_with(b"ENCRYPTED");
        } else {
            pieces.push(text);
        }
    }
    block.text = canonical(&pieces);
    block
}

/// The same block as the strictest reader wants it: lines of 64 letters. The label is none of its business.
fn canonical(pieces: &[&[u8]]) -> Zeroizing<Vec<u8>> {
    let letters = || {
        pieces
            .iter()
            .copied()
            .flatten()
            .filter(|letter| !letter.is_ascii_whitespace())
    };
    let len = letters().count();
    let mut text = Zeroizing::new(Vec::with_capacity(len + len / WIDTH + 64)); // never grows, so no copy is left behind
    text.extend_from_slice(b"-----BEGIN X-----\n");
    for (at, letter) in letters().enumerate() {
        if at > 0 && at % WIDTH == 0 {
            text.push(b'\n');
        }
        text.push(*letter);
    }
    text.extend_from_slice(b"\n-----END X-----\n");
    text
}

/// The lines of a file with their numbers, however they end, without the blanks around them.
fn lines(file: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let file = file.strip_prefix(MARK).unwrap_or(file);
    let mut number = 1_usize;
    let mut after_return = false;
    let ends = move |letter: &u8| *letter == b'\n' || *letter == b'\r';
    file.split_inclusive(ends).filter_map(move |line| {
        let (text, end) = line.split_at(line.len().saturating_sub(1));
        let is_second_half = after_return && line == b"\n";
        after_return = end == b"\r";
        if is_second_half {
            return None;
        }
        let here = number;
        number = number.saturating_add(1);
        let text = if end.iter().all(ends) { text } else { line };
        Some((here, text.trim_ascii()))
    })
}

/// What stands between the dashes of a line that begins as `start` does.
fn bounded<'a>(line: &'a [u8], start: &[u8]) -> Option<&'a str> {
    let label = line.strip_prefix(start)?.strip_suffix(DASHES)?;
    str::from_utf8(label).ok().filter(|label| !label.is_empty())
}

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";
const MARK: &[u8] = "\u{feff}".as_bytes();
/// Letters in a line (RFC 7468, section 2).
const WIDTH: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "-----BEGIN A B-----\nAAEC\nAwQF\n-----END A B-----\n";

    #[test]
    fn a_block_is_found_however_its_lines_end_and_whatever_stands_around() {
        for (text, line) in [
            (TEXT.to_owned(), 1),
            (TEXT.replace('\n', "\r\n"), 1),
            (TEXT.replace('\n', "\r"), 1),
            (format!("\u{feff}{TEXT}"), 1),
            (format!("Bag Attributes\r\n  name: x\r\n\r\n{TEXT}"), 4),
            (TEXT.replace('\n', " \n  "), 1),
            (TEXT.trim_end().to_owned(), 1),
            (TEXT.replace("AAEC\n", "X-Note: y\n\nAAEC"), 1),
        ] {
            let found = blocks(text.as_bytes());
            assert_eq!(found.len(), 1, "{text:?}");
            assert_eq!((found[0].label, found[0].line), ("A B", line), "{text:?}");
            assert_eq!(*found[0].bytes().unwrap(), [0, 1, 2, 3, 4, 5], "{text:?}");
        }
        let latin = [b"na\xefve\n", TEXT.as_bytes(), TEXT.as_bytes()].concat();
        assert_eq!(
            blocks(&latin).iter().map(|block| block.line).collect::<Vec<_>>(),
            [2, 6]
        );
    }

    #[test]
    fn a_block_that_is_damaged_or_cut_has_no_bytes() {
        for text in [
            TEXT.replace("-----END A B-----", ""),
            TEXT.replace("END A B", "END A C"),
            TEXT.replace("AAEC", "AA!C"),
            TEXT.replace("AAEC", "AAE"),
            TEXT.replace("AAEC\nAwQF\n", ""),
        ] {
            let found = blocks(text.as_bytes());
            assert!(found.len() == 1 && found[0].bytes().is_none(), "{text:?}");
        }
        assert!(blocks(b"").is_empty() && blocks(b"-----BEGIN -----\n").is_empty());
    }

    #[test]
    fn the_old_encryption_of_pem_is_noticed() {
        let text = TEXT.replace("AAEC", "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAEC");
        assert!(blocks(text.as_bytes())[0].is_encrypted && !blocks(TEXT.as_bytes())[0].is_encrypted);
    }
}
