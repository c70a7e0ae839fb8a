//! Facts as atoms, and the conditions of rules as conjunctions of them.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Direction, Neutral, When};
use super::vocabulary::Word;
use super::{Method, PolicyError, PolicyErrorKind};
use crate::classify::{Category, Level};
use crate::evidence::Transport;
use crate::message::OpaqueKind;
use crate::{Address, Authentication, BaaState, Domain, Party};

/// A fact that holds or does not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Atom {
    // What the message holds.
    Anomaly(String),
    Category(Category),
    Count(String, u32),
    Flag(String),
    ImpliedPhi,
    Incomplete,
    Level(Level),
    Opaque(OpaqueKind),
    RequireTls,
    SubjectLevel(Level),
    Trigger(String),
    // What the recipient does not have.
    LacksAuthentication(Authentication),
    LacksBaa(BaaState),
    LacksKey(Method),
    LacksParty(Party),
    LacksTransport(Transport),
    // Where the message goes and what for.
    Account(String),
    Group(String),
    Internal,
    Purpose(String),
    Recipients(String),
    SenderDomain(Domain),
    Stream(String),
    User(Address),
}

/// An atom that must hold, or must not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Literal {
    pub(super) atom: Atom,
    pub(super) holds: bool,
}

impl From<Atom> for Literal {
    fn from(atom: Atom) -> Self {
        Self { atom, holds: true }
    }
}

/// What is known of one message on its way to one recipient.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, not a state")]
pub(super) struct Facts<'a> {
    pub(super) anomalies: &'a BTreeSet<String>,
    pub(super) categories: &'a BTreeSet<Category>,
    pub(super) counts: &'a BTreeMap<String, u32>,
    pub(super) flags: &'a BTreeSet<String>,
    pub(super) implied_phi: bool,
    pub(super) incomplete: bool,
    pub(super) level: Level,
    pub(super) opaque: &'a BTreeSet<OpaqueKind>,
    pub(super) require_tls: bool,
    pub(super) subject_level: Level,
    pub(super) triggers: &'a BTreeSet<String>,
    pub(super) authentication: Authentication,
    pub(super) baa: BaaState,
    pub(super) keys: crate::ClientKeys,
    pub(super) party: Party,
    pub(super) transport: Transport,
    pub(super) account: Option<&'a str>,
    pub(super) groups: &'a BTreeSet<&'a str>,
    /// The groups of the one whose plus-address the sender is: each may be the sender's, or not.
    pub(super) groups_of_bare: &'a BTreeSet<&'a str>,
    pub(super) internal: bool,
    pub(super) purpose: Option<&'a str>,
    pub(super) recipient_sets: BTreeSet<&'a str>,
    pub(super) sender: &'a Address,
    /// The one whose plus-address the sender is.
    pub(super) bare: Option<&'a Address>,
    pub(super) stream: Option<&'a str>,
    /// What the host named that the policy does not know: each may be any of its kind, or none.
    pub(super) unknown: &'a BTreeSet<Word>,
}

impl Facts<'_> {
    /// Whether `literal` is true of them, or may be.
    pub(super) fn meet(&self, literal: &Literal) -> bool {
        self.is_open(&literal.atom) || self.hold(&literal.atom) == literal.holds
    }

    /// Whether nobody knows if `atom` holds, so that both it and its denial count.
    pub(super) fn is_open(&self, atom: &Atom) -> bool {
        let word = match atom {
            Atom::Account(_) => Word::Account,
            Atom::Anomaly(_) => Word::Anomaly,
            Atom::Category(_) => Word::Category,
            Atom::Flag(_) => Word::Flag,
            Atom::Group(name) if self.groups_of_bare.contains(name.as_str()) => return true,
            Atom::Group(_) => Word::Group,
            Atom::Purpose(_) => Word::Purpose,
            Atom::Stream(_) => Word::Stream,
            Atom::Trigger(_) => Word::Trigger,
            Atom::Count(..)
            | Atom::ImpliedPhi
            | Atom::Incomplete
            | Atom::Internal
            | Atom::LacksAuthentication(_)
            | Atom::LacksBaa(_)
            | Atom::LacksKey(_)
            | Atom::LacksParty(_)
            | Atom::Opaque(_)
            | Atom::LacksTransport(_)
            | Atom::Level(_)
            | Atom::Recipients(_)
            | Atom::RequireTls
            | Atom::SenderDomain(_)
            | Atom::SubjectLevel(_)
            | Atom::User(_) => return false,
        };
        self.unknown.contains(&word)
    }

    fn hold(&self, atom: &Atom) -> bool {
        match atom {
            Atom::Anomaly(name) => self.anomalies.contains(name),
            Atom::Category(category) => self.categories.contains(category),
            Atom::Count(label, least) => self.counts.get(label).is_some_and(|count| count >= least),
            Atom::Flag(name) => self.flags.contains(name),
            Atom::ImpliedPhi => self.implied_phi,
            Atom::Incomplete => self.incomplete,
            Atom::Level(level) => self.level >= *level,
            Atom::Opaque(kind) => self.opaque.contains(kind),
            Atom::RequireTls => self.require_tls,
            Atom::SubjectLevel(level) => self.subject_level >= *level,
            Atom::Trigger(name) => self.triggers.contains(name),
            Atom::LacksAuthentication(least) => self.authentication < *least,
            Atom::LacksBaa(least) => self.baa < *least,
            Atom::LacksKey(method) => !has_key(self.keys, *method),
            Atom::LacksParty(least) => self.party < *least,
            Atom::LacksTransport(least) => self.transport < *least,
            Atom::Account(name) => self.account == Some(name),
            Atom::Group(name) => self.groups.contains(name.as_str()),
            Atom::Internal => self.internal,
            Atom::Purpose(name) => self.purpose == Some(name),
            Atom::Recipients(name) => self.recipient_sets.contains(name.as_str()),
            Atom::SenderDomain(domain) => self.sender.domain() == Some(domain),
            Atom::Stream(name) => self.stream == Some(name),
            Atom::User(address) => self.sender == address || self.bare == Some(address),
        }
    }
}

