//! The other direction: what somebody does not want to be sent, or wants in another way.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::error::ConsentError;
use super::history::{
    Change, Status, check_head, check_next, check_steps, history_as_known, incomplete, is_known, is_same_person,
    retained_until, status,
};
use crate::ground::{Disposition, MessageProtection, Requirement};
use crate::{Address, Timestamp};

/// An individual's wish about mail to them (45 CFR 164.522), which only ever raises: the mail is sealed, or it is returned.
///
/// The wish is honoured while its record is active. A record that is not sound is honoured too: it is the safe end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preference {
    /// The record's id, unique among the preferences of the registry.
    pub id: String,
    /// Who the individual is, as a pseudonym of the host's: no name, no number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub individual: Option<String>,
    /// The exact address that the wish is about.
    #[serde(deserialize_with = "Address::deserialize_recipient")]
    pub recipient: Address,
    /// The covered entity that it was told; `None` is every one. It is compared as that of a waiver is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity: Option<String>,
    /// What is asked for.
    pub asks: Asks,
    /// The kinds of communication that it is about, such as `newsletter`; empty is every kind.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub purposes: BTreeSet<String>,
    /// The other way, in words for the sender, such as `by letter`. It may hold an address, so no audit record has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead: Option<String>,
    /// From when on it holds.
    pub effective_from: Timestamp,
    /// When it ends; `None` is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
    /// Who wrote it down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub captured_by: Option<String>,
    /// When the registry wrote it down; `None` when no registry did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entered_at: Option<Timestamp>,
    /// The append-only history of its status, oldest first.
    pub history: Vec<Change>,
}

/// What an individual asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Asks {
    /// Another way than mail to this address: a letter, another address. The mail is returned, and says which.
    Elsewhere,
    /// No mail of this kind. It is returned.
    OptOut,
    /// Sealed mail only: by the portal, S/MIME or PGP.
    Sealed,
}

impl Asks {
    /// Every wish.
    pub const ALL: [Self; 3] = [Self::Elsewhere, Self::OptOut, Self::Sealed];

    /// The name in JSON, in CSV and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Elsewhere => "elsewhere",
            Self::OptOut => "opt-out",
            Self::Sealed => "sealed",
        }
    }

    /// The wish of this name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|asks| asks.name() == name)
    }

    /// What it requires of a message that it is about.
    ///
    /// ```
    /// # use sealwax::consent::Asks;
    /// # use sealwax::policy::Disposition;
    /// assert_eq!(Asks::OptOut.requires().disposition, Disposition::Return);
    /// ```
    #[must_use]
    pub const fn requires(self) -> Requirement {
        match self {
            Self::Elsewhere | Self::OptOut => Requirement {
                disposition: Disposition::Return,
                ..Requirement::NONE
            },
            Self::Sealed => Requirement {
                message: MessageProtection::Sealed,
                ..Requirement::NONE
            },
        }
    }

    /// The section that gives the right: confidential communications, or to ask for a restriction at all.
    #[must_use]
    pub const fn citation(self) -> &'static str {
        match self {
            Self::Elsewhere | Self::Sealed => "45 CFR 164.522(b)",
            Self::OptOut => "45 CFR 164.522",
        }
    }
}

impl fmt::Display for Asks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Preference {
    /// The status at `now`: that of the last change up to then; `None` before the first.
    #[must_use]
    pub fn status(&self, now: Timestamp) -> Option<Status> {
        status(&self.history, self.expires, now)
    }

    /// Whether the record can be entered into a registry.
    ///
    /// # Errors
    ///
    /// [`ConsentErrorKind::Incomplete`](super::ConsentErrorKind) without an id, an exact address, the other way where one is
    /// asked for, or a history; and when it ends before it begins. `Transition` for a history whose steps do not follow each
    /// other.
    pub fn check(&self) -> Result<(), ConsentError> {
        check_head(&self.id, &self.recipient, self.effective_from, self.expires)?;
        let instead = self.instead.as_deref();
        if self.asks == Asks::Elsewhere && instead.is_none_or(|words| words.trim().is_empty()) {
            return Err(incomplete("the other way that is asked for"));
        }
        if instead.is_some_and(|words| words.chars().any(char::is_control)) {
            return Err(incomplete("the other way in printable characters"));
        }
        check_steps(&self.history)
    }

    /// Adds a change of status.
    ///
    /// # Errors
    ///
    /// [`ConsentErrorKind::Transition`](super::ConsentErrorKind) when it may not follow the last one or is older.
    pub fn change(&mut self, change: Change) -> Result<(), ConsentError> {
        check_next(&self.history, &change)?;
        self.history.push(change);
        Ok(())
    }

    /// The record as the registry knew it at `known`; see [`Waiver::as_known`](super::Waiver::as_known).
    #[must_use]
    pub fn as_known(&self, known: Timestamp) -> Option<Self> {
        is_known(self.entered_at, known).then(|| Self {
            history: history_as_known(&self.history, known),
            ..self.clone()
        })
    }

    /// Until when the record is kept: six years after it was last in effect (45 CFR 164.530(j)); `None` while it can
    /// still be in effect.
    #[must_use]
    pub fn retained_until(&self) -> Option<Timestamp> {
        retained_until(&self.history, self.expires)
    }

