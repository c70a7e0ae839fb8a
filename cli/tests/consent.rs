//! `sealwax consent`.

mod common;

use common::{Folder, Run};

const ADD: &str = "consent add --id w1 --for ann@example.org --basis access-164.524 --category phi --purpose appointment \
                   --from 2026-01-01T00:00:00Z --expires 2027-01-01T00:00:00Z --review-by 2026-07-01T00:00:00Z \
                   --risk-notice 2026-01 --notice-language en --alternative-offered portal --form paper --by desk";

/// A folder with a registry that holds one record.
fn clinic() -> Folder {
    let folder = Folder::new();
    folder.run(ADD).fine();
    folder
}

fn no(run: Run) -> String {
    assert_eq!(run.code, 1, "{}\n{}", run.stdout, run.stderr);
    run.stdout
}

#[test]
fn a_record_is_entered_shown_and_revoked_with_its_history() {
    let folder = clinic();
    folder
        .run("consent revoke w1 --by ann --at 2026-03-01T00:00:00Z --reason moved")
        .fine();
    let record: serde_json::Value = serde_json::from_str(&folder.run("consent show w1").fine()).unwrap();
    assert_eq!(record["risk_notice"]["language"], "en");
    assert_eq!(record["history"][1]["status"], "revoked");
    assert_eq!(no(folder.run("consent show w2")), "");
}

#[test]
fn the_list_says_how_it_stood_at_any_time() {
    let folder = clinic();
    folder
        .run("consent revoke w1 --by ann --at 2026-03-01T00:00:00Z")
        .fine();
    for (at, status) in [("2026-02-28", "active"), ("2026-03-01", "revoked")] {
        let list = folder
            .run(&format!("consent list --at {at}T00:00:00Z --for Ann@example.org"))
            .fine();
        assert!(list.starts_with(&format!("w1  {status}  ann@example.org")), "{list}");
    }
    assert_eq!(folder.run("consent list --at 2025-12-31T00:00:00Z").fine(), "");
}

#[test]
fn what_is_due_is_listed_with_exit_code_1() {
    let folder = clinic();
    assert_eq!(folder.run("consent list --at 2026-06-01T00:00:00Z --due 7").fine(), "");
    let due = no(folder.run("consent list --at 2026-06-25T00:00:00Z --due 7"));
    assert!(due.contains("review by 2026-07-01T00:00:00Z"), "{due}");
    let json = no(folder.run("consent list --at 2026-06-25T00:00:00Z --due 7 --json"));
    let row: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(row["due"][0]["review"], "2026-07-01T00:00:00Z");
}

#[test]
fn a_table_is_imported_row_by_row_and_what_was_refused_is_named() {
    let folder = clinic();
    let head = "id,recipient,basis,categories,effective_from,actor,risk_notice,alternative_offered";
    let rest = "phi,2026-01-01T00:00:00Z,desk,2026-01,portal";
    let rows = [
        "w2,bob@example.org,preference",
        "w3,eve@example.org,whim",
        "w1,ann@example.org,preference",
    ];
    let rows: Vec<String> = rows.iter().map(|row| format!("{row},{rest}")).collect();
    folder.file("old.csv", format!("{head}\n{}\n", rows.join("\n")));
    let report = no(folder.run("consent import old.csv"));
    assert!(
        report.contains("line 3: the record needs a basis that is known"),
        "{report}"
    );
    assert!(
        report.contains("line 4: the record needs an id that no record has yet"),
        "{report}"
    );
    assert!(report.ends_with("1 entered, 2 refused\n"), "{report}");
    assert_eq!(folder.run("consent export").fine().lines().count(), 2);
}

#[test]
fn what_is_exported_is_what_the_policy_reads() {
    let folder = clinic();
    let line = folder.run("consent export").fine();
    let waiver: sealwax::consent::Waiver = serde_json::from_str(&line).unwrap();
    assert_eq!(
        (waiver.id.as_str(), waiver.captured_by.as_deref()),
        ("w1", Some("desk"))
    );
    assert_eq!(
        folder
            .run("consent export --retained-until 2032-12-30T00:00:00Z")
            .fine(),
        ""
    );
    assert_eq!(
        folder
            .run("consent export --retained-until 2033-01-03T00:00:00Z")
            .fine()
            .lines()
            .count(),
        1
    );
}

#[test]
fn an_incomplete_record_and_a_registry_that_is_not_there_are_named() {
    let folder = Folder::new();
    let error = folder.run("consent list --store gone.sqlite").failed();
    assert!(error.contains("`gone.sqlite`") && error.contains("next:"), "{error}");
    assert!(folder.names().is_empty(), "asking makes no registry");
    let silent = ADD.replace("--risk-notice 2026-01 --notice-language en", "");
    assert!(
        folder
            .run(&silent)
            .failed()
            .contains("a risk notice before it is active")
    );
    folder.run(&format!("{silent} --proposed")).fine();
    assert!(
        folder
            .run("consent revoke w1 --to active --by desk")
            .failed()
            .contains("risk notice")
    );
}

#[test]
fn an_unknown_category_is_refused_with_the_known_ones() {
    let folder = Folder::new();
    let error = folder.run(&ADD.replace("--category phi", "--category ph1")).failed();
    assert!(
        error.contains("clinical-data") && error.contains("phi") && error.contains("custom:NAME"),
        "{error}"
    );
    folder
        .run(&ADD.replace("--category phi", "--category custom:research"))
        .fine();
}

