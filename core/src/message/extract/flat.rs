//! Documents of one XML file: the flat form of Open Document, Word's XML of 2003, and Office packages in one file. They are
//! read as XML as well, which shows where in the file a text stands; here the runs of a paragraph are joined.

use super::{odf, office};
use crate::message::content::Origin;
use crate::message::parse::Reader;
use crate::message::{charset, sniff};

impl Reader<'_> {
    /// Adds the text of such a document.
    pub(in crate::message) fn flat_document(&mut self, content: &[u8], origin: &Origin<'_>) {
        let front = content.get(..content.len().min(FRONT_BYTES)).unwrap_or_default();
        let is_root = |root: &&(&str, Draw)| memchr::memmem::find(front, root.0.as_bytes()).is_some();
        let is_xml = content.trim_ascii_start().starts_with(b"<") || content.starts_with(b"\xef\xbb\xbf<");
        let Some((_, draw)) = ROOTS.iter().filter(|_| is_xml).find(is_root) else {
            return;
        };
        if sniff::is_text(content) && self.work(content.len(), origin.path) {
            let source = charset::decode(content, None).text;
            self.drawn(draw(&source), ":document", origin);
        }
    }
}

type Draw = fn(&str) -> String;

/// The elements that such documents begin with.
const ROOTS: &[(&str, Draw)] = &[
    ("<office:document", |source| {
        odf::paragraphs(source) + &odf::attributes(source)
    }),
    ("<w:wordDocument", |source| {
        office::paragraphs(source) + &office::attributes(source)
    }),
    ("<pkg:package", |source| {
        office::paragraphs(source) + &office::attributes(source)
    }),
];
/// As much as stands before the first element, with its names of schemas.
const FRONT_BYTES: usize = 4_096;
