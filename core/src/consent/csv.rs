//! Records from a table: one row a record, so that a clinic can bring what it kept in a spreadsheet.

use super::error::{ConsentError, ConsentErrorKind};
use super::history::{Change, Status};
use super::notice::{Expression, Form, Representative, RiskNotice};
use super::preference::{Asks, Preference};
use super::waiver::{Basis, Scope, Waiver};
use crate::csv::Records;
use crate::ground::{Category, Level};
use crate::{Address, Timestamp};

/// The columns of the table, in any order; the first six must be there and hold something.
///
/// Lists stand between `;`. A row is entered as `active` from `effective_from` on, unless `status` says `proposed`.
pub const COLUMNS: &[&str] = &[
    "id",
    "recipient",
    "basis",
    "categories",
    "effective_from",
    "actor",
    "alternative_offered",
    "artefact_sha256",
    "captured_by",
    "communications",
    "entity",
    "expires",
    "form",
    "group",
    "individual",
    "maximum",
    "notice_delivered_at",
    "notice_language",
    "notice_sha256",
    "purposes",
    "reason",
    "representative",
    "representative_authority",
    "review_by",
    "risk_notice",
    "sender",
    "status",
];

const REQUIRED: usize = 6;

/// The columns of a table of preferences, in any order; the first five must be there and hold something.
///
/// `purposes` stand between `;`. A row is entered as `active` from `effective_from` on, unless `status` says `proposed`.
pub const PREFERENCE_COLUMNS: &[&str] = &[
    "id",
    "recipient",
    "asks",
    "effective_from",
    "actor",
    "captured_by",
    "entity",
    "expires",
    "individual",
    "instead",
    "purposes",
    "reason",
    "status",
];

const PREFERENCE_REQUIRED: usize = 5;

/// A line number, and the record that stands there or why there is none.
pub type Row<T = Waiver> = (usize, Result<T, ConsentError>);

/// Reads a table (RFC 4180) whose first line names the columns. Every row is judged for itself, by its line.
///
/// # Errors
///
/// [`ConsentErrorKind::Syntax`] when the first line names a column that is not known, or not all that must be there.
///
/// ```
/// # use sealwax::consent::parse_csv;
/// let rows = parse_csv("id,recipient,basis,categories,effective_from,actor,risk_notice,alternative_offered\n\
///                       w1,ann@example.org,preference,phi,2026-01-01T00:00:00Z,desk,2026-01,portal\n\
///                       w2,bob@example.org,whim,phi,2026-01-01T00:00:00Z,desk,2026-01,portal\n")?;
/// assert_eq!(rows[0].1.as_ref().unwrap().id, "w1");
/// assert_eq!(rows[1].0, 3);
/// assert!(rows[1].1.is_err());
/// # Ok::<(), sealwax::consent::ConsentError>(())
/// ```
pub fn parse_csv(text: &str) -> Result<Vec<Row>, ConsentError> {
    parse(text, COLUMNS, REQUIRED, waiver)
}

/// Reads a table of preferences, as [`parse_csv`] one of waivers.
///
/// # Errors
///
/// As [`parse_csv`].
///
/// ```
/// # use sealwax::consent::{Asks, parse_preferences};
/// let rows = parse_preferences("id,recipient,asks,purposes,effective_from,actor\n\
///                               p1,ann@example.org,opt-out,newsletter;reminder,2026-01-01T00:00:00Z,desk\n")?;
/// let preference = rows[0].1.as_ref().unwrap();
/// assert_eq!((preference.asks, preference.purposes.len()), (Asks::OptOut, 2));
/// # Ok::<(), sealwax::consent::ConsentError>(())
/// ```
pub fn parse_preferences(text: &str) -> Result<Vec<Row<Preference>>, ConsentError> {
    parse(text, PREFERENCE_COLUMNS, PREFERENCE_REQUIRED, preference)
}

fn parse<T>(
    text: &str,
    columns: &[&str],
    required: usize,
    read: impl Fn(&Fields<'_>) -> Result<T, ConsentError>,
) -> Result<Vec<Row<T>>, ConsentError> {
    let mut records = Records::new(text, ',');
    let (_, head) = records
        .next()
        .ok_or_else(|| syntax("a first line that names its columns"))?;
    for column in &head {
        if !columns.contains(&column.as_str()) {
            return Err(syntax(format!("only known columns, and `{column}` is none")));
        }
    }
    let is_there = |column: &str| head.iter().any(|other| other == column);
    if let Some(column) = columns.iter().take(required).find(|column| !is_there(column)) {
        return Err(syntax(format!("the column `{column}`")));
    }
    let row = |fields: &[String]| {
        if fields.len() != head.len() {
            return Err(syntax("as many fields as there are columns"));
        }
        read(&Fields { head: &head, fields })
    };
    Ok(records.map(|(line, fields)| (line, row(&fields))).collect())
}

struct Fields<'a> {
    head: &'a [String],
    fields: &'a [String],
}

