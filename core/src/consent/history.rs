//! The life of a waiver: which status may follow which, until when it is kept, when it is due.

use serde::{Deserialize, Serialize};

use super::error::{ConsentError, ConsentErrorKind};
use super::notice::Form;
use super::waiver::{Basis, Waiver};
use crate::ground::{Category, Level};
use crate::{Address, Timestamp};

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
    /// When the registry wrote it down; `None` when no registry did, or one that did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entered_at: Option<Timestamp>,
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
        status(&self.history, self.expires, now)
    }

    /// Whether the record can be entered into a registry, and whether a decision may rest on it.
    ///
    /// # Errors
    ///
    /// [`ConsentErrorKind::Incomplete`] without an id, an exact address, a category, a maximum that reaches a category, or a
    /// history; when it ends before it begins; and when it becomes active without a risk notice, a secure alternative, or
    /// something that shows a choice that was only spoken. [`ConsentErrorKind::Hash`] for a hash that is not 64 hexadecimal
    /// digits. [`ConsentErrorKind::Transition`] for a history whose steps do not follow each other.
    pub fn check(&self) -> Result<(), ConsentError> {
        check_head(&self.id, &self.recipient, self.effective_from, self.expires)?;
        self.check_scope()?;
        self.check_hashes()?;
        check_steps(&self.history)?;
        self.history.iter().try_for_each(|change| self.check_ground(change))
    }

    /// Adds a change of status.
    ///
    /// # Errors
    ///
    /// [`ConsentErrorKind::Transition`] when it may not follow the last one or is older;
    /// [`ConsentErrorKind::Incomplete`] when the waiver would become active without what [`Waiver::check`] asks for.
    pub fn change(&mut self, change: Change) -> Result<(), ConsentError> {
        check_next(&self.history, &change)?;
        self.check_ground(&change)?;
        self.history.push(change);
        Ok(())
    }

    /// The record as the registry knew it at `known`: without what was entered later. What bears no time of entry counts
    /// as known. `None` when the record itself was not there yet.
    ///
    /// With [`Waiver::status`] this answers both questions of an auditor: how it stood on a day, and what was known of that
    /// on another.
    #[must_use]
    pub fn as_known(&self, known: Timestamp) -> Option<Self> {
        is_known(self.entered_at, known).then(|| Self {
            history: history_as_known(&self.history, known),
            ..self.clone()
        })
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
        retained_until(&self.history, self.expires)
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

    /// From when on it is or was in force at the earliest.
    pub(super) fn begins(&self) -> Timestamp {
        let first = self.history.iter().find(|change| change.status == Status::Active);
        first.map_or(self.effective_from, |change| change.at.max(self.effective_from))
    }

    fn check_scope(&self) -> Result<(), ConsentError> {
        let levels = self.scope.categories.iter().map(Category::least_level);
        let least = levels.min().ok_or_else(|| incomplete("a category in the scope"))?;
        if self.scope.maximum == Level::None || self.scope.maximum < least {
            return Err(incomplete(
                "a maximum that reaches the level of a category in the scope",
            ));
        }
        Ok(())
    }

    /// What must be there before it is active: 45 CFR 164.524(c)(3) with HHS FAQ 2060, and 164.508(c)(1)(vi).
    fn check_ground(&self, change: &Change) -> Result<(), ConsentError> {
        if change.status != Status::Active {
            return Ok(());
        }
        let is_said = |text: Option<&str>| text.is_some_and(|text| !text.trim().is_empty());
        if !is_said(self.risk_notice.as_ref().map(|notice| notice.version.as_str())) {
            return Err(incomplete("a risk notice before it is active"));
        }
        if !is_said(self.alternative_offered.as_deref()) {
            return Err(incomplete("a secure alternative that was offered before it is active"));
        }
        let Some(oral) = self
            .expression
            .as_ref()
            .filter(|expression| expression.form == Form::Oral)
        else {
            return Ok(());
        };
        if self.basis == Basis::Authorization {
            return Err(incomplete("a written form, since it is an authorization"));
        }
        if oral.artefact_sha256.is_none() || !is_said(self.captured_by.as_deref()) {
            return Err(incomplete(
                "something that shows what was spoken, and who wrote it down",
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

/// The status at `now`: that of the last change up to then, or its end; `None` before the first.
pub(super) fn status(history: &[Change], expires: Option<Timestamp>, now: Timestamp) -> Option<Status> {
    let last = history
        .iter()
        .filter(|change| change.at <= now)
        .max_by_key(|change| change.at)?;
    let ended = expires.is_some_and(|end| end <= now);
    let ends = matches!(last.status, Status::Active | Status::Proposed | Status::Suspended);
    Some(if ended && ends { Status::Expired } else { last.status })
}

/// What every record needs: a name, one person, an end after its begin.
pub(super) fn check_head(
    id: &str,
    recipient: &Address,
    from: Timestamp,
    expires: Option<Timestamp>,
) -> Result<(), ConsentError> {
    if id.trim().is_empty() || id.chars().any(char::is_control) {
        return Err(incomplete("an id in printable characters"));
    }
    if !is_exact(recipient.as_str()) {
        return Err(incomplete("one exact address as recipient"));
    }
    if expires.is_some_and(|end| end <= from) {
        return Err(incomplete("an end after its begin"));
    }
    Ok(())
}

/// Whether each change may follow the one before it.
pub(super) fn check_steps(history: &[Change]) -> Result<(), ConsentError> {
    if history.is_empty() {
        return Err(incomplete("a first status"));
    }
    let mut steps = history.iter().zip(history.iter().skip(1));
    steps.try_for_each(|(before, change)| check_step(before, change))
}

/// Whether `change` may follow what is there.
pub(super) fn check_next(history: &[Change], change: &Change) -> Result<(), ConsentError> {
    history.last().map_or(Ok(()), |last| check_step(last, change))
}

fn check_step(before: &Change, change: &Change) -> Result<(), ConsentError> {
    if before.status.may_become(change.status) && change.at >= before.at {
        return Ok(());
    }
    Err(ConsentError::new(
        ConsentErrorKind::Transition,
        "a status that may follow the last, at a later time",
    ))
}

pub(super) fn incomplete(what: &str) -> ConsentError {
    ConsentError::new(ConsentErrorKind::Incomplete, what)
}

/// What of a history was entered at `known`.
pub(super) fn history_as_known(history: &[Change], known: Timestamp) -> Vec<Change> {
    let is_there = |change: &&Change| is_known(change.entered_at, known);
    history.iter().filter(is_there).cloned().collect()
}

pub(super) fn is_known(entered_at: Option<Timestamp>, known: Timestamp) -> bool {
    entered_at.is_none_or(|at| at <= known)
}

pub(super) fn retained_until(history: &[Change], expires: Option<Timestamp>) -> Option<Timestamp> {
    let closed = history
        .last()
        .filter(|last| !last.status.may_become(Status::Revoked))
        .map(|last| last.at);
    let end = match (closed, expires) {
        (Some(closed), Some(expires)) => closed.min(expires),
        (Some(end), None) | (None, Some(end)) => end,
        (None, None) => return None,
    };
    Some(Timestamp::from_millis(end.as_millis().saturating_add(RETENTION_MILLIS)))
}

/// Whether two addresses are one person's: case apart, and nobody's is the null one.
pub(super) fn is_same_person(one: &Address, other: &Address) -> bool {
    one == other && !one.is_null()
}

/// One local part, one domain, no blanks and no patterns: a record is for exactly one address.
fn is_exact(text: &str) -> bool {
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
    use crate::consent::{Expression, RiskNotice, Scope};

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

    fn waiver() -> Waiver {
        Waiver {
            sender: None,
            group: None,
            entered_at: None,
            id: "w1".into(),
            individual: None,
            recipient: "ann@example.org".parse().unwrap(),
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
            |waiver| waiver.recipient = "*@example.org".parse().unwrap(),
            |waiver| waiver.recipient = Address::null(),
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
    fn what_was_known_on_a_day_leaves_out_what_was_entered_later() {
        let mut backdated = Waiver {
            entered_at: Some(at(5)),
            ..waiver()
        };
        backdated.change(change(10, Status::Active)).unwrap();
        let revoked = Change {
            entered_at: Some(at(80)),
            ..change(20, Status::Revoked)
        };
        backdated.change(revoked).unwrap();
        let known = |day: i64| backdated.as_known(at(day)).and_then(|record| record.status(at(30)));
        assert_eq!(known(4), None);
        assert_eq!(known(79), Some(Status::Active), "nobody knew of the end");
        assert_eq!(known(80), Some(Status::Revoked));
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
