//! Seals and opens streams, by the host's callbacks.

use std::ffi::c_void;
use std::io::{self, Read, Write};

use sealwax::seal::{ChunkwiseReader, SealedWriter, SeekReader};

use crate::bytes::{buffer, bytes};
use crate::callback::{
    Place, Sink, Source, User, present, sealwax_drop_function, sealwax_read_at_function, sealwax_read_function,
    sealwax_write_function, stream_error,
};
use crate::error::sealwax_error;
use crate::guard::call;
use crate::handle::{exclusive, free, read, shared};
use crate::opener::sealwax_opener;
use crate::out::out;
use crate::sealer::sealwax_sealer;
use crate::status::{SEALWAX_ORDER, sealwax_status};

/// Seals a message while it is written. It belongs to one thread at a time and keeps 128 KiB.
pub struct sealwax_writer {
    writer: Option<SealedWriter<Sink>>,
}

/// Begins a sealed message, which goes to `write` in pieces. The first call of `write` gets the header and nothing else,
/// so that a host can store it apart; it comes before this function returns.
///
/// `*writer` is the caller's, to be freed with `sealwax_writer_free`. `sealer` is copied. `user` is given to `write`, and
/// to `drop`, which may be NULL, as its type says. Callbacks come on the thread of the call, inside of it, and must not
/// throw, jump out, or call with the same writer.
///
/// Returns `SEALWAX_OK`; `SEALWAX_SEAL` or another status of `sealwax_sealer_seal`; `SEALWAX_TEMPORARY` when `write`
/// fails; `SEALWAX_NULL` when `sealer`, `write` or `writer` is NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_writer_new(
    sealer: *const sealwax_sealer,
    user: *mut c_void,
    write: sealwax_write_function,
    drop: sealwax_drop_function,
    writer: *mut *mut sealwax_writer,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let user = User::new(user, drop);
        out!(writer).give(|| {
            let sealer = &shared!(sealer).sealer;
            begun(sealer.writer(sink(user, write)?), |writer| sealwax_writer {
                writer: Some(writer),
            })
        })
    })
}

/// Seals the next bytes of the message.
///
/// Returns `SEALWAX_OK`; `SEALWAX_TEMPORARY` when `write` fails, after which the message cannot be finished;
/// `SEALWAX_ORDER` after `sealwax_writer_finish`; `SEALWAX_NULL`, `SEALWAX_LENGTH` for the arguments. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_writer_write(
    writer: *mut sealwax_writer,
    plain: *const u8,
    plain_length: usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let writer = exclusive!(writer).writer.as_mut().ok_or_else(finished)?;
        let plain = bytes!(plain, plain_length);
        writer.write_all(plain).map_err(|error| stream_error(&error))
    })
}

/// Ends the message: without this call it never opens. The writer can then only be freed.
///
/// Returns as `sealwax_writer_write`. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_writer_finish(
    writer: *mut sealwax_writer,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let writer = exclusive!(writer).writer.take().ok_or_else(finished)?;
        writer.finish().map(drop).map_err(|error| stream_error(&error))
    })
}

/// Wipes what it holds and frees `writer`; NULL is fine. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_writer_free(writer: *mut sealwax_writer) {
    free!(writer);
}

/// Opens a message while it is read, and releases each chunk of 16 KiB as soon as that chunk is verified, *before* the end
/// of the message is known to be genuine. It belongs to one thread at a time and keeps 128 KiB.
pub struct sealwax_chunkwise_reader {
    pub(crate) reader: ChunkwiseReader<Source>,
}

/// Begins to open the sealed message that `read` gives.
///
/// `*reader` is the caller's, to be freed with `sealwax_chunkwise_reader_free`. `opener` is copied. For `user`, `drop` and
/// the callbacks the rules of `sealwax_writer_new` hold.
///
/// Returns `SEALWAX_OK`; `SEALWAX_OPEN` when the message does not open, whatever the reason; `SEALWAX_TEMPORARY` when
/// `read` fails; `SEALWAX_NULL` when `opener`, `read` or `reader` is NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_chunkwise_reader_new(
    opener: *const sealwax_opener,
    user: *mut c_void,
    read: sealwax_read_function,
    drop: sealwax_drop_function,
    reader: *mut *mut sealwax_chunkwise_reader,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let user = User::new(user, drop);
        out!(reader).give(|| {
            let opener = &shared!(opener).opener;
            begun(opener.chunkwise_reader(source(user, read)?), |reader| {
                sealwax_chunkwise_reader { reader }
            })
        })
    })
}

