//! Strings of records by the path of their key, in JSON and XML: `name.family`, `address.city`, `Patient.id`.
//!
//! A record may be quoted in a message, written in one line or in many, or stand as a string within another. Only what can be
//! told from the brackets is: a blank line ends every record, so that a bracket of prose leads nowhere.

use std::collections::HashMap;
use std::ops::Range;

use memchr::{memchr, memchr2, memchr3};

use super::super::work;
use super::value::{Form, VALUE_WINDOW};
use super::{Candidate, Strength, Window};

/// The paths of keys, each with the detectors that take its strings.
#[derive(Debug, Default)]
pub(in super::super) struct Keys(HashMap<String, Vec<usize>>);

impl Keys {
    /// The `paths` of each detector: `name.family` is the key `family` in an object that stands under `name` or whose
    /// `resourceType` says so; a path without a dot is the key wherever it stands.
    pub(in super::super) fn of<'a>(paths: impl Iterator<Item = (usize, &'a String)>) -> Self {
        let mut keys: HashMap<String, Vec<usize>> = HashMap::new();
        for (detector, path) in paths {
            let path: Vec<String> = path.split('.').map(normal).collect();
            keys.entry(path.join(".")).or_default().push(detector);
        }
        Self(keys)
    }

    /// An estimate of the memory it holds, in bytes.
    pub(in super::super) fn memory(&self) -> usize {
        self.0.capacity().saturating_mul(ENTRY_BYTES)
    }

    fn owners(&self, parent: &str, key: &str) -> &[usize] {
        let path = if parent.is_empty() {
            normal(key)
        } else {
            format!("{}.{}", normal(parent), normal(key))
        };
        self.0.get(&path).map_or(&[], Vec::as_slice)
    }
}

/// A path, its detectors, and what the table needs for them.
const ENTRY_BYTES: usize = 96;

/// `postal_code`, `postal-code` and `postalCode` are one key.
fn normal(key: &str) -> String {
    let letters = key.bytes().filter(u8::is_ascii_alphanumeric);
    letters.map(|byte| char::from(byte.to_ascii_lowercase())).collect()
}

/// Adds the strings of records in `window` whose key a detector names; `owner` gives its form and confidence.
pub(in super::super) fn keyed<'a>(
    window: &Window<'_>,
    open: &mut OpenRecord,
    keys: &Keys,
    owner: impl Fn(usize) -> Option<(Form<'a>, f64)>,
    found: &mut Vec<Candidate>,
) {
    if keys.0.is_empty() {
        return;
    }
    let text = window.text;
    while open.next < window.end {
        let Some(entry) = open.read(text, window.end) else {
            continue;
        };
        let value = text.get(..entry.value.end).unwrap_or_default();
        let word = |range: &Range<usize>| text.get(range.clone()).filter(|word| word.len() <= LONGEST_KEY);
        let Some(key) = word(&entry.key).filter(|key| !key.is_empty()) else {
            continue;
        };
        let mut parents: Vec<&str> = entry.parents.iter().filter_map(word).collect();
        parents.push("");
        parents.dedup();
        for detector in parents.into_iter().flat_map(|parent| keys.owners(parent, key)) {
            let Some((form, confidence)) = owner(*detector) else {
                continue;
            };
            let Some(range) = form.at(value, entry.value.start, VALUE_WINDOW) else {
                continue;
            };
            found.push(Candidate {
                detector: *detector,
                range,
                confidence,
                strength: form.strength().max(Strength::Label),
                fuzzy: false,
                labelled: true,
            });
        }
    }
}

/// A longer word is no key that a detector names.
const LONGEST_KEY: usize = 40;

/// How far a text is read, and the records that are open there, from the outermost on.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in super::super) struct OpenRecord {
    next: usize,
    frames: Vec<Frame>,
}

/// An object, an array or an element that is open.
#[derive(Clone, Debug, PartialEq)]
struct Frame {
    kind: Kind,
    /// The key under which it stands, or the name of an element.
    name: Range<usize>,
    /// The `resourceType` of an object.
    resource: Range<usize>,
    /// The names of the object around an array.
    around: [Range<usize>; 2],
    /// The key whose value comes next in an object.
    key: Range<usize>,
    /// Whether it is a string within another record.
    is_quoted: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Array,
    Element,
    Object,
}

