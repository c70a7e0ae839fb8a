//! Secrets: what a person or a program would set as one, told from words, placeholders and code by its shape.

/// A password that no sign announces: letters and digits or signs, and no form that prose has.
pub(super) fn password(value: &str) -> bool {
    let core = core(value);
    let kinds = Kinds::of(core);
    let mixed = kinds.digits > 0 && core.len() >= LEAST;
    let marked = kinds.signs > 0 && (kinds.digits > 0 || kinds.capitals > 0 && kinds.small > 0) && core.len() >= LEAST;
    kinds.letters() > 0 && (mixed || marked) && is_possible(value) && !is_code(value) && !is_prose(core)
}

/// A password right behind `:`, `is` and the like: the same, or shorter, or digits alone.
pub(super) fn stated_password(value: &str) -> bool {
    let core = core(value);
    let kinds = Kinds::of(core);
    if kinds.letters() == 0 {
        // A number of six digits or more; grouped, it is a date, a time or a telephone number.
        return (core.len() >= LEAST && core.bytes().all(|byte| byte.is_ascii_digit()))
            || (kinds.digits > 0 && kinds.signs > 1 && core.len() >= LEAST);
    }
    let ends_loud = value.ends_with(['!', '#', '$', '%', '&', '*', '@']) && kinds.capitals > 0 && kinds.small > 0;
    let inner_capital = kinds.small >= 3 && core.bytes().skip(1).filter(u8::is_ascii_uppercase).count() > 0;
    let shaped = kinds.digits > 0
        || kinds.signs > 0
        || (ends_loud && core.len() >= LEAST)
        || (inner_capital && core.len() >= LEAST);
    let words = core.split('-').filter(|word| word.len() > 2).count();
    let is_long = core.len() >= LONG_WORD;
    (shaped || is_long || words >= PASSPHRASE_WORDS)
        && core.len() >= LEAST_STATED
        && is_possible(value)
        && !is_code(value)
        && !is_prose(core)
}

/// A password in quotes: a word that says nothing else.
pub(super) fn quoted_password(value: &str) -> bool {
    let core = core(value);
    core.chars().count() >= LEAST_STATED
        && is_possible(core)
        && !is_code(core)
        && !OTHERS.contains(&core.to_lowercase().as_str())
}

/// A password in the options of a command, where it is nothing else: letters and digits, and no variable.
pub(super) fn command_password(value: &str) -> bool {
    let core = core(value);
    let kinds = Kinds::of(core);
    let is_variable = VARIABLES.iter().any(|sign| value.starts_with(sign));
    kinds.letters() > 0
        && kinds.digits > 0
        && core.len() >= LEAST_STATED
        && is_plain(value)
        && !is_variable
        && !is_code(value)
}

/// A password beside a user's name: three kinds of letters, digits and signs.
pub(super) fn strong_password(value: &str) -> bool {
    let core = core(value);
    let kinds = Kinds::of(core);
    let few_parts = core.split(['-', '_', '.', '/']).count() <= 2;
    kinds.digits > 0 && kinds.letters() > 2 && kinds.signs > 0 && few_parts && core.len() >= 8 && password(value)
}

/// An address with a user and a password, `ftp://user:Qx7frost@host`: the password is no placeholder.
pub(super) fn password_in_address(value: &str) -> bool {
    let user = value.split_once("://").and_then(|(_, rest)| rest.rsplit_once('@'));
    let password = user
        .and_then(|(user, _)| user.split_once(':'))
        .map_or("", |(_, password)| password);
    let lower = password.to_ascii_lowercase();
    let is_word = [
        "pass", "pw", "pwd", "pass1", "token", "key", "123", "user", "foo", "bar",
    ]
    .contains(&lower.as_str());
    !is_word && !is_placeholder(password) && !password.bytes().all(|byte| matches!(byte, b'*' | b'.' | b'x' | b'X'))
}

