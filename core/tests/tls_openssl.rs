//! The table and the cipher strings against the `openssl` of the machine.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test says what it skips and stops where it fails"
)]

use std::process::Command;

use sealwax::evidence::PostfixPolicy;
use sealwax::policy::{Content, Policy, Resources};
use sealwax::tls::{CipherString, Mode, Protocol, Server, Suite};
use sealwax::{Recipient, Timestamp, Transaction};

/// What `openssl` prints, or `None` (said aloud) when the machine has none or it refuses the arguments.
fn openssl(arguments: &[&str]) -> Option<String> {
    let Ok(output) = Command::new("openssl").args(arguments).output() else {
        assert_ne!(
            std::env::var("SEALWAX_REQUIRE").as_deref(),
            Ok("all"),
            "openssl is required"
        );
        println!("skipped: no `openssl` on this machine");
        return None;
    };
    output
        .status
        .success()
        .then(|| String::from_utf8(output.stdout).unwrap())
}

#[test]
fn every_cipher_of_the_machine_is_in_the_table_under_its_code_and_name() {
    let Some(listing) = openssl(&["ciphers", "-V", "ALL:COMPLEMENTOFALL"]) else {
        return;
    };
    let mut count = 0;
    for line in listing.lines() {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let code: Vec<u8> = fields[0]
            .split(',')
            .map(|byte| u8::from_str_radix(byte.trim_start_matches("0x"), 16).unwrap())
            .collect();
        let suite = Suite::by_name(fields[2]).unwrap_or_else(|| panic!("{} is unknown", fields[2]));
        assert_eq!(Suite::by_code([code[0], code[1]]), Some(suite), "{line}");
        let bits: u16 = fields[6]
            .split(['(', ')'])
            .nth(1)
            .map_or(0, |bits| bits.parse().unwrap());
        let shown = if fields[6].contains("CCM8") { suite.bits() } else { bits };
        assert_eq!(suite.bits(), shown, "{line}");
        let version = Protocol::by_name(fields[3]).unwrap();
        assert_eq!(version >= Protocol::Tls12, suite.lowest() >= Protocol::Tls12, "{line}");
        count += 1;
    }
    assert!(count > 50, "only {count} ciphers were listed");
}

#[test]
fn strings_are_read_as_the_machine_reads_them() {
    if openssl(&["version"]).is_none_or(|version| !version.starts_with("OpenSSL 3.0.")) {
        println!("skipped: the order is that of OpenSSL 3.0");
        return;
    }
    for string in STRINGS {
        let listing = openssl(&["ciphers", "-tls1_2", string]).unwrap_or_else(|| panic!("openssl refuses {string}"));
        let theirs: Vec<&str> = listing
            .trim()
            .split(':')
            .filter(|name| !name.starts_with("TLS_"))
            .collect();
        let parsed = CipherString::parse(string);
        let ours: Vec<&str> = parsed
            .suites()
            .iter()
            .filter_map(|suite| suite.openssl())
            .filter(|name| openssl_has(name))
            .collect();
        assert_eq!(ours, theirs, "{string}");
    }
}

/// What OpenSSL itself would offer under a Postfix line: its cipher string, and in TLS 1.3 what no string chooses.
fn offered(line: &PostfixPolicy) -> Option<Vec<Suite>> {
    let mut excluded = String::new();
    for word in line.values("exclude").flat_map(|words| words.split(':')) {
        excluded.push_str(":!");
        excluded.push_str(word);
    }
    let protocols: Vec<&str> = line.values("protocols").collect();
    assert!(line.values("ciphers").eq(["high"]));
    let high = format!("aNULL:-aNULL:HIGH:@STRENGTH{excluded}");
    let version: &[&str] = match protocols.as_slice() {
        [">=TLSv1.2:<=TLSv1.2"] => &["-tls1_2"],
        [">=TLSv1.2"] => &[],
        other => panic!("{other:?} is no range that the test knows"),
    };
    // `-s` leaves what needs keys or passwords that nobody set up.
    let listing = openssl(&[&["ciphers", "-s"], version, &[&high]].concat())?;
    Some(
        listing
            .trim()
            .split(':')
            .map(|name| Suite::by_name(name).unwrap())
            .collect(),
    )
}

