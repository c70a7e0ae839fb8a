//! Pictures, sounds, films and fonts: nobody reads what they show, but the texts in their fields are read, and so is what
//! stands in their bytes beside them. One file a format, and a table of these.

mod bmp;
mod flac;
mod gif;
mod id3;
mod jpeg;
mod mp4;
mod png;
mod riff;
mod tiff;

use super::inflate::Packing;
use super::runs;
use crate::message::content::Origin;
use crate::message::parse::Reader;
use crate::message::xml::{self, Event, Events};
use crate::message::{AnomalyKind, PartState, charset, sniff};

impl Reader<'_> {
    /// Reads the texts in the fields of a picture, a sound, a film or a font, and what does not belong to it.
    pub(in crate::message) fn media(&mut self, format: &str, content: &[u8], origin: &Origin<'_>) -> PartState {
        if !self.work(content.len(), origin.path) {
            return PartState::Uninspectable;
        }
        let anatomy = Anatomy::read(format, content);
        let mut texts = anatomy.texts;
        for packed in anatomy.packed.iter().take(PACKED_TEXTS) {
            let text = self.inflate(packed, Packing::Zlib, origin).bytes;
            texts.push_str(&if text.starts_with(b"<") {
                of_xml(&text)
            } else {
                runs::of_field(&text)
            });
        }
        if anatomy.is_cut || anatomy.packed.len() > PACKED_TEXTS {
            self.note(AnomalyKind::ArchiveDamaged, origin.path);
        }
        let noise = if anatomy.is_broken {
            &[content]
        } else {
            anatomy.noise.as_slice()
        };
        for noise in noise {
            texts.push_str(&runs::of_noise(noise));
        }
        self.drawn(texts, ":text", origin);
        let mut state = PartState::Opaque;
        for stray in &anatomy.stray {
            state = state.max(self.stray(stray, origin));
        }
        if anatomy.stray.is_empty() {
            state = state.max(self.buried(content, sniff::is_text(content), origin));
        }
        state
    }
}

/// What the structure of a file accounts for, and what it does not.
#[derive(Default)]
struct Anatomy<'a> {
    /// The texts of its fields, each on a line.
    texts: String,
    /// Texts that are packed by zlib.
    packed: Vec<&'a [u8]>,
    /// What is seen or heard: bytes in which only long texts are told from noise.
    noise: Vec<&'a [u8]>,
    /// What stands before, behind or between what belongs to the format.
    stray: Vec<&'a [u8]>,
    /// Whether fields end where their texts do not, so that a text may be in pieces.
    is_broken: bool,
    /// Whether fields share their bytes so often that not all were read.
    is_cut: bool,
}

impl<'a> Anatomy<'a> {
    fn read(format: &str, content: &'a [u8]) -> Self {
        let mut anatomy = Self::default();
        if let Some((_, read)) = FORMATS.iter().find(|(name, _)| *name == format) {
            // What is left when a structure breaks off is noise, in which texts are still found.
            let rest = read(&mut anatomy, content);
            anatomy.is_broken |= rest.is_some();
            anatomy.noise.extend(rest);
        } else {
            anatomy.texts = runs::of_width(content, 2);
            anatomy.noise.push(content);
        }
        anatomy
    }

    /// A field that holds a text.
    fn field(&mut self, field: &[u8]) {
        self.texts.push_str(&runs::of_field(field));
    }

    /// A field of which nobody knows what it holds.
    fn unknown(&mut self, field: &[u8]) {
        self.texts.push_str(&runs::of_bytes(field));
    }

    /// XMP (ISO 16684-1) and other XML.
    fn xml(&mut self, source: &[u8]) {
        self.texts.push_str(&of_xml(source));
    }
}

/// The texts and the values of attributes, but for the names and numbers that only machines write.
pub(super) fn of_xml(source: &[u8]) -> String {
    let source = charset::decode(source, None).text;
    let mut text = String::new();
    let mut push = |value: &str| {
        if !value.trim().is_empty() && !MACHINE.iter().any(|start| value.starts_with(start)) {
            text.push_str(value.trim());
            text.push('\n');
        }
    };
    for event in Events::new(&source) {
        match event {
            Event::Start(element) => element.attributes().for_each(|(_, value)| push(&value.decoded())),
            Event::Text(run) => push(&run.decoded()),
            Event::End(_) => {}
        }
    }
    if !xml::is_sound(&source) {
        text.push_str(&source);
    }
    text
}

/// A big-endian number of `bytes` bytes.
pub(super) fn big(content: &[u8], at: usize, bytes: usize) -> Option<usize> {
    let number = content.get(at..at.checked_add(bytes)?)?;
    number.iter().try_fold(0_usize, |sum, byte| {
        sum.checked_mul(256)?.checked_add(usize::from(*byte))
    })
}

/// What the reader of a format gives back: what it could not read when the structure broke off.
type Read = for<'a> fn(&mut Anatomy<'a>, &'a [u8]) -> Option<&'a [u8]>;

/// The formats whose structure is read; of the others, long texts are.
const FORMATS: &[(&str, Read)] = &[
    ("aac", id3::read),
    ("avi", riff::read),
    ("bmp", bmp::read),
    ("flac", flac::read),
    ("gif", gif::read),
    ("jpeg", jpeg::read),
    ("mp3", id3::read),
    ("mp4", mp4::read),
    ("png", png::read),
    ("quicktime", mp4::read),
    ("tiff", tiff::read),
    ("wav", riff::read),
    ("webp", riff::read),
];
/// How values of XMP begin that name a schema or a copy of the file.
const MACHINE: &[&str] = &["http://", "uuid:", "xmp.did:", "xmp.iid:", "adobe:docid:"];
/// A picture has some; the budgets bound how long they are.
const PACKED_TEXTS: usize = 256;

#[cfg(test)]
mod tests;
