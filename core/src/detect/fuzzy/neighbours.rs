//! Which words of a vocabulary may be few edits away from another, without comparing it with each.
//!
//! An edit changes, adds or leaves out a letter, or swaps two: if that letter (one of the two) is left out of both
//! words, they are the same there. So of two words that are `n` edits apart, some of what is left when up to `n`
//! letters are taken out of the one is left of the other, too. That holds for the first letters of both as well, as
//! many of each: where one word has a letter among them that the other has behind them, the other has one more of its
//! own to take out.
//!
//! What is left of the words of the vocabulary stands in buckets, by its hash, which take four megabytes for the
//! built-in one. Before them a filter of two bits for each says of nearly everything else that it is not there: a word
//! that is nobody's misspelling costs some dozen looks at the filter.

use super::super::plan::{Numbers, Reader, Writer};

/// The words of a vocabulary, by what is left of their first letters.
#[derive(Clone, Debug, Default)]
pub(super) struct Neighbours {
    filter: Numbers<u64>,
    /// Where each bucket ends in the entries; it starts where the one before it ends.
    ends: Numbers<u32>,
    /// The index of a word in the low bits, and in the others as many of the hash.
    entries: Numbers<u32>,
    index_bits: u32,
}

/// So many letters of a word are looked at. More would make the table larger, fewer let more words through.
const FIRST: usize = 8;
/// The bits of a letter: so many letters are one number, from which one is taken out by a shift.
const LETTER_BITS: u32 = 5;

impl Neighbours {
    /// Those of `words`, of small ASCII letters, each with the edits that lead to it at most: no more than two.
    pub(super) fn of<'a>(words: impl Iterator<Item = (&'a str, usize)> + Clone) -> Self {
        let index_bits = usize::BITS.saturating_sub(words.clone().count().leading_zeros());
        let mut left: Vec<(u64, u32)> = Vec::new();
        for ((word, most), index) in words.zip(0..) {
            each_left(word.as_bytes(), most, |hash| left.push((hash, index)));
        }
        Self::filled(&left, index_bits)
    }

    /// The table of hashes and of the words that they belong to.
    fn filled(left: &[(u64, u32)], index_bits: u32) -> Self {
        let mut filter = vec![0_u64; (left.len() / PER_WORD).next_power_of_two()];
        let mut ends = vec![0_u32; (left.len() / PER_BUCKET).next_power_of_two()];
        let mut entries = vec![0_u32; left.len()];
        let (words, buckets) = (filter.len(), ends.len());
        for (hash, _) in left {
            if let Some(word) = filter.get_mut(place(*hash, words)) {
                *word |= bits(*hash);
            }
            if let Some(count) = ends.get_mut(place(*hash, buckets)) {
                *count += 1;
            }
        }
        let mut start = 0;
        for end in &mut ends {
            // Until it is filled, a bucket ends where it starts.
            start += std::mem::replace(end, start);
        }
        for &(hash, index) in left {
            let Some(end) = ends.get_mut(place(hash, buckets)) else {
                continue;
            };
            if let Some(free) = usize::try_from(*end).ok().and_then(|end| entries.get_mut(end)) {
                *free = index | tag(hash, index_bits);
            }
            *end += 1;
        }
        Self {
            filter: filter.into_iter().collect(),
            ends: ends.into_iter().collect(),
            entries: entries.into_iter().collect(),
            index_bits,
        }
    }

    pub(super) fn write(&self, image: &mut Writer) {
        self.filter.write(image);
        self.ends.write(image);
        self.entries.write(image);
        image.section(&self.index_bits.to_le_bytes());
    }

    pub(super) fn read(image: &mut Reader) -> Option<Self> {
        let (filter, ends, entries) = (Numbers::read(image)?, Numbers::read(image)?, Numbers::read(image)?);
        let index_bits = u32::from_le_bytes(*image.section()?.first_chunk()?);
        (index_bits < u32::BITS).then_some(Self {
            filter,
            ends,
            entries,
            index_bits,
        })
    }

    /// Hands the index of each word that may be up to `most` edits away from `word` to `take`, those that may be one
    /// away first;
    /// `take` says how many edits it still asks for.
    pub(super) fn each(&self, word: &[u8], most: usize, mut take: impl FnMut(usize) -> usize) {
        let letters = first_letters(word);
        let (mut most, mut recent) = (most, Recent::default());
        let mut found = Found::default();
        found.push_if(hash(letters), self);
        for place in places(word) {
            found.push_if(hash(without(letters, place)), self);
        }
        self.hand_on(&found, &mut recent, &mut |index| most = take(index).min(most));
        if most < 2 {
            return;
        }
        found.count = 0;
        for place in places(word) {
            let once = without(letters, place);
            // Each two once: those before it stand where they stood.
            for other in (0..place / LETTER_BITS).map(|other| other * LETTER_BITS) {
                found.push_if(hash(without(once, other)), self);
            }
        }
        self.hand_on(&found, &mut recent, &mut |index| {
            take(index);
        });
    }

    /// Hands on the words of the hashes that were found.
    #[inline(never)]
    fn hand_on(&self, found: &Found, recent: &mut Recent, take: &mut dyn FnMut(usize)) {
        let index_mask = (1_u32 << self.index_bits).wrapping_sub(1);
        for &hash in found.hashes.iter().take(found.count) {
            let tag = tag(hash, self.index_bits);
            for entry in self.bucket(hash).filter(|entry| *entry & !index_mask == tag) {
                let index = entry & index_mask;
                if recent.is_new(index) {
                    take(usize::try_from(index).unwrap_or(usize::MAX));
                }
            }
        }
    }

    /// Whether something of this hash may be left of a word.
    #[inline]
    fn may_have(&self, hash: u64) -> bool {
        let bits = bits(hash);
        let word = self.filter.at(place(hash, self.filter.len()));
        word.is_some_and(|word| word & bits == bits)
    }

    fn bucket(&self, hash: u64) -> impl Iterator<Item = u32> {
        let bucket = place(hash, self.ends.len());
        let end_of = |bucket: usize| usize::try_from(self.ends.at(bucket).unwrap_or_default()).unwrap_or_default();
        let start = bucket.checked_sub(1).map_or(0, end_of);
        self.entries.range(start, end_of(bucket))
    }

    /// The memory it holds, in bytes.
    pub(super) fn memory(&self) -> usize {
        self.filter
            .memory()
            .saturating_add(self.ends.memory())
            .saturating_add(self.entries.memory())
    }
}

