//! The check of names: every name that is used is declared, and every name is declared once.

use std::collections::{BTreeMap, BTreeSet};

use super::include::Source;
use super::locate::Step;
use super::model::{Floor, Neutral, Partner, PolicyFile, Scope, Term, When};
use super::{Pattern, PolicyError, PolicyErrorKind};
use crate::BaaState;
use crate::address::folded_detail;
use crate::classify::Category;
use crate::message::AnomalyKind;

/// Checks every file against the names that all of them declare together.
pub(super) fn check(sources: &[Source], merged: &PolicyFile) -> Result<(), PolicyError> {
    let names = Names::of(merged);
    let mut seen = BTreeMap::new();
    for source in sources {
        let found = declared_once(source, &mut seen).and_then(|()| names.check(&source.file, merged));
        found.map_err(|fault| source.locate(fault.error, &fault.path))?;
    }
    Ok(())
}

/// A fault and the path to it.
struct Fault {
    error: PolicyError,
    path: Vec<Step<'static>>,
}

impl Fault {
    fn new(kind: PolicyErrorKind, message: String, path: &[Step<'static>]) -> Self {
        Self {
            error: PolicyError::new(kind, message),
            path: path.to_vec(),
        }
    }
}

/// Every name that somebody may use.
struct Names<'a> {
    accounts: BTreeSet<&'a str>,
    categories: BTreeSet<&'a str>,
    flags: BTreeSet<&'a str>,
    groups: BTreeSet<&'a str>,
    /// The labels that a detector can find; none are known when no rule counts any.
    labels: BTreeSet<String>,
    purposes: BTreeSet<&'a str>,
    recipients: BTreeSet<&'a str>,
    streams: BTreeSet<&'a str>,
    triggers: BTreeSet<&'a str>,
    defaults: &'a super::model::Defaults,
}

impl<'a> Names<'a> {
    fn of(file: &'a PolicyFile) -> Self {
        let strip = |name: &'a String| name.strip_prefix("custom:").unwrap_or(name);
        let partners = file.partners.iter().map(|partner| partner.name.as_str());
        Self {
            accounts: file.accounts.iter().map(String::as_str).collect(),
            categories: file.categories.iter().map(strip).collect(),
            flags: file.flags.iter().map(String::as_str).collect(),
            labels: labels(file),
            groups: file.groups.iter().map(|group| group.name.as_str()).collect(),
            purposes: file.purposes.iter().map(String::as_str).collect(),
            recipients: file
                .recipients
                .iter()
                .map(|set| set.name.as_str())
                .chain(partners)
                .collect(),
            streams: file.streams.iter().map(|stream| stream.name.as_str()).collect(),
            triggers: file.triggers.iter().map(|trigger| trigger.name.as_str()).collect(),
            defaults: &file.defaults,
        }
    }

    fn check(&self, file: &PolicyFile, merged: &PolicyFile) -> Result<(), Fault> {
        self.check_defaults(file)?;
        check_people(file)?;
        check_allows(file, merged)?;
        for (index, floor) in file.floors.iter().enumerate() {
            let path = [Step::Key("floor"), Step::Index(index), Step::Key("of")];
            match floor.scope {
                Scope::Account => known("account", &floor.of, &self.accounts, &path)?,
                Scope::Group => known("group", &floor.of, &self.groups, &path)?,
                Scope::Domain | Scope::User => check_of(floor, &path)?,
            }
        }
        check_members(file)?;
        check_details(file)?;
        for (index, rule) in file.rules.iter().enumerate() {
            self.check_when(&rule.when, &[Step::Key("rule"), Step::Index(index), Step::Key("when")])?;
        }
        for (index, invariant) in file.invariants.iter().enumerate() {
            self.check_when(
                &invariant.when,
                &[Step::Key("invariant"), Step::Index(index), Step::Key("when")],
            )?;
        }
        let detectors = file.detectors.iter().enumerate();
        let terms = file.terms.iter().map(|term| &term.category);
        for (index, category) in detectors.filter_map(|(index, detector)| Some((index, detector.category.as_ref()?))) {
            self.check_category(
                category,
                &[Step::Key("detector"), Step::Index(index), Step::Key("category")],
            )?;
        }
        for (index, category) in terms.enumerate() {
            self.check_category(
                category,
                &[Step::Key("term"), Step::Index(index), Step::Key("category")],
            )?;
        }
        Ok(())
    }

