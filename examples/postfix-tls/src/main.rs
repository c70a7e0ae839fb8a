//! Answers Postfix's TLS policy lookups from a Sealwax policy, over a UNIX socket.
//!
//! `sealwax-postfix-tls POLICY.toml FACTS.json SOCKET`; the README beside it shows Postfix's side.
#![expect(clippy::print_stderr, reason = "this is a program that tells what it does")]

mod lookup;
mod netstring;

use std::error::Error;
use std::fs::{self, Permissions};
use std::io::{self, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sealwax::Timestamp;
use sealwax::engine::Engine;

use crate::lookup::{Answer, Lookup};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [policy, facts, socket] = arguments.as_slice() else {
        eprintln!("usage: sealwax-postfix-tls POLICY.toml FACTS.json SOCKET");
        return ExitCode::from(2);
    };
    match serve(Path::new(policy), Path::new(facts), Path::new(socket)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sealwax-postfix-tls: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve(policy: &Path, facts: &Path, socket: &Path) -> Result<(), Box<dyn Error>> {
    let read = |path: &Path| fs::read_to_string(path).map_err(|error| format!("`{}`: {error}", path.display()));
    let lookup = Arc::new(Lookup {
        engine: Engine::builder().policy_toml(read(policy)?).build()?,
        facts: serde_json::from_str(&read(facts)?).map_err(|error| format!("`{}`: {error}", facts.display()))?,
    });
    let listener = listen(socket)?;
    eprintln!(
        "sealwax-postfix-tls: policy {}, socket `{}`",
        lookup.engine.policy().id().name,
        socket.display()
    );
    for stream in listener.incoming() {
        let (stream, lookup) = (stream?, Arc::clone(&lookup));
        // Postfix holds a connection open for each of its own processes, of which there are at most some hundred.
        thread::spawn(move || {
            if let Err(error) = answer_all(&stream, &lookup) {
                eprintln!("sealwax-postfix-tls: a connection ended: {error}");
            }
        });
    }
    Ok(())
}

/// A socket that every user may talk to, as Postfix's clients run as another one; who may is for its folder to say.
fn listen(socket: &Path) -> io::Result<UnixListener> {
    if UnixStream::connect(socket).is_err() && socket.exists() {
        fs::remove_file(socket)?; // an earlier run left it behind
    }
    let listener = UnixListener::bind(socket)?;
    fs::set_permissions(socket, Permissions::from_mode(0o666))?;
    Ok(listener)
}

fn answer_all(stream: &UnixStream, lookup: &Lookup) -> io::Result<()> {
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut reader = BufReader::new(stream);
    let mut writer = stream;
    while let Some(question) = netstring::read(&mut reader)? {
        let answer = now().map_or(Answer::Temporary("the clock is not set"), |now| {
            lookup.answer(&question, now)
        });
        netstring::write(&mut writer, &answer.to_string())?;
    }
    Ok(())
}

fn now() -> Option<Timestamp> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_millis()).ok().map(Timestamp::from_millis)
}

/// How long a client may take to read its answer.
const PATIENCE: Duration = Duration::from_secs(30);
