//! For fuzz targets: content that is taken for one format, whatever its first bytes say.

use crate::message::content::Origin;
use crate::message::leaf::Leaf;
use crate::message::parse::Reader;
use crate::message::{Limits, Message, PartPath, PartState};

impl Message {
    /// What is drawn out of `content` as a container of `format`, where a wrong sign at the front would stop most inputs.
    pub(crate) fn extracted(format: &str, content: &[u8], limits: &Limits) -> Self {
        let mut reader = Reader::new(limits);
        reader.size = content.len();
        let (leaf, path) = (Leaf::undeclared(), PartPath::root().child(1));
        reader.parts.push(leaf.part(&path, content.len()));
        let origin = Origin {
            leaf: &leaf,
            path: &path,
            depth: 0,
            member: None,
        };
        let state = match format {
            "pkcs7" => reader.unwrap_signed(content, &origin),
            _ => Some(
                reader
                    .extract(format, content, &origin)
                    .unwrap_or_else(|| reader.media(format, content, &origin)),
            ),
        };
        reader.state(0, state.unwrap_or(PartState::Uninspectable));
        Self::gathered(reader)
    }
}
