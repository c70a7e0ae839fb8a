//! The registry.

use std::cell::Cell;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, OpenFlags, Params, Transaction, TransactionBehavior, params};
use sealwax::audit::{Chain, Link};
use sealwax::consent::{Change, ConsentError, Preference, Registry, Waiver};
use sealwax::{Address, Timestamp};

use crate::error::{StoreError, StoreErrorKind};
use crate::ledger::{End, Kind, Ledger, key_of};
use crate::schema;

/// A registry of waivers and preferences in one SQLite file.
///
/// Several processes may have it open; a writer waits up to ten seconds for another. Every call looks whether the chain of
/// the lines is whole, and whether the database still refuses to alter them: once, and again after another process wrote.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    ledger: Ledger,
    verified: Cell<Option<Verified>>,
}

/// How far the lines were found to be whole, and the version of the file at that time.
#[derive(Clone, Copy, Debug)]
struct Verified {
    version: i64,
    end: End,
}

impl Store {
    /// Opens the registry at `path`, makes it when there is none, and migrates it when it is older.
    ///
    /// A new file is for the user alone (mode 0600), as are the files beside it; one that is migrated becomes so.
    ///
    /// # Errors
    ///
    /// [`StoreErrorKind::Unreachable`](crate::StoreErrorKind) when the file cannot be opened, `Damaged` when it is no
    /// registry, `Newer` when a newer version wrote it.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Self::open_with(path, Chain::default())
    }

    /// The same for a registry whose lines are tied by `chain`: with the key of the host, nobody else can add one.
    ///
    /// # Errors
    ///
    /// As [`Store::open`]. That the key is another one shows at the first question: [`StoreErrorKind::Broken`].
    pub fn open_with(path: &Path, chain: Chain) -> Result<Self, StoreError> {
        private::create(path)?;
        let (store, is_migrated) = Self::prepare(Connection::open(path)?, chain)?;
        if is_migrated {
            private::close(path)?;
        }
        Ok(store)
    }

    /// Opens a registry that is there already, for reading only; an older one is refused, since it cannot be migrated.
    ///
    /// # Errors
    ///
    /// As [`Store::open`].
    pub fn open_to_read(path: &Path) -> Result<Self, StoreError> {
        Self::open_to_read_with(path, Chain::default())
    }

    /// The same for a registry whose lines are tied by `chain`.
    ///
    /// # Errors
    ///
    /// As [`Store::open_with`].
    pub fn open_to_read_with(path: &Path, chain: Chain) -> Result<Self, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(PATIENCE)?;
        let ledger = Ledger::new(chain);
        schema::migrate(&mut connection, &ledger)?;
        Ok(Self::of(connection, ledger))
    }

    /// A registry that is gone with its value.
    ///
    /// # Errors
    ///
    /// Only when memory is short.
    pub fn in_memory() -> Result<Self, StoreError> {
        Ok(Self::prepare(Connection::open_in_memory()?, Chain::default())?.0)
    }

    fn prepare(mut connection: Connection, chain: Chain) -> Result<(Self, bool), StoreError> {
        connection.busy_timeout(PATIENCE)?;
        // What a call has told its caller must survive a crash of the machine, not only of the process.
        connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;")?;
        let ledger = Ledger::new(chain);
        let is_migrated = schema::migrate(&mut connection, &ledger)?;
        Ok((Self::of(connection, ledger), is_migrated))
    }

    fn of(connection: Connection, ledger: Ledger) -> Self {
        Self {
            connection,
            ledger,
            verified: Cell::new(None),
        }
    }

    /// Whether every line is what was written, and where the chain ends. The host keeps [`End::head`] elsewhere and gives it
    /// back as `checkpoint`: a chain that was cut off at its end is whole, and only that shows it.
    ///
    /// ```
    /// # use sealwax_store::Store;
    /// assert_eq!(Store::in_memory()?.verify(None)?.lines, 0);
    /// # Ok::<(), sealwax_store::StoreError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`StoreErrorKind::Broken`] with the place when a line was altered, taken out, put in or moved, when `checkpoint` is
    /// the link of no line, and when a table, index or trigger is not what it was; `Damaged` when the file itself is unsound.
    pub fn verify(&self, checkpoint: Option<Link>) -> Result<End, StoreError> {
        let sound: String = self
            .connection
            .query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
        if sound != "ok" {
            return Err(StoreError::damaged("the database is damaged"));
        }
        self.verified.set(None);
        let transaction = self.connection.unchecked_transaction()?;
        let end = self.end(&transaction)?;
        match checkpoint {
            None => Ok(end),
            Some(_) => self.ledger.verify(&transaction, checkpoint),
        }
    }

    /// Whether the file is sound, down to the last record.
    ///
    /// # Errors
    ///
    /// When it cannot be read at all, or holds a record that is none.
    pub fn is_sound(&self) -> Result<bool, StoreError> {
        match self.verify(None) {
            Ok(_) => Ok(self.all().is_ok() && self.all_preferences().is_ok()),
            Err(error) if matches!(error.kind(), StoreErrorKind::Broken | StoreErrorKind::Damaged) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Ties all lines together anew under `chain`, after they were found whole under the one they had: to give a registry a
    /// key, or another.
    ///
    /// # Errors
    ///
    /// As [`Store::verify`].
    pub fn rekey(&mut self, chain: Chain) -> Result<End, StoreError> {
        self.verify(None)?;
        let ledger = Ledger::new(chain);
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        self.ledger.verify(&transaction, None)?; // another process may have been here in between
        let guard: String =
            transaction.query_row("SELECT sql FROM sqlite_schema WHERE name = 'line_stays'", [], |row| {
                row.get(0)
            })?;
        transaction.execute_batch("DROP TRIGGER line_stays")?;
        let end = ledger.relink(&transaction)?;
        transaction.execute_batch(&guard)?;
        transaction.commit()?;
        self.ledger = ledger;
        self.verified.set(None);
        Ok(end)
    }

    /// Where the chain ends, when it is whole as far as `transaction` sees it.
    fn end(&self, transaction: &Transaction<'_>) -> Result<End, StoreError> {
        let version: i64 = transaction.pragma_query_value(None, "data_version", |row| row.get(0))?;
        if let Some(verified) = self.verified.get().filter(|verified| verified.version == version) {
            return Ok(verified.end);
        }
        let (expected, real) = (schema::expected_shape()?, schema::shape(transaction)?);
        let missing = expected.iter().find(|part| !real.contains(part));
        let foreign = real.iter().find(|part| !expected.contains(part));
        if let Some((kind, name, _)) = missing.or(foreign) {
            return Err(StoreError::reshaped(kind, name));
        }
        let end = self.ledger.verify(transaction, None)?;
        self.verified.set(Some(Verified { version, end }));
        Ok(end)
    }

    /// What `ask` finds in a registry that is whole.
    fn read<T>(&self, ask: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let transaction = self.connection.unchecked_transaction()?; // one state for the check and the answer
        self.end(&transaction)?;
        ask(&transaction)
    }

    /// Adds the lines that `entry` makes behind the end of a registry that is whole, all of them or none.
    fn write(&self, entry: impl FnOnce(&Connection) -> Result<Vec<Entry>, StoreError>) -> Result<(), StoreError> {
        let transaction = Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate)?;
        let mut end = self.end(&transaction)?;
        let now = now();
        for Entry {
            kind,
            id,
            recipient,
            record,
        } in entry(&transaction)?
        {
            let name = (kind, id.as_str(), recipient.as_deref());
            end = self.ledger.append(&transaction, end, name, &record, now)?;
        }
        let version: i64 = transaction.pragma_query_value(None, "data_version", |row| row.get(0))?;
        transaction.commit()?;
        self.verified.set(Some(Verified { version, end }));
        Ok(())
    }
}

