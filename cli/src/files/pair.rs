//! A header and its body in files of their own, which are replaced so that at each moment one pair opens.
//!
//! No system replaces two files in one step. A new body therefore waits beside the old one, under a name that its header
//! tells, until the new header is in its place: the old pair opens until then, and from then on the new header with the
//! body that waits.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use sealwax::crypto::{hex, sha256};
use sealwax::seal::Header;

use super::{folder_of, resolved};

/// The body that belongs to `header` and is meant by `path`: the file itself, or the one that a killed run left waiting.
pub(crate) fn body_of(header: &[u8], path: &Path) -> PathBuf {
    let waiting = waiting(header, &resolved(path)).filter(|waiting| waiting.is_file());
    waiting.unwrap_or_else(|| path.to_owned())
}

/// Keeps a pair from being replaced while it is opened, where the system can: dropped when both files are open.
pub(crate) fn hold_to_open(header: &Path) -> Option<File> {
    let folder = File::open(folder_of(&resolved(header))).ok()?;
    folder.lock_shared().ok().map(|()| folder)
}

/// Where the body of `header` waits to take the place of `target`: under the id of the message, which stays when the header is
/// changed meanwhile. `None` for what is no header.
pub(super) fn waiting(header: &[u8], target: &Path) -> Option<PathBuf> {
    let id = Header::parse(header).ok()?.sealed_id();
    Some(folder_of(target).join(format!("{}{id}{ENDING}", beginning(target))))
}

/// Removes the bodies that wait for `target` and that no header is going to come for any more.
pub(super) fn forget(target: &Path) {
    let beginning = beginning(target);
    let ours = |name: &str| {
        let digits = name.strip_prefix(&beginning).and_then(|rest| rest.strip_suffix(ENDING));
        digits.is_some_and(|digits| digits.len() == DIGITS && digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
    };
    for entry in fs::read_dir(folder_of(target)).into_iter().flatten().flatten() {
        if entry.file_name().to_str().is_some_and(ours) {
            let _gone = fs::remove_file(entry.path()); // it is in nobody's way
        }
    }
}

/// How the names of all bodies begin that wait for `target`.
fn beginning(target: &Path) -> String {
    let name = target.file_name().unwrap_or_default();
    let digest = hex(&sha256(&[name.as_encoded_bytes()]));
    format!(".slwx-{}-", digest.get(..DIGITS).unwrap_or_default())
}

const ENDING: &str = ".body";
/// The hexadecimal digits of the id of a message, and of the digest of a name.
const DIGITS: usize = 32;
