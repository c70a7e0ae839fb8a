//! `check`, `diff` and `explain`: what is proved of a policy, what gets weaker, and why, in words.

mod common;

use common::Folder;
use serde_json::Value;

const BROKEN: &str = "name = \"broken\"\ninclude = [\"minimal\"]\n\
    [[rule]]\nid = \"seal\"\nwhen = { category = \"phi\", not = { recipients = \"friends\" } }\n\
    require = { message = \"sealed\" }\nreason = \"PHI leaves sealed\"\n\
    [[recipients]]\nname = \"friends\"\nmembers = [\"*.friend.example\"]\n\
    [[invariant]]\nid = \"always-sealed\"\nwhen = { category = \"phi\" }\nrequire = { message = \"sealed\" }\n";

#[test]
fn a_counterexample_is_a_facts_file_that_shows_the_fault() {
    let folder = Folder::new();
    folder.file("p.toml", BROKEN);
    let checked = folder.run("check --json p.toml");
    assert_eq!(checked.code, 1);
    let report: Value = serde_json::from_str(&checked.stdout).unwrap();
    assert_eq!(
        (&report["valid"], &report["proved"]),
        (&Value::Bool(false), &Value::Bool(false))
    );
    let proofs = report["invariants"].as_array().unwrap();
    let failing: Vec<&Value> = proofs.iter().filter(|proof| proof["holds"] == false).collect();
    assert_eq!(failing.len(), 1);
    assert_eq!(failing[0]["name"], "always-sealed");
    folder.file("facts.json", failing[0]["counterexample"].to_string());
    let verdict = folder
        .run("evaluate --json --no-message --policy p.toml --facts facts.json")
        .fine();
    let verdict: Value = serde_json::from_str(&verdict).unwrap();
    assert_eq!(verdict["deliveries"][0]["requirement"]["message"], "none");
    assert!(
        verdict["classification"]["categories"]
            .as_array()
            .unwrap()
            .contains(&"phi".into())
    );
}

#[test]
fn mail_is_never_decided_by_a_policy_whose_proof_fails() {
    let folder = Folder::new();
    folder.file("p.toml", BROKEN);
    folder.file("m.eml", "Subject: a\n\nb\n");
    let text = folder
        .run("evaluate --policy p.toml --from a@b.example --to c@d.example m.eml")
        .failed();
    assert!(text.contains("always-sealed"), "{text}");
}

