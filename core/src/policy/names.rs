//! The check of names: every name that is used is declared, and every name is declared once.

use std::collections::{BTreeMap, BTreeSet};

use super::include::Source;
use super::locate::Step;
use super::model::{Floor, Neutral, Partner, PolicyFile, Scope, Term, When};
use super::{Pattern, PolicyError, PolicyErrorKind};
use crate::BaaState;
use crate::address::folded_detail;
use crate::classify::{Category, RuleSpec, Strictness, Switch};
use crate::message::AnomalyKind;

/// Checks every file against the names that all of them declare together.
pub(super) fn check(sources: &[Source], merged: &PolicyFile) -> Result<(), PolicyError> {
    let names = Names::of(merged);
    let mut seen = BTreeMap::new();
    for source in sources {
        let found = declared_once(source, &mut seen).and_then(|()| names.check(&source.file, merged));
        found.map_err(|fault| {
            let key = fault.key.as_deref().map(Step::Key);
            let path: Vec<Step<'_>> = fault.path.iter().copied().chain(key).collect();
            source.locate(fault.error, &path)
        })?;
    }
    Ok(())
}

/// A fault and the path to it.
struct Fault {
    error: PolicyError,
    path: Vec<Step<'static>>,
    /// The last step, where it is a name that the policy gives.
    key: Option<String>,
}

