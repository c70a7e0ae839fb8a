//! What travels outside of the seal, through the public API: nothing that was planted, and nobody who was hidden.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::LazyLock;

use proptest::prelude::*;
use sealwax::engine::Engine;
use sealwax::evidence::{Evidence, EvidenceKind, Transport};
use sealwax::message::{Limits, Message};
use sealwax::policy::{Action, Content, Delivery, Edit, Method, OUTSIDE, Policy, Resources};
use sealwax::{ClientKeys, Recipient, Timestamp, Transaction, outer};

fn decide(policy: &str, content: &Content, recipient: Recipient) -> Delivery {
    let policy = Policy::from_toml(policy, &Resources::new()).unwrap();
    let transaction = Transaction::from("ann@clinic.example").unwrap().recipient(recipient);
    policy
        .decide(content, &transaction, Timestamp::EPOCH)
        .unwrap()
        .remove(0)
}

/// A delivery of PHI with a sensitive subject, by each of the methods that seal.
fn sealed() -> Vec<Delivery> {
    let unknown = || Recipient::new("bob@example.org").unwrap();
    let with = |smime, pgp| Recipient {
        keys: ClientKeys { smime, pgp },
        ..unknown()
    };
    let policy = Policy::from_toml("", &Resources::new()).unwrap();
    let recipients = [unknown(), with(true, false), with(false, true)];
    let mut transaction = recipients
        .into_iter()
        .fold(Transaction::from("ann@clinic.example").unwrap(), Transaction::recipient);
    transaction.methods = Some(Method::ALL.into());
    policy
        .decide(&Content::default(), &transaction, Timestamp::EPOCH)
        .unwrap()
}

#[test]
fn every_sealed_delivery_keeps_the_allow_list_and_no_other_header() {
    let deliveries = sealed();
    let methods: Vec<Method> = deliveries.iter().filter_map(|delivery| delivery.method).collect();
    assert_eq!(methods, [Method::Portal, Method::Smime, Method::Pgp]);
    for delivery in deliveries {
        let kept = delivery.edits.iter().find_map(|edit| match edit {
            Edit::KeepOnly { headers } => Some(headers.clone()),
            _ => None,
        });
        let names: Vec<String> = kept.unwrap().into_iter().map(|kept| kept.name).collect();
        assert_eq!(names, OUTSIDE.map(|row| row.name), "{delivery}");
    }
}

#[test]
fn every_delivery_takes_blind_copies_out() {
    let verified = Evidence::new(EvidenceKind::MtaStsEnforce, Transport::Verified, Timestamp::EPOCH);
    let by_tls = decide(
        "",
        &Content::default(),
        Recipient::new("bob@example.org").unwrap().evidence(verified),
    );
    assert_eq!(by_tls.method, Some(Method::Tls));
    let fallback = by_tls.fallback.clone().unwrap();
    let all = sealed()
        .into_iter()
        .map(|delivery| delivery.edits)
        .chain([by_tls.edits, fallback.edits]);
    for edits in all {
        for name in ["Bcc", "Resent-Bcc"] {
            assert!(edits.contains(&Edit::remove(name)), "{edits:?}");
        }
    }
}

#[test]
fn a_fallback_that_seals_has_the_edits_of_a_sealed_delivery() {
    let verified = Evidence::new(EvidenceKind::MtaStsEnforce, Transport::Verified, Timestamp::EPOCH);
    let recipient = || Recipient::new("bob@example.org").unwrap().evidence(verified.clone());
    let delivery = decide("", &Content::default(), recipient());
    assert_eq!(delivery.method, Some(Method::Tls));
    let fallback = delivery.fallback.unwrap();
    assert_eq!(fallback.method, Some(Method::Portal));
    assert_eq!(fallback.edits, sealed()[0].edits);
    let strict = decide("[subject]\naction = 'return'", &Content::default(), recipient());
    assert_eq!(strict.method, Some(Method::Tls));
    let fallback = strict.fallback.unwrap();
    assert_eq!((fallback.action, fallback.method), (Action::Return, None));
    assert_eq!(fallback.outer(b"Subject: x\r\n\r\n"), None);
}

