use std::borrow::Cow;
use std::marker::PhantomData;

use super::{Reader, Writer};

/// A row of numbers as it lies in a file: little-endian.
pub(in super::super) struct Numbers<T> {
    bytes: Cow<'static, [u8]>,
    kind: PhantomData<T>,
}

/// A number of a row.
pub(in super::super) trait Number: Copy {
    const BYTES: usize;

    fn push(self, bytes: &mut Vec<u8>);

    fn first_of(bytes: &[u8]) -> Option<Self>;
}

macro_rules! number {
    ($($number:ty),+) => {
        $(impl Number for $number {
            const BYTES: usize = size_of::<$number>();

            fn push(self, bytes: &mut Vec<u8>) {
                bytes.extend_from_slice(&self.to_le_bytes());
            }

            #[inline]
            fn first_of(bytes: &[u8]) -> Option<Self> {
                bytes.first_chunk().copied().map(Self::from_le_bytes)
            }
        })+
    };
}

number!(u32, u64);

impl<T: Number> Numbers<T> {
    pub(in super::super) fn len(&self) -> usize {
        self.bytes.len() / T::BYTES
    }

    #[inline]
    pub(in super::super) fn at(&self, index: usize) -> Option<T> {
        T::first_of(self.bytes.get(index.checked_mul(T::BYTES)?..)?)
    }

    /// The bytes of each, where a number has so many.
    #[inline]
    pub(in super::super) fn as_chunks<const BYTES: usize>(&self) -> &[[u8; BYTES]] {
        self.bytes.as_chunks().0
    }

    /// The numbers from `start` up to `end`; none where there are not so many.
    pub(in super::super) fn range(&self, start: usize, end: usize) -> impl Iterator<Item = T> {
        let bytes = start.saturating_mul(T::BYTES)..end.saturating_mul(T::BYTES);
        let bytes = self.bytes.get(bytes).unwrap_or_default();
        bytes.chunks_exact(T::BYTES).filter_map(T::first_of)
    }

    pub(in super::super) fn write(&self, image: &mut Writer) {
        image.section(&self.bytes);
    }

    pub(in super::super) fn read(image: &mut Reader) -> Option<Self> {
        let bytes = image.section()?;
        bytes.len().is_multiple_of(T::BYTES).then_some(Self {
            bytes,
            kind: PhantomData,
        })
    }

    /// The memory it holds, in bytes.
    pub(in super::super) fn memory(&self) -> usize {
        self.bytes.len()
    }
}

impl<T: Number> FromIterator<T> for Numbers<T> {
    fn from_iter<I: IntoIterator<Item = T>>(numbers: I) -> Self {
        let mut bytes = Vec::new();
        for number in numbers {
            number.push(&mut bytes);
        }
        Self {
            bytes: Cow::Owned(bytes),
            kind: PhantomData,
        }
    }
}

impl<T> Clone for Numbers<T> {
    fn clone(&self) -> Self {
        Self {
            bytes: self.bytes.clone(),
            kind: PhantomData,
        }
    }
}

impl<T> Default for Numbers<T> {
    fn default() -> Self {
        Self {
            bytes: Cow::Borrowed(&[]),
            kind: PhantomData,
        }
    }
}

impl<T> std::fmt::Debug for Numbers<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Numbers").field("bytes", &self.bytes.len()).finish()
    }
}
