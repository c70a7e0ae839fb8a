use proptest::prelude::*;

use super::super::{DetectErrorKind, DetectorSpec};
use super::*;

fn badge(examples: &[&str], counterexamples: &[&str]) -> DetectorSpec {
    let text = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
    DetectorSpec {
        examples: text(examples),
        counterexamples: text(counterexamples),
        ..toml::from_str(
            "id = 'badge'\nlabel = 'BADGE'\ntitle = 'Badge'\ncategory = 'custom:staff'\npattern = 'B\\d{6}'\n\
             confidence = { bare = 0.5 }\nsource = 'us'\nexamples = []",
        )
        .unwrap()
    }
}

#[test]
fn a_failing_example_refuses_the_detector_without_quoting_it() {
    let error = Scanner::builder()
        .detector(badge(&["B12345 canary"], &[]))
        .build()
        .unwrap_err();
    assert_eq!(error.kind(), DetectErrorKind::Example);
    assert_eq!(error.to_string(), "detector `badge`: it does not find its example 1");
    let error = Scanner::builder()
        .detector(badge(&[], &["B123456"]))
        .build()
        .unwrap_err();
    assert_eq!(error.to_string(), "detector `badge`: it finds its counterexample 1");
}

#[test]
fn a_detector_of_the_customers_never_displaces_a_built_in_one() {
    let mut spec = badge(&[], &[]);
    spec.pattern = Some(r"SSN \d{3}-\d{2}-\d{4}".into());
    spec.confidence.bare = Some(1.0);
    let scanner = Scanner::builder().detector(spec).build().unwrap();
    let findings = scanner.scan(&View::fold("SSN 536-90-4399"));
    let labels: Vec<_> = findings.iter().map(|finding| finding.detector().label()).collect();
    assert_eq!(labels, ["BADGE", "US_SSN"]);
}

#[test]
fn unknown_names_and_bad_patterns_are_named() {
    let mut spec = badge(&[], &[]);
    spec.check = Some("nosuch".into());
    let error = Scanner::builder().detector(spec.clone()).build().unwrap_err();
    assert_eq!(error.to_string(), "detector `badge`: unknown check `nosuch`");
    spec.check = None;
    spec.pattern = Some("(".into());
    assert_eq!(
        Scanner::builder().detector(spec).build().unwrap_err().kind(),
        DetectErrorKind::Pattern
    );
}

#[test]
fn findings_show_no_text_and_come_in_order() {
    let scanner = shared();
    let findings = scanner.scan(&View::fold(
        "card 4111 1111 1111 1111, SSN 536-90-4399, ann@canary.example",
    ));
    assert!(findings.is_sorted_by_key(Finding::span));
    let labels: Vec<_> = findings.iter().map(|finding| finding.detector().label()).collect();
    assert_eq!(labels, ["CREDIT_CARD", "US_SSN", "EMAIL_ADDRESS"]);
    assert!(!format!("{findings:?}{scanner:?}").contains("canary"));
}

#[test]
fn equal_values_have_equal_digests() {
    let scanner = shared();
    let findings = scanner.scan(&View::fold("SSN 536-90-4399 and SSN 536 90 4399"));
    assert_eq!(findings[0].digest(), findings[1].digest());
}

/// What is found in stretches of so many bytes.
fn in_stretches(text: &str, bytes: usize) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut course = Course {
        scanner: shared(),
        view: &View::fold(text),
        memo: &mut Memo::default(),
        tokens: &mut Vec::new(),
        watch: &Watch::none(),
        take: &mut |finding| findings.push(finding),
    };
    course.whole(bytes);
    in_order(findings)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn a_text_in_stretches_is_read_as_one_piece(
        pieces in prop::collection::vec((prop::sample::select(PIECES), prop::sample::select(BETWEEN)), 0..80),
        bytes in 1_usize..400,
    ) {
        let text: String = pieces.iter().flat_map(|(piece, between)| [*piece, *between]).collect();
        let whole = in_stretches(&text, usize::MAX);
        prop_assert_eq!(format!("{:?}", in_stretches(&text, bytes)), format!("{whole:?}"));
    }
}

