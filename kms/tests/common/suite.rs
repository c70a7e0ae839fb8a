//! What every service is held to.

use std::time::{Duration, Instant};

use sealwax::crypto::Provider;
use sealwax::seal::{Header, KeyRing, KeyService, LocalKey, Opener, Rewrapper, SealErrorKind, Sealer};
use sealwax_kms::{KmsErrorKind, Reach};

use super::Told;
use super::web::{Front, answer};

/// Seals, opens, adds and takes away, and refuses another key, a changed wrap and that of another message. `told` is who both
/// keys report to, and `bound` whether the service itself sees what a wrap was for.
pub(crate) fn every_key_seals(ours: &KeyService, theirs: &KeyService, told: &Told, bound: bool) {
    let sealer = sealer(ours);
    let (one, other) = (sealer.seal(b"labs").unwrap(), sealer.seal(b"labs").unwrap());
    assert_eq!(open(ours, &one).as_deref(), Some(b"labs".as_slice()));
    assert_eq!(open(theirs, &one), None);
    assert_eq!(told.kinds(), [], "a key that the header does not name is not asked");

    let local = LocalKey::from_bytes(&[1; 32]);
    let change = Rewrapper::new(Provider::ring())
        .identity(ours)
        .recipient(&local)
        .rewrap(&one)
        .unwrap();
    let both = [change.header.as_slice(), &one[change.old_len..]].concat();
    assert!(open(ours, &both).is_some() && open_local(&local, &both));
    let name = Header::parse(&one).unwrap().stanzas()[0].key_ref().clone();
    let change = Rewrapper::new(Provider::ring())
        .identity(&local)
        .remove(name)
        .rewrap(&both)
        .unwrap();
    let without = [change.header.as_slice(), &both[change.old_len..]].concat();
    assert!(open(ours, &without).is_none() && open_local(&local, &without));
    let back = Rewrapper::new(Provider::ring())
        .identity(&local)
        .recipient(ours)
        .rewrap(&without)
        .unwrap();
    assert!(open(ours, &[back.header.as_slice(), &without[back.old_len..]].concat()).is_some());

    let ring = KeyRing::default();
    let wrapped = ring.wrap(&sealer).unwrap();
    assert!(KeyRing::unwrap(&wrapped, &Opener::new(Provider::ring()).identity(ours)).is_ok());
    assert_eq!(told.kinds(), []);

    let wrap = wrap_of(&one);
    for at in wrap.clone().step_by(13).chain([wrap.end - 1]) {
        let mut changed = one.clone();
        changed[at] ^= 1;
        assert_eq!(open(ours, &changed), None, "{at}");
    }
    told.kinds();
    let moved = [&one[..wrap.start], &other[wrap_of(&other)], &one[wrap.end..]].concat();
    assert_eq!(open(ours, &moved), None);
    let expected: &[_] = if bound { &[KmsErrorKind::Mismatch] } else { &[] };
    assert_eq!(told.kinds(), expected);
}

