//! `format=flowed` (RFC 3676): lines that a mail program joins before it shows them.

use crate::text::OffsetMap;

/// Joins the lines that end with a soft break; with `delsp`, the blank of the break is no part of the text.
pub(super) fn unwrap(source: &str, delsp: bool) -> (String, OffsetMap) {
    let mut text = String::with_capacity(source.len());
    let mut map = OffsetMap::new();
    let mut at = 0_usize;
    let mut soft: Option<usize> = None;
    for line in source.split_inclusive('\n') {
        let body = line.strip_suffix('\n').unwrap_or(line);
        let quotes = body.bytes().take_while(|&byte| byte == b'>').count();
        let joined = soft == Some(quotes);
        let skip = if joined {
            quotes + usize::from(body.as_bytes().get(quotes) == Some(&b' '))
        } else {
            0
        };
        if soft.is_some() && !joined {
            text.push('\n');
            map.replace(1, at.saturating_sub(1)..at);
        }
        let flows = body.ends_with(' ')
            && body.get(quotes..).is_some_and(|rest| !is_signature(rest))
            && line.len() > body.len();
        let cut = if flows {
            body.len() - usize::from(delsp)
        } else {
            line.len()
        };
        if let Some(kept) = line.get(skip..cut) {
            text.push_str(kept);
            map.copy(at + skip..at + cut);
        }
        soft = flows.then_some(quotes);
        at += line.len();
    }
    (text, map)
}

/// `-- ` ends no paragraph: it is the line before a signature.
fn is_signature(line: &str) -> bool {
    matches!(line, "-- " | " -- ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn soft_breaks_are_joined_and_hard_ones_stay() {
        const ROWS: &[(&str, bool, &str)] = &[
            ("one \ntwo\nthree", false, "one two\nthree"),
            ("219-09- \n9999", true, "219-09-9999"),
            ("> a \n> b\nc", false, "> a b\nc"),
            ("> a \nb", false, "> a \nb"),
            ("-- \nAnn", false, "-- \nAnn"),
            ("a \n b", false, "a b"),
            ("a ", false, "a "),
        ];
        for (source, delsp, expected) in ROWS {
            let (text, map) = unwrap(source, *delsp);
            assert_eq!(text, *expected, "{source:?}");
            assert_eq!(map.len(), text.len());
        }
    }

    #[test]
    fn the_joined_text_maps_back() {
        let (text, map) = unwrap("219-09- \n9999", true);
        let span = map.original(0..text.len());
        assert_eq!((span.start, span.end), (0, 13));
    }
}
