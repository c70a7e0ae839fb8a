//! From records to a grant, and why a record gives none.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::history::is_same_person;
use super::{Basis, Profile, Status, Waiver};
use crate::ground::{Category, Level};
use crate::{Address, Timestamp};

/// The proof that a waiver covers a message for a recipient at a time. Only [`judge`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentGrant {
    waiver: String,
    basis: Basis,
    overdue: Option<Timestamp>,
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

    /// By when somebody should have asked again, where that time is over. The waiver stands in spite of it.
    #[must_use]
    pub fn overdue(&self) -> Option<Timestamp> {
        self.overdue
    }
}

/// A message that a waiver is asked to cover.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// Under which rules.
    pub profile: Profile,
    /// From whom; `None` is nobody that a waiver could be bound to.
    pub sender: Option<&'a Address>,
    /// The groups that the sender belongs to.
    pub groups: &'a [&'a str],
    /// The names of the entity that sends: the policy's own, the account's.
    pub entities: &'a [&'a str],
    /// To whom.
    pub recipient: &'a Address,
    /// For which purpose.
    pub purpose: Option<&'a str>,
    /// The purposes that there are; `None` when nobody has said which.
    pub purposes: Option<&'a BTreeSet<String>>,
    /// With which content.
    pub categories: &'a BTreeSet<Category>,
    /// At which level.
    pub level: Level,
}

impl<'a> Question<'a> {
    /// A message with content of these `categories` at this `level` to `recipient`, under the rules in force, from nobody
    /// in particular and without a purpose.
    #[must_use]
    pub fn new(recipient: &'a Address, categories: &'a BTreeSet<Category>, level: Level) -> Self {
        Self {
            profile: Profile::default(),
            sender: None,
            groups: &[],
            entities: &[],
            recipient,
            purpose: None,
            purposes: None,
            categories,
            level,
        }
    }
}

/// What waivers come to for one message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judgement {
    /// The grant; `None` when no waiver covers the message.
    pub grant: Option<ConsentGrant>,
    /// The waivers that gave none, in their order.
    pub unapplied: Vec<Unapplied>,
}

/// A waiver that did not apply.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Unapplied {
    /// The id of the waiver.
    pub waiver: String,
    /// Why, in words that go on from the id, such as `does not cover clinical-data`.
    pub reason: String,
}

impl Unapplied {
    pub(crate) fn new(waiver: &Waiver, reason: impl Into<String>) -> Self {
        Self {
            waiver: waiver.id.clone(),
            reason: reason.into(),
        }
    }
}

/// Judges `waivers` for a message at `now`.
///
/// A waiver covers a message when the record is sound ([`Waiver::check`], as in a registry) and no other of the same id
/// stands beside it; when it is active at `now`, for exactly this address, on a basis that the profile accepts, and bound
/// to no other sender, group or entity; and when its scope holds mail, the purpose, every category and the level. Critical
/// content is never covered. Of several, the one with the smallest id is taken, so that the answer does not hang on their
/// order.
///
/// ```
/// # use sealwax::Timestamp;
/// # use sealwax::classify::{Category, Level};
/// # use sealwax::consent::{Question, judge, parse_csv};
/// let rows = parse_csv("id,recipient,basis,categories,effective_from,actor,risk_notice,alternative_offered\n\
///                       w1,ann@example.org,preference,treatment,2026-01-01T00:00:00Z,desk,2026-01,portal\n")?;
/// let waiver = rows[0].1.clone()?;
/// let (ann, content) = ("ann@example.org".parse().unwrap(), [Category::Treatment, Category::ClinicalData].into());
/// let now: Timestamp = "2026-02-01T00:00:00Z".parse().unwrap();
/// let judgement = judge(&[waiver], &Question::new(&ann, &content, Level::Sensitive), now);
/// assert_eq!(judgement.unapplied[0].reason, "does not cover clinical-data");
/// # Ok::<(), sealwax::consent::ConsentError>(())
/// ```
#[must_use]
pub fn judge(waivers: &[Waiver], question: &Question<'_>, now: Timestamp) -> Judgement {
    let mut times: BTreeMap<&str, u32> = BTreeMap::new();
    for waiver in waivers {
        let seen = times.entry(&waiver.id).or_default();
        *seen = seen.saturating_add(1);
    }
    let objection = |waiver: &Waiver| {
        if times.get(waiver.id.as_str()).is_some_and(|seen| *seen > 1) {
            return Some(AMBIGUOUS.to_owned());
        }
        question.objection(waiver, now)
    };
    let objections: Vec<Option<String>> = waivers.iter().map(objection).collect();
    let judged = || waivers.iter().zip(&objections);
    let covering = judged().filter(|(_, objection)| objection.is_none());
    let taken = covering
        .map(|(waiver, _)| waiver)
        .min_by(|left, right| left.id.cmp(&right.id));
    let unapplied = judged().filter_map(|(waiver, objection)| match (objection, taken) {
        (Some(reason), _) => Some(Unapplied::new(waiver, reason)),
        (None, Some(taken)) if taken.id != waiver.id => {
            Some(Unapplied::new(waiver, format!("is not needed beside `{}`", taken.id)))
        }
        (None, _) => None,
    });
    Judgement {
        unapplied: unapplied.collect(),
        grant: taken.map(|waiver| ConsentGrant {
            waiver: waiver.id.clone(),
            basis: waiver.basis,
            overdue: waiver.review_by.filter(|due| *due < now),
        }),
    }
}

