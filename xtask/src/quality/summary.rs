//! The sums of the sets: precision and recall with their intervals, and whether the goals are met.

use sealwax::classify::Strictness;

use super::interval::{Counted, Share};
use super::seen::Seen;
use super::sets::{HELD, Labelled, ORDINARY, STRUCTURED, Set, Wanted};

/// A set with what the engine says of it.
pub(super) struct Scanned {
    pub(super) set: Set,
    pub(super) seen: Vec<Seen>,
}

impl Scanned {
    pub(super) fn each(&self) -> impl Iterator<Item = (&Labelled, &Seen)> {
        self.set.messages.iter().zip(&self.seen)
    }

    /// Of what the engine flags, the share that is meant; and of what is meant, the share that it flags.
    fn precision_and_recall(
        &self,
        wanted: impl Fn(&Wanted) -> Option<bool>,
        flagged: impl Fn(&Seen) -> bool,
    ) -> (Counted, Counted) {
        let (mut precision, mut recall) = (Counted::default(), Counted::default());
        for (message, seen) in self.each() {
            let Some(is_wanted) = wanted(&message.wanted) else {
                continue;
            };
            let is_flagged = flagged(seen);
            if is_flagged {
                precision.add(&message.kind, is_wanted);
            }
            if is_wanted {
                recall.add(&message.kind, is_flagged);
            }
        }
        (precision, recall)
    }

    /// The share of its messages that are flagged.
    fn flagged(&self, counts: impl Fn(&Wanted) -> bool, flagged: impl Fn(&Seen) -> bool) -> Counted {
        let mut all = Counted::default();
        for (message, seen) in self.each().filter(|(message, _)| counts(&message.wanted)) {
            all.add(&message.kind, flagged(seen));
        }
        all
    }
}

/// Prints all sums as tables in Markdown.
pub(super) fn print(sets: &[Scanned]) {
    print_phi(sets);
    print_others(sets);
    print_false_alarms(sets);
    print_goals(sets);
}

fn print_phi(sets: &[Scanned]) {
    println!("\n## PHI\n\n| set | messages | setting | precision | recall |\n| --- | --- | --- | --- | --- |");
    for scanned in sets {
        for setting in Strictness::ALL.into_iter().rev() {
            let (precision, recall) = scanned.precision_and_recall(|wanted| wanted.phi, |seen| seen.phi(setting));
            let labelled = scanned
                .set
                .messages
                .iter()
                .filter(|one| one.wanted.phi.is_some())
                .count();
            if labelled > 0 {
                let name = scanned.set.name;
                println!(
                    "| {name} | {labelled} | `{setting}` | {} | {} |",
                    told(&precision),
                    told(&recall)
                );
            }
        }
    }
}

fn print_others(sets: &[Scanned]) {
    println!("\n## Money and secrets\n\n| set | what | precision | recall |\n| --- | --- | --- | --- |");
    for scanned in sets {
        let financial = scanned.precision_and_recall(|wanted| wanted.financial, |seen| seen.financial);
        let credentials = scanned.precision_and_recall(|wanted| wanted.credentials, |seen| seen.credentials);
        for (what, (precision, recall)) in [("financial", financial), ("credentials", credentials)] {
            if precision.share().is_some() || recall.share().is_some() {
                println!(
                    "| {} | {what} | {} | {} |",
                    scanned.set.name,
                    told(&precision),
                    told(&recall)
                );
            }
        }
    }
}

fn print_false_alarms(sets: &[Scanned]) {
    println!("\n## False alarms\n\n| messages | flagged | `strict` | `balanced` |\n| --- | --- | --- | --- |");
    let row = |what: &str, flag: &str, of: &dyn Fn(Strictness) -> Option<Counted>| {
        if let (Some(strict), Some(balanced)) = (of(Strictness::Strict), of(Strictness::Balanced)) {
            println!("| {what} | {flag} | {} | {} |", told(&strict), told(&balanced));
        }
    };
    row("hard negatives", "sensitive", &|setting| {
        Some(hard(sets)?.flagged(is_hard_negative, |seen| seen.sensitive(setting)))
    });
    let Some(ham) = ham(sets) else { return };
    let all = |_: &Wanted| true;
    row(ORDINARY, "PHI", &|setting| {
        Some(ham.flagged(all, |seen| seen.phi(setting)))
    });
    row(ORDINARY, "financial", &|_| {
        Some(ham.flagged(all, |seen| seen.financial))
    });
    row(ORDINARY, "credentials", &|_| {
        Some(ham.flagged(all, |seen| seen.credentials))
    });
    row(ORDINARY, "sensitive", &|setting| {
        Some(ham.flagged(all, |seen| seen.sensitive(setting)))
    });
}

