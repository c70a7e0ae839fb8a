//! Form posts (application/x-www-form-urlencoded): names and values between `&`, as the URL standard writes them.

use std::borrow::Cow;

use super::Fields;

pub(super) fn read(text: &str, fields: &mut Fields<'_>) {
    let mut at = 0;
    for pair in text.split('&') {
        let (name, value) = pair.split_once('=').unwrap_or(("", pair));
        let end = at + pair.trim_end().len();
        let start = at + pair.len() - value.len();
        fields.push_decoded(
            &[&decoded(name.trim())],
            start..end.max(start),
            &decoded(value.trim_end()),
        );
        fields.end_member();
        at += pair.len() + 1;
    }
}

/// Whether a text that does not say what it is can be nothing else: one line, `name=value&name=value`.
pub(super) fn is_one(text: &str) -> bool {
    let text = text.trim_end();
    let pairs = || text.split('&').take(PAIRS);
    text.contains('&') && !text.contains(char::is_whitespace) && pairs().all(|pair| is_name(pair.split_once('=')))
}

/// A name as pages give their fields: `patient[ssn]`, `dob`, `first-name`.
fn is_name(pair: Option<(&str, &str)>) -> bool {
    let ordinary = |c: char| c.is_ascii_alphanumeric() || "_-.[]%+".contains(c);
    pair.is_some_and(|(name, _)| !name.is_empty() && name.chars().all(ordinary))
}

fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains(['+', '%']) {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let escaped = || u8::from_str_radix(std::str::from_utf8(after.get(..2)?).ok()?, 16).ok();
        match (first, escaped()) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
                continue;
            }
            (b'+', _) => bytes.push(b' '),
            _ => bytes.push(*first),
        }
        rest = after;
    }
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}

/// Pairs by which a text is told; more say nothing more.
const PAIRS: usize = 16;
