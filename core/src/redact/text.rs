//! Marks on a text, and the text without what is marked.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::placeholder::WHOLE;
use super::plan::{PERSON, is_name};
use super::values::{Search, Values};
use super::{Placeholders, Redaction};
use crate::detect::{Acquaintances, Finding, Role, Sense};
use crate::message::TextUnit;
use crate::text::Span;

/// A place in a text that has to go, and of what type it is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Mark {
    span: Span,
    label: Box<str>,
    confidence: f64,
}

impl Mark {
    /// What has to go of `unit`: what `redaction` takes of the findings, and where a value stands that was taken out
    /// before, or somebody is spoken of who was named. What already is a placeholder, or holds no letter or digit, may stay.
    pub(crate) fn of(
        unit: &TextUnit,
        findings: &[Finding],
        redaction: &Redaction,
        search: Option<&Search<'_>>,
        gone: &Gone,
        placeholders: &Placeholders,
    ) -> Vec<Self> {
        let text = |span: Span| unit.text().get(span.start..span.end).unwrap_or_default();
        let mut marks: Vec<Self> = taken(findings, redaction)
            .filter(|(finding, _)| !gone.moved.contains(text(finding.span())))
            .map(|(finding, label)| Self {
                span: finding.span(),
                label: label.into(),
                confidence: finding.confidence(),
            })
            .collect();
        if search.is_some() || !gone.people.is_empty() {
            let known = |span, label: &str| Self {
                span,
                label: label.into(),
                confidence: 0.0,
            };
            for view in &unit.views() {
                let values = search.map(|search| search.within(view)).unwrap_or_default();
                marks.extend(values.into_iter().map(|(span, label)| known(span, label)));
                let people = gone.people.within(view);
                let people = people.into_iter().filter(|span| !is_part_of_illness(*span, findings));
                marks.extend(people.map(|span| known(span, PERSON)));
            }
        }
        let kept = placeholders.within(unit.text());
        marks.retain_mut(|mark| mark.widen(&kept));
        marks.retain(|mark| text(mark.span).contains(char::is_alphanumeric));
        merged(marks)
    }

    /// Takes in every placeholder that it cuts; `false` when it lies within one.
    fn widen(&mut self, placeholders: &[Range<usize>]) -> bool {
        let own = self.span;
        let first = placeholders.partition_point(|range| range.end <= own.start);
        let cut = placeholders
            .iter()
            .skip(first)
            .take_while(|range| range.start < own.end);
        for range in cut {
            if range.start <= own.start && own.end <= range.end {
                return false;
            }
            self.span = Span::new(self.span.start.min(range.start), self.span.end.max(range.end));
        }
        true
    }
}

/// What `redaction` takes out of what was found, and as which type.
fn taken<'a>(findings: &'a [Finding], redaction: &Redaction) -> impl Iterator<Item = (&'a Finding, &'a str)> {
    findings.iter().filter_map(move |finding| {
        let label = redaction.taken_as(finding.detector())?;
        let is_illness = is_name(finding.detector()) && is_of_illness(finding.span(), findings);
        (!is_illness).then_some((finding, label))
    })
}

/// The names of people that `redaction` takes out of a unit, and whether each stands behind a title.
pub(crate) fn names<'a>(
    unit: &'a TextUnit,
    findings: &'a [Finding],
    redaction: &Redaction,
) -> impl Iterator<Item = (&'a str, bool)> {
    let people = taken(findings, redaction).filter(|(_, label)| *label == PERSON);
    people.filter_map(|(finding, _)| {
        let name = unit.text().get(finding.span().start..finding.span().end)?;
        let is_titled = finding.detector().senses().contains(&Sense::TitledName);
        (!name.contains('<')).then_some((name, is_titled))
    })
}

/// Whether the name at `span` is that of an illness or a treatment: `Wilson disease`. `findings` are in the order of the text.
pub(super) fn is_of_illness(span: Span, findings: &[Finding]) -> bool {
    near(span, findings).any(|other| other.span().start <= span.start && span.end <= other.span().end)
}

