//! A decision in words that a help desk can read to a user.

use std::fmt::Write;

use super::{Action, Delivery, Edit, Method};
use crate::Authentication;
use crate::consent::{Unapplied, printable};
use crate::evidence::Transport;

impl Delivery {
    /// What happens to the message for this recipient and why, in whole sentences without a word of its content.
    ///
    /// ```
    /// # use sealwax::policy::{Content, Policy};
    /// # use sealwax::{Timestamp, Transaction};
    /// let transaction = Transaction::from("ann@clinic.example")?.to("bob@example.org")?;
    /// let deliveries = Policy::profile("minimal")?.decide(&Content::default(), &transaction, Timestamp::EPOCH)?;
    /// let text = deliveries[0].explain();
    /// assert!(text.starts_with("The message to bob@example.org is left in the secure portal"));
    /// assert!(text.contains("PHI needs verified TLS"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn explain(&self) -> String {
        let mut text = format!("The message to {} {}.\n", self.recipient, self.outcome());
        self.explain_requirement(&mut text);
        for rejected in &self.rejected {
            let _ = writeln!(text, "It could not go {}: {}.", words(rejected.method), rejected.reason);
        }
        if let Some(waiver) = &self.waiver {
            let _ = writeln!(
                text,
                "The recipient's waiver {waiver} allows less protection, and is recorded."
            );
        }
        if let Some(due) = self.waiver_review_due {
            let _ = writeln!(text, "Somebody should have asked by {due} whether it still stands.");
        }
        for Unapplied { waiver, reason } in &self.unapplied_waivers {
            let _ = writeln!(
                text,
                "The waiver `{}` did not apply: it {}.",
                printable(waiver),
                printable(reason)
            );
        }
        if let Some(instead) = &self.instead {
            let _ = writeln!(text, "The recipient asked for this instead: {instead}.");
        }
        if let Some(asked) = self.reader {
            let _ = writeln!(
                text,
                "Before the portal opens it, it asks the recipient for {}.",
                asked_words(asked)
            );
        }
        if let Some(fallback) = &self.fallback {
            let _ = writeln!(
                text,
                "Should the connection turn out not to be safe enough, {}.",
                fallback_words(fallback)
            );
        }
        for edit in &self.edits {
            let _ = writeln!(text, "{}", edit_words(edit));
        }
        text
    }

    fn outcome(&self) -> String {
        match (self.action, self.method) {
            (Action::Send, Some(Method::Portal)) => {
                "is left in the secure portal, and the recipient gets a link to it".into()
            }
            (Action::Send, Some(Method::Local)) => "stays on our own systems".into(),
            (Action::Send, Some(method)) => format!("is sent {}", self.travels(method)),
            (Action::Approve, Some(method)) => {
                format!(
                    "waits until somebody approves, and is then sent {}",
                    self.travels(method)
                )
            }
            (Action::Send | Action::Approve, None) => "is sent".into(),
            (Action::Hold, _) => "is held back, and has not been sent".into(),
            (Action::Return, _) => "was given back to its sender, and has not been sent".into(),
            (Action::Drop, _) => "was not sent, because it may leave over a secure connection only".into(),
        }
    }

    /// How it travels, with what the connection proves.
    fn travels(&self, method: Method) -> &'static str {
        match (method, self.transport.as_ref().map(|contract| contract.level)) {
            (Method::Tls, Some(Transport::Dane)) => {
                "over an encrypted connection, to a mail server that proves by signed DNS that it is the right one"
            }
            (Method::Tls, Some(Transport::Verified)) => {
                "over an encrypted connection, to a mail server that proves by its certificate that it is the right one"
            }
            (Method::Tls, _) => {
                "over an encrypted connection, without a proof that the mail server at its end is the right one"
            }
            _ => words(method),
        }
    }

    fn explain_requirement(&self, text: &mut String) {
        for why in self.why.iter().filter(|why| !why.reason.is_empty()) {
            let citation = why
                .citation
                .as_ref()
                .map(|citation| format!(", {citation}"))
                .unwrap_or_default();
            let _ = writeln!(
                text,
                "Because {} ({} `{}` by {}{citation}).",
                why.reason, why.dimension, why.value, why.rule
            );
        }
    }
}

fn words(method: Method) -> &'static str {
    match method {
        Method::Local => "inside of our own systems",
        Method::Clear => {
            "as ordinary mail, which others may be able to read on its way: it is encrypted only where the recipient's \
             mail server offers that"
        }
        Method::Tls => "over an encrypted connection",
        Method::Smime => "sealed with S/MIME for the recipient's mail program",
        Method::Pgp => "sealed with OpenPGP for the recipient's mail program",
        Method::Portal => "through the secure portal",
    }
}

/// What the portal asks for, in words.
const fn asked_words(asked: Authentication) -> &'static str {
    match asked {
        Authentication::None => "nothing",
        Authentication::SingleFactor => "one factor that does not travel with the link",
        Authentication::SecondFactor => "a second factor",
    }
}

fn fallback_words(fallback: &super::Fallback) -> String {
    match (fallback.action, fallback.method) {
        (_, Some(method)) => format!("it goes {} instead", words(method)),
        (Action::Drop, None) => "it is not sent at all".into(),
        (_, None) => "it comes back to its sender".into(),
    }
}

fn edit_words(edit: &Edit) -> String {
    match edit {
        Edit::AddHeader { name, value } => format!("The header `{name}: {value}` is added."),
        Edit::KeepOnly { headers } => {
            let names: Vec<&str> = headers.iter().map(|kept| kept.name.as_str()).collect();
            format!("Outside of the seal stand only {}.", names.join(", "))
        }
        Edit::RemoveHeader { name } => format!("Every header `{name}` is removed."),
        Edit::ReplaceSubject { value } => {
            format!("The subject, which sealing does not cover, is replaced by \"{value}\".")
        }
    }
}
