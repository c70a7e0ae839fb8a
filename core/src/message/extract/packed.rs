//! Files that were packed each by itself: bzip2, LZMA, xz and Zstandard, also in several streams, as programs write them
//! that pack on many cores or append. What stands behind the last stream is read as content of its own.

use super::inflate::Packing;
use super::packers::Header;
use super::{le32, runs};
use crate::message::content::Origin;
use crate::message::parse::Reader;
use crate::message::{AnomalyKind, PartState, sniff};

pub(super) fn bzip2(reader: &mut Reader<'_>, content: &[u8], origin: &Origin<'_>) -> PartState {
    let packer = Packer {
        packing: Packing::Bzip2,
        begins: |rest| rest.starts_with(b"BZh"),
        endings: &[(".tbz2", ".tar"), (".tbz", ".tar"), (".bz2", "")],
    };
    packer.read(reader, content, origin)
}

pub(super) fn lzma(reader: &mut Reader<'_>, content: &[u8], origin: &Origin<'_>) -> PartState {
    let packer = Packer {
        packing: Packing::Lzma(Header::File),
        // There is nothing to tell a second stream by.
        begins: |_| false,
        endings: &[(".tlz", ".tar"), (".lzma", "")],
    };
    packer.read(reader, content, origin)
}

pub(super) fn xz(reader: &mut Reader<'_>, content: &[u8], origin: &Origin<'_>) -> PartState {
    let packer = Packer {
        packing: Packing::Xz,
        begins: |rest| rest.starts_with(b"\xfd7zXZ\0"),
        endings: &[(".txz", ".tar"), (".xz", "")],
    };
    packer.read(reader, content, origin)
}

pub(super) fn zstd(reader: &mut Reader<'_>, content: &[u8], origin: &Origin<'_>) -> PartState {
    let packer = Packer {
        packing: Packing::Zstd,
        begins: |rest| rest.starts_with(b"\x28\xb5\x2f\xfd") || sniff::is_skipped_frame(rest),
        endings: &[(".tzst", ".tar"), (".zst", "")],
    };
    packer.read(reader, content, origin)
}

struct Packer {
    packing: Packing,
    /// Whether one more stream begins here.
    begins: fn(&[u8]) -> bool,
    /// How the name of a packed file ends, and what the file itself is called by.
    endings: &'static [(&'static str, &'static str)],
}

impl Packer {
    fn read(&self, reader: &mut Reader<'_>, content: &[u8], origin: &Origin<'_>) -> PartState {
        let (mut file, mut rest, mut state) = (Vec::new(), content, PartState::Inspected);
        for number in 0.. {
            if number == STREAMS || !reader.count_file(origin.path) {
                state = reader.blind(AnomalyKind::PartsLimit, origin);
                break;
            }
            if let Some(tail) = skipped(reader, rest, origin) {
                rest = tail;
            } else {
                let stream = reader.inflate(rest, self.packing, origin);
                file.extend(stream.bytes);
                rest = rest.get(stream.used..).unwrap_or_default();
                if !stream.whole {
                    state = PartState::Uninspectable;
                    break;
                }
            }
            // xz fills up with zeros between streams.
            let next = rest.get(rest.iter().take_while(|&&byte| byte == 0).count()..);
            let Some(next) = next.filter(|next| (self.begins)(next)) else {
                break;
            };
            rest = next;
        }
        if state == PartState::Inspected {
            state = reader.stray(rest, origin);
        } else if file.is_empty() && sniff::is_text(content) {
            // A text may begin with the sign of a packer.
            reader.text(content, Some(origin.leaf), origin.path, origin.member);
        }
        state.max(reader.file(&self.name(origin), &file, origin))
    }

    fn name(&self, origin: &Origin<'_>) -> String {
        let packed = origin.leaf.name.as_deref().unwrap_or_default();
        self.endings
            .iter()
            .find_map(|(ending, own)| Some(packed.strip_suffix(ending)?.to_owned() + own))
            .unwrap_or_else(|| "file".to_owned())
    }
}

/// Draws out what a frame holds that Zstandard skips (RFC 8878, section 3.1.2), and gives what follows it; `None` for any
/// other frame.
fn skipped<'a>(reader: &mut Reader<'_>, frame: &'a [u8], origin: &Origin<'_>) -> Option<&'a [u8]> {
    let body = frame.get(8..).filter(|_| sniff::is_skipped_frame(frame))?;
    let (held, tail) = body.split_at_checked(le32(frame, 4)?)?;
    if sniff::format(held).is_some() || sniff::is_text(held) {
        reader.stray(held, origin);
    } else {
        // The tables of programs that seek in a file, or unpack it on many cores.
        reader.drawn(runs::of_bytes(held), ":skipped", origin);
    }
    Some(tail)
}

/// Those of a gigabyte; the decoder of each takes some time to begin with.
const STREAMS: usize = 1_000;
