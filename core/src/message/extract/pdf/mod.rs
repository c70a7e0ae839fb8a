//! PDF (ISO 32000-1): the text of its pages, its form fields, notes and properties, and the files attached to it.
//!
//! Objects are found where they stand, not where the cross-reference table says, so that a broken or lying table hides
//! nothing; every object is read once.

mod font;
mod leads;
mod page;
mod placed;
mod predictor;
mod stream;
mod value;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use self::font::Font;
use self::leads::{Leads, Use};
use self::value::{Value, Values};
use super::{media, runs};
use crate::message::content::{self, Origin};
use crate::message::parse::Reader;
use crate::message::{AnomalyKind, OpaqueKind, PartState, charset, rescue, sniff};

pub(super) fn read(reader: &mut Reader<'_>, content: &[u8], origin: &Origin<'_>) -> PartState {
    let mut document = Document {
        left: VALUES + content.len() / VALUE_BYTES,
        ..Document::default()
    };
    document.find_objects(content);
    if document.encrypted {
        return reader.blind(AnomalyKind::EncryptedContent, origin);
    }
    let (packed, mut foreign) = document.object_streams(reader, origin);
    document.find_packed(&packed, &mut foreign);
    if document.left == 0 {
        reader.note(AnomalyKind::ExpansionLimit, origin.path);
    }
    if foreign.is_there {
        reader.note(AnomalyKind::ArchiveDamaged, origin.path);
    }
    for text in foreign.texts {
        reader.drawn(text, ":between", origin);
    }
    if document.is_disputed() {
        reader.note(AnomalyKind::ArchiveConflict, origin.path);
    }
    document.find_pages();
    document.leads = Leads::of(&document);
    let strings = document.strings(content);
    reader.drawn(strings.fields, "fields", origin);
    reader.drawn(strings.others, ":strings", origin);
    let (mut state, mut shown, mut loaded) = (document.read_gaps(reader, origin), false, Loaded::new());
    let numbers: Vec<u32> = document.objects.keys().copied().collect();
    for number in numbers {
        let found = document.read_stream(number, reader, origin, &mut loaded, &mut shown);
        state = state.max(found);
    }
    // Who reads the document for us reads its pictures, too.
    let is_whole = origin.member.is_none();
    for kind in document.pictures() {
        reader.saw(kind, origin.path, is_whole);
    }
    // A form without its document has no pages.
    if shown || content.starts_with(b"%FDF-") {
        return state;
    }
    // Scanned paper: pictures of text.
    reader.saw(OpaqueKind::Scan, origin.path, is_whole);
    let is_all = is_whole && state == PartState::Inspected;
    reader.blind(
        if is_all {
            AnomalyKind::ScannedPages
        } else {
            AnomalyKind::UnknownContent
        },
        origin,
    )
}

#[derive(Default)]
struct Document<'a> {
    objects: BTreeMap<u32, Object<'a>>,
    /// The page of each content stream.
    pages: BTreeMap<u32, u32>,
    leads: Leads,
    /// The first object that names fonts.
    any_fonts: Option<u32>,
    encrypted: bool,
    /// What stands before, between and behind the objects.
    gaps: Vec<&'a [u8]>,
    /// How many values its objects may still hold.
    left: usize,
    /// How many objects were written anew by a later one of the same number, and which.
    old: u32,
    rewritten: BTreeSet<u32>,
    /// The comments inside of objects.
    comments: String,
}

/// The strings in a document's objects.
#[derive(Default)]
struct Strings {
    /// What people write: fields of forms, notes, outlines and properties.
    fields: String,
    /// All others that are text.
    others: String,
}

/// Names of fonts with their values in the resources of a page.
type Fonts<'v> = BTreeMap<&'v [u8], &'v Value<'v>>;
/// Fonts by the numbers of their objects.
type Loaded = BTreeMap<u32, Rc<Font>>;

#[derive(Clone, PartialEq)]
struct Object<'a> {
    value: Value<'a>,
    stream: Option<&'a [u8]>,
}

