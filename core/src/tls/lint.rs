//! What is wrong with a server's list of suites.

use serde::Serialize;

use super::named::named;
use super::{Aes256, CipherString, Grading, ListGrade, Mode, Protocol, Server, Suite, Tier};

/// What a list must meet.
///
/// ```
/// # use sealwax::tls::Rules;
/// let lint = Rules::default().lint_openssl("AES256-SHA:AES128-SHA");
/// assert!(!lint.passes());
/// assert!(lint.findings[0].text.starts_with("AES256-SHA is obsolete: RSA key exchange gives no forward secrecy"));
/// assert!(Rules::default().lint_openssl("ECDHE+AESGCM+AES256").passes());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// The suites that will do.
    pub mode: Mode,
    /// The tier that every suite must reach.
    pub minimum: Tier,
    /// How suites are graded.
    pub grading: Grading,
}

impl Default for Rules {
    /// Every suite that is at least acceptable.
    fn default() -> Self {
        Self {
            mode: Mode::Any,
            minimum: Tier::Acceptable,
            grading: Grading::default(),
        }
    }
}

/// What a lint found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Lint {
    /// The suites that the server accepts, in its order; suites of TLS 1.3 only where the configuration names them.
    pub suites: Vec<Suite>,
    /// What there is to say, in the order in which it stands.
    pub findings: Vec<Finding>,
}

/// One thing that a lint found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// The line of the configuration, from 1; 1 for a bare cipher string.
    pub line: usize,
    /// What is wrong, in words.
    pub text: String,
}

named! {
    /// How bad a finding is. The order is the meaning.
    pub enum Severity {
        /// Worth knowing.
        Note => "note",
        /// The list fails.
        Fail => "fail",
    }
}

impl Lint {
    /// Whether nothing fails.
    #[must_use]
    pub fn passes(&self) -> bool {
        self.findings.iter().all(|finding| finding.severity < Severity::Fail)
    }

    /// What the server's list is worth.
    #[must_use]
    pub fn grade(&self, grading: &Grading) -> Option<ListGrade> {
        ListGrade::of_server(&self.suites, grading)
    }

    pub(super) fn fail(&mut self, line: usize, text: String) {
        self.push(Severity::Fail, line, text);
    }

    pub(super) fn note(&mut self, line: usize, text: String) {
        self.push(Severity::Note, line, text);
    }

    fn push(&mut self, severity: Severity, line: usize, text: String) {
        self.findings.push(Finding { severity, line, text });
    }
}

impl Rules {
    /// Checks an OpenSSL cipher string as all that a server is told.
    ///
    /// The string does not choose among the suites of TLS 1.3, so those that OpenSSL takes there are judged too.
    #[must_use]
    pub fn lint_openssl(&self, string: &str) -> Lint {
        let mut report = Lint::default();
        self.check_string(&mut report, 1, string);
        self.check_openssl_tls13(&mut report, 1, Server::Openssl.tls13_remedy());
        report
    }

    /// Checks an ordered list of suites.
    #[must_use]
    pub fn lint_list(&self, suites: &[Suite]) -> Lint {
        let mut report = Lint::default();
        self.check_suites(&mut report, 1, suites);
        report
    }

    pub(super) fn check_string(&self, report: &mut Lint, line: usize, string: &str) {
        let parsed = CipherString::parse(string);
        for element in parsed.unknown() {
            report.fail(line, format!("OpenSSL ignores `{element}`, which it does not know"));
        }
        if parsed.security_level() == Some(0) {
            report.fail(line, "`@SECLEVEL=0` turns off the checks of key sizes".into());
        }
        self.check_suites(report, line, parsed.suites());
    }

    pub(super) fn check_suites(&self, report: &mut Lint, line: usize, suites: &[Suite]) {
        if suites.is_empty() {
            report.fail(line, "no suite is left".into());
        }
        for suite in suites.iter().filter(|suite| !suite.is_signal()) {
            self.check_suite(report, line, *suite);
        }
        let grade = ListGrade::of_server(suites, &self.grading);
        if let Some(Aes256::Later(place)) = grade.map(|grade| grade.aes256) {
            report.note(
                line,
                format!("AES-256 is there but not listed first (place {})", place + 1),
            );
        }
        report.suites.extend_from_slice(suites);
    }

    /// Fails where one of the suites that OpenSSL takes in TLS 1.3 will not do.
    pub(super) fn check_openssl_tls13(&self, report: &mut Lint, line: usize, remedy: &str) {
        let taken = Suite::openssl_tls13().into_iter();
        let refused: Vec<&str> = taken.filter(|suite| !self.admits(*suite)).map(Suite::iana).collect();
        if !refused.is_empty() {
            let refused = refused.join(" and ");
            let text = format!("TLS 1.3 is allowed, and OpenSSL takes {refused} there, which will not do: {remedy}");
            report.fail(line, text);
        }
    }

