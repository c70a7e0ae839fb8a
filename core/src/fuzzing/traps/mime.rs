//! Traps in the structure of a message, its headers, its encodings and its HTML.

use std::fmt::Write;

use super::{KB, MB, Trap, repeated, trap};

pub(super) const TRAPS: &[Trap] = &[
    trap("parts", 600 * KB, false, |bytes| parted(&repeated("--a\n\nx\n", bytes))),
    trap("empty parts", 400 * KB, false, |bytes| {
        parted(&repeated("--a\n", bytes))
    }),
    trap("parts with two names each", MB, false, |bytes| {
        parted(&repeated(
            "--a\nContent-Type: a/b; name=c\nContent-Disposition: d; filename=e\n\nx\n",
            bytes,
        ))
    }),
    trap("nested multiparts", 50 * KB, false, |bytes| {
        let mut raw = String::new();
        for number in 0..bytes / 48 {
            let _ = write!(
                raw,
                "Content-Type: multipart/mixed; boundary=b{number}\n\n--b{number}\n"
            );
        }
        raw.into_bytes()
    }),
    trap("nested messages", 300 * KB, false, |bytes| {
        repeated("Content-Type: message/rfc822\n\n", bytes).into_bytes()
    }),
    trap("boundaries that are prefixes of each other", 3 * MB, false, |bytes| {
        let mut raw = String::new();
        for length in 1..64 {
            let boundary = "a".repeat(length);
            let _ = write!(
                raw,
                "Content-Type: multipart/mixed; boundary={boundary}\n\n--{boundary}\n"
            );
        }
        raw.push_str(&repeated(&format!("--{}!\n", "a".repeat(70)), bytes));
        raw.into_bytes()
    }),
    trap("conflicting boundaries", 2 * MB, false, |bytes| {
        let mut raw = String::from("Content-Type: multipart/mixed");
        for number in 0..200 {
            let _ = write!(raw, "; boundary=b{number}");
        }
        raw.push_str("\n\n");
        raw.push_str(&repeated("--b7\n\nx\n--b199\n\ny\n", bytes));
        raw.into_bytes()
    }),
    trap("one long header", 3 * MB, false, |bytes| {
        format!("Subject: {}\n\nx", repeated("a ", bytes)).into_bytes()
    }),
    trap("headers", 700 * KB, false, |bytes| {
        format!("{}\nx", repeated("X-A: b\n", bytes)).into_bytes()
    }),
    trap("folded lines", 300 * KB, true, |bytes| {
        format!("Subject: a\n{}\nx", repeated(" b\n", bytes)).into_bytes()
    }),
    trap("parameters", 500 * KB, false, |bytes| {
        format!("Content-Type: text/plain{}\n\nx", repeated("; a=b", bytes)).into_bytes()
    }),
    trap("open comments in a header", 900 * KB, true, |bytes| {
        format!("Content-Type: text/plain {}\n\nx", repeated("(", bytes)).into_bytes()
    }),
    trap("open encoded words", 800 * KB, true, |bytes| {
        format!("Subject: {}\n\nx", repeated("=?a?q?x ", bytes)).into_bytes()
    }),
    trap("HTML: open tags", MB, true, |bytes| html("<div>", bytes)),
    trap("HTML: tags of every kind", MB, true, |bytes| {
        html("<p>1<td>2</pre><b>", bytes)
    }),
    trap("HTML: open attributes", MB, true, |bytes| html("<a b=\"", bytes)),
    trap("HTML: attributes with text", MB, true, |bytes| {
        html("<a alt=x title=y>", bytes)
    }),
    trap("HTML: open comments", MB, true, |bytes| html("<!--", bytes)),
    trap("HTML: open references", MB, true, |bytes| html("&NotEqualTild", bytes)),
    trap("HTML: references", MB, true, |bytes| html("&#45;9", bytes)),
    trap("HTML: hidden elements", MB, true, |bytes| html("<p hidden>", bytes)),
    trap("equals signs", 3 * MB, true, |bytes| {
        format!(
            "Content-Transfer-Encoding: quoted-printable\n\n{}",
            repeated("=", bytes)
        )
        .into_bytes()
    }),
    trap("lines that announce files", 2 * MB, false, |bytes| {
        format!("\n{}", repeated("begin 644 a\n", bytes)).into_bytes()
    }),
    trap("lines of base64", 3 * MB, false, |bytes| {
        format!("\n{}", repeated(&format!("{}\n\n", "QUFB".repeat(15)), bytes)).into_bytes()
    }),
    trap("Content lines in a disputed message", 2 * MB, false, |bytes| {
        let lines = repeated("Content-Type: a\n\nQUFBQUFB\n", bytes);
        format!("Content-Type: multipart/mixed\n\n{lines}").into_bytes()
    }),
    trap("flowed lines", MB, true, |bytes| {
        format!(
            "Content-Type: text/plain; format=flowed\n\n{}",
            repeated("> a \n", bytes)
        )
        .into_bytes()
    }),
    trap("letter-spaced text", MB, true, |bytes| {
        format!("\n{}", repeated("a ", bytes)).into_bytes()
    }),
    trap("text of a wide charset", 3 * MB, true, |bytes| {
        let mut raw = b"Content-Type: text/plain; charset=windows-1252\nContent-Transfer-Encoding: 8bit\n\n".to_vec();
        raw.resize(raw.len() + bytes, 0x93);
        raw
    }),
    trap("100 MB of zeros", 100 * MB, false, |bytes| vec![0; bytes]),
    trap("100 MB of base64", 100 * MB, true, |bytes| {
        let lines = repeated(&format!("{}\n", "QUFB".repeat(19)), bytes);
        format!("Content-Transfer-Encoding: base64\n\n{lines}").into_bytes()
    }),
];

fn parted(parts: &str) -> Vec<u8> {
    format!("Content-Type: multipart/mixed; boundary=a\n\n{parts}--a--\n").into_bytes()
}

fn html(trap: &str, bytes: usize) -> Vec<u8> {
    format!("Content-Type: text/html\n\n{}", repeated(trap, bytes)).into_bytes()
}