/// An object stream: its bytes, and where the first of its objects starts.
struct Packed {
    bytes: Vec<u8>,
    first: usize,
    /// Where each of its objects starts behind that, and its number.
    offsets: Vec<(usize, u32)>,
    /// Whether nothing else stands before the first.
    is_whole: bool,
}

/// What stands in object streams and is no object.
#[derive(Default)]
struct Foreign {
    is_there: bool,
    /// What it says, in pieces: no view of it is as large as the whole.
    texts: Vec<String>,
    /// The bytes of the streams that were not kept.
    bytes: usize,
}

impl Foreign {
    fn keep(&mut self, bytes: &[u8]) {
        self.is_there = true;
        let said = runs::of_bytes(bytes);
        match self.texts.last_mut().filter(|text| text.len() < PIECE) {
            Some(text) => text.push_str(&said),
            None => self.texts.push(said),
        }
    }
}

impl<'a> Document<'a> {
    /// Finds `12 0 obj ...` from the front to the end; what stands in a stream is none.
    fn find_objects(&mut self, content: &'a [u8]) {
        let marks = memchr::memmem::find_iter(content, b"obj");
        let mut starts = marks
            .filter_map(|mark| Some((object_number(content.get(..mark)?)?, mark + 3)))
            .peekable();
        let (mut end_of_stream, mut reached) = (0, 0);
        while let Some((number, start)) = starts.next() {
            if start < end_of_stream {
                continue;
            }
            let next = starts.peek().map_or(content.len(), |(_, next)| *next);
            let mut values = Values::new(content.get(start..next).unwrap_or_default());
            // What is beyond the last value that may be held stays in the last gap.
            let Some(value) = self.value(&mut values) else { continue };
            self.gaps
                .extend(content.get(reached..start - 3).filter(|gap| gap.len() >= FOREIGN_BYTES));
            reached = next - values.rest.len();
            let mut stream = None;
            if matches!(values.next(), Some(Value::Operator(b"stream"))) {
                let (bytes, end) = stream::bytes(content, next - values.rest.len(), &value);
                stream = Some(bytes);
                (end_of_stream, reached) = (end, end);
                self.comments.push_str(&values.comments);
            }
            self.encrypted |= value.key(b"Encrypt").is_some() && value.key(b"Root").is_some();
            self.insert(number, Object { value, stream });
        }
        self.gaps.extend(content.get(reached..));
        self.encrypted |= trailers(content).any(|trailer| trailer.key(b"Encrypt").is_some());
    }

