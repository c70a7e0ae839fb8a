//! Traps in attachments: bombs, recursion, sparse sheets, deep nesting.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::{DeflateEncoder, ZlibEncoder};

use super::super::attachment::{Packed, archive, overlapping, stored};
use super::{KB, MB, Trap, WHOLE, repeated, trap};

pub(super) const TRAPS: &[Trap] = &[
    trap("ZIP: a file of one letter", 64 * MB, false, |bytes| {
        attached(&deflated_archive(&[("a", &vec![b'-'; bytes * 16])]))
    }),
    trap("ZIP: entries that share their bytes", MB, false, |bytes| {
        let packed = deflated(&vec![b'-'; bytes]);
        let names: Vec<String> = (0..bytes / 128).map(|number| format!("{number}.txt")).collect();
        attached(&shared_archive(&names, &packed, bytes))
    }),
    trap("ZIP: archives in archives", 300 * KB, false, |bytes| {
        let innermost = noise(bytes);
        attached(&(0..200).fold(innermost, |inner, _| deflated_archive(&[("a.zip", &inner)])))
    }),
    trap("ZIP: sixteen archives in each archive", 4 * KB, false, |_| {
        attached(&(0..6).fold(b"x".to_vec(), |inner, _| {
            let names: Vec<String> = (0..16).map(|number| format!("{number}.zip")).collect();
            let files: Vec<_> = names.iter().map(|name| (name.as_str(), inner.as_slice())).collect();
            deflated_archive(&files)
        }))
    }),
    trap("ZIP: many empty files", WHOLE, false, |bytes| {
        let names: Vec<String> = (0..bytes / 96).map(|number| number.to_string()).collect();
        let files: Vec<_> = names.iter().map(|name| (name.as_str(), b"".as_slice())).collect();
        attached(&deflated_archive(&files))
    }),
    trap("XLSX: cells far from each other", WHOLE, true, |bytes| {
        sheet(&repeated("<row><c r='XFD1048576'><v>7</v></c></row>", bytes), "")
    }),
    trap("XLSX: one long string named often", WHOLE, false, |bytes| {
        let strings = format!("<sst><si><t>{}</t></si></sst>", repeated("x", bytes));
        sheet(&repeated("<c t='s'><v>0</v></c>", bytes), &strings)
    }),
    trap("XLSX: columns with headings", WHOLE, true, |bytes| {
        let cells = |row: usize| {
            (0..256).map(move |column| {
                format!(
                    "<c r='{}{row}'><v>{}</v></c>",
                    letters(column),
                    if row == 1 { "h" } else { "1" }
                )
            })
        };
        let rows = (1..bytes / 6_000 + 3).map(|row| format!("<row>{}</row>", cells(row).collect::<String>()));
        sheet(&rows.collect::<String>(), "")
    }),
    trap("DOCX: open elements", WHOLE, false, |bytes| {
        document(&repeated("<w:p>", bytes))
    }),
    trap("XML: entities that name each other", WHOLE, true, |bytes| {
        let entities = repeated("<!ENTITY z \"&y;&y;&y;&y;\">", bytes);
        attached(format!("<?xml version=\"1.0\"?><!DOCTYPE l [{entities}]><l>&z;</l>").as_bytes())
    }),
    trap("XML: open elements", WHOLE, true, |bytes| {
        attached(format!("<?xml version=\"1.0\"?>{}", repeated("<a b=\"c\">", bytes)).as_bytes())
    }),
    trap("JSON: nested arrays", WHOLE, true, |bytes| {
        typed("application/json", &repeated("[", bytes))
    }),
    trap("JSON: nested objects", WHOLE, true, |bytes| {
        typed("application/json", &repeated("{\"a\":", bytes))
    }),
    trap("JSON: long keys of short values", WHOLE, true, |bytes| {
        let key = "k".repeat(80);
        let values = repeated("1,", bytes);
        typed("application/json", &format!("{{\"{key}\":{{\"{key}\":[{values}]}}}}"))
    }),
    trap("CSV: one long heading", WHOLE, true, |bytes| {
        typed(
            "text/csv",
            &format!("{},b\n{}", "h".repeat(80), repeated("1,2\n", bytes)),
        )
    }),
    trap("PDF: objects", WHOLE, false, |bytes| {
        attached(format!("%PDF-1.4\n{}", repeated("1 0 obj << /A [ ", bytes)).as_bytes())
    }),
    trap("PDF: objects of different numbers", WHOLE, false, |bytes| {
        let objects = (0..bytes / 21).map(|number| format!("{number} 0 obj << /A [ "));
        attached(format!("%PDF-1.4\n{}", objects.collect::<String>()).as_bytes())
    }),
    trap("PDF: one long array", WHOLE, false, |bytes| {
        attached(format!("%PDF-1.4\n1 0 obj [ {}", repeated("1 ", bytes)).as_bytes())
    }),
    trap("PDF: references to references", WHOLE, false, |bytes| {
        let objects = (1..bytes / 32).map(|number| format!("{number} 0 obj {} 0 R endobj\n", number + 1));
        attached(format!("%PDF-1.4\n{}", objects.collect::<String>()).as_bytes())
    }),
    trap("PDF: object streams", 256 * KB, false, |bytes| {
        let packed = zlib(&vec![b'('; bytes * 4]);
        let mut pdf = b"%PDF-1.5\n".to_vec();
        for number in 1..64 {
            let head = format!(
                "{number} 0 obj << /Type /ObjStm /First 0 /Filter /FlateDecode /Length {} >> stream\n",
                packed.len()
            );
            pdf.extend([head.as_bytes(), &packed, b"\nendstream endobj\n"].concat());
        }
        attached(&pdf)
    }),
    trap("PDF: filters upon filters", 256 * KB, false, |bytes| {
        let packed = (0..4).fold(vec![b' '; bytes * 64], |inner, _| zlib(&inner));
        let head = "%PDF-1.5\n1 0 obj << /Filter [/Fl /Fl /Fl /Fl] >> stream\n";
        attached(&[head.as_bytes(), &packed, b"\nendstream endobj\n"].concat())
    }),
    trap("PDF: a font with many ranges", WHOLE, true, |bytes| {
        let ranges = repeated("<0001> <0002> <0041> ", bytes / 2);
        let strings = repeated("<0001> Tj ", bytes / 2);
        let pdf = format!(
            "%PDF-1.4\n1 0 obj << /Contents 2 0 R /Resources << /Font << /F 3 0 R >> >> >> endobj\n2 0 obj << >> stream\n\
             BT /F 9 Tf {strings} ET\nendstream endobj\n3 0 obj << /Subtype /Type0 /ToUnicode 4 0 R >> endobj\n\
             4 0 obj << >> stream\n1 beginbfrange {ranges} endbfrange\nendstream endobj\n"
        );
        attached(pdf.as_bytes())
    }),
    trap("RTF: groups", WHOLE, true, |bytes| {
        attached(format!("{{\\rtf1{}", repeated("{", bytes)).as_bytes())
    }),
    trap("RTF: documents behind each other", WHOLE, true, |bytes| {
        attached(repeated("{\\rtf1 x}", bytes).as_bytes())
    }),
    trap("RTF: escapes", WHOLE, true, |bytes| {
        attached(format!("{{\\rtf1 {}}}", repeated("\\'93", bytes)).as_bytes())
    }),
    trap("TNEF: attributes", WHOLE, false, |bytes| {
        attached(
            &[
                b"\x78\x9f\x3e\x22\x01\0".to_vec(),
                b"\x02\x0f\x80\x06\0\x01\0\0\0x\0\0".repeat(bytes / 12),
            ]
            .concat(),
        )
    }),
    trap("TIFF: values that share their bytes", WHOLE, false, |bytes| {
        let count = u16::try_from(bytes / 24).unwrap_or(u16::MAX);
        let length = u32::try_from(bytes / 2).unwrap_or(u32::MAX).to_le_bytes();
        let tag = [b"\x0e\x01\x02\0".as_slice(), &length, &length].concat();
        let head = [b"II*\0\x08\0\0\0".as_slice(), &count.to_le_bytes()].concat();
        attached(&[head, tag.repeat(count.into()), vec![0; 4], b"text ".repeat(bytes / 10)].concat())
    }),
    trap("JPEG in JPEG", WHOLE, false, |bytes| {
        attached(&b"\xff\xd8\xff\xe0\0\x04\0\0\xff\xd9".repeat(bytes / 10))
    }),
    trap("gzip: empty members", WHOLE, false, |bytes| {
        attached(&b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x03\0\0\0\0\0\0\0\0\0".repeat(bytes / 20))
    }),
    trap("DICOM: short elements", WHOLE, true, |bytes| {
        let elements = b"\x10\0\x10\0PN\x02\0ab".repeat(bytes / 10);
        attached(&[vec![0; 128], b"DICM".to_vec(), elements].concat())
    }),
    trap("tar: empty files", WHOLE, false, |bytes| {
        let mut block = vec![0; 512];
        block.splice(257..262, *b"ustar");
        attached(&block.repeat(bytes / 512))
    }),
    trap("compound file of letters", WHOLE, false, |bytes| {
        attached(
            &[
                b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(),
                b"abcdefg\0".repeat(bytes / 8),
            ]
            .concat(),
        )
    }),
    trap("S/MIME in S/MIME", WHOLE, false, |bytes| {
        let pieces = [0x24, 0x80].repeat(bytes / 2);
        [
            b"Content-Type: application/pkcs7-mime\nContent-Transfer-Encoding: binary\n\n\x30\x80".to_vec(),
            pieces,
        ]
        .concat()
    }),
];

pub(super) fn attached(content: &[u8]) -> Vec<u8> {
    let head = b"Content-Type: application/octet-stream\nContent-Transfer-Encoding: binary\n\n";
    [head.as_slice(), content].concat()
}

fn typed(kind: &str, content: &str) -> Vec<u8> {
    format!("Content-Type: {kind}\n\n{content}").into_bytes()
}

fn sheet(rows: &str, strings: &str) -> Vec<u8> {
    attached(&stored(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("xl/sharedStrings.xml", strings.as_bytes()),
        ("xl/worksheets/sheet1.xml", rows.as_bytes()),
    ]))
}

