//! Which guards a message can meet, found without trying them all.
//!
//! A policy may have thousands of rules and a message has a dozen facts. So names are looked up from the facts (which
//! flags are raised, in which recipient sets the address lies) instead of being asked for one by one, and each guard
//! stands under the one of its literals that is rarest among the guards: only the guards under literals that hold are
//! looked at. [`Table::reach_by_trying_all`](super::compile::Table) is the slow way that the tests hold it against.

use std::cmp::Ordering;

use super::atom::{Atom, Facts, Literal};
use super::compile::WORD_BITS;
use crate::{Address, Domain};

/// The way from facts to guards.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    /// The literals that hold when no name does: the denials.
    absent: Vec<u64>,
    /// Literals that are no names, to be tried one by one; a policy has few, since they are values of closed sets.
    plain: Vec<usize>,
    /// Literals that name something, by kind and name.
    names: Vec<Name>,
    /// Guards without a condition.
    always: Vec<usize>,
    /// Per literal, the guards that stand under it.
    under: Vec<Vec<usize>>,
}

/// A literal that names something.
#[derive(Clone, Debug)]
struct Name {
    kind: Kind,
    word: String,
    position: usize,
    holds: bool,
    /// The count that is asked for at least; 0 for what is no count.
    least: u32,
}

/// What is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Account,
    Anomaly,
    Count,
    Flag,
    Group,
    Purpose,
    Recipients,
    SenderDomain,
    Stream,
    Trigger,
    User,
}

impl Index {
    /// For `literals`, and guards that are `conditions` over positions among them.
    pub(super) fn new(literals: &[Literal], conditions: &[&[usize]]) -> Self {
        let mut index = Self {
            absent: vec![0; literals.len().div_ceil(WORD_BITS)],
            under: vec![Vec::new(); literals.len()],
            ..Self::default()
        };
        for (position, literal) in literals.iter().enumerate() {
            match Name::of(position, literal) {
                Some(name) => {
                    set(&mut index.absent, position, !literal.holds);
                    index.names.push(name);
                }
                None => index.plain.push(position),
            }
        }
        index.names.sort_by(|left, right| left.compare(right.kind, &right.word));
        index.place(literals, conditions);
        index
    }

    /// Puts each guard under its rarest literal, a name that must hold before any other.
    fn place(&mut self, literals: &[Literal], conditions: &[&[usize]]) {
        let mut asked = vec![0_usize; literals.len()];
        for position in conditions.iter().copied().flatten() {
            if let Some(count) = asked.get_mut(*position) {
                *count += 1;
            }
        }
        let mut selective = vec![false; literals.len()];
        for name in self.names.iter().filter(|name| name.holds) {
            selective
                .iter_mut()
                .skip(name.position)
                .take(1)
                .for_each(|is| *is = true);
        }
        let rarity = |position: &&usize| {
            let is_selective = selective.get(**position).copied().unwrap_or_default();
            (!is_selective, asked.get(**position).copied())
        };
        for (guard, condition) in conditions.iter().enumerate() {
            match condition
                .iter()
                .min_by_key(rarity)
                .and_then(|rarest| self.under.get_mut(*rarest))
            {
                Some(under) => under.push(guard),
                None => self.always.push(guard),
            }
        }
    }

    /// Which literals hold, as bits by their position.
    pub(super) fn bits(&self, literals: &[Literal], facts: &Facts<'_>) -> Vec<u64> {
        let mut bits = self.absent.clone();
        for &position in &self.plain {
            let holds = literals.get(position).is_some_and(|literal| facts.meet(literal));
            set(&mut bits, position, holds);
        }
        let mut name = |kind, name: &str| self.hold(kind, name, u32::MAX, &mut bits);
        facts.anomalies.iter().for_each(|anomaly| name(Kind::Anomaly, anomaly));
        facts.flags.iter().for_each(|flag| name(Kind::Flag, flag));
        facts.triggers.iter().for_each(|trigger| name(Kind::Trigger, trigger));
        facts.groups.iter().for_each(|group| name(Kind::Group, group));
        facts.recipient_sets.iter().for_each(|set| name(Kind::Recipients, set));
        let (sender, bare) = (facts.sender.key(), facts.bare.map(Address::key));
        for (kind, value) in [
            (Kind::Account, facts.account),
            (Kind::Purpose, facts.purpose),
            (Kind::SenderDomain, facts.sender.domain().map(Domain::as_str)),
            (Kind::Stream, facts.stream),
            (Kind::User, Some(sender.as_str())),
            (Kind::User, bare.as_deref()),
        ] {
            if let Some(value) = value {
                name(kind, value);
            }
        }
        for (label, count) in facts.counts {
            self.hold(Kind::Count, label, *count, &mut bits);
        }
        if !facts.unknown.is_empty() || !facts.groups_of_bare.is_empty() {
            self.open(literals, facts, &mut bits);
        }
        bits
    }