    /// The next value, as far as the document may still hold any.
    fn value(&mut self, values: &mut Values<'a>) -> Option<Value<'a>> {
        self.left = self.left.checked_sub(OBJECT_VALUES).or_else(|| {
            self.left = 0;
            None
        })?;
        let value = values.next_within(&mut self.left);
        self.comments.push_str(&std::mem::take(&mut values.comments));
        value
    }

    /// Keeps an object, and one that stood in its place if that was another.
    fn insert(&mut self, number: u32, object: Object<'a>) {
        let is_known = self.objects.get(&number) == Some(&object);
        if !is_known && let Some(old) = self.objects.insert(number, object) {
            self.keep_old(number, old);
        }
    }

    /// Keeps an object that a later one of its number takes the place of: some programs show it all the same.
    fn keep_old(&mut self, number: u32, object: Object<'a>) {
        self.rewritten.insert(number);
        // No writer gives numbers as high as these.
        while self.objects.contains_key(&(u32::MAX - self.old)) {
            self.old += 1;
        }
        self.objects.insert(u32::MAX - self.old, object);
    }

    /// Inspects what stands between the objects and is neither a table, a trailer nor a comment.
    fn read_gaps(&self, reader: &mut Reader<'_>, origin: &Origin<'_>) -> PartState {
        let mut state = PartState::Inspected;
        let Some((last, between)) = self.gaps.split_last() else {
            return state;
        };
        let mut said: String = self.gaps.iter().map(|gap| comments(gap)).collect();
        said.push_str(&self.comments);
        reader.drawn(said, ":comments", origin);
        for gap in between {
            if is_foreign(gap) {
                reader.note(AnomalyKind::ArchiveDamaged, origin.path);
                reader.drawn(runs::of_bytes(gap), ":between", origin);
            }
        }
        // Behind the last mark of the end stands what other programs read.
        let end = memchr::memmem::rfind(last, b"%%EOF").map_or(0, |at| at + 5);
        let (table, behind) = last.split_at(end);
        if is_foreign(table) {
            reader.note(AnomalyKind::ArchiveDamaged, origin.path);
            reader.drawn(runs::of_bytes(table), ":between", origin);
        }
        if end > 0 {
            state = reader.stray(behind, origin);
        } else if is_foreign(behind) {
            state = reader.rubble(behind, origin);
        }
        state
    }

    /// The streams in which objects stand packed (section 7.5.7): some programs take whatever says where its first object is.
    /// One that names no object is not kept, but for what it shows.
    fn object_streams(&self, reader: &mut Reader<'_>, origin: &Origin<'_>) -> (Vec<Packed>, Foreign) {
        let mut foreign = Foreign::default();
        let is_packed = |object: &&Object<'a>| {
            let has_first = object.value.key(b"First").is_some() && object.value.key(b"N").is_some();
            object.stream.is_some() && (has_first || self.is(object, b"Type", &[b"ObjStm"]))
        };
        let mut unpack = |object: &Object<'a>| {
            let first = self.told(&object.value, b"First").flatten().and_then(Value::index);
            let bytes = self.decoded(object, reader, origin)?.into_owned();
            let Some((first, head)) = first.and_then(|first| Some((first, bytes.get(..first)?))) else {
                foreign.keep(&bytes);
                foreign.bytes = foreign.bytes.saturating_add(bytes.len());
                return None;
            };
            let (offsets, is_whole) = packed_offsets(head);
            if is_whole && offsets.is_empty() {
                let body = bytes.get(first..).unwrap_or_default();
                if is_foreign(body) {
                    foreign.keep(body);
                }
                foreign.bytes = foreign.bytes.saturating_add(bytes.len());
                return None;
            }
            Some(Packed {
                bytes,
                first,
                offsets,
                is_whole,
            })
        };
        let packed = self.objects.values().filter(is_packed).filter_map(&mut unpack);
        (packed.collect(), foreign)
    }

    /// Reads the objects that stand packed in streams; what stands there and is none is `foreign`.
    fn find_packed(&mut self, packed: &'a [Packed], foreign: &mut Foreign) {
        self.left = self.left.saturating_add(foreign.bytes / VALUE_BYTES);
        for Packed {
            bytes,
            first,
            offsets,
            is_whole,
        } in packed
        {
            self.left = self.left.saturating_add(bytes.len() / VALUE_BYTES);
            let (head, body) = bytes.split_at_checked(*first).unwrap_or_default();
            if !is_whole {
                foreign.keep(head);
            }
            let starts = offsets.iter().map(|(offset, _)| *offset);
            let before = starts.clone().next().unwrap_or(body.len());
            if body.get(..before).is_none_or(is_foreign) {
                foreign.keep(body);
            }
            let ends = starts.skip(1).chain([body.len()]);
            for (&(offset, number), end) in offsets.iter().zip(ends) {
                let mut values = Values::new(body.get(offset..end).unwrap_or_default());
                let Some(value) = self.value(&mut values) else {
                    continue;
                };
                // An object that begins inside of another one cuts it off.
                if is_foreign(values.rest) {
                    foreign.keep(values.rest);
                }
                self.insert_packed(number, Object { value, stream: None });
            }
        }
    }

    /// Keeps an object that stands packed: what stands outside of a stream comes first.
    fn insert_packed(&mut self, number: u32, object: Object<'a>) {
        match self.objects.entry(number) {
            Entry::Vacant(place) => {
                place.insert(object);
            }
            Entry::Occupied(place) if *place.get() == object => {}
            Entry::Occupied(_) => self.keep_old(number, object),
        }
    }

    /// Whether a stream's dictionary says two things about how it is read.
    fn is_disputed(&self) -> bool {
        let mut streams = self.objects.values().filter(|object| object.stream.is_some());
        streams.any(|object| stream::is_disputed(&object.value))
    }

    /// Whether a key of an object has one of these names.
    fn is(&self, object: &Object<'a>, key: &[u8], names: &[&[u8]]) -> bool {
        let value = object.value.key(key).map(|value| self.resolve(value));
        value.is_some_and(|value| names.iter().any(|name| value.is_name(name)))
    }

    /// Remembers which page shows which stream, and where fonts are named first.
    fn find_pages(&mut self) {
        let mut pages = BTreeMap::new();
        for (&page, object) in &self.objects {
            let Some(contents) = object.value.key(b"Contents") else {
                continue;
            };
            let listed = contents.items().iter().chain(self.resolve(contents).items());
            pages.extend(
                listed
                    .take(PAGE_STREAMS)
                    .filter_map(Value::reference)
                    .map(|stream| (stream, page)),
            );
        }
        self.pages = pages;
        let names_fonts = |(number, object): (&u32, &Object<'_>)| object.value.key(b"Font").map(|_| *number);
        self.any_fonts = self.objects.iter().find_map(names_fonts);
    }

    /// Draws out a page's text, a form's text or an attached file.
    fn read_stream(
        &self,
        number: u32,
        reader: &mut Reader<'_>,
        origin: &Origin<'_>,
        loaded: &mut Loaded,
        shown: &mut bool,
    ) -> PartState {
        let Some(object) = self.objects.get(&number).filter(|object| object.stream.is_some()) else {
            return PartState::Inspected;
        };
        let is_attached = self.is(object, b"Type", &[b"EmbeddedFile"]) || self.leads.is(number, Use::Attached);
        let is_shown = self.pages.contains_key(&number) || self.leads.is(number, Use::Drawn);
        let is_own = !is_attached && !is_shown;
        if is_own && let Some(state) = self.read_by_type(object, reader, origin) {
            return state;
        }
        let Some(bytes) = self.decoded(object, reader, origin) else {
            return PartState::Uninspectable;
        };
        let mut state = PartState::Inspected;
        if is_attached {
            state = file("attached", &bytes, reader, origin);
            if !is_shown {
                return state;
            }
        }
        // Tables and fonts: a drawing that says to be one is text.
        let is_table = self.is(object, b"Type", &[b"XRef"]) || FONT.iter().any(|key| object.value.key(key).is_some());
        if is_own && is_table && !sniff::is_text(&bytes) {
            return PartState::Inspected;
        }
        if is_own && is_file(&bytes) {
            return file(&format!("object {number}"), &bytes, reader, origin);
        }
        if !shows_text(&bytes) {
            // A script, or what nothing leads to.
            if is_prose(&bytes) || self.leads.is(number, Use::Said) {
                reader.drawn(charset::decode(&bytes, None).text, ":strings", origin);
            }
            return state;
        }
        let (text, readable) = page::text(&bytes, &self.load_fonts(&self.fonts(number), loaded, reader, origin));
        *shown |= is_page(&bytes) && !text.trim().is_empty();
        reader.drawn(text, &format!("object {number}"), origin);
        if readable {
            state
        } else {
            reader.blind(AnomalyKind::UnknownContent, origin)
        }
    }

    /// Reads a stream that is what it says to be: metadata, a picture, a font of a format of its own, a table; `None` where
    /// its bytes tell.
    fn read_by_type(&self, object: &Object<'a>, reader: &mut Reader<'_>, origin: &Origin<'_>) -> Option<PartState> {
        if self.is(object, b"Subtype", &[b"XML"]) {
            let source = self.decoded(object, reader, origin);
            reader.drawn(
                source.map(|source| media::of_xml(&source)).unwrap_or_default(),
                ":strings",
                origin,
            );
            return Some(PartState::Inspected);
        }
        let is_known = self.is(object, b"Subtype", PICTURES) || self.is(object, b"Type", &[b"ObjStm"]);
        if is_known || self.is(object, b"Type", &[b"XRef"]) {
            reader.drawn(runs::of_noise(object.stream.unwrap_or_default()), ":strings", origin);
        }
        is_known.then_some(PartState::Inspected)
    }

    /// The fonts that the stream may name: those of its page, else of itself, else of any.
    fn fonts(&self, number: u32) -> Fonts<'_> {
        let page = self
            .pages
            .get(&number)
            .and_then(|page| self.objects.get(page))
            .or_else(|| self.objects.get(&number));
        let resources = page
            .and_then(|page| page.value.key(b"Resources"))
            .map(|resources| self.resolve(resources));
        let own = resources
            .and_then(|resources| resources.key(b"Font"))
            .map(|fonts| self.resolve(fonts));
        let any = || {
            self.objects
                .values()
                .find_map(|object| Some(self.resolve(object.value.key(b"Font")?)))
        };
        let entries = own.or_else(any).map(Value::entries).unwrap_or_default();
        entries.iter().map(|(name, font)| (name.as_ref(), font)).collect()
    }

    /// Reads each font once, however many pages name it.
    fn load_fonts(
        &self,
        fonts: &Fonts<'_>,
        loaded: &mut Loaded,
        reader: &mut Reader<'_>,
        origin: &Origin<'_>,
    ) -> BTreeMap<Vec<u8>, Rc<Font>> {
        let mut ready = BTreeMap::new();
        for (name, font) in fonts {
            let number = font.reference();
            let known = number.and_then(|number| loaded.get(&number)).cloned();
            let read = known.unwrap_or_else(|| Rc::new(self.font(self.resolve(font), reader, origin)));
            if let Some(number) = number {
                loaded.insert(number, Rc::clone(&read));
            }
            ready.insert(name.to_vec(), read);
        }
        ready
    }

    fn font(&self, font: &Value<'_>, reader: &mut Reader<'_>, origin: &Origin<'_>) -> Font {
        let encoding = font.key(b"Encoding").map(|encoding| self.resolve(encoding));
        let map = font
            .key(b"ToUnicode")
            .and_then(Value::reference)
            .and_then(|number| self.objects.get(&number));
        let map = map.and_then(|map| self.decoded(map, reader, origin));
        Font::new(font, encoding, map.as_deref())
    }

    /// The kinds of its pictures. Masks are among them: scanned paper of one colour is often written as one.
    fn pictures(&self) -> BTreeSet<OpaqueKind> {
        let is_picture = |object: &&Object<'_>| {
            object.stream.is_some() && object.value.key(b"Subtype").is_some_and(|kind| kind.is_name(b"Image"))
        };
        let kind = |object: &Object<'_>| {
            let side = |key: &[u8]| self.resolve(object.value.key(key)?).index();
            let sides = side(b"Width").zip(side(b"Height"));
            let pixels = sides.map_or(usize::MAX, |(width, height)| width.saturating_mul(height));
            OpaqueKind::of_size(u64::try_from(pixels).unwrap_or(u64::MAX))
        };
        self.objects.values().filter(is_picture).map(kind).collect()
    }

    /// What a reference leads to; a reference to nothing is itself.
    fn resolve<'b>(&'b self, value: &'b Value<'a>) -> &'b Value<'a> {
        let target = value.reference().and_then(|number| self.objects.get(&number));
        target.map_or(value, |object| &object.value)
    }

    /// The texts of forms, notes, outlines and properties, and every other string, also of those that a trailer holds itself.
    fn strings(&self, content: &[u8]) -> Strings {
        let mut strings = Strings::default();
        let objects = self.objects.values().map(|object| &object.value);
        objects.for_each(|value| strings.collect(value, b"", 0));
        trailers(content).for_each(|trailer| strings.collect(&trailer, b"", 0));
        strings
    }
}