    fn admits(&self, suite: Suite) -> bool {
        self.grading.verdict(suite).tier >= self.minimum && self.mode.admits(suite)
    }

    fn check_suite(&self, report: &mut Lint, line: usize, suite: Suite) {
        let verdict = self.grading.verdict(suite);
        let name = suite.openssl().unwrap_or(suite.iana());
        if verdict.tier < self.minimum {
            let reasons: Vec<String> = verdict
                .remarks
                .sorted()
                .into_iter()
                .filter(|remark| self.grading.ceiling(*remark) < self.minimum)
                .map(|remark| format!("{} ({})", remark.words(), remark.citation()))
                .collect();
            report.fail(line, format!("{name} is {}: {}", verdict.tier, reasons.join("; ")));
        } else if !self.mode.admits(suite) {
            report.fail(line, format!("{name} is not one of the suites of `{}`", self.mode));
        }
    }

    /// Checks that no version below the floor is allowed.
    pub(super) fn check_protocols(&self, report: &mut Lint, line: usize, allowed: &[Protocol]) {
        let floor = self.mode.lowest_protocol().max(Protocol::Tls12);
        for protocol in allowed.iter().filter(|protocol| **protocol < floor) {
            report.fail(
                line,
                format!("{protocol} is allowed, which RFC 8996, RFC 7568 or RFC 6176 prohibits"),
            );
        }
        if !allowed.iter().any(|protocol| *protocol >= floor) {
            report.fail(line, "neither TLSv1.2 nor TLSv1.3 is allowed".into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(lint: &Lint) -> String {
        let lines: Vec<&str> = lint.findings.iter().map(|finding| finding.text.as_str()).collect();
        lines.join("\n")
    }

    #[test]
    fn the_example_of_the_article_fails_for_its_key_exchange_its_mode_and_its_mac() {
        let lint = Rules::default().lint_openssl("AES256-SHA:AES128-SHA");
        assert!(!lint.passes());
        for word in ["RSA key exchange", "CBC", "SHA-1"] {
            assert!(texts(&lint).contains(word), "{word}");
        }
    }

    #[test]
    fn aes256_behind_aes128_is_a_note_and_no_failure() {
        let lint = Rules::default().lint_openssl("ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384");
        assert!(lint.passes());
        assert_eq!(texts(&lint), "AES-256 is there but not listed first (place 2)");
    }

    #[test]
    fn a_suite_outside_the_mode_fails() {
        let rules = Rules {
            mode: Mode::Aes256,
            ..Rules::default()
        };
        assert!(!rules.lint_openssl("ECDHE-RSA-AES128-GCM-SHA256").passes());
        let own = Suite::by_name("ECDHE-RSA-AES256-GCM-SHA384").unwrap();
        assert!(rules.lint_list(&[own]).passes());
        let nist = Rules {
            mode: Mode::Nist,
            ..Rules::default()
        };
        assert!(!nist.lint_openssl("ECDHE-RSA-CHACHA20-POLY1305").passes());
    }

    #[test]
    fn a_cipher_string_that_leaves_tls13_open_fails_where_a_default_suite_will_not_do() {
        let strict = Rules {
            mode: Mode::Aes256,
            ..Rules::default()
        };
        let lint = strict.lint_openssl("ECDHE-RSA-AES256-GCM-SHA384");
        assert_eq!(
            texts(&lint),
            "TLS 1.3 is allowed, and OpenSSL takes TLS_CHACHA20_POLY1305_SHA256 and TLS_AES_128_GCM_SHA256 there, \
             which will not do: a cipher string does not choose among them, `Ciphersuites` does"
        );
        assert!(Rules::default().lint_openssl("ECDHE-RSA-AES256-GCM-SHA384").passes());
    }

    #[test]
    fn an_empty_list_and_a_misspelled_element_fail() {
        assert!(!Rules::default().lint_openssl("").passes());
        let lint = Rules::default().lint_openssl("ECDHE+AESGCM:!aNUL");
        assert_eq!(
            texts(&lint).lines().next(),
            Some("OpenSSL ignores `!aNUL`, which it does not know")
        );
    }

    #[test]
    fn a_lenient_grading_passes_what_it_names() {
        use crate::tls::Remark;
        let grading = Grading::default().allow(Remark::FiniteField, Tier::Good);
        let rules = Rules {
            grading,
            ..Rules::default()
        };
        assert!(rules.lint_openssl("DHE-RSA-AES256-GCM-SHA384").passes());
    }
}
