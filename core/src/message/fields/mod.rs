//! Structured text as fields: `label: value`, one a line, so that a scanner sees what a value is called.
//!
//! The labels are the column of a table, the key of JSON, the element of XML, the field of HL7. Each value maps back to
//! where it stands; a label maps to the front of its value.

mod card;
mod form;
mod hl7;
mod json;
mod table;
mod x12;
mod xml;

use std::ops::Range;

use crate::text::OffsetMap;

/// How a text is structured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Structure {
    /// Calendars and contact cards.
    Card,
    /// The fields of a web form, as a browser posts them.
    Form,
    /// Rows of values, parted by this byte.
    Table(u8),
    /// HL7 version 2 messages.
    Hl7,
    /// Also FHIR.
    Json,
    /// Interchanges of X12, such as claims (837) and remittances (835).
    X12,
    /// Also C-CDA and FHIR.
    Xml,
}

impl Structure {
    /// The structure of a text by its declared type, its file name and its first characters.
    pub(super) fn of(content_type: &str, name: Option<&str>, text: &str) -> Option<Self> {
        let extension = name
            .and_then(|name| name.rsplit_once('.'))
            .map(|(_, extension)| extension.to_ascii_lowercase());
        let extension = extension.as_deref().unwrap_or_default();
        let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}' || c == '\u{B}');
        let says = |kinds: &[&str]| {
            kinds
                .iter()
                .any(|kind| content_type.ends_with(kind) || extension == *kind)
        };
        if hl7::is_one(start) {
            return Some(Self::Hl7);
        }
        if x12::is_one(start) {
            return Some(Self::X12);
        }
        if start.starts_with("BEGIN:VC") {
            return Some(Self::Card);
        }
        if says(&["csv", "comma-separated-values", "tsv", "tab-separated-values", "tab"]) {
            return table::separator(text).map(Self::Table);
        }
        if says(&["x-www-form-urlencoded"]) || form::is_one(start) {
            return Some(Self::Form);
        }
        if start.starts_with("<?xml") || (says(&["xml"]) && start.starts_with('<')) {
            return Some(Self::Xml);
        }
        let is_json = says(&["json", "ndjson", "jsonl"]) && start.starts_with(['{', '[']);
        (is_json || start.starts_with("{\"")).then_some(Self::Json)
    }

    /// Hands the fields of the text to `take`, and the way back; those of a long text in pieces of some records each.
    pub(super) fn views(self, text: &str, take: &mut dyn FnMut(String, OffsetMap)) {
        let mut fields = Fields {
            source: text,
            text: String::new(),
            map: OffsetMap::new(),
            taken: 0,
            take,
        };
        match self {
            Self::Card => card::read(text, &mut fields),
            Self::Form => form::read(text, &mut fields),
            Self::Table(separator) => table::read(text, separator, &mut fields),
            Self::Hl7 => hl7::read(text, &mut fields),
            Self::Json => json::read(text, &mut fields),
            Self::X12 => x12::read(text, &mut fields),
            Self::Xml => xml::read(text, &mut fields),
        }
        fields.hand_over();
    }
}

/// Writes fields, and hands them over.
struct Fields<'a> {
    source: &'a str,
    text: String,
    map: OffsetMap,
    /// The bytes that are handed over.
    taken: usize,
    take: &'a mut dyn FnMut(String, OffsetMap),
}