impl Strings {
    fn collect(&mut self, value: &Value<'_>, key: &[u8], depth: usize) {
        match value {
            _ if depth > FIELD_DEPTH => {}
            Value::Text(string) if FIELDS.contains(&key) => {
                self.fields.push_str(&text_string(string));
                self.fields.push(if key == b"T" { ' ' } else { '\n' });
            }
            Value::Text(string) if !BINARY.contains(&key) => {
                let text = text_string(string);
                let printable = text
                    .chars()
                    .filter(|c| c.is_alphanumeric() || c.is_ascii_graphic() || *c == ' ')
                    .count();
                if printable * 10 >= text.chars().count() * 8 {
                    self.others.push_str(&text);
                    self.others.push('\n');
                }
            }
            Value::Array(items) => {
                for item in items {
                    self.collect(item, key, depth + 1);
                }
            }
            Value::Dictionary(entries) => {
                for (key, value) in entries {
                    self.collect(value, key, depth + 1);
                }
            }
            Value::Name(_) | Value::Number(_) | Value::Operator(_) | Value::Reference(_) | Value::Text(_) => {}
        }
    }
}

/// Inspects a file that stands in a stream.
fn file(name: &str, content: &[u8], reader: &mut Reader<'_>, origin: &Origin<'_>) -> PartState {
    if !reader.count_file(origin.path) {
        return PartState::Uninspectable;
    }
    reader.file(name, content, origin)
}

