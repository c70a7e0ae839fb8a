//! `cargo xtask suites`: writes the table of cipher suites from the lists in `xtask/data/suites`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::Failure;

/// Writes `core/src/tls/table.rs`; with `--check` it only says whether the file is current.
pub(crate) fn run(root: &Path, words: &[&str]) -> Result<(), Failure> {
    let generated = generate(&root.join("xtask/data/suites"))?;
    match words {
        [] => Ok(fs::write(target(root), generated)?),
        ["--check"] if fs::read_to_string(target(root))? == generated => Ok(()),
        ["--check"] => Err("core/src/tls/table.rs is not what `cargo xtask suites` writes".into()),
        _ => Err("usage: cargo xtask suites [--check]".into()),
    }
}

fn target(root: &Path) -> PathBuf {
    root.join("core/src/tls/table.rs")
}

/// The Rust text of the table.
fn generate(lists: &Path) -> Result<String, Failure> {
    let read = |name: &str| fs::read_to_string(lists.join(name)).map_err(|error| format!("{name}: {error}"));
    let (suites, additions) = (read("tls-ciphersuites.txt")?, read("additions.txt")?);
    let openssl_names = openssl_names(&read("curl-CIPHERS-TLS12.md")?);
    let nist = read("nist-sp800-52r2.txt")?;
    let openssl = read("openssl-3.0.txt")?;
    let mut rows = BTreeMap::new();
    for line in content(&suites).chain(content(&additions)) {
        let suite = Suite::parse(line).ok_or_else(|| format!("not a suite: `{line}`"))?;
        rows.insert(suite.code, suite);
    }
    for (code, name) in openssl_names {
        if let Some(suite) = rows.get_mut(&code) {
            suite.openssl = Some(name);
        }
    }
    for code in content(&nist) {
        rows.get_mut(&number(code)?).ok_or("a NIST suite is unknown")?.nist = true;
    }
    for (rank, line) in content(&openssl).enumerate() {
        let mut fields = line.split(' ');
        let code = number(fields.next().unwrap_or_default())?;
        let suite = rows.get_mut(&code).ok_or("a suite of OpenSSL is unknown")?;
        suite.openssl = fields.next().map(str::to_owned);
        suite.rank = Some(rank);
        suite.default = fields.next() == Some("default");
    }
    Ok(render(&rows))
}

/// The lines that are not comments.
fn content(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn number(code: &str) -> Result<u32, Failure> {
    Ok(u32::from_str_radix(code, 16)?)
}

/// Code and OpenSSL name of every row of curl's table that has both.
fn openssl_names(table: &str) -> Vec<(u32, String)> {
    let rows = table.lines().filter_map(|line| line.strip_prefix("| 0x"));
    rows.filter_map(|row| {
        let mut cells = row.split('|').map(str::trim);
        let code = u32::from_str_radix(cells.next()?, 16).ok()?;
        let name = cells.nth(1).filter(|name| !name.is_empty())?;
        Some((code, name.to_owned()))
    })
    .collect()
}

/// One row, with the names of the variants that the table is written with.
struct Suite {
    code: u32,
    iana: String,
    openssl: Option<String>,
    exchange: &'static str,
    authentication: &'static str,
    cipher: &'static str,
    mode: &'static str,
    bits: u16,
    mac: &'static str,
    protocols: (&'static str, &'static str),
    reference: String,
    export: bool,
    nist: bool,
    default: bool,
    rank: Option<usize>,
}

impl Suite {
    /// Reads a line of `tls-ciphersuites.txt`: code, name, key exchange, authentication, cipher, mode, bits, MAC, MAC
    /// bits, PRF, PRF bits, reference, export, lowest and highest version.
    fn parse(line: &str) -> Option<Self> {
        let fields: Vec<&str> = line.split(':').collect();
        let &[
            code,
            iana,
            exchange,
            authentication,
            cipher,
            mode,
            bits,
            mac,
            _,
            prf,
            _,
            reference,
            export,
            low,
            _,
        ] = fields.as_slice()
        else {
            return None;
        };
        let code = u32::from_str_radix(code, 16).ok()?;
        let aead = mac == "AEAD" || cipher == "AEGIS"; // the list calls AEGIS an HMAC suite
        let old = Old {
            exchange,
            authentication,
            cipher,
            export: export == "1",
            ssl2: low == "0002",
        };
        Some(Self {
            code,
            iana: iana.to_owned(),
            openssl: None,
            exchange: lookup(EXCHANGES, exchange)?,
            authentication: lookup(AUTHENTICATIONS, authentication)?,
            cipher: lookup(CIPHERS, cipher)?,
            mode: block_mode(iana, cipher, mode)?,
            bits: if cipher.starts_with("CHACHA20") {
                256
            } else {
                bits.parse().ok()?
            }, // the list says 128
            mac: if aead { "Aead" } else { lookup(MACS, mac)? },
            protocols: protocols(&old, aead, prf, mode),
            reference: reference.to_owned(),
            export: old.export,
            nist: false,
            default: false,
            rank: None,
        })
    }
}

/// What decides the versions of a suite before TLS 1.2.
struct Old<'a> {
    exchange: &'a str,
    authentication: &'a str,
    cipher: &'a str,
    export: bool,
    ssl2: bool,
}

