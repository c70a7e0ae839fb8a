//! `keygen`, `seal` and `open`: what is sealed opens again, and nothing is written half.

mod common;

use std::fs;

use common::Folder;

fn with_keys() -> Folder {
    let folder = Folder::new();
    folder.run("keygen -o a.key").fine();
    folder.run("keygen -o b.key").fine();
    folder
}

#[test]
fn what_is_sealed_opens_again_for_each_key() {
    let folder = with_keys();
    let message = b"Subject: labs\r\n\r\nMRN 12345678\r\n";
    folder.file("m.eml", message);
    folder.run("seal --key a.key --to b.key m.eml -o m.sealed").fine();
    for key in ["a.key", "b.key"] {
        folder.run(&format!("open --key {key} m.sealed -o out.eml")).fine();
        assert_eq!(folder.read("out.eml"), message);
    }
}

#[test]
fn whoever_has_a_public_key_can_seal_and_only_the_secret_key_opens() {
    let folder = with_keys();
    folder.file("m.eml", "labs");
    for kind in ["x25519", "p256", "p384", "xwing"] {
        let note = folder.run(&format!("keygen --type {kind} -o pair.key --force")).stderr;
        let public = note.trim().rsplit(' ').next().unwrap();
        assert!(public.starts_with(&format!("sealwax-{kind}-1")), "{note}");
        folder.run(&format!("seal --to {public} m.eml -o m.sealed")).fine();
        assert_eq!(folder.run("open --key pair.key m.sealed -o -").fine(), "labs");
        folder.run("open --key a.key m.sealed -o -").failed();
        folder.run("seal --key a.key --to pair.key m.eml -o both.sealed").fine();
        assert_eq!(folder.run("open --key pair.key both.sealed -o -").fine(), "labs");
        let error = folder.run(&format!("seal --to {public}q m.eml -o bad.sealed")).failed();
        assert!(error.contains("the recipient `sealwax-"), "{error}");
    }
}

#[test]
fn a_certificate_seals_and_its_secret_key_opens() {
    let folder = with_keys();
    folder.file("m.eml", "labs");
    folder.file("ann.crt", include_str!("../../testdata/sealed/rsa.crt"));
    folder.file("ann.key", include_str!("../../testdata/sealed/rsa.key"));
    folder.run("seal --to ann.crt --key a.key m.eml -o m.sealed").fine();
    for key in ["ann.key", "a.key"] {
        assert_eq!(folder.run(&format!("open --key {key} m.sealed -o -")).fine(), "labs");
    }
    let shown = folder.run("inspect m.sealed").fine();
    assert!(shown.contains("rsa-oaep-sha256 rsa:"), "{shown}");
    let error = folder.run("seal --to ann.key m.eml -o no.sealed").failed();
    assert!(
        error.contains("`ann.key`: is a private key without its certificate, which only opens"),
        "{error}"
    );
    folder.run("open --key b.key m.sealed -o -").failed();
}

#[test]
fn both_ends_can_be_pipes() {
    let folder = with_keys();
    let sealed = folder.run_with("seal --key a.key - -o -", b"labs");
    assert_eq!(sealed.code, 0);
    let opened = folder.run_with("open --key a.key - -o -", &sealed.bytes);
    assert_eq!(opened.fine(), "labs");
}

#[test]
fn a_wrong_key_opens_nothing_and_leaves_what_was_there() {
    let folder = with_keys();
    folder.file("m.eml", "labs");
    folder.file("out.eml", "old");
    folder.run("seal --key a.key m.eml -o m.sealed").fine();
    let names = folder.names();
    let error = folder.run("open --key b.key m.sealed -o out.eml").failed();
    assert!(
        error.contains("`m.sealed`") && error.contains("does not open"),
        "{error}"
    );
    assert_eq!(folder.read("out.eml"), b"old");
    assert_eq!(folder.names(), names);
}

