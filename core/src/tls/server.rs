//! TLS settings of servers: reading them for a lint, and writing them.

use std::fmt::Write as _;

use super::lint::{Lint, Rules};
use super::named::named;
use super::{CipherString, Mode, Protocol, Suite};

named! {
    /// A program whose configuration is understood.
    pub enum Server {
        /// Apache httpd with `mod_ssl`.
        Apache => "apache",
        /// nginx.
        Nginx => "nginx",
        /// OpenSSL itself: the commands of its configuration file (`SSL_CONF_cmd(3)`), or a bare cipher string.
        Openssl => "openssl",
        /// Postfix, `main.cf`.
        Postfix => "postfix",
    }
}

impl Server {
    /// The server of this name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|server| server.name() == name)
    }

    /// The server whose settings `text` holds: told by the names of its directives, else a bare cipher string.
    ///
    /// ```
    /// # use sealwax::tls::Server;
    /// assert_eq!(Server::detect("SSLCipherSuite HIGH"), Server::Apache);
    /// assert_eq!(Server::detect("CipherString = HIGH"), Server::Openssl);
    /// assert_eq!(Server::detect("HIGH:!aNULL"), Server::Openssl);
    /// ```
    #[must_use]
    pub fn detect(text: &str) -> Self {
        let known = |server: Self| text.lines().any(|line| server.directive(line).is_some());
        [Self::Apache, Self::Nginx, Self::Postfix]
            .into_iter()
            .find(|server| known(*server))
            .unwrap_or(Self::Openssl)
    }

    /// The settings that admit only what `mode` admits, the strongest first, with the server's own order.
    ///
    /// A cipher string does not choose among the suites of TLS 1.3. Apache, nginx and OpenSSL have a setting of their
    /// own for them; Postfix has none, so that there TLS ends at 1.2 unless `mode` admits all that OpenSSL offers.
    ///
    /// ```
    /// # use sealwax::tls::{Mode, Server};
    /// let text = Server::Nginx.settings(Mode::Aes256);
    /// assert!(text.contains("ssl_ciphers ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384"));
    /// assert!(text.contains("ssl_conf_command Ciphersuites TLS_AES_256_GCM_SHA384;"));
    /// assert!(Server::Postfix.settings(Mode::Aes256).contains("smtp_tls_mandatory_protocols = >=TLSv1.2, <=TLSv1.2"));
    /// ```
    #[must_use]
    pub fn settings(self, mode: Mode) -> String {
        let settings = Settings::of(mode);
        match self {
            Self::Apache => settings.apache(),
            Self::Nginx => settings.nginx(),
            Self::Openssl => settings.openssl(),
            Self::Postfix => settings.postfix(mode),
        }
    }

    /// The setting in `line`, if it is one that a lint looks at.
    fn directive(self, line: &str) -> Option<(&'static Directive, &str)> {
        let line = line.trim();
        if line.starts_with('#') {
            return None;
        }
        let (name, value) = match self {
            Self::Apache | Self::Nginx => line.split_once(char::is_whitespace)?,
            Self::Openssl | Self::Postfix => line.split_once('=')?,
        };
        let value = value.trim().trim_end_matches(';').trim();
        if CONF_COMMANDS.iter().any(|command| command.eq_ignore_ascii_case(name)) {
            let (name, value) = value.split_once(char::is_whitespace)?;
            return Some((Self::Openssl.known(name)?, unquoted(value.trim())));
        }
        Some((self.known(name.trim())?, unquoted(value)))
    }

    fn known(self, name: &str) -> Option<&'static Directive> {
        DIRECTIVES
            .iter()
            .find(|directive| directive.server == self && directive.name.eq_ignore_ascii_case(name))
    }

    /// The versions that `value` allows, as the server reads it, or the word that is none.
    pub(crate) fn protocols(self, value: &str) -> Result<Vec<Protocol>, &str> {
        protocols(self, value)
    }

    /// How to choose the suites of TLS 1.3.
    pub(super) const fn tls13_remedy(self) -> &'static str {
        match self {
            Self::Apache => "name them after `SSLCipherSuite TLSv1.3`",
            Self::Nginx => "name them after `ssl_conf_command Ciphersuites`",
            Self::Openssl => "a cipher string does not choose among them, `Ciphersuites` does",
            Self::Postfix => "Postfix cannot choose among them, so end at TLS 1.2: `>=TLSv1.2, <=TLSv1.2`",
        }
    }
}

