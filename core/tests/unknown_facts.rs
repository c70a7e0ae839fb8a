//! Facts that the policy does not know: an error that says what would do, or the safe end.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use sealwax::classify::{Category, Classification, Level};
use sealwax::consent::Waiver;
use sealwax::engine::{Engine, EvaluateErrorKind, Live};
use sealwax::evidence::{Evidence, EvidenceKind, FailureType, Transport};
use sealwax::policy::{Content, Delivery, FactError, FactErrorKind, Method, Outcome, Policy, Resources};
use sealwax::{ListContext, Timestamp, Transaction};

/// A policy that declares something of every kind.
const CLINIC: &str = "
name = 'clinic'
accounts = ['clinical', 'research']
categories = ['research']
flags = ['vip', 'board-member']
purposes = ['billing', 'newsletter']
[relax_floor]
[defaults]
account = 'clinical'
purpose = 'billing'
stream = 'business'
[[stream]]
name = 'bulk'
on_unmet = 'drop'
label = 'bulk'
[[stream]]
name = 'business'
[[list]]
id = 'dialysis.clinic.example'
health = true
[[list]]
id = 'news.clinic.example'
[[group]]
name = 'front-desk'
members = ['desk@clinic.example']
[[floor]]
scope = 'group'
of = 'front-desk'
require = { audit = 'full' }
reason = 'the front desk is recorded'
[[trigger]]
name = 'secure'
subject = '[secure]'
require = { message = 'sealed' }
[[rule]]
id = 'vip'
when = { flag = 'vip' }
require = { message = 'sealed' }
reason = 'known people get sealed mail'
[[rule]]
id = 'research'
when = { category = 'custom:research' }
require = { retention_days = 3650 }
[[rule]]
id = 'no-newsletter'
when = { not = { purpose = 'newsletter' } }
require = { audit = 'full' }
[[rule]]
id = 'newsletter'
when = { is = { purpose = 'newsletter' } }
require = { message = 'sealed' }
";

const NOW: Timestamp = Timestamp::from_millis(1_795_253_400_000);
const RAW: &[u8] = b"Subject: lunch\r\n\r\nAt noon?\r\n";

fn policy(mode: &str) -> Policy {
    Policy::from_toml(&format!("unknown_facts = '{mode}'\n{CLINIC}"), &Resources::new()).unwrap()
}

fn plain() -> Content {
    Content {
        complete: true,
        subject_level: Level::None,
        ..Content::default()
    }
}

fn two_recipients() -> Transaction {
    Transaction::from("ann@clinic.example")
        .unwrap()
        .to("bob@example.org")
        .unwrap()
        .to("carl@example.org")
        .unwrap()
}

fn evidence(transaction: &mut Transaction) -> &mut Evidence {
    let seen = Evidence::new(EvidenceKind::LastDelivery, Transport::Verified, NOW);
    transaction.recipients[1].evidence.push(seen);
    transaction.recipients[1].evidence.last_mut().unwrap()
}

fn waiver(transaction: &mut Transaction) -> &mut Waiver {
    let waiver = r#"{"id": "w1", "recipient": "carl@example.org", "basis": "access-164.524",
        "scope": {"categories": ["phi", "personal-identifier"]}, "effective_from": "2026-01-01T00:00:00Z",
        "risk_notice": "2026-01", "history": [{"at": "2026-01-01T00:00:00Z", "status": "active", "actor": "desk"}]}"#;
    transaction.recipients[1]
        .waivers
        .push(sealwax::json::waiver(waiver).unwrap());
    transaction.recipients[1].waivers.last_mut().unwrap()
}

/// A time in seconds where milliseconds are expected.
fn seconds() -> Timestamp {
    Timestamp::from_millis(NOW.as_millis() / 1000)
}

fn list(id: &str, health: bool) -> ListContext {
    ListContext { id: id.into(), health }
}

/// What a case changes.
type Change = fn(&mut Transaction, &mut Content);

