//! From a policy file to an engine, with errors that name file, line and column.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use sealwax::crypto::HashKey;
use sealwax::detect::{Scanner, ScannerBuilder};
use sealwax::engine::{BuildError, BuildErrorKind, Engine, EngineBuilder};
use sealwax::message::Limits;
use sealwax::policy::Policy;
use sealwax::text::utf8;
use serde::Deserialize;

use crate::failure::Failure;
use crate::{files, keys};

/// The policy that a command decides by, and the key of its rosters.
#[derive(Debug, Args)]
pub(crate) struct Choice {
    /// The policy whose rules, detectors and limits count; a built-in one without it
    #[arg(long, value_name = "FILE", group = "source")]
    pub(crate) policy: Option<PathBuf>,

    /// The same, compiled by `sealwax compile`
    #[arg(long, value_name = "FILE", group = "source")]
    bundle: Option<PathBuf>,

    /// The key with which the policy's rosters were made
    #[arg(long, value_name = "FILE", requires = "source")]
    roster_key: Option<PathBuf>,

    /// How readily words of health beside a person are taken for PHI: `strict` (a miss is a breach), `balanced`
    /// (everybody) or `narrow` (only beside a number that one person has); the policy's without it
    #[arg(long, value_name = "SETTING", value_parser = ["strict", "balanced", "narrow"])]
    strictness: Option<String>,
}

impl Choice {
    /// The engine of the policy.
    pub(crate) fn engine(&self) -> Result<Engine, Failure> {
        let mut builder = Engine::builder();
        if let Some(key) = self.roster_key.as_deref() {
            builder = builder.roster_key(keys::hash_key(key)?);
        }
        if let Some(strictness) = self.strictness.as_deref().and_then(|name| name.parse().ok()) {
            builder = builder.strictness(strictness);
        }
        match (&self.policy, &self.bundle) {
            (Some(path), _) => of_policy(builder, path)?.build().map_err(|error| unbuilt(path, &error)),
            (None, Some(path)) => {
                let built = builder.bundle(files::read(path)?).build();
                built.map_err(|error| unbuilt(path, &error))
            }
            (None, None) => {
                let built = builder.build();
                built.map_err(|error| Failure::new(format!("the built-in policy: {error}")))
            }
        }
    }
}

/// The bundle of the policy file `path`.
pub(crate) fn compile(path: &Path, roster_key: Option<HashKey>) -> Result<Vec<u8>, Failure> {
    let mut builder = Engine::builder();
    if let Some(key) = roster_key {
        builder = builder.roster_key(key);
    }
    let compiled = of_policy(builder, path)?.compile();
    compiled.map_err(|error| unbuilt(path, &error))
}

/// The limits of the policy file `path`, or the built-in ones without one.
pub(crate) fn limits(path: Option<&Path>) -> Result<Limits, Failure> {
    path.map_or_else(|| Ok(Limits::default()), |path| Ok(draft(path)?.limits()))
}

/// `builder` with the policy file `path` and the files that it names.
fn of_policy(mut builder: EngineBuilder, path: &Path) -> Result<EngineBuilder, Failure> {
    let PolicyText { text, resources } = PolicyText::read(path)?;
    for (name, bytes) in resources {
        builder = builder.resource(name, bytes);
    }
    Ok(if is_json(path) {
        builder.policy_json(text)
    } else {
        builder.policy_toml(text)
    })
}

/// Says why the file `path` makes no engine.
fn unbuilt(path: &Path, error: &BuildError) -> Failure {
    match error.kind() {
        BuildErrorKind::Bundle => Failure::new(format!("`{}`: {error}", path.display()))
            .next_step("write it with `sealwax compile POLICY -o FILE`"),
        BuildErrorKind::Form => Failure::new(format!("`{}`: {error}", path.display()))
            .next_step("make it with `sealwax form make FORM... -o FILE`, beside the policy"),
        BuildErrorKind::Roster => Failure::new(format!("`{}`: {error}", path.display()))
            .next_step("put the roster beside the policy, and name its key with --roster-key FILE"),
        _ => refused(path, error),
    }
}

