//! Key files: one key a line, `#` starts a comment.

use std::path::Path;

use sealwax::seal::{Identity, KeyError, KeyErrorKind, LocalKey, Recipient, SecretKey};
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::files;

/// Who the keys of a file can seal for; a secret key stands for its public half.
pub(crate) fn recipients(path: &Path) -> Result<Vec<Recipient>, Failure> {
    read(path, |line| match line.parse::<SecretKey>() {
        Ok(secret) => Ok(secret.public().into()),
        Err(error) if is_other_type(error) => line.parse(),
        Err(error) => Err(error),
    })
}

/// A recipient as the user names one: a public key itself, or a file with keys.
pub(crate) fn named(text: &str) -> Result<Vec<Recipient>, Failure> {
    match text.parse::<Recipient>() {
        Ok(recipient) => Ok(vec![recipient]),
        Err(error) if is_other_type(error) => recipients(Path::new(text)),
        Err(error) => Err(Failure::new(format!("`--to`: {error}")).next_step(MAKE)),
    }
}

/// What the keys of a file open.
pub(crate) fn identities(path: &Path) -> Result<Vec<Identity>, Failure> {
    read(path, str::parse)
}

/// The text of a key file with a local key.
pub(crate) fn local_text(key: &LocalKey) -> Zeroizing<String> {
    let secret = key.to_text();
    Zeroizing::new(format!(
        "# sealwax key {}: whoever has it can seal and open\n{}\n",
        key.key_ref(),
        *secret
    ))
}

/// The text of a key file with a secret key, and its public half in a comment.
pub(crate) fn secret_text(key: &SecretKey) -> Zeroizing<String> {
    let secret = key.to_text();
    Zeroizing::new(format!("# public key: {}\n{}\n", key.public(), *secret))
}

/// The keys of a file, in its order; at least one.
fn read<Key>(path: &Path, parse: impl Fn(&str) -> Result<Key, KeyError>) -> Result<Vec<Key>, Failure> {
    let bytes = Zeroizing::new(files::read(path)?);
    let failed = |what: String| Failure::new(format!("`{}`: {what}", path.display())).next_step(MAKE);
    let text = std::str::from_utf8(&bytes).map_err(|_| failed("holds no keys: it is not text".into()))?;
    let mut keys = Vec::new();
    for (number, line) in (1..).zip(text.lines().map(str::trim)) {
        if !line.is_empty() && !line.starts_with('#') {
            keys.push(parse(line).map_err(|error| failed(format!("line {number}: {error}")))?);
        }
    }
    if keys.is_empty() {
        return Err(failed("holds no key".into()));
    }
    Ok(keys)
}

/// Whether the text does not even begin as a key of the type that was tried.
fn is_other_type(error: KeyError) -> bool {
    matches!(error.kind(), KeyErrorKind::Type { .. })
}

const MAKE: &str = "make a key with `sealwax keygen -o FILE`";

#[cfg(test)]
mod tests {
    use std::fs;

    use sealwax::crypto::Provider;
    use sealwax::seal::KeyExchange;

    use super::*;

    /// Reads a key file with this text, both ways; gives the names of the keys.
    fn read_text(text: &str) -> Result<[Vec<String>; 2], String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("k");
        fs::write(&path, text).unwrap();
        let words = |failure: Failure| failure.to_string().replace(&*path.display().to_string(), "k");
        let seal = recipients(&path).map_err(words)?;
        let open = identities(&path).map_err(words)?;
        Ok([
            seal.iter().map(|key| key.key_ref().to_string()).collect(),
            open.iter().map(|key| format!("{key:?}")).collect(),
        ])
    }

    #[test]
    fn what_is_written_is_read_again() {
        let local = LocalKey::from_bytes(&[1; 32]);
        let secret = SecretKey::generate(KeyExchange::X25519, Provider::ring()).unwrap();
        let both = format!("{}\r\n\n  {}", *local_text(&local), *secret_text(&secret));
        let [seal, open] = read_text(&both).unwrap();
        assert_eq!(
            seal,
            [
                local.key_ref().to_string(),
                Recipient::from(secret.public()).key_ref().to_string()
            ]
        );
        assert_eq!(open.len(), 2);
    }

    #[test]
    fn a_public_key_in_a_comment_is_one_that_can_be_sealed_for() {
        let secret = SecretKey::generate(KeyExchange::P256, Provider::ring()).unwrap();
        let text = secret_text(&secret);
        let public = text.lines().next().unwrap().strip_prefix("# public key: ").unwrap();
        assert_eq!(named(public).unwrap().len(), 1);
    }

    #[test]
    fn a_bad_line_is_named_by_its_number_and_never_quoted() {
        let secret = local_text(&LocalKey::from_bytes(&[1; 32]))
            .lines()
            .last()
            .unwrap()
            .replace('Q', "P");
        let failure = read_text(&format!("# a\n{secret}")).unwrap_err();
        assert!(failure.starts_with("`k`: line 2: "), "{failure}");
        assert!(!failure.contains(&secret));
    }

    #[test]
    fn a_file_without_a_key_is_refused() {
        assert_eq!(read_text("# nothing\n").unwrap_err(), "`k`: holds no key");
    }
}
