//! What a policy knows by name, and what the host named that it does not.
//!
//! A fact that no policy knows would count for nothing, and protection would fall in silence: `VIP` raises no rule that
//! asks for `vip`. So every decision begins here. Under `unknown_facts = "error"` the first fault ends it; under
//! `"strictest"` a fault counts as whatever raises most.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use super::fact::{FactError, FactErrorKind};
use super::model::PolicyFile;
use super::names::BUILT_IN_CATEGORIES;
use super::{Content, UnknownFacts, bracketed};
use crate::classify::Category;
use crate::consent::Waiver;
use crate::evidence::Evidence;
use crate::message::AnomalyKind;
use crate::tls::{Protocol, Suite};
use crate::{ListContext, Recipient, Timestamp, Transaction};

/// The names that a policy knows.
#[derive(Clone, Debug, Default)]
pub(super) struct Vocabulary {
    mode: UnknownFacts,
    accounts: BTreeSet<String>,
    anomalies: BTreeSet<String>,
    categories: BTreeSet<String>,
    flags: BTreeSet<String>,
    groups: BTreeSet<String>,
    lists: BTreeSet<String>,
    purposes: BTreeSet<String>,
    streams: BTreeSet<String>,
    triggers: BTreeSet<String>,
    /// What has no names.
    none: BTreeSet<String>,
}

/// Something that is named by the host or by the content that it hands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Word {
    Account,
    Anomaly,
    Category,
    Flag,
    Group,
    List,
    Protocol,
    Purpose,
    Stream,
    Suite,
    Time,
    Trigger,
}

/// A fact that counts for nothing as it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fault<'a> {
    pub(super) word: Word,
    field: &'static str,
    /// Which recipient, from 0.
    recipient: Option<usize>,
    kind: FactErrorKind,
    value: &'a str,
}

/// What the host named that the policy does not know: empty for nearly every message.
#[derive(Clone, Debug, Default)]
pub(super) struct Unknown {
    /// Of the whole message.
    pub(super) words: BTreeSet<Word>,
    /// Whether the time of the decision itself cannot be right.
    pub(super) now: bool,
    /// The recipients of whom something cannot be right, from 0.
    pub(super) recipients: BTreeSet<usize>,
}

impl Vocabulary {
    pub(super) fn of(file: &PolicyFile) -> Self {
        let bare = |name: &String| name.strip_prefix("custom:").unwrap_or(name).to_owned();
        Self {
            mode: file.unknown_facts.unwrap_or_default(),
            accounts: file.accounts.clone(),
            anomalies: AnomalyKind::ALL.iter().map(|kind| kind.name().to_owned()).collect(),
            categories: file.categories.iter().map(bare).collect(),
            flags: file.flags.clone(),
            groups: file.groups.iter().map(|group| group.name.clone()).collect(),
            lists: file.lists.iter().map(|list| list.id.to_ascii_lowercase()).collect(),
            purposes: file.purposes.clone(),
            streams: file.streams.iter().map(|stream| stream.name.clone()).collect(),
            triggers: file.triggers.iter().map(|trigger| trigger.name.clone()).collect(),
            none: BTreeSet::new(),
        }
    }

    /// What of the facts the policy does not know, where it asks for the safe end.
    ///
    /// # Errors
    ///
    /// The first fault, where it asks for none.
    pub(super) fn check(
        &self,
        content: &Content,
        transaction: &Transaction,
        now: Timestamp,
    ) -> Result<Unknown, FactError> {
        let mut faults = Vec::new();
        check_time("now", now, &mut faults);
        self.check_transaction(transaction, &mut faults);
        self.check_content(content, &mut faults);
        for (place, recipient) in transaction.recipients.iter().enumerate() {
            self.check_recipient(place, recipient, &mut faults);
        }
        match (self.mode, faults.first()) {
            (UnknownFacts::Error, Some(fault)) => Err(self.error(fault)),
            _ => Ok(Unknown::of(&faults)),
        }
    }

    /// Whether the policy asks for the safe end and does not know the list, which may then be one of health.
    pub(super) fn may_be_health_list(&self, list: &ListContext) -> bool {
        self.mode == UnknownFacts::Strictest && !self.knows_list(list)
    }

