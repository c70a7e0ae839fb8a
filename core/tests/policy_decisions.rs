//! Decisions, through the public API.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;

use sealwax::classify::{Category, Classification, Level};
use sealwax::consent::{Asks, Basis, Change, Preference, Scope, Status, Waiver};
use sealwax::evidence::{Evidence, EvidenceKind, Transport};
use sealwax::policy::{Action, AuditLevel, Content, Delivery, Dimension, Edit, Method, Policy, Resources};
use sealwax::{BaaState, ClientKeys, Recipient, Timestamp, Transaction};

const NOW: Timestamp = Timestamp::from_millis(1_795_253_400_000);

fn policy(text: &str) -> Policy {
    Policy::from_toml(text, &Resources::new()).unwrap()
}

fn small_clinic() -> Policy {
    policy(include_str!("../../examples/policies/small-clinic/policy.toml"))
}

fn plain() -> Content {
    Content {
        classification: Classification::default(),
        complete: true,
        subject_level: Level::None,
        ..Content::default()
    }
}

fn phi() -> Content {
    let mut content = plain();
    content.classification.level = Level::Sensitive;
    content.classification.categories.insert(Category::Phi);
    content
}

fn evidence(kind: EvidenceKind, level: Transport) -> Evidence {
    Evidence::new(kind, level, NOW)
}

fn reaching(kind: EvidenceKind, level: Transport) -> Recipient {
    Recipient::new("bob@example.org")
        .unwrap()
        .evidence(evidence(kind, level))
}

fn decide(policy: &Policy, content: &Content, transaction: &Transaction) -> Delivery {
    policy.decide(content, transaction, NOW).unwrap().remove(0)
}

fn send(policy: &Policy, content: &Content, recipient: Recipient) -> Delivery {
    decide(
        policy,
        content,
        &Transaction::from("ann@clinic.example").unwrap().recipient(recipient),
    )
}

#[test]
fn an_empty_policy_encrypts_everything_and_verifies_for_sensitive_content() {
    let empty = policy("");
    let ordinary = send(&empty, &plain(), Recipient::new("bob@example.org").unwrap());
    assert_eq!((ordinary.action, ordinary.method), (Action::Send, Some(Method::Tls)));
    assert_eq!(
        ordinary.transport.unwrap().postfix,
        "encrypt protocols=>=TLSv1.2:<=TLSv1.2 ciphers=high \
         exclude=aNULL:eNULL:PSK:SRP:ARIA:CAMELLIA:CHACHA20:SEED:IDEA:3DES:DES:RC4:RC2:MD5:aGOST"
    );
    assert_eq!(ordinary.fallback.unwrap().method, Some(Method::Portal));
    let sensitive = send(&empty, &phi(), Recipient::new("bob@example.org").unwrap());
    assert_eq!(sensitive.method, Some(Method::Portal));
    let verified = send(
        &empty,
        &phi(),
        reaching(EvidenceKind::MtaStsEnforce, Transport::Verified),
    );
    assert_eq!(verified.method, Some(Method::Tls));
    assert!(verified.transport.unwrap().postfix.starts_with("secure match="));
}

#[test]
fn local_delivery_meets_every_transport() {
    let strict = policy("[baseline]\ntransport = 'dane'");
    let local = send(&strict, &phi(), reaching(EvidenceKind::Local, Transport::Dane));
    assert_eq!((local.method, local.transport), (Some(Method::Local), None));
}

#[test]
fn what_could_not_be_inspected_counts_as_phi() {
    let unread = Content {
        complete: false,
        ..plain()
    };
    let delivery = send(&policy(""), &unread, Recipient::new("bob@example.org").unwrap());
    assert_eq!(delivery.method, Some(Method::Portal));
}

#[test]
fn a_host_that_enforces_verified_gets_a_contract_with_a_fallback() {
    let mut transaction = Transaction::from("ann@clinic.example")
        .unwrap()
        .to("bob@example.org")
        .unwrap();
    transaction.enforces = Some(Transport::Verified);
    let delivery = decide(&policy(""), &phi(), &transaction);
    assert_eq!(delivery.method, Some(Method::Tls));
    assert_eq!(delivery.fallback.unwrap().method, Some(Method::Portal));
    let failed = Evidence {
        failed: true,
        ..evidence(EvidenceKind::LastDelivery, Transport::Verified)
    };
    transaction.recipients[0].evidence.push(failed);
    assert_eq!(decide(&policy(""), &phi(), &transaction).method, Some(Method::Portal));
}

