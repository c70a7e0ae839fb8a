//! Key files: one key a line, `#` starts a comment.

use std::path::{Path, PathBuf};

use sealwax::seal::LocalKey;
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::files;

/// The keys of a file, in its order; at least one.
pub(crate) fn read(path: &Path) -> Result<Vec<LocalKey>, Failure> {
    let bytes = Zeroizing::new(files::read(path)?);
    let failed = |what: String| {
        Failure::new(format!("`{}`: {what}", path.display())).next_step("make a key with `sealwax keygen -o FILE`")
    };
    let text = std::str::from_utf8(&bytes).map_err(|_| failed("holds no keys: it is not text".into()))?;
    let keys: Result<Vec<LocalKey>, Failure> = (1..)
        .zip(text.lines().map(str::trim))
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .map(|(number, line)| line.parse().map_err(|error| failed(format!("line {number}: {error}"))))
        .collect();
    match keys?.as_slice() {
        [] => Err(failed("holds no key".into())),
        keys => Ok(keys.to_vec()),
    }
}

/// The keys of several files, in their order.
pub(crate) fn read_all<'a>(paths: impl IntoIterator<Item = &'a PathBuf>) -> Result<Vec<LocalKey>, Failure> {
    let mut keys = Vec::new();
    for path in paths {
        keys.extend(read(path)?);
    }
    Ok(keys)
}

/// The text of a key file with `key`.
pub(crate) fn text(key: &LocalKey) -> Zeroizing<String> {
    let secret = key.to_text();
    Zeroizing::new(format!(
        "# sealwax local key {}: whoever has it can seal and open\n{}\n",
        key.key_ref(),
        *secret
    ))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn read_text(text: &str) -> Result<Vec<LocalKey>, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("k");
        fs::write(&path, text).unwrap();
        read(&path).map_err(|failure| failure.to_string().replace(&*path.display().to_string(), "k"))
    }

    #[test]
    fn what_is_written_is_read_again() {
        let keys = [LocalKey::from_bytes(&[1; 32]), LocalKey::from_bytes(&[2; 32])];
        let both = format!("{}\r\n\n  {}", *text(&keys[0]), *text(&keys[1]));
        let references = |keys: &[LocalKey]| keys.iter().map(|key| key.key_ref().to_string()).collect::<Vec<_>>();
        assert_eq!(references(&read_text(&both).unwrap()), references(&keys));
    }

    #[test]
    fn a_bad_line_is_named_by_its_number_and_never_quoted() {
        let secret = text(&LocalKey::from_bytes(&[1; 32]))
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