/// Four groups of letters, as mail services give them out for one program: at least two of them are no word.
pub(super) fn program_password(value: &str) -> bool {
    let vowel = |letter: char| "aeiou".contains(letter);
    value.split(' ').filter(|group| !group.contains(vowel)).count() >= 2
}

/// Words in a row that make a passphrase: none of them only joins others.
pub(super) fn passphrase(value: &str) -> bool {
    let words: Vec<&str> = value.split([' ', '-']).collect();
    words.len() >= PASSPHRASE_WORDS && !words.iter().any(|word| JOINING.contains(word))
}

/// A number that opens something: four to eight digits, and no year.
pub(super) fn pin(value: &str) -> bool {
    let is_year = value.len() == 4 && (value.starts_with("19") || value.starts_with("20"));
    (4..=8).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_digit()) && !is_year
}

/// A key or token of a program: letters and digits in no order.
pub(super) fn secret(value: &str) -> bool {
    let core = value.trim_end_matches('=');
    let kinds = Kinds::of(core);
    let letters: Vec<u8> = core.bytes().filter(u8::is_ascii_alphanumeric).collect();
    let changes = letters
        .windows(2)
        .filter(|pair| pair.first().copied().map(kind) != pair.last().copied().map(kind))
        .count();
    let distinct = (0..=u8::MAX).filter(|byte| letters.contains(byte)).count();
    let is_long = core.len() >= LEAST_SECRET;
    is_long
        && kinds.digits > 0
        && kinds.letters() > 1
        && changes >= (letters.len() / 8).max(3)
        && distinct >= 8
        && !is_placeholder(core)
        && !core.contains("://")
}

/// User and password as HTTP sends them: Base64 of something with a colon in it (RFC 7617).
pub(super) fn basic(value: &str) -> bool {
    let plain = decoded(value);
    let is_text = plain.iter().all(|byte| (0x20..0x7f).contains(byte) || *byte >= 0x80);
    let colon = plain.iter().position(|byte| *byte == b':');
    is_text && colon.is_some_and(|at| at > 0 && at.saturating_add(3) < plain.len())
}

/// The bytes that Base64 stands for; nothing where it is none.
fn decoded(value: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(value.len());
    let (mut held, mut bits) = (0_u32, 0_u32);
    for byte in value.trim_end_matches('=').bytes() {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return Vec::new(),
        };
        held = (held << 6 | u32::from(six)) & 0xffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 0xff).unwrap_or_default());
        }
    }
    bytes
}

/// How many of each kind a value has.
#[derive(Default)]
struct Kinds {
    small: usize,
    capitals: usize,
    digits: usize,
    /// Signs that prose and file names do not use.
    signs: usize,
}

impl Kinds {
    fn of(value: &str) -> Self {
        let mut kinds = Self::default();
        for character in value.chars() {
            let count = match character {
                '0'..='9' => &mut kinds.digits,
                '!' | '#' | '$' | '%' | '&' | '*' | '+' | '=' | '?' | '@' | '^' | '~' | '|' | '{' | '}' => {
                    &mut kinds.signs
                }
                _ if character.is_uppercase() => &mut kinds.capitals,
                _ if character.is_alphabetic() => &mut kinds.small,
                _ => continue,
            };
            *count = count.saturating_add(1);
        }
        kinds
    }

    const fn letters(&self) -> usize {
        self.small.saturating_add(self.capitals)
    }
}

const fn kind(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => 0,
        b'A'..=b'Z' => 1,
        _ => 2,
    }
}

/// The value without the signs around it.
fn core(value: &str) -> &str {
    value.trim_matches(|character: char| character.is_ascii_punctuation())
}

/// Whether a person could set it as a password, and would not show it in its place.
fn is_possible(value: &str) -> bool {
    is_plain(value) && !is_placeholder(value)
}

