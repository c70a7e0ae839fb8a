//! What a host read in parts that the engine cannot read.

use std::fmt;

use zeroize::Zeroizing;

use crate::message::{Message, PartPath};

/// Texts that a host read in parts of a message: what its OCR found in a picture, a fax or scanned paper, its transcript
/// of a dictation. Each is scanned as its part's own text. They are wiped when they are dropped.
///
/// ```
/// # use sealwax::engine::{Engine, PartTexts};
/// # use sealwax::message::PartPath;
/// let engine = Engine::with_profile("hipaa-2013")?;
/// let raw = b"Content-Type: image/tiff\r\nContent-Transfer-Encoding: base64\r\n\r\nSUkqAAgAAAAAAA==\r\n";
/// let mut texts = PartTexts::new();
/// texts.add(PartPath::root().child(1), "Her SSN is 536-90-4399.");
/// let scan = engine.scan_with(raw, &texts)?;
/// assert_eq!((scan.entities[0].label.as_str(), scan.entities[0].code_points.clone()), ("US_SSN", Some(11..22)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default)]
pub struct PartTexts(Vec<(PartPath, Zeroizing<String>)>);

impl PartTexts {
    /// None yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds the text of the part with this IMAP section number; a part may have several, page by page.
    pub fn add(&mut self, part: PartPath, text: &str) {
        self.0.push((part, Zeroizing::new(text.to_owned())));
    }

    /// Hands every text to its part; the first part that `message` does not have is the error.
    pub(super) fn hand_in(&self, message: &mut Message) -> Result<(), PartPath> {
        for (part, text) in &self.0 {
            if !message.add_part_text(part, text) {
                return Err(part.clone());
            }
        }
        Ok(())
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

impl fmt::Debug for PartTexts {
    /// Shows the parts and how much was read, never the text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sizes = self.0.iter().map(|(part, text)| (part, text.len()));
        f.debug_map().entries(sizes).finish()
    }
}
