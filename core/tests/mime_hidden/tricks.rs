//! Tricks with headers, boundaries and encodings, each with every payload and every line end.

use crate::case::Case;
use crate::payload::Payload;

/// Every message that hides the payload, with the name of its trick.
pub(crate) fn messages(case: &mut Case, payload: &Payload) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    encodings(case, payload, &mut all);
    bodies(payload, &mut all);
    separators(payload, &mut all);
    types(case, payload, &mut all);
    nestings(case, payload, &mut all);
    charsets(payload, &mut all);
    all
}

type Messages = Vec<(String, Vec<u8>)>;

/// Ways to declare a transfer encoding, in a message and in a part, with lines of usual and of unusual lengths.
fn encodings(case: &mut Case, payload: &Payload, all: &mut Messages) {
    for row in BASE64_FIELDS {
        let field = row.replace('@', "Content-Transfer-Encoding");
        let body = if case.below(2) == 0 {
            payload.ragged()
        } else {
            payload.lines()
        };
        all.push((format!("encoding {row:?}"), single(payload, &field, &body)));
        all.push((
            format!("encoding of a part {row:?}"),
            parted(case, payload, &field, &body),
        ));
    }
    for row in QUOTED_FIELDS {
        let field = row.replace('@', "Content-Transfer-Encoding");
        all.push((format!("encoding {row:?}"), single(payload, &field, &quoted(payload))));
    }
    for name in ["uuencode", "x-uuencode", "uue", "x-uue", "x-uu"] {
        let field = format!("Content-Transfer-Encoding: {name}");
        let body = uuencoded(&payload.content);
        all.push((format!("encoding {name}"), single(payload, &field, &body)));
        let framed = format!("begin 644 a.bin\n{body}`\nend\n");
        all.push((format!("encoding {name}, framed"), single(payload, &field, &framed)));
        all.push((
            "a frame of uuencode".into(),
            single(payload, "X-A: b", &format!("hello\n\n{framed}")),
        ));
    }
}

/// Ways to write the body of an encoding.
fn bodies(payload: &Payload, all: &mut Messages) {
    let base64 = "Content-Transfer-Encoding: base64";
    for (name, body) in base64_bodies(payload) {
        all.push((format!("base64, {name}"), single(payload, base64, &body)));
        // What nobody declares and no decoder takes is an encoding of the sender's own.
        if ["lines of", "behind", "in two", "with junk"]
            .iter()
            .any(|front| name.starts_with(front))
        {
            all.push((
                format!("base64 that nobody declares, {name}"),
                single(payload, "X-A: b", &body),
            ));
        }
    }
    let quoted = "Content-Transfer-Encoding: quoted-printable";
    for (name, body) in quoted_bodies(payload) {
        all.push((format!("quoted-printable, {name}"), single(payload, quoted, &body)));
    }
}

