//! One request to a service and its answer: in time, in full, over TLS, and again where the service says so.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, Read};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use ureq::http::{self, Uri};
use ureq::tls::{TlsConfig, TlsProvider};
use ureq::{Agent, Body};
use zeroize::Zeroizing;

use crate::error::KmsErrorKind;
use crate::reach::{Reach, Roots};

/// A service at an address. Connections are kept and used again.
pub(crate) struct Client {
    agent: Agent,
    address: Address,
    timeout: Duration,
    attempts: u32,
    pause: Duration,
}

impl Client {
    /// The service at the address that `reach` names, or else at `usual`.
    pub(crate) fn new(reach: &Reach, usual: &str) -> Result<Self, KmsErrorKind> {
        let address = Address::parse(reach.address.as_deref().unwrap_or(usual))?;
        Ok(Self {
            agent: agent(&reach.roots, address.is_secure),
            address,
            timeout: reach.timeout,
            attempts: reach.attempts.max(1),
            pause: reach.pause,
        })
    }

    #[cfg(feature = "aws")]
    pub(crate) fn address(&self) -> &Address {
        &self.address
    }

    /// Sends what `make` makes, anew for each attempt, and gives the answer, whatever its status, unless the service was
    /// still throttling or failing at the last attempt. `again` says whether an answer of another status means that, too.
    pub(crate) fn send(
        &self,
        make: impl Fn() -> Result<Request, KmsErrorKind>,
        again: impl Fn(&Reply) -> Option<KmsErrorKind>,
    ) -> Result<Reply, KmsErrorKind> {
        if would_log_bytes() {
            return Err(KmsErrorKind::Logged);
        }
        let end = Instant::now().checked_add(self.timeout);
        let mut left = self.attempts;
        let mut pause = self.pause;
        loop {
            let reply = self.attempt(&make()?, remaining(end)?)?;
            let Some(kind) = overload(reply.status).or_else(|| again(&reply)) else {
                return Ok(reply);
            };
            left = left.saturating_sub(1);
            let wait = shortened(pause.min(MAX_PAUSE)).max(reply.retry_after.unwrap_or_default());
            if left == 0 || !remaining(end).is_ok_and(|time| time > wait) {
                return Err(kind);
            }
            thread::sleep(wait);
            pause = pause.saturating_mul(2);
        }
    }

    fn attempt(&self, request: &Request, timeout: Duration) -> Result<Reply, KmsErrorKind> {
        let mut built = http::Request::builder()
            .method(if request.body.is_some() { "POST" } else { "GET" })
            .uri(format!("{}{}", self.address.url, request.path));
        for (name, value) in &request.headers {
            built = built.header(*name, value.as_str());
        }
        let body = request.body.as_deref().map(Vec::as_slice).unwrap_or_default();
        let answer = if request.body.is_some() {
            let built = built.body(body).map_err(|_| KmsErrorKind::Credentials)?;
            self.agent.run(self.within(built, timeout))
        } else {
            let built = built.body(()).map_err(|_| KmsErrorKind::Credentials)?;
            self.agent.run(self.within(built, timeout))
        };
        read(answer.map_err(|error| unreached(&error))?)
    }

    fn within<S: ureq::AsSendBody>(&self, request: http::Request<S>, timeout: Duration) -> http::Request<S> {
        let request = self.agent.configure_request(request);
        request.timeout_global(Some(timeout)).build()
    }
}

/// What is sent: with a body by POST, else by GET.
pub(crate) struct Request {
    /// Behind the address, from its `/` on; made of names that were checked.
    pub(crate) path: String,
    pub(crate) headers: Vec<(&'static str, Zeroizing<String>)>,
    pub(crate) body: Option<Zeroizing<Vec<u8>>>,
}

/// What the service answered.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Zeroizing<Vec<u8>>,
    retry_after: Option<Duration>,
}

impl Reply {
    pub(crate) fn is_success(&self) -> bool {
        self.status == 200
    }

    pub(crate) fn json<'a, T: serde::Deserialize<'a>>(&'a self) -> Result<T, KmsErrorKind> {
        serde_json::from_slice(&self.body).map_err(|_| KmsErrorKind::Reply)
    }
}

/// Where a service is.
pub(crate) struct Address {
    /// Without a slash at its end.
    url: String,
    /// The host and the port, as the header `Host` has them.
    #[cfg(feature = "aws")]
    pub(crate) host: String,
    /// Whether there is more than a host, which an AWS signature would have to cover.
    #[cfg(feature = "aws")]
    pub(crate) has_path: bool,
    is_secure: bool,
}

impl Address {
    fn parse(text: &str) -> Result<Self, KmsErrorKind> {
        let url = text.trim_end_matches('/');
        let uri: Uri = url.parse().map_err(|_| KmsErrorKind::Address)?;
        let authority = uri.authority().ok_or(KmsErrorKind::Address)?;
        let is_secure = match uri.scheme_str() {
            Some("https") => true,
            Some("http") if is_loopback(authority.host()) => false,
            _ => return Err(KmsErrorKind::Address),
        };
        if authority.as_str().contains('@') || uri.query().is_some() || url.contains('#') {
            return Err(KmsErrorKind::Address);
        }
        Ok(Self {
            url: url.to_owned(),
            #[cfg(feature = "aws")]
            host: authority.as_str().to_owned(),
            #[cfg(feature = "aws")]
            has_path: uri.path().len() > 1,
            is_secure,
        })
    }
}

