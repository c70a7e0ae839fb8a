//! The lines of a registry and the chain that ties them together.

use rusqlite::{Connection, Row, params};
use sealwax::audit::{Chain, Link};
use sealwax::{Address, Timestamp};

use crate::error::StoreError;

/// How the lines are tied together, and how one is added or checked.
///
/// The fields of a line in the chain are its number in decimal digits, its kind, the id of its record, the key of the
/// recipient (empty for a change), the record as JSON text, and the time of entry (RFC 3339, empty when it is not known).
#[derive(Clone, Debug, Default)]
pub(crate) struct Ledger {
    chain: Chain,
}

/// What a line holds. The name stands in the table and in the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Preference,
    PreferenceChange,
    Waiver,
    WaiverChange,
}

impl Kind {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Preference => "preference",
            Self::PreferenceChange => "preference-change",
            Self::Waiver => "waiver",
            Self::WaiverChange => "waiver-change",
        }
    }
}

/// Where a chain ends: how many lines it has, and the link of the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End {
    /// The number of lines.
    pub lines: u64,
    /// The link of the last line; [`Link::START`] when there is none.
    pub head: Link,
}

impl End {
    /// Where a registry without a line ends.
    pub(crate) const NONE: Self = Self {
        lines: 0,
        head: Link::START,
    };
}

/// One row.
struct Line {
    number: i64,
    kind: String,
    id: String,
    recipient: Option<String>,
    record: String,
    entered_at: Option<String>,
    link: String,
}

impl Ledger {
    pub(crate) fn new(chain: Chain) -> Self {
        Self { chain }
    }

    /// Adds a line behind `end`, and says where the chain ends then.
    pub(crate) fn append(
        &self,
        connection: &Connection,
        end: End,
        (kind, id, recipient): (Kind, &str, Option<&str>),
        record: &str,
        entered_at: Option<Timestamp>,
    ) -> Result<End, StoreError> {
        let lines = end.lines.saturating_add(1);
        let mut line = Line {
            number: i64::try_from(lines).map_err(|_| StoreError::damaged("the registry is full"))?,
            kind: kind.name().to_owned(),
            id: id.to_owned(),
            recipient: recipient.map(str::to_owned),
            record: record.to_owned(),
            entered_at: entered_at.map(|at| at.to_string()),
            link: String::new(),
        };
        let head = self.link(end.head, &line);
        line.link = head.to_string();
        let mut statement = connection.prepare_cached("INSERT INTO line VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?;
        statement.execute(params![
            line.number,
            line.kind,
            line.id,
            line.recipient,
            line.record,
            line.entered_at,
            line.link
        ])?;
        Ok(End { lines, head })
    }

    /// Where the chain ends, when every line is what was written; `checkpoint` must be the link of one of them.
    pub(crate) fn verify(&self, connection: &Connection, checkpoint: Option<Link>) -> Result<End, StoreError> {
        let mut statement = connection
            .prepare_cached("SELECT number, kind, id, recipient, record, entered_at, link FROM line ORDER BY number")?;
        let mut rows = statement.query([])?;
        let mut end = End::NONE;
        let mut is_met = checkpoint.is_none_or(|link| link == Link::START);
        while let Some(row) = rows.next()? {
            let line = Line::read(row)?;
            let number = end.lines.saturating_add(1);
            if u64::try_from(line.number) != Ok(number) {
                return Err(StoreError::gap(number));
            }
            let head = self.link(end.head, &line);
            if line.link != head.to_string() {
                return Err(StoreError::altered(number));
            }
            is_met |= checkpoint == Some(head);
            end = End { lines: number, head };
        }
        if is_met {
            Ok(end)
        } else {
            Err(StoreError::cut_off(end.lines))
        }
    }

    /// Writes every link anew under `chain`. The triggers must be out of the way.
    pub(crate) fn relink(&self, connection: &Connection) -> Result<End, StoreError> {
        let mut statement = connection
            .prepare("SELECT number, kind, id, recipient, record, entered_at, link FROM line ORDER BY number")?;
        let mut update = connection.prepare("UPDATE line SET link = ?2 WHERE number = ?1")?;
        let mut rows = statement.query([])?;
        let mut end = End::NONE;
        while let Some(row) = rows.next()? {
            let line = Line::read(row)?;
            let head = self.link(end.head, &line);
            update.execute(params![line.number, head.to_string()])?;
            end = End {
                lines: end.lines.saturating_add(1),
                head,
            };
        }
        Ok(end)
    }

    fn link(&self, before: Link, line: &Line) -> Link {
        let fields = [
            line.number.to_string(),
            line.kind.clone(),
            line.id.clone(),
            line.recipient.clone().unwrap_or_default(),
            line.record.clone(),
            line.entered_at.clone().unwrap_or_default(),
        ];
        let fields: Vec<&[u8]> = fields.iter().map(String::as_bytes).collect();
        self.chain.link(before, &fields)
    }
}

impl Line {
    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            number: row.get(0)?,
            kind: row.get(1)?,
            id: row.get(2)?,
            recipient: row.get(3)?,
            record: row.get(4)?,
            entered_at: row.get(5)?,
            link: row.get(6)?,
        })
    }
}

/// The key by which what is for an address is found: case apart.
pub(crate) fn key_of(recipient: &Address) -> String {
    recipient.key()
}