fn base64_bodies(payload: &Payload) -> Vec<(String, String)> {
    let lines = payload.lines();
    let mut all = Vec::new();
    for gap in ["\n", " ", "\t", "\x0B", "\n\n"] {
        all.push((format!("{gap:?} behind each sign"), spread(&lines, 1, gap)));
    }
    for junk in ["#", ":", ".", "%", "-", "_", "\u{e9}", "*"] {
        all.push((format!("{junk} behind each sign"), spread(&lines, 1, junk)));
        all.push((
            format!("{junk} and junk behind each four"),
            spread(&lines, 4, &format!("{junk}abce01234567\n")),
        ));
    }
    for width in [2, 3, 4, 5, 6, 7] {
        all.push((
            format!("lines of {width}"),
            crate::case::lines(&payload.base64(), width),
        ));
    }
    for tail in ["X", "XX", "XXX", "=", "==", "===="] {
        all.push((
            format!("{tail} behind each four"),
            spread(&payload.base64(), 4, &format!("{tail}\n")),
        ));
    }
    for front in [
        "A\n\n",
        "AB\n\n",
        "ABC\n\n",
        "=\n",
        "====\n",
        "begin-base64 644 a.pdf\n",
        "ABC=\n",
    ] {
        all.push((format!("behind {front:?}"), format!("{front}{lines}")));
    }
    let fours = |size: usize, write: fn(&str) -> String| -> String {
        use base64::Engine as _;
        let pieces = payload.content.chunks(size);
        pieces
            .map(|piece| write(&base64::engine::general_purpose::STANDARD.encode(piece)) + "\n")
            .collect::<Vec<_>>()
            .concat()
    };
    for size in [1, 2] {
        all.push((format!("{size} bytes in four signs"), fours(size, str::to_owned)));
        all.push((
            format!("{size} bytes, padding first"),
            fours(size, |four| moved(four, 0)),
        ));
        all.push((
            format!("{size} bytes, padding second"),
            fours(size, |four| moved(four, 1)),
        ));
        all.push((
            format!("{size} bytes, padding third"),
            fours(size, |four| moved(four, 2)),
        ));
    }
    all.push((
        "one padding sign of two".into(),
        fours(1, |four| four.replace("==", "=")),
    ));
    all.push(("padding for zeros".into(), zeroed(&payload.base64())));
    let (front, behind) = payload.content.split_at(payload.content.len() / 6 * 3 + 1);
    let two = [front, behind].map(|content| {
        Payload {
            name: "",
            kind: "",
            content: content.to_vec(),
        }
        .lines()
    });
    all.push(("in two pieces".into(), two.join("\n")));
    all.push((
        "with junk behind the padding".into(),
        format!("{lines}====\nQUFBQUFB\n"),
    ));
    all
}

fn quoted_bodies(payload: &Payload) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for front in ["", "=XX", "=", "=0", "=0X", "=0a", "= ", "=  ", "=\t"] {
        for end in ["=\n", "= \n", "=\t\n"] {
            let body = payload.bytewise(|byte| format!("{front}={byte:02X}{end}")) + "\n";
            all.push((format!("{front:?} before each escape, {end:?} behind"), body));
        }
    }
    all.push((
        "lower case".into(),
        folded(&payload.bytewise(|byte| format!("={byte:02x}"))),
    ));
    let mixed = |byte: u8| {
        if byte.is_multiple_of(2) {
            format!("={byte:02x}")
        } else {
            format!("={byte:02X}")
        }
    };
    all.push(("mixed case".into(), folded(&payload.bytewise(mixed))));
    let is_plain = |byte: &u8| byte.is_ascii_graphic() && !byte.is_ascii_hexdigit() && *byte != b'=';
    let each = |write: fn(u8) -> String| {
        payload.bytewise(move |byte| {
            if is_plain(&byte) {
                write(byte)
            } else {
                format!("={byte:02X}")
            }
        })
    };
    all.push((
        "a sign before each letter".into(),
        each(|byte| format!("={}", char::from(byte))),
    ));
    all.push((
        "a sign and a zero before each letter".into(),
        each(|byte| format!("=0{}", char::from(byte))),
    ));
    all
}

/// Ways to part a header from its body, and to begin a header.
fn separators(payload: &Payload, all: &mut Messages) {
    let head = format!("Content-Type: {}\nContent-Transfer-Encoding: base64\n", payload.kind);
    for body in [payload.ragged(), payload.lines()] {
        for gap in [
            "",
            " \n",
            " \n \n",
            "\t\n",
            "\x0B\n",
            "\x0B\n\x0B\n",
            "ABCD\n\n",
            "ABC=\n\n",
            "ABCD\n \n",
            "ABCD\n",
        ] {
            all.push((
                format!("{gap:?} behind the header"),
                format!("Subject: x\n{head}{gap}{body}").into_bytes(),
            ));
        }
        for front in [
            "\r",
            "\n",
            "\n\n",
            "\x0B",
            " \n",
            ":\n",
            "XXXXX\n",
            "\x01\x02\x03\n",
            "\u{FEFF}",
            "From here\n",
        ] {
            all.push((
                format!("{front:?} before the header"),
                format!("{front}{head}\n{body}").into_bytes(),
            ));
        }
        for line in [
            "X-A: b\r",
            "X-A : b\n ",
            "X-A b: c\n ",
            "X-A-b\n ",
            "X-A: b\n ",
            "X-A: b\u{85}",
            "X-A: b\x0C",
        ] {
            let raw = format!("Subject: x\n{line}Content-Transfer-Encoding: base64\n\n{body}");
            all.push((format!("encoding behind {line:?}"), raw.into_bytes()));
        }
    }
}

