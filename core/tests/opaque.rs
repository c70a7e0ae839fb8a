//! What cannot be read: each kind of content in each context, real files of a few bytes, and the texts that hosts read.
#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

mod common;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sealwax::classify::{Category, Level};
use sealwax::engine::{Engine, EvaluateErrorKind, PartTexts};
use sealwax::message::{Limits, Message, OpaqueKind, PartState};
use sealwax::policy::{Content, Policy, Resources};
use sealwax::{Timestamp, Transaction};

/// A page of 100 by 100 dots, white, as a fax server writes it (TIFF 6.0: one strip, no compression).
fn tiff() -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: u32| {
        [
            &tag.to_le_bytes()[..],
            &kind.to_le_bytes(),
            &count.to_le_bytes(),
            &value.to_le_bytes(),
        ]
        .concat()
    };
    let entries = [
        entry(256, 3, 1, 100),
        entry(257, 3, 1, 100),
        entry(258, 3, 1, 1),
        entry(259, 3, 1, 1),
        entry(262, 3, 1, 0),
        entry(273, 4, 1, 110),
        entry(278, 3, 1, 100),
        entry(279, 4, 1, 1_300),
    ];
    let head = [b"II*\0".as_slice(), &8_u32.to_le_bytes(), &8_u16.to_le_bytes()].concat();
    [head, entries.concat(), 0_u32.to_le_bytes().to_vec(), vec![0; 1_300]].concat()
}

/// A picture of one colour. The check sums are left out, as no reader of a header looks at them.
fn png(width: u32, height: u32) -> Vec<u8> {
    let head: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR";
    let tail: &[u8] = b"\x01\0\0\0\0\0\0\0\0\0\0\0\0IEND\xae\x42\x60\x82";
    [head, &width.to_be_bytes(), &height.to_be_bytes(), tail].concat()
}

/// A tenth of a second of silence at 8 kHz.
fn wav() -> Vec<u8> {
    let samples = [128; 800];
    let format = b"\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0";
    [
        b"RIFF\x44\x03\0\0WAVEfmt \x10\0\0\0".as_slice(),
        format,
        b"data\x20\x03\0\0",
        &samples,
    ]
    .concat()
}

/// A film of no frame.
fn mp4() -> Vec<u8> {
    b"\0\0\0\x18ftypisom\0\0\x02\0isomiso2\0\0\0\x08mdat".to_vec()
}

/// A page that shows a picture of 1,000 by 1,400 dots, and the text, where there is one.
fn pdf(text: Option<&str>) -> Vec<u8> {
    let page = text.map_or_else(
        || "q 612 0 0 792 0 0 cm /Im Do Q".to_owned(),
        |text| format!("BT /F 12 Tf 72 700 Td ({text}) Tj ET"),
    );
    format!(
        "%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n\
         3 0 obj\n<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</XObject<</Im 5 0 R>>/Font<</F 6 0 R>>>>>>\nendobj\n\
         4 0 obj\n<</Length {}>>\nstream\n{page}\nendstream\nendobj\n\
         5 0 obj\n<</Type/XObject/Subtype/Image/Width 1000/Height 1400/BitsPerComponent 1/ColorSpace/DeviceGray\
         /Filter/DCTDecode/Length 4>>\nstream\n\u{1}\u{2}\u{3}\u{4}\nendstream\nendobj\n\
         6 0 obj\n<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>\nendobj\n\
         trailer\n<</Root 1 0 R>>\n%%EOF\n",
        page.len()
    )
    .into_bytes()
}

/// A message with this text and these attachments, each with its type and disposition.
fn message(subject: &str, text: &str, attachments: &[(&str, &str, &[u8])]) -> Vec<u8> {
    let mut raw = format!(
        "From: ann@clinic.example\r\nTo: bob@example.org\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n{text}\r\n"
    );
    for (kind, disposition, content) in attachments {
        let _infallible = write!(
            raw,
            "--b\r\nContent-Type: {kind}\r\nContent-Disposition: {disposition}\r\n\
             Content-Transfer-Encoding: base64\r\n\r\n{}\r\n",
            STANDARD.encode(content)
        );
    }
    (raw + "--b--\r\n").into_bytes()
}

