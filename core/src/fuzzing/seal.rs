//! Opening and rewrapping what a stranger wrote.

use crate::crypto::Provider;
use crate::seal::{Context, Header, Identity, LocalKey, Opener, Rewrapper};

/// Opens `data` as a sealed message, with a key whose name it may well contain.
///
/// The providers must agree, the forms of opening must agree, and a header that was read must be within its limits.
pub fn open_sealed(data: &[u8]) {
    let key = LocalKey::from_bytes(&KEY);
    let mut answers = Provider::all().into_iter().map(|provider| {
        let opener = Opener::new(provider).identity(&key).past_retention();
        let whole = opener.open(data).ok().map(|plain| plain.to_vec());
        let mut copy = data.to_vec();
        let in_place = opener.open_in_place(&mut copy).ok().map(|plain| plain.to_vec());
        assert_eq!(whole, in_place);
        whole
    });
    let first = answers.next();
    assert!(answers.all(|answer| Some(answer) == first));
    if let Ok(header) = Header::parse(data) {
        assert!(header.stanzas().len() <= crate::seal::MAX_STANZAS);
    }
}

/// Changes the recipients of whatever `data` begins with, in every way, and reads its header from a stream.
///
/// What opened before opens afterwards with the key that was added, to the same text; the change made again changes
/// nothing; and a stream takes a header in exactly the length that a slice has.
pub fn rewrap(data: &[u8]) {
    if let (Ok(_), Ok(taken)) = (Header::parse(data), Header::take_from(&mut &*data)) {
        assert!(data.starts_with(&taken));
    }
    holds_when_changed(data, &[LocalKey::from_bytes(&KEY).into()], None);
}

/// Whether a message that somebody can open with one of `identities` still opens when its recipients are changed in every way.
pub(super) fn holds_when_changed(data: &[u8], identities: &[Identity], supplied: Option<&Context>) {
    let (old, new) = (LocalKey::from_bytes(&KEY), LocalKey::from_bytes(&[8; 32]));
    let provider = Provider::pure_rust();
    let supplied = supplied.cloned().unwrap_or_default();
    let rewrapper = Rewrapper::new(provider).supplied(supplied.clone()).recipient(&new);
    let add = identities.iter().fold(rewrapper, Rewrapper::identity);
    let opener = Opener::new(provider).supplied(supplied).past_retention();
    let before = identities.iter().fold(opener.clone(), Opener::identity).open(data).ok();
    for rewrapper in [
        add.clone(),
        add.clone().replace_all(),
        add.remove(old.key_ref().clone()),
    ] {
        let Ok(change) = rewrapper.rewrap(data) else {
            continue;
        };
        let body = data.get(change.old_len..).unwrap_or_default();
        let changed = [change.header.as_slice(), body].concat();
        let again = rewrapper.clone().identity(&new).rewrap(&changed);
        assert!(again.is_ok_and(|again| !again.changed && again.header == change.header));
        let after = opener.clone().identity(&new).open(&changed);
        if let Some(before) = &before {
            assert_eq!(after.ok().as_ref(), Some(before));
        }
    }
}

/// The key of the seeds, so that mutations of them reach the body.
const KEY: [u8; 32] = [7; 32];
