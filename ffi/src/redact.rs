//! Minimisation of texts and messages.

use std::ffi::c_char;

use sealwax::crypto::{HashKey, Provider};
use sealwax::engine::RedactError;
use sealwax::json;
use sealwax::redact::{Mode, Purpose, Redaction, Summary};

use crate::buf::sealwax_buf;
use crate::bytes::{bytes, text};
use crate::checks::truth;
use crate::engine::sealwax_engine;
use crate::error::sealwax_error;
use crate::guard::call;
use crate::handle::{exclusive, free, give, shared};
use crate::keyring::no_randomness;
use crate::names::Number;
use crate::out::{Out, out};
use crate::status::{SEALWAX_KEY, SEALWAX_RANGE, SEALWAX_REDACT, sealwax_status};

/// How texts and messages are redacted: until it is told otherwise, the type of a value takes its place. Words of health
/// stay, since they are what a text is for.
///
/// It belongs to one thread at a time while it is changed; any number of threads may redact with one at once.
pub struct sealwax_redaction {
    mode: Mode,
    key: Option<HashKey>,
    subject: Option<String>,
    kept: Vec<String>,
    keeps_participants: bool,
}

/// Draws a fresh key for rosters and pseudonyms from the system's random generator, in its text form. It opens nothing,
/// but whoever has it can test a guess.
///
/// `*key` is secret and the caller's, to be freed with `sealwax_buf_free`, which wipes it. Returns `SEALWAX_OK`;
/// `SEALWAX_TEMPORARY` when the system gives no randomness; `SEALWAX_NULL` when `key` is NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_hash_key_generate(
    key: *mut *mut sealwax_buf,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        out!(key).give(|| {
            let key = HashKey::generate(Provider::ring()).map_err(|_| no_randomness())?;
            Ok(sealwax_buf::copied(key.to_text().as_bytes()))
        })
    })
}

/// Makes a redaction of the mode `SEALWAX_MODE_TYPE`.
///
/// `*redaction` is the caller's, to be freed with `sealwax_redaction_free`. Returns `SEALWAX_OK`; `SEALWAX_NULL` when
/// `redaction` is NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_redaction_new(
    redaction: *mut *mut sealwax_redaction,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        out!(redaction).give(|| {
            Ok(sealwax_redaction {
                mode: Mode::Type,
                key: None,
                subject: None,
                kept: Vec::new(),
                keeps_participants: false,
            })
        })
    })
}

/// Says what takes the place of a value: a `SEALWAX_MODE_` constant. `SEALWAX_MODE_PSEUDONYM` needs a key
/// (`sealwax_redaction_set_key`).
///
/// Returns `SEALWAX_OK`; `SEALWAX_RANGE` when there is no such constant; `SEALWAX_NULL` when `redaction` is NULL.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_redaction_set_mode(
    redaction: *mut sealwax_redaction,
    mode: i32,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        exclusive!(redaction).mode = Number::from_number(mode, "mode")?;
        Ok(())
    })
}

/// Takes the key of pseudonyms and of moved dates in its text form: `SEALWAX-HASH-...`.
///
/// The text is copied into memory that is wiped; the caller wipes its own. Returns `SEALWAX_OK`; `SEALWAX_KEY` when it is
/// no such key; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_redaction_set_key(
    redaction: *mut sealwax_redaction,
    key: *const c_char,
    key_length: usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let redaction = exclusive!(redaction);
        redaction.key = Some(hash_key(text!(key, key_length))?);
        Ok(())
    })
}

/// Moves dates instead of replacing them, all dates of one `subject` by the same number of days, so that the time between
/// them stays. It needs a key (`sealwax_redaction_set_key`), and leaves more than 45 CFR 164.514(b)(2)(i)(C) allows: of a
/// date, only the year may stay.
///
/// The text is copied. Returns `SEALWAX_OK`; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_redaction_shift_dates(
    redaction: *mut sealwax_redaction,
    subject: *const c_char,
    subject_length: usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let redaction = exclusive!(redaction);
        redaction.subject = Some(text!(subject, subject_length).to_owned());
        Ok(())
    })
}

