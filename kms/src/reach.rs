//! How a key service is reached, and how long that may take.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use ureq::tls::{Certificate, PemItem, RootCerts, parse_pem};

use crate::error::{KmsError, KmsErrorKind, Report};

/// How a service is reached: how long a call may take, how often it is tried, which certificates are trusted, and who is
/// told of failures. Every service takes one.
///
/// ```
/// use sealwax_kms::Reach;
/// use std::time::Duration;
/// let reach = Reach::default().timeout(Duration::from_secs(2)).attempts(5).report(|error| eprintln!("{error}"));
/// # let _ = reach;
/// ```
#[derive(Clone, Debug)]
pub struct Reach {
    pub(crate) address: Option<String>,
    pub(crate) timeout: Duration,
    pub(crate) attempts: u32,
    pub(crate) pause: Duration,
    pub(crate) roots: Roots,
    pub(crate) report: Report,
}

impl Reach {
    /// Asks this address instead of the service's own: an endpoint of a private network or a validated one, or an
    /// emulator. It must be `https`, or `http` to `localhost`, `127.0.0.0/8` or `[::1]`.
    #[must_use]
    pub fn address(self, address: &str) -> Self {
        Self {
            address: Some(address.to_owned()),
            ..self
        }
    }

    /// The most that one call may take, with all its attempts and the pauses between them; 10 seconds unless set.
    #[must_use]
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// How often a request is sent at most while the service says that it is asked too often (HTTP 429), or that it
    /// failed itself (5xx); 3 unless set, 1 at least. Nothing else is tried again.
    #[must_use]
    pub fn attempts(self, attempts: u32) -> Self {
        Self { attempts, ..self }
    }

    /// The pause before the second attempt; it doubles with each further one up to 2 seconds, and up to half of it is left
    /// away by chance. 100 milliseconds unless set. A service that names a longer pause itself is obeyed, as far as the time allows.
    #[must_use]
    pub fn pause(self, pause: Duration) -> Self {
        Self { pause, ..self }
    }

    /// Trusts the certificates in this PEM, and those of the system no more: for a service with an authority of its own.
    ///
    /// # Errors
    ///
    /// [`KmsErrorKind::Roots`] when the text holds none, or one that cannot be read.
    pub fn trust_only(self, pem: &[u8]) -> Result<Self, KmsErrorKind> {
        let mut certificates = Vec::new();
        for item in parse_pem(pem) {
            match item.map_err(|_| KmsErrorKind::Roots)? {
                PemItem::Certificate(certificate) => certificates.push(certificate),
                _ => return Err(KmsErrorKind::Roots),
            }
        }
        if certificates.is_empty() {
            return Err(KmsErrorKind::Roots);
        }
        let roots = Roots::Given(Arc::new(certificates));
        Ok(Self { roots, ..self })
    }

    /// Tells `listener` of each failure, on the thread that seals or opens. A message that does not open says no reason; this
    /// does.
    #[must_use]
    pub fn report(self, listener: impl Fn(&KmsError) + Send + Sync + 'static) -> Self {
        Self {
            report: Report::to(listener),
            ..self
        }
    }
}

impl Default for Reach {
    fn default() -> Self {
        Self {
            address: None,
            timeout: Duration::from_secs(10),
            attempts: 3,
            pause: Duration::from_millis(100),
            roots: Roots::System,
            report: Report::default(),
        }
    }
}

/// Which authorities are trusted.
#[derive(Clone)]
pub(crate) enum Roots {
    Given(Arc<Vec<Certificate<'static>>>),
    System,
}

impl Roots {
    /// The certificates; those of the system are read now.
    pub(crate) fn load(&self) -> RootCerts {
        match self {
            Self::Given(certificates) => RootCerts::Specific(Arc::clone(certificates)),
            Self::System => {
                let found = rustls_native_certs::load_native_certs().certs;
                let certificates = found.iter().map(|der| Certificate::from_der(der).to_owned());
                RootCerts::Specific(Arc::new(certificates.collect()))
            }
        }
    }
}

impl fmt::Debug for Roots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given(certificates) => write!(f, "{} given", certificates.len()),
            Self::System => f.write_str("of the system"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certificates_to_trust_are_certificates() {
        let key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
        for pem in ["", "no PEM", key, "-----BEGIN CERTIFICATE-----\n"] {
            let refused = Reach::default().trust_only(pem.as_bytes());
            assert_eq!(refused.map(drop), Err(KmsErrorKind::Roots), "{pem}");
        }
        let pem = include_bytes!("../../testdata/sealed/p256.crt");
        let reach = Reach::default().trust_only(pem).unwrap();
        assert!(format!("{reach:?}").contains("1 given"));
    }
}
