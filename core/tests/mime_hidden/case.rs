//! One variant of a family: seeded choices, and the encodings that hide its secret.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// One variant: random choices and the secret that must not get lost.
pub(crate) struct Case {
    pub(crate) state: u64,
    pub(crate) secret: String,
    pub(crate) crlf: bool,
}

impl Case {
    pub(crate) fn new(seed: u64) -> Self {
        let mut case = Self {
            state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1,
            secret: String::new(),
            crlf: false,
        };
        case.secret = format!(
            "SSN {}-{:02}-{:04} of Ann",
            100 + case.below(500),
            1 + case.below(98),
            1 + case.below(9_998)
        );
        case.crlf = case.below(2) == 0;
        case
    }

    /// xorshift64*: small, seeded and the same everywhere.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        (self.state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % limit
    }

    pub(crate) fn pick<'a>(&mut self, items: &[&'a str]) -> &'a str {
        items[usize::try_from(self.below(u64::try_from(items.len()).unwrap())).unwrap()]
    }

    /// The secret in a text, base64, lines of random length.
    pub(crate) fn base64(&mut self) -> String {
        let padding = "x".repeat(usize::try_from(self.below(60)).unwrap());
        let width = self.pick(&["76", "60", "57", "40"]).parse().unwrap();
        lines(&STANDARD.encode(format!("{}\n{padding}\n", self.secret)), width)
    }

    pub(crate) fn part(&mut self) -> String {
        let head = self.pick(&[
            "Content-Type: text/plain",
            "Content-Type: application/octet-stream",
            "Content-Type: text/plain; charset=utf-8",
        ]);
        format!(
            "{head}\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=a.txt\n\n{}\n",
            self.base64()
        )
    }

    /// A multipart whose header is given, with a decoy and the hidden part behind this boundary.
    pub(crate) fn multipart(&mut self, header: &str, boundary: &str) -> Vec<u8> {
        let part = self.part();
        let subject = self.pick(&["hello", "Report", "=?utf-8?Q?caf=C3=A9?="]);
        format!("From: a@example.org\nSubject: {subject}\nMIME-Version: 1.0\n{header}\n\n--{boundary}\n\ndecoy\n--{boundary}\n{part}--{boundary}--\n").into_bytes()
    }

    /// A message of one part with this transfer encoding.
    pub(crate) fn single(&mut self, header: &str) -> Vec<u8> {
        let body = self.base64();
        format!("From: a@example.org\nMIME-Version: 1.0\nContent-Type: text/plain\n{header}\n\n{body}\n").into_bytes()
    }

    pub(crate) fn boundary(&mut self) -> String {
        format!("b{}{}", self.pick(&["", "_=", "----"]), self.below(1_000_000))
    }
}

pub(crate) fn lines(text: &str, width: usize) -> String {
    text.as_bytes()
        .chunks(width)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect::<Vec<_>>()
        .join("\n")
}

pub(crate) fn with_crlf(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len() * 2);
    for &byte in raw {
        if byte == b'\n' && out.last() != Some(&b'\r') {
            out.push(b'\r');
        }
        out.push(byte);
    }
    out
}

/// CR for each line end, as old Macintoshes wrote.
pub(crate) fn with_cr(raw: &[u8]) -> Vec<u8> {
    raw.iter()
        .map(|&byte| if byte == b'\n' { b'\r' } else { byte })
        .collect()
}

pub(crate) fn mixed(boundary: &str) -> String {
    format!("Content-Type: multipart/mixed; boundary=\"{boundary}\"")
}

pub(crate) fn uuencoded(text: &str) -> String {
    let mut out = "begin 644 a.txt\n".to_owned();
    for chunk in text.as_bytes().chunks(45) {
        out.push(char::from(32 + u8::try_from(chunk.len()).unwrap()));
        for group in chunk.chunks(3) {
            let bits = group
                .iter()
                .chain([0; 3].iter())
                .take(3)
                .fold(0_u32, |bits, &byte| bits << 8 | u32::from(byte));
            out.extend(
                (0..4)
                    .rev()
                    .map(|at| char::from(u8::try_from(32 + (bits >> (6 * at) & 63)).unwrap())),
            );
        }
        out.push('\n');
    }
    out + "`\nend\n"
}

pub(crate) fn yencoded(text: &str) -> Vec<u8> {
    let plain = text.bytes().map(|byte| byte.wrapping_add(42));
    plain
        .flat_map(|byte| {
            if matches!(byte, 0 | 10 | 13 | 61) {
                vec![61, byte.wrapping_add(64)]
            } else {
                vec![byte]
            }
        })
        .collect()
}

pub(crate) fn utf7(character: char) -> String {
    let unit = u16::try_from(u32::from(character)).unwrap().to_be_bytes();
    format!("+{}-", STANDARD.encode(unit).trim_end_matches('='))
}
