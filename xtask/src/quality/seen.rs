//! What the engine says of the messages of a set.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::thread;

use sealwax::classify::{Category, Strictness, rules};
use sealwax::engine::Engine;

use super::sets::{Labelled, Set};

/// What the engine says of a message.
pub(super) struct Seen {
    /// Whether it is PHI, by setting from the loosest.
    phi: [bool; 3],
    pub(super) financial: bool,
    pub(super) credentials: bool,
    /// Every rule that holds in it.
    pub(super) rules: Vec<String>,
}

impl Seen {
    pub(super) fn phi(&self, setting: Strictness) -> bool {
        let place = Strictness::ALL.iter().position(|known| *known == setting);
        place.and_then(|place| self.phi.get(place)).copied().unwrap_or_default()
    }

    /// Whether the rule `id` holds.
    pub(super) fn holds(&self, id: &str) -> bool {
        self.rules.iter().any(|rule| rule == id)
    }

    pub(super) fn sensitive(&self, setting: Strictness) -> bool {
        self.phi(setting) || self.financial || self.credentials
    }

    /// One scan at the strictest setting says it of all: a rule holds or does not, and each names its setting.
    fn of(engine: &Engine, settings: &BTreeMap<String, Strictness>, message: &Labelled) -> Self {
        let scan = engine.scan(&message.raw);
        let is = |category: &Category| scan.classification.is(category);
        let is_phi = is(&Category::Phi);
        let without_rule = is_phi && scan.classification.rule.is_none();
        let by_rule = |setting: Strictness| {
            let mut holding = scan.rules.iter().filter_map(|rule| settings.get(rule));
            holding.any(|needed| *needed <= setting)
        };
        Self {
            phi: Strictness::ALL.map(|setting| is_phi && (without_rule || by_rule(setting))),
            financial: is(&Category::Financial),
            credentials: is(&Category::Credential),
            rules: scan.rules,
        }
    }
}

/// Scans the messages of `set`, in their order.
pub(super) fn all(engine: &Engine, set: &Set) -> Vec<Seen> {
    let settings: BTreeMap<String, Strictness> = rules().into_iter().map(|rule| (rule.id, rule.strictness)).collect();
    let threads = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let piece = set.messages.len().div_ceil(threads).max(1);
    thread::scope(|scope| {
        let pieces: Vec<_> = set
            .messages
            .chunks(piece)
            .map(|messages| {
                let settings = &settings;
                scope.spawn(move || {
                    messages
                        .iter()
                        .map(|one| Seen::of(engine, settings, one))
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        pieces
            .into_iter()
            .flat_map(|piece| piece.join().unwrap_or_default())
            .collect()
    })
}
