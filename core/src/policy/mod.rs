//! The policy: what is required of a message, and which method meets it.
//!
//! A requirement is an element of a lattice ([`Requirement`]); rules can only raise it. What comes out is one
//! [`Delivery`] for each recipient, together a [`Verdict`].
//!
//! ```
//! use sealwax::policy::{Content, Policy, Resources};
//! use sealwax::{Timestamp, Transaction};
//!
//! let policy = Policy::from_toml("name = 'empty'", &Resources::new())?;
//! let transaction = Transaction::from("ann@clinic.example")?.to("bob@example.org")?;
//! // Of a message of which nothing is known, PHI is assumed; nothing is known of the recipient either.
//! let deliveries = policy.decide(&Content::default(), &transaction, Timestamp::EPOCH)?;
//! assert_eq!(deliveries[0].to_string(), "bob@example.org: portal (baseline: PHI needs verified TLS)");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod atom;
mod choose;
mod compile;
mod content;
mod contract;
mod decide;
mod diff;
mod edit;
mod error;
mod explain;
mod fact;
mod include;
mod index;
#[cfg(test)]
mod laws;
mod locate;
mod match_name;
mod model;
mod names;
mod nearest;
#[cfg(test)]
mod oracle;
#[cfg(feature = "serde")]
mod outcome;
mod outside;
mod pattern;
mod people;
mod printable;
mod profile;
mod proof;
mod read;
mod reply;
#[cfg(test)]
mod sample;
mod satisfy;
#[cfg(feature = "serde")]
mod schema;
#[cfg(feature = "serde")]
mod stored;
mod tls13;
mod trigger;
mod verdict;
mod vocabulary;

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

pub use content::Content;
pub use diff::{Composing, Diff, Direction, Part, Weaker};
pub use edit::{Edit, Keeps, Kept};
pub use error::{PolicyError, PolicyErrorKind};
pub use fact::{FactError, FactErrorKind};
pub use include::Resources;
pub use model::UnknownFacts;
#[cfg(feature = "serde")]
pub(crate) use nearest::nearest;
#[cfg(feature = "serde")]
pub use outcome::Outcome;
pub use outside::{OUTSIDE, Outside};
pub use pattern::Pattern;
pub use proof::{Example, Proof, Report};
#[cfg(feature = "serde")]
pub use schema::schema;
pub use verdict::{Contract, Delivery, Fallback, PolicyId, Proven, Rejected, SmtpReply, Verdict, Why};

pub(crate) use edit::HIDDEN;

pub use crate::ground::{
    Action, AuditLevel, CryptoFloor, Dimension, Disposition, MessageProtection, Method, Requirement,
};

use crate::classify::{Context, RuleSpec, Strictness};
use crate::detect::{DetectorSpec, Scanner};
use crate::message::Limits;
use crate::text::without_mark;
use crate::{Address, Agreement, Timestamp, Transaction, address};
use read::Form;

/// A policy that was read, checked and compiled. It is immutable, so any number of threads may share one.
#[derive(Clone, Debug)]
pub struct Policy {
    id: PolicyId,
    file: model::PolicyFile,
    table: compile::Table,
    suites: contract::Suites,
    vocabulary: vocabulary::Vocabulary,
    /// Where its own rules of composition stand, by their id.
    rule_places: BTreeMap<String, PolicyError>,
}

impl Policy {
    /// Reads a policy from TOML; files that it includes are profiles or stand in `resources`.
    ///
    /// # Errors
    ///
    /// [`PolicyError`] with the place, what was expected and the nearest known name.
    pub fn from_toml(text: &str, resources: &Resources) -> Result<Self, PolicyError> {
        Self::load(text, Form::Toml, resources)
    }