    fn check_transaction<'a>(&self, transaction: &'a Transaction, faults: &mut Vec<Fault<'a>>) {
        let named = [
            ("account", Word::Account, &transaction.account),
            ("purpose", Word::Purpose, &transaction.purpose),
            ("stream", Word::Stream, &transaction.stream),
        ];
        for (field, word, name) in named {
            self.check_name(field, word, name.as_deref(), faults);
        }
        for (field, word, names) in [
            ("groups", Word::Group, &transaction.groups),
            ("flags", Word::Flag, &transaction.flags),
        ] {
            self.check_name(field, word, names.iter().map(String::as_str), faults);
        }
        if let Some(list) = transaction.list.as_ref().filter(|list| !self.knows_list(list)) {
            faults.push(Fault::unknown("list.id", Word::List, &list.id));
        }
    }

    /// What was found is known by construction; what a facts file says was found need not be.
    fn check_content<'a>(&self, content: &'a Content, faults: &mut Vec<Fault<'a>>) {
        let triggers = content.triggers.iter().map(String::as_str);
        self.check_name("content.triggers", Word::Trigger, triggers, faults);
        let anomalies = content.anomalies.iter().map(String::as_str);
        self.check_name("content.anomalies", Word::Anomaly, anomalies, faults);
        let categories = content.classification.categories.iter();
        let unknown = categories.filter_map(|category| self.unknown_category(category));
        faults.extend(unknown.map(|name| Fault::unknown("content.classification.categories", Word::Category, name)));
    }

    fn check_name<'a>(
        &self,
        field: &'static str,
        word: Word,
        names: impl IntoIterator<Item = &'a str>,
        faults: &mut Vec<Fault<'a>>,
    ) {
        let unknown = names.into_iter().filter(|name| !self.knows(word, name));
        faults.extend(unknown.map(|name| Fault::unknown(field, word, name)));
    }

    fn check_recipient<'a>(&self, place: usize, recipient: &'a Recipient, faults: &mut Vec<Fault<'a>>) {
        let before = faults.len();
        for evidence in &recipient.evidence {
            check_evidence(evidence, faults);
        }
        for waiver in &recipient.waivers {
            self.check_waiver(waiver, faults);
        }
        for wish in &recipient.preferences {
            check_time("preferences.effective_from", wish.effective_from, faults);
            wish.expires
                .into_iter()
                .for_each(|end| check_time("preferences.expires", end, faults));
            for change in &wish.history {
                check_time("preferences.history.at", change.at, faults);
            }
        }
        let own = faults.iter_mut().skip(before);
        own.for_each(|fault| fault.recipient = Some(place));
    }

    fn check_waiver<'a>(&self, waiver: &'a Waiver, faults: &mut Vec<Fault<'a>>) {
        let categories = waiver.scope.categories.iter();
        let unknown = categories.filter_map(|category| self.unknown_category(category));
        faults.extend(unknown.map(|name| Fault::unknown("waivers.scope.categories", Word::Category, name)));
        let times = [
            ("waivers.effective_from", Some(waiver.effective_from)),
            ("waivers.expires", waiver.expires),
            ("waivers.review_by", waiver.review_by),
        ];
        for (field, at) in times {
            if let Some(at) = at {
                check_time(field, at, faults);
            }
        }
        for change in &waiver.history {
            check_time("waivers.history.at", change.at, faults);
        }
    }

    fn unknown_category<'a>(&self, category: &'a Category) -> Option<&'a str> {
        match category {
            Category::Custom(name) if !self.categories.contains(&**name) => Some(name),
            _ => None,
        }
    }

    /// Whether the policy knows the list, or need not: it declares none, or the host itself says that it is one of
    /// health, and there is no more that a list can say.
    fn knows_list(&self, list: &ListContext) -> bool {
        let id = bracketed(&list.id).to_ascii_lowercase();
        list.health || self.lists.is_empty() || self.lists.contains(&id)
    }

    /// Whether `name` is known. Of what describes a message a policy that declares nothing asks nothing, so the host may
    /// say what it likes. A flag and a trigger ask for protection: one that nobody knows is never dropped.
    fn knows(&self, word: Word, name: &str) -> bool {
        let must_be_known = matches!(word, Word::Anomaly | Word::Flag | Word::Trigger);
        let known = self.known(word);
        known.contains(name) || (known.is_empty() && !must_be_known)
    }

    /// The names of a kind that are known.
    fn known(&self, word: Word) -> &BTreeSet<String> {
        match word {
            Word::Account => &self.accounts,
            Word::Anomaly => &self.anomalies,
            Word::Category => &self.categories,
            Word::Flag => &self.flags,
            Word::Group => &self.groups,
            Word::List => &self.lists,
            Word::Purpose => &self.purposes,
            Word::Stream => &self.streams,
            Word::Trigger => &self.triggers,
            Word::Protocol | Word::Suite | Word::Time => &self.none,
        }
    }

    fn error(&self, fault: &Fault<'_>) -> FactError {
        let place = fault.recipient.map(|place| place.saturating_add(1));
        let error = FactError::new(fault.kind, fault.field, place);
        match (fault.kind, fault.word) {
            (FactErrorKind::Time, _) => error,
            (FactErrorKind::Unknown, Word::Suite) => error.near(fault.value, suites()),
            (FactErrorKind::Unknown, Word::Protocol) => error.allowing(fault.value, versions()),
            (FactErrorKind::Unknown, Word::Category) => {
                let own = self.categories.iter().map(String::as_str);
                error.allowing(fault.value, BUILT_IN_CATEGORIES.into_iter().chain(own))
            }
            (FactErrorKind::Unknown, word) => error.allowing(fault.value, self.known(word).iter().map(String::as_str)),
        }
    }
}