#[test]
fn check_says_in_words_what_is_proved_and_what_is_good_for_nothing() {
    let folder = Folder::new();
    folder.file("p.toml", BROKEN);
    let text = folder.run("check p.toml").stdout;
    assert!(
        text.contains("FAILS: always-sealed") && text.contains("evaluate --no-message"),
        "{text}"
    );
    let rule = "name = 'x'\n[[rule]]\nid = 'twice'\nwhen = { category = 'phi' }\nrequire = { transport = 'verified' }\n\
        [[rule]]\nid = 'never'\nwhen = { is = { direction = 'internal' }, not = { direction = 'internal' } }\n\
        require = { message = 'sealed' }\n";
    folder.file("q.toml", rule);
    let text = folder.run("check q.toml").fine();
    for expected in [
        "proved: I1",
        "proved: I6",
        "proved: I7",
        "shadowed: `twice`",
        "dead: `never`",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
}

#[test]
fn check_names_agreements_that_ended_or_have_not_begun_and_no_other() {
    let partner = |name: &str, agreement: &str| {
        format!("[[partner]]\nname = '{name}'\nmembers = ['{name}.example']\nbaa = 'signed'\nagreement = {agreement}\n")
    };
    let folder = Folder::new();
    let policy = partner("old", "{ end = '2001-12-31' }")
        + &partner("new", "{ date = '9999-01-01' }")
        + &partner("lab", "{ date = '2001-01-01', end = '9999-12-31' }");
    folder.file("p.toml", policy);
    let text = folder.run("check p.toml").fine();
    assert!(
        text.contains("with `old` ended on 2001-12-31") && text.contains("with `new` begins on 9999-01-01"),
        "{text}"
    );
    assert!(!text.contains("`lab`"), "{text}");
    let json = folder.run("check --json p.toml").fine();
    assert!(
        json.contains(r#"{"partner":"old","state":"ended","on":"2001-12-31"}"#),
        "{json}"
    );
}

#[test]
fn diff_shows_a_message_that_gets_weaker() {
    let folder = Folder::new();
    folder.file("old.toml", "name = 'a'\ninclude = ['hipaa-2013']\n");
    folder.file("new.toml", "name = 'b'\ninclude = ['minimal']\n");
    let weaker = folder.run("diff old.toml new.toml");
    assert_eq!(weaker.code, 1);
    assert!(
        weaker.stdout.contains("where `hipaa-critical` asked for it"),
        "{}",
        weaker.stdout
    );
    folder.file("same.toml", "name = 'c'\ninclude = ['hipaa-2013']\n");
    assert!(
        folder
            .run("diff old.toml same.toml")
            .fine()
            .contains("no message gets weaker")
    );
}

#[test]
fn check_runs_the_examples_of_the_policy_s_own_rules_and_diff_says_what_changes_in_them() {
    let folder = Folder::new();
    let rule = "name = 'a'\n[[classification.rule]]\nid = 'unit'\nsays = 'somebody of a unit'\nperson = ['full-name']\n\
                health = ['specialty']\nwithin = 'sentence'\nstrictness = 'balanced'\n\
                examples = ['Nephrology expects Moira Teague.']\ncounterexamples = ['Nephrology expects everybody.']\n";
    folder.file("old.toml", "name = 'a'\n");
    folder.file("new.toml", rule);
    folder.run("check new.toml").fine();
    let stronger = folder.run("diff old.toml new.toml").fine();
    assert!(
        stronger.contains("more is PHI: `unit` is `balanced` instead of `off`"),
        "{stronger}"
    );
    let weaker = folder.run("diff new.toml old.toml");
    assert_eq!(weaker.code, 1);
    assert!(
        weaker.stdout.contains("the rule `unit` of composition"),
        "{}",
        weaker.stdout
    );

    folder.file(
        "wrong.toml",
        rule.replace("expects Moira", "expects nobody, Moira")
            .replace("Nephrology expects n", "N"),
    );
    let wrong = folder.run("check wrong.toml");
    assert!(
        wrong.stderr.contains("line 2") && wrong.stderr.contains("example 1"),
        "{}",
        wrong.stderr
    );
}

#[test]
fn explain_speaks_in_sentences_and_repeats_no_content() {
    let folder = Folder::new();
    folder.file(
        "phi.eml",
        "Subject: results\n\nPatient MRN: 48210937, diagnosis diabetes mellitus.\n",
    );
    let text = folder
        .run("explain --from ann@clinic.example --to bob@example.org phi.eml")
        .fine();
    assert!(
        text.starts_with("The message to bob@example.org is left in the secure portal"),
        "{text}"
    );
    assert!(
        text.contains("Because PHI needs verified TLS") && !text.contains("48210937"),
        "{text}"
    );
}

#[test]
fn a_detector_that_no_engine_would_take_is_refused() {
    let folder = Folder::new();
    let detector = |pattern: &str, example: &str| {
        format!(
            "[[detector]]\nid = \"badge\"\nlabel = \"BADGE\"\ntitle = \"Badge\"\ncategory = \"personal-identifier\"\n\
             pattern = '{pattern}'\nconfidence = {{ bare = 0.9 }}\nsource = \"the desk\"\n\
             examples = [\"{example}\"]\ncounterexamples = []\n"
        )
    };
    for (pattern, example) in [("B\\d{6", "B123456"), ("B\\d{6}", "B12")] {
        folder.file("policy.toml", detector(pattern, example));
        let error = folder.run("check policy.toml").failed();
        assert!(error.contains("detector `badge`"), "{error}");
    }
    folder.file("policy.toml", detector("B\\d{6}", "B123456"));
    assert_ne!(folder.run("check policy.toml").code, 2);
}
