//! Ways of hiding content: a name, and what makes a message of it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::case::{Case, lines, mixed, utf7, uuencoded, yencoded};

/// Makes a message that holds the secret of the case.
pub(crate) type Family = fn(&mut Case) -> Vec<u8>;

/// Run from the start.
pub(crate) const FAMILIES: &[(&str, Family)] = &[
    ("two content types, first right", |c| {
        let b = c.boundary();
        c.multipart(&format!("{}\nContent-Type: text/plain", mixed(&b)), &b)
    }),
    ("two content types, last right", |c| {
        let b = c.boundary();
        c.multipart(&format!("Content-Type: text/plain\n{}", mixed(&b)), &b)
    }),
    ("two boundaries in two headers", |c| {
        let b = c.boundary();
        c.multipart(&format!("{}\n{}", mixed("other"), mixed(&b)), &b)
    }),
    ("two boundary parameters", |c| {
        let b = c.boundary();
        c.multipart(
            &format!("Content-Type: multipart/mixed; boundary=other; boundary={b}"),
            &b,
        )
    }),
    ("boundary continued by RFC 2231", |c| {
        let b = c.boundary();
        c.multipart(
            &format!(
                "Content-Type: multipart/mixed; boundary*0=\"{}\"; boundary*1=\"{}\"",
                &b[..1],
                &b[1..]
            ),
            &b,
        )
    }),
    ("boundary encoded by RFC 2231", |c| {
        let b = c.boundary();
        c.multipart(
            &format!(
                "Content-Type: multipart/mixed; boundary*=utf-8''{}",
                b.replace('=', "%3D")
            ),
            &b,
        )
    }),
    ("encoded and plain boundary differ", |c| {
        let b = c.boundary();
        c.multipart(
            &format!("Content-Type: multipart/mixed; boundary={b}; boundary*=utf-8''other"),
            &b,
        )
    }),
    ("encoded word as boundary", |c| {
        let b = c.boundary();
        c.multipart(
            &format!(
                "Content-Type: multipart/mixed; boundary=\"=?utf-8?Q?{}?=\"",
                b.replace('=', "=3D")
            ),
            &b,
        )
    }),
    ("comment in the boundary parameter", |c| {
        let b = c.boundary();
        c.multipart(&format!("Content-Type: multipart/mixed; boundary=(x)\"{b}\""), &b)
    }),
    ("comment before the parameter", |c| {
        let b = c.boundary();
        c.multipart(
            &format!("Content-Type: multipart/mixed (;boundary=other); boundary=\"{b}\""),
            &b,
        )
    }),
    ("escape in the boundary", |c| {
        let b = c.boundary();
        c.multipart(&format!("Content-Type: multipart/mixed; boundary=\"\\{b}\""), &b)
    }),
    ("blanks at the end of the boundary", |c| {
        let b = c.boundary();
        c.multipart(&mixed(&format!("{b} ")), &format!("{b} "))
    }),
    ("blanks behind the delimiter", |c| {
        let b = c.boundary();
        c.multipart(&mixed(&b), &format!("{b} \t"))
    }),
    ("junk behind the delimiter", |c| {
        let b = c.boundary();
        c.multipart(&mixed(&b), &format!("{b} junk"))
    }),
    ("vertical tab behind the delimiter", |c| {
        let b = c.boundary();
        c.multipart(&mixed(&b), &format!("{b}\x0B"))
    }),
    ("NUL behind the delimiter", |c| {
        let b = c.boundary();
        c.multipart(&mixed(&b), &format!("{b}\0"))
    }),
    ("NUL in the boundary", |c| {
        let b = c.boundary();
        c.multipart(&mixed(&format!("{b}\0x")), &b)
    }),
    ("empty boundary", |c| {
        c.multipart("Content-Type: multipart/mixed; boundary=\"\"", "")
    }),
    ("no boundary", |c| {
        let b = c.boundary();
        c.multipart("Content-Type: multipart/mixed", &b)
    }),
    ("boundary of another case", |c| {
        let b = c.boundary();
        c.multipart(&mixed(&b.to_uppercase()), &b)
    }),
    ("no quotes and a blank in the boundary", |c| {
        let b = c.boundary();
        c.multipart(&format!("Content-Type: multipart/mixed; boundary={b} x"), &b)
    }),
    ("parameter without semicolon", |c| {
        let b = c.boundary();
        c.multipart(&format!("Content-Type: multipart/mixed boundary={b}"), &b)
    }),
    ("blank before the colon", |c| {
        let b = c.boundary();
        c.multipart(&mixed(&b).replacen(':', " :", 1), &b)
    }),
    ("no colon", |c| {
        let b = c.boundary();
        c.multipart(&mixed(&b).replacen(':', "", 1), &b)
    }),
    ("bare CR before the type", |c| {
        let b = c.boundary();
        c.multipart(&format!("X-A: b\r{}", mixed(&b)), &b)
    }),
    ("blank line that is not empty", |c| {
        let body = c.base64();
        let gap = c.pick(&[" ", "\t", "  "]);
        format!("From: a@example.org\n{gap}\nContent-Transfer-Encoding: base64\n\n{body}\n").into_bytes()
    }),
    ("closing delimiter in an inner header", |c| {
        let b = c.boundary();
        let p = c.part().replacen('\n', &format!("\n--{b}--\n"), 1);
        format!("{}\n\n--{b}\n{p}--{b}--\n", mixed(&b)).into_bytes()
    }),
    ("inner boundary equals the outer one", |c| {
        let b = c.boundary();
        let p = c.part();
        format!("{}\n\n--{b}\n{}\n\n--{b}\n{p}--{b}--\n--{b}--\n", mixed(&b), mixed(&b)).into_bytes()
    }),
    ("inner boundary starts as the outer one", |c| {
        let b = c.boundary();
        let p = c.part();
        format!(
            "{}\n\n--{b}\n{}\n\n--{b}1\n{p}--{b}1--\n--{b}--\n",
            mixed(&b),
            mixed(&format!("{b}1"))
        )
        .into_bytes()
    }),
    ("part behind the closing delimiter", |c| {
        let b = c.boundary();
        let p = c.part();
        format!("{}\n\n--{b}\n\nx\n--{b}--\n--{b}\n{p}--{b}--\n", mixed(&b)).into_bytes()
    }),
    ("part before the first delimiter", |c| {
        let b = c.boundary();
        let p = c.part();
        format!("{}\n\n{p}\n--{b}\n\nx\n--{b}--\n", mixed(&b)).into_bytes()
    }),
    ("transfer encoding with a comment", |c| {
        c.single("Content-Transfer-Encoding: base64 (comment)")
    }),
    ("transfer encoding with a comma", |c| {
        let tail = c.pick(&[",", ", x", ";", " x"]);
        c.single(&format!("Content-Transfer-Encoding: base64{tail}"))
    }),
    ("transfer encoding with a prefix", |c| {
        let name = c.pick(&[
            "x-base64",
            "xbase64",
            "mime-base64",
            "\"base64\"",
            "base64\0",
            "base 64",
        ]);
        c.single(&format!("Content-Transfer-Encoding: {name}"))
    }),
    ("two transfer encodings", |c| {
        let (a, b) = if c.below(2) == 0 {
            ("7bit", "base64")
        } else {
            ("base64", "quoted-printable")
        };
        c.single(&format!(
            "Content-Transfer-Encoding: {a}\nContent-Transfer-Encoding: {b}"
        ))
    }),
    ("encoded word as transfer encoding", |c| {
        c.single("Content-Transfer-Encoding: =?utf-8?Q?base64?=")
    }),
    ("transfer encoding on a folded line", |c| {
        c.single("Content-Transfer-Encoding:\n base64")
    }),
    ("transfer encoding declared as 7bit only", |c| {
        c.single("Content-Transfer-Encoding: 7bit")
    }),
    ("base64 with padding in the middle", |c| {
        let s = c.secret.clone();
        let (a, b) = s.split_at(10);
        let body = format!("{}\n{}", STANDARD.encode(a), STANDARD.encode(b));
        format!("Content-Transfer-Encoding: base64\n\n{body}\n").into_bytes()
    }),
    ("base64 with junk", |c| {
        let junk = c.pick(&["*", "!", "-", " ", "\u{e9}", "."]);
        let body: String = c
            .base64()
            .chars()
            .enumerate()
            .flat_map(|(at, ch)| {
                if at % 7 == 3 {
                    format!("{junk}{ch}")
                } else {
                    ch.to_string()
                }
                .chars()
                .collect::<Vec<_>>()
            })
            .collect();
        format!("Content-Transfer-Encoding: base64\n\n{body}\n").into_bytes()
    }),
    ("base64 of an odd length", |c| {
        let body = c.base64();
        format!(
            "Content-Transfer-Encoding: base64\n\n{}",
            &body.trim_end_matches(['=', '\n'])
        )
        .into_bytes()
    }),
    ("plain text declared as base64", |c| {
        format!("Content-Transfer-Encoding: base64\n\n{}\n", c.secret).into_bytes()
    }),
    ("quoted-printable with broken escapes", |c| {
        let soft = c.secret.replace('-', "=2d");
        let junk = c.pick(&["=ZZ", "=", "=4", "=\t"]);
        format!("Content-Transfer-Encoding: quoted-printable\n\nx {junk} y\n{soft}\n").into_bytes()
    }),
    ("quoted-printable with soft breaks in the number", |c| {
        let soft = c.secret.chars().map(String::from).collect::<Vec<_>>().join("=\n");
        format!("Content-Transfer-Encoding: quoted-printable\n\n{soft}x\n").into_bytes()
    }),
    ("uuencode in a text", |c| {
        format!("From: a@example.org\n\nhello\n\n{}", uuencoded(&c.secret)).into_bytes()
    }),
    ("uuencode by its own transfer encoding", |c| {
        let name = c.pick(&["x-uuencode", "uuencode", "x-uue"]);
        format!("Content-Transfer-Encoding: {name}\n\n{}", uuencoded(&c.secret)).into_bytes()
    }),
    ("yEnc in a text", |c| {
        let mut raw = b"From: a@example.org\n\n=ybegin line=128 size=9 name=a.txt\n".to_vec();
        raw.extend(yencoded(&c.secret));
        raw.extend_from_slice(b"\n=yend size=9\n");
        c.crlf = false;
        raw
    }),
    ("BinHex in a text", |_| {
        b"From: a@example.org\n\n(This file must be converted with BinHex 4.0)\n\n:$f*TEQKPH#!J\"A*h#J%!3!!!:\n\n"
            .to_vec()
    }),
    ("UTF-7", |c| {
        let encoded: String = c.secret.chars().map(utf7).collect();
        let name = c.pick(&["utf-7", "UTF-7", "unicode-1-1-utf-7", "\"utf-7\""]);
        format!("Content-Type: text/plain; charset={name}\n\n{encoded}\n").into_bytes()
    }),
    ("UTF-16 without a mark", |c| {
        let wide: Vec<u8> = c.secret.encode_utf16().flat_map(u16::to_be_bytes).collect();
        format!(
            "Content-Type: text/plain; charset=utf-16\nContent-Transfer-Encoding: base64\n\n{}\n",
            STANDARD.encode(wide)
        )
        .into_bytes()
    }),
    ("base64 on a message part", |c| {
        let inner = format!("Subject: x\n\n{}\n", c.secret);
        format!(
            "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{}\n",
            lines(&STANDARD.encode(inner), 76)
        )
        .into_bytes()
    }),
    ("base64 on a multipart", |c| {
        let b = c.boundary();
        let p = c.part();
        let inner = format!("--{b}\n{p}--{b}--\n");
        format!(
            "{}\nContent-Transfer-Encoding: base64\n\n{}\n",
            mixed(&b),
            lines(&STANDARD.encode(inner), 76)
        )
        .into_bytes()
    }),
    ("a fragment of a message", |c| {
        let p = c.part();
        format!("Content-Type: message/partial; id=\"a\"; number=1; total=2\n\n{p}").into_bytes()
    }),
    ("content that stands elsewhere", |_| {
        b"Content-Type: message/external-body; access-type=URL; URL=\"http://example.org/a\"\n\nContent-Type: text/plain\n\n".to_vec()
    }),
    ("an encrypted multipart", |c| {
        let b = c.boundary();
        format!("Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=\"{b}\"\n\n--{b}\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--{b}\nContent-Type: application/octet-stream\n\n-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n--{b}--\n").into_bytes()
    }),
    ("a name in an encoded word", |c| {
        let name = STANDARD.encode(&c.secret);
        format!("Content-Type: text/plain; name=\"=?utf-8?B?{name}?=\"\n\nx\n").into_bytes()
    }),
    ("a name in RFC 2231 pieces", |c| {
        let s = c.secret.replace(' ', "%20");
        let (a, b) = s.split_at(9);
        format!("Content-Disposition: attachment; filename*0*=utf-8''{a}; filename*1*={b}\n\nx\n").into_bytes()
    }),
    ("a second name", |c| {
        format!(
            "Content-Type: text/plain; name=\"{}.txt\"\nContent-Disposition: attachment; filename=b.txt\n\nx\n",
            c.secret
        )
        .into_bytes()
    }),
    ("a subject in pieces", |c| {
        let s = c.secret.clone();
        let words: Vec<String> = s
            .as_bytes()
            .chunks(4)
            .map(|piece| format!("=?utf-8?B?{}?=", STANDARD.encode(piece)))
            .collect();
        format!("Subject: {}\n\nx\n", words.join("\n ")).into_bytes()
    }),
    ("a second subject", |c| {
        format!("Subject: hello\nSubject: {}\n\nx\n", c.secret).into_bytes()
    }),
    ("HTML: entities and tags in the number", |c| {
        let split: String = c
            .secret
            .chars()
            .map(|ch| {
                if ch == '-' {
                    "<b>&#45;</b>".to_owned()
                } else {
                    ch.to_string()
                }
            })
            .collect();
        format!("Content-Type: text/html\n\n<p>{split}</p>\n").into_bytes()
    }),
    ("HTML: hidden text, attributes, comments", |c| {
        let s = c.secret.clone();
        let frame = c.pick(&[
            "<div style='display:none'>@</div>",
            "<img alt='@'>",
            "<!-- @ -->",
            "<input type=hidden value='@'>",
            "<template>@</template>",
            "<p hidden>@</p>",
            "<!-- @",
            "<a title=\"@",
            "<noscript>@</noscript>",
            "<![CDATA[@]]>",
        ]);
        format!("Content-Type: text/html\n\nhello {}\n", frame.replace('@', &s)).into_bytes()
    }),
    ("HTML declared as another type", |c| {
        let kind = c.pick(&["application/octet-stream", "application/xhtml+xml", "text/x-web"]);
        format!("Content-Type: {kind}\n\n<html><p>{}</p></html>\n", c.secret).into_bytes()
    }),
    ("a type that cannot be read", |c| {
        let kind = c.pick(&["text", "/", "plain/", "text/plain/x", "=?utf-8?Q?text/html?="]);
        format!("Content-Type: {kind}\n\n{}\n", c.secret).into_bytes()
    }),
];

