//! Messages that are padded or signed: whatever makes one and whatever opens it, the content is what was sealed.
#![allow(clippy::similar_names, reason = "what a sealer makes is sealed")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use std::io::{Cursor, Read, Write};

use proptest::prelude::*;
use sealwax::crypto::Provider;
use sealwax::seal::{Header, LocalKey, OpenErrorKind, Opener, Rewrapper, Sealer, SigningKey, VerifyingKey};

type Maker = fn(&Sealer, &[u8]) -> Vec<u8>;
type Way = fn(&Opener, &[u8]) -> Result<Vec<u8>, OpenErrorKind>;

/// Each way to make a message of a content.
const MAKERS: [Maker; 5] = [
    |sealer, content| sealer.seal(content).unwrap(),
    |sealer, content| {
        let (header, body) = sealer.seal_detached(content).unwrap();
        [header, body].concat()
    },
    |sealer, content| {
        let mut out = vec![0xee; sealer.sealed_len(content.len()).unwrap()];
        let len = sealer.seal_into(content, &mut out).unwrap();
        assert_eq!(len, out.len());
        out
    },
    |sealer, content| {
        let mut buffer = content.to_vec();
        buffer.resize(sealer.sealed_len(content.len()).unwrap(), 0xee);
        let len = sealer.seal_in_place(&mut buffer, content.len()).unwrap();
        assert_eq!(len, buffer.len());
        buffer
    },
    |sealer, content| {
        let mut writer = sealer.writer(Vec::new()).unwrap();
        content.chunks(999).for_each(|bytes| writer.write_all(bytes).unwrap());
        writer.finish().unwrap()
    },
];

/// Each way to open one.
const OPENERS: [Way; 6] = [
    |opener, sealed| {
        opener
            .open(sealed)
            .map(|opened| opened.to_vec())
            .map_err(|error| error.kind())
    },
    |opener, sealed| {
        let header = Header::take_from(&mut &*sealed).unwrap();
        let opened = opener.open_detached(&header, &sealed[header.len()..]);
        opened.map(|opened| opened.to_vec()).map_err(|error| error.kind())
    },
    |opener, sealed| {
        let mut out = vec![0xee; Opener::opened_len(sealed).unwrap()];
        let len = opener.open_into(sealed, &mut out).map_err(|error| error.kind())?;
        assert!(out[len..].iter().all(|byte| *byte == 0));
        out.truncate(len);
        Ok(out)
    },
    |opener, sealed| {
        let mut buffer = sealed.to_vec();
        let opened = opener.open_in_place(&mut buffer).map(|opened| opened.to_vec());
        let kept = opened.as_ref().map_or(0, Vec::len);
        let is_wiped = buffer[kept..].iter().all(|byte| *byte == 0);
        assert!(is_wiped || opened.is_err());
        opened.map_err(|error| error.kind())
    },
    |opener, sealed| {
        let mut out = Vec::new();
        let read = opener.open_stream(Cursor::new(sealed), &mut out);
        read.map(|len| assert_eq!(len, out.len() as u64))
            .map_err(|error| kind(&error))?;
        Ok(out)
    },
    |opener, sealed| {
        let mut reader = opener.chunkwise_reader(sealed).map_err(|error| kind(&error))?;
        let (mut out, mut some) = (Vec::new(), [0; 777]);
        loop {
            match reader.read(&mut some).map_err(|error| kind(&error))? {
                0 => return Ok(out),
                len => out.extend_from_slice(&some[..len]),
            }
        }
    },
];

fn kind(error: &std::io::Error) -> OpenErrorKind {
    let inner = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<sealwax::seal::OpenError>());
    inner.unwrap().kind()
}

