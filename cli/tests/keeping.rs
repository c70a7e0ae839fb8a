//! Nothing is lost and nothing is given away when runs are killed, the disk is full, two run at once, or somebody else made a
//! place ready.

#![allow(clippy::unwrap_used, clippy::string_slice, reason = "a test may panic")]

mod common;

use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use common::Folder;
use sealwax::crypto::Provider;
use sealwax::seal::{Header, Identity, Opener};

const OLD: &[u8] = b"the old message\n";

#[test]
fn two_runs_at_once_lose_no_grant_and_no_removal() {
    let folder = Folder::new();
    for name in ["old", "one", "two"] {
        folder.run(&format!("keygen -o {name}.key")).fine();
    }
    folder.file("m", OLD.repeat(2_000));
    let old = name_of(&folder, "old.key");
    for round in 0..12 {
        let seal = |n: u32| format!("seal --key old.key --to one.key m -o mail/{n}");
        fs::create_dir_all(folder.path().join("mail")).unwrap();
        for n in 0..4 {
            folder.run(&seal(n)).fine();
        }
        let adds = spawn(&folder, "rewrap --key old.key --key one.key --add two.key mail");
        thread::sleep(Duration::from_micros(round * 700));
        let removes = spawn(&folder, &format!("rewrap --key one.key --remove {old} mail"));
        for run in [adds, removes] {
            let ended = run.wait_with_output().unwrap();
            assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
        }
        for n in 0..4 {
            let sealed = folder.read(&format!("mail/{n}"));
            let opens = ["old", "one", "two"].map(|key| opens(&folder, key, &sealed));
            assert_eq!(opens, [false, true, true], "round {round}, message {n}");
        }
    }
}

#[test]
fn many_runs_at_once_add_every_key_to_one_message() {
    let folder = Folder::new();
    let keys: Vec<String> = (0..8).map(|n| format!("k{n}")).collect();
    for key in &keys {
        folder.run(&format!("keygen -o {key}.key")).fine();
    }
    folder.file("m", OLD);
    folder.run("seal --key k0.key m -o sealed").fine();
    let add = |key: &String| spawn(&folder, &format!("rewrap --key k0.key --add {key}.key sealed"));
    let runs: Vec<Child> = keys.iter().map(add).collect();
    for run in runs {
        let ended = run.wait_with_output().unwrap();
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    }
    let sealed = folder.read("sealed");
    assert!(keys.iter().all(|key| opens(&folder, key, &sealed)));
}

#[test]
fn of_a_pair_that_is_replaced_one_always_opens_whenever_the_run_is_killed() {
    let folder = with_pair();
    folder.file("new", OLD.repeat(3_000));
    let before = folder.names();
    let mut killed = 0;
    for round in 0..200_u64 {
        let mut run = spawn(&folder, "seal --key key --header h new -o b");
        thread::sleep(Duration::from_micros(round * 173 % 22_000));
        run.kill().unwrap();
        killed += u32::from(!run.wait().unwrap().success());
        let opened = folder.run("open --key key --header h b -o -").fine();
        assert!(
            [OLD.to_vec(), OLD.repeat(3_000)].contains(&opened.into_bytes()),
            "round {round}"
        );
    }
    assert!(killed > 20, "only {killed} runs were killed before their end");
    folder.run("seal --key key --header h new -o b").fine();
    let waiting = |name: &String| name.starts_with(".slwx-");
    assert_eq!(folder.names().iter().filter(|name| waiting(name)).count(), 0);
    assert!(before.iter().all(|name| folder.names().contains(name)));
    assert_eq!(
        folder.read("new"),
        folder.run("open --key key --header h b -o -").fine().into_bytes()
    );
}

#[test]
fn a_body_that_waits_is_opened_with_the_header_that_it_belongs_to() {
    let folder = with_pair();
    folder.file("new", "new");
    folder.run("seal --key key --header h2 new -o b2").fine();
    // As a run leaves it that was killed between the two steps.
    let name = sealwax::crypto::hex(&sealwax::crypto::sha256(&[b"b"]));
    let id = sealwax::seal::Header::parse(&folder.read("h2")).unwrap().sealed_id();
    let waiting = format!(".slwx-{}-{id}.body", &name[..32]);
    let rename = |from: &str, to: &str| fs::rename(folder.path().join(from), folder.path().join(to)).unwrap();
    rename("b2", &waiting);
    assert_eq!(folder.run("open --key key --header h b -o -").fine().as_bytes(), OLD);
    rename("h2", "h");
    let run = folder.run("open --key key --header h b -o -");
    assert!(
        run.stderr.contains(&waiting) && run.stderr.contains("`b`"),
        "{}",
        run.stderr
    );
    assert_eq!(run.fine(), "new");
    folder.run("keygen -o other").fine();
    folder.run("rewrap --key key --add other --body b h").fine();
    // The header is another, and its body still waits.
    assert_eq!(folder.run("open --key other --header h b -o -").fine(), "new");
}