/// Not run before the families above passed.
pub(crate) const HELD_OUT: &[(&str, Family)] = &[
    ("three content types", |c| {
        let b = c.boundary();
        c.multipart(
            &format!("Content-Type: text/html\nContent-Type: text/plain\n{}", mixed(&b)),
            &b,
        )
    }),
    ("form feed in the header line", |c| {
        let b = c.boundary();
        c.multipart(&format!("\x0C{}", mixed(&b)), &b)
    }),
    ("delimiter behind blanks", |c| {
        let b = c.boundary();
        let raw = c.multipart(&mixed(&b), &b);
        String::from_utf8(raw)
            .unwrap()
            .replace(&format!("\n--{b}"), &format!("\n --{b}"))
            .into_bytes()
    }),
    ("quotes in the boundary", |c| {
        let b = c.boundary();
        c.multipart(&format!("Content-Type: multipart/mixed; boundary='{b}'"), &b)
    }),
    ("message in a message in base64 twice", |c| {
        let inner = format!("Subject: x\n\n{}\n", c.secret);
        let middle = format!(
            "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{}\n",
            lines(&STANDARD.encode(inner), 60)
        );
        format!(
            "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{}\n",
            lines(&STANDARD.encode(middle), 60)
        )
        .into_bytes()
    }),
    ("quoted-printable declared as 7bit", |c| {
        let soft = c.secret.replace('-', "=2D");
        format!("Content-Transfer-Encoding: 7bit\n\n{soft}\n").into_bytes()
    }),
    ("content behind NUL bytes", |c| {
        format!("Content-Type: text/plain\n\nhello\0\0\0\n{}\n", c.secret).into_bytes()
    }),
];

