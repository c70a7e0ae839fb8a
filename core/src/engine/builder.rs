//! From a policy file to an engine.

#[cfg(feature = "serde")]
use std::borrow::Cow;
use std::fmt;

use super::budget::{Budget, FEED_BYTES};
use super::redact::types;
use super::silence::Silence;
use super::{Engine, Inner};
use crate::classify::{Composition, Strictness};
use crate::crypto::{HashKey, Provider};
use crate::detect::{DetectError, FormError, FormSet, Forms, Roster, RosterError, Scanner, ScannerBuilder};
use crate::message::Limits;
use crate::policy::{Policy, PolicyError, Resources};
use crate::redact::Placeholders;

/// Collects what an engine is made of. Every error arrives at [`EngineBuilder::build`].
///
/// ```
/// # use sealwax::engine::Engine;
/// let engine = Engine::builder().policy_toml("name = \"clinic\"\ninclude = [\"hipaa-2013\"]").build()?;
/// assert_eq!(engine.policy().id().name, "clinic");
/// # Ok::<(), sealwax::engine::BuildError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct EngineBuilder {
    source: Source,
    resources: Resources,
    provider: Option<Provider>,
    roster_key: Option<HashKey>,
    limits: Vec<(String, u64)>,
    feed_budget: Option<usize>,
    strictness: Option<Strictness>,
}

/// Where the policy comes from.
#[derive(Clone, Debug)]
enum Source {
    #[cfg(feature = "serde")]
    Bundle(Cow<'static, [u8]>),
    #[cfg(feature = "serde")]
    Json(String),
    Profile(String),
    Toml(String),
}

impl Default for Source {
    fn default() -> Self {
        Self::Profile(DEFAULT_PROFILE.to_owned())
    }
}

/// The rules in force: 45 CFR parts 160 and 164 as amended in 2013.
const DEFAULT_PROFILE: &str = "hipaa-2013";

impl EngineBuilder {
    /// Takes the policy from TOML text; `docs/POLICY.md` is its manual.
    #[must_use]
    pub fn policy_toml(mut self, text: impl Into<String>) -> Self {
        self.source = Source::Toml(text.into());
        self
    }

    /// Takes the policy from JSON text, which has the same shape as the TOML.
    #[cfg(feature = "serde")]
    #[must_use]
    pub fn policy_json(mut self, text: impl Into<String>) -> Self {
        self.source = Source::Json(text.into());
        self
    }

    /// Takes the policy, and all that it needs but the key of its rosters, from what [`Self::compile`] gave.
    ///
    /// ```
    /// # use sealwax::engine::{BuildErrorKind, Engine};
    /// let bundle = Engine::builder().profile("minimal").compile()?;
    /// assert_eq!(Engine::builder().bundle(bundle).build()?.policy().id().name, "minimal");
    /// let error = Engine::builder().bundle(b"name = 'clinic'".as_slice()).build().unwrap_err();
    /// assert_eq!(error.kind(), BuildErrorKind::Bundle);
    /// # Ok::<(), sealwax::engine::BuildError>(())
    /// ```
    #[cfg(feature = "serde")]
    #[must_use]
    pub fn bundle(mut self, bytes: impl Into<Cow<'static, [u8]>>) -> Self {
        self.source = Source::Bundle(bytes.into());
        self
    }

    /// Takes a built-in policy.
    #[must_use]
    pub fn profile(mut self, name: impl Into<String>) -> Self {
        self.source = Source::Profile(name.into());
        self
    }

    /// Hands in a file that the policy names: an include, a term list, a roster.
    #[must_use]
    pub fn resource(mut self, name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        self.resources.insert(name.into(), bytes.into());
        self
    }

    /// Says who does the cryptography; without it, the first provider that this build contains.
    #[must_use]
    pub fn provider(mut self, provider: Provider) -> Self {
        self.provider = Some(provider);
        self
    }

    /// The key of the rosters that the policy names; without it, a policy that names one is refused.
    #[must_use]
    pub fn roster_key(mut self, key: HashKey) -> Self {
        self.roster_key = Some(key);
        self
    }

    /// Sets one limit on what a message may cost, by its name in [`Limits::NAMES`]; it counts instead of the policy's.
    ///
    /// ```
    /// # use sealwax::engine::{BuildErrorKind, Engine};
    /// let engine = Engine::builder().limit("parts", 100).build()?;
    /// assert_eq!(engine.limits().parts, 100);
    /// let error = Engine::builder().limit("pards", 100).build().unwrap_err();
    /// assert_eq!(error.kind(), BuildErrorKind::Limit);
    /// # Ok::<(), sealwax::engine::BuildError>(())
    /// ```
    #[must_use]
    pub fn limit(mut self, name: impl Into<String>, value: u64) -> Self {
        self.limits.push((name.into(), value));
        self
    }

