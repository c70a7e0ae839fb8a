use std::io::Write;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

use crate::message::{AnomalyKind, Limits, Message, PartState, Severity, TransferEncoding};

/// A message with one attachment.
fn attached(content: &[u8]) -> Message {
    attached_with(content, &Limits::default())
}

fn attached_with(content: &[u8], limits: &Limits) -> Message {
    let mut raw = b"Content-Type: application/octet-stream\nContent-Transfer-Encoding: binary\n\n".to_vec();
    raw.extend_from_slice(content);
    Message::parse(&raw, limits)
}

fn shows(message: &Message, text: &str) -> bool {
    message.units().iter().any(|unit| unit.text().contains(text))
}

fn has(message: &Message, kind: AnomalyKind) -> bool {
    message.anomalies().iter().any(|anomaly| anomaly.kind == kind)
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn le(number: usize, bytes: usize) -> Vec<u8> {
    number.to_le_bytes().into_iter().chain([0; 8]).take(bytes).collect()
}

/// A ZIP archive of deflated files.
fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    zipped_with(files, 0)
}

fn zipped_with(files: &[(&str, &[u8])], flags: usize) -> Vec<u8> {
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in files {
        let packed = deflated(content);
        let common = [
            le(20, 2),
            le(flags, 2),
            le(8, 2),
            le(0, 4),
            crc32fast::hash(content).to_le_bytes().to_vec(),
            le(packed.len(), 4),
            le(content.len(), 4),
            le(name.len(), 2),
            le(0, 2),
        ]
        .concat();
        directory.extend(
            [
                b"PK\x01\x02\x14\0".to_vec(),
                common.clone(),
                le(0, 10),
                le(archive.len(), 4),
                name.as_bytes().to_vec(),
            ]
            .concat(),
        );
        archive.extend([b"PK\x03\x04".to_vec(), common, name.as_bytes().to_vec(), packed].concat());
    }
    let at = archive.len();
    archive.extend_from_slice(&directory);
    archive.extend(
        [
            b"PK\x05\x06".to_vec(),
            le(0, 4),
            le(files.len(), 2),
            le(files.len(), 2),
            le(directory.len(), 4),
            le(at, 4),
            le(0, 2),
        ]
        .concat(),
    );
    archive
}

const SSN: &str = "219-09-9999";

#[test]
fn files_in_archives_are_read_also_when_archives_nest() {
    let inner = zipped(&[("notes.txt", b"SSN 219-09-9999")]);
    let outer = zipped(&[("a/inner.zip", &inner), ("picture.png", b"\x89PNG\r\n\x1a\n\0")]);
    let message = attached(&outer);
    assert!(
        shows(&message, SSN) && message.is_complete(),
        "{:?}",
        message.anomalies()
    );
    let unit = message.units().iter().find(|unit| unit.text().contains(SSN)).unwrap();
    assert_eq!(unit.member(), Some("a/inner.zip/notes.txt"));
    assert!(shows(&attached(&gzipped(b"SSN 219-09-9999")), SSN));
    assert!(shows(&attached(&gzipped(&tarred("a.txt", b"SSN 219-09-9999"))), SSN));
}