#[test]
fn the_method_of_least_friction_that_satisfies_is_taken() {
    let sealed = policy("[baseline]\nmessage = 'sealed'");
    let all: BTreeSet<Method> = Method::ALL.into();
    for (keys, expected) in [
        (ClientKeys { smime: true, pgp: true }, Method::Smime),
        (
            ClientKeys {
                smime: false,
                pgp: true,
            },
            Method::Pgp,
        ),
        (ClientKeys::default(), Method::Portal),
    ] {
        let mut recipient = Recipient::new("bob@example.org").unwrap();
        recipient.keys = keys;
        let mut transaction = Transaction::from("ann@clinic.example").unwrap().recipient(recipient);
        transaction.methods = Some(all.clone());
        let delivery = decide(&sealed, &plain(), &transaction);
        assert_eq!(delivery.method, Some(expected));
        let rejected: Vec<Method> = delivery.rejected.iter().map(|rejected| rejected.method).collect();
        let before: Vec<Method> = Method::ALL
            .into_iter()
            .take_while(|method| *method != expected)
            .collect();
        assert_eq!(rejected, before);
    }
}

#[test]
fn tls_or_nothing_never_seals() {
    for (word, expected) in [("drop", Action::Drop), ("return", Action::Return)] {
        let forced = policy(&format!("on_unmet = '{word}'"));
        let delivery = send(&forced, &phi(), Recipient::new("bob@example.org").unwrap());
        assert_eq!((delivery.action, delivery.method), (expected, None));
        assert_eq!(
            send(&forced, &plain(), Recipient::new("b@c.example").unwrap())
                .fallback
                .unwrap()
                .action,
            expected
        );
    }
}

#[test]
fn a_scope_only_raises() {
    let text = "[baseline]\ntransport = 'dane'\n[[floor]]\nscope = 'domain'\nof = 'clinic.example'\n\
        require = { transport = 'none', audit = 'full' }";
    let delivery = send(&policy(text), &plain(), Recipient::new("bob@example.org").unwrap());
    assert_eq!(delivery.requirement.transport, Transport::Dane);
    assert_eq!(delivery.requirement.audit, AuditLevel::Full);
    let audit = delivery
        .why
        .iter()
        .find(|why| why.dimension == Dimension::Audit)
        .unwrap();
    assert_eq!(audit.rule, "domain clinic.example");
}

#[test]
fn an_agreement_that_forbids_phi_is_honoured() {
    let text = "[[partner]]\nname = 'p'\nmembers = ['example.org']\nbaa = 'phi-forbidden'\ntransport = 'verified'";
    let mut recipient = Recipient::new("bob@example.org").unwrap();
    recipient.baa = BaaState::Signed;
    let delivery = send(&policy(text), &phi(), recipient.clone());
    assert_eq!(delivery.action, Action::Return);
    assert_eq!(delivery.reply.unwrap().code, 550);
    assert_eq!(send(&policy(text), &plain(), recipient).action, Action::Send);
}

#[test]
fn distrusted_tls_counts_as_encrypted_at_most() {
    let text = "distrusted_tls = ['example.org']";
    let delivery = send(&policy(text), &phi(), reaching(EvidenceKind::Dane, Transport::Dane));
    assert_eq!(delivery.method, Some(Method::Portal));
    assert!(delivery.rejected[0].reason.contains("distrusts"));
}

#[test]
fn a_sensitive_subject_is_replaced_when_the_message_is_sealed() {
    let mut content = phi();
    content.subject_level = Level::Personal;
    let sealed = send(&policy(""), &content, Recipient::new("bob@example.org").unwrap());
    assert!(sealed.edits.contains(&Edit::ReplaceSubject {
        value: "Secure message".into()
    }));
    let over_tls = send(
        &policy(""),
        &content,
        reaching(EvidenceKind::MtaStsEnforce, Transport::Verified),
    );
    assert!(
        !over_tls
            .edits
            .iter()
            .any(|edit| matches!(edit, Edit::ReplaceSubject { .. }))
    );
    let strict = policy("[subject]\naction = 'return'");
    let returned = send(&strict, &content, Recipient::new("bob@example.org").unwrap());
    assert_eq!((returned.action, returned.method), (Action::Return, None));
    assert!(returned.reply.is_some());
}

