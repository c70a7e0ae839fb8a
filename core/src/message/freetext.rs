//! Which header fields hold text that people write.
//!
//! Scanned are the subject, the fields of [`FREE`], and every field that no standard knows, unless its name stands in
//! [`MACHINE`]: a practice system that writes `X-Patient-MRN` tells as much as a body. The fields of machines are scanned
//! for what no machine writes ([`machine::foreign`]). Of the address fields only a
//! display name that holds a digit is scanned: the names of the correspondents are no finding, a number beside them
//! may be one.

use super::{AnomalyKind, Header, Media, PartPath, Place, TextUnit, machine};
use crate::text::Fronts;

/// The text units of a header; `path` is the part that holds an embedded message, `None` for the outermost one.
pub(super) fn units(headers: &[Header], path: Option<&PartPath>) -> Vec<TextUnit> {
    let texts = headers.iter().filter_map(|header| Some((header, text(header)?)));
    texts
        .filter(|(_, text)| !text.trim().is_empty())
        .map(|(header, text)| unit(header, text, path))
        .collect()
}

/// Fields that may stand once, stand several times, and differ.
pub(super) fn duplicates(headers: &[Header]) -> Option<AnomalyKind> {
    let differs = |name: &&str| {
        let mut values = headers.iter().filter(|header| header.is(name)).map(Header::value);
        values.next().is_some_and(|first| values.any(|value| value != first))
    };
    ONCE.iter().any(differs).then_some(AnomalyKind::DuplicateHeader)
}

fn unit(header: &Header, text: String, path: Option<&PartPath>) -> TextUnit {
    let name = header.name().to_ascii_lowercase();
    let (place, member) = match path {
        Some(path) => (Place::Part(path.clone()), Some(format!(":header:{name}").into())),
        None if header.is("Subject") => (Place::Subject, None),
        None => (Place::Header(header.name().into()), None),
    };
    TextUnit {
        place,
        member,
        text,
        media: Media::Plain,
        flowed: None,
        structure: None,
    }
}

/// What of a field is scanned.
fn text(header: &Header) -> Option<String> {
    let name = header.name();
    if PEOPLE.may_begin(name.as_bytes()) {
        if header.is("Subject") || FREE.iter().any(|name| header.is(name)) {
            return Some(header.value().to_owned());
        }
        if ADDRESSES.iter().any(|name| header.is(name)) {
            return display_names(header.value());
        }
    }
    if is_of_machines(name) {
        return machine::foreign(name, header.value());
    }
    Some(header.value().to_owned())
}

/// Whether machines write a field of this name for machines.
fn is_of_machines(name: &str) -> bool {
    let small = name.bytes().map(|byte| byte.to_ascii_lowercase());
    let is_known = match MACHINE.binary_search_by(|known| known.bytes().cmp(small.clone())) {
        Ok(_) => true,
        // No row is within the family of another, so that the family of a name stands right before it.
        Err(at) => {
            let before = at.checked_sub(1).and_then(|before| MACHINE.get(before));
            before.is_some_and(|known| {
                is_family(known) && small.clone().zip(known.bytes()).all(|(one, other)| one == other)
            })
        }
    };
    let ends = |end: &str| {
        let start = name.len().checked_sub(end.len());
        let rest = start.and_then(|start| name.as_bytes().get(start..));
        rest.is_some_and(|rest| rest.eq_ignore_ascii_case(end.as_bytes()))
    };
    is_known || ends("-id") || ends("-signature")
}

/// Whether a row of [`MACHINE`] stands for every name that begins with it.
fn is_family(known: &str) -> bool {
    known.ends_with('-') || known.starts_with("x-")
}

/// The address field without its addresses, if what is left holds a digit.
fn display_names(value: &str) -> Option<String> {
    let mut names = String::new();
    for piece in value.split(',') {
        let (name, rest) = piece.split_once('<').unwrap_or((piece, ""));
        let behind = rest.split_once('>').map_or("", |(_, behind)| behind);
        let words = name.split_whitespace().chain(behind.split_whitespace());
        let words: Vec<_> = words.filter(|word| !word.contains('@')).collect();
        if words.iter().any(|word| word.contains(char::is_numeric)) {
            names.push_str(&words.join(" "));
            names.push('\n');
        }
    }
    (!names.is_empty()).then_some(names)
}

