//! Changing who can open a message.
#![allow(clippy::similar_names, reason = "what a sealer makes is sealed")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use sealwax::crypto::Provider;
use sealwax::seal::{
    Cost, Header, Identity, KeyRef, LocalKey, Opener, Passphrase, RewrapError, Rewrapper, SealErrorKind, Sealer,
};

#[test]
fn added_removed_and_replaced_recipients_open_or_do_not() {
    for protected in [false, true] {
        let sealed = seal(&[1, 2], protected);
        let cases = [
            (rewrapper().recipient(key(3)), vec![1, 2, 3]),
            (rewrapper().remove(name(2)), vec![1]),
            (rewrapper().recipient(key(3)).remove(name(1)), vec![2, 3]),
            (rewrapper().recipient(key(4)).replace_all(), vec![4]),
            (rewrapper().recipient(key(2)).replace_all(), vec![2]),
            (rewrapper().remove(name(9)), vec![1, 2]),
        ];
        for (rewrapper, openers) in cases {
            let changed = apply(&rewrapper, &sealed).unwrap();
            let opens: Vec<u8> = (1..10).filter(|n| open(*n, &changed)).collect();
            assert_eq!(opens, openers);
            assert_eq!(Header::parse(&changed).unwrap().stanzas().len(), openers.len());
            assert_eq!(
                apply(&rewrapper, &changed).unwrap(),
                changed,
                "the same change again changes nothing"
            );
            assert_eq!(body(&changed), body(&sealed));
        }
    }
}

#[test]
fn a_forged_stanza_of_a_new_key_takes_nobody_s_message_away() {
    let forged = LocalKey::generate(Provider::ring()).unwrap().named(name(2));
    let sealer = Sealer::new(Provider::ring()).recipient(key(1)).recipient(&forged);
    let sealed = sealer.seal(b"labs").unwrap();
    for rewrapper in [
        rewrapper().recipient(key(2)).remove(name(1)),
        rewrapper().recipient(key(2)).replace_all(),
    ] {
        assert!(open(2, &apply(&rewrapper, &sealed).unwrap()));
    }
}

#[test]
fn two_keys_of_one_name_share_no_bucket() {
    let sealer = Sealer::new(Provider::ring()).bucket("clinic-7/2027-01").unwrap();
    let sealer = sealer.recipient(bucket_key(1, 1)).recipient(bucket_key(2, 1));
    assert_eq!(sealer.seal(b"labs").unwrap_err().kind(), SealErrorKind::Bucket);
}

#[test]
fn removing_needs_no_key_unless_the_list_is_protected() {
    let remover = Rewrapper::new(Provider::ring()).remove(name(2));
    assert!(open(1, &apply(&remover, &seal(&[1, 2], false)).unwrap()));
    assert!(matches!(
        remover.rewrap(&seal(&[1, 2], true)),
        Err(RewrapError::Open(_))
    ));
}

#[test]
fn a_removed_stanza_is_noticed_when_the_list_is_protected() {
    let sealed = seal(&[1, 2], true);
    let forged = apply(&Rewrapper::new(Provider::ring()).remove(name(2)), &seal(&[1, 2], false)).unwrap();
    let header_len = sealed.len() - body(&sealed).len();
    let mut cut = sealed[..header_len - 32 - (forged_stanza_len())].to_vec();
    cut[header_len - 32 - 2 * forged_stanza_len() - 1] = 1; // the stanza count
    cut.extend_from_slice(&sealed[header_len - 32..]);
    assert_eq!(Header::parse(&cut).unwrap().stanzas().len(), 1);
    assert!(open(1, &forged) && open(1, &sealed) && !open(1, &cut));
}