/// The set that holds the hard negatives.
fn hard(sets: &[Scanned]) -> Option<&Scanned> {
    named(sets, STRUCTURED)
}

fn ham(sets: &[Scanned]) -> Option<&Scanned> {
    named(sets, ORDINARY)
}

fn named<'s>(sets: &'s [Scanned], name: &str) -> Option<&'s Scanned> {
    sets.iter().find(|scanned| scanned.set.name == name)
}

/// Notes, news, numbers and sport that only look sensitive.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature of what counts messages")]
fn is_hard_negative(wanted: &Wanted) -> bool {
    wanted.is_hard && wanted.phi == Some(false) && wanted.financial == Some(false)
}

/// What was aimed at, and what came of it.
fn print_goals(sets: &[Scanned]) {
    println!("\n## Goals\n\n| goal | measured | met |\n| --- | --- | --- |");
    let phi = |name: &str, setting: Strictness| {
        let found = named(sets, name)?.precision_and_recall(|wanted| wanted.phi, |seen| seen.phi(setting));
        Some((found.0.share(), found.1.share()))
    };
    let precision = |name: &str, setting| phi(name, setting).and_then(|both| both.0);
    let recall = |name: &str, setting| phi(name, setting).and_then(|both| both.1);
    let (strict, balanced) = (Strictness::Strict, Strictness::Balanced);
    let mut secrets = Counted::default();
    for scanned in sets {
        let found = scanned.precision_and_recall(|wanted| wanted.credentials, |seen| seen.credentials);
        secrets.absorb(scanned.set.name, &found.1);
    }
    let ham = ham(sets).map(|ham| ham.flagged(|_| true, |seen| seen.sensitive(balanced)));
    let hard = hard(sets).map(|hard| hard.flagged(is_hard_negative, |seen| seen.sensitive(strict)));
    for (goal, share, bound) in [
        (
            "prose, held out: recall at `strict` of 0.85",
            recall(HELD, strict),
            Bound::Least(0.85),
        ),
        (
            "prose, held out: precision at `strict` of 0.90",
            precision(HELD, strict),
            Bound::Least(0.90),
        ),
        (
            "prose, held out: recall at `balanced` of 0.75",
            recall(HELD, balanced),
            Bound::Least(0.75),
        ),
        (
            "prose, held out: precision at `balanced` of 0.95",
            precision(HELD, balanced),
            Bound::Least(0.95),
        ),
        (
            "structured: recall at `strict` of 0.97",
            recall(STRUCTURED, strict),
            Bound::Least(0.97),
        ),
        (
            "typing errors: recall at `strict` of 0.95",
            recall("typing errors", strict),
            Bound::Least(0.95),
        ),
        (
            "evasions: recall at `strict` of 0.98",
            recall("evasions", strict),
            Bound::Least(0.98),
        ),
        ("credentials: recall of 0.95", secrets.share(), Bound::Least(0.95)),
        (
            "hard negatives flagged: 0.02 at most",
            hard.and_then(|hard| hard.share()),
            Bound::Most(0.02),
        ),
        (
            "ordinary mail called sensitive at `balanced`: 0.003 at most",
            ham.and_then(|ham| ham.share()),
            Bound::Most(0.003),
        ),
    ] {
        let Some(share) = share else { continue };
        println!("| {goal} | {} | {} |", shown(&share), bound.met(&share));
    }
}

/// A goal.
enum Bound {
    Least(f64),
    Most(f64),
}

impl Bound {
    /// Whether it is met by the share, and whether by its whole interval.
    fn met(&self, share: &Share) -> &'static str {
        let (value, all) = match self {
            Self::Least(bound) => (share.value() >= *bound, share.least >= *bound),
            Self::Most(bound) => (share.value() <= *bound, share.most <= *bound),
        };
        match (value, all) {
            (_, true) => "yes",
            (true, false) => "yes, but not surely",
            (false, false) => "**no**",
        }
    }
}

fn told(counted: &Counted) -> String {
    counted.share().map_or_else(String::new, |share| shown(&share))
}

/// `0.957 (0.91–0.99), 44 of 46`.
pub(super) fn shown(share: &Share) -> String {
    let Share { right, of, least, most } = share;
    format!("{:.3} ({least:.3}–{most:.3}), {right} of {of}", share.value())
}
