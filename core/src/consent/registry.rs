//! Where waivers are kept.

use std::collections::{BTreeMap, BTreeSet};

use super::error::ConsentError;
use super::grant::{ConsentGrant, grant_under};
use super::history::Change;
use super::waiver::{Profile, Waiver};
use crate::classify::{Category, Level};
use crate::{Address, Timestamp};

/// A place that keeps waivers and only ever adds to them. `sealwax-store` has one in SQLite.
pub trait Registry {
    /// Why the place could not answer, or refused.
    type Error: From<ConsentError>;

    /// Enters a record with its history.
    ///
    /// # Errors
    ///
    /// What [`Waiver::check`] refuses, and a record whose id is there already.
    fn add(&mut self, waiver: &Waiver) -> Result<(), Self::Error>;

    /// Adds a change to the history of a record.
    ///
    /// # Errors
    ///
    /// What [`Waiver::change`] refuses, and an id that is not there.
    fn change(&mut self, id: &str, change: &Change) -> Result<(), Self::Error>;

    /// The record of this id.
    ///
    /// # Errors
    ///
    /// Only what the place itself runs into.
    fn find(&self, id: &str) -> Result<Option<Waiver>, Self::Error>;

    /// The records for exactly this address, ASCII case apart, by id.
    ///
    /// # Errors
    ///
    /// Only what the place itself runs into.
    fn of_recipient(&self, recipient: &Address) -> Result<Vec<Waiver>, Self::Error>;

    /// Every record, by id.
    ///
    /// # Errors
    ///
    /// Only what the place itself runs into.
    fn all(&self) -> Result<Vec<Waiver>, Self::Error>;

    /// The grant that was in force at `at`, which may lie in the past.
    ///
    /// # Errors
    ///
    /// Only what the place itself runs into.
    fn active(&self, question: &Question<'_>, at: Timestamp) -> Result<Option<ConsentGrant>, Self::Error> {
        let waivers = self.of_recipient(question.recipient)?;
        let Question {
            profile,
            recipient,
            purpose,
            categories,
            level,
        } = *question;
        Ok(grant_under(
            profile, &waivers, recipient, purpose, categories, level, at,
        ))
    }
}

/// A message that a waiver is asked to cover.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// Under which rules.
    pub profile: Profile,
    /// To whom.
    pub recipient: &'a Address,
    /// For which purpose.
    pub purpose: Option<&'a str>,
    /// With which content.
    pub categories: &'a BTreeSet<Category>,
    /// At which level.
    pub level: Level,
}

/// A registry in memory, for tests and for hosts that keep their records elsewhere.
///
/// ```
/// # use sealwax::consent::{MemoryRegistry, Registry};
/// assert!(MemoryRegistry::default().all()?.is_empty());
/// # Ok::<(), sealwax::consent::ConsentError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct MemoryRegistry {
    waivers: BTreeMap<String, Waiver>,
}

impl Registry for MemoryRegistry {
    type Error = ConsentError;

    fn add(&mut self, waiver: &Waiver) -> Result<(), ConsentError> {
        waiver.check()?;
        if self.waivers.contains_key(&waiver.id) {
            return Err(ConsentError::duplicate());
        }
        self.waivers.insert(waiver.id.clone(), waiver.clone());
        Ok(())
    }

    fn change(&mut self, id: &str, change: &Change) -> Result<(), ConsentError> {
        let waiver = self.waivers.get_mut(id).ok_or_else(ConsentError::unknown)?;
        waiver.change(change.clone())
    }

    fn find(&self, id: &str) -> Result<Option<Waiver>, ConsentError> {
        Ok(self.waivers.get(id).cloned())
    }

    fn of_recipient(&self, recipient: &Address) -> Result<Vec<Waiver>, ConsentError> {
        let same = |waiver: &&Waiver| waiver.recipient.as_str().eq_ignore_ascii_case(recipient.as_str());
        Ok(self.waivers.values().filter(same).cloned().collect())
    }

    fn all(&self) -> Result<Vec<Waiver>, ConsentError> {
        Ok(self.waivers.values().cloned().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consent::{ConsentErrorKind, Status, parse_csv};

    const CSV: &str = "id,recipient,basis,categories,purposes,effective_from,risk_notice,actor\n\
                       w1,ann@example.org,preference,phi,appointment,1970-01-01T00:00:10Z,2026-01,desk\n";

    fn registry() -> MemoryRegistry {
        let mut registry = MemoryRegistry::default();
        for (_, waiver) in parse_csv(CSV).unwrap() {
            registry.add(&waiver.unwrap()).unwrap();
        }
        registry
    }

    fn granted(registry: &MemoryRegistry, profile: Profile, at: i64) -> bool {
        let recipient: Address = "Ann@example.org".into();
        let categories = [Category::Phi].into();
        let question = Question {
            profile,
            recipient: &recipient,
            purpose: Some("appointment"),
            categories: &categories,
            level: Level::Sensitive,
        };
        registry
            .active(&question, Timestamp::from_millis(at))
            .unwrap()
            .is_some()
    }

    #[test]
    fn a_point_in_time_is_answered_as_it_was_then() {
        let mut registry = registry();
        let revoked = Change {
            at: Timestamp::from_millis(50_000),
            status: Status::Revoked,
            actor: "ann".into(),
            reason: String::new(),
        };
        registry.change("w1", &revoked).unwrap();
        for (at, expected) in [(9_999, false), (10_000, true), (49_999, true), (50_000, false)] {
            assert_eq!(granted(&registry, Profile::Hipaa2013, at), expected, "at {at}");
        }
    }

    #[test]
    fn the_proposed_rules_take_no_general_preference() {
        assert!(granted(&registry(), Profile::Hipaa2013, 20_000));
        assert!(!granted(&registry(), Profile::HipaaNprm2025, 20_000));
    }

    #[test]
    fn an_id_is_entered_once_and_changed_only_when_it_is_there() {
        let mut registry = registry();
        let again = registry.find("w1").unwrap().unwrap();
        assert_eq!(registry.add(&again).unwrap_err().kind(), ConsentErrorKind::Duplicate);
        let change = again.history[0].clone();
        assert_eq!(
            registry.change("w2", &change).unwrap_err().kind(),
            ConsentErrorKind::Unknown
        );
    }
}