#[test]
fn a_change_that_is_not_allowed_leaves_everything_as_it_was() {
    let sealed = seal(&[1, 2], false);
    let passphrase = Passphrase::new("x").unwrap().cost(Cost {
        memory_kib: 64,
        passes: 1,
        lanes: 1,
    });
    let cases = [
        (rewrapper().replace_all(), SealErrorKind::NoRecipient),
        (rewrapper().remove(name(1)).remove(name(2)), SealErrorKind::NoRecipient),
        (rewrapper().recipient(passphrase), SealErrorKind::PassphraseNotAlone),
    ];
    for (rewrapper, kind) in cases {
        let Err(RewrapError::Change(error)) = rewrapper.rewrap(&sealed) else {
            panic!("{kind:?} expected")
        };
        assert_eq!(error.kind(), kind);
    }
    let stranger = Rewrapper::new(Provider::ring()).identity(key(9)).recipient(key(3));
    assert!(matches!(stranger.rewrap(&sealed), Err(RewrapError::Open(_))));
    assert!(matches!(rewrapper().rewrap(b"mail"), Err(RewrapError::Header(_))));
}

#[test]
fn a_detached_header_is_rewrapped_alone() {
    let (header, body) = Sealer::new(Provider::ring())
        .recipient(key(1))
        .seal_detached(b"labs")
        .unwrap();
    let change = rewrapper().recipient(key(2)).rewrap_detached(&header, &body).unwrap();
    assert_eq!(change.old_len, header.len());
    let opened = Opener::new(Provider::ring())
        .identity(key(2))
        .open_detached(&change.header, &body);
    assert_eq!(opened.unwrap().as_slice(), b"labs");
}

#[test]
fn a_bucket_takes_no_other_key_but_a_hold() {
    let [inside, rotated] = [1, 2].map(|version| bucket_key(1, version));
    let sealer = Sealer::new(Provider::ring()).bucket("clinic-7/2027-01").unwrap();
    assert_eq!(
        sealer.clone().recipient(key(3)).seal(b"x").unwrap_err().kind(),
        SealErrorKind::Bucket
    );
    let sealed = sealer.recipient(&inside).seal(b"labs").unwrap();
    let owner = Rewrapper::new(Provider::ring()).identity(&inside);
    let Err(RewrapError::Change(error)) = owner.clone().recipient(key(3)).rewrap(&sealed) else {
        panic!("refused")
    };
    assert_eq!(error.kind(), SealErrorKind::Bucket);

    let both = apply(&owner.clone().recipient(&rotated), &sealed).unwrap();
    let destroyed = [inside, rotated].map(Identity::from);
    let left = |sealed: &[u8]| {
        let header = Header::parse(sealed).unwrap();
        let left = header.survivors(Provider::ring(), &destroyed);
        left.map(|stanza| stanza.key_ref().clone()).collect::<Vec<_>>()
    };
    assert_eq!(left(&both), []);
    let held = apply(&owner.hold(key(3)), &both).unwrap();
    assert_eq!(left(&held), [name(3)]);
}

fn rewrapper() -> Rewrapper {
    Rewrapper::new(Provider::ring()).identity(key(1))
}

fn apply(rewrapper: &Rewrapper, sealed: &[u8]) -> Result<Vec<u8>, RewrapError> {
    let change = rewrapper.rewrap(sealed)?;
    Ok([change.header.as_slice(), sealed.get(change.old_len..).unwrap()].concat())
}

fn seal(keys: &[u8], protected: bool) -> Vec<u8> {
    let sealer = keys
        .iter()
        .map(|n| key(*n))
        .fold(Sealer::new(Provider::ring()), Sealer::recipient);
    let sealer = if protected {
        sealer
    } else {
        sealer.leave_recipients_open()
    };
    sealer.seal(b"labs").unwrap()
}

fn open(n: u8, sealed: &[u8]) -> bool {
    Opener::new(Provider::ring()).identity(key(n)).open(sealed).is_ok()
}

fn body(sealed: &[u8]) -> &[u8] {
    sealed.split_at(sealed.len() - (56 + 4 + 16)).1
}

fn forged_stanza_len() -> usize {
    2 + (1 + 5 + 1 + 16 + 4) + 2 + 104
}

fn key(n: u8) -> LocalKey {
    LocalKey::from_bytes(&[n; 32])
}

fn name(n: u8) -> KeyRef {
    key(n).key_ref().clone()
}

fn bucket_key(n: u8, version: u32) -> LocalKey {
    key(n).named(KeyRef::new("local", "clinic-7/2027-01", version).unwrap())
}
