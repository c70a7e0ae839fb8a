//! What a host says of a transaction, and what an engine finds in a message.

use std::ffi::c_char;
use std::ptr;

use super::{Host, Text, check, choose, free_json, give_text};
use crate::buf::{sealwax_buf_data, sealwax_buf_len};
use crate::engine::sealwax_engine_report_outcome;
use crate::error::sealwax_error;
use crate::feed::sealwax_feed_part_text;
use crate::recipient::{
    sealwax_transaction_add_evidence, sealwax_transaction_add_preference_json, sealwax_transaction_add_waiver_json,
    sealwax_transaction_set_recipient_agreement_json, sealwax_transaction_set_recipient_authentication,
    sealwax_transaction_set_recipient_baa, sealwax_transaction_set_recipient_internal,
    sealwax_transaction_set_recipient_party,
};
use crate::redact::{
    sealwax_engine_identifiers, sealwax_engine_identifiers_in_text, sealwax_engine_redact, sealwax_redaction_free,
    sealwax_redaction_keep, sealwax_redaction_new, sealwax_redaction_set_key, sealwax_redaction_set_mode,
    sealwax_redaction_shift_dates,
};
use crate::status::{SEALWAX_OK, sealwax_status};
use crate::transaction::{
    sealwax_transaction, sealwax_transaction_add_flag, sealwax_transaction_add_group, sealwax_transaction_free,
    sealwax_transaction_from_json, sealwax_transaction_recipient_count, sealwax_transaction_set_account,
    sealwax_transaction_set_enforces, sealwax_transaction_set_methods, sealwax_transaction_set_purpose,
    sealwax_transaction_set_require_tls, sealwax_transaction_set_sender, sealwax_transaction_set_stream,
    sealwax_transaction_to_json,
};

/// A call that gives a recipient JSON.
type Json = unsafe extern "C" fn(
    *mut sealwax_transaction,
    usize,
    *const c_char,
    usize,
    *mut *mut sealwax_error,
) -> sealwax_status;

/// A call that sets a number of a recipient.
type Number = unsafe extern "C" fn(*mut sealwax_transaction, usize, i32, *mut *mut sealwax_error) -> sealwax_status;

impl Host {
    /// The first byte names the fact; what was said is then written and read again.
    pub(super) fn set_text(&self, argument: &[u8]) {
        let calls: [Text<sealwax_transaction>; 6] = [
            sealwax_transaction_set_sender,
            sealwax_transaction_set_account,
            sealwax_transaction_add_group,
            sealwax_transaction_set_stream,
            sealwax_transaction_set_purpose,
            sealwax_transaction_add_flag,
        ];
        if let Some((call, text)) = choose(&calls, argument) {
            give_text(call, self.transaction, text);
        }
        self.is_written_as_it_is();
    }

    fn is_written_as_it_is(&self) {
        let (mut json, mut again) = (ptr::null_mut(), ptr::null_mut());
        // SAFETY: the handle is alive, and the place is a local.
        let status = check(|error| unsafe { sealwax_transaction_to_json(self.transaction, &raw mut json, error) });
        assert_eq!(status, SEALWAX_OK);
        // SAFETY: the buffer is ours.
        let start = unsafe { sealwax_buf_data(json) };
        // SAFETY: as above.
        let length = unsafe { sealwax_buf_len(json) };
        // SAFETY: the bytes are those of the buffer, and the place is a local.
        let status =
            check(|error| unsafe { sealwax_transaction_from_json(start.cast(), length, &raw mut again, error) });
        assert_eq!(status, SEALWAX_OK, "what is written is read");
        // SAFETY: the handle is ours.
        let count = unsafe { sealwax_transaction_recipient_count(again) };
        // SAFETY: the handle is alive.
        assert_eq!(count, unsafe { sealwax_transaction_recipient_count(self.transaction) });
        // SAFETY: the handle is ours.
        unsafe { sealwax_transaction_free(again) };
        free_json(json);
    }

    /// The first byte names the call, the second the recipient.
    pub(super) fn add_json(&self, argument: &[u8]) {
        let calls: [Json; 3] = [
            sealwax_transaction_add_waiver_json,
            sealwax_transaction_add_preference_json,
            sealwax_transaction_set_recipient_agreement_json,
        ];
        let Some((call, rest)) = choose(&calls, argument) else {
            return;
        };
        let (recipient, json) = rest.split_first().map_or((0, rest), |(first, json)| (*first, json));
        let (start, length) = (json.as_ptr().cast(), json.len());
        // SAFETY: the handle is alive, and the bytes are a slice.
        check(|error| unsafe { call(self.transaction, usize::from(recipient) % 4, start, length, error) });
    }

