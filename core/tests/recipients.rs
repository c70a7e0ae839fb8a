//! Every kind of recipient: each opens what was sealed for it, and nothing else does.
#![allow(clippy::similar_names, reason = "what a sealer makes is sealed")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use std::sync::Mutex;

use sealwax::crypto::Provider;
use sealwax::seal::{
    Cost, Header, Identity, KeyErrorKind, KeyExchange, KeyProvider, KeyProviderError, KeyRef, KeyService, LinkSecret,
    LocalKey, Opener, Passphrase, PublicKey, Recipient, SealErrorKind, Sealer, SecretKey, StanzaKind,
};
use zeroize::Zeroizing;

#[test]
fn every_kind_opens_what_was_sealed_for_it_with_every_provider() {
    for (kind, recipient, identity) in kinds() {
        for (one, other) in pairs_of_providers() {
            let sealer = Sealer::new(one).recipient(&recipient);
            let sealed = sealer.seal(b"labs").unwrap();
            assert_eq!(Header::parse(&sealed).unwrap().stanzas()[0].kind(), kind);
            assert!(sealed.len() <= sealer.sealed_len(4).unwrap());
            let opened = Opener::new(other).identity(&identity).open(&sealed);
            assert_eq!(opened.unwrap().as_slice(), b"labs", "{kind} {one:?} {other:?}");
        }
    }
}

#[test]
fn no_kind_opens_what_was_sealed_for_another() {
    let kinds = kinds();
    for (kind, recipient, _) in &kinds {
        let sealed = Sealer::new(Provider::ring())
            .recipient(recipient)
            .seal(b"labs")
            .unwrap();
        let others = kinds
            .iter()
            .filter(|(_, other, _)| other.key_ref() != recipient.key_ref());
        let opener = others.fold(Opener::new(Provider::ring()), |opener, (_, _, identity)| {
            opener.identity(identity)
        });
        assert!(opener.open(&sealed).is_err(), "{kind}");
    }
}

#[test]
fn every_flipped_bit_of_a_small_message_is_refused_for_every_kind() {
    for (kind, recipient, identity) in kinds() {
        let sealed = Sealer::new(Provider::ring())
            .recipient(&recipient)
            .leave_recipients_open()
            .seal(b"labs")
            .unwrap();
        let opener = Opener::new(Provider::ring()).identity(&identity);
        assert!(opener.open(&sealed).is_ok(), "{kind}");
        for bit in 0..sealed.len() * 8 {
            let mut changed = sealed.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(
                opener.open(&changed).is_err(),
                "{kind} byte {} bit {}",
                bit / 8,
                bit % 8
            );
        }
    }
}

#[test]
fn a_stanza_of_another_message_does_not_open() {
    for (kind, recipient, identity) in kinds() {
        let sealer = Sealer::new(Provider::ring())
            .recipient(&recipient)
            .leave_recipients_open();
        let (one, other) = (sealer.seal(b"labs").unwrap(), sealer.seal(b"labs").unwrap());
        let body = one.len() - (56 + 4 + 16);
        let stanza = body - Header::parse(&one).unwrap().stanzas()[0].wrapped().len();
        let moved = [&one[..stanza], &other[stanza..body], &one[body..]].concat();
        assert!(
            Opener::new(Provider::ring()).identity(&identity).open(&moved).is_err(),
            "{kind}"
        );
    }
}

#[test]
fn text_forms_are_read_back_and_told_apart() {
    for exchange in KeyExchange::ALL {
        let secret = SecretKey::generate(exchange, Provider::pure_rust()).unwrap();
        let public: PublicKey = secret.public().to_string().parse().unwrap();
        assert_eq!(&public, secret.public());
        assert_eq!(secret.to_text().parse::<SecretKey>().unwrap().public(), &public);
        let sealed = Sealer::new(Provider::ring())
            .recipient(public.to_string().parse::<Recipient>().unwrap())
            .seal(b"labs")
            .unwrap();
        let identity: Identity = secret.to_text().parse().unwrap();
        assert!(Opener::new(Provider::ring()).identity(identity).open(&sealed).is_ok());
    }
}

