use super::*;

fn parse(raw: &str) -> Message {
    Message::parse(raw.as_bytes(), &Limits::default())
}

fn tree(message: &Message) -> Vec<String> {
    message
        .parts()
        .iter()
        .map(|part| format!("{} {}", part.path(), part.content_type()))
        .collect()
}

fn bodies(message: &Message) -> Vec<(String, &str)> {
    let units = message
        .units()
        .iter()
        .filter(|unit| matches!(unit.place(), Place::Part(_)) && unit.member().is_none());
    units.map(|unit| (unit.place().to_string(), unit.text())).collect()
}

fn kinds(raw: &str) -> Vec<AnomalyKind> {
    parse(raw).anomalies().iter().map(|anomaly| anomaly.kind).collect()
}

/// The example of RFC 9051, section 6.4.5.1, cut to its tree.
const RFC_9051: &str = "Content-Type: multipart/mixed; boundary=a\n\n--a\n\none\n--a\nContent-Type: application/octet-stream\n\ntwo\n\
--a\nContent-Type: message/rfc822\n\nSubject: in\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n3.1\n--b\n\n3.2\n--b--\n\
--a\nContent-Type: multipart/mixed; boundary=c\n\n--c\nContent-Type: image/gif\n\nGIF89a\0\n--c\nContent-Type: message/rfc822\n\n\
Content-Type: multipart/mixed; boundary=d\n\n--d\n\n4.2.1\n--d\nContent-Type: multipart/alternative; boundary=e\n\n\
--e\n\n4.2.2.1\n--e\n\n4.2.2.2\n--e--\n--d--\n--c--\n--a--\n";

#[test]
fn part_numbers_are_those_of_imap() {
    let message = parse(RFC_9051);
    let bodies = bodies(&message);
    for (place, text) in &bodies[2..] {
        assert_eq!(place, text);
    }
    let places: Vec<_> = bodies.iter().map(|(place, _)| place.as_str()).collect();
    assert_eq!(places, ["1", "2", "3.1", "3.2", "4.2.1", "4.2.2.1", "4.2.2.2"]);
    assert!(message.is_complete(), "{:?}", message.anomalies());
}

#[test]
fn the_only_body_of_a_message_is_part_1_also_when_it_is_embedded() {
    assert_eq!(tree(&parse("Subject: a\n\nbody")), ["1 text/plain"]);
    let forwarded = "Content-Type: message/rfc822\n\nSubject: inner\n\nbody";
    assert_eq!(tree(&parse(forwarded)), ["1 message/rfc822", "1.1 text/plain"]);
    let subject = parse(forwarded)
        .units()
        .iter()
        .find(|unit| unit.text() == "inner")
        .cloned()
        .unwrap();
    assert_eq!(
        (subject.place().to_string().as_str(), subject.member()),
        ("1", Some(":header:subject"))
    );
}

#[test]
fn each_part_knows_where_it_stands_in_the_raw_message() {
    let message = parse(RFC_9051);
    for (place, text) in bodies(&message) {
        let part = message
            .parts()
            .iter()
            .find(|part| part.path().to_string() == place && !part.is_composite())
            .unwrap();
        assert_eq!(RFC_9051.get(part.body().unwrap()), Some(text));
        assert!(RFC_9051.get(part.raw().unwrap()).unwrap().ends_with(text));
    }
}

#[test]
fn transfer_encodings_and_charsets_are_undone_and_line_ends_are_lf() {
    let rows = [
        ("base64", "utf-8", "Y2Fmw6kNCmI=", "café\nb"),
        ("quoted-printable", "iso-8859-1", "caf=E9=\r\n!\r\n", "café!\n"),
        ("8bit", "utf-8", "café\r\n", "café\n"),
    ];
    for (encoding, charset, body, text) in rows {
        let raw = format!(
            "Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{body}"
        );
        assert_eq!(bodies(&parse(&raw)), [("1".to_owned(), text)]);
    }
}

