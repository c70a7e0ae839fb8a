//! Marks on a text, and the text without what is marked.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::placeholder::WHOLE;
use super::values::{Search, Values};
use super::{Placeholders, Redaction};
use crate::detect::Finding;
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
    /// before. What already is a placeholder, or holds no letter or digit, may stay.
    pub(crate) fn of(
        unit: &TextUnit,
        findings: &[Finding],
        redaction: &Redaction,
        search: Option<&Search<'_>>,
        gone: &Gone,
        placeholders: &Placeholders,
    ) -> Vec<Self> {
        let text = |span: Span| unit.text().get(span.start..span.end).unwrap_or_default();
        let taken = findings
            .iter()
            .filter(|finding| redaction.takes(finding.detector()) && !gone.moved.contains(text(finding.span())));
        let mut marks: Vec<Self> = taken
            .map(|finding| Self {
                span: finding.span(),
                label: finding.detector().label().into(),
                confidence: finding.confidence(),
            })
            .collect();
        if let Some(search) = search {
            let views = unit.views();
            let known = views.iter().flat_map(|view| search.within(view));
            marks.extend(known.map(|(span, label)| Self {
                span,
                label: label.into(),
                confidence: 0.0,
            }));
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
        } else {
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