impl Fields<'_> {
    fn optional(&self, column: &str) -> Option<&str> {
        let at = self.head.iter().position(|other| other == column)?;
        self.fields
            .get(at)
            .map(|field| field.trim())
            .filter(|field| !field.is_empty())
    }

    fn owned(&self, column: &str) -> Option<String> {
        self.optional(column).map(str::to_owned)
    }

    fn required(&self, column: &str) -> Result<&str, ConsentError> {
        self.optional(column)
            .ok_or_else(|| syntax(format!("something in `{column}`")))
    }

    fn address(&self, column: &str) -> Result<Option<Address>, ConsentError> {
        let address = self.optional(column).map(Address::recipient).transpose();
        address.map_err(|error| syntax(format!("one exact address in `{column}`: {error}")))
    }

    fn list(&self, column: &str) -> impl Iterator<Item = String> {
        let items = self.optional(column).unwrap_or_default().split(';');
        items.map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned)
    }

    fn time(&self, column: &str) -> Result<Option<Timestamp>, ConsentError> {
        let parse = |text: &str| {
            text.parse()
                .map_err(|_| syntax(format!("a time (RFC 3339) in `{column}`")))
        };
        self.optional(column).map(parse).transpose()
    }
}

fn waiver(row: &Fields<'_>) -> Result<Waiver, ConsentError> {
    let effective_from = begin(row)?;
    let waiver = Waiver {
        id: row.required("id")?.to_owned(),
        individual: row.owned("individual"),
        recipient: row
            .address("recipient")?
            .ok_or_else(|| syntax("something in `recipient`"))?,
        representative: representative(row)?,
        entity: row.owned("entity"),
        sender: row.address("sender")?,
        group: row.owned("group"),
        basis: Basis::by_name(row.required("basis")?).ok_or_else(|| syntax("a basis that is known"))?,
        scope: scope(row)?,
        effective_from,
        expires: row.time("expires")?,
        review_by: row.time("review_by")?,
        risk_notice: notice(row)?,
        alternative_offered: row.owned("alternative_offered"),
        expression: expression(row)?,
        captured_by: row.owned("captured_by"),
        entered_at: None,
        history: vec![first_change(row, effective_from)?],
    };
    waiver.check()?;
    Ok(waiver)
}

fn preference(row: &Fields<'_>) -> Result<Preference, ConsentError> {
    let effective_from = begin(row)?;
    let preference = Preference {
        id: row.required("id")?.to_owned(),
        individual: row.owned("individual"),
        recipient: row
            .address("recipient")?
            .ok_or_else(|| syntax("something in `recipient`"))?,
        entity: row.owned("entity"),
        asks: Asks::by_name(row.required("asks")?)
            .ok_or_else(|| syntax("`elsewhere`, `opt-out` or `sealed` in `asks`"))?,
        purposes: row.list("purposes").collect(),
        instead: row.owned("instead"),
        effective_from,
        expires: row.time("expires")?,
        captured_by: row.owned("captured_by"),
        entered_at: None,
        history: vec![first_change(row, effective_from)?],
    };
    preference.check()?;
    Ok(preference)
}

fn begin(row: &Fields<'_>) -> Result<Timestamp, ConsentError> {
    row.time("effective_from")?
        .ok_or_else(|| syntax("something in `effective_from`"))
}

fn category(name: &str) -> Result<Category, ConsentError> {
    Category::by_name(name).ok_or_else(|| {
        let known = Category::BUILT_IN.map(|category| category.name()).join(", ");
        syntax(format!(
            "a category that is known in `categories`: {known}, or custom:NAME"
        ))
    })
}

fn scope(row: &Fields<'_>) -> Result<Scope, ConsentError> {
    let maximum = match row.optional("maximum") {
        None => Level::Sensitive,
        Some(name) => {
            let level = Level::ALL.into_iter().find(|level| level.name() == name);
            level.ok_or_else(|| syntax("a level in `maximum`"))?
        }
    };
    Ok(Scope {
        communications: row.list("communications").collect(),
        purposes: row.list("purposes").collect(),
        categories: row
            .list("categories")
            .map(|name| category(&name))
            .collect::<Result<_, _>>()?,
        maximum,
    })
}

fn representative(row: &Fields<'_>) -> Result<Option<Representative>, ConsentError> {
    let Some(id) = row.owned("representative") else {
        return Ok(None);
    };
    let authority = row.required("representative_authority")?.to_owned();
    Ok(Some(Representative { id, authority }))
}

