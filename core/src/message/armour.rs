//! Encrypted content in armour within a text: OpenPGP (RFC 9580, section 6.2), CMS in PEM (RFC 7468), and others.

/// Whether a line of the text, quoted or not, begins encrypted content that goes on behind it.
pub(super) fn holds_encrypted(text: &str) -> bool {
    let text = text.as_bytes();
    // One look for what nearly all signs have in common.
    let marks = memchr::memmem::find_iter(text, MARK).map(|at| at.saturating_sub(DASHES));
    let marked = marks.flat_map(|from| (from..=from + DASHES).filter(|at| is_sign(text, *at)));
    marked
        .chain(memchr::memmem::find_iter(text, VAULT))
        .any(|at| begins(text, at))
}

/// Whether a sign with [`MARK`] stands there.
fn is_sign(text: &[u8], at: usize) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    SIGNS.iter().any(|sign| rest.starts_with(sign.as_bytes()))
}

/// Whether armour begins at the sign: nothing but marks of quoting stands before it, and letters of an encoding follow
/// within a few lines. A text about encryption names the sign, and goes on with words.
fn begins(text: &[u8], at: usize) -> bool {
    let before = text.get(at.saturating_sub(BEFORE_BYTES)..at).unwrap_or_default();
    let line = before.rsplit(|byte| matches!(byte, b'\n' | b'>')).next();
    let behind = text
        .get(at..text.len().min(at.saturating_add(BEHIND_BYTES)))
        .unwrap_or_default();
    let mut lines = behind.split(|byte| matches!(byte, b'\n' | b'<')).skip(1).take(LINES);
    line.is_some_and(|line| line.trim_ascii().is_empty()) && lines.any(is_encoded)
}

/// Whether the line starts with a long row of an encoding's letters.
fn is_encoded(line: &[u8]) -> bool {
    // What stands behind a mark of quoting or a tag of HTML.
    let line = line
        .rsplit(|byte| *byte == b'>')
        .next()
        .unwrap_or_default()
        .trim_ascii();
    let is_letter = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    let row = line.iter().take_while(is_letter).count();
    row >= LINE_BYTES && line.get(row).is_none_or(u8::is_ascii_whitespace)
}

/// What stands in every one of [`SIGNS`], behind so many dashes at most.
const MARK: &[u8] = b"BEGIN ";
const DASHES: usize = 5;
const SIGNS: &[&str] = &[
    "-----BEGIN PGP MESSAGE",
    "-----BEGIN PKCS7-----",
    "-----BEGIN CMS-----",
    "-----BEGIN AGE ENCRYPTED FILE-----",
    "BEGIN SALTPACK ENCRYPTED MESSAGE",
];
/// The sign that has no [`MARK`].
const VAULT: &[u8] = b"$ANSIBLE_VAULT;";
/// As much as marks of quoting take.
const BEFORE_BYTES: usize = 64;
/// As much as the headers of armour take.
const BEHIND_BYTES: usize = 2_048;
/// Headers of armour, such as `Version:` and `Comment:`, and empty lines between them.
const LINES: usize = 12;
/// The last line of armour may be short, the first is not; saltpack writes words of 15.
const LINE_BYTES: usize = 15;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn armour_is_noticed_wherever_it_begins_in_a_text() {
        const LINE: &str = "hF4DAAAAAAAAAAASAQdAx3Vv0kM1bU9zq2o8s4Y0e6gk9p";
        for armour in [
            format!("Dear Ann,\n\n-----BEGIN PGP MESSAGE-----\nVersion: 2\n\n{LINE}\n"),
            format!("> > -----BEGIN PGP MESSAGE-----\n> > \n> > {LINE}\n"),
            format!("<pre>-----BEGIN PGP MESSAGE-----<br>\n<br>\n{LINE}<br>"),
            format!("x\n-----BEGIN PKCS7-----\n{LINE}\n"),
            "x\n$ANSIBLE_VAULT;1.1;AES256\n36636163383966623830\n".to_owned(),
            "x\nBEGIN SALTPACK ENCRYPTED MESSAGE.\nkcJn5brvybfNjz6 D5ll2Nk0YiiVvSM\nabcdefghijklmnopq\n".to_owned(),
        ] {
            assert!(holds_encrypted(&armour), "{armour}");
        }
    }

    #[test]
    fn a_text_about_encryption_is_none() {
        for text in [
            "It begins with -----BEGIN PGP MESSAGE-----\nand goes on with letters.",
            "-----BEGIN PGP MESSAGE-----\nis the first line, and nobody can read what follows it, be it long or short.",
            "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nHello\n",
            "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUQ0VSVElGSUNBVEU\n",
        ] {
            assert!(!holds_encrypted(text), "{text}");
        }
    }
}
