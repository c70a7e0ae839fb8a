//! The life of a waiver: which status may follow which, until when it is kept, when it is due.

use serde::{Deserialize, Serialize};

use super::error::{ConsentError, ConsentErrorKind};
use super::waiver::Waiver;
use crate::Timestamp;

/// A change of status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// When.
    pub at: Timestamp,
    /// To what.
    pub status: Status,
    /// By whom.
    pub actor: String,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// The status of a waiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// In force.
    Active,
    /// Past its end.
    Expired,
    /// Written down, not yet in force.
    Proposed,
    /// Withdrawn by the individual.
    Revoked,
    /// Replaced by a later record.
    Superseded,
    /// Out of force for now.
    Suspended,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 6] = [
        Self::Active,
        Self::Expired,
        Self::Proposed,
        Self::Revoked,
        Self::Superseded,
        Self::Suspended,
    ];

    /// The name in JSON and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Expired => "expired",
            Self::Proposed => "proposed",
            Self::Revoked => "revoked",
            Self::Superseded => "superseded",
            Self::Suspended => "suspended",
        }
    }

    /// Whether `next` may follow. What is expired, revoked or superseded stays so: a new choice is a new record.
    #[must_use]
    pub const fn may_become(self, next: Self) -> bool {
        match self {
            Self::Proposed => matches!(next, Self::Active | Self::Expired | Self::Revoked | Self::Superseded),
            Self::Active => matches!(next, Self::Expired | Self::Revoked | Self::Superseded | Self::Suspended),
            Self::Suspended => matches!(next, Self::Active | Self::Expired | Self::Revoked | Self::Superseded),
            Self::Expired | Self::Revoked | Self::Superseded => false,
        }
    }
}

/// What somebody has to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reminder {
    /// It ends at this time.
    Expires(Timestamp),
    /// It has to be reviewed by this time.
    Review(Timestamp),
}

impl Waiver {
    /// The status at `now`: that of the last change up to then; `None` before the first.
    #[must_use]
    pub fn status(&self, now: Timestamp) -> Option<Status> {
        let last = self
            .history
            .iter()
            .filter(|change| change.at <= now)
            .max_by_key(|change| change.at)?;
        let ended = self.expires.is_some_and(|end| end <= now);
        let ends = matches!(last.status, Status::Active | Status::Proposed | Status::Suspended);
        Some(if ended && ends { Status::Expired } else { last.status })
    }

    /// Whether the record can be entered into a registry.
    ///
    /// # Errors
    ///
    /// [`ConsentErrorKind::Incomplete`] without an id, an address, a category, or a history; when it ends before it
    /// begins; and when it becomes active without a risk notice. [`ConsentErrorKind::Hash`] for a hash that is not 64
    /// hexadecimal digits. [`ConsentErrorKind::Transition`] for a history whose steps do not follow each other.
    pub fn check(&self) -> Result<(), ConsentError> {
        let incomplete = |what| Err(ConsentError::new(ConsentErrorKind::Incomplete, what));
        if self.id.is_empty() {
            return incomplete("an id");
        }
        if !is_address(self.recipient.as_str()) {
            return incomplete("one exact address as recipient");
        }
        if self.scope.categories.is_empty() {
            return incomplete("a category in the scope");
        }
        if self.expires.is_some_and(|end| end <= self.effective_from) {
            return incomplete("an end after its begin");
        }
        self.check_hashes()?;
        let (first, rest) = self
            .history
            .split_first()
            .ok_or_else(|| ConsentError::new(ConsentErrorKind::Incomplete, "a first status"))?;
        self.check_notice(first)?;
        let mut before = first;
        for change in rest {
            self.check_step(before, change)?;
            before = change;
        }
        Ok(())
    }

    /// Adds a change of status.
    ///
    /// # Errors
    ///
    /// [`ConsentErrorKind::Transition`] when it may not follow the last one or is older;
    /// [`ConsentErrorKind::Incomplete`] when the waiver would become active without a risk notice.
    pub fn change(&mut self, change: Change) -> Result<(), ConsentError> {
        if let Some(last) = self.history.last() {
            self.check_step(last, &change)?;
        }
        self.history.push(change);
        Ok(())
    }

