//! The one function that reads an address: a mailbox of RFC 5321 with the UTF-8 of RFC 6531, and the forms of RFC 5322 in
//! which hosts hand it over.

use super::AddressErrorKind::{Control, LocalPart, Missing, Route, Several, Shape};
use super::{AddressError, AddressErrorKind, Domain, local};

/// What may stand around an address.
pub(super) const BLANKS: [char; 2] = [' ', '\t'];

/// The local part and the domain of the mailbox; `None` is the null reverse-path.
pub(super) fn mailbox(text: &str) -> Result<Option<(String, Domain)>, AddressError> {
    let text = text.trim_matches(BLANKS);
    if text.chars().any(is_forbidden) {
        return Err(AddressError::new(Control));
    }
    if text.is_empty() {
        return Ok(None);
    }
    let signs = Signs::of(text).map_err(AddressError::new)?;
    let specification = signs.specification(text).map_err(AddressError::new)?;
    let outside = without_comments(specification).map_err(AddressError::new)?;
    if outside.is_empty() && signs.open.is_some() {
        return Ok(None);
    }
    let (local, domain) = parts(outside).map_err(AddressError::new)?;
    let local = local::canonical(&local).map_err(AddressError::new)?;
    Ok(Some((local, Domain::parse(domain)?)))
}

/// A tab is a blank; every other control character and line separator is refused wherever it stands.
fn is_forbidden(letter: char) -> bool {
    (letter.is_control() && letter != '\t') || matches!(letter, '\u{2028}' | '\u{2029}')
}

/// Where the signs stand that are in no quotes and no comment.
#[derive(Default)]
struct Signs {
    ats: usize,
    open: Option<usize>,
    close: Option<usize>,
    is_list: bool,
}

impl Signs {
    fn of(text: &str) -> Result<Self, AddressErrorKind> {
        let mut signs = Self::default();
        let mut scan = Scan::default();
        for (position, letter) in text.char_indices() {
            if !scan.is_outside(letter) {
                continue;
            }
            match letter {
                '@' if signs.open.is_some_and(|open| open + 1 == position) => return Err(Route),
                '@' => signs.ats += 1,
                ',' | ';' => signs.is_list = true,
                '<' if signs.open.replace(position).is_some() => return Err(Several),
                '>' if signs.open.is_none() || signs.close.replace(position).is_some() => return Err(Shape),
                _ => {}
            }
        }
        match signs {
            _ if !scan.is_closed() || signs.open.is_some() != signs.close.is_some() => Err(Shape),
            _ if signs.is_list || signs.ats > 1 => Err(Several),
            signs => Ok(signs),
        }
    }

    /// What stands between the angle brackets; without any, the whole text.
    fn specification<'a>(&self, text: &'a str) -> Result<&'a str, AddressErrorKind> {
        let (Some(open), Some(close)) = (self.open, self.close) else {
            return Ok(text);
        };
        let name = without_comments(text.get(..open).unwrap_or_default())?;
        let behind = without_comments(text.get(close + 1..).unwrap_or_default())?;
        let mut scan = Scan::default();
        // A colon names a group or a scheme, an `@` a second address.
        let is_odd = |letter: char| scan.is_outside(letter) && matches!(letter, ':' | '@' | '\\');
        if !behind.is_empty() || name.contains(is_odd) {
            return Err(Shape);
        }
        Ok(text.get(open + 1..close).unwrap_or_default())
    }
}

/// A local part, its quotes taken off, and what stands behind the `@`.
fn parts(specification: &str) -> Result<(String, &str), AddressErrorKind> {
    let (local, rest) = if let Some(quoted) = specification.strip_prefix('"') {
        quoted_local(quoted)?
    } else {
        let end = specification.find(|letter| !local::is_atext(letter) && letter != '.');
        let end = end.unwrap_or(specification.len());
        let (local, rest) = specification.split_at_checked(end).ok_or(LocalPart)?;
        if !rest.is_empty() && !local::is_dot_atom(local) {
            return Err(LocalPart);
        }
        (local.to_owned(), rest)
    };
    let rest = skip_comments(rest)?;
    match rest.strip_prefix('@') {
        Some(domain) => Ok((local, skip_comments(domain)?)),
        None if rest.contains('@') => Err(LocalPart),
        None => Err(Missing),
    }
}

/// The text of a quoted string whose first quote is taken off, and what stands behind it.
fn quoted_local(quoted: &str) -> Result<(String, &str), AddressErrorKind> {
    let mut local = String::new();
    let mut letters = quoted.chars();
    loop {
        match letters.next().ok_or(Shape)? {
            '"' => return Ok((local, letters.as_str())),
            '\\' => local.push(letters.next().ok_or(Shape)?),
            letter => local.push(letter),
        }
    }
}

/// `text` without the blanks and comments at its two ends.
fn without_comments(text: &str) -> Result<&str, AddressErrorKind> {
    let text = skip_comments(text)?;
    let mut scan = Scan::default();
    let mut end = 0;
    for (position, letter) in text.char_indices() {
        let was_comment = scan.depth > 0;
        scan.is_outside(letter);
        if scan.depth == 0 && !was_comment && !BLANKS.contains(&letter) {
            end = position + letter.len_utf8();
        }
    }
    text.get(..end).ok_or(Shape)
}

/// `text` without the blanks and comments (RFC 5322, section 3.2.2) that it begins with.
fn skip_comments(text: &str) -> Result<&str, AddressErrorKind> {
    let mut rest = text.trim_start_matches(BLANKS);
    while rest.starts_with('(') {
        let mut scan = Scan::default();
        let end = rest.char_indices().find(|(_, letter)| {
            scan.is_outside(*letter);
            scan.depth == 0
        });
        let (end, _) = end.ok_or(Shape)?;
        rest = rest.get(end + 1..).unwrap_or_default().trim_start_matches(BLANKS);
    }
    Ok(rest)
}

/// Walks through quotes, comments and escapes.
#[derive(Default)]
struct Scan {
    depth: usize,
    is_quoted: bool,
    is_escaped: bool,
}

impl Scan {
    /// Takes the next letter and says whether it stands outside of quotes and comments, and is none of their signs.
    fn is_outside(&mut self, letter: char) -> bool {
        if std::mem::take(&mut self.is_escaped) {
            return false;
        }
        let is_inside = self.is_quoted || self.depth > 0;
        match letter {
            '\\' if is_inside => self.is_escaped = true,
            '"' if self.depth == 0 => self.is_quoted = !self.is_quoted,
            '(' if !self.is_quoted => self.depth += 1,
            ')' if self.depth > 0 => self.depth -= 1,
            _ => return !is_inside,
        }
        false
    }

    fn is_closed(&self) -> bool {
        self.depth == 0 && !self.is_quoted
    }
}

/// The pieces of a list of mailboxes: what stands between the commas, semicolons and colons that are in no quotes, comment
/// or address literal.
pub(super) fn pieces(field: &str) -> impl Iterator<Item = &str> {
    let mut scan = Scan::default();
    let mut is_literal = false;
    field.split(move |letter| {
        let is_outside = scan.is_outside(letter);
        match letter {
            '[' if is_outside => is_literal = true,
            ']' if is_outside => is_literal = false,
            _ => {}
        }
        is_outside && !is_literal && matches!(letter, ',' | ';' | ':')
    })
}
