//! `evaluate` and `check`: the verdict for people and programs, and every way to ask wrongly.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::Folder;
use serde_json::Value;

const PHI: &str = "Subject: results\n\nPatient MRN: 48210937, diagnosis diabetes mellitus.\n";
const LUNCH: &str = "Subject: lunch\n\nSee you at noon.\n";

fn folder() -> Folder {
    let folder = Folder::new();
    folder.file("phi.eml", PHI);
    folder.file("lunch.eml", LUNCH);
    folder.file("p.toml", "name = \"clinic\"\ninclude = [\"hipaa-2013\"]\n");
    folder
}

fn verdict(output: &str) -> Value {
    serde_json::from_str(output).unwrap()
}

#[test]
fn a_person_sees_for_each_recipient_what_happens_and_why() {
    let folder = folder();
    let text = folder
        .run("evaluate --policy p.toml --from ann@clinic.example --to bob@x.example phi.eml")
        .fine();
    for expected in [
        "phi.eml  sensitive",
        "bob@x.example  send by portal",
        "required  transport verified",
        "rejected  TLS:",
    ] {
        assert!(text.contains(expected), "{text}");
    }
    assert!(!text.contains("48210937"), "{text}");
}

#[test]
fn words_of_health_decide_as_readily_as_the_command_says() {
    let folder = folder();
    folder.file("name.eml", "Subject: x\n\nPeter Lang has lupus.\n");
    let level = |setting: &str| {
        let words = format!("--strictness {setting} --from ann@clinic.example --to bob@x.example name.eml");
        let output = folder.run(&format!("evaluate --json {words}")).fine();
        folder.run(&format!("explain {words}")).fine();
        verdict(&output)["classification"]["level"].clone()
    };
    assert_eq!([level("strict"), level("balanced")], ["sensitive", "sensitive"]);
    assert_eq!(level("narrow"), "none");
    folder.run("redact --strictness narrow -o out.eml name.eml").fine();
}

#[test]
fn recipients_on_the_command_line_stand_after_those_in_the_facts() {
    let folder = folder();
    folder.file(
        "f.json",
        r#"{"transaction": {"sender": "old@clinic.example", "recipients": [{"address": "in@clinic.example", "internal": true}]}}"#,
    );
    let output = folder.run("evaluate --json --facts f.json --from ann@clinic.example --to b@x.example --to c@x.example --to d@x.example phi.eml");
    let verdict = verdict(&output.fine());
    let recipients: Vec<_> = verdict["deliveries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["recipient"].clone())
        .collect();
    assert_eq!(
        recipients,
        ["in@clinic.example", "b@x.example", "c@x.example", "d@x.example"]
    );
}

#[test]
fn the_time_decides_what_evidence_is_worth() {
    let folder = folder();
    folder.file(
        "f.json",
        r#"{"at": "2026-11-21T10:00:00Z", "transaction": {"sender": "a@clinic.example", "recipients": [{"address": "b@x.example", "baa": "signed",
            "evidence": [{"kind": "dane", "level": "dane", "observed_at": "2026-11-21T09:00:00Z"}]}]}}"#,
    );
    let method = |arguments: &str| {
        let output = folder
            .run(&format!(
                "evaluate --json --policy p.toml --facts f.json {arguments} phi.eml"
            ))
            .fine();
        (
            verdict(&output)["deliveries"][0]["method"].clone(),
            verdict(&output)["deliveries"][0]["rejected"].clone(),
        )
    };
    assert_eq!(method("").0, "tls");
    assert_eq!(
        method("--at 2026-11-21T08:00:00Z").0,
        "portal",
        "evidence from the future proves nothing"
    );
    assert_eq!(
        method("--at 2026-12-21T10:00:00Z").0,
        "portal",
        "a day later it has expired"
    );
}

#[test]
fn a_message_comes_from_standard_input_too() {
    let output = folder()
        .run_with("evaluate --json --from a@b.example --to c@d.example -", PHI.as_bytes())
        .fine();
    assert_eq!(verdict(&output)["classification"]["level"], "sensitive");
}

