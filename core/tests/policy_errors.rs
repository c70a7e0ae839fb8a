//! What is wrong with a policy is named with its place, and with what was meant.

use sealwax::policy::{Policy, PolicyErrorKind, Resources};

#[test]
fn a_fault_in_json_has_its_place_too() {
    let text = "{\n  \"rule\": [{\"id\": \"a\", \"require\": {},\n    \"when\": {\"category\": \"ph\"}}]\n}";
    let error = Policy::from_json(text, &Resources::new()).unwrap_err();
    assert_eq!(error.kind(), PolicyErrorKind::UnknownName);
    assert_eq!((error.line(), error.column()), (Some(3), Some(26)));
}

/// The text, the kind, the line and column, and the nearest known name.
type Fault = (&'static str, PolicyErrorKind, (usize, usize), Option<&'static str>);

const FAULTS: [Fault; 22] = [
    (
        "[[rule]]\nid = 'a'\nrequire = {}\nwhen = { count = { US_SNN = 1 } }",
        PolicyErrorKind::UnknownName,
        (4, 18),
        Some("US_SSN"),
    ),
    (
        "[[rule]]\nid = 'a'\nrequire = {}\nwhen = { anomaly = 'depth-limt' }",
        PolicyErrorKind::UnknownName,
        (4, 20),
        Some("depth-limit"),
    ),
    (
        "[[term]]\nid = 'a'\nwords = ['b']\ncategory = 'reserch'",
        PolicyErrorKind::UnknownName,
        (4, 12),
        None,
    ),
    ("name = ", PolicyErrorKind::Syntax, (1, 8), None),
    (
        "name = 'x'\nnam = 'y'",
        PolicyErrorKind::UnknownField,
        (2, 1),
        Some("name"),
    ),
    ("name = 7", PolicyErrorKind::Value, (1, 8), None),
    (
        "\n[baseline]\ntransport = 'verifed'",
        PolicyErrorKind::Value,
        (3, 13),
        Some("verified"),
    ),
    (
        "include = ['hippa-2013']",
        PolicyErrorKind::Include,
        (1, 12),
        Some("hipaa-2013"),
    ),
    ("distrusted_tls = ['@']", PolicyErrorKind::Value, (1, 18), None),
    (
        "[[rule]]\nid = 'a'\nrequire = {}\nwhen = { catgory = 'phi' }",
        PolicyErrorKind::UnknownField,
        (4, 10),
        Some("category"),
    ),
    (
        "[[rule]]\nid = 'a'\nrequire = {}\nwhen = { category = 'ph' }",
        PolicyErrorKind::UnknownName,
        (4, 21),
        Some("phi"),
    ),
    (
        "[[rule]]\nid = 'a'\nrequire = {}\nwhen = { flag = 'vip' }",
        PolicyErrorKind::UnknownName,
        (4, 17),
        None,
    ),
    (
        "[[rule]]\nid = 'a'\nrequire = {}\nwhen = { category = [] }",
        PolicyErrorKind::Value,
        (4, 21),
        None,
    ),
    (
        "[[rule]]\nid = 'a'\nrequire = {}\nwhen = { count = { US_SSN = 0 } }",
        PolicyErrorKind::Value,
        (4, 18),
        None,
    ),
    ("[[rule]]\nrequire = {}\nid = ' '", PolicyErrorKind::Value, (3, 6), None),
    (
        "[[rule]]\nid = 'a'\nrequire = {}\n[[rule]]\nid = 'a'\nrequire = {}",
        PolicyErrorKind::Duplicate,
        (5, 6),
        None,
    ),
    (
        "[[rule]]\nid = 'a'\nrequire = {}\nwhen = { not = { category = 'phi' } }",
        PolicyErrorKind::Direction,
        (4, 18),
        None,
    ),
    (
        "[[rule]]\nid = 'a'\nrequire = {}\nwhen = { incomplete = false }",
        PolicyErrorKind::Direction,
        (4, 23),
        None,
    ),
    (
        "[[rule]]\nid = 'a'\nrequire = {}\nwhen = { transport = 'dane' }",
        PolicyErrorKind::Direction,
        (4, 10),
        None,
    ),
    (
        "[[rule]]\nid = 'a'\nrequire = {}\nwhen = { purpose = 'x' }",
        PolicyErrorKind::Direction,
        (4, 10),
        None,
    ),
    (
        "purposes = ['x']\n[[rule]]\nid = 'a'\nrequire = {}\nwhen = { not = { purpose = 'x' } }",
        PolicyErrorKind::Value,
        (5, 28),
        None,
    ),
    (
        "[[floor]]\nscope = 'group'\nof = 'desk'\nrequire = {}",
        PolicyErrorKind::UnknownName,
        (3, 6),
        None,
    ),
];

