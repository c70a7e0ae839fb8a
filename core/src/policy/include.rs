//! Included files: profiles and resources, merged into one model.

use std::collections::BTreeMap;

#[cfg(feature = "serde")]
use super::locate::locate_json;
use super::locate::{Step, locate, write_path};
use super::model::{Defaults, Invariant, PolicyFile, SubjectRule};
use super::read::{Form, read};
use super::{PolicyError, PolicyErrorKind, Proof, profile};
use crate::text::utf8;

/// The files that a policy may include, by name: the core opens none itself.
pub type Resources = BTreeMap<String, Vec<u8>>;

/// One file that was read, with what errors need to name a place in it.
pub(super) struct Source {
    /// `None` is the policy itself.
    pub(super) name: Option<String>,
    pub(super) text: String,
    pub(super) form: Form,
    pub(super) file: PolicyFile,
}

/// Reads `text` and everything it includes, each file once; the policy itself comes first.
pub(super) fn sources(text: &str, form: Form, resources: &Resources) -> Result<Vec<Source>, PolicyError> {
    let mut all = vec![Source {
        name: None,
        text: text.to_owned(),
        form,
        file: read(text, form)?,
    }];
    let mut next = 0;
    while let Some(source) = all.get(next) {
        let mut new: Vec<Source> = Vec::new();
        for (index, name) in source.file.include.iter().enumerate() {
            let is_known = all.iter().chain(&new).any(|known| known.name.as_ref() == Some(name));
            if !is_known && all.len() + new.len() >= MAXIMUM_FILES {
                let message = format!("a policy includes at most {MAXIMUM_FILES} files");
                return Err(source.place(PolicyError::new(PolicyErrorKind::Limit, message), index));
            }
            if !is_known {
                new.push(open(name, resources).map_err(|error| source.place(error, index))?);
            }
        }
        all.append(&mut new);
        next += 1;
    }
    Ok(all)
}

impl Source {
    /// Gives an error about the include `index` its place; an error inside the included file has its own.
    fn place(&self, error: PolicyError, index: usize) -> PolicyError {
        match error.kind() {
            PolicyErrorKind::Include | PolicyErrorKind::Limit if error.file().is_none() => {
                self.locate(error, &[Step::Key("include"), Step::Index(index)])
            }
            _ => error,
        }
    }