#[test]
fn a_digest_holds_messages_by_default() {
    let raw = "Content-Type: multipart/digest; boundary=a\n\n--a\n\nSubject: x\n\nbody\n--a--\n";
    assert_eq!(
        tree(&parse(raw)),
        [" multipart/digest", "1 message/rfc822", "1.1 text/plain"]
    );
}

#[test]
fn an_outer_boundary_ends_an_inner_part() {
    let raw = "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--a\n\ny\n--a--\n";
    let message = parse(raw);
    assert_eq!(bodies(&message), [("1.1".to_owned(), "x"), ("2".to_owned(), "y")]);
    assert_eq!(message.anomalies()[0].kind, AnomalyKind::BoundaryUnclosed);
}

#[test]
fn a_multipart_that_yields_no_part_is_incomplete_and_its_text_is_scanned() {
    for raw in [
        "Content-Type: multipart/mixed; boundary=a\n\nSSN 219-09-9999",
        "Content-Type: multipart/mixed\n\nSSN 219-09-9999",
    ] {
        let message = parse(raw);
        assert!(!message.is_complete());
        assert!(message.units().iter().any(|unit| unit.text().contains("219-09-9999")));
    }
}

#[test]
fn pictures_are_opaque_and_unknown_binaries_are_not_complete() {
    let part = |content: &str| format!("Content-Type: image/png\nContent-Transfer-Encoding: base64\n\n{content}");
    let picture = parse(&part("iVBORw0KGgoAAAAN"));
    assert_eq!(picture.parts()[0].state(), PartState::Opaque);
    assert!(picture.is_complete());
    let unknown = parse(&part("AAECAwQFBgcICQ=="));
    assert_eq!(unknown.parts()[0].state(), PartState::Uninspectable);
    assert!(!unknown.is_complete());
}

#[test]
fn binary_content_that_calls_itself_text_is_scanned_and_not_complete() {
    let noise = b"SSN 219-09-9999\0\x01\x02\x03";
    for head in ["", "Content-Type: text/plain\n", "Content-Type: text/html\n"] {
        let message = Message::parse(&[head.as_bytes(), b"\n", noise].concat(), &Limits::default());
        assert_eq!(message.parts()[0].state(), PartState::Uninspectable, "{head}");
        assert!(!message.is_complete() && message.units()[0].text().contains("219-09-9999"));
    }
    let wide = Message::parse(
        b"Content-Type: text/plain; charset=utf-16le\n\na\0b\0",
        &Limits::default(),
    );
    assert!(wide.is_complete() && wide.units()[0].text() == "ab");
}

#[test]
fn a_body_is_read_by_each_boundary_that_a_mail_program_may_take() {
    let rows = [
        "Content-Type: multipart/mixed; boundary=a; boundary=b",
        "Content-Type: multipart/mixed; boundary=a\nContent-Type: multipart/mixed; boundary=b",
        "Content-Type: text/plain\nContent-Type: multipart/mixed; boundary=b",
        "Content-Type: multipart/mixed; boundary=b; boundary*=utf-8''a",
    ];
    let part = "Content-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n<p>219=2D09=2D9999";
    for head in rows {
        let message = parse(&format!("{head}\n\n--a\n\none\n--b\n{part}\n--b--\n--a--\n"));
        let mut read = message
            .units()
            .iter()
            .filter(|unit| unit.member() == Some(":as-boundary"));
        assert!(read.any(|unit| unit.view().text().contains("219-09-9999")), "{head}");
    }
}

#[test]
fn a_file_name_is_scanned() {
    let message = parse("Content-Disposition: attachment; filename*=utf-8''Ren%C3%A9%20HIV.txt\n\nx");
    let name = message
        .units()
        .iter()
        .find(|unit| unit.member() == Some(":name"))
        .unwrap();
    assert_eq!(name.text(), "René HIV.txt");
}

#[test]
fn limits_make_the_scan_incomplete_and_are_named() {
    let nested = (0..100).fold(String::new(), |nested, n| {
        nested + &format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n")
    });
    assert!(kinds(&nested).contains(&AnomalyKind::DepthLimit));
    let wide = format!(
        "Content-Type: multipart/mixed; boundary=a\n\n{}",
        "--a\n\nx\n".repeat(10_001)
    );
    assert!(kinds(&wide).contains(&AnomalyKind::PartsLimit));
    let small = Limits {
        decoded_bytes: 3,
        ..Limits::default()
    };
    let message = Message::parse(b"\n12345", &small);
    assert!(!message.is_complete());
}

