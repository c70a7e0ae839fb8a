//! Recipient lists that a stranger made, sealed so that everything but the stanzas is right.

use std::sync::OnceLock;

use zeroize::Zeroizing;

use super::script::Script;
use super::seal::holds_when_changed;
use super::settled::{CHANCE, settled};
use crate::crypto::{KEY_LEN, Provider, sha256};
use crate::seal::forged::{Parts, stanza};
use crate::seal::{
    Certificate, Context, Header, Identity, KeyExchange, KeyProvider, KeyProviderError, KeyRef, KeyService, LinkSecret,
    LocalKey, OpenErrorKind, Opener, Recipient, RsaSecretKey, Sealer, SecretKey, Stanza,
};

/// Opens and rewraps a message whose stanzas stand in the order that `input` says and are then changed, each byte of them and of
/// the core of the header, with the checks over them computed anew.
///
/// The first byte has flags, the second counts the stanzas that follow by number, the third the edits of the list. The rest
/// edits the core.
///
/// # Panics
///
/// When a message opens to something else than its text, the ways to open it differ, an error says more than that it is closed,
/// or a genuine stanza does not open a message because others stand beside it.
pub fn stanzas(input: &[u8]) {
    static CASE: OnceLock<Option<Case>> = OnceLock::new();
    let Some(case) = CASE.get_or_init(Case::new) else {
        return;
    };
    let mut script = Script::new(input);
    let flags = script.byte();
    let is_supplied = flags & SUPPLIED != 0;
    let supplied = if is_supplied {
        &case.supplied
    } else {
        &Context::default()
    };
    let whole = if is_supplied { &case.bound } else { &case.free };
    let mut parts = whole.clone();
    parts.list = case.list(&mut script);
    for _ in 0..script.byte() % MOST_EDITS {
        script.edit(&mut parts.list);
    }
    while !script.is_empty() {
        script.edit(&mut parts.core);
        parts.fit();
    }
    let Ok(sealed) = parts.seal(settled(), &DATA_KEY, supplied, PLAIN) else {
        return;
    };
    let opened = open(case, &sealed, supplied, flags);
    let is_read = Parts::of(&sealed).is_some_and(|read| read == parts); // else what was sealed is not what it says
    let genuine = is_read && parts.core == whole.core && case.holds_genuine(&sealed);
    assert!(opened || !genuine, "a stanza hides another");
    if is_supplied && parts.core == whole.core {
        let without = case.opener(settled()).open(&sealed);
        assert!(without.is_err(), "the context was not asked for");
    }
    if flags & LEFT_AS_IT_IS == 0 {
        let supplied = is_supplied.then(|| supplied.clone());
        holds_when_changed(&sealed, &case.identities, supplied.as_ref());
    }
}

/// Opens a message in every way, with every provider or with one; says whether it opens.
fn open(case: &Case, sealed: &[u8], supplied: &Context, flags: usize) -> bool {
    let providers = if flags & EVERY_PROVIDER != 0 {
        Provider::all()
    } else {
        vec![settled()]
    };
    let mut answers = providers.into_iter().map(|provider| {
        let opener = case.opener(provider).supplied(supplied.clone());
        let whole = opener.open(sealed);
        let kind = whole.as_ref().err().map(crate::seal::OpenError::kind);
        assert!(
            kind.is_none_or(|kind| kind == OpenErrorKind::Closed),
            "only a retention is named"
        );
        let whole = whole.ok();
        assert!(whole.as_ref().is_none_or(|whole| ***whole == *PLAIN), "another text");
        let mut copy = sealed.to_vec();
        assert_eq!(opener.open_in_place(&mut copy).is_ok(), whole.is_some());
        whole.is_some()
    });
    let first = answers.next().unwrap_or_default();
    assert!(answers.all(|answer| answer == first), "the providers differ");
    first
}

/// What every input shares.
struct Case {
    identities: Vec<Identity>,
    /// One stanza of each kind, then one of each that holds another data key, and one of a kind that nobody knows.
    stanzas: Vec<Vec<u8>>,
    genuine: Vec<Stanza>,
    supplied: Context,
    /// A message without a supplied context, and one with.
    free: Parts,
    bound: Parts,
}

impl Case {
    fn new() -> Option<Self> {
        let (recipients, identities) = everybody()?;
        let wrapped = |data_key: [u8; KEY_LEN]| {
            let stanzas = recipients
                .iter()
                .map(move |recipient| stanza(recipient, settled(), [CHANCE; 16], data_key));
            stanzas.collect::<Option<Vec<_>>>()
        };
        let (genuine, forged) = (wrapped(DATA_KEY)?, wrapped([1; KEY_LEN])?);
        let other = [&[0xff, 0xff, 1, b'x', 0, 0, 0, 0, 0, 0, 3][..], b"new"].concat();
        let supplied = Context::from_pairs([("message-id", "<1@clinic.example>")]).ok()?;
        let sealer = recipients.iter().fold(Sealer::new(settled()), Sealer::recipient);
        let free = sealer.seal(PLAIN).ok()?;
        let bound = sealer.supplied(supplied.clone()).seal(PLAIN).ok()?;
        Some(Self {
            identities,
            genuine: genuine_stanzas(&genuine, &free)?,
            stanzas: [genuine, forged, vec![other]].concat(),
            supplied,
            free: Parts::of(&free)?,
            bound: Parts::of(&bound)?,
        })
    }

