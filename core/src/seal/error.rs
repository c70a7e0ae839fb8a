//! What can go wrong when a message is sealed or opened, or a key is read.

use std::fmt;

/// The sealed message does not open.
///
/// One error for everything: no key that fits, a changed, cut or extended message, a wrong or absent context. Whoever
/// forges messages learns nothing from it. Only of a message whose header is proved it is said that its retention has ended,
/// which stands in clear there, and of one that is proved as a whole that another sender signed it, or none.
#[derive(Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
pub struct OpenError {
    kind: OpenErrorKind,
}

impl OpenError {
    pub(super) const CLOSED: Self = Self::new(OpenErrorKind::Closed);

    pub(super) const fn new(kind: OpenErrorKind) -> Self {
        Self { kind }
    }

    /// Why, as far as it may be said.
    pub fn kind(&self) -> OpenErrorKind {
        self.kind
    }
}

/// Why a message does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenErrorKind {
    /// No key opens it, or it is not what was sealed, or the context is not that of the sealing.
    #[error("the sealed message does not open with these keys and this context")]
    Closed,
    /// It was to be destroyed by now.
    #[error("the sealed message was to be destroyed by now, and is opened only past its retention")]
    Ended,
    /// It opens, but none of the senders that were asked for signed it ([`Opener::sender`](super::Opener::sender)); or a part of it
    /// was asked for, which proves no sender.
    #[error("none of the senders that were asked for signed the sealed message")]
    Sender,
    /// It is to be destroyed some day, and nobody told the opener the time ([`Opener::at`](super::Opener::at)).
    #[error("the sealed message is to be destroyed at a time, and the time now is not known")]
    Untimed,
}

impl fmt::Debug for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            OpenErrorKind::Closed => f.write_str("OpenError"),
            kind => write!(f, "OpenError({kind:?})"),
        }
    }
}

/// A message could not be sealed. Nothing of it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
pub struct SealError {
    kind: SealErrorKind,
}

impl SealError {
    pub(super) const fn new(kind: SealErrorKind) -> Self {
        Self { kind }
    }

    /// What went wrong.
    pub fn kind(&self) -> SealErrorKind {
        self.kind
    }
}

/// What went wrong when a message was sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealErrorKind {
    /// A recipient's key is not that of the bucket.
    #[error("a message in a bucket has no recipient but the keys of the bucket")]
    Bucket,
    /// Stored and supplied context share a name, or together they are too long.
    #[error(
        "stored and supplied context must share no name and stay within {} bytes",
        super::MAX_CONTEXT_LEN
    )]
    Context,
    /// The provider failed, or the system gave no randomness.
    #[error("the crypto provider failed")]
    Crypto,
    /// A key service refused, could not be reached, or returned more than it had announced.
    #[error("the key service refused or could not be reached")]
    KeyProvider,
    /// The message is longer than a body can be (4 PiB) or than this machine can address.
    #[error("the message is too long to be sealed")]
    MessageTooLong,
    /// A key service or token is asked by the name of its key, so that its recipient cannot be anonymous.
    #[error("a key service is asked by the name of its key, which therefore stands in the header")]
    Named,
    /// A key shall be taken away by its name, and a stanza without a name may be for it.
    #[error("the message has recipients whom it does not name; take all away, and add those who stay")]
    Unnamed,
    /// Nobody could open the message.
    #[error("a sealed message needs at least one recipient")]
    NoRecipient,
    /// A passphrase shall be the only recipient of its message.
    #[error("a message sealed under a passphrase has no other recipient")]
    PassphraseNotAlone,
    /// The cost of the passphrase is over the limit, or not one that Argon2id has.
    #[error("the cost of the passphrase is not allowed")]
    PassphraseCost,
    /// The list of recipients is protected, and shall be changed by somebody who has no data key.
    #[error(
        "the list of recipients is protected: it is changed with a key that opens the message, and by nothing else"
    )]
    Protected,
    /// The name of the retention class is too long or holds a control character.
    #[error(
        "a retention class has at most {} bytes and no control characters",
        super::MAX_RETENTION_CLASS_LEN
    )]
    RetentionClass,
    /// The caller's buffer has fewer bytes than the sealed message.
    #[error("the buffer is too short: {needed} bytes are needed")]
    ShortBuffer {
        /// The bytes that the sealed message has.
        needed: usize,
    },
    /// The provider allows nothing that is computed outside of its validated module: no X25519, P-256, P-384, X-Wing,
    /// Argon2id or Ed25519.
    #[error(
        "the crypto provider allows no recipient and no sender whose key is computed outside of its validated module"
    )]
    OutsideModule,
    /// More recipients than a header may have.
    #[error("a sealed message has at most {} recipients", super::MAX_STANZAS)]
    TooManyRecipients,
}

