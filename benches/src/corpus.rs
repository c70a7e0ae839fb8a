//! The corpora that `cargo xtask corpora` makes: texts like mail, real mail, and what mail is at its worst.

use std::fs;
use std::path::Path;

use serde_json::Value;

/// Texts or raw messages of one kind.
#[derive(Clone, Debug)]
pub struct Corpus {
    name: String,
    pieces: Vec<String>,
}

impl Corpus {
    /// The corpus of this name; one that was not made is said, and left out.
    #[expect(clippy::print_stderr, reason = "who runs a bench reads it")]
    pub fn load(name: &str) -> Option<Self> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../target/corpora/{name}.jsonl"));
        let Ok(lines) = fs::read_to_string(path) else {
            eprintln!("left out: the corpus `{name}` is not made; `cargo xtask corpora` makes it");
            return None;
        };
        Some(Self::of(name, lines.lines().filter_map(content)))
    }

    /// Each of these corpora that was made.
    pub fn each(names: &[&str]) -> Vec<Self> {
        names.iter().filter_map(|name| Self::load(name)).collect()
    }

    /// A corpus of these pieces.
    pub fn of(name: &str, pieces: impl IntoIterator<Item = String>) -> Self {
        Self {
            name: name.to_owned(),
            pieces: pieces.into_iter().collect(),
        }
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its texts or messages.
    pub fn pieces(&self) -> &[String] {
        &self.pieces
    }

    /// The bytes of all of them.
    pub fn bytes(&self) -> usize {
        self.pieces.iter().map(String::len).sum()
    }

    /// About so many bytes of it, taken from all over it.
    #[must_use]
    pub fn about(&self, bytes: usize) -> Self {
        let step = self.bytes().div_ceil(bytes.max(1)).max(1);
        Self::of(&self.name, self.pieces.iter().step_by(step).cloned())
    }

    /// The pieces of which this is true.
    #[must_use]
    pub fn only(&self, name: &str, wanted: impl Fn(&str) -> bool) -> Self {
        Self::of(name, self.pieces.iter().filter(|piece| wanted(piece)).cloned())
    }

    /// Each piece rewritten.
    #[must_use]
    pub fn rewritten(&self, name: &str, rewrite: impl Fn(&str) -> String) -> Self {
        Self::of(name, self.pieces.iter().map(|piece| rewrite(piece)))
    }

    /// Real texts of some 400 bytes, each behind a header that makes it a mail of some 500: real mail that others handed on has
    /// longer headers than that.
    #[must_use]
    pub fn short_mails(&self) -> Self {
        self.only("500 B", |text| (350..450).contains(&text.len()))
            .rewritten("500 B", |text| format!("{HEADER}{text}").replace('\n', "\r\n"))
    }
}

fn content(line: &str) -> Option<String> {
    let record: Value = serde_json::from_str(line).ok()?;
    let content = record.get("text").or_else(|| record.get("raw"))?;
    content.as_str().map(str::to_owned)
}

const HEADER: &str = "From: ann@clinic.example\nTo: bob@hospital.example\nSubject: your note\n\n";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_a_corpus_comes_from_all_over_it() {
        let corpus = Corpus::of("numbers", (0..100).map(|number| format!("{number:010}")));
        let share = corpus.about(100);
        assert_eq!((share.bytes(), share.name()), (100, "numbers"));
        assert_eq!(share.pieces().last().map(String::as_str), Some("0000000090"));
        assert_eq!(corpus.about(10_000).bytes(), corpus.bytes());
    }

    #[test]
    fn a_short_mail_has_a_header_and_some_500_bytes() {
        let corpus = Corpus::of("natural", [10, 400, 4_000].map(|bytes| "a\n".repeat(bytes / 2)));
        let mails = corpus.short_mails();
        assert_eq!(mails.pieces().len(), 1);
        assert!(mails.pieces()[0].starts_with("From: ann@clinic.example\r\nTo: "));
    }

    #[test]
    fn a_record_is_a_text_or_a_raw_message() {
        assert_eq!(content(r#"{"id": "1", "text": "a"}"#).as_deref(), Some("a"));
        assert_eq!(content(r#"{"id": "1", "raw": "b"}"#).as_deref(), Some("b"));
        assert_eq!(content("{}"), None);
    }
}
