//! The answer for one recipient, in the order in which a milter needs it.

use std::ffi::c_char;
use std::sync::OnceLock;

use sealwax::Timestamp;
use sealwax::consent::Unapplied;
use sealwax::outer;
use sealwax::policy::{Contract, Delivery, Edit, Fallback, Rejected, Requirement, SmtpReply, Why};
use zeroize::Zeroizing;

use crate::buf::sealwax_buf;
use crate::bytes::bytes;
use crate::error::sealwax_error;
use crate::guard::call;
use crate::handle::{lend, read, shared};
use crate::names::{Number, SEALWAX_EDIT_ADD, SEALWAX_EDIT_KEEP, SEALWAX_EDIT_REMOVE, SEALWAX_EDIT_REPLACE};
use crate::out::out;
use crate::recipient::SEALWAX_NO_TIME;
use crate::status::{SEALWAX_ORDER, sealwax_status};
use crate::text::Text;

/// The answer for one recipient. It is a part of its verdict, lives as long and is not freed; any number of threads may
/// read it at once. A NULL delivery answers 0 or NULL to every question.
pub struct sealwax_delivery {
    recipient: Text,
    summary: Text,
    action: i32,
    method: i32,
    reader: i32,
    fallback: Option<Fallback>,
    requirement: Demand,
    contract: Option<ContractTexts>,
    reply: Option<Reply>,
    edits: Vec<Change>,
    /// What makes the edits; `None` when nothing leaves.
    changes: Option<Vec<Edit>>,
    why: Vec<Cause>,
    rejected: Vec<Detour>,
    archive: bool,
    waiver: Option<Text>,
    waiver_review_due: i64,
    unapplied: Vec<Passed>,
    instead: Option<Text>,
}

/// The requirement, where no contract and no method says it.
struct Demand {
    message: Text,
    audit: Text,
    post_quantum: bool,
    retention_days: usize,
}

struct ContractTexts {
    level: i32,
    minimum_protocol: Option<Text>,
    suites: Vec<&'static str>,
    /// The same as C reads them: dozens, for which few ask.
    suite_texts: OnceLock<Vec<Text>>,
    postfix: Text,
    require_tls: bool,
}

struct Reply {
    code: i32,
    status: Text,
    text: Text,
}

struct Change {
    kind: i32,
    name: Text,
    value: Option<Text>,
}

struct Cause {
    dimension: Text,
    value: Text,
    rule: Text,
    reason: Text,
    citation: Option<Text>,
}

/// A waiver that did not apply.
struct Passed {
    waiver: Text,
    reason: Text,
}

struct Detour {
    method: i32,
    reason: Text,
}

/// The recipient's address. `length` may be NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_delivery_recipient(
    delivery: *const sealwax_delivery,
    length: *mut usize,
) -> *const c_char {
    lend!(delivery, length, Some(&delivery.recipient))
}

/// The delivery in one line for a log, with the reason that decided. `length` may be NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_delivery_summary(
    delivery: *const sealwax_delivery,
    length: *mut usize,
) -> *const c_char {
    lend!(delivery, length, Some(&delivery.summary))
}

/// What the host does with the message: a `SEALWAX_ACTION_` constant. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_delivery_action(delivery: *const sealwax_delivery) -> i32 {
    read!(delivery, 0, delivery.action)
}

/// How the message travels: a `SEALWAX_METHOD_` constant; 0 when it does not. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_delivery_method(delivery: *const sealwax_delivery) -> i32 {
    read!(delivery, 0, delivery.method)
}

/// What the portal asks of the recipient, at least, before it opens the message for them: a `SEALWAX_AUTHENTICATION_` constant; 0
/// where neither the method nor the fallback is the portal. A portal that cannot ask for it does not take the message. The secret
/// of a pickup link that is in the mail with the link authenticates nobody. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_delivery_reader(delivery: *const sealwax_delivery) -> i32 {
    read!(delivery, 0, delivery.reader)
}

/// What the host does when the contract cannot be met: a `SEALWAX_ACTION_` constant; 0 when there is no fallback, and
/// the host then tries again later. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_delivery_fallback_action(delivery: *const sealwax_delivery) -> i32 {
    read!(
        delivery,
        0,
        delivery
            .fallback
            .as_ref()
            .map_or(0, |fallback| fallback.action.number())
    )
}

