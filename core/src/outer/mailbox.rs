//! The addresses of an address field (RFC 5322, section 3.4), without whatever stands beside them.

/// The addresses in `value`, in their order. What does not read as one goes.
pub(super) fn addresses(value: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(value);
    let mut reader = Reader::default();
    for character in text.chars() {
        reader.take(character);
    }
    reader.close();
    reader.found
}

/// Where in a field the reader is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Inside {
    /// So many comments deep.
    Comment(usize),
    /// Between square brackets.
    Literal,
    #[default]
    Nothing,
    Quotes,
}

#[derive(Default)]
struct Reader {
    inside: Inside,
    is_escaped: bool,
    /// Whether an angle bracket is open.
    is_angle: bool,
    /// Whether this mailbox had its address between angle brackets.
    had_angle: bool,
    /// What may be an address.
    text: String,
    found: Vec<String>,
}

impl Reader {
    fn take(&mut self, character: char) {
        if self.is_escaped {
            self.is_escaped = false;
            return self.keep(character);
        }
        if character == '\\' && self.inside != Inside::Nothing {
            self.is_escaped = true;
            return self.keep(character);
        }
        match (self.inside, character) {
            (Inside::Comment(1), ')') => self.inside = Inside::Nothing,
            (Inside::Comment(depth), ')') => self.inside = Inside::Comment(depth.saturating_sub(1)),
            (Inside::Comment(depth), '(') => self.inside = Inside::Comment(depth.saturating_add(1)),
            (Inside::Comment(_), _) => {}
            (Inside::Quotes, '"') | (Inside::Literal, ']') => {
                self.inside = Inside::Nothing;
                self.text.push(character);
            }
            (Inside::Quotes | Inside::Literal, _) => self.text.push(character),
            (Inside::Nothing, _) => self.take_bare(character),
        }
    }

    fn take_bare(&mut self, character: char) {
        match character {
            '(' => {
                self.inside = Inside::Comment(1);
                self.text.push(' ');
            }
            '"' => {
                self.inside = Inside::Quotes;
                self.text.push(character);
            }
            '[' => {
                self.inside = Inside::Literal;
                self.text.push(character);
            }
            '<' => {
                self.text.clear();
                self.is_angle = true;
                self.had_angle = true;
            }
            '>' => {
                self.find();
                self.is_angle = false;
            }
            // The name of a group, or the route before an address (section 4.4).
            ':' => self.text.clear(),
            ',' | ';' if self.is_angle => self.text.clear(),
            ',' | ';' => self.close(),
            _ => self.text.push(character),
        }
    }

    fn keep(&mut self, character: char) {
        if !matches!(self.inside, Inside::Comment(_)) {
            self.text.push(character);
        }
    }

    /// Ends a mailbox.
    fn close(&mut self) {
        if !self.had_angle || self.is_angle {
            self.find();
        }
        *self = Self {
            found: std::mem::take(&mut self.found),
            ..Self::default()
        };
    }

    /// Takes what stands here for an address, if it is one. Between angle brackets stands one or none; of other words
    /// those are taken that are one.
    fn find(&mut self) {
        let text = std::mem::take(&mut self.text);
        if self.is_angle {
            let address = Some(text.trim()).filter(|address| is_address(address));
            self.found.extend(address.map(Into::into));
            return;
        }
        self.found
            .extend(words(&text).filter(|word| is_address(word)).map(Into::into));
    }
}

/// The words of a text; a quoted string is a part of its word.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    let ends = move |character: char| {
        if is_escaped {
            is_escaped = false;
        } else if character == '\\' {
            is_escaped = true;
        } else if character == '"' {
            is_quoted = !is_quoted;
        }
        !is_quoted && character.is_whitespace()
    };
    text.split(ends)
}

/// Whether it is an address of RFC 5321, section 4.1.2, or of RFC 6531.
fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    local.len() <= LOCAL && domain.len() <= DOMAIN && is_local(local) && is_domain(domain)
}

