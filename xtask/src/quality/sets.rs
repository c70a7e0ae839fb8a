//! The labelled sets of an evaluation folder, and the people's mail beside them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::cases::text;
use crate::Failure;

/// Messages of which somebody said what they are.
pub(super) struct Set {
    /// The name in tables and in the data of the rules.
    pub(super) name: &'static str,
    pub(super) messages: Vec<Labelled>,
    /// Whether its messages are no variants of those of another set, and somebody said of each what it is.
    pub(super) is_first: bool,
}

/// A message with its labels.
pub(super) struct Labelled {
    pub(super) id: String,
    /// The recipe or kind that it was made by; of ordinary mail, who sent it.
    pub(super) kind: String,
    pub(super) raw: Vec<u8>,
    pub(super) wanted: Wanted,
}

/// What a message is; none where nobody can say.
#[derive(Clone, Copy, Default)]
pub(super) struct Wanted {
    pub(super) phi: Option<bool>,
    pub(super) financial: Option<bool>,
    pub(super) credentials: Option<bool>,
    pub(super) is_hard: bool,
}

/// All sets of a split: those made by recipes, those written by hand in two parts, and the minimal kinds.
pub(super) fn all(split: &Path) -> Result<Vec<Set>, Failure> {
    let mut sets = Vec::new();
    for (folder, name) in [
        ("messages", STRUCTURED),
        ("typos", "typing errors"),
        ("evasion", "evasions"),
    ] {
        if split.join(folder).join("labels.jsonl").is_file() {
            let made = made(&split.join(folder), name)?;
            sets.push(Set {
                is_first: name == STRUCTURED,
                ..made
            });
        }
    }
    let prose = split.join("prose").join("messages.jsonl.gz");
    if prose.is_file() {
        let (held, open) = written(&prose)?.into_iter().partition(|one| is_held(&one.id));
        sets.push(set("prose, looked at", open));
        sets.push(set(HELD, held));
    }
    let kinds = split.join("kinds.jsonl.gz");
    if kinds.is_file() {
        sets.push(set("kinds", written(&kinds)?));
    }
    Ok(sets)
}

/// The set whose recipes came first.
pub(super) const STRUCTURED: &str = "structured";
/// Mail of which nothing is known to be sensitive.
pub(super) const ORDINARY: &str = "ordinary mail";
/// The third of the prose that nobody looks at.
pub(super) const HELD: &str = "prose, held out";

const fn set(name: &'static str, messages: Vec<Labelled>) -> Set {
    Set {
        name,
        messages,
        is_first: true,
    }
}

/// Messages made by recipes, each in a file.
fn made(folder: &Path, name: &'static str) -> Result<Set, Failure> {
    let mut messages = Vec::new();
    for line in fs::read_to_string(folder.join("labels.jsonl"))?.lines() {
        let label: Value = serde_json::from_str(line)?;
        let (Some(id), Some(file)) = (text(&label, "id"), text(&label, "file")) else {
            return Err("a label has no id or no file".into());
        };
        let flag = |key: &str| label.get(key).and_then(Value::as_bool);
        let is_arguable = flag("arguable") == Some(true);
        messages.push(Labelled {
            id: id.to_owned(),
            kind: text(&label, "recipe").unwrap_or_default().to_owned(),
            raw: fs::read(folder.join(file)).or_else(|_| fs::read(folder.join("eml").join(file)))?,
            wanted: Wanted {
                phi: flag("phi").filter(|_| !is_arguable),
                financial: flag("financial").filter(|_| !is_arguable),
                credentials: None,
                is_hard: text(&label, "difficulty") == Some("hard"),
            },
        });
    }
    Ok(set(name, messages))
}