/// What the comments say, but for the marks of the format.
fn comments(gap: &[u8]) -> String {
    let lines = gap.split(|&byte| matches!(byte, b'\n' | b'\r'));
    let comments = lines.filter_map(|line| line.get(memchr::memchr(b'%', line)? + 1..));
    comments.filter_map(value::comment).collect()
}

/// Whether something stands there that no reader of the document needs.
fn is_foreign(gap: &[u8]) -> bool {
    let mut values = Values::new(gap);
    let mut foreign = 0;
    while foreign < FOREIGN_BYTES
        && let Some(value) = values.next_of(VALUES)
    {
        foreign += match value {
            Value::Operator(word) if BETWEEN.contains(&word) => 0,
            // An object that was not found where it begins.
            Value::Operator(b"obj") => FOREIGN_BYTES,
            Value::Operator(word) => word.len(),
            Value::Text(text) => text.len(),
            Value::Array(_) | Value::Dictionary(_) | Value::Name(_) | Value::Number(_) | Value::Reference(_) => 0,
        };
    }
    foreign >= FOREIGN_BYTES
}

/// Whether a stream reads as text, and not as the numbers of a drawing or the tables of a font.
fn is_prose(stream: &[u8]) -> bool {
    let letters = stream.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    sniff::is_text(stream) && letters * 5 >= stream.len() * 2 && memchr::memmem::find(stream, b"begincmap").is_none()
}

