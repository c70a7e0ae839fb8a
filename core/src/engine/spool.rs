//! The bytes of one message while they come.

use zeroize::{Zeroize, Zeroizing};

/// Bytes in blocks, so that what is there is neither moved nor held twice while more comes. Every block is wiped when it goes.
#[derive(Default)]
pub(super) struct Spool {
    blocks: Vec<Zeroizing<Vec<u8>>>,
    len: usize,
}

impl Spool {
    pub(super) const fn len(&self) -> usize {
        self.len
    }

    /// The bytes that it holds in memory.
    pub(super) fn capacity(&self) -> usize {
        self.blocks.iter().map(|block| block.capacity()).sum()
    }

    /// The size of the block that it needs to take so many bytes more; 0 where there is room for them.
    pub(super) fn needed(&self, more: usize) -> usize {
        let left = more.saturating_sub(self.room());
        if left == 0 {
            return 0;
        }
        left.max(self.len.clamp(FIRST_BYTES, BLOCK_BYTES))
    }

    /// Takes `piece`, the end of it into a block of `needed` bytes.
    pub(super) fn push(&mut self, piece: &[u8], needed: usize) {
        let (front, back) = piece.split_at(piece.len().min(self.room()));
        if let Some(block) = self.blocks.last_mut() {
            block.extend_from_slice(front);
        }
        if !back.is_empty() {
            let mut block = Zeroizing::new(Vec::with_capacity(needed));
            block.extend_from_slice(back);
            self.blocks.push(block);
        }
        self.len = self.len.saturating_add(piece.len());
    }

    /// Puts the blocks together, each of which goes as soon as it is copied.
    pub(super) fn join(&mut self) {
        if self.blocks.len() < 2 {
            return;
        }
        let mut whole = Zeroizing::new(Vec::with_capacity(self.len));
        for block in std::mem::take(&mut self.blocks) {
            whole.extend_from_slice(&block);
        }
        self.blocks.push(whole);
    }

    /// All of it, once it is joined.
    pub(super) fn joined(&self) -> &[u8] {
        self.blocks.first().map_or(&[], |block| block.as_slice())
    }

    /// Forgets it, and keeps the memory for the next message where that is little.
    pub(super) fn clear(&mut self) {
        self.blocks.truncate(1);
        self.blocks.retain(|block| block.capacity() <= BLOCK_BYTES);
        self.blocks.iter_mut().for_each(Zeroize::zeroize);
        self.len = 0;
    }

    fn room(&self) -> usize {
        self.blocks
            .last()
            .map_or(0, |block| block.capacity().saturating_sub(block.len()))
    }
}

/// Most mail is smaller, so that it stands in one block.
const FIRST_BYTES: usize = 16 * 1024;
/// The blocks of longer mail grow up to this size.
const BLOCK_BYTES: usize = 1 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_in_pieces_is_joined_and_little_is_held_beside_it() {
        for size in [0, 1, 7, 4_096, 70_000, 1 << 20] {
            let message: Vec<u8> = (0..3_000_000_u32).map(|at| at.to_le_bytes()[0]).collect();
            let mut spool = Spool::default();
            for piece in message.chunks(size.max(1)).take(200_000) {
                let needed = spool.needed(piece.len());
                spool.push(piece, needed);
                assert!(spool.capacity() <= (2 * spool.len()).max(FIRST_BYTES).min(spool.len() + BLOCK_BYTES));
            }
            let len = spool.len();
            spool.join();
            assert!(spool.joined() == &message[..len]);
            assert_eq!(spool.needed(1) == 0, spool.capacity() > len);
            spool.clear();
            assert!(spool.len() == 0 && spool.joined().is_empty() && spool.capacity() <= BLOCK_BYTES);
        }
    }
}