/// A string of a record: its key, the names of what it stands in, and itself.
struct Entry {
    parents: [Range<usize>; 2],
    key: Range<usize>,
    value: Range<usize>,
}

const NONE: Range<usize> = 0..0;
/// Brackets that are deeper are not followed; records of people are not so deep.
const DEEPEST: usize = 64;

impl OpenRecord {
    /// The same in another text, which is read as far as `next`, and whose places `by` makes of those of this one.
    pub(in super::super) fn moved(&self, next: usize, by: impl Fn(usize) -> usize) -> Self {
        Self {
            next,
            frames: self.frames.iter().map(|frame| frame.moved(&by)).collect(),
        }
    }

    /// Whether no record is open.
    pub(in super::super) const fn is_closed(&self) -> bool {
        self.frames.is_empty()
    }

    /// How far the text is read.
    pub(in super::super) const fn next(&self) -> usize {
        self.next
    }

    /// Reads the next sign; gives a string when it is one. Outside of records, only the beginning of one counts.
    fn read(&mut self, text: &str, end: usize) -> Option<Entry> {
        let bytes = text.as_bytes();
        if self.frames.is_empty() {
            let ahead = bytes.get(self.next..end).unwrap_or_default();
            work::count(ahead.len().min(1));
            let Some(skipped) = memchr2(b'{', b'<', ahead) else {
                self.next = end;
                return None;
            };
            self.next = self.next.saturating_add(skipped);
        }
        let ahead = bytes.get(self.next..end).unwrap_or_default();
        let skipped = ahead.iter().position(|byte| is_sign(*byte)).unwrap_or(ahead.len());
        work::count(skipped.saturating_add(1));
        if skipped == ahead.len() {
            self.next = self.next.max(end);
            return None;
        }
        let at = self.next.saturating_add(skipped);
        self.next = at.saturating_add(1);
        match bytes.get(at)? {
            b'{' => self.open(Kind::Object),
            b'[' => self.open(Kind::Array),
            b'}' => self.close(Kind::Object, bytes),
            b']' => self.close(Kind::Array, bytes),
            b'"' => return self.string(text, self.next, false),
            b'\\' if bytes.get(self.next) == Some(&b'"') => {
                return self.string(text, self.next.saturating_add(1), true);
            }
            b'<' => return self.tag(text, at),
            b'\n' if is_blank(bytes, self.next) => self.frames.clear(),
            _ => {}
        }
        None
    }

    fn open(&mut self, kind: Kind) {
        let around = self.frames.last();
        let name = around.map_or(NONE, |around| match around.kind {
            Kind::Object => around.key.clone(),
            Kind::Array | Kind::Element => around.name.clone(),
        });
        let around = around.map_or([NONE, NONE], Frame::names);
        self.push(Frame {
            kind,
            name,
            resource: NONE,
            around,
            key: NONE,
            is_quoted: false,
        });
    }

    fn push(&mut self, frame: Frame) {
        if self.frames.len() < DEEPEST {
            self.frames.push(frame);
        }
    }

    fn close(&mut self, kind: Kind, bytes: &[u8]) {
        if let Some(last) = self.frames.pop_if(|last| last.kind == kind) {
            let is_quote = bytes.get(self.next) == Some(&b'"');
            self.next = self.next.saturating_add(usize::from(last.is_quoted && is_quote));
        }
    }

    /// Reads the string that starts at `start`, behind its quote.
    fn string(&mut self, text: &str, start: usize, is_escaped: bool) -> Option<Entry> {
        let bytes = text.as_bytes();
        if !is_escaped
            && matches!(
                bytes.get(start..start.saturating_add(3)),
                Some([b'{' | b'[', b'\\' | b'{', _])
            )
        {
            let depth = self.frames.len();
            self.read(text, start.saturating_add(1));
            if let Some(inner) = self.frames.get_mut(depth) {
                inner.is_quoted = true;
            }
            return None;
        }
        let (end, next) = string_end(bytes, start, is_escaped);
        work::count(next.saturating_sub(start));
        self.next = next;
        let value = start..end;
        let behind = text
            .get(next..)
            .unwrap_or_default()
            .trim_start_matches([' ', '\t', '\n', '\r']);
        let frame = self.frames.last_mut()?;
        if behind.starts_with(':') && frame.kind == Kind::Object {
            frame.key = value;
            return None;
        }
        let is_resource = text.get(frame.key.clone()) == Some("resourceType");
        if frame.kind == Kind::Object && is_resource {
            frame.resource = value;
            return None;
        }
        let entry = match frame.kind {
            Kind::Object => (frame.names(), frame.key.clone()),
            Kind::Array => (frame.around.clone(), frame.name.clone()),
            Kind::Element => return None,
        };
        Some(Entry {
            parents: entry.0,
            key: entry.1,
            value,
        })
    }

