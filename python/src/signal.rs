//! Long work that lets Python handle its signals, so that Ctrl-C is answered.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use pyo3::prelude::*;
use sealwax::engine::Cancel;

use crate::RELEASE_FROM;

/// Runs `work` with a handle to `engine` that stops when a handler of a signal raises, which is then raised in place of the
/// result.
pub(crate) fn watched<T: Send + 'static>(
    py: Python<'_>,
    engine: &sealwax::Engine,
    size: usize,
    work: impl FnOnce(&sealwax::Engine) -> T + Send + 'static,
) -> PyResult<T> {
    if size < RELEASE_FROM {
        return Ok(work(engine));
    }
    let signals = Signals::new();
    let engine = engine.stopped_by(&signals.cancel());
    signals.during(py, size, move || work(&engine))
}

/// What calls work off when a handler of a signal raises.
///
/// Short work asks the handlers itself, between two of its pieces. How far these are apart depends on the message, so that
/// long work is done on a thread of its own, beside the one that waits for signals: what a handler raises is raised soon,
/// and work that has not stopped by then ends by itself at its next look.
#[derive(Clone)]
pub(crate) struct Signals {
    cancel: Cancel,
    asked: Arc<Mutex<Asked>>,
}

impl Signals {
    pub(crate) fn new() -> Self {
        let asked = Arc::new(Mutex::new(Asked::no_more()));
        let shared = Arc::clone(&asked);
        Self {
            cancel: Cancel::asking(move || ask(&shared)),
            asked,
        }
    }

    /// What stops work when a handler raises.
    pub(crate) fn cancel(&self) -> Cancel {
        self.cancel.clone()
    }

    /// Runs `work`, of `size` bytes, with the interpreter released when they are worth it. What a handler of a signal raises
    /// meanwhile is raised in place of the result.
    pub(crate) fn during<T: Send + 'static>(
        &self,
        py: Python<'_>,
        size: usize,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> PyResult<T> {
        if size < RELEASE_FROM {
            return Ok(work());
        }
        if size < LONG_BYTES {
            return self.asking(py, work);
        }
        if is_main(py)? {
            return self.beside(py, work);
        }
        Ok(py.detach(work)) // signals are handled elsewhere
    }

    /// Runs `work`, which asks the handlers at each of its looks.
    fn asking<T: Send>(&self, py: Python<'_>, work: impl FnOnce() -> T + Send) -> PyResult<T> {
        with(&self.asked, |asked| *asked = Asked::now());
        let done = py.detach(work);
        let asked = with(&self.asked, |asked| std::mem::replace(asked, Asked::no_more()));
        asked.raised.map_or(Ok(done), Err)
    }

    /// Runs `work` on a thread of its own, while this one lets the handlers run.
    fn beside<T: Send + 'static>(&self, py: Python<'_>, work: impl FnOnce() -> T + Send + 'static) -> PyResult<T> {
        let worker = match Worker::of(work) {
            Ok(worker) => worker,
            Err(work) => return Ok(py.detach(work)), // the system has no thread to spare
        };
        loop {
            if let Some(done) = py.detach(|| worker.within(BETWEEN)) {
                return Ok(done);
            }
            if let Err(raised) = py.check_signals() {
                self.cancel.cancel();
                py.detach(|| drop(worker.within(GRACE)));
                return Err(raised);
            }
        }
    }
}

/// A thread with one work.
struct Worker<T> {
    done: Mutex<Receiver<thread::Result<T>>>,
}

impl<T: Send + 'static> Worker<T> {
    /// Begins `work`, or gives it back where there is no thread for it.
    fn of<W: FnOnce() -> T + Send + 'static>(work: W) -> Result<Self, W> {
        let (sender, done) = mpsc::channel();
        let job = Arc::new(Mutex::new(Some(work)));
        let taken = Arc::clone(&job);
        let spawned = thread::Builder::new().name("sealwax".to_owned()).spawn(move || {
            if let Some(work) = with(&taken, Option::take) {
                // Nobody listens any more when the work was left to itself.
                let _ = sender.send(catch_unwind(AssertUnwindSafe(work)));
            }
        });
        let left = if spawned.is_ok() {
            None
        } else {
            with(&job, Option::take)
        };
        left.map_or_else(|| Ok(Self { done: Mutex::new(done) }), Err)
    }

    /// What came of it, when that comes within `time`. A panic goes on here.
    fn within(&self, time: Duration) -> Option<T> {
        match with(&self.done, |done| done.recv_timeout(time)) {
            Ok(Ok(done)) => Some(done),
            Ok(Err(panic)) => resume_unwind(panic),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => resume_unwind(Box::new("the thread ended without an answer")),
        }
    }
}

/// What the handlers of signals were asked, and what one raised.
struct Asked {
    /// When the handlers were asked last; `None` where nobody asks them.
    last: Option<Instant>,
    /// Whether this is the thread on which Python handles signals; unknown until the first time that it matters.
    is_main: Option<bool>,
    raised: Option<PyErr>,
}

impl Asked {
    const fn no_more() -> Self {
        Self {
            last: None,
            is_main: None,
            raised: None,
        }
    }

    fn now() -> Self {
        Self {
            last: Some(Instant::now()),
            ..Self::no_more()
        }
    }

    /// They are asked rarely, since the interpreter has to be waited for.
    fn is_due(&self) -> bool {
        self.is_main != Some(false) && self.last.is_some_and(|last| last.elapsed() >= BETWEEN)
    }
}

/// Whether a handler raised, and work shall stop.
fn ask(asked: &Mutex<Asked>) -> bool {
    with(asked, |asked| asked.is_due()) && Python::try_attach(|py| handle(py, asked)).unwrap_or(true)
}

fn handle(py: Python<'_>, asked: &Mutex<Asked>) -> bool {
    // To ask which thread this is runs Python, and with it any handler: what that raises counts, too.
    let known = with(asked, |asked| asked.is_main);
    let answer = py.check_signals().and_then(|()| known.map_or_else(|| is_main(py), Ok));
    with(asked, |asked| {
        asked.last = Some(Instant::now());
        match answer {
            Ok(is_main) => asked.is_main = Some(is_main),
            Err(raised) => asked.raised = Some(raised),
        }
        asked.raised.is_some()
    })
}

fn with<T, R>(shared: &Mutex<T>, change: impl FnOnce(&mut T) -> R) -> R {
    change(&mut shared.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Whether Python handles signals on this thread.
fn is_main(py: Python<'_>) -> PyResult<bool> {
    let threading = py.import("threading")?;
    let main = threading.call_method0("main_thread")?.getattr("ident")?;
    main.eq(threading.call_method0("get_ident")?)
}

/// From this size on a thread of its own costs little beside the work, which takes a millisecond or more.
const LONG_BYTES: usize = 32 * 1024;
/// A tenth of a second is what a person notices: signals are looked for after this time,
const BETWEEN: Duration = Duration::from_millis(20);
/// and work that was called off has this time to stop.
const GRACE: Duration = Duration::from_millis(30);
