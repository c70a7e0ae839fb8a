//! A small satisfiability solver: DPLL with unit propagation, and a budget.

/// A variable or its negation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Lit(u32);

impl Lit {
    /// The literal that `variable` has `value`.
    pub(super) fn new(variable: usize, value: bool) -> Self {
        let variable = u32::try_from(variable).unwrap_or(u32::MAX / 2);
        Self(variable << 1 | u32::from(!value))
    }

    pub(super) const fn not(self) -> Self {
        Self(self.0 ^ 1)
    }

    const fn variable(self) -> usize {
        (self.0 >> 1) as usize
    }

    const fn value(self) -> bool {
        self.0 & 1 == 0
    }
}

/// The answer of the solver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// The budget was used up before an answer was found.
    Exhausted,
    /// An assignment that satisfies every clause.
    Model(Vec<bool>),
    /// There is none.
    None,
}

/// How much work is left, in clauses looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budget(pub(super) u64);

impl Budget {
    fn spend(&mut self) -> bool {
        self.0 = self.0.saturating_sub(1);
        self.0 > 0
    }
}

/// Looks for an assignment of `variables` variables that satisfies every clause and makes every assumption true.
///
/// What no clause asks for stays false, so a model holds as few facts as the search meets.
pub(super) fn solve(variables: usize, clauses: &[&[Lit]], assumptions: &[Lit], budget: &mut Budget) -> Answer {
    let mut search = Search {
        clauses,
        values: vec![None; variables],
        trail: Vec::new(),
        decisions: Vec::new(),
    };
    if !assumptions.iter().all(|lit| search.set(*lit)) {
        return Answer::None;
    }
    search.run(budget)
}

struct Search<'a> {
    clauses: &'a [&'a [Lit]],
    values: Vec<Option<bool>>,
    trail: Vec<Lit>,
    /// Per decision, the length of the trail before it, and what was decided.
    decisions: Vec<(usize, Lit)>,
}

/// What a clause says of the values so far.
enum State {
    Conflict,
    Met,
    Open,
    Unit(Lit),
}

impl Search<'_> {
    fn run(&mut self, budget: &mut Budget) -> Answer {
        loop {
            match self.propagate(budget) {
                None => return Answer::Exhausted,
                Some(false) if !self.turn_back() => return Answer::None,
                Some(false) => continue,
                Some(true) => {}
            }
            let Some(lit) = self.open_literal() else {
                return Answer::Model(self.values.iter().map(|value| value.unwrap_or(false)).collect());
            };
            self.decisions.push((self.trail.len(), lit));
            self.set(lit);
        }
    }

    /// Draws every conclusion; `Some(false)` is a conflict, `None` the end of the budget.
    fn propagate(&mut self, budget: &mut Budget) -> Option<bool> {
        let clauses = self.clauses;
        loop {
            let before = self.trail.len();
            for clause in clauses {
                if !budget.spend() {
                    return None;
                }
                match self.state(clause) {
                    State::Conflict => return Some(false),
                    State::Unit(lit) => {
                        self.set(lit);
                    }
                    State::Met | State::Open => {}
                }
            }
            if self.trail.len() == before {
                return Some(true);
            }
        }
    }

    fn state(&self, clause: &[Lit]) -> State {
        let mut open = None;
        for lit in clause {
            match self.value(*lit) {
                Some(true) => return State::Met,
                Some(false) => {}
                None if open.is_some() => return State::Open,
                None => open = Some(*lit),
            }
        }
        open.map_or(State::Conflict, State::Unit)
    }

    /// A literal of a clause that is not met when everything open is false.
    fn open_literal(&self) -> Option<Lit> {
        let is_met = |lit: &Lit| self.value(*lit).unwrap_or(!lit.value());
        let open = self.clauses.iter().find(|clause| !clause.iter().any(is_met))?;
        open.iter().copied().find(|lit| self.value(*lit).is_none())
    }

    /// Takes the last decision back and holds its opposite; false when there is none left.
    fn turn_back(&mut self) -> bool {
        let Some((length, lit)) = self.decisions.pop() else {
            return false;
        };
        for undone in self.trail.drain(length..) {
            if let Some(value) = self.values.get_mut(undone.variable()) {
                *value = None;
            }
        }
        self.set(lit.not())
    }

    /// Makes a literal true; false when it is false already.
    fn set(&mut self, lit: Lit) -> bool {
        match self.values.get_mut(lit.variable()) {
            Some(Some(value)) => *value == lit.value(),
            Some(open) => {
                *open = Some(lit.value());
                self.trail.push(lit);
                true
            }
            None => false,
        }
    }

    fn value(&self, lit: Lit) -> Option<bool> {
        let value = self.values.get(lit.variable()).copied().flatten()?;
        Some(value == lit.value())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ask(variables: usize, clauses: &[Vec<Lit>], budget: u64) -> Answer {
        let clauses: Vec<&[Lit]> = clauses.iter().map(Vec::as_slice).collect();
        solve(variables, &clauses, &[], &mut Budget(budget))
    }

    fn meets(model: &[bool], clauses: &[Vec<Lit>]) -> bool {
        let holds = |lit: &Lit| model[lit.variable()] == lit.value();
        clauses.iter().all(|clause| clause.iter().any(holds))
    }

    #[test]
    fn the_empty_clause_has_no_model() {
        assert_eq!(ask(1, &[vec![]], 100), Answer::None);
        assert_eq!(ask(1, &[], 100), Answer::Model(vec![false]));
    }

    #[test]
    fn pigeons_without_a_hole_use_up_a_small_budget() {
        let lit = |pigeon: usize, hole: usize, value| Lit::new(pigeon * 7 + hole, value);
        let mut clauses: Vec<Vec<Lit>> = (0..8)
            .map(|pigeon| (0..7).map(|hole| lit(pigeon, hole, true)).collect())
            .collect();
        for hole in 0..7 {
            for one in 0..8 {
                clauses.extend((0..one).map(|other| vec![lit(one, hole, false), lit(other, hole, false)]));
            }
        }
        assert_eq!(ask(56, &clauses, 10_000), Answer::Exhausted);
    }

    proptest! {
        #[test]
        fn the_answer_is_that_of_trying_everything(
            clauses in prop::collection::vec(prop::collection::vec((0..8_usize, any::<bool>()), 0..4), 0..30),
        ) {
            let clauses: Vec<Vec<Lit>> = clauses
                .into_iter()
                .map(|clause| clause.into_iter().map(|(variable, value)| Lit::new(variable, value)).collect())
                .collect();
            let every = (0..256_u32).map(|bits| (0..8).map(|bit| bits >> bit & 1 == 1).collect::<Vec<_>>());
            let exists = every.into_iter().any(|model| meets(&model, &clauses));
            match ask(8, &clauses, 1 << 20) {
                Answer::Model(model) => prop_assert!(meets(&model, &clauses)),
                answer => prop_assert!(answer == Answer::None && !exists),
            }
        }
    }
}
