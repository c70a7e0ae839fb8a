//! Messages saved as files: each is read as one that was forwarded.

use crate::message::PartState;
use crate::message::content::Origin;
use crate::message::parse::Reader;

impl Reader<'_> {
    /// Reads a file that is called a message and begins as one; `None` when it is none.
    pub(in crate::message) fn saved_message(&mut self, content: &[u8], origin: &Origin<'_>) -> Option<PartState> {
        let name = origin.leaf.name.as_deref()?.to_ascii_lowercase();
        let is_one = NAMES.iter().any(|end| name.ends_with(end)) && is_field(content);
        is_one.then(|| {
            self.embedded(content, origin.path, origin.depth);
            PartState::Inspected
        })
    }
}

/// Whether the bytes begin with a header field.
fn is_field(bytes: &[u8]) -> bool {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let name = bytes.iter().take_while(|byte| is_name(byte)).count();
    name > 0 && bytes.get(name) == Some(&b':')
}

/// How messages are called that were saved as files, also with the pages of the web (RFC 2557).
const NAMES: &[&str] = &[".eml", ".mht", ".mhtml"];
