//! Where an address can lie among named sets: every combination that some address has, each with such an address.

use std::collections::{BTreeMap, BTreeSet};

use crate::policy::Pattern;
use crate::{Address, Domain};

/// Every combination of `sets` that an address can lie in, with an address that does.
///
/// Patterns are exact addresses, domains, and everything below a domain, so they form trees: the addresses that the
/// patterns themselves name, one new address for each, and one outside all of them meet every combination.
pub(super) fn places<'a>(sets: &[(&'a str, BTreeSet<&'a Pattern>)]) -> BTreeMap<BTreeSet<&'a str>, Address> {
    let patterns: BTreeSet<&Pattern> = sets.iter().flat_map(|(_, members)| members.iter().copied()).collect();
    let word = new_word(&patterns);
    let inner = patterns.iter().map(|pattern| inside(pattern, &word));
    let mut places = BTreeMap::new();
    for address in inner.chain(outside(&word)) {
        let holds = |members: &BTreeSet<&Pattern>| members.iter().any(|pattern| pattern.holds(&address));
        let names = sets
            .iter()
            .filter(|(_, members)| holds(members))
            .map(|(name, _)| *name)
            .collect();
        places.entry(names).or_insert(address);
    }
    places
}

/// An address that `pattern` holds and no pattern nested in it does, unless it names one address only.
pub(in crate::policy) fn inside(pattern: &Pattern, word: &str) -> Address {
    match pattern {
        Pattern::Address(exact) => exact.clone(),
        Pattern::Domain(domain) => Address::at(word, domain.clone()),
        Pattern::Below(parent) => Address::at(word, parent.below(word)),
    }
}

/// Addresses of which at least the second lies outside every pattern: a domain without a dot is below nothing.
pub(super) fn outside(word: &str) -> [Address; 2] {
    let top = Domain::of_word(word);
    [Domain::of_word("example").below(word), top].map(|domain| Address::at(word, domain))
}

/// A word that stands in no pattern.
pub(super) fn new_word<'a>(patterns: impl IntoIterator<Item = &'a &'a Pattern>) -> String {
    let texts: Vec<String> = patterns.into_iter().map(ToString::to_string).collect();
    let mut word = "somebody".to_owned();
    while texts.iter().any(|text| text.contains(&word)) {
        word.push('x');
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_combination_has_an_address_and_no_other_is_listed() {
        let patterns =
            ["*.example", "lab.example", "*.lab.example", "ann@lab.example"].map(|p| Pattern::parse(p).unwrap());
        let sets = [
            ("all", [&patterns[0]].into()),
            ("lab", [&patterns[1], &patterns[2]].into()),
            ("ann", [&patterns[3]].into()),
        ];
        let places = places(&sets);
        let combinations: Vec<Vec<&str>> = places.keys().map(|names| names.iter().copied().collect()).collect();
        assert_eq!(
            combinations,
            [vec![], vec!["all"], vec!["all", "ann", "lab"], vec!["all", "lab"]]
        );
    }

    #[test]
    fn an_address_outside_all_sets_is_found_unless_there_is_none() {
        let lab = Pattern::parse("lab.example").unwrap();
        let found = places(&[("lab", [&lab].into())]);
        assert_eq!(found.len(), 2);
        assert!(found.contains_key(&BTreeSet::new()));
    }
}
