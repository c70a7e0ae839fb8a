//! The policy compiled once, and messages taken as a whole.

use std::ffi::c_char;

use sealwax::classify::{Strictness, UnknownStrictness};
use sealwax::engine::{BuildError, Engine, EngineBuilder, EvaluateError, EvaluateErrorKind};
use sealwax::json::Facts;
use sealwax::policy::{Outcome, Verdict};
use sealwax::{Address, Timestamp};

use crate::buf::sealwax_buf;
use crate::bytes::{bytes, text};
use crate::checks::{address_error, facts_error, known_flags};
use crate::error::sealwax_error;
use crate::guard::call;
use crate::handle::{exclusive, free, shared, take};
use crate::out::out;
use crate::redact::hash_key;
use crate::status::{
    SEALWAX_CANCELLED, SEALWAX_EVALUATE, SEALWAX_FACTS, SEALWAX_NULL, SEALWAX_ORDER, SEALWAX_POLICY, SEALWAX_RANGE,
    SEALWAX_TEMPORARY, sealwax_status,
};
use crate::transaction::sealwax_transaction;
use crate::verdict::sealwax_verdict;

/// What an engine is made of, collected. It belongs to one thread at a time and is consumed by
/// `sealwax_engine_builder_build`.
pub struct sealwax_engine_builder {
    builder: EngineBuilder,
}

/// A policy and the scanner that it asks for, ready for messages. It is never changed, so any number of threads may use
/// one at once without a lock. To take a new policy, build a second engine and let new messages use it; a feed keeps
/// the engine that it began with.
pub struct sealwax_engine {
    pub(crate) engine: Engine,
}

/// A flag of `sealwax_engine_scan`: the JSON holds the matched text, which then must not be logged.
pub const SEALWAX_SCAN_SHOW_TEXT: u32 = 1;

/// Begins an engine of the built-in profile `hipaa-2013`, until the builder is told otherwise.
///
/// `*builder` is the caller's, to be given to `sealwax_engine_builder_build` or `sealwax_engine_builder_free`. Returns
/// `SEALWAX_OK`; `SEALWAX_NULL` when `builder` is NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_engine_builder_new(
    builder: *mut *mut sealwax_engine_builder,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        out!(builder).give(|| {
            Ok(sealwax_engine_builder {
                builder: Engine::builder(),
            })
        })
    })
}

/// Takes the policy from TOML text; `docs/POLICY.md` is its manual. A mistake in it is told by
/// `sealwax_engine_builder_build`.
///
/// The text is copied. Returns `SEALWAX_OK`; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_engine_builder_policy_toml(
    builder: *mut sealwax_engine_builder,
    policy: *const c_char,
    policy_length: usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let builder = exclusive!(builder);
        let policy = text!(policy, policy_length);
        builder.change(|builder| builder.policy_toml(policy));
        Ok(())
    })
}

/// Takes a built-in policy by its name, for instance `hipaa-2013`. A name that is not known is told by
/// `sealwax_engine_builder_build`.
///
/// The text is copied. Returns `SEALWAX_OK`; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_engine_builder_profile(
    builder: *mut sealwax_engine_builder,
    name: *const c_char,
    name_length: usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let builder = exclusive!(builder);
        let name = text!(name, name_length);
        builder.change(|builder| builder.profile(name));
        Ok(())
    })
}

/// Hands in a file that the policy names, under the name that stands there: an include, a term list, or a roster. The library
/// opens no file itself.
///
/// The bytes are copied. Returns `SEALWAX_OK`; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_engine_builder_resource(
    builder: *mut sealwax_engine_builder,
    name: *const c_char,
    name_length: usize,
    content: *const u8,
    content_length: usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let builder = exclusive!(builder);
        let name = text!(name, name_length);
        let content = bytes!(content, content_length);
        builder.change(|builder| builder.resource(name, content));
        Ok(())
    })
}

/// Sets one limit on what a message may cost, by the name that it has in the policy's `[limits]`, such as `parts`; it
/// counts instead of the policy's. What is beyond a limit is an anomaly of the message, which is then not complete. A name
/// that is not known is told by `sealwax_engine_builder_build`.
///
/// The text is copied. Returns `SEALWAX_OK`; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_engine_builder_limit(
    builder: *mut sealwax_engine_builder,
    name: *const c_char,
    name_length: usize,
    value: u64,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let builder = exclusive!(builder);
        let name = text!(name, name_length);
        builder.change(|builder| builder.limit(name, value));
        Ok(())
    })
}

