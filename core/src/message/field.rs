//! Structured MIME fields: a value and its parameters (RFC 2045, section 5; RFC 2231).

use std::collections::BTreeSet;

use super::AnomalyKind;
use super::charset;
use super::word;

/// `text/plain; charset=utf-8; name*0=...`, read.
#[derive(Debug, Default)]
pub(super) struct Field {
    /// What stands before the first `;`, in lower case, without comments and blanks.
    pub(super) value: String,
    parameters: Vec<Parameter>,
    pub(super) odd: Vec<AnomalyKind>,
}

#[derive(Debug)]
struct Parameter {
    /// The name in lower case, without what RFC 2231 appends.
    name: String,
    /// The number of a continuation.
    section: Option<u32>,
    /// Whether the value is percent-encoded.
    extended: bool,
    value: Vec<u8>,
}

impl Field {
    /// Reads an unfolded value.
    pub(super) fn read(value: &[u8], parameters: usize) -> Self {
        let mut tokens = Tokens {
            rest: value,
            odd: Vec::new(),
        };
        let head = tokens.until_semicolon();
        let mut field = Self {
            value: String::from_utf8_lossy(&head.bytes).trim().to_ascii_lowercase(),
            ..Self::default()
        };
        while !tokens.rest.is_empty() {
            if field.parameters.len() == parameters {
                tokens.odd.push(AnomalyKind::ParameterLimit);
                break;
            }
            let piece = tokens.until_semicolon();
            field.push(&piece, &mut tokens.odd);
        }
        field.odd = tokens.odd;
        field
    }

    /// The values of the parameter of this name, the most trustworthy first: extended, continued, plain.
    pub(super) fn all(&mut self, name: &str) -> Vec<String> {
        let mut values = Vec::new();
        if !self.parameters.iter().any(|parameter| parameter.name == name) {
            return values;
        }
        values.extend(self.continued(name));
        let plain = self.parameters.iter().filter(|p| p.name == name && p.section.is_none());
        let mut odd = Vec::new();
        let (extended, direct): (Vec<_>, Vec<_>) = plain.partition(|parameter| parameter.extended);
        values.extend(
            extended
                .iter()
                .map(|parameter| from_extended(&parameter.value, &mut odd)),
        );
        for parameter in &direct {
            if memchr::memmem::find(&parameter.value, b"=?").is_some() {
                odd.push(AnomalyKind::EncodedWordParameter);
            }
            values.push(word::decode(&parameter.value, &mut odd));
        }
        if direct.len() > 1 || extended.len() > 1 {
            odd.push(AnomalyKind::ParameterMalformed);
        }
        self.odd.append(&mut odd);
        values
    }

    /// Every way to read each parameter that is not among those of `known` names.
    pub(super) fn others(&mut self, known: &[&str]) -> Vec<String> {
        let names = self.parameters.iter().map(|parameter| parameter.name.clone());
        let names: BTreeSet<String> = names.filter(|name| !known.contains(&name.as_str())).collect();
        // What is odd about them is odd about none that is used.
        let odd = self.odd.len();
        let values = names.iter().flat_map(|name| self.all(name)).collect();
        self.odd.truncate(odd);
        values
    }

    /// The most trustworthy value of the parameter of this name.
    pub(super) fn first(&mut self, name: &str) -> Option<String> {
        self.all(name).into_iter().next()
    }

    /// Joins `name*0`, `name*1*`, ...
    fn continued(&mut self, name: &str) -> Option<String> {
        let mut sections: Vec<_> = self
            .parameters
            .iter()
            .filter(|p| p.name == name && p.section.is_some())
            .collect();
        sections.sort_by_key(|parameter| parameter.section);
        let first = sections.first()?;
        let in_order = sections
            .iter()
            .zip(0_u32..)
            .all(|(parameter, number)| parameter.section == Some(number));
        let (label, _) = charset_of(if first.extended { &first.value } else { b"" });
        let mut bytes = Vec::new();
        for (index, parameter) in sections.iter().enumerate() {
            let value = if index == 0 && parameter.extended {
                charset_of(&parameter.value).1
            } else {
                &parameter.value
            };
            bytes.extend(if parameter.extended {
                percent_decoded(value)
            } else {
                value.to_vec()
            });
        }
        let decoded = charset::decode(&bytes, label.as_deref());
        if !in_order {
            self.odd.push(AnomalyKind::ParameterMalformed);
        }
        Some(decoded.text)
    }

    fn push(&mut self, piece: &Piece, odd: &mut Vec<AnomalyKind>) {
        let Some(equals) = piece.equals else {
            odd.extend((!piece.bytes.trim_ascii().is_empty()).then_some(AnomalyKind::ParameterMalformed));
            return;
        };
        let (name, value) = piece.bytes.split_at(equals.min(piece.bytes.len()));
        let name = String::from_utf8_lossy(name).trim().to_ascii_lowercase();
        let (name, extended) = name
            .strip_suffix('*')
            .map_or((name.as_str(), false), |name| (name, true));
        let section = name
            .split_once('*')
            .map(|(_, number)| number.parse().unwrap_or(u32::MAX));
        let name = name.split('*').next().unwrap_or_default().to_owned();
        let value = if piece.quoted {
            value.to_vec()
        } else {
            value.trim_ascii().to_vec()
        };
        self.parameters.push(Parameter {
            name,
            section,
            extended,
            value,
        });
    }
}

/// What stands between two semicolons, with comments and quotes taken away.
struct Piece {
    bytes: Vec<u8>,
    /// Where the value starts in `bytes`.
    equals: Option<usize>,
    quoted: bool,
}

struct Tokens<'a> {
    rest: &'a [u8],
    odd: Vec<AnomalyKind>,
}

