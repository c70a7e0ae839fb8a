//! The structure of a message as a picture: one line a part, indented as the parts nest.

use std::fmt::Write;

use sealwax::message::{Message, Part, PartState, Severity};

use super::printable;
use crate::console::{Console, Ink};

/// The tree, what is odd, and whether all of it was inspected.
pub(crate) fn render(id: &str, message: &Message, console: &Console) -> String {
    let mut text = format!("{}\n", console.out.paint(Ink::Strong, &printable(id)));
    for part in message.parts() {
        text.push_str(&line(part, console));
    }
    for anomaly in message.anomalies() {
        let ink = match anomaly.kind.severity() {
            Severity::Notice => Ink::Quiet,
            Severity::Suspicious => Ink::Warn,
            Severity::Blind => Ink::Bad,
        };
        let _ = writeln!(text, "  {} {anomaly}", console.out.paint(ink, anomaly.kind.name()));
    }
    let (ink, words) = if message.is_complete() {
        (Ink::Good, "everything was inspected")
    } else {
        (Ink::Bad, "not everything was inspected")
    };
    let _ = writeln!(text, "  {}", console.out.paint(ink, words));
    text
}

fn line(part: &Part, console: &Console) -> String {
    let depth = part.path().numbers().len();
    let number = if depth == 0 {
        "-".to_owned()
    } else {
        part.path().to_string()
    };
    let mut line = format!(
        "  {}{number} {}",
        "  ".repeat(depth.saturating_sub(1)),
        printable(part.content_type())
    );
    let _ = write!(line, ", {}", size(part.decoded_size()));
    let encoding = Some(part.encoding().name()).filter(|name| *name != "identity");
    for detail in [part.charset(), part.format(), encoding].into_iter().flatten() {
        let _ = write!(line, ", {}", printable(detail));
    }
    if let Some(name) = part.name() {
        let _ = write!(line, ", `{}`", printable(name));
    }
    let ink = match part.state() {
        PartState::Inspected => Ink::Good,
        PartState::Opaque => Ink::Quiet,
        PartState::Uninspectable => Ink::Bad,
    };
    format!("{line}  {}\n", console.out.paint(ink, part.state().name()))
}

/// Bytes in the unit that people read.
fn size(bytes: usize) -> String {
    match bytes {
        0..1_024 => format!("{bytes} B"),
        1_024..1_048_576 => format!("{} KiB", bytes / 1_024),
        _ => format!("{} MiB", bytes / 1_048_576),
    }
}