/// Messages in one packed file of a record a line.
fn written(file: &Path) -> Result<Vec<Labelled>, Failure> {
    let unpacked = Command::new("gzip").arg("-dc").arg(file).output()?;
    let mut messages = Vec::new();
    for line in String::from_utf8(unpacked.stdout)?.lines() {
        let record: Value = serde_json::from_str(line)?;
        let labels = record.get("labels").or_else(|| record.get("expect"));
        let flag = |key: &str| labels.and_then(|labels| labels.get(key)).and_then(Value::as_bool);
        let field = |key: &str| text(&record, key).unwrap_or_default();
        messages.push(Labelled {
            id: field("id").to_owned(),
            kind: field("kind").to_owned(),
            raw: field("raw").as_bytes().to_vec(),
            wanted: Wanted {
                phi: flag("phi"),
                financial: flag("financial"),
                credentials: flag("credentials"),
                is_hard: false,
            },
        });
    }
    Ok(messages)
}

/// Whether a message of the prose belongs to the third that nobody looks at. It was drawn before anybody looked; of what came
/// later, a hash of the id decides.
fn is_held(id: &str) -> bool {
    let mut drawn = include_str!("../../data/held.txt").split_whitespace();
    let mut known = include_str!("../../data/looked_at.txt").split_whitespace();
    let is_known = known.any(|known| known == id);
    drawn.any(|drawn| drawn == id) || (!is_known && hash(id).is_multiple_of(3))
}

/// FNV-1a of a text.
fn hash(text: &str) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    text.bytes().fold(0xcbf2_9ce4_8422_2325, step)
}

/// Ordinary mail of a folder: every message that is no spam, in which nothing is known to be sensitive.
pub(super) fn ham(folder: &Path) -> Result<Set, Failure> {
    let mut files = Vec::new();
    collect(folder, &mut files)?;
    files.sort();
    let mut seen = BTreeSet::new();
    let mut messages = Vec::new();
    for file in files {
        let raw = fs::read(&file)?;
        if seen.insert(raw.clone()) {
            messages.push(Labelled {
                id: file.display().to_string(),
                kind: sender(&raw),
                raw,
                wanted: Wanted::default(),
            });
        }
    }
    Ok(Set {
        is_first: false,
        ..set(ORDINARY, messages)
    })
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir() {
            if !name.starts_with("spam") {
                collect(&path, files)?;
            }
        } else if path
            .extension()
            .is_some_and(|ending| ending == "txt" || ending == "eml")
        {
            files.push(path);
        }
    }
    Ok(())
}

/// The list of a message, else the domain of its sender: mail of one origin is of one kind.
fn sender(raw: &[u8]) -> String {
    let text = String::from_utf8_lossy(raw);
    let headers = text.lines().take_while(|line| !line.is_empty());
    let value = |name: &str| {
        let mut values = headers.clone().filter_map(|line| {
            let (field, value) = line.split_once(':')?;
            field
                .eq_ignore_ascii_case(name)
                .then(|| value.trim().to_ascii_lowercase())
        });
        values.next()
    };
    let domain = || {
        let from = value("From")?;
        let domain = from.rsplit('@').next()?;
        Some(
            domain
                .chars()
                .take_while(|letter| letter.is_alphanumeric() || "-.".contains(*letter))
                .collect(),
        )
    };
    value("List-Id").or_else(domain).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_third_that_nobody_looks_at_is_a_third_and_stays_the_same() {
        let ids: Vec<String> = (0..3000).map(|number| format!("new-{number}")).collect();
        let held = ids.iter().filter(|id| is_held(id)).count();
        assert!((900..1100).contains(&held), "{held}");
        let lists = [
            include_str!("../../data/held.txt"),
            include_str!("../../data/looked_at.txt"),
        ];
        let [drawn, known] = lists.map(|list| list.split_whitespace().collect::<BTreeSet<_>>());
        assert!(drawn.is_disjoint(&known));
        assert!(drawn.iter().all(|id| is_held(id)) && !known.iter().any(|id| is_held(id)));
    }

    #[test]
    fn mail_of_one_list_or_sender_is_of_one_kind() {
        assert_eq!(sender(b"From: a@x.example\nList-Id: <News.x>\n\nb"), "<news.x>");
        assert_eq!(sender(b"From: A <a@X.example>\n\nList-Id: y"), "x.example");
    }
}