/// Fields whose value is free text by their standard.
const FREE: &[&str] = &[
    "Comments",
    "Keywords",
    "Thread-Topic",
    "Content-Description",
    "Importance-Reason",
];
/// Fields with addresses and display names.
const ADDRESSES: &[&str] = &[
    "From",
    "Sender",
    "Reply-To",
    "To",
    "Cc",
    "Bcc",
    "Resent-From",
    "Resent-To",
    "Resent-Cc",
    "Resent-Sender",
];
/// How the names of the fields begin that people write.
static PEOPLE: Fronts = Fronts::of(&["Subject"]).with_all(FREE).with_all(ADDRESSES);
/// Fields that RFC 5322, section 3.6, allows once.
const ONCE: &[&str] = &[
    "Subject",
    "From",
    "Sender",
    "Reply-To",
    "To",
    "Cc",
    "Bcc",
    "Date",
    "Message-ID",
    "MIME-Version",
];
/// The names, in lower case and in order, of the fields that machines write for machines; with a hyphen at the end or `x-`
/// at the start, of a family.
const MACHINE: &[&str] = &[
    "accept-",
    "alternate-recipient",
    "apparently-to",
    "approved",
    "arc-",
    "archived-at",
    "authentication-results",
    "auto-submitted",
    "autocrypt",
    "bounces-to",
    "cancel-",
    "content-",
    "conversion",
    "conversion-with-loss",
    "date",
    "deferred-delivery",
    "delivered-",
    "delivery-date",
    "discarded-",
    "disposition-notification-",
    "dkim-",
    "domainkey-",
    "encoding",
    "encrypted",
    "envelope-to",
    "errors-to",
    "expires",
    "expiry-date",
    "face",
    "feedback-id",
    "importance",
    "in-reply-to",
    "injection-",
    "jabber-id",
    "language",
    "latest-delivery-time",
    "lines",
    "list-",
    "mailing-list",
    "mime-version",
    "newsgroups",
    "nntp-",
    "old-",
    "original-",
    "originator-",
    "path",
    "precedence",
    "prevent-",
    "priority",
    "received",
    "received-spf",
    "references",
    "reply-by",
    "require-recipient-",
    "resent-date",
    "resent-message-id",
    "return-path",
    "return-receipt-to",
    "sensitivity",
    "status",
    "supersedes",
    "thread-index",
    "tls-",
    "user-agent",
    "x-abuse",
    "x-accept-",
    "x-amavis",
    "x-antiabuse",
    "x-apparently-",
    "x-arc-",
    "x-authenticat",
    "x-auto-response",
    "x-beenthere",
    "x-bogosity",
    "x-campaign",
    "x-cid",
    "x-complaints",
    "x-country",
    "x-csa",
    "x-data",
    "x-delivered",
    "x-dkim",
    "x-dspam",
    "x-eid",
    "x-entity",
    "x-envelope",
    "x-exchange",
    "x-exim",
    "x-face",
    "x-feedback",
    "x-filename",
    "x-folder",
    "x-forefront",
    "x-forwarded-",
    "x-from",
    "x-gm-",
    "x-google",
    "x-greylist",
    "x-hashcash",
    "x-id",
    "x-ip",
    "x-ironport",
    "x-juno",
    "x-keywords",
    "x-list",
    "x-loop",
    "x-lotus",
    "x-mail",
    "x-mb",
    "x-mdid",
    "x-mesg",
    "x-message",
    "x-mid",
    "x-mime",
    "x-mozilla",
    "x-ms-",
    "x-msfbl",
    "x-msmail",
    "x-nntp",
    "x-no-archive",
    "x-oq-",
    "x-orig",
    "x-outgoing",
    "x-pair",
    "x-php",
    "x-pmflags",
    "x-policyd",
    "x-priority",
    "x-proofpoint",
    "x-provags",
    "x-qmail",
    "x-quarantine",
    "x-rcpt",
    "x-received",
    "x-report",
    "x-return",
    "x-rocket",
    "x-rspamd",
    "x-sa-",
    "x-sanitizer",
    "x-scanned",
    "x-sender",
    "x-sent",
    "x-server",
    "x-sfdc",
    "x-sg-",
    "x-sieve",
    "x-smtp",
    "x-source",
    "x-spam",
    "x-status",
    "x-tm-",
    "x-to",
    "x-trace",
    "x-ui",
    "x-unsent",
    "x-unsubscribe",
    "x-user",
    "x-verify",
    "x-virus",
    "x-warning",
    "x-whitelist",
    "x-x-sender",
    "x-yahoo",
    "x-ymail",
    "x400-",
    "xref",
];

