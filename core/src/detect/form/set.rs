//! What forms say of a text: a blank one says nothing, a filled one what was entered.

use std::sync::Arc;

use super::Forms;
use crate::detect::lane::digest;
use crate::detect::{Detector, Finding, Sense, Strength};
use crate::ground::Category;
use crate::text::{Span, View};

/// The forms of one section of a policy.
#[derive(Clone, Debug)]
pub struct FormSet {
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
            forms,
            entry: entry.into(),
            health: health.then(|| filled().saying(Sense::Told).into()),
        }
    }

    /// Changes `findings` of `view` by what is known of the forms.
    ///
    /// Of a blank form, the form's own words are no findings, but for what a checksum speaks for. Of a filled one all
    /// findings stay, and each entry is one more.
    pub fn apply(&self, view: &View<'_>, findings: &mut Vec<Finding>) {
        let Some(copy) = self.forms.copy(view) else {
            return;
        };
        if copy.entries.is_empty() {
            let (Some(first), Some(last)) = (copy.own.first(), copy.own.last()) else {
                return;
            };
            let form = view.span(first.start..last.end);
            let lies_in = |span: Span| form.start <= span.start && span.end <= form.end;
            findings.retain(|finding| finding.strength() >= Strength::Checksum || !lies_in(finding.span()));
            return;
        }
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
    }
}

/// A label of the form stands beside every entry.
const SURE: f64 = 0.9;