/// The lowest and the highest version that defines the suite.
///
/// TLS 1.3 has suites of its own (RFC 8446, section 4.1.2). AEAD and a hash named by the suite begin with TLS 1.2 (RFC
/// 5246, RFC 5288), except PSK suites with CBC (RFC 5487, section 1). Export suites end with TLS 1.0 (RFC 4346), DES and
/// IDEA with TLS 1.1 (RFC 5469). AES, Camellia, SEED and elliptic curves begin with TLS 1.0.
fn protocols(old: &Old<'_>, aead: bool, prf: &str, mode: &str) -> (&'static str, &'static str) {
    let psk = matches!(mode, "CBC" | "") && old.authentication == "PSK";
    match old {
        _ if old.ssl2 => ("Ssl2", "Ssl2"),
        _ if old.exchange == "TLS13" => ("Tls13", "Tls13"),
        _ if aead || (prf.starts_with("SHA") || prf == "STREEBOG") && !psk => ("Tls12", "Tls12"),
        _ if old.export => ("Ssl3", "Tls10"),
        _ if matches!(old.cipher, "DES" | "IDEA") => ("Ssl3", "Tls11"),
        _ if matches!(old.cipher, "AES" | "CAMELLIA" | "SEED") || old.exchange.starts_with("EC") => ("Tls10", "Tls12"),
        _ => ("Ssl3", "Tls12"),
    }
}

fn block_mode(iana: &str, cipher: &str, mode: &str) -> Option<&'static str> {
    match (cipher, mode) {
        ("CHACHA20_POLY1305", _) => Some("Poly1305"),
        ("AEGIS", _) => Some("Aegis"),
        ("RC4", _) => Some("Stream"),
        ("NULL", _) => Some("None"),
        (_, "CCM") if iana.contains("CCM_8") => Some("Ccm8"),
        _ => lookup(MODES, mode),
    }
}

