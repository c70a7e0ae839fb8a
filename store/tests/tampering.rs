//! Whatever is done to a registry behind its back is found, and named by its place.
#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use sealwax::audit::{Chain, Link};
use sealwax::consent::{Change, Registry, Status, parse_csv, parse_preferences};
use sealwax::crypto::HashKey;
use sealwax_store::{Store, StoreErrorKind};

fn key(byte: u8) -> Chain {
    Chain::keyed(HashKey::from_bytes(&[byte; 32]))
}

/// A registry with three waivers, one of them revoked, and a preference: nine lines.
fn filled(path: &Path, chain: Chain) -> Store {
    let mut store = Store::open_with(path, chain).unwrap();
    let head = "id,recipient,basis,categories,effective_from,actor,risk_notice,alternative_offered\n";
    for id in ["w1", "w2", "w3"] {
        let row = format!("{head}{id},{id}@example.org,preference,phi,2026-01-01T00:00:00Z,desk,2026-01,portal\n");
        let (_, waiver) = parse_csv(&row).unwrap().remove(0);
        store.add(&waiver.unwrap()).unwrap();
    }
    let revoked = Change {
        at: "2026-02-01T00:00:00Z".parse().unwrap(),
        status: Status::Revoked,
        actor: "ann".into(),
        reason: String::new(),
        entered_at: None,
    };
    store.change("w2", &revoked).unwrap();
    let row = "id,recipient,asks,effective_from,actor\np1,w1@example.org,opt-out,2026-01-01T00:00:00Z,desk\n";
    let (_, preference) = parse_preferences(row).unwrap().remove(0);
    store.add_preference(&preference.unwrap()).unwrap();
    store
}

fn registry(chain: Chain) -> (tempfile::TempDir, PathBuf, Link) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("registry.sqlite");
    let end = filled(&path, chain).verify(None).unwrap();
    assert_eq!(end.lines, 9);
    (folder, path, end.head)
}

/// Takes the triggers away, does something, and brings them back: what is left is a registry that looks sound.
fn behind_its_back(path: &Path, act: &str) {
    let connection = Connection::open(path).unwrap();
    let mut triggers = connection
        .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
        .unwrap();
    let triggers: Vec<(String, String)> = triggers
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(triggers.len(), 3);
    for (name, _) in &triggers {
        connection.execute_batch(&format!("DROP TRIGGER {name}")).unwrap();
    }
    connection.execute_batch(act).unwrap();
    for (_, statement) in &triggers {
        connection.execute_batch(statement).unwrap();
    }
}

/// What was done, and the line at which it is found.
const ACTS: &[(&str, u64)] = &[
    (
        "UPDATE line SET record = replace(record, 'preference', 'access-164.524') WHERE number = 1",
        1,
    ),
    (
        "UPDATE line SET record = replace(record, 'revoked', 'expired') WHERE number = 7",
        7,
    ),
    (
        "UPDATE line SET entered_at = '2025-01-01T00:00:00Z' WHERE number = 3",
        3,
    ),
    ("UPDATE line SET entered_at = NULL WHERE number = 3", 3),
    ("UPDATE line SET recipient = 'eve@example.org' WHERE number = 8", 8),
    ("UPDATE line SET recipient = NULL WHERE number = 8", 8),
    ("UPDATE line SET id = 'w3' WHERE number = 7", 7),
    ("UPDATE line SET kind = 'preference-change' WHERE number = 7", 7),
    (
        "UPDATE line SET link = (SELECT link FROM line WHERE number = 1) WHERE number = 5",
        5,
    ),
    ("UPDATE line SET link = upper(link) WHERE number = 5", 5),
    ("DELETE FROM line WHERE number = 1", 1),
    ("DELETE FROM line WHERE number = 7", 7),
    (
        "DELETE FROM line WHERE number = 7; UPDATE line SET number = number - 1 WHERE number > 7",
        7,
    ),
    (
        "INSERT INTO line SELECT 10, kind, id, NULL, replace(record, 'revoked', 'active'), entered_at, link
      FROM line WHERE number = 7",
        10,
    ),
    (
        "UPDATE line SET number = -number WHERE number IN (4, 6);
      UPDATE line SET number = 10 + number WHERE number < 0",
        4,
    ),
    (
        "UPDATE line SET number = number + 1000 WHERE number > 2;
      UPDATE line SET number = number - 999 WHERE number > 1000;
      INSERT INTO line SELECT 3, kind, 'w9', 'w9@example.org', record, entered_at, link FROM line WHERE number = 1",
        3,
    ),
];