/// A key is not written as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub struct KeyError {
    kind: KeyErrorKind,
    line: usize,
    column: usize,
}

impl KeyError {
    pub(super) const fn new(kind: KeyErrorKind, column: usize) -> Self {
        Self { kind, line: 1, column }
    }

    /// The same error in this line of a file.
    #[cfg(any(feature = "aws-lc", feature = "aws-lc-fips", feature = "hpke"))]
    pub(super) const fn on(self, line: usize) -> Self {
        Self { line, ..self }
    }

    /// What is wrong with the key.
    pub fn kind(&self) -> KeyErrorKind {
        self.kind
    }

    /// The line, from 1, where the key or the certificate begins in a file of several in PEM; else 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The place, counted in characters from 1.
    pub fn column(&self) -> usize {
        self.column
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, line, column } = self;
        match line {
            _ if !kind.is_of_file() => write!(f, "{kind} (column {column})"),
            1 => kind.fmt(f),
            line => write!(f, "{kind} (line {line})"),
        }
    }
}

/// What is wrong with the text of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyErrorKind {
    /// A character that no key has, or capital and small letters mixed.
    #[error("a key has no such character here")]
    Character,
    /// The check at the end does not fit the rest: a typing error.
    #[error("the check at the end of the key does not fit: it was mistyped or cut")]
    Checksum,
    /// A passphrase without a character: anybody would guess it.
    #[error("the passphrase is empty")]
    Empty,
    /// The key file is encrypted, and no passphrase was given.
    #[error("this is encrypted: its passphrase is needed")]
    Encrypted,
    /// What was found is of another form, or holds another kind of key, than can be used here.
    #[cfg(any(feature = "aws-lc", feature = "aws-lc-fips", feature = "hpke"))]
    #[error("this is {_0}: {}", _0.next_step())]
    Form(super::KeyForm),
    /// The key has too few or too many characters.
    #[error("the key has the wrong length")]
    Length,
    /// The text does not begin as this type of key does.
    #[error("expected a key that begins with `{expected}`")]
    Type {
        /// How a key of this type begins.
        expected: &'static str,
    },
    /// The check fits, but the value is not a key of this type.
    #[error("this is not a key of its type")]
    Value,
    /// The passphrase does not open the key file, or the file was changed.
    #[error("the passphrase does not fit, or the file was changed")]
    WrongPassphrase,
}

impl KeyErrorKind {
    /// Whether a whole file is meant, where a column would say nothing.
    fn is_of_file(self) -> bool {
        match self {
            Self::Encrypted | Self::WrongPassphrase => true,
            #[cfg(any(feature = "aws-lc", feature = "aws-lc-fips", feature = "hpke"))]
            Self::Form(_) => true,
            _ => false,
        }
    }
}

#[cfg(any(feature = "aws-lc", feature = "aws-lc-fips", feature = "hpke"))]
impl From<super::KeyForm> for KeyErrorKind {
    fn from(form: super::KeyForm) -> Self {
        Self::Form(form)
    }
}
