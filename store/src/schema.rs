//! The tables, version by version.

use rusqlite::{Connection, TransactionBehavior};

use crate::error::StoreError;

/// Brings the file to the newest version, in one transaction; a file that nobody has used yet starts at 0.
pub(crate) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    if version(connection)? == MIGRATIONS.len() {
        return Ok(());
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
        transaction.execute_batch(step)?;
    }
    let newest = i64::try_from(MIGRATIONS.len()).map_err(|_| StoreError::newer())?;
    transaction.pragma_update(None, "user_version", newest)?;
    Ok(transaction.commit()?)
}

fn version(connection: &Connection) -> Result<usize, StoreError> {
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    usize::try_from(version).map_err(|_| StoreError::newer())
}

fn is_empty(connection: &Connection) -> Result<bool, StoreError> {
    Ok(connection.query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| row.get(0))?)
}

/// What leads from each version to the next. A step that has been released is never changed.
pub(crate) const MIGRATIONS: &[&str] = &[
    // 1: records and their changes, which the database refuses to alter or delete.
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
    // 2: a question about an address reads only what is for that address.
    "CREATE INDEX waiver_of_recipient ON waiver (lower(json_extract(record, '$.recipient')));",
];
