//! What forms say of a text: a blank one says nothing, a filled one what was entered.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Forms;
use super::find::Copy;
use crate::detect::lane::digest;
use crate::detect::{Detector, Finding, Sense, Strength};
use crate::ground::Category;
use crate::text::{Span, View};

/// How the forms of one section of a policy changed what is found in a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct FormUse {
    /// What stands between the words of filled copies. What several readings of a text show counts for each.
    pub entries: u32,
    /// The findings that do not count, since blank copies consist of them.
    pub silenced: u32,
}

impl FormUse {
    /// Whether nothing was changed.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            entries: self.entries.saturating_add(other.entries),
            silenced: self.silenced.saturating_add(other.silenced),
        }
    }
}

/// The forms of one section of a policy.
#[derive(Clone, Debug)]
pub struct FormSet {
    name: Box<str>,
    forms: Forms,
    entry: Arc<Detector>,
    health: Option<Arc<Detector>>,
}

impl FormSet {
    /// The forms that the policy calls `name`; `health` says that filling one in tells of somebody's health.
    #[must_use]
    pub fn new(name: &str, forms: Forms, health: bool) -> Self {
        let detector = |id: &str, label: &str, title: &str, category, letter| {
            let (id, title) = (format!("form-{name}{id}"), format!("{title} the form `{name}`"));
            Detector::new(&id, label, &title, category, letter)
        };
        let entry = detector("", "FORM_ENTRY", "entry into", Category::PersonalIdentifier, Some('R'));
        let filled = || detector("-filled", "HEALTH_CONTEXT", "filled copy of", Category::Treatment, None);
        Self {
            name: name.into(),
            forms,
            entry: entry.into(),
            health: health.then(|| filled().saying(Sense::Told).into()),
        }
    }

    /// What the policy calls them.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Changes `findings` of `view` by what is known of the forms, and says how.
    ///
    /// Of a blank form, the form's own words are no findings, but for what a checksum speaks for. Of a filled one all
    /// findings stay, and each entry is one more.
    pub fn apply(&self, view: &View<'_>, findings: &mut Vec<Finding>) -> FormUse {
        let Some(copy) = self.forms.copy(view) else {
            return FormUse::default();
        };
        if copy.entries.is_empty() {
            return FormUse {
                silenced: silence(view, &copy, findings),
                ..FormUse::default()
            };
        }
        let entries = count(copy.entries.len());
        for (index, entry) in copy.entries.into_iter().enumerate() {
            let health = self.health.iter().filter(|_| index == 0);
            let value = view.text().get(entry.clone()).unwrap_or_default();
            let finding = |detector: &Arc<Detector>| Finding {
                detector: Arc::clone(detector),
                span: view.span(entry.clone()),
                confidence: SURE,
                strength: Strength::Label,
                fuzzy: false,
                labelled: true,
                digest: digest(value),
            };
            findings.extend([&self.entry].into_iter().chain(health).map(finding));
        }
        FormUse {
            entries,
            ..FormUse::default()
        }
    }
}

/// Takes out what a blank copy consists of, but for what a checksum speaks for, and says how much that was.
fn silence(view: &View<'_>, copy: &Copy, findings: &mut Vec<Finding>) -> u32 {
    let (Some(first), Some(last)) = (copy.own.first(), copy.own.last()) else {
        return 0;
    };
    let form = view.span(first.start..last.end);
    let lies_in = |span: Span| form.start <= span.start && span.end <= form.end;
    let before = findings.len();
    findings.retain(|finding| finding.strength() >= Strength::Checksum || !lies_in(finding.span()));
    count(before.saturating_sub(findings.len()))
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// A label of the form stands beside every entry.
const SURE: f64 = 0.9;
