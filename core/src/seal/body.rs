//! The forms in which a Cobblestone-256 body is made and opened: appended, into a buffer, in place, by several threads.

use zeroize::{Zeroize, Zeroizing};

use super::chunks::{Chunks, NewBody, SEALED_CHUNK_LEN, len_u64};
use super::cobblestone::{CHUNK_LEN, PREFIX_LEN, opened_len, sealed_len};
use crate::crypto::{CryptoError, TAG_LEN};

/// The body of `plain` in a buffer of its own.
pub(super) fn seal(body: &NewBody, plain: &[u8]) -> Result<Vec<u8>, CryptoError> {
    let mut out = Vec::with_capacity(body_len(plain.len())?);
    append(body, plain, &mut out)?;
    Ok(out)
}

/// Appends the body to `out`, chunk by chunk, so that a buffer with enough capacity is filled only once.
pub(super) fn append(body: &NewBody, plain: &[u8], out: &mut Vec<u8>) -> Result<(), CryptoError> {
    out.extend_from_slice(&body.prefix);
    for (number, text) in (0_u64..).zip(texts(plain)) {
        let start = out.len();
        out.extend_from_slice(text);
        let tag = body.chunks.seal(number, out.get_mut(start..).unwrap_or_default())?;
        out.extend_from_slice(&tag);
    }
    Ok(())
}

/// Writes the body to the front of `out` and gives its length; up to `threads` threads share the work.
pub(super) fn fill(body: &NewBody, plain: &[u8], out: &mut [u8], threads: usize) -> Result<usize, CryptoError> {
    let len = body_len(plain.len())?;
    let (out, _) = out.split_at_mut_checked(len).ok_or(CryptoError(()))?;
    let (front, sealed) = out.split_first_chunk_mut::<PREFIX_LEN>().ok_or(CryptoError(()))?;
    *front = body.prefix;
    let share = share_len(plain.len(), threads);
    let text_share = share.saturating_mul(CHUNK_LEN);
    let jobs = sealed
        .chunks_mut(share.saturating_mul(SEALED_CHUNK_LEN))
        .enumerate()
        .map(|(index, room)| {
            let text = plain.get(index.saturating_mul(text_share)..).unwrap_or_default();
            let text = text.get(..text_share).unwrap_or(text);
            let first = len_u64(index.saturating_mul(share));
            move || seal_chunks(&body.chunks, first, text, room)
        });
    run_all(jobs)?;
    Ok(len)
}

/// Seals chunks from number `first` on: the text of `room`'s chunks, of which the very last may be short or empty.
fn seal_chunks(chunks: &Chunks, first: u64, text: &[u8], room: &mut [u8]) -> Result<(), CryptoError> {
    let mut text = text;
    for (number, room) in (first..).zip(room.chunks_mut(SEALED_CHUNK_LEN)) {
        let len = room.len().checked_sub(TAG_LEN).ok_or(CryptoError(()))?;
        let (from, rest) = text.split_at_checked(len).ok_or(CryptoError(()))?;
        chunks.seal_to(number, from, room)?;
        text = rest;
    }
    Ok(())
}

/// How many chunks each of `threads` threads takes on; small messages are not shared.
fn share_len(plain_len: usize, threads: usize) -> usize {
    let count = plain_len.checked_div(CHUNK_LEN).unwrap_or_default().saturating_add(1);
    if plain_len < MIN_SHARED_LEN {
        count
    } else {
        count.div_ceil(threads.clamp(1, MAX_THREADS))
    }
}

/// More share no memory bus.
const MAX_THREADS: usize = 64;

