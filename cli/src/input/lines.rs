//! Lines of bytes, in pieces of bounded size.

use std::io::{self, BufRead, Read};

/// Reads the next piece of a line into `piece`: up to and with its line feed, or [`PIECE`] bytes of a longer one.
/// An empty piece is the end.
pub(super) fn read_piece(reader: &mut impl BufRead, piece: &mut Vec<u8>) -> io::Result<()> {
    piece.clear();
    reader.take(PIECE).read_until(b'\n', piece)?;
    Ok(())
}

/// A line of mail has at most 998 bytes (RFC 5322, section 2.1.1); a line of base64 without breaks has megabytes.
const PIECE: u64 = 64 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_comes_in_pieces_and_nothing_is_lost() {
        let mut text = vec![b'x'; 150_000];
        text.extend(b"\nlast");
        let (mut reader, mut piece, mut all) = (text.as_slice(), Vec::new(), Vec::new());
        let mut lengths = Vec::new();
        loop {
            read_piece(&mut reader, &mut piece).unwrap();
            if piece.is_empty() {
                break;
            }
            lengths.push(piece.len());
            all.extend_from_slice(&piece);
        }
        assert_eq!(all, text);
        assert_eq!(lengths, [65536, 65536, 18929, 4]);
    }
}
