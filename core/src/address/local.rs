//! The local part of an address.

use unicode_normalization::UnicodeNormalization;

use super::AddressErrorKind;

/// The canonical form of a local part of which the quotes are taken off: NFC (RFC 6532, section 3.1), and in quotes only
/// where it needs them.
pub(super) fn canonical(raw: &str) -> Result<String, AddressErrorKind> {
    // Some characters become ASCII signs by normalization, so what is allowed is asked afterwards.
    let local: String = raw.nfc().collect();
    if local.is_empty() || !local.chars().all(is_visible) {
        return Err(AddressErrorKind::LocalPart);
    }
    if is_route(&local) {
        return Err(AddressErrorKind::Route);
    }
    let written = if is_dot_atom(&local) { local } else { quote(&local) };
    if written.len() > MAXIMUM {
        return Err(AddressErrorKind::Long);
    }
    Ok(written)
}

/// The local part without the quotes of its canonical form.
pub(super) fn unquoted(local: &str) -> String {
    let Some(inner) = local.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
        return local.to_owned();
    };
    let mut is_escaped = false;
    let is_kept = |letter: &char| {
        is_escaped = *letter == '\\' && !is_escaped;
        !is_escaped
    };
    inner.chars().filter(is_kept).collect()
}

/// Case does not tell mailboxes apart: no server that is known does so, and who writes `ANN` for `ann` must not leave
/// her floor, hold or agreement by it. Every match that raises holds for both; what lowers is a waiver, which is bound
/// to the one mailbox that both reach.
pub(super) fn fold(letter: char) -> impl Iterator<Item = char> {
    letter
        .to_lowercase()
        .map(|lower| if lower == 'ς' { 'σ' } else { lower })
}

/// A detail of RFC 5233 in the form in which details are compared; `None` when no local part holds it.
pub(crate) fn folded_detail(detail: &str) -> Option<String> {
    let detail: String = detail.nfc().flat_map(fold).collect();
    let is_detail = !detail.contains('@') && detail.chars().all(is_visible);
    is_detail.then_some(detail)
}

pub(super) fn is_dot_atom(local: &str) -> bool {
    let is_atom = |atom: &str| !atom.is_empty() && atom.chars().all(is_atext);
    local.split('.').all(is_atom)
}

/// `atext` of RFC 5322 with the UTF-8 of RFC 6531.
pub(super) fn is_atext(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || !letter.is_ascii() || "!#$%&'*+-/=?^_`{|}~".contains(letter)
}

/// Whether a reader sees the character, or it is the space. What nobody sees would make two addresses look alike, and
/// a second `@` in another width would be one to whoever folds it.
fn is_visible(letter: char) -> bool {
    let is_blank = letter != ' ' && (letter.is_whitespace() || letter.is_control());
    let is_at = matches!(letter, '\u{FE6B}' | '\u{FF20}');
    let code = u32::from(letter);
    let is_hidden = HIDDEN.iter().any(|(from, to)| (*from..=*to).contains(&code)) || code & 0xFFFE == 0xFFFE;
    !is_blank && !is_at && !is_hidden
}

/// Whether a server would read another address inside: by a second `@`, the percent hack or a bang path, as Postfix does
/// unless it is told otherwise (`allow_percent_hack`, `swap_bangpath`, `resolve_dequoted_address`).
fn is_route(local: &str) -> bool {
    let is_host = |host: &str| host.contains(['.', '。', '．', '｡', '[']);
    let percent = local.rsplit_once('%').is_some_and(|(_, host)| is_host(host));
    let bang = local
        .split_once('!')
        .is_some_and(|(host, user)| is_host(host) && !user.is_empty());
    local.contains('@') || percent || bang
}

fn quote(local: &str) -> String {
    let mut quoted = String::with_capacity(local.len() + 2);
    quoted.push('"');
    for letter in local.chars() {
        if matches!(letter, '"' | '\\') {
            quoted.push('\\');
        }
        quoted.push(letter);
    }
    quoted.push('"');
    quoted
}

/// RFC 5321, section 4.5.3.1.1.
const MAXIMUM: usize = 64;

/// Format characters, variation selectors and other default-ignorable ones of the Unicode Character Database, which
/// leave no mark of their own.
const HIDDEN: [(u32, u32); 24] = [
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x0600, 0x0605),
    (0x061C, 0x061C),
    (0x06DD, 0x06DD),
    (0x070F, 0x070F),
    (0x0890, 0x0891),
    (0x08E2, 0x08E2),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x2028, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFFB),
    (0x110BD, 0x110CD),
    (0x13430, 0x1343F),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
];
