//! What the tests of all services share.
#![allow(dead_code, reason = "each test uses some of it")]
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

pub(crate) mod suite;
pub(crate) mod web;

use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use sealwax_kms::{KmsError, KmsErrorKind, Reach};

/// What a test needs, or `None` after a printed line; with `SEALWAX_REQUIRE=all` its absence is a failure.
pub(crate) fn need<T>(what: &str, found: Option<T>) -> Option<T> {
    if found.is_none() {
        let required = std::env::var("SEALWAX_REQUIRE").is_ok_and(|value| value == "all");
        assert!(!required, "SEALWAX_REQUIRE=all, and {what} is missing");
        // Written past the test harness, which would hide what a passing test prints.
        let _ = writeln!(std::io::stderr(), "skipped: {what} is missing");
    }
    found
}

/// A program of the Python packages in `python/requirements-test.txt`, beside the interpreter that `SEALWAX_PYTHON` names, or else
/// the one in `PATH`.
pub(crate) fn program(name: &str) -> Option<PathBuf> {
    let beside = std::env::var_os("SEALWAX_PYTHON").map(PathBuf::from);
    let beside = beside.and_then(|python| Some(python.parent()?.join(name)));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut places = beside
        .into_iter()
        .chain(std::env::split_paths(&path).map(|folder| folder.join(name)));
    need(
        &format!("`{name}` (python/check installs it)"),
        places.find(|place| Path::exists(place)),
    )
}

/// A port of this machine that was free a moment ago.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A server of its own, which ends with the test.
pub(crate) struct Running {
    pub(crate) port: u16,
    child: Child,
}

impl Running {
    /// Starts the program on a port that was free a moment ago, and on another one if it was taken since; waits until it takes
    /// connections.
    pub(crate) fn start(command: impl Fn(u16) -> Command) -> Self {
        let found = (0..3).find_map(|_| {
            let port = free_port();
            Self::try_start(&mut command(port), port)
        });
        found.expect("it ends before it takes connections")
    }

    fn try_start(command: &mut Command, port: u16) -> Option<Self> {
        let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut running = Self {
            port,
            child: quiet.spawn().unwrap(),
        };
        let end = Instant::now() + Duration::from_mins(1);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < end, "it does not come up");
            if running.child.try_wait().unwrap().is_some() {
                return None;
            }
            thread::sleep(Duration::from_millis(20));
        }
        Some(running)
    }

    pub(crate) fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the services told their host.
#[derive(Clone, Default)]
pub(crate) struct Told(Arc<Mutex<Vec<KmsError>>>);

impl Told {
    pub(crate) fn reach(&self) -> Reach {
        let told = Arc::clone(&self.0);
        let reach = Reach::default().pause(Duration::from_millis(1));
        reach.report(move |error| told.lock().unwrap().push(error.clone()))
    }

    /// The reasons since the last call.
    pub(crate) fn kinds(&self) -> Vec<KmsErrorKind> {
        self.0.lock().unwrap().drain(..).map(|error| error.kind()).collect()
    }

    /// The one reason since the last call, in words.
    pub(crate) fn words(&self) -> String {
        let told: Vec<_> = self
            .0
            .lock()
            .unwrap()
            .drain(..)
            .map(|error| error.to_string())
            .collect();
        told.join("\n")
    }
}
