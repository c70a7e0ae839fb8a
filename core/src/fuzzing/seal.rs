//! Opening what a stranger wrote.

use crate::crypto::Provider;
use crate::seal::{Header, LocalKey, Opener};

/// Opens `data` as a sealed message, with a key whose name it may well contain.
///
/// The providers must agree, the forms of opening must agree, and a header that was read must be within its limits.
pub fn open_sealed(data: &[u8]) {
    let key = LocalKey::from_bytes(&KEY);
    let mut answers = Provider::all().into_iter().map(|provider| {
        let opener = Opener::new(provider).identity(&key);
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

/// The key of the seeds, so that mutations of them reach the body.
const KEY: [u8; 32] = [7; 32];
