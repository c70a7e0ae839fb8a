//! Blocks of key material, from their first line to their last.

use super::super::work;

/// Where the block ends whose first line ends at `head`: behind its end line, or behind the last line that can belong to it.
pub(super) fn end(text: &str, head: usize) -> usize {
    let mut end = head;
    let mut at = head;
    let Some(rest) = text.get(head..) else { return head };
    for (index, line) in rest.split_inclusive('\n').enumerate() {
        work::count(line.len());
        if let Some(last) = last_line(line) {
            return at.saturating_add(last);
        }
        match belongs(line, index == 0) {
            Belongs::Ends(length) => return at.saturating_add(length),
            Belongs::Not => break,
            Belongs::Blank => {}
            Belongs::Whole => end = at.saturating_add(line.trim_end().len()),
        }
        at = at.saturating_add(line.len());
    }
    end
}

/// How a line belongs to a block.
enum Belongs {
    /// It is empty or short, and belongs to the block if something behind it does.
    Blank,
    /// The block ends in it, so many bytes behind its start.
    Ends(usize),
    Not,
    Whole,
}

/// Where the end line of a block ends within `line`.
fn last_line(line: &str) -> Option<usize> {
    let start = line.find(END)?;
    let behind = start.saturating_add(END.len());
    if line.get(..start)?.contains("-----BEGIN") {
        return None;
    }
    let dashes = line.get(behind..)?.find("-----");
    Some(dashes.map_or(line.trim_end().len(), |at| behind.saturating_add(at).saturating_add(5)))
}

fn belongs(line: &str, is_first: bool) -> Belongs {
    let content = unmarked(line);
    if content.is_empty() {
        return Belongs::Blank;
    }
    if content.starts_with(MAC) {
        return Belongs::Ends(line.trim_end().len());
    }
    if HEADERS.iter().any(|header| content.starts_with(header)) {
        return Belongs::Whole;
    }
    if is_encoded(content) {
        // A short line may be the last of a key, or a word.
        let is_last = content.starts_with('=') || content.ends_with('=');
        return if content.len() >= SHORT || is_last {
            Belongs::Whole
        } else {
            Belongs::Blank
        };
    }
    // A key in one line: `\n` is written out, or blanks stand in its place.
    let words = content.split([' ', '\\']);
    let length = words
        .take_while(|word| {
            word.is_empty() || is_encoded(word.trim_start_matches(['n', 'r'])) || matches!(*word, "n" | "r")
        })
        .map(|word| word.len().saturating_add(1))
        .sum::<usize>();
    let is_key = content
        .get(..length.min(content.len()))
        .is_some_and(|key| key.len() >= LEAST_IN_LINE);
    if is_first && is_key {
        let lead = line.find(content).unwrap_or_default();
        let key = content.get(..length.min(content.len())).unwrap_or_default();
        return Belongs::Ends(lead.saturating_add(key.trim_end_matches([' ', '\\']).len()));
    }
    Belongs::Not
}

/// A line without quote marks, blanks, and what puts strings of code together.
fn unmarked(line: &str) -> &str {
    line.trim_start_matches(['>', '|', '#', '*', ' ', '\t', '"', '\'', '+'])
        .trim_end_matches(['\n', '\r', ' ', '\t', '"', '\'', ',', '+', ';', '\\'])
        .trim_end_matches("\\n")
}

/// Whether it is a line of Base64, or the checksum below one.
fn is_encoded(content: &str) -> bool {
    let encoded = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    let mixed = content.len() < SHORT || content.bytes().any(|byte| !byte.is_ascii_lowercase());
    content.len() >= LEAST && content.bytes().all(encoded) && mixed
}

const END: &str = "-----END ";
/// The last line of a key of `PuTTY`.
const MAC: &str = "Private-MAC:";
/// Fields of keys (RFC 1421, RFC 9580, `PuTTY`).
const HEADERS: &[&str] = &[
    "Argon2-",
    "Charset:",
    "Comment:",
    "DEK-Info:",
    "Encryption:",
    "Hash:",
    "Key-Derivation:",
    "MessageID:",
    "Private-Lines:",
    "Proc-Type:",
    "Public-Lines:",
    "Version:",
    "X-",
];
/// The last line of a key may be short; `=XXXX` is the checksum of one.
const LEAST: usize = 4;
const SHORT: usize = 16;
/// What stands behind the first line of a key in the same line is no word of prose.
const LEAST_IN_LINE: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7";

    /// What the block takes that begins with the first line of `text`.
    fn block(text: &str) -> &str {
        let head = text.find("KEY").unwrap();
        let head = head + text.get(head..).unwrap().find("-----").unwrap() + 5;
        text.get(..end(text, head)).unwrap()
    }

    #[test]
    fn a_key_is_taken_up_to_its_end_line() {
        for body in [
            format!("\n{BODY}\n{BODY}\nabc=\n"),
            format!("\r\n{BODY}\r\n\r\n{BODY}\r\n"),
            format!("\n> {BODY}\n> {BODY}\n> "),
            format!("\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n{BODY}\n"),
            format!("\\n{BODY}\\n{BODY}\\n"),
            format!(" {BODY} {BODY} "),
            format!("\nVersion: GnuPG v2\n\n{BODY}\n=aB3d\n"),
        ] {
            let key = format!("-----BEGIN PRIVATE KEY-----{body}-----END PRIVATE KEY-----");
            assert_eq!(block(&format!("{key}\nThanks")), key);
        }
    }

    #[test]
    fn a_key_without_its_end_line_ends_with_what_belongs_to_it() {
        let key = format!("-----BEGIN PRIVATE KEY-----\n{BODY}\n{BODY}");
        for behind in [
            "",
            "\n\nPlease keep it safe.\n",
            "\nThanks\nAnn\n",
            "\n-----BEGIN PRIVATE KEY-----\n",
            "\nKind regards\n",
        ] {
            assert_eq!(block(&format!("{key}{behind}")), key, "{behind:?}");
        }
        let line = format!("-----BEGIN PRIVATE KEY-----\\n{BODY}\\n{BODY}");
        assert_eq!(block(&format!("{line} is it")), line);
    }

    #[test]
    fn a_first_line_alone_is_the_block() {
        for text in [
            "-----BEGIN PRIVATE KEY-----",
            "-----BEGIN PRIVATE KEY----- starts it\nand so on",
        ] {
            assert_eq!(block(text), "-----BEGIN PRIVATE KEY-----");
        }
    }
}
