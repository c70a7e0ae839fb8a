//! From the model to a table of guards.

use super::atom::{Atom, Facts, Literal, conjunctions};
use super::index::Index;
use super::model::{Floor, PolicyFile, Scope};
use super::people::Relation;
use super::{CryptoFloor, Dimension, Disposition, PolicyError, PolicyErrorKind, Requirement};
use crate::classify::{Category, Level};
use crate::evidence::Transport;
use crate::{Address, AddressError, BaaState, Domain};

/// The compiled rules, floors and baseline.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    /// Every literal that a guard asks for, each once, in order.
    pub(super) literals: Vec<Literal>,
    pub(super) guards: Vec<Guard>,
    /// What raises, in the order in which explanations prefer: baseline, floors, then rules and triggers by name.
    pub(super) raisers: Vec<Raiser>,
    index: Index,
}

/// A conjunction: all bits of `masks` must be set.
#[derive(Clone, Debug)]
pub(super) struct Guard {
    /// Positions among the literals of the table.
    pub(super) literals: Vec<usize>,
    masks: Vec<(usize, u64)>,
    pub(super) raiser: usize,
}

/// A rule, a floor or a part of the baseline, as explanations name it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Raiser {
    pub(super) rule: String,
    pub(super) reason: String,
    pub(super) citation: Option<String>,
    pub(super) require: Requirement,
    pub(super) origin: Origin,
    /// Whether any of its conditions is that an agreement is lacking.
    pub(super) asks_agreement: bool,
    /// Whether a waiver may lower what it raises.
    pub(super) is_waivable: bool,
}

/// Where a raiser comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// The baseline that every policy has.
    Baseline,
    /// The floor of an account, domain, group or user.
    Floor,
    /// A rule or a trigger.
    Rule,
}

impl Raiser {
    /// The reason, with the agreement that ended or has not begun where one is asked for.
    pub(super) fn because(&self, relation: &Relation) -> String {
        match relation.lapsed.as_deref().filter(|_| self.asks_agreement) {
            Some(lapsed) if self.reason.is_empty() => lapsed.to_owned(),
            Some(lapsed) => format!("{}; {lapsed}", self.reason),
            None => self.reason.clone(),
        }
    }
}

/// What raises, and the conjunctions on any of which it does.
struct Entry {
    cases: Vec<Vec<Literal>>,
    raiser: Raiser,
}

/// A requirement, and per dimension the raiser that set it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reached {
    pub(super) requirement: Requirement,
    pub(super) by: [Option<usize>; Dimension::ALL.len()],
    /// What no waiver lowers, and the first raiser that asks for it.
    pub(super) kept: Requirement,
    pub(super) kept_by: Option<usize>,
}

impl Table {
    /// Joins every raiser one of whose guards holds.
    ///
    /// Of several that reach the same value, the first in the order of raisers is named, whatever the order of the
    /// file.
    pub(super) fn reach(&self, facts: &Facts<'_>) -> Reached {
        let bits = self.index.bits(&self.literals, facts);
        let mut reached = Reached::nothing();
        for guard in self.index.candidates(&bits).filter_map(|index| self.guards.get(index)) {
            self.apply(guard, &bits, &mut reached);
        }
        reached
    }

    /// The same without the index: every literal is tried, and every guard.
    #[cfg(test)]
    pub(super) fn reach_by_trying_all(&self, facts: &Facts<'_>) -> Reached {
        let word = |literals: &[Literal]| {
            let bit = |(position, literal): (usize, &Literal)| u64::from(facts.meet(literal)) << position;
            literals.iter().enumerate().map(bit).sum()
        };
        let bits: Vec<u64> = self.literals.chunks(WORD_BITS).map(word).collect();
        let mut reached = Reached::nothing();
        for guard in &self.guards {
            self.apply(guard, &bits, &mut reached);
        }
        reached
    }

    fn apply(&self, guard: &Guard, bits: &[u64], reached: &mut Reached) {
        if let Some(raiser) = self.raisers.get(guard.raiser).filter(|_| guard.holds(bits)) {
            reached.raise(guard.raiser, raiser.require);
            if !raiser.is_waivable {
                reached.keep(guard.raiser, raiser.require);
            }
        }
    }
}