#[test]
fn a_key_that_is_not_on_its_curve_is_refused() {
    let error = PublicKey::from_bytes(KeyExchange::P256, &[4; 65]).unwrap_err();
    assert_eq!(error.kind(), KeyErrorKind::Value);
    assert!(PublicKey::from_bytes(KeyExchange::X25519, &[1; 31]).is_err());
    let error = PublicKey::from_bytes(KeyExchange::P384, &[4; 97]).unwrap_err();
    assert_eq!(error.kind(), KeyErrorKind::Value);
    for (exchange, secret) in [
        (KeyExchange::P256, [0; 32].as_slice()),
        (KeyExchange::P384, &[0; 48]),
        (KeyExchange::P384, &[0xff; 48]), // more than the order of the group
        (KeyExchange::P384, &[3; 32]),
        (KeyExchange::X25519, &[3; 48]),
    ] {
        assert!(SecretKey::from_bytes(exchange, secret).is_err(), "{exchange:?}");
    }
}

#[test]
fn a_passphrase_stands_alone_and_within_its_cost() {
    let sealer = Sealer::new(Provider::ring()).recipient(passphrase());
    let both = sealer.clone().recipient(LocalKey::from_bytes(&[1; 32]));
    assert_eq!(both.seal(b"x").unwrap_err().kind(), SealErrorKind::PassphraseNotAlone);
    let dear = Passphrase::new("x").unwrap().cost(Cost {
        memory_kib: Cost::MAX.memory_kib + 1,
        ..Cost::MAX
    });
    let sealer = Sealer::new(Provider::ring()).recipient(dear);
    assert_eq!(sealer.seal(b"x").unwrap_err().kind(), SealErrorKind::PassphraseCost);
}

#[test]
fn a_cost_over_the_limit_is_refused_before_it_is_paid() {
    let mut sealed = Sealer::new(Provider::ring())
        .recipient(passphrase())
        .leave_recipients_open()
        .seal(b"x")
        .unwrap();
    let wrapped = sealed.len() - (56 + 1 + 16) - (16 + 12 + 104);
    let cost = [u32::MAX, u32::MAX, 16].map(u32::to_be_bytes).concat();
    sealed[wrapped + 16..wrapped + 28].copy_from_slice(&cost);
    let start = std::time::Instant::now();
    assert!(
        Opener::new(Provider::ring())
            .identity(passphrase())
            .open(&sealed)
            .is_err()
    );
    assert!(start.elapsed().as_millis() < 500);
}

#[test]
fn a_passphrase_opens_however_its_accents_were_typed() {
    let sealed = Sealer::new(Provider::ring())
        .recipient(cheap("caf\u{e9}"))
        .seal(b"x")
        .unwrap();
    assert!(
        Opener::new(Provider::ring())
            .identity(cheap("cafe\u{301}"))
            .open(&sealed)
            .is_ok()
    );
    assert!(
        Opener::new(Provider::ring())
            .identity(cheap("cafe"))
            .open(&sealed)
            .is_err()
    );
}

#[test]
fn a_key_service_that_fails_or_says_too_much_fails_the_sealing() {
    for (answer, kind) in [
        (None, SealErrorKind::KeyProvider),
        (Some(vec![0; 1025]), SealErrorKind::KeyProvider),
    ] {
        let sealer = Sealer::new(Provider::ring()).recipient(KeyService::new(Answer(key_ref(), answer)));
        assert_eq!(sealer.seal(b"x").unwrap_err().kind(), kind);
    }
}

#[test]
fn a_key_service_is_given_what_the_key_is_for() {
    struct Spy(KeyRef, Mutex<Vec<Vec<u8>>>);
    impl KeyProvider for &'static Spy {
        fn key_ref(&self) -> &KeyRef {
            &self.0
        }
        fn wrap(&self, binding: &[u8], data_key: &[u8; 32]) -> Result<Vec<u8>, KeyProviderError> {
            self.1.lock().unwrap().push(binding.to_vec());
            Ok(data_key.to_vec())
        }
        fn unwrap(&self, _: &KeyRef, binding: &[u8], wrapped: &[u8]) -> Result<Zeroizing<[u8; 32]>, KeyProviderError> {
            self.1.lock().unwrap().push(binding.to_vec());
            Ok(Zeroizing::new(wrapped.try_into().unwrap()))
        }
    }
    let spy: &'static Spy = Box::leak(Box::new(Spy(key_ref(), Mutex::default())));
    let sealed = Sealer::new(Provider::ring())
        .recipient(KeyService::new(spy))
        .seal(b"x")
        .unwrap();
    assert!(
        Opener::new(Provider::ring())
            .identity(KeyService::new(spy))
            .open(&sealed)
            .is_ok()
    );
    let bindings = spy.1.lock().unwrap();
    assert_eq!(bindings[0], bindings[1]);
    let id = Header::parse(&sealed).unwrap().sealed_id();
    let expected = [
        b"SLWX1 wrap\0\x02".as_slice(),
        id.as_bytes(),
        b"\x03kms\x05key-1\0\0\0\0",
    ]
    .concat();
    assert_eq!(bindings[0], expected);
}