/// How the message travels by the fallback: a `SEALWAX_METHOD_` constant; 0 when it does not. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_delivery_fallback_method(delivery: *const sealwax_delivery) -> i32 {
    let method = |fallback: Option<&Fallback>| fallback.and_then(|fallback| fallback.method).map_or(0, Number::number);
    read!(delivery, 0, method(delivery.fallback.as_ref()))
}

/// How well the message itself must be protected: `none`, `sealed`, or `sealed-authenticated`, whose reader is authenticated
/// by a second factor. `length` may be NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_delivery_requirement_message(
    delivery: *const sealwax_delivery,
    length: *mut usize,
) -> *const c_char {
    lend!(delivery, length, Some(&delivery.requirement.message))
}

/// How much evidence the audit record must keep: `normal` or `full`. `length` may be NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_delivery_requirement_audit(
    delivery: *const sealwax_delivery,
    length: *mut usize,
) -> *const c_char {
    lend!(delivery, length, Some(&delivery.requirement.audit))
}

/// How many days the audit record is kept at least, beyond the default. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_delivery_requirement_retention_days(delivery: *const sealwax_delivery) -> usize {
    read!(delivery, 0, delivery.requirement.retention_days)
}

/// 1 when the key exchange must be post-quantum, else 0. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_delivery_requirement_post_quantum(delivery: *const sealwax_delivery) -> i32 {
    read!(delivery, 0, delivery.requirement.post_quantum.into())
}

/// The level below which the server must not send: a `SEALWAX_TRANSPORT_` constant; 0 when nothing leaves by SMTP.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_delivery_contract_level(delivery: *const sealwax_delivery) -> i32 {
    read!(
        delivery,
        0,
        delivery.contract.as_ref().map_or(0, |contract| contract.level)
    )
}

/// The contract as the right-hand side of a Postfix `smtp_tls_policy_maps` entry; NULL when nothing leaves by SMTP.
/// `length` may be NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_delivery_contract_postfix(
    delivery: *const sealwax_delivery,
    length: *mut usize,
) -> *const c_char {
    lend!(
        delivery,
        length,
        delivery.contract.as_ref().map(|contract| &contract.postfix)
    )
}

/// The lowest protocol version that will do, such as `TLSv1.2`; NULL when any will. `length` may be NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_delivery_contract_protocol(
    delivery: *const sealwax_delivery,
    length: *mut usize,
) -> *const c_char {
    lend!(
        delivery,
        length,
        delivery
            .contract
            .as_ref()
            .and_then(|contract| contract.minimum_protocol.as_ref())
    )
}

/// The number of cipher suites that will do; 0 when any will. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_delivery_contract_suite_count(delivery: *const sealwax_delivery) -> usize {
    read!(
        delivery,
        0,
        delivery.contract.as_ref().map_or(0, |contract| contract.suites.len())
    )
}

/// The IANA name of a cipher suite that will do; NULL when the index is past the end. `length` may be NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_delivery_contract_suite(
    delivery: *const sealwax_delivery,
    index: usize,
    length: *mut usize,
) -> *const c_char {
    lend!(
        delivery,
        length,
        delivery
            .contract
            .as_ref()
            .and_then(|contract| contract.suite_texts().get(index))
    )
}

/// Whether the message is handed on with REQUIRETLS, and only to a server that offers it (RFC 8689, section 4.2.1): 1
/// or 0. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_delivery_contract_require_tls(delivery: *const sealwax_delivery) -> i32 {
    read!(
        delivery,
        0,
        i32::from(delivery.contract.as_ref().is_some_and(|contract| contract.require_tls))
    )
}

/// The SMTP reply code for the client when the message is not taken, such as 550; 0 when it is taken. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_delivery_reply_code(delivery: *const sealwax_delivery) -> i32 {
    read!(delivery, 0, delivery.reply.as_ref().map_or(0, |reply| reply.code))
}

/// The enhanced status code for the client (RFC 3463), such as `5.7.1`; NULL when the message is taken. `length` may be
/// NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_delivery_reply_status(
    delivery: *const sealwax_delivery,
    length: *mut usize,
) -> *const c_char {
    lend!(delivery, length, delivery.reply.as_ref().map(|reply| &reply.status))
}

/// The text for the client, which names no content; NULL when the message is taken. `length` may be NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_delivery_reply_text(
    delivery: *const sealwax_delivery,
    length: *mut usize,
) -> *const c_char {
    lend!(delivery, length, delivery.reply.as_ref().map(|reply| &reply.text))
}