/// The bits of a hash that stand beside an index of so many bits.
fn tag(hash: u64, index_bits: u32) -> u32 {
    u32::try_from(hash >> 32).unwrap_or_default() >> index_bits << index_bits
}

/// So many stand in a bucket on average ...
const PER_BUCKET: usize = 4;
/// ... and in a word of the filter.
const PER_WORD: usize = 12;

/// Hashes that the filter does not know to be missing.
struct Found {
    hashes: [u64; PAIRS],
    count: usize,
}

/// So many pairs have the first letters.
const PAIRS: usize = FIRST * (FIRST - 1) / 2;

impl Default for Found {
    fn default() -> Self {
        Self {
            hashes: [0; PAIRS],
            count: 0,
        }
    }
}

impl Found {
    #[inline]
    fn push_if(&mut self, hash: u64, neighbours: &Neighbours) {
        if let Some(free) = self.hashes.get_mut(self.count) {
            *free = hash;
            self.count += usize::from(neighbours.may_have(hash));
        }
    }
}

/// The words that were handed on last: a word shares most of what is left of it with one that is near.
struct Recent {
    indexes: [u32; RECENT],
    next: usize,
}

const RECENT: usize = 8;

impl Default for Recent {
    fn default() -> Self {
        Self {
            indexes: [u32::MAX; RECENT],
            next: 0,
        }
    }
}

impl Recent {
    /// Whether a word is none of them; it is one from now on.
    fn is_new(&mut self, index: u32) -> bool {
        if self.indexes.contains(&index) {
            return false;
        }
        if let Some(oldest) = self.indexes.get_mut(self.next % RECENT) {
            *oldest = index;
        }
        self.next = self.next.wrapping_add(1);
        true
    }
}

/// Hands the hash of all that is left of the first letters of `word` to `take` when up to `most` of them, one or two,
/// are taken out.
fn each_left(word: &[u8], most: usize, mut take: impl FnMut(u64)) {
    let letters = first_letters(word);
    take(hash(letters));
    for place in places(word) {
        let once = without(letters, place);
        take(hash(once));
        if most > 1 {
            places(word)
                .take_while(|other| *other < place)
                .for_each(|other| take(hash(without(once, other))));
        }
    }
}

/// The first letters of a word, the first in the lowest bits.
fn first_letters(word: &[u8]) -> u64 {
    let first = word.iter().take(FIRST).rev();
    first.fold(0, |letters, letter| letters << LETTER_BITS | u64::from(letter & 31))
}

/// The places of the first letters of a word, in bits.
fn places(word: &[u8]) -> impl Iterator<Item = u32> {
    let count = u32::try_from(word.len().min(FIRST)).unwrap_or_default();
    (0..count).map(|place| place * LETTER_BITS)
}

/// `letters` without the one at `place`, in bits.
const fn without(letters: u64, place: u32) -> u64 {
    let before = (1 << place) - 1;
    letters & before | letters >> LETTER_BITS & !before
}

const fn hash(letters: u64) -> u64 {
    let spread = letters.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    spread ^ spread >> 32
}

/// The place of a hash among so many, which are a power of two.
fn place(hash: u64, places: usize) -> usize {
    usize::try_from(hash & 0xffff_ffff).unwrap_or_default() & places.wrapping_sub(1)
}

/// The bits that a hash has in its word of the filter.
const fn bits(hash: u64) -> u64 {
    1 << (hash >> 52 & 63) | 1 << (hash >> 58)
}
