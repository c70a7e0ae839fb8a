//! How often ordinary mail is called odd, measured over the evaluation data.

mod common;

use std::collections::BTreeMap;
use std::io::Write;

use sealwax::message::{Limits, Message, Severity};

#[test]
fn ordinary_mail_is_hardly_ever_suspicious() {
    let Some(folder) = common::shared("data/eval/dev/messages/eml") else {
        return;
    };
    let (mut messages, mut suspicious, mut kinds) = (0_u32, 0_u32, BTreeMap::new());
    for path in common::files_below(&folder) {
        let message = Message::parse(&std::fs::read(path).unwrap(), &Limits::default());
        messages += 1;
        suspicious += u32::from(
            message
                .anomalies()
                .iter()
                .any(|a| a.kind.severity() == Severity::Suspicious),
        );
        for anomaly in message.anomalies() {
            *kinds.entry(anomaly.kind.name()).or_insert(0) += 1;
        }
    }
    let _ = writeln!(
        std::io::stderr(),
        "{suspicious} of {messages} ordinary messages are suspicious; anomalies: {kinds:?}"
    );
    assert!(suspicious * 1_000 <= messages);
}
