//! Netstrings, in which Postfix's socketmap protocol speaks (`socketmap_table(5)`): `LENGTH:BYTES,`.

use std::io::{self, BufRead, Read, Write};

/// Reads one netstring; `None` at the end of the stream.
///
/// # Errors
///
/// When the stream ends within one, or what comes is none.
pub(crate) fn read(stream: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut head = Vec::new();
    stream.take(LONGEST_HEAD).read_until(b':', &mut head)?;
    if head.is_empty() {
        return Ok(None);
    }
    let digits = head
        .strip_suffix(b":")
        .and_then(|digits| std::str::from_utf8(digits).ok());
    let length: usize = digits.and_then(|digits| digits.parse().ok()).ok_or_else(malformed)?;
    if length > LONGEST {
        return Err(malformed());
    }
    let mut bytes = vec![0; length + 1];
    stream.read_exact(&mut bytes)?;
    if bytes.pop() != Some(b',') {
        return Err(malformed());
    }
    String::from_utf8(bytes).map(Some).map_err(|_| malformed())
}

/// Writes one netstring.
///
/// # Errors
///
/// When the stream cannot be written.
pub(crate) fn write(stream: &mut impl Write, text: &str) -> io::Result<()> {
    stream.write_all(format!("{}:{text},", text.len()).as_bytes())?;
    stream.flush()
}

fn malformed() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "not a netstring")
}

/// Postfix takes replies of up to 100,000 bytes and sends far shorter questions.
const LONGEST: usize = 100_000;

/// The digits of [`LONGEST`], and the colon.
const LONGEST_HEAD: u64 = 7;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let mut bytes = Vec::new();
        write(&mut bytes, "sensitive example.org").unwrap();
        write(&mut bytes, "").unwrap();
        let mut stream = bytes.as_slice();
        assert_eq!(read(&mut stream).unwrap().as_deref(), Some("sensitive example.org"));
        assert_eq!(read(&mut stream).unwrap().as_deref(), Some(""));
        assert_eq!(read(&mut stream).unwrap(), None);
    }

    #[test]
    fn what_is_no_netstring_is_refused() {
        for bytes in ["5:abc,", "3:abc;", "x:abc,", "100001:", "99999999999:a", ":,", "3"] {
            assert!(read(&mut bytes.as_bytes()).is_err(), "{bytes}");
        }
    }
}