#[test]
fn the_machine_offers_no_suite_beyond_the_contract_under_the_line_of_any_floor() {
    for crypto in ["tls12-nist", "forward-secret-aead", "aes256-only"] {
        for transport in ["encrypted", "verified"] {
            let policy = format!("[baseline]\ntransport = '{transport}'\ncrypto = '{crypto}'\n");
            let policy = Policy::from_toml(&policy, &Resources::new()).unwrap();
            let mut transaction = Transaction::from("ann@clinic.example")
                .unwrap()
                .recipient(Recipient::new("bob@example.org").unwrap());
            transaction.enforces = Some(sealwax::evidence::Transport::Verified);
            let content = Content {
                complete: true,
                subject_level: sealwax::classify::Level::None,
                ..Content::default()
            };
            let delivery = policy
                .decide(&content, &transaction, Timestamp::EPOCH)
                .unwrap()
                .remove(0);
            let contract = delivery.transport.unwrap();
            let line: PostfixPolicy = contract.postfix.parse().unwrap();
            let Some(offered) = offered(&line) else { return };
            assert!(offered.len() > 1, "{line}");
            for suite in offered {
                assert!(contract.suites.contains(&suite.iana()), "{line}: {suite}");
                assert!(line.suites().contains(&suite), "{line}: {suite}");
            }
        }
    }
}

#[test]
fn the_machine_under_generated_settings_offers_only_what_the_mode_admits() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("openssl.cnf");
    for mode in [Mode::Nist, Mode::ForwardSecretAead, Mode::Aes256] {
        let settings = Server::Openssl.settings(mode);
        let head = "openssl_conf = all\n[all]\nssl_conf = ssl\n[ssl]\nsystem_default = set\n[set]\n";
        std::fs::write(&path, head.to_owned() + &settings).unwrap();
        for version in ["-tls1_2", "-tls1_3"] {
            let mut openssl = Command::new("openssl");
            let Ok(output) = openssl
                .args(["ciphers", "-s", version])
                .env("OPENSSL_CONF", &path)
                .output()
            else {
                assert_ne!(
                    std::env::var("SEALWAX_REQUIRE").as_deref(),
                    Ok("all"),
                    "openssl is required"
                );
                return;
            };
            let listing = String::from_utf8(output.stdout).unwrap();
            let suites: Vec<Suite> = listing
                .trim()
                .split(':')
                .map(|name| Suite::by_name(name).unwrap())
                .collect();
            assert!(!suites.is_empty());
            for suite in suites {
                assert!(mode.admits(suite), "{mode} {version}: {suite}");
            }
        }
    }
}

/// Whether OpenSSL 3.0 as Debian builds it still has the cipher.
fn openssl_has(name: &str) -> bool {
    let source = include_str!("../../xtask/data/suites/openssl-3.0.txt");
    source.lines().any(|line| line.split(' ').nth(1) == Some(name))
}

const STRINGS: &[&str] = &[
    "ALL",
    "ALL:COMPLEMENTOFALL",
    "COMPLEMENTOFDEFAULT",
    "DEFAULT",
    "DEFAULT:!aNULL:!kRSA",
    "HIGH:!aNULL:!MD5",
    "HIGH:!aNULL:!MD5:!3DES:@STRENGTH",
    "ECDHE+AESGCM:DHE+AESGCM:ECDHE+CHACHA20:!DSS",
    "EECDH+AESGCM:EDH+AESGCM:AES256+EECDH:AES256+EDH",
    "AES256-SHA:AES128-SHA",
    "AES:-SHA1:+AES128",
    "kRSA:+AES256",
    "ALL:!PSK:!SRP:!ADH:!AECDH:+SHA256",
    "kDHE:-aDSS:RSA",
    "PSK:-kPSK:-kDHEPSK",
    "aRSA:!AESCCM:!ARIA",
    "aPSK+AES256",
    "CAMELLIA128:ARIA256:AESCCM8",
    "TLSv1:!CBC:ALL",
    "TLSv1",
    "SSLv3",
    "TLSv1.2:-AESCCM:@STRENGTH",
    "SHA384:SHA256:SHA",
    "ECDHE-RSA-AES256-GCM-SHA384:DHE-RSA-AES256-GCM-SHA384:HIGH:!RC4",
];