    /// Sets the literals of which nobody knows whether they hold.
    fn open(&self, literals: &[Literal], facts: &Facts<'_>, bits: &mut [u64]) {
        for name in &self.names {
            let is_open = literals
                .get(name.position)
                .is_some_and(|literal| facts.is_open(&literal.atom));
            if is_open {
                set(bits, name.position, true);
            }
        }
    }

    /// Sets the literals that ask for a name with at most `count`, and clears those that deny it.
    fn hold(&self, kind: Kind, name: &str, count: u32, bits: &mut [u64]) {
        let from = self
            .names
            .partition_point(|known| known.compare(kind, name) == Ordering::Less);
        let known = self.names.get(from..).unwrap_or_default();
        for known in known
            .iter()
            .take_while(|known| known.compare(kind, name) == Ordering::Equal)
        {
            if count >= known.least {
                set(bits, known.position, known.holds);
            }
        }
    }

    /// The guards that may hold, each once.
    pub(super) fn candidates<'a>(&'a self, bits: &'a [u64]) -> impl Iterator<Item = usize> + 'a {
        let words = bits.iter().enumerate();
        let positions = words.flat_map(|(word, bits)| ones(*bits).map(move |bit| word * WORD_BITS + bit));
        let under = positions.filter_map(|position| self.under.get(position));
        self.always.iter().chain(under.flatten()).copied()
    }
}

impl Name {
    fn of(position: usize, literal: &Literal) -> Option<Self> {
        let (kind, name, least) = match &literal.atom {
            Atom::Account(name) => (Kind::Account, name, 0),
            Atom::Anomaly(name) => (Kind::Anomaly, name, 0),
            Atom::Count(label, least) => (Kind::Count, label, *least),
            Atom::Flag(name) => (Kind::Flag, name, 0),
            Atom::Group(name) => (Kind::Group, name, 0),
            Atom::Purpose(name) => (Kind::Purpose, name, 0),
            Atom::Recipients(name) => (Kind::Recipients, name, 0),
            Atom::SenderDomain(domain) => (Kind::SenderDomain, &domain.to_string(), 0),
            Atom::Stream(name) => (Kind::Stream, name, 0),
            Atom::Trigger(name) => (Kind::Trigger, name, 0),
            Atom::User(address) => (Kind::User, &address.key(), 0),
            Atom::Category(_)
            | Atom::ImpliedPhi
            | Atom::Incomplete
            | Atom::Internal
            | Atom::LacksAuthentication(_)
            | Atom::LacksBaa(_)
            | Atom::LacksKey(_)
            | Atom::LacksParty(_)
            | Atom::LacksTransport(_)
            | Atom::Level(_)
            | Atom::Opaque(_)
            | Atom::RequireTls
            | Atom::SubjectLevel(_) => return None,
        };
        Some(Self {
            kind,
            word: name.clone(),
            position,
            holds: literal.holds,
            least,
        })
    }

    fn compare(&self, kind: Kind, name: &str) -> Ordering {
        self.kind.cmp(&kind).then_with(|| self.word.as_str().cmp(name))
    }
}

fn set(bits: &mut [u64], position: usize, holds: bool) {
    if let Some(word) = bits.get_mut(position / WORD_BITS) {
        let mask = 1 << (position % WORD_BITS);
        *word = if holds { *word | mask } else { *word & !mask };
    }
}

/// The positions of the bits that are set.
fn ones(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = (word != 0).then(|| word.trailing_zeros())?;
        word &= word - 1;
        usize::try_from(bit).ok()
    })
}