#[test]
fn a_flipped_bit_anywhere_or_a_cut_opens_nothing() {
    let folder = with_keys();
    folder.file("m.eml", "labs");
    folder.run("seal --key a.key m.eml -o m.sealed").fine();
    let sealed = folder.read("m.sealed");
    let flipped = |place: usize| {
        let mut bytes = sealed.clone();
        bytes[place] ^= 1;
        bytes
    };
    let step = sealed.len().div_ceil(40);
    let mut bad: Vec<_> = (0..sealed.len()).step_by(step).map(flipped).collect();
    bad.extend([0, 1, sealed.len() / 2, sealed.len() - 1].map(|length| sealed[..length].to_vec()));
    bad.push([sealed.as_slice(), b"x"].concat());
    for bytes in bad {
        folder.file("bad.sealed", bytes);
        folder.run("open --key a.key bad.sealed -o out.eml").failed();
        assert!(!folder.path().join("out.eml").exists());
    }
}

#[test]
fn a_key_is_never_overwritten_by_accident() {
    let folder = with_keys();
    let before = folder.read("a.key");
    let error = folder.run("keygen -o a.key").failed();
    assert!(error.contains("already there") && error.contains("--force"), "{error}");
    assert_eq!(folder.read("a.key"), before);
    folder.run("keygen -o a.key --force").fine();
    assert_ne!(folder.read("a.key"), before);
}

