//! What stands behind the content in the text of a body: the signature of a sender, and padding.
//!
//! ```text
//! content | public key, signature | 80 00 00 ...
//!           when it is signed       when it is padded
//! ```

use zeroize::Zeroizing;

use super::chunks::len_u64;
use super::cobblestone::CHUNK_LEN;
use super::error::OpenError;
use super::sender::{self, BLOCK_LEN, ContentDigest, SignatureBlock, SigningKey};
use crate::crypto::{CryptoError, Provider};

/// What stands behind the content; the flags of the header say it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Ending {
    pub(super) signed: bool,
    pub(super) padded: bool,
}

impl Ending {
    pub(super) fn is_none(self) -> bool {
        self == Self::default()
    }

    fn block_len(self) -> usize {
        if self.signed { BLOCK_LEN } else { 0 }
    }

    pub(super) fn signature_len(self) -> u64 {
        len_u64(self.block_len())
    }

    /// The least that stands behind a content.
    pub(super) fn least_len(self) -> u64 {
        self.signature_len().saturating_add(u64::from(self.padded))
    }

    /// The length of the whole text for a content of this length.
    pub(super) fn text_len(self, content_len: u64) -> Option<u64> {
        let signed = content_len.checked_add(len_u64(self.block_len()))?;
        if self.padded {
            padme(signed.checked_add(1)?.max(LEAST_PADDED))
        } else {
            Some(signed)
        }
    }

    /// Parts a text into its content and the signature behind it.
    pub(super) fn part(self, text: &[u8]) -> Option<(&[u8], Option<&SignatureBlock>)> {
        let text = if self.padded {
            match padding(text) {
                Padding::Begins(at) => text.get(..at)?,
                Padding::None | Padding::Zeros => return None,
            }
        } else {
            text
        };
        if self.signed {
            text.split_last_chunk().map(|(content, block)| (content, Some(block)))
        } else {
            Some((text, None))
        }
    }
}

/// Where the padding begins that a text may end with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Padding {
    /// With the mark at this place; only zeros follow it.
    Begins(usize),
    /// Nowhere: the text ends with something else.
    None,
    /// The text is all zeros, so that its mark may stand before it.
    Zeros,
}

pub(super) fn padding(text: &[u8]) -> Padding {
    match text.iter().rposition(|byte| *byte != 0) {
        Some(last) if text.get(last) == Some(&MARK) => Padding::Begins(last),
        Some(_) => Padding::None,
        None => Padding::Zeros,
    }
}

/// Padmé (Nikitin et al., *Reducing Metadata Leakage from Encrypted Files and Communication with PURBs*, PETS 2019, section
/// 4): the length rounded up so that it tells no more bits than a floating-point number would. At most 12 % are added; from [`LEAST_PADDED`] on, 6.3 %.
fn padme(len: u64) -> Option<u64> {
    let exponent = len.checked_ilog2()?;
    let kept = exponent.checked_ilog2()?.saturating_add(1);
    let mask = (1_u64 << exponent.saturating_sub(kept)).saturating_sub(1);
    len.checked_add(mask).map(|len| len & !mask)
}

/// Makes the ending of a new text, whose content passes by.
pub(super) struct NewEnding {
    ending: Ending,
    len: u64,
    signing: Option<Signing>,
    digest: ContentDigest,
}

/// What the signature of a new text is made of.
pub(super) struct Signing {
    pub(super) key: SigningKey,
    pub(super) provider: Provider,
    /// See [`covered`](super::sender::covered).
    pub(super) covered: [u8; 64],
}

impl NewEnding {
    pub(super) fn new(padded: bool, signing: Option<Signing>) -> Self {
        let signed = signing.is_some();
        Self {
            ending: Ending { signed, padded },
            len: 0,
            signing,
            digest: ContentDigest::default(),
        }
    }

    /// Takes the next bytes of the content.
    pub(super) fn pass(&mut self, content: &[u8]) {
        self.len = self.len.saturating_add(len_u64(content.len()));
        if self.ending.signed {
            self.digest.update(content);
        }
    }

    /// All of the content has passed: what follows it, and how many zeros after that.
    pub(super) fn finish(self) -> Result<(Vec<u8>, u64), CryptoError> {
        let text_len = self.ending.text_len(self.len).ok_or(CryptoError(()))?;
        let mut out = Vec::with_capacity(BLOCK_LEN.saturating_add(1));
        if let Some(Signing { key, provider, covered }) = self.signing {
            let message = sender::message(&covered, &self.digest.finish());
            out.extend_from_slice(&key.sign(provider, &message)?);
        }
        if self.ending.padded {
            out.push(MARK);
        }
        let zeros = text_len
            .checked_sub(self.len)
            .and_then(|rest| rest.checked_sub(len_u64(out.len())));
        Ok((out, zeros.ok_or(CryptoError(()))?))
    }
}

