//! What two parties would choose.

use std::collections::HashSet;

use super::named::named;
use super::{Protocol, Suite};

named! {
    /// Whose order counts.
    pub enum Preference {
        /// The client's, as most servers do by default.
        Client => "client",
        /// The server's (`SSLHonorCipherOrder on`, `ssl_prefer_server_ciphers on`, `tls_preempt_cipherlist = yes`).
        Server => "server",
    }
}

/// The suite that `client` and `server` would choose, or `None` when they have none in common.
///
/// The version is settled before the suite, so the suites of the highest version that both have come first (RFC 8446,
/// section 4.1.3); among them the order of the one that is preferred decides.
///
/// ```
/// # use sealwax::tls::{Preference, Suite, negotiate};
/// let suites = |names: &[&str]| -> Vec<Suite> { names.iter().filter_map(|name| Suite::by_name(name)).collect() };
/// let client = suites(&["AES128-SHA", "AES256-SHA"]);
/// let server = suites(&["AES256-SHA", "AES128-SHA"]);
/// assert_eq!(negotiate(&client, &server, Preference::Client), Suite::by_name("AES128-SHA"));
/// assert_eq!(negotiate(&client, &server, Preference::Server), Suite::by_name("AES256-SHA"));
/// ```
#[must_use]
pub fn negotiate(client: &[Suite], server: &[Suite], preference: Preference) -> Option<Suite> {
    let (first, second) = match preference {
        Preference::Client => (client, server),
        Preference::Server => (server, client),
    };
    let known: HashSet<Suite> = second.iter().copied().collect();
    let common = || {
        let both = first.iter().copied();
        both.filter(|suite| !suite.is_signal() && known.contains(suite))
    };
    common()
        .find(|suite| suite.highest() == Protocol::Tls13)
        .or_else(|| common().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suites(names: &[&str]) -> Vec<Suite> {
        names.iter().map(|name| Suite::by_name(name).unwrap()).collect()
    }

    #[test]
    fn parties_with_nothing_in_common_choose_nothing() {
        let (client, server) = (suites(&["RC4-SHA"]), suites(&["AES256-SHA"]));
        assert_eq!(negotiate(&client, &server, Preference::Client), None);
    }

    #[test]
    fn a_signal_is_never_chosen() {
        let signal = suites(&["TLS_FALLBACK_SCSV"]);
        assert_eq!(negotiate(&signal, &signal, Preference::Server), None);
    }

    #[test]
    fn the_highest_common_version_is_settled_first() {
        let client = suites(&["ECDHE-RSA-AES256-GCM-SHA384", "TLS_AES_128_GCM_SHA256"]);
        assert_eq!(
            negotiate(&client, &client, Preference::Client),
            Suite::by_name("TLS_AES_128_GCM_SHA256")
        );
    }
}
