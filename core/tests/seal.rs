//! Sealed messages through the public API: who opens what, and that nothing else opens.
#![allow(clippy::similar_names, reason = "what a sealer makes is sealed")]
#![allow(clippy::unwrap_used, clippy::string_slice, reason = "a test may panic")]

use proptest::prelude::*;
use sealwax::Timestamp;
use sealwax::crypto::Provider;
use sealwax::seal::{
    Context, Header, HeaderErrorKind, KeyRef, LocalKey, MAX_STANZAS, Opener, Retention, SealErrorKind, Sealer,
    cobblestone,
};

#[test]
fn each_provider_opens_what_the_other_sealed() {
    for (one, other) in pairs_of_providers() {
        for len in [0, 1, 16_383, 16_384, 16_385, 70_000] {
            let plain = plain(len);
            let sealed = Sealer::new(one).recipient(key()).seal(&plain).unwrap();
            let opened = Opener::new(other).identity(key()).open(&sealed).unwrap();
            assert!(*opened == plain, "{one:?} {other:?} {len}");
        }
    }
}

#[test]
fn no_provider_opens_what_was_changed_after_the_other_sealed_it() {
    for (one, other) in pairs_of_providers() {
        let sealed = Sealer::new(one).recipient(key()).seal(&plain(20_000)).unwrap();
        for at in (0..sealed.len()).step_by(97) {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(
                Opener::new(other).identity(key()).open(&changed).is_err(),
                "{one:?} {other:?} {at}"
            );
        }
    }
}

#[test]
fn every_flipped_bit_of_a_small_message_is_refused() {
    let sealed = full_sealer().seal(b"MRN 12345678").unwrap();
    assert!(full_opener().open(&sealed).is_ok());
    for bit in 0..sealed.len() * 8 {
        let mut changed = sealed.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(
            full_opener().open(&changed).is_err(),
            "byte {} bit {}",
            bit / 8,
            bit % 8
        );
    }
}

#[test]
fn every_truncation_and_every_added_byte_is_refused() {
    let sealed = full_sealer().seal(&plain(16_384)).unwrap();
    for len in (0..2_000).chain(sealed.len() - 2_000..sealed.len()) {
        assert!(full_opener().open(&sealed[..len]).is_err(), "cut to {len}");
    }
    for added in 1..40 {
        let longer = [sealed.as_slice(), &vec![0; added]].concat();
        assert!(full_opener().open(&longer).is_err(), "{added} bytes added");
    }
}

#[test]
fn all_forms_of_sealing_and_opening_agree() {
    for len in [0, 1, 16_384, 16_385, 50_000] {
        let (plain, sealer) = (plain(len), full_sealer());
        let whole = sealer.seal(&plain).unwrap();
        assert_eq!(whole.len(), sealer.sealed_len(len).unwrap());
        assert_eq!(Opener::opened_len(&whole), Ok(len));

        let mut into = vec![0xaa; whole.len() + 5];
        assert_eq!(sealer.seal_into(&plain, &mut into), Ok(whole.len()));
        assert_eq!(into[whole.len()..], [0xaa; 5]);

        let mut in_place = plain.clone();
        in_place.resize(whole.len(), 0);
        assert_eq!(sealer.seal_in_place(&mut in_place, len), Ok(whole.len()));

        for mut sealed in [whole.clone(), into[..whole.len()].to_vec(), in_place] {
            assert!(*full_opener().open(&sealed).unwrap() == plain);
            let mut out = vec![0; len + 3];
            assert_eq!(full_opener().open_into(&sealed, &mut out), Ok(len));
            assert!(out[..len] == plain);
            assert!(full_opener().open_in_place(&mut sealed).unwrap() == plain);
        }
    }
}