/// Whether what begins with the sign of a document is one, and no text that speaks of it.
pub(super) fn is_document(bytes: &[u8]) -> bool {
    bytes.get(5).is_some_and(u8::is_ascii_digit)
        && [b"obj".as_slice(), b"endobj"]
            .iter()
            .all(|word| memchr::memmem::find(bytes, word).is_some())
}

/// A text string: UTF-16 with its mark, or nearly windows-1252.
pub(super) fn text_string(string: &[u8]) -> String {
    charset::decode(string, Some("windows-1252")).text
}

/// Where each object of an object stream starts, and its number, in the order of their places, and whether nothing else
/// stands there.
fn packed_offsets(head: &[u8]) -> (Vec<(usize, u32)>, bool) {
    let mut values = Values::new(head);
    let (mut offsets, mut is_whole) = (Vec::new(), true);
    while let Some(number) = values.next() {
        let number = number.index().and_then(|number| u32::try_from(number).ok());
        let offset = values.next().and_then(|offset| offset.index());
        is_whole &= number.is_some() && offset.is_some();
        offsets.extend(offset.zip(number));
    }
    is_whole &= values.comments.is_empty();
    offsets.sort_unstable();
    (offsets, is_whole)
}

/// The number in front of `0 obj`.
fn object_number(before: &[u8]) -> Option<u32> {
    let tail = before.get(before.len().saturating_sub(24)..)?;
    let text: String = tail.iter().map(|&byte| char::from(byte)).collect();
    let is_blank = |c: char| c == '\0' || c.is_ascii_whitespace();
    let mut words = text.split(is_blank).filter(|word| !word.is_empty()).rev();
    words.next()?.parse::<u32>().ok()?;
    let word = words.next()?;
    let digits = word.trim_start_matches(|c: char| !c.is_ascii_digit());
    digits.parse().ok()
}

