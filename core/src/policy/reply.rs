//! What the sending client is told when a message is not simply sent (RFC 5321, section 4.2; RFC 3463).

use super::model::PolicyFile;
use super::{Action, Delivery, SmtpReply};

/// The reply for a delivery: the policy's words or the built-in ones, the reason of what decided, and whom to ask.
///
/// `None` for what is sent. A message that is kept has been taken, so its reply is positive.
pub(super) fn reply(delivery: &Delivery, file: &PolicyFile) -> Option<SmtpReply> {
    let own = &file.replies;
    let (code, status, own, words) = match delivery.action {
        Action::Send => return None,
        Action::Approve => (
            250,
            "2.0.0",
            &own.approve,
            "Accepted; it leaves when somebody has approved it",
        ),
        Action::Hold => (
            250,
            "2.0.0",
            &own.hold,
            "Accepted and held by policy; it has not been sent",
        ),
        Action::Return => (
            550,
            "5.7.1",
            &own.refuse,
            "Not sent: policy requires protection that this recipient cannot be given",
        ),
        Action::Drop => (
            250,
            "2.0.0",
            &own.drop,
            "Accepted and discarded: policy allows secure transport only",
        ),
    };
    let mut text = own.as_deref().unwrap_or(words).to_owned();
    if let Some(why) = delivery.decisive().filter(|why| !why.reason.is_empty()) {
        text = format!("{text}: {}", why.reason);
    }
    if let Some(contact) = file.contact.as_deref().filter(|contact| !contact.is_empty()) {
        text = format!("{text}; ask {contact}");
    }
    Some(SmtpReply {
        code,
        status: status.into(),
        text: line(&text),
    })
}

/// The text as one line of a reply: printable ASCII, and no longer than a client has to take (RFC 5321, section 4.5.3.1.5).
fn line(text: &str) -> String {
    let printable = |letter: char| if matches!(letter, ' '..='~') { letter } else { '?' };
    let mut line: String = text.chars().map(printable).take(MOST_LETTERS + 1).collect();
    if line.len() > MOST_LETTERS {
        line.truncate(MOST_LETTERS - 3);
        line.push_str("...");
    }
    line
}

/// A reply line holds 512 octets with its code, its status and its end.
const MOST_LETTERS: usize = 480;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_printable_ascii_and_bounded() {
        assert_eq!(line("held: Grüße\r\n250 ok"), "held: Gr??e??250 ok");
        let long = line(&"a".repeat(9_000));
        assert_eq!((long.len(), long.ends_with("a...")), (MOST_LETTERS, true));
        assert_eq!(line(&"a".repeat(MOST_LETTERS)).len(), MOST_LETTERS);
    }
}