/// Runs every job: one on the caller's thread, each other on a thread that is joined before this returns. Fails when the
/// system gives no thread.
fn run_all<J>(jobs: impl Iterator<Item = J>) -> Result<(), CryptoError>
where
    J: FnOnce() -> Result<(), CryptoError> + Send,
{
    let mut jobs = jobs.peekable();
    let Some(own) = jobs.next() else { return Ok(()) };
    if jobs.peek().is_none() {
        return own();
    }
    std::thread::scope(|scope| {
        let others: Vec<_> = jobs
            .map(|job| std::thread::Builder::new().spawn_scoped(scope, job))
            .collect();
        let failed = || Err(CryptoError(()));
        let results = others.into_iter().map(|other| {
            let joined = other.ok().and_then(|other| other.join().ok());
            joined.unwrap_or_else(failed)
        });
        let own = own();
        results.fold(own, Result::and)
    })
}

/// Seals the first `plain_len` bytes of `buffer` in place: the body comes to stand after `before` bytes of room for a
/// header. Gives the place where the body ends.
///
/// Chunks move towards the end, so the work goes from the last chunk backwards. Each is sealed where it stands and then
/// moved: it is in the cache by then, and what was fetched from memory meanwhile did not hold the cipher up.
pub(super) fn seal_in_place(
    body: &NewBody,
    buffer: &mut [u8],
    plain_len: usize,
    before: usize,
) -> Result<usize, CryptoError> {
    let end = body_len(plain_len)?.saturating_add(before);
    let (buffer, _) = buffer.split_at_mut_checked(end).ok_or(CryptoError(()))?;
    let first = before.saturating_add(PREFIX_LEN);
    let last = plain_len.checked_div(CHUNK_LEN).unwrap_or_default();
    for number in (0..=last).rev() {
        let from = number.saturating_mul(CHUNK_LEN);
        let until = plain_len.min(from.saturating_add(CHUNK_LEN));
        let text = buffer.get_mut(from..until).ok_or(CryptoError(()))?;
        let tag = body.chunks.seal(len_u64(number), text)?;
        let to = number.saturating_mul(SEALED_CHUNK_LEN).saturating_add(first);
        buffer.copy_within(from..until, to);
        put(buffer, to.saturating_add(until.saturating_sub(from)), &tag)?;
    }
    put(buffer, before, &body.prefix)?;
    Ok(end)
}

fn put<const N: usize>(buffer: &mut [u8], at: usize, bytes: &[u8; N]) -> Result<(), CryptoError> {
    let room = buffer.get_mut(at..).and_then(|rest| rest.first_chunk_mut());
    *room.ok_or(CryptoError(()))? = *bytes;
    Ok(())
}

/// [`sealed_len`] for what lies in memory.
pub(super) fn body_len(plain_len: usize) -> Result<usize, CryptoError> {
    sealed_len(len_u64(plain_len))
        .and_then(|len| usize::try_from(len).ok())
        .ok_or(CryptoError(()))
}

/// [`opened_len`] for what lies in memory.
fn text_len(body_len: usize) -> Result<usize, CryptoError> {
    opened_len(len_u64(body_len))
        .and_then(|len| usize::try_from(len).ok())
        .ok_or(CryptoError(()))
}

/// The plaintext of each chunk: full ones, then one that is shorter and may be empty.
fn texts(plain: &[u8]) -> impl Iterator<Item = &[u8]> {
    let (full, last) = plain.as_chunks::<CHUNK_LEN>();
    full.iter().map(<[u8; CHUNK_LEN]>::as_slice).chain([last])
}

/// Opens a body, whose commitment has been checked, into a buffer of its own.
pub(super) fn open(chunks: &Chunks, body: &[u8]) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
    let mut plain = Zeroizing::new(Vec::with_capacity(text_len(body.len())?)); // never grows, so no copy is left behind
    let sealed = body.get(PREFIX_LEN..).unwrap_or_default();
    for (number, chunk) in (0_u64..).zip(sealed.chunks(SEALED_CHUNK_LEN)) {
        let (text, tag) = chunk.split_last_chunk::<TAG_LEN>().ok_or(CryptoError(()))?;
        let start = plain.len();
        plain.extend_from_slice(text);
        chunks.open(number, plain.get_mut(start..).unwrap_or_default(), tag)?;
    }
    Ok(plain)
}