/// A text of these pieces, each of which stands as it is, encoded or letter-spaced.
fn mixed(pieces: &[(&str, &str, u8)]) -> String {
    let mut text = String::new();
    for (piece, between, how) in pieces {
        match how {
            0 => text.extend(piece.bytes().map(|byte| format!("%{byte:02x}"))),
            1 => text.extend(piece.bytes().map(|byte| format!("{byte:02x}"))),
            2 => text.extend(piece.chars().map(|letter| format!("{letter} "))),
            3 => text.push_str("=20 =3D %41%42%43 %0a%0a"),
            _ => text.push_str(piece),
        }
        text.push_str(between);
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn a_view_looked_through_where_it_differs_shows_the_same(
        pieces in prop::collection::vec(
            (prop::sample::select(PIECES), prop::sample::select(BETWEEN), 0_u8..=255), 0..900,
        ),
        rare in 1_u8..60,
    ) {
        let pieces: Vec<_> = pieces.iter().map(|(piece, between, how)| (*piece, *between, how / rare)).collect();
        let text = mixed(&pieces);
        let view = View::fold(&text);
        prop_assert_eq!(format!("{:?}", shared().scan(&view)), format!("{:?}", shared().scan_wholly(&view)), "{}", text);
    }
}

#[test]
fn a_line_of_codes_costs_what_stands_around_it() {
    let paragraph = "Her SSN is 536-90-4399 and she has diabtes.\nCall (617) 555-0134 about it, calnoriste.\n\n";
    let work = |line: &str| {
        let text = format!("{}{line}\n{}", paragraph.repeat(300), paragraph.repeat(300));
        let view = View::fold(&text);
        assert_eq!(
            format!("{:?}", shared().scan(&view)),
            format!("{:?}", shared().scan_wholly(&view))
        );
        work::of(|| shared().scan(&view)).1
    };
    let plain = work("nothing of the kind");
    for line in ["=20 =3D %41%42%43", "d i a b e t e s", "U1NOOiA1MzYtOTAtNDM5OQ=="] {
        assert!(work(line) < plain + plain / 5, "{line}: {} and {plain}", work(line));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn one_look_at_all_forms_hides_no_value(
        pieces in prop::collection::vec((prop::sample::select(PIECES), prop::sample::select(BETWEEN)), 0..20),
        noise in "[0-9A-Z+( \u{e9}\u{df}-]{0,40}",
    ) {
        let mut text: String = pieces.iter().flat_map(|(piece, between)| [*piece, *between]).collect();
        text.push_str(&noise);
        let tokens = super::super::token::tokens(&text);
        let window = Window::whole(&text, &tokens);
        let found = |gate: &Gate| {
            let mut found = Vec::new();
            lane::bare(&window, gate, &shared().bare, |detector| shared().bare_value(detector), &mut found);
            found
        };
        prop_assert_eq!(found(shared().gate()), found(&Gate::default()));
    }
}

const PIECES: &[&str] = &[
    "4111 1111 1111 1111",
    "4111 1111",
    "SSN 536-90-4399",
    "536-90-4399 (SSN)",
    "48213377    is her MRN",
    "MRN",
    "name,ssn,date of birth,phone",
    "Ann Lee,536-90-4399,1974-07-02,617-555-0134",
    "MRN\tSSN",
    "38857281\t536904399",
    "Mcneill, Melissa J",
    "Saul D. Brink",
    "ann.lee+x@mail.example.org",
    "chest pain",
    "diabtes and hypertension",
    "type 2 diabetes mellitus of the",
    "12 North Main Street, Springfield, IL 62704",
    "GB82 WEST 1234 5698 7654 32",
    "-----BEGIN PRIVATE KEY-----",
    "https://www.example.org/a?b=c",
    "symptoms include",
    "patient",
    "{\"name\":[{\"family\":\"Okafor\",\"given\":[\"Rosalind\"]}]",
    "\"address\":{\"city\":\"Springfield\"}}",
    "<name><given>Rosalind</given></name>",
    "(617) 555-0134",
];
const BETWEEN: &[&str] = &["\n", " ", ", ", ",", "\t", "\n\n", ": ", ""];

#[test]
fn readings_that_overlap_without_end_are_parted_and_none_is_lost() {
    let text = "4111 1111 1111 1111 ".repeat(6_000);
    let cards = |bytes: usize| {
        let found = in_stretches(&text, bytes);
        let cards = found
            .iter()
            .filter(|finding| finding.detector().label() == "CREDIT_CARD");
        cards.count()
    };
    assert!(cards(STRETCH_BYTES) >= cards(usize::MAX));
}

#[test]
fn a_scanner_is_shared_by_threads() {
    fn is_shared<T: Send + Sync>() {}
    is_shared::<Scanner>();
}

#[test]
fn four_times_the_text_is_four_times_the_work() {
    let scanner = shared();
    for piece in HOSTILE {
        let work = |times: usize| {
            let text = piece.repeat(times);
            work::of(|| scanner.scan(&View::fold(&text))).1
        };
        let (short, long) = (work(250), work(1000));
        assert!(long <= short * 5, "{piece:?}: {short} and {long}");
    }
}

/// Long runs of digits, of labels, of words that are nearly terms, of beginnings of values and of encoded text.
const HOSTILE: &[&str] = &[
    "4",
    "4111 1111 ",
    "12-34-",
    "1\n> ",
    "mrn ",
    "ssn: dob: mrn: ",
    "member id, ",
    "diabetis hypertenson ",
    "diabetes of the ",
    "a@",
    "a@b.",
    "https://www.",
    "-----BEGIN ",
    "QUJD",
    "%41",
    "4142",
    "d i ",
    "Ann Ann, ",
    "ssn,dob\n",
    "+44 20 ",
    "calnoriste cantroseli caronlites ",
    "password is the password for: ",
    "Dr. Mr. Mrs. ",
    "{\"name\":[",
    "<a<a ",
    "<name>",
    "\"{\\\"a",
    "password. ",
    "mysql -u ",
];
