//! What a page's attributes say that no reader is shown at once: where a link leads, what is kept for scripts, and what
//! scripts in them put together.

use std::borrow::Cow;

use super::{link, script};

/// The words in the addresses of links, pictures and forms, in handlers of events, and in `data-` attributes that hold a
/// field of a person's record; each byte is looked at a bounded number of times.
pub(super) fn words(page: &str) -> String {
    let (mut text, mut reached) = (String::new(), 0);
    for sign in memchr::memchr_iter(b'=', page.as_bytes()) {
        let Some(name) = page.get(reached..sign).map(name_before) else {
            continue;
        };
        let is_address = ADDRESSES.iter().any(|known| known.eq_ignore_ascii_case(name));
        let kept = name.get(..5).filter(|front| front.eq_ignore_ascii_case("data-"));
        let is_handler = name.get(..2).is_some_and(|front| front.eq_ignore_ascii_case("on"));
        if !is_address && kept.is_none() && !is_handler {
            continue;
        }
        let (start, end) = value(page, sign + 1);
        reached = end;
        let value = decoded(page.get(start..end).unwrap_or_default());
        if is_handler {
            text.push_str(&script::said(&value));
        } else if is_address {
            text.push_str(&link::words(&value));
            if value
                .trim_start()
                .get(..SCRIPT.len())
                .is_some_and(|front| front.eq_ignore_ascii_case(SCRIPT))
            {
                text.push_str(&script::said(&value));
            }
        } else {
            let name = name.get(5..).unwrap_or_default();
            text.push_str(&record(name, &value));
        }
    }
    text
}

/// The name that ends the text.
fn name_before(text: &str) -> &str {
    let text = text.trim_end();
    let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'-';
    let length = text.bytes().rev().take(NAME_BYTES).collect::<Vec<_>>();
    let length = length.iter().take_while(is_part).count();
    text.get(text.len() - length..).unwrap_or_default()
}

/// Where the value behind the sign stands.
fn value(page: &str, at: usize) -> (usize, usize) {
    let rest = page.get(at..).unwrap_or_default();
    let start = at + rest.len() - rest.trim_start().len();
    let bytes = page.as_bytes().get(start..).unwrap_or_default();
    if let Some((&quote @ (b'"' | b'\''), tail)) = bytes.split_first() {
        let length = memchr::memchr(quote, tail).unwrap_or(tail.len());
        return (start + 1, start + 1 + length);
    }
    let is_in = |byte: &&u8| !byte.is_ascii_whitespace() && **byte != b'>';
    (start, start + bytes.iter().take_while(is_in).count())
}

/// What a `data-` attribute of this name says of a person: its value behind its name, or an object with such a name in it.
fn record(name: &str, value: &str) -> String {
    if link::is_telling(name) {
        return format!("{}: {value}\n", name.replace('-', " "));
    }
    let is_object = value.trim_start().starts_with(['{', '[']);
    let is_word = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
    if is_object && value.split(is_word).any(link::is_telling) {
        value.to_owned() + "\n"
    } else {
        String::new()
    }
}

/// The references that writers of attributes use.
fn decoded(value: &str) -> Cow<'_, str> {
    if !value.contains('&') {
        return Cow::Borrowed(value);
    }
    let text = ["&quot;", "&#34;", "&#x22;"]
        .iter()
        .fold(value.to_owned(), |text, quote| text.replace(quote, "\""));
    Cow::Owned(text.replace("&#39;", "'").replace("&amp;", "&"))
}

/// How an address begins that is a script.
const SCRIPT: &str = "javascript:";
/// Attributes that hold addresses.
const ADDRESSES: &[&str] = &[
    "action",
    "background",
    "cite",
    "formaction",
    "href",
    "longdesc",
    "poster",
    "src",
];
/// As long as a name may be.
const NAME_BYTES: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_and_attributes_of_scripts_say_what_they_hold_of_a_person() {
        for (page, text) in [
            (
                "<a href=\"mailto:a@b.example?body=SSN%20219-09-9994&amp;subject=x\">",
                "body=SSN 219-09-9994\nsubject=x\n",
            ),
            (
                "<img SRC = 'https://x.example/p.gif?ssn=219-09-9994'>",
                "ssn: 219-09-9994\n",
            ),
            ("<a href=https://x.example/mrn/48213377>", "mrn: 48213377\n"),
            ("<p data-patient-id='48213377'>", "patient id: 48213377\n"),
            (
                "<p data-props='{&quot;mrn&quot;:&quot;48213377&quot;}'>",
                "{\"mrn\":\"48213377\"}\n",
            ),
            ("<a href='https://x.example/?id=48213377' data-id=219099994>", ""),
            ("<p onclick=\"say('219-' + '09-9994')\">", "219-09-9994\n"),
            ("<a href=\"javascript:say('219-' + '09-9994')\">", "219-09-9994\n"),
            ("<a href='", ""),
            ("é=é", ""),
        ] {
            assert_eq!(words(page), text, "{page}");
        }
    }
}
