//! The SMTP envelope and what the host knows, built call by call or read from JSON.

use std::ffi::c_char;

use sealwax::evidence::Transport;
use sealwax::policy::Method;
use sealwax::{Address, ListContext, Recipient, Transaction};

use crate::buf::sealwax_buf;
use crate::bytes::text;
use crate::checks::{address_error, facts_error, known_flags, truth};
use crate::error::sealwax_error;
use crate::guard::call;
use crate::handle::{exclusive, free, read, shared};
use crate::names::Number;
use crate::out::{Out, out};
use crate::status::{SEALWAX_FACTS, sealwax_status};

/// One SMTP transaction (RFC 5321, section 3.3): a sender, recipients, and what the host knows and can do. What the
/// host does not say is unknown, and what is unknown takes the safe end.
///
/// It belongs to one thread at a time. An evaluation copies it, so it may be changed or freed afterwards. A recipient
/// is named by its index: the first that was added is 0.
pub struct sealwax_transaction {
    pub(crate) transaction: Transaction,
}

/// A flag of `sealwax_transaction_set_methods`: the host can send over TLS.
pub const SEALWAX_METHODS_TLS: u32 = 1;
/// A flag of `sealwax_transaction_set_methods`: the host can seal by S/MIME.
pub const SEALWAX_METHODS_SMIME: u32 = 2;
/// A flag of `sealwax_transaction_set_methods`: the host can seal by OpenPGP.
pub const SEALWAX_METHODS_PGP: u32 = 4;
/// A flag of `sealwax_transaction_set_methods`: the host has a portal.
pub const SEALWAX_METHODS_PORTAL: u32 = 8;

/// Makes a transaction without sender or recipient.
///
/// `*transaction` is the caller's, to be freed with `sealwax_transaction_free`.
///
/// Returns `SEALWAX_OK`; `SEALWAX_NULL` when `transaction` is NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_transaction_new(
    transaction: *mut *mut sealwax_transaction,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        out!(transaction).give(|| {
            Ok(sealwax_transaction {
                transaction: Transaction::default(),
            })
        })
    })
}

/// Makes a transaction from JSON: the `transaction` of a facts file, as `docs/JSON.md` describes it.
///
/// `json` is `json_length` bytes of UTF-8. `*transaction` is the caller's, to be freed with
/// `sealwax_transaction_free`.
///
/// Returns `SEALWAX_OK`; `SEALWAX_FACTS` with the line and column of what is wrong; `SEALWAX_NULL`, `SEALWAX_LENGTH`,
/// `SEALWAX_UTF8` for the arguments. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_transaction_from_json(
    json: *const c_char,
    json_length: usize,
    transaction: *mut *mut sealwax_transaction,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        out!(transaction).give(|| {
            let read = sealwax::json::transaction(text!(json, json_length));
            Ok(sealwax_transaction {
                transaction: read.map_err(|error| facts_error(&error))?,
            })
        })
    })
}

/// Writes the transaction as JSON, in the form that `sealwax_transaction_from_json` reads.
///
/// `*json` is the caller's, to be freed with `sealwax_buf_free`. Returns `SEALWAX_OK`; `SEALWAX_NULL` when a pointer
/// is NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_transaction_to_json(
    transaction: *const sealwax_transaction,
    json: *mut *mut sealwax_buf,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        out!(json).give(|| {
            let text = serde_json::to_string(&shared!(transaction).transaction);
            Ok(text.map_err(|error| sealwax_error::new(SEALWAX_FACTS, error))?.into())
        })
    })
}

/// Sets the sender's address: the reverse-path, as `ann@clinic.example`, `<ann@clinic.example>` or
/// `Ann <ann@clinic.example>`; empty or `<>` for a bounce.
///
/// The text is copied. Returns `SEALWAX_OK`; `SEALWAX_ADDRESS` when it is no address, and then the sender stays as it
/// was; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_transaction_set_sender(
    transaction: *mut sealwax_transaction,
    address: *const c_char,
    address_length: usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let transaction = exclusive!(transaction);
        transaction.transaction.sender =
            Address::parse(text!(address, address_length)).map_err(|error| address_error(error.of_sender()))?;
        Ok(())
    })
}

/// Adds a recipient of whom nothing is known: the forward-path, as `bob@example.org`, `<bob@example.org>` or
/// `Bob <bob@example.org>`.
///
/// The text is copied. `index` may be NULL; otherwise it is given the recipient's index, by which the calls below name
/// it.
///
/// Returns `SEALWAX_OK`; `SEALWAX_ADDRESS` when the text is not one address that can be written to, and then nobody was
/// added: the error's text says the place that it would have had, as `recipients[1]`, and nothing of the address;
/// `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_transaction_add_recipient(
    transaction: *mut sealwax_transaction,
    address: *const c_char,
    address_length: usize,
    index: *mut usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        // SAFETY: the header's rule for out-parameters: NULL or writable until the call returns.
        let index = unsafe { Out::optional(index) };
        let recipients = &mut exclusive!(transaction).transaction.recipients;
        let address = text!(address, address_length);
        let place = recipients.len();
        let recipient = Recipient::new(address).map_err(|error| address_error(error.of_recipient(place)))?;
        recipients.push(recipient);
        index.set(place);
        Ok(())
    })
}

/// The number of recipients; 0 when `transaction` is NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_transaction_recipient_count(transaction: *const sealwax_transaction) -> usize {
    read!(transaction, 0, transaction.transaction.recipients.len())
}

