//! One small file of each format, which holds the canary where its format keeps text.

use std::fmt::Write as _;
use std::io::{Cursor, Write};

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// What every sample holds.
pub(crate) const CANARY: &str = "SSN 219-09-9994";

/// A file, and the bytes in it that hold the canary: while they stand in it, it may be found.
pub(crate) struct Sample {
    pub(crate) name: &'static str,
    pub(crate) bytes: Vec<u8>,
    pub(crate) needle: Vec<u8>,
}

pub(crate) fn all() -> Vec<Sample> {
    let mut all = files();
    all.extend(documents());
    all
}

/// A file in which the canary stands as it is.
fn plain(name: &'static str, bytes: Vec<u8>) -> Sample {
    Sample {
        name,
        bytes,
        needle: CANARY.into(),
    }
}

/// The same page in PDF documents that say in several ways where it stands and how it is packed.
fn documents() -> Vec<Sample> {
    let (page, foretold) = (packed_page(), foretold_page());
    vec![
        plain(
            "pdf",
            pdf("", format!("BT /F1 12 Tf 72 700 Td ({CANARY}) Tj ET").as_bytes(), &[]),
        ),
        Sample {
            name: "pdf, deflated",
            bytes: pdf("/Filter /FlateDecode ", &page, &[]),
            needle: page,
        },
        Sample {
            name: "pdf, foretold",
            bytes: pdf(
                "/Filter 6 0 R /DecodeParms 7 0 R ",
                &foretold,
                &[b"/FlateDecode", b"<< /Predictor 12 /Columns 8 0 R >>", b"9"],
            ),
            needle: foretold,
        },
        plain("pdf, packed", packed_pdf()),
    ]
}

