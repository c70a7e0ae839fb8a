//! What stands behind the content of a text: signatures and padding.

use std::io::{Cursor, Read};

use super::settled::settled;
use crate::seal::forged::Parts;
use crate::seal::{LocalKey, Opener, Sealer, SigningKey};

/// Seals a text, or a content, of which the first bytes of `input` say how it ends, and opens it in every way. The first byte
/// is the flags of the header, and whether the text is to be a content that is sealed as a host would; the second and the third say
/// where zeros are put into it, and how many.
///
/// # Panics
///
/// When the ways to open a message do not agree, what they give is not the beginning of the text, or a content does not come
/// back.
pub fn endings(input: &[u8]) {
    let Some((&[mode, place, zeros], bytes)) = input.split_first_chunk() else {
        return;
    };
    let place = usize::from(place).min(bytes.len());
    let zeros = vec![0; usize::from(zeros).saturating_mul(400)];
    let (before, behind) = bytes.split_at(place);
    let text = [before, &zeros, behind].concat();
    let flags = mode & (PADDED | SIGNED);
    if mode & CONTENT != 0 {
        let sealed = sealer(flags).seal(&text);
        let opened = sealed.ok().and_then(|sealed| open(&sealed));
        return assert!(opened.is_some_and(|opened| opened == text), "a content comes back");
    }
    let parts = Sealer::new(settled())
        .recipient(key())
        .seal(b"")
        .ok()
        .and_then(|sealed| Parts::of(&sealed));
    let Some(mut parts) = parts else { return };
    if let Some(byte) = parts.core.get_mut(FLAGS) {
        *byte |= flags;
    }
    let data_key = [super::settled::CHANCE; 32];
    let Ok(sealed) = parts.seal(settled(), &data_key, &crate::seal::Context::default(), &text) else {
        return;
    };
    let opened = open(&sealed);
    assert!(
        opened.as_ref().is_none_or(|content| text.starts_with(content)),
        "only the text is given"
    );
    assert!(
        flags != 0 || opened.is_some_and(|content| content == text),
        "a text without flags is the content"
    );
}

/// The content of a message, on which every way to open it agrees.
fn open(sealed: &[u8]) -> Option<Vec<u8>> {
    let opener = Opener::new(settled()).identity(key());
    let whole = opener.open(sealed).ok().map(|content| content.to_vec());
    let mut buffer = sealed.to_vec();
    let in_place = opener.open_in_place(&mut buffer).ok().map(|content| content.to_vec());
    assert!(in_place == whole, "opening in place agrees");
    let mut room = vec![0; Opener::opened_len(sealed).unwrap_or_default()];
    let len = opener.open_into(sealed, &mut room).ok();
    assert!(
        len.and_then(|len| room.get(..len)) == whole.as_deref(),
        "opening into a buffer agrees"
    );
    assert!(
        whole.is_some() || room.iter().all(|byte| *byte == 0),
        "a failure leaves nothing"
    );
    let mut read = Vec::new();
    let streamed = opener
        .chunkwise_reader(sealed)
        .and_then(|mut reader| reader.read_to_end(&mut read));
    assert!(streamed.is_ok() == whole.is_some(), "the chunkwise reader agrees");
    assert!(
        whole.as_ref().is_none_or(|whole| *whole == read),
        "the chunkwise reader gives the same"
    );
    if let Some(whole) = &whole {
        let mut all = Vec::new();
        let reader = opener.seek_reader(Cursor::new(sealed));
        let read = reader.and_then(|mut reader| reader.read_to_end(&mut all));
        assert!(read.is_ok() && all == *whole, "the seeking reader gives the same");
    }
    whole
}

fn sealer(flags: u8) -> Sealer {
    let mut sealer = Sealer::new(settled()).recipient(key());
    if flags & PADDED != 0 {
        sealer = sealer.padded();
    }
    if flags & SIGNED != 0 {
        sealer = sealer.sign(&SigningKey::from_bytes(&[9; 32]));
    }
    sealer
}

fn key() -> LocalKey {
    LocalKey::from_bytes(&[7; 32])
}

/// Where the flags stand.
const FLAGS: usize = 7;
const PADDED: u8 = 2;
const SIGNED: u8 = 4;
const CONTENT: u8 = 8;