impl<'a> Fault<'a> {
    const fn new(kind: FactErrorKind, field: &'static str, word: Word, value: &'a str) -> Self {
        Self {
            word,
            field,
            recipient: None,
            kind,
            value,
        }
    }

    const fn unknown(field: &'static str, word: Word, value: &'a str) -> Self {
        Self::new(FactErrorKind::Unknown, field, word, value)
    }
}

impl Unknown {
    fn of(faults: &[Fault<'_>]) -> Self {
        let mut unknown = Self::default();
        for fault in faults {
            match (fault.recipient, fault.word) {
                (Some(place), _) => drop(unknown.recipients.insert(place)),
                (None, Word::Time) => unknown.now = true,
                (None, word) => drop(unknown.words.insert(word)),
            }
        }
        unknown
    }

    /// Whether something that is not known concerns the recipient in this place.
    pub(super) fn concerns(&self, place: usize) -> bool {
        !self.words.is_empty() || self.now || self.recipients.contains(&place)
    }

    /// What may be relied on of the recipient in this place: under a fault no evidence whose times cannot be right but that
    /// of a failure, which then counts as one of `now`, and every wish whose times cannot be right.
    pub(super) fn trusted<'r>(&self, place: usize, recipient: &'r Recipient, now: Timestamp) -> Cow<'r, Recipient> {
        if !self.concerns(place) {
            return Cow::Borrowed(recipient);
        }
        let mut trusted = recipient.clone();
        trusted
            .evidence
            .retain(|evidence| evidence.failed || !(self.now || is_mistimed(evidence)));
        for failure in &mut trusted.evidence {
            if failure.failed && (self.now || is_mistimed(failure)) {
                failure.observed_at = now;
                failure.valid_until = None;
            }
        }
        for wish in &mut trusted.preferences {
            if wish.effective_from.mistaken_unit().is_some() {
                wish.effective_from = now;
            }
            wish.expires = wish.expires.filter(|end| end.mistaken_unit().is_none());
            let changes = wish.history.iter_mut();
            changes
                .filter(|change| change.at.mistaken_unit().is_some())
                .for_each(|change| change.at = now);
        }
        Cow::Owned(trusted)
    }
}

impl fmt::Display for Unknown {
    /// `the flag is not known and counts as the strictest`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.words.iter().map(|word| word.name()).collect();
        let verb = if names.len() > 1 {
            "are not known and count"
        } else {
            "is not known and counts"
        };
        write!(f, "the {} {verb} as the strictest", names.join(" and the "))
    }
}

impl Word {
    const fn name(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Anomaly => "anomaly",
            Self::Category => "category",
            Self::Flag => "flag",
            Self::Group => "group",
            Self::List => "list",
            Self::Protocol => "protocol",
            Self::Purpose => "purpose",
            Self::Stream => "stream",
            Self::Suite => "suite",
            Self::Time => "time",
            Self::Trigger => "trigger",
        }
    }
}

fn check_evidence<'a>(evidence: &'a Evidence, faults: &mut Vec<Fault<'a>>) {
    check_time("evidence.observed_at", evidence.observed_at, faults);
    if let Some(end) = evidence.valid_until {
        check_time("evidence.valid_until", end, faults);
    }
    if let Some(name) = evidence
        .protocol
        .as_deref()
        .filter(|name| Protocol::by_name(name).is_none())
    {
        faults.push(Fault::unknown("evidence.protocol", Word::Protocol, name));
    }
    if let Some(name) = evidence.suite.as_deref().filter(|name| Suite::by_name(name).is_none()) {
        faults.push(Fault::unknown("evidence.suite", Word::Suite, name));
    }
}

fn check_time(field: &'static str, at: Timestamp, faults: &mut Vec<Fault<'_>>) {
    if at.mistaken_unit().is_some() {
        faults.push(Fault::new(FactErrorKind::Time, field, Word::Time, ""));
    }
}