    /// Reads the same model from JSON: the same text in either form gives the same policy.
    ///
    /// ```
    /// # use sealwax::policy::{Policy, Resources};
    /// let none = Resources::new();
    /// let toml = Policy::from_toml("name = 'x'\n[baseline]\ntransport = 'verified'", &none)?;
    /// let json = Policy::from_json(r#"{"name": "x", "baseline": {"transport": "verified"}}"#, &none)?;
    /// assert_eq!(toml.id(), json.id());
    /// # Ok::<(), sealwax::policy::PolicyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Policy::from_toml`].
    #[cfg(feature = "serde")]
    pub fn from_json(text: &str, resources: &Resources) -> Result<Self, PolicyError> {
        Self::load(text, Form::Json, resources)
    }

    /// A profile that ships with the crate, such as `hipaa-2013`.
    ///
    /// ```
    /// # use sealwax::policy::Policy;
    /// assert_eq!(Policy::profile("minimal")?.id().name, "minimal");
    /// # Ok::<(), sealwax::policy::PolicyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`PolicyErrorKind::Include`] when there is none of this name.
    pub fn profile(name: &str) -> Result<Self, PolicyError> {
        let text = profile::text(name).ok_or_else(|| {
            let message = format!("there is no profile `{name}`");
            PolicyError::new(PolicyErrorKind::Include, message).near(name, profile::names())
        })?;
        Self::from_toml(text, &Resources::new())
    }

