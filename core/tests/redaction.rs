//! Redaction: what was taken out is in no view of the result, and nothing more is found there.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::OnceLock;

use proptest::prelude::*;
use sealwax::Engine;
use sealwax::crypto::HashKey;
use sealwax::message::{Limits, Message, PartState};
use sealwax::redact::Redaction;

fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| Engine::with_profile("hipaa-2013").unwrap())
}

fn key() -> HashKey {
    HashKey::from_bytes(&[7; 32])
}

fn every_mode() -> [Redaction; 4] {
    [
        Redaction::mask(),
        Redaction::pseudonyms(key()),
        Redaction::remove(),
        Redaction::by_type(),
    ]
}

/// The letters and digits of every view of every text of a message.
fn everything_in(raw: &[u8]) -> String {
    let message = Message::parse(raw, &Limits::default());
    let views = message.units().iter().flat_map(|unit| {
        let mut views: Vec<String> = unit.views().iter().map(|view| view.text().to_owned()).collect();
        views.push(unit.text().to_owned());
        views
    });
    let texts: String = views.collect();
    texts
        .chars()
        .filter(|character| character.is_alphanumeric())
        .collect::<String>()
        .to_lowercase()
}

const MESSAGE: &str = "From: =?utf-8?Q?Zo=C3=AB_King?= <zoe.king@clinic.example>\r\n\
    To: Bob Ray <bob.ray@example.org>, amy@example.org\r\n\
    Subject: =?utf-8?B?TVJOIDM4ODU3Mjgx?=\r\n\
    Date: Mon, 16 Mar 2026 09:30:00 +0100\r\n\
    X-Patient: SSN 536-90-4399\r\n\
    Message-ID: <38857281@clinic.example>\r\n\
    Content-Type: multipart/mixed; boundary=a\r\n\r\n\
    MRN 38857281 in the preamble\r\n\
    --a\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n\
    --b\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
    Caf=E9: her SSN is 536-=\r\n90-4399, MRN 38857281.\r\n\
    --b\r\nContent-Type: text/html\r\n\r\n\
    <p>SSN 536-<b>90</b>-4399</p><!-- MRN 38857281 -->\r\n\
    --b--\r\n\
    --a\r\nContent-Type: text/csv; name=\"38857281.csv\"\r\nContent-Disposition: attachment\r\n\r\n\
    name,ssn\r\nAnn Lee,536904399\r\n\
    --a\r\nContent-Type: image/png; name=\"ann.png\"\r\nContent-Transfer-Encoding: base64\r\n\r\n\
    iVBORw0KGgo=\r\n\
    --a\r\nContent-Type: message/rfc822\r\n\r\n\
    Subject: MRN 38857281\r\n\r\ninner MRN 38857281\r\n\
    --a--\r\n";

#[test]
fn nothing_of_a_value_is_left_in_any_view_of_a_message() {
    for redaction in every_mode() {
        let (raw, summary) = engine().redact(MESSAGE.as_bytes(), &redaction).unwrap();
        let left = everything_in(&raw);
        for value in ["536904399", "38857281", "annlee", "zoeking", "bobray"] {
            assert!(!left.contains(value), "{redaction:?}: {value} in {left}");
        }
        let found = engine().scan(&raw);
        assert!(found.complete);
        assert!(
            !found
                .entities
                .iter()
                .any(|entity| ["US_SSN", "MRN"].contains(&entity.label.as_str()))
        );
        assert_eq!(summary.removed.len(), 1);
        assert_eq!(
            (summary.removed[0].part.to_string().as_str(), summary.removed[0].kind),
            ("3", "image")
        );
    }
}

#[test]
fn the_result_is_a_message_that_reads_without_an_anomaly() {
    let (raw, _) = engine().redact(MESSAGE.as_bytes(), &Redaction::by_type()).unwrap();
    let message = Message::parse(&raw, &Limits::default());
    assert_eq!(message.anomalies(), []);
    assert!(message.parts().iter().all(|part| part.state() == PartState::Inspected));
    let kinds: Vec<_> = message
        .parts()
        .iter()
        .map(sealwax::message::Part::content_type)
        .collect();
    assert_eq!(
        kinds,
        [
            "multipart/mixed",
            "multipart/alternative",
            "text/plain",
            "text/html",
            "text/csv",
            "text/plain",
            "multipart/mixed",
            "text/plain"
        ]
    );
    let texts: Vec<_> = message.units().iter().map(sealwax::message::TextUnit::text).collect();
    assert!(
        texts
            .iter()
            .any(|text| text.contains("Café: her SSN is [US_SSN], MRN [MRN].")),
        "{texts:?}"
    );
    assert!(
        texts.iter().any(|text| text.contains("name,ssn\n[PERSON],[US_SSN]")),
        "{texts:?}"
    );
    let text = String::from_utf8_lossy(&raw);
    assert!(
        text.contains(
            "To: redacted@redacted.invalid\r\nDate: Thu, 1 Jan 2026 00:00:00 +0000\r\nSubject: MRN [MRN]\r\n"
        ),
        "{text}"
    );
}

