//! `seal --sign`, `open --sender` and `seal --pad`: who sealed a message, and what its length tells.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::Folder;

/// The public key that a note of `keygen` ends with.
fn public(note: &str) -> String {
    let line = note.lines().find(|line| line.contains("public key: "));
    line.unwrap().rsplit(' ').next().unwrap().to_owned()
}

fn with_keys() -> (Folder, String) {
    let folder = Folder::new();
    folder.file("m", "labs");
    folder.run("keygen -o a.key").fine();
    let note = folder.run("keygen --type ed25519 -o desk.key").stderr;
    (folder, public(&note))
}

#[test]
fn a_reader_learns_who_sealed_a_message_and_refuses_others() {
    let (folder, desk) = with_keys();
    assert!(desk.starts_with("sealwax-ed25519-1"), "{desk}");
    folder.run("seal --key a.key --sign desk.key m -o signed").fine();
    folder.run("seal --key a.key m -o plain").fine();
    folder.run("keygen --type ed25519 -o other.key").fine();
    folder.run("seal --key a.key --sign other.key m -o other").fine();
    let opened = folder.run("open --key a.key signed -o -");
    assert!(
        opened.stderr.contains(&format!("signed by {desk}")),
        "{}",
        opened.stderr
    );
    assert_eq!(opened.fine(), "labs");
    folder.file("senders", format!("# the front desk\n{desk}\n"));
    for sender in [desk.as_str(), "senders", "desk.key"] {
        assert_eq!(
            folder
                .run(&format!("open --key a.key --sender {sender} signed -o -"))
                .fine(),
            "labs"
        );
        for message in ["plain", "other"] {
            let error = folder
                .run(&format!("open --key a.key --sender {sender} {message} -o out"))
                .failed();
            assert!(
                error.contains("none of the senders that were asked for signed"),
                "{error}"
            );
            assert!(!folder.path().join("out").exists());
        }
    }
    let either = folder.run("open --key a.key --sender other.key --sender desk.key other -o -");
    assert_eq!(either.fine(), "labs");
}

#[test]
fn a_key_ring_signs_and_names_its_signers() {
    let (folder, _) = with_keys();
    folder.run("keygen --ring r --id clinic").fine();
    let error = folder.run("seal --key a.key --sign r m -o s").failed();
    assert!(
        error.contains("has no signing key") && error.contains("--type ed25519"),
        "{error}"
    );
    folder.run("keygen --ring r --id desk --type ed25519").fine();
    folder.run("seal --key r --id clinic --sign r m -o s").fine();
    folder.run("keygen --ring r --id desk --type ed25519").fine();
    let opened = folder.run("open --key r --sender r s -o -");
    assert!(opened.stderr.contains("signed by desk#1"), "{}", opened.stderr);
    opened.fine();
    folder.run("keygen --ring r --id lab --type ed25519").fine();
    let error = folder.run("seal --key a.key --sign r m -o t").failed();
    assert!(error.contains("--signer ID"), "{error}");
    folder.run("seal --key a.key --sign r --signer lab m -o t").fine();
    let error = folder.run("seal --key a.key --sign r --signer front m -o t").failed();
    assert!(error.contains("has no active signing key `front`"), "{error}");
    let error = folder.run("keygen --ring r --id x --type p256").failed();
    assert!(error.contains("a key ring holds no keys of this type"), "{error}");
}

#[test]
fn what_is_no_key_of_a_sender_is_refused_and_not_repeated() {
    let (folder, desk) = with_keys();
    folder.file("empty", "# nothing\n");
    folder.file(
        "two",
        "SEALWAX-ED25519-SECRET-1CANARY\nSEALWAX-ED25519-SECRET-1CANARY\n",
    );
    folder.file("bad", "SEALWAX-ED25519-SECRET-1CANARY\n");
    for (key, expected) in [
        ("empty", "holds no key"),
        ("two", "holds several keys"),
        ("bad", "line 1"),
        ("a.key", "expected a key that begins with `SEALWAX-ED25519-SECRET-1`"),
        ("missing", "cannot be read"),
    ] {
        let error = folder.run(&format!("seal --key a.key --sign {key} m -o s")).failed();
        assert!(error.contains(expected) && !error.contains("CANARY"), "{error}");
    }
    folder
        .run("seal --key a.key --sign desk.key --signer desk m -o s")
        .failed();
    folder.run("seal --key a.key --sign desk.key m -o s").fine();
    let cut = desk.strip_suffix(|_: char| true).unwrap();
    for sender in ["empty", "bad", "a.key", "missing", cut] {
        let error = folder
            .run(&format!("open --key a.key --sender {sender} s -o -"))
            .failed();
        assert!(!error.contains("CANARY"), "{error}");
    }
}

#[test]
fn a_ring_without_a_living_signer_asks_for_somebody_nevertheless() {
    let (folder, _) = with_keys();
    folder.run("seal --key a.key m -o plain").fine();
    folder.run("keygen --ring opening --id clinic").fine();
    folder.file("none", "epoch 0\n");
    folder.file("destroyed", "epoch 2\nsigner desk 1 destroyed\n");
    for ring in ["opening", "none", "destroyed"] {
        let error = folder
            .run(&format!("open --key a.key --sender {ring} plain -o -"))
            .failed();
        assert!(error.contains("holds no sender"), "{error}");
    }
}

#[test]
fn the_length_of_a_padded_message_tells_about_how_long_it_is() {
    let (folder, _) = with_keys();
    folder.file("yes", "positive");
    folder.file("no", "not detected");
    for options in ["--pad", "--pad --sign desk.key", "--pad --header h"] {
        let len = |content: &str| {
            folder.run(&format!("seal --key a.key {options} {content} -o s")).fine();
            folder.read("s").len()
        };
        assert_eq!(len("no"), len("yes"));
        let header = if options.contains("--header") { "--header h" } else { "" };
        assert_eq!(
            folder.run(&format!("open --key a.key {header} s -o -")).fine(),
            "positive"
        );
    }
    folder.run("seal --key a.key --pad yes -o s").fine();
    let shown = folder.run("inspect s").fine();
    assert!(shown.contains("message      at most 255 bytes"), "{shown}");
}
