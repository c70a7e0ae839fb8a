//! The formats in which systems of clinics send records: the identifiers that a reader sees stand in the text units of the
//! message, and a scan finds the record.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use sealwax::engine::Engine;
use sealwax::message::{AnomalyKind, Limits, Message, TextUnit};

const MRN: &str = "48213377";
const SSN: &str = "219-09-9994";
const BIRTH: &str = "1961-03-14";

/// A file by its name and type, and what a reader sees of it.
struct File {
    name: &'static str,
    kind: &'static str,
    content: &'static str,
    shows: &'static [&'static str],
}

const FILES: &[File] = &[
    File {
        name: "bundle.json",
        kind: "application/fhir+json",
        content: r#"{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient",
"identifier":[{"type":{"coding":[{"code":"MR"}]},"system":"urn:oid:1.2.3/mrn","value":"48213377"},
{"system":"http://hl7.org/fhir/sid/us-ssn","value":"219-09-9994"}],
"name":[{"family":"Okafor","given":["Rosalind"]}],"birthDate":"1961-03-14"}},
{"resource":{"resourceType":"Condition","code":{"text":"Type 2 diabetes mellitus"}}}]}"#,
        shows: &[MRN, SSN, "Okafor", "Rosalind", BIRTH, "Type 2 diabetes mellitus"],
    },
    File {
        name: "export.ndjson",
        kind: "application/fhir+ndjson",
        content: "{\"resourceType\":\"Patient\",\"identifier\":[{\"system\":\"http://hl7.org/fhir/sid/us-ssn\",\"value\":\"219-09-9994\"}]}\n\
{\"resourceType\":\"Condition\",\"code\":{\"text\":\"Type 2 diabetes mellitus\"}}\n",
        shows: &[SSN, "Type 2 diabetes mellitus"],
    },
    File {
        name: "bundle.xml",
        kind: "application/fhir+xml",
        content: "<Bundle xmlns=\"http://hl7.org/fhir\"><entry><resource><Patient><identifier>\
<system value=\"http://hl7.org/fhir/sid/us-ssn\"/><value value=\"219-09-9994\"/></identifier>\
<name><family value=\"Okafor\"/><given value=\"Rosalind\"/></name><birthDate value=\"1961-03-14\"/></Patient></resource></entry></Bundle>",
        shows: &[SSN, "Okafor", "Rosalind", BIRTH],
    },
    File {
        name: "summary.xml",
        kind: "text/xml",
        content: "<?xml version=\"1.0\"?><ClinicalDocument xmlns=\"urn:hl7-org:v3\"><recordTarget><patientRole>\
<id root=\"2.16.840.1.113883.4.1\" extension=\"219-09-9994\"/><patient><name><given>Rosalind</given><family>Okafor</family></name>\
<birthTime value=\"19610314\"/></patient></patientRole></recordTarget><component><section><title>Problems</title>\
<text>Type 2 diabetes mellitus</text></section></component></ClinicalDocument>",
        shows: &[SSN, "Rosalind", "Okafor", "19610314", "Type 2 diabetes mellitus"],
    },
    File {
        name: "admit.xml",
        kind: "text/xml",
        content: "<ADT_A01 xmlns=\"urn:hl7-org:v2xml\"><PID><PID.3><CX.1>48213377</CX.1><CX.5>MR</CX.5></PID.3>\
<PID.5><XPN.1><FN.1>Okafor</FN.1></XPN.1><XPN.2>Rosalind</XPN.2></PID.5><PID.7><TS.1>19610314</TS.1></PID.7>\
<PID.19>219-09-9994</PID.19></PID></ADT_A01>",
        shows: &[
            "medical record number mrn: 48213377",
            "ssn: 219-09-9994",
            "patient name: Okafor",
            "date of birth: 19610314",
        ],
    },
    File {
        name: "visit.ics",
        kind: "text/calendar",
        content: "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nSUMMARY:Visit of Rosalind Okafor\r\n\
DESCRIPTION:SSN 219-0\r\n 9-9994\\, type 2 diabetes mellitus\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        shows: &["Rosalind Okafor", SSN, "type 2 diabetes mellitus"],
    },
    File {
        name: "old.vcf",
        kind: "text/x-vcard",
        content: "BEGIN:VCARD\r\nVERSION:2.1\r\nN:Okafor;Rosalind\r\n\
NOTE;ENCODING=QUOTED-PRINTABLE:SSN=20219=2D09=2D9994=0D=0A=\r\ntype 2 diabetes mellitus\r\nEND:VCARD\r\n",
        shows: &["Okafor", SSN, "type 2 diabetes mellitus"],
    },
    File {
        name: "card.vcf",
        kind: "text/vcard",
        content: "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Rosalind Okafor\r\nBDAY:1961-03-14\r\nNOTE:SSN 219-09-\r\n 9994\r\nEND:VCARD\r\n",
        shows: &["Rosalind Okafor", BIRTH, SSN],
    },
    File {
        name: "new.vcf",
        kind: "text/vcard",
        content: "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Rosalind Okafor\r\nBDAY:19610314\r\nNOTE:SSN 219-09-9994\\; diabetes mellitus\r\nEND:VCARD\r\n",
        shows: &["Rosalind Okafor", "19610314", SSN],
    },
];

