//! Kinds of messages that a reader passes over in silence, and neighbours of each: what they hold is among the texts, and
//! where nobody can be sure of it, the message is not complete.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may panic"
)]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sealwax::message::{AnomalyKind, Limits, Message, Severity};

const RECORD: &str = "Patient Rosalind Okafor, SSN: 219-09-9994, diagnosis type 2 diabetes mellitus";

fn parse(raw: &[u8]) -> Message {
    Message::parse(raw, &Limits::default())
}

/// Whether the record is shown, by a text or by a view of it.
fn shows(message: &Message) -> bool {
    let holds = |text: &str| text.contains("Rosalind Okafor") && text.contains("219-09-9994");
    let units = message.units().iter();
    units
        .into_iter()
        .any(|unit| holds(unit.text()) || unit.views().iter().any(|view| holds(view.text())))
}

fn has(message: &Message, kind: AnomalyKind) -> bool {
    message.anomalies().iter().any(|anomaly| anomaly.kind == kind)
}

fn assert_shown(name: &str, raw: &[u8]) -> Message {
    let message = parse(raw);
    assert!(shows(&message), "{name}: {:?}", message.anomalies());
    message
}

/// A part of this header that holds the bytes in base64.
fn part(header: &str, content: &[u8]) -> Vec<u8> {
    let body = STANDARD.encode(content);
    let lines: Vec<_> = body
        .as_bytes()
        .chunks(76)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    let lines = lines.join("\r\n");
    format!("Subject: hi\r\n{header}\r\nContent-Transfer-Encoding: base64\r\n\r\n{lines}\r\n").into_bytes()
}

#[test]
fn the_line_of_a_mailbox_is_read_and_so_is_the_message_behind_it() {
    assert_shown(
        "in the line",
        format!("From {RECORD}\nSubject: hi\n\nhello\n").as_bytes(),
    );
    assert_shown("escaped", format!(">From {RECORD}\nSubject: hi\n\nhello\n").as_bytes());
    let line = "From a@x.example Thu Jul  2 12:05:05 2020";
    let ordinary = assert_shown(
        "behind the line",
        format!("{line}\nSubject: hi\n\n{RECORD}\n").as_bytes(),
    );
    assert!(ordinary.anomalies().is_empty() && ordinary.units().len() == 2);
    let multipart = "Content-Type: multipart/mixed; boundary=b";
    let encoded = STANDARD.encode(RECORD);
    let second = format!("{multipart}\n\n--b\nContent-Transfer-Encoding: base64\n\n{encoded}\n--b--\n");
    let raw = format!("{line}\n{multipart}\n\n--b\n\nx\n--b--\n\n{line}\n{second}");
    assert!(has(&assert_shown("of several", raw.as_bytes()), AnomalyKind::Mailbox));
    assert_shown("attached", &part("Content-Type: application/mbox", raw.as_bytes()));
}

#[test]
fn a_message_is_read_whatever_its_line_ends() {
    let encoded = STANDARD.encode(RECORD);
    let lines = [
        "Subject: hi",
        "Content-Type: text/plain",
        "Content-Transfer-Encoding: base64",
        "",
        &encoded,
        "",
    ];
    for end in ["\n", "\r\n", "\r", "\u{85}", "\x0B", "\x0C", "\n\r"] {
        assert_shown(&format!("{end:?}"), lines.join(end).as_bytes());
    }
    let mut latin = lines.join("\x00").into_bytes();
    latin
        .iter_mut()
        .filter(|byte| **byte == 0)
        .for_each(|byte| *byte = 0x85);
    assert_shown("NEL of one byte", &latin);
    let from = "From a@x.example Thu Jul  2 12:05:05 2020";
    assert_shown(
        "a mailbox with CR",
        format!("{from}\rFrom: a@x.example\rSubject: hi\r\r{RECORD}\r").as_bytes(),
    );
    let message = parse(format!("From: a@x.example\rSubject: hi\r\r{RECORD}\r").as_bytes());
    assert_eq!(message.subject(), Some("hi"));
}

