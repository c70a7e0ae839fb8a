//! What a suite is worth.

use std::fmt;

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use super::named::named;
use super::remark::{Remark, Remarks};
use super::{Cipher, Suite};

named! {
    /// What a suite is worth, all in all. The order is the meaning.
    pub enum Tier {
        /// Gives no protection.
        Broken => "broken",
        /// Protects, but has been prohibited or deprecated.
        Obsolete => "obsolete",
        /// Has known weaknesses that need care.
        Weak => "weak",
        /// Will do.
        Acceptable => "acceptable",
        /// Forward secrecy and authenticated encryption with 128 bits.
        Good => "good",
        /// The same with 256 bits.
        Best => "best",
    }
}

named! {
    /// How strong the cipher is, whatever surrounds it. The order is the meaning.
    pub enum Strength {
        /// No encryption, RC4, 64-bit blocks, or a key below 112 bits.
        Terrible => "terrible",
        /// A key of 128 bits.
        Good128 => "good-128",
        /// A key of 256 bits.
        Good256 => "good-256",
    }
}

named! {
    /// A property that a policy asks for.
    pub enum Flag {
        /// Encryption and integrity are one operation.
        Aead => "aead",
        /// AES with a 256-bit key.
        Aes256 => "aes256",
        /// RFC 10015 deprecates or discourages the key exchange.
        Deprecated => "deprecated",
        /// A key that leaks opens nothing that was recorded.
        ForwardSecret => "forward-secret",
        /// NIST SP 800-52r2 lists it.
        Nist => "nist",
    }
}

impl Flag {
    fn holds(self, suite: Suite) -> bool {
        match self {
            Self::Aead => suite.is_aead(),
            Self::Aes256 => suite.is_aes256(),
            Self::Deprecated => suite.is_deprecated(),
            Self::ForwardSecret => suite.is_forward_secret(),
            Self::Nist => suite.is_nist(),
        }
    }
}

/// What a suite is worth, and why.
///
/// ```
/// # use sealwax::tls::{Flag, Strength, Suite, Tier};
/// let verdict = Suite::by_name("AES256-SHA").unwrap().verdict();
/// assert_eq!((verdict.tier, verdict.strength), (Tier::Obsolete, Strength::Good256));
/// assert!(verdict.has(Flag::Deprecated));
/// assert!(verdict.to_string().contains("RSA key exchange gives no forward secrecy and is deprecated (RFC 10015)"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The suite.
    pub suite: Suite,
    /// All in all.
    pub tier: Tier,
    /// The cipher alone.
    pub strength: Strength,
    /// What speaks for and against it.
    pub remarks: Remarks,
}

impl Verdict {
    /// Whether the suite has this property.
    #[must_use]
    pub fn has(&self, flag: Flag) -> bool {
        flag.holds(self.suite)
    }

    /// The suite's properties.
    pub fn flags(&self) -> impl Iterator<Item = Flag> {
        Flag::ALL.iter().copied().filter(|flag| self.has(*flag))
    }
}

impl fmt::Display for Verdict {
    /// Writes `NAME: tier, strength; reason (citation); ...`, the reasons that weigh most first.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}, {}", self.suite, self.tier, self.strength)?;
        for remark in self.remarks.sorted() {
            write!(f, "; {} ({})", remark.words(), remark.citation())?;
        }
        Ok(())
    }
}

impl Serialize for Verdict {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let reasons: Vec<Reason> = self.remarks.sorted().into_iter().map(Reason::from).collect();
        let mut object = serializer.serialize_struct("Verdict", 6)?;
        object.serialize_field("suite", &self.suite)?;
        object.serialize_field("openssl", &self.suite.openssl())?;
        object.serialize_field("tier", &self.tier)?;
        object.serialize_field("strength", &self.strength)?;
        object.serialize_field("flags", &self.flags().collect::<Vec<_>>())?;
        object.serialize_field("reasons", &reasons)?;
        object.end()
    }
}

/// A remark as JSON shows it.
#[derive(Serialize)]
struct Reason {
    name: &'static str,
    words: &'static str,
    citation: &'static str,
}

impl From<Remark> for Reason {
    fn from(remark: Remark) -> Self {
        Self {
            name: remark.name(),
            words: remark.words(),
            citation: remark.citation(),
        }
    }
}

impl Suite {
    /// What the suite is worth under the default [`Grading`].
    #[must_use]
    pub fn verdict(self) -> Verdict {
        Grading::default().verdict(self)
    }
}

