//! What sealing is told beside its keys, and what a sealed message says and may have changed.

use std::time::{SystemTime, UNIX_EPOCH};

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use sealwax::crypto::Provider;
use sealwax::memory::Protection;
use sealwax::seal::{Context, Header, Identity, KeyRef, Opener, Recipient, Retention, Rewrapper, Sealer, Stanza};
use sealwax::{Timestamp, json};

use crate::error;
use crate::input::Given;
use crate::key::{Key, SigningKey, VerifyingKey};

/// On what terms a message is sealed: stored pairs, retention class, the end of retention, bucket, key epoch, whether its
/// recipients are protected, how many threads may share the work, whether headers name nobody, whether it is padded, and who
/// signs it.
#[derive(FromPyObject)]
pub(crate) struct Terms<'py>(
    Given<'py>,
    Given<'py>,
    Given<'py>,
    Given<'py>,
    Given<'py>,
    Given<'py>,
    Given<'py>,
    Given<'py>,
    Given<'py>,
    Given<'py>,
);

impl Terms<'_> {
    pub(crate) fn apply(&self, sealer: Sealer) -> PyResult<Sealer> {
        let Self(stored, class, not_after, bucket, key_epoch, protected, threads, _, padded, sign) = self;
        let stored = Context::from_pairs(stored.pairs("stored")?).map_err(error::context)?;
        let not_after = not_after.optional();
        let not_after = not_after
            .map(|end| end.number("not_after", i64::MIN..=i64::MAX))
            .transpose()?;
        let mut sealer = sealer
            .stored(stored)
            .retention(Retention {
                class: class.text("retention")?.into(),
                not_after: not_after.map(Timestamp::from_millis),
            })
            .key_epoch(key_epoch.number("key_epoch", 0..=u32::MAX)?)
            .threads(self::threads(threads)?);
        if let Some(bucket) = bucket.optional() {
            sealer = sealer.bucket(bucket.text("bucket")?).map_err(error::seal)?;
        }
        if !protected.flag("protect_recipients")? {
            sealer = sealer.leave_recipients_open();
        }
        if padded.flag("padded")? {
            sealer = sealer.padded();
        }
        if let Some(key) = sign.optional() {
            sealer = sealer.sign(&key.own::<SigningKey>("sign", "a SigningKey")?.get().0);
        }
        Ok(sealer)
    }

    /// The same sealer for `recipients`, whom headers name or not.
    pub(crate) fn seal_for(&self, sealer: Sealer, recipients: impl Iterator<Item = Recipient>) -> PyResult<Sealer> {
        let sealer = recipients.fold(sealer, Sealer::recipient);
        if self.7.flag("anonymous")? {
            return sealer.anonymous().map_err(error::seal);
        }
        Ok(sealer)
    }
}

/// What opens a message: keys, the context that was supplied, whether also past its retention, and who must have signed it.
#[derive(FromPyObject)]
pub(crate) struct Access<'py>(Given<'py>, Given<'py>, Given<'py>, Given<'py>);

impl Access<'_> {
    pub(crate) fn opener(&self, provider: Provider) -> PyResult<Opener> {
        let Self(keys, context, past_retention, senders) = self;
        let keys = keys.keys("keys")?;
        let context = Context::from_pairs(context.pairs("context")?).map_err(error::context)?;
        let mut opener = Opener::new(provider).supplied(context);
        opener = if past_retention.flag("past_retention")? {
            opener.past_retention()
        } else {
            opener.clock(now)
        };
        if let Some(senders) = senders.optional() {
            let senders = senders.items("senders", SENDERS)?;
            if senders.is_empty() {
                return Err(error::argument(
                    "`senders` names nobody: leave it out to open what anybody sealed",
                ));
            }
            for sender in senders {
                opener = opener.sender(sender.own::<VerifyingKey>("senders", SENDERS)?.get().0);
            }
        }
        Ok(keys.iter().filter_map(Key::identity).fold(opener, Opener::identity))
    }
}

const SENDERS: &str = "a collection of VerifyingKey";

/// The time of this machine; one without a clock opens no message that has an end.
fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok();
    let millis = since.and_then(|since| i64::try_from(since.as_millis()).ok());
    Timestamp::from_millis(millis.unwrap_or(i64::MAX))
}

/// Who shall open a message: keys that open it now, keys that are added, those of a legal hold, names of keys that go, and
/// whether all others go.
#[derive(FromPyObject)]
pub(crate) struct Change<'py>(Given<'py>, Given<'py>, Given<'py>, Given<'py>, Given<'py>);

impl Change<'_> {
    pub(crate) fn apply(&self, rewrapper: Rewrapper) -> PyResult<Rewrapper> {
        let Self(keys, add, hold, remove, replace_all) = self;
        let keys = keys.keys("keys")?;
        let mut rewrapper = keys
            .iter()
            .filter_map(Key::identity)
            .fold(rewrapper, Rewrapper::identity);
        for key in add.keys("add")? {
            rewrapper = rewrapper.recipient(key.recipient()?);
        }
        for key in hold.keys("hold")? {
            rewrapper = rewrapper.hold(key.recipient()?);
        }
        for name in remove.texts("remove")? {
            rewrapper = rewrapper.remove(name.parse::<KeyRef>().map_err(error::key_name)?);
        }
        Ok(if replace_all.flag("replace_all")? {
            rewrapper.replace_all()
        } else {
            rewrapper
        })
    }
}

/// How many threads may share the work on one message.
pub(crate) fn threads(count: &Given<'_>) -> PyResult<usize> {
    count.number("threads", 0..=usize::MAX)
}

/// A new header, where the body begins in the old message, and whether anything was changed.
pub(crate) fn rewrap(
    py: Python<'_>,
    rewrapper: &Rewrapper,
    sealed: &[u8],
    body: Option<&[u8]>,
) -> PyResult<(Py<PyBytes>, usize, bool)> {
    let change = match body {
        Some(body) => rewrapper.rewrap_detached(sealed, body),
        None => rewrapper.rewrap(sealed),
    };
    let change = change.map_err(error::rewrap)?;
    let header = PyBytes::new(py, &change.header).unbind();
    Ok((header, change.old_len, change.changed))
}

/// What a header says in clear, as JSON, and its length.
#[pyfunction]
#[pyo3(signature = (sealed, /))]
pub(crate) fn header(sealed: Given<'_>) -> PyResult<(String, usize)> {
    let sealed = sealed.bytes("sealed")?;
    let header = Header::parse(&sealed).map_err(error::header)?;
    let mut body: &[u8] = &sealed;
    let len = Header::take_from(&mut body)
        .map(|header| header.len())
        .unwrap_or_default();
    Ok((json::header(&header, body.len() as u64), len))
}

/// The places of the stanzas that still open a message after `keys` are gone.
pub(crate) fn survivors(provider: Provider, sealed: &[u8], keys: &[Key<'_>]) -> PyResult<Vec<usize>> {
    let header = Header::parse(sealed).map_err(error::header)?;
    let destroyed: Vec<Identity> = keys.iter().filter_map(Key::identity).collect();
    let survivors: Vec<&Stanza> = header.survivors(provider, &destroyed).collect();
    let left = (0..)
        .zip(header.stanzas())
        .filter(|(_, stanza)| survivors.contains(stanza));
    Ok(left.map(|(place, _)| place).collect())
}

/// Whether memory is locked and core dumps are switched off.
#[pyfunction]
pub(crate) fn protect_memory() -> (bool, bool) {
    let granted = Protection::ask();
    (granted.locked, granted.no_dumps)
}
