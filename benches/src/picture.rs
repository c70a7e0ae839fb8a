//! A letter with a picture, which is mostly base64.

use std::fmt::Write as _;

/// A letter with a picture: an attachment of `size` bytes in base64, lines of 76 characters.
pub fn with_picture(size: usize) -> Vec<u8> {
    let picture = picture(size);
    let parts = [
        format!("Content-Type: text/plain; charset=utf-8\r\n\r\n{LETTER}"),
        format!(
            "Content-Type: image/png; name=\"garden.png\"\r\nContent-Transfer-Encoding: base64\r\n\
            Content-Disposition: attachment; filename=\"garden.png\"\r\n\r\n{}",
            in_lines(&picture)
        ),
    ];
    multipart(&parts).into_bytes()
}

fn multipart(parts: &[String]) -> String {
    let mut mail = String::from(
        "From: Ann Miller <ann@clinic.example>\r\nTo: Bob Stone <bob@hospital.example>\r\n\
        Subject: =?utf-8?Q?news_from_the_garden=2C_autumn?=\r\nMessage-ID: <20261121.2@clinic.example>\r\n\
        MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"=_a1b2c3\"\r\n\r\n",
    );
    for part in parts {
        let _ = write!(mail, "--=_a1b2c3\r\n{part}");
    }
    mail.push_str("--=_a1b2c3--\r\n");
    mail
}

/// Base64 (RFC 2045, section 6.8) of whole lines.
fn in_lines(bytes: &[u8]) -> String {
    let mut lines = String::with_capacity(bytes.len() * 14 / 10);
    for line in bytes.chunks(57) {
        lines.push_str(&base64::Engine::encode(&base64::prelude::BASE64_STANDARD, line));
        lines.push_str("\r\n");
    }
    lines
}

/// A picture (ISO/IEC 15948) of about `size` bytes, which no program could pack any further.
fn picture(size: usize) -> Vec<u8> {
    let header = [0, 0, 4, 0, 0, 0, 4, 0, 8, 2, 0, 0, 0];
    let dots: Vec<u8> = noise(size).collect();
    let mut picture = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in [(b"IHDR", &header[..]), (b"IDAT", &dots), (b"IEND", &[])] {
        let chunk = [&kind[..], data].concat();
        picture.extend(u32::try_from(data.len()).unwrap_or(u32::MAX).to_be_bytes());
        picture.extend(&chunk);
        picture.extend(crc32fast::hash(&chunk).to_be_bytes());
    }
    picture
}

/// Bytes without pattern, the same in every run: what a packed picture looks like.
fn noise(length: usize) -> impl Iterator<Item = u8> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    })
    .flatten()
    .take(length)
}

const LETTER: &str = "Dear Bob,\r\n\r\nthis is the garden in autumn.\r\n\r\nAnn\r\n";

#[cfg(test)]
mod tests {
    use super::*;
    use sealwax::message::{Limits, Message};

    #[test]
    fn the_mail_is_whole_and_of_its_size() {
        let mail = with_picture(200_000);
        assert!((250_000..300_000).contains(&mail.len()), "{}", mail.len());
        let message = Message::parse(&mail, &Limits::default());
        assert!(message.is_complete());
        assert_eq!(message.anomalies(), []);
        assert_eq!(message.parts().len(), 3);
    }
}