#[test]
fn a_short_buffer_is_told_what_it_lacks_and_left_alone() {
    let (sealer, plain) = (full_sealer(), plain(100));
    let needed = sealer.sealed_len(plain.len()).unwrap();
    let mut short = vec![0xaa; needed - 1];
    let error = sealer.seal_into(&plain, &mut short).unwrap_err();
    assert_eq!(error.kind(), SealErrorKind::ShortBuffer { needed });
    assert_eq!(sealer.seal_in_place(&mut short, 100).unwrap_err(), error);
    assert!(short.iter().all(|byte| *byte == 0xaa));
    let sealed = sealer.seal(&plain).unwrap();
    let mut short = [0xaa; 99];
    assert!(full_opener().open_into(&sealed, &mut short).is_err());
    assert!(short.iter().all(|byte| *byte == 0xaa));
}

#[test]
fn a_failed_opening_leaves_no_plaintext_behind() {
    let plain = b"CANARY".repeat(6_000);
    let mut sealed = full_sealer().seal(&plain).unwrap();
    let last = sealed.len() - 1;
    sealed[last] ^= 1;
    let mut out = vec![0; plain.len()];
    assert!(full_opener().open_into(&sealed, &mut out).is_err());
    assert!(full_opener().open_in_place(&mut sealed).is_err());
    for buffer in [out, sealed] {
        assert!(!buffer.windows(6).any(|window| window == b"CANARY"));
    }
}

#[test]
fn opening_in_place_leaves_no_text_behind_its_end() {
    let text = b"CANARY".repeat(6_000);
    let mut sealed = full_sealer().seal(&text).unwrap();
    let len = full_opener().open_in_place(&mut sealed).unwrap().len();
    assert!(sealed[..len] == text && sealed[len..].iter().all(|byte| *byte == 0));
}

#[test]
fn the_header_tells_what_the_sealer_was_told() {
    let sealed = full_sealer().seal(b"x").unwrap();
    let header = Header::parse(&sealed).unwrap();
    assert_eq!(header.key_epoch(), 7);
    assert_eq!(header.retention(), &retention());
    assert_eq!(header.stored_context().get("tenant"), Some("clinic-7"));
    assert!(header.needs_context() && header.has_stanza_mac());
    assert_eq!(header.stanzas()[0].key_ref().to_string(), "local:tenant-7#3");
    assert_eq!(header.stanzas()[0].wrapped().len(), 104);
    assert_ne!(
        header.sealed_id(),
        Header::parse(&full_sealer().seal(b"x").unwrap()).unwrap().sealed_id()
    );
}

#[test]
fn each_of_several_recipients_opens_the_message() {
    let keys: Vec<_> = (0..5).map(|n| LocalKey::from_bytes(&[n; 32])).collect();
    let sealer = keys.iter().fold(Sealer::new(provider()), Sealer::recipient);
    let sealed = sealer.seal(b"labs").unwrap();
    for key in &keys {
        assert_eq!(
            Opener::new(provider()).identity(key).open(&sealed).unwrap().as_slice(),
            b"labs"
        );
    }
    assert!(
        Opener::new(provider())
            .identity(LocalKey::from_bytes(&[5; 32]))
            .open(&sealed)
            .is_err()
    );
    assert!(Opener::new(provider()).open(&sealed).is_err());
}

#[test]
fn the_right_name_with_the_wrong_key_does_not_open() {
    let name = KeyRef::new("local", "shared-name", 1).unwrap();
    let (right, wrong) = (key().named(name.clone()), LocalKey::from_bytes(&[8; 32]).named(name));
    let sealed = Sealer::new(provider()).recipient(&right).seal(b"labs").unwrap();
    assert!(Opener::new(provider()).identity(&wrong).open(&sealed).is_err());
    let both = Opener::new(provider()).identity(&wrong).identity(&right);
    assert_eq!(both.open(&sealed).unwrap().as_slice(), b"labs");
}

#[test]
fn a_wrong_or_missing_or_needless_context_is_refused_with_the_same_error() {
    let sealed = full_sealer().seal(b"labs").unwrap();
    let other = Context::from_pairs([("message-id", "<2@clinic.example>")]).unwrap();
    let bare = Opener::new(provider()).identity(named_key());
    let missing = bare.open(&sealed).unwrap_err();
    let wrong = bare.clone().supplied(other.clone()).open(&sealed).unwrap_err();
    let without = Sealer::new(provider()).recipient(named_key()).seal(b"labs").unwrap();
    let needless = bare.supplied(other).open(&without).unwrap_err();
    let keyless = Opener::new(provider()).open(&sealed).unwrap_err();
    assert!(
        [wrong, needless, keyless]
            .iter()
            .all(|error| error.to_string() == missing.to_string())
    );
}

