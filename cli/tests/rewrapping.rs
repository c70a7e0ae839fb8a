//! `rewrap`, `inspect`, `shred` and the kinds of keys.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use std::thread;
use std::time::Duration;

use common::Folder;
use sealwax::crypto::Provider;
use sealwax::seal::{Identity, Opener};

#[test]
fn every_kind_of_key_is_made_sealed_for_and_opened_with() {
    let folder = Folder::new();
    folder.file("m", "labs");
    for kind in ["local", "x25519", "p256", "p384", "xwing", "link"] {
        folder.run(&format!("keygen --type {kind} -o {kind}.key")).fine();
        folder.run(&format!("seal --key {kind}.key m -o m.sealed")).fine();
        folder.run(&format!("open --key {kind}.key m.sealed -o out")).fine();
        assert_eq!(folder.read("out"), b"labs", "{kind}");
    }
}

#[test]
fn a_public_key_seals_without_its_file() {
    let folder = Folder::new();
    folder.file("m", "labs");
    folder.run("keygen --type x25519 -o secret.key").fine();
    let text = String::from_utf8(folder.read("secret.key")).unwrap();
    let public = text
        .lines()
        .find_map(|line| line.strip_prefix("# public key: "))
        .unwrap();
    folder.run(&format!("seal --to {public} m -o m.sealed")).fine();
    folder.run("open --key secret.key m.sealed -o out").fine();
    assert_eq!(folder.read("out"), b"labs");
}

#[test]
fn a_passphrase_seals_and_opens() {
    let folder = Folder::new();
    folder.file("m", "labs");
    folder.file("words", "correct horse\n");
    folder.file("wrong", "correct house\n");
    folder.run("seal --passphrase-file words m -o m.sealed").fine();
    folder.run("open --passphrase-file wrong m.sealed -o out").failed();
    folder.run("open --passphrase-file words m.sealed -o out").fine();
    assert_eq!(folder.read("out"), b"labs");
}

#[test]
fn inspect_shows_the_header_and_no_key() {
    let folder = Folder::new();
    folder.file("m", "labs");
    folder.run("keygen --ring ring --id clinic-7").fine();
    let seal = "seal --key ring --bucket clinic-7 --store tenant=seven --context message-id=<1@x> \
                --retention mail-6y --not-after 2033-01-01T00:00:00Z --protect-recipients --header m.head m -o m.body";
    folder.run(seal).fine();
    let shown: serde_json::Value = serde_json::from_str(&folder.run("inspect --json m.head").fine()).unwrap();
    assert_eq!(shown["recipients"][0]["key"], "local:clinic-7#1");
    assert_eq!(shown["context"]["tenant"], "seven");
    assert_eq!(shown["retention"]["not_after"], "2033-01-01T00:00:00Z");
    assert_eq!(
        (&shown["key_epoch"], &shown["needs_context"]),
        (&1.into(), &true.into())
    );
    let text = folder.run("inspect m.head").fine();
    assert!(text.contains("recipient    local local:clinic-7#1\n"), "{text}");
    assert!(!text.contains("<1@x>") && !text.contains("SEALWAX"));
    folder.run("open --key ring --header m.head m.body -o out").failed();
    folder
        .run("open --key ring --header m.head --context message-id=<1@x> m.body -o out")
        .fine();
    assert_eq!(folder.read("out"), b"labs");
}

#[test]
fn a_rewrapped_folder_opens_with_the_new_keys_only() {
    let folder = with_messages(5);
    folder.file("mail/sub/not-sealed.txt", "left alone");
    folder
        .run("rewrap --key old.key --add new.key --replace-all mail")
        .fine();
    let again = folder.run("rewrap --key old.key --add new.key --replace-all mail");
    assert!(
        again.stderr.contains("rewrapped 0, already as wanted 5, failed 0"),
        "{}",
        again.stderr
    );
    for n in 0..5 {
        folder.run(&format!("open --key old.key mail/{n}.slwx -o out")).failed();
        folder.run(&format!("open --key new.key mail/{n}.slwx -o out")).fine();
    }
    assert_eq!(folder.read("mail/sub/not-sealed.txt"), b"left alone");
    let error = folder.run("rewrap --key old.key --add old.key mail").failed();
    assert!(error.contains("`mail/0.slwx`"), "{error}");
}

