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
    let head = "id,recipient,basis,categories,effective_from,actor,risk_notice";
    let rest = "phi,2026-01-01T00:00:00Z,desk,2026-01";
    let rows = [
        "w2,bob@example.org,preference",
        "w3,eve@example.org,whim",
        "w1,ann@example.org,preference",
    ];
    let rows: Vec<String> = rows.iter().map(|row| format!("{row},{rest}")).collect();
    folder.file("old.csv", format!("{head}\n{}\n", rows.join("\n")));
    let report = no(folder.run("consent import old.csv"));
    assert!(
        report.contains("line 3: a waiver needs a basis that is known"),
        "{report}"
    );
    assert!(
        report.contains("line 4: a waiver needs an id that no record has yet"),
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