    /// As many stanzas as a byte says, each by its number.
    fn list(&self, script: &mut Script<'_>) -> Vec<u8> {
        let count = script.byte() % MOST_STANZAS;
        let numbers = script.take(count);
        let chosen = numbers
            .iter()
            .filter_map(|number| self.stanzas.get(usize::from(*number).checked_rem(self.stanzas.len())?));
        list_of(chosen)
    }

    fn opener(&self, provider: Provider) -> Opener {
        let opener = Opener::new(provider).past_retention();
        self.identities.iter().fold(opener, Opener::identity)
    }

    /// Whether a stanza that a sealer made stands in the message, as it was made.
    fn holds_genuine(&self, sealed: &[u8]) -> bool {
        let header = Header::parse(sealed);
        header.is_ok_and(|header| {
            let few = header.stanzas().len() <= crate::seal::MAX_TRIED_STANZAS;
            few && header.stanzas().iter().any(|stanza| self.genuine.contains(stanza))
        })
    }
}

/// The stanzas of these bytes, read from a message that holds nothing else.
fn genuine_stanzas(stanzas: &[Vec<u8>], message: &[u8]) -> Option<Vec<Stanza>> {
    let parts = Parts {
        list: list_of(stanzas.iter()),
        ..Parts::of(message)?
    };
    let sealed = parts.seal(settled(), &DATA_KEY, &Context::default(), PLAIN).ok()?;
    Some(Header::parse(&sealed).ok()?.stanzas().to_vec())
}

fn list_of<'a>(stanzas: impl Iterator<Item = &'a Vec<u8>>) -> Vec<u8> {
    let (count, bytes) = stanzas.fold((0_u16, Vec::new()), |(count, mut bytes), stanza| {
        bytes.extend_from_slice(stanza);
        (count.saturating_add(1), bytes)
    });
    [count.to_be_bytes().as_slice(), &bytes].concat()
}

/// A recipient of each kind but a passphrase, which stands alone and is slow on purpose; and what opens for each.
fn everybody() -> Option<(Vec<Recipient>, Vec<Identity>)> {
    let (mut recipients, mut identities) = (Vec::<Recipient>::new(), Vec::<Identity>::new());
    for exchange in KeyExchange::ALL {
        let secret = SecretKey::from_bytes(exchange, &vec![7; exchange.secret_len()]).ok()?;
        recipients.push(secret.public().into());
        identities.push(secret.into());
    }
    let (local, link) = (
        LocalKey::from_bytes(&[7; KEY_LEN]),
        LinkSecret::from_bytes(&[7; KEY_LEN]),
    );
    let service = KeyService::new(Service(KeyRef::new("kms", "key", 1).ok()?));
    let certificate = Certificate::from_pem(super::RSA_CERTIFICATE).ok()?;
    let secret = RsaSecretKey::from_pem(super::RSA_KEY).ok()?;
    recipients.extend([(&local).into(), (&link).into(), (&service).into(), certificate.into()]);
    identities.extend([local.into(), link.into(), service.into(), secret.into()]);
    Some((recipients, identities))
}

/// A key service that answers from its own memory. It opens every version of its key.
struct Service(KeyRef);

impl Service {
    fn mask(binding: &[u8], data_key: &[u8; KEY_LEN]) -> [u8; KEY_LEN] {
        let mut masked = sha256(&[b"service", binding]);
        masked.iter_mut().zip(data_key).for_each(|(to, from)| *to ^= from);
        masked
    }
}

impl KeyProvider for Service {
    fn key_ref(&self) -> &KeyRef {
        &self.0
    }

    fn opens(&self, key_ref: &KeyRef) -> bool {
        (key_ref.provider(), key_ref.id()) == (self.0.provider(), self.0.id())
    }

    fn wrap(&self, binding: &[u8], data_key: &[u8; KEY_LEN]) -> Result<Vec<u8>, KeyProviderError> {
        Ok(Self::mask(binding, data_key).to_vec())
    }

    fn unwrap(&self, _: &KeyRef, binding: &[u8], wrapped: &[u8]) -> Result<Zeroizing<[u8; KEY_LEN]>, KeyProviderError> {
        let wrapped = wrapped.try_into().map_err(|_| KeyProviderError)?;
        Ok(Zeroizing::new(Self::mask(binding, wrapped)))
    }
}

const PLAIN: &[u8] = b"MRN 12345678, HbA1c 9.1";
/// The data key that [`settled`] draws.
const DATA_KEY: [u8; KEY_LEN] = [CHANCE; KEY_LEN];
/// Flag: a context was supplied.
const SUPPLIED: usize = 1;
/// Flag: every provider opens, which takes three times as long.
const EVERY_PROVIDER: usize = 2;
/// Flag: the message is not rewrapped, which takes several times as long as opening it.
const LEFT_AS_IT_IS: usize = 4;
const MOST_STANZAS: usize = 12;
const MOST_EDITS: usize = 6;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stanza_of_each_kind_opens_alone_and_behind_one_that_holds_another_key() {
        let case = Case::new().unwrap();
        let kinds = case.genuine.len();
        assert_eq!(case.stanzas.len(), 2 * kinds + 1);
        for number in 0..kinds {
            for order in [vec![number], vec![number + kinds, number]] {
                let list = list_of(order.iter().map(|number| &case.stanzas[*number]));
                let parts = Parts {
                    list,
                    ..case.free.clone()
                };
                let sealed = parts.seal(settled(), &DATA_KEY, &Context::default(), PLAIN).unwrap();
                assert!(open(&case, &sealed, &Context::default(), EVERY_PROVIDER), "{order:?}");
                assert!(case.holds_genuine(&sealed));
            }
        }
    }
}
