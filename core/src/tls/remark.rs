//! What speaks against a suite, in words, with its source and the tier that it allows at best.

use super::named::named;
use super::{Authentication, BlockMode, Cipher, KeyExchange, Mac, Protocol, Suite, Tier};

named! {
    /// Something that speaks against a suite, or the one thing that speaks for it ([`Remark::Clean`]).
    pub enum Remark {
        /// A key of 128 bits; that of 3DES has 168, and an effective length of 112 (RFC 9325, section 4.1).
        Bits128 => "128-bit",
        /// CBC with the MAC inside.
        Cbc => "cbc",
        /// Forward secrecy and authenticated encryption, and nothing against it.
        Clean => "clean",
        /// A DSA certificate.
        Dss => "dss",
        /// Weakened to be exported.
        Export => "export",
        /// Diffie-Hellman over a finite field.
        FiniteField => "finite-field",
        /// HMAC-MD5.
        Md5 => "md5",
        /// No certificate: a password, a shared key, Kerberos.
        NoCertificate => "no-certificate",
        /// A key that leaks opens what was recorded.
        NoForwardSecrecy => "no-forward-secrecy",
        /// Nobody is authenticated.
        NotAuthenticated => "not-authenticated",
        /// Nothing is encrypted.
        NotEncrypted => "not-encrypted",
        /// A cipher that IANA does not recommend.
        RareCipher => "rare-cipher",
        /// RC4.
        Rc4 => "rc4",
        /// HMAC-SHA-1.
        Sha1 => "sha1",
        /// An authentication tag of 64 bits or less.
        ShortTag => "short-tag",
        /// Blocks of 64 bits.
        SmallBlocks => "small-blocks",
        /// Only for SSL 2.0.
        Ssl2 => "ssl2",
        /// A static elliptic-curve key.
        StaticCurve => "static-curve",
        /// The secret is encrypted to the certificate's RSA key.
        StaticRsa => "static-rsa",
        /// IANA never registered it.
        Unregistered => "unregistered",
        /// A key below 112 bits.
        WeakKey => "weak-key",
    }
}

impl Remark {
    /// The remark as a sentence, without a final dot.
    #[must_use]
    pub fn words(self) -> &'static str {
        self.entry().0
    }

    /// Where it is written.
    #[must_use]
    pub fn citation(self) -> &'static str {
        self.entry().1
    }

    /// The highest tier that a suite with this remark reaches, unless a [`Grading`](super::Grading) says otherwise.
    #[must_use]
    pub fn ceiling(self) -> Tier {
        self.entry().2
    }

    fn entry(self) -> (&'static str, &'static str, Tier) {
        match self {
            Self::Bits128 => (
                "a 128-bit key is good, 256 bits are better",
                "NIST SP 800-57 part 1 rev. 5, table 2",
                Tier::Good,
            ),
            Self::Cbc => (
                "CBC with the MAC inside has had padding attacks",
                "RFC 9325, section 4.2",
                Tier::Weak,
            ),
            Self::Clean => (
                "forward secrecy and authenticated encryption",
                "RFC 9325, section 4.2",
                Tier::Best,
            ),
            Self::Dss => (
                "DSA is no longer approved for making signatures",
                "FIPS 186-5, section 1",
                Tier::Obsolete,
            ),
            Self::Export => ("weakened to be exported", "RFC 9325, section 4.1", Tier::Broken),
            Self::FiniteField => (
                "Diffie-Hellman over a finite field is deprecated",
                "RFC 10015",
                Tier::Obsolete,
            ),
            Self::Md5 => (
                "HMAC-MD5 is not for new protocols",
                "RFC 6151, section 2.3",
                Tier::Obsolete,
            ),
            Self::NoCertificate => (
                "no certificate shows who the server is",
                "NIST SP 800-52 rev. 2, appendix C",
                Tier::Acceptable,
            ),
            Self::NoForwardSecrecy => (
                "a key that leaks opens what was recorded before",
                "RFC 9325, section 7.3",
                Tier::Weak,
            ),
            Self::NotAuthenticated => (
                "nobody shows who he is, so anybody can sit between",
                "RFC 5246, appendix F.1.1.1",
                Tier::Broken,
            ),
            Self::NotEncrypted => ("nothing is encrypted", "RFC 9325, section 4.1", Tier::Broken),
            Self::RareCipher => (
                "the cipher is not one that IANA recommends for TLS",
                "RFC 8447, section 8",
                Tier::Acceptable,
            ),
            Self::Rc4 => ("RC4 is broken and prohibited", "RFC 7465", Tier::Broken),
            Self::Sha1 => (
                "HMAC-SHA-1 is still allowed, and NIST retires SHA-1 for every use by the end of 2030",
                "NIST, announcement of 15 December 2022",
                Tier::Weak,
            ),
            Self::ShortTag => (
                "a tag of 64 bits or less is for networks of little bandwidth",
                "RFC 6655, section 1",
                Tier::Acceptable,
            ),
            Self::SmallBlocks => (
                "64-bit blocks leak after some 32 GB",
                "NIST SP 800-52 rev. 2, section 3.3.1",
                Tier::Obsolete,
            ),
            Self::Ssl2 => ("only SSL 2.0 has it, which is prohibited", "RFC 6176", Tier::Broken),
            Self::StaticCurve => (
                "a static elliptic-curve key gives no forward secrecy and is discouraged",
                "RFC 10015",
                Tier::Obsolete,
            ),
            Self::StaticRsa => (
                "RSA key exchange gives no forward secrecy and is deprecated",
                "RFC 10015",
                Tier::Obsolete,
            ),
            Self::Unregistered => ("IANA never registered it", "IANA TLS parameters", Tier::Weak),
            Self::WeakKey => (
                "the key is shorter than 112 bits",
                "RFC 9325, section 4.1",
                Tier::Broken,
            ),
        }
    }

    /// Whether the remark holds for `suite`.
    fn holds(self, suite: Suite) -> bool {
        match self {
            Self::Bits128 => (128..256).contains(&suite.bits()) && suite.cipher() != Cipher::TripleDes,
            Self::Cbc => suite.mode() == BlockMode::Cbc,
            Self::Clean => false, // set when no other remark but `Bits128` holds
            Self::Dss => suite.authentication() == Authentication::Dss,
            Self::Export => suite.is_export(),
            Self::FiniteField => matches!(suite.exchange(), KeyExchange::Dh | KeyExchange::Dhe),
            Self::Md5 => suite.mac() == Mac::Md5,
            Self::NoCertificate => has_no_certificate(suite.authentication()),
            Self::NoForwardSecrecy => !suite.is_forward_secret(),
            Self::NotAuthenticated => suite.authentication() == Authentication::None,
            Self::NotEncrypted => suite.cipher() == Cipher::None,
            Self::RareCipher => !matches!(suite.cipher(), Cipher::Aes | Cipher::Chacha20 | Cipher::None),
            Self::Rc4 => suite.cipher() == Cipher::Rc4,
            Self::Sha1 => suite.mac() == Mac::Sha1,
            Self::ShortTag => suite.mode() == BlockMode::Ccm8,
            Self::SmallBlocks => suite.cipher().has_small_blocks(),
            Self::Ssl2 => suite.highest() == Protocol::Ssl2,
            Self::StaticCurve => suite.exchange() == KeyExchange::Ecdh,
            Self::StaticRsa => suite.exchange() == KeyExchange::Rsa,
            Self::Unregistered => !suite.is_registered(),
            Self::WeakKey => suite.bits() < 112 && suite.cipher() != Cipher::None,
        }
    }

    const fn bit(self) -> u32 {
        1 << self as u32
    }
}

