//! `roster make`, and a policy that names what it made.

mod common;

use common::Folder;

const PEOPLE: &str =
    "Surname;Vorname;DOB;Kennung\nLopez;Maria;1975-05-15;48213377\nCruz;;1960-01-01;\nLee;Ann;1980-02-03;123\n";
const POLICY: &str = "name = 'clinic'\n[[roster]]\nname = 'patients'\nfile = 'patients.roster'\n";
const MAIL: &str = "Subject: visit\n\nlopez, maria (born May 15, 1975) was here, file 48-213-377.\n";

fn clinic() -> Folder {
    let folder = Folder::new();
    folder.file("people.csv", PEOPLE);
    folder.file("policy.toml", POLICY);
    folder.file("a.eml", MAIL);
    folder.run("keygen --type hash -o key").fine();
    folder
}

const MAKE: &str =
    "roster make people.csv --key key --column Vorname=given-name --column Kennung=mrn -o patients.roster";

#[test]
fn a_roster_is_made_and_recognises_its_people() {
    let folder = clinic();
    let run = folder.run(MAKE);
    assert_eq!(run.code, 2, "two rows are refused: {}", run.stderr);
    for expected in ["1 person", "line 3", "line 4"] {
        assert!(run.stderr.contains(expected), "{}", run.stderr);
    }
    assert!(!run.stderr.contains("Cruz"), "a refused row is never quoted");
    let found = folder
        .run("scan --policy policy.toml --roster-key key --show-text --json a.eml")
        .fine();
    for expected in [
        "\"text\":\"lopez, maria\"",
        "\"text\":\"May 15, 1975\"",
        "\"type\":\"MRN\"",
        "\"text\":\"48-213-377\"",
    ] {
        assert!(found.contains(expected), "{found}");
    }
    let why = folder
        .run("explain --policy policy.toml --roster-key key --from a@clinic.example --to b@example.org a.eml")
        .fine();
    assert!(!why.to_lowercase().contains("lopez"), "{why}");
}

#[test]
fn without_the_roster_or_its_key_the_policy_is_refused() {
    let folder = clinic();
    let absent = folder.run("scan --policy policy.toml --roster-key key a.eml");
    assert!(
        absent.stderr.contains("`patients.roster` was not handed in"),
        "{}",
        absent.stderr
    );
    folder.run(MAKE);
    let keyless = folder.run("scan --policy policy.toml a.eml");
    assert!(
        keyless.stderr.contains("its key was not handed in"),
        "{}",
        keyless.stderr
    );
    folder.run("keygen --type hash -o other").fine();
    let wrong = folder.run("scan --policy policy.toml --roster-key other a.eml");
    assert!(wrong.stderr.contains("made with another key"), "{}", wrong.stderr);
    assert_eq!((absent.code, keyless.code, wrong.code), (2, 2, 2));
}

#[test]
fn a_table_without_people_makes_no_roster() {
    let folder = clinic();
    for table in ["shoe,size\n1,2\n", "name,mrn\nLee,\n"] {
        folder.file("people.csv", table);
        let run = folder.run("roster make people.csv --key key -o none.roster");
        assert_eq!(run.code, 2, "{}", run.stderr);
        assert!(!folder.names().contains(&"none.roster".into()));
    }
    let unknown = folder.run("roster make people.csv --key key --column a=shoe -o none.roster");
    assert!(unknown.stderr.contains("one of birth-date"), "{}", unknown.stderr);
}
