//! The tables of folding. Source: Unicode 16 (`UnicodeData.txt`, `DerivedCoreProperties.txt`, `confusables.txt`).

/// Whether one of the inclusive ranges of `table` holds `character`.
pub(super) fn contains(table: &[(char, char)], character: char) -> bool {
    let index = table.partition_point(|&(_, last)| last < character);
    table.get(index).is_some_and(|&(first, _)| first <= character)
}

/// Default ignorable code points: nothing is shown for them.
pub(super) const IGNORABLE: &[(char, char)] = &[
    ('\u{ad}', '\u{ad}'),
    ('\u{34f}', '\u{34f}'),
    ('\u{61c}', '\u{61c}'),
    ('\u{115f}', '\u{1160}'),
    ('\u{17b4}', '\u{17b5}'),
    ('\u{180b}', '\u{180f}'),
    ('\u{200b}', '\u{200f}'),
    ('\u{202a}', '\u{202e}'),
    ('\u{2060}', '\u{206f}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{fe00}', '\u{fe0f}'),
    ('\u{feff}', '\u{feff}'),
    ('\u{ffa0}', '\u{ffa0}'),
    ('\u{fff0}', '\u{fff8}'),
    ('\u{1bca0}', '\u{1bca3}'),
    ('\u{1d173}', '\u{1d17a}'),
    ('\u{e0000}', '\u{e0fff}'),
];

/// Combining marks that decorate a Latin letter or a digit; the marks of other scripts spell words and stay.
pub(super) const MARKS: &[(char, char)] = &[
    ('\u{300}', '\u{36f}'),
    ('\u{1ab0}', '\u{1aff}'),
    ('\u{1dc0}', '\u{1dff}'),
    ('\u{20d0}', '\u{20ff}'),
    ('\u{fe20}', '\u{fe2f}'),
];

/// Precomposed Hangul, which stays as people write it.
pub(super) const HANGUL: &[(char, char)] = &[('\u{ac00}', '\u{d7a3}')];

/// Category Pd, the hyphen bullet and the minus sign. The tilde-like dashes of East Asia (301C, 3030) are no hyphens.
pub(super) const DASHES: &[char] = &[
    '\u{58a}',
    '\u{5be}',
    '\u{1400}',
    '\u{1806}',
    '\u{2010}',
    '\u{2011}',
    '\u{2012}',
    '\u{2013}',
    '\u{2014}',
    '\u{2015}',
    '\u{2043}',
    '\u{2212}',
    '\u{2e17}',
    '\u{2e1a}',
    '\u{2e3a}',
    '\u{2e3b}',
    '\u{2e40}',
    '\u{2e5d}',
    '\u{30a0}',
    '\u{fe58}',
    '\u{fe63}',
    '\u{ff0d}',
    '\u{10ead}',
];

/// The code of digit zero in each script (category Nd); nine more digits follow it.
pub(super) const DIGIT_ZEROS: &[u32] = &[
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0, 0xf20,
    0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0,
    0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x10d30, 0x10d40, 0x11066, 0x110f0, 0x11136, 0x111d0,
    0x112f0, 0x11450, 0x114d0, 0x11650, 0x116c0, 0x116d0, 0x116da, 0x11730, 0x118e0, 0x11950, 0x11bf0, 0x11c50,
    0x11d50, 0x11da0, 0x11f50, 0x16a60, 0x16ac0, 0x16b50, 0x16d70, 0x1ccf0, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec,
    0x1d7f6, 0x1e140, 0x1e2f0, 0x1e4f0, 0x1e5f1, 0x1e950, 0x1fbf0,
];

