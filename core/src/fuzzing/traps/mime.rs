//! Traps in the structure of a message, its headers, its encodings and its HTML.

use std::fmt::Write;

use super::{MB, Trap, WHOLE, in_headers, repeated, trap};

pub(super) const TRAPS: &[Trap] = &[
    trap("parts", WHOLE, false, |bytes| parted(&repeated("--a\n\nx\n", bytes))),
    trap("empty parts", WHOLE, false, |bytes| parted(&repeated("--a\n", bytes))),
    trap("parts with two names each", WHOLE, false, |bytes| {
        parted(&repeated(
            "--a\nContent-Type: a/b; name=c\nContent-Disposition: d; filename=e\n\nx\n",
            bytes,
        ))
    }),
    trap("nested multiparts", WHOLE, false, |bytes| {
        let mut raw = String::new();
        for number in 0..bytes / 48 {
            let _ = write!(
                raw,
                "Content-Type: multipart/mixed; boundary=b{number}\n\n--b{number}\n"
            );
        }
        raw.into_bytes()
    }),
    trap("nested messages", WHOLE, false, |bytes| {
        repeated("Content-Type: message/rfc822\n\n", bytes).into_bytes()
    }),
    trap("boundaries that are prefixes of each other", WHOLE, true, |bytes| {
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
    trap("conflicting boundaries", WHOLE, false, |bytes| {
        let mut raw = String::from("Content-Type: multipart/mixed");
        for number in 0..200 {
            let _ = write!(raw, "; boundary=b{number}");
        }
        raw.push_str("\n\n");
        raw.push_str(&repeated("--b7\n\nx\n--b199\n\ny\n", bytes));
        raw.into_bytes()
    }),
    trap("one long header", WHOLE, false, |bytes| {
        format!("Subject: {}\n\nx", repeated("a ", bytes)).into_bytes()
    }),
    trap("long headers in every part", WHOLE, true, |bytes| {
        in_headers(bytes, |bytes| format!("Content-Description: {}", repeated("a ", bytes)))
    }),
    trap("headers", WHOLE, false, |bytes| {
        format!("{}\nx", repeated("X-A: b\n", bytes)).into_bytes()
    }),
    trap("folded lines", WHOLE, true, |bytes| {
        in_headers(bytes, |bytes| {
            format!("Subject: a\n{}", repeated(" b\n", bytes).trim_end())
        })
    }),
    trap("messages in base64 in messages", WHOLE, true, |bytes| {
        // Each time a third is added, and a line end for 76 signs.
        let mut raw = format!("Subject: x\n\n{}\n", repeated("a b ", bytes / 1_840));
        for _ in 0..25 {
            let lines = in_lines(&base64_simd::STANDARD.encode_to_string(&raw), 76);
            raw = format!("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{lines}\n");
        }
        raw.into_bytes()
    }),
    trap("base64 in base64 that nobody declares", WHOLE, false, |bytes| {
        let mut raw = format!("{}\n", repeated("a b ", bytes / 1_840));
        for _ in 0..25 {
            raw = in_lines(&base64_simd::STANDARD.encode_to_string(&raw), 76) + "\n";
        }
        format!("Subject: x\n\n{raw}").into_bytes()
    }),
    trap("a table of thousands of columns", WHOLE, true, |bytes| {
        let header: Vec<_> = (0..3_000)
            .map(|number| format!("the column of number {number:04} of them"))
            .collect();
        let row: Vec<_> = (0..3_000).map(|number| format!("{number:08}")).collect();
        let rows = repeated(&format!("{}\n", row.join(",")), bytes);
        format!("Content-Type: text/csv\n\n{}\n{rows}", header.join(",")).into_bytes()
    }),
    trap("multiparts that are closed, 50 deep", WHOLE, false, |bytes| {
        let mut piece = String::new();
        for depth in 0..50 {
            let _ = write!(
                piece,
                "Content-Type: multipart/mixed; boundary=b{depth}\n\n--b{depth}\n"
            );
        }
        for depth in (0..50).rev() {
            let _ = write!(piece, "\n--b{depth}--\n");
        }
        parted(&repeated(&format!("--a\n{piece}\n"), bytes))
    }),
    trap("one parameter many times", WHOLE, false, |bytes| {
        let charsets = repeated("; charset=\"utf-8\"", bytes);
        format!("Content-Type: text/plain{charsets}\n\nx").into_bytes()
    }),
    trap("continued parameters in every part", WHOLE, true, |bytes| {
        let names: Vec<_> = (0..200).map(|number| format!("; name*{number}*=a%20b")).collect();
        let part = format!("--a\nContent-Type: text/plain{}\n\nx\n", names.concat());
        parted(&repeated(&part, bytes))
    }),
    trap("carriage returns alone", WHOLE, true, |bytes| {
        format!("Subject: x\r\r{}", repeated("one line of text\r", bytes)).into_bytes()
    }),
    trap("a mailbox", WHOLE, false, |bytes| {
        repeated("From a\nSubject: x\n\ny\n\n", bytes).into_bytes()
    }),
    trap("control characters in a header", WHOLE, true, |bytes| {
        format!("Subject: a\x0Bb\n\n{}", repeated("one line\x0B", bytes)).into_bytes()
    }),
    trap("malformed base64", WHOLE, false, |bytes| {
        let lines = repeated("QU=B#QUFC\n", bytes);
        format!("Content-Transfer-Encoding: base64\n\n{lines}").into_bytes()
    }),
    trap("malformed quoted-printable", WHOLE, false, |bytes| {
        let lines = repeated("=XX=50=0a=\n", bytes);
        format!("Content-Transfer-Encoding: quoted-printable\n\n{lines}").into_bytes()
    }),
    trap("a page with bare equals signs", WHOLE, true, |bytes| {
        let lines = repeated(
            "<a href=\"http://www.example.org/index.html\">back to the front</a>\n",
            bytes,
        );
        format!("Content-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n{lines}").into_bytes()
    }),
    trap("lines of one word", WHOLE, true, |bytes| {
        format!("Subject: x\n\n{}", repeated("word\n", bytes)).into_bytes()
    }),
    trap("hexadecimal digits", WHOLE, true, |bytes| {
        format!("Subject: x\n\n{}", repeated("0123456789abcdef\n", bytes)).into_bytes()
    }),
    trap("a column of letters", WHOLE, true, |bytes| {
        format!("Subject: x\n\n{}", repeated("a\n", bytes)).into_bytes()
    }),
    trap("text that is struck over", WHOLE, true, |bytes| {
        format!(
            "Subject: x\n\n{}",
            repeated("one line of text that is struck over ab\rl\n", bytes)
        )
        .into_bytes()
    }),
    trap("UTF-16 that nobody declares", WHOLE, true, |bytes| {
        let mut raw = b"Content-Type: text/plain\nContent-Transfer-Encoding: binary\n\n".to_vec();
        raw.extend(
            "text of words"
                .encode_utf16()
                .flat_map(u16::to_be_bytes)
                .cycle()
                .take(bytes / 2 * 2),
        );
        raw
    }),
    trap("parameters", WHOLE, false, |bytes| {
        format!("Content-Type: text/plain{}\n\nx", repeated("; a=b", bytes)).into_bytes()
    }),
    trap("open comments in a header", WHOLE, true, |bytes| {
        in_headers(bytes, |bytes| {
            format!("Content-Type: text/plain {}", repeated("(", bytes))
        })
    }),
    trap("open encoded words", WHOLE, true, |bytes| {
        in_headers(bytes, |bytes| format!("Subject: {}", repeated("=?a?q?x ", bytes)))
    }),
    trap("HTML: open tags", WHOLE, true, |bytes| html("<div>", bytes)),
    trap("HTML: tags of every kind", WHOLE, true, |bytes| {
        html("<p>1<td>2</pre><b>", bytes)
    }),
    trap("HTML: open attributes", WHOLE, true, |bytes| html("<a b=\"", bytes)),
    trap("HTML: attributes with text", WHOLE, true, |bytes| {
        html("<a alt=x title=y>", bytes)
    }),
    trap("HTML: open comments", WHOLE, true, |bytes| html("<!--", bytes)),
    trap("HTML: open references", WHOLE, true, |bytes| {
        html("&NotEqualTild", bytes)
    }),
    trap("HTML: references", WHOLE, true, |bytes| html("&#45;9", bytes)),
    trap("HTML: hidden elements", WHOLE, true, |bytes| html("<p hidden>", bytes)),
    trap("equals signs", WHOLE, false, |bytes| {
        format!(
            "Content-Transfer-Encoding: quoted-printable\n\n{}",
            repeated("=", bytes)
        )
        .into_bytes()
    }),
    trap("lines that announce files", WHOLE, true, |bytes| {
        format!("\n{}", repeated("begin 644 a\n", bytes)).into_bytes()
    }),
    trap("lines of base64", WHOLE, false, |bytes| {
        format!("\n{}", repeated(&format!("{}\n\n", "QUFB".repeat(15)), bytes)).into_bytes()
    }),
    trap("Content lines in a disputed message", WHOLE, false, |bytes| {
        let lines = repeated("Content-Type: a\n\nQUFBQUFB\n", bytes);
        format!("Content-Type: multipart/mixed\n\n{lines}").into_bytes()
    }),
    trap("flowed lines", WHOLE, true, |bytes| {
        format!(
            "Content-Type: text/plain; format=flowed\n\n{}",
            repeated("> a \n", bytes)
        )
        .into_bytes()
    }),
    trap("letter-spaced text", WHOLE, true, |bytes| {
        format!("\n{}", repeated("a ", bytes)).into_bytes()
    }),
    trap("text of a wide charset", WHOLE, true, |bytes| {
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

fn in_lines(text: &str, width: usize) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / width + 1);
    for (at, sign) in text.chars().enumerate() {
        if at > 0 && at % width == 0 {
            out.push('\n');
        }
        out.push(sign);
    }
    out
}

fn parted(parts: &str) -> Vec<u8> {
    format!("Content-Type: multipart/mixed; boundary=a\n\n{parts}--a--\n").into_bytes()
}

fn html(trap: &str, bytes: usize) -> Vec<u8> {
    format!("Content-Type: text/html\n\n{}", repeated(trap, bytes)).into_bytes()
}