    /// How many bytes all feeds of the engine may hold together while their messages arrive; 1 GiB without it. What a feed
    /// cannot take any more it refuses, see [`Feed::raw`](super::Feed::raw).
    ///
    /// ```
    /// # use sealwax::Transaction;
    /// # use sealwax::engine::{Engine, FeedErrorKind};
    /// let engine = Engine::builder().feed_budget(1 << 20).build()?;
    /// let mut feed = engine.feed(Transaction::from("nurse@clinic.example")?.to("ann@example.org")?);
    /// assert_eq!(feed.raw(&[b'x'; 2 << 20]).unwrap_err().kind(), FeedErrorKind::Budget);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn feed_budget(mut self, bytes: usize) -> Self {
        self.feed_budget = Some(bytes);
        self
    }

    /// How readily words of health beside a person are taken for PHI; it counts instead of the policy's.
    ///
    /// ```
    /// # use sealwax::classify::{Category, Strictness};
    /// # use sealwax::engine::Engine;
    /// let narrow = Engine::builder().strictness(Strictness::Narrow).build()?;
    /// let text = "Peter Lang has lupus.";
    /// assert!(!narrow.scan_text(text).classification.is(&Category::Phi));
    /// assert!(Engine::builder().build()?.scan_text(text).classification.is(&Category::Phi));
    /// # Ok::<(), sealwax::engine::BuildError>(())
    /// ```
    #[must_use]
    pub fn strictness(mut self, strictness: Strictness) -> Self {
        self.strictness = Some(strictness);
        self
    }

    /// Reads the policy and builds the scanner that it asks for.
    ///
    /// # Errors
    ///
    /// [`BuildErrorKind::Policy`] with line and column when the policy is refused or one of its rules does not hold in its
    /// examples, [`BuildErrorKind::Detector`] when one
    /// of its detectors is, [`BuildErrorKind::Form`] when a file of forms is missing or damaged,
    /// [`BuildErrorKind::Roster`] when a roster or its key is missing or wrong, [`BuildErrorKind::Bundle`] when a bundle is
    /// damaged or was compiled by another build, [`BuildErrorKind::Limit`] when there is
    /// no limit of a name, [`BuildErrorKind::NoProvider`] when this build contains no cryptography.
    pub fn build(mut self) -> Result<Engine, BuildError> {
        let (policy, scanner) = self.policy_and_scanner()?;
        let limits = self.limits(policy.limits())?;
        let rosters = self.rosters(&policy)?;
        let forms = self.forms(&policy)?;
        let provider = self
            .provider
            .or_else(|| Provider::all().first().copied())
            .ok_or(BuildError(Cause::NoProvider))?;
        Ok(Engine {
            inner: Inner {
                silence: Silence::of(&policy),
                placeholders: Placeholders::of(types(&scanner)),
                strictness: self.strictness.unwrap_or_else(|| policy.strictness()),
                composition: Composition::of(policy.composition()),
                policy,
                limits,
                scanner,
                rosters,
                forms,
                provider,
                feeds: Budget::new(self.feed_budget.unwrap_or(FEED_BYTES)),
            }
            .into(),
            cancel: None,
        })
    }

    /// Compiles the policy to a bundle: reads and proves it, runs the examples of its detectors, and keeps what came of it.
    /// [`Engine::from_bundle`] takes it, on any machine with the same build of the library.
    ///
    /// Only the policy counts, and the files that it names: limits, strictness and keys are said when the engine is built.
    ///
    /// # Errors
    ///
    /// As [`Self::build`]; without the key of the rosters, whether they are whole shows when the engine is built.
    #[cfg(feature = "serde")]
    pub fn compile(mut self) -> Result<Vec<u8>, BuildError> {
        if let Source::Bundle(bytes) = self.source {
            return Ok(bytes.into_owned());
        }
        let (policy, _) = self.policy_and_scanner()?;
        if self.roster_key.is_some() {
            self.rosters(&policy)?;
        }
        for (name, file) in policy.rosters() {
            self.resources.get(file).ok_or_else(|| absent_roster(name, file))?;
        }
        self.forms(&policy)?;
        super::bundle::write(&policy, &detectors(&policy), &self.resources)
    }

    /// The policy and its scanner; where a bundle has them, with the files that it holds.
    fn policy_and_scanner(&mut self) -> Result<(Policy, Scanner), BuildError> {
        let policy = match &self.source {
            #[cfg(feature = "serde")]
            Source::Bundle(bytes) => {
                let bundle = super::bundle::read(bytes.clone())?;
                self.resources.extend(bundle.resources);
                return Ok((bundle.policy, bundle.scanner));
            }
            #[cfg(feature = "serde")]
            Source::Json(text) => Policy::from_json(text, &self.resources),
            Source::Profile(name) => Policy::profile(name),
            Source::Toml(text) => Policy::from_toml(text, &self.resources),
        }?;
        let scanner = detectors(&policy).build()?;
        policy.try_composition(&scanner)?;
        Ok((policy, scanner))
    }

    /// The policy's limits, with those that the host sets.
    fn limits(&self, limits: Limits) -> Result<Limits, BuildError> {
        let set = |limits: Limits, (name, value): &(String, u64)| {
            let unknown = || {
                let known = Limits::NAMES.join("`, `");
                BuildError(Cause::Limit(
                    format!("there is no limit `{name}`: they are `{known}`").into(),
                ))
            };
            limits.with(name, *value).ok_or_else(unknown)
        };
        self.limits.iter().try_fold(limits, set)
    }