    /// Whether it is about a message to `recipient` of `purpose` from any of `entities` at `now`, where `purposes` are those
    /// that there are. A message that does not say what it is for, or says what nobody knows, may be of every kind; so may a
    /// kind that nobody knows. One that does not say who sends it may be from everybody.
    pub(crate) fn is_about(
        &self,
        recipient: &Address,
        purpose: Option<&str>,
        purposes: &BTreeSet<String>,
        entities: &[&str],
        now: Timestamp,
    ) -> bool {
        let is_known = purpose.is_some_and(|purpose| purposes.contains(purpose)) && self.purposes.is_subset(purposes);
        let is_meant = self.names(purpose) || !is_known;
        let entity = self.entity.as_deref();
        let is_told = entities.is_empty() || entity.is_none_or(|entity| entities.contains(&entity));
        is_same_person(&self.recipient, recipient) && is_meant && is_told && self.is_in_force(now)
    }

    fn names(&self, purpose: Option<&str>) -> bool {
        self.purposes.is_empty() || purpose.is_some_and(|purpose| self.purposes.contains(purpose))
    }

    fn is_in_force(&self, now: Timestamp) -> bool {
        let is_active = self.status(now) == Some(Status::Active) && self.effective_from <= now;
        is_active || self.check().is_err()
    }

    /// What is asked for, in words that name nobody and no address.
    pub(crate) fn reason(&self, purpose: Option<&str>) -> String {
        let kinds: Vec<String> = self
            .purposes
            .iter()
            .map(|purpose| format!("`{}`", printable(purpose)))
            .collect();
        let kinds = if kinds.is_empty() {
            "all mail".into()
        } else {
            kinds.join(", ")
        };
        let unknown = if self.names(purpose) {
            ""
        } else {
            ", and nobody says that the message is none"
        };
        match self.asks {
            Asks::Elsewhere => format!("the recipient asked for another way for {kinds}{unknown}"),
            Asks::OptOut => format!("the recipient opted out of {kinds}{unknown}"),
            Asks::Sealed => format!("the recipient asked for sealed mail for {kinds}{unknown}"),
        }
    }
}

/// `text` without characters that would steer a terminal, a log or a header.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn change(millis: i64, status: Status) -> Change {
        Change {
            at: at(millis),
            status,
            actor: "desk".into(),
            reason: String::new(),
            entered_at: None,
        }
    }

    fn preference() -> Preference {
        Preference {
            id: "p1".into(),
            individual: None,
            recipient: "ann@example.org".parse().unwrap(),
            entity: None,
            asks: Asks::OptOut,
            purposes: ["newsletter".to_owned()].into(),
            instead: None,
            effective_from: at(10),
            expires: None,
            captured_by: None,
            entered_at: None,
            history: vec![change(10, Status::Active), change(50, Status::Revoked)],
        }
    }

    fn is_about(preference: &Preference, recipient: &str, purpose: Option<&str>, now: i64) -> bool {
        let purposes = ["newsletter", "results"].map(str::to_owned).into();
        preference.is_about(&recipient.parse().unwrap(), purpose, &purposes, &[], at(now))
    }

    #[test]
    fn a_wish_holds_for_its_address_and_its_kind_while_its_history_says_so() {
        for (recipient, purpose, now, expected) in [
            ("Ann@example.org", Some("newsletter"), 10, true),
            ("ann@example.org", Some("newsletter"), 9, false),
            ("ann@example.org", Some("newsletter"), 50, false),
            ("ann@example.org", Some("results"), 10, false),
            ("ann@example.org", None, 10, true),
            ("ann@example.org", Some("newletter"), 10, true),
            ("bob@example.org", Some("newsletter"), 10, false),
        ] {
            assert_eq!(
                is_about(&preference(), recipient, purpose, now),
                expected,
                "{recipient} {purpose:?} {now}"
            );
        }
        let misspelt = Preference {
            purposes: ["newletter".to_owned()].into(),
            ..preference()
        };
        assert!(is_about(&misspelt, "ann@example.org", Some("results"), 10));
        let all = Preference {
            purposes: [].into(),
            ..preference()
        };
        assert!(is_about(&all, "ann@example.org", Some("results"), 10));
    }

    #[test]
    fn a_record_that_is_not_sound_is_honoured() {
        let spoilt: [fn(&mut Preference); 4] = [
            |record| record.id.clear(),
            |record| record.history.clear(),
            |record| record.asks = Asks::Elsewhere,
            |record| record.history.push(change(60, Status::Active)),
        ];
        for (index, spoil) in spoilt.iter().enumerate() {
            let mut record = preference();
            spoil(&mut record);
            assert!(record.check().is_err(), "fault {index}");
            assert!(
                is_about(&record, "ann@example.org", Some("newsletter"), 55),
                "fault {index}"
            );
        }
    }

    #[test]
    fn a_wish_told_to_another_entity_is_not_ours() {
        let told = Preference {
            entity: Some("Clinic".into()),
            ..preference()
        };
        let about = |entities: &[&str]| {
            let purposes = ["newsletter".to_owned()].into();
            told.is_about(
                &"ann@example.org".parse().unwrap(),
                Some("newsletter"),
                &purposes,
                entities,
                at(20),
            )
        };
        assert!(about(&["Clinic"]) && about(&[]));
        assert!(!about(&["Laboratory"]));
    }

    #[test]
    fn every_wish_is_found_by_the_name_that_json_gives_it() {
        for asks in Asks::ALL {
            assert_eq!(serde_json::to_value(asks).unwrap(), asks.name());
            assert_eq!(Asks::by_name(asks.name()), Some(asks));
            assert!(asks.requires() != Requirement::NONE);
        }
    }
}
