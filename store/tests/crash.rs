//! A writer that is killed loses nothing that it was told is kept, and leaves nothing half written.
#![cfg(unix)]
#![expect(
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test stops where it fails, and its writer talks over standard output"
)]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use sealwax::consent::{Change, Registry, Status, parse_csv};
use sealwax_store::Store;

/// Tells the child that it is the writer, and where.
const WRITER: &str = "SEALWAX_STORE_WRITER";

#[test]
fn a_writer_that_is_killed_200_times_loses_nothing() {
    if let Ok(path) = std::env::var(WRITER) {
        write_for_ever(Path::new(&path));
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("registry.sqlite");
    let mut kept: Vec<String> = Vec::new();
    for round in 0..200_u64 {
        let mut writer = start(&path);
        let mut lines = BufReader::new(writer.stdout.take().unwrap())
            .lines()
            .map_while(Result::ok);
        kept.push(lines.find_map(|line| said(&line)).expect("the writer enters a record"));
        std::thread::sleep(Duration::from_micros(round * 97 % 6_000)); // somewhere in the next transactions
        writer.kill().unwrap();
        writer.wait().unwrap();
        kept.extend(lines.filter_map(|line| said(&line)));
        if round % 20 == 19 {
            assert_all_kept(&path, &kept);
        }
    }
    println!("{} changes were kept by 200 writers", kept.len());
}

/// What a line of the writer says is kept; a line that was cut off says nothing.
fn said(line: &str) -> Option<String> {
    line.strip_prefix("kept ")?.strip_suffix('.').map(str::to_owned)
}

fn assert_all_kept(path: &Path, kept: &[String]) {
    let store = Store::open(path).unwrap();
    assert!(store.is_sound().unwrap());
    let all = store.all().unwrap();
    assert!(
        all.iter().all(|waiver| !waiver.history.is_empty()),
        "a record without its first status"
    );
    let there: std::collections::HashSet<String> = all
        .iter()
        .flat_map(|waiver| (0..waiver.history.len()).map(|step| format!("{} {step}", waiver.id)))
        .collect();
    for said in kept {
        assert!(there.contains(said), "{said} was told to be kept and is gone");
    }
}

fn start(path: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "a_writer_that_is_killed_200_times_loses_nothing",
            "--nocapture",
            "--test-threads=1",
        ])
        .env(WRITER, path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Enters records and revokes them, and says so after each.
fn write_for_ever(path: &Path) -> ! {
    let mut store = Store::open(path).unwrap();
    for number in 0_u32.. {
        let id = format!("{}-{number}", std::process::id());
        let csv = format!(
            "id,recipient,basis,categories,effective_from,actor,risk_notice,alternative_offered\n\
             {id},ann{number}@example.org,preference,phi,2026-01-01T00:00:00Z,desk,2026-01,portal\n"
        );
        let (_, waiver) = parse_csv(&csv).unwrap().remove(0);
        if store.add(&waiver.unwrap()).is_err() {
            continue; // the number of an earlier process came again
        }
        println!("kept {id} 0.");
        let revoked = Change {
            at: "2026-02-01T00:00:00Z".parse().unwrap(),
            status: Status::Revoked,
            actor: "ann".into(),
            reason: String::new(),
            entered_at: None,
        };
        store.change(&id, &revoked).unwrap();
        println!("kept {id} 1.");
    }
    panic!("the numbers have an end");
}