/// Written when everything above passed, after `HELD_OUT` had been used for a mend; nothing was mended by them.
pub(crate) const HELD_OUT_LATER: &[(&str, Family)] = &[
    ("file in a ZIP archive that no directory names", |c| {
        let named = stored("readme.txt", "hello");
        let hidden = stored(c.pick(&["a.txt", "b/c.html", "x"]), &c.secret.clone());
        let directory = directory("readme.txt", "hello", named.len() + hidden.len());
        attachment(&[named, hidden, directory].concat())
    }),
    ("archive without a directory", |c| {
        attachment(&stored("a.txt", &c.secret.clone()))
    }),
    ("references without semicolons in HTML", |c| {
        let hidden: Vec<String> = c
            .secret
            .chars()
            .map(|letter| format!("&#{}<!-- x -->", u32::from(letter)))
            .collect();
        let hidden = hidden.concat();
        format!("Content-Type: text/html\n\n<p>{hidden}</p>\n").into_bytes()
    }),
    ("characters of RTF as numbers", |c| {
        let hidden: Vec<String> = c
            .secret
            .chars()
            .map(|letter| format!("\\u{}?", u32::from(letter)))
            .collect();
        let hidden = hidden.concat();
        attachment(format!("{{\\rtf1\\ansi {hidden}}}").as_bytes())
    }),
    ("string of a PDF in octal", |c| {
        let hidden: Vec<String> = c.secret.bytes().map(|byte| format!("\\{byte:03o}")).collect();
        let hidden = hidden.concat();
        let page = format!("BT ({hidden}) Tj ET");
        attachment(
            format!(
                "%PDF-1.4\n1 0 obj << /Length {} >> stream\n{page}\nendstream endobj\n",
                page.len()
            )
            .as_bytes(),
        )
    }),
    ("multipart in quoted-printable", |c| {
        let b = c.boundary();
        let part = c.part().replace('=', "=3D");
        let boundary = b.replace('=', "=3D");
        format!(
            "{}\nContent-Transfer-Encoding: quoted-printable\n\n=2D-{boundary}\n{part}=2D-{boundary}--\n",
            mixed(&b)
        )
        .into_bytes()
    }),
    ("escapes of ISO-2022-JP within the number", |c| {
        let hidden = c.secret.replace('-', "-\u{1b}(J");
        format!("Content-Type: text/plain; charset=iso-2022-jp\n\n{hidden}\n").into_bytes()
    }),
];