/// Sets how many bytes all feeds of the engine may hold together while their messages arrive; 1 GiB without it. What a feed
/// cannot take any more it refuses with `SEALWAX_TEMPORARY`.
///
/// Returns `SEALWAX_OK`; `SEALWAX_NULL` when `builder` is NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_engine_builder_feed_budget(
    builder: *mut sealwax_engine_builder,
    bytes: usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let builder = exclusive!(builder);
        builder.change(|builder| builder.feed_budget(bytes));
        Ok(())
    })
}

/// Sets how readily words of health beside a person are taken for PHI, instead of the policy's `[classification] phi`:
/// `strict`, `balanced` or `narrow`.
///
/// Returns `SEALWAX_OK`; `SEALWAX_RANGE` when `setting` is none of these; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8`
/// for the arguments. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_engine_builder_strictness(
    builder: *mut sealwax_engine_builder,
    setting: *const c_char,
    setting_length: usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let builder = exclusive!(builder);
        let setting: Strictness = text!(setting, setting_length)
            .parse()
            .map_err(|error: UnknownStrictness| sealwax_error::new(SEALWAX_RANGE, format!("`setting`: {error}")))?;
        builder.change(|builder| builder.strictness(setting));
        Ok(())
    })
}

/// Takes the key of the rosters that the policy names, in its text form: `SEALWAX-HASH-...`. A policy that names a roster is
/// refused without it.
///
/// The text is copied into memory that is wiped; the caller wipes its own. Returns `SEALWAX_OK`; `SEALWAX_KEY` when it is
/// no such key; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_engine_builder_roster_key(
    builder: *mut sealwax_engine_builder,
    key: *const c_char,
    key_length: usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let builder = exclusive!(builder);
        let key = hash_key(text!(key, key_length))?;
        builder.change(|builder| builder.roster_key(key));
        Ok(())
    })
}

/// Takes the policy, and all that it needs but the key of its rosters, from the bytes that `sealwax_engine_builder_compile`
/// gave or `sealwax compile` wrote.
///
/// The bytes are not copied: they must be readable and stay as they are until every engine that is built from them is freed, and
/// every verdict, feed and sealer of those. A host maps the file, and its processes share the pages. Bytes that are no bundle of
/// this build are told by `sealwax_engine_builder_build`. Returns `SEALWAX_OK`; `SEALWAX_NULL`, `SEALWAX_LENGTH` for the
/// arguments. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_engine_builder_bundle(
    builder: *mut sealwax_engine_builder,
    bundle: *const u8,
    bundle_length: usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let builder = exclusive!(builder);
        let bundle = bytes!(bundle, bundle_length);
        builder.change(|builder| builder.bundle(bundle));
        Ok(())
    })
}

/// Compiles the policy of a builder to a bundle: reads and proves it, runs the examples of its detectors, and keeps what came
/// of it, with the files that it names. `builder` is consumed, whatever the answer is, and must not be used again.
///
/// Only the policy counts: limits, strictness and keys are said when an engine is built. `*bundle` is the caller's, to be freed
/// with `sealwax_buf_free`.
///
/// Returns `SEALWAX_OK`; `SEALWAX_POLICY` with the line and column of what is wrong; `SEALWAX_NULL` when a pointer is
/// NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_engine_builder_compile(
    builder: *mut sealwax_engine_builder,
    bundle: *mut *mut sealwax_buf,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        // SAFETY: the header's rule for a consumed handle: NULL, or ours, and used by nobody any more.
        let builder = unsafe { take(builder) };
        out!(bundle).give(|| {
            let builder = builder.ok_or_else(|| sealwax_error::new(SEALWAX_NULL, "`builder` is NULL"))?;
            let bundle = builder.builder.compile().map_err(|error| build_error(&error))?;
            Ok(bundle.into())
        })
    })
}

/// Builds an engine from a bundle, as `sealwax_engine_builder_bundle` and `sealwax_engine_builder_build` do.
///
/// The bytes are not copied, and must stay as long as the engine. `*engine` is the caller's, to be freed with
/// `sealwax_engine_free`.
///
/// Returns `SEALWAX_OK`; `SEALWAX_POLICY` when the bytes are no bundle, are damaged, or were compiled by another build;
/// `SEALWAX_NULL`, `SEALWAX_LENGTH` for the arguments. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_engine_from_bundle(
    bundle: *const u8,
    bundle_length: usize,
    engine: *mut *mut sealwax_engine,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        out!(engine).give(|| {
            let bundle = bytes!(bundle, bundle_length);
            let engine = Engine::from_bundle(bundle).map_err(|error| build_error(&error))?;
            Ok(sealwax_engine { engine })
        })
    })
}

