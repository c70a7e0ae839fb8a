//! `sealwax outer`, and `seal --mail`.

mod common;

use common::Folder;

const MESSAGE: &str = "To: Bob <bob@example.org>\nBcc: eve@example.org\nSubject: lunch\n\nAt noon?\n";
const PHI: &str =
    "To: Bob <bob@example.org>\nX-Patient: 48210937\nbcc : eve@example.org\n\nMRN 48210937, diabetes mellitus.\n";

fn folder() -> Folder {
    let folder = Folder::new();
    folder.file("a.eml", MESSAGE);
    folder.file("phi.eml", PHI);
    folder.file(
        "two.json",
        r#"{"transaction": {"sender": "ann@clinic.example", "recipients": [
            {"address": "bob@example.org"},
            {"address": "own@clinic.example", "internal": true, "evidence": [
                {"kind": "local", "level": "dane", "observed_at": "2026-11-21T09:00:00Z"}]}]},
            "at": "2026-11-21T09:30:00Z"}"#,
    );
    folder
}

#[test]
fn by_tls_the_message_leaves_with_its_edits() {
    let folder = folder();
    let outer = folder
        .run("outer --from ann@clinic.example --to bob@example.org a.eml")
        .fine();
    assert_eq!(outer, MESSAGE.replace("Bcc: eve@example.org\n", ""));
    let fallback = folder.run("outer --fallback --from ann@clinic.example --to bob@example.org a.eml");
    assert_eq!(fallback.fine(), "To: bob@example.org\nSubject: lunch\n");
}

#[test]
fn recipients_who_get_different_messages_are_asked_for_one_by_one() {
    let folder = folder();
    let error = folder.run("outer --facts two.json phi.eml").failed();
    assert!(
        error.contains("does not leave alike") && error.contains("--recipient"),
        "{error}"
    );
    let sealed = folder
        .run("outer --facts two.json --recipient bob@example.org phi.eml")
        .fine();
    assert!(
        sealed.starts_with("To: bob@example.org\n") && !sealed.contains("48210937"),
        "{sealed}"
    );
    let own = folder.run("outer --facts two.json --recipient own@clinic.example -o own.eml phi.eml");
    assert_eq!(own.fine(), "");
    let inner = PHI.replace("bcc : eve@example.org\n", "");
    assert_eq!(folder.read("own.eml"), inner.as_bytes());
    assert_eq!(folder.run("outer --inner --facts two.json phi.eml").fine(), inner);
    let error = folder
        .run("outer --facts two.json --recipient eve@example.org phi.eml")
        .failed();
    assert!(error.contains("`eve@example.org` is no recipient"), "{error}");
}

#[test]
fn where_nothing_leaves_nothing_is_written() {
    let folder = folder();
    folder.file("p.toml", "on_unmet = 'return'");
    let question = "--policy p.toml --from ann@clinic.example --to bob@example.org phi.eml";
    let error = folder.run(&format!("outer -o out.eml {question}")).failed();
    assert!(error.contains("nothing leaves") && error.contains("return"), "{error}");
    assert!(!folder.path().join("out.eml").exists());
    let error = folder
        .run("outer --fallback --from ann@clinic.example --to bob@example.org phi.eml")
        .failed();
    assert!(error.contains("there is no fallback"), "{error}");
    let error = folder.run("outer --facts two.json --no-message").failed();
    assert!(error.contains("there is no message"), "{error}");
}

#[test]
fn mail_is_sealed_without_its_blind_copies() {
    let folder = folder();
    folder.run("keygen -o k").fine();
    for (flag, expected) in [
        ("--mail", PHI.replace("bcc : eve@example.org\n", "")),
        ("", PHI.to_owned()),
    ] {
        folder.run(&format!("seal {flag} --key k phi.eml -o sealed")).fine();
        folder.run("open --key k sealed -o opened").fine();
        assert_eq!(String::from_utf8(folder.read("opened")).unwrap(), expected);
    }
}
