//! How the words of a list begin: one look tells of nearly every word that it is none of them.

/// The first two letters of the words of a list.
pub(crate) struct Fronts([u32; 32]);

impl Fronts {
    /// Those of no word.
    pub(crate) const fn new() -> Self {
        Self([0; 32])
    }

    /// Those of `words`, which begin with two bytes of ASCII or are one.
    pub(crate) const fn of(words: &[&str]) -> Self {
        Self::new().with_all(words)
    }

    /// The same with those of `words`.
    pub(crate) const fn with_all(mut self, mut words: &[&str]) -> Self {
        while let [word, rest @ ..] = words {
            self = self.with(word);
            words = rest;
        }
        self
    }

    /// The same with those of `word`.
    pub(crate) const fn with(mut self, word: &str) -> Self {
        let (row, bit) = match word.as_bytes() {
            [] => (0, 0),
            [first] => (*first & LETTER, 0),
            [first, second, ..] => (*first & LETTER, *second & LETTER),
        };
        #[expect(clippy::indexing_slicing, reason = "five bits are an index of 32 rows")]
        {
            self.0[row as usize] |= 1 << bit;
        }
        self
    }

    /// Whether `text` may be one of the words, or begin with one of two letters at least, however it is written.
    pub(crate) fn may_begin(&self, text: &[u8]) -> bool {
        let (first, second) = match text {
            [] => (0, 0),
            [first] => (*first, 0),
            [first, second, ..] => (*first, *second),
        };
        let row = self.0.get(usize::from(first & LETTER)).copied().unwrap_or_default();
        // The small letter of one that is none of ASCII may be one of ASCII.
        row >> (second & LETTER) & 1 == 1 || !first.is_ascii() || !second.is_ascii()
    }
}

/// The bits that are the same in a small and a capital letter of ASCII.
const LETTER: u8 = 31;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WORDS: &[&str] = &["ann", "Bo", "m", "e.g", "k1", "-- x"];

    #[test]
    fn every_word_of_the_list_may_begin_however_it_is_written() {
        let fronts = Fronts::of(WORDS);
        for word in WORDS {
            for written in [word.to_uppercase(), word.to_lowercase()] {
                assert!(fronts.may_begin(written.as_bytes()), "{written}");
            }
        }
        // The sign of kelvin is a k.
        assert!(fronts.may_begin("\u{212a}1".as_bytes()));
        assert!(
            ["", "b", "an", "xy", "m."].map(|text| fronts.may_begin(text.as_bytes()))
                == [false, false, true, false, false]
        );
    }

    proptest! {
        #[test]
        fn nothing_that_begins_with_a_word_is_passed_over(text in "[AaBbEeKkMmNn.1\u{212a}-]{0,4}") {
            let small = text.to_lowercase();
            let begins = WORDS.iter().any(|word| {
                let word = word.to_lowercase();
                small == word || (word.len() > 1 && small.starts_with(&word))
            });
            prop_assert!(!begins || Fronts::of(WORDS).may_begin(text.as_bytes()), "{}", text);
        }
    }
}