#[test]
fn participants_stay_when_asked_for() {
    let (raw, _) = engine()
        .redact(MESSAGE.as_bytes(), &Redaction::by_type().keep_participants())
        .unwrap();
    let message = Message::parse(&raw, &Limits::default());
    assert_eq!(
        message.header("From").unwrap().value(),
        "Zoë King <zoe.king@clinic.example>"
    );
    assert_eq!(
        message.header("To").unwrap().value(),
        "Bob Ray <bob.ray@example.org>, amy@example.org"
    );
    assert_eq!(
        message.header("Date").unwrap().value(),
        "Mon, 16 Mar 2026 09:30:00 +0100"
    );
}

#[test]
fn a_part_that_holds_a_file_is_taken_out_as_a_whole() {
    let raw = "Subject: x\r\n\r\nhello\r\nbegin 644 a.txt\r\n*4U-.(#4S-BTY,\"TT,SDY\r\n`\r\nend\r\n";
    let (raw, summary) = engine().redact(raw.as_bytes(), &Redaction::by_type()).unwrap();
    assert_eq!(summary.removed.len(), 1);
    assert!(!String::from_utf8_lossy(&raw).contains("4U-"));
}

#[test]
fn a_pseudonym_is_stable_and_another_key_gives_another() {
    let redact = |text: &str, key: [u8; 32]| {
        let redaction = Redaction::pseudonyms(HashKey::from_bytes(&key));
        engine().redact_text(text, &redaction).unwrap().0
    };
    let first = redact("MRN 38857281", [7; 32]);
    assert_eq!(first, redact("MRN 3885-7281", [7; 32]));
    assert_ne!(first, redact("MRN 38857282", [7; 32]));
    assert_ne!(first, redact("MRN 38857281", [8; 32]));
}

#[test]
fn shifted_dates_keep_their_interval() {
    let redaction = Redaction::by_type().shift_dates(&key(), "patient 7");
    let text = "DOB: 1975-05-15. Admission date: 2026-03-01, discharge date: 2026-03-11.";
    let (moved, _) = engine().redact_text(text, &redaction).unwrap();
    assert!(!moved.contains("2026-03-01") && !moved.contains('['), "{moved}");
    let days: Vec<jiff::civil::Date> = moved
        .split([' ', ',', '.'])
        .filter_map(|word| word.parse().ok())
        .collect();
    assert_eq!(days.len(), 3, "{moved}");
    assert_eq!((days[2] - days[1]).get_days(), 10);
}

#[test]
fn kept_labels_and_words_of_health_stay() {
    let text = "call 503-555-0142 about diabetes, SSN 536-90-4399";
    let (left, _) = engine()
        .redact_text(text, &Redaction::by_type().keep("PHONE_NUMBER"))
        .unwrap();
    assert_eq!(left, "call 503-555-0142 about diabetes, SSN [US_SSN]");
}

#[test]
fn a_label_with_a_row_of_values_comes_to_an_end() {
    for redaction in every_mode() {
        let text = format!("MRN {}", "38857281 48857282 ".repeat(200));
        let (left, _) = engine().redact_text(&text, &redaction).unwrap();
        assert!(!left.contains("8857281"), "{left}");
    }
}

#[test]
fn records_lose_names_addresses_codes_and_references_by_their_place() {
    const BUNDLE: &str = r#"{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":"p77x","identifier":[
        {"system":"urn:oid:1.2","value":"A00482913"}],"name":[{"family":"okafor","given":["Rosalind","Ada"]}],
        "address":[{"line":["Erewhon 534"],"city":"Springfield","state":"IL","postalCode":"62704"}],
        "telecom":[{"system":"phone","value":"555-0147"}]}},{"resource":{"resourceType":"Condition","code":{"text":"diabetes"},
        "subject":{"reference":"Patient/p77x","display":"R. Okafor"},"onsetDateTime":"2026-03-01T10:00:00Z"}}]}"#;
    const XML: &str = "<Patient><id value=\"p77x\"/><identifier><value value=\"A00482913\"/></identifier><name><family \
        value=\"okafor\"/><given value=\"Rosalind\"/></name><address><city value=\"Springfield\"/><postalCode \
        value=\"62704\"/></address></Patient>";
    const SEGMENTS: &str = "PID|1||A00482913^^^LAKE^MR||okafor^Rosalind^A||19640715|F|||Erewhon 534^^Springfield^IL^62704\r\n\
        NK1|1|okafor^Ada|SPO|Erewhon 534^^Springfield^IL^62704\n\
        NM1*QC*1*okafor*Rosalind*A***MI*A00482913~N3*Erewhon 534~N4*Springfield*IL*62704~\n";
    const TABLE: &str = "first name,last name,zip code,city\nRosalind,Okafor,62704,Springfield\n";
    let minified: String = BUNDLE.split_inclusive(['{', ',']).map(str::trim).collect();
    let quoted = BUNDLE.replace('\n', "\n> ");
    let within = serde_json::json!({ "body": minified }).to_string();
    for text in [BUNDLE, &minified, &quoted, &within, XML, SEGMENTS, TABLE] {
        for redaction in every_mode() {
            let (left, _) = engine().redact_text(text, &redaction).unwrap();
            let small = left.to_lowercase();
            for value in [
                "okafor",
                "rosalind",
                "springfield",
                "62704",
                "p77x",
                "a00482913",
                "erewhon",
                "0147",
                "2026-03-01",
            ] {
                assert!(!small.contains(value), "{redaction:?}: {value} in {left}");
            }
            // A record that is a string of another one goes as a whole.
            let stays = text.contains("diabetes") && text != within;
            assert!(!stays || small.contains("diabetes"), "{left}");
        }
    }
}

