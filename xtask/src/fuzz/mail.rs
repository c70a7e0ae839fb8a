//! Real mail as seeds.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sealwax::message::{Limits, Media, Message, Part, TransferEncoding};

use crate::Failure;

/// Gives the targets that read mail and attachments real mail to start from, where it is there: below `SEALWAX_SHARED`,
/// else below `shared` beside the project.
pub(super) fn gather(root: &Path) -> Result<(), Failure> {
    let shared = std::env::var_os("SEALWAX_SHARED").map_or_else(|| root.join("../shared"), PathBuf::from);
    for folder in MAIL.iter().map(|folder| shared.join(folder)) {
        if !folder.is_dir() {
            println!("fuzz: skipped the seeds of {}, which is not there", folder.display());
            continue;
        }
        for (number, path) in files_below(&folder)?.iter().enumerate() {
            let raw = fs::read(path)?;
            let stem = format!("{}-{number}", folder.file_name().unwrap_or_default().to_string_lossy());
            for (at, (target, seed)) in seeds(&raw).into_iter().enumerate() {
                let corpus = root.join("fuzz/corpus").join(target);
                fs::create_dir_all(&corpus)?;
                fs::write(corpus.join(format!("{stem}-{at}")), seed)?;
            }
        }
    }
    Ok(())
}

/// What one message gives each target: itself, its HTML, and its attachments by their formats.
fn seeds(raw: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    if raw.len() > LARGEST_SEED {
        return Vec::new();
    }
    let message = Message::parse(raw, &Limits::default());
    let mut seeds = vec![("message", raw.to_vec())];
    let html = message.units().iter().filter(|unit| unit.media() == Media::Html);
    seeds.extend(html.map(|unit| ("html", unit.text().as_bytes().to_vec())));
    seeds.extend(
        message
            .parts()
            .iter()
            .filter_map(|part| Some((target_of(part)?, decoded(part, raw)?))),
    );
    seeds
}

/// The target that reads content of this part's format.
fn target_of(part: &Part) -> Option<&'static str> {
    let format = part.format().unwrap_or_default();
    let pkcs7 = part.content_type().ends_with("pkcs7-mime").then_some("pkcs7");
    FORMATS.iter().find(|name| **name == format).copied().or(pkcs7)
}

fn decoded(part: &Part, raw: &[u8]) -> Option<Vec<u8>> {
    let body = raw.get(part.body()?)?;
    if part.encoding() != TransferEncoding::Base64 {
        return Some(body.to_vec());
    }
    let letters: Vec<u8> = body
        .iter()
        .copied()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    STANDARD.decode(letters).ok()
}

fn files_below(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(files_below(&path)?);
        } else {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Real mail, which is not part of the project.
const MAIL: [&str; 2] = ["data/mail", "data/eval"];

/// The targets that are named as the formats they read.
const FORMATS: [&str; 8] = ["dicom", "gzip", "ole", "pdf", "rtf", "tar", "tnef", "zip"];

/// A larger message makes every run slow and teaches the fuzzer nothing more.
const LARGEST_SEED: usize = 64 << 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_gives_itself_its_html_and_its_attachments() {
        let raw = b"Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: text/html\n\n<p>x\n\
--a\nContent-Type: application/rtf\nContent-Transfer-Encoding: base64\n\ne1xydGYxIHh9\n--a--\n";
        assert_eq!(
            seeds(raw),
            [
                ("message", raw.to_vec()),
                ("html", b"<p>x".to_vec()),
                ("rtf", br"{\rtf1 x}".to_vec())
            ]
        );
    }
}
