//! What people wrote into a field that machines write for machines.
//!
//! Message-IDs, references and trace fields are full of numbers that say nothing, so a number alone says nothing here.
//! What counts is what people write: a sentence where a product stands, words where a date stands; and, in every such
//! field, a number in the groups of a person's number, one behind its label, or one in the form of an IBAN. Only these are
//! given on, each on a line, for a Message-ID as a whole looks like an address. Whether they are what they look like is then
//! for the detectors to say, with their checks.

use crate::text::Fronts;

/// What of the value of a machine's field `name` no machine writes; `None` when a machine may have written all of it.
pub(super) fn foreign(name: &str, value: &str) -> Option<String> {
    if DATES.iter().any(|date| name.eq_ignore_ascii_case(date)) {
        return (!is_date(value)).then(|| value.to_owned());
    }
    let is_own = name.get(..2).is_some_and(|front| front.eq_ignore_ascii_case("x-"));
    if is_own && is_prose(value) {
        return Some(value.to_owned());
    }
    may_hold_number(value).then(|| numbers(value)).flatten()
}

/// The numbers of a person's in `value`, each on a line.
fn numbers(value: &str) -> Option<String> {
    let ibans = words(value).map(|word| word.text).filter(|word| is_iban(word));
    let found: Vec<String> = labelled(value)
        .into_iter()
        .chain(grouped(value))
        .chain(ibans.map(str::to_owned))
        .collect();
    (!found.is_empty()).then(|| found.join("\n"))
}

/// Whether [`numbers`] may find one: told in one sweep, and of nearly every field that it cannot.
fn may_hold_number(value: &str) -> bool {
    // All of them have as many digits at least.
    if digits(value.as_bytes()) < LABELLED_DIGITS {
        return false;
    }
    let mut groups = Groups::default();
    let mut rest = value.as_bytes();
    while let Some(start) = rest.iter().position(u8::is_ascii_alphanumeric) {
        let (before, from) = rest.split_at(start);
        let end = from.iter().position(|byte| !byte.is_ascii_alphanumeric());
        let (word, behind) = from.split_at(end.unwrap_or(from.len()));
        groups.take(before, word);
        if groups.are_number() || may_count(word) {
            return true;
        }
        rest = behind;
    }
    // With other letters the words are others, so that all is looked at.
    !value.is_ascii()
}

/// How many digits there are.
fn digits(bytes: &[u8]) -> usize {
    // Blocks of a byte's range, so that their counts fit a byte and the compiler counts many at a time.
    let blocks = bytes.chunks(255);
    let counts = blocks.map(|block| block.iter().map(|byte| u8::from(byte.is_ascii_digit())).sum::<u8>());
    counts.map(usize::from).sum()
}

/// Whether a word begins with a label, or as an IBAN does and is as long as one.
fn may_count(word: &[u8]) -> bool {
    let is_labelled = || std::str::from_utf8(word).is_ok_and(|text| label(Word { at: 0, text }).is_some());
    let is_coded = || matches!(word, [b'A'..=b'Z', b'A'..=b'Z', b'0'..=b'9', b'0'..=b'9', ..]);
    (LABEL_FRONTS.may_begin(word) && is_labelled()) || (word.len() >= SHORTEST_IBAN && is_coded())
}

/// The lengths of the words of digits that stood before with one and the same sign between, the last in the lowest four bits.
#[derive(Default)]
struct Groups {
    lengths: u16,
    sign: u8,
}

impl Groups {
    fn take(&mut self, before: &[u8], word: &[u8]) {
        match before {
            [sign] if *sign == self.sign => {}
            // Of two signs the one before is that of the second word.
            [sign] if SIGNS.iter().any(|known| *sign == *known as u8) => {
                self.sign = *sign;
                self.lengths &= 0xF;
            }
            _ => *self = Self::default(),
        }
        let length = u16::try_from(word.len()).unwrap_or(u16::MAX);
        if length <= 4 && word.iter().all(u8::is_ascii_digit) {
            self.lengths = self.lengths << 4 | length;
        } else {
            self.lengths = 0;
        }
    }

