//! Random policies and facts for the property tests.

use std::collections::BTreeSet;

use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::Content;
use crate::classify::{Category, Classification, Level};
use crate::consent::{Asks, Basis, Change, Expression, Form, Preference, Scope, Status, Waiver};
use crate::evidence::{Evidence, EvidenceKind, Transport};
use crate::message::OpaqueKind;
use crate::{Agreement, Authentication, BaaState, Party, Recipient, Timestamp, Transaction};

const TRANSPORTS: [&str; 5] = ["none", "opportunistic", "encrypted", "verified", "dane"];
const LEVELS: [&str; 4] = ["none", "personal", "sensitive", "critical"];
const CATEGORIES: [&str; 4] = ["phi", "financial", "personal-identifier", "custom:research"];
const SETS: [&str; 3] = ["east", "lab", "west"];
const DOMAINS: [&str; 4] = ["lab.example", "east.lab.example", "west.example", "example.org"];
const PURPOSES: [&str; 3] = ["billing", "newsletter", "results"];

/// A policy as the model writes it, valid by construction.
pub(super) fn policy() -> impl Strategy<Value = Value> {
    let rules = vec((when(), requirement()), 0..8);
    let people = (
        option::of(party()),
        option::of(party()),
        any::<bool>(),
        option::of(agreement()),
    );
    let waived = option::of(requirement());
    (rules, requirement(), waived, any::<bool>(), people).prop_map(|(rules, baseline, floor, tls_only, people)| {
        let rules: Vec<Value> = rules
            .into_iter()
            .enumerate()
            .map(|(index, (when, require))| json!({"id": format!("r{index}"), "when": when, "require": require}))
            .collect();
        let mut policy = json!({
            "name": "sample",
            "baseline": baseline,
            "categories": ["research"],
            "flags": ["vip"],
            "purposes": PURPOSES,
            "defaults": {"purpose": "results"},
            "recipients": [
                {"name": "lab", "members": ["lab.example", "*.lab.example"]},
                {"name": "east", "members": ["east.lab.example"]},
            ],
            "partner": [{"name": "west", "members": ["west.example"], "baa": "signed", "transport": "verified"}],
            "floor": [{"scope": "domain", "of": "clinic.example", "require": {"audit": "full"}}],
            "trigger": [{"name": "secure", "subject": ["[secure]"], "require": {"message": "sealed"}}],
            "rule": rules,
        });
        if let Some(floor) = floor {
            policy["relax_floor"] = floor;
        }
        if tls_only {
            policy["on_unmet"] = json!("drop");
        }
        add_people(&mut policy, people);
        policy
    })
}

type People = (Option<Party>, Option<Party>, bool, Option<Agreement>);

/// Who is who, where the policy says it.
fn add_people(policy: &mut Value, (default, lab, has_house, agreement): People) {
    if let Some(default) = default {
        policy["default_recipient"] = json!(default);
    }
    if let Some(lab) = lab {
        policy["recipients"][0]["party"] = json!(lab);
    }
    if has_house {
        policy["organization"] = json!({"domains": ["clinic.example", "west.example"]});
    }
    if let Some(agreement) = agreement {
        policy["partner"][0]["agreement"] = json!(agreement);
    }
}

/// Who somebody is.
pub(super) fn party() -> impl Strategy<Value = Party> {
    prop::sample::select(&[Party::Organization, Party::Unknown, Party::Individual][..])
}

/// An agreement that ended before, stands at, or begins after the first second of 1970.
fn agreement() -> impl Strategy<Value = Agreement> {
    (0..3_u8).prop_map(|which| {
        let day = |text: &str| text.parse().ok();
        match which {
            0 => Agreement {
                end: day("1969-06-30"),
                ..Agreement::default()
            },
            1 => Agreement {
                date: day("1969-06-30"),
                end: day("1970-06-30"),
                ..Agreement::default()
            },
            _ => Agreement {
                date: day("1970-06-30T12:00:00Z"),
                ..Agreement::default()
            },
        }
    })
}