#[test]
fn nothing_that_can_be_printed_shows_a_secret() {
    let secret = SecretKey::from_bytes(KeyExchange::X25519, &[0x6b; 32]).unwrap();
    let link = LinkSecret::from_bytes(&[0x6b; 32]);
    let printed = format!(
        "{:?} {secret:?} {link:?} {:?}",
        cheap("CANARY"),
        Identity::from(&secret)
    );
    assert!(!printed.contains("CANARY") && !printed.contains("6b6b") && !printed.contains("107, 107"));
}

fn kinds() -> Vec<(StanzaKind, Recipient, Identity)> {
    let local = LocalKey::from_bytes(&[1; 32]);
    let link = LinkSecret::from_bytes(&[2; 32]);
    let service = KeyService::new(Masked(key_ref()));
    let mut kinds = vec![
        (StanzaKind::Local, Recipient::from(&local), Identity::from(&local)),
        (StanzaKind::Link, Recipient::from(&link), Identity::from(&link)),
        (StanzaKind::Kms, Recipient::from(&service), Identity::from(&service)),
        (StanzaKind::Passphrase, passphrase().into(), passphrase().into()),
        (
            StanzaKind::RsaOaep,
            include_str!("../../testdata/sealed/rsa.crt").parse().unwrap(),
            include_str!("../../testdata/sealed/rsa.key").parse().unwrap(),
        ),
    ];
    for (certificate, key) in [
        (
            include_str!("../../testdata/sealed/p256.crt"),
            include_str!("../../testdata/sealed/p256.key"),
        ),
        (
            include_str!("../../testdata/sealed/p384.crt"),
            include_str!("../../testdata/sealed/p384.key"),
        ),
    ] {
        kinds.push((StanzaKind::Hpke, certificate.parse().unwrap(), key.parse().unwrap()));
    }
    for exchange in KeyExchange::ALL {
        let secret = SecretKey::from_bytes(exchange, &[3; 48][..exchange.secret_len()]).unwrap();
        let kind = if exchange == KeyExchange::XWing {
            StanzaKind::HpkePq
        } else {
            StanzaKind::Hpke
        };
        kinds.push((kind, secret.public().into(), Identity::from(&secret)));
    }
    kinds
}

fn passphrase() -> Passphrase {
    cheap("correct horse battery staple")
}

fn cheap(text: &str) -> Passphrase {
    Passphrase::new(text).unwrap().cost(Cost {
        memory_kib: 64,
        passes: 1,
        lanes: 2,
    })
}

fn key_ref() -> KeyRef {
    KeyRef::new("kms", "key-1", 0).unwrap()
}

fn pairs_of_providers() -> Vec<(Provider, Provider)> {
    let all = Provider::all();
    all.iter()
        .flat_map(|one| all.iter().map(|other| (*one, *other)))
        .collect()
}

/// A service whose keys are bound to their message, like one that takes additional data: the wrap is a local key's.
struct Masked(KeyRef);

impl KeyProvider for Masked {
    fn key_ref(&self) -> &KeyRef {
        &self.0
    }

    fn wrap(&self, binding: &[u8], data_key: &[u8; 32]) -> Result<Vec<u8>, KeyProviderError> {
        sealwax::seal::cobblestone::seal(Provider::ring(), &[4; 32], binding, data_key).map_err(|_| KeyProviderError)
    }

    fn unwrap(&self, _: &KeyRef, binding: &[u8], wrapped: &[u8]) -> Result<Zeroizing<[u8; 32]>, KeyProviderError> {
        let opened = sealwax::seal::cobblestone::open(Provider::ring(), &[4; 32], binding, wrapped);
        let opened = opened.map_err(|_| KeyProviderError)?;
        opened
            .as_slice()
            .try_into()
            .map(Zeroizing::new)
            .map_err(|_| KeyProviderError)
    }
}

/// A service that gives one answer to everything.
struct Answer(KeyRef, Option<Vec<u8>>);

impl KeyProvider for Answer {
    fn key_ref(&self) -> &KeyRef {
        &self.0
    }

    fn wrap(&self, _: &[u8], _: &[u8; 32]) -> Result<Vec<u8>, KeyProviderError> {
        self.1.clone().ok_or(KeyProviderError)
    }

    fn unwrap(&self, _: &KeyRef, _: &[u8], _: &[u8]) -> Result<Zeroizing<[u8; 32]>, KeyProviderError> {
        Err(KeyProviderError)
    }
}