#[test]
fn a_header_is_read_behind_a_mark_and_behind_empty_lines() {
    let encoded = STANDARD.encode(RECORD);
    let raw = format!("Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n{encoded}\n");
    assert_shown("mark", format!("\u{FEFF}{raw}").as_bytes());
    for front in ["\n", "\n\n", "\r\n\r\n", " \n"] {
        assert_shown(&format!("{front:?}"), format!("{front}{raw}").as_bytes());
    }
    let wide: Vec<u8> = format!("\u{FEFF}{raw}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_shown("all of it in UTF-16", &wide);
}

#[test]
fn text_is_read_in_every_charset_of_wide_letters_whatever_is_declared() {
    let of_16 = |text: &str, bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    let of_32 = |text: &str, bytes: fn(u32) -> [u8; 4]| text.chars().flat_map(|c| bytes(c.into())).collect::<Vec<u8>>();
    let marked = format!("\u{FEFF}{RECORD}");
    let contents = [
        of_16(RECORD, u16::to_be_bytes),
        of_16(RECORD, u16::to_le_bytes),
        of_16(&marked, u16::to_be_bytes),
        of_16(&marked, u16::to_le_bytes),
        of_32(RECORD, u32::to_be_bytes),
        of_32(RECORD, u32::to_le_bytes),
        of_32(&marked, u32::to_be_bytes),
        of_32(&marked, u32::to_le_bytes),
        ebcdic(RECORD),
    ];
    let charsets = [
        "",
        "; charset=ucs-2",
        "; charset=utf-16",
        "; charset=utf-32",
        "; charset=ibm037",
        "; charset=utf-8",
    ];
    for (number, content) in contents.iter().enumerate() {
        for charset in charsets {
            let name = format!("content {number} as {charset}");
            assert_shown(&name, &part(&format!("Content-Type: text/plain{charset}"), content));
        }
        assert_shown("undeclared", &part("Content-Type: application/octet-stream", content));
    }
    assert_shown(
        "ASCII as UTF-16",
        &part("Content-Type: text/plain; charset=utf-16", RECORD.as_bytes()),
    );
}

/// Code page 037 for letters, digits and the signs of the record.
fn ebcdic(text: &str) -> Vec<u8> {
    let step = |c: char, first: char| u8::try_from(u32::from(c) - u32::from(first)).unwrap();
    let byte = |c: char| match c {
        'a'..='i' => 0x81 + step(c, 'a'),
        'j'..='r' => 0x91 + step(c, 'j'),
        's'..='z' => 0xA2 + step(c, 's'),
        'A'..='I' => 0xC1 + step(c, 'A'),
        'J'..='R' => 0xD1 + step(c, 'J'),
        'S'..='Z' => 0xE2 + step(c, 'S'),
        '0'..='9' => 0xF0 + step(c, '0'),
        ',' => 0x6B,
        ':' => 0x7A,
        '-' => 0x60,
        _ => 0x40,
    };
    text.chars().map(byte).collect()
}

#[test]
fn binary_nonsense_that_calls_itself_text_is_not_complete() {
    let noise: Vec<u8> = (0..2_000_u32)
        .map(|n| u8::try_from(n.wrapping_mul(2_654_435_761) >> 24).unwrap() | 1)
        .collect();
    let behind_text = [RECORD.repeat(100).as_bytes(), &noise].concat();
    for content in [
        noise.as_slice(),
        &behind_text,
        b"\xff\xfe\x01\xd8\x02\xd8\x03\xd8\x04\xd8",
    ] {
        for kind in ["text/plain", "text/plain; charset=utf-16", "application/octet-stream"] {
            let message = parse(&part(&format!("Content-Type: {kind}"), content));
            assert!(
                !message.is_complete(),
                "{kind} {} {:?}",
                content.len(),
                message.anomalies()
            );
        }
    }
}

#[test]
fn the_sign_of_a_picture_or_a_sound_does_not_hide_the_text_behind_it() {
    for sign in [
        "ID3",
        "ID3\x03\0\0\0\0\0\0",
        "RIFF",
        "RIFF\x10\0\0\0WAVE",
        "BM",
        "II*\0",
        "MM\0*",
        "MZ",
        "OggS\0",
        "GIF89a",
    ] {
        let content = format!("{sign}{RECORD}");
        for kind in ["text/plain", "audio/mpeg", "image/bmp", "application/octet-stream"] {
            let message = parse(&part(&format!("Content-Type: {kind}"), content.as_bytes()));
            assert!(shows(&message) || !message.is_complete(), "{sign:?} {kind}");
        }
    }
}

#[test]
fn an_encoding_that_leaves_garbage_is_read_without_it_and_is_not_complete() {
    let signs = |wrong: &str| {
        RECORD
            .bytes()
            .map(|byte| format!("{wrong}={byte:02X}=\r\n"))
            .collect::<Vec<_>>()
            .concat()
    };
    let head = "Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable";
    for wrong in ["=XX", "=", "=0", "= "] {
        let raw = format!("{head}\r\n\r\n{}", signs(wrong));
        assert!(!assert_shown(wrong, raw.as_bytes()).is_complete(), "{wrong}");
    }
    for over in ["=0a", "=0A", "=0D", "x=08"] {
        let _ = assert_shown(over, format!("{head}\r\n\r\n{}", signs(over)).as_bytes());
    }
    let one_by_one = |place: usize| {
        let fours = RECORD.bytes().map(|byte| {
            let mut four = STANDARD.encode([byte]).trim_end_matches('=').to_owned();
            four.insert(place, '=');
            four.push_str(&"=".repeat(4 - four.len()));
            four + "\r\n"
        });
        fours.collect::<Vec<_>>().concat()
    };
    let head = "Content-Type: text/plain\r\nContent-Transfer-Encoding: base64";
    for place in 0..3 {
        let raw = format!("{head}\r\n\r\n{}", one_by_one(place));
        assert!(!assert_shown("padding", raw.as_bytes()).is_complete(), "{place}");
    }
}

#[test]
fn an_archive_in_base64_that_nobody_declares_is_taken_apart() {
    let archive = stored("record.txt", RECORD);
    let whole = STANDARD.encode(&archive);
    let lines = |first: usize, width: usize| {
        let (front, rest) = whole.split_at(first);
        let rest = rest
            .as_bytes()
            .chunks(width)
            .map(|line| std::str::from_utf8(line).unwrap());
        [front].into_iter().chain(rest).collect::<Vec<_>>().join("\n")
    };
    for (first, width) in [(32, 76), (4, 64), (7, 76), (20, 5), (76, 76)] {
        for front in ["", "the record:\n", "hello\n", "record: "] {
            let body = format!("{front}{}\n", lines(first, width));
            assert_shown(&body, format!("Subject: hi\n\n{body}").as_bytes());
        }
    }
    let digits: Vec<_> = archive.iter().map(|byte| format!("{byte:02x}")).collect();
    let digits = digits.concat();
    assert_shown("hexadecimal", format!("Subject: hi\n\n{digits}\n").as_bytes());
}

/// A ZIP archive of one stored file.
fn stored(name: &str, content: &str) -> Vec<u8> {
    let four = |number: usize| u32::try_from(number).unwrap().to_le_bytes();
    let check = crc(content.as_bytes()).to_le_bytes();
    let sizes = [
        check.as_slice(),
        &four(content.len()),
        &four(content.len()),
        &four(name.len()),
    ]
    .concat();
    let local = [
        b"PK\x03\x04\x14\0\0\0\0\0\0\0\x21\0".as_slice(),
        &sizes,
        name.as_bytes(),
        content.as_bytes(),
    ]
    .concat();
    let entry = [
        b"PK\x01\x02\x14\0\x14\0\0\0\0\0\0\0\x21\0".as_slice(),
        &sizes,
        &[0; 14],
        name.as_bytes(),
    ]
    .concat();
    let end = [
        b"PK\x05\x06\0\0\0\0\x01\0\x01\0".as_slice(),
        &four(entry.len()),
        &four(local.len()),
        b"\0\0",
    ]
    .concat();
    [local, entry, end].concat()
}

fn crc(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 0 { crc >> 1 } else { crc >> 1 ^ 0xEDB8_8320 }
        })
    };
    !bytes.iter().fold(u32::MAX, step)
}