#[test]
fn a_request_for_less_than_tls_is_stripped_from_phi() {
    let strip = Edit::RemoveHeader {
        name: "TLS-Required".into(),
    };
    assert!(
        send(&policy(""), &phi(), Recipient::new("bob@example.org").unwrap())
            .edits
            .contains(&strip)
    );
    assert!(
        !send(&policy(""), &plain(), Recipient::new("bob@example.org").unwrap())
            .edits
            .contains(&strip)
    );
}

fn waiver() -> Waiver {
    Waiver {
        id: "w-7".into(),
        individual: None,
        recipient: "bob@example.org".parse().unwrap(),
        representative: None,
        entity: None,
        sender: None,
        group: None,
        entered_at: None,
        basis: Basis::Access,
        scope: Scope {
            communications: BTreeSet::default(),
            purposes: BTreeSet::default(),
            categories: [Category::Phi].into(),
            maximum: Level::Sensitive,
        },
        effective_from: Timestamp::EPOCH,
        expires: None,
        review_by: None,
        risk_notice: Some("2026-01".into()),
        alternative_offered: Some("portal".into()),
        expression: None,
        captured_by: None,
        history: vec![Change {
            at: Timestamp::EPOCH,
            status: Status::Active,
            actor: "front desk".into(),
            reason: String::new(),
            entered_at: None,
        }],
    }
}

#[test]
fn a_waiver_goes_down_to_the_floor_and_no_further() {
    let mut recipient = Recipient::new("bob@example.org").unwrap();
    recipient.waivers.push(waiver());
    for (floor, expected) in [
        ("", Method::Portal),
        ("relax_floor = { transport = 'verified' }", Method::Portal),
        ("relax_floor = { transport = 'encrypted' }", Method::Tls),
        ("relax_floor = {}", Method::Clear),
    ] {
        let delivery = send(&policy(floor), &phi(), recipient.clone());
        assert_eq!(delivery.method, Some(expected), "{floor}");
        if !expected.is_sealed() {
            assert_eq!(delivery.waiver.as_deref(), Some("w-7"));
            assert_eq!(delivery.requirement.audit, AuditLevel::Full);
        }
    }
}

#[test]
fn the_words_of_a_delivery_tell_how_safe_the_connection_is() {
    let waived = |mut recipient: Recipient| {
        recipient.waivers.push(waiver());
        recipient
    };
    let nobody = || Recipient::new("bob@example.org").unwrap();
    let mut ways = BTreeSet::new();
    for (floor, content, recipient, way, sentence) in [
        (
            "relax_floor = {}",
            phi(),
            waived(nobody()),
            "clear text, or TLS where it is offered",
            "as ordinary mail",
        ),
        ("", plain(), nobody(), "encrypted TLS", "without a proof that"),
        (
            "",
            phi(),
            reaching(EvidenceKind::MtaStsEnforce, Transport::Verified),
            "verified TLS",
            "proves by its certificate",
        ),
        (
            "",
            phi(),
            reaching(EvidenceKind::Dane, Transport::Dane),
            "DANE TLS",
            "proves by signed DNS",
        ),
        (
            "",
            phi(),
            reaching(EvidenceKind::Local, Transport::Dane),
            "local delivery",
            "stays on our own systems",
        ),
        ("", phi(), nobody(), "portal", "is left in the secure portal"),
    ] {
        let delivery = send(&policy(floor), &content, recipient);
        let (summary, explained) = (delivery.to_string(), delivery.explain());
        assert!(
            summary.starts_with(&format!("bob@example.org: {way} (")),
            "{way}: {summary}"
        );
        let first = explained.lines().next().unwrap();
        assert!(first.contains(sentence), "{way}: {first}");
        assert!(ways.insert(delivery.way()), "{way} is said of two levels");
        if delivery.method == Some(Method::Clear) {
            assert!(!explained.contains("encrypted connection"), "{explained}");
            assert_eq!(delivery.transport.unwrap().postfix, "may");
        }
    }
}

