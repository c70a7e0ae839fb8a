//! Against a real SoftHSM2, on a token that is made for the test and removed after it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::thread;

use sealwax::crypto::Provider;
use sealwax::seal::{Header, KeyProvider, KeyService, Opener, Sealer, StanzaKind};
use sealwax_pkcs11::{MAX_WRAPS, Module, TokenError};

/// `SoftHSM` finds its tokens by the environment, which only a new process can be given: the tests that are marked as
/// ignored run in one.
#[test]
fn every_test_of_a_token_passes_on_a_token_that_is_gone_afterwards() {
    let Some(token) = Token::make() else {
        return;
    };
    let mut tests = Command::new(std::env::current_exe().unwrap());
    tests
        .args(["--ignored", "--test-threads=1"])
        .env("SOFTHSM2_CONF", token.settings());
    let ran = tests.output().unwrap();
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success(), "{said}");
    assert!(said.contains("5 passed"), "{said}");
    token.remove();
}

#[test]
#[ignore = "runs inside of the test above"]
fn a_key_on_a_token_opens_what_it_sealed_and_another_does_not() {
    let module = module();
    let key = KeyService::new(module.generate(LABEL, PIN, "mail-2027").unwrap());
    let sealed = Sealer::new(Provider::ring()).recipient(&key).seal(b"labs").unwrap();
    let header = Header::parse(&sealed).unwrap();
    assert_eq!(header.stanzas()[0].kind(), StanzaKind::Pkcs11);
    assert_eq!(
        header.stanzas()[0].key_ref().to_string(),
        "pkcs11:sealwax-test/mail-2027"
    );
    let again = KeyService::new(module.key(LABEL, PIN, "mail-2027").unwrap());
    let opener = Opener::new(Provider::ring()).identity(&again);
    assert_eq!(opener.open(&sealed).unwrap().as_slice(), b"labs");
    let other = KeyService::new(module.generate(LABEL, PIN, "mail-2028").unwrap());
    assert!(Opener::new(Provider::ring()).identity(&other).open(&sealed).is_err());
}

#[test]
#[ignore = "runs inside of the test above"]
fn every_flipped_bit_and_every_moved_stanza_is_refused() {
    let key = KeyService::new(module().generate(LABEL, PIN, "flipped").unwrap());
    let sealer = Sealer::new(Provider::ring()).recipient(&key).leave_recipients_open();
    let (one, other) = (sealer.seal(b"labs").unwrap(), sealer.seal(b"labs").unwrap());
    let opener = Opener::new(Provider::ring()).identity(&key);
    for bit in 0..one.len() * 8 {
        let mut changed = one.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(opener.open(&changed).is_err(), "bit {bit}");
    }
    let body = one.len() - (56 + 4 + 16);
    let moved = [&one[..body - 60], &other[body - 60..body], &one[body..]].concat();
    assert!(opener.open(&moved).is_err());
}

#[test]
#[ignore = "runs inside of the test above"]
fn a_key_counts_what_it_wraps_and_stops_at_the_limit() {
    let key = Arc::new(module().generate(LABEL, PIN, "counted").unwrap());
    let service = KeyService::new(Arc::clone(&key));
    Sealer::new(Provider::ring()).recipient(&service).seal(b"labs").unwrap();
    assert_eq!(key.wraps(), 1);
    drop(service);
    let key = Arc::into_inner(key).unwrap();
    let last = key.wrapped_before(MAX_WRAPS - 1);
    let wrapped = last.wrap(b"message", &[7; 32]).unwrap();
    assert!(last.wrap(b"message", &[7; 32]).is_err());
    assert_eq!(*last.unwrap(last.key_ref(), b"message", &wrapped).unwrap(), [7; 32]);
}

#[test]
#[ignore = "runs inside of the test above"]
fn threads_share_a_key() {
    let key = KeyService::new(module().generate(LABEL, PIN, "shared").unwrap());
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..20 {
                    let sealed = Sealer::new(Provider::ring()).recipient(&key).seal(b"labs").unwrap();
                    assert!(Opener::new(Provider::ring()).identity(&key).open(&sealed).is_ok());
                }
            });
        }
    });
}

#[test]
#[ignore = "runs inside of the test above"]
fn what_is_wrong_is_said_without_the_pin() {
    let module = module();
    let generated = module.generate(LABEL, PIN, "there").unwrap();
    assert_eq!(format!("{generated:?}"), "TokenKey(pkcs11:sealwax-test/there)");
    drop(generated);
    let refused = |token: &str, pin: &str, key: &str| module.key(token, pin, key).unwrap_err();
    assert_eq!(refused("no-such-token", PIN, "there"), TokenError::NoToken);
    assert_eq!(refused(LABEL, PIN, "not-there"), TokenError::NoKey);
    assert!(matches!(refused(LABEL, PIN, &"x".repeat(256)), TokenError::Name(_)));
    assert_eq!(module.generate(LABEL, PIN, "there").unwrap_err(), TokenError::KeyExists);
    let wrong = refused(LABEL, "CANARY", "there");
    assert_eq!(wrong, TokenError::Pin);
    assert!(!format!("{wrong} {wrong:?} {module:?}").contains("CANARY"));
    assert_eq!(Module::load("/no/such/library.so").unwrap_err(), TokenError::Library);
}

fn module() -> Module {
    Module::load(library().unwrap()).unwrap()
}

/// A token in a folder of its own.
struct Token(tempfile::TempDir);

impl Token {
    fn make() -> Option<Self> {
        let found = library().filter(|_| Command::new("softhsm2-util").arg("--version").output().is_ok());
        need("SoftHSM2 (cargo xtask deps --hsm)", found)?;
        let token = Self(tempfile::tempdir().unwrap());
        let tokens = token.tokens();
        fs::create_dir(&tokens).unwrap();
        let settings = format!("directories.tokendir = {}\n", tokens.display());
        fs::write(token.settings(), settings).unwrap();
        token.util(&[
            "--init-token",
            "--free",
            "--label",
            LABEL,
            "--pin",
            PIN,
            "--so-pin",
            "5678",
        ]);
        assert_eq!(fs::read_dir(tokens).unwrap().count(), 1);
        Some(token)
    }

    fn remove(self) {
        self.util(&["--delete-token", "--token", LABEL]);
        assert_eq!(fs::read_dir(self.tokens()).unwrap().count(), 0);
    }

    fn util(&self, words: &[&str]) {
        let mut util = Command::new("softhsm2-util");
        let ran = util.args(words).env("SOFTHSM2_CONF", self.settings()).output().unwrap();
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    }

    fn settings(&self) -> PathBuf {
        self.0.path().join("softhsm2.conf")
    }

    fn tokens(&self) -> PathBuf {
        self.0.path().join("tokens")
    }
}

fn library() -> Option<PathBuf> {
    LIBRARIES
        .iter()
        .map(|path| Path::new(path).to_owned())
        .find(|path| path.exists())
}

/// What a test needs, or `None` after a printed line; with `SEALWAX_REQUIRE=all` its absence is a failure.
fn need<T>(what: &str, found: Option<T>) -> Option<T> {
    if found.is_none() {
        let required = std::env::var("SEALWAX_REQUIRE").is_ok_and(|value| value == "all");
        assert!(!required, "SEALWAX_REQUIRE=all, and {what} is missing");
        let _ = writeln!(std::io::stderr(), "skipped: {what} is missing");
    }
    found
}

const LABEL: &str = "sealwax-test";
const PIN: &str = "1234";
const LIBRARIES: [&str; 3] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
];
