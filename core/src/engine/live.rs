//! The engine that is current.

use std::sync::{PoisonError, RwLock};

use super::Engine;

/// The engine that is current, replaced while messages are on their way.
///
/// A message keeps the engine it began with. A replacement that fails to build never gets here, so the old engine stays:
///
/// ```
/// # use sealwax::engine::{Engine, Live};
/// let live = Live::new(Engine::with_profile("minimal")?);
/// if let Ok(next) = Engine::builder().policy_toml("name = ").build() {
///     live.replace(next);
/// }
/// assert_eq!(live.current().policy().id().name, "minimal");
/// # Ok::<(), sealwax::engine::BuildError>(())
/// ```
#[derive(Debug)]
pub struct Live {
    current: RwLock<Engine>,
}

impl Live {
    /// Holds `engine` as the current one.
    #[must_use]
    pub fn new(engine: Engine) -> Self {
        Self {
            current: RwLock::new(engine),
        }
    }

    /// A handle to the current engine; the lock is held only while the handle is copied.
    #[must_use]
    pub fn current(&self) -> Engine {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Makes `engine` the current one and gives back the one before.
    pub fn replace(&self, engine: Engine) -> Engine {
        std::mem::replace(
            &mut *self.current.write().unwrap_or_else(PoisonError::into_inner),
            engine,
        )
    }
}
