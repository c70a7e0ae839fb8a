//! Character references: `&amp;`, `&#8211;`, `&#x2013;`.

/// Reads the reference that starts with `&` at the front of `text`: its characters and its length.
///
/// The list is the one of the HTML standard, section 13.5; numbers follow section 13.2.5.80.
pub(super) fn read(text: &str) -> Option<(Reference, usize)> {
    let rest = text.strip_prefix('&')?;
    match rest.strip_prefix('#') {
        Some(number) => numeric(number).map(|(character, length)| (Reference([Some(character), None]), length + 2)),
        None => named(rest).map(|(reference, length)| (reference, length + 1)),
    }
}

/// The one or two characters of a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reference([Option<char>; 2]);

impl Reference {
    pub(super) fn characters(self) -> impl Iterator<Item = char> {
        self.0.into_iter().flatten()
    }
}

fn numeric(rest: &str) -> Option<(char, usize)> {
    let (digits, radix, prefix) = match rest.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16, 1),
        None => (rest, 10, 0),
    };
    let length = digits
        .bytes()
        .take_while(|byte| char::from(*byte).is_digit(radix))
        .count();
    let number = digits.get(..length).filter(|digits| !digits.is_empty())?;
    let code = u32::from_str_radix(number, radix).unwrap_or(u32::MAX);
    let semicolon = usize::from(digits.as_bytes().get(length) == Some(&b';'));
    Some((character(code), prefix + length + semicolon))
}

/// Codes from 80 to 9F mean windows-1252, as the standard says.
fn character(code: u32) -> char {
    if let Ok(byte @ 0x80..=0x9F) = u8::try_from(code) {
        return encoding_rs::WINDOWS_1252
            .decode_without_bom_handling(&[byte])
            .0
            .chars()
            .next()
            .unwrap_or('\u{FFFD}');
    }
    char::from_u32(code)
        .filter(|&character| character != '\0')
        .unwrap_or('\u{FFFD}')
}

/// The longest name of the list at the front of `rest`.
fn named(rest: &str) -> Option<(Reference, usize)> {
    let letters = rest.bytes().take(LONGEST).take_while(u8::is_ascii_alphanumeric).count();
    if rest.as_bytes().get(letters) == Some(&b';')
        && let Some(found) = rest.get(..=letters).and_then(lookup)
    {
        return Some((found, letters + 1));
    }
    let open = open(rest.get(..letters.min(LONGEST_OPEN))?)?;
    Some((lookup(open)?, open.len()))
}

/// The longest name at the front of `word` that may stand without its semicolon.
fn open(word: &str) -> Option<&'static str> {
    let before = OPEN.partition_point(|name| *name <= word);
    let named = OPEN.get(..before)?.iter().rev();
    // The names at its front stand right before it in the list, the longest of them last.
    let mut alike = named.take_while(|name| name.get(..2) == word.get(..2));
    alike.find(|name| word.starts_with(**name)).copied()
}

/// Finds a name in the sorted list by halving, without any table in memory.
fn lookup(name: &str) -> Option<Reference> {
    let (mut low, mut high) = (0, ENTITIES.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start = ENTITIES.get(low..middle)?.rfind('\n').map_or(low, |at| low + at + 1);
        let line = ENTITIES.get(start..)?.split('\n').next()?;
        let (key, codes) = line.split_once('\t')?;
        match key.cmp(name) {
            std::cmp::Ordering::Equal => return Some(reference(codes)),
            std::cmp::Ordering::Less => low = start + line.len() + 1,
            std::cmp::Ordering::Greater => high = start,
        }
    }
    None
}

fn reference(codes: &str) -> Reference {
    let mut characters = codes
        .split(' ')
        .map(|code| u32::from_str_radix(code, 16).ok().and_then(char::from_u32));
    Reference([characters.next().flatten(), characters.next().flatten()])
}

/// Name, tab, code points in hexadecimal; sorted by bytes.
const ENTITIES: &str = include_str!("entities.tsv");
/// `CounterClockwiseContourIntegral`.
const LONGEST: usize = 31;
/// `brvbar`.
const LONGEST_OPEN: usize = 6;
/// The names of old, which may stand without their semicolon.
#[rustfmt::skip]
const OPEN: &[&str] = &[
    "AElig", "AMP", "Aacute", "Acirc", "Agrave", "Aring", "Atilde", "Auml", "COPY", "Ccedil", "ETH", "Eacute",
    "Ecirc", "Egrave", "Euml", "GT", "Iacute", "Icirc", "Igrave", "Iuml", "LT", "Ntilde", "Oacute", "Ocirc",
    "Ograve", "Oslash", "Otilde", "Ouml", "QUOT", "REG", "THORN", "Uacute", "Ucirc", "Ugrave", "Uuml",
    "Yacute", "aacute", "acirc", "acute", "aelig", "agrave", "amp", "aring", "atilde", "auml", "brvbar",
    "ccedil", "cedil", "cent", "copy", "curren", "deg", "divide", "eacute", "ecirc", "egrave", "eth", "euml",
    "frac12", "frac14", "frac34", "gt", "iacute", "icirc", "iexcl", "igrave", "iquest", "iuml", "laquo", "lt",
    "macr", "micro", "middot", "nbsp", "not", "ntilde", "oacute", "ocirc", "ograve", "ordf", "ordm", "oslash",
    "otilde", "ouml", "para", "plusmn", "pound", "quot", "raquo", "reg", "sect", "shy", "sup1", "sup2",
    "sup3", "szlig", "thorn", "times", "uacute", "ucirc", "ugrave", "uml", "uuml", "yacute", "yen", "yuml",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_of_the_list_is_found() {
        for line in ENTITIES.lines() {
            let (name, codes) = line.split_once('\t').unwrap();
            assert_eq!(lookup(name), Some(reference(codes)), "{name}");
            assert!(name.trim_end_matches(';').len() <= LONGEST);
        }
        let open: Vec<_> = ENTITIES
            .lines()
            .filter_map(|line| line.split('\t').next())
            .filter(|name| !name.ends_with(';'))
            .collect();
        assert_eq!(open, OPEN);
        assert!(OPEN.iter().all(|name| (2..=LONGEST_OPEN).contains(&name.len())));
        assert_eq!(ENTITIES.lines().count(), 2231);
        assert!(ENTITIES.lines().is_sorted_by_key(|line| line.split('\t').next()));
    }

    #[test]
    fn references_are_read_as_browsers_do() {
        const ROWS: &[(&str, Option<(&str, usize)>)] = &[
            ("&amp;x", Some(("&", 5))),
            ("&ampx", Some(("&", 4))),
            ("&nbsp;", Some(("\u{A0}", 6))),
            ("&#45;9", Some(("-", 5))),
            ("&#45 9", Some(("-", 4))),
            ("&#x2D;", Some(("-", 6))),
            ("&#150;", Some(("–", 6))),
            ("&#0;", Some(("\u{FFFD}", 4))),
            ("&#99999999999;", Some(("\u{FFFD}", 14))),
            ("&NotEqualTilde;", Some(("≂̸", 15))),
            ("&notit;", Some(("¬", 4))),
            ("& b", None),
            ("&zz;", None),
            ("&#;", None),
        ];
        for (text, expected) in ROWS {
            let found = read(text).map(|(reference, length)| (reference.characters().collect::<String>(), length));
            assert_eq!(
                found,
                expected.map(|(text, length)| (text.to_owned(), length)),
                "{text}"
            );
        }
    }
}
