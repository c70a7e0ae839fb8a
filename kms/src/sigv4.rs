//! AWS Signature Version 4, for requests by POST to `/` without a query, which is all that AWS KMS takes.
//!
//! Source: "Create a signed AWS API request" in the AWS General Reference.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// Who signs, and where.
pub(crate) struct Signer<'a> {
    pub(crate) access_key: &'a str,
    pub(crate) secret: &'a str,
    pub(crate) region: &'a str,
    pub(crate) service: &'a str,
}

impl Signer<'_> {
    /// The header `Authorization` for a request with these headers, whose names are in small letters and in order, and which
    /// hold `host` and `x-amz-date`. `time` is that of `x-amz-date`, as `20150830T123600Z`.
    pub(crate) fn authorization(&self, time: &str, headers: &[(&str, &str)], body: &[u8]) -> String {
        let date = time.get(..8).unwrap_or_default();
        let scope = format!("{date}/{}/{}/aws4_request", self.region, self.service);
        let names: Vec<_> = headers.iter().map(|(name, _)| *name).collect();
        let names = names.join(";");
        let request = canonical_request(headers, &names, body);
        let text = format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n{}", hex(&Sha256::digest(request)));
        let signature = hex(mac(&*self.key(date), text.as_bytes()).as_slice());
        let credential = self.access_key;
        format!("AWS4-HMAC-SHA256 Credential={credential}/{scope}, SignedHeaders={names}, Signature={signature}")
    }

    fn key(&self, date: &str) -> Zeroizing<[u8; 32]> {
        let secret = Zeroizing::new([b"AWS4", self.secret.as_bytes()].concat());
        [date, self.region, self.service, "aws4_request"]
            .iter()
            .fold(None, |key: Option<Zeroizing<[u8; 32]>>, text| {
                let key = key.as_ref().map_or(secret.as_slice(), |key| key.as_slice());
                Some(mac(key, text.as_bytes()))
            })
            .unwrap_or_default()
    }
}

/// What is signed of a request.
fn canonical_request(headers: &[(&str, &str)], names: &str, body: &[u8]) -> String {
    let lines = headers.iter().map(|(name, value)| format!("{name}:{}\n", value.trim()));
    let lines: String = lines.collect();
    format!("POST\n/\n\n{lines}\n{names}\n{}", hex(&Sha256::digest(body)))
}

fn mac(key: &[u8], text: &[u8]) -> Zeroizing<[u8; 32]> {
    // HMAC takes keys of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return Zeroizing::default();
    };
    mac.update(text);
    Zeroizing::new(mac.finalize().into_bytes().into())
}

fn hex(bytes: &[u8]) -> String {
    sealwax::crypto::hex(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGNER: Signer<'_> = Signer {
        access_key: "AKIDEXAMPLE",
        secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        region: "us-east-1",
        service: "service",
    };
    /// Its name, headers, body and signature.
    type Case<'a> = (
        &'static str,
        &'a [(&'static str, &'static str)],
        &'static str,
        &'static str,
    );

    const TIME: &str = "20150830T123600Z";
    const HOST: (&str, &str) = ("host", "example.amazonaws.com");
    const DATE: (&str, &str) = ("x-amz-date", TIME);
    /// The session token that AWS uses in its examples.
    const TOKEN: &str = "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfI\
                         eoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0w\
                         q5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypN\
                         C9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==";

    /// Those of AWS's own test suite for signatures (`aws-sig-v4-test-suite`) that are requests by POST to `/` without a query.
    #[test]
    fn the_signatures_are_those_of_the_published_test_suite() {
        let form = ("content-type", "application/x-www-form-urlencoded");
        let sum = "9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e";
        let cases: [Case<'_>; 4] = [
            (
                "post-vanilla",
                &[HOST, DATE],
                "",
                "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
            ),
            (
                "post-sts-header-before",
                &[HOST, DATE, ("x-amz-security-token", TOKEN)],
                "",
                "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead",
            ),
            (
                "post-x-www-form-urlencoded",
                &[form, HOST, DATE],
                "Param1=value1",
                "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
            ),
            (
                "post-x-www-form-urlencoded, with the sum of the body among the headers",
                &[
                    ("content-length", "13"),
                    form,
                    HOST,
                    ("x-amz-content-sha256", sum),
                    DATE,
                ],
                "Param1=value1",
                "d3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b",
            ),
        ];
        for (name, headers, body, signature) in cases {
            let made = SIGNER.authorization(TIME, headers, body.as_bytes());
            let before =
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=";
            assert!(made.starts_with(before), "{made}");
            assert!(made.ends_with(&format!(", Signature={signature}")), "{name}: {made}");
        }
    }
}
