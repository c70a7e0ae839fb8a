//! `sealwax tls`.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, Subcommand};
use sealwax::tls::{
    Finding, Flag, Grading, Lint, ListGrade, Mode, Preference, Rules, Server, Severity, Suite, Tier, Verdict,
    negotiate, parse_list,
};
use serde::Serialize;

use crate::arguments::named;
use crate::console::{Console, Ink};
use crate::failure::{Failure, Outcome};
use crate::files;

/// Judge cipher suites, lists of them, and the TLS settings of servers
#[derive(Debug, Args)]
pub(crate) struct Tls {
    #[command(subcommand)]
    command: TlsCommand,
}

#[derive(Debug, Subcommand)]
enum TlsCommand {
    Generate(Generate),
    Grade(Grade),
    Lint(LintSettings),
    Negotiate(Negotiate),
}

impl Tls {
    pub(crate) fn run(self, console: &Console) -> Result<Outcome, Failure> {
        match self.command {
            TlsCommand::Generate(command) => command.run(),
            TlsCommand::Grade(command) => command.run(console),
            TlsCommand::Lint(command) => command.run(console),
            TlsCommand::Negotiate(command) => command.run(console),
        }
    }
}

/// Say what a suite or an ordered list of suites is worth, and why
///
/// Exit code 1 when the tier is below `--minimum`.
#[derive(Debug, Args)]
struct Grade {
    /// One suite by its IANA or OpenSSL name, several in order (between `:`, `,` or blanks), or an OpenSSL cipher string
    #[arg(required = true, value_name = "SUITE|LIST")]
    suites: Vec<String>,

    /// The list is a server's, of which any client can have the worst suite, and not a client's offer
    #[arg(long)]
    server: bool,

    /// The tier that must be reached
    #[arg(long, value_name = "TIER", default_value = "acceptable", value_parser = tier)]
    minimum: Tier,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Grade {
    fn run(self, console: &Console) -> Result<Outcome, Failure> {
        let text = self.suites.join(":");
        let tier = match Suite::by_name(&text) {
            Some(suite) => self.grade_suite(console, suite)?,
            None => self.grade_list(console, &list(&text)?)?,
        };
        Ok(if tier < self.minimum {
            Outcome::No
        } else {
            Outcome::Fine
        })
    }

    fn grade_suite(&self, console: &Console, suite: Suite) -> Result<Tier, Failure> {
        let verdict = suite.verdict();
        print(self.json, &verdict, || show_verdict(console, &verdict))?;
        Ok(verdict.tier)
    }

    fn grade_list(&self, console: &Console, suites: &[Suite]) -> Result<Tier, Failure> {
        let grade = if self.server {
            ListGrade::of_server
        } else {
            ListGrade::of_client
        };
        let grade = grade(suites, &Grading::default()).ok_or_else(|| Failure::new("the list holds no suite"))?;
        print(self.json, &grade, || {
            painted(console, grade.tier, &grade.to_string()) + "\n"
        })?;
        Ok(grade.tier)
    }
}

/// Say which suite a client and a server would choose
///
/// Exit code 1 when they have none in common.
#[derive(Debug, Args)]
struct Negotiate {
    /// The client's list
    #[arg(long, value_name = "LIST")]
    client: String,

    /// The server's list
    #[arg(long, value_name = "LIST")]
    server: String,

    /// Whose order counts
    #[arg(long, value_name = "client|server", default_value = "client", value_parser = preference)]
    prefer: Preference,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Negotiate {
    fn run(self, console: &Console) -> Result<Outcome, Failure> {
        let (client, server) = (list(&self.client)?, list(&self.server)?);
        let chosen = negotiate(&client, &server, self.prefer).map(Suite::verdict);
        let text = || match &chosen {
            Some(verdict) => show_verdict(console, verdict),
            None => "they have no suite in common\n".to_owned(),
        };
        print(self.json, &chosen, text)?;
        Ok(if chosen.is_some() { Outcome::Fine } else { Outcome::No })
    }
}

/// Check an OpenSSL cipher string or the TLS settings of Postfix, Apache or nginx
///
/// Exit code 1 when something fails.
#[derive(Debug, Args)]
struct LintSettings {
    /// The cipher string or the settings
    #[arg(value_name = "STRING", required_unless_present = "file", conflicts_with = "file")]
    string: Option<String>,

    /// Read the settings from a file
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,

    /// Whose settings they are; without it, told by the names of the directives
    #[arg(long, value_name = "apache|nginx|openssl|postfix", value_parser = server)]
    server: Option<Server>,

    /// The suites that will do
    #[arg(long, value_name = "MODE", default_value = "any", value_parser = mode)]
    mode: Mode,

