//! `compile`, and what decides by a bundle.

mod common;

use common::Folder;

const POLICY: &str = "name = \"clinic\"\ninclude = [\"hipaa-2013\"]\n\
    [[term]]\nid = \"project\"\ncategory = \"clinical-data\"\nwords = [\"projekt xaver\"]\n";

const MESSAGE: &str = "From: a@b.example\nSubject: news\n\nPatient Maria Chen, MRN 48213377, is in projekt xaver.\n";

fn folder() -> Folder {
    let folder = Folder::new();
    folder.file("p.toml", POLICY);
    folder.file("m.eml", MESSAGE);
    folder
}

#[test]
fn a_bundle_decides_as_its_policy_does() {
    let folder = folder();
    folder.run("compile p.toml -o p.bundle").fine();
    for command in [
        "evaluate --json --from a@b.example --to c@d.example --at 2026-11-21T09:30:00Z m.eml",
        "evaluate --from a@b.example --to c@d.example --at 2026-11-21T09:30:00Z m.eml",
        "scan --json m.eml",
        "redact m.eml",
    ] {
        let by_policy = folder.run(&format!("{command} --policy p.toml"));
        let by_bundle = folder.run(&format!("{command} --bundle p.bundle"));
        assert_eq!(
            (by_policy.code, by_policy.stdout),
            (by_bundle.code, by_bundle.stdout),
            "{command}"
        );
    }
}

#[test]
fn what_is_no_bundle_is_refused_with_the_next_step() {
    let folder = folder();
    let text = folder.run("scan --bundle p.toml m.eml").failed();
    assert!(text.contains("p.toml") && text.contains("sealwax compile"), "{text}");
    let text = folder.run("scan --bundle absent m.eml").failed();
    assert!(text.contains("absent"), "{text}");
    folder.run("compile p.toml -o p.bundle").fine();
    let whole = folder.read("p.bundle");
    folder.file("half.bundle", &whole[..whole.len() / 2]);
    let text = folder.run("scan --bundle half.bundle m.eml").failed();
    assert!(text.contains("damaged"), "{text}");
    let text = folder.run("scan --bundle p.bundle --policy p.toml m.eml").stderr;
    assert!(text.contains("cannot be used with"), "{text}");
}

#[test]
fn a_policy_that_is_refused_leaves_the_bundle_that_was_there() {
    let folder = folder();
    folder.run("compile p.toml -o p.bundle").fine();
    let before = folder.read("p.bundle");
    folder.file("p.toml", "nmae = 'clinic'");
    let text = folder.run("compile p.toml -o p.bundle").failed();
    assert!(text.contains("line 1") && text.contains("nmae"), "{text}");
    assert_eq!(folder.read("p.bundle"), before);
    assert_eq!(folder.names(), ["m.eml", "p.bundle", "p.toml"]);
}