/// Opens a body into the front of `out` and gives the length of the plaintext; up to `threads` threads share the work.
/// On failure nothing of the plaintext is left in `out`.
pub(super) fn open_into(chunks: &Chunks, body: &[u8], out: &mut [u8], threads: usize) -> Result<usize, CryptoError> {
    let len = text_len(body.len())?;
    let (out, _) = out.split_at_mut_checked(len).ok_or(CryptoError(()))?;
    let opened = open_shared(chunks, body.get(PREFIX_LEN..).unwrap_or_default(), out, threads);
    if opened.is_err() {
        out.zeroize();
    }
    opened.map(|()| len)
}

fn open_shared(chunks: &Chunks, sealed: &[u8], out: &mut [u8], threads: usize) -> Result<(), CryptoError> {
    let share = share_len(out.len(), threads);
    let mut room = out;
    let jobs = sealed
        .chunks(share.saturating_mul(SEALED_CHUNK_LEN))
        .enumerate()
        .map(|(index, sealed)| {
            let text = room.len().min(share.saturating_mul(CHUNK_LEN));
            let (to, rest) = std::mem::take(&mut room).split_at_mut(text);
            room = rest;
            let first = len_u64(index.saturating_mul(share));
            move || open_chunks(chunks, first, sealed, to)
        });
    run_all(jobs)
}

fn open_chunks(chunks: &Chunks, first: u64, sealed: &[u8], out: &mut [u8]) -> Result<(), CryptoError> {
    let mut room = out;
    for (number, chunk) in (first..).zip(sealed.chunks(SEALED_CHUNK_LEN)) {
        let (text, tag) = chunk.split_last_chunk::<TAG_LEN>().ok_or(CryptoError(()))?;
        let (to, rest) = room.split_at_mut_checked(text.len()).ok_or(CryptoError(()))?;
        chunks.open_to(number, text, to, tag)?;
        room = rest;
    }
    Ok(())
}

/// Opens `buffer`, which holds `before` bytes of header and then the body, in place: the plaintext comes to stand at
/// its start and its length is returned. The rest of the buffer is wiped, and
/// all of it when it turns out wrong after the first chunk was opened.
pub(super) fn open_in_place(chunks: &Chunks, buffer: &mut [u8], before: usize) -> Result<usize, CryptoError> {
    text_len(buffer.len().saturating_sub(before))?;
    let opened = open_forwards(chunks, buffer, before.saturating_add(PREFIX_LEN));
    let kept = opened.as_ref().copied().unwrap_or_default();
    buffer.get_mut(kept..).unwrap_or_default().zeroize(); // text of the last chunks, where it was opened
    opened
}

/// Opens the chunks that begin at `first`, each to the end of what was opened before it.
fn open_forwards(chunks: &Chunks, buffer: &mut [u8], first: usize) -> Result<usize, CryptoError> {
    let count = buffer.len().saturating_sub(first).div_ceil(SEALED_CHUNK_LEN);
    let mut written = 0_usize;
    for number in 0..count {
        let from = number.saturating_mul(SEALED_CHUNK_LEN).saturating_add(first);
        let until = buffer.len().min(from.saturating_add(SEALED_CHUNK_LEN));
        let room = buffer.get_mut(written..until).ok_or(CryptoError(()))?;
        let (room, tag) = room.split_last_chunk_mut::<TAG_LEN>().ok_or(CryptoError(()))?;
        let start = from.saturating_sub(written);
        chunks.open_to_front(len_u64(number), room, start, tag)?;
        written = written.saturating_add(room.len().saturating_sub(start));
    }
    Ok(written)
}

/// Below this length a thread costs more than it saves.
const MIN_SHARED_LEN: usize = 1 << 20;
