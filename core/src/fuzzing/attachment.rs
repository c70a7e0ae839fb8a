//! Taking apart what a stranger attached.

use super::message::hold;
use crate::message::Message;

/// Takes `data` apart as a DICOM study.
pub fn dicom(data: &[u8]) {
    hold(|limits| Message::extracted("dicom", data, limits));
}

/// Takes `data` apart as a gzip file.
pub fn gzip(data: &[u8]) {
    hold(|limits| Message::extracted("gzip", data, limits));
}

/// Takes `data` apart as a picture, a sound or a film; the first byte says of which format.
pub fn media(data: &[u8]) {
    let Some((&first, content)) = data.split_first() else {
        return;
    };
    let Some(format) = MEDIA.get(usize::from(first) % MEDIA.len()) else {
        return;
    };
    hold(|limits| Message::extracted(format, content, limits));
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

/// Takes `data` apart as a file that was packed by itself; the first byte says by which packer.
pub fn packed(data: &[u8]) {
    let Some((&first, content)) = data.split_first() else {
        return;
    };
    let Some(format) = PACKERS.get(usize::from(first) % PACKERS.len()) else {
        return;
    };
    hold(|limits| Message::extracted(format, content, limits));
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

/// A file as it stands in a ZIP archive.
pub(super) struct Packed<'a> {
    pub(super) name: &'a str,
    /// 0 for stored, 8 for deflated.
    pub(super) method: u8,
    pub(super) bytes: &'a [u8],
    /// The size of the file itself, and its CRC-32.
    pub(super) size: usize,
    pub(super) sum: u32,
}

/// A ZIP archive of files that are not compressed.
pub(super) fn stored(files: &[(&str, &[u8])]) -> Vec<u8> {
    let files = files.iter().map(|(name, content)| Packed {
        name,
        method: 0,
        bytes: content,
        size: content.len(),
        sum: crc32fast::hash(content),
    });
    archive(&files.collect::<Vec<_>>())
}

/// A ZIP archive of these files.
pub(super) fn archive(files: &[Packed<'_>]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for file in files {
        let at = bytes.len();
        bytes.extend(local_header(file));
        bytes.extend_from_slice(file.bytes);
        directory.extend(central_header(file, at));
    }
    with_directory(&bytes, &directory, files.len())
}

/// A ZIP archive whose files are all the bytes of the first one.
pub(super) fn overlapping(files: &[Packed<'_>]) -> Vec<u8> {
    let Some(first) = files.first() else {
        return Vec::new();
    };
    let bytes = [local_header(first).as_slice(), first.bytes].concat();
    let directory: Vec<u8> = files.iter().flat_map(|file| central_header(file, 0)).collect();
    with_directory(&bytes, &directory, files.len())
}

fn local_header(file: &Packed<'_>) -> Vec<u8> {
    [b"PK\x03\x04".as_slice(), &common(file), file.name.as_bytes()].concat()
}

fn central_header(file: &Packed<'_>, at: usize) -> Vec<u8> {
    let head = [b"PK\x01\x02\x14\0".as_slice(), &common(file), &[0; 10]].concat();
    [head.as_slice(), &le32(at), file.name.as_bytes()].concat()
}

/// What both headers share, from the version to the length of the extra field.
fn common(file: &Packed<'_>) -> Vec<u8> {
    let sizes = [le32(file.bytes.len()), le32(file.size), le32(file.name.len())].concat();
    let sum = file.sum.to_le_bytes();
    [b"\x14\0\0\0".as_slice(), &[file.method], &[0; 5], &sum, &sizes].concat()
}

fn with_directory(files: &[u8], directory: &[u8], count: usize) -> Vec<u8> {
    let (size, at) = (le32(directory.len()), le32(files.len()));
    let [low, high, ..] = le32(count);
    [
        files,
        directory,
        b"PK\x05\x06\0\0\0\0",
        &[low, high, low, high],
        &size,
        &at,
        &[0; 2],
    ]
    .concat()
}

fn le32(number: usize) -> [u8; 4] {
    u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes()
}

const MEDIA: &[&str] = &["bmp", "flac", "gif", "jpeg", "mp3", "mp4", "png", "tiff", "wav"];
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

const PACKERS: &[&str] = &["bzip2", "lzma", "xz", "zstd"];

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