/// A line that is to be added.
struct Entry {
    kind: Kind,
    id: String,
    recipient: Option<String>,
    record: String,
}

impl Entry {
    fn head(kind: Kind, id: &str, recipient: &Address, record: &impl serde::Serialize) -> Result<Self, StoreError> {
        Ok(Self {
            kind,
            id: id.to_owned(),
            recipient: Some(key_of(recipient)),
            record: encode(record)?,
        })
    }

    fn change(kind: Kind, id: &str, change: &Change) -> Result<Self, StoreError> {
        let record = encode(&Change {
            entered_at: None,
            ..change.clone()
        })?;
        Ok(Self {
            kind,
            id: id.to_owned(),
            recipient: None,
            record,
        })
    }
}

impl Registry for Store {
    type Error = StoreError;

    fn add(&mut self, waiver: &Waiver) -> Result<(), StoreError> {
        waiver.check()?;
        let head = Waiver {
            history: Vec::new(),
            entered_at: None,
            ..waiver.clone()
        };
        self.write(|connection| {
            refuse_second(connection, Kind::Waiver, &waiver.id)?;
            let head = Entry::head(Kind::Waiver, &waiver.id, &waiver.recipient, &head);
            let changes = waiver.history.iter();
            let changes = changes.map(|change| Entry::change(Kind::WaiverChange, &waiver.id, change));
            std::iter::once(head).chain(changes).collect()
        })
    }

