//! `scan`: every kind of input, the order, bad input, and the exit codes.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use std::io::Read;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use common::Folder;
use serde_json::Value;

const PHI: &str = "Subject: results\n\nPatient MRN: 48210937, diagnosis diabetes mellitus, SSN 536-90-4399.\n";
const CLEAN: &str = "Subject: lunch\n\nSee you at noon.\n";

fn records(output: &str) -> Vec<Value> {
    output.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn ids(output: &str) -> Vec<String> {
    records(output)
        .iter()
        .map(|record| record["id"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_person_sees_level_categories_and_where_what_was_found() {
    let folder = Folder::new();
    folder.file("a.eml", PHI);
    let text = folder.run("scan a.eml").fine();
    for expected in ["a.eml  sensitive", "phi", "US_SSN", "CHARACTERS"] {
        assert!(text.contains(expected), "{text}");
    }
    assert!(!text.contains("536-90-4399"), "{text}");
}

#[test]
fn what_is_no_phi_says_on_request_which_rule_comes_nearest_and_what_it_lacks() {
    let folder = Folder::new();
    folder.file("a.eml", "Subject: x\n\nPeter Lang has HIV.\n");
    folder.file("b.eml", CLEAN);
    let text = folder.run("scan --strictness narrow --why-not a.eml b.eml").fine();
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for expected in [
        "no PHI: the nearest rule is `named-statement`",
        "used from `balanced` on",
        "nothing tells of health",
    ] {
        assert!(words.contains(expected), "{text}");
    }
    assert!(!text.contains("HIV") && !text.contains("Lang"), "{text}");
    assert!(!folder.run("scan --why-not a.eml").fine().contains("no PHI"));
    assert!(!folder.run("scan --strictness narrow a.eml").fine().contains("no PHI"));
    let record = &records(&folder.run("scan --json --strictness narrow a.eml").fine())[0];
    assert_eq!(record["why_not"]["rule"], "named-statement");
    assert_eq!(record["why_not"]["lacks"][0]["kind"], "strictness");
}

#[test]
fn what_was_found_is_shown_only_when_asked_for() {
    let folder = Folder::new();
    folder.file("a.eml", PHI);
    for format in ["", "--json"] {
        assert!(
            !folder
                .run(&format!("scan {format} a.eml"))
                .fine()
                .contains("536-90-4399")
        );
        assert!(
            folder
                .run(&format!("scan {format} --show-text a.eml"))
                .fine()
                .contains("536-90-4399")
        );
    }
}

#[test]
fn the_place_counts_code_points_in_the_decoded_part() {
    let folder = Folder::new();
    folder.file(
        "a.eml",
        "Content-Type: text/plain; charset=utf-8\n\n\u{e9}\u{1f600} SSN 536-90-4399\n",
    );
    let record = &records(&folder.run("scan --json a.eml").fine())[0];
    let entity = record["entities"]
        .as_array()
        .unwrap()
        .iter()
        .find(|entity| entity["type"] == "US_SSN")
        .unwrap();
    assert_eq!(
        (&entity["part"], &entity["start"], &entity["end"]),
        (&"1".into(), &7.into(), &18.into())
    );
}

#[test]
fn files_folders_mailboxes_and_standard_input_come_in_order() {
    let folder = Folder::new();
    folder.file(
        "box.mbox",
        format!("From a Sat Nov 21 09:30:00 2026\n{PHI}\nFrom b Sat Nov 21 09:30:00 2026\n{CLEAN}"),
    );
    for number in 0..50 {
        folder.file(&format!("d/{number:02}.eml"), if number % 2 == 0 { PHI } else { CLEAN });
    }
    folder.file("m/cur/1:2,S", CLEAN);
    folder.file("m/new/2", PHI);
    folder.file("m/tmp/3", PHI);
    let output = folder
        .run_with("scan --json --threads 4 box.mbox d - m", PHI.as_bytes())
        .fine();
    let mut expected: Vec<String> = vec!["box.mbox#1".into(), "box.mbox#2".into()];
    expected.extend((0..50).map(|number| format!("d/{number:02}.eml")));
    expected.extend(["-".into(), "m/cur/1:2,S".into(), "m/new/2".into()]);
    assert_eq!(ids(&output), expected);
    let found: Vec<bool> = records(&output).iter().map(|record| record["phi"] == true).collect();
    assert_eq!(found[..4], [true, false, true, false]);
    assert_eq!(found[52..], [true, false, true]);
}

#[test]
fn json_records_hold_messages_or_text() {
    let folder = Folder::new();
    let lines = format!(
        "{}\n{}\n{}\n",
        serde_json::json!({"id": "raw", "raw": PHI}),
        r#"{"id": "b64", "raw_b64": "U3ViamVjdDogeAoKU1NOIDUzNi05MC00Mzk5Cg=="}"#,
        r#"{"id": "text", "text": "SSN 536-90-4399"}"#,
    );
    let output = folder.run_with("scan --json --jsonl -", lines.as_bytes()).fine();
    let records = records(&output);
    assert_eq!(ids(&output), ["raw", "b64", "text"]);
    assert!(
        records
            .iter()
            .all(|record| record["entities"].to_string().contains("US_SSN")),
        "{output}"
    );
    assert_eq!(records[2]["entities"][0]["start"], 4);
}

#[test]
fn an_unreadable_input_is_reported_and_the_rest_go_on() {
    let folder = Folder::new();
    folder.file("a.eml", PHI);
    folder.file("b.eml", CLEAN);
    let run = folder.run("scan --json a.eml gone.eml b.eml");
    assert_eq!(ids(&run.stdout), ["a.eml", "b.eml"]);
    let error = run.failed();
    assert!(error.contains("`gone.eml`: cannot be read: no such file"), "{error}");
    let lines = "{\"id\":\"1\",\"text\":\"x\"}\n{oops 536-90-4399\n{\"id\":\"3\"}\n{\"id\":\"4\",\"text\":\"y\"}\n";
    let run = folder.run_with("scan --json --jsonl -", lines.as_bytes());
    assert_eq!(ids(&run.stdout), ["1", "4"]);
    let error = run.failed();
    assert!(
        error.contains("`-`, record 2: is not JSON from column") && error.contains("`-`, record 3: "),
        "{error}"
    );
    assert!(!error.contains("536-90"), "{error}");
}

#[test]
fn whatever_bytes_come_there_is_an_honest_answer() {
    let folder = Folder::new();
    let nested = |depth: usize| {
        let begin = |level: usize| format!("Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n");
        (0..depth).map(begin).collect::<String>() + "\nSSN 536-90-4399\n"
    };
    folder.file("0-empty.eml", "");
    folder.file("1-truncated.eml", "Content-Type: multipart/mixed; boundary=\"b\n\n--b");
    folder.file("2-deep.eml", nested(5000));
    folder.file("3-binary.eml", (0..=255).cycle().take(100_000).collect::<Vec<u8>>());
    folder.file("4-not-utf8.eml", b"Subject: \xff\xfe\n\n\xe9\xff SSN 536-90-4399\n");
    let output = folder.run("scan --json .").fine();
    let records = records(&output);
    assert_eq!(records.len(), 5);
    assert_eq!(records[0]["complete"], true, "an empty message hides nothing");
    assert_eq!(records[2]["complete"], false, "nesting beyond the limit is reported");
    assert!(records[4]["entities"].to_string().contains("US_SSN"), "{output}");
}

#[test]
fn a_message_of_100_megabytes_is_scanned() {
    let folder = Folder::new();
    let mut message = b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nSSN 536-90-4399\n".to_vec();
    message.extend(b"--b\nContent-Type: image/jpeg\nContent-Transfer-Encoding: base64\n\n/9j/");
    let noise: Vec<u8> = (0..55_500_u64)
        .map(|number| number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes()[0])
        .collect();
    let encoded = STANDARD.encode(noise);
    for line in encoded.as_bytes().chunks(76).cycle().take(100_000_000 / 77) {
        message.extend_from_slice(line);
        message.push(b'\n');
    }
    folder.file("large.eml", message);
    let record = &records(&folder.run("scan --json large.eml").fine())[0];
    assert_eq!(record["entities"][0]["type"], "US_SSN");
}

#[test]
fn a_reader_that_goes_away_ends_it_quietly() {
    let folder = Folder::new();
    for number in 0..300 {
        folder.file(&format!("d/{number}.eml"), PHI);
    }
    let mut child = folder.command("scan --json d").spawn().unwrap();
    let mut first = [0; 10];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

#[test]
fn statistics_leave_the_json_lines_alone() {
    let folder = Folder::new();
    folder.file("a.eml", PHI);
    let run = folder.run("scan --json --stats a.eml");
    assert_eq!(records(&run.stdout).len(), 1);
    let sum = &records(&run.stderr)[0];
    assert_eq!(sum["messages"], 1);
    assert_eq!(sum["types"]["US_SSN"]["times"], 1);
    assert!(sum["scanner_bytes"].as_u64() > Some(1 << 20), "{sum}");
    assert!(sum["bytes_per_second"].as_f64() > Some(0.0), "{sum}");
}

#[test]
fn statistics_say_how_fast_it_went_and_what_the_scanner_holds() {
    let folder = Folder::new();
    folder.file("a.eml", PHI);
    let text = folder.run("scan --stats a.eml").fine();
    for words in ["1 message", "US_SSN", "messages/s", "MB/s", "MiB of tables"] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[test]
fn a_name_cannot_command_the_terminal() {
    let folder = Folder::new();
    folder.file("r.jsonl", r#"{"id": "\u001b[2Jx", "text": "SSN 536-90-4399"}"#);
    let text = folder.run("scan --jsonl r.jsonl").fine();
    assert!(!text.contains('\u{1b}') && text.contains("\\u{1b}[2Jx"), "{text}");
}

#[test]
fn a_bad_policy_is_named_with_line_and_column() {
    let folder = Folder::new();
    folder.file("a.eml", PHI);
    folder.file("p.toml", "name = \"p\"\nbaselin = {}\n");
    let error = folder.run("scan --policy p.toml a.eml").failed();
    assert!(
        error.contains("`p.toml`") && error.contains("line 2, column 1") && error.contains("baseline"),
        "{error}"
    );
}