#[test]
fn a_bounce_that_returns_headers_only_raises_nothing() {
    let returned = "From: a@x.example\r\nSubject: hello\r\nMIME-Version: 1.0";
    let bounce = |kind: &str, headers: &str| {
        format!(
            "Subject: Undelivered\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=r\r\n\r\n\
             --r\r\nContent-Type: text/plain\r\n\r\nNo such user.\r\n--r\r\n\
             Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n--r\r\n\
             Content-Type: {kind}\r\n\r\n{headers}\r\n--r--\r\n"
        )
    };
    for kind in ["message/rfc822", "text/rfc822-headers"] {
        for own in [
            "multipart/alternative; boundary=q",
            "multipart/mixed",
            "text/plain",
            "application/pdf",
        ] {
            for end in ["", "\r\n", "\r\n\r\n"] {
                let message = parse(bounce(kind, &format!("{returned}\r\nContent-Type: {own}{end}")).as_bytes());
                let raising = message
                    .anomalies()
                    .iter()
                    .find(|anomaly| anomaly.kind.severity() > Severity::Notice);
                assert_eq!(raising, None, "{kind} {own} {end:?}");
                assert!(message.is_complete());
            }
        }
    }
    let hidden = bounce(
        "message/rfc822",
        &format!("{returned}\r\nContent-Type: multipart/mixed; boundary=q"),
    );
    let hidden = format!("{hidden}\r\n{RECORD}\r\n--q\r\n");
    assert!(
        parse(hidden.as_bytes())
            .anomalies()
            .iter()
            .any(|anomaly| anomaly.kind.raises())
    );
}

