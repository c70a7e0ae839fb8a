//! What was decided, for a postmaster to read at a glance.

use std::fmt::Write;

use sealwax::Authentication;
use sealwax::policy::{Action, Contract, Delivery, Edit, Fallback, Method, Verdict, Why};

use super::{level_ink, level_words, printable, wrapped};
use crate::console::{Console, Ink};

/// The verdict on the message `id`: what it is, and one block for each recipient.
pub(crate) fn render(id: &str, verdict: &Verdict, console: &Console) -> String {
    let mut text = message(id, verdict, console);
    for delivery in &verdict.deliveries {
        text.push('\n');
        text.push_str(&block(delivery, console));
    }
    text
}

/// What the message is, and which policy decided.
fn message(id: &str, verdict: &Verdict, console: &Console) -> String {
    let class = &verdict.classification;
    let categories: Vec<String> = class
        .categories
        .iter()
        .map(|category| printable(&category.name()))
        .collect();
    let level = console.out.paint(level_ink(class.level), level_words(class.level));
    let name = console.out.paint(Ink::Strong, &printable(id));
    let mut lines = Lines::new(format!("{name}  {level}"), console);
    lines.add("holds", &categories.join(", "));
    for (number, reason) in class.reasons.iter().enumerate() {
        lines.add(if number == 0 { "because" } else { "" }, &printable(reason));
    }
    if !verdict.complete {
        lines.add(
            "beware",
            "not everything in it could be inspected, so it is treated as sensitive",
        );
    }
    let hash: String = verdict.policy.hash.chars().take(SHORT_HASH).collect();
    let name = match verdict.policy.name.as_str() {
        "" => "(without a name)".to_owned(),
        name => printable(name),
    };
    lines.add("policy", &format!("{name} {hash}"));
    lines.text
}

/// The block of one recipient.
fn block(delivery: &Delivery, console: &Console) -> String {
    let address = console.out.paint(Ink::Strong, &printable(delivery.recipient.as_str()));
    let (ink, words) = decision(delivery);
    let mut lines = Lines::new(format!("{address}  {}", console.out.paint(ink, &words)), console);
    for (number, why) in delivery.why.iter().enumerate() {
        lines.add(if number == 0 { "required" } else { "" }, &required(why));
    }
    if let Some(waiver) = &delivery.waiver {
        lines.add("waiver", &format!("{} lowered the requirement", printable(waiver)));
    }
    if let Some(due) = delivery.waiver_review_due {
        lines.add("", &format!("its review was due by {due}"));
    }
    for (number, unapplied) in delivery.unapplied_waivers.iter().enumerate() {
        let words = format!("{} {}", printable(&unapplied.waiver), printable(&unapplied.reason));
        lines.add(if number == 0 { "unapplied" } else { "" }, &words);
    }
    if let Some(instead) = &delivery.instead {
        lines.add("instead", &printable(instead));
    }
    for (number, rejected) in delivery.rejected.iter().enumerate() {
        let name = if number == 0 { "rejected" } else { "" };
        lines.add(
            name,
            &format!("{}: {}", method_words(rejected.method), printable(&rejected.reason)),
        );
    }
    if let Some(contract) = &delivery.transport {
        lines.add("contract", &contract_words(contract));
        lines.add("", &format!("Postfix: {}", printable(&contract.postfix)));
    }
    if let Some(fallback) = &delivery.fallback {
        lines.add("else", &fallback_words(fallback));
    }
    match delivery.reader {
        Some(Authentication::SecondFactor) => lines.add("portal", "asks the reader for a second factor"),
        Some(_) => lines.add(
            "portal",
            "asks the reader for one factor that does not travel with the link",
        ),
        None => {}
    }
    for (number, words) in edits_words(&delivery.edits).iter().enumerate() {
        lines.add(if number == 0 { "edits" } else { "" }, words);
    }
    if delivery.archive {
        lines.add("archive", "keep a copy");
    }
    if let Some(reply) = &delivery.reply {
        lines.add(
            "reply",
            &format!("{} {} {}", reply.code, reply.status, printable(&reply.text)),
        );
    }
    lines.text
}

/// A heading and lines below it, each behind a name.
struct Lines<'a> {
    text: String,
    console: &'a Console,
}

