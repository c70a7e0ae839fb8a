use proptest::prelude::*;

use super::*;

const PEOPLE: &str = "Last Name;First Name;DOB;MRN;Phone\n\
    Lopez;María Elena;1975-05-15;48-213377;(503) 555-0142\n\
    de la Cruz;Juan;3/9/1988;MR771204;\n\
    O'Brien;Sean;02/11/1960;00912345;\n";

fn key() -> HashKey {
    HashKey::from_bytes(&[7; 32])
}

fn file(people: &str) -> Vec<u8> {
    let mut builder = RosterBuilder::new(&key(), [1; 16]);
    for (_, person) in Table::read(people, &[]).unwrap() {
        builder.add(&person.unwrap());
    }
    builder.finish()
}

/// What is found in `text`, as label and text.
fn found(text: &str) -> Vec<(String, String)> {
    let roster = Roster::read("patients", &file(PEOPLE), &key()).unwrap();
    let view = View::fold(text);
    let found = roster.scan(&view);
    let shown = |finding: &Finding| {
        let span = finding.span();
        (
            finding.detector().label().to_owned(),
            text.get(span.start..span.end).unwrap().to_owned(),
        )
    };
    found.iter().map(shown).collect()
}

#[test]
fn a_finding_says_that_the_roster_knows_it() {
    let roster = Roster::read("patients", &file(PEOPLE), &key()).unwrap();
    let found = roster.scan(&View::fold("Dear Maria Lopez,"));
    assert_eq!(
        found[0].why(),
        "name of a person of the roster `patients`: it equals an entry of it"
    );
}

#[test]
fn a_name_is_found_however_it_is_written() {
    for (text, name) in [
        ("Dear Maria Lopez,", "Maria Lopez"),
        ("dear maria lopez,", "maria lopez"),
        ("MARÍA E. LÓPEZ called", "MARÍA E. LÓPEZ"),
        ("for Maria Elena Lopez today", "Maria Elena Lopez"),
        ("re: Lopez, Maria", "Lopez, Maria"),
        ("PID|1||LOPEZ^MARIA^E", "LOPEZ^MARIA"),
        ("Maria\nLopez", "Maria\nLopez"),
        ("First name: Maria\nLast name: Lopez\n", "Maria\nLast name: Lopez"),
        ("last name: Lopez, first name: Maria", "Lopez, first name: Maria"),
        ("Juan de la Cruz", "Juan de la Cruz"),
        ("Juan Cruz", "Juan Cruz"),
        ("Sean O’Brien", "Sean O’Brien"),
        ("sean obrien", "sean obrien"),
        ("M\u{200b}aria Lo\u{ad}pez", "M\u{200b}aria Lo\u{ad}pez"),
    ] {
        assert_eq!(found(text), [("PERSON".to_owned(), name.to_owned())], "{text}");
    }
}