    /// The rosters that the policy names. One that is not there refuses the policy: its people would go unprotected.
    fn rosters(&self, policy: &Policy) -> Result<Vec<Roster>, BuildError> {
        let read = |(name, file): (&str, &str)| {
            let refused = |why: String| bad_roster(name, why);
            let bytes = self.resources.get(file).ok_or_else(|| absent_roster(name, file))?;
            let keyless = || refused("its key was not handed in".into());
            let key = self.roster_key.as_ref().ok_or_else(keyless)?;
            Roster::read(name, bytes, key).map_err(|error: RosterError| refused(error.to_string()))
        };
        policy.rosters().map(read).collect()
    }

    /// The forms that the policy names.
    fn forms(&self, policy: &Policy) -> Result<Vec<FormSet>, BuildError> {
        let read = |(name, file, health): (&str, &str, bool)| {
            let refused = |why: String| BuildError(Cause::Form(format!("form `{name}`: {why}").into()));
            let absent = || refused(format!("the file `{file}` was not handed in"));
            let bytes = self.resources.get(file).ok_or_else(absent)?;
            let forms = Forms::read(bytes).map_err(|error: FormError| refused(error.to_string()))?;
            Ok(FormSet::new(name, forms, health))
        };
        policy.forms().map(read).collect()
    }
}

/// The scanner with the detectors that the policy adds.
fn detectors(policy: &Policy) -> ScannerBuilder {
    policy
        .detectors()
        .into_iter()
        .fold(Scanner::builder(), ScannerBuilder::detector)
}

fn bad_roster(name: &str, why: impl fmt::Display) -> BuildError {
    BuildError(Cause::Roster(format!("roster `{name}`: {why}").into()))
}

fn absent_roster(name: &str, file: &str) -> BuildError {
    bad_roster(name, format_args!("the file `{file}` was not handed in"))
}

/// An engine could not be built.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct BuildError(#[from] Cause);

/// Why an engine could not be built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BuildErrorKind {
    /// A bundle is damaged, or was compiled by another build.
    Bundle,
    /// A detector of the policy is refused.
    Detector,
    /// A file of forms that the policy names is missing or damaged.
    Form,
    /// There is no limit of the name that the host set.
    Limit,
    /// This build contains no cryptography: neither the feature `ring` nor `pure-rust`.
    NoProvider,
    /// The policy is refused.
    Policy,
    /// A roster that the policy names, or its key, is missing or wrong.
    Roster,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum Cause {
    #[error("{0}")]
    Bundle(Box<str>),
    #[error(transparent)]
    Detector(#[from] DetectError),
    #[error("{0}")]
    Form(Box<str>),
    #[error("{0}")]
    Limit(Box<str>),
    #[error("this build contains no cryptography: enable the feature `ring` or `pure-rust`")]
    NoProvider,
    #[error(transparent)]
    Policy(#[from] PolicyError),
    #[error("{0}")]
    Roster(Box<str>),
}

impl BuildError {
    /// Why.
    #[must_use]
    pub fn kind(&self) -> BuildErrorKind {
        match &self.0 {
            Cause::Bundle(_) => BuildErrorKind::Bundle,
            Cause::Detector(_) => BuildErrorKind::Detector,
            Cause::Form(_) => BuildErrorKind::Form,
            Cause::Limit(_) => BuildErrorKind::Limit,
            Cause::NoProvider => BuildErrorKind::NoProvider,
            Cause::Policy(_) => BuildErrorKind::Policy,
            Cause::Roster(_) => BuildErrorKind::Roster,
        }
    }

    /// The line of the policy file or of the included [`BuildError::file`], from 1, where there is one.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        match &self.0 {
            Cause::Policy(error) => error.line(),
            _ => None,
        }
    }

    /// The included file that it is in, by the name that the policy includes it by; `None` for the policy itself.
    ///
    /// ```
    /// # use sealwax::Engine;
    /// let builder = Engine::builder().policy_toml("include = ['part.toml']").resource("part.toml", "\nbaselin = {}");
    /// let error = builder.build().unwrap_err();
    /// assert_eq!((error.file(), error.line()), (Some("part.toml"), Some(2)));
    /// ```
    #[must_use]
    pub fn file(&self) -> Option<&str> {
        match &self.0 {
            Cause::Policy(error) => error.file(),
            _ => None,
        }
    }

    /// The column in that line, from 1 and in characters.
    #[must_use]
    pub fn column(&self) -> Option<usize> {
        match &self.0 {
            Cause::Policy(error) => error.column(),
            _ => None,
        }
    }
}

impl From<PolicyError> for BuildError {
    fn from(error: PolicyError) -> Self {
        Self(error.into())
    }
}

impl From<DetectError> for BuildError {
    fn from(error: DetectError) -> Self {
        Self(error.into())
    }
}