#[test]
fn an_exchanged_body_does_not_open() {
    let [first, second] = [b"first", b"other"].map(|text| Sealer::new(provider()).recipient(key()).seal(text).unwrap());
    let body = first.len() - (56 + 5 + 16);
    let swapped = [&first[..body], &second[body..]].concat();
    assert!(Opener::new(provider()).identity(key()).open(&swapped).is_err());
}

#[test]
fn a_sealer_that_cannot_seal_says_why() {
    let bare = Sealer::new(provider());
    let long_class = Retention {
        class: "x".repeat(256).into(),
        not_after: None,
    };
    let twice = Context::from_pairs([("tenant", "other")]).unwrap();
    let crowd = (0..=MAX_STANZAS).fold(bare.clone(), |sealer, _| sealer.recipient(key()));
    let cases = [
        (bare.clone(), SealErrorKind::NoRecipient),
        (
            bare.recipient(key()).retention(long_class),
            SealErrorKind::RetentionClass,
        ),
        (full_sealer().supplied(twice), SealErrorKind::Context),
        (crowd, SealErrorKind::TooManyRecipients),
    ];
    for (sealer, kind) in cases {
        assert_eq!(sealer.seal(b"x").unwrap_err().kind(), kind);
    }
}

#[test]
fn a_header_that_cannot_be_read_says_where() {
    let sealed = full_sealer().seal(b"x").unwrap();
    let changed = |at: usize, byte: u8| {
        let mut changed = sealed.clone();
        changed[at] = byte;
        Header::parse(&changed).unwrap_err().kind()
    };
    assert_eq!(changed(0, b'X'), HeaderErrorKind::NotSealed);
    assert_eq!(changed(4, 2), HeaderErrorKind::Unsupported); // version
    assert_eq!(changed(6, 2), HeaderErrorKind::Unsupported); // suite
    assert_eq!(changed(7, 0x80), HeaderErrorKind::Unsupported); // flags
    assert_eq!(changed(8, 1), HeaderErrorKind::Limit); // length of the core
    let cut = Header::parse(&sealed[..40]).unwrap_err();
    assert_eq!((cut.kind(), cut.offset()), (HeaderErrorKind::Malformed, 12));
}

#[test]
fn ten_thousand_stanzas_are_refused_in_no_time() {
    let sealer = Sealer::new(provider()).recipient(key()).leave_recipients_open();
    let sealed = sealer.seal(b"labs").unwrap();
    let list = sealed.len() - (56 + 4 + 16) - Header::parse(&sealed).unwrap().stanzas()[0].wrapped().len() - 33;
    let (front, stanza) = (&sealed[..list], &sealed[list + 2..sealed.len() - (56 + 4 + 16)]);
    let start = std::time::Instant::now();
    for (count, opens) in [(64_u16, true), (4_096, true), (4_097, false), (10_000, false)] {
        let list = stanza.repeat(usize::from(count));
        let many = [
            front,
            &count.to_be_bytes(),
            &list,
            &sealed[sealed.len() - (56 + 4 + 16)..],
        ]
        .concat();
        assert_eq!(
            Opener::new(provider()).identity(key()).open(&many).is_ok(),
            opens,
            "{count}"
        );
        let mut wrong = many;
        for at in 0..usize::from(count) {
            wrong[front.len() + 2 + at * stanza.len() + stanza.len() - 1] ^= 1; // each fits by name, none opens
        }
        assert!(Opener::new(provider()).identity(key()).open(&wrong).is_err());
    }
    assert!(start.elapsed().as_secs() < 5);
}