#[test]
fn what_was_read_in_a_part_is_scanned_and_a_part_that_is_not_there_is_named() {
    let folder = folder();
    let head = "Content-Type: image/tiff\nContent-Transfer-Encoding: base64\n\n";
    folder.file("fax.eml", format!("{head}SUkqAAgAAAAAAA==\n"));
    folder.file("map.txt", "A map of the park.\n");
    folder.file("report.txt", "Patient MRN: 48210937, diagnosis diabetes mellitus.\n");
    let run = |more: &str| {
        let command = format!("evaluate --json --from a@b.example --to c@d.example {more} fax.eml");
        folder.run(&command)
    };
    let level = |more: &str| verdict(&run(more).fine())["classification"]["level"].clone();
    assert_eq!(level(""), "sensitive");
    assert_eq!(level("--part-text 1=map.txt"), "none");
    assert_eq!(level("--part-text 1=map.txt --part-text 1=report.txt"), "sensitive");
    let missing = run("--part-text 2=map.txt").failed();
    assert!(
        missing.contains("a part that the message does not have") && missing.contains("sealwax parse"),
        "{missing}"
    );
    assert!(run("--part-text one=map.txt").failed().contains("IMAP section number"));
}

#[test]
fn without_a_message_the_facts_say_what_it_holds_and_unknown_counts_as_phi() {
    let folder = folder();
    let facts = |content: &str| {
        format!(
            r#"{{"transaction": {{"sender": "a@b.example", "recipients": [{{"address": "c@d.example"}}]}}{content}}}"#
        )
    };
    let method = |content: &str| {
        folder.file("f.json", facts(content));
        verdict(&folder.run("evaluate --json --facts f.json --no-message").fine())["deliveries"][0]["method"].clone()
    };
    assert_eq!(method(""), "portal");
    assert_eq!(
        method(r#", "content": {"classification": {"level": "none"}, "complete": true, "subject_level": "none"}"#),
        "tls"
    );
}

#[test]
fn a_valid_policy_is_named_with_its_hash_and_proved() {
    let folder = folder();
    let text = folder.run("check p.toml").fine();
    assert!(
        text.contains("p.toml  valid, proved") && text.contains("policy clinic "),
        "{text}"
    );
    let checked = verdict(&folder.run("check --json p.toml").fine());
    assert_eq!(
        (&checked["valid"], &checked["proved"]),
        (&Value::Bool(true), &Value::Bool(true))
    );
    assert_eq!(checked["hash"].as_str().unwrap().len(), 64);
}

#[test]
fn a_policy_may_include_files_beside_it() {
    let folder = folder();
    folder.file("site/policy.toml", "name = \"site\"\ninclude = [\"rules/held.toml\"]\n");
    folder.file(
        "site/rules/held.toml",
        "[[rule]]\nid = \"all\"\nrequire = { disposition = \"hold\" }\n",
    );
    let output = folder
        .run("evaluate --json --policy site/policy.toml --from a@b.example --to c@d.example lunch.eml")
        .fine();
    assert_eq!(verdict(&output)["deliveries"][0]["action"], "hold");
}

#[test]
fn what_is_wrong_is_named_with_its_place_and_the_next_step() {
    let folder = folder();
    folder.file(
        "unknown.toml",
        "name = \"x\"\n[[rule]]\nid = \"r\"\nrequire = { transprot = \"dane\" }\n",
    );
    folder.file("syntax.toml", "name = \n");
    folder.file("absent.toml", "include = [\"gone.toml\"]\n");
    folder.file("whole.toml", "include = [\"part.toml\"]\n");
    folder.file("part.toml", "\n\nbaselin = 3\n");
    folder.file("binary.toml", [0x6e, 0xff]);
    folder.file("bad.json", "{\"transaction\": {\"sender\": \"a@b\",\n \"purpse\": 1}}");
    folder.file(
        "both.json",
        r#"{"transaction": {"sender": "a@b"}, "content": {"classification": {}}}"#,
    );
    folder.file("nobody.json", r#"{"transaction": {"sender": "a@b"}}"#);
    for (arguments, expected) in [
        ("check gone.toml", "`gone.toml`: cannot be read: no such file"),
        ("check unknown.toml", "line 4, column 13: unknown field `transprot`"),
        ("check syntax.toml", "`syntax.toml`: line 1, column 8: "),
        (
            "check whole.toml",
            "`whole.toml`: part.toml: line 3, column 1: unknown field `baselin`",
        ),
        (
            "evaluate --policy whole.toml --from a@b.example --to c@d.example phi.eml",
            "`whole.toml`: part.toml: line 3, column 1: unknown field `baselin`",
        ),
        ("check absent.toml", "`gone.toml` is neither a profile nor a file"),
        ("check binary.toml", "`binary.toml`: is not UTF-8 text at byte 1"),
        (
            "evaluate --facts bad.json phi.eml",
            "line 2, column 9: unknown field `purpse`",
        ),
        (
            "evaluate --facts both.json phi.eml",
            "the facts already say what the message holds",
        ),
        (
            "evaluate --facts nobody.json phi.eml",
            "the transaction has no recipients",
        ),
        ("evaluate --facts gone.json phi.eml", "`gone.json`: cannot be read"),
        (
            "evaluate --from a@b.example --to c@d.example gone.eml",
            "`gone.eml`: cannot be read",
        ),
        (
            "evaluate --from a@b.example --to c@d.example --at yesterday phi.eml",
            "expected a time such as",
        ),
        ("evaluate --from a@b.example phi.eml", "--to"),
        ("evaluate --from a@b.example --to c@d.example", "FILE"),
    ] {
        let error = folder.run(arguments).failed();
        assert!(error.contains(expected), "{arguments}: {error}");
    }
}

#[test]
fn a_fact_that_the_policy_does_not_know_is_an_error_or_the_safe_end() {
    const CLINIC: &str = "accounts = ['clinical']\nflags = ['vip']\npurposes = ['billing']\n\
        [[stream]]\nname = 'bulk'\n[[group]]\nname = 'front-desk'\n[[list]]\nid = 'news'\n";
    let folder = folder();
    folder.file("error.toml", CLINIC);
    folder.file("strictest.toml", format!("unknown_facts = 'strictest'\n{CLINIC}"));
    let evidence = |fact: &str| {
        format!(
            r#""recipients": [{{"address": "b@x.example"}}, {{"address": "c@x.example",
            "evidence": [{{"kind": "probe", "level": "encrypted", "observed_at": "2026-11-20T00:00:00Z", {fact}}}]}}]"#
        )
    };
    let message = |fact: &str| format!(r#""recipients": [{{"address": "b@x.example"}}], {fact}"#);
    for (facts, expected) in [
        (
            message(r#""flags": ["VIP"]"#),
            "`flags`: the policy does not know this value, expected `vip` (did you mean `vip`?)",
        ),
        (message(r#""groups": ["Front Desk"]"#), "did you mean `front-desk`?"),
        (message(r#""account": "clinicals""#), "did you mean `clinical`?"),
        (
            message(r#""purpose": """#),
            "`purpose`: the policy does not know this value, expected `billing`",
        ),
        (message(r#""stream": "bulk ""#), "did you mean `bulk`?"),
        (message(r#""list": {"id": "newz"}"#), "did you mean `news`?"),
        (
            evidence(r#""protocol": "TLSv1,3""#),
            "recipient 2, `evidence.protocol`: ",
        ),
        (
            evidence(r#""suite": "TLS_AES_256_GCM_SHA348""#),
            "did you mean `TLS_AES_256_GCM_SHA384`?",
        ),
        (
            evidence(r#""valid_until": "1970-01-21T18:40:53Z""#),
            "`evidence.valid_until`: this time cannot be meant",
        ),
    ] {
        folder.file(
            "f.json",
            format!(r#"{{"transaction": {{"sender": "a@clinic.example", {facts}}}}}"#),
        );
        for rest in ["phi.eml", "--no-message"] {
            let error = folder
                .run(&format!("evaluate --policy error.toml --facts f.json {rest}"))
                .failed();
            assert!(error.contains(expected), "{facts}: {error}");
            let output = folder.run(&format!(
                "evaluate --json --policy strictest.toml --facts f.json {rest}"
            ));
            assert!(verdict(&output.fine())["deliveries"][0]["method"] != "tls", "{facts}");
        }
    }
}

#[test]
fn a_value_that_facts_do_not_have_is_named_with_its_recipient() {
    let folder = folder();
    folder.file(
        "f.json",
        r#"{"transaction": {"sender": "a@clinic.example", "recipients": [{"address": "b@x.example", "baa": "singed"}]}}"#,
    );
    let error = folder.run("evaluate --policy p.toml --facts f.json phi.eml").failed();
    let expected = "at transaction.recipients[0].baa, recipient 1 (did you mean `signed`?)";
    assert!(error.contains(expected), "{error}");
}