fn is_local(local: &str) -> bool {
    let quoted = local.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    match quoted {
        Some(inner) => is_quoted(inner),
        None => local
            .split('.')
            .all(|atom| !atom.is_empty() && atom.chars().all(is_atom)),
    }
}

/// Whether it stays between its quotes.
fn is_quoted(inner: &str) -> bool {
    let mut is_escaped = false;
    for character in inner.chars() {
        if character.is_control() || (character == '"' && !is_escaped) {
            return false;
        }
        is_escaped = character == '\\' && !is_escaped;
    }
    !is_escaped
}

fn is_domain(domain: &str) -> bool {
    let literal = domain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    match literal {
        Some(inner) => inner
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | ':')),
        None => domain.split('.').all(|label| {
            let is_letter = |c: char| c.is_ascii_alphanumeric() || c == '-' || (!c.is_ascii() && is_text(c));
            !label.is_empty() && label.chars().all(is_letter)
        }),
    }
}

fn is_atom(character: char) -> bool {
    character.is_ascii_alphanumeric()
        || "!#$%&'*+-/=?^_`{|}~".contains(character)
        || (!character.is_ascii() && is_text(character))
}

/// Whether a character beyond ASCII may stand in an address (RFC 6532).
fn is_text(character: char) -> bool {
    !character.is_control() && !character.is_whitespace() && character != char::REPLACEMENT_CHARACTER
}

/// Bytes of a local part and of a domain (RFC 5321, section 4.5.3.1).
const LOCAL: usize = 64;
const DOMAIN: usize = 255;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_are_left() {
        const ROWS: &[(&str, &[&str])] = &[
            ("ann@example.org", &["ann@example.org"]),
            ("Ann <ann@example.org>", &["ann@example.org"]),
            (
                "\"Ann, MRN 48210937\" <ann@example.org>, bob@example.org",
                &["ann@example.org", "bob@example.org"],
            ),
            ("\"x@y.example\" <ann@example.org>", &["ann@example.org"]),
            ("ann@example.org (diabetes (MRN 1, x@y.example))", &["ann@example.org"]),
            ("(a) ann@example.org (b)", &["ann@example.org"]),
            ("=?utf-8?Q?x=40y.example?= <ann@example.org>", &["ann@example.org"]),
            (
                "Dialysis patients: ann@example.org, Bob <bob@example.org>;",
                &["ann@example.org", "bob@example.org"],
            ),
            ("undisclosed-recipients:;", &[]),
            ("<@route.example,@other.example:ann@example.org>", &["ann@example.org"]),
            ("\"a b\"@example.org", &["\"a b\"@example.org"]),
            ("\"a\\\"b\"@example.org", &["\"a\\\"b\"@example.org"]),
            ("ann@[192.0.2.1]", &["ann@[192.0.2.1]"]),
            ("ann@[MRN 48210937]", &[]),
            ("Jane Doe ann@example.org", &["ann@example.org"]),
            ("Dr. ann @ example.org", &[]),
            ("<ann@example.org", &["ann@example.org"]),
            ("Ann < ann@example.org >", &["ann@example.org"]),
            ("<ann@clinic example>, <MRN 4821@clinic.example x>", &[]),
            ("ann@example.org> MRN 48210937", &["ann@example.org"]),
            ("<ann@example.org> MRN 48210937 x@y.example", &["ann@example.org"]),
            ("\"unfinished <ann@example.org>", &[]),
            ("müller@beispiel.example", &["müller@beispiel.example"]),
            ("a\r\n Bcc: x@y.example", &["x@y.example"]),
            ("no address, @, a@, @b, a..b@c.example, a@b..c", &[]),
            ("\"a\"\r\nX: \"b\"@c.example", &["\"b\"@c.example"]),
        ];
        for (value, found) in ROWS {
            assert_eq!(addresses(value.as_bytes()), *found, "{value}");
        }
        assert_eq!(addresses(b"ann\xff@example.org"), Vec::<String>::new());
    }
}