fn tarred(name: &str, content: &[u8]) -> Vec<u8> {
    let mut block = vec![0; 512];
    block[..name.len()].copy_from_slice(name.as_bytes());
    block[124..135].copy_from_slice(format!("{:011o}", content.len()).as_bytes());
    block[156] = b'0';
    block[257..262].copy_from_slice(b"ustar");
    block[148..156].fill(b' ');
    let sum: u32 = block.iter().map(|&byte| u32::from(byte)).sum();
    block[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    block.extend_from_slice(content);
    block.resize(block.len().next_multiple_of(512) + 1024, 0);
    block
}

#[test]
fn an_archive_that_is_encrypted_or_damaged_is_incomplete_and_its_names_are_scanned() {
    let encrypted = attached(&zipped_with(&[("Ann Lee 219-09-9999.txt", b"x")], 1));
    assert!(has(&encrypted, AnomalyKind::EncryptedContent) && shows(&encrypted, SSN));
    assert_eq!(encrypted.parts()[0].state(), PartState::Uninspectable);
    let whole = zipped(&[("a.txt", b"SSN 219-09-9999")]);
    let damaged = attached(&whole[..whole.len() - 30]);
    assert!(has(&damaged, AnomalyKind::ArchiveDamaged) && !damaged.is_complete());
}

#[test]
fn a_file_that_the_directory_of_an_archive_does_not_name_is_read_and_flagged() {
    let hidden = zipped(&[("hidden.txt", b"SSN 219-09-9999")]);
    let local = hidden[..memchr::memmem::find(&hidden, b"PK\x01\x02").unwrap()].to_vec();
    let open = zipped(&[("a.txt", b"hello")]);
    let behind = attached(&[open.as_slice(), &local].concat());
    assert!(shows(&behind, SSN) && has(&behind, AnomalyKind::ArchiveHidden));
    assert!(!has(&attached(&open), AnomalyKind::ArchiveHidden));
    let twice = attached(&zipped(&[("a.txt", b"SSN 219-09-9999"), ("a.txt", b"hello")]));
    assert!(shows(&twice, SSN) && has(&twice, AnomalyKind::ArchiveHidden));
    let cut = attached(&local);
    assert!(shows(&cut, SSN) && has(&cut, AnomalyKind::ArchiveDamaged));
}

#[test]
fn a_folder_that_holds_something_is_read_and_headers_that_differ_are_odd() {
    let folder = attached(&zipped(&[("x/", b"SSN 219-09-9999")]));
    assert!(shows(&folder, SSN) && folder.is_complete(), "{:?}", folder.anomalies());
    let whole = zipped(&[("a.txt", b"SSN 219-09-9999")]);
    let central = memchr::memmem::find(&whole, b"PK\x01\x02").unwrap();
    for at in (6..30).chain(central + 8..central + 28) {
        let mut broken = whole.clone();
        broken[at] ^= 1;
        let message = attached(&broken);
        let is_odd = message
            .anomalies()
            .iter()
            .any(|anomaly| anomaly.kind.severity() > Severity::Notice);
        assert!(is_odd || shows(&message, SSN), "{at}: {:?}", message.anomalies());
        // The method, the sum, the sizes and the length of the name.
        let is_said_twice = (8..10).contains(&at) || (14..28).contains(&at);
        assert!(is_odd || !is_said_twice, "{at}");
    }
    let prefixed = attached(&[b"MZ\0 a program that unpacks itself \0".as_slice(), &whole].concat());
    assert!(shows(&prefixed, SSN) && has(&prefixed, AnomalyKind::StrayContent));
    let commented = [&whole[..whole.len() - 2], &le(15, 2), b"SSN 219-09-9999"].concat();
    assert!(shows(&attached(&commented), SSN) && attached(&commented).is_complete());
}

#[test]
fn what_stands_beside_a_picture_or_a_document_is_read_and_flagged() {
    let archive = zipped(&[("a.txt", b"SSN 219-09-9999")]);
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\0IEND\xae\x42\x60\x82";
    let text = [&b"x".repeat(2_000)[..], &pdf(b"BT (SSN 219-09-9999) Tj ET")].concat();
    for content in [
        [png.as_slice(), &archive].concat(),
        [br"{\rtf1 hello}".as_slice(), &archive].concat(),
        [pdf(b"BT (hello) Tj ET").as_slice(), b"\n", &archive].concat(),
        [gzipped(b"hello").as_slice(), b"SSN 219-09-9999"].concat(),
        [tarred("a", b"hello").as_slice(), b"SSN 219-09-9999"].concat(),
        text,
    ] {
        let message = attached(&content);
        assert!(
            shows(&message, SSN) && has(&message, AnomalyKind::StrayContent),
            "{:?}",
            message.anomalies()
        );
    }
    let camera = attached(&[b"\xff\xd8\xff\xd9".as_slice(), b"\xff\xd8\xff\xd9"].concat());
    assert!(!has(&camera, AnomalyKind::StrayContent) && camera.is_complete());
}

#[test]
fn messages_in_mailboxes_and_in_archives_are_read_as_messages() {
    let mail = b"Subject: a\nContent-Transfer-Encoding: base64\n\nU1NOIDIxOS0wOS05OTk5\n";
    let mailbox = [b"From ann@clinic.example Fri Nov 27 12:00:00 2026\n".as_slice(), mail].concat();
    assert!(shows(&attached(&mailbox), SSN));
    assert!(shows(&attached(&zipped(&[("a.eml", mail)])), SSN));
}

#[test]
fn an_older_revision_of_a_pdf_is_read() {
    let page = |text: &str| format!("2 0 obj << >> stream\nBT ({text}) Tj ET\nendstream endobj\n%%EOF\n");
    let both = format!(
        "%PDF-1.4\n1 0 obj << /Contents 2 0 R >> endobj\n{}{}",
        page("SSN 219-09-9999"),
        page("hello")
    );
    assert!(shows(&attached(both.as_bytes()), SSN));
}

#[test]
fn an_archive_of_zip64_is_read() {
    let whole = zipped(&[("a.txt", b"SSN 219-09-9999")]);
    let at = memchr::memmem::find(&whole, b"PK\x01\x02").unwrap();
    let end = memchr::memmem::rfind(&whole, b"PK\x05\x06").unwrap();
    let (files, central) = (&whole[..at], &whole[at..end]);
    let (packed, size) = (central[20..24].to_vec(), central[24..28].to_vec());
    let eight = |four: &[u8]| [four, &[0; 4]].concat();
    let mut wide = central.to_vec();
    wide[20..28].fill(0xFF);
    wide[42..46].fill(0xFF);
    wide[30] = 28;
    wide.extend([le(1, 2), le(24, 2), eight(&size), eight(&packed), le(0, 8)].concat());
    let record = [b"PK\x06\x06".to_vec(), le(44, 8), vec![0; 36], le(at, 8)].concat();
    let locator = [b"PK\x06\x07".to_vec(), le(0, 4), le(at + wide.len(), 8), le(1, 4)].concat();
    let end = [b"PK\x05\x06".to_vec(), le(0, 4), vec![0xFF; 12], le(0, 2)].concat();
    let message = attached(&[files, &wide, &record, &locator, &end].concat());
    assert!(shows(&message, SSN), "{:?}", message.anomalies());
    assert!(message.is_complete() && !has(&message, AnomalyKind::ArchiveHidden));
}

#[test]
fn lzw_and_run_length_streams_of_a_pdf_are_read() {
    let stream = |filter: &str, bytes: &[u8]| {
        let head = format!("%PDF-1.4\n1 0 obj << /Filter /{filter} >> stream\n");
        attached(&[head.as_bytes(), bytes, b"\nendstream endobj\n"].concat())
    };
    let page = b"BT (SSN 219-09-9999) Tj ET";
    let mut encoder = weezl::encode::Encoder::with_tiff_size_switch(weezl::BitOrder::Msb, 8);
    assert!(shows(&stream("LZWDecode", &encoder.encode(page).unwrap()), SSN));
    let runs = [&[25][..], page, &[128]].concat();
    assert!(shows(&stream("RunLengthDecode", &runs), SSN));
}

#[test]
fn a_bomb_is_stopped_by_the_budgets() {
    let bomb = zipped(&[("zeros.txt", &vec![b'-'; 64 << 20])]);
    let message = attached(&bomb);
    assert!(has(&message, AnomalyKind::ExpansionLimit) && !message.is_complete());
    assert!(message.units().iter().map(|unit| unit.text().len()).sum::<usize>() <= bomb.len() + (1 << 20));
    let small = Limits {
        decoded_bytes: 10_000,
        ..Limits::default()
    };
    assert!(has(
        &attached_with(&zipped(&[("a.txt", &vec![b'x'; 100_000])]), &small),
        AnomalyKind::DecodedLimit
    ));
    let few = Limits {
        parts: 10,
        ..Limits::default()
    };
    let names: Vec<String> = (0..20).map(|n| format!("{n}.txt")).collect();
    let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), b"x".as_slice())).collect();
    assert!(!attached_with(&zipped(&files), &few).is_complete());
}

