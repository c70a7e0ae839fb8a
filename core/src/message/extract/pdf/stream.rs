//! The streams of a document with their filters undone (ISO 32000-1, sections 7.3.8 and 7.4). Whatever the dictionary of a
//! stream says may stand in an object of its own.

use std::borrow::Cow;

use super::predictor::Predictor;
use super::value::{self, Value};
use super::{Document, Object};
use crate::message::AnomalyKind;
use crate::message::content::Origin;
use crate::message::extract::inflate::Packing;
use crate::message::parse::Reader;

/// What a filter is told, with what holds where it is told nothing (ISO 32000-1, table 8).
pub(super) struct Parameters {
    pub(super) predictor: usize,
    pub(super) colors: usize,
    pub(super) bits: usize,
    pub(super) columns: usize,
    early_change: usize,
}

/// A step by which a stream was packed.
enum Filter {
    Ascii85,
    Hexadecimal,
    Packed(Packing, Option<Predictor>),
    /// The bytes are a picture.
    Picture,
}

impl<'a> Document<'a> {
    /// The bytes of a stream with its filters undone; `None` when one is not known, which is written down.
    pub(super) fn decoded(
        &self,
        object: &Object<'a>,
        reader: &mut Reader<'_>,
        origin: &Origin<'_>,
    ) -> Option<Cow<'a, [u8]>> {
        let mut bytes = Cow::Borrowed(object.stream?);
        if self.stands_elsewhere(&object.value) {
            reader.note(AnomalyKind::ExternalBody, origin.path);
            return None;
        }
        let Some(filters) = self.filters(&object.value) else {
            reader.note(AnomalyKind::UnknownContent, origin.path);
            return None;
        };
        for filter in filters {
            let (packing, predictor) = match filter {
                Filter::Ascii85 => {
                    bytes = ascii85(&bytes).into();
                    continue;
                }
                Filter::Hexadecimal => {
                    bytes = value::unhex(&bytes).into();
                    continue;
                }
                Filter::Picture => return Some(Cow::Borrowed(&[])),
                Filter::Packed(packing, predictor) => (packing, predictor),
            };
            let unpacked = reader.inflate(&bytes, packing, origin);
            if !unpacked.whole && unpacked.bytes.is_empty() {
                return None;
            }
            bytes = unpacked.bytes.into();
            if let Some(predictor) = predictor {
                let Some(plain) = predictor.undone(&bytes) else {
                    reader.note(AnomalyKind::UnknownContent, origin.path);
                    return None;
                };
                bytes = plain.into();
            }
        }
        Some(bytes)
    }

    /// The filters of a stream, in the order in which they are undone; `None` when one is not known, or is not told for sure.
    fn filters(&self, stream: &Value<'a>) -> Option<Vec<Filter>> {
        let Some(names) = self.told(stream, b"Filter")? else {
            return Some(Vec::new());
        };
        let told = match self.told(stream, b"DecodeParms")? {
            Some(told) => Some(told),
            None => self.told(stream, b"DP")?,
        };
        if names.items().len() > FILTERS {
            return None;
        }
        let is_picture = stream.key(b"Width").is_some() || stream.key(b"W").is_some();
        let filters = names.items().iter().enumerate().map(|(index, name)| {
            let told = told.and_then(|told| told.items().get(index));
            let parameters = self.parameters(told)?;
            let Value::Name(name) = self.settled(name)? else {
                return None;
            };
            let packing = match name.as_ref() {
                b"FlateDecode" | b"Fl" => Packing::Zlib,
                b"LZWDecode" | b"LZW" => Packing::Lzw {
                    early: parameters.early_change != 0,
                },
                b"RunLengthDecode" | b"RL" => Packing::RunLength,
                b"ASCIIHexDecode" | b"AHx" => return Some(Filter::Hexadecimal),
                b"ASCII85Decode" | b"A85" => return Some(Filter::Ascii85),
                b"DCTDecode" | b"JPXDecode" | b"CCITTFaxDecode" | b"JBIG2Decode" if is_picture => {
                    return Some(Filter::Picture);
                }
                _ => return None,
            };
            Some(Filter::Packed(packing, Predictor::read(&parameters)))
        });
        filters.collect()
    }

    /// What one filter is told; `None` when that is not sure.
    pub(super) fn parameters(&self, told: Option<&Value<'a>>) -> Option<Parameters> {
        let told = told.map_or(Some(&NOTHING), |told| self.settled(told))?;
        let number = |key: &[u8], default| {
            let value = self.told(told, key)?;
            value.map_or(Some(default), Value::index)
        };
        Some(Parameters {
            predictor: number(b"Predictor", 1)?,
            colors: number(b"Colors", 1)?,
            bits: number(b"BitsPerComponent", 8)?,
            columns: number(b"Columns", 1)?,
            early_change: number(b"EarlyChange", 1)?,
        })
    }

    /// The value of a key, which `null` stands for none of; `None` outside when it is not sure which one that is.
    #[expect(
        clippy::option_option,
        reason = "not to know a value is another thing than that there is none"
    )]
    pub(super) fn told<'b>(&'b self, dictionary: &'b Value<'a>, key: &[u8]) -> Option<Option<&'b Value<'a>>> {
        let Some(value) = dictionary.key(key) else {
            return Some(None);
        };
        let value = self.settled(value)?;
        Some(Some(value).filter(|value| !matches!(value, Value::Operator(b"null"))))
    }

    /// What a value is behind its references; `None` when they lead to nothing, to one another, or to an object of which
    /// there are two.
    fn settled<'b>(&'b self, value: &'b Value<'a>) -> Option<&'b Value<'a>> {
        let mut value = value;
        for _ in 0..REFERENCES {
            let Some(number) = value.reference() else {
                return Some(value);
            };
            if self.rewritten.contains(&number) {
                return None;
            }
            value = &self.objects.get(&number)?.value;
        }
        None
    }

    /// Whether the bytes are those of another file (section 7.3.8.2).
    fn stands_elsewhere(&self, stream: &Value<'a>) -> bool {
        let file = stream.key(b"F").map(|file| self.resolve(file));
        file.is_some_and(|file| matches!(file, Value::Text(_) | Value::Dictionary(_)))
    }
}