/// An element of the lattice, as JSON, of one or two dimensions.
pub(super) fn requirement() -> impl Strategy<Value = Value> {
    let transport = prop::sample::select(&TRANSPORTS[..]);
    let message = prop::sample::select(&["none", "sealed", "sealed-authenticated"][..]);
    let crypto = prop::sample::select(&["any", "tls12-nist", "forward-secret-aead", "aes256-only"][..]);
    let disposition = prop::sample::select(&["send", "require-approval", "hold", "return"][..]);
    (0..5, transport, message, crypto, disposition).prop_map(|(which, transport, message, crypto, disposition)| {
        match which {
            0 => json!({"transport": transport}),
            1 => json!({"message": message}),
            2 => json!({"crypto": crypto, "transport": transport}),
            3 => json!({"disposition": disposition}),
            _ => json!({"audit": "full", "retention_days": 30}),
        }
    })
}

fn when() -> impl Strategy<Value = Value> {
    let content = (
        option::of(prop::sample::select(&LEVELS[1..])),
        btree_set(prop::sample::select(&CATEGORIES[..]), 0..3),
        option::of(1..4_u32),
        any::<bool>(),
        any::<bool>(),
        option::of(prop::sample::select(&OpaqueKind::ALL[..])),
    );
    let lacks = option::of(prop::sample::select(&TRANSPORTS[2..]));
    let baa = option::of(prop::sample::select(&["none", "unknown", "not-needed", "signed"][..]));
    let party = option::of(prop::sample::select(&["unknown", "individual"][..]));
    let baa = (baa, party);
    let neutral = || {
        (
            option::of(prop::sample::select(&SETS[..])),
            option::of(prop::sample::select(&PURPOSES[..])),
            option::of(prop::sample::select(&["internal", "external"][..])),
        )
    };
    (content, lacks, baa, neutral(), neutral()).prop_map(|(content, lacks, baa, is, not)| {
        let (level, categories, count, flag, incomplete, opaque) = content;
        let mut when = Map::new();
        let mut set = |key: &str, value: Option<Value>| value.map(|value| when.insert(key.into(), value));
        set("level", level.map(Value::from));
        set("category", (!categories.is_empty()).then(|| json!(categories)));
        set("count", count.map(|least| json!({"US_SSN": least})));
        set("flag", flag.then(|| json!("vip")));
        set("incomplete", incomplete.then_some(json!(true)));
        set("opaque", opaque.map(|kind| json!(kind.name())));
        let (baa, party) = baa;
        set(
            "lacks",
            Some(table([("transport", lacks), ("baa", baa), ("party", party)])),
        );
        set(
            "is",
            Some(table([("recipients", is.0), ("purpose", is.1), ("direction", is.2)])),
        );
        set(
            "not",
            Some(table([("recipients", not.0), ("purpose", not.1), ("direction", not.2)])),
        );
        Value::Object(when)
    })
}

fn table<const N: usize>(entries: [(&str, Option<&str>); N]) -> Value {
    let present = entries
        .into_iter()
        .filter_map(|(key, value)| Some((key.to_owned(), json!(value?))));
    Value::Object(present.collect())
}

/// What may be found in a message.
pub(super) fn content() -> impl Strategy<Value = Content> {
    let categories = btree_set(prop::sample::select(&CATEGORIES[..]), 0..3);
    let level = prop::sample::select(&Level::ALL[..]);
    let opaque = btree_set(prop::sample::select(&OpaqueKind::ALL[..]), 0..2);
    let given = any::<(bool, bool, bool)>();
    (level, categories, opaque, 0..4_u32, given).prop_map(
        |(level, categories, opaque, ssn, (complete, implied_phi, asked))| Content {
            classification: Classification {
                rule: None,
                silenced: std::collections::BTreeMap::new(),
                forms: std::collections::BTreeMap::new(),
                level,
                categories: categories
                    .into_iter()
                    .map(|name| Category::from(name.to_owned()))
                    .collect(),
                counts: [("US_SSN".to_owned(), ssn)].into(),
                implied_phi,
                reasons: Vec::new(),
            },
            complete,
            anomalies: BTreeSet::new(),
            opaque,
            subject_level: level,
            triggers: asked.then(|| "secure".to_owned()).into_iter().collect(),
        },
    )
}

