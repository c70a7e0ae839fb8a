//! Takes the header off the front of a stream.

use std::io::{self, Read};

use super::error::OpenError;
use super::header::{MAC_LEN, MAGIC, MAX_HEADER_LEN, STANZA_MAC};

/// Reads the header and not one byte more. What it gives may still break a rule of the format, but is not cut.
pub(super) fn read_header<R: Read>(input: &mut R) -> io::Result<Vec<u8>> {
    let mut intake = Intake {
        input,
        header: Vec::new(),
    };
    if intake.array()? != *MAGIC {
        return Err(closed());
    }
    let [_version, _, _suite, flags] = intake.array()?;
    let core_len = u32::from_be_bytes(intake.array()?);
    intake.take(u64::from(core_len))?;
    for _ in 0..u16::from_be_bytes(intake.array()?) {
        intake.stanza()?;
    }
    if flags & STANZA_MAC != 0 {
        intake.array::<MAC_LEN>()?;
    }
    Ok(intake.header)
}

struct Intake<'a, R> {
    input: &'a mut R,
    header: Vec<u8>,
}

impl<R: Read> Intake<'_, R> {
    fn stanza(&mut self) -> io::Result<()> {
        let _kind: [u8; 2] = self.array()?;
        for _name in ["provider", "id"] {
            let [len] = self.array()?;
            self.take(u64::from(len))?;
        }
        let _version: [u8; 4] = self.array()?;
        let wrapped_len = u16::from_be_bytes(self.array()?);
        self.take(u64::from(wrapped_len))
    }

    fn array<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        self.take(N as u64)?;
        self.header.last_chunk().copied().ok_or_else(closed)
    }

    /// Appends `len` bytes of the input; memory grows with what comes, not with what was announced.
    fn take(&mut self, len: u64) -> io::Result<()> {
        if len > (MAX_HEADER_LEN as u64).saturating_sub(self.header.len() as u64) {
            return Err(closed());
        }
        let taken = self.input.by_ref().take(len).read_to_end(&mut self.header)?;
        if taken as u64 == len { Ok(()) } else { Err(closed()) }
    }
}

fn closed() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, OpenError::CLOSED)
}
