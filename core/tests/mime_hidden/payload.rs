//! What is hidden: the secret as text, as a page, and in small files.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Content that shows a secret to whoever reads it.
pub(crate) struct Payload {
    pub(crate) name: &'static str,
    /// The type that it is sent under.
    pub(crate) kind: &'static str,
    pub(crate) content: Vec<u8>,
}

/// The secret in every kind of content.
pub(crate) fn payloads(secret: &str) -> Vec<Payload> {
    let text = format!("Dear colleague,\nthis is what you asked for: {secret}.\nKind regards\n");
    let page = format!("BT ({text}) Tj ET").replace('\n', " ");
    let pdf = format!(
        "%PDF-1.4\n1 0 obj << /Length {} >> stream\n{page}\nendstream endobj\n",
        page.len()
    );
    let of = |name, kind, content| Payload { name, kind, content };
    vec![
        of("text", "text/plain", text.clone().into_bytes()),
        of(
            "HTML",
            "text/html",
            format!("<html><body><p>{text}</p></body></html>\n").into_bytes(),
        ),
        of("ZIP", "application/zip", zipped("record.txt", text.as_bytes())),
        of("gzip", "application/gzip", gzipped(text.as_bytes())),
        of("PDF", "application/pdf", pdf.into_bytes()),
    ]
}

impl Payload {
    /// Base64 in one line.
    pub(crate) fn base64(&self) -> String {
        STANDARD.encode(&self.content)
    }

    /// Base64 in lines of 76.
    pub(crate) fn lines(&self) -> String {
        crate::case::lines(&self.base64(), 76)
    }

    /// Base64 in lines of lengths that nobody expects.
    pub(crate) fn ragged(&self) -> String {
        let whole = self.base64();
        let mut rest = whole.as_str();
        let mut out = String::new();
        for length in [4, 4, 8, 8, 16, 16, 32, 32, 64].into_iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (line, tail) = rest.split_at(length.min(rest.len()));
            out.push_str(line);
            out.push('\n');
            rest = tail;
        }
        out
    }

    /// Each byte through `write`, one behind the other.
    pub(crate) fn bytewise(&self, write: impl Fn(u8) -> String) -> String {
        self.content
            .iter()
            .map(|&byte| write(byte))
            .collect::<Vec<_>>()
            .concat()
    }
}

/// A ZIP archive of one stored file.
fn zipped(name: &str, content: &[u8]) -> Vec<u8> {
    let four = |number: usize| u32::try_from(number).unwrap().to_le_bytes();
    let check = crc(content).to_le_bytes();
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
        content,
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

/// A gzip file of one stored block.
fn gzipped(content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap();
    let size = u32::from(length).to_le_bytes();
    let head = b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x01";
    let (length, check) = (
        [length.to_le_bytes(), (!length).to_le_bytes()].concat(),
        crc(content).to_le_bytes(),
    );
    [head.as_slice(), &length, content, &check, &size].concat()
}

fn crc(bytes: &[u8]) -> u32 {
    let bit = |crc: u32| if crc & 1 == 0 { crc >> 1 } else { crc >> 1 ^ 0xEDB8_8320 };
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| bit(crc))
    })
}