/// Sets the account that the sender belongs to, for the policy's account floor.
///
/// The text is copied. Returns `SEALWAX_OK`; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_transaction_set_account(
    transaction: *mut sealwax_transaction,
    account: *const c_char,
    account_length: usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let transaction = exclusive!(transaction);
        transaction.transaction.account = Some(text!(account, account_length).to_owned());
        Ok(())
    })
}

/// Adds a group that the sender belongs to, beside those that the policy derives from the address.
///
/// The text is copied. Returns `SEALWAX_OK`; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_transaction_add_group(
    transaction: *mut sealwax_transaction,
    group: *const c_char,
    group_length: usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let transaction = exclusive!(transaction);
        transaction
            .transaction
            .groups
            .insert(text!(group, group_length).to_owned());
        Ok(())
    })
}

/// Sets the stream that the host sends the message in, for instance `bulk` or `business`.
///
/// The text is copied. Returns `SEALWAX_OK`; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_transaction_set_stream(
    transaction: *mut sealwax_transaction,
    stream: *const c_char,
    stream_length: usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let transaction = exclusive!(transaction);
        transaction.transaction.stream = Some(text!(stream, stream_length).to_owned());
        Ok(())
    })
}

/// Sets what the message is for, for instance `appointment`, `billing` or `newsletter`.
///
/// The text is copied. Returns `SEALWAX_OK`; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_transaction_set_purpose(
    transaction: *mut sealwax_transaction,
    purpose: *const c_char,
    purpose_length: usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let transaction = exclusive!(transaction);
        transaction.transaction.purpose = Some(text!(purpose, purpose_length).to_owned());
        Ok(())
    })
}

/// Sets the list or audience that the recipients were taken from: its name or `List-Id` (RFC 2919), and in `health`
/// whether being on it tells something of a person's health, as with "dialysis clinic patients": 1 or 0.
///
/// The text is copied. Returns `SEALWAX_OK`; `SEALWAX_RANGE` when `health` is neither 1 nor 0; `SEALWAX_NULL`,
/// `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_transaction_set_list(
    transaction: *mut sealwax_transaction,
    list: *const c_char,
    list_length: usize,
    health: i32,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let transaction = exclusive!(transaction);
        let list = ListContext {
            id: text!(list, list_length).to_owned(),
            health: truth(health, "health")?,
        };
        transaction.transaction.list = Some(list);
        Ok(())
    })
}

/// Says which methods the host can carry out: `SEALWAX_METHODS_` flags or'ed together. Without this call they are
/// TLS and the portal; 0 is none at all.
///
/// Returns `SEALWAX_OK`; `SEALWAX_RANGE` when a flag is unknown; `SEALWAX_NULL` when `transaction` is NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_transaction_set_methods(
    transaction: *mut sealwax_transaction,
    methods: u32,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let transaction = exclusive!(transaction);
        let every = METHOD_FLAGS.iter().fold(0, |every, (flag, _)| every | flag);
        known_flags(methods, every, "methods")?;
        let chosen = METHOD_FLAGS.iter().filter(|(flag, _)| methods & flag != 0);
        transaction.transaction.methods = Some(chosen.map(|(_, method)| *method).collect());
        Ok(())
    })
}

/// Says below which level the host refuses to send when a delivery asks for it: a `SEALWAX_TRANSPORT_` constant.
/// Without this call it is `SEALWAX_TRANSPORT_ENCRYPTED`.
///
/// Returns `SEALWAX_OK`; `SEALWAX_RANGE` when there is no such constant; `SEALWAX_NULL` when `transaction` is NULL.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_transaction_set_enforces(
    transaction: *mut sealwax_transaction,
    level: i32,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let transaction = exclusive!(transaction);
        transaction.transaction.enforces = Some(Transport::from_number(level, "level")?);
        Ok(())
    })
}

/// Says whether the client demanded REQUIRETLS in its MAIL command (RFC 8689): 1 or 0. Authenticated TLS is then
/// required on every hop, and no waiver lowers that.
///
/// Returns `SEALWAX_OK`; `SEALWAX_RANGE` when `require_tls` is neither 1 nor 0; `SEALWAX_NULL` when `transaction` is
/// NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_transaction_set_require_tls(
    transaction: *mut sealwax_transaction,
    require_tls: i32,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let transaction = exclusive!(transaction);
        transaction.transaction.require_tls = truth(require_tls, "require_tls")?;
        Ok(())
    })
}

/// Raises a fact by name, for instance that a virus scanner could not open a part; the policy can only raise on it.
///
/// The text is copied. Returns `SEALWAX_OK`; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_transaction_add_flag(
    transaction: *mut sealwax_transaction,
    flag: *const c_char,
    flag_length: usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let transaction = exclusive!(transaction);
        transaction
            .transaction
            .flags
            .insert(text!(flag, flag_length).to_owned());
        Ok(())
    })
}

/// Frees `transaction`; NULL is fine. Feeds that were made from it are not touched. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_transaction_free(transaction: *mut sealwax_transaction) {
    free!(transaction);
}

const METHOD_FLAGS: [(u32, Method); 4] = [
    (SEALWAX_METHODS_TLS, Method::Tls),
    (SEALWAX_METHODS_SMIME, Method::Smime),
    (SEALWAX_METHODS_PGP, Method::Pgp),
    (SEALWAX_METHODS_PORTAL, Method::Portal),
];
