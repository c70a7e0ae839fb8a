//! Whole messages with something planted in every header.

use super::Dice;

/// Stands in headers that must not leave outside of a seal.
pub(crate) const CANARY: &str = "qanary";
/// Whoever is hidden from the others.
pub(crate) const HIDDEN: &str = "hidden@secret.example";
const HEALTH: &str = "MRN 38857281 diagnosed with diabetes";

/// A message, and what was planted in it.
#[derive(Debug)]
pub(crate) struct Letter {
    pub(crate) raw: String,
    pub(crate) is_phi: bool,
    pub(crate) is_tagged: bool,
}

impl Letter {
    pub(crate) fn draw(dice: &mut Dice) -> Self {
        let mut letter = Self {
            raw: "From: Ann Qanary <ann@clinic.example>\r\n".into(),
            is_phi: false,
            is_tagged: false,
        };
        for _ in 0..dice.below(10) {
            letter.add(dice);
        }
        letter.raw.push_str("\r\nSee you at noon.\r\n");
        letter
    }

    fn add(&mut self, dice: &mut Dice) {
        let end = dice.of(&["\r\n", "\r\n", "\n"]);
        let name = match dice.below(3) {
            0 => str::to_owned,
            1 => str::to_lowercase,
            _ => str::to_uppercase,
        };
        let (field, value) = match dice.below(8) {
            0 => {
                self.is_tagged = true;
                let tag = dice.of(&[
                    "[secure]",
                    "Re: [SECURE] x",
                    "[ secure ]",
                    "[\r\n secure]",
                    "=?utf-8?Q?=5BSecure=5D?=",
                ]);
                ("Subject", tag.to_owned())
            }
            1 => {
                self.is_phi = true;
                ("Subject", format!("{HEALTH} {CANARY}"))
            }
            2 | 3 => {
                self.is_phi = true;
                (dice.of(&TEXTS), format!("{HEALTH} {CANARY}"))
            }
            4 => (
                dice.of(&["Bcc", "Resent-Bcc"]),
                format!("Eve <{HIDDEN}>, x@clinic.example"),
            ),
            5 => (
                dice.of(&["To", "Cc", "Reply-To"]),
                format!("\"{CANARY}, x\" <bob@example.org> ({CANARY})"),
            ),
            6 => (dice.of(&IDS), format!("<{CANARY}@clinic.example>")),
            _ => (dice.of(&TEXTS), format!("a\r\n\t{CANARY}")),
        };
        for piece in [name(field).as_str(), ": ", &value, end] {
            self.raw.push_str(piece);
        }
    }
}

const TEXTS: [&str; 7] = [
    "Thread-Topic",
    "Comments",
    "Keywords",
    "Organization",
    "Content-Description",
    "X-Patient",
    "X-Spam-Report",
];
const IDS: [&str; 5] = ["Message-ID", "References", "In-Reply-To", "List-Id", "X-Ref"];