    /// The names of the profiles that ship with the crate.
    pub fn profiles() -> impl Iterator<Item = &'static str> {
        profile::names()
    }

    /// Reads a policy in TOML without proving it, to look into why its proof fails. Mail is never decided by a draft.
    ///
    /// ```
    /// # use sealwax::policy::{Policy, Resources};
    /// let text = "[[invariant]]\nid = 'sealed'\nrequire = { message = 'sealed' }";
    /// assert!(Policy::from_toml(text, &Resources::new()).is_err());
    /// assert!(!Policy::draft_toml(text, &Resources::new())?.check()?.holds());
    /// # Ok::<(), sealwax::policy::PolicyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Policy::from_toml`], apart from invariants.
    pub fn draft_toml(text: &str, resources: &Resources) -> Result<Self, PolicyError> {
        Ok(Self::draft(text, Form::Toml, resources)?.0)
    }

    /// The same for JSON.
    ///
    /// # Errors
    ///
    /// As [`Policy::draft_toml`].
    #[cfg(feature = "serde")]
    pub fn draft_json(text: &str, resources: &Resources) -> Result<Self, PolicyError> {
        Ok(Self::draft(text, Form::Json, resources)?.0)
    }

    fn load(text: &str, form: Form, resources: &Resources) -> Result<Self, PolicyError> {
        let (policy, sources) = Self::draft(text, form, resources)?;
        let proofs = proof::Prover::new(&policy.file, &policy.table)?.invariants()?;
        match proofs.into_iter().find(|proof| !proof.holds) {
            Some(fault) => Err(include::unproved(fault, &sources)),
            None => Ok(policy),
        }
    }

    fn draft(text: &str, form: Form, resources: &Resources) -> Result<(Self, Vec<include::Source>), PolicyError> {
        let sources = include::sources(without_mark(text), form, resources)?;
        let file = include::merge(&sources);
        names::check(&sources, &file)?;
        printable::check(&sources)?;
        let file = file.canonical();
        let policy = Self {
            id: PolicyId {
                name: file.name.clone(),
                hash: hash(&file)?,
            },
            table: compile::compile(&file)?,
            vocabulary: vocabulary::Vocabulary::of(&file),
            suites: contract::Suites::with_tls13(&file.tls13_suites),
            rule_places: include::places(&sources),
            file,
        };
        Ok((policy, sources))
    }

    /// What is proved of the policy, and which of its rules are good for nothing.
    ///
    /// ```
    /// # use sealwax::policy::{Policy, Resources};
    /// let text = "[[rule]]\nid = 'twice'\nwhen = { category = 'phi' }\nrequire = { transport = 'verified' }";
    /// let report = Policy::from_toml(text, &Resources::new())?.check()?;
    /// assert!(report.holds());
    /// assert_eq!(report.shadowed, ["twice"]);
    /// # Ok::<(), sealwax::policy::PolicyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Policy::from_toml`].
    pub fn check(&self) -> Result<Report, PolicyError> {
        Report::of(&self.file, &self.table)
    }

    /// The policy's name and hash, which every verdict carries.
    #[must_use]
    pub fn id(&self) -> &PolicyId {
        &self.id
    }

    /// Decides for each recipient of `transaction`, in their order.
    ///
    /// Per dimension the highest requirement of the baseline, the sender's floors and all matching rules holds; the
    /// method of least friction that meets it is taken. What is not known takes the safe end.
    ///
    /// # Errors
    ///
    /// [`FactError`] when the host names something that the policy does not know, such as a flag that it does not
    /// declare, or gives a time in another unit than milliseconds; none under `unknown_facts = "strictest"`.
    ///
    /// ```
    /// # use sealwax::policy::{Content, Method, Policy, Resources};
    /// # use sealwax::{Timestamp, Transaction};
    /// let strictest = "unknown_facts = 'strictest'\nflags = ['vip']\n\
    ///                  [[rule]]\nid = 'vip'\nwhen = { flag = 'vip' }\nrequire = { message = 'sealed' }";
    /// let policy = Policy::from_toml(strictest, &Resources::new())?;
    /// let mut transaction = Transaction::from("ann@clinic.example")?.to("bob@example.org")?;
    /// transaction.flags.insert("VIP".into());
    /// let deliveries = policy.decide(&Content::default(), &transaction, Timestamp::EPOCH)?;
    /// assert_eq!(deliveries[0].method, Some(Method::Portal));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn decide(
        &self,
        content: &Content,
        transaction: &Transaction,
        now: Timestamp,
    ) -> Result<Vec<Delivery>, FactError> {
        let unknown = self.vocabulary.check(content, transaction, now)?;
        Ok(decide::Decider::new(self, content, transaction, unknown, now).deliveries())
    }

    /// The same where the facts are another policy's: a name that this one does not know counts for nothing.
    fn decide_by_known(&self, content: &Content, transaction: &Transaction, now: Timestamp) -> Vec<Delivery> {
        let unknown = vocabulary::Unknown::default();
        decide::Decider::new(self, content, transaction, unknown, now).deliveries()
    }

    /// What becomes of a fact that the policy does not know.
    ///
    /// ```
    /// # use sealwax::policy::{Policy, UnknownFacts};
    /// assert_eq!(Policy::profile("minimal")?.unknown_facts(), UnknownFacts::Error);
    /// # Ok::<(), sealwax::policy::PolicyError>(())
    /// ```
    #[must_use]
    pub fn unknown_facts(&self) -> UnknownFacts {
        self.file.unknown_facts.unwrap_or_default()
    }

    /// The names of the triggers by which the sender asked for protection: tags in the subject, headers, and
    /// plus-addresses of recipients. A trigger can only raise, whatever the value of its header.
    ///
    /// A tag is known however it is written: in any case, with blanks inside its brackets, in full-width brackets, with
    /// look-alike letters. Every `Subject` among the headers counts beside `subject`.
    ///
    /// ```
    /// # use sealwax::policy::{Policy, Resources};
    /// let text = "[[trigger]]\nname = 'secure'\nsubject = '[secure]'";
    /// let policy = Policy::from_toml(text, &Resources::new())?;
    /// let found = policy.triggers("[SECURE] labs", std::iter::empty(), &["bob@example.org".parse().unwrap()]);
    /// assert!(found.contains("secure"));
    /// # Ok::<(), sealwax::policy::PolicyError>(())
    /// ```
    pub fn triggers<'a>(
        &self,
        subject: &str,
        headers: impl Iterator<Item = (&'a str, &'a str)>,
        recipients: &[Address],
    ) -> BTreeSet<String> {
        trigger::triggers(&self.file, subject, headers, recipients)
    }

    /// The names of the custom categories that the policy declares.
    #[must_use]
    pub fn categories(&self) -> &BTreeSet<String> {
        &self.file.categories
    }

    /// How readily words of health beside a person are taken for PHI: `[classification] phi`.
    ///
    /// ```
    /// # use sealwax::classify::Strictness;
    /// # use sealwax::policy::{Policy, Resources};
    /// assert_eq!(Policy::profile("hipaa-2013")?.strictness(), Strictness::Strict);
    /// assert_eq!(Policy::profile("minimal")?.strictness(), Strictness::Balanced);
    /// let own = "include = ['hipaa-2013']\n[classification]\nphi = 'narrow'";
    /// assert_eq!(Policy::from_toml(own, &Resources::new())?.strictness(), Strictness::Narrow);
    /// # Ok::<(), sealwax::policy::PolicyError>(())
    /// ```
    #[must_use]
    pub fn strictness(&self) -> Strictness {
        let settings = self.file.classification.as_ref();
        settings.and_then(|settings| settings.phi).unwrap_or_default()
    }

    /// The rules by which findings come to PHI: those built in, as `[classification] rules` switches them, and the policy's
    /// own of `[[classification.rule]]`.
    ///
    /// ```
    /// # use sealwax::classify::Strictness;
    /// # use sealwax::policy::{Policy, Resources};
    /// let text = "[classification]\nrules.'named-word' = 'balanced'\nrules.'named-chart' = 'off'";
    /// let rules = Policy::from_toml(text, &Resources::new())?.composition();
    /// let setting = |id: &str| rules.iter().find(|rule| rule.id == id).map(|rule| rule.strictness);
    /// assert_eq!(setting("named-word"), Some(Strictness::Balanced));
    /// assert_eq!(setting("named-chart"), None);
    /// # Ok::<(), sealwax::policy::PolicyError>(())
    /// ```
    #[must_use]
    pub fn composition(&self) -> Vec<RuleSpec> {
        self.classifying().composition()
    }

    /// Runs the examples and counterexamples of the policy's own rules of composition, over what `scanner` finds in them.
    ///
    /// ```
    /// # use sealwax::detect::Scanner;
    /// # use sealwax::policy::{Policy, Resources};
    /// let text = "[[classification.rule]]
    /// id = 'unit'
    /// says = 'somebody of the dialysis unit'
    /// person = ['full-name']
    /// health = ['specialty']
    /// within = 'sentence'
    /// strictness = 'balanced'
    /// examples = ['Moira Teague is expected.']
    /// counterexamples = ['Nephrology expects everybody.']";
    /// let policy = Policy::from_toml(text, &Resources::new())?;
    /// let error = policy.try_composition(&Scanner::builder().build().unwrap()).unwrap_err();
    /// assert_eq!(error.line(), Some(1));
    /// assert!(error.message().starts_with("the rule `unit` does not hold in its example 1"));
    /// # Ok::<(), sealwax::policy::PolicyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`PolicyErrorKind::Value`] at the first rule that does not hold in one of its examples, or that holds in one of its
    /// counterexamples.
    pub fn try_composition(&self, scanner: &Scanner) -> Result<(), PolicyError> {
        for rule in &self.classifying().own {
            if let Some(wrong) = wrong_example(rule, scanner) {
                let error = self.rule_places.get(&rule.id).cloned();
                let error = error.unwrap_or_else(|| PolicyError::new(PolicyErrorKind::Value, String::new()));
                return Err(error.saying(wrong));
            }
        }
        Ok(())
    }

    fn classifying(&self) -> model::Classifying {
        self.file.classification.clone().unwrap_or_default()
    }

    /// What reading a message may cost.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.file.limits.unwrap_or_default()
    }

    /// The detectors that the policy adds to the built-in ones: its `[[detector]]` and `[[term]]` sections.
    ///
    /// ```
    /// # use sealwax::policy::{Policy, Resources};
    /// let text = "[[term]]\nid = 'project-x'\ncategory = 'clinical-data'\nwords = ['projekt xaver']";
    /// let policy = Policy::from_toml(text, &Resources::new())?;
    /// assert_eq!(policy.detectors()[0].label, "PROJECT_X");
    /// # Ok::<(), sealwax::policy::PolicyError>(())
    /// ```
    #[must_use]
    pub fn detectors(&self) -> Vec<DetectorSpec> {
        let terms = self.file.terms.iter().map(model::Term::detector);
        self.file.detectors.iter().cloned().chain(terms).collect()
    }

    /// The rosters that the policy names: what it calls each, and the file, which comes in as a resource.
    ///
    /// ```
    /// # use sealwax::policy::{Policy, Resources};
    /// let text = "[[roster]]\nname = 'patients'\nfile = 'patients.roster'";
    /// let policy = Policy::from_toml(text, &Resources::new())?;
    /// assert_eq!(policy.rosters().next(), Some(("patients", "patients.roster")));
    /// # Ok::<(), sealwax::policy::PolicyError>(())
    /// ```
    pub fn rosters(&self) -> impl Iterator<Item = (&str, &str)> {
        let rosters = self.file.rosters.iter();
        rosters.map(|roster| (roster.name.as_str(), roster.file.as_str()))
    }

    /// The forms that the policy names: what it calls them, the file, which comes in as a resource, and whether filling
    /// one in tells of somebody's health.
    ///
    /// ```
    /// # use sealwax::policy::{Policy, Resources};
    /// let text = "[[form]]\nname = 'intake'\nfile = 'intake.forms'\nhealth = true";
    /// let policy = Policy::from_toml(text, &Resources::new())?;
    /// assert_eq!(policy.forms().next(), Some(("intake", "intake.forms", true)));
    /// # Ok::<(), sealwax::policy::PolicyError>(())
    /// ```
    pub fn forms(&self) -> impl Iterator<Item = (&str, &str, bool)> {
        let forms = self.file.forms.iter();
        forms.map(|form| (form.name.as_str(), form.file.as_str(), form.health))
    }

    /// What the policy's allow-lists silence: the id of a detector, and a value that it finds.
    pub(crate) fn allowed(&self) -> impl Iterator<Item = (&str, &str)> {
        let allows = self.file.allows.iter();
        allows.flat_map(|allow| {
            allow
                .values
                .iter()
                .map(|value| (allow.detector.as_str(), value.as_str()))
        })
    }

    /// The agreements with partners of which the policy knows a date or the document, by the partner's name.
    ///
    /// ```
    /// # use sealwax::policy::{Policy, Resources};
    /// let text = "[[partner]]\nname = 'lab'\nmembers = ['lab.example']\nbaa = 'signed'\n\
    ///     agreement = { end = '2026-12-31' }";
    /// let policy = Policy::from_toml(text, &Resources::new())?;
    /// let (name, agreement) = policy.agreements().next().unwrap();
    /// assert_eq!((name, agreement.end.unwrap().to_string()), ("lab", "2026-12-31".to_owned()));
    /// # Ok::<(), sealwax::policy::PolicyError>(())
    /// ```
    pub fn agreements(&self) -> impl Iterator<Item = (&str, &Agreement)> {
        let partners = self.file.partners.iter();
        partners.filter_map(|partner| Some((partner.name.as_str(), partner.agreement.as_ref()?)))
    }

    /// What is known of a message beside its content: the policy's lists and senders, the transaction, and the
    /// message's own headers `List-Id` and `From`, of which any can supply the health context. A sender does so only
    /// where one of the recipients may be in care: what goes to colleagues and to known organisations alone does not
    /// tell of a recipient's health.
    ///
    /// ```
    /// # use sealwax::Transaction;
    /// # use sealwax::policy::{Policy, Resources};
    /// let text = "[[list]]\nid = 'dialysis.clinic.example'\nhealth = true";
    /// let policy = Policy::from_toml(text, &Resources::new())?;
    /// let transaction = Transaction::from("news@clinic.example")?.to("bob@example.org")?;
    /// assert!(policy.context(&transaction, Some("Patients <dialysis.clinic.example>"), None).health_list);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn context(&self, transaction: &Transaction, list_id: Option<&str>, from: Option<&str>) -> Context {
        let given = transaction.list.as_ref();
        let ids = || {
            given
                .map(|list| bracketed(&list.id))
                .into_iter()
                .chain(list_id.map(bracketed))
        };
        let named = LazyCell::new(|| from.map(address::named).unwrap_or_default());
        let is_health_list = |list: &model::List| list.health && ids().any(|id| id.eq_ignore_ascii_case(&list.id));
        let is_health_sender = |sender: &model::Sender| {
            let is_one = |address: &Address| people::is_sender(&self.file, sender, address);
            // A `From` that cannot be read may be theirs.
            let is_any = || named.is_unread || is_one(&transaction.sender) || named.addresses.iter().any(is_one);
            sender.health && is_any()
        };
        Context {
            health_list: given.is_some_and(|list| list.health || self.vocabulary.may_be_health_list(list))
                || self.file.lists.iter().any(is_health_list),
            health_sender: self.file.senders.iter().any(is_health_sender)
                && people::may_be_in_care(&self.file, transaction),
            strictness: self.strictness(),
            ..Context::default()
        }
    }
}