fn unquoted(value: &str) -> &str {
    let quoted = |quote| value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    quoted('"').or_else(|| quoted('\'')).unwrap_or(value)
}

impl Rules {
    /// Checks the settings of `server` in `text`, line by line; a bare string is [`Rules::lint_openssl`].
    ///
    /// Directives that say nothing of suites, versions or whose order counts are passed over. Lines that continue
    /// another one are joined to it: with a backslash (Apache), by indenting (Postfix) or until the `;` (nginx).
    /// Where TLS 1.3 is allowed and nothing chooses its suites, those that OpenSSL takes are judged.
    ///
    /// ```
    /// # use sealwax::tls::{Mode, Rules, Server};
    /// let lint = Rules::default().lint_settings(Server::Apache, "SSLProtocol all\nSSLCipherSuite AES256-SHA:AES128-SHA");
    /// assert_eq!(lint.findings[0].text, "TLSv1 is allowed, which RFC 8996, RFC 7568 or RFC 6176 prohibits");
    /// assert_eq!((lint.findings[0].line, lint.findings[2].line), (1, 2));
    ///
    /// let strict = Rules { mode: Mode::Aes256, ..Rules::default() };
    /// let lint = strict.lint_settings(Server::Nginx, "ssl_ciphers ECDHE-RSA-AES256-GCM-SHA384;");
    /// assert!(lint.findings[0].text.starts_with("TLS 1.3 is allowed, and OpenSSL takes TLS_CHACHA20_POLY1305_SHA256"));
    /// ```
    #[must_use]
    pub fn lint_settings(&self, server: Server, text: &str) -> Lint {
        let lines = logical_lines(server, text);
        let settings: Vec<Setting<'_>> = lines
            .iter()
            .filter_map(|(line, logical)| {
                let (directive, value) = server.directive(logical)?;
                Some(Setting {
                    line: *line,
                    directive,
                    value,
                })
            })
            .collect();
        if server == Server::Openssl && settings.is_empty() {
            return self.lint_openssl(text.trim());
        }
        let mut report = Lint::default();
        for setting in &settings {
            self.check_setting(&mut report, setting);
        }
        if settings.is_empty() {
            report.fail(1, format!("no TLS setting of {server} was found"));
        }
        for side in sides(&settings) {
            self.check_tls13(&mut report, server, side, &settings);
        }
        report
    }

    fn check_setting(&self, report: &mut Lint, setting: &Setting<'_>) {
        let Setting { line, directive, value } = *setting;
        match directive.kind {
            Kind::Ciphers => self.check_ciphers(report, line, value),
            Kind::Ciphersuites => self.check_ciphersuites(report, line, value),
            Kind::Grade => check_grade(report, line, directive.name, value),
            Kind::Order => check_order(report, line, directive.name, value),
            Kind::Highest | Kind::Lowest | Kind::Protocols => match setting.allowed() {
                Ok(allowed) => self.check_protocols(report, line, &allowed),
                Err(word) => report.fail(line, format!("`{word}` is no version of TLS")),
            },
        }
    }

    /// Checks a cipher string, or, after Apache's `TLSv1.3`, a list of suites of TLS 1.3.
    fn check_ciphers(&self, report: &mut Lint, line: usize, value: &str) {
        if let Some(list) = newer_list(value) {
            return self.check_ciphersuites(report, line, list);
        }
        let string = value.strip_prefix("SSL ").unwrap_or(value);
        self.check_string(report, line, unquoted(string.trim()));
    }

    fn check_ciphersuites(&self, report: &mut Lint, line: usize, list: &str) {
        let mut suites = Vec::new();
        for name in list.trim().split(':') {
            match Suite::by_name(name) {
                Some(suite) => suites.push(suite),
                None => report.fail(line, format!("OpenSSL refuses `{name}`, which it does not know")),
            }
        }
        self.check_suites(report, line, &suites);
    }

