//! What is found where letters stand with gaps between them, and closed up.

use super::super::{Finding, Strength};
use crate::text::View;

/// What is found in a text whose gaps are closed. Of what is found where they stay as they were written, that counts
/// beside it which overlaps none of it, or for which a checksum speaks and which overlaps none of its type.
#[derive(Default)]
pub(super) struct Closed {
    found: Vec<Finding>,
    longest: usize,
}

impl Closed {
    pub(super) fn note(&mut self, finding: &Finding, view: &View<'_>) {
        if view.gaps_kept().is_some() && self.found.len() < CLOSED {
            self.longest = self.longest.max(finding.span.len());
            self.found.push(finding.clone());
        }
    }

    pub(super) fn settle(&mut self) {
        self.found.sort_by_key(Finding::span);
    }

    pub(super) fn displaces(&self, finding: &Finding) -> bool {
        let before = self.found.partition_point(|other| other.span.start < finding.span.end);
        let reach = finding.span.start.saturating_sub(self.longest);
        let near = self
            .found
            .iter()
            .take(before)
            .rev()
            .take_while(|other| other.span.start >= reach);
        let mut near = near.take(NEAR_CLOSED).filter(|other| other.span.overlaps(finding.span));
        near.any(|other| finding.strength < Strength::Checksum || other.detector.label() == finding.detector.label())
    }
}

/// What is found beyond so many displaces nothing: more is then found than closing the gaps would leave.
const CLOSED: usize = 1 << 14;
/// So many stand at one place at most; more are not looked at, so that the time stays linear.
const NEAR_CLOSED: usize = 64;