impl Fault {
    fn new(kind: PolicyErrorKind, message: String, path: &[Step<'static>]) -> Self {
        Self {
            error: PolicyError::new(kind, message),
            path: path.to_vec(),
            key: None,
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
        check_composition(file, merged)?;
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

/// Refuses rules of composition that are none, and switches of rules that there are not.
fn check_composition(file: &PolicyFile, merged: &PolicyFile) -> Result<(), Fault> {
    let (Some(settings), Some(all)) = (&file.classification, &merged.classification) else {
        return Ok(());
    };
    let built_in = crate::classify::rules();
    for (index, rule) in settings.own.iter().enumerate() {
        let path = [Step::Key("classification"), Step::Key("rule"), Step::Index(index)];
        if let Some(fault) = rule.fault() {
            return Err(Fault::new(
                PolicyErrorKind::Value,
                fault.what,
                &extend(&path, fault.field),
            ));
        }
        if built_in.iter().any(|known| known.id == rule.id) {
            let id = &rule.id;
            let message = format!(
                "`{id}` is a built-in rule: give yours another id, or say under `[classification] rules` from which \
                 setting on the built-in one is used"
            );
            return Err(Fault::new(PolicyErrorKind::Duplicate, message, &extend(&path, "id")));
        }
    }
    let rules: Vec<&RuleSpec> = built_in.iter().chain(&all.own).collect();
    for (id, switch) in &settings.rules {
        check_switch(id, *switch, &rules).map_err(|fault| Fault {
            key: Some(id.clone()),
            ..fault
        })?;
    }
    Ok(())
}

/// Refuses to switch a rule that there is not, or one that holds in every setting.
fn check_switch(id: &str, switch: Switch, rules: &[&RuleSpec]) -> Result<(), Fault> {
    let path = [Step::Key("classification"), Step::Key("rules")];
    let Some(rule) = rules.iter().find(|rule| rule.id == id) else {
        let message =
            format!("there is no rule `{id}` of composition, expected a built-in one or one of the policy's own");
        let mut fault = Fault::new(PolicyErrorKind::UnknownName, message, &path);
        fault.error = fault.error.near(id, rules.iter().map(|rule| rule.id.as_str()));
        return Err(fault);
    };
    if rule.strictness == Strictness::Narrow && switch > Switch::Narrow {
        let message = format!(
            "`{id}` holds in every setting, because a number speaks for it: it can neither be switched off nor be used \
             later"
        );
        return Err(Fault::new(PolicyErrorKind::Direction, message, &path));
    }
    Ok(())
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
type Declared<'a> = BTreeMap<(&'static str, String), (&'a Source, Vec<Step<'static>>)>;

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
        set(
            COMPOSITION,
            "id",
            file.classification
                .iter()
                .flat_map(|settings| settings.own.iter().map(|rule| &rule.id))
                .collect(),
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
            let within = (key == COMPOSITION).then_some([Step::Key("classification"), Step::Key("rule")]);
            let section = within.map_or_else(|| vec![Step::Key(key)], Vec::from);
            let path: Vec<Step<'static>> = section
                .into_iter()
                .chain([Step::Index(index), Step::Key(field)])
                .collect();
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
            if let Some((first, place)) = seen.insert((space, folded), (source, path.clone())) {
                let first = first.place_of(&place);
                let message = format!("the {key} `{name}` is declared twice, for the first time {first}");
                return Err(Fault::new(PolicyErrorKind::Duplicate, message, &path));
            }
        }
    }
    Ok(())
}

/// What a rule of `[[classification.rule]]` is called.
const COMPOSITION: &str = "rule of composition";

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

    /// A rule of composition that may be one.
    const RULE: &str = "id = 'unit'\nsays = 'a'\nperson = ['full-name']\nhealth = ['specialty']\nwithin = 'sentence'\n\
                        strictness = 'balanced'\nexamples = ['a']\ncounterexamples = ['b']\n";

    #[test]
    fn a_rule_of_composition_that_is_none_is_told_with_its_place() {
        let own = |rule: &str| format!("name = 'x'\n[[classification.rule]]\n{rule}");
        for (from, to, path, expected) in [
            ("'unit'", "'named-word'", "id", "`named-word` is a built-in rule"),
            ("'unit'", "'Unit'", "id", "small letters"),
            (
                "['full-name']",
                "['condition']",
                "person",
                "`condition` is nothing that says whom",
            ),
            ("['full-name']", "[]", "person", "one thing at least"),
            (
                "['specialty']",
                "['kin']",
                "health",
                "`kin` is nothing that tells of health",
            ),
            (
                "health",
                "against = ['kin']\nhealth",
                "against",
                "`kin` is nothing that speaks against",
            ),
            ("health", "words = 17\nhealth", "words", "16 words at most"),
            ("= ['a']", "= []", "examples", "a text in which it holds"),
            ("= ['b']", "= []", "counterexamples", "does not hold"),
            ("says = 'a'", "says = ' '", "says", "says in words"),
        ] {
            let error = Policy::from_toml(&own(&RULE.replacen(from, to, 1)), &Resources::new()).unwrap_err();
            assert_eq!(error.path(), format!("classification.rule[0].{path}"), "{error}");
            assert!(error.message().contains(expected), "{error}");
            assert!(error.line().is_some_and(|line| line > 1), "{error}");
        }
        let error = Policy::from_toml(
            &own(&format!("{RULE}[[classification.rule]]\n{RULE}")),
            &Resources::new(),
        );
        assert_eq!(error.unwrap_err().kind(), PolicyErrorKind::Duplicate);
        for slip in ["full-nam", "sentense", "balancd"] {
            let right = ["full-name", "sentence", "balanced"]
                .into_iter()
                .find(|word| word.get(..6) == slip.get(..6));
            let rule = RULE.replace(right.unwrap(), slip);
            let error = Policy::from_toml(&own(&rule), &Resources::new()).unwrap_err();
            assert_eq!(error.nearest(), right, "{error}");
        }
    }

    #[test]
    fn a_switch_names_a_rule_that_there_is_and_loosens_none_that_a_number_speaks_for() {
        let read = |switch: &str| Policy::from_toml(&format!("[classification.rules]\n{switch}"), &Resources::new());
        let error = read("named-wrod = 'off'").unwrap_err();
        assert_eq!(
            (error.kind(), error.nearest()),
            (PolicyErrorKind::UnknownName, Some("named-word"))
        );
        assert_eq!(
            (error.path(), error.line()),
            ("classification.rules.named-wrod", Some(2))
        );
        for setting in ["off", "strict", "balanced"] {
            let error = read(&format!("identifier-and-health = '{setting}'")).unwrap_err();
            assert_eq!(error.kind(), PolicyErrorKind::Direction, "{error}");
        }
        assert!(read("identifier-and-health = 'narrow'\nnamed-word = 'off'").is_ok());
    }

    #[test]
    fn the_outermost_file_switches_a_rule_and_every_file_adds_its_own() {
        let outer = format!(
            "include = ['in.toml']\n[classification]\nrules.named-word = 'off'\n[[classification.rule]]\n{RULE}"
        );
        let inner = format!(
            "[classification]\nphi = 'narrow'\nrules.named-word = 'narrow'\nrules.named-chart = 'off'\n\
                             [[classification.rule]]\n{}",
            RULE.replace("unit", "ward")
        );
        let policy = Policy::from_toml(&outer, &[("in.toml".to_owned(), inner.into_bytes())].into()).unwrap();
        let ids: Vec<String> = policy.composition().into_iter().map(|rule| rule.id).collect();
        for (id, stands) in [
            ("unit", true),
            ("ward", true),
            ("named-word", false),
            ("named-chart", false),
        ] {
            assert_eq!(ids.iter().any(|known| known == id), stands, "{id}");
        }
        assert_eq!(policy.strictness(), crate::classify::Strictness::Narrow);
    }
}
