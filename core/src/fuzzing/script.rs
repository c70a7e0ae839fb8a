//! The fields of an input that is more than one text, and changes that an input asks for.

/// Takes fields off the front of an input; where the input has ended, every field is 0 or empty.
pub(super) struct Script<'a>(&'a [u8]);

impl<'a> Script<'a> {
    pub(super) fn new(input: &'a [u8]) -> Self {
        Self(input)
    }

    pub(super) fn byte(&mut self) -> usize {
        self.0.split_off_first().copied().map_or(0, usize::from)
    }

    /// Two bytes, big-endian.
    pub(super) fn short(&mut self) -> usize {
        self.byte().saturating_mul(256).saturating_add(self.byte())
    }

    /// At most `len` bytes.
    pub(super) fn take(&mut self, len: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at_checked(len).unwrap_or((self.0, &[]));
        self.0 = rest;
        taken
    }

    pub(super) fn rest(self) -> &'a [u8] {
        self.0
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Changes `bytes` in the one way that the next four bytes say: what, where (two), and how.
    pub(super) fn edit(&mut self, bytes: &mut Vec<u8>) {
        let (what, place, how) = (self.byte(), self.short(), self.byte());
        let at = place.checked_rem(bytes.len().saturating_add(1)).unwrap_or_default();
        let value = u8::try_from(how).unwrap_or_default();
        let until = bytes.len().min(at.saturating_add(how));
        match what % 6 {
            0 => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte = value),
            1 => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= value | 1),
            2 => bytes.insert(at, value),
            3 => drop(bytes.drain(at..until)),
            4 => bytes.truncate(at),
            _ => bytes.extend_from_within(at..until),
        }
    }
}

/// Whether `said`, which may end up in a log, repeats something of `given` that may be a secret: a word with many digits, as keys
/// and numbers of people are. Words of another kind may be its own, and a fuzzer soon writes whole messages into its inputs.
pub(super) fn repeats(said: &str, given: &str) -> bool {
    let words = said.split(|letter: char| !letter.is_ascii_alphanumeric());
    let digits = |word: &str| word.bytes().filter(u8::is_ascii_digit).count();
    words
        .filter(|word| word.len() >= SECRET_LEN && digits(word) >= SECRET_DIGITS)
        .any(|word| given.contains(word))
}

/// A social security number has nine digits, and of the letters of a key nearly every third is one.
const SECRET_LEN: usize = 9;
const SECRET_DIGITS: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_that_has_ended_gives_nothing_and_changes_in_place() {
        let mut script = Script::new(&[1, 0, 1, 0x20]);
        let mut bytes = b"abc".to_vec();
        script.edit(&mut bytes);
        assert_eq!(bytes, b"aCc");
        assert_eq!((script.byte(), script.short(), script.take(3)), (0, 0, &[][..]));
    }

    #[test]
    fn every_edit_keeps_within_its_bytes() {
        for what in 0..6 {
            for place in 0..=4 {
                let mut bytes = b"abc".to_vec();
                Script::new(&[what, 0, place, 255]).edit(&mut bytes);
                assert!(bytes.len() <= 6, "{what} {place}: no more than twice as long");
            }
        }
    }

    #[test]
    fn a_repeated_secret_is_seen() {
        let key = "SEALWAX-LOCAL-1QYQSZQGPQYQSZQGPQYQSZQ2P08";
        assert!(repeats(&format!("no such key: {key}"), key));
        assert!(!repeats("expected a key that begins with `SEALWAX-LOCAL-1`", key));
    }
}