#[test]
fn a_decision_reads_the_registry() {
    let folder = clinic();
    let wish = "--for bob@example.org --asks elsewhere --instead letter --from 2026-01-01T00:00:00Z --by desk";
    folder.run(&format!("consent prefer --id p1 {wish}")).fine();
    folder.file(
        "a.eml",
        "Subject: labs\n\nMRN: 48210937, diabetes mellitus, metformin.\n",
    );
    folder.file(
        "f.json",
        r#"{"transaction": {"sender": "nurse@clinic.example", "purpose": "appointment", "recipients": []}}"#,
    );
    folder.file("p.toml", "include = ['hipaa-2013']");
    let ask = "evaluate --json --policy p.toml --facts f.json --to ann@example.org --to bob@example.org a.eml";
    let decide = |more: &str| -> serde_json::Value {
        serde_json::from_str(&folder.run(&format!("{ask} {more}")).fine()).unwrap()
    };
    let before = decide("--at 2026-02-01T00:00:00Z");
    assert_eq!(before["deliveries"][0]["method"], "portal");
    let waived = decide("--consent waivers.sqlite --at 2026-08-01T00:00:00Z");
    assert_eq!(waived["deliveries"][0]["waiver"], "w1");
    assert_eq!(waived["deliveries"][0]["waiver_review_due"], "2026-07-01T00:00:00Z");
    assert_eq!(waived["deliveries"][0]["archive"], true);
    assert_eq!(waived["deliveries"][1]["action"], "return");
    assert_eq!(waived["deliveries"][1]["instead"], "letter");
    folder
        .run("consent withdraw p1 --by bob --at 2026-09-01T00:00:00Z")
        .fine();
    folder
        .run("consent revoke w1 --by ann --at 2026-09-01T00:00:00Z")
        .fine();
    let later = decide("--consent waivers.sqlite --at 2026-10-01T00:00:00Z");
    assert_eq!(
        later["deliveries"][0]["unapplied_waivers"][0]["reason"],
        "is revoked since 2026-09-01T00:00:00Z"
    );
    assert_eq!(later["deliveries"][1]["method"], "portal");
    let words = folder
        .run(&format!(
            "{} --consent waivers.sqlite --at 2026-10-01T00:00:00Z",
            ask.replace("--json ", "")
        ))
        .fine();
    assert!(words.contains("is revoked since"), "{words}");
    assert!(
        folder
            .run(&format!("{ask} --consent gone.sqlite"))
            .failed()
            .contains("there is no registry")
    );
}

#[test]
fn what_was_done_to_the_registry_is_said_with_exit_code_1_and_its_place() {
    let folder = clinic();
    let sound = folder.run("consent verify").fine();
    let head = sound.trim_end().rsplit(' ').next().unwrap().to_owned();
    assert!(sound.starts_with("2 lines, head "), "{sound}");
    folder.run(&format!("consent verify --head {head}")).fine();
    let cut = no(folder.run(&format!("consent verify --head {}", "ab".repeat(32))));
    assert!(cut.contains("ends with line 2"), "{cut}");
    folder.run("keygen --type hash -o chain.key").fine();
    folder.run("consent rekey --new-key chain.key").fine();
    assert!(no(folder.run("consent verify")).contains("line 1 "));
    folder.run("consent verify --chain-key chain.key").fine();
    folder.run("consent list --chain-key chain.key").fine();
    assert!(
        folder
            .run("consent list")
            .failed()
            .contains("next: look into it with `sealwax consent verify`")
    );
}

#[test]
fn an_export_is_read_again_with_its_histories() {
    let folder = clinic();
    folder
        .run("consent revoke w1 --by ann --at 2026-03-01T00:00:00Z")
        .fine();
    folder.file(
        "wishes.csv",
        "id,recipient,asks,purposes,effective_from,actor\n\
         p1,ann@example.org,opt-out,newsletter;reminder,2026-01-01T00:00:00Z,desk\n\
         p2,ann@example.org,whim,newsletter,2026-01-01T00:00:00Z,desk\n",
    );
    let report = no(folder.run("consent import wishes.csv"));
    assert!(report.contains("line 3: the record needs `elsewhere`"), "{report}");
    folder.run("consent export -o waivers.jsonl").fine();
    folder.run("consent export --preferences -o wishes.jsonl").fine();
    for file in ["waivers.jsonl", "wishes.jsonl"] {
        let report = folder.run(&format!("consent import --store copy.sqlite {file}")).fine();
        assert_eq!(report, "1 entered, 0 refused\n");
    }
    let listed = folder
        .run("consent list --store copy.sqlite --at 2026-04-01T00:00:00Z")
        .fine();
    assert!(listed.starts_with("w1  revoked"), "{listed}");
    let wishes = folder
        .run("consent preferences --store copy.sqlite --for ANN@example.org")
        .fine();
    assert!(
        wishes.starts_with("p1  active  ann@example.org  opt-out for newsletter, reminder"),
        "{wishes}"
    );
    let known = folder
        .run("consent preferences --store copy.sqlite --known-at 2026-01-02T00:00:00Z")
        .fine();
    assert_eq!(known, "", "nobody knew of it on the day from which it holds");
}

#[cfg(unix)]
#[test]
fn files_with_people_in_them_are_for_the_user_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = clinic();
    folder.run("consent export -o out.jsonl").fine();
    folder.file("people.csv", "given name,family name\nAnn,Example\n");
    folder.run("keygen --type hash -o hash.key").fine();
    folder
        .run("roster make --key hash.key -o people.roster people.csv")
        .fine();
    folder.file("a.eml", "Subject: labs\n\nMRN: 48210937, diabetes mellitus.\n");
    folder.run("redact a.eml -o b.eml").fine();
    for name in ["waivers.sqlite", "out.jsonl", "people.roster", "b.eml"] {
        let mode = std::fs::metadata(folder.path().join(name))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}
