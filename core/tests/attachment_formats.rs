//! Real files made by the programs that people make them with (`testdata/attachments/make.sh`): what of each is read.
//! The table of `docs/ATTACHMENTS.md` says the same in words.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use std::collections::BTreeSet;
use std::path::Path;

use sealwax::message::{Anomaly, AnomalyKind, Limits, Message, OpaqueKind, Severity};

/// How a file ends.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    /// Its text is shown, and nothing is left unread.
    Read,
    /// Its text is shown, and the message is flagged by this.
    Odd(AnomalyKind),
    /// Its text is shown, as a help, and the message is incomplete.
    Helped,
    /// The message is incomplete, by this.
    Unread(AnomalyKind),
}

const FILES: &[(&str, End)] = &[
    ("behind.png", End::Odd(AnomalyKind::StrayContent)),
    ("big.dcm", End::Read),
    ("bzip2.zip", End::Read),
    ("commented.png", End::Read),
    ("deflated.dcm", End::Read),
    ("document.pages", End::Unread(AnomalyKind::UnknownContent)),
    ("encrypted.zip", End::Unread(AnomalyKind::EncryptedContent)),
    ("form.odt", End::Read),
    ("gnu.tar", End::Read),
    ("implicit.dcm", End::Read),
    ("lzma.zip", End::Read),
    ("note.7z", End::Unread(AnomalyKind::UnknownContent)),
    ("note.doc", End::Helped),
    ("note.docx", End::Read),
    ("note.fodt", End::Read),
    ("note.odt", End::Read),
    ("note.pdf", End::Read),
    ("note.rtf", End::Read),
    ("note.tar.bz2", End::Read),
    ("note.tar.xz", End::Read),
    ("note.tar.zst", End::Read),
    ("note.txt.bz2", End::Read),
    ("note.txt.gz", End::Read),
    ("note.txt.lzma", End::Read),
    ("note.txt.xz", End::Read),
    ("note.txt.zst", End::Read),
    ("note.zip", End::Read),
    ("pax.tar", End::Read),
    ("stored.zip", End::Read),
    ("study.dcm", End::Read),
    ("table.ods", End::Read),
    ("table.xls", End::Helped),
    ("table.xlsx", End::Read),
    ("xz.zip", End::Read),
    ("zeros.bz2", End::Unread(AnomalyKind::ExpansionLimit)),
    ("zeros.lzma", End::Unread(AnomalyKind::ExpansionLimit)),
    ("zeros.xz", End::Unread(AnomalyKind::ExpansionLimit)),
    ("zeros.zst", End::Unread(AnomalyKind::ExpansionLimit)),
];

#[test]
fn every_file_of_a_real_program_is_read_as_the_table_says() {
    for (name, end) in FILES {
        let bytes = std::fs::read(common::testdata("attachments").join(name)).unwrap();
        let head = b"Content-Type: application/octet-stream\nContent-Transfer-Encoding: binary\n\n";
        let message = Message::parse(&[head.as_slice(), &bytes].concat(), &Limits::default());
        let kinds: Vec<AnomalyKind> = message.anomalies().iter().map(|anomaly| anomaly.kind).collect();
        let needle = if Path::new(name).extension() == Some("dcm".as_ref()) {
            "38857281"
        } else {
            "219-09-9994"
        };
        let shows = message.units().iter().any(|unit| unit.text().contains(needle));
        let found = match end {
            End::Read => shows && message.is_complete() && kinds.is_empty(),
            End::Odd(kind) => shows && kinds.contains(kind),
            End::Helped => shows && !message.is_complete(),
            End::Unread(kind) => !shows && !message.is_complete() && kinds.contains(kind),
        };
        assert!(found, "{name}: {end:?}, {shows}, {kinds:?}");
    }
}

#[test]
fn a_packed_file_is_read_to_its_last_stream_and_what_stands_behind_it_is_flagged() {
    let file = |name: &str| std::fs::read(common::testdata("attachments").join(name)).unwrap();
    let parse = |content: &[u8]| {
        let head = b"Content-Type: application/octet-stream\nContent-Transfer-Encoding: binary\n\n";
        Message::parse(&[head.as_slice(), content].concat(), &Limits::default())
    };
    for (name, between) in [
        ("note.txt.bz2", &b""[..]),
        ("note.txt.xz", b""),
        ("note.txt.xz", &[0; 8]),
        ("note.txt.zst", b""),
        ("note.txt.zst", b"\x5a\x2a\x4d\x18\x04\0\0\0\x07\0\0\0"),
    ] {
        let stream = file(name);
        let message = parse(&[&stream, between, &stream].concat());
        let shown = message
            .units()
            .iter()
            .map(|unit| unit.text().matches("219-09-9994").count());
        assert_eq!(shown.sum::<usize>(), 2, "{name}");
        assert!(message.is_complete() && message.anomalies().is_empty(), "{name}");
        let message = parse(&[&stream, between, &file("stored.zip")].concat());
        let is_flagged = |anomaly: &Anomaly| anomaly.kind == AnomalyKind::StrayContent;
        assert!(message.anomalies().iter().any(is_flagged), "{name}");
    }
}

#[test]
fn every_file_of_the_folder_stands_in_the_table() {
    let known: BTreeSet<&str> = FILES
        .iter()
        .map(|(name, _)| *name)
        .chain(["make.sh", "picture.png"])
        .collect();
    for path in common::files_below(&common::testdata("attachments")) {
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(known.contains(name), "{name}");
    }
}

#[test]
fn messages_that_once_hid_a_record_in_silence_show_it_or_are_incomplete() {
    for path in common::files_below(&common::testdata("hidden")) {
        let message = Message::parse(&std::fs::read(&path).unwrap(), &Limits::default());
        let shows = message.units().iter().any(|unit| unit.text().contains("219-09-9994"));
        let is_safe = shows || !message.is_complete();
        assert!(is_safe, "{}: {:?}", path.display(), message.anomalies());
        let is_odd = message
            .anomalies()
            .iter()
            .any(|anomaly| anomaly.kind.severity() > Severity::Notice);
        let is_plain = path.ends_with("png-text-chunk.eml") || path.ends_with("zip-folder-name.eml");
        assert_eq!(is_odd, !is_plain, "{}: {:?}", path.display(), message.anomalies());
    }
}

#[test]
fn a_study_names_its_patient_behind_labels_and_its_picture_is_opaque_where_it_has_one() {
    let bytes = std::fs::read(common::testdata("attachments/study.dcm")).unwrap();
    let picture = b"\xe0\x7f\x10\0OW\0\0\x04\0\0\0\x01\x02\x03\x04";
    let head = b"Content-Type: application/dicom\nContent-Transfer-Encoding: binary\n\n";
    let message = Message::parse(&[head.as_slice(), &bytes, picture].concat(), &Limits::default());
    let texts: String = message.units().iter().map(sealwax::message::TextUnit::text).collect();
    for field in [
        "patient name: Okafor^Rosalind\n",
        "mrn: 38857281\n",
        "date of birth: 19610314\n",
        "study description: Chest PA\n",
    ] {
        assert!(texts.contains(field), "{field}: {texts}");
    }
    assert_eq!(
        message.opaque().iter().map(|opaque| opaque.kind).collect::<Vec<_>>(),
        [OpaqueKind::Picture]
    );
    assert!(message.is_complete());
}
