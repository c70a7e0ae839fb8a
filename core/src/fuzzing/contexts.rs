//! Contexts: pairs that stand in a message, and pairs that whoever opens it must know.

use super::settled::settled;
use crate::seal::forged::canonical;
use crate::seal::{Context, Header, LocalKey, Opener, SealErrorKind, Sealer};

/// Seals with the stored and the supplied pairs that `input` has, and opens with others: lists of pairs end with the byte FF, a
/// pair with FE, and its name with FD. The whole input is also read as the canonical form of a context.
///
/// # Panics
///
/// When a context has two forms, a message opens with other pairs than those that were supplied, or does not open with them.
pub fn contexts(input: &[u8]) {
    if let Some((context, written)) = canonical(input) {
        assert_eq!(written, input, "a context has two forms");
        let again = Context::from_pairs(context.pairs());
        assert!(again.is_ok_and(|again| again == context), "its pairs make another");
    }
    let mut lists = input.split(|byte| *byte == 0xff).map(context_of);
    let mut next = || lists.next().unwrap_or_else(|| Some(Context::default()));
    if let (Some(stored), Some(supplied), Some(given)) = (next(), next(), next()) {
        seal_and_open(&stored, &supplied, &given);
    }
}

fn seal_and_open(stored: &Context, supplied: &Context, given: &Context) {
    let key = LocalKey::from_bytes(&[7; 32]);
    let sealer = Sealer::new(settled()).recipient(&key).stored(stored.clone());
    let message = match sealer.supplied(supplied.clone()).seal(b"labs") {
        Ok(message) => message,
        Err(error) => {
            let refused = [SealErrorKind::Context, SealErrorKind::Bucket];
            return assert!(refused.contains(&error.kind()), "a context is refused as one");
        }
    };
    let opener = Opener::new(settled()).identity(&key);
    let opens = |context: &Context| opener.clone().supplied(context.clone()).open(&message).is_ok();
    assert!(opens(supplied), "what was supplied opens");
    assert_eq!(opens(given), given == supplied, "nothing else opens");
    let header = Header::parse(&message);
    assert!(
        header
            .is_ok_and(|header| { header.stored_context() == stored && header.needs_context() != supplied.is_empty() })
    );
}

fn context_of(list: &[u8]) -> Option<Context> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let pairs = list.split(|byte| *byte == 0xfe).filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| {
        let mut halves = pair.splitn(2, |byte| *byte == 0xfd);
        (
            text(halves.next().unwrap_or_default()),
            text(halves.next().unwrap_or_default()),
        )
    });
    Context::from_pairs(pairs).ok()
}