    /// Whether the last of them are as many as [`is_number`] wants.
    const fn are_number(&self) -> bool {
        matches!(self.lengths & 0xFFF, 0x324 | 0x334) || self.lengths == 0x4444
    }
}

/// Fields that hold a date and nothing else.
const DATES: &[&str] = &[
    "date",
    "deferred-delivery",
    "delivery-date",
    "expires",
    "expiry-date",
    "latest-delivery-time",
    "reply-by",
    "resent-date",
];

/// Letters and digits in a row, and where in the value they begin.
#[derive(Clone, Copy)]
struct Word<'a> {
    at: usize,
    text: &'a str,
}

fn words(value: &str) -> impl Iterator<Item = Word<'_>> + Clone {
    let mut at = 0;
    value
        .split_inclusive(|c: char| !c.is_alphanumeric())
        .filter_map(move |piece| {
            let text = piece.trim_end_matches(|c: char| !c.is_alphanumeric());
            let word = Word { at, text };
            at += piece.len();
            (!text.is_empty()).then_some(word)
        })
}

/// Whether the value holds a date and nothing else.
pub(super) fn is_date(value: &str) -> bool {
    words(value).all(|word| is_of_date(word.text))
}

/// Whether a word is a part of a date: a number, a zone, or the front of a name of a day or a month.
fn is_of_date(word: &str) -> bool {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    if digits == word.len() {
        return digits <= 4;
    }
    let front = word.get(..3).unwrap_or(word).to_ascii_lowercase();
    (word.len() <= 4 && word.bytes().all(|byte| byte.is_ascii_uppercase())) || CALENDAR.contains(&front.as_str())
}

/// The fronts of the names of days and months.
const CALENDAR: &[&str] = &[
    "apr", "aug", "dec", "feb", "fri", "jan", "jul", "jun", "mar", "may", "mon", "nov", "oct", "sat", "sep", "sun",
    "thu", "tue", "wed",
];

/// Whether words stand in a row as in a sentence, or a token is a number as people have it.
fn is_prose(value: &str) -> bool {
    let mut words = 0;
    value.split_whitespace().any(|token| {
        let bare = token.trim_matches(|c: char| c.is_ascii_punctuation());
        let is_word = bare.len() > 1 && bare.chars().all(char::is_alphabetic);
        words = if is_word { words + 1 } else { 0 };
        words == PROSE || is_number_of_people(bare)
    })
}

/// So many words in a row are a sentence; products and verdicts of filters have fewer.
const PROSE: usize = 4;

/// Digits in groups with hyphens between, which is no date: `219-09-9999`, `919-555-0123`.
fn is_number_of_people(token: &str) -> bool {
    let groups = token.split('-');
    let digits = token.bytes().filter(u8::is_ascii_digit).count();
    let is_date = token.starts_with("19") || token.starts_with("20");
    token.contains('-') && digits >= 7 && !is_date && groups.clone().count() <= 4 && groups.clone().all(is_digits)
}

/// The numbers that stand behind what they are called by, each with it: `MRN12345678`, `ssn.219099999`,
/// `patient-id=48210937`.
fn labelled(value: &str) -> Vec<String> {
    let mut words = words(value);
    let mut found = Vec::new();
    while let Some(word) = words.next() {
        let number = label(word).and_then(|(label, behind)| {
            let written = number(value, behind.into_iter().chain(without_fillers(words.clone())))?;
            Some(format!("{label} {written}"))
        });
        found.extend(number);
    }
    found
}

fn without_fillers<'a>(words: impl Iterator<Item = Word<'a>>) -> impl Iterator<Item = Word<'a>> {
    words.skip_while(|word| FILLERS.iter().any(|filler| word.text.eq_ignore_ascii_case(filler)))
}

