//! An address and the way in which somebody wrote it.

use super::Dice;

/// A mailbox in its one form, as it was written, and whether that must be refused.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    pub(crate) canonical: String,
    pub(crate) text: String,
    pub(crate) is_refused: bool,
}

impl Written {
    pub(crate) fn draw(canonical: &str, dice: &mut Dice) -> Self {
        let is_refused = dice.once_in(150);
        let text = if is_refused {
            dice.of(&REFUSED).replace("{}", canonical)
        } else {
            decorated(canonical, dice)
        };
        Self {
            canonical: canonical.to_owned(),
            text,
            is_refused,
        }
    }

    pub(crate) fn domain(&self) -> &str {
        self.canonical.rsplit_once('@').unwrap().1
    }

    /// Whether a pattern in its one form holds the address.
    pub(crate) fn is_in(&self, pattern: &str) -> bool {
        match pattern.strip_prefix("*.") {
            Some(parent) => self.domain().ends_with(&format!(".{parent}")),
            None => self.domain() == pattern || self.canonical == pattern,
        }
    }
}

/// What holds more than one mailbox, or a line that the host did not mean.
const REFUSED: [&str; 9] = [
    "x@evil.example,{}",
    "{},x@evil.example",
    "x@evil.example\n{}",
    "{}\r\nRCPT TO:<x@evil.example>",
    "{}\0",
    "<x@evil.example> <{}>",
    "x@evil.example {}",
    "<@evil.example:{}>",
    "\"{}",
];

/// The same mailbox with decorations that say nothing.
pub(crate) fn decorated(canonical: &str, dice: &mut Dice) -> String {
    let (local, name) = canonical.rsplit_once('@').unwrap();
    let local = match dice.below(4) {
        1 => local.to_uppercase(),
        2 => format!("\"{local}\""),
        3 => format!("\"\\{local}\""),
        _ => local.to_owned(),
    };
    let comment = dice.of(&["", "", " (or x@evil.example) "]);
    let text = format!("{local}{comment}@{}", domain(name, dice));
    let around = dice.of(&[
        "{}",
        "<{}>",
        " \t{} ",
        "Front Desk <{}>",
        "\"Doe, x@evil.example\" <{}>",
        "{} (x@evil.example (at) work)",
        "=?utf-8?Q?J=C3=BCrg?= < {} >",
    ]);
    around.replace("{}", &text)
}

/// The same domain, written in one of many ways.
pub(crate) fn domain(name: &str, dice: &mut Dice) -> String {
    let name = match dice.below(2) {
        1 => name.replace("xn--bcher-kva", "bücher"),
        _ => name.to_owned(),
    };
    let name = match dice.below(4) {
        1 => name.to_uppercase(),
        2 => name.chars().map(wide).collect(),
        _ => name,
    };
    let dot = dice.of(&[".", ".", "。", "．", "｡"]);
    let end = dice.of(&["", "", "."]);
    format!("{name}{end}").replace('.', dot)
}

fn wide(letter: char) -> char {
    match letter {
        'a'..='z' => char::from_u32(u32::from(letter) - u32::from('a') + u32::from('ａ')).unwrap(),
        _ => letter,
    }
}
