//! Who signs messages, and by whom they must be signed.

use std::ffi::c_char;

use sealwax::crypto::Provider;
use sealwax::seal::{KeyError, Opener, SigningKey, VerifyingKey};

use crate::buf::sealwax_buf;
use crate::bytes::{buffer, bytes, refuse_overlap, text};
use crate::error::sealwax_error;
use crate::guard::call;
use crate::handle::{exclusive, give, shared};
use crate::keyring::{key_error, no_randomness, sole_key};
use crate::opener::{open_error, sealwax_opener, too_short};
use crate::out::{Out, out};
use crate::ring::{rotate_error, sealwax_ring};
use crate::sealer::sealwax_sealer;
use crate::status::{SEALWAX_KEY, sealwax_status};
use crate::stream::sealwax_chunkwise_reader;

/// Draws a fresh signing key (Ed25519, RFC 8032) from the system's random generator. Messages that it signs
/// (`sealwax_sealer_sign`) are known by its public half (`sealwax_opener_sender`).
///
/// `*key`, as text, is secret. Both are the caller's, to be freed with `sealwax_buf_free`, which wipes them. Returns
/// `SEALWAX_OK`; `SEALWAX_TEMPORARY` when the system gives no randomness; `SEALWAX_NULL` when `key` or `public_key` is NULL.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_signing_key_generate(
    key: *mut *mut sealwax_buf,
    public_key: *mut *mut sealwax_buf,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let (secret, public) = (out!(key), out!(public_key));
        let drawn = SigningKey::generate(Provider::ring()).map_err(|_| no_randomness())?;
        public.set(give(public_text(&drawn)?.into()));
        secret.set(give(sealwax_buf::copied(drawn.to_text().as_bytes())));
        Ok(())
    })
}

/// Draws a new version of the signing key `id` of a ring; versions before it only tell who signed. `*public_key` is its public half
/// as text, by which readers know it, and the caller's, to be freed with `sealwax_buf_free`; `public_key` may be NULL.
///
/// Returns `SEALWAX_OK`; `SEALWAX_RANGE` when the id is empty, too long, or holds blanks or control characters;
/// `SEALWAX_TEMPORARY` when the system gives no randomness; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the
/// arguments. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_ring_rotate_signer(
    ring: *mut sealwax_ring,
    id: *const c_char,
    id_length: usize,
    public_key: *mut *mut sealwax_buf,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        // SAFETY: the header's rule for out-parameters: NULL or writable until the call returns.
        let public = unsafe { Out::optional(public_key) };
        let ring = &mut exclusive!(ring).ring;
        let key = ring
            .rotate_signer(text!(id, id_length), Provider::ring())
            .map_err(rotate_error)?;
        if public.is_wanted() {
            public.set(give(public_text(key)?.into()));
        }
        Ok(())
    })
}

/// Destroys every version of the signing key `id` of a ring, as when it was stolen. `*versions`, which may be NULL, is how many
/// there were; 0 means that there is no such key. Readers go on to believe its public half until they are told.
///
/// Returns `SEALWAX_OK`; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_ring_destroy_signer(
    ring: *mut sealwax_ring,
    id: *const c_char,
    id_length: usize,
    versions: *mut usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        // SAFETY: the header's rule for out-parameters: NULL or writable until the call returns.
        let versions = unsafe { Out::optional(versions) };
        let ring = &mut exclusive!(ring).ring;
        versions.set(ring.destroy_signer(text!(id, id_length)));
        Ok(())
    })
}

/// Signs the messages with a signing key in its text form, `SEALWAX-ED25519-SECRET-1...`, alone or in a file as `sealwax keygen
/// --type ed25519` writes it. Who opens one knows who sealed it; who does not sees only that it is signed.
///
/// The text is copied into memory that is wiped; the caller wipes its own. Returns `SEALWAX_OK`; `SEALWAX_KEY` with the
/// column of what is wrong; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_sealer_sign(
    sealer: *mut sealwax_sealer,
    key: *const c_char,
    key_length: usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let sealer = exclusive!(sealer);
        let (line, key) = sole_key(text!(key, key_length))?;
        let key: SigningKey = key.parse().map_err(|error: KeyError| key_error(error).on(line))?;
        sealer.change(|sealer| Ok(sealer.sign(&key)))
    })
}

