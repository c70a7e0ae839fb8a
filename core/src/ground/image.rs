//! Files that are read where they lie: a row of sections, each behind its length as eight bytes (little-endian), and each
//! from a place that divides by eight. A section of what lies there for ever, such as a static, is borrowed.

use std::borrow::Cow;

/// Where lengths and sections begin, in bytes.
const STEP: usize = 8;

/// Writes sections one behind the other.
#[derive(Default)]
pub(crate) struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    pub(crate) fn section(&mut self, bytes: &[u8]) {
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.bytes.extend_from_slice(&length.to_le_bytes());
        self.bytes.extend_from_slice(bytes);
        self.bytes.resize(self.bytes.len().next_multiple_of(STEP), 0);
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// Reads what a [`Writer`] wrote, in the same order.
pub(crate) struct Reader {
    bytes: Cow<'static, [u8]>,
    at: usize,
}

impl Reader {
    /// From the first section on.
    pub(crate) const fn of(bytes: Cow<'static, [u8]>) -> Self {
        Self { bytes, at: 0 }
    }

    /// The next section; `None` when there is none, or less of it than its length says.
    pub(crate) fn section(&mut self) -> Option<Cow<'static, [u8]>> {
        let length = u64::from_le_bytes(*self.bytes.get(self.at..)?.first_chunk()?);
        let start = self.at.checked_add(STEP)?;
        let end = start.checked_add(usize::try_from(length).ok()?)?;
        let section = match &self.bytes {
            Cow::Borrowed(bytes) => Cow::Borrowed(bytes.get(start..end)?),
            Cow::Owned(bytes) => Cow::Owned(bytes.get(start..end)?.to_vec()),
        };
        self.at = end.checked_next_multiple_of(STEP)?;
        Some(section)
    }

    /// What stands behind the sections that were read.
    pub(crate) fn rest(&self) -> &[u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn sections_are_read_as_they_were_written_and_none_that_is_cut_off(
            sections in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 1..6),
            cut in 1_usize..8,
        ) {
            let mut image = Writer::default();
            for section in &sections {
                image.section(section);
            }
            let bytes = image.into_bytes();
            prop_assert_eq!(bytes.len() % STEP, 0);
            let mut reader = Reader::of(bytes.clone().into());
            for section in &sections {
                let read = reader.section();
                prop_assert_eq!(read.as_deref(), Some(section.as_slice()));
            }
            prop_assert!(reader.section().is_none() && reader.rest().is_empty());
            let last = sections.last().map_or(0, Vec::len);
            let short = bytes.get(..bytes.len() - (last.next_multiple_of(STEP) - last) - cut.min(last + STEP)).unwrap();
            let mut reader = Reader::of(short.to_vec().into());
            let whole = std::iter::from_fn(|| reader.section()).count();
            prop_assert_eq!(whole, sections.len() - 1);
        }
    }
}
