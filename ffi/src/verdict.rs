//! The answer for a message, read by index.

use std::ffi::c_char;
use std::ptr;
use std::sync::OnceLock;

use sealwax::classify::Category;
use sealwax::policy::Verdict;

use crate::buf::sealwax_buf;
use crate::bytes::text;
use crate::checks::known_category;
use crate::delivery::sealwax_delivery;
use crate::error::sealwax_error;
use crate::guard::call;
use crate::handle::{free, lend, read, shared};
use crate::names::Number;
use crate::out::out;
use crate::status::sealwax_status;
use crate::text::Text;

/// The answer for a whole message: what it is, and one delivery for each recipient. It is never changed, so any number
/// of threads may read it at once.
///
/// A verdict is valid although something could not be inspected; what that raises is in the deliveries already.
pub struct sealwax_verdict {
    verdict: Verdict,
    words: OnceLock<Words>,
    /// One for each of the verdict's, made when it is asked for.
    deliveries: Vec<OnceLock<sealwax_delivery>>,
}

/// What C reads of a verdict, made when something of it is asked for.
struct Words {
    policy_name: Text,
    policy_hash: Text,
    categories: Vec<Text>,
    reasons: Vec<Text>,
}

/// The number of deliveries, which is that of the recipients; 0 when `verdict` is NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_verdict_delivery_count(verdict: *const sealwax_verdict) -> usize {
    read!(verdict, 0, verdict.deliveries.len())
}

/// The delivery of the recipient that was added as the `index`-th, from 0. It lives as long as `verdict` and is not
/// freed; NULL when `verdict` is NULL or the index is past the end. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_verdict_delivery(
    verdict: *const sealwax_verdict,
    index: usize,
) -> *const sealwax_delivery {
    read!(
        verdict,
        ptr::null(),
        verdict.delivery(index).map_or(ptr::null(), ptr::from_ref)
    )
}

/// Whether everything in the message could be inspected: 1 or 0; 0 when `verdict` is NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_verdict_is_complete(verdict: *const sealwax_verdict) -> i32 {
    read!(verdict, 0, i32::from(verdict.verdict.complete))
}

/// How sensitive the message is: a `SEALWAX_LEVEL_` constant; 0 when `verdict` is NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_verdict_level(verdict: *const sealwax_verdict) -> i32 {
    read!(verdict, 0, verdict.verdict.classification.level.number())
}

/// The number of kinds of sensitive content in the message; 0 when `verdict` is NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_verdict_category_count(verdict: *const sealwax_verdict) -> usize {
    read!(verdict, 0, verdict.verdict.classification.categories.len())
}

/// The name of a category, such as `phi`, `financial` or `custom:NAME`; NULL when the index is past the end.
///
/// `length` may be NULL; otherwise it is given the length in bytes. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_verdict_category(
    verdict: *const sealwax_verdict,
    index: usize,
    length: *mut usize,
) -> *const c_char {
    lend!(verdict, length, verdict.words().categories.get(index))
}

/// Whether content of the category `name` was found: `*holds` is 1 or 0. In a message that is not complete, 0 proves
/// nothing.
///
/// Returns `SEALWAX_OK`; `SEALWAX_RANGE` when the name is neither built in nor of the form `custom:NAME`;
/// `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_verdict_has_category(
    verdict: *const sealwax_verdict,
    name: *const c_char,
    name_length: usize,
    holds: *mut i32,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        out!(holds).fill(|| {
            let verdict = shared!(verdict);
            let category = known_category(text!(name, name_length))?;
            Ok(i32::from(verdict.verdict.classification.is(&category)))
        })
    })
}

/// Whether the health context comes from outside the text, from the list, the sender or the host: 1 or 0; 0 when
/// `verdict` is NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_verdict_is_implied_phi(verdict: *const sealwax_verdict) -> i32 {
    read!(verdict, 0, i32::from(verdict.verdict.classification.implied_phi))
}

/// The number of reasons for the classification; 0 when `verdict` is NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_verdict_reason_count(verdict: *const sealwax_verdict) -> usize {
    read!(verdict, 0, verdict.verdict.classification.reasons.len())
}

/// A reason for the classification in words, which never holds a matched value; NULL when the index is past the end.
///
/// `length` may be NULL; otherwise it is given the length in bytes. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_verdict_reason(
    verdict: *const sealwax_verdict,
    index: usize,
    length: *mut usize,
) -> *const c_char {
    lend!(verdict, length, verdict.words().reasons.get(index))
}

/// The name that the policy gives itself; NULL when `verdict` is NULL.
///
/// `length` may be NULL; otherwise it is given the length in bytes. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_verdict_policy_name(
    verdict: *const sealwax_verdict,
    length: *mut usize,
) -> *const c_char {
    lend!(verdict, length, Some(&verdict.words().policy_name))
}

/// SHA-256 of the policy's canonical form, in hexadecimal; NULL when `verdict` is NULL.
///
/// `length` may be NULL; otherwise it is given the length in bytes. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_verdict_policy_hash(
    verdict: *const sealwax_verdict,
    length: *mut usize,
) -> *const c_char {
    lend!(verdict, length, Some(&verdict.words().policy_hash))
}

/// Writes the whole verdict as JSON, in the form that `docs/JSON.md` describes: for an audit record, or for what has no
/// function here.
///
/// `*json` is the caller's, to be freed with `sealwax_buf_free`. Returns `SEALWAX_OK`; `SEALWAX_NULL` when a pointer is
/// NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_verdict_json(
    verdict: *const sealwax_verdict,
    json: *mut *mut sealwax_buf,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        out!(json).give(|| Ok(sealwax::json::verdict(&shared!(verdict).verdict).into()))
    })
}

/// Frees `verdict` and with it its deliveries and every text that was read from them; NULL is fine. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_verdict_free(verdict: *mut sealwax_verdict) {
    free!(verdict);
}

impl sealwax_verdict {
    pub(crate) fn new(verdict: Verdict) -> Self {
        Self {
            deliveries: verdict.deliveries.iter().map(|_| OnceLock::new()).collect(),
            words: OnceLock::new(),
            verdict,
        }
    }

    fn delivery(&self, index: usize) -> Option<&sealwax_delivery> {
        let (made, delivery) = (self.deliveries.get(index)?, self.verdict.deliveries.get(index)?);
        Some(made.get_or_init(|| sealwax_delivery::new(delivery)))
    }

    fn words(&self) -> &Words {
        self.words.get_or_init(|| Words::new(&self.verdict))
    }
}

impl Words {
    fn new(verdict: &Verdict) -> Self {
        let classification = &verdict.classification;
        Self {
            policy_name: Text::new(&verdict.policy.name),
            policy_hash: Text::new(&verdict.policy.hash),
            categories: classification
                .categories
                .iter()
                .map(Category::name)
                .map(Text::from)
                .collect(),
            reasons: classification.reasons.iter().map(Text::from).collect(),
        }
    }
}

const _: () = crate::handle::is_shared::<sealwax_verdict>();