    /// Fails where `side` may use TLS 1.3 and leaves its suites to OpenSSL, of which one will not do.
    fn check_tls13(&self, report: &mut Lint, server: Server, side: Side, settings: &[Setting<'_>]) {
        let own = || settings.iter().filter(|setting| setting.directive.concerns(side));
        let allows = |setting: &&Setting<'_>| {
            !setting
                .allowed()
                .is_ok_and(|allowed| !allowed.contains(&Protocol::Tls13))
        };
        let mut versions = own().filter(|setting| setting.is_of_versions()).peekable();
        let line = match versions.peek() {
            // Each of several settings holds for a host or a file of its own, save that a highest version ends all.
            Some(_) if own().any(|setting| setting.directive.kind == Kind::Highest && !allows(&setting)) => None,
            Some(_) => versions.find(allows).map(|setting| setting.line),
            None => own().next().map(|setting| setting.line),
        };
        let is_chosen = own().any(Setting::chooses_tls13);
        if let Some(line) = line.filter(|_| !is_chosen) {
            self.check_openssl_tls13(report, line, server.tls13_remedy());
        }
    }
}

/// A setting of a text.
struct Setting<'a> {
    line: usize,
    directive: &'static Directive,
    value: &'a str,
}

impl Setting<'_> {
    /// The versions that the setting allows by itself, or the word that is none.
    fn allowed(&self) -> Result<Vec<Protocol>, &str> {
        let one = |of: fn(Protocol, Protocol) -> bool| {
            let named = Protocol::by_name(self.value).ok_or(self.value)?;
            Ok(Protocol::ALL
                .iter()
                .copied()
                .filter(|other| of(*other, named))
                .collect())
        };
        match self.directive.kind {
            Kind::Highest => one(|other, named| other <= named && other >= Protocol::Tls12.min(named)),
            Kind::Lowest => one(|other, named| other >= named),
            _ => protocols(self.directive.server, self.value),
        }
    }

    fn is_of_versions(&self) -> bool {
        matches!(self.directive.kind, Kind::Highest | Kind::Lowest | Kind::Protocols)
    }

    /// Whether the setting names suites of TLS 1.3.
    fn chooses_tls13(&self) -> bool {
        match self.directive.kind {
            Kind::Ciphersuites => true,
            Kind::Ciphers => newer_list(self.value).is_some(),
            _ => false,
        }
    }
}