fn engine() -> Engine {
    Engine::builder().policy_toml("").build().unwrap()
}

const PLAIN: &str = "The committee meets on Thursday at noon in the large room; please bring the minutes of last week.";
const HEALTH: &str =
    "The committee meets on Thursday at noon; on the agenda are diabetes and its treatment, and the budget.";

#[test]
fn each_kind_raises_beside_words_of_health_and_alone_and_not_in_other_mail() {
    let engine = engine();
    let (small, large) = (png(200, 60), png(1_280, 960));
    let (tiff, wav, mp4) = (tiff(), wav(), mp4());
    let (scan, mixed) = (
        pdf(None),
        pdf(Some("The annual report of the society of friends of the park.")),
    );
    for (what, kind, file, expected, complete) in [
        ("image/png", "inline", &small, &[OpaqueKind::Decoration][..], true),
        ("image/png", "attachment", &small, &[OpaqueKind::Picture], true),
        ("image/png", "inline", &large, &[OpaqueKind::Picture], true),
        (
            "application/octet-stream",
            "attachment",
            &large,
            &[OpaqueKind::Picture],
            true,
        ),
        ("image/tiff", "inline", &tiff, &[OpaqueKind::Fax], true),
        ("audio/wav", "attachment", &wav, &[OpaqueKind::Sound], true),
        ("video/mp4", "attachment", &mp4, &[OpaqueKind::Film], true),
        (
            "application/pdf",
            "attachment",
            &scan,
            &[OpaqueKind::Picture, OpaqueKind::Scan],
            false,
        ),
        ("application/pdf", "attachment", &mixed, &[OpaqueKind::Picture], true),
    ] {
        let attachments = [(what, kind, file.as_slice())];
        let found = |subject: &str, text: &str| {
            let raw = message(subject, text, &attachments);
            let parsed = Message::parse(&raw, &Limits::default());
            let kinds: BTreeSet<OpaqueKind> = parsed.opaque().iter().map(|opaque| opaque.kind).collect();
            assert_eq!(kinds, expected.iter().copied().collect(), "{what}");
            let scan = engine.scan(&raw);
            assert_eq!(scan.complete, complete, "{what}");
            scan.classification
        };
        let counts = expected.iter().any(|kind| kind.may_tell());
        assert!(!found("minutes", PLAIN).is(&Category::Phi), "{what} in other mail");
        let beside = found("minutes", HEALTH);
        assert_eq!(
            beside.is(&Category::Phi),
            counts,
            "{what} beside words of health: {:?}",
            beside.reasons
        );
        assert_eq!(
            found("diabetes", PLAIN).is(&Category::Phi),
            counts,
            "{what} below a subject of health"
        );
        let has_text = what == "application/pdf" && complete;
        let alone = found("hello", "Sent from my phone");
        assert_eq!(alone.is(&Category::Phi), !has_text, "{what} alone: {:?}", alone.reasons);
        assert!(!alone.is(&Category::Phi) || alone.level == Level::Sensitive);
        assert!(!alone.implied_phi && !beside.implied_phi);
    }
}

#[test]
fn words_of_health_without_anything_unread_are_no_phi() {
    assert!(
        !engine()
            .scan(&message("minutes", HEALTH, &[]))
            .classification
            .is(&Category::Phi)
    );
    assert!(
        !engine()
            .scan(&message("hello", "", &[]))
            .classification
            .is(&Category::Phi)
    );
}

#[test]
fn everything_of_a_health_sender_raises_whatever_it_holds() {
    let policy = "[[sender]]\nname = 'ward'\nmembers = ['clinic.example']\nhealth = true";
    let engine = Engine::builder().policy_toml(policy).build().unwrap();
    let transaction = Transaction::from("ann@clinic.example")
        .unwrap()
        .to("bob@example.org")
        .unwrap();
    let raw = message("minutes", PLAIN, &[("image/tiff", "attachment", &tiff())]);
    let verdict = engine.evaluate(&raw, &transaction, Timestamp::EPOCH).unwrap();
    assert!(verdict.classification.is(&Category::Phi));
}