/// For each kind a message that has it; those of limits and archives stand in tests of their own.
const EXAMPLES: &[(AnomalyKind, &str)] = &[
    (
        AnomalyKind::Base64Malformed,
        "Content-Transfer-Encoding: base64\n\nZm*9v",
    ),
    (
        AnomalyKind::BoundaryConflict,
        "Content-Type: multipart/mixed; boundary=a; boundary=b\n\n--a\n\nx\n--a--\n",
    ),
    (
        AnomalyKind::BoundaryConflict,
        "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; boundary=a\n\n--a--\n",
    ),
    (
        AnomalyKind::BoundaryLookalike,
        "Content-Type: multipart/mixed; boundary=a\n\n--a\n\nx\n--a junk\n\ny\n--a--\n",
    ),
    (
        AnomalyKind::BoundaryMalformed,
        "Content-Type: multipart/mixed; boundary=\"\"\n\n--\n\nx\n----\n",
    ),
    (AnomalyKind::BoundaryMissing, "Content-Type: multipart/mixed\n\nx"),
    (
        AnomalyKind::BoundaryUnclosed,
        "Content-Type: multipart/mixed; boundary=a\n\n--a\n\nx",
    ),
    (
        AnomalyKind::CharsetGuessed,
        "Content-Type: text/plain; charset=utf-16\n\nplain text",
    ),
    (
        AnomalyKind::CharsetInvalid,
        "Content-Type: text/plain; charset=iso-2022-jp\n\n\u{1b}$Bx\u{e9}",
    ),
    (
        AnomalyKind::CharsetUnknown,
        "Content-Type: text/plain; charset=klingon\n\nx",
    ),
    (
        AnomalyKind::CharsetUtf7,
        "Content-Type: text/plain; charset=utf-7\n\n+AOk-",
    ),
    (
        AnomalyKind::CommentInField,
        "Content-Transfer-Encoding: base64 (really)\n\nZm9v",
    ),
    (
        AnomalyKind::ContentTypeDuplicate,
        "Content-Type: text/plain\nContent-Type: text/html\n\nx",
    ),
    (AnomalyKind::ContentTypeMalformed, "Content-Type: text\n\nx"),
    (AnomalyKind::ControlInHeader, "Subject: a\0b\n\nx"),
    (AnomalyKind::DuplicateHeader, "Subject: a\nSubject: b\n\nx"),
    (AnomalyKind::EncodedWordMalformed, "Subject: =?utf-8?X?a?=\n\nx"),
    (
        AnomalyKind::EncodedWordParameter,
        "Content-Type: text/plain; name=\"=?utf-8?Q?a?=\"\n\nx",
    ),
    (
        AnomalyKind::EncodingDuplicate,
        "Content-Transfer-Encoding: 7bit\nContent-Transfer-Encoding: base64\n\nZm9v",
    ),
    (
        AnomalyKind::EncodingGarbled,
        "Content-Transfer-Encoding: quoted-printable\n\n=XX=50=XX=50=XX=50=XX=50=XX=50",
    ),
    (
        AnomalyKind::EncodingOnComposite,
        "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nQTogYgoKeA==",
    ),
    (
        AnomalyKind::EncodingUnknown,
        "Content-Transfer-Encoding: x-base64\n\nZm9v",
    ),
    (
        AnomalyKind::EncryptedContent,
        "Content-Type: application/octet-stream\n\n-----BEGIN PGP MESSAGE-----\n",
    ),
    (
        AnomalyKind::ExternalBody,
        "Content-Type: message/external-body; access-type=url\n\nx",
    ),
    (
        AnomalyKind::FormatMismatch,
        "Content-Type: text/plain\n\nRar!\u{1a}\u{7}\0\0\0",
    ),
    (AnomalyKind::HeaderColonMissing, "Subject: a\nnonsense\n\nx"),
    (
        AnomalyKind::HeaderCut,
        "Content-Type: multipart/mixed; boundary=a\n\n--a\nX: y\n--a--\n",
    ),
    (AnomalyKind::HeaderFolded, "Subject: a\n Content-Type: text/html\n\nx"),
    (AnomalyKind::HeaderOnly, "Content-Type: multipart/mixed; boundary=a\n\n"),
    (
        AnomalyKind::Mailbox,
        "From a\nSubject: b\n\nx\n\nFrom a\nSubject: b\n\nx\n",
    ),
    (
        AnomalyKind::PartOutside,
        "Content-Type: multipart/mixed; boundary=a\n\nContent-Type: x/y\n\n--a\n\nx\n--a--\n",
    ),
    (AnomalyKind::HeaderSpaceBeforeColon, "Subject : a\n\nx"),
    (AnomalyKind::LineEndBare, "Subject: a\rX: b\n\nx"),
    (
        AnomalyKind::MultipartEmpty,
        "Content-Type: multipart/mixed; boundary=a\n\nx",
    ),
    (
        AnomalyKind::NameConflict,
        "Content-Type: text/plain; name=a.txt\nContent-Disposition: attachment; filename=a.exe\n\nx",
    ),
    (
        AnomalyKind::ParameterMalformed,
        "Content-Type: text/plain; name=\"a\n\nx",
    ),
    (
        AnomalyKind::PartialMessage,
        "Content-Type: message/partial; number=1\n\nx",
    ),
    (
        AnomalyKind::QuotedPrintableMalformed,
        "Content-Transfer-Encoding: quoted-printable\n\n=ZZ",
    ),
    (AnomalyKind::RescuedContent, "\nbegin 644 a\n#0V%T\n`\nend\n"),
    (AnomalyKind::SeparatorAmbiguous, "Subject: a\n \nx"),
    (AnomalyKind::SeparatorAmbiguous, "Subject: a\nSee below: x\n\nx"),
    (
        AnomalyKind::UnknownContent,
        "Content-Type: application/x\n\n\0\u{1}\u{2}\u{3}",
    ),
];

