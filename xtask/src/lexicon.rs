//! `cargo xtask lexicon`: packs the word lists into the file that the library reads.

use std::fs;
use std::path::{Path, PathBuf};

use crate::Failure;

/// Writes `core/data/lexicon/lexicon.bin`; with `--check` it only says whether the file is current.
pub(crate) fn run(root: &Path, words: &[&str]) -> Result<(), Failure> {
    let folder = root.join("core/data/lexicon");
    let packed = pack(&folder)?;
    if packed.len() > MOST_BYTES {
        return Err(format!("the lexicon takes {} bytes, more than {MOST_BYTES}", packed.len()).into());
    }
    let target = folder.join("lexicon.bin");
    match words {
        [] => Ok(fs::write(target, packed)?),
        ["--check"] if fs::read(target)? == packed => Ok(()),
        ["--check"] => Err("lexicon.bin is not what `cargo xtask lexicon` writes".into()),
        _ => Err("usage: cargo xtask lexicon [--check]".into()),
    }
}

/// The published package must stay small.
const MOST_BYTES: usize = 2 << 20;

/// All lists, by name.
fn pack(folder: &Path) -> Result<Vec<u8>, Failure> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_, std::io::Error>>()?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    files.sort();
    let mut packed = Vec::new();
    for file in files {
        let name = file
            .file_stem()
            .and_then(|stem| stem.to_str())
            .ok_or("a list needs a name")?;
        let words = pack_list(&fs::read_to_string(&file)?)?;
        packed.push(u8::try_from(name.len())?);
        packed.extend_from_slice(name.as_bytes());
        packed.extend_from_slice(&u32::try_from(words.len())?.to_le_bytes());
        packed.extend_from_slice(&words);
    }
    Ok(packed)
}

/// The words of one list, each as what it adds to the one before it.
fn pack_list(text: &str) -> Result<Vec<u8>, Failure> {
    let mut words: Vec<&str> = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect();
    words.sort_unstable();
    words.dedup();
    let mut packed = Vec::new();
    let mut before: &[u8] = &[];
    for word in words.iter().map(|word| word.as_bytes()) {
        let shared = before
            .iter()
            .zip(word)
            .take(MOST_SHARED)
            .take_while(|(left, right)| left == right)
            .count();
        let added = word.get(shared..).unwrap_or_default();
        packed.push(u8::try_from(shared)?);
        packed.push(u8::try_from(added.len())?);
        packed.extend_from_slice(added);
        before = word;
    }
    Ok(packed)
}

/// What a byte can count.
const MOST_SHARED: usize = 255;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_what_it_adds_to_the_one_before() {
        assert_eq!(
            pack_list("# remark\nbanana\nband\nband\n").unwrap(),
            b"\x00\x06banana\x03\x01d"
        );
    }
}