/// Which of the examples of `rule` it does not do right, in words.
fn wrong_example(rule: &RuleSpec, scanner: &Scanner) -> Option<String> {
    let id = &rule.id;
    let missed = rule.examples.iter().position(|text| !rule.holds_in(text, scanner));
    let missed = missed.map(|index| {
        let number = index.saturating_add(1);
        let next = "expected somebody of `person` and something of `health` in it, as near as `within` says";
        format!("the rule `{id}` does not hold in its example {number}: {next}")
    });
    missed.or_else(|| {
        let taken = rule
            .counterexamples
            .iter()
            .position(|text| rule.holds_in(text, scanner))?;
        let number = taken.saturating_add(1);
        let next = "narrow `person` or `health`, or name in `against` what the text is";
        Some(format!("the rule `{id}` holds in its counterexample {number}: {next}"))
    })
}

/// What stands in the last pair of angle brackets, as in `List-Id`; else the whole value.
fn bracketed(value: &str) -> &str {
    let inner = value.rsplit_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inner.map_or(value, |(inner, _)| inner).trim()
}

/// SHA-256 of the canonical form: the merged model as TOML, with its keys in the order of the model and its rules,
/// floors and sets by name, since their order says nothing.
fn hash(file: &model::PolicyFile) -> Result<String, PolicyError> {
    let mut canonical = file.clone();
    canonical.rules.sort_by(|left, right| left.id.cmp(&right.id));
    canonical.invariants.sort_by(|left, right| left.id.cmp(&right.id));
    canonical
        .floors
        .sort_by(|left, right| (left.scope, &left.of).cmp(&(right.scope, &right.of)));
    canonical.groups.sort_by(|left, right| left.name.cmp(&right.name));
    canonical.recipients.sort_by(|left, right| left.name.cmp(&right.name));
    canonical.partners.sort_by(|left, right| left.name.cmp(&right.name));
    canonical.streams.sort_by(|left, right| left.name.cmp(&right.name));
    canonical.triggers.sort_by(|left, right| left.name.cmp(&right.name));
    let text = toml::to_string(&canonical).map_err(|_| {
        PolicyError::new(
            PolicyErrorKind::Value,
            "the policy holds a value that TOML cannot write",
        )
    })?;
    let mut hexadecimal = String::with_capacity(64);
    for byte in Sha256::digest(text.as_bytes()) {
        hexadecimal.extend([byte >> 4, byte & 15].map(|digit| char::from_digit(digit.into(), 16).unwrap_or('0')));
    }
    Ok(hexadecimal)
}
