//! Where waivers are kept.

use std::collections::BTreeMap;

use super::error::ConsentError;
use super::grant::{Judgement, Question, judge};
use super::history::{Change, is_same_person};
use super::preference::Preference;
use super::waiver::Waiver;
use crate::{Address, Timestamp};

/// A place that keeps waivers and preferences and only ever adds to them. `sealwax-store` has one in SQLite.
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

    /// What the waivers came to at `at`, which may lie in the past.
    ///
    /// # Errors
    ///
    /// Only what the place itself runs into.
    fn judge(&self, question: &Question<'_>, at: Timestamp) -> Result<Judgement, Self::Error> {
        Ok(judge(&self.of_recipient(question.recipient)?, question, at))
    }

    /// Enters a preference with its history.
    ///
    /// # Errors
    ///
    /// What [`Preference::check`] refuses, and a preference whose id is there already.
    fn add_preference(&mut self, preference: &Preference) -> Result<(), Self::Error>;

    /// Adds a change to the history of a preference.
    ///
    /// # Errors
    ///
    /// What [`Preference::change`] refuses, and an id that is not there.
    fn change_preference(&mut self, id: &str, change: &Change) -> Result<(), Self::Error>;

    /// The preference of this id.
    ///
    /// # Errors
    ///
    /// Only what the place itself runs into.
    fn find_preference(&self, id: &str) -> Result<Option<Preference>, Self::Error>;

    /// The preferences about exactly this address, ASCII case apart, by id.
    ///
    /// # Errors
    ///
    /// Only what the place itself runs into.
    fn preferences_of(&self, recipient: &Address) -> Result<Vec<Preference>, Self::Error>;

    /// Every preference, by id.
    ///
    /// # Errors
    ///
    /// Only what the place itself runs into.
    fn all_preferences(&self) -> Result<Vec<Preference>, Self::Error>;
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
    preferences: BTreeMap<String, Preference>,
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
        let same = |waiver: &&Waiver| is_same_person(&waiver.recipient, recipient);
        Ok(self.waivers.values().filter(same).cloned().collect())
    }

    fn all(&self) -> Result<Vec<Waiver>, ConsentError> {
        Ok(self.waivers.values().cloned().collect())
    }

    fn add_preference(&mut self, preference: &Preference) -> Result<(), ConsentError> {
        preference.check()?;
        if self.preferences.contains_key(&preference.id) {
            return Err(ConsentError::duplicate());
        }
        self.preferences.insert(preference.id.clone(), preference.clone());
        Ok(())
    }

    fn change_preference(&mut self, id: &str, change: &Change) -> Result<(), ConsentError> {
        let preference = self.preferences.get_mut(id).ok_or_else(ConsentError::unknown)?;
        preference.change(change.clone())
    }

    fn find_preference(&self, id: &str) -> Result<Option<Preference>, ConsentError> {
        Ok(self.preferences.get(id).cloned())
    }

    fn preferences_of(&self, recipient: &Address) -> Result<Vec<Preference>, ConsentError> {
        let same = |preference: &&Preference| is_same_person(&preference.recipient, recipient);
        Ok(self.preferences.values().filter(same).cloned().collect())
    }

    fn all_preferences(&self) -> Result<Vec<Preference>, ConsentError> {
        Ok(self.preferences.values().cloned().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consent::{ConsentErrorKind, Profile, Status, parse_csv};
    use crate::ground::{Category, Level};

    const CSV: &str = "id,recipient,basis,categories,purposes,effective_from,risk_notice,actor,alternative_offered\n\
                       w1,ann@example.org,preference,phi,appointment,1970-01-01T00:00:10Z,2026-01,desk,portal\n";

    fn registry() -> MemoryRegistry {
        let mut registry = MemoryRegistry::default();
        for (_, waiver) in parse_csv(CSV).unwrap() {
            registry.add(&waiver.unwrap()).unwrap();
        }
        registry
    }

    fn granted(registry: &MemoryRegistry, profile: Profile, at: i64) -> bool {
        let recipient: Address = "Ann@example.org".parse().unwrap();
        let categories = [Category::Phi].into();
        let question = Question {
            profile,
            purpose: Some("appointment"),
            ..Question::new(&recipient, &categories, Level::Sensitive)
        };
        let judgement = registry.judge(&question, Timestamp::from_millis(at)).unwrap();
        judgement.grant.is_some()
    }

    #[test]
    fn a_point_in_time_is_answered_as_it_was_then() {
        let mut registry = registry();
        let revoked = Change {
            at: Timestamp::from_millis(50_000),
            status: Status::Revoked,
            actor: "ann".into(),
            reason: String::new(),
            entered_at: None,
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