/// Leaves values of a type, such as `PHONE_NUMBER`, as they are.
///
/// The text is copied. Returns `SEALWAX_OK`; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_redaction_keep(
    redaction: *mut sealwax_redaction,
    label: *const c_char,
    label_length: usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let redaction = exclusive!(redaction);
        redaction.kept.push(text!(label, label_length).to_owned());
        Ok(())
    })
}

/// Says whether the address fields and the date of a message stay as they are: 1 or 0. They do not in a new redaction.
///
/// Returns `SEALWAX_OK`; `SEALWAX_RANGE` when `keep` is neither 1 nor 0; `SEALWAX_NULL` when `redaction` is NULL.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_redaction_keep_participants(
    redaction: *mut sealwax_redaction,
    keep: i32,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        exclusive!(redaction).keeps_participants = truth(keep, "keep")?;
        Ok(())
    })
}

/// Wipes the key and frees `redaction`; NULL is fine. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_redaction_free(redaction: *mut sealwax_redaction) {
    free!(redaction);
}

/// Writes the raw message `raw` anew without what identifies somebody: its texts rewritten, addresses that are nobody's,
/// of the date the year, few header fields, and a line in the place of every part that is no text.
///
/// `redaction` may be NULL, which is one of `SEALWAX_MODE_TYPE`. `*redacted` is the new message. `*summary` is what was
/// taken out, as the JSON object that `docs/JSON.md` describes, in which `id` stands as the name of the message; `summary`
/// may be NULL. Both are the caller's, to be freed with `sealwax_buf_free`.
///
/// Returns `SEALWAX_OK`; `SEALWAX_REDACT` when something is still found after every effort; `SEALWAX_KEY` when the
/// redaction needs a key and has none; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments. Any thread may
/// call it. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_engine_redact(
    engine: *const sealwax_engine,
    redaction: *const sealwax_redaction,
    id: *const c_char,
    id_length: usize,
    raw: *const u8,
    raw_length: usize,
    redacted: *mut *mut sealwax_buf,
    summary: *mut *mut sealwax_buf,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        // SAFETY: the header's rule for out-parameters: NULL or writable until the call returns.
        let told = unsafe { Out::optional(summary) };
        out!(redacted).give(|| {
            let engine = &shared!(engine).engine;
            // SAFETY: the header's rule for handles: NULL, or ours and alive, and unchanged until the call returns.
            let redaction = unsafe { redaction.as_ref() };
            let (id, raw) = (text!(id, id_length), bytes!(raw, raw_length));
            let redacted = redacted_by(redaction, told, id, |plan| engine.redact(raw, plan))?;
            Ok(sealwax_buf::copied(&redacted))
        })
    })
}

/// Rewrites one text without a message around it, as `sealwax_engine_redact` does with the texts of a message.
///
/// Returns as `sealwax_engine_redact`. Any thread may call it. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_engine_redact_text(
    engine: *const sealwax_engine,
    redaction: *const sealwax_redaction,
    id: *const c_char,
    id_length: usize,
    text: *const c_char,
    text_length: usize,
    redacted: *mut *mut sealwax_buf,
    summary: *mut *mut sealwax_buf,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        // SAFETY: the header's rule for out-parameters: NULL or writable until the call returns.
        let told = unsafe { Out::optional(summary) };
        out!(redacted).give(|| {
            let engine = &shared!(engine).engine;
            // SAFETY: the header's rule for handles: NULL, or ours and alive, and unchanged until the call returns.
            let redaction = unsafe { redaction.as_ref() };
            let (id, text) = (text!(id, id_length), text!(text, text_length));
            let redacted = redacted_by(redaction, told, id, |plan| engine.redact_text(text, plan))?;
            Ok(sealwax_buf::from(redacted))
        })
    })
}