/// Ways to declare a multipart and its boundary.
fn types(case: &mut Case, payload: &Payload, all: &mut Messages) {
    let boundary = format!("{}x", case.boundary().replace("_=", "_"));
    for (header, delimiter) in TYPES {
        for field in ["base64", "quoted-printable"] {
            let encoded = if field == "base64" {
                payload.ragged()
            } else {
                quoted(payload)
            };
            let of = |text: &str| text.replace('@', &boundary);
            let delimiter = of(delimiter);
            let part = format!(
                "Content-Type: {}\nContent-Transfer-Encoding: {field}\n\n{encoded}",
                payload.kind
            );
            let raw = format!(
                "Subject: x\nMIME-Version: 1.0\n{}\n\n--{delimiter}\nContent-Type: text/plain\n\nhello\n\
                 --{delimiter}\n{part}\n--{delimiter}--\n",
                of(header)
            );
            all.push((
                format!("type {header:?}, delimiter {delimiter:?}, {field}"),
                raw.into_bytes(),
            ));
        }
    }
}

/// Boundaries within boundaries, messages within messages.
fn nestings(case: &mut Case, payload: &Payload, all: &mut Messages) {
    let b = case.boundary();
    let part = format!(
        "Content-Type: {}\nContent-Transfer-Encoding: base64\n\n{}",
        payload.kind,
        payload.ragged()
    );
    let outer = |inner: &str, body: &str| {
        format!("Content-Type: multipart/mixed; boundary={b}\n\n--{b}\nContent-Type: {inner}\n{body}\n--{b}--\n")
    };
    let mut add = |name: &str, raw: String| all.push((name.to_owned(), raw.into_bytes()));
    for inner in ["@--", "@", "@_", "@x"] {
        let inner = inner.replace('@', &b);
        let kind = format!("multipart/mixed; boundary=\"{inner}\"\n");
        add(
            &format!("inner boundary {inner}"),
            outer(&kind, &format!("--{inner}\n{part}--{inner}--")),
        );
        let cut = format!("multipart/mixed; boundary=\"{inner}\"");
        add(
            "boundary in an inner header",
            outer(&cut, &format!("--{b}--\n\n--{inner}\n{part}--{inner}--")),
        );
    }
    for kind in ["message/rfc822", "message/global"] {
        add(kind, format!("Content-Type: {kind}\n\nSubject: y\n{part}"));
        let message = Payload {
            name: "",
            kind: "",
            content: format!("Subject: y\n{part}").into_bytes(),
        };
        let field = "Content-Transfer-Encoding: base64";
        add(
            "a message in base64",
            format!("Content-Type: {kind}\n{field}\n\n{}", message.ragged()),
        );
    }
    add(
        "a digest",
        format!("Content-Type: multipart/digest; boundary={b}\n\n--{b}\n\nSubject: y\n{part}\n--{b}--\n"),
    );
    let open = format!("Content-Type: multipart/mixed; boundary={b}\n\n--{b}\n");
    add("a part that does not end", format!("{open}{part}"));
    add(
        "a part behind a delimiter with a CR",
        format!("{open}\nx\n--{b}\r{part}\n--{b}--\n"),
    );
    for line in ["\n\r", " \r", "\x0B", " "] {
        add(
            &format!("a delimiter behind {line:?}"),
            format!("{open}\nx\n{line}--{b}\n{part}\n--{b}--\n"),
        );
    }
    add("no header", format!("\n--{b}\n{part}\n--{b}--\n"));
    add(
        "a part behind the last delimiter",
        format!("{open}\nx\n--{b}--\n--{b}\n{part}"),
    );
    add(
        "base64 behind the last delimiter",
        format!("{open}\nx\n--{b}--\n\n{}", payload.ragged()),
    );
    add(
        "the second message of a mailbox",
        format!("From a\nSubject: x\n\nhello\n\nFrom b\nSubject: y\n{part}"),
    );
}