/// The sides that the settings speak of; what holds for both sides is no side of its own.
fn sides(settings: &[Setting<'_>]) -> Vec<Side> {
    let has = |side: &Side| settings.iter().any(|setting| setting.directive.side == *side);
    let own: Vec<Side> = [Side::Client, Side::Server].into_iter().filter(has).collect();
    if own.is_empty() && !settings.is_empty() {
        return vec![Side::Both];
    }
    own
}

/// What follows Apache's `TLSv1.3`.
fn newer_list(value: &str) -> Option<&str> {
    value.strip_prefix("TLSv1.3 ")
}

/// Postfix: `high` is what its cipher lists leave of `HIGH`; every other word admits more (`postconf(5)`).
fn check_grade(report: &mut Lint, line: usize, name: &str, value: &str) {
    if value != "high" {
        report.fail(
            line,
            format!("`{name}` is `{value}`; only `high` keeps weak ciphers out"),
        );
    }
}

fn check_order(report: &mut Lint, line: usize, name: &str, value: &str) {
    if !matches!(value.to_ascii_lowercase().as_str(), "on" | "yes") {
        report.note(line, format!("`{name}` is off, so the client's order counts"));
    }
}

/// The versions that `value` allows, or the word that is none.
fn protocols(server: Server, value: &str) -> Result<Vec<Protocol>, &str> {
    let mut allowed = starting_set(server, value);
    for word in value.split([' ', ',', ':']).filter(|word| !word.is_empty()) {
        match word.to_ascii_lowercase().as_str() {
            "all" | "+all" => {
                allowed.extend(DEFAULT_PROTOCOLS);
                continue;
            }
            "-all" => {
                allowed.clear();
                continue;
            }
            _ => {}
        }
        let protocol = |name: &str| Protocol::by_name(name).ok_or(word);
        if let Some(name) = word.strip_prefix(">=") {
            let lowest = protocol(name)?;
            allowed.retain(|allowed| *allowed >= lowest);
        } else if let Some(name) = word.strip_prefix("<=") {
            let highest = protocol(name)?;
            allowed.retain(|allowed| *allowed <= highest);
        } else if let Some(name) = word.strip_prefix(['!', '-']) {
            let excluded = protocol(name)?;
            allowed.retain(|allowed| *allowed != excluded);
        } else {
            allowed.push(protocol(word.trim_start_matches('+'))?);
        }
    }
    allowed.sort_unstable();
    allowed.dedup();
    Ok(allowed)
}

/// Postfix begins with every version when the value only excludes; the others begin with none.
fn starting_set(server: Server, value: &str) -> Vec<Protocol> {
    let only_excludes = value
        .split([' ', ',', ':'])
        .filter(|word| !word.is_empty())
        .all(|word| word.starts_with(['!', '>', '<']));
    if server == Server::Postfix && only_excludes {
        return Protocol::ALL.to_vec();
    }
    Vec::new()
}

/// Lines with those that continue them, each with the number of its first, from 1.
fn logical_lines(server: Server, text: &str) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    let mut goes_on = false;
    for (at, line) in text.lines().enumerate() {
        let indented = server == Server::Postfix && line.starts_with([' ', '\t']);
        let piece = line.strip_suffix('\\').unwrap_or(line);
        match lines.last_mut().filter(|_| goes_on || indented) {
            Some((_, logical)) => {
                logical.push(' ');
                logical.push_str(piece.trim());
            }
            None => lines.push((at + 1, piece.to_owned())),
        }
        goes_on = match server {
            Server::Apache | Server::Openssl => line.ends_with('\\'),
            Server::Nginx => !piece.trim().is_empty() && !piece.trim_start().starts_with('#') && !ends_statement(piece),
            Server::Postfix => false,
        };
    }
    lines
}

fn ends_statement(line: &str) -> bool {
    let code = line.split('#').next().unwrap_or(line);
    code.trim_end().ends_with([';', '{', '}'])
}

/// A setting that a lint looks at.
struct Directive {
    server: Server,
    side: Side,
    name: &'static str,
    kind: Kind,
}

impl Directive {
    fn concerns(&self, side: Side) -> bool {
        self.side == side || self.side == Side::Both || side == Side::Both
    }
}

/// For which connections a setting holds.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Both,
    /// Those that the program makes.
    Client,
    /// Those that it takes.
    Server,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// An OpenSSL cipher string.
    Ciphers,
    /// The suites of TLS 1.3.
    Ciphersuites,
    /// A word of Postfix that stands for a cipher string.
    Grade,
    /// The highest version.
    Highest,
    /// The lowest version.
    Lowest,
    /// Whether the server's order counts.
    Order,
    /// The versions.
    Protocols,
}

const fn directive(server: Server, side: Side, name: &'static str, kind: Kind) -> Directive {
    Directive {
        server,
        side,
        name,
        kind,
    }
}

const DIRECTIVES: &[Directive] = &[
    directive(Server::Apache, Side::Server, "SSLCipherSuite", Kind::Ciphers),
    directive(Server::Apache, Side::Server, "SSLHonorCipherOrder", Kind::Order),
    directive(Server::Apache, Side::Server, "SSLProtocol", Kind::Protocols),
    directive(Server::Apache, Side::Client, "SSLProxyCipherSuite", Kind::Ciphers),
    directive(Server::Apache, Side::Client, "SSLProxyProtocol", Kind::Protocols),
    directive(Server::Nginx, Side::Server, "ssl_ciphers", Kind::Ciphers),
    directive(Server::Nginx, Side::Server, "ssl_prefer_server_ciphers", Kind::Order),
    directive(Server::Nginx, Side::Server, "ssl_protocols", Kind::Protocols),
    directive(Server::Openssl, Side::Server, "CipherString", Kind::Ciphers),
    directive(Server::Openssl, Side::Server, "Ciphersuites", Kind::Ciphersuites),
    directive(Server::Openssl, Side::Server, "MaxProtocol", Kind::Highest),
    directive(Server::Openssl, Side::Server, "MinProtocol", Kind::Lowest),
    directive(Server::Openssl, Side::Server, "Protocol", Kind::Protocols),
    directive(Server::Postfix, Side::Client, "smtp_tls_mandatory_ciphers", Kind::Grade),
    directive(
        Server::Postfix,
        Side::Client,
        "smtp_tls_mandatory_protocols",
        Kind::Protocols,
    ),
    directive(
        Server::Postfix,
        Side::Server,
        "smtpd_tls_mandatory_ciphers",
        Kind::Grade,
    ),
    directive(
        Server::Postfix,
        Side::Server,
        "smtpd_tls_mandatory_protocols",
        Kind::Protocols,
    ),
    directive(Server::Postfix, Side::Both, "tls_high_cipherlist", Kind::Ciphers),
    directive(Server::Postfix, Side::Both, "tls_preempt_cipherlist", Kind::Order),
];