#[test]
fn every_way_to_open_gives_what_every_way_to_seal_was_given() {
    for content in contents() {
        for sealer in endings() {
            for make in MAKERS {
                check(&make(&sealer, &content), &content);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Contents whose ends look like the padding and the marks that stand behind them.
    #[test]
    fn what_looks_like_an_ending_is_content(
        pieces in proptest::collection::vec((prop_oneof![Just(0_u8), Just(0x80), any::<u8>()], 0..9_000_usize), 0..8),
        ending in 0..4_usize,
        maker in 0..MAKERS.len(),
    ) {
        let content: Vec<u8> = pieces.iter().flat_map(|(byte, len)| std::iter::repeat_n(*byte, *len)).collect();
        check(&MAKERS[maker](&endings()[ending], &content), &content);
    }
}

fn check(sealed: &[u8], content: &[u8]) {
    let signed = Header::parse(sealed).unwrap().is_signed();
    for open in OPENERS {
        assert!(open(&opener(), sealed).unwrap() == content, "{}", content.len());
        let by_us = open(&opener().sender(ours()), sealed);
        assert_eq!(by_us.err(), (!signed).then_some(OpenErrorKind::Sender));
    }
    let opened = opener().open_signed(sealed).unwrap();
    assert_eq!(opened.sender, signed.then(ours));
    let mut reader = opener().chunkwise_reader(sealed).unwrap();
    reader.read_to_end(&mut Vec::new()).unwrap();
    assert_eq!(reader.sender(), signed.then(ours));
    let mut places = opener().seek_reader(Cursor::new(sealed)).unwrap();
    assert_eq!(places.len(), content.len() as u64);
    let mut read = Vec::new();
    places.read_to_end(&mut read).unwrap();
    assert!(read == content);
}

#[test]
fn a_message_of_somebody_else_or_of_nobody_is_refused_where_a_sender_is_asked_for() {
    let theirs = SigningKey::from_bytes(&[8; 32])
        .verifying_key(Provider::ring())
        .unwrap();
    for (place, sealer) in endings().into_iter().enumerate() {
        let sealed = sealer.seal(b"labs").unwrap();
        let header = Header::parse(&sealed).unwrap();
        assert_eq!((header.is_padded(), header.is_signed()), (place % 2 == 1, place >= 2));
        for open in OPENERS {
            assert_eq!(open(&opener().sender(theirs), &sealed), Err(OpenErrorKind::Sender));
            let either = open(&opener().sender(theirs).sender(ours()), &sealed);
            assert_eq!(either.is_ok(), header.is_signed());
        }
        assert!(opener().sender(ours()).seek_reader(Cursor::new(&sealed)).is_err());
    }
}

/// Nothing says which sender it was to whoever cannot open it.
#[test]
fn the_sender_stands_nowhere_in_clear() {
    let sealed = endings()[2].seal(b"labs").unwrap();
    assert!(!sealed.windows(32).any(|bytes| bytes == ours().as_bytes()));
}

#[test]
fn a_changed_bit_anywhere_opens_in_no_way() {
    let sealed = endings()[3].seal(b"MRN 12345678").unwrap();
    for place in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[place] ^= 4;
        assert!(opener().open(&changed).is_err(), "{place}");
        assert!(opener().sender(ours()).open(&changed).is_err(), "{place}");
    }
}

#[test]
fn a_signature_outlives_a_change_of_recipients() {
    let next = LocalKey::from_bytes(&[3; 32]);
    let sealed = endings()[3].seal(b"labs").unwrap();
    let changer = Rewrapper::new(Provider::ring())
        .identity(key())
        .recipient(&next)
        .replace_all();
    let change = changer.rewrap(&sealed).unwrap();
    let after = [change.header, sealed[change.old_len..].to_vec()].concat();
    let opener = Opener::new(Provider::ring()).identity(&next).sender(ours());
    assert_eq!(opener.open(&after).unwrap().as_slice(), b"labs");
}

/// What one provider signs another verifies, and every one pads alike.
#[test]
fn providers_agree() {
    for (from, to) in Provider::all()
        .into_iter()
        .flat_map(|from| Provider::all().into_iter().map(move |to| (from, to)))
    {
        let sealer = Sealer::new(from).recipient(key()).sign(&signing_key()).padded();
        let opener = Opener::new(to).identity(key()).sender(ours());
        assert_eq!(opener.open(&sealer.seal(b"labs").unwrap()).unwrap().as_slice(), b"labs");
        assert_eq!(signing_key().verifying_key(from), Ok(ours()));
    }
}

#[test]
fn padding_tells_only_about_how_long_a_content_is() {
    let sealer = Sealer::new(Provider::ring()).recipient(key()).padded();
    let mut lengths: Vec<usize> = (0..100_000).map(|len| sealer.sealed_len(len).unwrap()).collect();
    let plain = Sealer::new(Provider::ring()).recipient(key());
    for (len, padded) in lengths.iter().enumerate() {
        let least = plain.sealed_len(len + 1).unwrap();
        assert!(
            *padded >= least && (len < 256 || *padded <= least + len / 8 + 32),
            "{len}"
        );
    }
    assert!(lengths.is_sorted());
    lengths.dedup();
    assert!(lengths.len() < 150, "{}", lengths.len());
}

/// Plain, padded, signed, signed and padded.
fn endings() -> [Sealer; 4] {
    let plain = Sealer::new(Provider::ring()).recipient(key());
    let signed = plain.clone().sign(&signing_key());
    [plain.clone(), plain.padded(), signed.clone(), signed.padded()]
}

fn contents() -> Vec<Vec<u8>> {
    let lengths = [
        0, 1, 95, 96, 97, 255, 256, 16_287, 16_288, 16_289, 16_383, 16_384, 16_385, 32_768, 140_000,
    ];
    let counted = lengths.iter().map(|len| (1..=u8::MAX).cycle().take(*len).collect());
    let empty = [0, 1, 16_384, 40_000, 150_000].map(|len| vec![0; len]);
    let marked = [1, 16_384, 150_000].map(|len| [b"labs\x80".as_slice(), &vec![0; len]].concat());
    let between = [16_384, 150_000].map(|len| [b"labs\x80".as_slice(), &vec![0; len], b"more"].concat());
    counted.chain(empty).chain(marked).chain(between).collect()
}

fn opener() -> Opener {
    Opener::new(Provider::ring()).identity(key())
}

fn key() -> LocalKey {
    LocalKey::from_bytes(&[7; 32])
}

fn signing_key() -> SigningKey {
    SigningKey::from_bytes(&[9; 32])
}

fn ours() -> VerifyingKey {
    signing_key().verifying_key(Provider::ring()).unwrap()
}