/// Why two records of one id give nothing: nobody can say which of them somebody chose.
pub(crate) const AMBIGUOUS: &str = "shares its id with another record";

impl Question<'_> {
    /// Why `waiver` does not cover the message; `None` when it does.
    fn objection(&self, waiver: &Waiver, now: Timestamp) -> Option<String> {
        if let Err(error) = waiver.check() {
            return Some(format!("needs {}", error.expected()));
        }
        if !is_same_person(&waiver.recipient, self.recipient) {
            return Some("is for another address".into());
        }
        if !self.profile.accepts(waiver.basis) {
            return Some(format!(
                "stands on `{}`, which is no ground any more",
                waiver.basis.name()
            ));
        }
        out_of_force(waiver, now)
            .or_else(|| self.bound_to_another(waiver))
            .or_else(|| self.purpose_left_out(waiver))
            .or_else(|| self.content_left_out(waiver))
    }

    fn bound_to_another(&self, waiver: &Waiver) -> Option<String> {
        let is_sender = |address: &Address| self.sender.is_some_and(|sender| is_same_person(sender, address));
        if waiver.sender.as_ref().is_some_and(|address| !is_sender(address)) {
            return Some("is for mail from another sender".into());
        }
        if let Some(group) = waiver.group.as_deref().filter(|group| !self.groups.contains(group)) {
            return Some(format!("is for mail from the group `{group}`"));
        }
        let entity = waiver
            .entity
            .as_deref()
            .filter(|entity| !self.entities.contains(entity))?;
        Some(if self.entities.is_empty() {
            format!("is for mail from `{entity}`, and neither the policy nor an account says who sends")
        } else {
            format!("is for mail from `{entity}`")
        })
    }

    fn purpose_left_out(&self, waiver: &Waiver) -> Option<String> {
        let scope = &waiver.scope;
        if !scope.covers_mail() {
            return Some("does not cover mail".into());
        }
        let is_unknown = |purpose: &&String| self.purposes.is_some_and(|known| !known.contains(*purpose));
        if let Some(purpose) = scope.purposes.iter().find(is_unknown) {
            return Some(format!(
                "names the purpose `{purpose}`, which the policy does not declare"
            ));
        }
        match self.purpose {
            _ if scope.purposes.is_empty() => None,
            None => Some("covers some purposes only, and the message has none".into()),
            Some(purpose) if scope.purposes.contains(purpose) => None,
            Some(purpose) => Some(format!("does not cover the purpose `{purpose}`")),
        }
    }

    fn content_left_out(&self, waiver: &Waiver) -> Option<String> {
        let uncovered = self.categories.iter().filter(|category| !waiver.scope.covers(category));
        let uncovered: Vec<String> = uncovered.map(Category::name).collect();
        if !uncovered.is_empty() {
            return Some(format!("does not cover {}", uncovered.join(", ")));
        }
        if self.level == Level::Critical {
            return Some("does not cover critical content, which none does".into());
        }
        let is_above = self.level > waiver.scope.maximum;
        is_above.then(|| format!("does not cover the level `{}`", self.level.name()))
    }
}

