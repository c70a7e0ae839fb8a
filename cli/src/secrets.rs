//! Keeps keys out of what this program says: an error quotes what the user wrote, and that may be a key with a typing error.

use std::io::Write;
use std::process::ExitCode;

/// `text` without what may be a secret key: of what stands between blanks or quotation marks and has a piece that begins as
/// keys do, or that has their length and letters, only the beginning is left.
pub(crate) fn hidden(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for piece in text.split_inclusive(ends_piece) {
        let end = piece.strip_suffix(ends_piece).unwrap_or(piece);
        match beginning(end) {
            Some(beginning) => shown.extend([beginning, "…", piece.get(end.len()..).unwrap_or_default()]),
            None => shown.push_str(piece),
        }
    }
    shown
}

fn ends_piece(letter: char) -> bool {
    letter.is_whitespace() || ['`', '\'', '"'].contains(&letter)
}

/// Says what is wrong with the arguments, as `clap` would.
pub(crate) fn report(error: &clap::Error) -> ExitCode {
    if error.use_stderr() {
        let text = error.render().to_string();
        let safe = hidden(&text);
        if safe == text {
            let _nobody_left = error.print();
        } else {
            let _nobody_left = write!(std::io::stderr().lock(), "{safe}");
        }
    } else {
        let _nobody_left = error.print();
    }
    u8::try_from(error.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from)
}

/// What of a piece may be shown, if it is not all of it.
fn beginning(piece: &str) -> Option<&'static str> {
    let small = piece.to_ascii_lowercase();
    if let Some(public) = PUBLIC
        .into_iter()
        .find(|public| small.starts_with(*public) && small.len() > public.len())
    {
        return Some(public);
    }
    if small
        .match_indices(NAMED)
        .any(|(at, _)| is_key(small.get(at + NAMED.len()..).unwrap_or_default()))
    {
        return Some(NAMED);
    }
    let mut runs = small.split(|letter: char| !letter.is_ascii_alphanumeric());
    runs.any(is_dense).then_some("")
}

/// Whether what stands behind the beginning of all keys is one, perhaps with a typing error.
fn is_key(rest: &str) -> bool {
    let name = rest.split('/').next().unwrap_or_default();
    let known = SECRET
        .iter()
        .any(|secret| name.starts_with(secret) && name.len() > secret.len());
    known || name.bytes().filter(u8::is_ascii_alphanumeric).count() >= NAMED_LEN
}

/// Whether the letters are many, and all but a few are those that keys are written in.
fn is_dense(run: &str) -> bool {
    run.len() >= DENSE_LEN && run.chars().filter(|letter| !BECH32.contains(*letter)).count() <= MISTYPED
}

/// How public keys begin, which anybody may see; the rest of one says nothing to a reader.
const PUBLIC: [&str; 4] = [
    "sealwax-p256-1",
    "sealwax-p384-1",
    "sealwax-x25519-1",
    "sealwax-xwing-1",
];
/// How every key begins.
const NAMED: &str = "sealwax-";
/// How secret keys go on.
const SECRET: [&str; 7] = [
    "hash-1",
    "link-1",
    "local-1",
    "p256-secret-1",
    "p384-secret-1",
    "x25519-secret-1",
    "xwing-secret-1",
];
/// More letters than a name of a file has that begins as keys do, and fewer than any key.
const NAMED_LEN: usize = 30;
/// The letters of Bech32.
const BECH32: &str = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
/// A key has more than 50; a piece of it is left when a letter is wrong or missing.
const DENSE_LEN: usize = 40;
/// The letters that may be wrong.
const MISTYPED: usize = 2;

#[cfg(test)]
#[expect(clippy::string_slice, reason = "keys are ASCII, and a test may panic")]
mod tests {
    use sealwax::crypto::Provider;
    use sealwax::seal::{KeyExchange, LinkSecret, LocalKey, SecretKey};

    use super::*;

    fn keys() -> Vec<String> {
        let mut keys = vec![
            LocalKey::generate(Provider::ring()).unwrap().to_text().to_string(),
            LinkSecret::generate(Provider::ring()).unwrap().to_text().to_string(),
        ];
        for exchange in KeyExchange::ALL {
            let secret = SecretKey::generate(exchange, Provider::ring()).unwrap();
            keys.push(secret.to_text().to_string());
        }
        keys
    }

    /// Whether eight letters in a row of the key's own are shown.
    fn shows(text: &str, key: &str) -> bool {
        let (_, own) = key.rsplit_once('1').unwrap();
        (0..own.len() - 8).any(|at| text.contains(&own[at..at + 8]))
    }

    #[test]
    fn no_key_is_shown_wherever_a_letter_is_wrong_missing_or_too_many() {
        for key in keys() {
            for at in 0..key.len() {
                let (before, after) = key.split_at(at);
                for wrong in [
                    format!("{before}{after}"),
                    format!("--key={before}.{after}"),
                    format!("folder/{before}-{after}"),
                    format!("{before}b{after}"),
                    format!("{before}1{}", &after[1..]),
                    format!("{before}{}", &after[1..]),
                ] {
                    let said = hidden(&format!("the recipient `{wrong}`: no such file"));
                    assert!(!shows(&said, &key), "{said}");
                    assert!(said.starts_with("the recipient `") && said.ends_with("`: no such file"));
                }
            }
        }
    }

    #[test]
    fn what_is_no_key_is_shown_as_it_is() {
        for text in [
            "`mail/2027-01/SEALWAX-notes.txt`: cannot be read",
            "`/home/ann/sealwax-local-keys/old-key.txt`: is a key ring",
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "expected a key that begins with `SEALWAX-LOCAL-1`; it was mistyped or cut",
            "`sealwax keygen -o FILE`, `.sealwax-0123456789abcdef-01234567.tmp`, caf\u{e9}, \u{1f512}",
            "a-word-that-is-long-and-has-many-parts-but-is-no-key-at-all-of-any-kind",
        ] {
            assert_eq!(hidden(text), text);
        }
    }

    #[test]
    fn a_public_key_is_known_by_its_beginning() {
        let key = SecretKey::from_bytes(KeyExchange::X25519, &[3; 32]).unwrap();
        let said = hidden(&format!("the recipient `{}`: x", key.public()));
        assert_eq!(said, "the recipient `sealwax-x25519-1…`: x");
    }
}