#[test]
fn archives_in_archives_end_at_the_depth_limit() {
    let nested = (0..70).fold(b"SSN 219-09-9999".to_vec(), |inner, _| zipped(&[("a", &inner)]));
    assert!(has(&attached(&nested), AnomalyKind::DepthLimit));
}

#[test]
fn office_documents_are_read() {
    let types: (&str, &[u8]) = ("[Content_Types].xml", b"<Types/>");
    let document: &[u8] = b"<w:p><w:r><w:t>219-</w:t></w:r><w:r><w:t>09-9999</w:t></w:r></w:p>";
    for name in [
        "word/document.xml",
        "word/header1.xml",
        "word/comments.xml",
        "word/footnotes.xml",
        "ppt/slides/slide1.xml",
        "ppt/notesSlides/n.xml",
    ] {
        let message = attached(&zipped(&[types, (name, document)]));
        assert!(shows(&message, SSN) && message.is_complete(), "{name}");
    }
    let strings: &[u8] = b"<sst><si><t>SSN</t></si><si><t>219-09-9999</t></si></sst>";
    let sheet: &[u8] = b"<row><c r='A1' t='s'><v>0</v></c></row><row><c r='A2' t='s'><v>1</v></c></row>";
    let workbook = attached(&zipped(&[
        types,
        ("xl/sharedStrings.xml", strings),
        ("xl/worksheets/sheet1.xml", sheet),
    ]));
    assert!(shows(&workbook, "SSN: 219-09-9999"));
    let embedded = zipped(&[
        types,
        (
            "word/embeddings/a.xlsx",
            &zipped(&[
                types,
                ("xl/worksheets/sheet1.xml", b"<row><c><v>219-09-9999</v></c></row>"),
            ]),
        ),
    ]);
    assert!(shows(&attached(&embedded), SSN));
    let odf = zipped(&[
        ("mimetype", b"application/vnd.oasis.opendocument.text"),
        ("content.xml", b"<text:p>219-<text:span>09</text:span>-9999</text:p>"),
    ]);
    assert!(shows(&attached(&odf), SSN));
}