#[test]
fn a_ring_s_new_version_takes_the_place_of_a_passphrase_and_of_the_old_version() {
    let folder = Folder::new();
    folder.file("words", "correct horse battery\n");
    folder.file("m", "labs");
    folder.run("seal --passphrase-file words m -o sealed").fine();
    folder.run("keygen --ring ring --id k").fine();
    assert!(
        folder
            .run("rewrap --passphrase-file words --add ring sealed")
            .failed()
            .contains("--id")
    );
    folder
        .run("rewrap --passphrase-file words --add ring --id k --replace-all sealed")
        .fine();
    folder.run("keygen --ring ring --id k").fine();
    folder
        .run("rewrap --key ring --add ring --id k --replace-all sealed")
        .fine();
    assert!(folder.run("inspect sealed").fine().contains("local:k#2"));
    assert_eq!(folder.run("open --key ring sealed -o -").fine(), "labs");
    folder.run("open --passphrase-file words sealed -o -").failed();
}

#[test]
fn nothing_is_lost_when_rewrapping_is_killed_200_times() {
    let folder = with_messages(12);
    let mut killed = 0;
    for round in 0..200_u64 {
        let [from, to] = if round % 2 == 0 { ["old", "new"] } else { ["new", "old"] };
        let both = format!("rewrap --key {from}.key --key {to}.key --add {to}.key --replace-all mail");
        let mut child = folder.command(&both).spawn().unwrap();
        thread::sleep(Duration::from_micros(round * 211 % 25_000));
        child.kill().unwrap();
        killed += u32::from(!child.wait().unwrap().success());
        assert_all_open(&folder, 12);
    }
    assert!(killed > 20, "only {killed} runs were killed before their end");
    folder
        .run("rewrap --key old.key --key new.key --add new.key --replace-all mail")
        .fine();
    for n in 0..12 {
        folder.run(&format!("open --key new.key mail/{n}.slwx -o out")).fine();
    }
    for left in [folder.path().join("mail"), folder.path().join("mail/sub")] {
        let names = std::fs::read_dir(left).unwrap().map(|entry| entry.unwrap().file_name());
        assert_eq!(names.filter(|name| name.to_string_lossy().starts_with('.')).count(), 0);
    }
}

#[test]
fn files_that_are_named_like_temporary_ones_are_nobody_else_s_to_remove() {
    let folder = with_messages(1);
    folder.run("keygen --ring ring --id clinic-7").fine();
    let key = folder.read("old.key");
    for name in [
        ".sealwax-key",
        ".sealwax-old.tmp",
        "sub/.sealwax-",
        ".sealwax-0123456789abcdef-01234567.tmp",
    ] {
        folder.file(&format!("mail/{name}"), &key);
    }
    folder.file("mail/.sealwax-empty", "");
    folder.file("mail/.sealwax-0.tmp", folder.read("mail/0.slwx"));
    folder
        .run("seal --key ring --bucket clinic-7 m -o mail/.sealwax-bucket")
        .fine();
    let before = names(&folder);

    let dry = folder.run("shred --ring ring --bucket clinic-7 mail").fine();
    assert!(dry.contains("would be destroyed\tmail/.sealwax-bucket"), "{dry}");
    folder.run("shred --ring ring --bucket clinic-7 --destroy mail").fine();
    let rewrapped = folder.run("rewrap --key mail/.sealwax-key --add new.key --replace-all mail");
    assert!(
        rewrapped.stderr.contains("rewrapped 2, already as wanted 0, failed 1"),
        "{}",
        rewrapped.stderr
    );

    assert_eq!(names(&folder), before);
    assert_eq!(folder.read("mail/.sealwax-key"), key);
    folder.run("open --key new.key mail/.sealwax-0.tmp -o out").fine();
    folder.run("open --key old.key mail/.sealwax-0.tmp -o out").failed();
}

