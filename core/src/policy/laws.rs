//! The laws that every policy keeps, tried on random ones.

use std::collections::BTreeSet;

use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::sample::{
    category, content, decorated, party, peopled, policy, preference, requirement, transaction, waiver,
};
use super::satisfy::{Way, asked_of};
use super::{
    Action, AuditLevel, Content, CryptoFloor, Delivery, Dimension, Disposition, MessageProtection, Method, Policy,
    Requirement, Resources,
};
use crate::classify::Level;
use crate::consent::{MemoryRegistry, Preference, Question, Registry, Waiver, judge};
use crate::evidence::Transport;
use crate::{Authentication, Party, Timestamp, Transaction};

fn load(policy: &Value) -> Policy {
    Policy::from_json(&policy.to_string(), &Resources::new()).unwrap()
}

fn decide(policy: &Policy, content: &Content, transaction: &Transaction) -> Delivery {
    policy.decide(content, transaction, Timestamp::EPOCH).unwrap().remove(0)
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
    /// However an address is written, in the policy or in the transaction, it is the same one.
    #[test]
    fn no_decoration_of_an_address_changes_a_verdict(
        policy in policy(),
        content in content(),
        transaction in transaction(),
        domain in prop::sample::select(&["lab.example", "east.lab.example", "west.example", "xn--bcher-kva.example"][..]),
        ways in any::<[u32; 3]>(),
    ) {
        let [in_policy, of_sender, of_recipient] = ways;
        let (plain, dressed) = (load(&peopled(policy.clone(), 0)), load(&peopled(policy, in_policy)));
        prop_assert_eq!(plain.id(), dressed.id());
        let mut bare = transaction;
        bare.recipients[0].address = format!("bob@{domain}").parse().unwrap();
        let mut written = bare.clone();
        written.sender = decorated(bare.sender.as_str(), of_sender).parse().unwrap();
        written.recipients[0].address = decorated(bare.recipients[0].address.as_str(), of_recipient).parse().unwrap();
        prop_assert_eq!(&written, &bare);
        prop_assert_eq!(decide(&plain, &content, &bare), decide(&dressed, &content, &written));
    }

    /// Whoever writes from a plus-address of theirs leaves neither their floor nor a rule about their group, nor a rule
    /// about everybody outside of it.
    #[test]
    fn a_plus_address_is_never_asked_for_less_than_the_one_whose_it_is(
        policy in policy(), content in content(), transaction in transaction(),
        detail in "[a-z0-9+]{0,6}", is_of_group in any::<bool>(), require in requirement(),
    ) {
        let mut policy = peopled(policy, 0);
        let group = if is_of_group { "is" } else { "not" };
        let rule = json!({"id": "of-group", "when": {group: {"group": "desk"}}, "require": require});
        policy["rule"].as_array_mut().unwrap().push(rule);
        let policy = load(&policy);
        let from = |sender: &str| {
            let sent = Transaction { sender: sender.parse().unwrap(), ..transaction.clone() };
            decide(&policy, &content, &sent).requirement
        };
        let plus = from(&format!("Ann+{detail}@clinic.example"));
        prop_assert!(plus.covers(from("ann@clinic.example")));
        prop_assert!(plus.covers(from("nobody@clinic.example")));
    }

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
        unable.recipients[0].authentication = None;
        unable.recipients[0].baa = unable.recipients[0].baa.min(crate::BaaState::Unknown);
        unable.recipients[0].party = Some(crate::Party::Organization);
        let (able, unable) = (decide(&policy, &content, &transaction), decide(&policy, &content, &unable));
        prop_assert!(unable.requirement.covers(able.requirement));
    }

    #[test]
    fn who_a_recipient_is_said_to_be_is_never_taken_back_by_a_default_or_a_weaker_word(
        policy in policy(), content in content(), transaction in transaction(), party in party(),
    ) {
        let mut known = transaction.clone();
        known.recipients[0].party = Some(party);
        let of = |default: Option<Party>, transaction: &Transaction| {
            let mut policy = policy.clone();
            policy["default_recipient"] = default.map_or(Value::Null, |party| party.name().into());
            if default.is_none() {
                policy.as_object_mut().unwrap().remove("default_recipient");
            }
            decide(&load(&policy), &content, transaction).requirement
        };
        let said = of(None, &known);
        for default in [Party::Organization, Party::Unknown, Party::Individual] {
            prop_assert_eq!(of(Some(default), &known), said);
        }
        let mut stricter = known.clone();
        stricter.recipients[0].party = Some(Party::Organization);
        prop_assert!(of(None, &stricter).covers(said));
        for lower in [crate::BaaState::None, crate::BaaState::PhiForbidden] {
            stricter.recipients[0].baa = stricter.recipients[0].baa.min(lower);
            prop_assert!(of(Some(Party::Individual), &stricter).covers(said));
        }
    }

    #[test]
    fn an_organization_says_no_more_than_a_host_that_calls_the_same_people_internal(
        policy in policy(), content in content(), transaction in transaction(),
    ) {
        let mut apart = policy.clone();
        let house = apart.as_object_mut().unwrap().remove("organization");
        let is_of_house = house.is_some() && transaction.recipients[0].address.domain().is_some_and(|domain| domain.as_str() == "west.example");
        let mut told = transaction.clone();
        told.recipients[0].internal |= is_of_house;
        prop_assert_eq!(decide(&load(&policy), &content, &transaction), decide(&load(&apart), &content, &told));
    }

    #[test]
    fn an_included_file_takes_nothing_back(
        one in policy(), other in policy(), content in content(), transaction in transaction(),
    ) {
        // The same names in both would be declared twice, so the other file says what has no name, and who people are.
        let strip = |policy: &Value| {
            let mut bare = policy.clone();
            let map = bare.as_object_mut().unwrap();
            map.retain(|key, _| ["baseline", "default_recipient", "organization"].contains(&key.as_str()));
            bare
        };
        let (mut whole, bare) = (one.clone(), strip(&other));
        whole["include"] = serde_json::json!(["other.json"]);
        let resources = [("other.json".to_owned(), bare.to_string().into_bytes())].into();
        let whole = Policy::from_json(&whole.to_string(), &resources).unwrap();
        let alone = load(&one);
        let (with, without) = (decide(&whole, &content, &transaction), decide(&alone, &content, &transaction));
        let names_itself = one.get("organization").is_some() || bare.get("organization").is_none();
        let says_default = one.get("default_recipient").is_some() || bare.get("default_recipient").is_none();
        if names_itself && says_default {
            prop_assert!(with.requirement.covers(without.requirement));
        }
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
        let reader = asked_of(transaction.recipients[0].authentication);
        let falls_back = delivery.fallback.as_ref().and_then(|fallback| fallback.method);
        let is_portal = [delivery.method, falls_back].contains(&Some(Method::Portal));
        prop_assert_eq!(delivery.reader.is_some(), is_portal);
        prop_assert!(delivery.reader.is_none_or(|asked| Authentication::None < asked && asked <= reader));
        if let Some(method) = delivery.method {
            let level = delivery.transport.as_ref().map_or(Transport::Dane, |contract| contract.level);
            let way = Way::of(method, level, reader);
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
    fn a_waiver_never_goes_below_the_floor_nor_below_what_cannot_be_waived(
        policy in policy(), content in content(), transaction in transaction(), waivers in vec(waiver(), 0..4),
        kept in element(),
    ) {
        let mut policy = policy;
        policy["floor"] = json!([
            {"scope": "domain", "of": "clinic.example", "require": kept, "waivable": false},
            {"scope": "user", "of": "ann@clinic.example", "require": {"audit": "full"}},
        ]);
        let policy = load(&policy);
        let strict = decide(&policy, &content, &transaction);
        let mut chosen = transaction.clone();
        chosen.recipients[0].waivers = waivers_of(&transaction, waivers);
        let waived = decide(&policy, &content, &chosen);
        let ids: BTreeSet<&str> = chosen.recipients[0].waivers.iter().map(|waiver| waiver.id.as_str()).collect();
        let said: BTreeSet<&str> = waived.unapplied_waivers.iter().map(|one| one.waiver.as_str())
            .chain(waived.waiver.as_deref()).collect();
        prop_assert_eq!(ids, said, "of each it is said what became of it");
        if waived.waiver.is_none() {
            prop_assert_eq!(waived.requirement, strict.requirement);
        }
        let floor = policy.file.relax_floor.unwrap_or(strict.requirement).join(kept);
        for dimension in Dimension::ALL {
            let least = strict.requirement.rank(dimension).min(floor.rank(dimension));
            prop_assert!(waived.requirement.rank(dimension) >= least, "{}", dimension);
        }
        prop_assert_eq!(waived.requirement.disposition, strict.requirement.disposition);
        prop_assert!(waived.archive || waived.waiver.is_none());
    }

    #[test]
    fn a_record_from_facts_gives_what_the_registry_gives(
        transaction in transaction(), waivers in vec(waiver(), 1..4), categories in btree_set(category(), 0..3),
    ) {
        let waivers = waivers_of(&transaction, waivers);
        let mut registry = MemoryRegistry::default();
        let entered: Vec<bool> = waivers.iter().map(|waiver| registry.add(waiver).is_ok()).collect();
        let question = Question::new(&transaction.recipients[0].address, &categories, Level::Sensitive);
        let given = judge(&waivers, &question, Timestamp::EPOCH).grant;
        let kept = registry.judge(&question, Timestamp::EPOCH).unwrap().grant;
        let one_of_each = waivers.iter().map(|waiver| &waiver.id).collect::<BTreeSet<_>>().len() == waivers.len();
        prop_assert!(!one_of_each || given == kept, "{:?} {:?}", given, kept);
        if let Some(grant) = given {
            let place = waivers.iter().position(|waiver| waiver.id == grant.waiver()).unwrap();
            prop_assert!(entered[place], "a record that no registry takes gives nothing");
        }
    }

    #[test]
    fn a_preference_never_lowers(
        policy in policy(), content in content(), transaction in transaction(), wishes in vec(preference(), 0..4),
        waivers in vec(waiver(), 0..3),
    ) {
        let policy = load(&policy);
        let mut plain = transaction;
        plain.recipients[0].waivers = waivers_of(&plain, waivers);
        let mut wished = plain.clone();
        wished.recipients[0].preferences = wishes.into_iter().map(|wish| Preference {
            recipient: plain.recipients[0].address.clone(),
            ..wish
        }).collect();
        let (plain, wished) = (decide(&policy, &content, &plain), decide(&policy, &content, &wished));
        let protection = |one: Requirement| Requirement { audit: AuditLevel::Normal, ..one }; // a waiver's record is fuller
        prop_assert!(wished.requirement.covers(protection(plain.requirement)));
    }

    #[test]
    fn toml_and_json_give_the_same_policy(policy in policy()) {
        let toml = toml::to_string(&policy).unwrap();
        let from_toml = Policy::from_toml(&toml, &Resources::new()).unwrap();
        let from_json = load(&policy);
        prop_assert_eq!(from_toml.id(), from_json.id());
    }
}

/// Each record for the recipient of `transaction`, or for whom it was made.
fn waivers_of(transaction: &Transaction, waivers: Vec<(bool, Waiver)>) -> Vec<Waiver> {
    let address = &transaction.recipients[0].address;
    let of = |(is_own, waiver): (bool, Waiver)| {
        if is_own {
            Waiver {
                recipient: address.clone(),
                ..waiver
            }
        } else {
            waiver
        }
    };
    waivers.into_iter().map(of).collect()
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
    union.opaque.extend(less.opaque.iter().copied());
    union
}