fn notice(row: &Fields<'_>) -> Result<Option<RiskNotice>, ConsentError> {
    let Some(version) = row.owned("risk_notice") else {
        return Ok(None);
    };
    Ok(Some(RiskNotice {
        version,
        sha256: row.owned("notice_sha256"),
        language: row.owned("notice_language"),
        delivered_at: row.time("notice_delivered_at")?,
    }))
}

fn expression(row: &Fields<'_>) -> Result<Option<Expression>, ConsentError> {
    let Some(name) = row.optional("form") else {
        return Ok(None);
    };
    let form = Form::ALL.into_iter().find(|form| form.name() == name);
    let form = form.ok_or_else(|| syntax("a form that is known in `form`"))?;
    Ok(Some(Expression {
        form,
        artefact_sha256: row.owned("artefact_sha256"),
    }))
}

fn first_change(row: &Fields<'_>, at: Timestamp) -> Result<Change, ConsentError> {
    let status = match row.optional("status") {
        None | Some("active") => Status::Active,
        Some("proposed") => Status::Proposed,
        Some(_) => return Err(syntax("`active` or `proposed` in `status`")),
    };
    Ok(Change {
        at,
        status,
        actor: row.required("actor")?.to_owned(),
        reason: row.owned("reason").unwrap_or_default(),
        entered_at: None,
    })
}

fn syntax(expected: impl Into<String>) -> ConsentError {
    ConsentError::new(ConsentErrorKind::Syntax, expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "id,recipient,basis,categories,effective_from,actor,risk_notice,alternative_offered,purposes,form,artefact_sha256,expires";

    fn rows(lines: &str) -> Vec<Row> {
        parse_csv(&format!("{HEAD}\n{lines}")).unwrap()
    }

    #[test]
    fn a_row_becomes_an_active_record() {
        let hash = "ab".repeat(32);
        let rows = rows(&format!(
            "w1,ann@example.org,access-164.524,phi; treatment,2026-01-01T00:00:00Z,\"desk, front\",2026-01,portal,appointment,paper,{hash},\r\n"
        ));
        let waiver = rows[0].1.as_ref().unwrap();
        assert_eq!(waiver.scope.categories, [Category::Phi, Category::Treatment].into());
        assert_eq!(waiver.history[0].actor, "desk, front");
        assert_eq!(waiver.expression.as_ref().unwrap().form, Form::Paper);
        assert_eq!((waiver.history[0].status, waiver.expires), (Status::Active, None));
    }

    #[test]
    fn each_fault_is_told_with_its_line_and_spoils_no_other_row() {
        let good = "2026-01-01T00:00:00Z,desk,2026-01,portal,,,,";
        let text = [
            format!("w1,zoe@example.org,preference,phi,{good}"),
            format!("w2,zoe@example.org,whim,phi,{good}"),
            format!("w3,zoe,preference,phi,{good}"),
            format!("w4,\"zoe@example.org\n\",preference,,{good}"),
            "w5,zoe@example.org,preference,phi,yesterday,desk,2026-01,portal,,,,".to_owned(),
            "w6,zoe@example.org,preference,phi,2026-01-01T00:00:00Z,desk,,portal,,,,".to_owned(),
            "w7,zoe@example.org".to_owned(),
            format!("w8,bob@example.org,preference,phi,{good}"),
            format!("w9,bob@example.org,preference,ph1,{good}"),
        ];
        let rows = rows(&text.join("\n"));
        let lines: Vec<(usize, bool)> = rows.iter().map(|(line, row)| (*line, row.is_ok())).collect();
        assert_eq!(
            lines,
            [
                (2, true),
                (3, false),
                (4, false),
                (5, false),
                (7, false),
                (8, false),
                (9, false),
                (10, true),
                (11, false)
            ]
        );
        assert!(
            rows.iter()
                .filter_map(|(_, row)| row.as_ref().err())
                .all(|error| !error.to_string().contains("zoe"))
        );
    }

    #[test]
    fn a_table_with_other_columns_is_refused() {
        assert!(parse_csv("").is_err());
        let error = parse_csv("id,recipient,colour\n").unwrap_err();
        assert!(error.to_string().contains("`colour`"));
        assert!(parse_csv("id,recipient\n").unwrap_err().to_string().contains("`basis`"));
    }

    #[test]
    fn quotes_hold_quotes_commas_and_lines() {
        let found: Vec<_> = Records::new("a,\"b \"\"c\"\", d\",\"e\nf\"\n\n1,2,3", ',').collect();
        assert_eq!(found[0].1, ["a", "b \"c\", d", "e\nf"]);
        assert_eq!(found[1], (4, vec!["1".to_owned(), "2".to_owned(), "3".to_owned()]));
    }
}