/// Reads the policy and builds the engine. `builder` is consumed, whatever the answer is, and must not be used again.
///
/// `*engine` is the caller's, to be freed with `sealwax_engine_free`.
///
/// Returns `SEALWAX_OK`; `SEALWAX_POLICY` with the line and column of what is wrong; `SEALWAX_NULL` when a pointer is
/// NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_engine_builder_build(
    builder: *mut sealwax_engine_builder,
    engine: *mut *mut sealwax_engine,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        // SAFETY: the header's rule for a consumed handle: NULL, or ours, and used by nobody any more.
        let builder = unsafe { take(builder) };
        out!(engine).give(|| {
            let builder = builder.ok_or_else(|| sealwax_error::new(SEALWAX_NULL, "`builder` is NULL"))?;
            let engine = builder.builder.build().map_err(|error| build_error(&error))?;
            Ok(sealwax_engine { engine })
        })
    })
}

/// Frees a builder that is not built after all; NULL is fine. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_engine_builder_free(builder: *mut sealwax_engine_builder) {
    free!(builder);
}

/// Makes a second handle to the same engine, which lives until both are freed. It costs no more than a counter: a
/// message can take one and keep it while the host replaces its own.
///
/// `*clone` is the caller's, to be freed with `sealwax_engine_free`. Returns `SEALWAX_OK`; `SEALWAX_NULL` when a
/// pointer is NULL. Any thread may call it. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_engine_clone(
    engine: *const sealwax_engine,
    clone: *mut *mut sealwax_engine,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        out!(clone).give(|| {
            Ok(sealwax_engine {
                engine: shared!(engine).engine.clone(),
            })
        })
    })
}

/// Decides how the raw message `raw` (RFC 5322) travels to each recipient of `transaction`, at the time `now`.
///
/// `*verdict` is the caller's, to be freed with `sealwax_verdict_free`.
///
/// `now` is milliseconds since 1970 UTC; seconds are noticed and refused.
///
/// Returns `SEALWAX_OK`; `SEALWAX_EVALUATE` when the transaction has no recipient; `SEALWAX_FACTS` when it names something
/// that the policy does not know, or a time cannot be meant: the text then says which field, of which recipient counted
/// from 1, and what would do; `SEALWAX_NULL`, `SEALWAX_LENGTH` for the arguments. Any thread may call it. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_engine_evaluate(
    engine: *const sealwax_engine,
    transaction: *const sealwax_transaction,
    raw: *const u8,
    raw_length: usize,
    now: i64,
    verdict: *mut *mut sealwax_verdict,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        out!(verdict).give(|| {
            let engine = &shared!(engine).engine;
            let transaction = &shared!(transaction).transaction;
            let raw = bytes!(raw, raw_length);
            decided(engine.evaluate(raw, transaction, Timestamp::from_millis(now)))
        })
    })
}

/// Decides again for one recipient after an attempt to deliver, as if its outcome had been known before: by the next
/// method that satisfies, or by what the policy says when none does.
///
/// `outcome` names the failure as TLS reports do (RFC 8460, section 4.3), such as `certificate-expired`, or the level over
/// which the message was delivered, such as `verified`. `*verdict` has one delivery and is the caller's, to be freed with
/// `sealwax_verdict_free`.
///
/// Returns `SEALWAX_OK`; `SEALWAX_EVALUATE` when the transaction has no such recipient; `SEALWAX_FACTS` as
/// `sealwax_engine_evaluate`; `SEALWAX_ADDRESS` when `recipient` is no address; `SEALWAX_RANGE` when there is no such
/// outcome; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments. Any thread may call it. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_engine_report_outcome(
    engine: *const sealwax_engine,
    transaction: *const sealwax_transaction,
    raw: *const u8,
    raw_length: usize,
    recipient: *const c_char,
    recipient_length: usize,
    outcome: *const c_char,
    outcome_length: usize,
    now: i64,
    verdict: *mut *mut sealwax_verdict,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        out!(verdict).give(|| {
            let engine = &shared!(engine).engine;
            let transaction = &shared!(transaction).transaction;
            let raw = bytes!(raw, raw_length);
            let recipient = Address::recipient(text!(recipient, recipient_length)).map_err(address_error)?;
            let outcome = Outcome::named(text!(outcome, outcome_length))
                .ok_or_else(|| sealwax_error::new(SEALWAX_RANGE, "`outcome` is neither a failure nor a level"))?;
            decided(engine.report_outcome(raw, transaction, &recipient, outcome, Timestamp::from_millis(now)))
        })
    })
}