#[test]
fn a_subject_behind_the_limit_of_headers_was_not_judged_and_stays_inside() {
    let mut content = Content {
        complete: false,
        subject_level: sealwax::classify::Level::None,
        ..Content::default()
    };
    let replaced = |delivery: Delivery| {
        let is_subject = |edit: &Edit| matches!(edit, Edit::ReplaceSubject { .. });
        delivery.edits.iter().any(is_subject)
    };
    assert!(!replaced(decide(
        "",
        &content,
        Recipient::new("bob@example.org").unwrap()
    )));
    content.anomalies.insert("header-limit".into());
    assert!(replaced(decide(
        "",
        &content,
        Recipient::new("bob@example.org").unwrap()
    )));
}

#[test]
fn a_stream_is_what_the_policy_says_and_not_what_the_sender_wrote() {
    let text = "[[stream]]\nname = 'bulk'\nlabel = 'bulk'\n[defaults]\nstream = 'bulk'";
    let delivery = decide(
        text,
        &Content {
            complete: true,
            ..Content::default()
        },
        Recipient::new("bob@example.org").unwrap(),
    );
    let raw = b"To: bob@example.org\nSealwax-Stream: fast\nsealwax-stream : faster\n\nhi\n";
    assert_eq!(
        delivery.outer(raw).unwrap(),
        b"Sealwax-Stream: bulk\nTo: bob@example.org\n\nhi\n"
    );
}

/// Each field that the issue of a leaving header was seen in.
#[test]
fn what_raises_in_a_header_does_not_leave_in_it() {
    static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::with_profile("hipaa-2013").unwrap());
    for field in [
        "Thread-Topic: {}",
        "Comments: {}",
        "Keywords: {}",
        "Organization: {}",
        "Content-Description: {}",
        "X-Patient: {}",
        "To: \"{}\" <bob@example.org>",
        "Cc: {} <carl@example.org>",
        "Reply-To: \"{}\" <ann@clinic.example>",
        "From: \"{}\" <ann@clinic.example>",
        "Subject: {}",
    ] {
        let field = field.replace("{}", "MRN 38857281 diagnosed with diabetes");
        let raw = format!("{field}\r\nX-Other: y\r\n\r\nSee you at noon.\r\n");
        let transaction = Transaction::from("ann@clinic.example")
            .unwrap()
            .to("bob@example.org")
            .unwrap();
        let verdict = ENGINE.evaluate(raw.as_bytes(), &transaction, Timestamp::EPOCH).unwrap();
        let delivery = &verdict.deliveries[0];
        assert_eq!(delivery.method, Some(Method::Portal), "{field}");
        let outside = String::from_utf8(delivery.outer(raw.as_bytes()).unwrap()).unwrap();
        assert!(
            !outside.contains("38857281") && !outside.contains("diabetes"),
            "{outside}"
        );
        assert_eq!(outer::inner(raw.as_bytes()), raw.as_bytes());
    }
}

#[test]
fn the_allow_list_stands_in_the_documentation() {
    let page = include_str!("../../docs/OUTER.md");
    for row in OUTSIDE {
        let keeps = serde_json::to_value(row.keeps).unwrap();
        let keeps = keeps.as_str().unwrap();
        let line = format!("| `{}` | {keeps} | {} | {} |", row.name, row.reason, row.source);
        assert!(page.contains(&line), "{line}");
    }
    let (_, list) = page.split_once("## The allow-list").unwrap();
    let (list, _) = list.split_once("##").unwrap();
    let rows = list.lines().filter(|line| line.starts_with("| `")).count();
    assert_eq!(rows, OUTSIDE.len());
}