/// Each field with a value that the policy does not know: the field, the recipient, and the nearest that it knows.
const UNKNOWN: [(&str, Option<usize>, Option<&str>, Change); 29] = [
    ("flags", None, Some("vip"), |t, _| t.flags.extend(["VIP".into()])),
    ("flags", None, Some("vip"), |t, _| t.flags.extend([" vip".into()])),
    ("flags", None, Some("board-member"), |t, _| {
        t.flags.extend(["board members".into()]);
    }),
    ("flags", None, None, |t, _| t.flags.extend([String::new()])),
    ("flags", None, Some("board-member"), |t, _| {
        t.flags.extend(["vip".into(), "board_member".into()]);
    }),
    ("groups", None, Some("front-desk"), |t, _| {
        t.groups.extend(["Front-Desk".into()]);
    }),
    ("groups", None, None, |t, _| t.groups.extend(["everybody".into()])),
    ("account", None, Some("research"), |t, _| {
        t.account = Some("Research".into());
    }),
    ("account", None, None, |t, _| t.account = Some(String::new())),
    ("purpose", None, Some("newsletter"), |t, _| {
        t.purpose = Some("newsletters".into());
    }),
    ("purpose", None, Some("billing"), |t, _| {
        t.purpose = Some("billing ".into());
    }),
    ("stream", None, Some("bulk"), |t, _| t.stream = Some("BULK".into())),
    ("list.id", None, Some("news.clinic.example"), |t, _| {
        t.list = Some(list("new.clinic.example", false));
    }),
    ("evidence.protocol", Some(2), Some("TLSv1.3"), |t, _| {
        evidence(t).protocol = Some("TLSv1,3".into());
    }),
    ("evidence.protocol", Some(2), None, |t, _| {
        evidence(t).protocol = Some(String::new());
    }),
    ("evidence.suite", Some(2), Some("TLS_AES_256_GCM_SHA384"), |t, _| {
        evidence(t).suite = Some("TLS_AES_256_GCM_SHA348".into());
    }),
    ("evidence.suite", Some(2), None, |t, _| {
        evidence(t).suite = Some("something that nobody has ever heard of".into());
    }),
    ("waivers.scope.categories", Some(2), Some("phi"), |t, _| {
        waiver(t).scope.categories.extend([Category::from("PHI".to_owned())]);
    }),
    ("waivers.scope.categories", Some(2), Some("research"), |t, _| {
        waiver(t)
            .scope
            .categories
            .extend([Category::from("custom:reserch".to_owned())]);
    }),
    ("content.classification.categories", None, Some("phi"), |_, c| {
        c.classification.categories.extend([Category::from("Phi".to_owned())]);
    }),
    ("content.triggers", None, Some("secure"), |_, c| {
        c.triggers.extend(["Secure".into()]);
    }),
    ("content.anomalies", None, None, |_, c| {
        c.anomalies.extend(["nothing like any that there is".into()]);
    }),
    ("evidence.observed_at", Some(2), None, |t, _| {
        evidence(t).observed_at = seconds();
    }),
    ("evidence.valid_until", Some(2), None, |t, _| {
        evidence(t).valid_until = Some(seconds());
    }),
    ("evidence.valid_until", Some(2), None, |t, _| {
        evidence(t).valid_until = Some(Timestamp::from_millis(NOW.as_millis() * 1000));
    }),
    ("waivers.effective_from", Some(2), None, |t, _| {
        waiver(t).effective_from = seconds();
    }),
    ("waivers.expires", Some(2), None, |t, _| {
        waiver(t).expires = Some(seconds());
    }),
    ("waivers.review_by", Some(2), None, |t, _| {
        waiver(t).review_by = Some(seconds());
    }),
    ("waivers.history.at", Some(2), None, |t, _| {
        waiver(t).history[0].at = seconds();
    }),
];

fn changed(change: Change) -> (Transaction, Content) {
    let (mut transaction, mut content) = (two_recipients(), plain());
    change(&mut transaction, &mut content);
    (transaction, content)
}

fn strictest(change: Change) -> Vec<Delivery> {
    let (transaction, content) = changed(change);
    policy("strictest").decide(&content, &transaction, NOW).unwrap()
}

#[test]
fn every_value_that_the_policy_does_not_know_is_an_error_with_its_place() {
    let policy = policy("error");
    for (number, (field, recipient, nearest, change)) in UNKNOWN.into_iter().enumerate() {
        let (transaction, content) = changed(change);
        let error: FactError = policy.decide(&content, &transaction, NOW).unwrap_err();
        let found = (error.field(), error.recipient(), error.nearest());
        assert_eq!(found, (field, recipient, nearest), "{number}: {error}");
        let text = error.to_string();
        assert!(
            text.contains(&format!("`{field}`")) && text.contains("expected"),
            "{text}"
        );
        assert!(
            recipient.is_none_or(|place| text.starts_with(&format!("recipient {place}, "))),
            "{text}"
        );
        assert!(
            nearest.is_none_or(|name| text.contains(&format!("did you mean `{name}`?"))),
            "{text}"
        );
    }
}

