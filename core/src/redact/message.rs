//! A message written anew from its texts.

use std::fmt::Write;
use std::iter::Peekable;

use super::plan::NOWHERE;
use super::{Redaction, Removed};
use crate::message::{Media, Message, Part, PartState, Place, encoded_words};

/// Writes `message` with other texts.
pub(crate) struct Letter<'a> {
    message: &'a Message,
    /// Per text unit, what stands in its place; `None` where it stays.
    texts: &'a [Option<String>],
    redaction: &'a Redaction,
    removed: Vec<Removed>,
    boundaries: usize,
}

impl<'a> Letter<'a> {
    /// The message in its new words, and the parts that could not be rewritten.
    pub(crate) fn write(
        message: &'a Message,
        texts: &'a [Option<String>],
        redaction: &'a Redaction,
    ) -> (Vec<u8>, Vec<Removed>) {
        let mut letter = Self {
            message,
            texts,
            redaction,
            removed: Vec::new(),
            boundaries: 0,
        };
        let head = letter.head();
        let mut parts = message.parts().iter().peekable();
        let body = letter.entity(&mut parts, 0);
        ((head + &body).replace('\n', "\r\n").into_bytes(), letter.removed)
    }

    /// The fields that a message needs, and the subject. All others may hold anything, and go.
    fn head(&self) -> String {
        let mut head = String::new();
        for name in ADDRESSES {
            if let Some(field) = self.message.header(name) {
                let _ = writeln!(head, "{name}: {}", self.mailboxes(field.value()));
            }
        }
        if let Some(date) = self.message.header("Date").and_then(|field| self.date(field.value())) {
            let _ = writeln!(head, "Date: {date}");
        }
        let units = self.message.units().iter().zip(self.texts);
        let subject = units.clone().find(|(unit, _)| *unit.place() == Place::Subject);
        let subject = subject.map_or("", |(unit, text)| text.as_deref().unwrap_or(unit.text()).trim());
        if !subject.is_empty() {
            let _ = writeln!(head, "Subject: {}", encoded_words(subject));
        }
        head.push_str("MIME-Version: 1.0\n");
        head
    }

    fn mailboxes(&self, field: &str) -> String {
        if self.redaction.keeps_participants() {
            return encoded_addresses(field);
        }
        let address = |mailbox: &str| {
            let inner = mailbox.rsplit_once('<').map_or(mailbox, |(_, inner)| inner);
            let address = inner.trim_matches([' ', '>', '"']);
            if address.ends_with(NOWHERE) {
                address.to_owned()
            } else {
                self.redaction.mailbox(address)
            }
        };
        let mut mailboxes: Vec<String> = field.split(',').take(MAILBOXES).map(address).collect();
        mailboxes.dedup();
        mailboxes.join(",\n ")
    }

    /// Of a date only the year stays (45 CFR 164.514(b)(2)(i)(C)).
    fn date(&self, value: &str) -> Option<String> {
        if self.redaction.keeps_participants() {
            return value
                .bytes()
                .all(|byte| (b' '..=b'~').contains(&byte))
                .then(|| value.to_owned());
        }
        let year = value
            .split(' ')
            .find(|word| word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit()))?;
        let first = jiff::civil::Date::new(year.parse().ok()?, 1, 1).ok()?;
        let day = DAYS.get(usize::try_from(first.weekday().to_sunday_zero_offset()).ok()?)?;
        Some(format!("{day}, 1 Jan {year} 00:00:00 +0000"))
    }

    /// The header fields and the body of the next part, with the parts that it holds.
    fn entity(&mut self, parts: &mut Peekable<std::slice::Iter<'_, Part>>, depth: usize) -> String {
        let Some(part) = parts.next() else {
            return leaf("text/plain", "");
        };
        let mut bodies = Vec::new();
        while part.is_composite() && parts.peek().is_some_and(|next| holds(part, next)) {
            bodies.push(self.entity(parts, depth.saturating_add(1)));
        }
        if bodies.is_empty() {
            return self.leaf(part);
        }
        self.boundaries = self.boundaries.saturating_add(1);
        let boundary = format!("{BOUNDARY}{}", self.boundaries);
        let kind = if part.content_type() == "multipart/alternative" {
            "alternative"
        } else {
            "mixed"
        };
        let mut text = format!("Content-Type: multipart/{kind}; boundary=\"{boundary}\"\n\n");
        for body in bodies {
            let _ = writeln!(text, "--{boundary}\n{body}");
        }
        let _ = writeln!(text, "--{boundary}--");
        text
    }

    /// A text in its new words, or a line that says that something else was here.
    fn leaf(&mut self, part: &Part) -> String {
        if let Some((kind, text)) = self.text(part) {
            return leaf(kind, text);
        }
        let kind = KINDS
            .iter()
            .copied()
            .find(|kind| part.content_type().split('/').next() == Some(kind));
        let kind = kind.unwrap_or("other");
        self.removed.push(Removed {
            part: part.path().clone(),
            kind,
        });
        leaf(
            "text/plain",
            &format!("[An attachment of the kind `{kind}` was taken out here.]\n"),
        )
    }

    /// The text of a part that is nothing but this text: what also was read in another way, or holds a file, cannot be
    /// rewritten.
    fn text(&self, part: &Part) -> Option<(&'static str, &'a str)> {
        let kind = TEXTS.iter().copied().find(|kind| *kind == part.content_type())?;
        if part.state() != PartState::Inspected {
            return None;
        }
        let own = self.message.units().iter().zip(self.texts);
        let own: Vec<_> = own
            .filter(|(unit, _)| matches!(unit.place(), Place::Part(path) if path == part.path()))
            .filter(|(unit, _)| unit.member() != Some(":name"))
            .collect();
        let [(unit, text)] = own.as_slice() else {
            return own.is_empty().then_some((kind, ""));
        };
        let fits = unit.member().is_none() && (unit.media() == Media::Html) == (kind == "text/html");
        fits.then(|| (kind, text.as_deref().unwrap_or(unit.text())))
    }
}

