//! The registry.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, Params, TransactionBehavior, params};
use sealwax::Address;
use sealwax::consent::{Change, ConsentError, Registry, Waiver};

use crate::error::StoreError;
use crate::schema;

/// A registry of waivers in one SQLite file.
///
/// Several processes may have it open; a writer waits up to ten seconds for another.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
}

impl Store {
    /// Opens the registry at `path`, makes it when there is none, and migrates it when it is older.
    ///
    /// # Errors
    ///
    /// [`StoreErrorKind::Unreachable`](crate::StoreErrorKind) when the file cannot be opened, `Damaged` when it is no
    /// registry, `Newer` when a newer version wrote it.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Self::prepare(Connection::open(path)?)
    }

    /// Opens a registry that is there already, for reading only; an older one is refused, since it cannot be migrated.
    ///
    /// # Errors
    ///
    /// As [`Store::open`].
    pub fn open_to_read(path: &Path) -> Result<Self, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(PATIENCE)?;
        schema::migrate(&mut connection)?;
        Ok(Self { connection })
    }

    /// A registry that is gone with its value.
    ///
    /// # Errors
    ///
    /// Only when memory is short.
    pub fn in_memory() -> Result<Self, StoreError> {
        Self::prepare(Connection::open_in_memory()?)
    }

    fn prepare(mut connection: Connection) -> Result<Self, StoreError> {
        connection.busy_timeout(PATIENCE)?;
        // What a call has told its caller must survive a crash of the machine, not only of the process.
        connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;")?;
        schema::migrate(&mut connection)?;
        Ok(Self { connection })
    }

    /// Whether the file is sound, down to the last record.
    ///
    /// # Errors
    ///
    /// When it cannot be read at all, or holds a record that is none.
    pub fn is_sound(&self) -> Result<bool, StoreError> {
        let answer: String = self
            .connection
            .query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
        let orphans: i64 = self
            .connection
            .query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0))?;
        Ok(answer == "ok" && orphans == 0 && self.all()?.iter().all(|waiver| waiver.check().is_ok()))
    }

    fn select(&self, condition: &str, parameters: impl Params) -> Result<Vec<Waiver>, StoreError> {
        read(&self.connection, condition, parameters)
    }
}

impl Registry for Store {
    type Error = StoreError;

    fn add(&mut self, waiver: &Waiver) -> Result<(), StoreError> {
        waiver.check()?;
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let head = Waiver {
            history: Vec::new(),
            ..waiver.clone()
        };
        let added = transaction.execute(
            "INSERT INTO waiver (id, record) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
            params![waiver.id, encode(&head)?],
        )?;
        if added == 0 {
            return Err(ConsentError::duplicate().into());
        }
        for change in &waiver.history {
            append(&transaction, &waiver.id, change)?;
        }
        Ok(transaction.commit()?)
    }

    fn change(&mut self, id: &str, change: &Change) -> Result<(), StoreError> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut waiver = read(&transaction, "WHERE id = ?1", params![id])?
            .pop()
            .ok_or_else(ConsentError::unknown)?;
        waiver.change(change.clone())?;
        append(&transaction, id, change)?;
        Ok(transaction.commit()?)
    }

    fn find(&self, id: &str) -> Result<Option<Waiver>, StoreError> {
        Ok(self.select("WHERE id = ?1", params![id])?.pop())
    }

    fn of_recipient(&self, recipient: &Address) -> Result<Vec<Waiver>, StoreError> {
        let condition = "WHERE lower(json_extract(record, '$.recipient')) = lower(?1) ORDER BY id";
        self.select(condition, params![recipient.as_str()])
    }

    fn all(&self) -> Result<Vec<Waiver>, StoreError> {
        self.select("ORDER BY id", params![])
    }
}

/// The records that `condition` picks, each with its history.
fn read(connection: &Connection, condition: &str, parameters: impl Params) -> Result<Vec<Waiver>, StoreError> {
    let mut heads = connection.prepare_cached(&format!("SELECT record FROM waiver {condition}"))?;
    let records: Vec<String> = heads
        .query_map(parameters, |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let mut changes = connection.prepare_cached("SELECT record FROM change WHERE waiver = ?1 ORDER BY number")?;
    let mut waivers = Vec::with_capacity(records.len());
    for record in records {
        let mut waiver: Waiver = decode(&record)?;
        let history = changes.query_map(params![waiver.id], |row| row.get::<_, String>(0))?;
        waiver.history = history
            .map(|record| decode(&record?))
            .collect::<Result<_, StoreError>>()?;
        waivers.push(waiver);
    }
    Ok(waivers)
}

fn append(connection: &Connection, id: &str, change: &Change) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached("INSERT INTO change (waiver, record) VALUES (?1, ?2)")?;
    statement.execute(params![id, encode(change)?])?;
    Ok(())
}