    fn change(&mut self, id: &str, change: &Change) -> Result<(), StoreError> {
        self.write(|connection| {
            let found = waivers(connection, "id = ?2", params![Kind::Waiver.name(), id])?.pop();
            found.ok_or_else(ConsentError::unknown)?.change(change.clone())?;
            Ok(vec![Entry::change(Kind::WaiverChange, id, change)?])
        })
    }

    fn find(&self, id: &str) -> Result<Option<Waiver>, StoreError> {
        self.read(|connection| Ok(waivers(connection, "id = ?2", params![Kind::Waiver.name(), id])?.pop()))
    }

    fn of_recipient(&self, recipient: &Address) -> Result<Vec<Waiver>, StoreError> {
        let key = key_of(recipient);
        self.read(|connection| waivers(connection, OF_RECIPIENT, params![Kind::Waiver.name(), key]))
    }

    fn all(&self) -> Result<Vec<Waiver>, StoreError> {
        self.read(|connection| waivers(connection, ALL, params![Kind::Waiver.name()]))
    }

    fn add_preference(&mut self, preference: &Preference) -> Result<(), StoreError> {
        preference.check()?;
        let head = Preference {
            history: Vec::new(),
            entered_at: None,
            ..preference.clone()
        };
        self.write(|connection| {
            refuse_second(connection, Kind::Preference, &preference.id)?;
            let head = Entry::head(Kind::Preference, &preference.id, &preference.recipient, &head);
            let changes = preference.history.iter();
            let changes = changes.map(|change| Entry::change(Kind::PreferenceChange, &preference.id, change));
            std::iter::once(head).chain(changes).collect()
        })
    }

    fn change_preference(&mut self, id: &str, change: &Change) -> Result<(), StoreError> {
        self.write(|connection| {
            let found = preferences(connection, "id = ?2", params![Kind::Preference.name(), id])?.pop();
            found.ok_or_else(ConsentError::unknown)?.change(change.clone())?;
            Ok(vec![Entry::change(Kind::PreferenceChange, id, change)?])
        })
    }

    fn find_preference(&self, id: &str) -> Result<Option<Preference>, StoreError> {
        self.read(|connection| Ok(preferences(connection, "id = ?2", params![Kind::Preference.name(), id])?.pop()))
    }

    fn preferences_of(&self, recipient: &Address) -> Result<Vec<Preference>, StoreError> {
        let key = key_of(recipient);
        self.read(|connection| preferences(connection, OF_RECIPIENT, params![Kind::Preference.name(), key]))
    }

    fn all_preferences(&self) -> Result<Vec<Preference>, StoreError> {
        self.read(|connection| preferences(connection, ALL, params![Kind::Preference.name()]))
    }
}

const OF_RECIPIENT: &str = "recipient = ?2 ORDER BY id";
const ALL: &str = "TRUE ORDER BY id";

/// The waivers that `condition` picks, each with its history.
fn waivers(connection: &Connection, condition: &str, parameters: impl Params) -> Result<Vec<Waiver>, StoreError> {
    let mut found = records(connection, condition, parameters, |waiver: &mut Waiver, at| {
        waiver.entered_at = at;
    })?;
    for waiver in &mut found {
        waiver.history = history(connection, Kind::WaiverChange, &waiver.id)?;
    }
    Ok(found)
}

