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
--a\nContent-Type: multipart/mixed; boundary=c\n\n--c\nContent-Type: image/gif\n\nGIF89a\n--c\nContent-Type: message/rfc822\n\n\
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