fn has_no_certificate(authentication: Authentication) -> bool {
    matches!(
        authentication,
        Authentication::Eccpwd | Authentication::Krb5 | Authentication::Psk | Authentication::Srp
    )
}

/// A set of remarks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Remarks(u32);

impl Remarks {
    /// What there is to say of `suite`.
    pub(super) fn of(suite: Suite) -> Self {
        let held = Remark::ALL.iter().filter(|remark| remark.holds(suite));
        let found = Self(held.fold(0, |bits, remark| bits | remark.bit()));
        if found.0 & !Remark::Bits128.bit() == 0 {
            return Self(found.0 | Remark::Clean.bit());
        }
        found
    }

    /// Whether `remark` is one of them.
    #[must_use]
    pub fn contains(self, remark: Remark) -> bool {
        self.0 & remark.bit() != 0
    }

    /// The remarks, those that weigh most first.
    #[must_use]
    pub fn sorted(self) -> Vec<Remark> {
        let mut remarks: Vec<Remark> = self.iter().collect();
        remarks.sort_by_key(|remark| remark.ceiling());
        remarks
    }

    /// The remarks, by name.
    pub fn iter(self) -> impl Iterator<Item = Remark> {
        Remark::ALL.iter().copied().filter(move |remark| self.contains(*remark))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_remark_holds_for_some_suite_and_has_words_and_a_source() {
        for remark in Remark::ALL {
            assert!(
                Suite::all().any(|suite| Remarks::of(suite).contains(*remark)),
                "{remark}"
            );
            assert!(!remark.words().ends_with('.') && !remark.citation().is_empty());
        }
    }

    #[test]
    fn no_suite_is_said_to_have_128_bits_that_has_fewer() {
        for suite in Suite::all().filter(|suite| Remarks::of(*suite).contains(Remark::Bits128)) {
            assert!((128..256).contains(&suite.bits()), "{suite}");
        }
        let triple = Suite::by_name("TLS_RSA_WITH_3DES_EDE_CBC_SHA").unwrap();
        assert!(!Remarks::of(triple).contains(Remark::Bits128));
    }

    #[test]
    fn a_set_of_remarks_fits_its_bits() {
        assert!(Remark::ALL.len() <= 32);
    }
}
