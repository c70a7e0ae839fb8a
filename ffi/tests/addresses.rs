//! Addresses through C: the builder and the facts give the address of the Rust API, or its words.
#![expect(unsafe_code, reason = "this is the side of the caller")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

#[path = "../../core/tests/forms/mod.rs"]
mod forms;

use std::ffi::CStr;
use std::ptr;

use sealwax::Transaction;
use sealwax_ffi::buf::{sealwax_buf, sealwax_buf_data, sealwax_buf_free, sealwax_buf_len};
use sealwax_ffi::error::{sealwax_error, sealwax_error_free, sealwax_error_text};
use sealwax_ffi::status::{SEALWAX_ADDRESS, SEALWAX_FACTS, SEALWAX_OK, sealwax_status};
use sealwax_ffi::transaction::{
    sealwax_transaction, sealwax_transaction_add_recipient, sealwax_transaction_free, sealwax_transaction_from_json,
    sealwax_transaction_new, sealwax_transaction_recipient_count, sealwax_transaction_to_json,
};

#[test]
fn every_form_gets_the_address_or_the_words_of_the_engine() {
    for form in forms::read() {
        let expected = form.as_recipient(1);
        for (answer, refused) in [
            (built(&form.written), SEALWAX_ADDRESS),
            (read(&form.facts()), SEALWAX_FACTS),
        ] {
            match (answer, &expected) {
                (Ok(address), Ok(expected)) => assert_eq!(&address, expected, "{form:?}"),
                (Err((status, words)), Err(expected)) => {
                    assert_eq!(status, refused, "{form:?}");
                    assert!(status == SEALWAX_FACTS || &words == expected, "{words}: {expected}");
                }
                (answer, _) => panic!("{form:?}: {answer:?}"),
            }
        }
    }
}

type Answer = Result<String, (sealwax_status, String)>;

/// The second recipient, added call by call.
fn built(text: &str) -> Answer {
    let mut transaction = ptr::null_mut();
    // SAFETY: the place is a local.
    let made = unsafe { sealwax_transaction_new(&raw mut transaction, ptr::null_mut()) };
    assert_eq!(made, SEALWAX_OK);
    add(transaction, "bob@mailbox.example").unwrap();
    let added = add(transaction, text);
    // SAFETY: the transaction is alive.
    let count = unsafe { sealwax_transaction_recipient_count(transaction) };
    assert_eq!(
        count,
        if added.is_ok() { 2 } else { 1 },
        "a refused recipient is not added"
    );
    let second = added.map(|()| second(transaction));
    // SAFETY: the transaction is ours.
    unsafe { sealwax_transaction_free(transaction) };
    second
}

fn add(transaction: *mut sealwax_transaction, text: &str) -> Result<(), (sealwax_status, String)> {
    let mut error = ptr::null_mut();
    // SAFETY: the transaction is alive, the text has its length, and the place is a local.
    let status = unsafe {
        sealwax_transaction_add_recipient(
            transaction,
            text.as_ptr().cast(),
            text.len(),
            ptr::null_mut(),
            &raw mut error,
        )
    };
    told(status, error)
}

/// The second recipient of the transaction in a facts file.
fn read(facts: &str) -> Answer {
    let facts: serde_json::Value = serde_json::from_str(facts).unwrap();
    let json = facts["transaction"].to_string();
    let (mut transaction, mut error) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: the text has its length, and the places are locals.
    let status = unsafe {
        sealwax_transaction_from_json(json.as_ptr().cast(), json.len(), &raw mut transaction, &raw mut error)
    };
    let second = told(status, error).map(|()| second(transaction));
    // SAFETY: the transaction is ours or NULL.
    unsafe { sealwax_transaction_free(transaction) };
    second
}

fn second(transaction: *const sealwax_transaction) -> String {
    let mut json: *mut sealwax_buf = ptr::null_mut();
    // SAFETY: the transaction is alive, and the place is a local.
    let written = unsafe { sealwax_transaction_to_json(transaction, &raw mut json, ptr::null_mut()) };
    assert_eq!(written, SEALWAX_OK);
    // SAFETY: the buffer is alive.
    let (bytes, length) = (unsafe { sealwax_buf_data(json) }, unsafe { sealwax_buf_len(json) });
    // SAFETY: the buffer lends that many bytes.
    let bytes = unsafe { std::slice::from_raw_parts(bytes, length) };
    let transaction: Transaction = serde_json::from_slice(bytes).unwrap();
    // SAFETY: the buffer is ours.
    unsafe { sealwax_buf_free(json) };
    transaction.recipients.get(1).unwrap().address.to_string()
}

fn told(status: sealwax_status, error: *mut sealwax_error) -> Result<(), (sealwax_status, String)> {
    if status == SEALWAX_OK {
        return Ok(());
    }
    // SAFETY: the call failed, so the error is ours.
    let text = unsafe { sealwax_error_text(error, ptr::null_mut()) };
    // SAFETY: the text ends with a NUL and lives as long as the error.
    let text = unsafe { CStr::from_ptr(text) }.to_str().unwrap().to_owned();
    // SAFETY: the error is ours.
    unsafe { sealwax_error_free(error) };
    Err((status, text))
}
