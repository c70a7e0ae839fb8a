//! From a model to a message, a sender and a recipient of whom exactly its facts are true.

use std::collections::BTreeSet;

use serde::Serialize;

use super::places::{new_word, outside};
use super::universe::Universe;
use crate::classify::{Classification, Level};
use crate::evidence::{Evidence, EvidenceKind, Transport};
use crate::policy::atom::Atom;
use crate::policy::model::PolicyFile;
use crate::policy::{Content, Method, Pattern};
use crate::{Address, Authentication, BaaState, Recipient, Timestamp, Transaction};

/// A message on its way to one recipient, complete enough to be decided on: a facts file.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Example {
    /// When the decision is made.
    pub at: Timestamp,
    /// Who writes to whom, and what is known of them.
    pub transaction: Transaction,
    /// What the message holds.
    pub content: Content,
}

impl Example {
    /// The example in which the facts of `model` hold.
    pub(super) fn of(universe: &Universe<'_>, model: &[bool]) -> Self {
        let facts: BTreeSet<&Atom> = universe.holding(model).collect();
        let recipient = recipient(universe, &facts, model);
        let mut transaction = Transaction::from(sender(universe.file, &facts)).recipient(recipient);
        transaction.account = name(universe, &facts, &universe.file.accounts, Atom::Account);
        transaction.purpose = name(universe, &facts, &universe.file.purposes, Atom::Purpose);
        let streams = universe.file.streams.iter().map(|stream| stream.name.clone()).collect();
        transaction.stream = name(universe, &facts, &streams, Atom::Stream);
        for fact in &facts {
            match fact {
                Atom::Flag(flag) => drop(transaction.flags.insert(flag.clone())),
                Atom::Group(group) => drop(transaction.groups.insert(group.clone())),
                Atom::RequireTls => transaction.require_tls = true,
                _ => {}
            }
        }
        Self {
            at: Timestamp::EPOCH,
            transaction,
            content: content(&facts),
        }
    }
}

fn content(facts: &BTreeSet<&Atom>) -> Content {
    let mut content = Content {
        classification: Classification::default(),
        complete: true,
        subject_level: Level::None,
        ..Content::default()
    };
    let found = &mut content.classification;
    for fact in facts {
        match fact {
            Atom::Anomaly(kind) => drop(content.anomalies.insert(kind.clone())),
            Atom::Category(category) => drop(found.categories.insert(category.clone())),
            Atom::Count(label, least) => {
                let count = found.counts.entry(label.clone()).or_default();
                *count = (*count).max(*least);
            }
            Atom::ImpliedPhi => found.implied_phi = true,
            Atom::Incomplete => content.complete = false,
            Atom::Level(level) => found.level = found.level.max(*level),
            Atom::SubjectLevel(level) => content.subject_level = content.subject_level.max(*level),
            Atom::Trigger(name) => drop(content.triggers.insert(name.clone())),
            _ => {}
        }
    }
    content
}

/// The name that holds; where none does, one that no rule asks for, so that no default steps in.
fn name(
    universe: &Universe<'_>,
    facts: &BTreeSet<&Atom>,
    names: &BTreeSet<String>,
    atom: fn(String) -> Atom,
) -> Option<String> {
    let holds = |name: &&String| facts.contains(&atom((*name).clone()));
    let is_unasked = |name: &&String| universe.lit(&atom((*name).clone()), true).is_none();
    names
        .iter()
        .find(holds)
        .or_else(|| names.iter().find(is_unasked))
        .cloned()
}

fn sender(file: &PolicyFile, facts: &BTreeSet<&Atom>) -> Address {
    let patterns: Vec<&Pattern> = file.groups.iter().flat_map(|group| &group.members).collect();
    let word = new_word(&patterns);
    let is_outside = |address: &Address| !patterns.iter().any(|pattern| pattern.holds(address));
    let users = facts.iter().find_map(|fact| match fact {
        Atom::User(address) => Some(Address::from(address.as_str())),
        _ => None,
    });
    let domains = facts.iter().find_map(|fact| match fact {
        Atom::SenderDomain(domain) => Some(Address::from(format!("{word}@{domain}"))),
        _ => None,
    });
    let others = || {
        let [likely, certain] = outside(&word);
        if is_outside(&likely) { likely } else { certain }
    };
    users.or(domains).unwrap_or_else(others)
}

fn recipient(universe: &Universe<'_>, facts: &BTreeSet<&Atom>, model: &[bool]) -> Recipient {
    let is_true = |variable: usize| model.get(variable).copied().unwrap_or(false);
    let place = universe.places.iter().find(|(here, _)| is_true(*here));
    let address = place.map_or_else(
        || Address::from("somebody@somewhere.example"),
        |(_, address)| address.clone(),
    );
    let has = |atom: &Atom| universe.lit(atom, true).is_some() && !facts.contains(atom);
    let mut recipient = Recipient::new(address).internal(facts.contains(&Atom::Internal));
    recipient.keys.smime = has(&Atom::LacksKey(Method::Smime));
    recipient.keys.pgp = has(&Atom::LacksKey(Method::Pgp));
    let factors = [Authentication::SingleFactor, Authentication::SecondFactor];
    let known = factors
        .into_iter()
        .filter(|least| has(&Atom::LacksAuthentication(*least)));
    recipient.authentication = known.max().unwrap_or_default();
    recipient.baa = agreement(facts, has);
    let levels = Transport::ALL
        .into_iter()
        .filter(|least| has(&Atom::LacksTransport(*least)));
    recipient.evidence = evidence(universe.file, &recipient.address, levels.max().unwrap_or_default());
    recipient
}

fn agreement(facts: &BTreeSet<&Atom>, has: impl Fn(&Atom) -> bool) -> BaaState {
    if facts.contains(&Atom::LacksBaa(BaaState::Unknown)) {
        return BaaState::PhiForbidden;
    }
    let states = [BaaState::NotNeeded, BaaState::Signed];
    let known = states.into_iter().filter(|least| has(&Atom::LacksBaa(*least)));
    known.max().unwrap_or_default()
}

/// Evidence that proves exactly `level`, whatever is agreed with the recipient's organisation.
fn evidence(file: &PolicyFile, address: &Address, level: Transport) -> Vec<Evidence> {
    let holds = |patterns: &BTreeSet<Pattern>| patterns.iter().any(|pattern| pattern.holds(address));
    let is_distrusted = holds(&file.distrusted_tls) && level > Transport::Encrypted;
    // Where TLS is distrusted, only a delivery that stays inside proves more than `encrypted`.
    let kind = if is_distrusted {
        EvidenceKind::Local
    } else {
        EvidenceKind::Dane
    };
    let partners = file.partners.iter().filter(|partner| holds(&partner.members));
    let agreed = partners
        .filter_map(|partner| partner.transport)
        .max()
        .unwrap_or_default();
    let above = Transport::ALL
        .into_iter()
        .find(|next| *next > level)
        .filter(|_| agreed > level);
    let failed = above.map(|above| Evidence {
        failed: true,
        ..Evidence::new(EvidenceKind::LastDelivery, above, Timestamp::EPOCH)
    });
    let proved = (level > Transport::None).then(|| Evidence::new(kind, level, Timestamp::EPOCH));
    proved.into_iter().chain(failed).collect()
}