#[test]
fn a_page_is_read_whose_bytes_were_foretold() {
    let text = b"BT /F1 12 Tf (SSN 219-09-9999) Tj ET ";
    // Each byte is the difference to the one above it, in rows of eight.
    let rows: Vec<u8> = text
        .chunks(8)
        .scan([0_u8; 8], |above, row| {
            let mut packed = vec![2];
            packed.extend(row.iter().zip(above.iter()).map(|(byte, up)| byte.wrapping_sub(*up)));
            above[..row.len()].copy_from_slice(row);
            Some(packed)
        })
        .flatten()
        .collect();
    let foretold = |predictor: usize| {
        let filter = format!("/FlateDecode /DecodeParms << /Predictor {predictor} /Columns 8 >>");
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(&rows).unwrap();
        let packed = encoder.finish().unwrap();
        let head = format!(
            "%PDF-1.4\n1 0 obj << /Type /Page /Contents 2 0 R >> endobj\n2 0 obj << /Filter {filter} /Length {} >> stream\n",
            packed.len()
        );
        attached(&[head.as_bytes(), &packed, b"\nendstream endobj\n%%EOF"].concat())
    };
    let message = foretold(12);
    assert!(
        shows(&message, SSN) && message.is_complete(),
        "{:?}",
        message.anomalies()
    );
    assert!(!foretold(7).is_complete());
}

#[test]
fn what_stands_for_a_drawing_and_comments_of_a_pdf_are_read() {
    let page = b"BT /F1 12 Tf /Span << /ActualText (SSN 219-09-9999) >> BDC (x) Tj EMC ET";
    assert!(shows(&attached(&pdf(page)), SSN));
    let commented = [
        b"%PDF-1.4\n% SSN 219-09-9999\n".as_slice(),
        &pdf(b"BT (plain) Tj ET")[9..],
    ]
    .concat();
    let message = attached(&commented);
    assert!(
        shows(&message, SSN) && message.is_complete(),
        "{:?}",
        message.anomalies()
    );
    let form = b"%FDF-1.2\n1 0 obj << /FDF << /Fields [ << /T (SSN) /V (219-09-9999) >> ] >> >> endobj\n\
trailer << /Root 1 0 R >>\n%%EOF\n";
    let message = attached(form);
    assert!(
        shows(&message, SSN) && message.is_complete(),
        "{:?}",
        message.anomalies()
    );
}