fn document(xml: &str) -> Vec<u8> {
    attached(&stored(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("word/document.xml", xml.as_bytes()),
    ]))
}

pub(super) fn deflated_archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let packed: Vec<Vec<u8>> = files.iter().map(|(_, content)| deflated(content)).collect();
    let files = files.iter().zip(&packed).map(|((name, content), packed)| Packed {
        name,
        method: 8,
        bytes: packed,
        size: content.len(),
        sum: crc32fast::hash(content),
    });
    archive(&files.collect::<Vec<_>>())
}

/// An archive whose directory names the same bytes again and again.
fn shared_archive(names: &[String], packed: &[u8], size: usize) -> Vec<u8> {
    let file = |name| Packed {
        name,
        method: 8,
        bytes: packed,
        size,
        sum: 0,
    };
    overlapping(&names.iter().map(|name| file(name)).collect::<Vec<_>>())
}

fn deflated(content: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    let _ = encoder.write_all(content);
    encoder.finish().unwrap_or_default()
}

fn zlib(content: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    let _ = encoder.write_all(content);
    encoder.finish().unwrap_or_default()
}

/// The letters of a column.
fn letters(column: usize) -> String {
    let letter = |index: usize| u8::try_from(index).map_or('A', |index| char::from(b'A' + index));
    format!("{}{}", letter(column / 26), letter(column % 26))
}

/// Bytes that do not compress.
fn noise(bytes: usize) -> Vec<u8> {
    let mut state = 1_u64;
    let next = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        state.to_be_bytes()[0]
    });
    next.take(bytes).collect()
}