/// A message from somebody to one recipient.
pub(super) fn transaction() -> impl Strategy<Value = Transaction> {
    (
        prop::sample::select(&DOMAINS[..]),
        option::of(prop::sample::select(&PURPOSES[..])),
        option::of(prop::sample::select(&Transport::ALL[..])),
        any::<bool>(),
        0..5_usize,
        (
            any::<(bool, bool)>(),
            option::of(party()),
            option::of(agreement()),
            option::of(prop::sample::select(&FACTORS[..])),
        ),
    )
        .prop_map(
            |(domain, purpose, known, internal, baa, (flags, party, agreement, authentication))| {
                let (vip, smime) = flags;
                let mut recipient = Recipient::new(format!("bob@{domain}")).unwrap().internal(internal);
                recipient.baa = [
                    BaaState::PhiForbidden,
                    BaaState::None,
                    BaaState::Unknown,
                    BaaState::NotNeeded,
                    BaaState::Signed,
                ][baa];
                recipient.keys.smime = smime;
                recipient.party = party;
                recipient.agreement = agreement;
                recipient.authentication = authentication;
                let evidence = known.map(|level| Evidence::new(EvidenceKind::Dane, level, Timestamp::EPOCH));
                recipient.evidence.extend(evidence);
                let mut transaction = Transaction::from("ann@clinic.example").unwrap().recipient(recipient);
                transaction.purpose = purpose.map(str::to_owned);
                transaction.flags = vip.then(|| "vip".to_owned()).into_iter().collect();
                transaction
            },
        )
}

pub(super) fn category() -> impl Strategy<Value = Category> {
    prop::sample::select(&Category::BUILT_IN[..])
}

/// A history whose steps follow each other in most cases.
fn history() -> impl Strategy<Value = Vec<Change>> {
    let status = prop::sample::select(vec![Status::Active, Status::Active, Status::Proposed, Status::Revoked]);
    vec((status, -9..9_i64), 0..3).prop_map(|steps| {
        let change = |(status, at)| Change {
            at: Timestamp::from_millis(at),
            status,
            actor: "desk".into(),
            reason: String::new(),
            entered_at: None,
        };
        steps.into_iter().map(change).collect()
    })
}

/// A waiver, sound or not, and whether it is the recipient's own.
pub(super) fn waiver() -> impl Strategy<Value = (bool, Waiver)> {
    let scope = (
        btree_set(category(), 0..4),
        btree_set(prop::sample::select(&PURPOSES[..]), 0..2),
        any::<bool>(),
        prop::sample::select(&Level::ALL[..]),
    );
    let id = prop::sample::select(vec!["", "w1", "w2", "w3", "w\n"]);
    let said = prop::sample::select(vec![None, Some("portal"), Some("portal"), Some("")]);
    let form = prop::sample::select(vec![None, None, Some(Form::Oral), Some(Form::Paper)]);
    let bound = option::weighted(
        0.2,
        prop::sample::select(vec!["ann@clinic.example", "eve@clinic.example"]),
    );
    let rest = (
        any::<bool>(),
        bound,
        option::weighted(0.2, -9..9_i64),
        prop::sample::select(&Basis::ALL[..]),
    );
    (id, scope, said.clone(), said, form, history(), rest, 0..8_u8).prop_map(
        |(id, (categories, purposes, phi, maximum), notice, alternative, form, history, rest, own)| {
            let (is_captured, sender, expires, basis) = rest;
            let mut categories = categories;
            if phi {
                categories.insert(Category::Phi);
            }
            let waiver = Waiver {
                id: id.into(),
                individual: None,
                recipient: "eve@example.org".parse().unwrap(),
                representative: None,
                entity: None,
                sender: sender.map(|sender| sender.parse().unwrap()),
                group: None,
                basis,
                scope: Scope {
                    communications: BTreeSet::new(),
                    purposes: purposes.into_iter().map(str::to_owned).collect(),
                    categories,
                    maximum,
                },
                effective_from: Timestamp::from_millis(-9),
                expires: expires.map(Timestamp::from_millis),
                review_by: None,
                risk_notice: notice.map(Into::into),
                alternative_offered: alternative.map(str::to_owned),
                expression: form.map(|form| Expression {
                    form,
                    artefact_sha256: None,
                }),
                captured_by: is_captured.then(|| "desk".to_owned()),
                entered_at: None,
                history,
            };
            (own > 0, waiver)
        },
    )
}