#[test]
fn two_runs_that_replace_one_pair_leave_the_pair_of_one_of_them() {
    let folder = with_pair();
    for name in ["one", "two"] {
        folder.file(name, name.repeat(50_000));
    }
    for round in 0..10 {
        let runs = ["one", "two"].map(|name| spawn(&folder, &format!("seal --key key --header h {name} -o b")));
        for run in runs {
            assert!(run.wait_with_output().unwrap().status.success());
        }
        let opened = folder.run("open --key key --header h b -o -").fine();
        assert!(
            [folder.read("one"), folder.read("two")].contains(&opened.into_bytes()),
            "round {round}"
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_leaves_what_was_there() {
    let folder = with_pair();
    folder.run("keygen -o other").fine();
    folder.file("large", OLD.repeat(10_000));
    folder.run("seal --key key large -o sealed").fine();
    folder.run("keygen --ring ring --id a").fine();
    for id in 0..20 {
        folder.run(&format!("keygen --ring ring --id {id}")).fine();
    }
    let names = ["h", "b", "sealed", "ring"];
    let before = names.map(|name| folder.read(name));
    for command in [
        "seal --key key --header h large -o b",
        "seal --key key large -o sealed",
        "rewrap --key key --add other --replace-all sealed",
        "keygen --ring ring --id b",
    ] {
        let output = on_a_full_disk(&folder, command);
        assert_eq!(output.status.code(), Some(2), "{command}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("cannot be written"), "{command}: {said}");
        assert_eq!(names.map(|name| folder.read(name)), before, "{command}");
    }
    let hidden = folder.names().into_iter().filter(|name| name.starts_with('.')).count();
    assert_eq!(hidden, 0);
}

#[cfg(unix)]
#[test]
fn a_rewrapped_message_keeps_its_owner_its_mode_its_times_and_its_names() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
    let folder = with_pair();
    folder.run("keygen -o other").fine();
    fs::create_dir(folder.path().join("mail")).unwrap();
    folder.file("new", "new");
    folder.run("seal --key key new -o mail/a").fine();
    let path = folder.path().join("mail/a");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let _only_root_can = chown(&path, Some(12_345), Some(54_321));
    let long_ago = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    let times = fs::FileTimes::new().set_modified(long_ago).set_accessed(long_ago);
    fs::File::options()
        .write(true)
        .open(&path)
        .unwrap()
        .set_times(times)
        .unwrap();
    for other in ["mail/b", "mail/c"] {
        fs::hard_link(&path, folder.path().join(other)).unwrap();
    }
    fs::hard_link(&path, folder.path().join("outside")).unwrap();
    let shown = |name: &str| {
        let found = fs::metadata(folder.path().join(name)).unwrap();
        (found.mode(), found.uid(), found.gid(), found.mtime())
    };
    let before = (shown("mail/a"), folder.read("mail/a"));

    let refused = folder.run("rewrap --key key --add other --replace-all mail").failed();
    assert!(
        refused.contains("4 names (hard links), of which 3 are meant"),
        "{refused}"
    );
    assert_eq!((shown("mail/a"), folder.read("outside")), before);

    folder
        .run("rewrap --key key --add other --replace-all mail outside")
        .fine();
    for name in ["mail/a", "mail/b", "mail/c", "outside"] {
        assert_eq!(shown(name), before.0, "{name}");
        assert!(opens(&folder, "other", &folder.read(name)) && !opens(&folder, "key", &folder.read(name)));
        assert_eq!(fs::metadata(folder.path().join(name)).unwrap().nlink(), 4);
    }
}

#[cfg(unix)]
#[test]
fn a_file_with_other_names_is_not_replaced_by_another_content() {
    let folder = with_pair();
    folder.run("keygen --ring ring --id a").fine();
    for (name, command) in [
        ("b", "seal --key key h -o b"),
        ("ring", "keygen --ring ring --id b"),
        ("ring", "shred --ring ring --bucket a --destroy"),
    ] {
        let (before, link) = (folder.read(name), folder.path().join("link"));
        fs::hard_link(folder.path().join(name), &link).unwrap();
        let refused = folder.run(command).failed();
        assert!(refused.contains("it has 2 names (hard links)"), "{refused}");
        assert_eq!((folder.read(name), folder.read("link")), (before.clone(), before));
        fs::remove_file(link).unwrap();
    }
}

#[cfg(unix)]
#[test]
fn what_somebody_else_put_into_a_shared_folder_is_not_written_to() {
    use std::os::unix::fs::{PermissionsExt, chown, lchown, symlink};
    let folder = with_pair();
    folder.run("seal --key key h -o sealed").fine();
    let shared = folder.path().join("shared");
    fs::create_dir(&shared).unwrap();
    fs::set_permissions(&shared, fs::Permissions::from_mode(0o1777)).unwrap();
    folder.file("shared/file", "theirs");
    let pipe = shared.join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    symlink(folder.path().join("h"), shared.join("link")).unwrap();
    let before = folder.read("h");
    if chown(&pipe, Some(12_345), None).is_err() {
        return; // only root can make files of somebody else
    }
    chown(shared.join("file"), Some(12_345), None).unwrap();
    lchown(shared.join("link"), Some(12_345), None).unwrap();
    for name in ["file", "pipe", "link"] {
        let refused = folder.run(&format!("open --key key sealed -o shared/{name}")).failed();
        assert!(refused.contains("made by somebody else"), "{name}: {refused}");
    }
    assert_eq!(
        (folder.read("shared/file"), folder.read("h")),
        (b"theirs".to_vec(), before)
    );
    // One's own pipe in the same folder is as good as any.
    chown(&pipe, Some(0), None).unwrap();
    let opened = spawn(&folder, "open --key key sealed -o shared/pipe");
    assert_eq!(fs::read(&pipe).unwrap(), folder.read("h"));
    assert!(opened.wait_with_output().unwrap().status.success());
    // A link of one's own goes where it leads.
    lchown(shared.join("link"), Some(0), None).unwrap();
    folder.run("open --key key sealed -o shared/link").fine();
}

#[test]
fn a_secret_on_the_command_line_is_refused_and_never_shown() {
    let folder = with_pair();
    for kind in ["local", "link", "x25519", "p256", "p384", "xwing"] {
        let text = folder.run(&format!("keygen --type {kind}")).fine();
        let secret = text.lines().last().unwrap().to_owned();
        let (kind_of_key, own) = secret.rsplit_once('1').unwrap();
        let mistyped = [
            secret.replacen('1', "l", 1),
            format!("{kind_of_key}1{}b{}", &own[..20], &own[21..]),
            format!("{secret}q"),
        ];
        let shown = |text: &str| (0..own.len() - 8).any(|at| text.contains(&own[at..at + 8]));
        let refused = folder.run(&format!("seal --to {secret} h -o out")).failed();
        assert!(refused.contains("a secret key stands on the command line"), "{refused}");
        for wrong in mistyped.iter().chain([&secret]) {
            for command in [
                format!("seal --to {wrong} h -o out"),
                format!("seal --key {wrong} h -o out"),
                format!("seal --key key {wrong} -o out"),
                format!("seal --key key h -o nowhere/{wrong}"),
                format!("rewrap --key key --add {wrong} b"),
                format!("rewrap --key key --hold {wrong} b"),
                format!("rewrap --remove {wrong} b"),
                format!("open --key {wrong} b -o out"),
                format!("open --key key b -o out {wrong}"),
                format!("keygen --type {wrong}"),
                wrong.clone(),
            ] {
                let run = folder.run(&command);
                assert_eq!(run.code, 2, "{kind}");
                assert!(!shown(&run.stderr) && !shown(&run.stdout), "{kind}: {}", run.stderr);
            }
        }
    }
    assert_eq!(folder.names(), ["b", "h", "key", "old"]);
}

#[cfg(unix)]
#[test]
fn a_destroyed_key_is_overwritten_where_it_stood_before_its_file_goes() {
    use std::io::Read;
    let folder = Folder::new();
    for id in ["a", "b", "a"] {
        folder.run(&format!("keygen --ring ring --id {id}")).fine();
    }
    let text = String::from_utf8(folder.read("ring")).unwrap();
    let secrets = |id: &str| {
        let lines = text.lines().filter(|line| line.starts_with(&format!("key {id} ")));
        lines
            .map(|line| line.rsplit_once(' ').unwrap().1.to_owned())
            .collect::<Vec<_>>()
    };
    let mut old = fs::File::open(folder.path().join("ring")).unwrap();
    let run = folder.run("shred --ring ring --bucket a --destroy");
    assert!(
        run.stderr.contains("an SSD, a journal, snapshots and backups"),
        "{}",
        run.stderr
    );
    run.fine();
    let mut left = String::new();
    old.read_to_string(&mut left).unwrap();
    assert_eq!(left.len(), text.len());
    assert!(secrets("a").iter().all(|secret| !left.contains(secret)));
    assert!(secrets("b").iter().all(|secret| left.contains(secret)));
    let ring = sealwax::seal::KeyRing::parse(&left).unwrap();
    assert_eq!(ring.identities().count(), 1);
    assert_eq!(
        String::from_utf8(folder.read("ring"))
            .unwrap()
            .matches("destroyed")
            .count(),
        2
    );
}

#[test]
fn a_ring_has_all_its_other_keys_whenever_a_run_that_destroys_one_is_killed() {
    let folder = Folder::new();
    for id in 0..6 {
        folder.run(&format!("keygen --ring full --id {id}")).fine();
    }
    for round in 0..60_u64 {
        folder.file("ring", folder.read("full"));
        let mut run = spawn(&folder, "shred --ring ring --bucket 3 --destroy");
        thread::sleep(Duration::from_micros(round * 211 % 9_000));
        run.kill().unwrap();
        run.wait().unwrap();
        let ring = sealwax::seal::KeyRing::parse(&String::from_utf8(folder.read("ring")).unwrap()).unwrap();
        assert!(
            [0, 1, 2, 4, 5].iter().all(|id| ring.active(&id.to_string()).is_some()),
            "round {round}"
        );
    }
}

#[test]
fn an_older_header_that_is_put_back_is_told_by_the_digest_of_the_one_that_was_kept() {
    let folder = with_pair();
    folder.run("keygen -o other").fine();
    let old = folder.read("h");
    folder
        .run("rewrap --key key --add other --replace-all --body b h")
        .fine();
    let kept = digest(&folder, "h");
    folder
        .run(&format!("open --key other --header-digest {kept} --header h b -o -"))
        .fine();
    folder.file("h", old);
    assert_ne!(digest(&folder, "h"), kept);
    let refused = folder
        .run(&format!("open --key key --header-digest {kept} --header h b -o -"))
        .failed();
    assert!(refused.contains("the header is not the one that was kept"), "{refused}");
}

#[test]
fn a_message_past_its_end_opens_only_when_told_and_is_purged_by_what_was_sealed() {
    let folder = with_pair();
    folder.run("keygen --ring ring --id b").fine();
    let keep = |end: &str, name: &str| format!("seal --key key --not-after {end} --context id=1 old -o mail/{name}");
    fs::create_dir(folder.path().join("mail")).unwrap();
    for (end, name) in [
        ("2020-01-01T00:00:00Z", "ended"),
        ("2020-01-01T00:00:00Z", "forged"),
        ("9999-12-31", "endless"),
        ("9999-12-31T23:59:59Z", "endless2"),
        ("2222-01-01T00:00:00Z", "running"),
        ("2222-01-01T00:00:00Z", "shortened"),
    ] {
        folder.run(&keep(end, name)).fine();
    }
    for name in ["held", "bucket"] {
        let seal = "seal --key ring --bucket b --not-after 2020-01-01T00:00:00Z old";
        folder.run(&format!("{seal} -o mail/{name}")).fine();
    }
    folder.run("rewrap --key ring --hold key mail/held").fine();
    // Somebody gives a message another end than it was sealed with.
    for (name, end) in [("forged", 1_500_000_000_000_i64), ("shortened", 1_600_000_000_000)] {
        let mut sealed = folder.read(&format!("mail/{name}"));
        sealed[33..41].copy_from_slice(&end.to_be_bytes());
        folder.file(&format!("mail/{name}"), sealed);
    }
    let open = |name: &str| folder.run(&format!("open --key key --context id=1 mail/{name} -o -"));
    assert!(open("ended").failed().contains("was to be destroyed by now"));
    assert_eq!(
        folder
            .run("open --key key --context id=1 --past-retention mail/ended -o -")
            .fine()
            .as_bytes(),
        OLD
    );
    for name in ["endless", "endless2", "running"] {
        assert_eq!(open(name).fine().as_bytes(), OLD);
    }
    let names = || {
        let entries = fs::read_dir(folder.path().join("mail")).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    };
    let before = names();
    let dry = folder.run("purge --key key --key ring mail");
    assert_eq!((dry.code, names()), (2, before), "{}", dry.stderr);
    assert!(
        dry.stdout
            .contains("would be removed: kept until 2020-01-01T00:00:00Z\tmail/ended\n"),
        "{}",
        dry.stdout
    );
    let run = folder.run("purge --key key --key ring --destroy mail");
    for name in ["forged", "shortened"] {
        assert!(
            run.stderr.contains(&format!("`mail/{name}`: no key proves")),
            "{}",
            run.stderr
        );
    }
    assert!(
        run.stdout.contains("held: local:") && run.stdout.contains("\tmail/held\n"),
        "{}",
        run.stdout
    );
    assert_eq!(
        names(),
        ["endless", "endless2", "forged", "held", "running", "shortened"]
    );
    assert!(
        folder.run("purge --key key h").code == 0,
        "a header without an end is left"
    );
    folder.run(&keep("2020-01-01T00:00:00Z", "linked")).fine();
    #[cfg(unix)]
    std::os::unix::fs::symlink(folder.path().join("mail/linked"), folder.path().join("alias")).unwrap();
    let path = if cfg!(unix) { "alias" } else { "mail/linked" };
    folder.run(&format!("purge --key key --destroy {path}")).fine();
    assert!(
        !names().contains(&"linked".to_owned()),
        "the message goes, and not its link alone"
    );
}

#[test]
fn a_message_that_is_sealed_anew_is_not_overwritten_by_a_run_that_read_the_old_one() {
    let folder = with_pair();
    folder.run("keygen -o other").fine();
    folder.file("new", "new");
    for round in 0..20 {
        folder.run("seal --key key old -o m").fine();
        let runs = ["seal --key key new -o m", "rewrap --key key --add other m"].map(|run| spawn(&folder, run));
        for run in runs {
            assert!(run.wait_with_output().unwrap().status.success(), "{round}");
        }
        assert_eq!(folder.run("open --key key m -o -").fine(), "new", "{round}");
    }
}

fn digest(folder: &Folder, name: &str) -> String {
    let header = Header::parse(&folder.read(name)).unwrap();
    let text = folder.run(&format!("inspect {name}")).fine();
    assert!(text.contains(&format!("digest       {}\n", header.digest())), "{text}");
    header.digest().to_string()
}

/// A folder with `key`, and the pair `h` and `b` of the message `old`.
fn with_pair() -> Folder {
    let folder = Folder::new();
    folder.run("keygen -o key").fine();
    folder.file("old", OLD);
    folder.run("seal --key key --header h old -o b").fine();
    folder
}

fn spawn(folder: &Folder, arguments: &str) -> Child {
    let mut command = folder.command(arguments);
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    command.spawn().unwrap()
}

/// Runs the program where no file can be longer than a kilobyte.
#[cfg(target_os = "linux")]
fn on_a_full_disk(folder: &Folder, arguments: &str) -> std::process::Output {
    let program = env!("CARGO_BIN_EXE_sealwax");
    let command = format!("trap '' XFSZ; ulimit -f 1; exec '{program}' {arguments}");
    let mut shell = Command::new("sh");
    shell
        .args(["-c", &command])
        .current_dir(folder.path())
        .output()
        .unwrap()
}

fn identity(folder: &Folder, name: &str) -> Identity {
    let text = String::from_utf8(folder.read(name)).unwrap();
    text.lines().last().unwrap().parse().unwrap()
}

/// The name of the key in a file.
fn name_of(folder: &Folder, name: &str) -> String {
    let text = String::from_utf8(folder.read(name)).unwrap();
    let key: sealwax::seal::LocalKey = text.lines().last().unwrap().parse().unwrap();
    key.key_ref().to_string()
}

fn opens(folder: &Folder, key: &str, sealed: &[u8]) -> bool {
    let name = if folder.path().join(key).exists() {
        key.to_owned()
    } else {
        format!("{key}.key")
    };
    Opener::new(Provider::ring())
        .identity(identity(folder, &name))
        .open(sealed)
        .is_ok()
}

#[test]
fn the_file_of_a_wrapped_ring_alone_opens_nothing() {
    let folder = Folder::new();
    folder.file("m", OLD);
    folder.file("words", "correct horse\n");
    folder.file("other", "battery staple\n");
    let with = "--ring-passphrase-file words";
    folder.run(&format!("keygen --ring r --id clinic {with}")).fine();
    folder.run(&format!("seal --key r --id clinic {with} m -o s")).fine();
    folder.run(&format!("keygen --ring r --id clinic {with}")).fine();
    assert_eq!(
        folder.run(&format!("open --key r {with} s -o -")).fine().as_bytes(),
        OLD
    );
    for (options, says) in [
        ("", "`r`: is a wrapped key ring"),
        (
            "--ring-passphrase-file other",
            "`r`: is not unwrapped by what was given",
        ),
    ] {
        for command in [
            "keygen --ring r --id clinic",
            "open --key r s -o -",
            "seal --key r --id clinic m -o t",
            "rewrap --key r --replace-all s",
            "shred --ring r --bucket clinic",
        ] {
            let before = folder.read("r");
            let (name, rest) = command.split_once(' ').unwrap();
            let failure = folder.run(&format!("{name} {options} {rest}")).failed();
            assert!(failure.contains(says) && failure.contains("--ring-key"), "{failure}");
            assert_eq!(folder.read("r"), before);
        }
    }
    assert!(!String::from_utf8_lossy(&folder.read("r")).contains("SEALWAX-LOCAL"));
    let failure = folder.run("keygen --ring-passphrase-file words -o plain.key").failed();
    assert!(failure.contains("only a key ring is wrapped"), "{failure}");
    assert!(!folder.names().contains(&"plain.key".to_owned()));
}

#[test]
fn a_ring_that_is_wrapped_leaves_no_key_where_it_stood_in_clear() {
    let folder = Folder::new();
    folder.run("keygen --ring r --id clinic").fine();
    let plain = fs::File::open(folder.path().join("r")).unwrap();
    folder.run("keygen -o card.key").fine();
    folder.run("keygen --ring r --id clinic --ring-key card.key").fine();
    let left = std::io::read_to_string(plain).unwrap();
    assert!(!left.is_empty() && left.bytes().all(|byte| byte == 0), "{left:?}");
    assert!(Header::parse(&folder.read("r")).is_ok_and(|header| header.key_epoch() == 2));

    folder.file("m", OLD);
    folder
        .run("seal --key r --ring-key card.key --bucket clinic m -o s")
        .fine();
    let wrapped = fs::File::open(folder.path().join("r")).unwrap();
    let shred = "shred --ring r --ring-key card.key --bucket clinic --destroy s";
    assert!(folder.run(shred).fine().contains("destroyed"));
    let mut left = Vec::new();
    std::io::Read::read_to_end(&mut &wrapped, &mut left).unwrap();
    assert!(!left.is_empty() && left.iter().all(|byte| *byte == 0));
    folder.run("open --key r --ring-key card.key s -o -").failed();
}

#[test]
fn a_wrapped_ring_is_whole_whenever_the_run_that_changes_it_is_killed() {
    let folder = Folder::new();
    folder.run("keygen -o card.key").fine();
    folder.file("m", OLD);
    folder.run("keygen --ring r --id clinic --ring-key card.key").fine();
    folder.run("seal --key r --ring-key card.key --id clinic m -o s").fine();
    let mut killed = 0;
    for round in 0..100_u64 {
        let mut run = spawn(&folder, "keygen --ring r --id clinic --ring-key card.key");
        thread::sleep(Duration::from_micros(round * 173 % 12_000));
        run.kill().unwrap();
        killed += u32::from(!run.wait().unwrap().success());
        let opened = folder.run("open --key r --ring-key card.key s -o -").fine();
        assert_eq!(opened.as_bytes(), OLD, "round {round}");
    }
    assert!(killed > 10, "only {killed} runs were killed before their end");
}
