//! What the host knows of one recipient of a transaction.

use std::ffi::c_char;

use sealwax::evidence::Evidence;
use sealwax::{ClientKeys, Recipient, Timestamp};

use crate::bytes::text;
use crate::checks::{facts_error, known_flags, out_of_range, truth};
use crate::error::sealwax_error;
use crate::guard::call;
use crate::handle::exclusive;
use crate::names::Number;
use crate::status::{SEALWAX_RANGE, sealwax_status};
use crate::transaction::sealwax_transaction;

/// A time that is not known or has no end; see `sealwax_transaction_add_evidence` and `sealwax_sealer_retention`.
pub const SEALWAX_NO_TIME: i64 = i64::MIN;

/// A flag of `sealwax_transaction_set_recipient_keys`: a valid S/MIME certificate is at hand.
pub const SEALWAX_KEYS_SMIME: u32 = 1;
/// A flag of `sealwax_transaction_set_recipient_keys`: a valid OpenPGP key is at hand.
pub const SEALWAX_KEYS_PGP: u32 = 2;

/// Says whether the recipient belongs to the sender's own organisation: 1 or 0. A new recipient does not.
///
/// Returns `SEALWAX_OK`; `SEALWAX_RANGE` when there is no such recipient or `internal` is neither 1 nor 0;
/// `SEALWAX_NULL` when `transaction` is NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_transaction_set_recipient_internal(
    transaction: *mut sealwax_transaction,
    recipient: usize,
    internal: i32,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let recipient = exclusive!(transaction).recipient(recipient)?;
        recipient.internal = truth(internal, "internal")?;
        Ok(())
    })
}

/// Says what the recipient's mail client can open: `SEALWAX_KEYS_` flags or'ed together, or 0 for nothing.
///
/// Returns `SEALWAX_OK`; `SEALWAX_RANGE` when there is no such recipient or a flag is unknown; `SEALWAX_NULL` when
/// `transaction` is NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_transaction_set_recipient_keys(
    transaction: *mut sealwax_transaction,
    recipient: usize,
    keys: u32,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let recipient = exclusive!(transaction).recipient(recipient)?;
        known_flags(keys, SEALWAX_KEYS_SMIME | SEALWAX_KEYS_PGP, "keys")?;
        recipient.keys = ClientKeys {
            smime: keys & SEALWAX_KEYS_SMIME != 0,
            pgp: keys & SEALWAX_KEYS_PGP != 0,
        };
        Ok(())
    })
}

/// Says whether a business associate agreement stands with the recipient (45 CFR 164.504(e)): a `SEALWAX_BAA_`
/// constant.
///
/// Returns `SEALWAX_OK`; `SEALWAX_RANGE` when there is no such recipient or constant; `SEALWAX_NULL` when
/// `transaction` is NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_transaction_set_recipient_baa(
    transaction: *mut sealwax_transaction,
    recipient: usize,
    baa: i32,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        exclusive!(transaction).recipient(recipient)?.baa = Number::from_number(baa, "baa")?;
        Ok(())
    })
}

/// Says who the recipient is: a `SEALWAX_PARTY_` constant. An individual, such as a patient, needs no agreement. Of a
/// new recipient nothing is said, and the policy's sets, partners and `default_recipient` say it.
///
/// Returns `SEALWAX_OK`; `SEALWAX_RANGE` when there is no such recipient or constant; `SEALWAX_NULL` when
/// `transaction` is NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_transaction_set_recipient_party(
    transaction: *mut sealwax_transaction,
    recipient: usize,
    party: i32,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        exclusive!(transaction).recipient(recipient)?.party = Some(Number::from_number(party, "party")?);
        Ok(())
    })
}

/// Says when the agreement with the recipient stands and which document it is: `agreement` in `docs/JSON.md`, such as
/// `{"date": "2026-01-01", "end": "2026-12-31"}`. One that does not stand is as good as none.
///
/// Returns `SEALWAX_OK`; `SEALWAX_FACTS` with the line and column of what is wrong; `SEALWAX_RANGE` when there is no
/// such recipient; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_transaction_set_recipient_agreement_json(
    transaction: *mut sealwax_transaction,
    recipient: usize,
    json: *const c_char,
    json_length: usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let recipient = exclusive!(transaction).recipient(recipient)?;
        let json = text!(json, json_length);
        recipient.agreement = Some(sealwax::json::agreement(json).map_err(|error| facts_error(&error))?);
        Ok(())
    })
}

