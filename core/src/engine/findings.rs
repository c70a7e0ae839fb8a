//! What is found in one text unit: listed as far as the limit goes, and what comes beyond it one by one.

use super::Engine;
use super::silence::Changed;
use crate::detect::{Finding, Scratch, in_order};
use crate::ground::Watch;
use crate::message::TextUnit;
use crate::text::View;

impl Engine {
    /// What all views of a unit show, in the order of the text, each thing once. The `first` of them is given up where there are
    /// others, so that no more than one is held. Where there is more than `limit` allows,
    /// the rest goes to `beyond`, in no order, and once for each view that shows it.
    pub(super) fn findings<'u>(
        &self,
        (unit, first): (&'u TextUnit, &mut Option<View<'u>>),
        limit: usize,
        watch: &Watch<'_>,
        (changed, scratch): (&mut Changed, &mut Scratch),
        beyond: &mut dyn FnMut(Finding),
    ) -> Vec<Finding> {
        let looks = unit.text().len().saturating_mul(self.limits().looks);
        watch.grant(u64::try_from(looks).unwrap_or(u64::MAX));
        let known = self.known(unit);
        let mut listed = Listed::new(limit);
        let mut outside = |finding: Finding| {
            if !self.is_placeholder(unit, &finding) && !self.inner.silence.takes(&finding, changed) {
                beyond(finding);
            }
        };
        let mut look = |view: &View<'_>| {
            self.inner.scanner.each(view, watch, scratch, &mut |finding| {
                if !is_known(&finding, &known) {
                    listed.push(finding, &mut outside);
                }
            });
        };
        look(first.get_or_insert_with(|| unit.view()));
        if unit.has_other_views() {
            *first = None;
        }
        unit.each_other_view(&mut |view| look(&view));
        listed.findings.extend(known);
        for forms in &self.inner.forms {
            unit.each_view(&mut |view| changed.by_form(forms, forms.apply(&view, &mut listed.findings)));
        }
        let mut findings = in_order(listed.findings);
        findings.retain(|finding| !self.is_placeholder(unit, finding) && !self.inner.silence.takes(finding, changed));
        findings
    }

    /// Whether redaction put there what was found: `[US_SSN]` is nobody's.
    fn is_placeholder(&self, unit: &TextUnit, finding: &Finding) -> bool {
        self.inner.placeholders.enclose(unit.text(), finding.span())
    }

    /// The people of the rosters in a unit, in the order of the text.
    fn known(&self, unit: &TextUnit) -> Vec<Finding> {
        let mut known = Vec::new();
        if !self.inner.rosters.is_empty() {
            unit.each_view(&mut |view| {
                known.extend(self.inner.rosters.iter().flat_map(|roster| roster.scan(&view)));
            });
            known.sort_by_key(Finding::span);
        }
        known
    }
}

/// The findings of a unit that are listed.
struct Listed {
    findings: Vec<Finding>,
    limit: usize,
    is_full: bool,
}

impl Listed {
    const fn new(limit: usize) -> Self {
        Self {
            findings: Vec::new(),
            limit,
            is_full: false,
        }
    }

    /// Takes a finding in, and hands to `outside` what there is no room for. Several views show one thing, so that there is
    /// room for twice as many until they are put in order.
    fn push(&mut self, finding: Finding, outside: &mut dyn FnMut(Finding)) {
        if self.is_full {
            return outside(finding);
        }
        self.findings.push(finding);
        if self.findings.len() <= self.limit.saturating_mul(2) {
            return;
        }
        self.findings = in_order(std::mem::take(&mut self.findings));
        if self.findings.len() > self.limit {
            self.is_full = true;
            self.findings.split_off(self.limit).into_iter().for_each(outside);
        }
    }
}

/// Whether a roster knows who it is: its finding then stands for a guess of the same type. `known` is in the order of
/// the text.
fn is_known(finding: &Finding, known: &[Finding]) -> bool {
    let before = known.partition_point(|known| known.span().start < finding.span().end);
    let near = known.iter().take(before).rev().take(AT_ONE_PLACE);
    let mut same = near.filter(|known| known.span().overlaps(finding.span()));
    same.any(|known| {
        known.detector().label() == finding.detector().label() && known.confidence() >= finding.confidence()
    })
}

/// A place is known to a few rosters, in a few views; more are not looked at, so that the time stays linear.
const AT_ONE_PLACE: usize = 16;