/// The directives of nginx and Apache after which a command of OpenSSL stands.
const CONF_COMMANDS: [&str; 2] = ["ssl_conf_command", "SSLOpenSSLConfCmd"];

/// What `all` means to Apache's `SSLProtocol` (with OpenSSL 1.0.1 and later).
const DEFAULT_PROTOCOLS: [Protocol; 4] = [Protocol::Tls10, Protocol::Tls11, Protocol::Tls12, Protocol::Tls13];

/// The values that settings are written from.
struct Settings {
    /// The cipher string for TLS 1.2.
    older: String,
    /// The suites of TLS 1.3.
    newer: String,
}

impl Settings {
    fn of(mode: Mode) -> Self {
        let (newer, older): (Vec<Suite>, Vec<Suite>) = mode
            .suites()
            .into_iter()
            .partition(|suite| suite.highest() == Protocol::Tls13);
        let has = |suite: &&Suite| suite.openssl_rank().is_some();
        let newer: Vec<&str> = newer.iter().filter(has).map(|suite| suite.iana()).collect();
        let older: Vec<&str> = older.iter().filter(has).filter_map(|suite| suite.openssl()).collect();
        let older = if mode == Mode::Any {
            "DEFAULT:!aNULL:!eNULL".to_owned()
        } else {
            older.join(":")
        };
        Self {
            older,
            newer: newer.join(":"),
        }
    }

    fn apache(&self) -> String {
        let Self { older, newer } = self;
        format!(
            "SSLProtocol -all +TLSv1.2 +TLSv1.3\nSSLHonorCipherOrder on\nSSLCipherSuite {older}\nSSLCipherSuite TLSv1.3 {newer}\n"
        )
    }

    fn nginx(&self) -> String {
        let Self { older, newer } = self;
        format!(
            "ssl_protocols TLSv1.2 TLSv1.3;\nssl_prefer_server_ciphers on;\nssl_ciphers {older};\nssl_conf_command Ciphersuites {newer};\n"
        )
    }

    fn openssl(&self) -> String {
        let Self { older, newer } = self;
        format!("MinProtocol = TLSv1.2\nOptions = ServerPreference\nCipherString = {older}\nCiphersuites = {newer}\n")
    }

    fn postfix(&self, mode: Mode) -> String {
        let protocols = if Suite::openssl_tls13().into_iter().all(|suite| mode.admits(suite)) {
            ">=TLSv1.2"
        } else {
            ">=TLSv1.2, <=TLSv1.2"
        };
        let mut text = String::new();
        for side in ["smtp", "smtpd"] {
            let _infallible = writeln!(
                text,
                "{side}_tls_mandatory_protocols = {protocols}\n{side}_tls_mandatory_ciphers = high"
            );
        }
        let _infallible = writeln!(
            text,
            "tls_preempt_cipherlist = yes\ntls_high_cipherlist = {}",
            self.older
        );
        text
    }
}