fn attachment(content: &[u8]) -> Vec<u8> {
    let body = lines(&STANDARD.encode(content), 76);
    format!("Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n\n{body}\n").into_bytes()
}

/// A file of a ZIP archive with its local header.
fn stored(name: &str, content: &str) -> Vec<u8> {
    [
        b"PK\x03\x04",
        sizes(name, content).as_slice(),
        name.as_bytes(),
        content.as_bytes(),
    ]
    .concat()
}

/// A directory, `at` bytes behind the front, that names the first file.
fn directory(name: &str, content: &str, at: usize) -> Vec<u8> {
    let entry = [
        b"PK\x01\x02\x14\0",
        sizes(name, content).as_slice(),
        &[0; 14],
        name.as_bytes(),
    ]
    .concat();
    let (size, at) = (four(entry.len()), four(at));
    [entry.as_slice(), b"PK\x05\x06\0\0\0\0\x01\0\x01\0", &size, &at, b"\0\0"].concat()
}

fn sizes(name: &str, content: &str) -> Vec<u8> {
    let (name, content) = (four(name.len()), four(content.len()));
    [
        &[20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        content.as_slice(),
        &content,
        &name,
    ]
    .concat()
}

fn four(number: usize) -> [u8; 4] {
    u32::try_from(number).unwrap().to_le_bytes()
}
