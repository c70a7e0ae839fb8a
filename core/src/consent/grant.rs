//! From records to a grant.

use std::collections::BTreeSet;

use super::{Basis, Profile, Status, Waiver};
use crate::classify::{Category, Level};
use crate::{Address, Timestamp};

/// The proof that a waiver covers a message for a recipient at a time. Only [`grant`] and [`grant_under`] make one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentGrant {
    waiver: String,
    basis: Basis,
}

impl ConsentGrant {
    /// The id of the waiver.
    #[must_use]
    pub fn waiver(&self) -> &str {
        &self.waiver
    }

    /// The ground that the waiver stands on.
    #[must_use]
    pub fn basis(&self) -> Basis {
        self.basis
    }
}

/// The grant that `waivers` give for a message to `recipient` under the rules in force ([`Profile::Hipaa2013`]).
///
/// As [`grant_under`].
#[must_use]
pub fn grant(
    waivers: &[Waiver],
    recipient: &Address,
    purpose: Option<&str>,
    categories: &BTreeSet<Category>,
    level: Level,
    now: Timestamp,
) -> Option<ConsentGrant> {
    grant_under(Profile::default(), waivers, recipient, purpose, categories, level, now)
}

/// The grant that `waivers` give for a message to `recipient`, or `None` when none of them covers it.
///
/// A waiver covers a message when it is active at `now`, is for exactly this address (ASCII case apart), carries a
/// risk notice, stands on a basis that the profile accepts, and its scope holds mail, the purpose, every category and
/// the level. Critical content is never covered. Of several, the one with the smallest id is taken, so that the answer
/// does not hang on their order.
#[must_use]
pub fn grant_under(
    profile: Profile,
    waivers: &[Waiver],
    recipient: &Address,
    purpose: Option<&str>,
    categories: &BTreeSet<Category>,
    level: Level,
    now: Timestamp,
) -> Option<ConsentGrant> {
    waivers
        .iter()
        .filter(|waiver| profile.accepts(waiver.basis) && is_in_force(waiver, recipient, now))
        .filter(|waiver| covers(waiver, purpose, categories, level))
        .min_by(|left, right| left.id.cmp(&right.id))
        .map(|waiver| ConsentGrant {
            waiver: waiver.id.clone(),
            basis: waiver.basis,
        })
}

fn is_in_force(waiver: &Waiver, recipient: &Address, now: Timestamp) -> bool {
    waiver.status(now) == Some(Status::Active)
        && waiver.effective_from <= now
        && waiver.risk_notice.is_some()
        && waiver.recipient.as_str().eq_ignore_ascii_case(recipient.as_str())
}

fn covers(waiver: &Waiver, purpose: Option<&str>, categories: &BTreeSet<Category>, level: Level) -> bool {
    let scope = &waiver.scope;
    let purpose_covered = scope.purposes.is_empty() || purpose.is_some_and(|purpose| scope.purposes.contains(purpose));
    let content_covered = level < Level::Critical && level <= scope.maximum && categories.is_subset(&scope.categories);
    scope.covers_mail() && purpose_covered && content_covered
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consent::{Change, Scope};

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn change(millis: i64, status: Status) -> Change {
        Change {
            at: at(millis),
            status,
            actor: "front desk".into(),
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
                purposes: ["appointment".to_owned()].into(),
                categories: [Category::Phi, Category::PersonalIdentifier].into(),
                maximum: Level::Sensitive,
            },
            effective_from: at(10),
            expires: Some(at(100)),
            review_by: None,
            risk_notice: Some("2026-01".into()),
            alternative_offered: None,
            expression: None,
            captured_by: None,
            history: vec![
                change(10, Status::Active),
                change(50, Status::Revoked),
                change(60, Status::Active),
            ],
        }
    }

    fn granted(waiver: Waiver, recipient: &str, purpose: &str, category: Category, level: Level, now: i64) -> bool {
        grant(
            &[waiver],
            &recipient.into(),
            Some(purpose),
            &[category].into(),
            level,
            at(now),
        )
        .is_some()
    }

    #[test]
    fn a_waiver_is_in_force_only_while_its_history_says_so() {
        for (now, expected) in [
            (9, false),
            (10, true),
            (49, true),
            (50, false),
            (60, true),
            (99, true),
            (100, false),
        ] {
            let held = granted(
                waiver(),
                "Ann@example.org",
                "appointment",
                Category::Phi,
                Level::Sensitive,
                now,
            );
            assert_eq!(held, expected, "at {now}");
        }
    }

    #[test]
    fn a_waiver_covers_nothing_outside_its_scope() {
        let ask = |recipient, purpose, category, level| granted(waiver(), recipient, purpose, category, level, 20);
        assert!(!ask("bob@example.org", "appointment", Category::Phi, Level::Sensitive));
        assert!(!ask("ann@example.org", "billing", Category::Phi, Level::Sensitive));
        assert!(!ask(
            "ann@example.org",
            "appointment",
            Category::Financial,
            Level::Sensitive
        ));
    }

    #[test]
    fn critical_content_is_never_covered() {
        let mut generous = waiver();
        generous.scope.maximum = Level::Critical;
        assert!(!granted(
            generous,
            "ann@example.org",
            "appointment",
            Category::Phi,
            Level::Critical,
            20
        ));
    }

    #[test]
    fn a_waiver_for_other_ways_than_mail_grants_nothing() {
        for (communications, expected) in [(vec![], true), (vec!["email", "sms"], true), (vec!["sms"], false)] {
            let mut narrow = waiver();
            narrow.scope.communications = communications.into_iter().map(str::to_owned).collect();
            let held = granted(
                narrow,
                "ann@example.org",
                "appointment",
                Category::Phi,
                Level::Sensitive,
                20,
            );
            assert_eq!(held, expected);
        }
    }

    #[test]
    fn a_waiver_without_a_risk_notice_grants_nothing() {
        let silent = Waiver {
            risk_notice: None,
            ..waiver()
        };
        assert!(!granted(
            silent,
            "ann@example.org",
            "appointment",
            Category::Phi,
            Level::Sensitive,
            20
        ));
    }
}
