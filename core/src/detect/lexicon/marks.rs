use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::super::language::FREQUENT;
use super::super::plan::{Plan, Reader, Table, Writer};
use super::super::token::{Token, tokens};
use super::hashes;

/// What the lists say of a word. Nothing is known of a word that has not been looked up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in super::super) struct Marks(u32);

impl Marks {
    /// Before a word is looked up.
    pub(in super::super) const NONE: Self = Self(0);
    /// An ordinary word, spelt right.
    pub(in super::super) const ORDINARY: Self = Self(1);
    pub(in super::super) const FIRST_NAME: Self = Self(1 << 1);
    pub(in super::super) const SURNAME: Self = Self(1 << 2);
    /// No part of a name, although it is capitalised.
    pub(in super::super) const NO_NAME: Self = Self(1 << 3);
    /// A word of the dictionary, a drug or an illness.
    pub(in super::super) const WORD: Self = Self(1 << 4);
    /// A word beside which a capitalised one may be misspelt.
    pub(in super::super) const CARE: Self = Self(1 << 5);
    /// The first of the bits that say of which language it is a frequent word.
    const LANGUAGES: u32 = 6;
    /// What the lists leave to the detectors that are looked for: a word of theirs, spelt right, ...
    pub(in super::super) const KNOWN: Self = Self(1 << 16);
    /// ... with which a label begins, ...
    pub(in super::super) const LABEL: Self = Self(1 << 17);
    /// ... a term of the dictionaries: one that counts everywhere, in capitals only, or in other languages only, ...
    pub(in super::super) const TERMS: [Self; 3] = [Self(1 << 18), Self(1 << 19), Self(1 << 20)];
    /// ... or a phrase that only says how others are meant, the same.
    pub(in super::super) const CUES: [Self; 3] = [Self(1 << 21), Self(1 << 22), Self(1 << 23)];
    /// It has been looked up.
    const LOOKED_UP: u32 = 1 << 31;

    pub(in super::super) const fn has(self, any: Self) -> bool {
        self.0 & any.0 != 0
    }

    /// The marks of either.
    pub(in super::super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// A bit for each language of which it is a frequent word.
    pub(in super::super) const fn languages(self) -> u32 {
        self.0 >> Self::LANGUAGES & ((1 << FREQUENT.len()) - 1)
    }

    fn of_language(index: u32) -> Self {
        Self(1 << Self::LANGUAGES.saturating_add(index))
    }

    /// The marks of this number, as [`Self::number`] gives it.
    pub(in super::super) const fn from_number(number: u32) -> Self {
        Self(number)
    }

    /// The marks as a number.
    pub(in super::super) const fn number(self) -> u32 {
        self.0
    }

    /// Whether these are all marks of a word, and not what is there before it is looked up.
    pub(in super::super) const fn is_looked_up(self) -> bool {
        self.0 & Self::LOOKED_UP != 0
    }
}

/// What the built-in lists say of every word of theirs, in one table: all of it takes one look.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Lexicon {
    words: Table,
}

impl Lexicon {
    /// That of the built-in plan.
    pub(in super::super) fn built_in() -> &'static Self {
        static NONE: OnceLock<Lexicon> = OnceLock::new();
        // Without a plan there is no scanner either.
        Plan::built_in().map_or_else(|_| NONE.get_or_init(Self::default), |plan| &plan.lexicon)
    }

    /// Reads the lists.
    pub(in super::super) fn compile() -> Self {
        let mut words: BTreeMap<u64, u32> = BTreeMap::new();
        let mut add = |hash: u64, mark: Marks| *words.entry(hash).or_default() |= mark.0;
        for (mark, lists) in LISTS {
            hashes(lists).for_each(|hash| add(hash, *mark));
        }
        for (index, (_, frequent)) in (0..).zip(FREQUENT) {
            let frequent = tokens(frequent);
            for token in &frequent {
                add(token.hash, Marks::of_language(index));
            }
        }
        for word in WORDS_OF_CARE {
            for token in tokens(word) {
                add(token.hash, Marks::CARE);
            }
        }
        Self {
            words: Table::of(&words),
        }
    }

    /// The marks of a word of this hash.
    #[inline]
    pub(in super::super) fn marks(&self, hash: u64) -> Marks {
        Marks(self.words.value(hash) | Marks::LOOKED_UP)
    }

    /// The marks of a word, which are looked up unless they were before.
    #[inline]
    pub(in super::super) fn marks_of(&self, token: &Token) -> Marks {
        if token.marks.is_looked_up() {
            token.marks
        } else {
            self.marks(token.hash)
        }
    }

    pub(in super::super) fn write(&self, image: &mut Writer) {
        self.words.write(image);
    }

    pub(in super::super) fn read(image: &mut Reader) -> Option<Self> {
        Table::read(image).map(|words| Self { words })
    }

    /// The memory it holds, in bytes.
    pub(in super::super) fn memory(&self) -> usize {
        self.words.memory()
    }
}

/// What the words of each list are.
const LISTS: &[(Marks, &[&str])] = &[
    (
        Marks::ORDINARY,
        &[
            "british", "foreign", "jargon", "misspelt", "no_names", "places", "words",
        ],
    ),
    (Marks::FIRST_NAME, &["first_names"]),
    (Marks::SURNAME, &["names"]),
    (Marks::NO_NAME, &["no_names"]),
    (Marks::WORD, &["words", "drugs", "conditions"]),
];

const WORDS_OF_CARE: &[&str] = &[
    "refill",
    "refills",
    "filled",
    "prescription",
    "prescribed",
    "appointment",
    "visit",
    "diagnosis",
    "diagnosed",
    "dose",
    "mg",
    "mcg",
    "tablet",
    "tablets",
    "qty",
    "patient",
    "medication",
    "medications",
    "treatment",
    "surgery",
    "taking",
    "specialist",
    "enrolled",
    "symptoms",
    "dob",
    "mrn",
    "booked",
    "referral",
    "allergies",
    "history",
    "rx",
];