fn encode(value: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::damaged("a record cannot be written as JSON"))
}

fn decode<T: serde::de::DeserializeOwned>(record: &str) -> Result<T, StoreError> {
    serde_json::from_str(record).map_err(|_| StoreError::damaged("a record of the registry is none"))
}

/// How long a writer waits for another.
const PATIENCE: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::StoreErrorKind;

    #[test]
    fn neither_records_nor_changes_can_be_altered_or_deleted() {
        let mut store = Store::in_memory().unwrap();
        let csv = "id,recipient,basis,categories,effective_from,actor,risk_notice\n\
                   w1,ann@example.org,preference,phi,2026-01-01T00:00:00Z,desk,2026-01\n";
        let row = sealwax::consent::parse_csv(csv).unwrap().remove(0);
        store.add(&row.1.unwrap()).unwrap();
        for statement in [
            "UPDATE waiver SET record = '{}'",
            "DELETE FROM waiver",
            "UPDATE change SET record = '{}'",
            "DELETE FROM change",
        ] {
            assert!(store.connection.execute(statement, []).is_err(), "{statement}");
        }
        assert!(store.is_sound().unwrap());
    }

    #[test]
    fn a_file_of_the_first_version_is_migrated_with_its_records() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("old.sqlite");
        let old = Connection::open(&path).unwrap();
        old.execute_batch(schema::MIGRATIONS[0]).unwrap();
        let record = r#"{"id":"w1","recipient":"Ann@example.org","basis":"preference","scope":{"categories":["phi"]},
            "effective_from":"2026-01-01T00:00:00Z","risk_notice":"2026-01","history":[]}"#;
        old.execute("INSERT INTO waiver VALUES ('w1', ?1)", [record]).unwrap();
        let change = r#"{"at":"2026-01-01T00:00:00Z","status":"active","actor":"desk"}"#;
        old.execute("INSERT INTO change (waiver, record) VALUES ('w1', ?1)", [change])
            .unwrap();
        old.pragma_update(None, "user_version", 1).unwrap();
        drop(old);
        assert!(Store::open_to_read(&path).is_err(), "a reader cannot migrate");
        let store = Store::open(&path).unwrap();
        let found = store.of_recipient(&"ann@EXAMPLE.org".into()).unwrap();
        assert_eq!((found.len(), found[0].history.len()), (1, 1));
        assert_eq!(Store::open_to_read(&path).unwrap().all().unwrap(), found);
    }

    #[test]
    fn a_newer_file_and_a_foreign_one_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let newer = folder.path().join("newer.sqlite");
        drop(Store::open(&newer).unwrap());
        Connection::open(&newer)
            .unwrap()
            .pragma_update(None, "user_version", 99)
            .unwrap();
        assert_eq!(Store::open(&newer).unwrap_err().kind(), StoreErrorKind::Newer);
        let foreign = folder.path().join("foreign.sqlite");
        Connection::open(&foreign)
            .unwrap()
            .execute_batch("CREATE TABLE mail (x)")
            .unwrap();
        assert_eq!(Store::open(&foreign).unwrap_err().kind(), StoreErrorKind::Damaged);
        let text = folder.path().join("text");
        std::fs::write(&text, "no database at all, but long enough to look at".repeat(50)).unwrap();
        assert_eq!(Store::open(&text).unwrap_err().kind(), StoreErrorKind::Damaged);
    }

    #[test]
    fn a_question_about_an_address_uses_the_index() {
        let store = Store::in_memory().unwrap();
        let plan: String = store
            .connection
            .query_row(
                "EXPLAIN QUERY PLAN SELECT record FROM waiver WHERE lower(json_extract(record, '$.recipient')) = lower(?1)",
                ["ann@example.org"],
                |row| row.get(3),
            )
            .unwrap();
        assert!(plan.contains("waiver_of_recipient"), "{plan}");
    }
}