#[test]
fn what_is_not_sent_is_told_with_its_reason_and_whom_to_ask() {
    let rule = |disposition: &str| {
        format!(
            "[[rule]]\nid = 'chart'\nwhen = {{ category = 'phi' }}\nrequire = {{ disposition = '{disposition}' }}\n\
             reason = 'charts do not leave by mail'"
        )
    };
    let contact = "contact = 'privacy@clinic.example'\n";
    let words = "reply = { return = 'Bitte nicht per Mail', hold = 'Wird geprüft' }\n";
    for (before, disposition, code, expected) in [
        (
            "",
            "return",
            550,
            "Not sent: policy requires protection that this recipient cannot be given: charts do not leave by mail",
        ),
        (
            contact,
            "hold",
            250,
            "Accepted and held by policy; it has not been sent: charts do not leave by mail; ask privacy@clinic.example",
        ),
        (
            words,
            "return",
            550,
            "Bitte nicht per Mail: charts do not leave by mail",
        ),
        (words, "hold", 250, "Wird gepr?ft: charts do not leave by mail"),
    ] {
        let policy = policy(&format!("{before}{}", rule(disposition)));
        let reply = send(&policy, &phi(), reaching(EvidenceKind::Dane, Transport::Dane))
            .reply
            .unwrap();
        assert_eq!((reply.code, reply.text.as_str()), (code, expected));
    }
}

#[test]
fn a_waiver_covers_neither_critical_nor_unread_content() {
    let mut recipient = Recipient::new("bob@example.org").unwrap();
    recipient.waivers.push(waiver());
    let generous = policy("relax_floor = {}");
    let mut critical = phi();
    critical.classification.level = Level::Critical;
    assert_eq!(send(&generous, &critical, recipient.clone()).waiver, None);
    let unread = Content {
        complete: false,
        ..phi()
    };
    assert_eq!(send(&generous, &unread, recipient).waiver, None);
}

#[test]
fn a_policy_can_refuse_waivers_that_an_included_file_would_accept() {
    let mut recipient = Recipient::new("bob@example.org").unwrap();
    recipient.waivers.push(Waiver {
        basis: Basis::Preference,
        ..waiver()
    });
    for (text, expected) in [
        ("relax_floor = {}", true),
        ("relax_floor = {}\nwaivers = 'hipaa-2013'", true),
        ("relax_floor = {}\nwaivers = 'hipaa-nprm-2025'", false),
        ("relax_floor = {}\nwaivers = 'refused'", false),
    ] {
        let included = Resources::from([("inner.toml".to_owned(), text.as_bytes().to_vec())]);
        let outer = Policy::from_toml("include = ['inner.toml']", &included).unwrap();
        assert_eq!(
            send(&outer, &phi(), recipient.clone()).waiver.is_some(),
            expected,
            "{text}"
        );
        let refusing = Policy::from_toml("include = ['inner.toml']\nwaivers = 'refused'", &included).unwrap();
        assert_eq!(send(&refusing, &phi(), recipient.clone()).waiver, None, "{text}");
        assert!(!refusing.diff(&outer).holds() || text.contains("refused"));
    }
    let proposed = Policy::profile("hipaa-nprm-2025").unwrap();
    assert_eq!(send(&proposed, &phi(), recipient).waiver, None);
}

#[test]
fn a_waiver_is_bound_to_the_entity_that_the_policy_or_the_account_names() {
    let mut recipient = Recipient::new("bob@example.org").unwrap();
    recipient.waivers.push(Waiver {
        entity: Some("Clinic".into()),
        ..waiver()
    });
    let mut transaction = Transaction::from("ann@clinic.example").unwrap().recipient(recipient);
    let reason = |text: &str, transaction: &Transaction| {
        let delivery = decide(&policy(&format!("relax_floor = {{}}\n{text}")), &phi(), transaction);
        let unapplied = delivery.unapplied_waivers.first().map(|one| one.reason.clone());
        assert_eq!(unapplied.is_none(), delivery.waiver.is_some());
        unapplied.unwrap_or_default()
    };
    assert_eq!(reason("entity = 'Clinic'", &transaction), "");
    assert_eq!(
        reason("entity = 'Laboratory'", &transaction),
        "is for mail from `Clinic`"
    );
    assert!(reason("", &transaction).contains("neither the policy nor an account"));
    transaction.account = Some("Clinic".into());
    assert_eq!(reason("entity = 'Laboratory'\naccounts = ['Clinic']", &transaction), "");
}

