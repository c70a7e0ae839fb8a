//! The shape of a sealed message's header.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::Timestamp;
use crate::seal::Header;

/// What the header of a sealed message says in clear, as one line of JSON; `body_len` bytes follow the header.
///
/// ```
/// # #[cfg(feature = "ring")] {
/// # use sealwax::{crypto::Provider, json};
/// # use sealwax::seal::{Header, LocalKey, Sealer};
/// let key = LocalKey::generate(Provider::ring())?;
/// let (header, body) = Sealer::new(Provider::ring()).recipient(&key).seal_detached(b"labs")?;
/// let text = json::header(&Header::parse(&header)?, body.len() as u64);
/// assert!(text.contains(r#""needs_context":false"#) && text.contains(r#""message_bytes":4"#));
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn header(header: &Header, body_len: u64) -> String {
    let recipient = |stanza: &crate::seal::Stanza| Recipient {
        kind: stanza.kind().to_string(),
        key: stanza.key_ref().to_string(),
        id: stanza.key_ref().id().to_owned(),
    };
    super::line(&Shape {
        sealed_id: header.sealed_id().to_string(),
        digest: header.digest().to_string(),
        key_epoch: header.key_epoch(),
        retention: Retention {
            class: &header.retention().class,
            not_after: header.retention().not_after,
        },
        bucket: header.bucket(),
        context: header.stored_context().pairs().collect(),
        needs_context: header.needs_context(),
        recipients: header.stanzas().iter().map(recipient).collect(),
        recipients_protected: header.has_stanza_mac(),
        signed: header.is_signed(),
        padded: header.is_padded(),
        message_bytes: header.content_len(body_len),
    })
}

#[derive(Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a field of the shape")]
struct Shape<'a> {
    sealed_id: String,
    digest: String,
    key_epoch: u32,
    retention: Retention<'a>,
    bucket: Option<&'a str>,
    context: BTreeMap<&'a str, &'a str>,
    needs_context: bool,
    recipients: Vec<Recipient>,
    recipients_protected: bool,
    signed: bool,
    padded: bool,
    message_bytes: Option<u64>,
}

#[derive(Serialize)]
struct Retention<'a> {
    class: &'a str,
    not_after: Option<Timestamp>,
}

#[derive(Serialize)]
struct Recipient {
    kind: String,
    key: String,
    id: String,
}
