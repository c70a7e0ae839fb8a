//! What a service is shown so that it lets the host in.

use std::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::error::KmsErrorKind;

/// A text that is wiped when dropped and that `Debug` does not show: a token, or the secret of an access key.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the text over.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text, if it can stand in a request: ASCII that is seen, and something.
    pub(crate) fn text(&self) -> Result<&str, KmsErrorKind> {
        let fits = !self.0.is_empty() && self.0.bytes().all(|byte| byte.is_ascii_graphic());
        fits.then_some(self.0.as_str()).ok_or(KmsErrorKind::Credentials)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// Where credentials come from: a value, or a callback for those that expire. `Debug` shows neither.
///
/// ```
/// use sealwax_kms::{Secret, Supply};
/// let fixed = Supply::from(Secret::new("s.token"));
/// let renewed = Supply::by(|| std::fs::read_to_string("/run/secrets/token").ok().map(Secret::from));
/// assert_eq!(format!("{fixed:?} {renewed:?}"), "Supply Supply");
/// ```
#[derive(Clone)]
pub struct Supply<T>(Arc<dyn Fn() -> Option<T> + Send + Sync>);

impl<T> Supply<T> {
    /// Asks `callback` before each request, on the thread that seals or opens; `None` fails the call. It is the callback
    /// that keeps what it fetched, and knows when to fetch again.
    pub fn by(callback: impl Fn() -> Option<T> + Send + Sync + 'static) -> Self {
        Self(Arc::new(callback))
    }

    pub(crate) fn get(&self) -> Result<T, KmsErrorKind> {
        (self.0)().ok_or(KmsErrorKind::Credentials)
    }
}

impl<T: Clone + Send + Sync + 'static> From<T> for Supply<T> {
    fn from(value: T) -> Self {
        Self::by(move || Some(value.clone()))
    }
}

impl<T> fmt::Debug for Supply<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Supply")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_break_a_request_is_no_secret_that_is_sent() {
        for text in ["", "two words", "line\r\nx-other: 1", "\u{e9}"] {
            assert_eq!(Secret::new(text).text(), Err(KmsErrorKind::Credentials), "{text:?}");
        }
        assert_eq!(Secret::new("s.Token/+=").text(), Ok("s.Token/+="));
        assert_eq!(format!("{:?}", Secret::new("CANARY")), "Secret");
    }
}