/// The number that `words` of `value` begin with, if it has enough digits.
fn number<'a>(value: &'a str, words: impl Iterator<Item = Word<'a>>) -> Option<&'a str> {
    let mut number: Vec<Word<'_>> = words.take_while(|word| is_digits(word.text)).take(GROUPS).collect();
    let first = *number.first()?;
    if first.text.len() >= LABELLED_DIGITS {
        number.truncate(1); // what follows a whole number is a counter
    }
    let last = number.last()?;
    let digits: usize = number.iter().map(|word| word.text.len()).sum();
    value
        .get(first.at..last.at + last.text.len())
        .filter(|_| digits >= LABELLED_DIGITS)
}

/// The label that a word begins with, as the detectors know it, and the digits behind it in the same word.
fn label(word: Word<'_>) -> Option<(&'static str, Option<Word<'_>>)> {
    let name = word.text.trim_end_matches(|c: char| c.is_ascii_digit());
    if !(SHORTEST_LABEL..=LONGEST_LABEL).contains(&name.len()) {
        return None;
    }
    let known = LABELS.iter().find(|(written, _)| name.eq_ignore_ascii_case(written));
    let (_, label) = known?;
    let behind = Word {
        at: word.at + name.len(),
        text: word.text.get(name.len()..)?,
    };
    Some((label, Some(behind).filter(|behind| !behind.text.is_empty())))
}

/// What a number of a person's is called by in one word, and in the words of the detectors.
const LABELS: &[(&str, &str)] = &[
    ("card", "card"),
    ("dob", "DOB"),
    ("iban", "IBAN"),
    ("medicaid", "Medicaid"),
    ("medicare", "Medicare"),
    ("mrn", "MRN"),
    ("nhs", "NHS number"),
    ("passport", "passport"),
    ("patient", "patient id"),
    ("patientid", "patient id"),
    ("ssn", "SSN"),
];
/// How they begin.
static LABEL_FRONTS: Fronts = {
    let (mut fronts, mut labels) = (Fronts::new(), LABELS);
    while let [(written, _), rest @ ..] = labels {
        fronts = fronts.with(written);
        labels = rest;
    }
    fronts
};
const SHORTEST_LABEL: usize = 3;
const LONGEST_LABEL: usize = 9;
/// What may stand between a label and its number.
const FILLERS: &[&str] = &["id", "no", "nr", "number"];
/// A labelled number is looked for in so many groups of digits.
const GROUPS: usize = 4;
/// The least digits of a labelled number: counters have fewer.
const LABELLED_DIGITS: usize = 6;

/// The digits that stand in exactly the groups of a number of a person's, each two with the same sign between.
fn grouped(value: &str) -> Vec<String> {
    let tokens = value.split(|c: char| !c.is_ascii_alphanumeric() && !SIGNS.contains(&c));
    let digits = |token: &str| token.bytes().filter(u8::is_ascii_digit).count();
    let tokens = tokens.filter(|token| token.len() >= SHORTEST && digits(token) >= FEWEST_DIGITS);
    tokens
        .flat_map(|token| SIGNS.into_iter().flat_map(|sign| shapes(token, sign)))
        .collect()
}

fn shapes(token: &str, sign: char) -> Vec<String> {
    let others = |c: char| c != sign && SIGNS.contains(&c);
    let pieces = token.split(others).filter(|piece| piece.contains(sign));
    let numbers = pieces.flat_map(|piece| {
        let groups: Vec<&str> = piece.split(sign).collect();
        let runs = groups.chunk_by(|one, next| is_digits(one) == is_digits(next));
        let numbers = runs.filter(|groups| is_number(groups));
        numbers.map(|groups| groups.join(&sign.to_string())).collect::<Vec<_>>()
    });
    numbers.collect()
}