/// Tries a service that throttles, fails, hangs and answers what it should not. `make` makes the key behind an address.
pub(crate) fn every_failure_is_told(make: impl Fn(Reach) -> KeyService, port: u16) {
    let (told, front) = (Told::default(), Front::before(port));
    let key = make(told.reach().address(&front.address()));
    let sealed = sealer(&key).seal(b"labs").unwrap();
    front.asked();

    front.instead([answer(503, "", "{}"), answer(429, "retry-after: 0\r\n", "{}")]);
    assert!(open(&key, &sealed).is_some());
    assert_eq!((front.asked().len(), told.kinds()), (3, vec![]));

    for (status, kind) in [
        (500, KmsErrorKind::Unavailable),
        (503, KmsErrorKind::Unavailable),
        (429, KmsErrorKind::Throttled),
    ] {
        front.instead([(); 3].map(|()| answer(status, "", "{}")));
        assert_eq!(open(&key, &sealed), None);
        assert_eq!((front.asked().len(), told.kinds()), (3, vec![kind]), "{status}");
    }
    front.instead([answer(429, "retry-after: 3600\r\n", "{}")]);
    assert_eq!(open(&key, &sealed), None);
    assert_eq!(
        (front.asked().len(), told.kinds()),
        (1, vec![KmsErrorKind::Throttled]),
        "nobody waits an hour"
    );

    for status in [401, 403] {
        front.instead([answer(status, "", "{}")]);
        assert_eq!(open(&key, &sealed), None);
        assert_eq!(
            (front.asked().len(), told.kinds()),
            (1, vec![KmsErrorKind::Denied]),
            "{status}"
        );
    }

    let long = format!("{{\"padding\":\"{}\"}}", "x".repeat(1 << 20));
    let deep = "[".repeat(50_000);
    for body in ["", "{", "null", "[]", "<html>", "{}", long.as_str(), deep.as_str()] {
        front.instead([answer(200, "", body)]);
        assert_eq!(open(&key, &sealed), None);
        assert_eq!(told.kinds(), [KmsErrorKind::Reply], "{} bytes", body.len());
    }
    let headers = format!("x: {}\r\n", "x".repeat(1 << 20));
    front.instead([answer(200, &headers, "{}")]);
    assert_eq!((open(&key, &sealed), told.kinds()), (None, vec![KmsErrorKind::Reply]));
    front.instead([b"HTTP/1.1 200 x\r\ncontent-length: 100\r\n\r\n{".to_vec()]);
    assert_eq!((open(&key, &sealed), told.kinds()), (None, vec![KmsErrorKind::Reply]));

    front.asked();
    let elsewhere = format!("location: {}/\r\n", front.address());
    front.instead([answer(307, &elsewhere, "")]);
    assert_eq!(
        (open(&key, &sealed), told.kinds()),
        (None, vec![KmsErrorKind::Refused(307)])
    );
    assert_eq!(front.asked().len(), 1, "credentials follow no redirect");

    let hurried = make(
        told.reach()
            .address(&front.address())
            .timeout(Duration::from_millis(200)),
    );
    told.kinds();
    front.instead([vec![]]);
    let start = Instant::now();
    let refused = sealer(&hurried).seal(b"labs").unwrap_err();
    assert_eq!(
        (refused.kind(), told.kinds()),
        (SealErrorKind::KeyProvider, vec![KmsErrorKind::Timeout])
    );
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());

    assert!(open(&key, &sealed).is_some(), "and goes on when the service does");
}

/// No connection, and no TLS where TLS is asked for.
pub(crate) fn nobody_is_reached(make: impl Fn(Reach) -> KeyService, port: u16) {
    let told = Told::default();
    for address in [
        format!("http://127.0.0.1:{}", super::free_port()),
        format!("https://127.0.0.1:{port}"),
    ] {
        let key = make(told.reach().address(&address));
        assert!(sealer(&key).seal(b"labs").is_err());
        assert_eq!(told.kinds(), [KmsErrorKind::Unreachable], "{address}");
    }
}

pub(crate) fn sealer(key: &KeyService) -> Sealer {
    Sealer::new(Provider::ring()).recipient(key).leave_recipients_open()
}

pub(crate) fn open(key: &KeyService, sealed: &[u8]) -> Option<Vec<u8>> {
    let opened = Opener::new(Provider::ring()).identity(key).open(sealed);
    opened.ok().map(|plain| plain.to_vec())
}

fn open_local(key: &LocalKey, sealed: &[u8]) -> bool {
    Opener::new(Provider::ring()).identity(key).open(sealed).is_ok()
}

/// Where the wrapped data key of the one recipient stands.
pub(crate) fn wrap_of(sealed: &[u8]) -> std::ops::Range<usize> {
    let header = Header::parse(sealed).unwrap();
    let wrapped = header.stanzas()[0].wrapped();
    let start = sealed
        .windows(wrapped.len())
        .position(|window| window == wrapped)
        .unwrap();
    start..start + wrapped.len()
}

/// The message with its stanzas wrapped anew by the service itself.
pub(crate) fn rewrapped(key: &KeyService, sealed: &[u8]) -> Option<Vec<u8>> {
    let change = key.rewrap(sealed).ok()?;
    Some([change.header.as_slice(), &sealed[change.old_len..]].concat())
}

/// The name of the one recipient's key.
pub(crate) fn name_of(sealed: &[u8]) -> String {
    Header::parse(sealed).unwrap().stanzas()[0].key_ref().to_string()
}