#[cfg(test)]
mod tests {
    use crate::message::{Limits, Message};

    fn scanned(header: &str) -> Vec<(String, String)> {
        let message = Message::parse(format!("{header}\r\n\r\n").as_bytes(), &Limits::default());
        message
            .units()
            .iter()
            .filter(|u| !u.text().is_empty())
            .map(|u| (u.place().to_string(), u.text().to_owned()))
            .collect()
    }

    #[test]
    fn fields_that_people_write_are_scanned_and_those_of_machines_are_not() {
        const ROWS: &[(&str, Option<(&str, &str)>)] = &[
            ("Subject: =?utf-8?Q?caf=C3=A9?=", Some(("subject", "café"))),
            ("Comments: MRN 12345", Some(("header:comments", "MRN 12345"))),
            ("X-Patient-MRN: 12345", Some(("header:x-patient-mrn", "12345"))),
            (
                "From: \"Ann Lee MRN 12345\" <ann@example.org>",
                Some(("header:from", "\"Ann Lee MRN 12345\"\n")),
            ),
            ("From: Ann Lee <ann42@example.org>", None),
            ("To: ann42@example.org", None),
            (
                "Message-for-you: MRN 12345",
                Some(("header:message-for-you", "MRN 12345")),
            ),
            ("X-Spam-Score: 4.5", None),
            ("X-Mailer: Microsoft Outlook 16.0, Build 12.0.4210", None),
            ("X-Message-Id: 2026-11-22-0001", None),
            (
                "X-Mailer: SSN 219-09-9999",
                Some(("header:x-mailer", "SSN 219-09-9999")),
            ),
            (
                "X-Sender: the patient has diabetes",
                Some(("header:x-sender", "the patient has diabetes")),
            ),
            ("Date: Mon, 23 Nov 2026 10:00:00 +0100 (CEST)", None),
            ("Date: Monday, 2 March 98 1:02 AM -0500 (EST)", None),
            (
                "Date: diabetes 219-09-9999",
                Some(("header:date", "diabetes 219-09-9999")),
            ),
            ("Received: from a by b with SMTP id 12345", None),
            ("Message-ID: <1234567890@example.org>", None),
            (
                "Message-ID: <visit-219-09-9999@clinic.example>",
                Some(("header:message-id", "219-09-9999")),
            ),
            (
                "References: <a@example.org> <MRN48210937.2@clinic.example>",
                Some(("header:references", "MRN 48210937")),
            ),
        ];
        for (header, expected) in ROWS {
            let expected: Vec<_> = expected
                .iter()
                .map(|(place, text)| ((*place).to_owned(), (*text).to_owned()))
                .collect();
            assert_eq!(scanned(header), expected, "{header}");
        }
    }

    #[test]
    fn machine_names_are_in_lower_case_in_order_and_in_no_family_of_another() {
        let names = super::MACHINE;
        assert!(names.is_sorted_by(|one, next| one < next));
        let is_small = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        assert!(names.iter().all(|name| name.bytes().all(is_small)));
        for family in names
            .iter()
            .filter(|name| name.ends_with('-') || name.starts_with("x-"))
        {
            let members = names.iter().filter(|name| name.starts_with(family));
            assert_eq!(members.collect::<Vec<_>>(), [family]);
        }
    }

    #[test]
    fn a_field_of_machines_is_known_by_its_name_or_by_its_family() {
        for (name, known) in [
            ("Date", true),
            ("date-of-visit", false),
            ("RECEIVED-SPF", true),
            ("received-by-ann", false),
            ("Content-Type", true),
            ("content", false),
            ("X-MSMail-Priority", true),
            ("x-original-to", true),
            ("X-Patient", false),
            ("zz", false),
            ("", false),
            ("a", false),
            ("Any-ID", true),
            ("a-Signature", true),
            ("id", false),
        ] {
            assert_eq!(super::is_of_machines(name), known, "{name}");
        }
    }
}
