//! The real Postfix asks the server: one next hop with a verifiable certificate, one without TLS.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test stops where it fails, and says what it skips"
)]

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

#[test]
fn phi_is_delivered_by_a_suite_of_the_contract_to_a_verified_server_and_deferred_for_others() {
    if !can_run() {
        return;
    }
    let folder = Folder::new();
    folder.make_certificate();
    let [good, plain, newer, submit] = free_ports();
    let receiver = Postfix::start(
        &folder,
        "receiver",
        &receiver_settings(&folder),
        &receiver_services(good, plain, newer),
    );
    let sender = Postfix::start(
        &folder,
        "sender",
        &sender_settings(&folder, good, plain, newer),
        &sender_services(submit),
    );
    let mut server = start_server(&folder, good, plain, newer);

    send(submit, &["bob@good.example", "eve@plain.example", "una@newer.example"]);
    let delivered = sender.wait_for("to=<bob@good.example>");
    assert!(delivered.contains("status=sent"), "{delivered}");
    let deferred = sender.wait_for("to=<eve@plain.example>");
    assert!(
        deferred.contains("status=deferred") && deferred.contains("TLS is required"),
        "{deferred}"
    );
    let log = sender.log();
    let connection = log
        .lines()
        .find(|line| line.contains("Verified TLS connection established to localhost"));
    assert!(
        connection.is_some_and(|line| line.contains("TLSv1.2 with cipher ECDHE-RSA-AES")),
        "{log}"
    );
    let deferred = sender.wait_for("to=<una@newer.example>");
    assert!(
        deferred.contains("status=deferred"),
        "a server of TLS 1.3 alone chooses a suite that no line holds it to: {deferred}"
    );
    assert!(
        !receiver.log().contains("eve@plain.example"),
        "nothing reached the server without TLS"
    );

    server.kill().unwrap();
    server.wait().unwrap();
    send(submit, &["late@good.example"]);
    let deferred = sender.wait_for("to=<late@good.example>");
    assert!(
        deferred.contains("status=deferred"),
        "while the server is down nothing leaves: {deferred}"
    );
}

/// Whether this machine has what the test needs; where `SEALWAX_REQUIRE=all`, it must.
fn can_run() -> bool {
    let root = output(Command::new("id").arg("-u")).trim() == "0";
    let postfix = Path::new("/usr/sbin/postfix").exists();
    if root && postfix {
        return true;
    }
    assert!(
        std::env::var("SEALWAX_REQUIRE").as_deref() != Ok("all"),
        "the test needs root and Postfix: run `cargo xtask deps --mail`"
    );
    println!("skipped: needs root and Postfix (`cargo xtask deps --mail`)");
    false
}

fn output(command: &mut Command) -> String {
    command
        .output()
        .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
        .unwrap_or_default()
}

/// A folder that Postfix's own user can read.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// A certificate for `localhost` that signs itself.
    fn make_certificate(&self) {
        let mut openssl = Command::new("openssl");
        openssl.args([
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
        ]);
        openssl
            .args(["-addext", "subjectAltName=DNS:localhost", "-keyout"])
            .arg(self.path("key.pem"));
        let made = openssl
            .arg("-out")
            .arg(self.path("cert.pem"))
            .stderr(Stdio::null())
            .status()
            .unwrap();
        assert!(made.success());
    }
}

fn free_ports() -> [u16; 4] {
    let listeners = [(); 4].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    listeners.map(|listener| listener.local_addr().unwrap().port())
}

fn start_server(folder: &Folder, good: u16, plain: u16, newer: u16) -> Child {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let facts = format!(
        r#"{{"transaction": {{"sender": "mail@clinic.example", "methods": ["tls"], "enforces": "verified"}},
            "next_hops": {{"[localhost]:{good}": {{"address": "postmaster@good.example", "baa": "signed"}},
                           "[localhost]:{plain}": {{"address": "postmaster@plain.example", "baa": "signed"}},
                           "[localhost]:{newer}": {{"address": "postmaster@newer.example", "baa": "signed"}}}}}}"#
    );
    fs::write(folder.path("facts.json"), facts).unwrap();
    let socket = folder.path("tls.socket");
    let mut server = Command::new(env!("CARGO_BIN_EXE_sealwax-postfix-tls"));
    server
        .arg(here.join("policy.toml"))
        .arg(folder.path("facts.json"))
        .arg(&socket);
    let child = server.spawn().unwrap();
    wait_until("the server listens", || socket.exists());
    child
}

/// A Postfix of the test's own, stopped at its end.
struct Postfix {
    configuration: PathBuf,
    log: PathBuf,
}

