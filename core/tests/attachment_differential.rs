//! Whatever text the crates `zip`, `quick-xml` and `lopdf` find in an attachment, whole or damaged, our readers expose
//! too, or they say that they did not read everything. `docs/decisions/0004-own-readers.md` says why they are ours.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use std::io::{Cursor, Read, Write};

use lopdf::content::{Content, Operation};
use lopdf::{Document, Object, Stream, dictionary};
use proptest::prelude::*;
use quick_xml::events::Event;
use sealwax::message::{Limits, Message};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// Our reading: the letters of every text, and whether that is all.
struct Reading {
    texts: Vec<String>,
    complete: bool,
}

impl Reading {
    fn of(attachment: &[u8]) -> Self {
        let head = b"Content-Type: application/octet-stream\nContent-Transfer-Encoding: binary\n\n";
        let message = Message::parse(&[head.as_slice(), attachment].concat(), &Limits::default());
        Self {
            texts: message.units().iter().map(|unit| letters(unit.text())).collect(),
            complete: message.is_complete(),
        }
    }

    fn exposes(&self, text: &str) -> bool {
        let text = letters(text);
        self.texts.iter().any(|ours| ours.contains(&text))
    }
}

fn letters(text: &str) -> String {
    text.chars().filter(|character| character.is_alphanumeric()).collect()
}

fn zipped(files: &[(String, String)], method: CompressionMethod, wide: bool) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(method).large_file(wide);
    for (name, content) in files {
        writer.start_file(name.as_str(), options).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// The texts of the files that the crate can read.
fn zip_texts(archive: &[u8]) -> Vec<String> {
    let Ok(mut archive) = ZipArchive::new(Cursor::new(archive)) else {
        return Vec::new();
    };
    let mut texts = Vec::new();
    for index in 0..archive.len() {
        let mut text = String::new();
        if let Ok(mut file) = archive.by_index(index)
            && file.read_to_string(&mut text).is_ok()
        {
            texts.push(text);
        }
    }
    texts
}

/// The texts between the tags, as far as the crate reads.
fn xml_texts(source: &str) -> Vec<String> {
    let mut reader = quick_xml::Reader::from_str(source);
    let mut texts = Vec::new();
    loop {
        match reader.read_event() {
            Ok(Event::Text(text)) => texts.push(text.into_inner().into_owned()),
            Ok(Event::CData(text)) => texts.push(text.into_inner().into_owned()),
            Ok(Event::Eof) | Err(_) => return texts,
            Ok(_) => {}
        }
    }
}

fn pdf(pages: &[String]) -> Vec<u8> {
    let mut document = Document::with_version("1.5");
    let root = document.new_object_id();
    let font = document.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Courier", "Encoding" => "WinAnsiEncoding",
    });
    let resources = document.add_object(dictionary! { "Font" => dictionary! { "F1" => font } });
    let kids: Vec<Object> = pages
        .iter()
        .map(|text| {
            let operations = vec![
                Operation::new("BT", vec![]),
                Operation::new("Tf", vec!["F1".into(), 12.into()]),
                Operation::new("Tj", vec![Object::string_literal(text.as_str())]),
                Operation::new("ET", vec![]),
            ];
            let content = Stream::new(dictionary! {}, Content { operations }.encode().unwrap());
            let content = document.add_object(content);
            document
                .add_object(dictionary! { "Type" => "Page", "Parent" => root, "Contents" => content })
                .into()
        })
        .collect();
    let count = i64::try_from(kids.len()).unwrap();
    let tree = dictionary! {
        "Type" => "Pages", "Kids" => kids, "Count" => count, "Resources" => resources,
        "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
    };
    document.objects.insert(root, Object::Dictionary(tree));
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => root });
    document.trailer.set("Root", catalog);
    document.compress();
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

/// The text of each page that the crate can read; an oracle that panics has nothing to say.
fn pdf_texts(bytes: &[u8]) -> Vec<String> {
    let read = std::panic::catch_unwind(|| {
        let Ok(document) = Document::load_mem(bytes) else {
            return Vec::new();
        };
        let pages = document.get_pages();
        pages
            .keys()
            .filter_map(|page| document.extract_text(&[*page]).ok())
            .collect()
    });
    read.unwrap_or_default()
}

/// One byte changed, where `damage` says so.
fn damaged(mut bytes: Vec<u8>, damage: Option<(usize, u8)>) -> Vec<u8> {
    if let Some((at, flip)) = damage {
        let at = at % bytes.len();
        if let Some(byte) = bytes.get_mut(at) {
            *byte ^= flip;
        }
    }
    bytes
}

fn damage() -> impl Strategy<Value = Option<(usize, u8)>> {
    prop::option::of((any::<usize>(), 1..=255_u8))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn files_of_archives_that_zip_reads_are_exposed(
        contents in prop::collection::vec("[a-z0-9 -]{0,80}", 1..5),
        stored in any::<bool>(),
        wide in any::<bool>(),
        damage in damage(),
    ) {
        let files: Vec<_> = contents.iter().enumerate().map(|(at, text)| (format!("{at}.txt"), text.clone())).collect();
        let method = if stored { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        let archive = damaged(zipped(&files, method, wide), damage);
        let ours = Reading::of(&archive);
        for text in zip_texts(&archive) {
            prop_assert!(ours.exposes(&text) || !ours.complete, "{text}");
        }
    }

    #[test]
    fn texts_of_documents_that_quick_xml_reads_are_exposed(
        pieces in prop::collection::vec("(<w:p>|</w:p>|<w:t xml:space=\"preserve\">|</w:t>|<w:tab/>|<!-- c -->|<!\\[CDATA\\[[a-z0-9]{1,9}\\]\\]>|[a-z0-9-]{1,12})", 0..24),
    ) {
        let xml = pieces.concat();
        let files = [("[Content_Types].xml", "<Types/>"), ("word/document.xml", xml.as_str())];
        let files = files.map(|(name, content)| (name.to_owned(), content.to_owned()));
        let ours = Reading::of(&zipped(&files, CompressionMethod::Deflated, false));
        for text in xml_texts(&xml) {
            prop_assert!(ours.exposes(&text) || !ours.complete, "{text}");
        }
    }

    #[test]
    fn pages_that_lopdf_reads_are_exposed(
        pages in prop::collection::vec("[a-z0-9]{1,12}( [a-z0-9-]{1,12}){0,5}", 1..4),
        damage in damage(),
    ) {
        let bytes = damaged(pdf(&pages), damage);
        let ours = Reading::of(&bytes);
        for text in pdf_texts(&bytes) {
            prop_assert!(ours.exposes(&text) || !ours.complete, "{text}");
        }
    }
}

#[test]
fn a_page_is_exposed_whatever_byte_of_the_document_a_hostile_one_replaces() {
    let whole = pdf(&["a0b 12-3".to_owned(), "c9".to_owned()]);
    for at in 0..whole.len() {
        for hostile in *b"\0([/<%)> \xFF" {
            let mut bytes = whole.clone();
            bytes[at] = hostile;
            let ours = Reading::of(&bytes);
            for text in pdf_texts(&bytes) {
                assert!(ours.exposes(&text) || !ours.complete, "{hostile:#x} at {at}");
            }
        }
    }
}