#[test]
fn every_act_is_found_at_its_place_by_verification_and_by_every_read() {
    for chain in [Chain::default(), key(7)] {
        for (act, place) in ACTS {
            let (_folder, path, _) = registry(chain.clone());
            behind_its_back(&path, act);
            let mut store = Store::open_with(&path, chain.clone()).unwrap();
            let found = store.verify(None).unwrap_err();
            assert_eq!(
                (found.kind(), found.place()),
                (StoreErrorKind::Broken, Some(*place)),
                "{act}: {found}"
            );
            assert!(found.to_string().contains(&format!("line {place} ")), "{found}");
            let nobody = "nobody@example.org".parse().unwrap();
            for read in [
                store.all().map(drop),
                store.find("w1").map(drop),
                store.of_recipient(&nobody).map(drop),
                store.all_preferences().map(drop),
                store.preferences_of(&nobody).map(drop),
            ] {
                assert_eq!(read.unwrap_err().place(), Some(*place), "{act}");
            }
            let change = Change {
                at: "2026-03-01T00:00:00Z".parse().unwrap(),
                status: Status::Revoked,
                actor: "ann".into(),
                reason: String::new(),
                entered_at: None,
            };
            assert!(
                store.change("w1", &change).is_err(),
                "nothing is added to what is broken"
            );
            assert!(!store.is_sound().unwrap());
        }
    }
}

#[test]
fn a_registry_that_is_open_notices_what_another_process_does() {
    let (_folder, path, _) = registry(Chain::default());
    let store = Store::open(&path).unwrap();
    assert_eq!(store.all().unwrap().len(), 3);
    behind_its_back(
        &path,
        "UPDATE line SET record = replace(record, 'phi', 'financial') WHERE number = 5",
    );
    assert_eq!(
        store
            .of_recipient(&"w1@example.org".parse().unwrap())
            .unwrap_err()
            .place(),
        Some(5)
    );
}

#[test]
fn a_dropped_trigger_and_a_foreign_one_are_found_though_no_line_was_touched() {
    for (act, name) in [
        ("DROP TRIGGER line_stays", "line_stays"),
        ("DROP TRIGGER line_is_kept", "line_is_kept"),
        ("DROP TRIGGER line_follows", "line_follows"),
        ("DROP INDEX line_begins_once", "line_begins_once"),
        ("CREATE TRIGGER extra AFTER INSERT ON line BEGIN SELECT 1; END", "extra"),
        ("CREATE TABLE other (x)", "other"),
    ] {
        let (_folder, path, _) = registry(Chain::default());
        Connection::open(&path).unwrap().execute_batch(act).unwrap();
        let store = Store::open(&path).unwrap();
        let found = store.all().unwrap_err();
        assert_eq!((found.kind(), found.place()), (StoreErrorKind::Broken, None));
        assert!(found.to_string().contains(&format!("`{name}`")), "{found}");
        assert_eq!(store.verify(None).unwrap_err().kind(), StoreErrorKind::Broken);
    }
}

#[test]
fn what_is_cut_off_at_the_end_is_found_with_a_head_that_was_kept() {
    let (_folder, path, head) = registry(Chain::default());
    let store = Store::open(&path).unwrap();
    assert_eq!(store.verify(Some(head)).unwrap().lines, 9);
    behind_its_back(&path, "DELETE FROM line WHERE number > 7");
    let end = store.verify(None).unwrap();
    assert_eq!(end.lines, 7, "the chain alone does not show it");
    let found = store.verify(Some(head)).unwrap_err();
    assert_eq!((found.kind(), found.place()), (StoreErrorKind::Broken, Some(8)));
    assert!(store.verify(Some(end.head)).is_ok() && store.verify(Some(Link::START)).is_ok());
}

#[test]
fn whoever_has_no_key_cannot_make_a_chain_that_holds_under_it() {
    let (_folder, path, _) = registry(key(7));
    for chain in [Chain::default(), key(8)] {
        let store = Store::open_with(&path, chain).unwrap();
        assert_eq!(store.all().unwrap_err().place(), Some(1));
    }
    // Without a key, whoever may write the file can tie it together anew: that is the limit of a chain without one.
    let (_folder, plain, _) = registry(Chain::default());
    behind_its_back(
        &plain,
        "DELETE FROM line WHERE number = 7; UPDATE line SET number = number - 1 WHERE number > 7",
    );
    assert!(Store::open(&plain).unwrap().all().is_err());
}