/// The number of changes to the message that belong to the decision. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_delivery_edit_count(delivery: *const sealwax_delivery) -> usize {
    read!(delivery, 0, delivery.edits.len())
}

/// What a change does: a `SEALWAX_EDIT_` constant; 0 when the index is past the end. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_delivery_edit_kind(delivery: *const sealwax_delivery, index: usize) -> i32 {
    read!(delivery, 0, delivery.edits.get(index).map_or(0, |edit| edit.kind))
}

/// The name of the header that a change is about, or, for `SEALWAX_EDIT_KEEP`, the names of those that stay; NULL when the
/// index is past the end. `length` may be NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_delivery_edit_name(
    delivery: *const sealwax_delivery,
    index: usize,
    length: *mut usize,
) -> *const c_char {
    lend!(delivery, length, delivery.edits.get(index).map(|edit| &edit.name))
}

/// The new value of the header, not folded; NULL when headers are removed or kept, or the index is past the end. `length`
/// may be NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_delivery_edit_value(
    delivery: *const sealwax_delivery,
    index: usize,
    length: *mut usize,
) -> *const c_char {
    lend!(
        delivery,
        length,
        delivery.edits.get(index).and_then(|edit| edit.value.as_ref())
    )
}

/// Makes the edits: what leaves for this recipient, of the message that was judged.
///
/// By TLS it is the whole message with the edits of the delivery. Of a sealed delivery it is the header fields that stand
/// outside of the seal, without an empty line at the end: the sealed container, a MIME entity with `MIME-Version` and
/// `Content-Type` of its own, is put straight behind them. What goes into the container is what `sealwax_message_inner`
/// gives. The header block with its empty line will do for `raw`: the body is copied as it is.
///
/// `*outer` is the caller's, to be freed with `sealwax_buf_free`. Returns `SEALWAX_OK`; `SEALWAX_ORDER` when nothing
/// leaves, because the action is to hold, return or drop the message; `SEALWAX_NULL`, `SEALWAX_LENGTH` for the arguments.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_delivery_outer(
    delivery: *const sealwax_delivery,
    raw: *const u8,
    raw_length: usize,
    outer: *mut *mut sealwax_buf,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        out!(outer).give(|| {
            let delivery = shared!(delivery);
            applied(delivery.changes.as_deref(), bytes!(raw, raw_length))
        })
    })
}

/// The same for the fallback: what leaves when the contract cannot be met.
///
/// `*outer` is the caller's, to be freed with `sealwax_buf_free`. Returns as `sealwax_delivery_outer`; `SEALWAX_ORDER` when
/// there is no fallback, or nothing leaves by it. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_delivery_fallback_outer(
    delivery: *const sealwax_delivery,
    raw: *const u8,
    raw_length: usize,
    outer: *mut *mut sealwax_buf,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        out!(outer).give(|| {
            let fallback = shared!(delivery).fallback.as_ref();
            let leaves = fallback.filter(|fallback| fallback.method.is_some());
            applied(
                leaves.map(|fallback| fallback.edits.as_slice()),
                bytes!(raw, raw_length),
            )
        })
    })
}

/// What goes into the seal: the whole message but for every `Bcc` and `Resent-Bcc`, which name recipients whom the others
/// do not see.
///
/// `*inner` is the caller's, to be freed with `sealwax_buf_free`. Returns `SEALWAX_OK`; `SEALWAX_NULL`, `SEALWAX_LENGTH` for
/// the arguments. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_message_inner(
    raw: *const u8,
    raw_length: usize,
    inner: *mut *mut sealwax_buf,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        out!(inner).give(|| {
            let inner = Zeroizing::new(outer::inner(bytes!(raw, raw_length)));
            Ok(sealwax_buf::copied(&inner))
        })
    })
}

/// Whether the host keeps a copy in its archive, because the policy asks for it of what leaves like this: 1 or 0.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_delivery_archive(delivery: *const sealwax_delivery) -> i32 {
    read!(delivery, 0, i32::from(delivery.archive))
}

/// The number of causes of the requirement: for each dimension above the bottom, what set it. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_delivery_why_count(delivery: *const sealwax_delivery) -> usize {
    read!(delivery, 0, delivery.why.len())
}

