//! The tables, version by version.

use rusqlite::{Connection, TransactionBehavior, params};
use sealwax::consent::Waiver;

use crate::error::StoreError;
use crate::ledger::{End, Kind, Ledger, key_of};

/// Brings the file to the newest version, in one transaction, and says whether it was older; a file that nobody has used
/// yet starts at 0.
pub(crate) fn migrate(connection: &mut Connection, ledger: &Ledger) -> Result<bool, StoreError> {
    if version(connection)? == MIGRATIONS.len() {
        return Ok(false);
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let begin = version(&transaction)?; // another process may have been here in between
    let missing = MIGRATIONS.get(begin..).ok_or_else(StoreError::newer)?;
    if begin == 0 && !is_empty(&transaction)? {
        return Err(StoreError::damaged(
            "the file is a database, but no registry of waivers",
        ));
    }
    for step in missing {
        match step {
            Step::Statements(statements) => transaction.execute_batch(statements)?,
            Step::ToLines => to_lines(&transaction, ledger)?,
        }
    }
    let newest = i64::try_from(MIGRATIONS.len()).map_err(|_| StoreError::newer())?;
    transaction.pragma_update(None, "user_version", newest)?;
    transaction.commit()?;
    Ok(begin > 0 && !missing.is_empty())
}

/// What the database says of itself, but for what SQLite keeps for itself: kind, name and statement of each table, index
/// and trigger, by name.
pub(crate) fn shape(connection: &Connection) -> Result<Vec<(String, String, String)>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT type, name, coalesce(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
    )?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The shape that a sound registry has.
pub(crate) fn expected_shape() -> Result<Vec<(String, String, String)>, StoreError> {
    let mut fresh = Connection::open_in_memory()?;
    migrate(&mut fresh, &Ledger::default())?;
    shape(&fresh)
}

fn version(connection: &Connection) -> Result<usize, StoreError> {
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    usize::try_from(version).map_err(|_| StoreError::newer())
}

fn is_empty(connection: &Connection) -> Result<bool, StoreError> {
    Ok(connection.query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| row.get(0))?)
}

/// Takes the records of version 2 into the chain, as they were written and in the order in which they came: each before
/// the first of its changes. When they were entered is not known.
fn to_lines(connection: &Connection, ledger: &Ledger) -> Result<(), StoreError> {
    let mut old = connection.prepare(
        "SELECT waiver.id, waiver.record, change.record FROM waiver LEFT JOIN change ON change.waiver = waiver.id
         ORDER BY min(change.number) OVER (PARTITION BY waiver.id), waiver.id, change.number",
    )?;
    let mut rows = old.query(params![])?;
    let mut entered: Option<String> = None;
    let mut end = End::NONE;
    while let Some(row) = rows.next()? {
        let (id, head, change): (String, String, Option<String>) = (row.get(0)?, row.get(1)?, row.get(2)?);
        if entered.as_deref() != Some(&id) {
            let recipient = recipient_of(&head)?;
            end = ledger.append(connection, end, (Kind::Waiver, &id, Some(&recipient)), &head, None)?;
        }
        if let Some(change) = change {
            end = ledger.append(connection, end, (Kind::WaiverChange, &id, None), &change, None)?;
        }
        entered = Some(id);
    }
    drop(rows);
    drop(old);
    Ok(connection.execute_batch("DROP TABLE change; DROP TABLE waiver;")?)
}

/// The key by which a record of an older version is found: an address that reads no more is kept as it stands.
fn recipient_of(record: &str) -> Result<String, StoreError> {
    if let Ok(waiver) = serde_json::from_str::<Waiver>(record) {
        return Ok(key_of(&waiver.recipient));
    }
    let record: serde_json::Value =
        serde_json::from_str(record).map_err(|_| StoreError::damaged("a record of the registry is none"))?;
    let recipient = record.get("recipient").and_then(serde_json::Value::as_str);
    Ok(recipient.unwrap_or_default().to_ascii_lowercase())
}

/// What leads from one version to the next.
pub(crate) enum Step {
    /// Statements of SQL.
    Statements(&'static str),
    /// From tables of waivers and changes to one table of lines, each tied to the one before.
    ToLines,
}

/// What leads from each version to the next. A step that has been released is never changed.
pub(crate) const MIGRATIONS: &[Step] = &[
    // 1: records and their changes, which the database refuses to alter or delete.
    Step::Statements(
        "CREATE TABLE waiver (
        id TEXT PRIMARY KEY NOT NULL CHECK (id <> ''),
        record TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE change (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        waiver TEXT NOT NULL REFERENCES waiver (id),
        record TEXT NOT NULL
    ) STRICT;
    CREATE INDEX change_of_waiver ON change (waiver, number);
    CREATE TRIGGER waiver_stays BEFORE UPDATE ON waiver BEGIN SELECT RAISE(ABORT, 'a waiver is never altered'); END;
    CREATE TRIGGER waiver_is_kept BEFORE DELETE ON waiver BEGIN SELECT RAISE(ABORT, 'a waiver is never deleted'); END;
    CREATE TRIGGER change_stays BEFORE UPDATE ON change BEGIN SELECT RAISE(ABORT, 'a change is never altered'); END;
    CREATE TRIGGER change_is_kept BEFORE DELETE ON change BEGIN SELECT RAISE(ABORT, 'a change is never deleted'); END;",
    ),
    // 2: a question about an address reads only what is for that address.
    Step::Statements("CREATE INDEX waiver_of_recipient ON waiver (lower(json_extract(record, '$.recipient')));"),
    // 3: one table of lines for waivers, preferences and their changes, each with the time of its entry and its link in the
    // chain. `recipient` is the key by which a record is found; a change has none.
    Step::Statements(
        "CREATE TABLE line (
        number INTEGER PRIMARY KEY NOT NULL,
        kind TEXT NOT NULL,
        id TEXT NOT NULL CHECK (id <> ''),
        recipient TEXT,
        record TEXT NOT NULL,
        entered_at TEXT,
        link TEXT NOT NULL
    ) STRICT;
    CREATE INDEX line_of_record ON line (id, kind, number);
    CREATE INDEX line_of_recipient ON line (recipient, kind, id) WHERE recipient IS NOT NULL;
    CREATE UNIQUE INDEX line_begins_once ON line (kind, id) WHERE recipient IS NOT NULL;
    CREATE TRIGGER line_follows BEFORE INSERT ON line
        WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM line)
        BEGIN SELECT RAISE(ABORT, 'a line follows the last'); END;
    CREATE TRIGGER line_stays BEFORE UPDATE ON line BEGIN SELECT RAISE(ABORT, 'a line is never altered'); END;
    CREATE TRIGGER line_is_kept BEFORE DELETE ON line BEGIN SELECT RAISE(ABORT, 'a line is never deleted'); END;",
    ),
    // 4: what was kept before.
    Step::ToLines,
];
