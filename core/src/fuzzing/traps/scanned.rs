//! Traps for what looks for findings: text that is nearly something at every word.

use std::fmt::Write;

use super::attached::{attached, deflated_archive};
use super::{KB, MB, Trap, repeated, trap};

pub(super) const TRAPS: &[Trap] = &[
    scanned("nearly terms, and one line of codes", 200 * KB, |bytes| {
        plain(&format!("{}\r\n{}\r\n", repeated(NEARLY, bytes), CODES))
    }),
    scanned("nearly terms, each another", MB, |bytes| plain(&nearly_terms(bytes))),
    scanned("nearly terms, each another, and one line of codes", MB, |bytes| {
        plain(&format!("{}\r\n{}\r\n", nearly_terms(bytes), CODES))
    }),
    scanned("nearly terms in capitals, within sentences", MB, |bytes| {
        plain(&nearly_terms(bytes).replace(" c", " and C"))
    }),
    scanned("nearly terms, each another, in HTML", MB, |bytes| {
        let text = nearly_terms(bytes).replace(' ', "</b> <b>");
        [b"Content-Type: text/html\r\n\r\n<p><b>".to_vec(), text.into_bytes()].concat()
    }),
    scanned("nearly terms, each another, in CSV", MB, |bytes| {
        let rows = nearly_terms(bytes).replace(' ', ",").replace(",c", "\r\nc");
        let text = format!("Content-Type: text/csv\r\n\r\nname,mrn,diagnosis\r\n{rows}");
        text.into_bytes()
    }),
    scanned("nearly terms, each another, encoded three times", MB, |bytes| {
        plain(&(0..3).fold(nearly_terms(bytes / 27), |text, _| percent(&text)))
    }),
    scanned("nearly terms, each another, in ZIP", MB, |bytes| {
        zipped(&nearly_terms(bytes))
    }),
    scanned("nearly terms, and one line of codes, in ZIP", MB, |bytes| {
        zipped(&format!("{}\r\n{}\r\n", repeated(NEARLY, bytes), CODES))
    }),
    scanned("a term of every two words", MB, |bytes| {
        plain(&repeated("diabetis hypertenson ", bytes))
    }),
    scanned("phrases that never end", MB, |bytes| {
        plain(&repeated("history of the type 2 diabetes of the ", bytes))
    }),
    scanned("digits", MB, |bytes| plain(&repeated("4111 1111 ", bytes))),
    scanned("groups of digits", MB, |bytes| plain(&repeated("12-34-", bytes))),
    scanned("numbers that are nearly cards", MB, |bytes| plain(&numbers(bytes))),
    scanned("dates", MB, |bytes| plain(&repeated("01/02/1973 3:45 ", bytes))),
    scanned("nearly telephone numbers", MB, |bytes| {
        plain(&repeated("+44 20 617-555 ", bytes))
    }),
    scanned("nearly accounts", MB, |bytes| {
        plain(&repeated("GB82 WEST 1234 DE89 3704 ", bytes))
    }),
    scanned("labels", MB, |bytes| plain(&repeated("ssn: dob: mrn: ", bytes))),
    scanned("labels and short numbers", MB, |bytes| {
        plain(&repeated("mrn 1 ssn 2 dob 3 ", bytes))
    }),
    scanned("labels of passwords", MB, |bytes| {
        plain(&repeated("password is the password for: ", bytes))
    }),
    scanned("rows of labels", MB, |bytes| plain(&repeated("ssn,dob\r\n", bytes))),
    scanned("names", MB, |bytes| plain(&repeated("Ann Ann, ", bytes))),
    scanned("titles without a name", MB, |bytes| {
        plain(&repeated("Dr. Mr. Mrs. ", bytes))
    }),
    scanned("nearly mail addresses", MB, |bytes| plain(&repeated("a@b. ", bytes))),
    scanned("beginnings of addresses of pages", MB, |bytes| {
        plain(&repeated("https://www.", bytes))
    }),
    scanned("beginnings of keys", MB, |bytes| plain(&repeated("-----BEGIN ", bytes))),
    scanned("short codes", MB, |bytes| plain(&repeated("%41%42 ", bytes))),
    scanned("letters with gaps", MB, |bytes| plain(&repeated("d i ", bytes))),
    scanned("letters beyond ASCII", MB, |bytes| {
        plain(&repeated("d\u{456}ab\u{435}tes \u{ff11}\u{ff12} ", bytes))
    }),
    scanned("short paragraphs", MB, |bytes| {
        plain(&repeated("1\r\n\r\n> a\r\n", bytes))
    }),
    scanned("nearly terms, each another, on lines with codes", MB, |bytes| {
        plain(&nearly_terms(bytes).replace(" ca", "\r\n%41=20 ca"))
    }),
    scanned("nearly terms, each another, in records", MB, |bytes| {
        plain(&nearly_terms(bytes).replace(" c", "\", \"name\": \"c"))
    }),
    scanned("nearly terms beside words of care", MB, |bytes| {
        plain(&nearly_terms(bytes).replace(" c", " patient C"))
    }),
    scanned("numbers of every form", MB, |bytes| plain(&mixed(bytes, "-/ .,()+"))),
    scanned("numbers of every form, on lines", MB, |bytes| {
        plain(&mixed(bytes, "- \n\n."))
    }),
    scanned("numbers of every form behind labels", MB, |bytes| {
        plain(&mixed(bytes, "-/ .").replace('.', " mrn "))
    }),
    scanned("numbers of every form, encoded three times", MB, |bytes| {
        plain(&(0..3).fold(mixed(bytes / 27, "-/ .,()+"), |text, _| percent(&text)))
    }),
    scanned("digits without a blank", MB, |bytes| plain(&mixed(bytes, "-."))),
    scanned("one word without an end", MB, |bytes| {
        plain(&repeated("diabetes", bytes))
    }),
    scanned("long words in one line", 4 * MB, |bytes| {
        plain(&repeated("abcdefghijklmnopqrstuv ", bytes))
    }),
    scanned("signs without a letter", MB, |bytes| {
        plain(&repeated("({[<\"'@%#$.,:;>]})", bytes))
    }),
    scanned("lines of one letter", MB, |bytes| plain(&repeated("a\r\n", bytes))),
    scanned("letters and digits with gaps", MB, |bytes| {
        plain(&repeated("d i a b e t e s  5 3 6 - 9 0  ", bytes))
    }),
    scanned("names of persons", MB, |bytes| {
        plain(&repeated("Dr. Ann Lee told Mr. J. Okafor, Rosalind Stone ", bytes))
    }),
    scanned("names in capitals", MB, |bytes| {
        plain(&repeated("MARTINEZ, ROSALIND ANN LEE ", bytes))
    }),
    scanned("tables with a heading on every second line", MB, |bytes| {
        plain(&repeated("name,ssn,mrn,phone\r\nAnn Lee,1,2,3\r\n", bytes))
    }),
    scanned("a table of short cells", MB, |bytes| {
        plain(&format!("ssn;dob;mrn;card\r\n{}", repeated("1;2;3;4\r\n", bytes)))
    }),
    scanned("a table of one row", MB, |bytes| {
        plain(&format!("ssn|dob|mrn|card\r\n{}", repeated("536-90|", bytes)))
    }),
    scanned("open records", MB, |bytes| plain(&repeated("{\"name\":[", bytes))),
    scanned("records of labels", MB, |bytes| {
        plain(&repeated("{\"key\":\"ssn\",\"value\":\"x\"} ", bytes))
    }),
    scanned("labels within records that never end", MB, |bytes| {
        plain(&repeated("\"key\": \"mrn\" ", bytes))
    }),
    scanned("open elements", MB, |bytes| plain(&repeated("<name><given>x", bytes))),
    scanned("passwords", MB, |bytes| plain(&repeated("password: x is y. ", bytes))),
    scanned("commands with passwords", MB, |bytes| {
        plain(&repeated("mysql -u root -p x ", bytes))
    }),
    scanned("spoken digits", MB, |bytes| {
        plain(&repeated("ssn two one nine o l ", bytes))
    }),
    scanned("mail addresses", MB, |bytes| plain(&repeated("a@b.co ", bytes))),
    scanned("German nouns", MB, |bytes| {
        plain(&repeated("und Der Befund Liegt mit Vor ", bytes))
    }),
    scanned("base64 of short texts", MB, |bytes| {
        plain(&repeated("ZGlhYmV0ZXMgaXMg ", bytes))
    }),
    scanned("hexadecimal digits of short texts", MB, |bytes| {
        plain(&repeated("6469616265746573 ", bytes))
    }),
];

