use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;

use crate::message::{AnomalyKind, Limits, Message};

const SSN: &str = "219-09-9999";
const PAGE: &str = "BT /F1 12 Tf (SSN 219-09-9999) Tj ET";
/// A page that shows something, so that the document is no scanned paper.
const SHOWN: &str = "1 0 obj << /Type /Page /Contents 2 0 R >> endobj\n\
    2 0 obj << >> stream\nBT /F1 12 Tf (The minutes of the meeting) Tj ET\nendstream endobj\n";

fn read(objects: &[Vec<u8>]) -> Message {
    let head = b"Content-Type: application/octet-stream\nContent-Transfer-Encoding: binary\n\n%PDF-1.7\n";
    let raw = [head.as_slice(), &objects.concat(), b"%%EOF"].concat();
    Message::parse(&raw, &Limits::default())
}

fn shows(message: &Message) -> bool {
    message.units().iter().any(|unit| unit.text().contains(SSN))
}

fn has(message: &Message, kind: AnomalyKind) -> bool {
    message.anomalies().iter().any(|anomaly| anomaly.kind == kind)
}

fn object(number: u32, value: &str) -> Vec<u8> {
    format!("{number} 0 obj {value} endobj\n").into_bytes()
}

fn stream(number: u32, keys: &str, bytes: &[u8]) -> Vec<u8> {
    let head = format!("{number} 0 obj << {keys} >> stream\n");
    [head.as_bytes(), bytes, b"\nendstream endobj\n"].concat()
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A text in rows of ten, each the difference to the one above it.
fn foretold(text: &str) -> Vec<u8> {
    let (mut above, mut rows) = (vec![0; 10], Vec::new());
    for row in text.as_bytes().chunks(10) {
        rows.push(2);
        rows.extend(row.iter().zip(&above).map(|(byte, above)| byte.wrapping_sub(*above)));
        above.clear();
        above.extend_from_slice(row);
    }
    deflated(&rows)
}

fn zipped(text: &[u8]) -> Vec<u8> {
    let size = u32::try_from(text.len()).unwrap().to_le_bytes();
    let (sum, name) = (crc32fast::hash(text).to_le_bytes(), b"a.txt");
    let common = [[0; 10].as_slice(), &sum, &size, &size, b"\x05\0"].concat();
    let local = [b"PK\x03\x04\x14\0".as_slice(), &common[2..], b"\0\0", name, text].concat();
    let entry = [b"PK\x01\x02\x14\0\x14\0".as_slice(), &common[2..], &[0; 16], name].concat();
    let (directory, at) = (u32::try_from(entry.len()).unwrap(), u32::try_from(local.len()).unwrap());
    let end = [
        b"PK\x05\x06\0\0\0\0\x01\0\x01\0".as_slice(),
        &directory.to_le_bytes(),
        &at.to_le_bytes(),
        b"\0\0",
    ];
    [local, entry, end.concat()].concat()
}

/// The page that is foretold in rows of ten, by each way to say so.
fn told(keys: &str, others: &[&str]) -> Message {
    let mut objects = vec![
        object(1, "<< /Type /Page /Contents 2 0 R >>"),
        stream(2, keys, &foretold(PAGE)),
    ];
    let numbers = 3..;
    objects.extend(numbers.zip(others).map(|(number, value)| object(number, value)));
    read(&objects)
}

#[test]
fn what_a_filter_is_told_is_read_wherever_it_stands() {
    const PLAIN: &str = "<< /Predictor 12 /Columns 10 >>";
    for (keys, others) in [
        (
            "/Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 10 >>",
            &[][..],
        ),
        ("/Filter /FlateDecode /DecodeParms 3 0 R", &[PLAIN]),
        ("/Filter [/FlateDecode] /DecodeParms [3 0 R]", &[PLAIN]),
        ("/Filter [/FlateDecode] /DecodeParms 3 0 R", &["[4 0 R]", PLAIN]),
        ("/Filter 3 0 R /DecodeParms 4 0 R", &["/FlateDecode", "5 0 R", PLAIN]),
        (
            "/Filter [3 0 R] /DP [null 4 0 R] /DecodeParms 4 0 R",
            &["/FlateDecode", PLAIN],
        ),
        (
            "/Filter /FlateDecode /DecodeParms << /Predictor 3 0 R /Columns 4 0 R >>",
            &["12", "10"],
        ),
        (
            "/Filter 3 0 R /DecodeParms 4 0 R",
            &["[/FlateDecode]", "[<< /Predictor 5 0 R /Columns 10 >>]", "12"],
        ),
    ] {
        let message = told(keys, others);
        assert!(
            shows(&message) && message.is_complete(),
            "{keys}: {:?}",
            message.anomalies()
        );
    }
}

#[test]
fn what_a_filter_is_told_and_nobody_can_be_sure_of_makes_a_document_incomplete() {
    for (keys, others) in [
        ("/Filter /FlateDecode /DecodeParms 9 0 R", &[][..]),
        ("/Filter /FlateDecode /DecodeParms [9 0 R]", &[]),
        (
            "/Filter /FlateDecode /DecodeParms << /Predictor 9 0 R /Columns 10 >>",
            &[],
        ),
        (
            "/Filter /FlateDecode /DecodeParms << /Predictor -12 /Columns 10 >>",
            &[],
        ),
        ("/Filter 9 0 R", &[]),
        ("/Filter [/FlateDecode 9 0 R]", &[]),
        ("/Filter /FlateDecode /DecodeParms 3 0 R", &["4 0 R", "3 0 R"]),
        ("/Filter /FlateDecode /Filter /RunLengthDecode", &[]),
        ("/Filter /DCTDecode", &[]),
        ("/F (elsewhere.txt) /FFilter /FlateDecode", &[]),
        ("/F 3 0 R", &["<< /Type /Filespec /F (elsewhere.txt) >>"]),
    ] {
        let message = told(keys, others);
        assert!(!message.is_complete(), "{keys}: {:?}", message.anomalies());
    }
    let twice = [
        object(1, "<< /Type /Page /Contents 2 0 R >>"),
        stream(2, "/Filter /FlateDecode /DecodeParms 3 0 R", &foretold(PAGE)),
        object(3, "<< /Predictor 12 /Columns 10 >>"),
        object(3, "<< /Predictor 1 >>"),
    ];
    assert!(!read(&twice).is_complete());
}

#[test]
fn comments_in_objects_and_in_pages_are_read() {
    let packed = b"3 0 << /A 1 % SSN 219-09-9999\n>>";
    for objects in [
        vec![object(3, "<< /A 1 % SSN 219-09-9999\n >>")],
        vec![object(3, "[ 1 % SSN 219-09-9999\r 2 ]")],
        vec![object(3, "<< % é SSN 219-09-9999 ü\n >>")],
        vec![object(3, "<< /A 1 >> % SSN 219-09-9999\n")],
        vec![b"3 0 obj % SSN 219-09-9999\n << >> % SSN 219-09-9999\rstream\nx\nendstream endobj\n".to_vec()],
        vec![stream(3, "", b"BT (hello) Tj % SSN 219-09-9999\n ET")],
        vec![stream(3, "/Type /ObjStm /N 1 /First 4", packed)],
    ] {
        let message = read(&[&[SHOWN.as_bytes().to_vec()], objects.as_slice()].concat());
        assert!(shows(&message) && message.is_complete(), "{:?}", message.anomalies());
    }
}

#[test]
fn an_object_whose_number_is_parted_by_a_comment_is_not_passed_over() {
    let parted = b"7 % a comment\n 0 obj << /Title (SSN 219-09-9999) >> endobj\n".to_vec();
    let message = read(&[SHOWN.as_bytes().to_vec(), parted]);
    assert!(shows(&message) && !message.is_complete(), "{:?}", message.anomalies());
}

#[test]
fn an_attached_file_is_taken_apart_whatever_its_stream_says_of_itself() {
    let archive = zipped(b"SSN 219-09-9999");
    for keys in [
        "/Type /EmbeddedFile",
        "/Type 5 0 R",
        "",
        "/Subtype /Image",
        "/Subtype /XML",
        "/Type /EmbeddedFile /Subtype /Image",
        "/Length1 7",
        "/Type /XRef",
        "/Type /ObjStm",
    ] {
        for file in [
            "<< /EF << /F 4 0 R >> >>",
            "<< /EF 6 0 R >>",
            "<< /EF << /UF 4 0 R >> >>",
        ] {
            let message = read(&[
                SHOWN.as_bytes().to_vec(),
                object(3, file),
                stream(4, keys, &archive),
                object(5, "/EmbeddedFile"),
                object(6, "<< /F 4 0 R >>"),
            ]);
            assert!(shows(&message), "{keys} {file}: {:?}", message.anomalies());
        }
    }
    // Nothing says that this is one.
    let message = read(&[SHOWN.as_bytes().to_vec(), stream(4, "", &archive)]);
    assert!(shows(&message) && message.is_complete(), "{:?}", message.anomalies());
}

#[test]
fn what_is_drawn_is_read_whatever_its_stream_says_of_itself() {
    for keys in [
        "",
        "/Subtype /Image",
        "/Subtype /Type1C",
        "/Length1 9",
        "/Type /XRef",
        "/Subtype /XML",
    ] {
        for field in [
            "<< /AP << /N 4 0 R >> >>",
            "<< /AP << /D << /On 4 0 R >> >> >>",
            "<< /AP 5 0 R >>",
        ] {
            let message = read(&[
                SHOWN.as_bytes().to_vec(),
                object(3, field),
                stream(4, keys, b"BT (SSN 219) Tj (-09-9999) Tj ET"),
                object(5, "<< /N 6 0 R >>"),
                object(6, "<< /Off 4 0 R >>"),
            ]);
            assert!(shows(&message), "{keys} {field}: {:?}", message.anomalies());
        }
    }
    let form = stream(3, "/Subtype /Form /Length1 9", b"BT (SSN 219) Tj (-09-9999) Tj ET");
    assert!(shows(&read(&[SHOWN.as_bytes().to_vec(), form])));
}

#[test]
fn objects_that_stand_packed_are_read_or_the_document_is_incomplete() {
    let packed = b"5 0 << /Title (SSN 219-09-9999) >>";
    for (keys, others) in [
        ("/Type /ObjStm /N 1 /First 4", ""),
        ("/Type /ObjStm /N 1 /First 4 /Extends 9 0 R", ""),
        ("/N 1 /First 4", ""),
        (
            "/Type 4 0 R /N 1 /First 5 0 R",
            "4 0 obj /ObjStm endobj 5 0 obj 4 endobj\n",
        ),
        ("/Type /ObjStm /N 1 /First 6 0 R", ""),
        ("/Type /ObjStm /N 1", ""),
        ("/Type /ObjStm /N 1 /First 900", ""),
        ("/Type /ObjStm /N 0 /First 0", ""),
    ] {
        let message = read(&[
            SHOWN.as_bytes().to_vec(),
            stream(3, keys, packed),
            others.as_bytes().to_vec(),
        ]);
        let is_said = shows(&message) || !message.is_complete();
        assert!(is_said, "{keys}: {:?}", message.anomalies());
    }
    // One object begins inside of another.
    let cut = b"5 0 6 5 << /Title (SSN 219-09-9999) >>";
    let message = read(&[SHOWN.as_bytes().to_vec(), stream(3, "/Type /ObjStm /N 2 /First 8", cut)]);
    assert!(shows(&message) && !message.is_complete(), "{:?}", message.anomalies());
}

#[test]
fn a_stream_that_says_two_things_of_itself_is_a_conflict() {
    for keys in [
        "/Filter /FlateDecode /Filter /AHx",
        "/Type /XRef /Type /EmbeddedFile",
        "/Subtype /Image /Subtype /Form",
        "/Length 1 /Length 2",
    ] {
        let message = read(&[SHOWN.as_bytes().to_vec(), stream(3, keys, b"x")]);
        assert!(has(&message, AnomalyKind::ArchiveConflict), "{keys}");
    }
    let same = read(&[SHOWN.as_bytes().to_vec(), stream(3, "/Length 1 /Length 1", b"x")]);
    assert!(!has(&same, AnomalyKind::ArchiveConflict));
}

#[test]
fn properties_in_a_trailer_and_scripts_of_numbers_are_read() {
    let trailer = b"trailer << /Root 1 0 R /Info << /Title (SSN 219-09-9999) >> >>\n".to_vec();
    assert!(shows(&read(&[SHOWN.as_bytes().to_vec(), trailer])));
    let script = stream(4, "", b"219-09-9999;1;2;3;4;5;6;7;8;9;10;11");
    let action = object(3, "<< /S /JavaScript /JS 4 0 R >>");
    assert!(shows(&read(&[SHOWN.as_bytes().to_vec(), action, script])));
}