/// Whether the groups are those of a social security number, a telephone number of North America, or a payment card.
fn is_number(groups: &[&str]) -> bool {
    match groups {
        [area, pair, serial] if [area.len(), pair.len(), serial.len()] == [3, 2, 4] => {
            // 42 U.S.C. 405: the Social Security Administration assigns no others.
            !["000", "666"].contains(area)
                && !area.starts_with('9')
                && *pair != "00"
                && *serial != "0000"
                && is_digits(area)
        }
        [area, exchange, line] if [area.len(), exchange.len(), line.len()] == [3, 3, 4] => {
            [area, exchange]
                .iter()
                .all(|group| group.starts_with(|c| ('2'..='9').contains(&c)))
                && is_digits(line)
        }
        _ => groups.len() == 4 && groups.iter().all(|group| group.len() == 4 && is_digits(group)),
    }
}

/// Signs that stand between the groups of a number. Of a version and an address of the network, too; but not in these groups.
const SIGNS: [char; 3] = ['-', '.', ' '];
/// The length of a social security number with its signs, and its digits: the other numbers have more.
const SHORTEST: usize = 11;
const FEWEST_DIGITS: usize = 9;

/// Whether a word has the form of an IBAN (ISO 13616-1); the check of its digits is the detector's.
fn is_iban(word: &str) -> bool {
    let (country, rest) = word.split_at_checked(2).unwrap_or_default();
    let digits = || rest.bytes().filter(u8::is_ascii_digit).count();
    (SHORTEST_IBAN..=34).contains(&word.len())
        && country.bytes().all(|byte| byte.is_ascii_uppercase())
        && rest.get(..2).is_some_and(is_digits)
        && rest
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        && digits() >= IBAN_DIGITS
}

/// That of Norway.
const SHORTEST_IBAN: usize = 15;
/// The least digits of an IBAN, check digits included.
const IBAN_DIGITS: usize = 10;