impl Tokens<'_> {
    /// Takes bytes up to a semicolon that is neither quoted nor in a comment, and the semicolon.
    fn until_semicolon(&mut self) -> Piece {
        let mut piece = Piece {
            bytes: Vec::new(),
            equals: None,
            quoted: false,
        };
        while let Some((&byte, tail)) = self.rest.split_first() {
            self.rest = tail;
            match byte {
                b';' => break,
                b'"' => self.quoted(&mut piece),
                b'(' if piece.bytes.last().is_none_or(u8::is_ascii_whitespace) => self.comment(),
                b'=' if piece.equals.is_none() => piece.equals = Some(piece.bytes.len()),
                _ if piece.quoted && byte.is_ascii_whitespace() => {}
                _ => piece.bytes.push(byte),
            }
        }
        piece
    }

    fn quoted(&mut self, piece: &mut Piece) {
        if let Some(equals) = piece.equals
            && piece
                .bytes
                .get(equals..)
                .is_some_and(|value| value.trim_ascii().is_empty())
        {
            piece.bytes.truncate(equals);
        }
        piece.quoted = true;
        while let Some((&byte, tail)) = self.rest.split_first() {
            self.rest = tail;
            match (byte, tail.split_first()) {
                (b'"', _) => return,
                (b'\\', Some((&escaped, tail))) => {
                    piece.bytes.push(escaped);
                    self.rest = tail;
                }
                _ => piece.bytes.push(byte),
            }
        }
        self.odd.push(AnomalyKind::ParameterMalformed);
    }

    /// Steps over a comment, whose parentheses nest.
    fn comment(&mut self) {
        self.odd.push(AnomalyKind::CommentInField);
        let mut open = 1_usize;
        while let Some((&byte, tail)) = self.rest.split_first() {
            self.rest = tail;
            match byte {
                b'(' => open += 1,
                b')' => open -= 1,
                b'\\' => self.rest = tail.get(1..).unwrap_or_default(),
                _ => {}
            }
            if open == 0 {
                return;
            }
        }
    }
}

/// `utf-8'en'caf%C3%A9`, decoded.
fn from_extended(value: &[u8], odd: &mut Vec<AnomalyKind>) -> String {
    let (label, value) = charset_of(value);
    let decoded = charset::decode(&percent_decoded(value), label.as_deref());
    odd.extend(decoded.odd);
    decoded.text
}

/// Splits `charset'language'text`.
fn charset_of(value: &[u8]) -> (Option<String>, &[u8]) {
    let mut pieces = value.splitn(3, |&byte| byte == b'\'');
    match (pieces.next(), pieces.next(), pieces.next()) {
        (Some(label), Some(_), Some(text)) => (Some(String::from_utf8_lossy(label).into_owned()), text),
        _ => (None, value),
    }
}

fn percent_decoded(value: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        let escaped = (byte == b'%').then(|| tail.split_first_chunk::<2>()).flatten();
        if let Some((&[high, low], tail)) = escaped
            && let (Some(high), Some(low)) = (char::from(high).to_digit(16), char::from(low).to_digit(16))
        {
            out.extend(u8::try_from(high << 4 | low));
            rest = tail;
        } else {
            out.push(byte);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(value: &str) -> Field {
        Field::read(value.as_bytes(), 256)
    }

    #[test]
    fn a_parameter_is_read_in_every_way_it_is_written() {
        const ROWS: &[(&str, &str)] = &[
            ("a/b; name=x.txt", "x.txt"),
            ("a/b; NAME = \"x y.txt\"", "x y.txt"),
            ("a/b; name=x y.txt; z=1", "x y.txt"),
            ("a/b; name=\"a\\\"b;c\"", "a\"b;c"),
            ("a/b; name*=utf-8''caf%C3%A9", "café"),
            ("a/b; name*0=\"fo\"; name*1=\"o\"", "foo"),
            ("a/b; name*1=o; name*0=fo", "foo"),
            ("a/b; name*0*=utf-8'en'caf%C3; name*1*=%A9; name*2=.txt", "café.txt"),
            ("a/b; name=\"=?utf-8?Q?caf=C3=A9?=\"", "café"),
            ("a/b; (comment; with) name=x", "x"),
            ("a/b; name=x; name*=utf-8''y", "y"),
        ];
        for (value, name) in ROWS {
            assert_eq!(field(value).first("name").as_deref(), Some(*name), "{value}");
        }
    }

    #[test]
    fn the_value_is_lower_case_without_comments() {
        assert_eq!(field(" Text/Plain (hello (again)) ; a=b").value, "text/plain");
        assert_eq!(field("text/plain").value, "text/plain");
    }

    #[test]
    fn what_is_odd_is_named() {
        const ROWS: &[(&str, AnomalyKind)] = &[
            ("a/b; name=x; name=y", AnomalyKind::ParameterMalformed),
            ("a/b; name=\"x", AnomalyKind::ParameterMalformed),
            ("a/b; name*0=x; name*2=y", AnomalyKind::ParameterMalformed),
            ("a/b; name", AnomalyKind::ParameterMalformed),
            ("a/b; name=\"=?utf-8?Q?a?=\"", AnomalyKind::EncodedWordParameter),
            ("a/b (c); name=x", AnomalyKind::CommentInField),
        ];
        for (value, kind) in ROWS {
            let mut field = field(value);
            field.first("name");
            assert!(field.odd.contains(kind), "{value}: {:?}", field.odd);
        }
    }

    #[test]
    fn parameters_beyond_the_limit_are_named() {
        let many = format!("a/b{}", "; x=y".repeat(20));
        assert_eq!(Field::read(many.as_bytes(), 10).odd, [AnomalyKind::ParameterLimit]);
    }
}