#[test]
fn what_a_parameter_says_that_no_program_reads_is_read() {
    for parameter in [
        format!("x-note=\"{RECORD}\""),
        format!("id*=utf-8''{}", RECORD.replace(' ', "%20")),
        "note*0=\"Rosalind Okafor, SSN 219\"; note*1=\"-09-9994\"".to_owned(),
    ] {
        for header in [
            format!("Content-Type: text/plain; {parameter}"),
            format!("Content-Disposition: inline; {parameter}"),
        ] {
            let raw = format!("Subject: hi\r\n{header}\r\n\r\nhello\r\n");
            let message = parse(raw.as_bytes());
            let is_read = message.units().iter().any(|unit| unit.text().contains("219-09-9994"));
            assert!(is_read, "{header}: {:?}", message.anomalies());
        }
    }
    let ordinary = "Content-Type: text/plain; charset=utf-8; format=flowed; x-unix-mode=0644";
    let message = parse(format!("{ordinary}\r\n\r\nhello\r\n").as_bytes());
    assert!(message.units().iter().all(|unit| unit.member() != Some(":parameter")));
}

#[test]
fn an_archive_in_a_string_of_a_record_is_taken_apart() {
    let code = STANDARD.encode(stored("record.txt", RECORD));
    for (kind, text) in [
        ("application/json", format!("{{\"data\":\"{code}\",\"n\":1}}")),
        (
            "application/fhir+json",
            format!("{{\"attachment\": {{\"data\": \"{code}\", \"title\": \"x\"}}}}"),
        ),
        ("text/xml", format!("<a><data value=\"{code}\"/></a>")),
        ("text/xml", format!("<a><data>{code}</data></a>")),
        ("text/plain", format!("data: '{code}';")),
        ("text/javascript", format!("var data = '{code}';")),
    ] {
        assert_shown(&text, format!("Content-Type: {kind}\r\n\r\n{text}\r\n").as_bytes());
    }
}

