//! Damaged messages, read in every way that a stream is.

use std::io::{self, Cursor, Read, Write};
use std::sync::OnceLock;

use super::script::Script;
use super::settled::settled;
use crate::seal::cobblestone::CHUNK_LEN;
use crate::seal::{LocalKey, Opener, Sealer};

/// Damages a message of some chunks and opens it whole, as a stream, chunk by chunk, and from anywhere; and writes its text in
/// pieces.
///
/// The first byte chooses the length, the second counts the edits that follow; of the rest every byte is the length of a piece,
/// and every three a place and a length.
///
/// # Panics
///
/// When a reader gives a byte that is not the text's at its place, or comes to a good end where opening as a whole does not, or
/// fails where it does.
pub fn readers(input: &[u8]) {
    static MESSAGES: OnceLock<Vec<(Vec<u8>, Vec<u8>)>> = OnceLock::new();
    let mut script = Script::new(input);
    let messages = MESSAGES.get_or_init(|| LENGTHS.iter().filter_map(|len| message(*len)).collect());
    let chosen = script.byte().checked_rem(messages.len());
    let Some((plain, sealed)) = chosen.and_then(|index| messages.get(index)) else {
        return;
    };
    let mut sealed = sealed.clone();
    for _ in 0..script.byte() % MOST_EDITS {
        script.edit(&mut sealed);
    }
    let pieces = script.rest();
    let opener = opener();
    let opens = opener.open(&sealed).map(|whole| *whole == *plain);
    assert_ne!(opens, Ok(false), "another text");
    let opens = opens.is_ok();
    into_a_buffer(&opener, &sealed, plain, opens);
    chunkwise(&opener, &sealed, plain, opens, pieces);
    from_anywhere(&opener, &sealed, plain, opens, pieces);
    in_pieces(plain, pieces);
}

fn into_a_buffer(opener: &Opener, sealed: &[u8], plain: &[u8], opens: bool) {
    let mut out = vec![0; plain.len()];
    let fits = opener.open_into(sealed, &mut out).is_ok_and(|len| len == plain.len());
    assert_eq!(fits, opens);
    assert!(out == plain || out.iter().all(|byte| *byte == 0), "some of it is left");
    let mut out = Vec::new();
    let ended = opener.open_stream(Cursor::new(sealed), &mut out).is_ok();
    assert_eq!((ended, out.as_slice()), (opens, if opens { plain } else { &[] }));
}

fn chunkwise(opener: &Opener, sealed: &[u8], plain: &[u8], opens: bool, pieces: &[u8]) {
    let slow = Pieces::new(sealed, pieces);
    let Ok(mut reader) = opener.chunkwise_reader(slow) else {
        return assert!(!opens, "a reader refuses what opens");
    };
    let mut released = Vec::new();
    let ended = reader.read_to_end(&mut released).is_ok();
    assert!(plain.starts_with(&released), "it releases what was not sealed");
    assert_eq!(ended, opens && released.len() == plain.len(), "it ends otherwise");
    assert_eq!(reader.read(&mut [0]).is_ok(), ended, "what was refused stays refused");
}

fn from_anywhere(opener: &Opener, sealed: &[u8], plain: &[u8], opens: bool, pieces: &[u8]) {
    let Ok(mut reader) = opener.seek_reader(Cursor::new(sealed)) else {
        return assert!(!opens, "a reader refuses what opens");
    };
    assert_eq!(usize::try_from(reader.len()), Ok(plain.len()), "its length is verified");
    let mut script = Script::new(pieces.get(..MOST_PLACES).unwrap_or(pieces));
    while !script.is_empty() {
        let place = script.short();
        let mut out = vec![0; script.byte().saturating_mul(CHUNK_LEN / 64)];
        let wanted = plain.get(place..).unwrap_or_default();
        let wanted = wanted.get(..out.len()).unwrap_or(wanted);
        match reader.read_at(u64::try_from(place).unwrap_or(u64::MAX), &mut out) {
            Ok(len) => assert_eq!(out.get(..len), Some(wanted), "another text"),
            Err(_) => assert!(!opens && out.iter().all(|byte| *byte == 0), "some of it is left"),
        }
    }
}

/// Seals the text as it comes and opens what was written.
fn in_pieces(plain: &[u8], pieces: &[u8]) {
    let sealer = Sealer::new(settled()).recipient(key());
    let written = sealer.writer(Vec::new()).and_then(|mut writer| {
        io::copy(&mut Pieces::new(plain, pieces), &mut writer)?;
        writer.flush()?;
        writer.finish()
    });
    let opened = written.map(|sealed| opener().open(&sealed).map(|opened| *opened == *plain));
    assert!(matches!(opened, Ok(Ok(true))), "what was written opens");
}

/// Gives its bytes in pieces of the lengths that a plan has; a zero is an interruption.
struct Pieces<'a> {
    bytes: &'a [u8],
    lengths: std::iter::Cycle<std::slice::Iter<'a, u8>>,
    interrupted: bool,
}

impl<'a> Pieces<'a> {
    fn new(bytes: &'a [u8], pieces: &'a [u8]) -> Self {
        Self {
            bytes,
            lengths: pieces.iter().cycle(),
            interrupted: false,
        }
    }
}

impl Read for Pieces<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let piece = self.lengths.next().copied().unwrap_or(u8::MAX);
        self.interrupted = piece == 0 && !self.interrupted;
        if self.interrupted {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let most = usize::from(piece.max(1)).saturating_mul(PIECE_LEN).min(out.len());
        self.bytes.read(out.get_mut(..most).unwrap_or_default())
    }
}

fn message(len: usize) -> Option<(Vec<u8>, Vec<u8>)> {
    let plain: Vec<u8> = (0_u8..251).cycle().take(len).collect(); // no two chunks are the same
    let sealed = Sealer::new(settled()).recipient(key()).seal(&plain).ok()?;
    Some((plain, sealed))
}

fn opener() -> Opener {
    Opener::new(settled()).identity(key())
}

fn key() -> &'static LocalKey {
    static KEY: OnceLock<LocalKey> = OnceLock::new();
    KEY.get_or_init(|| LocalKey::from_bytes(&[7; 32]))
}

/// Around the ends of chunks.
const LENGTHS: &[usize] = &[
    0,
    1,
    100,
    CHUNK_LEN - 1,
    CHUNK_LEN,
    CHUNK_LEN + 1,
    2 * CHUNK_LEN,
    2 * CHUNK_LEN + 300,
    3 * CHUNK_LEN,
];
const MOST_EDITS: usize = 4;
const MOST_PLACES: usize = 24;
const PIECE_LEN: usize = 97;