impl Postfix {
    fn start(folder: &Folder, name: &str, settings: &str, services: &str) -> Self {
        let configuration = folder.path(name);
        let (queue, data) = (
            folder.path(&format!("{name}-queue")),
            folder.path(&format!("{name}-data")),
        );
        for path in [&configuration, &queue, &data] {
            fs::create_dir(path).unwrap();
        }
        assert!(
            Command::new("chown")
                .arg("postfix")
                .arg(&data)
                .status()
                .unwrap()
                .success()
        );
        let log = folder.path(&format!("{name}.log"));
        let common = format!(
            "compatibility_level = 3.6\nqueue_directory = {}\ndata_directory = {}\nmaillog_file = {}\n\
             maillog_file_prefixes = {}\nmyhostname = {name}.example\nalias_maps =\nalias_database =\n\
             smtp_dns_support_level = disabled\nsmtp_host_lookup = native\ninet_protocols = ipv4\n",
            queue.display(),
            data.display(),
            log.display(),
            folder.0.path().display(),
        );
        fs::write(configuration.join("main.cf"), common + settings).unwrap();
        fs::write(configuration.join("master.cf"), services.to_owned() + SERVICES).unwrap();
        let postfix = Self { configuration, log };
        let started = postfix.command("start");
        assert!(started, "{}", postfix.log());
        postfix
    }

    fn command(&self, word: &str) -> bool {
        let mut postfix = Command::new("/usr/sbin/postfix");
        postfix.arg("-c").arg(&self.configuration).arg(word);
        postfix
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap()
            .success()
    }

    fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// The line of the log that tells how a delivery to `recipient` came out.
    fn wait_for(&self, recipient: &str) -> String {
        let find = || {
            self.log()
                .lines()
                .find(|line| line.contains(recipient) && line.contains("status="))
                .map(str::to_owned)
        };
        let begin = Instant::now();
        loop {
            if let Some(line) = find() {
                return line;
            }
            assert!(
                begin.elapsed() < PATIENCE,
                "no outcome for {recipient}:\n{}",
                self.log()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        self.command("stop");
    }
}

fn sender_settings(folder: &Folder, good: u16, plain: u16, newer: u16) -> String {
    let transport = folder.path("transport");
    fs::write(
        &transport,
        format!(
            "good.example smtp:[localhost]:{good}\nplain.example smtp:[localhost]:{plain}\n\
             newer.example smtp:[localhost]:{newer}\n"
        ),
    )
    .unwrap();
    format!(
        "mydestination =\nmynetworks = 127.0.0.0/8\ntransport_maps = texthash:{}\nsmtp_tls_loglevel = 1\n\
         smtp_tls_security_level = encrypt\nsmtp_tls_CAfile = {}\nsmtp_tls_policy_maps = socketmap:unix:{}:sensitive\n\
         smtpd_tls_security_level = none\n",
        transport.display(),
        folder.path("cert.pem").display(),
        folder.path("tls.socket").display(),
    )
}

fn sender_services(submit: u16) -> String {
    format!("127.0.0.1:{submit} inet n - n - - smtpd\n")
}

fn receiver_settings(folder: &Folder) -> String {
    format!(
        "mydestination = good.example, plain.example, newer.example\nlocal_recipient_maps =\nlocal_transport = discard:\n\
         smtpd_tls_cert_file = {}\nsmtpd_tls_key_file = {}\n",
        folder.path("cert.pem").display(),
        folder.path("key.pem").display(),
    )
}

fn receiver_services(good: u16, plain: u16, newer: u16) -> String {
    format!(
        "127.0.0.1:{good} inet n - n - - smtpd -o smtpd_tls_security_level=may\n\
         127.0.0.1:{newer} inet n - n - - smtpd -o smtpd_tls_security_level=may -o smtpd_tls_protocols=>=TLSv1.3\n\
         127.0.0.1:{plain} inet n - n - - smtpd -o smtpd_tls_security_level=none\n"
    )
}

/// Submits one message.
fn send(port: u16, recipients: &[&str]) {
    wait_until("Postfix answers", || TcpStream::connect(("127.0.0.1", port)).is_ok());
    let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let mut replies = BufReader::new(stream.try_clone().unwrap()).lines();
    let mut expect = |code: &str| {
        let reply = replies.next().expect("a reply").unwrap();
        assert!(reply.starts_with(code), "{reply}");
    };
    expect("220");
    let mut envelope = String::from("HELO test.example\r\nMAIL FROM:<nurse@clinic.example>\r\n");
    for recipient in recipients {
        write!(envelope, "RCPT TO:<{recipient}>\r\n").unwrap();
    }
    for line in envelope.split_inclusive("\r\n") {
        (&stream).write_all(line.as_bytes()).unwrap();
        expect("250");
    }
    (&stream).write_all(b"DATA\r\n").unwrap();
    expect("354");
    (&stream)
        .write_all(b"Subject: labs\r\n\r\nMRN 12345678, HbA1c 9.1\r\n.\r\n")
        .unwrap();
    expect("250");
}

fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !holds() {
        assert!(begin.elapsed() < PATIENCE, "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// How long a step may take on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// Postfix's own services, none of them in a jail.
const SERVICES: &str = "\
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
showq unix n - n - - showq
";
