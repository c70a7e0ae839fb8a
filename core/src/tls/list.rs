//! What a client's or a server's list of suites is worth.

use std::fmt;

use serde::Serialize;

use super::{Grading, Strength, Suite, Tier, Verdict};

/// What an ordered list of suites is worth.
///
/// `None` is the grade of a list without a suite (signals are none).
///
/// ```
/// # use sealwax::tls::{Aes256, Grading, ListGrade, Strength, Suite};
/// let offer = ["AES128-SHA", "AES256-SHA"].map(|name| Suite::by_name(name).unwrap());
/// let grade = ListGrade::of_client(&offer, &Grading::default()).unwrap();
/// assert_eq!(grade.strength, Strength::Good128);
/// assert_eq!(grade.aes256, Aes256::Later(1));
/// assert!(grade.to_string().contains("AES-256 is there but not listed first"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ListGrade {
    /// What the list is worth: of a client's its first suite, of a server's its worst.
    pub tier: Tier,
    /// The cipher of the first suite.
    pub strength: Strength,
    /// Where AES-256 stands.
    pub aes256: Aes256,
    /// The suite that is taken when the list's owner has the choice.
    pub first: Verdict,
    /// The worst suite, which whoever has the choice on the other side may take.
    pub worst: Verdict,
}

/// Where AES-256 stands in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Aes256 {
    /// Nowhere.
    Absent,
    /// At the head.
    First,
    /// There, but first at this place, counted from 0 without the signals.
    Later(usize),
}

impl ListGrade {
    /// What a client's offer is worth. A server that lets the client choose takes the first suite.
    #[must_use]
    pub fn of_client(offer: &[Suite], grading: &Grading) -> Option<Self> {
        Self::of(offer, grading, |first, _| first)
    }

    /// What a server's list is worth. A client can have any suite of it, so the worst one counts.
    #[must_use]
    pub fn of_server(list: &[Suite], grading: &Grading) -> Option<Self> {
        Self::of(list, grading, |_, worst| worst)
    }

    fn of(list: &[Suite], grading: &Grading, counts: fn(Tier, Tier) -> Tier) -> Option<Self> {
        let suites: Vec<Suite> = list.iter().copied().filter(|suite| !suite.is_signal()).collect();
        let verdicts = || suites.iter().map(|suite| grading.verdict(*suite));
        let first = verdicts().next()?;
        let worst = verdicts().min_by_key(|verdict| verdict.tier)?;
        Some(Self {
            tier: counts(first.tier, worst.tier),
            strength: first.strength,
            aes256: aes256(&suites),
            first,
            worst,
        })
    }
}

fn aes256(suites: &[Suite]) -> Aes256 {
    match suites.iter().position(|suite| suite.is_aes256()) {
        None => Aes256::Absent,
        Some(0) => Aes256::First,
        Some(place) => Aes256::Later(place),
    }
}

impl fmt::Display for ListGrade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}: first {}", self.tier, self.strength, self.first.suite)?;
        if let Aes256::Later(place) = self.aes256 {
            write!(f, "; AES-256 is there but not listed first (place {})", place + 1)?;
        }
        if self.worst.tier < self.first.tier {
            write!(f, "; the worst of the list is {}", self.worst)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suites(names: &[&str]) -> Vec<Suite> {
        names.iter().map(|name| Suite::by_name(name).unwrap()).collect()
    }

    #[test]
    fn a_list_without_a_suite_has_no_grade() {
        assert_eq!(ListGrade::of_client(&[], &Grading::default()), None);
        let signals = suites(&["TLS_FALLBACK_SCSV", "TLS_EMPTY_RENEGOTIATION_INFO_SCSV"]);
        assert_eq!(ListGrade::of_server(&signals, &Grading::default()), None);
    }

    #[test]
    fn a_client_counts_by_its_first_and_a_server_by_its_worst() {
        let list = suites(&["ECDHE-RSA-AES256-GCM-SHA384", "RC4-SHA"]);
        assert_eq!(
            ListGrade::of_client(&list, &Grading::default()).unwrap().tier,
            Tier::Best
        );
        assert_eq!(
            ListGrade::of_server(&list, &Grading::default()).unwrap().tier,
            Tier::Broken
        );
    }

    #[test]
    fn a_signal_before_the_first_suite_does_not_move_it() {
        let list = suites(&["TLS_EMPTY_RENEGOTIATION_INFO_SCSV", "AES256-SHA"]);
        assert_eq!(
            ListGrade::of_client(&list, &Grading::default()).unwrap().aes256,
            Aes256::First
        );
    }
}