/// A wish, sound or not.
pub(super) fn preference() -> impl Strategy<Value = Preference> {
    let purposes = btree_set(prop::sample::select(&PURPOSES[..]), 0..2);
    (prop::sample::select(&Asks::ALL[..]), purposes, any::<bool>(), history()).prop_map(
        |(asks, purposes, has_way, history)| Preference {
            id: "p1".into(),
            individual: None,
            recipient: "eve@example.org".parse().unwrap(),
            entity: None,
            asks,
            purposes: purposes.into_iter().map(str::to_owned).collect(),
            instead: has_way.then(|| "by letter".to_owned()),
            effective_from: Timestamp::from_millis(-9),
            expires: None,
            captured_by: None,
            entered_at: None,
            history,
        },
    )
}

/// `policy` with floors, agreements, groups and distrusted domains, written in one of many ways.
pub(super) fn peopled(mut policy: Value, ways: u32) -> Value {
    let domain = |name: &str| domain(name, ways);
    // A policy is printable text, so what stands around an address in it is blanks and no tab.
    let decorated = |address: &str, ways: u32| decorated(address, ways).replace('\t', " ");
    let below = |name: &str| format!(" *.{} ", domain(name));
    policy["distrusted_tls"] = json!([domain("west.example"), below("lab.example")]);
    policy["group"] = json!([{"name": "desk", "members": [decorated("ann@clinic.example", ways)]}]);
    policy["floor"] = json!([
        {"scope": "domain", "of": domain("clinic.example"), "require": {"audit": "full"}},
        {"scope": "user", "of": decorated("ann@clinic.example", ways), "require": {"crypto": "forward-secret-aead"}},
        {"scope": "group", "of": "desk", "require": {"retention_days": 7}},
    ]);
    policy["recipients"] = json!([
        {"name": "lab", "members": [domain("lab.example"), below("lab.example")]},
        {"name": "east", "members": [domain("east.lab.example")]},
    ]);
    policy["partner"] = json!([
        {"name": "west", "members": [domain("west.example")], "baa": "signed", "transport": "verified"},
        {"name": "books", "members": [domain("xn--bcher-kva.example")], "baa": "phi-forbidden"},
    ]);
    policy
}

/// One of the ways to write an address: each bit of `ways` is a decoration that says nothing.
pub(super) fn decorated(address: &str, ways: u32) -> String {
    let has = |bit: u32| ways >> bit & 1 == 1;
    let either = |bit: u32, yes: String, no: String| if has(bit) { yes } else { no };
    let (local, name) = address.rsplit_once('@').unwrap();
    let local = either(8, local.to_uppercase(), local.to_owned());
    let local = either(9, format!("\"{local}\""), local);
    let comment = either(10, " (or x@evil.example) ".into(), String::new());
    let text = format!("{local}{comment}@{}", domain(name, ways));
    let text = either(11, format!("<{text}>"), text);
    let is_named = has(11) && has(12);
    let text = if is_named {
        format!("\"Doe, Jane\" {text}")
    } else {
        text
    };
    let text = either(13, format!("{text} (at (x@evil.example) work)"), text);
    either(14, format!(" \t{text}\t "), text)
}

/// The same for a domain.
fn domain(name: &str, ways: u32) -> String {
    let has = |bit: u32| ways >> bit & 1 == 1;
    let mut text = if has(0) {
        name.replace("xn--bcher-kva", "bücher")
    } else {
        name.to_owned()
    };
    if has(1) {
        text = text.to_uppercase();
    }
    if has(2) {
        let wide = |letter: char| match letter {
            'a'..='z' => char::from_u32(u32::from(letter) - u32::from('a') + u32::from('ａ')).unwrap(),
            _ => letter,
        };
        text = text.chars().map(wide).collect();
    }
    if has(3) {
        text.push('.');
    }
    if has(4) {
        text = text.replace('.', if has(5) { "。" } else { "．" });
    }
    text
}

const FACTORS: [Authentication; 3] = [
    Authentication::None,
    Authentication::SingleFactor,
    Authentication::SecondFactor,
];