#[cfg(unix)]
#[test]
fn keys_and_opened_messages_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = with_keys();
    folder.file("m.eml", "labs");
    folder.run("seal --key a.key m.eml -o m.sealed").fine();
    folder.run("open --key a.key m.sealed -o out.eml").fine();
    for name in ["a.key", "out.eml"] {
        let mode = fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[test]
fn a_key_on_standard_output_is_a_key_file() {
    let folder = Folder::new();
    let text = folder.run("keygen --type local").fine();
    assert!(text.starts_with("# ") && text.contains("\nSEALWAX-LOCAL-1"), "{text}");
    folder.file("c.key", text);
    assert_eq!(folder.run_with("seal --key c.key - -o -", b"x").code, 0);
}

#[test]
fn what_is_wrong_is_named_with_its_place() {
    let folder = with_keys();
    folder.file("m.eml", "labs");
    folder.file("empty.key", "# nothing here\n");
    folder.file("bad.key", "# a comment\nSEALWAX-LOCAL-1QQQQ\n");
    folder.file("binary.key", [0xff, 0xfe]);
    for (arguments, place) in [
        ("seal --key gone.key m.eml -o m.sealed", "`gone.key`: cannot be read"),
        ("seal --key empty.key m.eml -o m.sealed", "`empty.key`: holds no key"),
        ("seal --key bad.key m.eml -o m.sealed", "`bad.key`: line 2: "),
        (
            "seal --key binary.key m.eml -o m.sealed",
            "`binary.key`: is UTF-16 (little-endian), as its byte order mark says",
        ),
        ("seal --key a.key gone.eml -o m.sealed", "`gone.eml`: cannot be read"),
        (
            "seal --key a.key m.eml -o gone/m.sealed",
            "`gone/m.sealed`: cannot be written",
        ),
        (
            "open --key a.key m.eml -o out.eml",
            "`m.eml`: the sealed message does not open",
        ),
        ("open --key a.key . -o out.eml", "`.`: cannot be read"),
    ] {
        let error = folder.run(arguments).failed();
        assert!(error.contains(place), "{arguments}: {error}");
        assert!(!folder.path().join("m.sealed").exists() && !folder.path().join("out.eml").exists());
    }
}

#[test]
fn no_error_shows_a_key() {
    let folder = with_keys();
    let key = String::from_utf8(folder.read("a.key")).unwrap();
    let secret = key.lines().last().unwrap();
    let mistyped = format!("{}B", secret.strip_suffix(|_| true).unwrap());
    let other = format!("{}C", secret.strip_suffix(|_| true).unwrap());
    folder.file("m.key", format!("{mistyped}\n{other}\n"));
    let error = folder.run_with("seal --key m.key - -o -", b"x").failed();
    let (_, body) = secret.split_at(20);
    assert!(!error.contains(body.split_at(20).0), "{error}");
}

#[test]
fn what_comes_by_a_pipe_is_released_only_when_all_of_it_is_verified() {
    let folder = with_keys();
    let message = b"MRN 12345678\n".repeat(10_000);
    folder.file("m.eml", &message);
    folder.run("seal --key a.key --header m.head m.eml -o m.body").fine();
    folder.run("seal --key a.key m.eml -o m.sealed").fine();
    let (sealed, body) = (folder.read("m.sealed"), folder.read("m.body"));
    let names = folder.names();
    for (arguments, bytes) in [
        ("open --key a.key -", &sealed),
        ("open --key a.key --header m.head -", &body),
    ] {
        let [mut changed, cut] = [bytes.clone(), bytes[..bytes.len() - 1].to_vec()];
        *changed.last_mut().unwrap() ^= 1;
        for bad in [changed, cut] {
            let run = folder.run_with(&format!("{arguments} -o -"), &bad);
            assert!(run.bytes.is_empty());
            assert!(run.failed().contains("`-`: the sealed message does not open"));
            folder.run_with(&format!("{arguments} -o out.eml"), &bad).failed();
            assert_eq!(folder.names(), names);
        }
        assert_eq!(folder.run_with(&format!("{arguments} -o -"), bytes).bytes, message);
        folder.run_with(&format!("{arguments} -o out.eml"), bytes).fine();
        assert_eq!(folder.read("out.eml"), message);
        fs::remove_file(folder.path().join("out.eml")).unwrap();
    }
}

/// 512 MiB in 160 MiB of address space, of which the program itself takes the most.
#[cfg(target_os = "linux")]
#[test]
fn a_message_that_does_not_fit_into_memory_is_sealed_and_opened() {
    let folder = with_keys();
    let large = fs::File::create(folder.path().join("large")).unwrap();
    large.set_len(512 << 20).unwrap();
    for arguments in ["seal --key a.key large -o sealed", "open --key a.key sealed -o opened"] {
        let command = format!("ulimit -v 163840; exec '{}' {arguments}", env!("CARGO_BIN_EXE_sealwax"));
        let mut shell = std::process::Command::new("sh");
        let ran = shell
            .args(["-c", &command])
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    }
    assert_eq!(fs::metadata(folder.path().join("opened")).unwrap().len(), 512 << 20);
}

#[cfg(target_os = "linux")]
#[test]
fn required_protection_is_had_or_the_command_fails() {
    let folder = with_keys();
    folder.file("m.eml", "labs");
    let run = |limit: &str| {
        let program = env!("CARGO_BIN_EXE_sealwax");
        let seal = "seal --require-locked-memory --key a.key m.eml -o m.sealed";
        let command = format!("ulimit -l {limit} || exit 9; exec '{program}' {seal}");
        let mut shell = std::process::Command::new("sh");
        shell
            .args(["-c", &command])
            .current_dir(folder.path())
            .output()
            .unwrap()
    };
    let refused = run("64");
    assert!(String::from_utf8_lossy(&refused.stderr).contains("is not locked"));
    assert_eq!(refused.status.code(), Some(2));
    assert!(!folder.path().join("m.sealed").exists());
    // Where nobody may raise the limit, there is nothing to see.
    assert!(matches!(run("unlimited").status.code(), Some(0 | 9)));
    folder.run("seal --key a.key m.eml -o m.sealed").fine();
}

#[test]
fn runs_that_change_one_ring_at_once_lose_no_key() {
    let folder = Folder::new();
    let runs: Vec<_> = (0..8)
        .map(|number| {
            folder
                .command(&format!("keygen --ring ring --id k{number}"))
                .spawn()
                .unwrap()
        })
        .collect();
    for run in runs {
        assert!(run.wait_with_output().unwrap().status.success());
    }
    let ring = String::from_utf8(folder.read("ring")).unwrap();
    for number in 0..8 {
        assert!(ring.contains(&format!("k{number}")), "{number}");
    }
}

#[test]
fn a_header_that_cannot_stand_apart_leaves_everything_as_it_was() {
    let folder = Folder::new();
    folder.run("keygen -o key").fine();
    folder.file("m", "labs");
    folder.file("out", "before");
    for arguments in [
        "seal --key key m --header nowhere/h -o out",
        "seal --key key m --header out -o out",
        "seal --key key m --header m -o out",
        "seal --key key m --header ./m -o out",
    ] {
        folder.run(arguments).failed();
        assert_eq!(
            (folder.read("m"), folder.read("out")),
            (b"labs".into(), b"before".into()),
            "{arguments}"
        );
    }
    assert_eq!(folder.names(), ["key", "m", "out"]);
    folder.run("seal --key key m --header h -o out").fine();
    assert_eq!(folder.run("open --key key --header h out -o -").fine(), "labs");
}

#[test]
fn standard_input_is_read_for_one_thing_only() {
    let folder = Folder::new();
    let run = folder.run_with("seal --key - - -o sealed", b"key and message");
    assert!(run.failed().contains("named twice"));
    assert_eq!(folder.names(), [""; 0]);
}

#[test]
fn what_comes_through_a_pipe_leaves_no_plaintext_before_it_is_verified() {
    let folder = Folder::new();
    folder.run("keygen -o key").fine();
    folder.file("m", "labs ".repeat(10_000));
    folder.run("seal --key key m -o sealed").fine();
    let mut cut = folder.read("sealed");
    cut.truncate(40_000);
    folder.run_with("open --key key - -o opened", &cut).failed();
    assert_eq!(folder.names(), ["key", "m", "sealed"]);
}

#[cfg(unix)]
#[test]
fn a_sealed_message_is_open_to_no_more_people_than_what_it_replaces() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    folder.run("keygen -o key").fine();
    folder.file("m", "labs");
    let place = folder.file("private", "");
    std::fs::set_permissions(&place, PermissionsExt::from_mode(0o600)).unwrap();
    folder.run("seal --key key m -o private").fine();
    let mode = std::fs::metadata(place).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "{mode:o}");
}

