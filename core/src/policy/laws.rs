//! The laws that every policy keeps, tried on random ones.

use proptest::prelude::*;
use serde_json::Value;

use super::sample::{content, policy, transaction};
use super::satisfy::Way;
use super::{
    Action, AuditLevel, Content, CryptoFloor, Delivery, Disposition, MessageProtection, Policy, Requirement, Resources,
};
use crate::evidence::Transport;
use crate::{Timestamp, Transaction};

fn load(policy: &Value) -> Policy {
    Policy::from_json(&policy.to_string(), &Resources::new()).unwrap()
}

fn decide(policy: &Policy, content: &Content, transaction: &Transaction) -> Delivery {
    policy.decide(content, transaction, Timestamp::EPOCH).remove(0)
}

fn element() -> impl Strategy<Value = Requirement> {
    (
        0..5_usize,
        0..3_usize,
        0..4_usize,
        any::<bool>(),
        0..4_usize,
        any::<bool>(),
        0..99_u32,
    )
        .prop_map(
            |(transport, message, crypto, post_quantum, disposition, audit, retention_days)| Requirement {
                transport: Transport::ALL[transport],
                message: [
                    MessageProtection::None,
                    MessageProtection::Sealed,
                    MessageProtection::SealedAuthenticated,
                ][message],
                crypto: [
                    CryptoFloor::Any,
                    CryptoFloor::Tls12Nist,
                    CryptoFloor::ForwardSecretAead,
                    CryptoFloor::Aes256Only,
                ][crypto],
                post_quantum,
                disposition: [
                    Disposition::Send,
                    Disposition::RequireApproval,
                    Disposition::Hold,
                    Disposition::Return,
                ][disposition],
                audit: [AuditLevel::Normal, AuditLevel::Full][usize::from(audit)],
                retention_days,
            },
        )
}

proptest! {
    #[test]
    fn join_is_associative_commutative_and_idempotent(a in element(), b in element(), c in element()) {
        prop_assert_eq!(a.join(b).join(c), a.join(b.join(c)));
        prop_assert_eq!(a.join(b), b.join(a));
        prop_assert_eq!(a.join(a), a);
        prop_assert_eq!(a.join(Requirement::NONE), a);
        prop_assert!(a.join(b).covers(a) && a.join(b).covers(b));
    }

    #[test]
    fn more_content_never_asks_for_less(
        policy in policy(), less in content(), more in content(), transaction in transaction(),
    ) {
        let policy = load(&policy);
        let more = union(&less, more);
        let (low, high) = (decide(&policy, &less, &transaction), decide(&policy, &more, &transaction));
        prop_assert!(high.requirement.covers(low.requirement), "{:?}\n{:?}", low.requirement, high.requirement);
    }

    #[test]
    fn less_ability_never_asks_for_less(policy in policy(), content in content(), transaction in transaction()) {
        let policy = load(&policy);
        let mut unable = transaction.clone();
        unable.recipients[0].evidence.clear();
        unable.recipients[0].keys = crate::ClientKeys::default();
        unable.recipients[0].authentication = crate::Authentication::None;
        unable.recipients[0].baa = unable.recipients[0].baa.min(crate::BaaState::Unknown);
        let (able, unable) = (decide(&policy, &content, &transaction), decide(&policy, &content, &unable));
        prop_assert!(unable.requirement.covers(able.requirement));
    }

    #[test]
    fn the_order_of_rules_says_nothing(policy in policy(), content in content(), transaction in transaction()) {
        let mut reversed = policy.clone();
        reversed["rule"].as_array_mut().unwrap().reverse();
        let (forth, back) = (load(&policy), load(&reversed));
        prop_assert_eq!(forth.id(), back.id());
        prop_assert_eq!(decide(&forth, &content, &transaction), decide(&back, &content, &transaction));
    }

    #[test]
    fn a_rule_more_never_asks_for_less(policy in policy(), content in content(), transaction in transaction()) {
        let mut fewer = policy.clone();
        fewer["rule"].as_array_mut().unwrap().pop();
        let (with, without) = (load(&policy), load(&fewer));
        let with = decide(&with, &content, &transaction).requirement;
        prop_assert!(with.covers(decide(&without, &content, &transaction).requirement));
    }

    #[test]
    fn whatever_leaves_satisfies_its_requirement(
        policy in policy(), content in content(), transaction in transaction(),
    ) {
        let delivery = decide(&load(&policy), &content, &transaction);
        let second_factor = transaction.recipients[0].authentication == crate::Authentication::SecondFactor;
        if let Some(method) = delivery.method {
            let level = delivery.transport.as_ref().map_or(Transport::Dane, |contract| contract.level);
            let way = Way::of(method, level, second_factor);
            prop_assert_eq!(way.falls_short(delivery.requirement), None);
            prop_assert!(delivery.requirement.disposition <= Disposition::RequireApproval);
        } else {
            prop_assert!(matches!(delivery.action, Action::Hold | Action::Return | Action::Drop));
            prop_assert!(delivery.reply.is_some() && delivery.transport.is_none());
        }
        for rejected in &delivery.rejected {
            prop_assert_ne!(Some(rejected.method), delivery.method);
        }
        let is_tls_only = delivery.rejected.iter().any(|rejected| rejected.reason.contains("TLS or nothing"));
        prop_assert!(!is_tls_only || delivery.method.is_none_or(|method| !method.is_sealed()));
    }

    #[test]
    fn toml_and_json_give_the_same_policy(policy in policy()) {
        let toml = toml::to_string(&policy).unwrap();
        let from_toml = Policy::from_toml(&toml, &Resources::new()).unwrap();
        let from_json = load(&policy);
        prop_assert_eq!(from_toml.id(), from_json.id());
    }
}

/// All that either holds.
fn union(less: &Content, more: Content) -> Content {
    let mut union = more;
    let (into, from) = (&mut union.classification, &less.classification);
    into.level = into.level.max(from.level);
    into.categories.extend(from.categories.iter().cloned());
    into.implied_phi |= from.implied_phi;
    for (label, count) in &from.counts {
        let counted = into.counts.entry(label.clone()).or_default();
        *counted = (*counted).max(*count);
    }
    union.complete &= less.complete;
    union.subject_level = union.subject_level.max(less.subject_level);
    union.triggers.extend(less.triggers.iter().cloned());
    union
}