/// Begins to open a message whose header was kept apart: `read` gives its body.
///
/// `header` is copied. Everything else is as with `sealwax_chunkwise_reader_new`, and `SEALWAX_LENGTH` for the arguments.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_chunkwise_reader_new_detached(
    opener: *const sealwax_opener,
    header: *const u8,
    header_length: usize,
    user: *mut c_void,
    read: sealwax_read_function,
    drop: sealwax_drop_function,
    reader: *mut *mut sealwax_chunkwise_reader,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let user = User::new(user, drop);
        out!(reader).give(|| {
            let opener = &shared!(opener).opener;
            let header = bytes!(header, header_length);
            let reader = opener.chunkwise_reader_detached(header, source(user, read)?);
            begun(reader, |reader| sealwax_chunkwise_reader { reader })
        })
    })
}

/// Opens the next bytes of the message into `plain`, and their number into `*length`; 0 is the end. Only then is what
/// was read before known to be the whole message.
///
/// Returns as `sealwax_chunkwise_reader_new`, and `SEALWAX_LENGTH` for the arguments. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_chunkwise_reader_read(
    reader: *mut sealwax_chunkwise_reader,
    plain: *mut u8,
    capacity: usize,
    length: *mut usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        out!(length).fill(|| {
            let reader = &mut exclusive!(reader).reader;
            let plain = buffer!(plain, capacity);
            reader.read(plain).map_err(|error| stream_error(&error))
        })
    })
}

/// Wipes what it holds and frees `reader`; NULL is fine. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_chunkwise_reader_free(reader: *mut sealwax_chunkwise_reader) {
    free!(reader);
}

/// Opens a message from any place: only the chunks that are asked for. It belongs to one thread at a time and keeps one
/// chunk of 16 KiB.
pub struct sealwax_seek_reader {
    reader: SeekReader<Place>,
}

/// Begins to read the sealed message of `size` bytes that `read_at` gives. The length of the message is verified at once.
///
/// `*reader` is the caller's, to be freed with `sealwax_seek_reader_free`. `opener` is copied. For `user`, `drop` and the
/// callbacks the rules of `sealwax_writer_new` hold.
///
/// Returns `SEALWAX_OK`; `SEALWAX_OPEN` when the message does not open, whatever the reason; `SEALWAX_TEMPORARY` when
/// `read_at` fails; `SEALWAX_NULL` when `opener`, `read_at` or `reader` is NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_seek_reader_new(
    opener: *const sealwax_opener,
    size: u64,
    user: *mut c_void,
    read_at: sealwax_read_at_function,
    drop: sealwax_drop_function,
    reader: *mut *mut sealwax_seek_reader,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let user = User::new(user, drop);
        out!(reader).give(|| {
            let opener = &shared!(opener).opener;
            begun(opener.seek_reader(place(user, read_at, size)?), |reader| {
                sealwax_seek_reader { reader }
            })
        })
    })
}

/// Begins to read a message whose header was kept apart: `read_at` gives its body, and `size` is that of the body.
///
/// `header` is copied. Everything else is as with `sealwax_seek_reader_new`, and `SEALWAX_LENGTH` for the arguments.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_seek_reader_new_detached(
    opener: *const sealwax_opener,
    header: *const u8,
    header_length: usize,
    size: u64,
    user: *mut c_void,
    read_at: sealwax_read_at_function,
    drop: sealwax_drop_function,
    reader: *mut *mut sealwax_seek_reader,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let user = User::new(user, drop);
        out!(reader).give(|| {
            let opener = &shared!(opener).opener;
            let header = bytes!(header, header_length);
            let reader = opener.seek_reader_detached(header, place(user, read_at, size)?);
            begun(reader, |reader| sealwax_seek_reader { reader })
        })
    })
}