/// Ways to write the text that no charset tells.
fn charsets(payload: &Payload, all: &mut Messages) {
    if payload.name != "text" {
        return;
    }
    let text = String::from_utf8_lossy(&payload.content);
    let of_16 = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    let of_32 = |bytes: fn(u32) -> [u8; 4]| text.chars().flat_map(|c| bytes(c.into())).collect::<Vec<u8>>();
    let contents = [
        of_16(u16::to_be_bytes),
        of_16(u16::to_le_bytes),
        of_32(u32::to_be_bytes),
        of_32(u32::to_le_bytes),
        payload.content.clone(),
    ];
    for (number, content) in contents.into_iter().enumerate() {
        for charset in [
            "us-ascii",
            "ucs-2",
            "utf-16be",
            "utf-16",
            "utf-32",
            "ebcdic-us",
            "utf-7",
            "x-unknown",
        ] {
            let kind = format!("text/plain; charset={charset}");
            let written = Payload {
                name: "",
                kind: "",
                content: content.clone(),
            };
            let raw = format!(
                "Content-Type: {kind}\nContent-Transfer-Encoding: base64\n\n{}",
                written.lines()
            );
            all.push((format!("content {number} as {charset}"), raw.into_bytes()));
        }
    }
}

fn single(payload: &Payload, field: &str, body: &str) -> Vec<u8> {
    format!(
        "Subject: x\nMIME-Version: 1.0\nContent-Type: {}\n{field}\n\n{body}\n",
        payload.kind
    )
    .into_bytes()
}

fn parted(case: &mut Case, payload: &Payload, field: &str, body: &str) -> Vec<u8> {
    let b = case.boundary();
    let part = format!("--{b}\nContent-Type: {}\n{field}\n\n{body}\n--{b}--\n", payload.kind);
    format!("Subject: x\nContent-Type: multipart/mixed; boundary=\"{b}\"\n\n--{b}\n\nhello\n{part}").into_bytes()
}

fn quoted(payload: &Payload) -> String {
    folded(&payload.bytewise(|byte| format!("={byte:02X}")))
}

/// Escapes in lines of 25.
fn folded(escapes: &str) -> String {
    crate::case::lines(escapes, 75).replace('\n', "=\n") + "\n"
}

