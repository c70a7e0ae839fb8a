//! The proof of a policy: what holds for every message, sender and recipient, and what a rule is good for.
//!
//! "Whenever these facts hold, the requirement is at least that" fails only if the facts and the negation of every guard
//! that raises so far can be true together. A negated guard is one clause, so each question is one small call of a
//! solver, and what it finds is a message that shows the fault.

mod example;
#[cfg(test)]
mod people;
mod places;
mod report;
mod solve;
#[cfg(test)]
mod tests;
mod universe;

pub use example::Example;
pub use report::{Proof, Report};

pub(super) use places::inside;
use solve::{Answer, Budget, Lit, solve};
use universe::Universe;

use super::atom::{Atom, Literal, conjunctions};
use super::compile::{Guard, Origin, Table};
use super::model::PolicyFile;
use super::{AuditLevel, CryptoFloor, Dimension, MessageProtection, PolicyError, Requirement};
use crate::Authentication;
use crate::classify::Category;
use crate::evidence::Transport;

/// The questions about one policy.
pub(super) struct Prover<'a> {
    file: &'a PolicyFile,
    table: &'a Table,
    universe: Universe<'a>,
    /// Per guard, the clause that denies it.
    denials: Vec<Vec<Lit>>,
    budget: Budget,
}

/// A dimension and the value that is at least reached.
pub(super) type Least = (Dimension, u32);

impl<'a> Prover<'a> {
    pub(super) fn new(file: &'a PolicyFile, table: &'a Table) -> Result<Self, PolicyError> {
        let mut asked = Vec::new();
        for invariant in &file.invariants {
            asked.extend(conjunctions(&invariant.when)?.into_iter().flatten());
        }
        Ok(Self::asking(file, table, &asked))
    }

    /// The questions whether `table` reaches what another policy, whose literals are `asked`, requires.
    pub(super) fn asking(file: &'a PolicyFile, table: &'a Table, asked: &[Literal]) -> Self {
        let universe = Universe::new(file, table, asked);
        let denials = table
            .guards
            .iter()
            .map(|guard| universe.deny(&literals(table, guard)))
            .collect();
        Self {
            file,
            table,
            universe,
            denials,
            budget: Budget(BUDGET),
        }
    }

    /// Per dimension in which messages that meet `case` are not asked for what `require` asks for: such a message, or
    /// none when the budget was used up.
    pub(super) fn not_reached(&mut self, case: &[Literal], require: Requirement) -> Vec<(Dimension, Option<Example>)> {
        let mut found = Vec::new();
        for (dimension, value) in least(require) {
            match self.ask(case, &[(dimension, value)], None) {
                Answer::None => {}
                Answer::Exhausted => found.push((dimension, None)),
                Answer::Model(model) => found.push((dimension, Some(Example::of(&self.universe, &model)))),
            }
        }
        found
    }

    /// The invariants that are built in, and those of the policy.
    pub(super) fn invariants(&mut self) -> Result<Vec<Proof>, PolicyError> {
        let mut proofs = vec![
            self.phi_is_protected(),
            self.nothing_is_clear(),
            self.suites_are_sound(),
        ];
        proofs.push(self.floors_only_raise());
        proofs.push(waivers_are_recorded(self.file));
        proofs.push(methods_satisfy());
        proofs.push(portals_ask());
        for invariant in &self.file.invariants {
            let cases = conjunctions(&invariant.when)?;
            let answer = self.first(cases.iter().flat_map(|case| {
                let least = least(invariant.require);
                least.into_iter().map(|least| (case.clone(), vec![least]))
            }));
            proofs.push(Proof::new(&invariant.id, &invariant.reason, answer, true));
        }
        Ok(proofs)
    }

    fn phi_is_protected(&mut self) -> Proof {
        let phi = Literal::from(Atom::Category(Category::Phi));
        let verified = (Dimension::Transport, Transport::Verified as u32);
        let sealed = (Dimension::Message, MessageProtection::Sealed as u32);
        let answer = self.first([(vec![phi], vec![verified, sealed])].into_iter());
        Proof::new(
            "I1",
            "PHI leaves by verified TLS or sealed, unless a waiver covers it",
            answer,
            false,
        )
    }