#[test]
fn the_65th_stanza_that_fits_is_not_tried() {
    let name = KeyRef::new("local", "crowded", 0).unwrap();
    let others = (10..74).map(|byte| LocalKey::from_bytes(&[byte; 32]).named(name.clone()));
    let last = key().named(name.clone());
    for (skipped, opens) in [(0, false), (1, true)] {
        let sealer = others
            .clone()
            .skip(skipped)
            .fold(Sealer::new(provider()), Sealer::recipient);
        let sealed = sealer.recipient(&last).seal(b"labs").unwrap();
        assert_eq!(Opener::new(provider()).identity(&last).open(&sealed).is_ok(), opens);
    }
}

#[test]
fn lengths_are_those_of_the_published_text_up_to_its_limit() {
    let chunk = cobblestone::CHUNK_LEN as u64;
    for plain in [
        0,
        1,
        chunk - 1,
        chunk,
        chunk + 1,
        5 * chunk,
        (1 << 32) * chunk,
        (1 << 38) * chunk - 1,
    ] {
        let sealed = cobblestone::sealed_len(plain).unwrap();
        assert_eq!(sealed, 56 + plain + 16 * (plain / chunk + 1));
        assert_eq!(cobblestone::opened_len(sealed), Some(plain));
    }
    assert_eq!(cobblestone::sealed_len((1 << 38) * chunk), None);
    assert_eq!(cobblestone::opened_len(56 + (1 << 38) * (chunk + 16) + 16), None);
    assert_eq!(cobblestone::opened_len(56 + chunk + 16), None); // no last chunk
}

#[test]
fn nothing_that_can_be_printed_shows_a_key_or_the_text() {
    let text = b"CANARY-TEXT".repeat(3);
    let secret = key();
    let sealer = full_sealer();
    let sealed = sealer.seal(&text).unwrap();
    let mut changed = sealed.clone();
    *changed.last_mut().unwrap() ^= 1;
    let opener = Opener::new(provider()).identity(&secret).supplied(supplied());
    let error = opener.open(&changed).unwrap_err();
    let bad_key = secret.to_text().replace('Q', "P").parse::<LocalKey>().unwrap_err();
    let printed = format!("{sealer:?} {opener:?} {secret:?} {error:?} {error} {bad_key:?} {bad_key}");
    let key_text = secret.to_text();
    for canary in ["CANARY", "clinic.example", &key_text[15..30], "7, 7, 7", "070707"] {
        assert!(!printed.contains(canary), "{canary}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_refused_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let framed = [b"SLWX\x01\x00\x01\x00\x00\x00\x00".as_slice(), &bytes].concat();
        prop_assert!(full_opener().open(&framed).is_err());
        let _ = Header::parse(&framed);
    }

    #[test]
    fn any_text_is_refused_as_a_key_or_read_back(text in "(?i)(sealwax-local-1)?[ -~]{0,80}") {
        if let Ok(key) = text.parse::<LocalKey>() {
            prop_assert!(key.to_text().eq_ignore_ascii_case(&text));
        }
    }
}

fn provider() -> Provider {
    Provider::ring()
}

fn pairs_of_providers() -> Vec<(Provider, Provider)> {
    let all = Provider::all();
    assert!(all.len() >= 2);
    all.iter()
        .flat_map(|one| all.iter().map(|other| (*one, *other)))
        .collect()
}

fn key() -> LocalKey {
    LocalKey::from_bytes(&[7; 32])
}

fn named_key() -> LocalKey {
    key().named(KeyRef::new("local", "tenant-7", 3).unwrap())
}

fn supplied() -> Context {
    Context::from_pairs([("message-id", "<1@clinic.example>")]).unwrap()
}

fn retention() -> Retention {
    Retention {
        class: "mail-6y".into(),
        not_after: Some(Timestamp::from_millis(1_900_000_000_000)),
    }
}

/// A sealer with every field of the header in use.
fn full_sealer() -> Sealer {
    Sealer::new(provider())
        .recipient(named_key())
        .stored(Context::from_pairs([("tenant", "clinic-7")]).unwrap())
        .supplied(supplied())
        .retention(retention())
        .key_epoch(7)
        .protect_recipients()
}

fn full_opener() -> Opener {
    Opener::new(provider())
        .identity(named_key())
        .supplied(supplied())
        .at(Timestamp::EPOCH)
}

fn plain(len: usize) -> Vec<u8> {
    (0..=250).cycle().take(len).collect()
}
