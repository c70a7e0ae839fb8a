//! What a sealed message says in clear.

use sealwax::crypto::Provider;
use sealwax::json;
use sealwax::seal::{Header, HeaderError, Identity};

use crate::buf::sealwax_buf;
use crate::bytes::bytes;
use crate::error::sealwax_error;
use crate::guard::call;
use crate::handle::shared;
use crate::keyring::sealwax_keyring;
use crate::out::out;
use crate::status::{SEALWAX_OPEN, sealwax_status};

/// The length of the header that `sealed` begins with: what is behind it is the body. A host may keep the two apart, for
/// instance the header in a database and the body in an object store.
///
/// Returns `SEALWAX_OK`; `SEALWAX_OPEN` when it is no sealed message; `SEALWAX_NULL`, `SEALWAX_LENGTH` for the arguments.
/// Any thread may call it. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_sealed_header_len(
    sealed: *const u8,
    sealed_length: usize,
    length: *mut usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        out!(length).fill(|| Ok(split(bytes!(sealed, sealed_length))?.0.len()))
    })
}

/// What the header of `sealed`, or a header that was kept apart, says in clear, as the JSON object that `docs/JSON.md`
/// describes under "Header". Nothing of it is proved until the message is opened.
///
/// `*json` is the caller's, to be freed with `sealwax_buf_free`. Returns `SEALWAX_OK`; `SEALWAX_OPEN` when it is no sealed
/// message; `SEALWAX_NULL`, `SEALWAX_LENGTH` for the arguments. Any thread may call it. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_sealed_header_json(
    sealed: *const u8,
    sealed_length: usize,
    json: *mut *mut sealwax_buf,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        out!(json).give(|| {
            let (header, body) = split(bytes!(sealed, sealed_length))?;
            let header = Header::parse(header).map_err(header_error)?;
            Ok(json::header(&header, body.len() as u64).into())
        })
    })
}

/// How many recipients still open the message after the keys of `destroyed` are gone: `*survivors`. The message is destroyed
/// only when it is 0; a legal hold is one that survives. `sealed` may be a header that was kept apart.
///
/// Ask before the keys are destroyed: a recipient counts as theirs only when one of them opens what was wrapped for it, since
/// its name may be that of another key as well. Key services are asked.
///
/// Returns `SEALWAX_OK`; `SEALWAX_OPEN` when it is no sealed message; `SEALWAX_NULL`, `SEALWAX_LENGTH` for the arguments. Any
/// thread may call it. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_sealed_survivors(
    sealed: *const u8,
    sealed_length: usize,
    destroyed: *const sealwax_keyring,
    survivors: *mut usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        out!(survivors).fill(|| {
            let header = Header::parse(bytes!(sealed, sealed_length)).map_err(header_error)?;
            let destroyed: Vec<Identity> = shared!(destroyed).identities().cloned().collect();
            Ok(header.survivors(Provider::ring(), &destroyed).count())
        })
    })
}

/// The header and the body of a message.
fn split(sealed: &[u8]) -> Result<(&[u8], &[u8]), sealwax_error> {
    let mut body = sealed;
    let header = Header::take_from(&mut body).map_err(|_| no_message())?;
    sealed.split_at_checked(header.len()).ok_or_else(no_message)
}

fn no_message() -> sealwax_error {
    sealwax_error::new(SEALWAX_OPEN, "this does not begin as a sealed message")
}

pub(crate) fn header_error(error: HeaderError) -> sealwax_error {
    sealwax_error::new(SEALWAX_OPEN, error)
}