#[test]
fn whoever_was_named_goes_again_by_each_name() {
    let redact = |text: &str| engine().redact_text(text, &Redaction::by_type()).unwrap().0;
    assert_eq!(
        redact("Rosalind Okafor has diabetes. I told okafor's son, and ROSALIND, too."),
        "[PERSON] has diabetes. I told [PERSON]'s son, and [PERSON], too."
    );
    assert_eq!(
        redact("Darnell Crowfoot called. Crowfoot has Parkinson's disease."),
        "[PERSON] called. [PERSON] has Parkinson's disease."
    );
    assert_eq!(
        redact("Mr. Stone passed a stone. We told Stone so."),
        "Mr. [PERSON] passed a stone. We told [PERSON] so."
    );
    let raw =
        "From: a@x.example\r\nTo: Rosalind Okafor <r@x.example>\r\nSubject: hello\r\n\r\nokafor, are you there?\r\n";
    let (left, _) = engine().redact(raw.as_bytes(), &Redaction::by_type()).unwrap();
    assert!(
        String::from_utf8(left)
            .unwrap()
            .ends_with("\r\n\r\n[PERSON], are you there?\r\n")
    );
}

#[test]
fn a_placeholder_is_nobody_s_and_announces_only_what_stands_right_behind_it() {
    let labels = |text: &str| -> Vec<String> {
        let entities = engine().scan_text(text).entities.into_iter();
        entities.map(|entity| entity.label).collect()
    };
    for text in [
        "Badge [HEALTH_PLAN_ID] of the plan",
        "[US_SSN:bcdfghjklmnpqrst], [MEDICAL_LICENSE] and [PERSON]",
        "See [MRN] again, or 47112249 of them",
        "{\"city\":\"[CITY]\",\"state\":\"IL\"}",
    ] {
        assert_eq!(labels(text), [""; 0], "{text}");
    }
    assert_eq!(labels("[MRN] 47112249"), ["MRN"]);
    assert_eq!(labels("MRN [MRN] 47112249"), ["MRN"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn after_redaction_a_scan_finds_none_of_it(
        words in prop::collection::vec(
            prop_oneof![
                Just("SSN 536-90-4399"), Just("MRN: 38857281"), Just("4111 1111 1111 1111"), Just("Ann Lee"),
                Just("ann@example.org"), Just("DOB 05/15/1975"), Just("(503) 555-0142"), Just("５３６９０４３９９"),
                Just("diabetes"), Just("Mr. John Smith"), Just("536\u{200b}-90-43\n> 99"), Just("[US_SSN]"),
                Just("[MRN"), Just("12 North Main Street, Springfield, IL 62704"), Just("patient:"), Just("\n"),
            ],
            0..12,
        ),
        mode in 0..4_usize,
    ) {
        let redaction = &every_mode()[mode];
        let text = words.join(" ");
        let (left, summary) = engine().redact_text(&text, redaction).unwrap();
        let (again, more) = engine().redact_text(&left, redaction).unwrap();
        prop_assert_eq!(&left, &again);
        prop_assert!(more.redacted.is_empty());
        let squeezed: String = left.chars().filter(|c| c.is_alphanumeric()).collect();
        for (label, value) in [("US_SSN", "536904399"), ("CREDIT_CARD", "4111111111111111"), ("MRN", "38857281")] {
            prop_assert!(!summary.redacted.contains_key(label) || !squeezed.contains(value), "{}", left);
        }
        let raw = format!("Subject: {}\r\n\r\n{text}\r\n", words.first().unwrap_or(&"").trim());
        let (redacted, _) = engine().redact(raw.as_bytes(), redaction).unwrap();
        let (stable, more) = engine().redact(&redacted, redaction).unwrap();
        prop_assert_eq!(redacted, stable);
        prop_assert!(more.redacted.is_empty());
    }
}