/// The preferences that `condition` picks, each with its history.
fn preferences(
    connection: &Connection,
    condition: &str,
    parameters: impl Params,
) -> Result<Vec<Preference>, StoreError> {
    let mut found = records(connection, condition, parameters, |one: &mut Preference, at| {
        one.entered_at = at;
    })?;
    for preference in &mut found {
        preference.history = history(connection, Kind::PreferenceChange, &preference.id)?;
    }
    Ok(found)
}

fn history(connection: &Connection, kind: Kind, id: &str) -> Result<Vec<Change>, StoreError> {
    let condition = "id = ?2 ORDER BY number";
    records(
        connection,
        condition,
        params![kind.name(), id],
        |change: &mut Change, at| change.entered_at = at,
    )
}

/// What stands in the lines of one kind that `condition` picks, with the time of its entry.
fn records<T: serde::de::DeserializeOwned>(
    connection: &Connection,
    condition: &str,
    parameters: impl Params,
    enter: fn(&mut T, Option<Timestamp>),
) -> Result<Vec<T>, StoreError> {
    let mut lines = connection.prepare_cached(&format!(
        "SELECT record, entered_at FROM line WHERE kind = ?1 AND {condition}"
    ))?;
    let rows = lines.query_map(parameters, |row| Ok((row.get(0)?, row.get(1)?)))?;
    let record = |row: (String, Option<String>)| {
        let mut value: T = decode(&row.0)?;
        let entered_at = row.1.map(|text| text.parse()).transpose();
        enter(
            &mut value,
            entered_at.map_err(|_| StoreError::damaged("a time of the registry is none"))?,
        );
        Ok(value)
    };
    rows.map(|row| record(row?)).collect()
}

fn refuse_second(connection: &Connection, kind: Kind, id: &str) -> Result<(), StoreError> {
    let is_there: bool = connection.query_row(
        "SELECT count(*) > 0 FROM line WHERE kind = ?1 AND id = ?2",
        params![kind.name(), id],
        |row| row.get(0),
    )?;
    if is_there {
        Err(ConsentError::duplicate().into())
    } else {
        Ok(())
    }
}

/// The time of entry; none when the machine's clock is not set.
fn now() -> Option<Timestamp> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_millis()).ok().map(Timestamp::from_millis)
}

fn encode(value: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::damaged("a record cannot be written as JSON"))
}

fn decode<T: serde::de::DeserializeOwned>(record: &str) -> Result<T, StoreError> {
    serde_json::from_str(record).map_err(|_| StoreError::damaged("a record of the registry is none"))
}

/// Files that are for the user alone, since people stand in them. SQLite gives the files beside it the same mode.
#[cfg(unix)]
mod private {
    use std::fs::{self, OpenOptions, Permissions};
    use std::io::ErrorKind;
    use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
    use std::path::{Path, PathBuf};

    use crate::error::StoreError;

    pub(super) fn create(path: &Path) -> Result<(), StoreError> {
        let made = OpenOptions::new().write(true).create_new(true).mode(MODE).open(path);
        match made {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(StoreError::unreachable(error.kind())),
            _ => Ok(()),
        }
    }

    /// Closes what an older version left open to others.
    pub(super) fn close(path: &Path) -> Result<(), StoreError> {
        let beside = ["-wal", "-shm"].map(|ending| {
            let mut name = path.as_os_str().to_owned();
            name.push(ending);
            PathBuf::from(name)
        });
        for file in std::iter::once(path.to_owned())
            .chain(beside)
            .filter(|file| file.exists())
        {
            fs::set_permissions(&file, Permissions::from_mode(MODE))
                .map_err(|error| StoreError::unreachable(error.kind()))?;
        }
        Ok(())
    }

    const MODE: u32 = 0o600;
}

#[cfg(not(unix))]
mod private {
    use std::path::Path;

    use crate::error::StoreError;

    #[expect(clippy::unnecessary_wraps, reason = "the same signature everywhere")]
    pub(super) fn create(_path: &Path) -> Result<(), StoreError> {
        Ok(())
    }