    /// Until when the record is kept: six years after it was last in effect (45 CFR 164.530(j)); `None` while it can
    /// still be in effect.
    ///
    /// ```
    /// # use sealwax::consent::RETENTION_YEARS;
    /// assert_eq!(RETENTION_YEARS, 6);
    /// ```
    #[must_use]
    pub fn retained_until(&self) -> Option<Timestamp> {
        let closed = self
            .history
            .last()
            .filter(|last| !last.status.may_become(Status::Revoked))
            .map(|last| last.at);
        let end = match (closed, self.expires) {
            (Some(closed), Some(expires)) => closed.min(expires),
            (Some(end), None) | (None, Some(end)) => end,
            (None, None) => return None,
        };
        Some(Timestamp::from_millis(end.as_millis().saturating_add(RETENTION_MILLIS)))
    }

    /// What is due up to `until` for a waiver that is in force at `now`, what has been missed included.
    #[must_use]
    pub fn reminders(&self, now: Timestamp, until: Timestamp) -> Vec<Reminder> {
        if self.status(now) != Some(Status::Active) {
            return Vec::new();
        }
        let review = self.review_by.filter(|at| *at <= until).map(Reminder::Review);
        let expiry = self.expires.filter(|at| *at <= until).map(Reminder::Expires);
        review.into_iter().chain(expiry).collect()
    }

    fn check_step(&self, before: &Change, change: &Change) -> Result<(), ConsentError> {
        if !before.status.may_become(change.status) || change.at < before.at {
            return Err(ConsentError::new(
                ConsentErrorKind::Transition,
                "a status that may follow the last, at a later time",
            ));
        }
        self.check_notice(change)
    }

    fn check_notice(&self, change: &Change) -> Result<(), ConsentError> {
        let known = self
            .risk_notice
            .as_ref()
            .is_some_and(|notice| !notice.version.is_empty());
        if change.status == Status::Active && !known {
            return Err(ConsentError::new(
                ConsentErrorKind::Incomplete,
                "a risk notice before it is active",
            ));
        }
        Ok(())
    }

    fn check_hashes(&self) -> Result<(), ConsentError> {
        let notice = self.risk_notice.as_ref().and_then(|notice| notice.sha256.as_deref());
        let artefact = self
            .expression
            .as_ref()
            .and_then(|expression| expression.artefact_sha256.as_deref());
        let is_hash = |text: &str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if notice.into_iter().chain(artefact).all(is_hash) {
            return Ok(());
        }
        Err(ConsentError::new(
            ConsentErrorKind::Hash,
            "64 hexadecimal digits of SHA-256",
        ))
    }
}

/// One local part, one domain, no blanks and no patterns: a waiver is for exactly one address.
fn is_address(text: &str) -> bool {
    let plain = !text
        .chars()
        .any(|c| c.is_whitespace() || c.is_control() || matches!(c, '*' | ',' | ';' | '<' | '>'));
    plain
        && text
            .rsplit_once('@')
            .is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty())
}

/// How many years a record is kept after it was last in effect (45 CFR 164.530(j)(2)).
pub const RETENTION_YEARS: i64 = 6;

