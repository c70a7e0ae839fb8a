//! `form make`, and a policy that names what it made.

mod common;

use common::Folder;

const BLANK: &str = "Springfield Clinic, new patient form\n\nName: ________ Date of birth: ________\n\
    Do you have diabetes? [ ] yes [ ] no\nCurrent medications: ________\nReason for your visit: ________\n\
    Please call (217) 555-0142 with any questions.\n";

fn clinic() -> Folder {
    let folder = Folder::new();
    folder.file("intake.txt", BLANK);
    folder.file(
        "intake.html",
        "<h1>Consent form</h1><p>I, <u> &nbsp; </u>, agree that the clinic may share what it knows of me with my insurer.</p>",
    );
    folder.file(
        "policy.toml",
        "[[form]]\nname = 'intake'\nfile = 'intake.forms'\nhealth = true\n",
    );
    folder.run("form make intake.txt intake.html -o intake.forms").fine();
    folder
}

fn scanned(folder: &Folder, body: &str) -> String {
    folder.file("a.eml", format!("Subject: your form\n\nHere it is.\n\n{body}\n"));
    folder.run("scan --json --policy policy.toml a.eml").fine()
}

#[test]
fn a_blank_form_says_nothing_and_a_filled_one_is_phi() {
    let folder = clinic();
    let blank = scanned(&folder, BLANK);
    assert!(
        blank.contains("\"level\":\"none\"") && blank.contains("\"entities\":[]"),
        "{blank}"
    );
    let filled = scanned(&folder, &BLANK.replacen("________", "Qzt Wrx", 1));
    assert!(
        filled.contains("\"phi\":true") && filled.contains("FORM_ENTRY"),
        "{filled}"
    );
    let consent = scanned(
        &folder,
        "Consent form\nI, Qzt Wrx, agree that the clinic may share what it knows of me with my insurer.",
    );
    assert!(consent.contains("\"phi\":true"), "{consent}");
}

#[test]
fn a_number_with_a_checksum_counts_in_a_blank_form_too() {
    let folder = clinic();
    folder.file(
        "card.txt",
        "Pay the fee for your copy of the record to this card of ours: 4111 1111 1111 1111, thank you",
    );
    folder.run("form make card.txt -o intake.forms").fine();
    let blank = String::from_utf8(folder.read("card.txt")).unwrap_or_default();
    assert!(scanned(&folder, &blank).contains("\"financial\":true"));
}

#[test]
fn a_form_that_somebody_filled_in_is_refused_without_what_they_wrote() {
    let folder = clinic();
    for (label, entry) in [
        ("Name: ________", "Name: Qzt Wrxley"),
        ("Date of birth: ________", "Date of birth: 5/15/1975"),
        ("Name: ________", "Name: ________ SSN: 219-09-9994"),
        ("Name: ________", "Name: ________ MRN: 00482913"),
        ("Name: ________", "Name: ________ Medicare number: 1EG4-TE5-MK73"),
    ] {
        folder.file("filled.txt", BLANK.replacen(label, entry, 1));
        let failure = folder.run("form make filled.txt -o filled.forms").failed();
        assert!(
            failure.contains("`filled.txt`: is filled in (") && failure.contains("blank copy"),
            "{failure}"
        );
        let value = entry.rsplit(": ").next().unwrap();
        assert!(!failure.contains(value), "{failure}");
        assert!(!folder.names().contains(&"filled.forms".to_owned()));
    }
}

#[test]
fn a_verdict_that_a_form_changed_says_so() {
    let folder = clinic();
    let blank = scanned(&folder, BLANK);
    assert!(
        blank.contains("\"forms\":{\"intake\":{\"entries\":0,\"silenced\":")
            && blank.contains("a blank copy of the form `intake` silences"),
        "{blank}"
    );
    let filled = scanned(&folder, &BLANK.replacen("________", "Qzt Wrx", 1));
    assert!(filled.contains("a filled copy of the form `intake` adds"), "{filled}");
    let other = scanned(&folder, "SSN: 219-09-9994");
    assert!(!other.contains("\"forms\""), "{other}");
    let verdict = folder
        .run("evaluate --json --policy policy.toml --from desk@clinic.example --to ann@x.example a.eml")
        .stdout;
    assert!(!verdict.contains("\"forms\""), "{verdict}");
    scanned(&folder, BLANK);
    let verdict = folder
        .run("evaluate --json --policy policy.toml --from desk@clinic.example --to ann@x.example a.eml")
        .stdout;
    assert!(verdict.contains("\"forms\":{\"intake\""), "{verdict}");
}

#[test]
fn a_form_that_cannot_be_known_is_refused() {
    let folder = clinic();
    folder.file("short.txt", "name and date");
    assert!(
        folder
            .run("form make short.txt -o x.forms")
            .failed()
            .contains("at least 12 words")
    );
    folder.file("picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    assert!(
        folder
            .run("form make picture.png -o x.forms")
            .failed()
            .contains("holds no text")
    );
    folder.file("intake.forms", "x");
    let damaged = folder.run("scan --policy policy.toml intake.txt").failed();
    assert!(damaged.contains("form `intake`: these bytes are no forms"), "{damaged}");
}