#[test]
fn each_example_has_its_anomaly_and_no_other_weight_than_its_own() {
    for (kind, raw) in EXAMPLES {
        assert!(kinds(raw).contains(kind), "{raw:?}: {:?}", kinds(raw));
        let blind = kinds(raw).iter().any(|kind| kind.severity() == Severity::Blind);
        assert_eq!(parse(raw).is_complete(), !blind, "{raw:?}");
    }
}

#[test]
fn raw_8_bit_headers_that_are_not_utf_8_are_named() {
    let message = Message::parse(b"Subject: na\xefve\n\nx", &Limits::default());
    assert_eq!(message.anomalies()[0].kind, AnomalyKind::HeaderUndeclared);
    assert_eq!(message.subject(), Some("naïve"));
}

#[test]
fn every_kind_has_an_example() {
    let elsewhere = [
        AnomalyKind::ArchiveConflict,
        AnomalyKind::ArchiveDamaged,
        AnomalyKind::ArchiveHidden,
        AnomalyKind::Cancelled,
        AnomalyKind::ExpansionLimit,
        AnomalyKind::HeaderUndeclared,
        AnomalyKind::ScannedPages,
        AnomalyKind::StrayContent,
    ];
    for kind in AnomalyKind::ALL {
        let is_limit = kind.name().ends_with("-limit");
        let has_example = EXAMPLES.iter().any(|(example, _)| example == kind);
        assert!(is_limit || elsewhere.contains(kind) || has_example, "{}", kind.name());
    }
}