#[test]
fn other_people_and_parts_of_names_are_not_found() {
    for text in [
        "Maria and John Lopez",
        "maria went with lopez",
        "Maria; Nobody; Lopez",
        "Lopez Maria",
        "Maria Cruz",
        "Juan Lopez",
        "Maria",
        "Maria\n\nLopez",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
}

#[test]
fn a_number_is_found_with_any_separators() {
    for (text, label, value) in [
        ("chart 48213377.", "MRN", "48213377"),
        ("chart 48 213 377", "MRN", "48 213 377"),
        ("chart ４８-２１３３７７", "MRN", "４８-２１３３７７"),
        ("mr 77 12 04", "MRN", "mr 77 12 04"),
        ("call (503) 555-0142", "PHONE_NUMBER", "503) 555-0142"),
        ("call 1-503-555-0142", "PHONE_NUMBER", "1-503-555-0142"),
    ] {
        assert_eq!(found(text), [(label.to_owned(), value.to_owned())], "{text}");
    }
    for text in ["148213377", "482133778", "48, 213 apples, 377", "2024", "771204"] {
        assert_eq!(found(text), [], "{text}");
    }
}

#[test]
fn a_birth_date_is_found_beside_its_persons_name_only() {
    let labels = |text: &str| found(text).into_iter().map(|(label, _)| label).collect::<Vec<_>>();
    assert_eq!(labels("Maria Lopez, born May 15, 1975"), ["PERSON", "DATE_OF_BIRTH"]);
    assert_eq!(labels("05/15/75: Maria Lopez"), ["DATE_OF_BIRTH", "PERSON"]);
    assert_eq!(labels("Maria Lopez, seen 05/16/1975"), ["PERSON"]);
    assert_eq!(labels("Sean OBrien, born 05/15/1975"), ["PERSON"]);
    assert_eq!(labels("05/15/1975"), [""; 0]);
}

#[test]
fn without_the_key_the_roster_tells_nothing() {
    let error = Roster::read("patients", &file(PEOPLE), &HashKey::from_bytes(&[8; 32])).unwrap_err();
    assert_eq!(error.kind(), RosterErrorKind::Key);
    let bytes = file(PEOPLE);
    for value in ["Lopez", "lopez", "48213377", "1975"] {
        assert!(
            !bytes.windows(value.len()).any(|window| window == value.as_bytes()),
            "{value}"
        );
    }
    let other = RosterBuilder::new(&key(), [2; 16]);
    assert_ne!(other.finish()[32..48], bytes[32..48], "the salt changes every hash");
}

#[test]
fn a_roster_holds_each_hash_once_and_no_order() {
    let turned: Vec<&str> = PEOPLE
        .lines()
        .take(1)
        .chain(PEOPLE.lines().skip(1).collect::<Vec<_>>().into_iter().rev())
        .collect();
    let doubled = format!("{}\n{}", turned.join("\n"), PEOPLE.lines().nth(1).unwrap());
    assert_eq!(file(&doubled), file(PEOPLE));
}

#[test]
fn damaged_bytes_are_refused() {
    let bytes = file(PEOPLE);
    for damaged in [
        &bytes[..20],
        &bytes[..bytes.len() - 1],
        &[bytes.as_slice(), b"x"].concat(),
        b"",
    ] {
        let error = Roster::read("patients", damaged, &key()).unwrap_err();
        assert_eq!(error.kind(), RosterErrorKind::Format);
    }
}

#[test]
fn rows_that_recognise_nobody_are_refused_with_their_line() {
    let table =
        "name,dob,mrn,x\nAnn Lee,1990-01-01,123456,\nLee,,,\n,,,\nAnn Lee,soon,,\n,,12345,\n,,abcdefgh,\nA B,,,,,\n";
    let refused: Vec<_> = Table::read(table, &[])
        .unwrap()
        .filter_map(|(line, person)| Some((line, person.err()?)))
        .collect();
    assert_eq!(
        refused,
        [
            (3, PersonError::Name),
            (4, PersonError::Empty),
            (5, PersonError::BirthDate),
            (6, PersonError::Number),
            (7, PersonError::Number),
            (8, PersonError::Fields),
        ]
    );
}

#[test]
fn columns_are_known_by_their_header_or_by_what_is_said() {
    let table = Table::read(
        "Surname\tForename\tKennung\tshoe_size\n",
        &[("Kennung".into(), Column::Number(Identifier::Mrn))],
    );
    assert_eq!(
        table.unwrap().columns(),
        [
            Column::FamilyName,
            Column::GivenName,
            Column::Number(Identifier::Mrn),
            Column::Ignored
        ]
    );
    for (text, mapped) in [("shoe,size\n", "shoe"), ("name,mrn\n", "gone"), ("", "a")] {
        let error = Table::read(text, &[(mapped.into(), Column::Ignored)]).unwrap_err();
        assert_eq!(error.kind(), RosterErrorKind::Columns);
    }
}

#[test]
fn every_name_of_a_column_is_known() {
    assert_eq!(Column::names().filter(|name| Column::named(name).is_none()).count(), 0);
    assert_eq!(Column::names().count(), 11);
}

#[test]
fn hostile_texts_cost_linear_time() {
    let roster = Roster::read("patients", &file(PEOPLE), &key()).unwrap();
    for trap in [
        "Maria ",
        "Maria Lopez 1/1/70 ",
        "48 ",
        "Maria Lopez, ",
        "1/1/1 ",
        "name: ",
    ] {
        let text = trap.repeat(20_000);
        assert!(roster.scan(&View::fold(&text)).len() <= 40_000, "{trap}");
    }
}

proptest! {
    #[test]
    fn every_span_lies_in_the_text(text in "[MariaLopez0-9,. \u{e9}\u{200b}-]{0,60}") {
        let roster = Roster::read("patients", &file(PEOPLE), &key()).unwrap();
        for finding in roster.scan(&View::fold(&text)) {
            prop_assert!(text.get(finding.span().start..finding.span().end).is_some());
        }
    }
}