/// The dimension that a cause set, such as `transport` or `message`; NULL when the index is past the end. `length` may
/// be NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_delivery_why_dimension(
    delivery: *const sealwax_delivery,
    index: usize,
    length: *mut usize,
) -> *const c_char {
    lend!(delivery, length, delivery.why.get(index).map(|why| &why.dimension))
}

/// The value that a cause gave its dimension, such as `verified`; NULL when the index is past the end. `length` may be
/// NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_delivery_why_value(
    delivery: *const sealwax_delivery,
    index: usize,
    length: *mut usize,
) -> *const c_char {
    lend!(delivery, length, delivery.why.get(index).map(|why| &why.value))
}

/// The rule of the policy, `baseline`, or the scope that is the cause; NULL when the index is past the end. `length`
/// may be NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_delivery_why_rule(
    delivery: *const sealwax_delivery,
    index: usize,
    length: *mut usize,
) -> *const c_char {
    lend!(delivery, length, delivery.why.get(index).map(|why| &why.rule))
}

/// A cause in words; NULL when the index is past the end. `length` may be NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_delivery_why_reason(
    delivery: *const sealwax_delivery,
    index: usize,
    length: *mut usize,
) -> *const c_char {
    lend!(delivery, length, delivery.why.get(index).map(|why| &why.reason))
}

/// The citation that the rule names; NULL when it names none or the index is past the end. `length` may be NULL.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_delivery_why_citation(
    delivery: *const sealwax_delivery,
    index: usize,
    length: *mut usize,
) -> *const c_char {
    lend!(
        delivery,
        length,
        delivery.why.get(index).and_then(|why| why.citation.as_ref())
    )
}

/// The number of methods with less friction that were rejected. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_delivery_rejected_count(delivery: *const sealwax_delivery) -> usize {
    read!(delivery, 0, delivery.rejected.len())
}

/// A method that was rejected: a `SEALWAX_METHOD_` constant; 0 when the index is past the end. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_delivery_rejected_method(delivery: *const sealwax_delivery, index: usize) -> i32 {
    read!(
        delivery,
        0,
        delivery.rejected.get(index).map_or(0, |rejected| rejected.method)
    )
}

/// Why a method was rejected, in words; NULL when the index is past the end. `length` may be NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_delivery_rejected_reason(
    delivery: *const sealwax_delivery,
    index: usize,
    length: *mut usize,
) -> *const c_char {
    lend!(
        delivery,
        length,
        delivery.rejected.get(index).map(|rejected| &rejected.reason)
    )
}

/// The id of the waiver that lowered the requirement; NULL when none did. `length` may be NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_delivery_waiver(
    delivery: *const sealwax_delivery,
    length: *mut usize,
) -> *const c_char {
    lend!(delivery, length, delivery.waiver.as_ref())
}

/// By when somebody should have asked whether the waiver that lowered the requirement still stands, in milliseconds since
/// 1970 UTC; `SEALWAX_NO_TIME` when no such time is over. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_delivery_waiver_review_due(delivery: *const sealwax_delivery) -> i64 {
    read!(delivery, SEALWAX_NO_TIME, delivery.waiver_review_due)
}

/// The number of the recipient's waivers that did not apply. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_delivery_unapplied_waiver_count(delivery: *const sealwax_delivery) -> usize {
    read!(delivery, 0, delivery.unapplied.len())
}

/// The id of a waiver that did not apply; NULL when the index is past the end. `length` may be NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_delivery_unapplied_waiver(
    delivery: *const sealwax_delivery,
    index: usize,
    length: *mut usize,
) -> *const c_char {
    lend!(
        delivery,
        length,
        delivery.unapplied.get(index).map(|passed| &passed.waiver)
    )
}

/// Why a waiver did not apply, in words that go on from its id, such as `does not cover clinical-data`; NULL when the index
/// is past the end. `length` may be NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_delivery_unapplied_waiver_reason(
    delivery: *const sealwax_delivery,
    index: usize,
    length: *mut usize,
) -> *const c_char {
    lend!(
        delivery,
        length,
        delivery.unapplied.get(index).map(|passed| &passed.reason)
    )
}

/// The other way that the recipient asked for (45 CFR 164.522(b)), in the words of the record; NULL when there is none.
/// `length` may be NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_delivery_instead(
    delivery: *const sealwax_delivery,
    length: *mut usize,
) -> *const c_char {
    lend!(delivery, length, delivery.instead.as_ref())
}