/// Says how the portal authenticates the recipient: a `SEALWAX_AUTHENTICATION_` constant. Without this call it is not known, and a
/// delivery by the portal asks for it (`sealwax_delivery_reader`).
///
/// Returns `SEALWAX_OK`; `SEALWAX_RANGE` when there is no such recipient or constant; `SEALWAX_NULL` when
/// `transaction` is NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_transaction_set_recipient_authentication(
    transaction: *mut sealwax_transaction,
    recipient: usize,
    authentication: i32,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let recipient = exclusive!(transaction).recipient(recipient)?;
        recipient.authentication = Some(Number::from_number(authentication, "authentication")?);
        Ok(())
    })
}

/// Adds what the host knows of how the recipient's server can be reached.
///
/// `kind` is a `SEALWAX_EVIDENCE_` constant; `level` is the `SEALWAX_TRANSPORT_` constant that was proved or, when
/// `failed` is 1, that could not be reached. `observed_at` and `valid_until` are milliseconds since 1970 UTC;
/// `SEALWAX_NO_TIME` as `valid_until` gives the evidence the life time of its kind: a day for DANE and probes, a week
/// for deliveries and MTA-STS, no end for the rest.
///
/// Returns `SEALWAX_OK`; `SEALWAX_RANGE` when there is no such recipient or constant, when `failed` is neither 1 nor
/// 0, when `observed_at` is `SEALWAX_NO_TIME`, or when a time is one in seconds, which lies in January 1970;
/// `SEALWAX_NULL` when `transaction` is NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_transaction_add_evidence(
    transaction: *mut sealwax_transaction,
    recipient: usize,
    kind: i32,
    level: i32,
    observed_at: i64,
    valid_until: i64,
    failed: i32,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let recipient = exclusive!(transaction).recipient(recipient)?;
        let kind = Number::from_number(kind, "kind")?;
        let level = Number::from_number(level, "level")?;
        let observed_at = time(observed_at).ok_or_else(|| out_of_range("observed_at"))?;
        let mut evidence = Evidence::new(kind, level, observed_at);
        evidence.valid_until = time(valid_until);
        in_milliseconds(evidence.observed_at, "observed_at")?;
        evidence
            .valid_until
            .map_or(Ok(()), |end| in_milliseconds(end, "valid_until"))?;
        evidence.failed = truth(failed, "failed")?;
        recipient.evidence.push(evidence);
        Ok(())
    })
}

/// Adds a waiver record that the host holds for the recipient: one element of `waivers` in `docs/JSON.md`.
///
/// Returns `SEALWAX_OK`; `SEALWAX_FACTS` with the line and column of what is wrong; `SEALWAX_RANGE` when there is no
/// such recipient; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_transaction_add_waiver_json(
    transaction: *mut sealwax_transaction,
    recipient: usize,
    json: *const c_char,
    json_length: usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let recipient = exclusive!(transaction).recipient(recipient)?;
        let json = text!(json, json_length);
        let waiver = sealwax::json::waiver(json).map_err(|error| facts_error(&error))?;
        recipient.waivers.push(waiver);
        Ok(())
    })
}

/// Adds a recipient's wish about mail to them that the host holds, such as an opt-out: one element of `preferences` in
/// `docs/JSON.md`. It only raises.
///
/// Returns `SEALWAX_OK`; `SEALWAX_FACTS` with the line and column of what is wrong; `SEALWAX_RANGE` when there is no
/// such recipient; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_transaction_add_preference_json(
    transaction: *mut sealwax_transaction,
    recipient: usize,
    json: *const c_char,
    json_length: usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let recipient = exclusive!(transaction).recipient(recipient)?;
        let json = text!(json, json_length);
        let preference = sealwax::json::preference(json).map_err(|error| facts_error(&error))?;
        recipient.preferences.push(preference);
        Ok(())
    })
}

impl sealwax_transaction {
    fn recipient(&mut self, index: usize) -> Result<&mut Recipient, sealwax_error> {
        let recipient = self.transaction.recipients.get_mut(index);
        recipient.ok_or_else(|| out_of_range("recipient"))
    }
}

/// Refuses a time that was given in another unit.
fn in_milliseconds(at: Timestamp, name: &str) -> Result<(), sealwax_error> {
    match at.mistaken_unit() {
        Some(unit) => {
            let text = format!("`{name}` was probably given in {unit}, expected milliseconds since 1970");
            Err(sealwax_error::new(SEALWAX_RANGE, text))
        }
        None => Ok(()),
    }
}

/// The time, or `None` for [`SEALWAX_NO_TIME`].
pub(crate) fn time(millis: i64) -> Option<Timestamp> {
    (millis != SEALWAX_NO_TIME).then(|| Timestamp::from_millis(millis))
}