impl Fields<'_> {
    /// What was written tells nothing of what comes next, such as the rows of a table: hands over what is long enough.
    fn end_record(&mut self) {
        if self.text.len() >= PIECE_BYTES {
            self.hand_over();
        }
    }

    /// The same inside of a record, which is parted only when it is very long.
    fn end_member(&mut self) {
        if self.text.len() >= LONGEST_PIECE_BYTES {
            self.hand_over();
        }
    }

    /// Hands over what was written, if anything was.
    fn hand_over(&mut self) {
        if !self.text.is_empty() {
            self.taken += self.text.len();
            (self.take)(std::mem::take(&mut self.text), std::mem::take(&mut self.map));
        }
    }

    /// A value as it stands in the source, behind the words of its label.
    fn push(&mut self, label: &[&str], value: Range<usize>) {
        let text = self.source.get(value.clone()).unwrap_or_default();
        let blanks = text.len() - text.trim_start().len();
        let start = value.start + blanks;
        let value = start..start + text.trim().len();
        self.write(label, value.clone(), self.source.get(value).unwrap_or_default(), true);
    }

    /// A value that had to be decoded.
    fn push_decoded(&mut self, label: &[&str], value: Range<usize>, decoded: &str) {
        let same = self.source.get(value.clone()) == Some(decoded);
        self.write(label, value, decoded, same);
    }

    fn write(&mut self, label: &[&str], value: Range<usize>, decoded: &str, copied: bool) {
        if decoded.trim().is_empty() {
            return;
        }
        let before = self.text.len();
        if decoded.len() >= SHORT_BYTES || self.taken + before <= self.source.len() {
            push_words(label, &mut self.text);
            self.text.push_str(": ");
        }
        self.map.replace(self.text.len() - before, value.start..value.start);
        self.text.push_str(decoded);
        if copied {
            self.map.copy(value.clone());
        } else {
            self.map.replace(decoded.len(), value.clone());
        }
        self.text.push('\n');
        self.map.replace(1, value.end..value.end);
    }
}

/// `patientBirthDate` and `patient_birth_date` as `patient birth date`.
fn push_words(label: &[&str], text: &mut String) {
    let words = label.iter().map(|word| word.trim()).filter(|word| !word.is_empty());
    let (mut left, mut lower) = (LABEL_CHARS, false);
    for (index, word) in words.enumerate() {
        if index > 0 && left > 0 {
            text.push(' ');
            (left, lower) = (left - 1, false);
        }
        for character in word.chars() {
            if left == 0 {
                return;
            }
            left -= 1;
            if character.is_uppercase() && lower {
                text.push(' ');
            }
            lower = character.is_lowercase();
            match character {
                '_' | '-' | '.' => text.push(' '),
                _ if character.is_ascii() => text.push(character.to_ascii_lowercase()),
                _ => text.extend(character.to_lowercase()),
            }
        }
    }
}

/// A long text is handed over in pieces, so that its fields are not all held beside it.
const PIECE_BYTES: usize = 1 << 18;
/// Records as long as this are parted.
const LONGEST_PIECE_BYTES: usize = 1 << 20;
/// A label is short; a longer one is text.
const LABEL_CHARS: usize = 40;
/// A shorter value has no label any more where labels have outgrown the source, so that no text grows eightfold.
const SHORT_BYTES: usize = 5;

#[cfg(test)]
mod tests {
    use super::*;

    /// The fields of a text that is short enough for one piece.
    fn whole(structure: Structure, text: &str) -> Option<(String, OffsetMap)> {
        let mut pieces = Vec::new();
        structure.views(text, &mut |text, map| pieces.push((text, map)));
        assert!(pieces.len() <= 1 || text.len() > 1 << 17);
        pieces.pop()
    }

    #[test]
    fn the_rows_of_a_long_table_come_in_pieces_with_their_labels() {
        let rows = "Ann Lee,38857281\n".repeat(40_000);
        let text = format!("name,mrn\n{rows}");
        let mut count = 0;
        Structure::Table(b',').views(&text, &mut |piece, map| {
            count += 1;
            assert!(piece.starts_with("name: Ann Lee\nmrn: 38857281\n"));
            let place = piece.find("38857281").unwrap();
            assert_eq!(map.original(place..place + 8).len(), 8);
        });
        assert!(count > 3);
    }