#[test]
fn what_no_waiver_lowers_and_why_one_did_not_apply_is_said() {
    let kept = "[[floor]]\nscope = 'domain'\nof = 'clinic.example'\nrequire = { transport = 'verified' }\nwaivable = ";
    let mut recipient = Recipient::new("bob@example.org").unwrap();
    recipient.waivers.push(waiver());
    let unread = Content {
        complete: false,
        ..phi()
    };
    let hold = "[[rule]]\nid = 'hold'\nwhen = { category = 'phi' }\nrequire = { disposition = 'hold' }";
    for (text, content, expected) in [
        ("relax_floor = {}", phi(), None),
        ("relax_floor = {}", plain(), Some("is not needed")),
        ("", phi(), Some("is not accepted by the policy")),
        (
            "relax_floor = {}",
            unread,
            Some("does not cover what could not be inspected"),
        ),
        (&format!("relax_floor = {{}}\n{kept}true"), phi(), None),
        (
            &format!("relax_floor = {{}}\n{kept}false"),
            phi(),
            Some("cannot lower the floor of domain clinic.example"),
        ),
        (
            "relax_floor = { transport = 'verified' }",
            phi(),
            Some("does not go far enough for TLS: it needs `verified`"),
        ),
        (
            &format!("relax_floor = {{}}\n{hold}"),
            phi(),
            Some("does not lift `hold`"),
        ),
    ] {
        let delivery = send(&policy(text), &content, recipient.clone());
        let reason = delivery.unapplied_waivers.first().map(|one| one.reason.as_str());
        assert_eq!(reason.is_none(), expected.is_none(), "{text}: {reason:?}");
        assert!(
            reason.unwrap_or_default().starts_with(expected.unwrap_or_default()),
            "{text}: {reason:?}"
        );
        assert!(reason.is_none_or(|reason| delivery.explain().contains(reason)));
    }
}

#[test]
fn one_id_for_two_recipients_gives_neither_of_them_anything() {
    let mut bob = Recipient::new("bob@example.org").unwrap();
    bob.waivers.push(waiver());
    let mut eve = Recipient::new("eve@example.org").unwrap();
    eve.waivers.push(Waiver {
        recipient: "eve@example.org".parse().unwrap(),
        ..waiver()
    });
    let policy = policy("relax_floor = {}");
    let both = Transaction::from("ann@clinic.example")
        .unwrap()
        .recipient(bob.clone())
        .recipient(eve);
    for delivery in policy.decide(&phi(), &both, NOW).unwrap() {
        assert_eq!(delivery.waiver, None);
        assert_eq!(
            delivery.unapplied_waivers[0].reason,
            "shares its id with another record"
        );
    }
    let mut carl = Recipient::new("carl@example.org").unwrap();
    carl.waivers = bob.waivers.clone();
    let same = Transaction::from("ann@clinic.example")
        .unwrap()
        .recipient(bob)
        .recipient(carl);
    let deliveries = policy.decide(&phi(), &same, NOW).unwrap();
    assert!(
        deliveries[0].waiver.is_some(),
        "one record that is given twice is one record"
    );
}

#[test]
fn a_review_that_is_overdue_is_said_and_the_waiver_stands() {
    let due = Timestamp::from_millis(NOW.as_millis() - 1);
    let mut recipient = Recipient::new("bob@example.org").unwrap();
    recipient.waivers.push(Waiver {
        review_by: Some(due),
        ..waiver()
    });
    let delivery = send(&policy("relax_floor = {}"), &phi(), recipient);
    assert_eq!(
        (delivery.waiver.as_deref(), delivery.waiver_review_due),
        (Some("w-7"), Some(due))
    );
    assert!(delivery.explain().contains(&due.to_string()));
}