    fn nothing_is_clear(&mut self) -> Proof {
        let encrypted = (Dimension::Transport, Transport::Encrypted as u32);
        let sealed = (Dimension::Message, MessageProtection::Sealed as u32);
        let answer = self.first([(vec![], vec![encrypted, sealed])].into_iter());
        Proof::new(
            "I2",
            "nothing leaves in clear text, unless a waiver covers it",
            answer,
            false,
        )
    }

    fn suites_are_sound(&mut self) -> Proof {
        let nist = (Dimension::Crypto, CryptoFloor::Tls12Nist as u32);
        let encrypted = (Dimension::Transport, Transport::Encrypted as u32);
        let cases: Vec<Vec<Literal>> = self
            .reaching(encrypted)
            .map(|guard| literals(self.table, guard))
            .collect();
        let answer = self.first(cases.into_iter().map(|case| (case, vec![nist])));
        Proof::new(
            "I3",
            "wherever TLS is required, it is TLS 1.2 or later with a NIST suite",
            answer,
            false,
        )
    }

    fn floors_only_raise(&mut self) -> Proof {
        let floors: Vec<(Vec<Literal>, Requirement)> = self
            .table
            .guards
            .iter()
            .filter_map(|guard| Some((guard, self.table.raisers.get(guard.raiser)?)))
            .filter(|(_, raiser)| raiser.origin == Origin::Floor)
            .map(|(guard, raiser)| (literals(self.table, guard), raiser.require))
            .collect();
        let questions = floors.into_iter().flat_map(|(case, require)| {
            let least = least(require);
            least.into_iter().map(move |least| (case.clone(), vec![least]))
        });
        let answer = self.first(questions);
        Proof::new(
            "I4",
            "no account, domain, group or user lowers a requirement",
            answer,
            false,
        )
    }

    /// The names of rules that never apply, and of rules that never raise anything.
    pub(super) fn useless(&mut self) -> (Vec<String>, Vec<String>) {
        let (mut dead, mut shadowed) = (Vec::new(), Vec::new());
        for (index, raiser) in self
            .table
            .raisers
            .iter()
            .enumerate()
            .filter(|(_, raiser)| raiser.origin != Origin::Baseline)
        {
            let guards: Vec<&Guard> = self.table.guards.iter().filter(|guard| guard.raiser == index).collect();
            let cases: Vec<Vec<Literal>> = guards.into_iter().map(|guard| literals(self.table, guard)).collect();
            if cases.iter().all(|case| self.ask(case, &[], None) == Answer::None) {
                dead.push(raiser.rule.clone());
            } else if !self.raises(index, raiser.require, &cases) {
                shadowed.push(raiser.rule.clone());
            }
        }
        (dead, shadowed)
    }

    /// Whether a raiser raises something that no other does.
    fn raises(&mut self, index: usize, require: Requirement, cases: &[Vec<Literal>]) -> bool {
        let least = least(require);
        let mut questions = least
            .iter()
            .flat_map(|least| cases.iter().map(move |case| (case, *least)));
        questions.any(|(case, least)| self.ask(case, &[least], Some(index)) != Answer::None)
    }

    /// The clauses looked at so far.
    pub(super) fn work(&self) -> u64 {
        BUDGET - self.budget.0
    }

    /// The first question that has a model: facts that hold though none of the values is reached.
    fn first(&mut self, questions: impl Iterator<Item = (Vec<Literal>, Vec<Least>)>) -> Finding {
        for (case, least) in questions {
            match self.ask(&case, &least, None) {
                Answer::None => {}
                Answer::Exhausted => return Finding::Exhausted,
                Answer::Model(model) => return Finding::Fails(Some(Box::new(Example::of(&self.universe, &model)))),
            }
        }
        Finding::Holds
    }