/// Decides for a facts file, as `docs/JSON.md` describes it: the transaction, the time, and what the message is when
/// `raw` is not given. The time of the facts counts, and `now` only when they have none.
///
/// `*verdict` is the caller's, to be freed with `sealwax_verdict_free`.
///
/// Returns `SEALWAX_OK`; `SEALWAX_FACTS` with the line and column of what is wrong, without them when there is neither a
/// message nor content in the facts, and as `sealwax_engine_evaluate` does; `SEALWAX_EVALUATE` when the transaction has no
/// recipient; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments. Any thread may call it. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_engine_evaluate_facts(
    engine: *const sealwax_engine,
    facts: *const c_char,
    facts_length: usize,
    raw: *const u8,
    raw_length: usize,
    now: i64,
    verdict: *mut *mut sealwax_verdict,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        out!(verdict).give(|| {
            let engine = &shared!(engine).engine;
            let facts = Facts::from_json(text!(facts, facts_length)).map_err(|error| facts_error(&error))?;
            let given = bytes!(raw, raw_length);
            let now = facts.at.unwrap_or(Timestamp::from_millis(now));
            decided(match (raw.is_null(), &facts.content) {
                (false, _) => engine.evaluate(given, &facts.transaction, now),
                (true, Some(content)) => engine.evaluate_content(content, &facts.transaction, now),
                (true, None) => {
                    let text = "there is neither a message nor content";
                    return Err(sealwax_error::new(SEALWAX_FACTS, text));
                }
            })
        })
    })
}

/// Says what is in the raw message `raw`, without deciding anything, as the JSON object that `docs/JSON.md` describes.
///
/// No more findings are listed than the policy's limit `findings` says; how many there are beyond them stands in `unlisted`.
/// `id` stands in the object as the name of the message. `flags` is 0 or `SEALWAX_SCAN_SHOW_TEXT`. `*json` is the
/// caller's, to be freed with `sealwax_buf_free`.
///
/// Returns `SEALWAX_OK`; `SEALWAX_RANGE` when a flag is unknown; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for
/// the arguments. Any thread may call it. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_engine_scan(
    engine: *const sealwax_engine,
    id: *const c_char,
    id_length: usize,
    raw: *const u8,
    raw_length: usize,
    flags: u32,
    json: *mut *mut sealwax_buf,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        out!(json).give(|| {
            let engine = &shared!(engine).engine;
            let id = text!(id, id_length);
            let raw = bytes!(raw, raw_length);
            known_flags(flags, SEALWAX_SCAN_SHOW_TEXT, "flags")?;
            let scan = if flags & SEALWAX_SCAN_SHOW_TEXT == 0 {
                engine.scan(raw)
            } else {
                engine.scan_keeping_text(raw)
            };
            Ok(sealwax::json::scan(&scan, id).into())
        })
    })
}

/// Frees a handle to an engine; NULL is fine. Feeds that were made from it go on. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_engine_free(engine: *mut sealwax_engine) {
    free!(engine);
}

impl sealwax_engine_builder {
    fn change(&mut self, step: impl FnOnce(EngineBuilder) -> EngineBuilder) {
        self.builder = step(std::mem::take(&mut self.builder));
    }
}

fn build_error(error: &BuildError) -> sealwax_error {
    let place = (error.line().unwrap_or(0), error.column().unwrap_or(0));
    sealwax_error::new(SEALWAX_POLICY, error)
        .at(place.0, place.1)
        .of(error.file())
}

fn decided(verdict: Result<Verdict, EvaluateError>) -> Result<sealwax_verdict, sealwax_error> {
    verdict.map(sealwax_verdict::new).map_err(evaluate_error)
}

pub(crate) fn evaluate_error(error: EvaluateError) -> sealwax_error {
    let status = match error.kind() {
        EvaluateErrorKind::Fact => SEALWAX_FACTS,
        EvaluateErrorKind::Cancelled => SEALWAX_CANCELLED,
        EvaluateErrorKind::Finished => SEALWAX_ORDER,
        EvaluateErrorKind::Refused => SEALWAX_TEMPORARY,
        _ => SEALWAX_EVALUATE,
    };
    sealwax_error::new(status, error)
}

const _: () = crate::handle::is_shared::<sealwax_engine>();