/// Six years with one leap day more than any six years hold.
const RETENTION_MILLIS: i64 = (RETENTION_YEARS * 365 + 2) * 24 * 60 * 60 * 1000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::{Category, Level};
    use crate::consent::{Basis, Expression, Form, RiskNotice, Scope};

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn change(millis: i64, status: Status) -> Change {
        Change {
            at: at(millis),
            status,
            actor: "desk".into(),
            reason: String::new(),
        }
    }

    fn waiver() -> Waiver {
        Waiver {
            id: "w1".into(),
            individual: None,
            recipient: "ann@example.org".into(),
            representative: None,
            entity: None,
            basis: Basis::Access,
            scope: Scope {
                communications: [].into(),
                purposes: [].into(),
                categories: [Category::Phi].into(),
                maximum: Level::Sensitive,
            },
            effective_from: at(10),
            expires: Some(at(100)),
            review_by: Some(at(60)),
            risk_notice: Some("2026-01".into()),
            alternative_offered: Some("portal".into()),
            expression: None,
            captured_by: None,
            history: vec![change(5, Status::Proposed)],
        }
    }

    #[test]
    fn a_status_follows_only_where_the_table_says_so() {
        let ends = [Status::Expired, Status::Revoked, Status::Superseded];
        for from in Status::ALL {
            for to in Status::ALL {
                let expected = !ends.contains(&from)
                    && from != to
                    && to != Status::Proposed
                    && !(from == Status::Proposed && to == Status::Suspended);
                assert_eq!(from.may_become(to), expected, "{from:?} to {to:?}");
            }
        }
    }

    #[test]
    fn a_change_that_may_not_follow_leaves_the_record_as_it_was() {
        let mut waiver = waiver();
        waiver.change(change(10, Status::Active)).unwrap();
        assert_eq!(
            waiver.change(change(9, Status::Revoked)).unwrap_err().kind(),
            ConsentErrorKind::Transition
        );
        waiver.change(change(20, Status::Revoked)).unwrap();
        assert_eq!(
            waiver.change(change(30, Status::Active)).unwrap_err().kind(),
            ConsentErrorKind::Transition
        );
        assert_eq!(waiver.history.len(), 3);
    }

    #[test]
    fn what_was_revoked_stays_revoked_after_its_end() {
        let mut waiver = waiver();
        waiver.change(change(10, Status::Active)).unwrap();
        assert_eq!(waiver.status(at(100)), Some(Status::Expired));
        waiver.change(change(20, Status::Revoked)).unwrap();
        assert_eq!(waiver.status(at(100)), Some(Status::Revoked));
    }

    #[test]
    fn a_waiver_is_never_active_without_a_risk_notice() {
        let mut silent = Waiver {
            risk_notice: None,
            ..waiver()
        };
        assert!(silent.check().is_ok());
        assert_eq!(
            silent.change(change(10, Status::Active)).unwrap_err().kind(),
            ConsentErrorKind::Incomplete
        );
        silent.history = vec![change(5, Status::Active)];
        assert_eq!(silent.check().unwrap_err().kind(), ConsentErrorKind::Incomplete);
    }

    #[test]
    fn an_incomplete_record_is_refused() {
        assert!(waiver().check().is_ok());
        let broken: [fn(&mut Waiver); 7] = [
            |waiver| waiver.id.clear(),
            |waiver| waiver.recipient = "*@example.org".into(),
            |waiver| waiver.recipient = "ann".into(),
            |waiver| waiver.scope.categories.clear(),
            |waiver| waiver.expires = Some(waiver.effective_from),
            |waiver| waiver.history.clear(),
            |waiver| {
                let form = Form::Paper;
                waiver.expression = Some(Expression {
                    form,
                    artefact_sha256: Some("abc".into()),
                });
            },
        ];
        for (index, spoil) in broken.iter().enumerate() {
            let mut waiver = waiver();
            spoil(&mut waiver);
            assert!(waiver.check().is_err(), "fault {index}");
        }
        let notice = RiskNotice {
            sha256: Some("xyz".into()),
            ..RiskNotice::from("1")
        };
        let waiver = Waiver {
            risk_notice: Some(notice),
            ..waiver()
        };
        assert_eq!(waiver.check().unwrap_err().kind(), ConsentErrorKind::Hash);
    }

    #[test]
    fn a_record_is_kept_six_years_after_it_was_last_in_effect() {
        let open = Waiver {
            expires: None,
            ..waiver()
        };
        assert_eq!(open.retained_until(), None);
        let mut ended = Waiver {
            expires: Some("2026-03-01T00:00:00Z".parse().unwrap()),
            ..waiver()
        };
        let six_years: Timestamp = "2032-03-01T00:00:00Z".parse().unwrap();
        assert!(ended.retained_until().unwrap() >= six_years);
        ended.change(change(20, Status::Revoked)).unwrap();
        assert_eq!(
            ended.retained_until(),
            Some(at(20 + RETENTION_MILLIS)),
            "what is revoked ends before its end"
        );
    }

    #[test]
    fn what_is_due_is_remembered_while_the_waiver_is_in_force() {
        let mut waiver = waiver();
        assert_eq!(waiver.reminders(at(20), at(200)), []);
        waiver.change(change(10, Status::Active)).unwrap();
        assert_eq!(waiver.reminders(at(20), at(59)), []);
        assert_eq!(waiver.reminders(at(20), at(60)), [Reminder::Review(at(60))]);
        assert_eq!(
            waiver.reminders(at(70), at(200)),
            [Reminder::Review(at(60)), Reminder::Expires(at(100))]
        );
    }
}