/// A field with something planted in it wherever a field can hold something.
fn field() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        4 => proptest::sample::select(NAMES).prop_map(str::to_owned),
        1 => "X-[A-Za-z]{1,9}",
        1 => "[A-Z][a-z]{0,6}(-[A-Z][a-z]{1,5})?",
    ];
    let value = proptest::sample::select(VALUES);
    let spacing = proptest::sample::select(&["", "", "", " ", "\t", " \t "][..]);
    let case = proptest::sample::select(&[0_u8, 0, 1, 2][..]);
    (name, spacing, value, case).prop_map(|(name, spacing, value, case)| {
        let name = match case {
            0 => name,
            1 => name.to_ascii_lowercase(),
            _ => name.to_ascii_uppercase(),
        };
        format!("{name}{spacing}:{value}")
    })
}

/// A header block of such fields, with line ends of a kind and what else is found between fields.
fn block() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        12 => field(),
        1 => proptest::sample::select(&["canary without colon", " canary first", ">From canary: x", "\rcanary: y"][..])
            .prop_map(str::to_owned),
    ];
    let end = proptest::sample::select(&["\r\n", "\r\n", "\n", "\r"][..]);
    (proptest::collection::vec(piece, 0..12), end).prop_map(|(pieces, end)| {
        let block: String = pieces.iter().map(|piece| piece.replace('\n', end) + end).collect();
        format!("{block}{end}canary in the body{end}")
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn nothing_that_was_planted_in_a_header_stands_outside_of_the_seal(raw in block()) {
        static SEALED: LazyLock<Vec<Delivery>> = LazyLock::new(sealed);
        for delivery in SEALED.iter() {
            let outside = delivery.outer(raw.as_bytes()).unwrap();
            let outside = String::from_utf8(outside).unwrap();
            prop_assert!(!outside.to_ascii_lowercase().contains("canary"), "{outside:?}");
            prop_assert!(!outside.contains("Y2FuYXJ5"), "{outside:?}");
            let entity = "MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nsealed\r\n";
            let whole = format!("{outside}{entity}");
            let message = Message::parse(whole.as_bytes(), &Limits::default());
            for header in message.headers() {
                let known = OUTSIDE.iter().map(|row| row.name).chain(["MIME-Version", "Content-Type"]);
                prop_assert_eq!(known.filter(|name| *name == header.name()).count(), 1, "{}", header.name());
            }
            prop_assert!(message.anomalies().is_empty(), "{whole:?} {:?}", message.anomalies());
        }
    }

    #[test]
    fn a_removed_header_is_gone_for_every_parser_and_all_else_stays(raw in block(), name in proptest::sample::select(NAMES)) {
        let edited = outer::apply(raw.as_bytes(), &[Edit::remove(name)]);
        let message = Message::parse(&edited, &Limits::default());
        prop_assert!(message.headers().iter().all(|header| !header.name().eq_ignore_ascii_case(name)), "{raw:?}");
        if let Some(other) = mail_parser::MessageParser::new().parse(&edited) {
            prop_assert!(other.headers().iter().all(|header| !header.name().eq_ignore_ascii_case(name)), "{raw:?}");
        }
        if let Ok((headers, _)) = mailparse::parse_headers(&edited) {
            prop_assert!(headers.iter().all(|header| !header.get_key_ref().trim().eq_ignore_ascii_case(name)), "{raw:?}");
        }
        let before = Message::parse(raw.as_bytes(), &Limits::default());
        let others: Vec<&[u8]> = before
            .headers()
            .iter()
            .filter(|header| !header.name().eq_ignore_ascii_case(name))
            .filter_map(|header| raw.as_bytes().get(header.raw()))
            .collect();
        let left: Vec<&[u8]> = message.headers().iter().filter_map(|header| edited.get(header.raw())).collect();
        // Where a line that is no field comes to stand first, a message has no header.
        let is_header = !edited.starts_with(b"canary without") && !edited.starts_with(b">From");
        if is_header && !raw.replace("\r\n", "").contains('\r') {
            prop_assert_eq!(left, others, "{:?}", raw);
        }
        prop_assert!(edited.ends_with(b"canary in the body\n") || edited.ends_with(b"canary in the body\r")
            || edited.ends_with(b"canary in the body\r\n"));
        prop_assert_eq!(outer::apply(&edited, &[Edit::remove(name)]), edited);
    }

    #[test]
    fn no_value_of_an_edit_ends_its_field(raw in block(), value in "\\PC{0,200}|[\\x00-\\x7f]{0,80}") {
        let edits = [
            Edit::AddHeader { name: "Added".into(), value: value.clone() },
            Edit::ReplaceSubject { value: value.clone() },
        ];
        let edited = outer::apply(raw.as_bytes(), &edits);
        let after = Message::parse(&edited, &Limits::default());
        let plain: String = value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let named = |name: &'static str| after.headers().iter().filter(move |header| header.name().eq_ignore_ascii_case(name));
        for name in ["Added", "Subject"] {
            prop_assert_eq!(named(name).count(), 1, "{:?} {:?}", &raw, &edited);
            let real: String = named(name).next().unwrap().value().split_whitespace().collect();
            prop_assert_eq!(real, plain.split_whitespace().collect::<String>(), "{:?}", &raw);
        }
    }

    #[test]
    fn any_bytes_are_edited_without_a_panic(raw in proptest::collection::vec(any::<u8>(), 0..200)) {
        for delivery in sealed() {
            let outside = delivery.outer(&raw).unwrap();
            prop_assert!(String::from_utf8(outside).is_ok());
        }
        let inner = outer::inner(&raw);
        prop_assert!(inner.len() <= raw.len() + 2);
    }
}

/// Names that are kept, removed, read or hidden somewhere.
const NAMES: &[&str] = &[
    "ARC-Seal",
    "Auto-Submitted",
    "Bcc",
    "Cc",
    "Comments",
    "Content-Description",
    "Content-Disposition",
    "Content-Type",
    "DKIM-Signature",
    "Date",
    "Disposition-Notification-To",
    "From",
    "Importance",
    "In-Reply-To",
    "Keywords",
    "List-Id",
    "List-Unsubscribe",
    "MIME-Version",
    "Message-ID",
    "Organization",
    "Received",
    "References",
    "Reply-To",
    "Resent-Bcc",
    "Resent-To",
    "Return-Path",
    "Sender",
    "Sensitivity",
    "Subject",
    "TLS-Required",
    "Thread-Index",
    "Thread-Topic",
    "To",
    "X-Mailer",
    "X-Patient",
];

/// Values with something planted in every place that a field has.
const VALUES: &[&str] = &[
    " canary",
    "",
    " ann@example.org",
    " Canary <ann@example.org>",
    " \"Canary, canary\" <ann@example.org>, carl@example.org (canary)",
    " ann@example.org (canary (canary@canary.example)), =?utf-8?Q?canary?= <b@example.org>",
    " Canary patients: ann@example.org, Carl Canary <carl@example.org>;",
    " =?utf-8?B?Y2FuYXJ5?= <ann@example.org>",
    " <@canary.example:ann@example.org> canary",
    " ann@example.org\n\tcanary, carl@example.org",
    " ann@example.org,\n canary\n <carl@example.org>",
    " canary\rcanary: canary",
    " a\rBcc: canary@canary.invalid canary <",
    " Sat, 21 Nov 2026 09:30:00 +0000 (canary)",
    " Sat, 21 Nov 2026 09:30:00 +0100",
    " 21 Nov 2026 canary 09:30:00 +0000",
    " auto-generated; owner=canary",
    " no (canary)",
    " <canary@clinic example>",
    " text/plain; name=\"canary\"",
    " \"canary\" \"canary@canary\"",
    " \"canary",
    " canary\0canary",
];