#[test]
fn a_packed_file_in_a_field_of_an_archive_or_behind_a_picture_is_read_and_flagged() {
    let packed = gzipped(b"SSN 219-09-9999");
    let field = [le(0xCAFE, 2), le(packed.len(), 2), packed.clone()].concat();
    let mut archive = zipped(&[("a.txt", b"hello")]);
    // The field goes into the comment of the archive, where a field may stand as well.
    let end = archive.len() - 2;
    archive.truncate(end);
    archive.extend(le(field.len(), 2));
    archive.extend(&field);
    let mut bitmap = b"BM\x1e\0\0\0\0\0\0\0\x1a\0\0\0\x0c\0\0\0\x01\0\x01\0\x01\0\x18\0\x01\x02\x03\0".to_vec();
    bitmap.extend(&packed);
    let mut fax = b"II*\0\x08\0\0\0\x01\0\0\x01\x03\0\x01\0\0\0\x01\0\0\0\0\0\0\0".to_vec();
    fax.extend(&packed);
    for (name, content) in [("zip", archive), ("bmp", bitmap), ("tiff", fax)] {
        let message = attached(&content);
        assert!(shows(&message, SSN), "{name}: {:?}", message.anomalies());
        assert!(has(&message, AnomalyKind::StrayContent), "{name}");
    }
}

#[test]
fn what_a_macintosh_or_a_printer_keeps_beside_a_file_raises_nothing() {
    let finder = [
        b"\0\x05\x16\x07\0\x02\0\0".as_slice(),
        &[0; 16],
        b"\0\x01\0\0\0\x09\0\0\0\x26\0\0\0\x20",
        &[0; 32],
    ]
    .concat();
    let message = attached(&finder);
    assert!(
        message.is_complete() && message.anomalies().is_empty(),
        "{:?}",
        message.anomalies()
    );
    let comment = [
        b"\0\x05\x16\x07\0\x02\0\0".as_slice(),
        &[0; 16],
        b"\0\x01\0\0\0\x04\0\0\0\x26\0\0\0\x0fSSN 219-09-9999",
    ]
    .concat();
    assert!(shows(&attached(&comment), SSN));
    let settings = |bytes: &[u8]| {
        attached(&zipped(&[
            ("[Content_Types].xml", b"<Types></Types>"),
            (
                "ppt/slides/slide1.xml",
                b"<p:sld><a:p><a:r><a:t>hello</a:t></a:r></a:p></p:sld>",
            ),
            ("ppt/printerSettings/printerSettings1.bin", bytes),
        ]))
    };
    let message = settings(b"\x02\0\0\0\x01\0\0\0SSN 219-09-9999\0\0");
    assert!(
        message.is_complete() && shows(&message, SSN),
        "{:?}",
        message.anomalies()
    );
    assert!(shows(&settings(&gzipped(b"SSN 219-09-9999")), SSN));
}

#[test]
fn links_of_a_page_and_letters_of_east_asia_are_read_though_nobody_declares_them() {
    let page = b"Content-Type: text/html\n\n<a href=\"mailto:a@b.example?body=SSN%20219-09-9999\">write</a>";
    let message = Message::parse(page, &Limits::default());
    assert!(shows(&message, SSN) && message.is_complete() && message.anomalies().is_empty());
    let japanese = b"Subject: x\n\nSSN \x1b$B#2#1#9!]#0#9!]#9#9#9#9\x1b(B\n";
    let message = Message::parse(japanese, &Limits::default());
    assert!(shows(&message, "\u{FF12}\u{FF11}\u{FF19}"), "{:?}", message.units());
}

fn pdf(stream: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(stream).unwrap();
    let packed = encoder.finish().unwrap();
    let head = format!(
        "%PDF-1.4\n1 0 obj << /Type /Page /Contents 2 0 R >> endobj\n2 0 obj << /Filter /FlateDecode /Length {} >> stream\n",
        packed.len()
    );
    [
        head.as_bytes(),
        &packed,
        b"\nendstream endobj\n3 0 obj << /Title (Report on objectives) >> endobj\n%%EOF",
    ]
    .concat()
}