/// `gap` behind each `count` signs of a line.
fn spread(text: &str, count: usize, gap: &str) -> String {
    let lines = text.lines().map(|line| {
        let pieces = line
            .as_bytes()
            .chunks(count)
            .map(|piece| std::str::from_utf8(piece).unwrap());
        pieces.map(|piece| format!("{piece}{gap}")).collect::<Vec<_>>().concat()
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Four signs with their padding at another place.
fn moved(four: &str, place: usize) -> String {
    let signs = four.trim_end_matches('=');
    let place = place.min(signs.len());
    format!("{}{}{}", &signs[..place], &four[signs.len()..], &signs[place..])
}

/// Padding in place of every `A` but in the last four signs.
fn zeroed(whole: &str) -> String {
    let (front, last) = whole.split_at(whole.len() - 4);
    let fours = front
        .as_bytes()
        .chunks(4)
        .map(|four| std::str::from_utf8(four).unwrap());
    let zeroed = fours.map(|four| format!("{}{}", &four[..1], four[1..].replacen('A', "=", 1)));
    crate::case::lines(&(zeroed.collect::<Vec<_>>().concat() + last), 76)
}

fn uuencoded(content: &[u8]) -> String {
    let sign = |bits: u32| {
        char::from(32 + u8::try_from(bits & 63).unwrap())
            .to_string()
            .replace(' ', "`")
    };
    let lines = content.chunks(45).map(|line| {
        let groups = line.chunks(3).map(|group| {
            let byte = |at: usize| group.get(at).map_or(0, |byte| u32::from(*byte));
            let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
            [18, 12, 6, 0].map(|shift| sign(bits >> shift)).concat()
        });
        format!(
            "{}{}\n",
            sign(u32::try_from(line.len()).unwrap()),
            groups.collect::<Vec<_>>().concat()
        )
    });
    lines.collect::<Vec<_>>().concat()
}

/// `@` is the name of the field.
const BASE64_FIELDS: &[&str] = &[
    "@:base64",
    "@:\tbase64",
    "@:\x0Bbase64",
    "@:\rbase64",
    "@: baSE64",
    "@: x-base64",
    "@:\n base64",
    "@:\n \n base64",
    "@:                                                                                             base64",
    "@: \"base64\"",
    "@: base\\64",
    "@: =?UTF-8?B?YmFzZTY0?=",
    "@: =?UTF-8?Q?base64?=",
    "@: (xx) base64",
    "@: bas()e64",
    "@: bas(\n )e64",
    "@: base64 (xx)",
    "@: xx base64",
    "@: base64 xx",
    "@: xxbase64",
    "@: base64xx",
    "@: base64,",
    "@: ,base64",
    "@: base64;",
    "@: ;base64",
    "@ : base64",
    "@:: base64",
    " @: base64",
    "\r@: base64",
    "X-A: b\r@: base64",
    "@ base64",
    "@: quoted-printable\n@: base64",
    "@: base64\n@: quoted-printable",
    "@: quoted-printable base64",
    "@: base64 quoted-printable",
    "@: quoted-printable,base64",
    "@: base64,quoted-printable",
    "@: \n@: base64",
    "@: base64\n@: ",
    "@: xxx\n@: base64",
    "@: base64\n@: xxx",
    "XXXXX\n@: base64",
    "\x01\x02\n@: base64",
    " \n@: base64",
    "@: 7bit",
    "@: gzip64",
    "X-B: c",
];
const QUOTED_FIELDS: &[&str] = &[
    "@: x-quoted-printable",
    "@: quoted-printable\n@: base64",
    "@: base64\n@: quoted-printable",
    "@: quoted-printable base64",
    "@: base64,quoted-printable",
    "@: \n@: quoted-printable",
    "@: quoted-printable\n@: ",
    "@: xxx\n@: quoted-printable",
    "@: quoted-printabl",
    "@: quoted-print",
    "@: quotedprint",
    "@: 8bit",
    "X-B: c",
];
/// A header and the delimiter in the body; `@` is the boundary.
const TYPES: &[(&str, &str)] = &[
    ("Content-Type: multipart/mixed; boundary=@", "@"),
    ("Content-Type:\n multipart/mixed; boundary=@", "@"),
    ("Content-Type:\n \n multipart/mixed; boundary=@", "@"),
    ("Content-Type: multipart/mixed;\n \n boundary=@", "@"),
    ("Content-Type : multipart/mixed; boundary=@", "@"),
    ("Content-Type:: multipart/mixed; boundary=@", "@"),
    ("Content-Type: multipart/mixed; boundary=\\@", "@"),
    ("Content-Type: multipart/mixed; boundary=\\@", "\\@"),
    ("Content-Type: multipart/mixed; oundary=@", "@"),
    ("Content-Type: multipart/mixed; bou\\ndary=@", "@"),
    ("Content-Type: multi\\part/mixed; boundary=@", "@"),
    ("X-A: b\rContent-Type: multipart/mixed; boundary=@", "@"),
    ("X-A :b\n Content-Type: multipart/mixed; boundary=@", "@"),
    ("X-A b:c\n Content-Type: multipart/mixed; boundary=@", "@"),
    ("X-A-b\n Content-Type: multipart/mixed; boundary=@", "@"),
    ("Content-Type: multipart/mixed; boundary =@", "@"),
    ("Content-Type: multipart/mixed; boundary\n =\n @", "@"),
    ("Content-Type: multipart/mixed; boundary\\=@", "@"),
    ("Content-Type: multipart/mixed; boundary=o; boundary=@", "@"),
    ("Content-Type: multipart/mixed; boundary=@; boundary=o", "@"),
    ("Content-Type: multipart/mixed; boundary*=''@; boundary=o", "@"),
    ("Content-Type: multipart/mixed; boundary*=''o; boundary=@", "@"),
    (
        "Content-Type: multipart/mixed; boundary=o\nContent-Type: multipart/mixed; boundary=@",
        "@",
    ),
    (
        "Content-Type: multipart/mixed; boundary=@\nContent-Type: multipart/mixed; boundary=o",
        "@",
    ),
    ("Content-Type: multipart/mixed; boundary=\" @\"", " @"),
    ("Content-Type: multipart/mixed; boundary=' @'", " @"),
    ("Content-Type: multipart/mixed; boundary= @;", " @"),
    ("Content-Type: multipart/mixed; boundary=\"a @\"", "a @"),
    ("Content-Type: multipart/mixed; boundary='a @'", "a @"),
    ("Content-Type: multipart/mixed; boundary=a @;", "a @"),
    ("Content-Type: multipart/mixed; boundary*=''a%20@", "a @"),
    ("Content-Type: multipart/mixed; boundary=\"@ \"", "@ "),
    ("Content-Type: multipart/mixed; boundary=\"@ \"", "@"),
    ("Content-Type: multipart/mixed; boundary='@ '", "@ "),
    ("Content-Type: multipart/mixed; boundary=\"@ X\"", "@ Y"),
    ("Content-Type: multipart/mixed; boundary=\"@\n X\"", "@ Y"),
    ("Content-Type: multipart/mixed; boundary=\"@\r\"", "@\r"),
    ("Content-Type: multipart/mixed; boundary=\"@\r\"", "@"),
    ("Content-Type: multipart/mixed; boundary=\"\"", ""),
    ("Content-Type: multipart/mixed; boundary=\" \"", " "),
    ("Content-Type: multipart/mixed; boundary*=UTF-16''%FE%FF%00o", "@"),
    ("Content-Type: multipart/mixed; boundary*0=@", "@"),
    ("Content-Type: multipart/mixed; boundary*0*=''@", "@"),
    ("Content-Type: multipart/mixed; boundary*0*=''@; boundary*1*=x", "@x"),
    ("Content-Type: multipart/mixed; boundary*1*=x; boundary*0*=''@", "@x"),
    ("Content-Type: multipart/mixed; boundary*1*=''@; boundary*0*=x", "@x"),
    (
        "Content-Type: multipart/mixed; boundary*0*=''@; boundary*0*=''foo; boundary*1*=x",
        "@x",
    ),
    (
        "Content-Type: multipart/mixed; boundary*0*=''foo; boundary*0*=''@; boundary*1*=x",
        "@x",
    ),
    ("Content-Type: multipart/mixed; boundary*1=@; boundary*0=x", "@x"),
    ("Content-Type: multipart/mixed; boundary=\"=?us-ascii?Q?@?=\"", "@"),
    ("Content-Type: multipart/mixed; boundary=@\\;x", "@"),
    ("Content-Type: multipart/mixed; boundary=@\\;x", "@\\"),
    ("Content-Type: multipart/mixed; boundary=@\\;x", "@;x"),
    ("Content-Type: multipart/mixed; boundary=@;x", "@;x"),
    ("Content-Type: multipart/mixed; boundary=@\\\"x\\\"", "@\"x\""),
    ("Content-Type: multipart/mixed; boundary=@\\\"x\\\"", "@"),
    ("Content-Type: multipart/mixed; boundary=@\\\"x\\\"", "x"),
    ("Content-Type: multipart/mixed; boundary=@\"x\"", "@"),
    ("Content-Type: multipart/mixed; boundary=@\"x\"", "x"),
    ("Content-Type: multipart/mixed; boundary=\"@\"x", "@"),
    ("Content-Type: multipart/mixed; boundary=\"@\"x", "\"@\"x"),
    ("Content-Type: multipart/mixed; boundary=\"@", "@"),
    ("Content-Type: multipart/mixed; boundary=\"@", "\"@"),
    ("Content-Type: multipart/mixed", "@"),
    ("Content-Type: boundary=@", "@"),
    ("Content-Type: boundary=@", "@ X"),
    ("Content-Type: multipart/mixed; boundary=@", "@X"),
    ("Content-Type: multipart/mixed; boundary=@", "@ X"),
    ("Content-Type: multipart/mixed; boundary=@", "@-"),
    ("Content-Type: multipart/mixed; boundary=@", "@\t"),
    ("Content-Type: multipart/mixed; boundary=@", "@\x0B"),
    (
        "Content-Type: multipart/mixed; boundary=@\nContent-Type: text/plain",
        "@",
    ),
    (
        "Content-Type: text/plain\nContent-Type: multipart/mixed; boundary=@",
        "@",
    ),
    ("Content-Type: singlepart/mixed; boundary=@", "@"),
    ("Content-Type: ultipart/mixed; boundary=@", "@"),
    ("Content-Type: x-multipart/mixed; boundary=@", "@"),
    ("Content-Type: mULtipart/mixed; boundary=@", "@"),
    ("Content-Type: =?UTF-8?B?bXVsdGlwYXJ0?=/mixed; boundary=@", "@"),
    ("Content-Type: \"multipart/mixed\"; boundary=@", "@"),
    ("Content-Type: multipart/mixed  boundary=@", "@"),
    ("Content-Type: multipart/mixed, boundary=@", "@"),
    ("Content-Type: multipart/mixed; foo=bla boundary=@", "@"),
    ("Content-Type: multipart/mixed; foo=bla\"boundary=@", "@"),
    ("Content-Type: multipart/mixed; foo=bla\\;boundary=@", "@"),
    ("Content-Type: multipart/mixed; foo=\"bla;boundary=@\"", "@"),
    ("Content-Type: multipart/mixed; foo=\"bla;boundary=@\"", "@\""),
    ("Content-Type: multipart/mixed; foo=\"bla\\\";boundary=@", "@"),
    ("Content-Type: multipart/mixed; boundary=boundary=@", "boundary"),
    ("Content-Type: multipart/mixed; boundary=boundary=@", "@"),
    ("Content-Type: multipart/mixed; boundary=boundary=@", "boundary=@"),
    ("Content-Type: multipart/mixed; \" boundary=@ \"", "@"),
    ("Content-Type: multipart/mixed; boundary()=@", "@"),
    ("Content-Type: multipart/mixed; boundary=()@", "@"),
    ("Content-Type: multipart/mixed; boundary=@()", "@"),
    ("Content-Type: multipart/mixed; boundary=@()", "@()"),
    ("Content-Type: multipart/mixed; boundary=@()x", "@x"),
    ("Content-Type: multipart/mixed; boundary=@()x", "@"),
    ("Content-Type: multipart/mixed; boundary=@()x", "@()x"),
    ("Content-Type: multipart/mixed; boundary=(boundary=x)@", "@"),
    ("Content-Type: multipart/mixed; boundary=(boundary=x)@", "x"),
    ("Content-Type: multipart/mixed; boundary=(boundary=x)@", "(boundary=x)@"),
    ("Content-Type: multipart/mixed; boun()dary=@", "@"),
    ("Content-Type: multipart/mixed; () boundary=@", "@"),
    ("Content-Type: multipart/mixed; ( boundary=@ )", "@"),
    ("Content-Type: multipart/mixed; (() boundary=@ )", "@"),
    ("Content-Type: ()multipart/mixed; boundary=@", "@"),
    ("Content-Type: multipar()t/mixed; boundary=@", "@"),
    ("Content-Type: multipart/mixed(); boundary=@", "@"),
    ("", "@"),
];