#[test]
fn what_a_killed_run_left_is_removed_by_the_next_one_and_not_by_a_dry_run_or_by_name() {
    let folder = with_messages(1);
    folder.run("keygen --ring ring --id clinic-7").fine();
    let before = names(&folder);
    let mut killed = folder.command("seal --key old.key - -o mail/1.slwx").spawn().unwrap();
    let left = loop {
        match names(&folder).into_iter().find(|name| !before.contains(name)) {
            Some(left) => break left,
            None => thread::sleep(Duration::from_millis(5)),
        }
    };
    let rewrap = "rewrap --key old.key --add new.key mail";
    folder.run(rewrap).fine();
    assert!(names(&folder).contains(&left), "it is still written");
    killed.kill().unwrap();
    killed.wait().unwrap();

    folder.run("shred --ring ring --bucket clinic-7 mail").fine();
    folder.run("shred --ring ring --bucket clinic-7 --destroy mail").fine();
    folder.run(&format!("{rewrap} {left}")).fine();
    assert!(names(&folder).contains(&left));
    let swept = folder.run(rewrap);
    assert!(swept.stderr.contains("removed 1 unfinished file"), "{}", swept.stderr);
    assert_eq!(names(&folder), before);
}

#[test]
fn shredding_destroys_what_was_sealed_for_the_bucket_alone() {
    let folder = Folder::new();
    folder.file("m", "labs");
    folder.run("keygen -o hold.key").fine();
    folder.run("keygen --ring ring --id clinic-7/2027-01").fine();
    folder.run("keygen --ring ring --id clinic-8/2027-01").fine();
    folder.file("mail/keep", "");
    for name in ["alone", "held"] {
        folder
            .run(&format!("seal --key ring --bucket clinic-7/2027-01 m -o mail/{name}"))
            .fine();
    }
    folder
        .run("seal --key ring --bucket clinic-8/2027-01 m -o mail/other")
        .fine();
    folder
        .run("seal --key ring --bucket clinic-7/2027-01 --to hold.key m -o mail/no")
        .failed();
    folder.run("rewrap --key ring --hold hold.key mail/held").fine();

    let shred = "shred --ring ring --bucket clinic-7/2027-01 mail";
    assert_eq!(folder.run(shred).code, 1);
    folder.run("open --key ring mail/alone -o out").fine(); // only said, not done
    let done = folder.run(&format!("{shred} --destroy"));
    assert_eq!(done.code, 1, "{}", done.stderr);
    let lines: Vec<_> = done
        .stdout
        .lines()
        .map(|line| line.split('\t').collect::<Vec<_>>())
        .collect();
    assert_eq!(lines.len(), 2);
    assert_eq!((lines[0][1], lines[0][2]), ("destroyed", "mail/alone"));
    assert!(lines[1][1].starts_with("still opens: local:"), "{}", lines[1][1]);
    folder.run("open --key ring mail/alone -o out").failed();
    folder.run("open --key hold.key mail/held -o out").fine();
    folder.run("open --key ring mail/other -o out").fine();
    folder.run(shred).failed(); // there is no such key any more
}

/// A folder `mail` with sealed messages, and `old.key` and `new.key`.
fn with_messages(count: usize) -> Folder {
    let folder = Folder::new();
    folder.run("keygen -o old.key").fine();
    folder.run("keygen -o new.key").fine();
    folder.file("mail/sub/empty", "");
    folder.file("m", message());
    for n in 0..count {
        folder.run(&format!("seal --key old.key m -o mail/{n}.slwx")).fine();
    }
    folder
}

/// The files in `mail` and its folder, by their paths.
fn names(folder: &Folder) -> Vec<String> {
    let list = |of: &str| {
        let entries = std::fs::read_dir(folder.path().join(of)).unwrap();
        let name = |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
        entries.map(|entry| format!("{of}/{}", name(entry))).collect::<Vec<_>>()
    };
    let mut names = [list("mail"), list("mail/sub")].concat();
    names.sort();
    names
}

fn assert_all_open(folder: &Folder, count: usize) {
    let keys = ["old.key", "new.key"].map(|name| {
        let text = String::from_utf8(folder.read(name)).unwrap();
        text.lines().last().unwrap().parse::<Identity>().unwrap()
    });
    let opener = keys.iter().fold(Opener::new(Provider::ring()), Opener::identity);
    for n in 0..count {
        assert!(
            *opener.open(&folder.read(&format!("mail/{n}.slwx"))).unwrap() == message(),
            "{n}"
        );
    }
}

fn message() -> Vec<u8> {
    b"MRN 12345678\n".repeat(10_000)
}