impl Guard {
    fn holds(&self, bits: &[u64]) -> bool {
        let is_set = |(word, mask): &(usize, u64)| bits.get(*word).is_some_and(|bits| bits & mask == *mask);
        self.masks.iter().all(is_set)
    }
}

impl Reached {
    const fn nothing() -> Self {
        Self {
            requirement: Requirement::NONE,
            by: [None; Dimension::ALL.len()],
            kept: Requirement::NONE,
            kept_by: None,
        }
    }

    fn keep(&mut self, raiser: usize, require: Requirement) {
        self.kept = self.kept.join(require);
        self.kept_by = Some(self.kept_by.map_or(raiser, |named| named.min(raiser)));
    }

    fn raise(&mut self, raiser: usize, require: Requirement) {
        for (by, dimension) in self.by.iter_mut().zip(Dimension::ALL) {
            let (rank, reached) = (require.rank(dimension), self.requirement.rank(dimension));
            let is_first = by.is_none_or(|named| raiser < named);
            if rank > reached || (rank == reached && rank > 0 && is_first) {
                *by = Some(raiser);
            }
        }
        self.requirement = self.requirement.join(require);
    }
}

/// Compiles a checked model.
pub(super) fn compile(file: &PolicyFile) -> Result<Table, PolicyError> {
    let mut entries: Vec<Entry> = baseline(file);
    entries.extend(floors(&file.floors)?);
    let mut named = rules(file)?;
    named.extend(triggers(file));
    named.sort_by(|left, right| left.raiser.rule.cmp(&right.raiser.rule));
    entries.extend(named);
    let mut literals: Vec<Literal> = entries
        .iter()
        .flat_map(|entry| entry.cases.iter().flatten().cloned())
        .collect();
    literals.sort();
    literals.dedup();
    let mut table = Table {
        literals,
        ..Table::default()
    };
    for Entry { cases, mut raiser } in entries {
        raiser.asks_agreement = cases
            .iter()
            .flatten()
            .any(|literal| matches!(literal.atom, Atom::LacksBaa(_)));
        let index = table.raisers.len();
        let guards: Vec<Guard> = cases.iter().map(|case| guard(case, &table.literals, index)).collect();
        table.guards.extend(guards);
        table.raisers.push(raiser);
    }
    let conditions: Vec<&[usize]> = table.guards.iter().map(|guard| guard.literals.as_slice()).collect();
    table.index = Index::new(&table.literals, &conditions);
    Ok(table)
}

fn guard(case: &[Literal], literals: &[Literal], raiser: usize) -> Guard {
    let positions = case
        .iter()
        .filter_map(|literal| literals.binary_search(literal).ok())
        .collect();
    let mut masks: Vec<(usize, u64)> = Vec::new();
    for position in &positions {
        let (word, bit) = (position / WORD_BITS, 1_u64 << (position % WORD_BITS));
        match masks.last_mut() {
            Some((last, mask)) if *last == word => *mask |= bit,
            _ => masks.push((word, bit)),
        }
    }
    Guard {
        literals: positions,
        masks,
        raiser,
    }
}

