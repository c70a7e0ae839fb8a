//! The words by which the parts of a letter are known, in English, Spanish, French, German, Portuguese and Italian;
//! without accents, as a folded text has them.

use std::borrow::Cow;

use crate::text::Fronts;

/// A list of words in small letters.
pub(super) struct List {
    words: &'static [&'static str],
    fronts: Fronts,
}

impl List {
    const fn of(words: &'static [&'static str]) -> Self {
        Self {
            words,
            fronts: Fronts::of(words),
        }
    }

    #[cfg(test)]
    pub(super) const fn words(&self) -> &'static [&'static str] {
        self.words
    }

    /// Whether `word` is in it, however it is written.
    pub(super) fn has(&self, word: &str) -> bool {
        if !self.fronts.may_begin(word.as_bytes()) {
            return false;
        }
        let small = small(word);
        let small = small.as_ref();
        self.words.iter().any(|&listed| same(listed, small))
    }

    /// Whether one of its words, of which none is a single letter, may stand at the start of `text`.
    pub(super) fn may_begin(&self, text: &str) -> bool {
        self.fronts.may_begin(text.as_bytes())
    }

    /// Whether `text` begins with one of its words, of which each has four letters at least, however it is written.
    pub(super) fn begins(&self, text: &str) -> bool {
        if !self.may_begin(text) {
            return false;
        }
        let Some(front) = text.as_bytes().first_chunk::<4>() else {
            return false;
        };
        let front = front.map(|letter| letter.to_ascii_lowercase());
        let begins = |opening: &&&str| opening.as_bytes().first_chunk() == Some(&front);
        self.words.iter().filter(begins).any(|opening| {
            let start = text.get(..opening.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(opening))
        })
    }
}

/// Whether `text` holds a word in small letters of ASCII, however it is written.
pub(super) fn holds(text: &str, word: &str) -> bool {
    if !text.is_ascii() {
        return text.to_lowercase().contains(word);
    }
    let mut places = text.as_bytes().windows(word.len());
    places.any(|place| place.eq_ignore_ascii_case(word.as_bytes()))
}

/// `word` in small letters, but for those of ASCII, which [`same`] takes for the same.
fn small(word: &str) -> Cow<'_, str> {
    if word.is_ascii() {
        word.into()
    } else {
        word.to_lowercase().into()
    }
}

fn same(listed: &str, small: &str) -> bool {
    listed.len() == small.len() && listed.eq_ignore_ascii_case(small)
}

/// Words that greet; a name follows.
pub(super) static GREETINGS: List = List::of(&[
    "dear",
    "hi",
    "hello",
    "hey",
    "hiya",
    "greetings",
    "morning",
    "afternoon",
    "evening",
    "thanks",
    "bonjour",
    "bonsoir",
    "cher",
    "chere",
    "chere",
    "salut",
    "hola",
    "estimado",
    "estimada",
    "querido",
    "querida",
    "buenos",
    "buenas",
    "apreciado",
    "apreciada",
    "liebe",
    "lieber",
    "hallo",
    "guten",
    "sehr",
    "oi",
    "ola",
    "ola",
    "prezado",
    "prezada",
    "caro",
    "cara",
    "bom",
    "boa",
    "gentile",
    "egregio",
    "egregia",
    "ciao",
    "buongiorno",
    "buonasera",
]);

/// Who is greeted where nobody is named.
static NOBODY: List = List::of(&[
    "all",
    "everyone",
    "everybody",
    "team",
    "teams",
    "folks",
    "friends",
    "friend",
    "colleagues",
    "colleague",
    "sir",
    "sirs",
    "madam",
    "both",
    "there",
    "members",
    "member",
    "families",
    "family",
    "parents",
    "parent",
    "customer",
    "customers",
    "customer's",
    "subscriber",
    "subscribers",
    "neighbors",
    "neighbours",
    "staff",
    "managers",
    "leads",
    "group",
    "list",
    "readers",
    "reader",
    "patients",
    "claims",
    "professional",
    "admissions",
    "billing",
    "support",
    "desk",
    "office",
    "student",
    "students",
    "editor",
    "hiring",
    "manager",
    "sisters",
    "brothers",
    "tous",
    "toutes",
    "todos",
    "todas",
    "kollegen",
    "kolleginnen",
    "damen",
    "zusammen",
    "colleghi",
    "tutti",
    "collegues",
    "collegues",
    "equipe",
    "equipe",
    "equipo",
    "time",
    "amigos",
    "companeros",
    "colegas",
    "clients",
    "cliente",
    "clientes",
    "costumer",
    "user",
    "users",
    "valued",
    "hackers",
    "guys",
    "gang",
    "yall",
    "people",
    "world",
]);