    #[expect(clippy::unnecessary_wraps, reason = "the same signature everywhere")]
    pub(super) fn close(_path: &Path) -> Result<(), StoreError> {
        Ok(())
    }
}

/// How long a writer waits for another.
const PATIENCE: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_can_be_altered_deleted_replaced_or_put_in_between() {
        let mut store = Store::in_memory().unwrap();
        let csv = "id,recipient,basis,categories,effective_from,actor,risk_notice,alternative_offered\n\
                   w1,ann@example.org,preference,phi,2026-01-01T00:00:00Z,desk,2026-01,portal\n";
        let row = sealwax::consent::parse_csv(csv).unwrap().remove(0);
        store.add(&row.1.unwrap()).unwrap();
        for statement in [
            "UPDATE line SET record = '{}'",
            "DELETE FROM line",
            "INSERT OR REPLACE INTO line SELECT * FROM line WHERE number = 1",
            "INSERT INTO line SELECT 7, kind, 'w2', NULL, record, entered_at, link FROM line WHERE number = 1",
        ] {
            assert!(store.connection.execute(statement, []).is_err(), "{statement}");
        }
        assert!(store.is_sound().unwrap());
    }

    #[test]
    fn a_question_about_an_address_uses_the_index() {
        let store = Store::in_memory().unwrap();
        let question = format!("EXPLAIN QUERY PLAN SELECT record FROM line WHERE kind = ?1 AND {OF_RECIPIENT}");
        let plan: String = store
            .connection
            .query_row(&question, ["waiver", "ann@example.org"], |row| row.get(3))
            .unwrap();
        assert!(plan.contains("line_of_recipient"), "{plan}");
    }

    #[test]
    fn a_file_of_each_older_version_is_migrated_with_its_records() {
        for version in [1_u32, 2] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("old.sqlite");
            let old = Connection::open(&path).unwrap();
            for step in &schema::MIGRATIONS[..usize::try_from(version).unwrap()] {
                // The first steps are statements.
                if let schema::Step::Statements(statements) = step {
                    old.execute_batch(statements).unwrap();
                }
            }
            let record = |id: &str, recipient: &str| {
                format!(
                    r#"{{"id":"{id}","recipient":"{recipient}","basis":"preference","scope":{{"categories":["phi"]}},
                    "effective_from":"2026-01-01T00:00:00Z","risk_notice":"2026-01","history":[]}}"#
                )
            };
            for (id, recipient) in [("w2", "Ann@example.org"), ("w1", "bob@example.org")] {
                old.execute("INSERT INTO waiver VALUES (?1, ?2)", [id, &record(id, recipient)])
                    .unwrap();
            }
            for (id, at, status) in [("w2", 1, "active"), ("w1", 1, "proposed"), ("w2", 2, "revoked")] {
                let change = format!(r#"{{"at":"2026-0{at}-01T00:00:00Z","status":"{status}","actor":"desk"}}"#);
                old.execute("INSERT INTO change (waiver, record) VALUES (?1, ?2)", [id, &change])
                    .unwrap();
            }
            old.pragma_update(None, "user_version", version).unwrap();
            drop(old);
            assert!(Store::open_to_read(&path).is_err(), "a reader cannot migrate");
            let mut store = Store::open(&path).unwrap();
            let found = store.of_recipient(&"ann@EXAMPLE.org".parse().unwrap()).unwrap();
            assert_eq!((found.len(), found[0].history.len(), found[0].entered_at), (1, 2, None));
            assert_eq!(store.verify(None).unwrap().lines, 5);
            assert_eq!(Store::open_to_read(&path).unwrap().all().unwrap(), store.all().unwrap());
            let change = Change {
                at: "2026-03-01T00:00:00Z".parse().unwrap(),
                status: sealwax::consent::Status::Revoked,
                actor: "bob".into(),
                reason: String::new(),
                entered_at: None,
            };
            store.change("w1", &change).unwrap();
            let changed = store.find("w1").unwrap().unwrap();
            assert!(changed.history[0].entered_at.is_none() && changed.history[1].entered_at.is_some());
        }
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
}