fn is_mistimed(evidence: &Evidence) -> bool {
    let times = [Some(evidence.observed_at), evidence.valid_until];
    times.into_iter().flatten().any(|at| at.mistaken_unit().is_some())
}

fn versions() -> impl Iterator<Item = &'static str> {
    Protocol::ALL.iter().map(|version| version.name())
}

fn suites() -> impl Iterator<Item = &'static str> {
    Suite::all().flat_map(|suite| [Some(suite.iana()), suite.openssl()].into_iter().flatten())
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::option;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::consent::Waiver;
    use crate::policy::sample::{self, content, requirement, transaction};
    use crate::policy::{Delivery, Policy, Resources};

    /// How a host gives a name.
    type Name = fn(&mut Transaction, &mut Content, &str);

    /// How evidence tells of a connection.
    type See = fn(&mut Evidence, &str);

    /// Every kind of name that a rule can ask for, the names that the policy below declares, and how a host gives one.
    const NAMED: [(&str, [&str; 2], Name); 8] = [
        ("account", ["east", "west"], |t, _, name| t.account = Some(name.into())),
        ("purpose", ["billing", "newsletter"], |t, _, name| {
            t.purpose = Some(name.into());
        }),
        ("stream", ["bulk", "business"], |t, _, name| {
            t.stream = Some(name.into());
        }),
        ("group", ["desk", "lab"], |t, _, name| t.groups.extend([name.into()])),
        ("flag", ["vip", "board"], |t, _, name| t.flags.extend([name.into()])),
        ("trigger", ["secure", "tagged"], |_, c, name| {
            c.triggers.extend([name.into()]);
        }),
        ("anomaly", ["archive-damaged", "charset-unknown"], |_, c, name| {
            c.anomalies.extend([name.into()]);
        }),
        ("category", ["custom:research", "financial"], |_, c, name| {
            c.classification.categories.extend([Category::from(name.to_owned())]);
        }),
    ];

    /// What is neutral, so that rules may deny it too.
    const NEUTRAL: usize = 4;

    /// A rule for each of some kinds of names, asked for or denied.
    fn rules() -> impl Strategy<Value = Vec<Value>> {
        let rule = (0..NAMED.len(), 0..2_usize, any::<bool>(), requirement());
        let rule = rule.prop_map(|(kind, name, denied, require)| {
            let (key, names, _) = NAMED[kind];
            let asked = json!({ key: names[name] });
            let when = match (kind < NEUTRAL, denied) {
                (true, false) => json!({ "is": asked }),
                (true, true) => json!({ "not": asked }),
                (false, _) => asked,
            };
            (when, require)
        });
        vec(rule, 0..12).prop_map(|rules| {
            let rule =
                |(number, (when, require))| json!({"id": format!("n{number}"), "when": when, "require": require});
            rules.into_iter().enumerate().map(rule).collect()
        })
    }

    fn policy() -> impl Strategy<Value = Policy> {
        let on_unmet = || option::of(prop::sample::select(&["portal", "return", "drop"][..]));
        (sample::policy(), rules(), on_unmet(), on_unmet(), any::<bool>()).prop_map(
            |(mut policy, rules, bulk, business, floor)| {
                policy["unknown_facts"] = json!("strictest");
                policy["accounts"] = json!(["east", "west"]);
                policy["flags"] = json!(["vip", "board"]);
                policy["defaults"]["account"] = json!("east");
                policy["defaults"]["stream"] = json!("business");
                policy["group"] = json!([{"name": "desk", "members": ["desk@clinic.example"]}, {"name": "lab"}]);
                policy["stream"] = json!([{"name": "bulk", "label": "bulk"}, {"name": "business"}]);
                for (stream, on_unmet) in [(0, bulk), (1, business)] {
                    if let Some(on_unmet) = on_unmet {
                        policy["stream"][stream]["on_unmet"] = json!(on_unmet);
                    }
                }
                if floor {
                    let floors = policy["floor"].as_array_mut().unwrap();
                    floors.push(json!({"scope": "group", "of": "desk", "require": {"message": "sealed"}}));
                    floors.push(json!({"scope": "account", "of": "west", "require": {"transport": "dane"}}));
                }
                let triggers = policy["trigger"].as_array_mut().unwrap();
                triggers.push(json!({"name": "tagged", "subject": "[tagged]"}));
                policy["rule"].as_array_mut().unwrap().extend(rules);
                Policy::from_json(&policy.to_string(), &Resources::new()).unwrap()
            },
        )
    }

    /// A waiver of the recipient that covers whatever there is.
    fn waived(mut transaction: Transaction) -> Transaction {
        let recipient = &mut transaction.recipients[0];
        let waiver = json!({
            "id": "w1", "recipient": recipient.address, "basis": "access-164.524", "effective_from": "1970-01-01T00:00:00Z",
            "scope": {"categories": ["phi", "financial", "personal-identifier", "custom:research"]},
            "risk_notice": "2026-01",
            "history": [{"at": "1970-01-01T00:00:00Z", "status": "active", "actor": "desk"}],
        });
        recipient
            .waivers
            .push(serde_json::from_value::<Waiver>(waiver).unwrap());
        transaction
    }

    fn decide(policy: &Policy, content: &Content, transaction: &Transaction) -> Delivery {
        policy.decide(content, transaction, Timestamp::EPOCH).unwrap().remove(0)
    }

    /// Whether `strict` is no weaker than `known` in anything.
    fn is_as_strict(strict: &Delivery, known: &Delivery) -> bool {
        strict.requirement.covers(known.requirement) && (strict.method.is_none() || known.method.is_some())
    }

    /// Ways to say of a connection what the policy cannot rely on, and all that could have been meant.
    const SEEN: [(See, &str, [&str; 4]); 2] = [
        (
            |seen, name| seen.protocol = Some(name.into()),
            "TLSv9",
            ["TLSv1.3", "TLSv1.2", "TLSv1", "SSLv3"],
        ),
        (
            |seen, name| seen.suite = Some(name.into()),
            "a suite of tomorrow",
            [
                "TLS_AES_256_GCM_SHA384",
                "ECDHE-RSA-AES128-GCM-SHA256",
                "TLS_RSA_WITH_RC4_128_SHA",
                "ECDHE-RSA-CHACHA20-POLY1305",
            ],
        ),
    ];

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

        #[test]
        fn a_name_that_is_not_known_is_as_strict_as_any_that_is(
            policy in policy(), content in content(), transaction in transaction(),
        ) {
            let transaction = waived(transaction);
            let given = |name: fn(&mut Transaction, &mut Content, &str), value: &str| {
                let (mut transaction, mut content) = (transaction.clone(), content.clone());
                name(&mut transaction, &mut content, value);
                decide(&policy, &content, &transaction)
            };
            let absent = decide(&policy, &content, &transaction);
            for (kind, names, name) in NAMED {
                let strict = given(name, "of-tomorrow");
                prop_assert_eq!(&strict.waiver, &None);
                prop_assert!(is_as_strict(&strict, &absent), "{} {:?} {:?}", kind, strict, absent);
                for known in names.map(|value| given(name, value)) {
                    prop_assert!(is_as_strict(&strict, &known), "{} {:?} {:?}", kind, strict, known);
                }
            }
        }

        #[test]
        fn a_connection_that_is_not_known_is_as_strict_as_any_that_is(
            policy in policy(), content in content(), transaction in transaction(),
        ) {
            let transaction = waived(transaction);
            let seen = |how: fn(&mut Evidence, &str), value: &str| {
                let mut transaction = transaction.clone();
                transaction.recipients[0].evidence.iter_mut().for_each(|seen| how(seen, value));
                decide(&policy, &content, &transaction)
            };
            for (how, unknown, names) in SEEN {
                let strict = seen(how, unknown);
                for known in names.map(|name| seen(how, name)) {
                    prop_assert!(is_as_strict(&strict, &known), "{:?} {:?}", strict, known);
                }
            }
            let timed = |millis: i64| {
                let mut transaction = transaction.clone();
                let seen = transaction.recipients[0].evidence.iter_mut();
                seen.for_each(|seen| seen.observed_at = Timestamp::from_millis(millis));
                decide(&policy, &content, &transaction)
            };
            let strict = timed(1_795_253_400);
            for known in [0, -1, -86_400_000].map(timed) {
                prop_assert!(is_as_strict(&strict, &known), "{:?} {:?}", strict, known);
            }
        }

        #[test]
        fn facts_that_are_known_are_no_error_and_mean_the_same_under_either_word(
            policy in sample::policy(), content in content(), transaction in transaction(),
        ) {
            let load = |word: &str| {
                let mut policy = policy.clone();
                policy["unknown_facts"] = json!(word);
                Policy::from_json(&policy.to_string(), &Resources::new()).unwrap()
            };
            let [by_error, by_strictest] = ["error", "strictest"].map(|word| decide(&load(word), &content, &transaction));
            prop_assert_eq!(by_error, by_strictest);
        }
    }
}