    /// The tier that every suite must reach
    #[arg(long, value_name = "TIER", default_value = "acceptable", value_parser = tier)]
    minimum: Tier,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl LintSettings {
    fn run(self, console: &Console) -> Result<Outcome, Failure> {
        let text = match (&self.file, &self.string) {
            (Some(path), _) => files::read_text(path)?,
            (None, text) => text.clone().unwrap_or_default(),
        };
        let rules = Rules {
            mode: self.mode,
            minimum: self.minimum,
            ..Rules::default()
        };
        let server = self.server.unwrap_or_else(|| Server::detect(&text));
        let lint = rules.lint_settings(server, &text);
        print(self.json, &LintReport::of(&lint), || show_lint(console, &lint))?;
        Ok(if lint.passes() { Outcome::Fine } else { Outcome::No })
    }
}

/// A lint as JSON shows it.
#[derive(Serialize)]
struct LintReport<'a> {
    passes: bool,
    #[serde(flatten)]
    lint: &'a Lint,
}

impl<'a> LintReport<'a> {
    fn of(lint: &'a Lint) -> Self {
        Self {
            passes: lint.passes(),
            lint,
        }
    }
}

/// Write TLS settings that admit only what a mode admits
#[derive(Debug, Args)]
struct Generate {
    /// The server
    #[arg(value_name = "apache|nginx|openssl|postfix", value_parser = server)]
    server: Server,

    /// The suites that will do
    #[arg(long, value_name = "MODE", default_value = "forward-secret-aead", value_parser = mode)]
    mode: Mode,
}

impl Generate {
    fn run(self) -> Result<Outcome, Failure> {
        io::stdout()
            .lock()
            .write_all(self.server.settings(self.mode).as_bytes())?;
        Ok(Outcome::Fine)
    }
}

fn list(text: &str) -> Result<Vec<Suite>, Failure> {
    parse_list(text).map_err(|unknown| {
        Failure::new(format!(
            "no cipher suite and no OpenSSL keyword: `{}`",
            unknown.join("`, `")
        ))
        .next_step("suites have IANA names (TLS_AES_256_GCM_SHA384) and OpenSSL names (ECDHE-RSA-AES256-GCM-SHA384)")
    })
}

fn print(json: bool, value: &impl Serialize, text: impl Fn() -> String) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    if json {
        serde_json::to_writer(&mut out, value).map_err(io::Error::from)?;
        writeln!(out)?;
    } else {
        out.write_all(text().as_bytes())?;
    }
    Ok(())
}

fn show_verdict(console: &Console, verdict: &Verdict) -> String {
    let suite = verdict.suite;
    let openssl = suite.openssl().map(|name| format!(" ({name})")).unwrap_or_default();
    let tier = painted(console, verdict.tier, verdict.tier.name());
    let flags: Vec<&str> = verdict.flags().map(Flag::name).collect();
    let mut lines = vec![format!("{suite}{openssl}: {tier}, {}", verdict.strength)];
    if !flags.is_empty() {
        lines.push(format!("  is {}", flags.join(", ")));
    }
    let reasons = verdict.remarks.sorted().into_iter();
    lines.extend(reasons.map(|remark| format!("  {} ({})", remark.words(), remark.citation())));
    lines.join("\n") + "\n"
}

fn show_lint(console: &Console, lint: &Lint) -> String {
    let show = |finding: &Finding| {
        let ink = if finding.severity == Severity::Fail {
            Ink::Bad
        } else {
            Ink::Quiet
        };
        let severity = console.out.paint(ink, finding.severity.name());
        format!("{severity}: line {}: {}\n", finding.line, finding.text)
    };
    let (ink, word) = if lint.passes() {
        (Ink::Good, "passes")
    } else {
        (Ink::Bad, "fails")
    };
    let findings: String = lint.findings.iter().map(show).collect();
    findings + &format!("{}: {} suites\n", console.out.paint(ink, word), lint.suites.len())
}

fn painted(console: &Console, tier: Tier, text: &str) -> String {
    let ink = match tier {
        Tier::Broken | Tier::Obsolete => Ink::Bad,
        Tier::Weak => Ink::Warn,
        Tier::Acceptable => Ink::Plain,
        Tier::Good | Tier::Best => Ink::Good,
    };
    console.out.paint(ink, text)
}

fn tier(name: &str) -> Result<Tier, String> {
    named(Tier::ALL, Tier::name, name)
}

fn mode(name: &str) -> Result<Mode, String> {
    named(Mode::ALL, Mode::name, name)
}

fn server(name: &str) -> Result<Server, String> {
    named(Server::ALL, Server::name, name)
}

fn preference(name: &str) -> Result<Preference, String> {
    named(Preference::ALL, Preference::name, name)
}