fn is_loopback(host: &str) -> bool {
    let number = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || number
            .parse::<std::net::IpAddr>()
            .is_ok_and(|number| number.is_loopback())
}

/// Whether the host's logger takes what `ureq_proto` writes at the level `trace`: each request and each answer, byte by byte.
fn would_log_bytes() -> bool {
    log::log_enabled!(target: "ureq_proto::util", log::Level::Trace)
}

fn agent(roots: &Roots, is_secure: bool) -> Agent {
    let mut tls = TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()));
    if is_secure {
        tls = tls.root_certs(roots.load());
    }
    let config = Agent::config_builder()
        .tls_config(tls.build())
        .https_only(is_secure)
        // Credentials and wrapped keys go to the address that was given, and nowhere else.
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(None)
        .http_status_as_error(false)
        .max_response_header_size(MAX_HEADERS_LEN)
        .user_agent("sealwax-kms")
        .build();
    config.into()
}

/// The whole answer, unless it is longer than any that is expected. The buffer never grows, so that none of it is left behind.
fn read(answer: http::Response<Body>) -> Result<Reply, KmsErrorKind> {
    let (parts, body) = answer.into_parts();
    let retry_after = parts.headers.get("retry-after").and_then(|value| value.to_str().ok());
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_REPLY_LEN.saturating_add(1)));
    let most = u64::try_from(MAX_REPLY_LEN).unwrap_or(u64::MAX);
    let reader = body.into_reader().take(most.saturating_add(1));
    fill(reader, &mut bytes).map_err(|error| {
        if error.kind() == io::ErrorKind::TimedOut || ureq_timeout(&error) {
            KmsErrorKind::Timeout
        } else {
            KmsErrorKind::Reply
        }
    })?;
    if bytes.len() > MAX_REPLY_LEN {
        return Err(KmsErrorKind::Reply);
    }
    Ok(Reply {
        status: parts.status.as_u16(),
        body: bytes,
        retry_after: retry_after
            .and_then(|seconds| seconds.parse().ok())
            .map(Duration::from_secs),
    })
}

/// Reads to the end by pieces that fit into what was set aside.
fn fill(mut reader: impl Read, out: &mut Zeroizing<Vec<u8>>) -> io::Result<()> {
    let mut piece = Zeroizing::new([0; 1024]);
    loop {
        let len = reader.read(piece.as_mut_slice())?;
        if len == 0 {
            return Ok(());
        }
        out.extend_from_slice(piece.get(..len).unwrap_or_default());
    }
}

fn ureq_timeout(error: &io::Error) -> bool {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<ureq::Error>());
    matches!(inner, Some(ureq::Error::Timeout(_)))
}

fn unreached(error: &ureq::Error) -> KmsErrorKind {
    match error {
        ureq::Error::Timeout(_) => KmsErrorKind::Timeout,
        ureq::Error::Io(error) if error.kind() == io::ErrorKind::TimedOut => KmsErrorKind::Timeout,
        ureq::Error::Protocol(_) | ureq::Error::LargeResponseHeader(..) => KmsErrorKind::Reply,
        _ => KmsErrorKind::Unreachable,
    }
}

fn overload(status: u16) -> Option<KmsErrorKind> {
    match status {
        429 => Some(KmsErrorKind::Throttled),
        500..=599 => Some(KmsErrorKind::Unavailable),
        _ => None,
    }
}

/// What is left of the time; an end that no clock reaches leaves a day.
fn remaining(end: Option<Instant>) -> Result<Duration, KmsErrorKind> {
    let Some(end) = end else {
        return Ok(Duration::from_hours(24));
    };
    let left = end.saturating_duration_since(Instant::now());
    if left.is_zero() {
        Err(KmsErrorKind::Timeout)
    } else {
        Ok(left)
    }
}

/// Between half of a pause and all of it, so that many hosts that were refused at once do not come again at once.
fn shortened(pause: Duration) -> Duration {
    let chance = RandomState::new().build_hasher().finish() % 512;
    let share = u32::try_from(chance).unwrap_or_default().saturating_add(512);
    pause.saturating_mul(share).checked_div(1024).unwrap_or(pause)
}

/// Far above what a service answers: the metadata of a key with thousands of versions.
const MAX_REPLY_LEN: usize = 64 * 1024;
const MAX_HEADERS_LEN: usize = 32 * 1024;
const MAX_PAUSE: Duration = Duration::from_secs(2);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_without_tls_is_of_this_machine_only() {
        for text in [
            "https://kms.eu-central-1.amazonaws.com",
            "https://vault.example:8200/",
            "https://gate.example/vault",
            "http://127.0.0.1:5000",
            "http://127.9.9.9",
            "http://[::1]:8200",
            "http://localhost:8200",
        ] {
            assert!(Address::parse(text).is_ok(), "{text}");
        }
        for text in [
            "",
            "vault.example",
            "http://vault.example:8200",
            "http://localhost.example",
            "http://127.0.0.1.example",
            "http://127.0.0.1@vault.example",
            "https://user:password@vault.example",
            "https://vault.example?x=1",
            "https://vault.example/#x",
            "ftp://127.0.0.1",
            "http://10.0.0.1",
        ] {
            assert_eq!(Address::parse(text).map(drop), Err(KmsErrorKind::Address), "{text}");
        }
    }

    #[test]
    fn a_pause_is_left_between_half_and_all_of_it() {
        let pause = Duration::from_millis(100);
        for _ in 0..1000 {
            let shorter = shortened(pause);
            assert!(shorter >= pause / 2 && shorter < pause, "{shorter:?}");
        }
    }
}