/// Whether a stream is a file of a format that is taken apart or cannot be, though nothing says that it is attached.
fn is_file(bytes: &[u8]) -> bool {
    let is_source = content::format(bytes).is_none_or(|format| format.name == "postscript");
    !is_source && rescue::is_surely_container(bytes)
}

/// Whether a stream may show any string.
fn shows_text(stream: &[u8]) -> bool {
    [b"Tj".as_slice(), b"TJ", b"'", b"\"", b"/ActualText"]
        .iter()
        .any(|operator| memchr::memmem::find(stream, operator).is_some())
}

/// Whether a stream is a page, and not a picture or a font that holds the letters of an operator by chance.
fn is_page(stream: &[u8]) -> bool {
    memchr::memmem::find(stream, b"BT").is_some() || sniff::is_text(stream)
}

/// Every trailer of the file, also of one that was updated.
fn trailers(content: &[u8]) -> impl Iterator<Item = Value<'_>> {
    let marks = memchr::memmem::find_iter(content, b"trailer").take(TRAILERS);
    marks.filter_map(|at| {
        let tail = content.get(at + 7..).unwrap_or_default();
        Values::new(tail.get(..tail.len().min(TRAILER_BYTES)).unwrap_or_default()).next()
    })
}

/// Keys whose strings people write.
const FIELDS: &[&[u8]] = &[
    b"ActualText",
    b"Alt",
    b"Author",
    b"Contents",
    b"Keywords",
    b"Subject",
    b"T",
    b"TU",
    b"Title",
    b"V",
];
/// Keys whose strings are bytes, times or the machine's own.
const BINARY: &[&[u8]] = &[
    b"CreationDate",
    b"DA",
    b"ID",
    b"M",
    b"ModDate",
    b"O",
    b"OE",
    b"Panose",
    b"Perms",
    b"U",
    b"UE",
];
/// The types of pictures, and of fonts in formats of their own.
const PICTURES: &[&[u8]] = &[b"CIDFontType0C", b"Image", b"OpenType", b"Type1C"];
/// The keys by which a font says how long its pieces are.
const FONT: &[&[u8]] = &[b"Length1", b"Length2", b"Length3"];
/// The words between objects.
const BETWEEN: &[&[u8]] = &[b"endobj", b"endstream", b"f", b"n", b"startxref", b"trailer", b"xref"];
/// A damaged word is shorter; an identifier is not.
const FOREIGN_BYTES: usize = 6;
/// What stands in object streams and is no object is read in texts that are hardly longer, in bytes.
const PIECE: usize = 1 << 20;
/// So many values are held of any document ...
const VALUES: usize = 1 << 18;
/// ... and of a long one another for each so many bytes: objects of real ones have a value in four bytes where they are
/// dense, but most of a long document is streams. A value is held in 24.
const VALUE_BYTES: usize = 6;
/// An object is as large as so many values.
const OBJECT_VALUES: usize = 5;
/// Fields stand in dictionaries of dictionaries, as deep as values are read.
const FIELD_DEPTH: usize = 40;
/// Pages have one content stream or some dozens.
const PAGE_STREAMS: usize = 256;
/// A trailer is short.
const TRAILER_BYTES: usize = 16 << 10;
/// A file is updated some dozen times at most.
const TRAILERS: usize = 64;

#[cfg(test)]
mod tests;
