//! What addresses of links say: the body of a letter that a link begins, and what is asked for by a name that a person's
//! record has. Other addresses are the machines' own, and full of numbers.

/// The words of an address, a line each, or nothing.
pub(super) fn words(address: &str) -> String {
    let address = unescaped(address);
    if let Some(letter) = ["mailto:", "sms:"].iter().find_map(|scheme| strip(&address, scheme)) {
        let (_, fields) = letter.split_once('?').unwrap_or_default();
        let fields = fields.split('&').filter(|field| !field.is_empty());
        return fields.map(|field| field.to_owned() + "\n").collect();
    }
    let mut steps = address.split(['/', '?', '&', '=', ';', '#', ':']).peekable();
    let mut text = String::new();
    while let Some(step) = steps.next() {
        if is_telling(step)
            && let Some(value) = steps.peek().filter(|value| !value.is_empty())
        {
            text.extend([step.replace(['_', '-'], " ").as_str(), ": ", value, "\n"]);
        }
    }
    text
}

/// Whether a name is that of a field of a person's record.
pub(super) fn is_telling(name: &str) -> bool {
    let is_letter = |byte: &u8| !matches!(byte, b'_' | b'-' | b'.');
    let plain: Vec<u8> = name.bytes().filter(is_letter).take(NAME_BYTES).collect();
    let plain = plain.to_ascii_lowercase();
    NAMES.iter().any(|known| known.as_bytes() == plain)
}

fn strip<'a>(address: &'a str, scheme: &str) -> Option<&'a str> {
    let front = address.get(..scheme.len())?;
    front
        .eq_ignore_ascii_case(scheme)
        .then(|| address.get(scheme.len()..))?
}

/// The address with its escapes (RFC 3986, section 2.1) undone.
fn unescaped(address: &str) -> String {
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let (mut bytes, mut rest) = (Vec::with_capacity(address.len()), address.trim().as_bytes());
    while let Some((&byte, tail)) = rest.split_first() {
        let escaped = digit(tail.first()).zip(digit(tail.get(1))).filter(|_| byte == b'%');
        if let Some(byte) = escaped.and_then(|(high, low)| u8::try_from(high << 4 | low).ok()) {
            bytes.push(byte);
            rest = tail.get(2..).unwrap_or_default();
        } else {
            bytes.push(if byte == b'+' { b' ' } else { byte });
            rest = tail;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Names of fields, without what parts their words.
const NAMES: &[&str] = &[
    "birthdate",
    "dateofbirth",
    "diagnosis",
    "dob",
    "insuranceid",
    "medicalrecordnumber",
    "memberid",
    "mrn",
    "patient",
    "patientid",
    "patientmrn",
    "patientname",
    "patientssn",
    "policynumber",
    "socialsecuritynumber",
    "ssn",
];
/// As long as a name of the table may be, and one letter more.
const NAME_BYTES: usize = 24;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_address_says_of_a_person_is_read_and_the_rest_is_not() {
        for (address, text) in [
            ("mailto:a@b.example?body=MRN%3A%2048213377", "body=MRN: 48213377\n"),
            (
                "https://portal.example/p?mrn=48213377&ssn=219-09-9994",
                "mrn: 48213377\nssn: 219-09-9994\n",
            ),
            ("https://portal.example/SSN/219-09-9994", "SSN: 219-09-9994\n"),
            (
                "https://portal.example/?Patient_Name=Ann+Lee",
                "Patient Name: Ann Lee\n",
            ),
            ("https://news.example/?utm=48213377&id=219099994", ""),
            ("mailto:a@b.example", ""),
            ("https://x.example/%zz%e", ""),
        ] {
            assert_eq!(words(address), text, "{address}");
        }
    }
}