/// Words between a greeting and a name.
static BETWEEN: List = List::of(&[
    "geehrte", "geehrter", "geehrten", "tag", "morgen", "abend", "dias", "dias", "tardes", "dia", "tarde", "noite",
    "morning", "signora", "signor", "again", "and", "good",
]);

/// Those who care for others: to them a letter speaks of somebody else.
static CLINICIANS: List = List::of(&[
    "dr",
    "dr.",
    "dra",
    "dra.",
    "drs",
    "drs.",
    "doctor",
    "prof",
    "prof.",
    "professor",
    "docteur",
    "doktor",
    "dott",
    "dott.",
    "dott.ssa",
    "dottoressa",
    "nurse",
]);

/// Whether a greeted name is that of one reader who cares for nobody.
pub(super) fn is_somebody(name: &str) -> bool {
    let mut words = name.split_whitespace().peekable();
    while words.next_if(|word| BETWEEN.has(word)).is_some() {}
    let Some(first) = words.peek() else { return false };
    let is_clinician = CLINICIANS.has(first.trim_end_matches(['.', '!', '?'])) || CLINICIANS.has(first);
    first.starts_with(char::is_uppercase)
        && !is_clinician
        && words.all(|word| !NOBODY.has(word.trim_end_matches(['.', '!', '?', '\'', ')'])))
}

/// Words that close a letter and stand alone in their line.
pub(super) static VALEDICTIONS: List = List::of(&[
    "best",
    "all best",
    "best regards",
    "best wishes",
    "kind regards",
    "kindest regards",
    "warm regards",
    "warmly",
    "regards",
    "many thanks",
    "thanks",
    "thank you",
    "thanks again",
    "thanks so much",
    "thanks in advance",
    "cheers",
    "sincerely",
    "sincerely yours",
    "yours",
    "yours sincerely",
    "yours truly",
    "yours faithfully",
    "respectfully",
    "take care",
    "cordially",
    "love",
    "cordialement",
    "bien cordialement",
    "bien a vous",
    "merci",
    "salutations distinguees",
    "saludos",
    "un saludo",
    "saludos cordiales",
    "atentamente",
    "cordialmente",
    "gracias",
    "muchas gracias",
    "mit freundlichen grußen",
    "mit freundlichem gruß",
    "mit freundlichen gruessen",
    "mit freundlichen grussen",
    "freundliche gruße",
    "freundliche grusse",
    "viele gruße",
    "viele grusse",
    "beste gruße",
    "liebe gruße",
    "mfg",
    "vg",
    "lg",
    "danke",
    "atenciosamente",
    "att",
    "obrigado",
    "obrigada",
    "um abraco",
    "abracos",
    "cordiali saluti",
    "distinti saluti",
    "grazie",
    "un caro saluto",
    "saluti",
]);

/// Whether a line, which begins with no blank, is nothing but a valediction.
pub(super) fn is_valediction(line: &str) -> bool {
    if !VALEDICTIONS.may_begin(line) {
        return false;
    }
    let words = line.trim_end_matches([',', '.', '!', '-']).trim();
    words.len() <= LONGEST_VALEDICTION && VALEDICTIONS.has(words)
}

const LONGEST_VALEDICTION: usize = 40;

