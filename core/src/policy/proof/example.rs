//! From a model to a message, a sender and a recipient of whom exactly its facts are true.

use std::collections::BTreeSet;

use serde::Serialize;

use super::places::{new_word, outside};
use super::universe::Universe;
use crate::classify::{Classification, Level};
use crate::evidence::{Evidence, EvidenceKind, Transport};
use crate::policy::atom::Atom;
use crate::policy::model::PolicyFile;
use crate::policy::people::partners;
use crate::policy::{Content, Method, Pattern};
use crate::{Address, Authentication, BaaState, Party, Recipient, Timestamp, Transaction};

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
        let address = address(universe, model);
        let at = moment(universe.file, &facts, &address);
        let recipient = recipient(universe, &facts, address, at);
        let mut transaction = Transaction {
            sender: sender(universe.file, &facts),
            recipients: vec![recipient],
            ..Transaction::default()
        };
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
            at,
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
            Atom::Opaque(kind) => drop(content.opaque.insert(*kind)),
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
    let groups = file.groups.iter().flat_map(|group| &group.members);
    let patterns: Vec<&Pattern> = groups.chain(house(file)).collect();
    let word = new_word(&patterns);
    let is_outside = |address: &Address| !patterns.iter().any(|pattern| pattern.holds(address));
    // A plus-address stands for the one whose it is, too.
    let users = facts.iter().filter_map(|fact| match fact {
        Atom::User(address) => Some(address.clone()),
        _ => None,
    });
    let users = users.max_by_key(|address| address.bare().is_some());
    let domains = facts.iter().find_map(|fact| match fact {
        Atom::SenderDomain(domain) => Some(Address::at(&word, domain.clone())),
        _ => None,
    });
    let others = || {
        let [likely, certain] = outside(&word);
        if is_outside(&likely) { likely } else { certain }
    };
    users.or(domains).unwrap_or_else(others)
}

/// Where the recipient lies; where no set is asked for, outside of the house.
fn address(universe: &Universe<'_>, model: &[bool]) -> Address {
    let is_true = |variable: usize| model.get(variable).copied().unwrap_or(false);
    let place = universe.places.iter().find(|(here, _)| is_true(*here));
    let elsewhere = || {
        let patterns: Vec<&Pattern> = house(universe.file).collect();
        let [likely, certain] = outside(&new_word(&patterns));
        let is_inside = patterns.iter().any(|pattern| pattern.holds(&likely));
        if is_inside { certain } else { likely }
    };
    place.map_or_else(elsewhere, |(_, address)| address.clone())
}

/// The domains of the policy's `[organization]`.
fn house(file: &PolicyFile) -> impl Iterator<Item = &Pattern> {
    file.organization.iter().flat_map(|house| &house.domains)
}

/// When it is decided: after the end of an agreement that the recipient lacks all the same.
fn moment(file: &PolicyFile, facts: &BTreeSet<&Atom>, address: &Address) -> Timestamp {
    if !facts.contains(&Atom::LacksBaa(BaaState::Signed)) {
        return Timestamp::EPOCH;
    }
    let ends = partners(file, address).into_iter().filter_map(|partner| {
        let agreement = partner.agreement.as_ref()?;
        Some(agreement.end?.after())
    });
    ends.max().unwrap_or(Timestamp::EPOCH).max(Timestamp::EPOCH)
}

fn recipient(universe: &Universe<'_>, facts: &BTreeSet<&Atom>, address: Address, at: Timestamp) -> Recipient {
    let has = |atom: &Atom| universe.lit(atom, true).is_some() && !facts.contains(atom);
    let mut recipient = Recipient::at(address).internal(facts.contains(&Atom::Internal));
    recipient.keys.smime = has(&Atom::LacksKey(Method::Smime));
    recipient.keys.pgp = has(&Atom::LacksKey(Method::Pgp));
    let factors = [Authentication::SingleFactor, Authentication::SecondFactor];
    let known = factors
        .into_iter()
        .filter(|least| has(&Atom::LacksAuthentication(*least)));
    recipient.authentication = known.max();
    recipient.baa = agreement(facts, has);
    recipient.party = Some(party(facts, has));
    let levels = Transport::ALL
        .into_iter()
        .filter(|least| has(&Atom::LacksTransport(*least)));
    recipient.evidence = evidence(universe.file, &recipient.address, levels.max().unwrap_or_default(), at);
    recipient
}

fn agreement(facts: &BTreeSet<&Atom>, has: impl Fn(&Atom) -> bool) -> BaaState {
    for (lacking, state) in [
        (BaaState::None, BaaState::PhiForbidden),
        (BaaState::Unknown, BaaState::None),
    ] {
        if facts.contains(&Atom::LacksBaa(lacking)) {
            return state;
        }
    }
    let states = [BaaState::NotNeeded, BaaState::Signed];
    let known = states.into_iter().filter(|least| has(&Atom::LacksBaa(*least)));
    known.max().unwrap_or_default()
}

/// Who they are; said in every case, so that no default steps in.
fn party(facts: &BTreeSet<&Atom>, has: impl Fn(&Atom) -> bool) -> Party {
    if has(&Atom::LacksParty(Party::Individual)) {
        Party::Individual
    } else if facts.contains(&Atom::LacksParty(Party::Unknown)) {
        Party::Organization
    } else {
        Party::Unknown
    }
}

/// Evidence that proves exactly `level`, whatever is agreed with the recipient's organisation.
fn evidence(file: &PolicyFile, address: &Address, level: Transport, at: Timestamp) -> Vec<Evidence> {
    let holds = |patterns: &BTreeSet<Pattern>| patterns.iter().any(|pattern| pattern.holds(address));
    let is_distrusted = holds(&file.distrusted_tls) && level > Transport::Encrypted;
    // Where TLS is distrusted, only a delivery that stays inside proves more than `encrypted`.
    let kind = if is_distrusted {
        EvidenceKind::Local
    } else {
        EvidenceKind::Dane
    };
    let agreed = partners(file, address)
        .into_iter()
        .filter_map(|partner| partner.transport)
        .max()
        .unwrap_or_default();
    let above = Transport::ALL
        .into_iter()
        .find(|next| *next > level)
        .filter(|_| agreed > level);
    let failed = above.map(|above| Evidence {
        failed: true,
        ..Evidence::new(EvidenceKind::LastDelivery, above, at)
    });
    let proved = (level > Transport::None).then(|| Evidence::new(kind, level, at));
    proved.into_iter().chain(failed).collect()
}