/// A trap that may be cut for its work.
const fn scanned(name: &'static str, bytes: usize, make: fn(usize) -> Vec<u8>) -> Trap {
    trap(name, bytes, true, make)
}

/// Three words that are made of the letters of terms.
const NEARLY: &str = "calnoriste cantroseli caronlites ";
/// What is read in further views once it is decoded.
const CODES: &str = "=20 =3D %41%42%43";

fn plain(text: &str) -> Vec<u8> {
    format!("Content-Type: text/plain\r\n\r\n{text}").into_bytes()
}

/// Words that begin as terms do, each another, of which nobody means any.
fn nearly_terms(bytes: usize) -> String {
    let mut text = String::with_capacity(bytes);
    let mut state = 0x9e37_79b9_u32;
    while text.len() < bytes {
        let mut next = |most: u32| {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            usize::try_from(state % most).unwrap_or_default()
        };
        let syllables = (0..4).map(|_| SYLLABLES.get(next(24)).copied().unwrap_or_default());
        text.push('c');
        text.extend(syllables);
        text.push(' ');
    }
    text
}

const SYLLABLES: [&str; 24] = [
    "ar", "ol", "in", "ter", "an", "cal", "ros", "ti", "to", "no", "ep", "ther", "mi", "lo", "con", "es", "or", "pen",
    "id", "on", "al", "ine", "ys", "is",
];

/// Numbers of four groups, each another.
fn numbers(bytes: usize) -> String {
    let mut text = String::with_capacity(bytes);
    for number in 0..bytes / 20 {
        let _ = write!(
            text,
            "4{:03} {:04} 1234 {:04} ",
            number % 997,
            number % 9_973,
            number % 9_871
        );
    }
    text
}

/// Groups of up to five digits, each another, with one of the `signs` behind each.
fn mixed(bytes: usize, signs: &str) -> String {
    let mut text = String::with_capacity(bytes);
    let mut state = 0x9e37_79b9_u32;
    while text.len() < bytes {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        let most = 10_u32.pow(1 + state % 5);
        let _ = write!(text, "{}", (state >> 8) % most);
        let sign = usize::try_from(state >> 27).unwrap_or_default() % signs.len();
        text.extend(signs.get(sign..=sign));
    }
    text
}

/// Every letter as a percent triplet.
fn percent(text: &str) -> String {
    text.bytes()
        .fold(String::with_capacity(text.len() * 3), |mut text, byte| {
            let _ = write!(text, "%{byte:02x}");
            text
        })
}

fn zipped(text: &str) -> Vec<u8> {
    attached(&deflated_archive(&[("notes.txt", text.as_bytes())]))
}