    /// Gives an error its file and the place of `path` in it.
    pub(super) fn locate(&self, error: PolicyError, path: &[Step<'_>]) -> PolicyError {
        let error = error.at(self.line_and_column(path)).on(write_path(path));
        match &self.name {
            Some(name) => error.in_file(name),
            None => error,
        }
    }

    /// Where `path` stands, in words.
    pub(super) fn place_of(&self, path: &[Step<'_>]) -> String {
        let place = match self.line_and_column(path) {
            Some((line, column)) => format!("in line {line}, column {column}"),
            None => format!("at `{}`", write_path(path)),
        };
        let file = self.name.as_deref();
        file.map_or_else(|| place.clone(), |file| format!("{place} of `{file}`"))
    }

    fn line_and_column(&self, path: &[Step<'_>]) -> Option<(usize, usize)> {
        match self.form {
            Form::Toml => locate(&self.text, path),
            #[cfg(feature = "serde")]
            Form::Json => locate_json(&self.text, path),
        }
    }
}

/// For each of the customer's rules of composition, the place where an error about it is.
pub(super) fn places(sources: &[Source]) -> BTreeMap<String, PolicyError> {
    let mut places = BTreeMap::new();
    for source in sources {
        let own = source.file.classification.iter().flat_map(|settings| &settings.own);
        for (index, rule) in own.enumerate() {
            let path = [Step::Key("classification"), Step::Key("rule"), Step::Index(index)];
            let error = PolicyError::new(PolicyErrorKind::Value, String::new());
            places.insert(rule.id.clone(), source.locate(error, &path));
        }
    }
    places
}

/// Reads an included file: a profile by its name, else a resource.
fn open(name: &str, resources: &Resources) -> Result<Source, PolicyError> {
    let bytes = match profile::text(name) {
        Some(text) => text.as_bytes(),
        None => resources.get(name).ok_or_else(|| absent(name, resources))?,
    };
    let text = utf8(bytes).map_err(|error| {
        PolicyError::new(PolicyErrorKind::Syntax, format!("expected UTF-8, and the file {error}")).in_file(name)
    })?;
    let form = form_of(name);
    Ok(Source {
        name: Some(name.to_owned()),
        text: text.to_owned(),
        form,
        file: read(text, form).map_err(|error| error.in_file(name))?,
    })
}

fn absent(name: &str, resources: &Resources) -> PolicyError {
    let message = format!("`{name}` is neither a profile nor a file that was handed in");
    let mut known: Vec<&str> = resources.keys().map(String::as_str).collect();
    known.extend(profile::names().map(|name| -> &str { name }));
    PolicyError::new(PolicyErrorKind::Include, message).near(name, known)
}

/// The error for an invariant that does not hold, at its place where the policy itself states it.
pub(super) fn unproved(proof: Proof, sources: &[Source]) -> PolicyError {
    let kind = if proof.exhausted {
        PolicyErrorKind::Budget
    } else {
        PolicyErrorKind::Invariant
    };
    let message = if proof.exhausted {
        format!("the invariant `{}` could not be decided within the budget", proof.name)
    } else {
        format!(
            "the invariant `{}` does not hold: a message can leave with less",
            proof.name
        )
    };
    let error = PolicyError::new(kind, message).with_proof(proof);
    let stated = sources.iter().find_map(|source| {
        let own = |invariant: &Invariant| {
            error
                .proof()
                .is_some_and(|proof| proof.own && proof.name == invariant.id)
        };
        source.file.invariants.iter().position(own).map(|index| (source, index))
    });
    match stated {
        Some((source, index)) => source.locate(error, &[Step::Key("invariant"), Step::Index(index)]),
        None => error,
    }
}

fn form_of(name: &str) -> Form {
    #[cfg(feature = "serde")]
    if name
        .rsplit('.')
        .next()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("json"))
    {
        return Form::Json;
    }
    let _ = name;
    Form::Toml
}

/// Joins all files into one model. Protection is joined; a value that is no protection comes from the outermost file.
pub(super) fn merge(sources: &[Source]) -> PolicyFile {
    let mut merged = PolicyFile::default();
    for source in sources {
        absorb(&mut merged, source.file.clone());
    }
    merged.include.clear();
    merged
}

fn absorb(into: &mut PolicyFile, file: PolicyFile) {
    if into.name.is_empty() {
        into.name = file.name;
        into.description = file.description;
    }
    into.entity = into.entity.take().or(file.entity);
    into.baseline = into.baseline.join(file.baseline);
    into.relax_floor = match (into.relax_floor, file.relax_floor) {
        (Some(outer), Some(inner)) => Some(outer.join(inner)),
        (outer, inner) => outer.or(inner),
    };
    into.waivers = into.waivers.max(file.waivers);
    into.archive = into.archive.max(file.archive);
    into.unknown_facts = into.unknown_facts.max(file.unknown_facts);
    into.on_unmet = into.on_unmet.or(file.on_unmet);
    if into.tls13_suites.is_empty() {
        into.tls13_suites = file.tls13_suites;
    }
    into.contact = into.contact.take().or(file.contact);
    into.replies = std::mem::take(&mut into.replies).or(file.replies);
    into.defaults = Defaults {
        account: into.defaults.account.take().or(file.defaults.account),
        purpose: into.defaults.purpose.take().or(file.defaults.purpose),
        stream: into.defaults.stream.take().or(file.defaults.stream),
    };
    into.default_recipient = into.default_recipient.into_iter().chain(file.default_recipient).min();
    into.organization = into.organization.take().or(file.organization);
    into.subject = stricter(into.subject.take(), file.subject);
    into.categories.extend(file.categories);
    into.flags.extend(file.flags);
    into.purposes.extend(file.purposes);
    into.accounts.extend(file.accounts);
    into.distrusted_tls.extend(file.distrusted_tls);
    into.streams.extend(file.streams);
    into.triggers.extend(file.triggers);
    into.groups.extend(file.groups);
    into.recipients.extend(file.recipients);
    into.partners.extend(file.partners);
    into.floors.extend(file.floors);
    into.rules.extend(file.rules);
    into.invariants.extend(file.invariants);
    into.limits = into.limits.or(file.limits);
    into.classification = match (into.classification.take(), file.classification) {
        (Some(mut outer), Some(inner)) => {
            outer.absorb(inner);
            Some(outer)
        }
        (outer, inner) => outer.or(inner),
    };
    into.detectors.extend(file.detectors);
    into.lists.extend(file.lists);
    into.terms.extend(file.terms);
    into.rosters.extend(file.rosters);
    into.forms.extend(file.forms);
    into.allows.extend(file.allows);
    into.senders.extend(file.senders);
}

fn stricter(outer: Option<SubjectRule>, inner: Option<SubjectRule>) -> Option<SubjectRule> {
    match (outer, inner) {
        (Some(outer), Some(inner)) => Some(SubjectRule {
            from: outer.from.min(inner.from),
            action: outer.action.max(inner.action),
            text: outer.text,
        }),
        (outer, inner) => outer.or(inner),
    }
}

/// More files than anybody keeps apart; it bounds what an include can pull in.
const MAXIMUM_FILES: usize = 64;
