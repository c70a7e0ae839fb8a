//! The two streams a person sees, and what they can show.

use std::io::{self, IsTerminal, Write};

use anstyle::{AnsiColor, Style};

use crate::arguments::ColorChoice;
use crate::failure::Failure;

/// What standard output and standard error can show.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Console {
    /// For standard output.
    pub(crate) out: Paint,
    /// For standard error.
    pub(crate) err: Paint,
    /// The columns of the terminal, or [`WIDTH`] when there is none.
    pub(crate) width: usize,
}

impl Console {
    /// Looks at the terminal and the environment once.
    pub(crate) fn new(choice: ColorChoice) -> Self {
        let columns = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        Self {
            out: Paint(wants_color(choice, io::stdout().is_terminal())),
            err: Paint(wants_color(choice, io::stderr().is_terminal())),
            width: columns.filter(|columns| *columns >= NARROWEST).unwrap_or(WIDTH),
        }
    }

    /// Reports a failure on standard error.
    pub(crate) fn report(&self, failure: &Failure) {
        let mut stderr = io::stderr().lock();
        // Nobody is left to tell when standard error itself is closed.
        let _ = writeln!(stderr, "{} {failure}", self.err.paint(Ink::Bad, "error:"));
        if let Some(hint) = failure.hint() {
            let _ = writeln!(stderr, "  {} {hint}", self.err.paint(Ink::Quiet, "next:"));
        }
    }

    /// Tells something on standard error that is no part of the answer.
    pub(crate) fn note(&self, text: &str) {
        let _ = writeln!(io::stderr().lock(), "{} {text}", self.err.paint(Ink::Quiet, "note:"));
    }
}

/// Whether a stream shows colour.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paint(bool);

impl Paint {
    /// `text` in `ink`, or as it is.
    pub(crate) fn paint(self, ink: Ink, text: &str) -> String {
        if !self.0 || text.is_empty() {
            return text.to_owned();
        }
        let style = ink.style();
        format!("{style}{text}{style:#}")
    }
}

/// What a piece of text means; the colour follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ink {
    Bad,
    Good,
    Plain,
    Quiet,
    Strong,
    Warn,
}

impl Ink {
    fn style(self) -> Style {
        match self {
            Self::Bad => AnsiColor::Red.on_default().bold(),
            Self::Good => AnsiColor::Green.on_default().bold(),
            Self::Plain => Style::new(),
            Self::Quiet => Style::new().dimmed(),
            Self::Strong => Style::new().bold(),
            Self::Warn => AnsiColor::Yellow.on_default().bold(),
        }
    }
}

/// <https://no-color.org>: any value but the empty one.
fn wants_color(choice: ColorChoice, terminal: bool) -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => terminal && !set("NO_COLOR") && std::env::var_os("TERM").is_none_or(|term| term != "dumb"),
    }
}

/// The columns of output that goes to a file.
const WIDTH: usize = 100;
/// Below this no table can be read; the terminal wraps instead.
const NARROWEST: usize = 40;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_colour_text_stays_as_it_is() {
        assert_eq!(Paint(false).paint(Ink::Bad, "critical"), "critical");
    }

    #[test]
    fn with_colour_text_is_reset_at_its_end() {
        let painted = Paint(true).paint(Ink::Bad, "critical");
        assert!(painted.starts_with('\u{1b}') && painted.ends_with("\u{1b}[0m"));
    }
}