/// Whether the dictionary of a stream says two things about how it is read: some programs take the first, some the last.
pub(super) fn is_disputed(stream: &Value<'_>) -> bool {
    READ_BY.iter().any(|key| {
        let mut values = stream.entries().iter().filter(|(name, _)| name.as_ref() == *key);
        let first = values.next();
        first.is_some_and(|(_, first)| values.any(|(_, other)| other != first))
    })
}

/// The bytes of the stream that starts behind the keyword at `from`, and where it ends.
pub(super) fn bytes<'a>(content: &'a [u8], from: usize, value: &Value<'_>) -> (&'a [u8], usize) {
    let rest = content.get(from..).unwrap_or_default();
    let rest = rest
        .strip_prefix(b"\r\n")
        .or_else(|| rest.strip_prefix(b"\n"))
        .or_else(|| rest.strip_prefix(b"\r"))
        .unwrap_or(rest);
    let start = content.len() - rest.len();
    let declared = value.key(b"Length").and_then(Value::index).filter(|&length| {
        rest.get(length..)
            .is_some_and(|tail| tail.trim_ascii_start().starts_with(b"endstream"))
    });
    // Where the end is damaged, the stream does not swallow the objects behind it.
    let length = declared.unwrap_or_else(|| {
        let end = memchr::memmem::find(rest, b"endstream").unwrap_or(rest.len());
        let object = rest.get(..end).and_then(|front| memchr::memmem::find(front, b"endobj"));
        object.unwrap_or(end)
    });
    (rest.get(..length).unwrap_or_default(), start + length)
}

fn ascii85(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let (mut word, mut count) = (0_u64, 0_usize);
    for &byte in bytes.iter().take_while(|&&byte| byte != b'~') {
        match byte {
            b'z' if count == 0 => out.extend_from_slice(&[0; 4]),
            b'!'..=b'u' => {
                word = word * 85 + u64::from(byte - b'!');
                count += 1;
                if count == 5 {
                    out.extend(word.to_be_bytes().iter().skip(4));
                    (word, count) = (0, 0);
                }
            }
            _ => {}
        }
    }
    if count > 1 {
        let filled = (count..5).fold(word, |word, _| word * 85 + 84);
        out.extend(filled.to_be_bytes().iter().skip(4).take(count - 1));
    }
    out
}

static NOTHING: Value<'static> = Value::Dictionary(Vec::new());
/// The keys that say how a stream is read.
const READ_BY: &[&[u8]] = &[
    b"DP",
    b"DecodeParms",
    b"Filter",
    b"First",
    b"Length",
    b"Subtype",
    b"Type",
];
/// Nobody packs a stream more often.
const FILTERS: usize = 8;
/// No writer leads from one reference to another more often.
const REFERENCES: usize = 8;