#[test]
fn pictures_in_archives_and_in_the_text_of_pages_are_seen() {
    let page = format!(
        "From: a@clinic.example\r\nSubject: s\r\nContent-Type: text/html\r\n\r\n<p>{HEALTH}</p>\
         <img src=\"data:image/png;base64,{}\">\r\n",
        STANDARD.encode(png(640, 480))
    );
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    zip.start_file("fax.tif", options).unwrap();
    std::io::Write::write_all(&mut zip, &tiff()).unwrap();
    let archive = zip.finish().unwrap().into_inner();
    let packed = message("s", HEALTH, &[("application/zip", "attachment", &archive)]);
    let referred = page.replace("data:", "d&#x61;ta&#58;");
    for (raw, kind) in [
        (page.into_bytes(), OpaqueKind::Picture),
        (referred.into_bytes(), OpaqueKind::Picture),
        (packed, OpaqueKind::Fax),
    ] {
        let parsed = Message::parse(&raw, &Limits::default());
        let found = &parsed.opaque()[0];
        assert_eq!((found.kind, found.is_whole), (kind, false));
        assert!(engine().scan(&raw).classification.is(&Category::Phi), "{kind}");
    }
}

#[test]
fn a_rule_names_a_kind_and_no_rule_its_absence() {
    let policy = "[[rule]]\nid = 'faxes'\nwhen = { opaque = ['fax', 'scan'] }\nrequire = { message = 'sealed' }";
    let policy = Policy::from_toml(policy, &Resources::new()).unwrap();
    let transaction = Transaction::from("ann@clinic.example")
        .unwrap()
        .to("bob@example.org")
        .unwrap();
    for kind in OpaqueKind::ALL {
        let content = Content {
            complete: true,
            subject_level: Level::None,
            opaque: [kind].into(),
            ..Content::default()
        };
        let delivery = policy
            .decide(&content, &transaction, Timestamp::EPOCH)
            .unwrap()
            .remove(0);
        let named = matches!(kind, OpaqueKind::Fax | OpaqueKind::Scan);
        assert_eq!(delivery.why.iter().any(|why| why.rule == "faxes"), named, "{kind}");
    }
    let error = Policy::from_toml(
        "[[rule]]\nid = 'x'\nwhen = { opaque = 'photo' }\nrequire = { message = 'sealed' }",
        &Resources::new(),
    )
    .unwrap_err();
    assert_eq!(error.line(), Some(3));
    assert!(error.to_string().contains("photo"), "{error}");
}

/// The texts that the host read, by section number.
fn texts(pairs: &[(&str, &str)]) -> PartTexts {
    let mut texts = PartTexts::new();
    for (part, text) in pairs {
        texts.add(part.parse().unwrap(), text);
    }
    texts
}

#[test]
fn a_text_that_the_host_read_is_scanned_in_its_part_and_settles_what_was_unread() {
    let engine = engine();
    for (what, file) in [
        ("image/tiff", tiff()),
        ("image/png", png(1_280, 960)),
        ("audio/wav", wav()),
        ("application/pdf", pdf(None)),
    ] {
        let raw = message("minutes", HEALTH, &[(what, "attachment", &file)]);
        let harmless = engine.scan_with(&raw, &texts(&[("2", "A map of the park.")])).unwrap();
        assert!(harmless.complete, "{what}: {:?}", harmless.anomalies);
        assert!(
            !harmless.classification.is(&Category::Phi),
            "{what}: {:?}",
            harmless.classification.reasons
        );
        let telling = engine
            .scan_with(&raw, &texts(&[("2", "Patient Joan Dack, SSN 536-90-4399")]))
            .unwrap();
        assert!(telling.classification.is(&Category::Phi), "{what}");
        let number = telling.entities.iter().find(|entity| entity.label == "US_SSN").unwrap();
        assert_eq!(number.place.to_string(), "2");
        assert_eq!(number.code_points, Some(23..34));
    }
}