/// Whether it is neither an address nor a date, a time or a masked password.
fn is_plain(value: &str) -> bool {
    let masked = value
        .chars()
        .filter(|character| matches!(character, '*' | '\u{2022}' | 'x' | 'X' | '.' | '#' | '_' | '-'))
        .count();
    let is_masked = masked.saturating_mul(3) >= value.chars().count().saturating_mul(2);
    !is_masked && !value.contains("://") && !is_mailbox(value) && !is_moment(core(value))
}

/// `name@host.example`.
fn is_mailbox(value: &str) -> bool {
    let value =
        value.trim_matches(|character: char| matches!(character, '<' | '>' | '(' | ')' | ',' | '.' | ';' | ':'));
    let Some((local, host)) = value.rsplit_once('@') else {
        return false;
    };
    let top = host.rsplit_once('.').map(|(_, top)| top);
    local.is_empty() || top.is_some_and(|top| top.len() >= 2 && top.bytes().all(|byte| byte.is_ascii_alphabetic()))
}

/// A date, a time or a version: digits in groups and a few letters.
fn is_moment(core: &str) -> bool {
    let groups = core.split(['-', '/', ':', '.', ',']);
    let mut count = 0_usize;
    let all = groups.into_iter().all(|group| {
        count = count.saturating_add(1);
        let digits = group.bytes().take_while(u8::is_ascii_digit).count();
        let rest = group.get(digits..).unwrap_or_default().to_ascii_lowercase();
        digits > 0 && digits <= 4 && MOMENTS.contains(&rest.as_str())
    });
    all && count > 1
}

/// What follows the digits of a date, time or version.
const MOMENTS: &[&str] = &["", "am", "pm", "h", "z", "st", "nd", "rd", "th", "beta", "rc", "x"];

/// A word that stands for a secret, or says that there is none.
fn is_placeholder(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    PLACEHOLDERS.iter().any(|word| lower.contains(word)) || VARIABLES.iter().any(|sign| value.starts_with(sign))
}

const PLACEHOLDERS: &[&str] = &[
    "changeme",
    "change_me",
    "change-me",
    "dummy",
    "insert",
    "masked",
    "mypassword",
    "my_password",
    "password",
    "passwd",
    "placeholder",
    "redacted",
    "replace",
    "secret",
    "xxxx",
    "your-",
    "your_",
    "yourp",
    "yours",
    "youra",
    "yourt",
];
/// How templates and shells begin what they put in.
const VARIABLES: &[&str] = &[
    "${", "$(", "{{", "{%", "%(", "%s", "%{", "<%", "@{", "#{", "env.", "os.", "process.",
];

/// A call, an index, a path of members: what a program computes.
fn is_code(value: &str) -> bool {
    let opened = value.find(['(', '[']);
    let called = opened.is_some_and(|at| {
        let name = value.get(..at).unwrap_or_default();
        let is_name = name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b':' | b'>' | b'-' | b'$'));
        is_name && (name.is_empty() || name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '$'))
    });
    let arrow = value.contains("->")
        || value.contains("::")
        || value.contains("==")
        || value.contains("&&")
        || value.contains("();");
    let variable = value.strip_prefix('$').is_some_and(|name| {
        name.bytes()
            .all(|byte| byte.is_ascii_uppercase() || matches!(byte, b'_' | b'{' | b'}'))
    });
    called || arrow || variable || value.starts_with("--") || value.starts_with('/') || value.starts_with("\\\\")
}

/// A form that prose has: `8-character`, `SHA-256`, `e.g.`, `and/or`, `that's`, `file2.txt`.
fn is_prose(core: &str) -> bool {
    let digits = core.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = core.split_at_checked(digits).unwrap_or_default();
    let unit = rest.strip_prefix(['-', '+', ' ']).unwrap_or(rest);
    // `8-character`, `12chars`, `3rd`.
    let measured = !number.is_empty() && number.len() <= 3 && unit.bytes().all(|byte| byte.is_ascii_lowercase());
    let lower = core.to_ascii_lowercase();
    let name = lower.trim_end_matches(|character: char| character.is_ascii_digit() || matches!(character, '.' | '-'));
    let is_term = name.len() < lower.len() && TERMS.contains(&name);
    let is_file = lower
        .rsplit_once('.')
        .is_some_and(|(stem, ending)| !stem.is_empty() && ENDINGS.contains(&ending));
    let is_path = core.matches(['/', '\\']).count() > 1 && !core.contains(['!', '#', '$', '%', '^', '&', '*']);
    measured || is_term || is_file || is_path || is_hyphened(core)
}