fn applied(edits: Option<&[Edit]>, raw: &[u8]) -> Result<sealwax_buf, sealwax_error> {
    let edits = edits.ok_or_else(|| {
        let text = "nothing leaves for this recipient: ask only where there is a method";
        sealwax_error::new(SEALWAX_ORDER, text)
    })?;
    let applied = Zeroizing::new(outer::apply(raw, edits));
    Ok(sealwax_buf::copied(&applied))
}

impl sealwax_delivery {
    pub(crate) fn new(delivery: &Delivery) -> Self {
        Self {
            recipient: Text::new(delivery.recipient.as_str()),
            summary: Text::new(&delivery.to_string()),
            action: delivery.action.number(),
            method: delivery.method.map_or(0, Number::number),
            reader: delivery.reader.map_or(0, Number::number),
            fallback: delivery.fallback.clone(),
            requirement: Demand::new(&delivery.requirement),
            contract: delivery.transport.as_ref().map(ContractTexts::new),
            reply: delivery.reply.as_ref().map(Reply::new),
            edits: delivery.edits.iter().map(Change::new).collect(),
            changes: delivery.method.map(|_| delivery.edits.clone()),
            why: delivery.why.iter().map(Cause::new).collect(),
            rejected: delivery.rejected.iter().map(Detour::new).collect(),
            archive: delivery.archive,
            waiver: delivery.waiver.as_ref().map(Text::from),
            waiver_review_due: delivery.waiver_review_due.map_or(SEALWAX_NO_TIME, Timestamp::as_millis),
            unapplied: delivery.unapplied_waivers.iter().map(Passed::new).collect(),
            instead: delivery.instead.as_ref().map(Text::from),
        }
    }
}

impl Demand {
    fn new(requirement: &Requirement) -> Self {
        Self {
            message: Text::new(requirement.message.name()),
            audit: Text::new(requirement.audit.name()),
            post_quantum: requirement.post_quantum,
            retention_days: usize::try_from(requirement.retention_days).unwrap_or(usize::MAX),
        }
    }
}

impl ContractTexts {
    fn new(contract: &Contract) -> Self {
        Self {
            level: contract.level.number(),
            minimum_protocol: contract.minimum_protocol.as_ref().map(Text::from),
            suites: contract.suites.clone(),
            suite_texts: OnceLock::new(),
            postfix: Text::new(&contract.postfix),
            require_tls: contract.require_tls,
        }
    }

    fn suite_texts(&self) -> &[Text] {
        let made = || self.suites.iter().map(|suite| Text::new(suite)).collect();
        self.suite_texts.get_or_init(made)
    }
}

impl Reply {
    fn new(reply: &SmtpReply) -> Self {
        Self {
            code: i32::from(reply.code),
            status: Text::new(&reply.status),
            text: Text::new(&reply.text),
        }
    }
}

impl Change {
    fn new(edit: &Edit) -> Self {
        let (kind, name, value) = match edit {
            Edit::AddHeader { name, value } => (SEALWAX_EDIT_ADD, Text::new(name), Some(value)),
            Edit::KeepOnly { headers } => {
                let names: Vec<&str> = headers.iter().map(|kept| kept.name.as_str()).collect();
                (SEALWAX_EDIT_KEEP, Text::new(&names.join(", ")), None)
            }
            Edit::RemoveHeader { name } => (SEALWAX_EDIT_REMOVE, Text::new(name), None),
            Edit::ReplaceSubject { value } => (SEALWAX_EDIT_REPLACE, Text::new("Subject"), Some(value)),
        };
        Self {
            kind,
            name,
            value: value.map(Text::from),
        }
    }
}

impl Cause {
    fn new(why: &Why) -> Self {
        Self {
            dimension: Text::new(why.dimension.name()),
            value: Text::new(&why.value),
            rule: Text::new(&why.rule),
            reason: Text::new(&why.reason),
            citation: why.citation.as_ref().map(Text::from),
        }
    }
}

impl Passed {
    fn new(unapplied: &Unapplied) -> Self {
        Self {
            waiver: Text::new(&unapplied.waiver),
            reason: Text::new(&unapplied.reason),
        }
    }
}

impl Detour {
    fn new(rejected: &Rejected) -> Self {
        Self {
            method: rejected.method.number(),
            reason: Text::new(&rejected.reason),
        }
    }
}
