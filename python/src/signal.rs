//! Long work that lets Python handle its signals, so that Ctrl-C is answered.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use pyo3::prelude::*;
use sealwax::engine::Cancel;

use crate::RELEASE_FROM;

/// What the handlers of signals are asked between two pieces of work, and what one raised.
#[derive(Clone)]
pub(crate) struct Signals {
    shared: Arc<Mutex<State>>,
}

struct State {
    asked: Instant,
    /// Whether this is the thread on which Python handles signals; unknown until the first time that it matters.
    is_main: Option<bool>,
    raised: Option<PyErr>,
}

impl Signals {
    pub(crate) fn new() -> Self {
        let state = State {
            asked: Instant::now(),
            is_main: None,
            raised: None,
        };
        Self {
            shared: Arc::new(Mutex::new(state)),
        }
    }

    /// What stops work when a handler raises.
    pub(crate) fn cancel(&self) -> Cancel {
        let signals = self.clone();
        Cancel::asking(move || signals.ask())
    }

    /// Runs `work`, of `size` bytes, with the interpreter released when they are worth it. What a handler of a signal raises
    /// meanwhile is raised in place of the result.
    pub(crate) fn during<T: Send>(&self, py: Python<'_>, size: usize, work: impl FnOnce() -> T + Send) -> PyResult<T> {
        if size < RELEASE_FROM {
            return Ok(work());
        }
        self.with(|state| {
            state.asked = Instant::now();
            state.is_main = None;
        });
        let done = py.detach(work);
        match self.with(|state| state.raised.take()) {
            Some(raised) => Err(raised),
            None => Ok(done),
        }
    }

    /// Whether a handler raised, and work shall stop. They are asked rarely, since the interpreter has to be waited for.
    fn ask(&self) -> bool {
        let is_due = self.with(|state| state.asked.elapsed() >= BETWEEN && state.is_main != Some(false));
        is_due && Python::try_attach(|py| self.handle(py)).unwrap_or(true)
    }

    fn handle(&self, py: Python<'_>) -> bool {
        // To ask which thread this is runs Python, and with it any handler: what that raises counts, too.
        let known = self.with(|state| state.is_main);
        let asked = py.check_signals().and_then(|()| known.map_or_else(|| is_main(py), Ok));
        self.with(|state| {
            state.asked = Instant::now();
            match asked {
                Ok(is_main) => state.is_main = Some(is_main),
                Err(raised) => state.raised = Some(raised),
            }
            state.raised.is_some()
        })
    }

    fn with<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.shared.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Runs `work` with a handle to `engine` that stops when a handler of a signal raises.
pub(crate) fn watched<T: Send>(
    py: Python<'_>,
    engine: &sealwax::Engine,
    size: usize,
    work: impl FnOnce(&sealwax::Engine) -> T + Send,
) -> PyResult<T> {
    if size < RELEASE_FROM {
        return Ok(work(engine));
    }
    let signals = Signals::new();
    let engine = engine.stopped_by(&signals.cancel());
    signals.during(py, size, || work(&engine))
}

/// Whether Python handles signals on this thread.
fn is_main(py: Python<'_>) -> PyResult<bool> {
    let threading = py.import("threading")?;
    let main = threading.call_method0("main_thread")?.getattr("ident")?;
    main.eq(threading.call_method0("get_ident")?)
}

/// A tenth of a second is what a person notices.
const BETWEEN: Duration = Duration::from_millis(25);