/// How what a house puts below every message begins, in lower case.
pub(super) static DISCLAIMERS: List = List::of(&[
    "this e-mail",
    "this email",
    "this message",
    "this communication",
    "this transmission",
    "the information contained",
    "the information in this",
    "the contents of this",
    "confidentiality notice",
    "confidential:",
    "confidentiality:",
    "notice:",
    "hipaa notice",
    "disclaimer",
    "privileged and confidential",
    "privileged & confidential",
    "if you are not the intended",
    "if you have received this",
    "if you received this",
    "please consider the environment",
    "diese e-mail",
    "diese nachricht",
    "ce message",
    "ce courriel",
    "este mensaje",
    "este correo",
    "aviso de confidencialidad",
    "avis de confidentialite",
    "esta mensagem",
    "este e-mail",
    "questo messaggio",
    "questa e-mail",
    "le informazioni contenute",
]);

/// Words of which a disclaimer has one, in lower case.
const CONFIDENTIAL: &[&str] = &[
    "confidential",
    "privileged",
    "intended",
    "recipient",
    "addressee",
    "unauthorized",
    "disclosure",
    "environment",
    "vertraulich",
    "empfanger",
    "empfanger",
    "confidentiel",
    "destinataire",
    "confidencial",
    "destinatario",
    "destinatario",
    "riservat",
];

pub(super) fn is_disclaimer(line: &str) -> bool {
    DISCLAIMERS.begins(line) && CONFIDENTIAL.iter().any(|word| holds(line, word))
}

/// Small words in the names of houses and in titles.
const OF_NAMES: &[&str] = &[
    "of", "and", "the", "for", "at", "in", "on", "to", "by", "or", "de", "del", "della", "da", "do", "dos", "di", "du",
    "la", "le", "les", "el", "los", "las", "von", "van", "der", "und", "fur", "am", "im", "y", "e", "et", "ext", "tel",
    "fax", "cell", "mobile", "phone", "direct", "office", "main", "toll", "free", "pager", "ph", "via", "with",
];

/// Whether a word of a line is written small and is none of a name, a house or an address.
pub(super) fn has_small(line: &str) -> bool {
    let is_word =
        |word: &&str| word.len() > 1 && word.starts_with(char::is_lowercase) && word.chars().all(char::is_alphabetic);
    let words = line
        .split_whitespace()
        .map(|word| word.trim_matches(|mark: char| !mark.is_alphanumeric()));
    let mut words = words.filter(|word| !word.contains(['@', '.', '/']));
    words.any(|word| is_word(&word) && !OF_NAMES.contains(&word))
}

/// Labels of how somebody is reached.
pub(super) static REACH: List = List::of(&[
    "tel",
    "telephone",
    "phone",
    "ph",
    "t",
    "p",
    "f",
    "m",
    "c",
    "o",
    "e",
    "w",
    "fax",
    "mobile",
    "cell",
    "office",
    "direct",
    "email",
    "e-mail",
    "mail",
    "web",
    "website",
    "http",
    "https",
    "www",
    "pager",
    "ext",
    "tel",
    "telephone",
    "telefon",
    "telefono",
    "telefono",
    "telefone",
    "handy",
    "toll free",
    "main",
    "desk",
    "hours",
]);

/// Abbreviations behind which a sentence goes on, in lower case.
static ABBREVIATIONS: List = List::of(&[
    "dr", "dra", "drs", "mr", "mrs", "ms", "mx", "prof", "st", "sr", "sra", "srta", "jr", "fr", "hr", "m", "mme",
    "mlle", "sig", "dott", "rev", "hon", "lt", "col", "sgt", "gen", "vs", "no", "nr", "approx", "ca", "cf", "al",
    "etc", "inc", "ltd", "co", "corp", "dept", "ext", "tel", "fig", "vol", "pp", "p", "e.g", "i.e", "a.m", "p.m",
    "u.s", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "pt", "pts", "rm",
    "dx", "hx", "wt", "ht", "z.b", "bzw", "geb", "str", "av", "avda", "num", "num",
]);

/// Whether the full stop at the end of `text` belongs to an abbreviation or an initial.
pub(super) fn is_abbreviated(text: &str) -> bool {
    let Some(before) = text.strip_suffix('.') else {
        return false;
    };
    let word = before
        .rsplit(|mark: char| mark.is_whitespace() || matches!(mark, '(' | '"'))
        .next()
        .unwrap_or_default();
    let is_initial = word.chars().count() == 1 && word.chars().all(char::is_alphabetic);
    is_initial || ABBREVIATIONS.has(word)
}