/// Reports which identifiers of 45 CFR 164.514(b)(2) the raw message `raw` holds, and which of them `purpose` does not need
/// (45 CFR 164.502(b)), as the JSON object that `docs/JSON.md` describes, in which `id` stands as the name of the message.
///
/// `purpose` is `appointment`, `billing`, `individual`, `newsletter`, `operations`, `research`, `research-limited` or
/// `treatment`; with `purpose_length` 0 none is stated. `*json` is the caller's, to be freed with `sealwax_buf_free`.
///
/// Returns `SEALWAX_OK`; `SEALWAX_REDACT` when not everything could be looked through within the limit `work`;
/// `SEALWAX_RANGE` when there is no such purpose; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments. Any
/// thread may call it. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_engine_identifiers(
    engine: *const sealwax_engine,
    id: *const c_char,
    id_length: usize,
    raw: *const u8,
    raw_length: usize,
    purpose: *const c_char,
    purpose_length: usize,
    json: *mut *mut sealwax_buf,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        out!(json).give(|| {
            let engine = &shared!(engine).engine;
            let (id, raw) = (text!(id, id_length), bytes!(raw, raw_length));
            let purpose = stated(text!(purpose, purpose_length))?;
            let found = engine.identifiers(raw, purpose).map_err(unsettled)?;
            Ok(json::identifiers(&found, purpose, id).into())
        })
    })
}

/// Reports as `sealwax_engine_identifiers` on one text without a message around it.
///
/// Returns as `sealwax_engine_identifiers`. Any thread may call it. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_engine_identifiers_in_text(
    engine: *const sealwax_engine,
    id: *const c_char,
    id_length: usize,
    text: *const c_char,
    text_length: usize,
    purpose: *const c_char,
    purpose_length: usize,
    json: *mut *mut sealwax_buf,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        out!(json).give(|| {
            let engine = &shared!(engine).engine;
            let (id, text) = (text!(id, id_length), text!(text, text_length));
            let purpose = stated(text!(purpose, purpose_length))?;
            let found = engine.identifiers_in_text(text, purpose).map_err(unsettled)?;
            Ok(json::identifiers(&found, purpose, id).into())
        })
    })
}

/// Not everything that identifies somebody could be looked for, or taken out.
fn unsettled(error: RedactError) -> sealwax_error {
    sealwax_error::new(SEALWAX_REDACT, error)
}

/// The key of rosters or pseudonyms that a text is.
pub(crate) fn hash_key(text: &str) -> Result<HashKey, sealwax_error> {
    text.parse().map_err(|error| sealwax_error::new(SEALWAX_KEY, error))
}

/// What a handle that may be NULL asks for.
fn plan(redaction: Option<&sealwax_redaction>) -> Result<Redaction, sealwax_error> {
    let Some(wanted) = redaction else {
        return Ok(Redaction::by_type());
    };
    let no_key = || sealwax_error::new(SEALWAX_KEY, "pseudonyms and moved dates need a key");
    let mut plan = Redaction::of(wanted.mode, wanted.key.as_ref()).ok_or_else(no_key)?;
    if let Some(subject) = &wanted.subject {
        plan = plan.shift_dates(wanted.key.as_ref().ok_or_else(no_key)?, subject);
    }
    if wanted.keeps_participants {
        plan = plan.keep_participants();
    }
    Ok(wanted.kept.iter().fold(plan, |plan, label| plan.keep(label)))
}

/// What `work` makes of a text or a message; what was taken out goes to `told`, when the caller wants it.
fn redacted_by<T>(
    redaction: Option<&sealwax_redaction>,
    told: Out<*mut sealwax_buf>,
    id: &str,
    work: impl FnOnce(&Redaction) -> Result<(T, Summary), RedactError>,
) -> Result<T, sealwax_error> {
    let (redacted, summary) = work(&plan(redaction)?).map_err(unsettled)?;
    if told.is_wanted() {
        told.set(give(json::redaction(&summary, id).into()));
    }
    Ok(redacted)
}

fn stated(purpose: &str) -> Result<Option<Purpose>, sealwax_error> {
    let named = (!purpose.is_empty()).then(|| Purpose::named(purpose));
    named
        .transpose()
        .map_err(|error| sealwax_error::new(SEALWAX_RANGE, error))
}

const _: () = crate::handle::is_shared::<sealwax_redaction>();