/// The names of those whom a message names in its address fields, where `redaction` takes these out: the text speaks of them
/// by less.
pub(crate) fn participants(message: &Message, redaction: &Redaction) -> Vec<String> {
    if redaction.keeps_participants() || !redaction.takes_names() {
        return Vec::new();
    }
    let fields = ADDRESSES.iter().filter_map(|name| message.header(name));
    let names = fields.flat_map(|field| {
        let mailboxes = field.value().split('>').take(MAILBOXES);
        let names =
            mailboxes.filter_map(|mailbox| Some(mailbox.rsplit_once('<')?.0.trim_matches([' ', ',', ';', '"', '\''])));
        names.map(str::to_owned).collect::<Vec<_>>()
    });
    names.collect()
}

/// Whether `next` stands within `part`. An embedded message has the number of the multipart that it is.
fn holds(part: &Part, next: &Part) -> bool {
    next.path().numbers().starts_with(part.path().numbers())
}

fn leaf(kind: &str, text: &str) -> String {
    let plain = text.is_ascii()
        && !text.contains(BOUNDARY)
        && text.lines().all(|line| line.len() <= LONGEST_LINE)
        && !text.contains(['\r', '\0']);
    let (encoding, body) = if plain {
        ("7bit", text.to_owned())
    } else {
        ("base64", base64_lines(text))
    };
    format!("Content-Type: {kind}; charset=utf-8\nContent-Transfer-Encoding: {encoding}\n\n{body}")
}

/// An address field as it was: display names that are not plain in encoded words.
fn encoded_addresses(field: &str) -> String {
    let mailbox = |mailbox: &str| match mailbox.rsplit_once('<') {
        Some((name, address)) if !mailbox.is_ascii() => {
            format!("{} <{}", encoded_words(name.trim_matches([' ', '"'])), address)
        }
        _ => mailbox.trim().replace(['\r', '\n'], " "),
    };
    field.split(',').map(mailbox).collect::<Vec<_>>().join(",\n ")
}

fn base64_lines(text: &str) -> String {
    let text = text.replace('\n', "\r\n");
    let lines = text.as_bytes().chunks(LINE_BYTES).map(|line| base64(line) + "\n");
    lines.collect()
}

/// RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    base64_simd::STANDARD.encode_to_string(bytes)
}

/// Bytes of a line of base64, which is then 76 characters long (RFC 2045, section 6.8).
const LINE_BYTES: usize = 57;
/// RFC 5322, section 2.1.1.
const LONGEST_LINE: usize = 998;
/// Mailboxes of a field that are written; who mails more people has a list.
const MAILBOXES: usize = 1000;
/// No text in 7bit holds this, so that none is taken for the end of a part.
const BOUNDARY: &str = "=_sealwax_redacted_";
const ADDRESSES: [&str; 4] = ["From", "To", "Cc", "Reply-To"];
const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const KINDS: &[&str] = &[
    "application",
    "audio",
    "font",
    "image",
    "message",
    "model",
    "multipart",
    "text",
    "video",
];
/// What can be rewritten as text.
const TEXTS: &[&str] = &[
    "application/json",
    "application/xml",
    "text/calendar",
    "text/csv",
    "text/html",
    "text/markdown",
    "text/plain",
    "text/tab-separated-values",
    "text/vcard",
    "text/xml",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_standard() {
        for (plain, coded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }
}
