//! Every combination of facts that the rules of a real policy can tell apart, tried one by one.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::atom::{Facts, conjunctions};
use super::sample;
use super::{CryptoFloor, MessageProtection, Policy, Requirement, Resources};
use crate::classify::{Category, Level};
use crate::evidence::Transport;
use crate::message::OpaqueKind;
use crate::{Authentication, BaaState, ClientKeys, Party};

/// What a combination of facts borrows from.
#[derive(Default)]
struct Names {
    anomalies: BTreeSet<String>,
    categories: BTreeSet<Category>,
    counts: BTreeMap<String, u32>,
    flags: BTreeSet<String>,
    opaque: BTreeSet<OpaqueKind>,
    triggers: BTreeSet<String>,
    groups: BTreeSet<&'static str>,
    unknown: BTreeSet<super::vocabulary::Word>,
}

/// The digits of `number` in the bases that the facts have: which value each fact takes.
struct Digits(u32);

impl Digits {
    fn next<T: Copy, const N: usize>(&mut self, values: [T; N]) -> T {
        let base = u32::try_from(N).unwrap();
        let digit = self.0 % base;
        self.0 /= base;
        values[usize::try_from(digit).unwrap()]
    }
}

/// Calls `check` with every combination, and whether a message can have it.
fn every_combination(policy: &Policy, check: impl Fn(&Facts<'_>, bool)) -> u32 {
    let first = |names: Vec<&String>| names.first().map(|name| (*name).clone());
    let flag = first(policy.file.flags.iter().collect());
    let trigger = first(policy.file.triggers.iter().map(|trigger| &trigger.name).collect());
    let set = first(policy.file.recipients.iter().map(|set| &set.name).collect());
    let purpose = first(policy.file.purposes.iter().collect());
    let sender = crate::Address::parse("ann@clinic.example").unwrap();
    for number in 0..COMBINATIONS {
        let mut digits = Digits(number);
        let categories = [Category::Phi, Category::Financial, Category::MedicalHistory];
        let present = categories.into_iter().filter(|_| digits.next([false, true]));
        let when = |is: bool, name: &Option<String>| name.iter().filter(move |_| is).cloned().collect();
        let names = Names {
            categories: present.collect(),
            flags: when(digits.next([false, true]), &flag),
            triggers: when(digits.next([false, true]), &trigger),
            ..Names::default()
        };
        let (level, subject_level) = (digits.next(LEVELS), digits.next(LEVELS));
        let (incomplete, implied_phi) = (digits.next([false, true]), digits.next([false, true]));
        let facts = Facts {
            anomalies: &names.anomalies,
            categories: &names.categories,
            counts: &names.counts,
            flags: &names.flags,
            implied_phi,
            incomplete,
            level,
            opaque: &names.opaque,
            require_tls: false,
            subject_level,
            triggers: &names.triggers,
            authentication: Authentication::None,
            baa: digits.next(BAA),
            keys: ClientKeys::default(),
            party: digits.next(PARTIES),
            transport: digits.next(TRANSPORTS),
            account: None,
            groups: &names.groups,
            groups_of_bare: &names.groups,
            internal: digits.next([false, true]),
            purpose: purpose.as_deref().filter(|_| digits.next([false, true])),
            recipient_sets: set
                .as_deref()
                .into_iter()
                .filter(|_| digits.next([false, true]))
                .collect(),
            sender: &sender,
            bare: None,
            stream: None,
            unknown: &names.unknown,
        };
        let is_phi = names.categories.contains(&Category::Phi);
        let sensitive = !names.categories.is_empty();
        let can_be = (is_phi || !(incomplete || implied_phi)) && (!sensitive || level >= Level::Sensitive);
        check(&facts, can_be);
    }
    COMBINATIONS
}

const LEVELS: [Level; 4] = [Level::None, Level::Personal, Level::Sensitive, Level::Critical];
const BAA: [BaaState; 5] = [
    BaaState::PhiForbidden,
    BaaState::None,
    BaaState::Unknown,
    BaaState::NotNeeded,
    BaaState::Signed,
];
const PARTIES: [Party; 3] = [Party::Organization, Party::Unknown, Party::Individual];
const TRANSPORTS: [Transport; 4] = [
    Transport::None,
    Transport::Encrypted,
    Transport::Verified,
    Transport::Dane,
];
/// One fact of five values, three of four, one of three and ten of two.
const COMBINATIONS: u32 = 5 * 4_u32.pow(3) * 3 * 2_u32.pow(10);

fn hospital() -> Policy {
    let text = include_str!("../../../examples/policies/hospital-research/policy.toml");
    Policy::from_toml(text, &Resources::new()).unwrap()
}

#[test]
fn no_combination_of_facts_breaks_what_was_proved_of_the_hospital() {
    let policy = hospital();
    let own: Vec<_> = policy
        .file
        .invariants
        .iter()
        .map(|invariant| (conjunctions(&invariant.when).unwrap(), invariant.require))
        .collect();
    assert!(!own.is_empty());
    let tried = every_combination(&policy, |facts, can_be| {
        let reached = policy.table.reach(facts);
        assert_eq!(reached, policy.table.reach_by_trying_all(facts), "{facts:?}");
        if can_be {
            keeps_the_built_in_invariants(facts, reached.requirement);
        }
        for (cases, least) in &own {
            let applies = cases.iter().any(|case| case.iter().all(|literal| facts.meet(literal)));
            assert!(!can_be || !applies || reached.requirement.covers(*least), "{facts:?}");
        }
    });
    assert_eq!(tried, 983_040);
}

fn keeps_the_built_in_invariants(facts: &Facts<'_>, found: Requirement) {
    let is_sealed = found.message >= MessageProtection::Sealed;
    let is_phi = facts.categories.contains(&Category::Phi);
    assert!(
        !is_phi || is_sealed || found.transport >= Transport::Verified,
        "I1 {facts:?}"
    );
    assert!(is_sealed || found.transport >= Transport::Encrypted, "I2 {facts:?}");
    assert!(found.crypto >= CryptoFloor::Tls12Nist, "I3 {facts:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn the_index_finds_what_trying_every_guard_finds(
        policy in sample::policy(), content in sample::content(), transaction in sample::transaction(),
    ) {
        let policy = Policy::from_json(&policy.to_string(), &Resources::new()).unwrap();
        let at = crate::Timestamp::EPOCH;
        let unknown = policy.vocabulary.check(&content, &transaction, at).unwrap();
        let decider = super::decide::Decider::new(&policy, &content, &transaction, unknown, at);
        for recipient in &transaction.recipients {
            let (quick, slow) = decider.reach_both_ways(recipient);
            prop_assert_eq!(quick, slow);
        }
    }
}