/// Letters that look like a Latin one, sorted. Small capitals are included; they are the "fancy text" of the web.
pub(super) const CONFUSABLE: &[(char, char)] = &[
    ('\u{d8}', 'O'),   // latin capital letter o with stroke
    ('\u{f8}', 'o'),   // latin small letter o with stroke
    ('\u{110}', 'D'),  // latin capital letter d with stroke
    ('\u{111}', 'd'),  // latin small letter d with stroke
    ('\u{127}', 'h'),  // latin small letter h with stroke
    ('\u{131}', 'i'),  // latin small letter dotless i
    ('\u{141}', 'L'),  // latin capital letter l with stroke
    ('\u{142}', 'l'),  // latin small letter l with stroke
    ('\u{167}', 't'),  // latin small letter t with stroke
    ('\u{251}', 'a'),  // latin small letter alpha
    ('\u{261}', 'g'),  // latin small letter script g
    ('\u{262}', 'g'),  // latin letter small capital g
    ('\u{269}', 'i'),  // latin small letter iota
    ('\u{26a}', 'i'),  // latin letter small capital i
    ('\u{274}', 'n'),  // latin letter small capital n
    ('\u{280}', 'r'),  // latin letter small capital r
    ('\u{28f}', 'y'),  // latin letter small capital y
    ('\u{299}', 'b'),  // latin letter small capital b
    ('\u{29c}', 'h'),  // latin letter small capital h
    ('\u{29f}', 'l'),  // latin letter small capital l
    ('\u{391}', 'A'),  // greek capital letter alpha
    ('\u{392}', 'B'),  // greek capital letter beta
    ('\u{395}', 'E'),  // greek capital letter epsilon
    ('\u{396}', 'Z'),  // greek capital letter zeta
    ('\u{397}', 'H'),  // greek capital letter eta
    ('\u{399}', 'I'),  // greek capital letter iota
    ('\u{39a}', 'K'),  // greek capital letter kappa
    ('\u{39c}', 'M'),  // greek capital letter mu
    ('\u{39d}', 'N'),  // greek capital letter nu
    ('\u{39f}', 'O'),  // greek capital letter omicron
    ('\u{3a1}', 'P'),  // greek capital letter rho
    ('\u{3a4}', 'T'),  // greek capital letter tau
    ('\u{3a5}', 'Y'),  // greek capital letter upsilon
    ('\u{3a7}', 'X'),  // greek capital letter chi
    ('\u{3b1}', 'a'),  // greek small letter alpha
    ('\u{3b3}', 'y'),  // greek small letter gamma
    ('\u{3b5}', 'e'),  // greek small letter epsilon
    ('\u{3b7}', 'n'),  // greek small letter eta
    ('\u{3b9}', 'i'),  // greek small letter iota
    ('\u{3ba}', 'k'),  // greek small letter kappa
    ('\u{3bd}', 'n'),  // greek small letter nu
    ('\u{3bf}', 'o'),  // greek small letter omicron
    ('\u{3c1}', 'p'),  // greek small letter rho
    ('\u{3c4}', 't'),  // greek small letter tau
    ('\u{3c5}', 'u'),  // greek small letter upsilon
    ('\u{3c7}', 'x'),  // greek small letter chi
    ('\u{3c9}', 'w'),  // greek small letter omega
    ('\u{3f2}', 'c'),  // greek lunate sigma symbol
    ('\u{3f3}', 'j'),  // greek letter yot
    ('\u{3f9}', 'C'),  // greek capital lunate sigma symbol
    ('\u{3fa}', 'M'),  // greek capital letter san
    ('\u{405}', 'S'),  // cyrillic capital letter dze
    ('\u{406}', 'I'),  // cyrillic capital letter byelorussian-ukrainian i
    ('\u{408}', 'J'),  // cyrillic capital letter je
    ('\u{410}', 'A'),  // cyrillic capital letter a
    ('\u{412}', 'B'),  // cyrillic capital letter ve
    ('\u{415}', 'E'),  // cyrillic capital letter ie
    ('\u{41a}', 'K'),  // cyrillic capital letter ka
    ('\u{41c}', 'M'),  // cyrillic capital letter em
    ('\u{41d}', 'H'),  // cyrillic capital letter en
    ('\u{41e}', 'O'),  // cyrillic capital letter o
    ('\u{420}', 'P'),  // cyrillic capital letter er
    ('\u{421}', 'C'),  // cyrillic capital letter es
    ('\u{422}', 'T'),  // cyrillic capital letter te
    ('\u{423}', 'Y'),  // cyrillic capital letter u
    ('\u{425}', 'X'),  // cyrillic capital letter ha
    ('\u{430}', 'a'),  // cyrillic small letter a
    ('\u{432}', 'b'),  // cyrillic small letter ve
    ('\u{433}', 'r'),  // cyrillic small letter ghe
    ('\u{435}', 'e'),  // cyrillic small letter ie
    ('\u{438}', 'u'),  // cyrillic small letter i
    ('\u{43a}', 'k'),  // cyrillic small letter ka
    ('\u{43c}', 'm'),  // cyrillic small letter em
    ('\u{43d}', 'h'),  // cyrillic small letter en
    ('\u{43e}', 'o'),  // cyrillic small letter o
    ('\u{43f}', 'n'),  // cyrillic small letter pe
    ('\u{440}', 'p'),  // cyrillic small letter er
    ('\u{441}', 'c'),  // cyrillic small letter es
    ('\u{442}', 't'),  // cyrillic small letter te
    ('\u{443}', 'y'),  // cyrillic small letter u
    ('\u{445}', 'x'),  // cyrillic small letter ha
    ('\u{448}', 'w'),  // cyrillic small letter sha
    ('\u{451}', 'e'),  // cyrillic small letter io
    ('\u{455}', 's'),  // cyrillic small letter dze
    ('\u{456}', 'i'),  // cyrillic small letter byelorussian-ukrainian i
    ('\u{458}', 'j'),  // cyrillic small letter je
    ('\u{475}', 'v'),  // cyrillic small letter izhitsa
    ('\u{4ae}', 'Y'),  // cyrillic capital letter straight u
    ('\u{4af}', 'y'),  // cyrillic small letter straight u
    ('\u{4ba}', 'H'),  // cyrillic capital letter shha
    ('\u{4bb}', 'h'),  // cyrillic small letter shha
    ('\u{4c0}', 'I'),  // cyrillic letter palochka
    ('\u{4cf}', 'l'),  // cyrillic small letter palochka
    ('\u{501}', 'd'),  // cyrillic small letter komi de
    ('\u{50c}', 'G'),  // cyrillic capital letter komi sje
    ('\u{51a}', 'Q'),  // cyrillic capital letter qa
    ('\u{51b}', 'q'),  // cyrillic small letter qa
    ('\u{51c}', 'W'),  // cyrillic capital letter we
    ('\u{51d}', 'w'),  // cyrillic small letter we
    ('\u{53c}', 'L'),  // armenian capital letter liwn
    ('\u{54d}', 'U'),  // armenian capital letter seh
    ('\u{555}', 'O'),  // armenian capital letter oh
    ('\u{570}', 'h'),  // armenian small letter ho
    ('\u{575}', 'j'),  // armenian small letter yi
    ('\u{578}', 'n'),  // armenian small letter vo
    ('\u{57d}', 'u'),  // armenian small letter seh
    ('\u{581}', 'g'),  // armenian small letter co
    ('\u{585}', 'o'),  // armenian small letter oh
    ('\u{1d00}', 'a'), // latin letter small capital a
    ('\u{1d04}', 'c'), // latin letter small capital c
    ('\u{1d05}', 'd'), // latin letter small capital d
    ('\u{1d07}', 'e'), // latin letter small capital e
    ('\u{1d0a}', 'j'), // latin letter small capital j
    ('\u{1d0b}', 'k'), // latin letter small capital k
    ('\u{1d0d}', 'm'), // latin letter small capital m
    ('\u{1d0f}', 'o'), // latin letter small capital o
    ('\u{1d18}', 'p'), // latin letter small capital p
    ('\u{1d1b}', 't'), // latin letter small capital t
    ('\u{1d1c}', 'u'), // latin letter small capital u
    ('\u{1d20}', 'v'), // latin letter small capital v
    ('\u{1d21}', 'w'), // latin letter small capital w
    ('\u{1d22}', 'z'), // latin letter small capital z
    ('\u{a730}', 'f'), // latin letter small capital f
    ('\u{a731}', 's'), // latin letter small capital s
];