impl<'a> Lines<'a> {
    fn new(heading: String, console: &'a Console) -> Self {
        Self {
            text: heading + "\n",
            console,
        }
    }

    fn add(&mut self, name: &str, value: &str) {
        if value.is_empty() {
            return;
        }
        let name = self.console.out.paint(Ink::Quiet, &format!("{name:<NAME$}"));
        let value = wrapped(value, self.console.width, INDENT + NAME);
        let _ = writeln!(self.text, "{:INDENT$}{name}{value}", "");
    }
}

fn decision(delivery: &Delivery) -> (Ink, String) {
    match (delivery.action, delivery.method) {
        (Action::Send, Some(Method::Local)) => (Ink::Good, "deliver locally".into()),
        (Action::Send, Some(Method::Clear)) => (Ink::Warn, "send in clear text, or by TLS where it is offered".into()),
        (Action::Send, Some(_)) => (Ink::Good, format!("send by {}", delivery.way().unwrap_or_default())),
        (Action::Send, None) => (Ink::Good, "send".into()),
        (Action::Approve, _) => (Ink::Warn, "keep until somebody approves".into()),
        (Action::Hold, _) => (Ink::Warn, "hold".into()),
        (Action::Return, _) => (Ink::Bad, "return to the sender".into()),
        (Action::Drop, _) => (Ink::Bad, "drop".into()),
    }
}

fn method_words(method: Method) -> &'static str {
    match method {
        Method::Local => "local delivery",
        Method::Clear => "clear text",
        Method::Tls => "TLS",
        Method::Smime => "S/MIME",
        Method::Pgp => "PGP",
        Method::Portal => "portal",
    }
}

/// `transport verified, by rule phi: PHI needs verified TLS (45 CFR 164.312(e)(1))`.
fn required(why: &Why) -> String {
    let citation = why
        .citation
        .as_ref()
        .map(|citation| format!(" ({})", printable(citation)));
    format!(
        "{} {}, by {}: {}{}",
        why.dimension,
        printable(&why.value),
        printable(&why.rule),
        printable(&why.reason),
        citation.unwrap_or_default()
    )
}

fn contract_words(contract: &Contract) -> String {
    let mut words = format!("TLS that is {} or better", contract.level);
    if let Some(protocol) = &contract.minimum_protocol {
        let _ = write!(words, ", {protocol} or later");
    }
    if !contract.suites.is_empty() {
        let _ = write!(words, ", one of {} suites", contract.suites.len());
    }
    if contract.require_tls {
        words.push_str(", handed on with REQUIRETLS");
    }
    words
}

fn fallback_words(fallback: &Fallback) -> String {
    match (fallback.action, fallback.method) {
        (Action::Send, Some(method)) => format!("send by {}", method_words(method)),
        (action, _) => action.to_string(),
    }
}

/// A line for each edit; headers that are removed stand together.
fn edits_words(edits: &[Edit]) -> Vec<String> {
    let removed: Vec<String> = edits
        .iter()
        .filter_map(|edit| match edit {
            Edit::RemoveHeader { name } => Some(printable(name)),
            Edit::AddHeader { .. } | Edit::KeepOnly { .. } | Edit::ReplaceSubject { .. } => None,
        })
        .collect();
    let first = (!removed.is_empty()).then(|| format!("remove every {}", removed.join(", ")));
    first.into_iter().chain(edits.iter().filter_map(edit_words)).collect()
}

fn edit_words(edit: &Edit) -> Option<String> {
    match edit {
        Edit::AddHeader { name, value } => Some(format!("add {}: {}", printable(name), printable(value))),
        Edit::KeepOnly { headers } => {
            let names: Vec<String> = headers.iter().map(|kept| printable(&kept.name)).collect();
            Some(format!("keep outside only {}", names.join(", ")))
        }
        Edit::RemoveHeader { .. } => None,
        Edit::ReplaceSubject { value } => Some(format!("replace the subject by \"{}\"", printable(value))),
    }
}

/// The columns of a name, and the blanks before it.
const NAME: usize = 10;
const INDENT: usize = 2;
/// Enough of a hash to tell two policies apart by eye.
const SHORT_HASH: usize = 12;
