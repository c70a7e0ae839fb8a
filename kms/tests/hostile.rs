//! Whatever a server answers, a service fails in time and says why.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

mod common;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::Told;
use common::web::{Web, answer};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use sealwax::seal::KeyProvider;
use sealwax_kms::{AwsCredentials, AwsKms, AzureKeyVault, AzureWrap, GcpKms, Secret, VaultTransit};

/// Right answers of all services in one, which are then changed.
const RIGHT: &str = r#"{
    "CiphertextBlob":"AAAA","KeyId":"k","Plaintext":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "data":{"ciphertext":"vault:v1:AAAA","plaintext":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="},
    "name":"projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1","ciphertext":"AAAA","ciphertextCrc32c":"1617208186",
    "verifiedPlaintextCrc32c":true,"verifiedAdditionalAuthenticatedDataCrc32c":true,
    "plaintext":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","plaintextCrc32c":"2324772522",
    "kid":"https://v/keys/k/1","value":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "__type":"x#DisabledException","errors":["x"],"error":{"code":"x","status":"x","innererror":{"code":"x"}}
}"#;

/// Bytes that are no answer, an answer of any status with any body, or a right one with a change.
fn answers() -> impl Strategy<Value = Vec<u8>> {
    let status = prop_oneof![Just(200_u16), 100_u16..600];
    let change = (0..RIGHT.len(), any::<u8>()).prop_map(|(at, byte)| {
        let mut changed = RIGHT.as_bytes().to_vec();
        changed[at] = byte;
        String::from_utf8_lossy(&changed).into_owned()
    });
    let cut = (0..RIGHT.len()).prop_map(|at| RIGHT.get(..at).unwrap_or_default().to_owned());
    let body = prop_oneof![".{0,200}", change, cut, Just(RIGHT.to_owned())];
    prop_oneof![
        1 => proptest::collection::vec(any::<u8>(), 1..300),
        9 => (status, body).prop_map(|(status, body)| answer(status, "retry-after: 0\r\n", &body)),
    ]
}

#[test]
fn any_answer_is_accepted_or_refused_and_told() {
    let next: Arc<Mutex<Vec<u8>>> = Arc::default();
    let served = Arc::clone(&next);
    let web = Web::start(move |_| served.lock().unwrap().clone());
    let told = Told::default();
    let reach = || {
        told.reach()
            .address(&web.address())
            .attempts(2)
            .timeout(Duration::from_secs(2))
    };
    let token = || Secret::new("token");
    let name = "projects/p/locations/l/keyRings/r/cryptoKeys/k";
    let services: [Box<dyn KeyProvider>; 4] = [
        Box::new(AwsKms::new("eu-central-1", "k", AwsCredentials::new("a", "b"), reach()).unwrap()),
        Box::new(
            AzureKeyVault::new("https://v", "k", AzureWrap::A256Kw, token(), reach())
                .unwrap()
                .version("1")
                .unwrap(),
        ),
        Box::new(GcpKms::new(name, token(), reach()).unwrap()),
        Box::new(VaultTransit::new("https://v", "k", token(), reach()).unwrap()),
    ];
    let (accepted, refused) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let mut runner = TestRunner::new(ProptestConfig::with_cases(200));
    let ran = runner.run(&answers(), |bytes| {
        *next.lock().unwrap() = bytes;
        for service in &services {
            let done = [
                service.wrap(b"message", &[7; 32]).is_ok(),
                service.unwrap(service.key_ref(), b"message", b"vault:v1:AAAA").is_ok(),
            ];
            let failed = done.iter().filter(|done| !**done).count();
            prop_assert_eq!(told.kinds().len(), failed, "each failure is told once");
            refused.fetch_add(failed, Ordering::SeqCst);
            accepted.fetch_add(done.len() - failed, Ordering::SeqCst);
        }
        Ok(())
    });
    ran.unwrap();
    let counts = [accepted, refused].map(AtomicUsize::into_inner);
    assert!(counts.iter().all(|count| *count > 0), "accepted, refused: {counts:?}");
}