/// Which tier each remark allows at best. The default is [`Remark::ceiling`]; partners that still need older suites
/// raise one by name.
///
/// ```
/// # use sealwax::tls::{Grading, Remark, Suite, Tier};
/// let suite = Suite::by_name("DHE-RSA-AES256-GCM-SHA384").unwrap();
/// assert_eq!(suite.verdict().tier, Tier::Obsolete);
/// let lenient = Grading::default().allow(Remark::FiniteField, Tier::Good);
/// assert_eq!(lenient.verdict(suite).tier, Tier::Good);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grading {
    changed: Vec<(Remark, Tier)>,
}

impl Grading {
    /// The same grading, in which a suite with `remark` reaches at most `ceiling`; what was said of `remark` before no
    /// longer counts.
    #[must_use]
    pub fn allow(mut self, remark: Remark, ceiling: Tier) -> Self {
        self.changed.retain(|(other, _)| *other != remark);
        self.changed.push((remark, ceiling));
        self
    }

    /// What `suite` is worth.
    #[must_use]
    pub fn verdict(&self, suite: Suite) -> Verdict {
        let remarks = Remarks::of(suite);
        Verdict {
            suite,
            tier: remarks
                .iter()
                .map(|remark| self.ceiling(remark))
                .min()
                .unwrap_or(Tier::Best),
            strength: strength(suite),
            remarks,
        }
    }

    pub(super) fn ceiling(&self, remark: Remark) -> Tier {
        let changed = self.changed.iter().find(|(other, _)| *other == remark);
        changed.map_or(remark.ceiling(), |(_, ceiling)| *ceiling)
    }
}

fn strength(suite: Suite) -> Strength {
    let cipher = suite.cipher();
    if suite.bits() < 112 || cipher == Cipher::Rc4 || cipher.has_small_blocks() {
        return Strength::Terrible;
    }
    if suite.bits() >= 256 {
        Strength::Good256
    } else {
        Strength::Good128
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(name: &str) -> Verdict {
        Suite::by_name(name).unwrap().verdict()
    }

    #[test]
    fn each_tier_has_its_suites() {
        for (name, tier, strength) in [
            ("TLS_AES_256_GCM_SHA384", Tier::Best, Strength::Good256),
            ("ECDHE-RSA-AES256-GCM-SHA384", Tier::Best, Strength::Good256),
            ("ECDHE-ECDSA-CHACHA20-POLY1305", Tier::Best, Strength::Good256),
            ("TLS_AES_128_GCM_SHA256", Tier::Good, Strength::Good128),
            ("ECDHE-ECDSA-AES256-CCM8", Tier::Acceptable, Strength::Good256),
            ("ECDHE-RSA-CAMELLIA256-SHA384", Tier::Weak, Strength::Good256),
            ("ECDHE-RSA-AES256-SHA384", Tier::Weak, Strength::Good256),
            ("PSK-AES128-GCM-SHA256", Tier::Weak, Strength::Good128),
            ("DHE-RSA-AES256-GCM-SHA384", Tier::Obsolete, Strength::Good256),
            ("AES128-SHA", Tier::Obsolete, Strength::Good128),
            ("DES-CBC3-SHA", Tier::Obsolete, Strength::Terrible),
            ("RC4-SHA", Tier::Broken, Strength::Terrible),
            ("ADH-AES256-GCM-SHA384", Tier::Broken, Strength::Good256),
            ("NULL-SHA256", Tier::Broken, Strength::Terrible),
            ("EXP-RC4-MD5", Tier::Broken, Strength::Terrible),
            ("TLS_SHA256_SHA256", Tier::Broken, Strength::Terrible),
            ("SSL_CK_DES_192_EDE3_CBC_WITH_MD5", Tier::Broken, Strength::Terrible),
        ] {
            assert_eq!((verdict(name).tier, verdict(name).strength), (tier, strength), "{name}");
        }
    }

    #[test]
    fn the_example_of_the_article_is_static_rsa_cbc_and_sha1() {
        let remarks = verdict("AES256-SHA").remarks;
        for remark in [Remark::StaticRsa, Remark::Cbc, Remark::Sha1] {
            assert!(remarks.contains(remark), "{remark}");
        }
    }

    #[test]
    fn a_verdict_reads_as_json() {
        let json = serde_json::to_value(verdict("TLS_AES_128_GCM_SHA256")).unwrap();
        assert_eq!(json["tier"], "good");
        assert_eq!(json["flags"], serde_json::json!(["aead", "forward-secret", "nist"]));
        assert_eq!(json["reasons"][0]["name"], "128-bit");
    }
}