/// The length of the plaintext; 0 when `reader` is NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_seek_reader_len(reader: *const sealwax_seek_reader) -> u64 {
    read!(reader, 0, reader.reader.len())
}

/// Opens from `offset` into `plain`, as much as there is and fits, and gives the number of bytes in `*length`.
///
/// A failure leaves nothing of the plaintext in the buffer. Returns as `sealwax_seek_reader_new`, and `SEALWAX_LENGTH`
/// for the arguments. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_seek_reader_read_at(
    reader: *mut sealwax_seek_reader,
    offset: u64,
    plain: *mut u8,
    capacity: usize,
    length: *mut usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        out!(length).fill(|| {
            let reader = &mut exclusive!(reader).reader;
            let plain = buffer!(plain, capacity);
            reader.read_at(offset, plain).map_err(|error| stream_error(&error))
        })
    })
}

/// Wipes what it holds and frees `reader`; NULL is fine. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_seek_reader_free(reader: *mut sealwax_seek_reader) {
    free!(reader);
}

/// Opens the sealed message of `size` bytes that `read_at` gives, and passes the plaintext to `write`. It reads the
/// message twice: `write` is not called before all of it was verified.
///
/// For `user`, `drop`, `out_user`, `out_drop` and the callbacks the rules of `sealwax_writer_new` hold; the values are
/// dropped before the call returns. On `SEALWAX_OK`, `*length` is the length of the plaintext. Returns as
/// `sealwax_seek_reader_new`. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_opener_open_stream(
    opener: *const sealwax_opener,
    size: u64,
    user: *mut c_void,
    read_at: sealwax_read_at_function,
    drop: sealwax_drop_function,
    out_user: *mut c_void,
    write: sealwax_write_function,
    out_drop: sealwax_drop_function,
    length: *mut u64,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let (user, out_user) = (User::new(user, drop), User::new(out_user, out_drop));
        out!(length).fill(|| {
            let opener = &shared!(opener).opener;
            let input = place(user, read_at, size)?;
            let mut output = sink(out_user, write)?;
            let opened = opener.open_stream(input, &mut output);
            opened.map_err(|error| stream_error(&error))
        })
    })
}

/// Opens a message whose header was kept apart, as `sealwax_opener_open_stream` does: `read_at` gives its body, and `size`
/// is that of the body.
///
/// Everything else is as with `sealwax_opener_open_stream`, and `SEALWAX_LENGTH` for the arguments. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_opener_open_stream_detached(
    opener: *const sealwax_opener,
    header: *const u8,
    header_length: usize,
    size: u64,
    user: *mut c_void,
    read_at: sealwax_read_at_function,
    drop: sealwax_drop_function,
    out_user: *mut c_void,
    write: sealwax_write_function,
    out_drop: sealwax_drop_function,
    length: *mut u64,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let (user, out_user) = (User::new(user, drop), User::new(out_user, out_drop));
        out!(length).fill(|| {
            let opener = &shared!(opener).opener;
            let header = bytes!(header, header_length);
            let input = place(user, read_at, size)?;
            let mut output = sink(out_user, write)?;
            let opened = opener.open_stream_detached(header, input, &mut output);
            opened.map_err(|error| stream_error(&error))
        })
    })
}

/// The handle of a stream that has begun.
fn begun<S, H>(stream: io::Result<S>, handle: impl FnOnce(S) -> H) -> Result<H, sealwax_error> {
    stream.map(handle).map_err(|error| stream_error(&error))
}

fn source(user: User, read: sealwax_read_function) -> Result<Source, sealwax_error> {
    Ok(Source {
        user,
        read: present(read, "read")?,
    })
}

fn sink(user: User, write: sealwax_write_function) -> Result<Sink, sealwax_error> {
    Ok(Sink {
        user,
        write: present(write, "write")?,
    })
}

fn place(user: User, read_at: sealwax_read_at_function, size: u64) -> Result<Place, sealwax_error> {
    Ok(Place {
        user,
        read_at: present(read_at, "read_at")?,
        size,
        position: 0,
    })
}

fn finished() -> sealwax_error {
    sealwax_error::new(SEALWAX_ORDER, "the message is finished")
}