    fn check_defaults(&self, file: &PolicyFile) -> Result<(), Fault> {
        let defaults = &file.defaults;
        for (word, name, names) in [
            ("account", &defaults.account, &self.accounts),
            ("purpose", &defaults.purpose, &self.purposes),
            ("stream", &defaults.stream, &self.streams),
        ] {
            if let Some(name) = name {
                known(word, name, names, &[Step::Key("defaults"), Step::Key(word)])?;
            }
        }
        Ok(())
    }

    fn check_when(&self, when: &When, at: &[Step<'static>]) -> Result<(), Fault> {
        for (word, used, names) in [
            ("trigger", &when.trigger.0, &self.triggers),
            ("flag", &when.flag.0, &self.flags),
        ] {
            all_known(word, used, names, &extend(at, word))?;
        }
        let anomalies = AnomalyKind::ALL.iter().map(|kind| kind.name()).collect();
        all_known("anomaly", &when.anomaly.0, &anomalies, &extend(at, "anomaly"))?;
        for (word, used) in [("category", &when.category.0), ("all_categories", &when.all_categories)] {
            for category in used {
                self.check_category(category, &extend(at, word))?;
            }
        }
        let labels = self.labels.iter().map(String::as_str).collect();
        let counted: Vec<String> = when.count.keys().cloned().collect();
        all_known("label", &counted, &labels, &extend(at, "count"))?;
        all_known("label", &when.label.0, &labels, &extend(at, "label"))?;
        if let Some((label, _)) = when.count.iter().find(|(_, least)| **least == 0) {
            let message = format!("`{label} = 0` always holds, expected at least 1");
            return Err(Fault::new(PolicyErrorKind::Value, message, &extend(at, "count")));
        }
        self.check_neutral(&when.is, &extend(at, "is"))?;
        self.check_neutral(&when.not, &extend(at, "not"))
    }

    fn check_category(&self, category: &Category, path: &[Step<'static>]) -> Result<(), Fault> {
        match category {
            Category::Custom(name) if !self.categories.contains(&**name) => {
                let known = self.categories.iter().copied().chain(BUILT_IN_CATEGORIES);
                let mut fault = Fault::new(
                    PolicyErrorKind::UnknownName,
                    format!("unknown category `{name}`, expected a built-in one or one that `categories` declares"),
                    path,
                );
                fault.error = fault.error.near(name, known);
                Err(fault)
            }
            _ => Ok(()),
        }
    }

    fn check_neutral(&self, facts: &Neutral, at: &[Step<'static>]) -> Result<(), Fault> {
        for (word, used, names, default) in [
            (
                "account",
                &facts.account.0,
                &self.accounts,
                self.defaults.account.is_some(),
            ),
            ("group", &facts.group.0, &self.groups, true),
            (
                "purpose",
                &facts.purpose.0,
                &self.purposes,
                self.defaults.purpose.is_some(),
            ),
            ("recipients", &facts.recipients.0, &self.recipients, true),
            ("stream", &facts.stream.0, &self.streams, self.defaults.stream.is_some()),
        ] {
            all_known(word, used, names, &extend(at, word))?;
            if !used.is_empty() && !default {
                let message = format!(
                    "a rule asks for `{word}`, so `[defaults]` must name the {word} of a message for which the host \
                     gives none"
                );
                return Err(Fault::new(PolicyErrorKind::Value, message, &extend(at, word)));
            }
        }
        Ok(())
    }
}

/// The labels of the built-in detectors and of the policy's own, where a rule counts any.
fn labels(file: &PolicyFile) -> BTreeSet<String> {
    let conditions = file.rules.iter().map(|rule| &rule.when);
    let mut conditions = conditions.chain(file.invariants.iter().map(|invariant| &invariant.when));
    if conditions.all(|when| when.count.is_empty() && when.label.is_empty()) {
        return BTreeSet::new();
    }
    let own = file
        .detectors
        .iter()
        .cloned()
        .chain(file.terms.iter().map(Term::detector));
    let built_in = crate::detect::built_in().unwrap_or_default();
    own.chain(built_in).map(|detector| detector.label).collect()
}

/// Refuses what says of people what cannot be so, and what says it of nobody.
fn check_people(file: &PolicyFile) -> Result<(), Fault> {
    let domains = file.organization.iter().flat_map(|house| &house.domains);
    if let Some(address) = domains.clone().find(|pattern| matches!(pattern, Pattern::Address(_))) {
        let message = format!("`{address}` is one address, expected `clinic.example` or `*.clinic.example`");
        return Err(organization(message));
    }
    if file.organization.is_some() && domains.count() == 0 {
        let message = "an organisation without a domain holds nobody, expected `domains = [\"clinic.example\"]`";
        return Err(organization(message.to_owned()));
    }
    for (index, sender) in file.senders.iter().enumerate() {
        if sender.members.is_empty() && !sender.organization {
            let message = "a sender needs `members`, or `organization = true` for everybody of `[organization]`";
            let path = [Step::Key("sender"), Step::Index(index), Step::Key("members")];
            return Err(Fault::new(PolicyErrorKind::Value, message.to_owned(), &path));
        }
    }
    let partners = file.partners.iter().enumerate();
    partners.into_iter().try_for_each(|(index, partner)| {
        let path = [Step::Key("partner"), Step::Index(index), Step::Key("agreement")];
        check_agreement(partner, &path)
    })
}

fn organization(message: String) -> Fault {
    let path = [Step::Key("organization"), Step::Key("domains")];
    Fault::new(PolicyErrorKind::Value, message, &path)
}

fn check_agreement(partner: &Partner, path: &[Step<'static>]) -> Result<(), Fault> {
    let Some(agreement) = &partner.agreement else {
        return Ok(());
    };
    if !matches!(partner.baa, BaaState::Signed | BaaState::PhiForbidden) {
        let message = "an agreement was made, so `baa` is `signed` or `phi-forbidden`";
        return Err(Fault::new(PolicyErrorKind::Value, message.to_owned(), path));
    }
    if agreement.is_never() {
        let message = "the agreement ends before its date, so it never stands";
        return Err(Fault::new(PolicyErrorKind::Value, message.to_owned(), path));
    }
    Ok(())
}

/// Refuses an allow-list of a detector that is not there: it would silence nothing, and nobody would know.
fn check_allows(file: &PolicyFile, merged: &PolicyFile) -> Result<(), Fault> {
    if file.allows.is_empty() {
        return Ok(());
    }
    let own = merged.detectors.iter().map(|detector| detector.id.clone());
    let terms = merged.terms.iter().map(|term| term.id.clone());
    let built_in = crate::detect::built_in().unwrap_or_default();
    let ids: BTreeSet<String> = own
        .chain(terms)
        .chain(built_in.into_iter().map(|detector| detector.id))
        .collect();
    let names = ids.iter().map(String::as_str).collect();
    file.allows.iter().enumerate().try_for_each(|(index, allow)| {
        let path = [Step::Key("allow"), Step::Index(index), Step::Key("detector")];
        known("detector", &allow.detector, &names, &path)
    })
}

/// Refuses a floor of a domain or a user that no sender has.
fn check_of(floor: &Floor, path: &[Step<'static>]) -> Result<(), Fault> {
    let Err(error) = floor.person() else {
        return Ok(());
    };
    let of = &floor.of;
    let (message, meant) = match (floor.scope, Pattern::parse(of).ok().or_else(|| Pattern::meant(of))) {
        (Scope::Domain, Some(Pattern::Address(address))) => (
            format!("`{of}` is an address, which has a floor of `scope = \"user\"`"),
            address.domain().map(ToString::to_string),
        ),
        (Scope::Domain, Some(Pattern::Below(parent))) => (
            format!("`{of}` is more than one domain, which has a floor of `scope = \"group\"`"),
            Some(parent.to_string()),
        ),
        (Scope::User, Some(Pattern::Domain(_) | Pattern::Below(_))) => (
            format!("`{of}` is no address, and a domain has a floor of `scope = \"domain\"`"),
            None,
        ),
        (_, meant) => (
            format!("`{of}` is nobody's: {error}"),
            meant.map(|meant| meant.to_string()),
        ),
    };
    let mut fault = Fault::new(PolicyErrorKind::Value, message, path);
    fault.error = fault.error.meaning(meant);
    Err(fault)
}

/// Refuses sets of people in which nobody can be. A group may be without members, since the host can name it.
fn check_members(file: &PolicyFile) -> Result<(), Fault> {
    let sets = file.recipients.iter().map(|set| set.members.is_empty()).collect();
    let partners = file.partners.iter().map(|partner| partner.members.is_empty()).collect();
    let senders = file.senders.iter();
    let senders = senders
        .map(|sender| sender.members.is_empty() && !sender.organization)
        .collect();
    let all: [(&'static str, Vec<bool>); 3] = [("recipients", sets), ("partner", partners), ("sender", senders)];
    for (key, sets) in all {
        if let Some(index) = sets.iter().position(|is_empty| *is_empty) {
            let path = [Step::Key(key), Step::Index(index), Step::Key("members")];
            let message = "nobody is in an empty set, expected `lab.example`, `*.lab.example` or `ann@lab.example`";
            return Err(Fault::new(PolicyErrorKind::Value, message.into(), &path));
        }
    }
    Ok(())
}

/// Refuses a plus-address that no local part can hold.
fn check_details(file: &PolicyFile) -> Result<(), Fault> {
    for (index, trigger) in file.triggers.iter().enumerate() {
        let path = [Step::Key("trigger"), Step::Index(index), Step::Key("plus")];
        for word in &trigger.plus.0 {
            let bare = word.trim().trim_start_matches('+');
            let is_detail = folded_detail(word).is_some_and(|detail| !detail.is_empty());
            if is_detail && bare == word {
                continue;
            }
            let message =
                format!("`{word}` is no detail, expected what stands behind the `+`: `secure` in `ann+secure`");
            let mut fault = Fault::new(PolicyErrorKind::Value, message, &path);
            let is_meant = !bare.is_empty() && folded_detail(bare).is_some();
            fault.error = fault.error.meaning(is_meant.then(|| bare.to_owned()));
            return Err(fault);
        }
    }
    Ok(())
}

fn extend(path: &[Step<'static>], key: &'static str) -> Vec<Step<'static>> {
    path.iter().copied().chain([Step::Key(key)]).collect()
}

fn all_known(word: &'static str, used: &[String], names: &BTreeSet<&str>, path: &[Step<'static>]) -> Result<(), Fault> {
    used.iter().try_for_each(|name| known(word, name, names, path))
}

fn known(word: &'static str, name: &str, names: &BTreeSet<&str>, path: &[Step<'static>]) -> Result<(), Fault> {
    if names.contains(name) {
        return Ok(());
    }
    let message = format!("unknown {word} `{name}`, expected one that the policy declares");
    let mut fault = Fault::new(PolicyErrorKind::UnknownName, message, path);
    fault.error = fault.error.near(name, names.iter().copied());
    Err(fault)
}

/// Where each name of a kind was declared first.
type Declared<'a> = BTreeMap<(&'static str, String), (&'a Source, [Step<'static>; 3])>;

/// Refuses a second declaration of a name and a name without a character.
fn declared_once<'a>(source: &'a Source, seen: &mut Declared<'a>) -> Result<(), Fault> {
    let file = &source.file;
    let set = |kind, key, names: Vec<&String>| (kind, key, names.into_iter().cloned().collect::<Vec<_>>());
    let recipients = file.recipients.iter().map(|set| &set.name).collect();
    for (key, field, names) in [
        set("rule", "id", file.rules.iter().map(|rule| &rule.id).collect()),
        set(
            "invariant",
            "id",
            file.invariants.iter().map(|invariant| &invariant.id).collect(),
        ),
        set(
            "stream",
            "name",
            file.streams.iter().map(|stream| &stream.name).collect(),
        ),
        set(
            "trigger",
            "name",
            file.triggers.iter().map(|trigger| &trigger.name).collect(),
        ),
        set("allow", "id", file.allows.iter().map(|allow| &allow.id).collect()),
        set(
            "roster",
            "name",
            file.rosters.iter().map(|roster| &roster.name).collect(),
        ),
        set("form", "name", file.forms.iter().map(|form| &form.name).collect()),
        set("group", "name", file.groups.iter().map(|group| &group.name).collect()),
        set("recipients", "name", recipients),
        set(
            "sender",
            "name",
            file.senders.iter().map(|sender| &sender.name).collect(),
        ),
        set("list", "id", file.lists.iter().map(|list| &list.id).collect()),
        set(
            "partner",
            "name",
            file.partners.iter().map(|partner| &partner.name).collect(),
        ),
    ] {
        // A partner is a recipient set of the same name, so the two share one space of names.
        let space = if key == "partner" { "recipients" } else { key };
        for (index, name) in names.into_iter().enumerate() {
            let path = [Step::Key(key), Step::Index(index), Step::Key(field)];
            if name.trim().is_empty() {
                return Err(Fault::new(
                    PolicyErrorKind::Value,
                    format!("a {key} needs a {field}"),
                    &path,
                ));
            }
            // The host may name a list in any case.
            let folded = if key == "list" {
                name.to_ascii_lowercase()
            } else {
                name.clone()
            };
            if let Some((first, place)) = seen.insert((space, folded), (source, path)) {
                let first = first.place_of(&place);
                let message = format!("the {key} `{name}` is declared twice, for the first time {first}");
                return Err(Fault::new(PolicyErrorKind::Duplicate, message, &path));
            }
        }
    }
    Ok(())
}

pub(super) const BUILT_IN_CATEGORIES: [&str; 8] = [
    "clinical-data",
    "credential",
    "financial",
    "insurance-billing",
    "medical-history",
    "personal-identifier",
    "phi",
    "treatment",
];

#[cfg(test)]
mod tests {
    use crate::policy::{Policy, PolicyErrorKind, Resources};

    /// A section, the key of its name, and what else it needs.
    const NAMED: [(&str, &str, &str); 12] = [
        ("rule", "id", "when = {}\nrequire = {}"),
        ("invariant", "id", "when = {}\nrequire = {}"),
        ("stream", "name", ""),
        ("trigger", "name", "subject = '[a]'\nrequire = {}"),
        ("allow", "id", "detector = 'us-phone'\nvalues = ['1']\nreason = 'ours'"),
        ("roster", "name", "file = 'a'"),
        ("form", "name", "file = 'a'"),
        ("group", "name", ""),
        ("recipients", "name", "members = 'lab.example'"),
        ("partner", "name", "members = 'lab.example'"),
        ("sender", "name", "members = 'lab.example'"),
        ("list", "id", ""),
    ];

    #[test]
    fn a_name_that_is_declared_twice_is_refused_with_both_places() {
        for (key, field, rest) in NAMED {
            let rest = rest.replace("members = 'lab.example'", "members = ['lab.example']");
            let section = format!("[[{key}]]\n{field} = 'a'\n{rest}\n");
            let lines = section.lines().count();
            let error = Policy::from_toml(&section.repeat(2), &Resources::new()).unwrap_err();
            assert_eq!(error.kind(), PolicyErrorKind::Duplicate, "{error}");
            assert_eq!(error.line(), Some(lines + 2), "{error}");
            let message = format!("the {key} `a` is declared twice, for the first time in line 2, column ");
            assert!(error.message().starts_with(&message), "{error}");

            let including = format!("include = ['other.toml']\n{section}");
            let resources = [("other.toml".to_owned(), section.into_bytes())].into();
            let error = Policy::from_toml(&including, &resources).unwrap_err();
            assert_eq!(
                (error.kind(), error.file()),
                (PolicyErrorKind::Duplicate, Some("other.toml"))
            );
            assert!(
                error.message().contains("for the first time in line 3, column "),
                "{error}"
            );
        }
    }

    #[test]
    fn a_list_is_one_in_any_case_and_a_partner_is_a_set() {
        for (text, first) in [
            ("[[list]]\nid = 'News'\n[[list]]\nid = 'news'", 2),
            (
                "[[recipients]]\nname = 'a'\nmembers = ['b.example']\n[[partner]]\nname = 'a'\nmembers = ['b.example']",
                2,
            ),
        ] {
            let error = Policy::from_toml(text, &Resources::new()).unwrap_err();
            assert_eq!(error.kind(), PolicyErrorKind::Duplicate, "{error}");
            assert!(error.message().contains(&format!("in line {first}, ")), "{error}");
        }
    }
}