    /// Reads the tag at `at`: what its `value` says, or the text behind it.
    fn tag(&mut self, text: &str, at: usize) -> Option<Entry> {
        let rest = text.get(at.saturating_add(1)..)?;
        let ahead = rest.as_bytes().get(..rest.len().min(LONGEST_TAG))?;
        let end = memchr2(b'>', b'<', ahead).filter(|end| ahead.get(*end) == Some(&b'>'))?;
        let inside = rest.get(..end)?;
        work::count(inside.len());
        let is_end = inside.starts_with('/');
        let name = name_of(
            inside.trim_start_matches('/'),
            at.saturating_add(1 + usize::from(is_end)),
        )?;
        let behind = at.saturating_add(inside.len()).saturating_add(2);
        self.next = behind;
        if is_end {
            let same =
                |frame: &Frame| frame.kind == Kind::Element && text.get(frame.name.clone()) == text.get(name.clone());
            if let Some(depth) = self.frames.iter().rposition(same) {
                self.frames.truncate(depth);
            }
            return None;
        }
        let parents = self.frames.last().map_or([NONE, NONE], Frame::names);
        if !inside.ends_with('/') {
            self.push(Frame {
                kind: Kind::Element,
                name: name.clone(),
                resource: NONE,
                around: [NONE, NONE],
                key: NONE,
                is_quoted: false,
            });
        }
        let value = said(inside, at.saturating_add(1)).or_else(|| content(text, behind))?;
        Some(Entry {
            parents,
            key: name,
            value,
        })
    }
}

impl Frame {
    fn moved(&self, by: &impl Fn(usize) -> usize) -> Self {
        let moved = |range: &Range<usize>| by(range.start)..by(range.end);
        Self {
            name: moved(&self.name),
            resource: moved(&self.resource),
            around: self.around.each_ref().map(moved),
            key: moved(&self.key),
            ..*self
        }
    }

    fn names(&self) -> [Range<usize>; 2] {
        match self.kind {
            Kind::Array => self.around.clone(),
            Kind::Element | Kind::Object => [self.resource.clone(), self.name.clone()],
        }
    }
}

/// Whether a byte opens or closes something in a record, or may end it.
const fn is_sign(byte: u8) -> bool {
    matches!(byte, b'{' | b'[' | b'}' | b']' | b'"' | b'\\' | b'<' | b'\n')
}

/// Where the string at `start` ends, and what follows it. A string does not go on in the next line.
fn string_end(bytes: &[u8], start: usize, is_escaped: bool) -> (usize, usize) {
    let mut at = start;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr3(b'"', b'\\', b'\n', rest)) {
        at = at.saturating_add(found);
        match bytes.get(at..at.saturating_add(2)) {
            Some([b'\\', b'"']) if is_escaped => return (at, at.saturating_add(2)),
            Some([b'\\', _]) => at = at.saturating_add(2),
            Some([b'"', _]) if !is_escaped => return (at, at.saturating_add(1)),
            _ => {
                return (
                    at,
                    at.saturating_add(usize::from(!is_escaped && bytes.get(at) == Some(&b'"'))),
                );
            }
        }
    }
    (bytes.len(), bytes.len())
}

/// Whether the line at `start` is blank, or holds quote marks alone.
fn is_blank(bytes: &[u8], start: usize) -> bool {
    let line = bytes.get(start..).unwrap_or_default();
    let content = line
        .iter()
        .take(LONGEST_BLANK)
        .find(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'>'));
    content == Some(&b'\n')
}

/// The name of an element without its prefix; `start` is where `inside` stands.
fn name_of(inside: &str, start: usize) -> Option<Range<usize>> {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'_' | b'.' | b'-');
    let length = inside.bytes().take_while(|byte| is_name(*byte)).count();
    let (name, rest) = inside.split_at_checked(length)?;
    let prefix = name.rfind(':').map_or(0, |colon| colon.saturating_add(1));
    let is_one = name.starts_with(|first: char| first.is_ascii_alphabetic())
        && (rest.is_empty() || rest.starts_with([' ', '\t', '\n', '\r', '/']));
    is_one.then(|| start.saturating_add(prefix)..start.saturating_add(length))
}