#[test]
fn each_limit_is_named_when_it_is_reached() {
    let raw =
        b"Subject: a\nContent-Type: multipart/mixed; boundary=a; x=y; z=1\n\n--a\n\nbody one\n--a\n\nbody two\n--a--\n";
    let rows = [
        (
            Limits {
                message_bytes: 40,
                ..Limits::default()
            },
            AnomalyKind::MessageLimit,
        ),
        (
            Limits {
                header_bytes: 20,
                ..Limits::default()
            },
            AnomalyKind::HeaderLimit,
        ),
        (
            Limits {
                headers: 1,
                ..Limits::default()
            },
            AnomalyKind::HeaderLimit,
        ),
        (
            Limits {
                parameters: 2,
                ..Limits::default()
            },
            AnomalyKind::ParameterLimit,
        ),
        (
            Limits {
                depth: 0,
                ..Limits::default()
            },
            AnomalyKind::DepthLimit,
        ),
        (
            Limits {
                parts: 2,
                ..Limits::default()
            },
            AnomalyKind::PartsLimit,
        ),
        (
            Limits {
                decoded_bytes: 10,
                ..Limits::default()
            },
            AnomalyKind::DecodedLimit,
        ),
        (
            Limits {
                work: 10,
                ..Limits::default()
            },
            AnomalyKind::WorkLimit,
        ),
    ];
    for (limits, kind) in rows {
        let message = Message::parse(raw, &limits);
        assert!(
            message.anomalies().iter().any(|anomaly| anomaly.kind == kind),
            "{}",
            kind.name()
        );
        assert!(!message.is_complete());
    }
}

#[test]
fn any_bytes_give_a_message() {
    let noise: Vec<u8> = (0..100_000_u32)
        .map(|n| u8::try_from(n.wrapping_mul(2_654_435_761) >> 24).unwrap())
        .collect();
    for raw in [b"".as_slice(), b"\n", b"\r\n\r\n", b":", b"a", b"\xff\xfe", &noise] {
        assert!(!Message::parse(raw, &Limits::default()).parts().is_empty());
    }
    let whole = RFC_9051.as_bytes();
    for length in 0..whole.len() {
        assert!(!Message::parse(&whole[..length], &Limits::default()).parts().is_empty());
    }
}

#[test]
fn debug_output_holds_no_text_of_the_message() {
    let raw = "Subject: canary-one\nContent-Type: text/plain; name=canary-two\n\ncanary-three";
    assert!(!format!("{:?}", parse(raw)).contains("canary"));
}

#[cfg(feature = "extract")]
#[test]
fn what_a_page_carries_in_itself_is_read() {
    use base64::Engine as _;

    const SECRET: &str = "219-09-9999";
    let zip = || {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        zip.start_file("a.txt", zip::write::SimpleFileOptions::default())
            .unwrap();
        std::io::Write::write_all(&mut zip, format!("the number is {SECRET}").as_bytes()).unwrap();
        base64::engine::general_purpose::STANDARD.encode(zip.finish().unwrap().into_inner())
    };
    for page in [
        format!("<a download href='data:text/csv,{SECRET}'>x</a>"),
        format!(
            "<iframe src=\"data:text/html;base64,{}\">",
            base64::engine::general_purpose::STANDARD.encode(format!("<b>{SECRET}").as_bytes())
        ),
        format!("<img src='data:image/svg+xml;utf8,<svg><text>{SECRET}</text></svg>'>"),
        format!("<a href='data:application/zip;base64,{}'>x</a>", zip()),
        format!("<a href='data&#58;application/zip;base64&comma;{}'>x</a>", zip()),
        format!("<script>save(atob('{}'))</script>", zip()),
    ] {
        let message = parse(&format!("Content-Type: text/html\n\n{page}"));
        assert!(
            message.units().iter().any(|unit| unit.text().contains(SECRET)),
            "{page}"
        );
    }
}

#[test]
fn the_header_of_a_part_is_read_as_that_of_a_message() {
    for field in ["Content-Description", "Comments", "Subject", "X-Note"] {
        let raw = format!("Content-Type: multipart/mixed; boundary=a\n\n--a\n{field}: SSN 219-09-9999\n\nx\n--a--\n");
        let message = parse(&raw);
        let is_there = |unit: &TextUnit| unit.text().contains("219-09-9999") && unit.place().to_string() == "1";
        assert!(message.units().iter().any(is_there), "{field}");
    }
}