fn lookup(table: &[(&str, &'static str)], name: &str) -> Option<&'static str> {
    table.iter().find(|(from, _)| *from == name).map(|(_, to)| *to)
}

const EXCHANGES: &[(&str, &str)] = &[
    ("DH", "Dh"),
    ("DHE", "Dhe"),
    ("ECCPWD", "Eccpwd"),
    ("ECDH", "Ecdh"),
    ("ECDHE", "Ecdhe"),
    ("GOST", "Gost"),
    ("KRB5", "Krb5"),
    ("NULL", "None"),
    ("PSK", "Psk"),
    ("RSA", "Rsa"),
    ("SRP", "Srp"),
    ("TLS13", "Any"),
];

const AUTHENTICATIONS: &[(&str, &str)] = &[
    ("DSS", "Dss"),
    ("ECCPWD", "Eccpwd"),
    ("ECDSA", "Ecdsa"),
    ("GOST", "Gost"),
    ("KRB5", "Krb5"),
    ("NULL", "None"),
    ("PSK", "Psk"),
    ("RSA", "Rsa"),
    ("SRP", "Srp"),
    ("SRP+DSS", "Dss"),
    ("SRP+RSA", "Rsa"),
    ("TLS13", "Any"),
];

const CIPHERS: &[(&str, &str)] = &[
    ("28147", "Gost28147"),
    ("3DES", "TripleDes"),
    ("AEGIS", "Aegis"),
    ("AES", "Aes"),
    ("ARIA", "Aria"),
    ("CAMELLIA", "Camellia"),
    ("CHACHA20_POLY1305", "Chacha20"),
    ("DES", "Des"),
    ("IDEA", "Idea"),
    ("KUZNYECHIK", "Kuznyechik"),
    ("MAGMA", "Magma"),
    ("NULL", "None"),
    ("RC2", "Rc2"),
    ("RC4", "Rc4"),
    ("SEED", "Seed"),
    ("SM4", "Sm4"),
];

const MODES: &[(&str, &str)] = &[
    ("CBC", "Cbc"),
    ("CCM", "Ccm"),
    ("CNT", "Ctr"),
    ("CTR", "Ctr"),
    ("GCM", "Gcm"),
    ("MGM", "Mgm"),
];

const MACS: &[(&str, &str)] = &[
    ("GOST", "Gost"),
    ("HMAC-MD5", "Md5"),
    ("HMAC-SHA1", "Sha1"),
    ("HMAC-SHA256", "Sha256"),
    ("HMAC-SHA384", "Sha384"),
    ("IMIT", "Gost"),
    ("NULL", "None"),
    ("OMAC", "Gost"),
];

const HEAD: &str = "\
//! The table of cipher suites, sorted by code.
//!
//! `cargo xtask suites` writes this file from the lists in `xtask/data/suites`, whose SOURCE names origin and licence.

use super::suite::Row;

";

fn render(rows: &BTreeMap<u32, Suite>) -> String {
    let mut text = String::from(HEAD);
    text.push_str("#[rustfmt::skip]\n");
    text.push_str("pub(super) const SUITES: &[Row] = &[\n");
    for row in rows.values() {
        let _infallible = writeln!(text, "    {}", render_row(row));
    }
    text.push_str("];\n\n");
    let names = |name: fn(&Suite) -> Option<&str>| {
        let mut index: Vec<(&str, usize)> = rows
            .values()
            .enumerate()
            .filter_map(|(at, row)| Some((name(row)?, at)))
            .collect();
        index.sort_unstable();
        index.dedup_by_key(|(name, _)| *name);
        index
    };
    render_index(&mut text, "BY_IANA", "IANA", &names(|row| Some(&row.iana)));
    text.push('\n');
    render_index(&mut text, "BY_OPENSSL", "OpenSSL", &names(|row| row.openssl.as_deref()));
    text
}

fn render_row(row: &Suite) -> String {
    format!(
        "Row {{ code: 0x{:04x}, iana: {:?}, openssl: {:?}, exchange: super::KeyExchange::{}, \
         authentication: super::Authentication::{}, cipher: super::Cipher::{}, mode: super::BlockMode::{}, bits: {}, \
         mac: super::Mac::{}, low: super::Protocol::{}, high: super::Protocol::{}, reference: {:?}, export: {}, \
         nist: {}, openssl_default: {}, openssl_rank: {:?} }},",
        row.code,
        row.iana,
        row.openssl,
        row.exchange,
        row.authentication,
        row.cipher,
        row.mode,
        row.bits,
        row.mac,
        row.protocols.0,
        row.protocols.1,
        row.reference,
        row.export,
        row.nist,
        row.default,
        row.rank,
    )
}

fn render_index(text: &mut String, constant: &str, kind: &str, index: &[(&str, usize)]) {
    let _infallible = writeln!(
        text,
        "/// {kind} names in byte order, each with its place in [`SUITES`].\n#[rustfmt::skip]\n\
         pub(super) const {constant}: &[(&str, usize)] = &["
    );
    for (name, at) in index {
        let _infallible = writeln!(text, "    ({name:?}, {at}),");
    }
    text.push_str("];\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
    }

    #[test]
    fn the_table_of_suites_is_current() {
        run(&root(), &["--check"]).unwrap();
    }
}
