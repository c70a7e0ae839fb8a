//! Reads the shared corpus, `testdata/corpus/*.toml`; `testdata/README.md` describes its form.

#![allow(dead_code, reason = "each program that reads the corpus uses some of it")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sealwax::Timestamp;
use sealwax::engine::Engine;
use sealwax::json::Facts;
use sealwax::outer;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What went wrong while the corpus was read.
pub(crate) type Failure = Box<dyn std::error::Error>;

/// A message, what is known beside it, and what must come out.
pub(crate) struct Case {
    /// The file's name without its ending and the number of the case in it, such as `delivery-03`.
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) policy: PathBuf,
    pub(crate) message: Vec<u8>,
    pub(crate) facts: Facts,
    /// The facts file as the case writes it, each address in the form that the case gives it.
    pub(crate) written: String,
    pub(crate) expect: Expect,
}

/// What must come out; what is left out may be anything.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Expect {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) level: Option<String>,
    /// Exactly these categories.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) categories: Option<BTreeSet<String>>,
    /// At least these categories.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) includes: BTreeSet<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) complete: Option<bool>,
    /// At least these; an empty array is none at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) entities: Option<Vec<Entity>>,
    /// Types that are not found.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) absent: BTreeSet<String>,
    /// All of them, in order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) deliveries: Option<Vec<Delivery>>,
    /// What leaves for each recipient, in order; nothing where nothing leaves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) outer: Option<Vec<String>>,
    /// What goes into the seal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) inner: Option<String>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entity {
    #[serde(rename = "type")]
    pub(crate) label: String,
    pub(crate) part: String,
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) text: String,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Delivery {
    pub(crate) recipient: String,
    pub(crate) action: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) method: Option<String>,
    /// The level of the contract.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) level: Option<String>,
    /// The method of the fallback.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) fallback: Option<String>,
    /// A rule that set some dimension.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) rule: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) waiver: Option<String>,
    /// The waivers that did not apply: id, blank, reason; in order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) unapplied: Option<Vec<String>>,
    /// Whether the host keeps a copy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) archive: Option<bool>,
}

/// A case as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    message: Option<String>,
    message_base64: Option<String>,
    policy: Option<String>,
    at: Option<Timestamp>,
    transaction: Option<Value>,
    expect: Expect,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    case: Vec<Written>,
}

/// Every case below `folder`, in the order of the file names.
pub(crate) fn read(folder: &Path) -> Result<Vec<Case>, Failure> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_, Failure>>()?;
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
    paths.sort();
    let mut cases = Vec::new();
    for path in paths {
        let failed = |error: Failure| Failure::from(format!("{}: {error}", path.display()));
        let file: File = toml::from_str(&fs::read_to_string(&path)?).map_err(|error| failed(error.into()))?;
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        for (number, written) in (1..).zip(file.case) {
            cases.push(case(folder, format!("{stem}-{number:02}"), written).map_err(failed)?);
        }
    }
    Ok(cases)
}

fn case(folder: &Path, id: String, written: Written) -> Result<Case, Failure> {
    let message = match (written.message, written.message_base64) {
        (Some(text), None) => text.into_bytes(),
        (None, Some(base64)) => STANDARD.decode(base64)?,
        _ => return Err(format!("{id} needs either `message` or `message_base64`").into()),
    };
    let ordinary = || json!({"sender": SENDER, "recipients": [{"address": RECIPIENT}]});
    let transaction = written.transaction.unwrap_or_else(ordinary);
    let at: Timestamp = written.at.map_or_else(|| AT.parse(), Ok)?;
    let facts = json!({"at": at, "transaction": transaction}).to_string();
    let policy = written.policy.as_deref().unwrap_or("hipaa");
    Ok(Case {
        policy: folder.join("policies").join(policy).with_extension("toml"),
        facts: Facts::from_json(&facts)?,
        written: facts,
        id,
        name: written.name,
        message,
        expect: written.expect,
    })
}

const SENDER: &str = "ann@clinic.example";
const RECIPIENT: &str = "bob@mailbox.example";
const AT: &str = "2026-11-21T09:30:00Z";

/// The engine of the case's policy, built once for all cases: to build one takes longer than to judge a message.
pub(crate) fn engine(case: &Case) -> Result<Arc<Engine>, Failure> {
    static ENGINES: Mutex<BTreeMap<PathBuf, Arc<Engine>>> = Mutex::new(BTreeMap::new());
    let mut engines = ENGINES.lock().map_err(|_| "another case failed at its engine")?;
    if let Some(engine) = engines.get(&case.policy) {
        return Ok(Arc::clone(engine));
    }
    let policy = fs::read_to_string(&case.policy)?;
    let engine = Arc::new(Engine::builder().policy_toml(policy).build()?);
    engines.insert(case.policy.clone(), Arc::clone(&engine));
    Ok(engine)
}

/// Writes a case and what the engine answers into `folder`: the files that `testdata/README.md` lists.
pub(crate) fn unpack(case: &Case, folder: &Path) -> Result<(), Failure> {
    let policy = fs::read_to_string(&case.policy)?;
    let engine = engine(case)?;
    let now = case.facts.at.ok_or("a case has a time")?;
    let verdict = engine.evaluate(&case.message, &case.facts.transaction, now)?;
    fs::create_dir_all(folder)?;
    fs::write(folder.join("message.eml"), &case.message)?;
    fs::write(folder.join("facts.json"), &case.written)?;
    fs::write(folder.join("policy.toml"), policy)?;
    fs::write(folder.join("expect.json"), serde_json::to_string(&case.expect)?)?;
    fs::write(
        folder.join("scan.json"),
        sealwax::json::scan(&engine.scan_keeping_text(&case.message), &case.id),
    )?;
    fs::write(folder.join("verdict.json"), sealwax::json::verdict(&verdict))?;
    fs::write(folder.join("inner.eml"), outer::inner(&case.message))?;
    for (number, delivery) in verdict.deliveries.iter().enumerate() {
        let fallback = delivery
            .fallback
            .as_ref()
            .and_then(|fallback| fallback.outer(&case.message));
        let outer = delivery.outer(&case.message).unwrap_or_default();
        fs::write(folder.join(format!("outer-{number}.eml")), outer)?;
        fs::write(
            folder.join(format!("fallback-{number}.eml")),
            fallback.unwrap_or_default(),
        )?;
    }
    Ok(())
}