#[test]
fn an_error_names_what_is_allowed_and_repeats_nothing_of_what_was_given() {
    let mut transaction = two_recipients();
    transaction.purpose = Some("canary-7f3a".into());
    let error = policy("error").decide(&plain(), &transaction, NOW).unwrap_err();
    assert_eq!(error.kind(), FactErrorKind::Unknown);
    assert_eq!(error.allowed(), ["billing", "newsletter"]);
    assert_eq!(
        error.to_string(),
        "`purpose`: the policy does not know this value, expected `billing`, `newsletter`"
    );
    assert!(!format!("{error:?}").contains("canary"));
}

#[test]
fn every_way_to_a_verdict_refuses_it() {
    let engine = Engine::builder().policy_toml(CLINIC).build().unwrap();
    let mut transaction = two_recipients();
    transaction.flags.extend(["VIP".into()]);
    let outcome = Outcome::Failed(FailureType::StarttlsNotSupported);
    let bob = transaction.recipients[0].address.clone();
    let mut feed = engine.feed(transaction.clone());
    feed.raw(RAW).unwrap();
    for answer in [
        engine.evaluate(RAW, &transaction, NOW),
        engine.evaluate_content(&plain(), &transaction, NOW),
        engine.report_outcome(RAW, &transaction, &bob, outcome, NOW),
        feed.finish(NOW),
        Live::new(engine.clone()).evaluate(RAW, &transaction, NOW),
    ] {
        let error = answer.unwrap_err();
        assert_eq!(error.kind(), EvaluateErrorKind::Fact);
        assert_eq!(error.fact().unwrap().nearest(), Some("vip"));
    }
}

#[test]
fn a_time_of_the_decision_in_another_unit_is_noticed() {
    for now in [seconds(), Timestamp::from_millis(NOW.as_millis() * 1000)] {
        let error = policy("error").decide(&plain(), &two_recipients(), now).unwrap_err();
        assert_eq!((error.field(), error.kind()), ("now", FactErrorKind::Time));
    }
    for now in [Timestamp::EPOCH, Timestamp::from_millis(7), NOW] {
        assert!(policy("error").decide(&plain(), &two_recipients(), now).is_ok());
    }
}

#[test]
fn under_strictest_nothing_is_an_error_and_nothing_is_weaker_than_without_the_fact() {
    let without = policy("error").decide(&plain(), &two_recipients(), NOW).unwrap();
    for (number, (_, _, _, change)) in UNKNOWN.into_iter().enumerate() {
        for (strict, without) in strictest(change).iter().zip(&without) {
            assert!(strict.requirement.covers(without.requirement), "{number}");
            assert_eq!(strict.waiver, None, "{number}");
        }
    }
}

#[test]
fn under_strictest_an_unknown_flag_raises_every_rule_of_a_flag_and_the_reason_says_so() {
    let deliveries = strictest(|transaction, _| transaction.flags.extend(["VIP".into()]));
    let why = deliveries[0].why.iter().find(|why| why.rule == "vip").unwrap();
    assert_eq!(
        why.reason,
        "known people get sealed mail, which may apply: the flag is not known and counts as the strictest"
    );
    assert_eq!(deliveries[0].method, Some(Method::Portal));
}

#[test]
fn under_strictest_an_unknown_purpose_counts_as_each_and_as_none() {
    let deliveries = strictest(|transaction, _| transaction.purpose = Some("neswletter".into()));
    let rules: Vec<_> = deliveries[0].why.iter().map(|why| why.rule.as_str()).collect();
    assert!(
        rules.contains(&"newsletter") && rules.contains(&"no-newsletter"),
        "{rules:?}"
    );
}

#[test]
fn under_strictest_an_unknown_stream_may_be_the_one_that_allows_tls_or_nothing() {
    let deliveries = strictest(|transaction, content| {
        transaction.stream = Some("Bulk".into());
        content.complete = false;
    });
    let found = (deliveries[0].action.to_string(), deliveries[0].method);
    assert_eq!(found, ("return".into(), None));
    assert!(deliveries[0].edits.is_empty());
}

#[test]
fn under_strictest_an_unknown_category_is_every_category() {
    let deliveries = strictest(|_, content| {
        content.classification = Classification {
            categories: [Category::from("PHI".to_owned())].into(),
            ..Classification::default()
        };
    });
    assert!(deliveries[0].requirement.transport >= Transport::Verified);
    assert_eq!(deliveries[0].requirement.retention_days, 3650);
}

