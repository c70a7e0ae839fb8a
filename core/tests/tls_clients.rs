//! What real clients offer, and the verdicts of the article on AES-256.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops where its data is not what it says"
)]

use sealwax::tls::{Aes256, Grading, ListGrade, Preference, Protocol, Strength, Suite, negotiate};

const OFFERS: &str = include_str!("../../testdata/tls/client_offers.txt");
const ARTICLE: &str = include_str!("../../testdata/tls/article_clients.tsv");

/// Rows of the article that its nearest observed client does not bear out, and why.
const UNMATCHED: &[(&str, &str, &str)] = &[
    ("Entourage v12 10.4", "", "no offer was recorded"),
    ("Eudora v7 XP", "", "no offer was recorded"),
    (
        "IE 9 Vista",
        "any:MSIE 7-9 or Chrome 5 on Windows Vista",
        "the article calls IE 7 and 8 on Vista AES-128, and IE 9 RC4",
    ),
    ("Mail.app iPhone 2.2", "", "no offer was recorded"),
    (
        "Safari iOS v5.0.1",
        "Safari 5 iOS 5.1.1",
        "the observed client is newer and puts AES-256 first",
    ),
    (
        "Safari iOS v5.0.1",
        "Safari:iOS 5.X",
        "the observed client is newer and puts AES-256 first",
    ),
    (
        "Safari v5.1.2 Vista/7/OSX",
        "Safari 5.1.9 OS X 10.6.8",
        "on OS X it puts AES-256 first, on Windows AES-128",
    ),
    (
        "Safari v5.1.2 Vista/7/OSX",
        "Safari:5.1.2",
        "on OS X it puts AES-256 first, on Windows AES-128",
    ),
];

/// Codes that clients sent and nobody ever registered.
const UNASSIGNED: &[u32] = &[0x0047, 0x0048, 0x0049, 0xff83];

#[test]
fn every_offer_parses_into_suites() {
    assert_eq!(OFFERS.lines().count(), 622);
    for line in OFFERS.lines() {
        let codes: Vec<u32> = line.split(' ').map(code).collect();
        let unknown = codes.iter().filter(|code| Suite::by_number(**code).is_none());
        assert!(unknown.clone().all(|code| UNASSIGNED.contains(code)), "{line}");
        let grade = ListGrade::of_client(&suites(line), &Grading::default());
        assert!(grade.is_some(), "{line}");
    }
}

#[test]
fn the_article_is_right_where_its_clients_were_observed() {
    let mut matched = 0;
    for row in rows() {
        let holds = !row.offer.is_empty() && verdicts(&row.offer).contains(&row.expected);
        let known = UNMATCHED
            .iter()
            .any(|(client, observed, _)| (*client, *observed) == (row.client, row.observed));
        assert_eq!(
            holds,
            !known,
            "{} as {}: {:?}",
            row.client,
            row.observed,
            verdicts(&row.offer)
        );
        matched += usize::from(holds);
    }
    assert_eq!((matched, UNMATCHED.len()), (42, 8));
}

#[test]
fn what_is_good_but_has_256_behind_it_is_said_to_be() {
    for row in rows().filter(|row| row.verdict.contains("256 there, not first") && !row.offer.is_empty()) {
        let grade = ListGrade::of_client(&row.offer, &Grading::default()).unwrap();
        assert!(matches!(grade.aes256, Aes256::Later(_)), "{}", row.client);
        assert!(grade.to_string().contains("AES-256 is there but not listed first"));
    }
}

struct Row<'a> {
    client: &'a str,
    verdict: &'a str,
    observed: &'a str,
    offer: Vec<Suite>,
    expected: Strength,
}

fn rows() -> impl Iterator<Item = Row<'static>> {
    ARTICLE.lines().skip(1).map(|line| {
        let fields: Vec<&str> = line.split('\t').collect();
        Row {
            client: fields[0],
            verdict: fields[1],
            observed: fields[2],
            offer: suites(fields[3]),
            expected: expected(fields[1]),
        }
    })
}

fn expected(verdict: &str) -> Strength {
    if verdict.contains("Terrible") {
        Strength::Terrible
    } else if verdict.contains("128") {
        Strength::Good128
    } else {
        Strength::Good256
    }
}

/// The strength when the client chooses, and when a server does that likes the strongest best.
fn verdicts(offer: &[Suite]) -> [Strength; 2] {
    let mut strongest: Vec<Suite> = Suite::all().filter(|suite| !suite.is_signal()).collect();
    strongest.sort_by_key(|suite| std::cmp::Reverse((suite.highest() == Protocol::Tls13, suite.verdict().strength)));
    [Preference::Client, Preference::Server]
        .map(|preference| negotiate(offer, &strongest, preference).unwrap().verdict().strength)
}

fn suites(codes: &str) -> Vec<Suite> {
    codes
        .split_whitespace()
        .filter_map(|text| Suite::by_number(code(text)))
        .collect()
}

fn code(text: &str) -> u32 {
    u32::from_str_radix(text, 16).unwrap()
}