    /// Facts in which `case` holds and no guard does that reaches any of `least`; those of raiser `apart` do not count.
    fn ask(&mut self, case: &[Literal], least: &[Least], apart: Option<usize>) -> Answer {
        let assumptions: Vec<Lit> = case
            .iter()
            .filter_map(|literal| self.universe.lit(&literal.atom, literal.holds))
            .collect();
        let mut clauses: Vec<&[Lit]> = Vec::new();
        for (guard, denial) in self.table.guards.iter().zip(&self.denials) {
            let require = self
                .table
                .raisers
                .get(guard.raiser)
                .map_or(Requirement::NONE, |raiser| raiser.require);
            let reaches = least
                .iter()
                .any(|(dimension, value)| require.rank(*dimension) >= *value);
            if reaches && apart != Some(guard.raiser) {
                if denial.is_empty() {
                    return Answer::None;
                }
                clauses.push(denial);
            }
        }
        clauses.extend(self.universe.background.iter().map(Vec::as_slice));
        solve(self.universe.size, &clauses, &assumptions, &mut self.budget)
    }

    fn reaching(&self, (dimension, value): Least) -> impl Iterator<Item = &'a Guard> {
        let table = self.table;
        let reaches = move |guard: &&Guard| {
            let raiser = table.raisers.get(guard.raiser);
            raiser.is_some_and(|raiser| raiser.require.rank(dimension) >= value)
        };
        table.guards.iter().filter(reaches)
    }
}

/// The literals that must hold for `guard`.
pub(super) fn literals(table: &Table, guard: &Guard) -> Vec<Literal> {
    let positions = guard.literals.iter();
    positions
        .filter_map(|position| table.literals.get(*position).cloned())
        .collect()
}

/// What a question came to.
pub(super) enum Finding {
    Exhausted,
    /// With a message that shows it, where one message does.
    Fails(Option<Box<Example>>),
    Holds,
}

/// The dimensions in which `require` asks for something, with its value.
fn least(require: Requirement) -> Vec<Least> {
    let ranks = Dimension::ALL.map(|dimension| (dimension, require.rank(dimension)));
    ranks.into_iter().filter(|(_, rank)| *rank > 0).collect()
}

/// Every requirement that a waiver lowered asks for full evidence, whatever the floor.
fn waivers_are_recorded(file: &PolicyFile) -> Proof {
    let floor = file.relax_floor.unwrap_or(Requirement::NONE);
    let protections = super::satisfy::protections();
    let is_recorded = |requirement| super::decide::relax(requirement, floor).audit == AuditLevel::Full;
    let answer = if protections.into_iter().all(is_recorded) {
        Finding::Holds
    } else {
        Finding::Fails(None)
    };
    Proof::new(
        "I5",
        "whatever leaves under a waiver is recorded in full",
        answer,
        false,
    )
}

/// No way out is taken for one that satisfies unless its vector covers what is required.
fn methods_satisfy() -> Proof {
    let protections = super::satisfy::protections();
    let is_sound = |way: super::satisfy::Way| {
        let mut satisfied = protections
            .iter()
            .filter(|required| way.falls_short(**required).is_none());
        satisfied.all(|required| way.offers().covers(*required))
    };
    let answer = if super::satisfy::WAYS.into_iter().all(is_sound) {
        Finding::Holds
    } else {
        Finding::Fails(None)
    };
    Proof::new(
        "I6",
        "only a method that satisfies the requirement is taken",
        answer,
        false,
    )
}

/// A portal that asks its reader for nothing meets no protection, whatever else it is.
fn portals_ask() -> Proof {
    let open = super::satisfy::Way::Portal(Authentication::None);
    let mut protections = super::satisfy::protections().into_iter();
    let is_sound = protections.all(|required| required == Requirement::NONE || open.falls_short(required).is_some());
    let answer = if is_sound { Finding::Holds } else { Finding::Fails(None) };
    Proof::new(
        "I7",
        "the portal counts as sealed only for a reader whom it authenticates",
        answer,
        false,
    )
}

/// Clauses looked at for one policy; a thousand ordinary rules need a tenth of it, and it is spent within a second.
const BUDGET: u64 = 50_000_000;