/// `and/or`, `one-time`, `user/pass`, `that's`: words with a sign between them, without digits and loud signs.
fn is_hyphened(core: &str) -> bool {
    let words = core.split([
        '-', '/', '\'', '\u{2019}', '.', ',', ':', '_', '(', ')', '&', '+', '=', '|', '?',
    ]);
    let mut count = 0_usize;
    let plain = words.into_iter().all(|word| {
        count = count.saturating_add(1);
        let tail = word.get(1..).unwrap_or_default();
        word.bytes().all(|byte| byte.is_ascii_alphabetic()) && tail.bytes().all(|byte| byte.is_ascii_lowercase())
            || word.bytes().all(|byte| byte.is_ascii_uppercase())
    });
    plain && count > 1 && count < PASSPHRASE_WORDS
}

/// Names that digits follow: of methods, protocols, programs and parts of a text.
const TERMS: &[&str] = &[
    "aes",
    "appendix",
    "base",
    "bcrypt",
    "blowfish",
    "chapter",
    "debug",
    "des",
    "figure",
    "http",
    "ieee",
    "imap",
    "ipv",
    "iso",
    "kerberos",
    "level",
    "lm",
    "md",
    "mode",
    "ms",
    "mysql",
    "net",
    "nist",
    "nt",
    "ntlm",
    "ntlmv",
    "oauth",
    "office",
    "option",
    "oracle",
    "page",
    "part",
    "pbkdf",
    "perl",
    "php",
    "pkcs",
    "pop",
    "postgres",
    "python",
    "question",
    "rc",
    "rev",
    "rfc",
    "rsa",
    "scram-sha",
    "section",
    "sha",
    "smb",
    "snmp",
    "snmpv",
    "sp",
    "sql",
    "ssh",
    "sslv",
    "step",
    "table",
    "tls",
    "tlsv",
    "type",
    "utf",
    "v",
    "ver",
    "version",
    "win",
    "windows",
    "winxp",
    "wpa",
    "x",
    "zip",
];
const ENDINGS: &[&str] = &[
    "asp", "aspx", "bak", "c", "cfg", "cgi", "com", "conf", "cpp", "csv", "db", "dll", "doc", "docx", "exe", "gif",
    "go", "gz", "h", "html", "htm", "ini", "java", "jpg", "js", "json", "jsp", "key", "log", "net", "org", "pdf",
    "pem", "php", "pl", "png", "py", "rb", "rpm", "rs", "sh", "so", "sql", "tar", "tgz", "ts", "txt", "xls", "xlsx",
    "xml", "yaml", "yml", "zip",
];
/// Quoted words beside a password that are none.
const OTHERS: &[&str] = &[
    "admin",
    "changed",
    "correct",
    "default",
    "empty",
    "expired",
    "false",
    "field",
    "forgot",
    "forgotten",
    "hidden",
    "incorrect",
    "invalid",
    "login",
    "missing",
    "must",
    "name",
    "never",
    "none",
    "null",
    "optional",
    "required",
    "reset",
    "root",
    "same",
    "save",
    "show",
    "strong",
    "string",
    "text",
    "true",
    "type",
    "user",
    "username",
    "value",
    "weak",
    "wrong",
    "submit",
];
/// Words that join others: a sentence has them, and a passphrase does not.
const JOINING: &[&str] = &[
    "a", "after", "all", "an", "and", "are", "as", "at", "be", "been", "before", "but", "by", "can", "do", "for",
    "from", "has", "have", "he", "her", "his", "i", "if", "in", "is", "it", "its", "last", "me", "must", "my", "no",
    "not", "of", "on", "one", "or", "our", "she", "should", "so", "than", "that", "the", "their", "them", "then",
    "they", "this", "to", "was", "we", "were", "what", "when", "which", "who", "will", "with", "you", "your",
];
const LEAST: usize = 6;
const LEAST_STATED: usize = 4;
const LEAST_SECRET: usize = 16;
/// Hardly a word is as long; a few words written as one are.
const LONG_WORD: usize = 20;
const PASSPHRASE_WORDS: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_told_from_prose_by_their_shape() {
        for good in [
            "hunter2!",
            "Tr0ub4dor&3",
            "Qx7!frost9Lamp",
            "hoot-Hoot-29",
            "rB6-vaLe-Quartz-0319",
            "P@ssw0rd!",
            "Aurora@2024",
        ] {
            assert!(password(good) && stated_password(good), "{good}");
        }
        for bad in [
            "please",
            "required.",
            "(thrice).",
            "that's",
            "It's,",
            "(gdb)",
            "SHA-256",
            "MD5",
            "8-character",
            "12chars",
            "e.g.",
            "and/or",
            "domain.tld;",
            "ann@example.org",
            "https://a.example/b2",
            "getPassword(1)",
            "request.form['p1']",
            "${DB_PASSWORD}",
            "********",
            "xxxxxxxx",
            "your_password1",
            "/etc/passwd2",
            "file2.txt",
            "10:30am",
            "2026-10-01",
            "debug1:",
            "one-time,",
            "pass/fail",
        ] {
            assert!(!password(bad), "{bad}");
        }
    }

    #[test]
    fn stated_passwords_may_be_plainer() {
        for good in [
            "482913",
            "Tulpen!",
            "blue7",
            "declaracion303",
            "correct-horse-battery-staple",
            "hutchBunny",
        ] {
            assert!(stated_password(good), "{good}");
        }
        for bad in [
            "required",
            "Forgot?",
            "(thrice)",
            "2026-10-01",
            "8am",
            "4:30pm",
            "string",
            "<none>",
            "12",
            "case-sensitive",
            "999-99-9999",
        ] {
            assert!(!stated_password(bad), "{bad}");
        }
        assert!(quoted_password("\"swordfish\"") && !quoted_password("\"required\"") && !quoted_password("\"Forgot\""));
    }

    #[test]
    fn keys_have_no_order() {
        for good in [
            "9f8e7d6c5b4a39281706f5e4d3c2b1a0",
            "Zx8Q~k2Lm9Rt5Vw7Yb3Nc6Pd1Fg4Hj8Ks0Ua",
            "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=",
            "mF_9.B5f-4.1JqM2kLp8Rt7Vw",
            "kZ1dQm7Yx0pRtV5sLbN8eJc3HgUa6WfT",
        ] {
            assert!(secret(good), "{good}");
        }
        for bad in [
            "your-api-key-goes-here-1234",
            "my-service-account-2024",
            "aaaaaaaaaaaaaaaa1111",
            "xxxxxxxxxxxxxxxx",
            "short1A2b",
        ] {
            assert!(!secret(bad), "{bad}");
        }
        assert!(basic("YWxhZGRpbjpvcGVuc2VzYW1l") && !basic("authentication") && !basic("Zm9vYmFyYmF6"));
    }

    #[test]
    fn passphrases_pins_and_passwords_of_programs_have_their_form() {
        assert!(passphrase("correct horse battery staple") && !passphrase("the one we talked about"));
        assert!(pin("4821") && !pin("2024") && !pin("12") && !pin("123456789"));
        assert!(program_password("jkqw zrty mhpd vbxs") && !program_password("that will work with"));
        assert!(password_in_address("ftp://me:Qx7frost@host") && !password_in_address("https://user:password@host"));
        assert!(strong_password("Naranja#Amarga88") && !strong_password("report_2024") && !strong_password("Q3-2024"));
    }
}