fn is_digits(group: &str) -> bool {
    !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn no_label_is_shorter_or_longer_than_is_looked_at() {
        let lengths = || LABELS.iter().map(|(written, _)| written.len());
        assert_eq!(
            (lengths().min(), lengths().max()),
            (Some(SHORTEST_LABEL), Some(LONGEST_LABEL))
        );
    }

    #[test]
    fn what_people_write_is_told_from_what_machines_write() {
        for (name, value, expected) in [
            ("message-id", "<219-09-9999@clinic.example>", true),
            ("message-id", "<visit-219-09-9999.1@clinic.example>", true),
            ("message-id", "<219.09.9999@clinic.example>", true),
            ("message-id", "<ssn_219099999@clinic.example>", true),
            ("message-id", "<SSN.219-09-9999@clinic.example>", true),
            ("in-reply-to", "<20261127.MRN48210937@clinic.example>", true),
            ("references", "<a@b.example> <patient-id-48210937@clinic.example>", true),
            ("x-mailer", "219 09 9999", true),
            ("x-mailer", "practice 4.2 (dob 1970-01-01)", true),
            ("user-agent", "919-555-0123", true),
            ("user-agent", "119-555-0123", false),
            ("received", "from a by b (4111-1111-1111-1111) id 7", true),
            ("x-entity-id", "DE89370400440532013000", true),
            ("date", "diabetes", true),
            ("message-id", "<219099999@clinic.example>", false),
            ("message-id", "<4111111111111111@clinic.example>", false),
            ("message-id", "<20261127-09-9999@clinic.example>", false),
            ("message-id", "<3.219-09-9999-1@clinic.example>", false),
            ("message-id", "<000-09-9999@clinic.example>", false),
            ("message-id", "<919-09-9999@clinic.example>", false),
            ("message-id", "<dismissn123456789@clinic.example>", false),
            ("message-id", "<card-12@clinic.example>", false),
            ("message-id", "<patient@clinic.example>", false),
            (
                "message-id",
                "<6b29fc40-ca47-1067-b31d-00dd010662da@clinic.example>",
                false,
            ),
            (
                "message-id",
                "<1234567890.123.1234567890123.JavaMail.app@clinic.example>",
                false,
            ),
            (
                "message-id",
                "<Pine.LNX.4.44.0111211234560.12345-100000@clinic.example>",
                false,
            ),
            ("message-id", "<E1m1abc-000123-4Z@clinic.example>", false),
            (
                "received",
                "from [192.0.2.1] by mx (Postfix) with ESMTPS id 4Sxyz12345",
                false,
            ),
            (
                "received",
                "by mx (8.12.3/8.12.3); Fri, 27 Nov 2026 13:05:01 +0100",
                false,
            ),
            ("x-mailer", "Microsoft Outlook Express 6.00.2800.1106", false),
            ("x-mailer", "Apple Mail (2.3608.120.23.2.7)", false),
        ] {
            assert_eq!(foreign(name, value).is_some(), expected, "{name}: {value}");
        }
    }

    #[test]
    fn only_what_people_write_is_given_on_and_with_its_label() {
        for (value, given) in [
            ("<visit-219-09-9999.1@clinic.example>", "219-09-9999"),
            ("<1.MRN48210937.2@x> <mrn_48210937@x>", "MRN 48210937\nMRN 48210937"),
            ("<patient-id=48210937@clinic.example>", "patient id 48210937"),
            ("<ssn-219-09-9999@clinic.example>", "SSN 219-09-9999\n219-09-9999"),
            ("<DE89370400440532013000@clinic.example>", "DE89370400440532013000"),
        ] {
            assert_eq!(foreign("message-id", value).as_deref(), Some(given), "{value}");
        }
    }

    proptest! {
        /// The one sweep passes over nothing that the three searches find.
        #[test]
        fn what_cannot_hold_a_number_holds_none(
            value in "(ssn|MRN|card|patient|é|x|[0-9]{2,4}|000|4111|DE89|[A-Z0-9]{9}|219-09-9999|[-. _:<@é]){0,12}",
        ) {
            prop_assert!(may_hold_number(&value) || numbers(&value).is_none(), "{}", value);
        }

        /// However the words around it are, a number of a person's with its signs counts.
        #[test]
        fn a_number_of_a_persons_counts_wherever_it_stands(
            before in "([a-z]{1,8}[-_.])?", after in "([-_.][a-z]{1,8})?", sign in prop::sample::select(&["-", "."][..]),
            area in 100..666_u32, pair in 1..100_u32, serial in 1..10_000_u32,
        ) {
            let value = format!("<{before}{area}{sign}{pair:02}{sign}{serial:04}{after}@clinic.example>");
            let counts = foreign("message-id", &value).is_some();
            prop_assert!(counts, "{}", value);
        }

        #[test]
        fn the_message_ids_of_usual_programs_count_for_nothing(
            id in prop_oneof![
                "[0-9]{6,20}",
                "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
                "CA[A-Za-z0-9+=_-]{48}",
                "[0-9]{10}\\.[0-9]{1,6}\\.[0-9]{13}\\.JavaMail\\.[a-z]{3,8}",
                "20[0-9]{12}\\.[0-9A-F]{5,10}",
                "[A-Z0-9]{15,34}\\.[a-z]{4}",
                "E1[A-Za-z0-9]{5}-[0-9]{4}[A-Za-z0-9]{2}-[A-Z0-9]{2}",
                "[0-9]{1,3}(\\.[0-9]{1,3}){3}\\.[0-9]{10}",
            ],
        ) {
            // A code of capitals and digits may have the form of an IBAN; that it is none is then for its check to say.
            let looks_like_iban = super::words(&id).any(|word| super::is_iban(word.text));
            let value = format!("<{id}@mx.example>");
            let counts = foreign("message-id", &value).is_some();
            prop_assert!(looks_like_iban || !counts);
        }
    }
}
