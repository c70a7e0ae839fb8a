//! How far a long run has come, on a terminal.

use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::input::total_bytes;

/// A bar on standard error when that is a terminal, else nothing at all.
pub(crate) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// Starts a bar over the messages of `arguments`. Their size is summed up beside the work.
    pub(crate) fn over(arguments: &[PathBuf]) -> Self {
        if !io::stderr().is_terminal() {
            return Self {
                bar: ProgressBar::hidden(),
            };
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template(SPINNER) {
            bar.set_style(style);
        }
        if !arguments.iter().any(|path| path.as_os_str() == "-") {
            let (arguments, bar) = (arguments.to_vec(), bar.clone());
            // Nobody waits for it: with a million files it may end after the scan.
            thread::spawn(move || show_total(arguments, &bar));
        }
        bar.enable_steady_tick(TICK);
        Self { bar }
    }

    /// Starts a bar over `total` bytes.
    pub(crate) fn of(total: u64) -> Self {
        let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template(BAR) {
            bar.set_style(style.progress_chars("━╸─"));
        }
        Self { bar }
    }

    /// Says that `bytes` bytes are done in all.
    pub(crate) fn reach(&self, bytes: usize) {
        self.bar.set_position(u64::try_from(bytes).unwrap_or(u64::MAX));
    }

    /// Counts a message of `bytes` bytes.
    pub(crate) fn advance(&self, bytes: usize) {
        self.bar.inc(u64::try_from(bytes).unwrap_or(u64::MAX));
    }

    /// Writes to the terminal without the bar in between.
    pub(crate) fn aside<Output>(&self, write: impl FnOnce() -> Output) -> Output {
        self.bar.suspend(write)
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

fn show_total(arguments: Vec<PathBuf>, bar: &ProgressBar) {
    let total = total_bytes(arguments);
    if let Ok(style) = ProgressStyle::with_template(BAR) {
        bar.set_style(style.progress_chars("━╸─"));
    }
    bar.set_length(total);
}

const SPINNER: &str = "{spinner} {bytes} ({bytes_per_sec})";
const BAR: &str = "{bar:30} {percent:>3} %  {bytes} of {total_bytes}  {bytes_per_sec}  {eta} left";
const TICK: Duration = Duration::from_millis(100);