fn files() -> Vec<Sample> {
    let word = format!("<w:document><w:body><w:p><w:r><w:t>{CANARY}</w:t></w:r></w:p></w:body></w:document>");
    let strings = format!("<sst><si><t>Note</t></si><si><t>{CANARY}</t></si></sst>");
    let sheet =
        "<worksheet><row><c r=\"A1\" t=\"s\"><v>0</v></c></row><row><c r=\"A2\" t=\"s\"><v>1</v></c></row></worksheet>";
    let slide = format!("<p:sld><a:p><a:r><a:t>{CANARY}</a:t></a:r></a:p></p:sld>");
    let odf = format!("<office:document-content><text:p>{CANARY}</text:p></office:document-content>");
    let types = ("[Content_Types].xml", "<Types></Types>");
    let office = |name: &str, content: &str| zipped(&[types, (name, content)], CompressionMethod::Stored);
    let deflated = zipped(&[("note.txt", &CANARY.repeat(4))], CompressionMethod::Deflated);
    vec![
        plain(
            "zip",
            zipped(&[("a.txt", "hello"), ("note.txt", CANARY)], CompressionMethod::Stored),
        ),
        Sample {
            name: "zip, deflated",
            needle: between(&deflated, b"note.txt", b"PK\x01\x02"),
            bytes: deflated,
        },
        plain("docx", office("word/document.xml", &word)),
        plain(
            "xlsx",
            zipped(
                &[
                    types,
                    ("xl/sharedStrings.xml", &strings),
                    ("xl/worksheets/sheet1.xml", sheet),
                ],
                CompressionMethod::Stored,
            ),
        ),
        plain("pptx", office("ppt/slides/slide1.xml", &slide)),
        plain(
            "odt",
            zipped(
                &[
                    ("mimetype", "application/vnd.oasis.opendocument.text"),
                    ("content.xml", &odf),
                ],
                CompressionMethod::Stored,
            ),
        ),
        plain("tar", tar("note.txt", CANARY.as_bytes())),
        gzip("gzip", CANARY.repeat(4).as_bytes()),
        gzip("tar.gz", &tar("note.txt", CANARY.as_bytes())),
        packed("bzip2", "note.txt.bz2", (4, 10)),
        packed("lzma", "note.txt.lzma", (13, 0)),
        packed("xz", "note.txt.xz", (24, 28)),
        packed("zstd", "note.txt.zst", (6, 4)),
        zipped_by("bzip2.zip"),
        zipped_by("lzma.zip"),
        zipped_by("xz.zip"),
        plain("png", png()),
        plain("jpeg", jpeg()),
        plain(
            "gif",
            [
                b"GIF89a\x01\0\x01\0\0\0\0\x21\xfe\x0f",
                CANARY.as_bytes(),
                b"\0\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0\x3b",
            ]
            .concat(),
        ),
        plain("tiff", tiff()),
        plain(
            "mp3",
            [
                b"ID3\x03\0\0\0\0\0\x1aTIT2\0\0\0\x10\0\0\0",
                CANARY.as_bytes(),
                b"\xff\xfb\x90\x64",
                &[0; 64],
            ]
            .concat(),
        ),
        plain("wav", wav()),
        plain(
            "rtf",
            format!("{{\\rtf1\\ansi{{\\fonttbl{{\\f0 Arial;}}}}\\f0 {CANARY}\\par}}").into_bytes(),
        ),
        plain("tnef", tnef()),
        plain(
            "ole",
            [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0\0\0", CANARY.as_bytes(), &[0; 64]].concat(),
        ),
    ]
}

pub(crate) fn zipped(files: &[(&str, &str)], method: CompressionMethod) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(method);
    for (name, content) in files {
        writer.start_file(*name, options).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn gzip(name: &'static str, content: &[u8]) -> Sample {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).unwrap();
    let bytes = encoder.finish().unwrap();
    let needle = bytes[10..bytes.len() - 8].to_vec();
    Sample { name, bytes, needle }
}

/// A file that a real program packed; so many bytes stand before and behind what holds the canary.
fn packed(name: &'static str, file: &str, (before, behind): (usize, usize)) -> Sample {
    let bytes = attachment(file);
    let needle = bytes[before..bytes.len() - behind].to_vec();
    Sample { name, bytes, needle }
}

/// An archive that a real program packed by the method that its name says.
fn zipped_by(name: &'static str) -> Sample {
    let bytes = attachment(name);
    let needle = between(&bytes, b"long.txt", b"PK\x01\x02");
    Sample { name, bytes, needle }
}

fn attachment(file: &str) -> Vec<u8> {
    std::fs::read(crate::common::testdata("attachments").join(file)).unwrap()
}

fn between(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let find = |what: &[u8]| bytes.windows(what.len()).position(|window| window == what).unwrap();
    bytes[find(from) + from.len()..find(to)].to_vec()
}

pub(crate) fn tar(name: &str, content: &[u8]) -> Vec<u8> {
    let mut block = vec![0; 512];
    block[..name.len()].copy_from_slice(name.as_bytes());
    block[100..107].copy_from_slice(b"0000644");
    block[124..135].copy_from_slice(format!("{:011o}", content.len()).as_bytes());
    block[136..147].copy_from_slice(b"14500000000");
    block[156] = b'0';
    block[257..265].copy_from_slice(b"ustar\x0000");
    block[148..156].fill(b' ');
    let sum: u32 = block.iter().map(|&byte| u32::from(byte)).sum();
    block[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    block.extend_from_slice(content);
    block.resize(block.len().next_multiple_of(512) + 1024, 0);
    block
}

fn packed_page() -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    let text = format!("BT /F1 12 Tf 72 700 Td ({CANARY}) Tj 0 -20 Td ({CANARY}) Tj ET");
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

/// The same, of which each row of nine bytes is the difference to the one above it.
fn foretold_page() -> Vec<u8> {
    let text = format!("BT /F1 12 Tf 72 700 Td ({CANARY}) Tj ET");
    let (mut encoder, mut above) = (ZlibEncoder::new(Vec::new(), Compression::default()), vec![0; 9]);
    for row in text.as_bytes().chunks(9) {
        let foretold = row.iter().zip(&above).map(|(byte, above)| byte.wrapping_sub(*above));
        encoder.write_all(&[2]).unwrap();
        encoder.write_all(&foretold.collect::<Vec<_>>()).unwrap();
        above = row.to_vec();
    }
    encoder.finish().unwrap()
}

/// A document whose objects stand packed in a stream, and whose table of references is one.
fn packed_pdf() -> Vec<u8> {
    let objects = [
        (1, "<</Type/Catalog/Pages 2 0 R>>"),
        (2, "<</Type/Pages/Kids[3 0 R]/Count 1>>"),
        (
            3,
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        ),
        (5, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"),
    ];
    let (mut head, mut body) = (String::new(), String::new());
    for (number, object) in objects {
        write!(head, "{number} {} ", body.len()).unwrap();
        writeln!(body, "{object}").unwrap();
    }
    let page = format!("BT /F1 12 Tf 72 700 Td ({CANARY}) Tj ET");
    let page = format!(
        "4 0 obj\n<</Length {}>>\nstream\n{page}\nendstream\nendobj\n",
        page.len()
    );
    let packed = format!(
        "6 0 obj\n<</Type/ObjStm/N 4/First {}/Length {}>>\nstream\n{head}{body}\nendstream\nendobj\n",
        head.len(),
        head.len() + body.len()
    );
    let front = format!("%PDF-1.5\n{page}{packed}");
    let places = [9, 9 + page.len(), front.len()].map(|place| u16::try_from(place).unwrap().to_be_bytes());
    let entry = |kind: u8, [high, low]: [u8; 2], index: u8| [kind, high, low, index];
    let inside = |index| entry(2, [0, 6], index);
    let table = [
        entry(0, [0, 0], 255),
        inside(0),
        inside(1),
        inside(2),
        entry(1, places[0], 0),
        inside(3),
        entry(1, places[1], 0),
        entry(1, places[2], 0),
    ];
    let table = table.concat();
    let keys = format!("<</Type/XRef/Size 8/Root 1 0 R/W[1 2 1]/Length {}>>", table.len());
    [
        format!("{front}7 0 obj\n{keys}\nstream\n").as_bytes(),
        &table,
        format!("\nendstream\nendobj\nstartxref\n{}\n%%EOF\n", front.len()).as_bytes(),
    ]
    .concat()
}

/// A document of one page and of what its stream needs, with a table of references that is right.
fn pdf(filter: &str, page: &[u8], others: &[&[u8]]) -> Vec<u8> {
    let stream = [
        format!("<< {filter}/Length {} >>\nstream\n", page.len()).as_bytes(),
        page,
        b"\nendstream",
    ]
    .concat();
    let own: [&[u8]; 5] = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        &stream,
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ];
    let mut bytes = b"%PDF-1.4\n".to_vec();
    let objects: Vec<&[u8]> = own.iter().chain(others).copied().collect();
    let size = objects.len() + 1;
    let mut table = vec![format!("xref\n0 {size}\n0000000000 65535 f \n")];
    for (object, number) in objects.iter().zip(1..) {
        table.push(format!("{:010} 00000 n \n", bytes.len()));
        bytes.extend([format!("{number} 0 obj\n").as_bytes(), object, b"\nendobj\n"].concat());
    }
    let table = table.concat();
    let tail = format!(
        "{table}trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{}\n%%EOF\n",
        bytes.len()
    );
    bytes.extend(tail.as_bytes());
    bytes
}

fn png() -> Vec<u8> {
    let chunk = |kind: &[u8], body: &[u8]| {
        let sum = crc32fast::hash(&[kind, body].concat());
        [
            &u32::try_from(body.len()).unwrap().to_be_bytes(),
            kind,
            body,
            &sum.to_be_bytes(),
        ]
        .concat()
    };
    let mut picture = ZlibEncoder::new(Vec::new(), Compression::default());
    picture.write_all(&[0, 9, 9, 9]).unwrap();
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", b"\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0"),
        chunk(b"IDAT", &picture.finish().unwrap()),
        chunk(b"tEXt", format!("Comment\0{CANARY}").as_bytes()),
        chunk(b"IEND", b""),
    ]
    .concat()
}

fn jpeg() -> Vec<u8> {
    [
        b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xfe\0\x11".as_slice(),
        CANARY.as_bytes(),
        b"\xff\xc0\0\x0b\x08\0\x01\0\x01\x01\x01\x11\0\xff\xda\0\x08\x01\x01\0\0\x3f\0\x55\xff\xd9",
    ]
    .concat()
}

fn tiff() -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: u32| {
        [
            &tag.to_le_bytes()[..],
            &kind.to_le_bytes(),
            &count.to_le_bytes(),
            &value.to_le_bytes(),
        ]
        .concat()
    };
    let entries = [
        entry(256, 3, 1, 8),
        entry(257, 3, 1, 1),
        entry(258, 3, 1, 1),
        entry(259, 3, 1, 1),
        entry(262, 3, 1, 0),
        entry(270, 2, 16, 122),
        entry(273, 4, 1, 138),
        entry(278, 3, 1, 1),
        entry(279, 4, 1, 1),
    ];
    [
        b"II*\0\x08\0\0\0\x09\0",
        entries.concat().as_slice(),
        &[0; 4],
        CANARY.as_bytes(),
        &[0, 0x55],
    ]
    .concat()
}

fn wav() -> Vec<u8> {
    let body = [
        b"WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0LIST\x1c\0\0\0INFOICMT\x10\0\0\0"
            .as_slice(),
        CANARY.as_bytes(),
        b"\0data\x04\0\0\0\x80\x80\x80\x80",
    ]
    .concat();
    [
        b"RIFF".as_slice(),
        &u32::try_from(body.len()).unwrap().to_le_bytes(),
        &body,
    ]
    .concat()
}

fn tnef() -> Vec<u8> {
    let sum: u32 = CANARY.bytes().map(u32::from).sum();
    let body = [
        &[1, 0x0C, 0x80, 2, 0][..],
        &u32::try_from(CANARY.len()).unwrap().to_le_bytes(),
        CANARY.as_bytes(),
        &sum.to_le_bytes()[..2],
    ];
    [b"\x78\x9f\x3e\x22\x01\0".to_vec(), body.concat()].concat()
}