/// The policy of `path` without its proof: what `check` and `diff` look into, and what decides no mail.
pub(crate) fn draft(path: &Path) -> Result<Policy, Failure> {
    let PolicyText { text, resources } = PolicyText::read(path)?;
    let policy = if is_json(path) {
        Policy::draft_json(&text, &resources)
    } else {
        Policy::draft_toml(&text, &resources)
    };
    policy.map_err(|error| refused(path, &error))
}

/// Says that the detectors, terms and rules of composition of `policy` can be built and pass their examples.
pub(crate) fn try_examples(path: &Path, policy: &Policy) -> Result<(), Failure> {
    let builder = policy
        .detectors()
        .into_iter()
        .fold(Scanner::builder(), ScannerBuilder::detector);
    let built = builder.build();
    let scanner = built.map_err(|error| Failure::new(format!("`{}`: {error}", path.display())))?;
    policy.try_composition(&scanner).map_err(|error| refused(path, &error))
}

/// A policy file with the files that it includes.
struct PolicyText {
    text: String,
    resources: BTreeMap<String, Vec<u8>>,
}

impl PolicyText {
    fn read(path: &Path) -> Result<Self, Failure> {
        let text = files::read_text(path)?;
        let resources = included(path, &text);
        Ok(Self { text, resources })
    }
}

/// The files that the policy and its includes name, by that name; each is looked for beside the policy.
///
/// Names that are no files are left to the engine, which knows the built-in ones and says what is missing.
fn included(policy: &Path, text: &str) -> BTreeMap<String, Vec<u8>> {
    let folder = policy.parent().unwrap_or(Path::new(""));
    let mut found = BTreeMap::new();
    let mut wanted = names(policy, text);
    while let Some(name) = wanted.pop() {
        if found.contains_key(&name) {
            continue;
        }
        if let Ok(bytes) = fs::read(folder.join(&name)) {
            wanted.extend(names(Path::new(&name), utf8(&bytes).unwrap_or_default()));
            found.insert(name, bytes);
        }
    }
    found
}

/// What a policy file includes; none when it cannot be read, which the engine will say.
fn names(path: &Path, text: &str) -> Vec<String> {
    let read = if is_json(path) {
        serde_json::from_str(text).ok()
    } else {
        toml::from_str(text).ok()
    };
    read.map(Named::all).unwrap_or_default()
}

/// What in a policy names files.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Named {
    include: Vec<String>,
    form: Vec<NamedFile>,
    roster: Vec<NamedFile>,
}

#[derive(Deserialize)]
struct NamedFile {
    file: String,
}

impl Named {
    fn all(self) -> Vec<String> {
        let files = self.form.into_iter().chain(self.roster).map(|named| named.file);
        self.include.into_iter().chain(files).collect()
    }
}

fn is_json(path: &Path) -> bool {
    path.extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("json"))
}

/// `policy.toml: line 3, column 8: unknown field ...`.
fn refused(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::new(format!("`{}`: {error}", path.display())).next_step(format!(
        "correct the policy, then run `sealwax check {}`",
        path.display()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn includes_are_found_beside_the_policy_and_those_of_includes_too() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("site")).unwrap();
        fs::write(folder.path().join("site/a.toml"), "include = ['b.json', 'gone.toml']").unwrap();
        fs::write(folder.path().join("b.json"), r#"{"include": ["site/a.toml"]}"#).unwrap();
        fs::write(folder.path().join("people.roster"), [0xff]).unwrap();
        let text = "include = ['hipaa-2013', 'site/a.toml']\n[[roster]]\nname = 'people'\nfile = 'people.roster'";
        let found = included(&folder.path().join("policy.toml"), text);
        assert_eq!(
            found.keys().collect::<Vec<_>>(),
            ["b.json", "people.roster", "site/a.toml"]
        );
    }
}
