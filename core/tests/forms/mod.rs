//! Reads the table of the forms of addresses, `testdata/addresses.toml`.

#![allow(dead_code, reason = "each program that reads the table uses some of it")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::Path;

use sealwax::Address;
use serde::Deserialize;

/// What is written, and what comes of it: exactly one of the two.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Form {
    pub(crate) written: String,
    pub(crate) canonical: Option<String>,
    pub(crate) refused: Option<String>,
}

impl Form {
    /// The recipient's canonical address, or the text of the error at `index` of the recipients.
    pub(crate) fn as_recipient(&self, index: usize) -> Result<String, String> {
        match Address::recipient(&self.written) {
            Ok(address) => Ok(address.to_string()),
            Err(error) => Err(error.of_recipient(index).to_string()),
        }
    }

    /// A facts file with a sender and this as second recipient.
    pub(crate) fn facts(&self) -> String {
        let written = serde_json::to_string(&self.written).unwrap();
        format!(
            r#"{{"transaction": {{"sender": "desk@clinic.example",
                "recipients": [{{"address": "bob@mailbox.example"}}, {{"address": {written}}}]}}}}"#
        )
    }
}

/// What an error says is wrong, without the place.
pub(crate) fn fault(words: &str) -> &str {
    words.split(", at recipients").next().unwrap()
}

/// Every row.
pub(crate) fn read() -> Vec<Form> {
    #[derive(Deserialize)]
    struct Table {
        form: Vec<Form>,
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata/addresses.toml");
    let table: Table = toml::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    assert!(table.form.len() > 100);
    table.form
}