#[test]
fn each_fault_is_named_with_its_place() {
    for (text, kind, place, nearest) in FAULTS {
        let error = Policy::from_toml(text, &Resources::new()).unwrap_err();
        assert_eq!(error.kind(), kind, "{text}\n{error}");
        assert_eq!(
            (error.line(), error.column()),
            (Some(place.0), Some(place.1)),
            "{text}\n{error}"
        );
        assert_eq!(error.nearest(), nearest, "{text}\n{error}");
    }
}

#[test]
fn each_fault_in_an_included_file_names_the_file_and_the_place_in_it() {
    for (text, kind, place, _) in FAULTS {
        for include in ["include = ['part.toml']", "include = ['between.toml']"] {
            let resources = Resources::from([
                ("between.toml".to_owned(), b"include = ['part.toml']".to_vec()),
                ("part.toml".to_owned(), text.as_bytes().to_vec()),
            ]);
            let error = Policy::from_toml(include, &resources).unwrap_err();
            assert_eq!(
                (error.kind(), error.file()),
                (kind, Some("part.toml")),
                "{text}\n{error}"
            );
            assert_eq!(
                (error.line(), error.column()),
                (Some(place.0), Some(place.1)),
                "{text}\n{error}"
            );
            let built = sealwax::Engine::builder().policy_toml(include);
            let built = resources
                .into_iter()
                .fold(built, |builder, (name, bytes)| builder.resource(name, bytes));
            let built = built.build().unwrap_err();
            assert_eq!(
                (built.file(), built.line()),
                (Some("part.toml"), Some(place.0)),
                "{text}"
            );
        }
    }
}

#[test]
fn a_fault_in_an_included_file_names_the_file() {
    let resources = Resources::from([("part.toml".to_owned(), b"flags = ['a']\nbaselin = {}".to_vec())]);
    let error = Policy::from_toml("include = ['part.toml']", &resources).unwrap_err();
    assert_eq!((error.file(), error.line()), (Some("part.toml"), Some(2)));
    assert!(
        error
            .to_string()
            .starts_with("part.toml: line 2, column 1: unknown field `baselin`")
    );
}

#[test]
fn a_json_policy_has_a_line_too() {
    let error = Policy::from_json("{\n  \"nam\": \"x\"\n}", &Resources::new()).unwrap_err();
    assert_eq!((error.kind(), error.line()), (PolicyErrorKind::UnknownField, Some(2)));
    let error = Policy::from_json(
        r#"{"floor": [{"scope": "group", "of": "x", "require": {}}]}"#,
        &Resources::new(),
    );
    assert_eq!(error.unwrap_err().path(), "floor[0].of");
}

#[test]
fn a_file_that_includes_itself_is_read_once() {
    let resources = Resources::from([("a.toml".to_owned(), b"include = ['a.toml']\nflags = ['x']".to_vec())]);
    let policy = Policy::from_toml("include = ['a.toml', 'a.toml']", &resources);
    assert!(policy.is_ok());
}

#[test]
fn every_profile_loads_under_its_own_name() {
    for name in Policy::profiles() {
        assert_eq!(Policy::profile(name).unwrap().id().name, name);
    }
}