/// The record in Ascii85, with its marks and without, and by the letters of RFC 1924 and of Z85.
const ENCODED: [&str; 4] = [
    r"<~:gnH[ASuT4;K$VbCh[ct+AZc]AoD]@+B)363Zp143@upF/NGgO1b9b[BjkXlDf]W6+EVmJAKW`NA8,I]ATVL)+Dk\+Ch\!6Er~>",
    r":gnH[ASuT4;K$VbCh[ct+AZc]AoD]@+B)363Zp143@upF/NGgO1b9b[BjkXlDf]W6+EVmJAKW`NA8,I]ATVL)+Dk\+Ch\!6Er",
    r"P+@dwWo~pJQg3r%Y-w&}AWv&yW^ZyVAX8ILIv_GJIV~_bEjc+kG%O%wX<=t>Z*ysLAar?fWgs#jWNBeyWprh8AZ=xAY-x0La{",
    r"p*[DWwO#PjqG3R+y?W=$awV=Yw]zYvax8iliV{gjiv#{BeJC*Kg+o+Wx<>T(z/YSlaAR)FwGS-JwnbEYwPRH8az>Xay?X0lA@",
];

#[test]
fn base_85_is_read_in_each_of_its_alphabets() {
    for code in ENCODED {
        for body in [format!("{code}\r\n"), format!("see:\r\n\r\n{code}\r\n\r\nBest\r\n")] {
            assert_shown(&body, format!("Subject: hi\r\n\r\n{body}").as_bytes());
        }
    }
}

#[test]
fn what_a_script_puts_together_is_read() {
    let codes: Vec<_> = RECORD.bytes().map(|byte| byte.to_string()).collect();
    let pieces: Vec<_> = RECORD
        .as_bytes()
        .chunks(7)
        .map(|piece| String::from_utf8_lossy(piece))
        .collect();
    for script in [
        format!("document.write(String.fromCharCode({}))", codes.join(", ")),
        format!("var s = ['{}'].join('')", pieces.join("', '")),
        format!("var s = \"{}\"", pieces.join("\" +\n \"")),
        RECORD
            .bytes()
            .fold("var s = '".to_owned(), |text, byte| format!("{text}\\x{byte:02x}"))
            + "'",
    ] {
        for page in [
            format!("<p>hello</p><script>{script}</script>"),
            format!("<p onload='{}'>hello</p>", script.replace('\'', "&quot;")),
        ] {
            assert_shown(&page, format!("Content-Type: text/html\r\n\r\n{page}").as_bytes());
        }
        assert_shown(
            &script,
            format!("Content-Type: text/javascript\r\n\r\n{script}").as_bytes(),
        );
    }
}

#[test]
fn a_number_of_one_digit_an_element_is_read() {
    let apart = |open: &str, close: &str| {
        "219-09-9994"
            .chars()
            .map(|c| format!("{open}{c}{close}"))
            .collect::<Vec<_>>()
            .concat()
    };
    for (kind, document) in [
        (
            "text/html",
            format!("<table><tr><td>SSN</td>{}</tr></table>", apart("<td>", "</td>\n")),
        ),
        (
            "image/svg+xml",
            format!("<svg><text>{}</text></svg>", apart("<tspan x='1'>", "</tspan>")),
        ),
        (
            "text/xml",
            format!("<p><r><t>SSN: </t></r>{}</p>", apart("<r><t>", "</t></r>")),
        ),
        ("text/xml", "<ssn>219<![CDATA[-09-]]>9994</ssn>".to_owned()),
    ] {
        let message = parse(format!("Content-Type: {kind}\r\n\r\n{document}\r\n").as_bytes());
        let is_read = message.units().iter().any(|unit| unit.text().contains("219-09-9994"));
        assert!(is_read, "{kind}: {:?}", message.anomalies());
    }
}

#[test]
fn letters_of_east_asia_that_are_declared_raise_nothing() {
    for (charset, body) in [
        ("iso-2022-kr", b"\x1b$)C\x0e>H3gGO\x0f hello\r\n".as_slice()),
        ("iso-2022-cn", b"\x1b$)A\x0e;aRi\x0f hello\r\n"),
        ("hz-gb-2312", b"~{;aRi~} hello\r\n"),
        ("iso-2022-jp", b"\x1b$B2q5D\x1b(B hello\r\n"),
    ] {
        let head = format!("Subject: hi\r\nContent-Type: text/plain; charset={charset}\r\n\r\n");
        let message = parse(&[head.as_bytes(), body].concat());
        assert!(
            message.is_complete() && message.anomalies().is_empty(),
            "{charset}: {:?}",
            message.anomalies()
        );
    }
}