fn out_of_force(waiver: &Waiver, now: Timestamp) -> Option<String> {
    let last = waiver.history.iter().rfind(|change| change.at <= now);
    match waiver.status(now) {
        Some(Status::Active) if waiver.effective_from <= now => None,
        Some(Status::Active) | None => Some(format!("begins {}", waiver.begins())),
        Some(Status::Expired) => Some(match waiver.expires.filter(|end| *end <= now) {
            Some(end) => format!("ended {end}"),
            None => "has ended".into(),
        }),
        Some(status @ (Status::Proposed | Status::Revoked | Status::Superseded | Status::Suspended)) => {
            let since = last.map(|change| format!(" since {}", change.at)).unwrap_or_default();
            Some(format!("is {}{since}", status.name()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consent::{Change, Expression, Form, Scope};

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn change(millis: i64, status: Status) -> Change {
        Change {
            at: at(millis),
            status,
            actor: "front desk".into(),
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
                purposes: ["appointment".to_owned()].into(),
                categories: [Category::Phi, Category::Financial].into(),
                maximum: Level::Sensitive,
            },
            effective_from: at(10),
            expires: Some(at(100)),
            review_by: Some(at(70)),
            risk_notice: Some("2026-01".into()),
            alternative_offered: Some("portal".into()),
            expression: None,
            captured_by: None,
            history: vec![
                change(10, Status::Active),
                change(50, Status::Suspended),
                change(60, Status::Active),
            ],
        }
    }

    /// Test data that lives as long as the program, so that a question can be changed to it.
    fn kept<T>(value: T) -> &'static T {
        Box::leak(Box::new(value))
    }

    /// What is made of an ordinary question to Ann.
    fn judged(waivers: &[Waiver], ask: &dyn Fn(&mut Question<'static>), now: i64) -> Judgement {
        let purposes: BTreeSet<String> = ["appointment", "billing"].map(str::to_owned).into();
        let mut question = Question {
            sender: Some(kept("nurse@clinic.example".parse().unwrap())),
            groups: &["nurses"],
            entities: &["Clinic"],
            purpose: Some("appointment"),
            purposes: Some(kept(purposes)),
            ..Question::new(
                kept("Ann@example.org".parse().unwrap()),
                kept([Category::Phi].into()),
                Level::Sensitive,
            )
        };
        ask(&mut question);
        judge(waivers, &question, at(now))
    }

    type Case = (&'static str, fn(&mut Question<'static>));

    #[test]
    fn a_waiver_is_in_force_only_while_its_history_says_so() {
        for (now, expected) in [
            (9, Some(format!("begins {}", at(10)))),
            (10, None),
            (49, None),
            (50, Some(format!("is suspended since {}", at(50)))),
            (60, None),
            (99, None),
            (100, Some(format!("ended {}", at(100)))),
        ] {
            let judgement = judged(&[waiver()], &|_| {}, now);
            let reason = judgement.unapplied.first().map(|one| one.reason.clone());
            assert_eq!(reason, expected, "at {now}");
            assert_eq!(judgement.grant.is_some(), expected.is_none(), "at {now}");
        }
    }

    /// What makes a record one that no registry takes.
    type Spoil<'a> = &'a dyn Fn(&mut Waiver);

    #[test]
    fn every_record_that_a_registry_refuses_gives_nothing_and_says_why() {
        let hash = || Some("ab".repeat(32));
        let spoilt: [(&str, Spoil<'_>); 16] = [
            ("needs an id", &|waiver| waiver.id.clear()),
            ("needs an id", &|waiver| waiver.id = "w\n1".into()),
            ("needs a risk notice", &|waiver| waiver.risk_notice = None),
            ("needs a risk notice", &|waiver| waiver.risk_notice = Some(" ".into())),
            ("needs a status that may follow", &|waiver| {
                waiver.history = vec![
                    change(1, Status::Active),
                    change(2, Status::Revoked),
                    change(3, Status::Active),
                ];
            }),
            ("needs a first status", &|waiver| waiver.history.clear()),
            ("needs a secure alternative", &|waiver| {
                waiver.alternative_offered = None;
            }),
            ("needs a secure alternative", &|waiver| {
                waiver.alternative_offered = Some(String::new());
            }),
            ("needs something that shows", &|waiver| {
                waiver.expression = Some(Expression {
                    form: Form::Oral,
                    artefact_sha256: None,
                });
            }),
            ("needs something that shows", &|waiver| {
                waiver.expression = Some(Expression {
                    form: Form::Oral,
                    artefact_sha256: hash(),
                });
            }),
            ("needs a written form", &|waiver| {
                waiver.basis = Basis::Authorization;
                waiver.captured_by = Some("desk".into());
                waiver.expression = Some(Expression {
                    form: Form::Oral,
                    artefact_sha256: hash(),
                });
            }),
            ("needs a category", &|waiver| waiver.scope.categories.clear()),
            ("needs a maximum", &|waiver| waiver.scope.maximum = Level::None),
            ("needs a maximum", &|waiver| waiver.scope.maximum = Level::Personal),
            ("names the purpose `picnic`", &|waiver| {
                waiver.scope.purposes.extend(["picnic".to_owned()]);
            }),
            ("needs an end after", &|waiver| waiver.expires = Some(at(5))),
        ];
        for (expected, spoil) in spoilt {
            let mut waiver = waiver();
            spoil(&mut waiver);
            let judgement = judged(&[waiver.clone()], &|_| {}, 20);
            assert_eq!(judgement.grant, None, "{expected}");
            let reason = &judgement.unapplied[0].reason;
            assert!(reason.starts_with(expected), "{reason} for {expected}");
        }
    }

    #[test]
    fn two_records_of_one_id_give_nothing_whatever_they_say() {
        for second in [
            waiver(),
            Waiver {
                basis: Basis::Preference,
                ..waiver()
            },
        ] {
            let judgement = judged(&[waiver(), second], &|_| {}, 20);
            assert_eq!((judgement.grant, judgement.unapplied.len()), (None, 2));
            assert_eq!(judgement.unapplied[0].reason, AMBIGUOUS);
        }
    }

    #[test]
    fn a_waiver_covers_nothing_outside_its_scope() {
        let cases: [Case; 5] = [
            ("is for another address", |question| {
                question.recipient = kept("bob@example.org".parse().unwrap());
            }),
            ("does not cover the purpose `billing`", |question| {
                question.purpose = Some("billing");
            }),
            ("covers some purposes only", |question| question.purpose = None),
            ("does not cover credential, custom:x", |question| {
                question.categories = kept([Category::Credential, Category::Phi, Category::Custom("x".into())].into());
            }),
            ("does not cover critical content", |question| {
                question.level = Level::Critical;
            }),
        ];
        for (expected, ask) in cases {
            let judgement = judged(&[waiver()], &ask, 20);
            assert!(judgement.unapplied[0].reason.starts_with(expected), "{judgement:?}");
            assert_eq!(judgement.grant, None);
        }
    }

    #[test]
    fn a_waiver_for_phi_covers_what_phi_brings_along_and_nothing_else() {
        for category in Category::BUILT_IN {
            let categories = kept([Category::Phi, category.clone()].into());
            let granted = judged(&[waiver()], &|question| question.categories = categories, 20).grant;
            let expected = category != Category::Credential;
            assert_eq!(granted.is_some(), expected, "{category}");
        }
    }

    #[test]
    fn a_waiver_is_bound_to_a_sender_a_group_and_an_entity() {
        let bound = Waiver {
            sender: Some("Nurse@clinic.example".parse().unwrap()),
            group: Some("nurses".into()),
            entity: Some("Clinic".into()),
            ..waiver()
        };
        assert!(judged(std::slice::from_ref(&bound), &|_| {}, 20).grant.is_some());
        let cases: [Case; 5] = [
            ("is for mail from another sender", |question| question.sender = None),
            ("is for mail from another sender", |question| {
                question.sender = Some(kept("doctor@clinic.example".parse().unwrap()));
            }),
            ("is for mail from the group `nurses`", |question| {
                question.groups = &["doctors"];
            }),
            ("is for mail from `Clinic`", |question| question.entities = &["clinic"]),
            ("is for mail from `Clinic`, and neither", |question| {
                question.entities = &[];
            }),
        ];
        for (expected, ask) in cases {
            let judgement = judged(std::slice::from_ref(&bound), &ask, 20);
            assert!(judgement.unapplied[0].reason.starts_with(expected), "{judgement:?}");
            assert_eq!(judgement.grant, None);
        }
    }

    #[test]
    fn a_waiver_for_other_ways_than_mail_grants_nothing() {
        for (communications, expected) in [(vec![], true), (vec!["email", "sms"], true), (vec!["sms"], false)] {
            let mut narrow = waiver();
            narrow.scope.communications = communications.into_iter().map(str::to_owned).collect();
            assert_eq!(judged(&[narrow], &|_| {}, 20).grant.is_some(), expected);
        }
    }

    #[test]
    fn of_several_the_smallest_id_is_taken_and_an_overdue_review_is_said() {
        let second = Waiver {
            id: "w2".into(),
            ..waiver()
        };
        let judgement = judged(&[second, waiver()], &|_| {}, 80);
        let grant = judgement.grant.unwrap();
        assert_eq!((grant.waiver(), grant.overdue()), ("w1", Some(at(70))));
        assert_eq!(judgement.unapplied[0].reason, "is not needed beside `w1`");
        assert_eq!(judged(&[waiver()], &|_| {}, 70).grant.unwrap().overdue(), None);
    }
}