/// Holds back what may be the ending of a text that comes chunk by chunk, and nothing more: the end of the content is known
/// only with the last chunk.
pub(super) struct Withheld {
    ending: Ending,
    /// What may be the signature, in room that never grows: no copy of content is left behind.
    block: Zeroizing<Vec<u8>>,
    /// Whether a mark was held back, and how many zeros behind it.
    mark: Option<u64>,
    digest: ContentDigest,
}

/// What is certain to be content: bytes that were held back, zeros that were, and a part of the chunk from its beginning on.
#[derive(Default)]
pub(super) struct Released {
    pub(super) held: Zeroizing<Vec<u8>>,
    pub(super) zeros: u64,
    pub(super) len: usize,
}

impl Released {
    /// Whether nothing is left of what was held back.
    pub(super) fn is_empty(&self) -> bool {
        self.held.is_empty() && self.zeros == 0
    }
}

impl Withheld {
    pub(super) fn new(ending: Ending) -> Self {
        Self {
            ending,
            block: held(),
            mark: None,
            digest: ContentDigest::default(),
        }
    }

    /// Takes the text of the next chunk.
    pub(super) fn push(&mut self, text: &[u8]) -> Released {
        let (body, mark) = match padding(text) {
            Padding::Begins(at) if self.ending.padded => {
                (text.get(..at).unwrap_or_default(), Some(zeros_behind(text, at)))
            }
            Padding::Zeros if self.mark.is_some() || text.is_empty() => {
                self.mark = self.mark.map(|zeros| zeros.saturating_add(len_u64(text.len())));
                return Released::default();
            }
            _ => (text, None),
        };
        let mut released = Released {
            held: std::mem::replace(&mut self.block, held()),
            zeros: 0,
            len: body.len(),
        };
        if let Some(zeros) = self.mark {
            released.held.push(MARK);
            released.zeros = zeros;
        }
        self.mark = mark;
        self.hold_block(&mut released, body);
        self.count(&released, body);
        released
    }

    /// Takes from the end of what was released what may be the signature.
    fn hold_block(&mut self, released: &mut Released, body: &[u8]) {
        let wanted = self.ending.block_len();
        let from_body = wanted.min(released.len);
        let wanted = wanted.saturating_sub(from_body);
        let from_zeros = usize::try_from(released.zeros).map_or(wanted, |zeros| wanted.min(zeros));
        let from_held = wanted.saturating_sub(from_zeros).min(released.held.len());
        released.len = released.len.saturating_sub(from_body);
        released.zeros = released.zeros.saturating_sub(len_u64(from_zeros));
        let kept = released.held.len().saturating_sub(from_held);
        self.block
            .extend_from_slice(released.held.get(kept..).unwrap_or_default());
        released.held.truncate(kept);
        let len = self.block.len().saturating_add(from_zeros);
        self.block.resize(len, 0);
        self.block
            .extend_from_slice(body.get(released.len..).unwrap_or_default());
    }

    fn count(&mut self, released: &Released, body: &[u8]) {
        if !self.ending.signed {
            return;
        }
        self.digest.update(&released.held);
        let mut zeros = released.zeros;
        while zeros > 0 {
            let len = zeros.min(len_u64(CHUNK_LEN));
            self.digest.update(
                ZEROS
                    .get(..usize::try_from(len).unwrap_or_default())
                    .unwrap_or_default(),
            );
            zeros = zeros.saturating_sub(len);
        }
        self.digest.update(body.get(..released.len).unwrap_or_default());
    }

    /// The last chunk was pushed: the signature, and the digest of the content, if the text is signed.
    pub(super) fn end(&self) -> Result<Option<(SignatureBlock, [u8; 64])>, OpenError> {
        if self.ending.padded && self.mark.is_none() {
            return Err(OpenError::CLOSED);
        }
        if !self.ending.signed {
            return Ok(None);
        }
        let block = self.block.as_slice().try_into().map_err(|_| OpenError::CLOSED)?;
        Ok(Some((block, self.digest.clone().finish())))
    }
}

/// Room for a signature and a mark.
fn held() -> Zeroizing<Vec<u8>> {
    Zeroizing::new(Vec::with_capacity(BLOCK_LEN.saturating_add(1)))
}

fn zeros_behind(text: &[u8], mark: usize) -> u64 {
    len_u64(text.len().saturating_sub(mark).saturating_sub(1))
}

static ZEROS: [u8; CHUNK_LEN] = [0; CHUNK_LEN];

/// Marks where the padding begins, which is zeros from there on.
pub(super) const MARK: u8 = 0x80;
/// The least text that is padded, so that one word is as long as another.
const LEAST_PADDED: u64 = 256;
