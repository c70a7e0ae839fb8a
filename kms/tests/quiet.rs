//! Whatever a host lets the HTTP client log, no credentials and no data key are in it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

mod common;

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use common::Told;
use common::web::{Web, answer};
use sealwax::seal::KeyProvider;
use sealwax_kms::{AwsCredentials, AwsKms, AzureKeyVault, AzureWrap, GcpKms, KmsErrorKind, Secret, VaultTransit};

struct Lines(Mutex<String>);

/// Whether the logger takes everything, and not only what does not hold the bytes of a request.
static EVERYTHING: AtomicBool = AtomicBool::new(true);

impl log::Log for Lines {
    fn enabled(&self, what: &log::Metadata<'_>) -> bool {
        let is_bytes = what.target().starts_with("ureq_proto") && what.level() == log::Level::Trace;
        !is_bytes || EVERYTHING.load(Ordering::SeqCst)
    }

    fn log(&self, record: &log::Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        let line = format!("{}\n", record.args());
        self.0.lock().unwrap().push_str(&line);
    }

    fn flush(&self) {}
}

static LINES: Lines = Lines(Mutex::new(String::new()));

#[test]
fn no_log_holds_credentials_or_a_data_key() {
    log::set_logger(&LINES).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    let web = Web::start(|asked| match asked.path.as_str() {
        path if path.ends_with("encrypt/ok") => answer(200, "", r#"{"data":{"ciphertext":"vault:v1:AAAA"}}"#),
        _ => answer(400, "x-echo: ECHO-CANARY\r\n", r#"{"errors":["ECHO-CANARY"]}"#),
    });
    let told = Told::default();
    let reach = || told.reach().address(&web.address());
    let token = || Secret::new("TOKEN-CANARY");
    let name = "projects/p/locations/l/keyRings/r/cryptoKeys/k";
    let credentials = AwsCredentials::new("ID-CANARY", "SECRET-CANARY").session_token("TOKEN-CANARY");
    let services: [Box<dyn KeyProvider>; 5] = [
        Box::new(AwsKms::new("eu-central-1", "k", credentials, reach()).unwrap()),
        Box::new(
            AzureKeyVault::new("https://v", "k", AzureWrap::A256Kw, token(), reach())
                .unwrap()
                .version("1")
                .unwrap(),
        ),
        Box::new(GcpKms::new(name, token(), reach()).unwrap()),
        Box::new(VaultTransit::new("https://v", "k", token(), reach()).unwrap()),
        Box::new(VaultTransit::new("https://v", "ok", token(), reach()).unwrap()),
    ];
    let wraps = || {
        services
            .iter()
            .filter(|one| one.wrap(b"message", b"0123456789abcdef0123456789ABCDEF").is_ok())
            .count()
    };
    assert_eq!(wraps(), 0);
    assert_eq!(
        told.kinds(),
        [KmsErrorKind::Logged; 5],
        "nothing is sent that would be taken down"
    );
    EVERYTHING.store(false, Ordering::SeqCst);
    assert_eq!(wraps(), 1);
    let lines = LINES.0.lock().unwrap().clone();
    assert!(lines.contains("encrypt/ok"), "the client logs: {lines}");
    let words = told.words();
    for canary in [
        "CANARY",
        "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlBQkNERUY",
        "0123456789abcdef0123456789ABCDEF",
    ] {
        assert!(!lines.contains(canary), "{lines}");
        assert!(!words.contains(canary), "{words}");
    }
}