/// What the attribute `value` of a tag says, whose inside stands at `start`.
fn said(inside: &str, start: usize) -> Option<Range<usize>> {
    let at = inside.find(" value=")?.saturating_add(" value=".len());
    let rest = inside.get(at..)?;
    let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let length = rest.get(1..)?.find(quote)?;
    let start = start.saturating_add(at).saturating_add(1);
    Some(start..start.saturating_add(length))
}

/// The text behind a tag, up to the next one, without the blanks around it.
fn content(text: &str, start: usize) -> Option<Range<usize>> {
    let ahead = text
        .as_bytes()
        .get(start..start.saturating_add(VALUE_WINDOW).min(text.len()))?;
    let content = text.get(start..start.saturating_add(memchr(b'<', ahead)?))?;
    let lead = content.len().saturating_sub(content.trim_start().len());
    let content = content.trim();
    let start = start.saturating_add(lead);
    (!content.is_empty()).then(|| start..start.saturating_add(content.len()))
}

const LONGEST_TAG: usize = 1024;
const LONGEST_BLANK: usize = 80;

#[cfg(test)]
mod tests {
    use super::*;

    /// Each string with its path, as `parent.key=value`.
    fn strings(text: &str) -> Vec<String> {
        let mut open = OpenRecord::default();
        let mut found = Vec::new();
        while open.next < text.len() {
            if let Some(entry) = open.read(text, text.len()).filter(|entry| !entry.key.is_empty()) {
                let word = |range: &Range<usize>| text.get(range.clone()).unwrap();
                let parent = entry
                    .parents
                    .iter()
                    .map(word)
                    .find(|parent| !parent.is_empty())
                    .unwrap_or_default();
                found.push(format!("{parent}.{}={}", word(&entry.key), word(&entry.value)));
            }
        }
        found
    }

    #[test]
    fn strings_have_the_path_of_their_key() {
        for (text, wanted) in [
            (
                r#"{"name":[{"family":"Okafor","given":["Rosalind","Ada"]}],"id":"7"}"#,
                &["name.family=Okafor", "name.given=Rosalind", "name.given=Ada", ".id=7"][..],
            ),
            (
                "> {\n>   \"address\": [ {\n>     \"city\" : \"Springfield\"\n>   } ]\n> }",
                &["address.city=Springfield"],
            ),
            (r#"{"resource":{"resourceType":"Patient","id":"7"}}"#, &["Patient.id=7"]),
            (
                r#"{"body":"{\"name\":{\"family\":\"Okafor\"}}","a":"b"}"#,
                &["name.family=Okafor", ".a=b"],
            ),
            (r#"{\"name\":{\"family\":\"Okafor\"}}"#, &["name.family=Okafor"]),
            (
                r#"<Patient xmlns="x"><id value="7"/><name><family value='Okafor'/></name></Patient>"#,
                &["Patient.id=7", "name.family=Okafor"],
            ),
            (
                "<v3:name>\n <v3:given>Rosalind</v3:given> <v3:family> Okafor </v3:family></v3:name>",
                &["name.given=Rosalind", "name.family=Okafor"],
            ),
            (
                r#"{"a \"b\" c":"d\"e","f":1,"g":null,"h":"i"}"#,
                &[r#".a \"b\" c=d\"e"#, ".h=i"],
            ),
        ] {
            assert_eq!(strings(text), wanted, "{text}");
        }
    }

    #[test]
    fn prose_is_no_record() {
        for text in [
            "she said \"hello\": \"yes\"",
            "a < b and <ann@example.org> wrote \"x\"",
            "{ is a bracket\n\n\"name\": \"x\"",
            "}]>\"\\\"",
            "{\"a",
            "<",
            "{\"a\\",
        ] {
            assert_eq!(strings(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn a_path_is_one_however_it_is_written() {
        let paths = ["name.family".to_owned(), "patient_name".to_owned()];
        let keys = Keys::of((0..).zip(&paths));
        assert_eq!(keys.owners("Name", "FAMILY"), [0]);
        assert_eq!(keys.owners("", "patientName"), [1]);
        assert_eq!(keys.owners("", "family"), [0_usize; 0]);
    }
}
