//! Out-parameters: cleared first, set only when the call succeeds.

use std::ptr::{self, NonNull};

use crate::error::sealwax_error;
use crate::handle::give;
use crate::status::SEALWAX_NULL;

/// A place of the caller's that a call fills. Making one clears the place.
pub(crate) struct Out<T>(Option<NonNull<T>>);

impl<T: Cleared> Out<T> {
    /// A place that may be absent.
    ///
    /// # Safety
    ///
    /// `place` is NULL or can be written for as long as the `Out` lives.
    pub(crate) unsafe fn optional(place: *mut T) -> Self {
        let out = Self(NonNull::new(place));
        out.write(T::CLEARED);
        out
    }

    /// A place that must be there.
    ///
    /// # Safety
    ///
    /// As [`Out::optional`].
    pub(crate) unsafe fn required(place: *mut T, name: &str) -> Result<Self, sealwax_error> {
        if place.is_null() {
            return Err(sealwax_error::new(SEALWAX_NULL, format!("`{name}` is NULL")));
        }
        // SAFETY: the caller's promise is ours.
        Ok(unsafe { Self::optional(place) })
    }

    /// Gives the place its value.
    pub(crate) fn set(self, value: T) {
        self.write(value);
    }

    /// Gives the place what `make` makes.
    pub(crate) fn fill(self, make: impl FnOnce() -> Result<T, sealwax_error>) -> Result<(), sealwax_error> {
        self.set(make()?);
        Ok(())
    }

    /// Whether there is a place to write to.
    pub(crate) fn is_wanted(&self) -> bool {
        self.0.is_some()
    }

    fn write(&self, value: T) {
        if let Some(place) = self.0 {
            // SAFETY: whoever made this promised that the place can be written; old bytes there need no drop.
            unsafe { place.write(value) }
        }
    }
}

impl<T> Out<*mut T> {
    /// Gives the place a new handle to what `make` makes.
    pub(crate) fn give(self, make: impl FnOnce() -> Result<T, sealwax_error>) -> Result<(), sealwax_error> {
        self.fill(|| make().map(give))
    }
}

/// What an out-parameter holds when the call fails.
pub(crate) trait Cleared {
    const CLEARED: Self;
}

impl Cleared for i32 {
    const CLEARED: Self = 0;
}

impl Cleared for u32 {
    const CLEARED: Self = 0;
}

impl Cleared for u64 {
    const CLEARED: Self = 0;
}

impl Cleared for usize {
    const CLEARED: Self = 0;
}

impl<T> Cleared for *const T {
    const CLEARED: Self = ptr::null();
}

impl<T> Cleared for *mut T {
    const CLEARED: Self = ptr::null_mut();
}

/// The caller's place for the answer, cleared; a NULL ends the call with `SEALWAX_NULL`.
macro_rules! out {
    ($place:ident) => {
        // SAFETY: the header's rule for out-parameters: NULL or writable until the call returns.
        unsafe { $crate::out::Out::required($place, stringify!($place)) }?
    };
}

pub(crate) use out;