/// The same for a name that is somebody's in this text: the illness has more words.
fn is_part_of_illness(span: Span, findings: &[Finding]) -> bool {
    is_of_illness(span, findings) && near(span, findings).any(|other| other.span().len() > span.len() + OWN_BYTES)
}

/// What tells of health at `span`.
fn near(span: Span, findings: &[Finding]) -> impl Iterator<Item = &Finding> {
    overlapping(span, findings).filter(|other| {
        let mut senses = other.detector().senses().iter();
        senses.any(|sense| sense.role() == Role::Health)
    })
}

/// What overlaps `span`, of `findings` in the order of the text.
pub(super) fn overlapping(span: Span, findings: &[Finding]) -> impl Iterator<Item = &Finding> {
    let before = findings.partition_point(|finding| finding.span().start < span.end);
    let near = findings
        .get(..before)
        .unwrap_or_default()
        .iter()
        .rev()
        .take(AT_ONE_PLACE);
    near.filter(move |other| other.span().overlaps(span))
}

/// So many findings stand at one place at most; more are not looked at, so that the time stays linear.
const AT_ONE_PLACE: usize = 32;
/// The `'s` of a name.
const OWN_BYTES: usize = 2;

/// Marks that share a byte become one, of the surest type.
fn merged(mut marks: Vec<Mark>) -> Vec<Mark> {
    marks.sort_by_key(|mark| mark.span);
    let mut merged: Vec<Mark> = Vec::with_capacity(marks.len());
    for mark in marks {
        match merged.last_mut().filter(|last| last.span.overlaps(mark.span)) {
            Some(last) => {
                last.span.end = last.span.end.max(mark.span.end);
                if mark.confidence > last.confidence {
                    last.label = mark.label;
                    last.confidence = mark.confidence;
                }
            }
            None => merged.push(mark),
        }
    }
    merged
}

/// How much goes with a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effort {
    /// The value.
    Value,
    /// Every line that it stands on.
    Line,
    /// The whole text.
    Whole,
}

/// What rewriting notes: the values that went, and how many of each type.
#[derive(Default)]
pub(crate) struct Gone {
    pub(crate) values: Values,
    pub(crate) counts: BTreeMap<String, u32>,
    /// The people who were named.
    pub(crate) people: Acquaintances,
    /// Dates that were moved, which may be found again.
    moved: BTreeSet<String>,
}

/// `text` without what is marked.
pub(crate) fn rewrite(text: &str, marks: &[Mark], redaction: &Redaction, effort: Effort, gone: &mut Gone) -> String {
    let mut rewritten = String::with_capacity(text.len());
    let mut at = 0;
    for mark in marks {
        let span = widened(text, mark.span, effort);
        let value = text.get(mark.span.start..mark.span.end).unwrap_or_default();
        gone.count(&mark.label);
        if span.start < at {
            continue; // the line before it is gone already
        }
        rewritten.push_str(text.get(at..span.start).unwrap_or_default());
        at = span.end;
        let (replacement, moved) = match effort {
            Effort::Value => redaction.replacement(&mark.label, value),
            Effort::Line | Effort::Whole => (WHOLE.to_owned(), false),
        };
        rewritten.push_str(&replacement);
        if moved {
            gone.moved.insert(replacement);
        } else if *mark.label != *PERSON || value.contains(char::is_whitespace) {
            // A name alone is looked for as one, so that no stone is taken for Mr. Stone.
            gone.values.insert(value, &mark.label);
        }
    }
    rewritten.push_str(text.get(at..).unwrap_or_default());
    rewritten
}

impl Gone {
    fn count(&mut self, label: &str) {
        let count = self.counts.entry(label.to_owned()).or_default();
        *count = count.saturating_add(1);
    }
}

fn widened(text: &str, span: Span, effort: Effort) -> Span {
    match effort {
        Effort::Value => span,
        Effort::Line => {
            let start = text
                .get(..span.start)
                .and_then(|front| front.rfind('\n'))
                .map_or(0, |line| line.saturating_add(1));
            let rest = text.get(span.end..).and_then(|rest| rest.find('\n'));
            Span::new(start, rest.map_or(text.len(), |line| span.end.saturating_add(line)))
        }
        Effort::Whole => Span::new(0, text.len()),
    }
}
