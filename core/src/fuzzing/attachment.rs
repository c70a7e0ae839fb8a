//! Taking apart what a stranger attached.

use super::message::hold;
use crate::message::Message;

/// Takes `data` apart as a gzip file.
pub fn gzip(data: &[u8]) {
    hold(|limits| Message::extracted("gzip", data, limits));
}

/// Takes `data` apart as an Open Document of stored files, whose contents are parted by the byte FF.
pub fn odf(data: &[u8]) {
    document(ODF, data);
}

/// Takes `data` apart as an Office Open XML document of stored files, whose contents are parted by the byte FF.
pub fn office(data: &[u8]) {
    document(OFFICE, data);
}

/// Takes `data` apart as a compound file.
pub fn ole(data: &[u8]) {
    hold(|limits| Message::extracted("ole", data, limits));
}

/// Takes `data` apart as a PDF document.
pub fn pdf(data: &[u8]) {
    hold(|limits| Message::extracted("pdf", data, limits));
}

/// Takes `data` apart as an opaque S/MIME signature.
pub fn pkcs7(data: &[u8]) {
    hold(|limits| Message::extracted("pkcs7", data, limits));
}

/// Takes `data` apart as an RTF document.
pub fn rtf(data: &[u8]) {
    hold(|limits| Message::extracted("rtf", data, limits));
}

/// Takes `data` apart as a tar archive.
pub fn tar(data: &[u8]) {
    hold(|limits| Message::extracted("tar", data, limits));
}

/// Takes `data` apart as a TNEF file.
pub fn tnef(data: &[u8]) {
    hold(|limits| Message::extracted("tnef", data, limits));
}

/// Takes `data` apart as a ZIP archive.
pub fn zip(data: &[u8]) {
    hold(|limits| Message::extracted("zip", data, limits));
}

/// The fuzzer cannot deflate, so the files are stored: what it changes is the text in them.
fn document(names: &[&str], data: &[u8]) {
    let contents = data.split(|&byte| byte == 0xFF);
    let files: Vec<_> = names.iter().copied().zip(contents).collect();
    let archive = stored(&files);
    hold(|limits| Message::extracted("zip", &archive, limits));
}

/// A ZIP archive of files that are not compressed.
fn stored(files: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in files {
        let at = le32(archive.len());
        let length = le32(content.len());
        let sizes = [length, length].concat();
        let names = [le32(name.len()).as_slice(), name.as_bytes()].concat();
        archive.extend(
            [
                b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0".as_slice(),
                &sizes,
                &names,
                content,
            ]
            .concat(),
        );
        let head = b"PK\x01\x02\x14\0\x14\0\0\0\0\0\0\0\0\0\0\0\0\0";
        let (length, name) = names.split_at(4);
        directory.extend([head.as_slice(), &sizes, length, &[0; 10], &at, name].concat());
    }
    let (size, at) = (le32(directory.len()), le32(archive.len()));
    [
        archive,
        directory,
        b"PK\x05\x06\0\0\0\0\0\0\0\0".to_vec(),
        size.into(),
        at.into(),
        vec![0; 2],
    ]
    .concat()
}

fn le32(number: usize) -> [u8; 4] {
    u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes()
}

const ODF: &[&str] = &[
    "mimetype",
    "content.xml",
    "styles.xml",
    "meta.xml",
    "META-INF/manifest.xml",
    "Pictures/a",
];
const OFFICE: &[&str] = &[
    "[Content_Types].xml",
    "xl/sharedStrings.xml",
    "xl/worksheets/sheet1.xml",
    "word/document.xml",
    "ppt/slides/slide1.xml",
    "docProps/core.xml",
    "word/embeddings/a.bin",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Limits;

    #[test]
    fn a_stored_archive_is_read_file_by_file() {
        let archive = stored(&[("a.txt", b"one"), ("b.txt", b"two")]);
        let message = Message::extracted("zip", &archive, &Limits::default());
        let texts: Vec<_> = message.units().iter().map(crate::message::TextUnit::text).collect();
        assert_eq!(texts, ["a.txt", "one", "b.txt", "two"]);
        assert!(message.is_complete());
    }
}
