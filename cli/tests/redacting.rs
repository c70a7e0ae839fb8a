//! `redact`: texts and messages, its modes, and the report.

mod common;

use common::Folder;
use serde_json::Value;

const MAIL: &str =
    "From: ann@clinic.example\nTo: bob@example.org\nSubject: MRN 38857281\n\nHer SSN is 536-90-4399, diabetes.\n";

#[test]
fn a_message_is_redacted_and_told_what_went() {
    let folder = Folder::new();
    folder.file("a.eml", MAIL);
    let run = folder.run("redact a.eml -o b.eml");
    assert!(
        run.stderr.contains("a.eml: taken out: 1 MRN, 1 US_SSN"),
        "{}",
        run.stderr
    );
    run.fine();
    let text = String::from_utf8(folder.read("b.eml")).unwrap();
    assert!(text.contains("Her SSN is [US_SSN], diabetes."), "{text}");
    assert!(
        text.contains("To: redacted@redacted.invalid") && !text.contains("bob@"),
        "{text}"
    );
}

#[test]
fn a_type_that_is_never_found_cannot_be_kept() {
    let folder = Folder::new();
    folder.file("a.eml", MAIL);
    assert!(
        folder
            .run("redact a.eml --keep US_SNN -o -")
            .failed()
            .contains("no type `US_SNN`")
    );
    assert!(
        folder
            .run("redact a.eml --keep US_SSN -o -")
            .fine()
            .contains("536-90-4399")
    );
}

#[test]
fn a_text_goes_from_standard_input_to_standard_output() {
    let folder = Folder::new();
    let run = folder.run_with("redact --text --mode mask --json - -o -", b"SSN 536-90-4399\n");
    assert_eq!(run.stdout, "SSN ***-**-****\n");
    assert_eq!(
        run.stderr,
        "{\"id\":\"-\",\"redacted\":{\"US_SSN\":1},\"removed\":[]}\n"
    );
}

#[test]
fn pseudonyms_need_a_key_and_dates_move_together() {
    let folder = Folder::new();
    folder.file("a.txt", "DOB: 1975-05-15, SSN 536-90-4399\n");
    assert!(
        folder
            .run("redact a.txt --mode pseudonym -o -")
            .failed()
            .contains("--key")
    );
    folder.run("keygen --type hash -o key").fine();
    let once = folder
        .run("redact a.txt --mode pseudonym --key key --shift-dates p7 -o -")
        .fine();
    let again = folder
        .run("redact a.txt --mode pseudonym --key key --shift-dates p7 -o -")
        .fine();
    assert_eq!(once, again);
    assert!(
        once.contains("SSN [US_SSN:") && !once.contains("1975-05-15") && !once.contains("[DATE"),
        "{once}"
    );
}

#[test]
fn a_report_says_what_the_purpose_does_not_need() {
    let folder = Folder::new();
    folder.file("a.eml", MAIL);
    let run = folder.run("redact --report --purpose appointment a.eml");
    assert_eq!(run.code, 1);
    assert!(run.stdout.contains("Social Security number"), "{}", run.stdout);
    let needed = folder.run("redact --report --purpose treatment --json a.eml").fine();
    let report: Value = serde_json::from_str(&needed).unwrap();
    assert_eq!(
        (&report["purpose"], &report["unneeded"]),
        (&"treatment".into(), &0.into())
    );
    assert_eq!(report["identifiers"].as_array().unwrap().len(), 2);
    let unknown = folder.run("redact --report --purpose fun a.eml");
    assert!(unknown.failed().contains("expected one of appointment"));
    folder.file("clean.txt", "See you at noon.\n");
    assert!(folder.run("redact --report clean.txt").fine().contains("no identifier"));
}

#[test]
fn folders_and_mailboxes_go_into_a_folder_under_numbers() {
    let folder = Folder::new();
    folder.file("in/ann lee.eml", MAIL);
    folder.file("in/notes.txt", "SSN 536-90-4399\n");
    folder.file(
        "box",
        format!("From x Mon Nov 16 08:00:00 2026\n{MAIL}\nFrom x Mon Nov 16 09:00:00 2026\n{MAIL}"),
    );
    assert!(folder.run("redact in box -o out").failed().contains("is no folder"));
    std::fs::create_dir(folder.path().join("out")).unwrap();
    let lines = folder.run("redact in box gone.eml -o out --json");
    assert_eq!(lines.code, 2, "{}", lines.stderr);
    let ids: Vec<Value> = lines
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(ids.len(), 4, "{}", lines.stdout);
    let names = ["000001.eml", "000002.txt", "000003.eml", "000004.eml"];
    for (name, line) in names.iter().zip(&ids) {
        let text = String::from_utf8(folder.read(&format!("out/{name}"))).unwrap();
        assert!(text.contains("SSN") && !text.contains("536-90"), "{line}: {text}");
    }
    assert!(folder.run("redact in -o out").failed().contains("000001.eml"));
    let reports = folder.run("redact --report in");
    assert!(
        reports.stdout.contains("ann lee.eml\n") && reports.stdout.contains("notes.txt\n"),
        "{}",
        reports.stdout
    );
}

#[test]
fn a_file_that_cannot_be_read_leaves_nothing_behind() {
    let folder = Folder::new();
    folder.run("redact gone.eml -o b.eml").failed();
    assert_eq!(folder.names(), [""; 0]);
}

#[test]
fn what_cannot_be_looked_through_is_not_given_out() {
    let folder = Folder::new();
    folder.file(
        "policy.toml",
        "name = \"x\"\ninclude = [\"hipaa-2013\"]\n[limits]\nwork = 1000\n",
    );
    folder.file("a.txt", "Her SSN is 536-90-4399.\n".repeat(500));
    for output in ["b.txt", "-"] {
        let run = folder.run(&format!("redact --policy policy.toml a.txt -o {output}"));
        assert_eq!((run.code, run.stdout.as_str()), (2, ""));
        assert!(
            run.stderr.contains("the limit `work`, so that nothing is given out"),
            "{}",
            run.stderr
        );
    }
    assert!(!folder.names().contains(&"b.txt".to_owned()));
}

#[test]
fn a_private_key_goes_whole_and_whoever_was_named_goes_by_first_name() {
    let folder = Folder::new();
    let body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7\n".repeat(3);
    folder.file(
        "a.txt",
        format!(
            "Rosalind Okafor sent it.\n-----BEGIN PRIVATE KEY-----\n{body}-----END PRIVATE KEY-----\nRosalind knows.\n"
        ),
    );
    assert_eq!(
        folder.run("redact a.txt -o -").fine(),
        "[PERSON] sent it.\n[PRIVATE_KEY]\n[PERSON] knows.\n"
    );
}