#[test]
fn a_text_without_a_word_settles_nothing_and_one_for_a_container_leaves_what_is_packed() {
    let engine = engine();
    let raw = message("minutes", HEALTH, &[("image/tiff", "attachment", &tiff())]);
    for text in ["", " \n\u{c}", "--- ..."] {
        let scan = engine.scan_with(&raw, &texts(&[("2", text)])).unwrap();
        assert!(scan.classification.is(&Category::Phi), "{text:?}");
    }
    let protected = message(
        "minutes",
        HEALTH,
        &[("application/octet-stream", "attachment", &[7, 0, 1, 2, 0, 255])],
    );
    let scan = engine
        .scan_with(&protected, &texts(&[("2", "A map of the park.")]))
        .unwrap();
    assert!(!scan.complete, "what is of no known format stays uninspectable");
}

#[test]
fn the_text_of_a_part_that_is_not_there_is_an_error() {
    let raw = message("minutes", PLAIN, &[("image/tiff", "attachment", &tiff())]);
    let transaction = Transaction::from("ann@clinic.example")
        .unwrap()
        .to("bob@example.org")
        .unwrap();
    for part in ["3", "2.1", "1.1"] {
        let error = engine()
            .evaluate_with(&raw, &texts(&[(part, "a map")]), &transaction, Timestamp::EPOCH)
            .unwrap_err();
        assert_eq!(error.kind(), EvaluateErrorKind::UnknownPart, "{part}");
    }
}

#[test]
fn a_feed_forgets_what_the_host_read_in_the_message_before() {
    let transaction = || {
        Transaction::from("ann@clinic.example")
            .unwrap()
            .to("bob@example.org")
            .unwrap()
    };
    let raw = message("minutes", HEALTH, &[("image/tiff", "attachment", &tiff())]);
    let mut feed = engine().feed(transaction());
    feed.part_text("2".parse().unwrap(), "A map of the park.").unwrap();
    feed.raw(&raw).unwrap();
    assert!(!feed.finish(Timestamp::EPOCH).unwrap().classification.is(&Category::Phi));
    feed.reset(transaction());
    feed.raw(&raw).unwrap();
    assert!(feed.finish(Timestamp::EPOCH).unwrap().classification.is(&Category::Phi));
    assert!(!format!("{feed:?}").contains("park"));
}

#[test]
fn states_of_parts_follow_what_was_read() {
    let raw = message(
        "minutes",
        PLAIN,
        &[
            ("image/tiff", "attachment", &tiff()),
            ("application/pdf", "attachment", &pdf(None)),
        ],
    );
    let mut message = Message::parse(&raw, &Limits::default());
    let state = |message: &Message, part: &str| {
        let path = part.parse().unwrap();
        message
            .parts()
            .iter()
            .find(|part| *part.path() == path)
            .unwrap()
            .state()
    };
    assert_eq!(
        (state(&message, "2"), state(&message, "3")),
        (PartState::Opaque, PartState::Uninspectable)
    );
    assert!(
        message.add_part_text(&"2".parse().unwrap(), "a map") && message.add_part_text(&"3".parse().unwrap(), "a map")
    );
    assert_eq!(
        (state(&message, "2"), state(&message, "3")),
        (PartState::Inspected, PartState::Inspected)
    );
    assert!(message.is_complete());
}

#[test]
fn ordinary_mail_without_words_of_health_is_hardly_ever_raised_by_what_is_in_it() {
    let Some(folder) = common::shared("data/eval/dev/messages/eml") else {
        return;
    };
    let engine = engine();
    let (mut messages, mut raised) = (0_u32, 0_u32);
    for path in common::files_below(&folder) {
        let scan = engine.scan(&std::fs::read(path).unwrap());
        messages += 1;
        raised += u32::from(
            scan.classification
                .reasons
                .iter()
                .any(|reason| reason.contains("nobody read it")),
        );
    }
    assert!(messages > 0 && raised * 1_000 <= messages, "{raised} of {messages}");
}