/// Whether a recipient's client can open what `method` seals; only S/MIME and PGP need a key of theirs.
pub(super) fn has_key(keys: crate::ClientKeys, method: Method) -> bool {
    match method {
        Method::Smime => keys.smime,
        Method::Pgp => keys.pgp,
        Method::Local | Method::Clear | Method::Tls | Method::Portal => true,
    }
}

/// The conjunctions of which `when` is the disjunction: an array of names gives one for each name.
pub(super) fn conjunctions(when: &When) -> Result<Vec<Vec<Literal>>, PolicyError> {
    let mut all = vec![fixed(when)];
    for choice in choices(when) {
        if all.len() * choice.len() > MAXIMUM_CONJUNCTIONS {
            let message = format!("the arrays of one `when` combine to at most {MAXIMUM_CONJUNCTIONS} cases");
            return Err(PolicyError::new(PolicyErrorKind::Limit, message));
        }
        all = all
            .iter()
            .flat_map(|conjunction| choice.iter().map(move |one| with(conjunction, one)))
            .collect();
    }
    for conjunction in &mut all {
        conjunction.sort();
        conjunction.dedup();
    }
    Ok(all)
}

fn with(conjunction: &[Literal], one: &Literal) -> Vec<Literal> {
    conjunction.iter().chain([one]).cloned().collect()
}

/// The literals that every case has.
fn fixed(when: &When) -> Vec<Literal> {
    let lacks = &when.lacks;
    let content = [
        when.level.map(Atom::Level),
        when.subject_level.map(Atom::SubjectLevel),
        when.incomplete.map(|_| Atom::Incomplete),
        when.implied_phi.map(|_| Atom::ImpliedPhi),
        lacks.transport.map(Atom::LacksTransport),
        lacks.baa.map(Atom::LacksBaa),
        lacks.authentication.map(Atom::LacksAuthentication),
        lacks.party.map(Atom::LacksParty),
    ];
    let categories = when.all_categories.iter().cloned().map(Atom::Category);
    let counts = when
        .count
        .iter()
        .map(|(label, least)| Atom::Count(label.clone(), *least));
    let keys = lacks.keys.0.iter().copied().map(Atom::LacksKey);
    let positive = content
        .into_iter()
        .flatten()
        .chain(categories)
        .chain(counts)
        .chain(keys);
    let absent = neutral(&when.not).into_iter().flatten().map(deny);
    positive
        .map(Literal::from)
        .chain(when.is.direction.map(directed))
        .chain(when.not.direction.map(|direction| deny(directed(direction))))
        .chain(absent)
        .collect()
}

/// The choices between literals, one of each of which must hold.
fn choices(when: &When) -> Vec<Vec<Literal>> {
    let names =
        |names: &[String], atom: fn(String) -> Atom| names.iter().cloned().map(|name| atom(name).into()).collect();
    let categories = when
        .category
        .0
        .iter()
        .cloned()
        .map(|one| Atom::Category(one).into())
        .collect();
    let opaque = when.opaque.0.iter().map(|kind| Atom::Opaque(*kind).into()).collect();
    let labels = when.label.0.iter();
    let content = [
        categories,
        labels.map(|label| Atom::Count(label.clone(), 1).into()).collect(),
        opaque,
        names(&when.anomaly.0, Atom::Anomaly),
        names(&when.trigger.0, Atom::Trigger),
        names(&when.flag.0, Atom::Flag),
    ];
    let choices = content.into_iter().chain(neutral(&when.is));
    choices.filter(|choice: &Vec<Literal>| !choice.is_empty()).collect()
}

fn neutral(facts: &Neutral) -> [Vec<Literal>; 5] {
    let names =
        |names: &[String], atom: fn(String) -> Atom| names.iter().cloned().map(|name| atom(name).into()).collect();
    [
        names(&facts.account.0, Atom::Account),
        names(&facts.group.0, Atom::Group),
        names(&facts.purpose.0, Atom::Purpose),
        names(&facts.recipients.0, Atom::Recipients),
        names(&facts.stream.0, Atom::Stream),
    ]
}

fn directed(direction: Direction) -> Literal {
    Literal {
        atom: Atom::Internal,
        holds: direction == Direction::Internal,
    }
}

fn deny(literal: Literal) -> Literal {
    Literal {
        holds: !literal.holds,
        ..literal
    }
}

/// Arrays multiply; more cases than this is a table of people and belongs in a recipient set or group.
const MAXIMUM_CONJUNCTIONS: usize = 256;