fn preference(asks: Asks, purposes: &[&str]) -> Preference {
    Preference {
        id: "p-1".into(),
        individual: None,
        recipient: "bob@example.org".parse().unwrap(),
        entity: None,
        asks,
        purposes: purposes.iter().map(|purpose| (*purpose).to_owned()).collect(),
        instead: (asks == Asks::Elsewhere).then(|| "by letter".to_owned()),
        effective_from: Timestamp::EPOCH,
        expires: None,
        captured_by: None,
        entered_at: None,
        history: waiver().history,
    }
}

#[test]
fn a_wish_is_heeded_and_named_with_its_section() {
    let purposes = "purposes = ['newsletter', 'results']";
    for (asks, kinds, purpose, action, method, citation) in [
        (
            Asks::OptOut,
            &["newsletter"][..],
            Some("newsletter"),
            Action::Return,
            None,
            "45 CFR 164.522",
        ),
        (
            Asks::OptOut,
            &["newsletter"],
            None,
            Action::Return,
            None,
            "45 CFR 164.522",
        ),
        (
            Asks::OptOut,
            &["newsletter"],
            Some("results"),
            Action::Send,
            Some(Method::Tls),
            "",
        ),
        (
            Asks::Elsewhere,
            &[],
            Some("results"),
            Action::Return,
            None,
            "45 CFR 164.522(b)",
        ),
        (
            Asks::Sealed,
            &["results"],
            Some("results"),
            Action::Send,
            Some(Method::Portal),
            "45 CFR 164.522(b)",
        ),
    ] {
        let mut recipient = reaching(EvidenceKind::MtaStsEnforce, Transport::Verified);
        recipient.preferences.push(preference(asks, kinds));
        let mut transaction = Transaction::from("ann@clinic.example").unwrap().recipient(recipient);
        transaction.purpose = purpose.map(str::to_owned);
        let delivery = decide(&policy(purposes), &plain(), &transaction);
        assert_eq!(
            (delivery.action, delivery.method),
            (action, method),
            "{asks} {purpose:?}"
        );
        let why = delivery.why.iter().find(|why| why.rule == "preference p-1");
        let found = why.and_then(|why| why.citation.as_deref()).unwrap_or_default();
        assert_eq!(found, citation, "{asks} {purpose:?}");
        assert_eq!(delivery.instead.is_some(), asks == Asks::Elsewhere);
        assert!(asks != Asks::Elsewhere || delivery.explain().contains("by letter"));
    }
}

#[test]
fn a_waiver_does_not_take_back_what_the_sender_asked_for() {
    let policy = policy("relax_floor = {}\n[[trigger]]\nname = 'secure'\nrequire = { message = 'sealed' }");
    let mut recipient = Recipient::new("bob@example.org").unwrap();
    recipient.waivers.push(waiver());
    let mut asked = phi();
    asked.triggers.insert("secure".into());
    assert_eq!(send(&policy, &phi(), recipient.clone()).method, Some(Method::Clear));
    assert_eq!(send(&policy, &asked, recipient.clone()).method, Some(Method::Portal));
    let mut transaction = Transaction::from("ann@clinic.example").unwrap().recipient(recipient);
    transaction.require_tls = true;
    assert_eq!(decide(&policy, &phi(), &transaction).waiver, None);
}

#[test]
fn a_sender_who_demands_requiretls_gets_verified_tls_on_every_hop() {
    let mut transaction = Transaction::from("ann@clinic.example")
        .unwrap()
        .recipient(reaching(EvidenceKind::MtaStsEnforce, Transport::Verified));
    assert!(
        !decide(&policy(""), &plain(), &transaction)
            .transport
            .unwrap()
            .require_tls
    );
    transaction.require_tls = true;
    let delivery = decide(&policy(""), &plain(), &transaction);
    let contract = delivery.transport.unwrap();
    assert_eq!((contract.level, contract.require_tls), (Transport::Verified, true));
    assert_eq!(delivery.why[0].reason, "the sender demands REQUIRETLS");
    transaction.recipients[0].evidence.clear();
    assert_eq!(decide(&policy(""), &plain(), &transaction).method, Some(Method::Portal));
}

