//! The file of a set of forms: magic (16), a count, and for each form a count of words and their hashes, little-endian.

use super::FormError;

pub(super) fn write(forms: &[Vec<u64>]) -> Vec<u8> {
    let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes();
    let mut bytes = MAGIC.to_vec();
    bytes.extend(count(forms.len()));
    for words in forms {
        bytes.extend(count(words.len()));
        bytes.extend(words.iter().flat_map(|word| word.to_le_bytes()));
    }
    bytes
}

pub(super) fn read(bytes: &[u8]) -> Result<Vec<Vec<u64>>, FormError> {
    let mut rest = bytes;
    let forms = read_all(&mut rest).ok_or(FormError::Format)?;
    if rest.is_empty() {
        Ok(forms)
    } else {
        Err(FormError::Format)
    }
}

fn read_all(rest: &mut &[u8]) -> Option<Vec<Vec<u64>>> {
    if rest.split_off(..MAGIC.len())? != MAGIC {
        return None;
    }
    let forms = count(rest)?;
    (0..forms).map(|_| words(rest)).collect()
}

fn words(rest: &mut &[u8]) -> Option<Vec<u64>> {
    let length = usize::try_from(count(rest)?).ok()?.checked_mul(size_of::<u64>())?;
    let (words, _) = rest.split_off(..length)?.as_chunks();
    Some(words.iter().copied().map(u64::from_le_bytes).collect())
}

fn count(rest: &mut &[u8]) -> Option<u32> {
    Some(u32::from_le_bytes(rest.split_off(..4)?.try_into().ok()?))
}

/// The last byte is the version.
const MAGIC: &[u8; 16] = b"SEALWAX-FORMS\0\0\x01";