#[test]
fn under_strictest_an_unknown_list_may_be_one_of_health() {
    let strict = format!("unknown_facts = 'strictest'\n{CLINIC}");
    let engine = Engine::builder().policy_toml(strict).build().unwrap();
    let mut transaction = two_recipients();
    for (id, expected) in [
        ("news.clinic.example", false),
        ("News <NEWS.clinic.example>", false),
        ("Patients <dialysis.clinic.example>", true),
        ("dialisys.clinic.example", true),
    ] {
        transaction.list = Some(list(id, false));
        let verdict = engine.evaluate(RAW, &transaction, NOW).unwrap();
        assert_eq!(verdict.classification.implied_phi, expected, "{id}");
    }
}

#[test]
fn the_list_id_of_ordinary_mail_is_content_and_never_an_error() {
    let engine = Engine::builder().policy_toml(CLINIC).build().unwrap();
    let raw = b"List-Id: Chess friends <chess.example.org>\r\nSubject: lunch\r\n\r\nAt noon?\r\n";
    let verdict = engine.evaluate(raw, &two_recipients(), NOW).unwrap();
    assert!(!verdict.classification.implied_phi);
    let mut transaction = two_recipients();
    transaction.list = Some(list("our own name of it", true));
    let verdict = engine.evaluate(raw, &transaction, NOW).unwrap();
    assert!(verdict.classification.implied_phi);
}

#[test]
fn a_policy_that_declares_nothing_of_a_kind_asks_nothing_of_it_but_for_flags() {
    let empty = Policy::from_toml("", &Resources::new()).unwrap();
    let mut transaction = two_recipients();
    transaction.account = Some("clinical".into());
    transaction.groups.extend(["front-desk".into()]);
    transaction.purpose = Some("billing".into());
    transaction.stream = Some("bulk".into());
    transaction.list = Some(list("news", false));
    assert!(empty.decide(&plain(), &transaction, NOW).is_ok());
    transaction.flags.extend(["vip".into()]);
    let error = empty.decide(&plain(), &transaction, NOW).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`flags`: the policy does not know this value, which declares none"
    );
}

#[test]
fn of_several_files_the_strictest_word_on_unknown_facts_holds() {
    let said = |outer: &str, inner: &str| {
        let files = Resources::from([("inner.toml".to_owned(), format!("unknown_facts = '{inner}'").into())]);
        let policy = Policy::from_toml(&format!("include = ['inner.toml']\n{outer}"), &files).unwrap();
        policy.unknown_facts().name()
    };
    assert_eq!(said("", "strictest"), "strictest");
    assert_eq!(said("unknown_facts = 'strictest'", "error"), "error");
    assert_eq!(said("unknown_facts = 'error'", "strictest"), "error");
    assert_eq!(said("unknown_facts = 'strictest'", "strictest"), "strictest");
}

#[test]
fn a_weak_or_unknown_connection_proves_nothing_of_the_server() {
    let strict = policy("strictest");
    for (protocol, expected) in [
        ("TLSv1.3", Method::Tls),
        ("TLS1.3", Method::Tls),
        ("TLS 1.2", Method::Tls),
        ("1.2", Method::Tls),
        ("TLSv1_2", Method::Tls),
        ("TLS1.0", Method::Portal),
        ("TLSv1", Method::Portal),
        ("SSLv3", Method::Portal),
        ("TLSv9", Method::Portal),
        ("", Method::Portal),
    ] {
        let mut transaction = two_recipients();
        evidence(&mut transaction).protocol = Some(protocol.into());
        let deliveries = strict.decide(&Content::default(), &transaction, NOW).unwrap();
        assert_eq!(deliveries[1].method, Some(expected), "{protocol}");
    }
}

#[test]
fn under_strictest_a_failure_counts_whatever_its_time() {
    let mut transaction = two_recipients();
    let failure = evidence(&mut transaction);
    failure.failed = true;
    failure.level = Transport::Encrypted;
    failure.observed_at = seconds();
    let deliveries = policy("strictest").decide(&plain(), &transaction, NOW).unwrap();
    assert_eq!(deliveries[1].method, Some(Method::Portal));
}

#[test]
fn the_other_recipients_are_not_touched_by_what_is_unknown_of_one() {
    let deliveries = strictest(|transaction, _| {
        waiver(transaction).expires = Some(seconds());
        evidence(transaction).suite = Some("a suite of tomorrow".into());
    });
    let plain = policy("error").decide(&plain(), &two_recipients(), NOW).unwrap();
    assert_eq!(deliveries[0], plain[0]);
}