/// What holds for every policy, and the policy's own baseline.
fn baseline(file: &PolicyFile) -> Vec<Entry> {
    let phi = || Literal::from(Atom::Category(Category::Phi));
    let everything = Requirement {
        transport: Transport::Encrypted,
        crypto: CryptoFloor::Tls12Nist,
        ..Requirement::NONE
    };
    let verified = Requirement {
        transport: Transport::Verified,
        ..Requirement::NONE
    };
    let forbidden = Requirement {
        disposition: Disposition::Return,
        ..Requirement::NONE
    };
    let held = Requirement {
        disposition: Disposition::Hold,
        ..Requirement::NONE
    };
    let security = Some("45 CFR 164.312(e)(1)");
    let authenticated = vec![Atom::RequireTls.into()];
    let forbids = vec![phi(), Atom::LacksBaa(BaaState::None).into()];
    let missing = vec![phi(), Atom::LacksBaa(BaaState::Unknown).into()];
    let sensitive = vec![Atom::Level(Level::Sensitive).into()];
    vec![
        entry(vec![], "every message needs encrypted TLS", None, everything),
        entry(vec![phi()], "PHI needs verified TLS", security, verified),
        entry(sensitive, "sensitive content needs verified TLS", None, verified),
        entry(
            missing,
            "no agreement stands with the recipient, so PHI is held",
            Some("45 CFR 164.502(e)(2)"),
            held,
        ),
        entry(
            forbids,
            "the agreement with the recipient forbids PHI",
            Some("45 CFR 164.504(e)"),
            forbidden,
        ),
        entry(
            authenticated,
            "the sender demands REQUIRETLS",
            Some("RFC 8689, section 4.2.1"),
            verified,
        ),
        entry(vec![], "the policy's own baseline", None, file.baseline),
    ]
}

fn entry(case: Vec<Literal>, reason: &str, citation: Option<&str>, require: Requirement) -> Entry {
    let raiser = Raiser {
        rule: "baseline".into(),
        reason: reason.into(),
        citation: citation.map(str::to_owned),
        require,
        origin: Origin::Baseline,
        asks_agreement: false,
        is_waivable: true,
    };
    Entry {
        cases: vec![case],
        raiser,
    }
}

fn floors(floors: &[Floor]) -> Result<Vec<Entry>, PolicyError> {
    let mut floors: Vec<&Floor> = floors.iter().collect();
    floors.sort_by(|left, right| (left.scope, &left.of).cmp(&(right.scope, &right.of)));
    let wrong = |error: AddressError| PolicyError::new(PolicyErrorKind::Value, error.to_string());
    let entry = |floor: &&Floor| {
        let atom = match floor.scope {
            Scope::Account => Atom::Account(floor.of.clone()),
            Scope::Domain => Atom::SenderDomain(Domain::parse(&floor.of).map_err(wrong)?),
            Scope::Group => Atom::Group(floor.of.clone()),
            Scope::User => Atom::User(Address::recipient(&floor.of).map_err(wrong)?),
        };
        let raiser = Raiser {
            rule: format!("{} {}", floor.scope.name(), floor.of),
            reason: floor.reason.clone(),
            citation: None,
            require: floor.require,
            origin: Origin::Floor,
            asks_agreement: false,
            is_waivable: floor.waivable,
        };
        Ok(Entry {
            cases: vec![vec![atom.into()]],
            raiser,
        })
    };
    floors.iter().map(entry).collect()
}

fn rules(file: &PolicyFile) -> Result<Vec<Entry>, PolicyError> {
    let entry = |rule: &super::model::Rule| {
        let raiser = Raiser {
            rule: rule.id.clone(),
            reason: reason(rule),
            citation: rule.citation.clone(),
            require: rule.require,
            origin: Origin::Rule,
            asks_agreement: false,
            is_waivable: true,
        };
        let cases = conjunctions(&rule.when)?;
        Ok(Entry { cases, raiser })
    };
    file.rules.iter().map(entry).collect()
}

/// The rule's own reason, with all that the recipient has to lack for the rule to apply.
fn reason(rule: &super::model::Rule) -> String {
    match rule.when.lacks.words() {
        Some(lack) if rule.reason.is_empty() => lack,
        Some(lack) => format!("{}, {lack}", rule.reason),
        None => rule.reason.clone(),
    }
}

fn triggers(file: &PolicyFile) -> Vec<Entry> {
    let entry = |trigger: &super::model::Trigger| {
        let raiser = Raiser {
            rule: format!("trigger {}", trigger.name),
            reason: "the sender asked for protection".into(),
            citation: None,
            require: trigger.require,
            origin: Origin::Rule,
            asks_agreement: false,
            is_waivable: true,
        };
        let cases = vec![vec![Atom::Trigger(trigger.name.clone()).into()]];
        Entry { cases, raiser }
    };
    file.triggers.iter().map(entry).collect()
}

/// Literals to a word of bits.
pub(super) const WORD_BITS: usize = 64;