/// The suites of a list that names them by IANA or OpenSSL name, or that is an OpenSSL cipher string.
///
/// # Errors
///
/// The words that are neither a suite nor a part of the language.
///
/// ```
/// # use sealwax::tls::{Suite, parse_list};
/// assert_eq!(parse_list("TLS_AES_256_GCM_SHA384, AES256-SHA").unwrap().len(), 2);
/// assert!(parse_list("ECDHE+AESGCM").unwrap().len() >= 4);
/// assert_eq!(parse_list("ROT13:AES256-SHA"), Err(vec!["ROT13".to_owned()]));
/// ```
pub fn parse_list(text: &str) -> Result<Vec<Suite>, Vec<String>> {
    let words: Vec<&str> = text
        .split([':', ',', ';', ' ', '\n', '\t', '\r'])
        .filter(|word| !word.is_empty())
        .collect();
    let named: Option<Vec<Suite>> = words.iter().map(|word| Suite::by_name(word)).collect();
    if let Some(suites) = named {
        return Ok(suites);
    }
    let string = CipherString::parse(&words.join(":"));
    if string.unknown().is_empty() {
        return Ok(string.suites().to_vec());
    }
    Err(string.unknown().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tls::{Severity, Tier};

    fn failures(server: Server, text: &str) -> Vec<(usize, String)> {
        let lint = Rules::default().lint_settings(server, text);
        let failed = lint
            .findings
            .into_iter()
            .filter(|finding| finding.severity == Severity::Fail);
        failed.map(|finding| (finding.line, finding.text)).collect()
    }

    #[test]
    fn what_is_written_passes_its_own_lint() {
        for server in Server::ALL {
            for mode in [Mode::Nist, Mode::ForwardSecretAead, Mode::Aes256] {
                let text = server.settings(mode);
                let minimum = if mode == Mode::Nist { Tier::Obsolete } else { Tier::Good };
                let rules = Rules {
                    mode,
                    minimum,
                    ..Rules::default()
                };
                let lint = rules.lint_settings(*server, &text);
                assert!(lint.findings.is_empty(), "{server} {mode}: {:?}", lint.findings);
                assert!(!lint.suites.is_empty());
            }
        }
    }

    #[test]
    fn settings_that_leave_tls13_to_openssl_fail_where_a_default_suite_will_not_do() {
        let rules = Rules {
            mode: Mode::Aes256,
            ..Rules::default()
        };
        let list = "ECDHE-RSA-AES256-GCM-SHA384";
        for (server, text, line) in [
            (
                Server::Apache,
                format!("SSLProtocol -all +TLSv1.2 +TLSv1.3\nSSLCipherSuite {list}"),
                Some(1),
            ),
            (Server::Apache, format!("SSLCipherSuite {list}"), Some(1)),
            (
                Server::Apache,
                format!("SSLProtocol -all +TLSv1.2\nSSLCipherSuite {list}"),
                None,
            ),
            (
                Server::Apache,
                format!("SSLCipherSuite {list}\nSSLCipherSuite TLSv1.3 TLS_AES_256_GCM_SHA384"),
                None,
            ),
            (
                Server::Apache,
                format!("SSLCipherSuite {list}\nSSLOpenSSLConfCmd Ciphersuites TLS_AES_256_GCM_SHA384"),
                None,
            ),
            (
                Server::Apache,
                format!("SSLCipherSuite TLSv1.3 TLS_AES_256_GCM_SHA384\nSSLProxyCipherSuite {list}"),
                Some(2),
            ),
            (
                Server::Nginx,
                format!("ssl_protocols TLSv1.2 TLSv1.3;\nssl_ciphers {list};"),
                Some(1),
            ),
            (
                Server::Nginx,
                format!("ssl_protocols TLSv1.2;\nssl_ciphers {list};"),
                None,
            ),
            (
                Server::Nginx,
                format!("ssl_ciphers {list};\nssl_conf_command Ciphersuites TLS_AES_256_GCM_SHA384;"),
                None,
            ),
            (Server::Openssl, list.to_owned(), Some(1)),
            (Server::Openssl, format!("CipherString = {list}"), Some(1)),
            (
                Server::Openssl,
                format!("MinProtocol = TLSv1.2\nCipherString = {list}"),
                Some(1),
            ),
            (
                Server::Openssl,
                format!("MinProtocol = TLSv1.2\nMaxProtocol = TLSv1.2\nCipherString = {list}"),
                None,
            ),
            (
                Server::Openssl,
                format!("CipherString = {list}\nCiphersuites = TLS_AES_256_GCM_SHA384"),
                None,
            ),
            (Server::Postfix, format!("tls_high_cipherlist = {list}"), Some(1)),
            (
                Server::Postfix,
                format!("tls_high_cipherlist = {list}\nsmtp_tls_mandatory_protocols = >=TLSv1.2"),
                Some(2),
            ),
            (
                Server::Postfix,
                format!(
                    "smtp_tls_mandatory_protocols = TLSv1.2\nsmtpd_tls_mandatory_protocols = !TLSv1.2\ntls_high_cipherlist = {list}"
                ),
                Some(2),
            ),
            (
                Server::Postfix,
                format!("tls_high_cipherlist = {list}\nsmtp_tls_mandatory_protocols = >=TLSv1.2, <=TLSv1.2"),
                None,
            ),
        ] {
            let linted = rules.lint_settings(server, &text);
            let found = linted
                .findings
                .iter()
                .find(|finding| finding.text.starts_with("TLS 1.3 is allowed"));
            assert_eq!(
                found.map(|finding| finding.line),
                line,
                "{server}: {text}: {:?}",
                linted.findings
            );
            assert!(line.is_none() || !linted.passes());
        }
    }

    #[test]
    fn nist_settings_name_suites_that_the_strict_lint_refuses() {
        let text = Server::Apache.settings(Mode::Nist);
        let nist = Rules {
            mode: Mode::Nist,
            minimum: Tier::Obsolete,
            ..Rules::default()
        };
        assert!(nist.lint_settings(Server::Apache, &text).passes());
        assert!(!failures(Server::Apache, &text).is_empty());
    }

    #[test]
    fn the_apache_example_of_the_article_fails() {
        let text = "SSLProtocol all -SSLv3\nSSLHonorCipherOrder on\nSSLCipherSuite AES256-SHA:AES128-SHA\n";
        let found = failures(Server::Apache, text);
        assert_eq!(found.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 1, 3, 3]);
        assert!(found[2].1.starts_with("AES256-SHA is obsolete"));
    }

    #[test]
    fn versions_are_read_as_each_server_reads_them() {
        use Protocol::{Tls10, Tls11, Tls12, Tls13};
        for (server, value, allowed) in [
            (Server::Postfix, ">=TLSv1.2", vec![Tls12, Tls13]),
            (Server::Postfix, "!SSLv2, !SSLv3", vec![Tls10, Tls11, Tls12, Tls13]),
            (Server::Postfix, "TLSv1.2", vec![Tls12]),
            (Server::Postfix, ">=TLSv1, <=TLSv1.2", vec![Tls10, Tls11, Tls12]),
            (Server::Apache, "all -TLSv1 -TLSv1.1", vec![Tls12, Tls13]),
            (Server::Apache, "-all +TLSv1.2", vec![Tls12]),
            (Server::Nginx, "TLSv1.2 TLSv1.3", vec![Tls12, Tls13]),
        ] {
            assert_eq!(protocols(server, value), Ok(allowed), "{server} {value}");
        }
        assert_eq!(protocols(Server::Nginx, "TLSv1.2 TLSv7"), Err("TLSv7"));
    }

    #[test]
    fn a_continued_line_counts_from_its_first() {
        let nginx = "# comment\nssl_protocols TLSv1.2;\nssl_ciphers\n   'RC4-SHA';\n";
        assert_eq!(failures(Server::Nginx, nginx)[0].0, 3);
        let postfix = "smtp_tls_mandatory_ciphers = medium\ntls_high_cipherlist =\n  RC4-SHA\n";
        let lines: Vec<usize> = failures(Server::Postfix, postfix)
            .iter()
            .map(|(line, _)| *line)
            .collect();
        assert_eq!(lines, [1, 2]);
        let apache = "SSLCipherSuite \\\nRC4-SHA";
        assert_eq!(failures(Server::Apache, apache)[0].0, 1);
    }

    #[test]
    fn a_text_without_any_setting_fails() {
        assert_eq!(failures(Server::Postfix, "myhostname = mx.example").len(), 1);
    }
}