/// As `docs/REGISTRY.md` has it for other tools.
#[test]
fn a_link_is_made_as_the_documentation_says() {
    let (_folder, path, head) = registry(Chain::default());
    let connection = Connection::open(&path).unwrap();
    let mut lines = connection
        .prepare("SELECT number, kind, id, recipient, record, entered_at, link FROM line ORDER BY number")
        .unwrap();
    let mut rows = lines.query([]).unwrap();
    let mut before = vec![0; 32];
    while let Some(row) = rows.next().unwrap() {
        let text = |column: usize| row.get::<_, Option<String>>(column).unwrap().unwrap_or_default();
        let number = row.get::<_, i64>(0).unwrap().to_string();
        let fields = [number, text(1), text(2), text(3), text(4), text(5)];
        let pieces = [b"sealwax-chain-1".to_vec(), before]
            .into_iter()
            .chain(fields.map(String::into_bytes));
        let bytes: Vec<u8> = pieces
            .flat_map(|piece| [u64::try_from(piece.len()).unwrap().to_le_bytes().to_vec(), piece].concat())
            .collect();
        before = sealwax::crypto::sha256(&[&bytes]).to_vec();
        assert_eq!(sealwax::crypto::hex(&before), text(6));
    }
    assert_eq!(sealwax::crypto::hex(&before), head.to_string());
}

#[test]
fn a_registry_is_given_a_key_and_another_one() {
    let (_folder, path, before) = registry(Chain::default());
    let mut store = Store::open(&path).unwrap();
    let waivers = store.all().unwrap();
    let end = store.rekey(key(7)).unwrap();
    assert!(end.lines == 9 && end.head != before);
    assert_eq!(store.all().unwrap(), waivers);
    assert!(Store::open(&path).unwrap().all().is_err());
    let mut keyed = Store::open_with(&path, key(7)).unwrap();
    assert_eq!(keyed.all().unwrap(), waivers);
    assert_eq!(keyed.rekey(Chain::default()).unwrap().head, before);
    behind_its_back(&path, "UPDATE line SET record = '{}' WHERE number = 2");
    assert!(keyed.rekey(key(9)).is_err(), "what is broken is not made whole");
}

#[test]
fn two_writers_at_once_make_one_chain() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("registry.sqlite");
    drop(Store::open(&path).unwrap());
    let writers: Vec<_> = (0..3)
        .map(|writer| {
            let path = path.clone();
            std::thread::spawn(move || {
                let mut store = Store::open(&path).unwrap();
                for number in 0..8 {
                    let row = format!(
                        "id,recipient,asks,effective_from,actor\n\
                         p{writer}-{number},ann@example.org,opt-out,2026-01-01T00:00:00Z,desk\n"
                    );
                    let (_, preference) = parse_preferences(&row).unwrap().remove(0);
                    store.add_preference(&preference.unwrap()).unwrap();
                }
            })
        })
        .collect();
    for writer in writers {
        writer.join().unwrap();
    }
    let store = Store::open(&path).unwrap();
    assert_eq!(store.verify(None).unwrap().lines, 3 * 8 * 2);
    assert_eq!(
        store.preferences_of(&"Ann@example.org".parse().unwrap()).unwrap().len(),
        24
    );
}

#[test]
fn the_time_of_entry_is_the_registrys_own() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(&folder.path().join("registry.sqlite"), Chain::default());
    let waiver = store.find("w1").unwrap().unwrap();
    assert!(waiver.entered_at.unwrap() > waiver.effective_from);
    assert!(waiver.history[0].entered_at >= waiver.entered_at);
    let mut copy = Store::in_memory().unwrap();
    let claimed = sealwax::consent::Waiver {
        entered_at: Some(waiver.effective_from),
        ..waiver.clone()
    };
    copy.add(&claimed).unwrap();
    assert!(
        copy.find("w1").unwrap().unwrap().entered_at >= waiver.entered_at,
        "what is claimed is passed over"
    );
}

#[cfg(unix)]
#[test]
fn the_files_of_a_registry_are_for_the_user_alone() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, path, _) = registry(Chain::default());
    let store = Store::open(&path).unwrap();
    let names: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert_eq!(
        names.len(),
        3,
        "the database, its log and its index are there: {names:?}"
    );
    for file in names {
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", file.display());
    }
    drop(store);
}
