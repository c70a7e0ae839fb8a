//! Candidates that wait until nothing of a later stretch can overlap them.

use super::arbitrate::arbitrate;
use super::lane::Candidate;

/// Candidates of a text, in the order of where they start as far as they are settled.
#[derive(Clone, Default, PartialEq)]
pub(super) struct Pending {
    pub(super) found: Vec<Candidate>,
}

impl Pending {
    /// The same in a text that has at `to` what this one has at `from`.
    pub(super) fn moved(&self, from: usize, to: usize) -> Self {
        let by = |place: usize| place.saturating_add(to).saturating_sub(from);
        let moved = |candidate: &Candidate| Candidate {
            range: by(candidate.range.start)..by(candidate.range.end),
            ..candidate.clone()
        };
        Self {
            found: self.found.iter().map(moved).collect(),
        }
    }

    /// Where the last of them ends.
    pub(super) fn end(&self) -> usize {
        let ends = self.found.iter().map(|candidate| candidate.range.end);
        ends.max().unwrap_or_default()
    }

    /// Takes out those that stay, of all that end where no candidate that starts at `settled` or later can reach.
    ///
    /// Candidates that overlap one another without end are parted where there are too many of them: a reading may then
    /// stand beside the surer one that it overlaps, and nothing gets lost.
    pub(super) fn arbitrated<'a>(
        &mut self,
        text: &str,
        settled: usize,
        label: impl Fn(usize) -> Option<&'a str>,
    ) -> Vec<Candidate> {
        self.found.sort_by_key(|candidate| candidate.range.start);
        let mut cut = self.gap_before(settled);
        if cut == 0 && self.found.len() > MOST {
            cut = self.found.partition_point(|candidate| candidate.range.start < settled);
        }
        arbitrate(text, self.found.drain(..cut).collect(), label)
    }

    /// How many candidates lie before the last gap that no candidate spans, at or before `settled`.
    fn gap_before(&self, settled: usize) -> usize {
        let (mut cut, mut reach) = (0, 0);
        for (index, candidate) in self.found.iter().enumerate() {
            if candidate.range.start >= settled {
                return if reach <= settled { index } else { cut };
            }
            if candidate.range.start >= reach {
                cut = index;
            }
            reach = reach.max(candidate.range.end);
        }
        if reach <= settled { self.found.len() } else { cut }
    }
}

/// A stretch has some thousand candidates.
const MOST: usize = 1 << 14;
