//! Pairs that a sealed message is bound to.

use std::ffi::c_char;

use sealwax::seal::{Context, ContextError};

use crate::bytes::text;
use crate::error::sealwax_error;
use crate::guard::call;
use crate::handle::{exclusive, free};
use crate::out::out;
use crate::status::{SEALWAX_RANGE, sealwax_status};

/// Names with values that a sealed message is bound to, each name once. *Stored* pairs stand in clear in the message,
/// so nothing about a patient belongs there; *supplied* pairs are not in it and must be given again to open it.
///
/// It belongs to one thread at a time. A sealer or opener copies it.
pub struct sealwax_context {
    pub(crate) pairs: Vec<(String, String)>,
}

/// Makes an empty context.
///
/// `*context` is the caller's, to be freed with `sealwax_context_free`. Returns `SEALWAX_OK`; `SEALWAX_NULL` when
/// `context` is NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_context_new(
    context: *mut *mut sealwax_context,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        out!(context).give(|| Ok(sealwax_context { pairs: Vec::new() }))
    })
}

/// Adds a pair.
///
/// The texts are copied. Returns `SEALWAX_OK`; `SEALWAX_RANGE` when the name is empty or stands there already, or the
/// pairs become too long together (64 KiB); `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_context_add(
    context: *mut sealwax_context,
    name: *const c_char,
    name_length: usize,
    value: *const c_char,
    value_length: usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let pairs = &mut exclusive!(context).pairs;
        let pair = (
            text!(name, name_length).to_owned(),
            text!(value, value_length).to_owned(),
        );
        pairs.push(pair);
        let checked = context_of(pairs);
        if checked.is_err() {
            pairs.pop();
        }
        checked.map(drop)
    })
}

/// Frees `context`; NULL is fine. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_context_free(context: *mut sealwax_context) {
    free!(context);
}

/// The context of a handle that may be NULL, which is an empty one.
pub(crate) fn optional(context: Option<&sealwax_context>) -> Result<Context, sealwax_error> {
    context.map_or_else(|| Ok(Context::default()), |context| context_of(&context.pairs))
}

/// Refuses contexts that cannot be used together: a message would be bound to neither.
pub(crate) fn refuse_conflict(stored: &Context, supplied: &Context) -> Result<(), sealwax_error> {
    let both = stored.pairs().chain(supplied.pairs());
    Context::from_pairs(both).map(drop).map_err(context_error)
}

fn context_of(pairs: &[(String, String)]) -> Result<Context, sealwax_error> {
    let pairs = pairs.iter().map(|(name, value)| (name, value));
    Context::from_pairs(pairs).map_err(context_error)
}

fn context_error(error: ContextError) -> sealwax_error {
    sealwax_error::new(SEALWAX_RANGE, error)
}
