//! `sealwax tls`.

#![expect(clippy::unwrap_used, reason = "a test stops where the program cannot be started")]

mod common;

use common::{Folder, Run};

/// Runs `sealwax tls` with arguments that may hold blanks.
fn tls(arguments: &[&str]) -> Run {
    let output = Folder::new().command("tls").args(arguments).output().unwrap();
    Run::from(output)
}

#[test]
fn a_suite_is_graded_with_reasons_and_sources() {
    let run = tls(&["grade", "AES256-SHA"]);
    assert_eq!(run.code, 1);
    assert!(
        run.stdout
            .starts_with("TLS_RSA_WITH_AES_256_CBC_SHA (AES256-SHA): obsolete, good-256\n"),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains("deprecated (RFC 10015)"));
    assert!(
        tls(&["grade", "TLS_AES_256_GCM_SHA384"])
            .fine()
            .contains(": best, good-256")
    );
}

#[test]
fn a_list_says_when_aes_256_is_not_first() {
    let list = "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384";
    assert!(
        tls(&["grade", list])
            .fine()
            .contains("AES-256 is there but not listed first (place 2)")
    );
    let json: serde_json::Value = serde_json::from_str(&tls(&["grade", "--json", list]).fine()).unwrap();
    assert_eq!((&json["tier"], &json["aes256"]["later"]), (&"good".into(), &1.into()));
}

#[test]
fn a_servers_list_counts_by_its_worst_suite() {
    let list = "ECDHE-RSA-AES256-GCM-SHA384:RC4-SHA";
    assert_eq!(tls(&["grade", list]).code, 0);
    assert_eq!(tls(&["grade", "--server", list]).code, 1);
}

#[test]
fn who_prefers_decides_a_negotiation() {
    let lists = ["--client", "AES128-SHA:AES256-SHA", "--server", "AES256-SHA:AES128-SHA"];
    let client = tls(&[&["negotiate"], &lists[..]].concat()).fine();
    let server = tls(&[&["negotiate", "--prefer", "server"], &lists[..]].concat()).fine();
    assert!(client.starts_with("TLS_RSA_WITH_AES_128") && server.starts_with("TLS_RSA_WITH_AES_256"));
    let nothing = tls(&["negotiate", "--client", "RC4-SHA", "--server", "AES128-SHA", "--json"]);
    assert_eq!((nothing.code, nothing.stdout.as_str()), (1, "null\n"));
}

#[test]
fn the_example_of_the_article_fails_the_lint() {
    let run = tls(&["lint", "AES256-SHA:AES128-SHA"]);
    assert_eq!(run.code, 1);
    assert!(run.stdout.ends_with("fails: 2 suites\n"), "{}", run.stdout);
    assert_eq!(tls(&["lint", "ECDHE+AESGCM+AES256:!aNULL"]).code, 0);
}

#[test]
fn generated_settings_pass_the_lint_of_their_mode() {
    let folder = Folder::new();
    for server in ["apache", "nginx", "openssl", "postfix"] {
        let settings = tls(&["generate", server, "--mode", "aes256-only"]).fine();
        let path = folder.file(server, settings);
        let path = path.to_str().unwrap();
        let run = tls(&[
            "lint",
            "--file",
            path,
            "--mode",
            "aes256-only",
            "--minimum",
            "best",
            "--json",
        ]);
        let json: serde_json::Value = serde_json::from_str(&run.fine()).unwrap();
        assert_eq!(json["passes"], true, "{server}");
    }
}

#[test]
fn what_nobody_knows_is_named_with_a_next_step() {
    let error = tls(&["grade", "ROT13"]).failed();
    assert!(error.contains("`ROT13`") && error.contains("next:"), "{error}");
    assert!(
        tls(&["lint", "--mode", "cheap", "X"])
            .failed()
            .contains("forward-secret-aead")
    );
}