    /// The first byte names the call, the second the recipient, the third the number.
    pub(super) fn set_recipient(&self, argument: &[u8]) {
        let calls: [Number; 4] = [
            sealwax_transaction_set_recipient_authentication,
            sealwax_transaction_set_recipient_baa,
            sealwax_transaction_set_recipient_internal,
            sealwax_transaction_set_recipient_party,
        ];
        if let Some((call, [recipient, number, ..])) = choose(&calls, argument) {
            let number = i32::from(number.cast_signed());
            // SAFETY: the handle is alive.
            check(|error| unsafe { call(self.transaction, usize::from(*recipient) % 4, number, error) });
            // SAFETY: as above.
            check(|error| unsafe { sealwax_transaction_set_enforces(self.transaction, number, error) });
            // SAFETY: as above.
            check(|error| unsafe { sealwax_transaction_set_require_tls(self.transaction, number, error) });
            let methods = u32::from(*recipient);
            // SAFETY: as above.
            check(|error| unsafe { sealwax_transaction_set_methods(self.transaction, methods, error) });
        }
    }

    pub(super) fn add_evidence(&self, argument: &[u8]) {
        let [recipient, kind, level, failed, times @ ..] = argument else {
            return;
        };
        let (recipient, kind, level) = (usize::from(*recipient) % 4, i32::from(*kind), i32::from(*level));
        let time = |bytes: Option<&[u8; 8]>| bytes.map_or(0, |bytes| i64::from_be_bytes(*bytes));
        let (observed, until) = (time(times.first_chunk()), time(times.last_chunk()));
        let failed = i32::from(*failed);
        // SAFETY: the handle is alive.
        check(|error| unsafe {
            sealwax_transaction_add_evidence(self.transaction, recipient, kind, level, observed, until, failed, error)
        });
    }

    /// The first half is the name of a part, the second its text; the halves are also an outcome of a message.
    pub(super) fn part_text(&self, argument: &[u8]) {
        let (part, text) = argument.split_at(argument.len() / 2);
        let (name, name_len) = (part.as_ptr().cast(), part.len());
        let (start, len) = (text.as_ptr(), text.len());
        // SAFETY: the handle is alive, and the bytes are slices.
        check(|error| unsafe { sealwax_feed_part_text(self.feed, name, name_len, start.cast(), len, error) });
        let (bob, mut verdict) = (c"bob@example.org", ptr::null_mut());
        let (address, address_len, out) = (bob.as_ptr(), bob.count_bytes(), &raw mut verdict);
        // SAFETY: the handles are alive, the bytes are slices, and the place is a local.
        let status = check(|error| unsafe {
            sealwax_engine_report_outcome(
                self.engine,
                self.transaction,
                start,
                len,
                address,
                address_len,
                name,
                name_len,
                0,
                out,
                error,
            )
        });
        super::read_all(status, verdict);
    }

    /// Names what identifies somebody, and takes it out in a way that the first byte chooses.
    pub(super) fn identify(&self, argument: &[u8]) {
        let (start, length, mut json) = (argument.as_ptr(), argument.len(), ptr::null_mut());
        let none = ptr::null();
        // SAFETY: the handle is alive, the bytes are a slice, NULL is allowed with 0, and the place is a local.
        check(|error| unsafe {
            sealwax_engine_identifiers(self.engine, none, 0, start, length, none, 0, &raw mut json, error)
        });
        free_json(json);
        let (text, out) = (start.cast(), &raw mut json);
        // SAFETY: as above.
        check(|error| unsafe {
            sealwax_engine_identifiers_in_text(self.engine, none, 0, text, length, none, 0, out, error)
        });
        free_json(json);
        self.redact_message(argument);
    }

    fn redact_message(&self, argument: &[u8]) {
        let (mut redaction, mut redacted, mut summary) = (ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
        let mode = argument.first().map_or(0, |byte| i32::from(*byte % 8));
        let word = argument.get(..argument.len().min(16)).unwrap_or_default();
        // SAFETY: the place is a local.
        check(|error| unsafe { sealwax_redaction_new(&raw mut redaction, error) });
        // SAFETY: the handle is ours.
        check(|error| unsafe { sealwax_redaction_set_mode(redaction, mode, error) });
        for call in [
            sealwax_redaction_set_key,
            sealwax_redaction_shift_dates,
            sealwax_redaction_keep,
        ] {
            give_text(call, redaction, word);
        }
        let (start, length, none) = (argument.as_ptr(), argument.len(), ptr::null());
        let (out, told) = (&raw mut redacted, &raw mut summary);
        // SAFETY: the handles are alive, the bytes are a slice, NULL is allowed with 0, and the places are locals.
        let status = check(|error| unsafe {
            sealwax_engine_redact(self.engine, redaction, none, 0, start, length, out, told, error)
        });
        assert_eq!(status == SEALWAX_OK, !redacted.is_null());
        free_json(redacted);
        free_json(summary);
        // SAFETY: the handle is ours.
        unsafe { sealwax_redaction_free(redaction) };
    }
}
