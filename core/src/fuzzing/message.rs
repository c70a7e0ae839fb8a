//! Reading what a stranger sent.

use crate::message::{Limits, Media, Message, TextUnit};
use crate::text::View;

/// Reads `data` as a message, with wide and with narrow limits.
///
/// # Panics
///
/// When `hold` does, or a part lies outside of the message.
pub fn message(data: &[u8]) {
    hold(|limits| Message::parse(data, limits));
    for part in Message::parse(data, &Limits::default()).parts() {
        for range in [part.raw(), part.body()].into_iter().flatten() {
            assert!(data.get(range).is_some(), "a part lies in the message");
        }
    }
}

/// Reads `data` as the source of an HTML part.
///
/// # Panics
///
/// As [`message`], or when a view holds much more than its source.
pub fn html(data: &[u8]) {
    let raw = [b"Content-Type: text/html\n\n", data].concat();
    hold(|limits| Message::parse(&raw, limits));
    let message = Message::parse(&raw, &Limits::default());
    for unit in message.units().iter().filter(|unit| unit.media() == Media::Html) {
        let views = unit.views();
        let most = unit.text().len().saturating_mul(LARGEST_REFERENCE).saturating_add(1);
        assert!(views.iter().all(|view| view.text().len() <= most));
    }
}

/// Reads `data` as fields of every structure: the first byte chooses the declared type.
///
/// # Panics
///
/// As [`message`].
pub fn fields(data: &[u8]) {
    let Some((&choice, text)) = data.split_first() else {
        return;
    };
    let kind = TYPES.iter().cycle().nth(usize::from(choice)).unwrap_or(&"text/plain");
    let raw = [format!("Content-Type: {kind}\n\n").as_bytes(), text].concat();
    hold(|limits| Message::parse(&raw, limits));
}

/// Reads `data` as a part of an undeclared format, and as text of a charset that the first byte chooses.
///
/// # Panics
///
/// As [`message`].
pub fn sniff(data: &[u8]) {
    let Some((&choice, content)) = data.split_first() else {
        return;
    };
    let charset = CHARSETS.iter().cycle().nth(usize::from(choice)).unwrap_or(&"utf-8");
    for head in [
        "Content-Type: application/octet-stream\n\n".to_owned(),
        format!("Content-Type: text/plain; charset={charset}\n\n"),
    ] {
        let raw = [head.as_bytes(), content].concat();
        hold(|limits| Message::parse(&raw, limits));
    }
}

/// Hands each view of each text to `look`, and holds no more than one, as a scan does.
pub fn each_view(message: &Message, look: &mut dyn FnMut(&View<'_>)) {
    for unit in message.units() {
        unit.each_view(&mut |view| look(&view));
    }
}

/// Checks what holds for every message: the same bytes give the same answer, the limits are kept, every text has LF
/// line ends, and every place in a view lies in the text that it is a view of.
///
/// # Panics
///
/// When one of these does not hold.
pub(super) fn hold(read: impl Fn(&Limits) -> Message) {
    for limits in [Limits::default(), narrow()] {
        let message = read(&limits);
        assert_eq!(message, read(&limits), "reading is deterministic");
        assert!(message.parts().len() <= limits.parts.max(1));
        message.units().iter().for_each(check);
    }
}

fn check(unit: &TextUnit) {
    assert!(!unit.text().contains('\r'), "line ends are LF");
    for view in unit.views() {
        let length = view.text().len();
        for range in [0..length, 0..length / 2, length / 2..length] {
            let span = view.span(range);
            assert!(
                span.start <= span.end && span.end <= unit.text().len(),
                "a place lies in the text"
            );
        }
    }
}

/// Limits that small inputs reach.
fn narrow() -> Limits {
    Limits {
        header_bytes: 512,
        headers: 8,
        parameters: 4,
        depth: 4,
        parts: 8,
        decoded_bytes: 4_096,
        expansion: 4,
        work: 16_384,
        ..Limits::default()
    }
}

/// `&NotEqualTilde;` shrinks; folding makes at most 18 characters, of 4 bytes each, of one.
const LARGEST_REFERENCE: usize = 72;
const TYPES: &[&str] = &[
    "application/json",
    "application/xml",
    "text/csv",
    "text/tab-separated-values",
    "text/calendar",
    "text/vcard",
    "text/plain",
    "text/plain; format=flowed; delsp=yes",
];
const CHARSETS: &[&str] = &[
    "utf-8",
    "utf-7",
    "utf-16",
    "utf-16be",
    "iso-2022-jp",
    "shift_jis",
    "gb18030",
    "big5",
    "euc-kr",
    "windows-1252",
    "koi8-r",
    "x-unknown",
];
