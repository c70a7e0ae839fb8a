//! Deflate within the budgets.

use std::io::Read;

use flate2::bufread::{DeflateDecoder, GzDecoder, ZlibDecoder};

use crate::message::content::Origin;
use crate::message::parse::Reader;
use crate::message::{AnomalyKind, Limits};

/// The wrappers of deflate.
#[derive(Clone, Copy, Debug)]
pub(super) enum Wrapper {
    /// RFC 1952, several members in a row.
    Gzip,
    /// RFC 1951, without any.
    Raw,
    /// RFC 1950.
    Zlib,
}

/// What was unpacked, and whether that is all.
pub(super) struct Inflated {
    pub(super) bytes: Vec<u8>,
    pub(super) whole: bool,
}

impl Reader<'_> {
    /// Unpacks `packed` up to the limits; what stops it is written down.
    pub(super) fn inflate(&mut self, packed: &[u8], wrapper: Wrapper, origin: &Origin<'_>) -> Inflated {
        let room = self.room();
        let most = room.min(largest(packed.len(), self.limits));
        let (bytes, sound) = read(packed, wrapper, most);
        let over = bytes.len() > most;
        self.work(bytes.len(), origin.path);
        if over {
            self.note(
                if most == room {
                    AnomalyKind::DecodedLimit
                } else {
                    AnomalyKind::ExpansionLimit
                },
                origin.path,
            );
        } else if !sound {
            self.note(AnomalyKind::ArchiveDamaged, origin.path);
        }
        Inflated {
            whole: sound && !over,
            bytes,
        }
    }
}

/// How large `packed` bytes may get.
fn largest(packed: usize, limits: &Limits) -> usize {
    packed.saturating_mul(limits.expansion).max(SMALL)
}

/// Reads one byte more than `most`, so that the caller sees that there is more.
fn read(packed: &[u8], wrapper: Wrapper, most: usize) -> (Vec<u8>, bool) {
    let mut bytes = Vec::new();
    let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    let outcome = match wrapper {
        Wrapper::Gzip => GzDecoder::new(packed).take(limit).read_to_end(&mut bytes),
        Wrapper::Raw => DeflateDecoder::new(packed).take(limit).read_to_end(&mut bytes),
        Wrapper::Zlib => ZlibDecoder::new(packed).take(limit).read_to_end(&mut bytes),
    };
    (bytes, outcome.is_ok())
}

/// A small file may be very regular without being a bomb.
const SMALL: usize = 1 << 20;