#[test]
fn a_record_is_read_and_found_in_every_format_that_systems_of_clinics_write() {
    let engine = Engine::with_profile("hipaa-2013").unwrap();
    for file in FILES {
        for (kind, name) in [(file.kind, file.name), ("application/octet-stream", file.name)] {
            assert_found(
                &engine,
                name,
                &attached(kind, name, file.content.as_bytes()),
                file.shows,
            );
        }
    }
}

#[test]
fn a_record_is_found_in_documents_of_libre_office_and_of_older_programs() {
    let engine = Engine::with_profile("hipaa-2013").unwrap();
    for (name, shows) in [
        ("note.odt", &[SSN, "Rosalind Okafor"][..]),
        ("note.fodt", &[SSN, "Rosalind Okafor"]),
        (
            "form.odt",
            &["mrn: 48213377", "ssn: 219-09-9994", "Rosalind Okafor", "03/14/1961"],
        ),
        ("table.ods", &[SSN, "Rosalind Okafor"]),
        ("note.doc", &[SSN, "Rosalind Okafor"]),
        ("table.xls", &[SSN, "Rosalind Okafor"]),
        ("note.txt.xz", &[SSN, "Rosalind Okafor"]),
    ] {
        let content = std::fs::read(common::testdata("attachments").join(name)).unwrap();
        assert_found(
            &engine,
            name,
            &attached("application/octet-stream", name, &content),
            shows,
        );
    }
}

#[test]
fn runs_of_a_document_in_one_file_are_joined() {
    for (name, content) in [
        (
            "a.fodt",
            "<?xml version=\"1.0\"?><office:document><office:body><text:p>SSN 219-<text:span>09</text:span>-9994</text:p></office:body></office:document>",
        ),
        (
            "a.xml",
            "<w:wordDocument><w:p><w:r><w:t>SSN 219-</w:t></w:r><w:r><w:t>09-9994</w:t></w:r></w:p></w:wordDocument>",
        ),
        (
            "b.xml",
            "<pkg:package><w:p><w:r><w:t>SSN 219-</w:t></w:r><w:r><w:t>09-9994</w:t></w:r></w:p></pkg:package>",
        ),
    ] {
        let message = Message::parse(&attached("text/xml", name, content.as_bytes()), &Limits::default());
        assert!(
            message
                .units()
                .iter()
                .any(|unit| unit.text().contains("SSN 219-09-9994")),
            "{name}"
        );
    }
}

#[test]
fn documents_of_iwork_and_one_note_are_not_inspected() {
    // The files that a document of Pages has (Index/*.iwa are packed by Snappy in a framing of their own), and the identifier
    // that a section of OneNote begins with (MS-ONESTORE, section 2.3.1).
    let pages = common::testdata("attachments").join("document.pages");
    let pages = std::fs::read(pages).unwrap();
    let note = [
        b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3".as_slice(),
        &[7; 1_008],
    ]
    .concat();
    for (name, content) in [("document.pages", pages), ("section.one", note)] {
        let message = Message::parse(
            &attached("application/octet-stream", name, &content),
            &Limits::default(),
        );
        assert!(!message.is_complete(), "{name}");
        let is_said = message
            .anomalies()
            .iter()
            .any(|anomaly| anomaly.kind == AnomalyKind::UnknownContent);
        assert!(is_said, "{name}: {:?}", message.anomalies());
    }
}

fn attached(kind: &str, name: &str, content: &[u8]) -> Vec<u8> {
    let head = format!(
        "Subject: as agreed\r\nContent-Type: {kind}; name={name}\r\nContent-Disposition: attachment; filename={name}\r\n\
Content-Transfer-Encoding: binary\r\n\r\n"
    );
    [head.as_bytes(), content].concat()
}

fn assert_found(engine: &Engine, name: &str, raw: &[u8], shows: &[&str]) {
    let message = Message::parse(raw, &Limits::default());
    let texts: Vec<&str> = message.units().iter().map(TextUnit::text).collect();
    let views: Vec<String> = message
        .units()
        .iter()
        .flat_map(TextUnit::views)
        .map(|view| view.text().to_lowercase())
        .collect();
    for shown in shows {
        let is_in_view = |view: &String| view.contains(&shown.to_lowercase());
        let is_there = texts.iter().any(|text| text.contains(shown)) || views.iter().any(is_in_view);
        assert!(is_there, "{name}: {shown}");
    }
    let scan = engine.scan(raw);
    assert!(
        scan.entities.iter().any(|entity| entity.label == "US_SSN"),
        "{name}: {:?}",
        scan.entities
    );
}
