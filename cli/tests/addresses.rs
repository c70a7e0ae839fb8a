//! Addresses on the command line and in facts: one answer, and the same words, as from the Rust API.

mod common;
#[path = "../../core/tests/forms/mod.rs"]
mod forms;

use common::Folder;
use serde_json::Value;

#[test]
fn every_form_gets_the_address_or_the_words_of_the_engine() {
    let folder = Folder::new();
    folder.file("p.toml", "name = 'empty'");
    let sure =
        r#"{"transaction": {"sender": "desk@clinic.example", "recipients": [{"address": "bob@mailbox.example"}]}}"#;
    folder.file("sure.json", sure);
    for form in forms::read() {
        folder.file("facts.json", form.facts());
        let evaluate = "evaluate --json --no-message --policy p.toml --facts";
        let mut by_option = folder.command(&format!("{evaluate} sure.json"));
        by_option.arg(format!("--to={}", form.written));
        let by_facts = folder.command(&format!("{evaluate} facts.json"));
        for mut command in [by_option, by_facts] {
            let output = command.output().unwrap();
            let (answer, words) = (
                String::from_utf8(output.stdout).unwrap(),
                String::from_utf8(output.stderr).unwrap(),
            );
            match form.as_recipient(1) {
                Ok(address) => {
                    let verdict: Value = serde_json::from_str(&answer).unwrap();
                    assert_eq!(verdict["deliveries"][1]["recipient"], address, "{form:?}");
                }
                Err(expected) => {
                    assert_eq!(output.status.code(), Some(2), "{form:?}");
                    let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
                    assert!(
                        one_line(&words).contains(&one_line(forms::fault(&expected))),
                        "{words}: {expected}"
                    );
                }
            }
        }
    }
}