#[test]
fn the_archive_gets_what_leaves_in_clear_or_unsealed() {
    let mut waived = Recipient::new("bob@example.org").unwrap();
    waived.waivers.push(waiver());
    let local = || reaching(EvidenceKind::Local, Transport::Dane);
    let enforced = || reaching(EvidenceKind::MtaStsEnforce, Transport::Verified);
    for (text, expected) in [
        ("archive = 'never'", [false, false, false, false]),
        ("", [true, false, false, false]),
        ("archive = 'waived'", [true, false, false, false]),
        ("archive = 'clear'", [true, false, true, false]),
        ("archive = 'unsealed'", [true, true, true, false]),
    ] {
        let policy = policy(&format!("relax_floor = {{}}\n{text}"));
        let sent = [
            waived.clone(),
            enforced(),
            local(),
            Recipient::new("bob@example.org").unwrap(),
        ];
        let archived = sent.map(|recipient| send(&policy, &phi(), recipient).archive);
        assert_eq!(archived, expected, "{text}");
    }
}

#[test]
fn a_server_that_was_seen_to_use_less_than_the_contract_is_not_relied_on() {
    for (protocol, suite, expected) in [
        (Some("TLSv1.3"), Some("TLS_AES_256_GCM_SHA384"), Method::Tls),
        (Some("TLSv1.2"), Some("ECDHE-RSA-AES256-GCM-SHA384"), Method::Tls),
        (Some("TLSv1.2"), Some("ECDHE-RSA-CHACHA20-POLY1305"), Method::Portal),
        (Some("TLSv1"), None, Method::Portal),
        (Some("TLS1.0"), None, Method::Portal),
        (Some("tls 1.1"), None, Method::Portal),
        (Some("TLSv1.4"), None, Method::Portal),
        (None, Some("a suite of tomorrow"), Method::Portal),
    ] {
        let seen = Evidence {
            protocol: protocol.map(str::to_owned),
            suite: suite.map(str::to_owned),
            ..evidence(EvidenceKind::LastDelivery, Transport::Verified)
        };
        let recipient = Recipient::new("bob@example.org").unwrap().evidence(seen);
        let delivery = send(&policy("unknown_facts = 'strictest'"), &phi(), recipient);
        assert_eq!(
            delivery.method,
            Some(expected),
            "{protocol:?} {suite:?} {:?}",
            delivery.rejected
        );
    }
}

#[test]
fn the_first_reason_is_named_whatever_the_order_of_the_file() {
    let rule = |id: &str| format!("[[rule]]\nid = '{id}'\nreason = '{id}'\nrequire = {{ message = 'sealed' }}\n");
    let forth = policy(&format!("{}{}", rule("a"), rule("b")));
    let back = policy(&format!("{}{}", rule("b"), rule("a")));
    assert_eq!(forth.id(), back.id());
    for policy in [forth, back] {
        let delivery = send(&policy, &plain(), Recipient::new("bob@example.org").unwrap());
        assert_eq!(delivery.to_string(), "bob@example.org: portal (a: a)");
    }
}

#[test]
fn the_small_clinic_decides_as_its_rules_say() {
    let clinic = small_clinic();
    let mut notes = phi();
    notes.classification.categories.insert(Category::ClinicalData);
    let lab = send(&clinic, &notes, Recipient::new("dr@lab.example").unwrap());
    assert_eq!(
        (lab.method, lab.transport.unwrap().level),
        (Some(Method::Tls), Transport::Verified)
    );
    let patient = send(
        &clinic,
        &notes,
        reaching(EvidenceKind::MtaStsEnforce, Transport::Verified),
    );
    assert_eq!(
        patient.to_string(),
        "bob@example.org: portal (phi-detail: results and notes leave sealed)"
    );
    let mut bulk = Transaction::from("news@clinic.example")
        .unwrap()
        .to("bob@example.org")
        .unwrap();
    bulk.stream = Some("bulk".into());
    let dropped = decide(&clinic, &notes, &bulk);
    assert_eq!(dropped.action, Action::Drop);
    bulk.purpose = Some("newsletter".into());
    assert_eq!(decide(&clinic, &phi(), &bulk).action, Action::Return);
    let label = Edit::AddHeader {
        name: "Sealwax-Stream".into(),
        value: "bulk".into(),
    };
    assert!(decide(&clinic, &plain(), &bulk).edits.contains(&label));
    let mut asked = plain();
    asked.triggers.insert("secure".into());
    assert_eq!(
        send(&clinic, &asked, Recipient::new("b@c.example").unwrap()).method,
        Some(Method::Portal)
    );
}
