//! Sets of suites that a policy asks for.

use super::named::named;
use super::{BlockMode, Protocol, Suite, Tier};

named! {
    /// Which suites will do. The order is the meaning: each admits no more than the one before it.
    pub enum Mode {
        /// Every suite.
        Any => "any",
        /// The 70 suites of NIST SP 800-52r2.
        Nist => "tls12-nist",
        /// The 9 of them with authenticated encryption, a full tag, and a key exchange that RFC 10015 leaves.
        ForwardSecretAead => "forward-secret-aead",
        /// Those of them with AES-256.
        Aes256 => "aes256-only",
    }
}

impl Mode {
    /// Whether `suite` will do.
    ///
    /// ```
    /// # use sealwax::tls::{Mode, Suite};
    /// let suite = Suite::by_name("AES256-SHA").unwrap();
    /// assert!(Mode::Nist.admits(suite) && !Mode::ForwardSecretAead.admits(suite));
    /// assert_eq!(Suite::all().filter(|suite| Mode::ForwardSecretAead.admits(*suite)).count(), 9);
    /// ```
    #[must_use]
    pub fn admits(self, suite: Suite) -> bool {
        match self {
            Self::Any => true,
            Self::Nist => suite.is_nist(),
            Self::ForwardSecretAead => suite.is_nist() && is_modern(suite),
            Self::Aes256 => suite.is_nist() && is_modern(suite) && suite.is_aes256(),
        }
    }

    /// The lowest protocol version that goes with it.
    #[must_use]
    pub fn lowest_protocol(self) -> Protocol {
        match self {
            Self::Any => Protocol::Ssl2,
            Self::Nist | Self::ForwardSecretAead | Self::Aes256 => Protocol::Tls12,
        }
    }

    /// The suites that will do, the strongest first: higher versions, then higher tiers, then GCM before CCM.
    #[must_use]
    pub fn suites(self) -> Vec<Suite> {
        let mut suites: Vec<Suite> = Suite::all()
            .filter(|suite| !suite.is_signal() && self.admits(*suite))
            .collect();
        suites.sort_by_key(|suite| {
            let tier: Tier = suite.verdict().tier;
            std::cmp::Reverse((suite.highest(), tier, suite.mode() == BlockMode::Gcm))
        });
        suites
    }
}

fn is_modern(suite: Suite) -> bool {
    suite.is_aead() && suite.is_forward_secret() && !suite.is_deprecated() && suite.mode() != BlockMode::Ccm8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mode_admits_no_more_than_the_one_before() {
        for suite in Suite::all() {
            for pair in Mode::ALL.windows(2) {
                assert!(pair[0].admits(suite) || !pair[1].admits(suite), "{suite}");
            }
        }
    }

    #[test]
    fn aes256_only_is_four_suites() {
        let names: Vec<&str> = Mode::Aes256.suites().into_iter().map(Suite::iana).collect();
        assert_eq!(
            names,
            [
                "TLS_AES_256_GCM_SHA384",
                "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
                "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
                "TLS_ECDHE_ECDSA_WITH_AES_256_CCM",
            ]
        );
    }
}