    #[test]
    fn records_of_a_long_text_come_in_pieces_that_cut_none() {
        let json = r#"{"resource":{"name":[{"family":"Lee"}],"ssn":"219-09-9999"}},"#.repeat(20_000);
        let xml = "<p><name>Lee</name><ssn>219-09-9999</ssn></p>".repeat(20_000);
        let hl7 = "MSH|^~\\&|A\rPID|1||38857281||LEE^ANN\rDG1|1||E11.9\r".repeat(20_000);
        let head = "ISA*00*          *00*          *ZZ*A              *ZZ*B              *261127*1200*^*00501*000000001*0*T*:~";
        let x12 = "ST*837*1~NM1*IL*1*OKAFOR*ROSALIND~REF*SY*219099994~".repeat(20_000);
        let texts = [
            (Structure::Json, format!(r#"{{"entry":[{json}]}}"#), "219-09-9999\n"),
            (Structure::Json, format!("[{json}]"), "219-09-9999\n"),
            (Structure::Xml, format!("<all>{xml}</all>"), "219-09-9999\n"),
            (Structure::Hl7, hl7, "E11.9\n"),
            (Structure::X12, format!("{head}{x12}"), "219099994\n"),
        ];
        for (structure, text, end) in texts {
            let (mut pieces, mut longest) = (0, 0);
            structure.views(&text, &mut |piece, map| {
                assert_eq!(map.len(), piece.len());
                assert!(piece.ends_with(end), "{structure:?}");
                pieces += 1;
                longest = longest.max(piece.len());
            });
            assert!(
                pieces > 1 && longest < 2 * PIECE_BYTES,
                "{structure:?}: {pieces} pieces"
            );
        }
    }

    #[test]
    fn a_record_without_an_end_comes_in_pieces_too() {
        let deep = r#"{"a":{"b":"#.repeat(100) + &r#"{"c":"Lee and Okafor"},"#.repeat(100_000);
        let (mut pieces, mut longest) = (0, 0);
        Structure::Json.views(&deep, &mut |piece, _| {
            pieces += 1;
            longest = longest.max(piece.len());
        });
        assert!(
            pieces > 1 && longest < 2 * LONGEST_PIECE_BYTES,
            "{pieces} pieces, {longest}"
        );
    }

    fn view(content_type: &str, text: &str) -> String {
        Structure::of(content_type, None, text)
            .and_then(|structure| whole(structure, text))
            .map(|(text, _)| text)
            .unwrap_or_default()
    }

    #[test]
    fn values_carry_their_labels() {
        const ROWS: &[(&str, &str, &str)] = &[
            (
                "text/csv",
                "Name,SSN\nAnn,219-09-9999\n",
                "name: Ann\nssn: 219-09-9999\n",
            ),
            (
                "text/csv",
                "Name;Birth_Date\n\"Lee; Ann\";1975-05-15\n",
                "name: Lee; Ann\nbirth date: 1975-05-15\n",
            ),
            (
                "text/calendar",
                "BEGIN:VCALENDAR\nDESCRIPTION;X=1:SSN 219-09\n -9999\n",
                "begin: VCALENDAR\ndescription: SSN 219-09-9999\n",
            ),
            ("text/vcard", "BEGIN:VCARD\nTEL:555\\,1\n", "begin: VCARD\ntel: 555,1\n"),
            (
                "text/x-vcard",
                "BEGIN:VCARD\nNOTE;ENCODING=QUOTED-PRINTABLE:=53=53=4E =32=31=\n=39=2D09\nROLE;quoted-printable:=41\n",
                "begin: VCARD\nnote: SSN 219-09\nrole: A\n",
            ),
            (
                "application/x-www-form-urlencoded",
                "patient%5Bssn%5D=219-09-9999&full_name=Ann+L%C3%A9e&empty=&x",
                "patient[ssn]: 219-09-9999\nfull name: Ann L\u{e9}e\n: x\n",
            ),
            (
                "text/plain",
                "ssn=219-09-9999&dob=1975-05-15\n",
                "ssn: 219-09-9999\ndob: 1975-05-15\n",
            ),
            ("text/tab-separated-values", "a\tb\n1\t2\n", "a: 1\nb: 2\n"),
            (
                "application/json",
                "{\"patient\": {\"birthDate\": \"1975\", \"ssn\": 219099999}}",
                "patient birth date: 1975\npatient ssn: 219099999\n",
            ),
            ("application/json", "{\"a\": \"2\\u0031\\u0039\"}", "a: 219\n"),
            (
                "application/fhir+json",
                "{\"identifier\":[{\"system\":\"http://hl7.org/fhir/sid/us-ssn\",\"value\":\"219099999\"}]}",
                "identifier system: http://hl7.org/fhir/sid/us-ssn\nidentifier us-ssn value: 219099999\n",
            ),
            (
                "application/xml",
                "<patient><birthTime value=\"19750515\"/><name>Ann &amp; B</name></patient>",
                "birth time value: 19750515\nname: Ann & B\n",
            ),
            (
                "text/xml",
                "<id root=\"2.16.840.1.113883.4.1\" extension=\"219-09-9999\"/>",
                "id root: 2.16.840.1.113883.4.1\nid ssn extension: 219-09-9999\n",
            ),
            (
                "text/plain",
                "MSH|^~\\&|A\rPID|1||123^^^MRN||LEE^ANN||19750515\r",
                "pid 1: 1\nmedical record number mrn: 123^^^MRN\npatient name: LEE^ANN\ndate of birth: 19750515\n",
            ),
        ];
        for (content_type, text, expected) in ROWS {
            let found = view(content_type, text);
            assert!(
                found.ends_with(&expected.replace("us-ssn value", "us ssn value")),
                "{text}: {found}"
            );
        }
    }

    #[test]
    fn messages_of_hl7_are_read_in_frames_batches_and_other_marks() {
        let rows = [
            "\u{B}MSH|^~\\&|A\rPID|1||3885728||LEE^ANN\r\u{1C}\r",
            "FHS|^~\\&|A\rBHS|^~\\&|A\rMSH|^~\\&|A\rPID|1||3885728||LEE^ANN\r",
            "MSH#^~\\&#A\nPID#1##3885728##LEE^ANN\n",
            "FHS|^~\\&|A\nMSH*:~\\&*A\nPID*1**3885728**LEE^ANN\n",
        ];
        for text in rows {
            let found = view("application/octet-stream", text);
            assert!(
                found.contains("medical record number mrn: 3885728\npatient name: LEE^ANN\n"),
                "{text:?}: {found}"
            );
        }
        assert_eq!(Structure::of("text/plain", None, "MSH is our word for it"), None);
    }

    #[test]
    fn claims_name_the_patient_the_numbers_and_the_diagnosis() {
        let head = "ISA*00*          *00*          *ZZ*A              *ZZ*B              *261127*1200*^*00501*000000001*0*T*:~\n";
        let body = "NM1*IL*1*OKAFOR*ROSALIND****MI*W19900217~\nREF*SY*219099994~\nDMG*D8*19610314*F~HI*ABK:E119~PER*IC**TE*9195550123~";
        let found = view("application/edi-x12", &format!("{head}{body}"));
        for field in [
            "patient name: OKAFOR*ROSALIND\n",
            "member id: W19900217\n",
            "ssn: 219099994\n",
            "date of birth: 19610314\n",
            "diagnosis code: ABK:E119\n",
            "phone number: 9195550123\n",
        ] {
            assert!(found.contains(field), "{field}: {found}");
        }
        let other = format!("{head}{body}").replace('*', "|").replace('~', "'");
        assert!(view("text/plain", &other).contains("ssn: 219099994\n"));
        assert_eq!(Structure::of("text/plain", None, "ISA* is a word"), None);
    }

    #[test]
    fn plain_text_has_no_fields() {
        assert_eq!(Structure::of("text/plain", Some("a.txt"), "Name, SSN"), None);
        assert_eq!(Structure::of("text/csv", None, "one column\nonly\n"), None);
    }

    #[test]
    fn values_map_back_to_where_they_stand() {
        let text = "Name,SSN\nAnn,219-09-9999\n";
        let (fields, map) = whole(Structure::Table(b','), text).unwrap();
        let at = fields.find("219").unwrap();
        let span = map.original(at..at + 11);
        assert_eq!(text.get(span.start..span.end), Some("219-09-9999"));
        assert_eq!(map.len(), fields.len());
    }

    #[test]
    fn hostile_structures_cost_linear_time() {
        for trap in [
            "ISA*", "MSH^~", "a=%", "&", "{\"a\":", "[", "\"", "<a ", "<a>", "PID|", ",", "\\u",
        ] {
            let text = trap.repeat(100_000);
            for structure in [
                Structure::Card,
                Structure::Form,
                Structure::Table(b','),
                Structure::Hl7,
                Structure::Json,
                Structure::X12,
                Structure::Xml,
            ] {
                if let Some((fields, map)) = whole(structure, &text) {
                    assert_eq!(fields.len(), map.len());
                }
            }
        }
    }
}