#[cfg(unix)]
#[test]
fn shredding_waits_for_no_pipe_and_goes_on_after_what_it_cannot_read() {
    let folder = Folder::new();
    folder.run("keygen --ring ring --id b").fine();
    folder.file("m", "labs");
    folder.run("seal --key ring --bucket b m -o box/sealed").failed();
    std::fs::create_dir(folder.path().join("box")).unwrap();
    folder.run("seal --key ring --bucket b m -o box/sealed").fine();
    folder.file("box/broken", "SLWX");
    let pipe = folder.path().join("box/pipe");
    assert!(
        std::process::Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    let dry = folder.run("shred --ring ring --bucket b box");
    assert_eq!(dry.code, 2);
    assert!(
        dry.stdout.contains("would be destroyed") && dry.stderr.contains("broken"),
        "{dry:?}"
    );
    assert!(
        folder
            .run("shred --ring ring --bucket b box --destroy")
            .stdout
            .contains("\tdestroyed\t")
    );
    folder.run("open --key ring box/sealed -o -").failed();
}

#[test]
fn names_of_the_stored_context_are_shown_as_escapes() {
    let folder = Folder::new();
    folder.run("keygen -o key").fine();
    folder.file("m", "labs");
    let mut seal = folder.command("seal --key key m -o sealed --store");
    assert!(seal.arg("a\u{1b}[31m=1").status().unwrap().success());
    let shown = folder.run("inspect sealed").fine();
    assert!(!shown.contains('\u{1b}') && shown.contains("a\\u{1b}[31m=1"), "{shown}");
}

#[test]
fn an_anonymous_message_names_nobody_and_opens_for_everybody_it_is_for() {
    let folder = Folder::new();
    folder.file("m", "labs");
    folder.run("keygen -o a.key").fine();
    folder.run("keygen --type x25519 -o b.key").fine();
    folder.run("keygen -o c.key").fine();
    folder.run("seal --key a.key --to b.key --anonymous m -o s").fine();
    for (key, name) in [("a.key", "local"), ("b.key", "x25519")] {
        assert_eq!(folder.run(&format!("open --key {key} s -o -")).fine(), "labs");
        let shown = folder.run("inspect --json s").fine();
        assert!(shown.contains(&format!("\"{name}:\"")), "{shown}");
    }
    folder.run("open --key c.key s -o -").failed();
    let failure = folder
        .run("rewrap --key a.key --remove local:0123456789abcdef s")
        .failed();
    assert!(failure.contains("whom it does not name"), "{failure}");
    folder.run("seal --key a.key --bucket x --anonymous m -o t").failed();
}