#[test]
fn pdf_pages_and_properties_are_read() {
    let whole = pdf(b"BT /F1 12 Tf [(SSN 219) 3 (-09-9999)] TJ ET");
    let message = attached(&whole);
    assert!(
        shows(&message, SSN) && message.is_complete(),
        "{:?}",
        message.anomalies()
    );
    assert!(shows(&message, "Report on objectives"));
    for length in (9..whole.len()).step_by(7) {
        assert!(!attached(&whole[..length]).parts().is_empty());
    }
}

#[test]
fn a_pdf_that_is_encrypted_or_only_pictures_is_incomplete() {
    let encrypted = attached(b"%PDF-1.4\n1 0 obj << >> endobj\ntrailer << /Root 1 0 R /Encrypt 9 0 R >>");
    assert!(has(&encrypted, AnomalyKind::EncryptedContent));
    let scanned = attached(b"%PDF-1.4\n1 0 obj << /Subtype /Image >> stream\nxx\nendstream endobj");
    assert!(has(&scanned, AnomalyKind::ScannedPages) && !scanned.is_complete());
}

#[test]
fn fonts_are_found_through_the_page() {
    let body = b"%PDF-1.4\n1 0 obj << /Type /Page /Contents 2 0 R /Resources << /Font << /F1 3 0 R >> >> >> endobj\n\
2 0 obj << /Length 34 >> stream\nBT /F1 9 Tf <000100020003> Tj ET   \nendstream endobj\n\
3 0 obj << /Type /Font /Subtype /Type0 /Encoding /Identity-H /ToUnicode 4 0 R >> endobj\n\
4 0 obj << >> stream\n1 beginbfrange <0001> <0003> <0037> endbfrange\nendstream endobj\n";
    let message = attached(body);
    assert!(
        shows(&message, "789") && message.is_complete(),
        "{:?}",
        message.anomalies()
    );
}

#[test]
fn compound_files_show_their_strings_and_stay_incomplete() {
    let mut content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0\0".to_vec();
    content.extend_from_slice(b"SSN 219-09-9999\0");
    let message = attached(&content);
    assert!(shows(&message, SSN) && !message.is_complete());
    content.extend(b"EncryptedPackage".iter().flat_map(|&byte| [byte, 0]));
    assert!(has(&attached(&content), AnomalyKind::EncryptedContent));
}

#[test]
fn rtf_and_tnef_are_read() {
    assert!(shows(&attached(br"{\rtf1 219-{\b 09}-9999}"), SSN));
    let attribute = |id: usize, value: &[u8]| {
        [
            vec![2],
            le(id, 2),
            le(6, 2),
            le(value.len(), 4),
            value.to_vec(),
            le(value.iter().map(|&byte| usize::from(byte)).sum::<usize>() % 65_536, 2),
        ]
        .concat()
    };
    let tnef = [
        b"\x78\x9f\x3e\x22\x01\0".to_vec(),
        attribute(0x8010, b"MRN 48213377.txt\0"),
        attribute(0x800F, b"SSN 219-09-9999"),
    ]
    .concat();
    let message = attached(&tnef);
    assert!(
        shows(&message, SSN) && shows(&message, "MRN 48213377") && message.is_complete(),
        "{:?}",
        message.anomalies()
    );
    assert!(has(&attached(&tnef[..tnef.len() - 4]), AnomalyKind::ArchiveDamaged));
}

#[test]
fn every_container_survives_flipped_bytes() {
    let types: (&str, &[u8]) = ("[Content_Types].xml", b"<Types/>");
    let containers = [
        zipped(&[("a.txt", b"SSN 219-09-9999")]),
        zipped(&[
            types,
            ("xl/worksheets/sheet1.xml", b"<row><c r='A1' t='s'><v>0</v></c></row>"),
        ]),
        pdf(b"BT (219-09-9999) Tj ET"),
        gzipped(&tarred("a", b"b")),
        br"{\rtf1 \u8211? {\b x}\'e9}".to_vec(),
    ];
    for whole in containers {
        for at in 0..whole.len() {
            for flip in [1, 0x80, 0xFF] {
                let mut broken = whole.clone();
                broken[at] ^= flip;
                assert_eq!(attached(&broken).parts()[0].encoding(), TransferEncoding::Identity);
            }
        }
    }
}