/// Signs the messages with the active signing key `id` of a ring, as `sealwax_sealer_sign` does with a key by itself.
///
/// Returns `SEALWAX_OK`; `SEALWAX_KEY` when the ring has no active signing key of this id; `SEALWAX_NULL`, `SEALWAX_LENGTH`,
/// `SEALWAX_UTF8` for the arguments. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_sealer_sign_with_ring(
    sealer: *mut sealwax_sealer,
    ring: *const sealwax_ring,
    id: *const c_char,
    id_length: usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let sealer = exclusive!(sealer);
        let key = shared!(ring).ring.active_signer(text!(id, id_length));
        let key =
            key.ok_or_else(|| sealwax_error::new(SEALWAX_KEY, "the key ring has no active signing key of this id"))?;
        sealer.change(|sealer| Ok(sealer.sign(key)))
    })
}

/// Opens only messages that this sender signed, or another one that is added by such a call: their public key as text,
/// `sealwax-ed25519-1...`. Without such a call everything opens, but not what bears a wrong signature.
///
/// The text is copied. Returns `SEALWAX_OK`; `SEALWAX_KEY` with the column of what is wrong; `SEALWAX_NULL`,
/// `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_opener_sender(
    opener: *mut sealwax_opener,
    public_key: *const c_char,
    public_key_length: usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let opener = &mut exclusive!(opener).opener;
        let (line, key) = sole_key(text!(public_key, public_key_length))?;
        let key: VerifyingKey = key.parse().map_err(|error: KeyError| key_error(error).on(line))?;
        *opener = opener.clone().sender(key);
        Ok(())
    })
}

/// Opens `sealed` into `plain` as `sealwax_opener_open` does, and says who signed it: `*sender` is the public key as text,
/// empty when nobody did. Whether the key is that of somebody whom you know is for you to say, or for
/// `sealwax_opener_sender`.
///
/// `*sender` is the caller's, to be freed with `sealwax_buf_free`; it is set on `SEALWAX_OK` only. Returns as
/// `sealwax_opener_open`, and `SEALWAX_NULL` when `sender` is NULL. Any thread may call it. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_opener_open_signed(
    opener: *const sealwax_opener,
    sealed: *const u8,
    sealed_length: usize,
    plain: *mut u8,
    capacity: usize,
    needed: *mut usize,
    sender: *mut *mut sealwax_buf,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let (written, sender) = (out!(needed), out!(sender));
        let opener = &shared!(opener).opener;
        refuse_overlap(sealed, sealed_length, plain, capacity)?;
        let sealed = bytes!(sealed, sealed_length);
        let plain = buffer!(plain, capacity);
        let length = Opener::opened_len(sealed).map_err(open_error)?;
        if plain.len() < length {
            written.set(length);
            return Err(too_short());
        }
        let found = opener.open_signed(sealed).map_err(open_error)?;
        let (room, _) = plain.split_at_mut_checked(found.content.len()).ok_or_else(too_short)?;
        room.copy_from_slice(&found.content);
        written.set(found.content.len());
        let name = found.sender.map(|sender| sender.to_string());
        sender.set(give(name.unwrap_or_default().into()));
        Ok(())
    })
}

/// Who signed the message that `reader` reads, once its last chunk is verified, at the end at the latest: `*sender` is the public
/// key as text, empty before that and when nobody did.
///
/// `*sender` is the caller's, to be freed with `sealwax_buf_free`. Returns `SEALWAX_OK`; `SEALWAX_NULL` when a pointer is NULL.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_chunkwise_reader_sender(
    reader: *const sealwax_chunkwise_reader,
    sender: *mut *mut sealwax_buf,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        out!(sender).give(|| {
            let name = shared!(reader).reader.sender().map(|sender| sender.to_string());
            Ok(name.unwrap_or_default().into())
        })
    })
}

fn public_text(key: &SigningKey) -> Result<String, sealwax_error> {
    let public = key.verifying_key(Provider::ring()).map_err(|_| no_randomness())?;
    Ok(public.to_string())
}
