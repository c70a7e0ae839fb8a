//! What a `Received:` header says of TLS, as Postfix, Exim and Sendmail write it.

use super::{Evidence, EvidenceKind, Transport};
use crate::Timestamp;
use crate::tls::{Protocol, Suite};

/// The TLS clause of a `Received:` header.
///
/// Anybody can write a header: only one that a server of the host's own trust wrote is worth anything. It tells of the
/// connection over which that server *received* the message.
///
/// ```
/// # use sealwax::evidence::{ReceivedTls, ReceivedWriter};
/// # use sealwax::tls::Protocol;
/// let header = "from mx.example.org (mx.example.org [192.0.2.1]) (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 \
///               (256/256 bits)) by mail.example.com (Postfix) with ESMTPS id 4Xyz";
/// let clause = ReceivedTls::find(header).unwrap();
/// assert_eq!((clause.writer, clause.protocol), (ReceivedWriter::Postfix, Some(Protocol::Tls13)));
/// assert_eq!(clause.suite.unwrap().iana(), "TLS_AES_256_GCM_SHA384");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReceivedTls {
    /// In whose manner the clause is written.
    pub writer: ReceivedWriter,
    /// The version; `None` when it is not one that is known.
    pub protocol: Option<Protocol>,
    /// The suite; `None` when the name is not one of the table.
    pub suite: Option<Suite>,
    /// Whether the peer's certificate was verified; `None` when the clause does not say.
    pub verified: Option<bool>,
}

/// In whose manner a TLS clause is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReceivedWriter {
    /// `with esmtps (TLS1.3) tls TLS_AES_256_GCM_SHA384` or `with esmtps (TLS1.2:ECDHE_RSA_AES_256_GCM_SHA384:256)`.
    Exim,
    /// `(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))`.
    Postfix,
    /// `(version=TLSv1.3 cipher=TLS_AES_256_GCM_SHA384 bits=256 verify=NO)`; large providers write it too.
    Sendmail,
}

impl ReceivedTls {
    /// The TLS clause of a header, folded or not; `None` when it has none. A clause stands outside quotes and outside
    /// other comments, and before the date.
    #[must_use]
    pub fn find(header: &str) -> Option<Self> {
        let pieces = pieces(header);
        postfix(&pieces).or_else(|| exim(&pieces)).or_else(|| sendmail(&pieces))
    }

    /// The clause as evidence of a delivery at `at`: it proves encryption and no more, since what was verified is the
    /// sending side.
    #[must_use]
    pub fn evidence(&self, at: Timestamp) -> Evidence {
        Evidence {
            protocol: self.protocol.map(|protocol| protocol.name().to_owned()),
            suite: self.suite.map(|suite| suite.iana().to_owned()),
            ..Evidence::new(EvidenceKind::LastDelivery, Transport::Encrypted, at)
        }
    }
}

/// A word or a whole comment of a header.
#[derive(Clone, Copy, PartialEq)]
enum Piece<'a> {
    Comment(&'a str),
    Word(&'a str),
}

/// Words and outermost comments (RFC 5322, section 3.2.2) up to the `;` before the date.
fn pieces(header: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let (mut depth, mut start, mut quoted, mut escaped) = (0_usize, 0, false, false);
    let slice = |from: usize, to: usize| header.get(from..to).unwrap_or_default();
    for (at, byte) in header.bytes().enumerate() {
        if escaped {
            escaped = false;
            continue;
        }
        match byte {
            b'\\' => escaped = true,
            b'"' if depth == 0 => quoted = !quoted,
            b'(' if !quoted => {
                if depth == 0 {
                    push_word(&mut found, slice(start, at));
                    start = at + 1;
                }
                depth += 1;
            }
            b')' if !quoted && depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    found.push(Piece::Comment(slice(start, at)));
                    start = at + 1;
                }
            }
            b' ' | b'\t' | b'\r' | b'\n' if depth == 0 && !quoted => {
                push_word(&mut found, slice(start, at));
                start = at + 1;
            }
            b';' if depth == 0 && !quoted => {
                push_word(&mut found, slice(start, at));
                return found;
            }
            _ => {}
        }
    }
    if depth == 0 {
        push_word(&mut found, slice(start, header.len()));
    }
    found
}

fn push_word<'a>(found: &mut Vec<Piece<'a>>, word: &'a str) {
    if !word.is_empty() {
        found.push(Piece::Word(word));
    }
}

fn comments<'a>(pieces: &[Piece<'a>]) -> impl Iterator<Item = &'a str> {
    pieces.iter().filter_map(|piece| match piece {
        Piece::Comment(text) => Some(*text),
        Piece::Word(_) => None,
    })
}

/// `using VERSION with cipher NAME (...)`, and a comment of its own for the certificate.
fn postfix(pieces: &[Piece<'_>]) -> Option<ReceivedTls> {
    let clause = comments(pieces).find(|comment| comment.starts_with("using "))?;
    let mut words = clause.split_whitespace().skip(1);
    let protocol = words.next()?;
    if (words.next()?, words.next()?) != ("with", "cipher") {
        return None;
    }
    let suite = words.next()?;
    let verified = comments(pieces).find_map(|comment| match comment {
        _ if comment.starts_with("No client certificate") => Some(false),
        _ if comment.starts_with("Client CN ") => Some(comment.ends_with("(verified OK)")),
        _ => None,
    });
    Some(ReceivedTls {
        writer: ReceivedWriter::Postfix,
        protocol: Protocol::by_name(protocol),
        suite: suite_by_any_name(suite),
        verified,
    })
}

/// After `with esmtps` or `esmtpsa`: a comment with version, and suite and bits in it or behind `tls`; `X=` is older.
fn exim(pieces: &[Piece<'_>]) -> Option<ReceivedTls> {
    let with = pieces.windows(3).find_map(|window| match window {
        [Piece::Word("with"), Piece::Word(kind), Piece::Comment(text)] if is_exim_tls(kind) => Some(*text),
        _ => None,
    })?;
    let mut fields = with.trim_start_matches("X=").split([':', ' ']);
    let protocol = Protocol::by_name(fields.next()?)?;
    let registered = pieces.windows(2).find_map(|window| match window {
        [Piece::Word("tls"), Piece::Word(name)] => Some(*name),
        _ => None,
    });
    let suite = registered.or_else(|| fields.next()).and_then(suite_by_any_name);
    let verified = with
        .split_whitespace()
        .find_map(|field| field.strip_prefix("CV="))
        .map(|value| value == "yes");
    Some(ReceivedTls {
        writer: ReceivedWriter::Exim,
        protocol: Some(protocol),
        suite,
        verified,
    })
}

fn is_exim_tls(kind: &str) -> bool {
    ["esmtps", "esmtpsa", "smtps", "utf8esmtps", "utf8esmtpsa"].contains(&kind)
}

/// `version=... cipher=... bits=... verify=...`, with commas or without.
fn sendmail(pieces: &[Piece<'_>]) -> Option<ReceivedTls> {
    let clause = comments(pieces).find(|comment| comment.starts_with("version="))?;
    let field = |name: &str| {
        let mut words = clause.split([' ', '\t', '\r', '\n', ',']);
        words.find_map(|word| word.strip_prefix(name)?.strip_prefix('='))
    };
    Some(ReceivedTls {
        writer: ReceivedWriter::Sendmail,
        protocol: field("version").and_then(Protocol::by_name),
        suite: suite_by_any_name(field("cipher")?),
        verified: field("verify").map(|value| matches!(value, "OK" | "YES")),
    })
}

/// A suite by its IANA or OpenSSL name, or as `GnuTLS` writes it: `ECDHE_RSA_AES_256_GCM_SHA384`.
fn suite_by_any_name(name: &str) -> Option<Suite> {
    Suite::by_name(name).or_else(|| {
        let plain = name
            .strip_suffix("_SHA1")
            .map_or_else(|| name.to_owned(), |head| format!("{head}_SHA"));
        Suite::all().find(|suite| {
            let iana = suite.iana().strip_prefix("TLS_").unwrap_or_default();
            iana.len() == plain.len() + "WITH_".len() && iana.replacen("WITH_", "", 1) == plain
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clause(header: &str) -> ReceivedTls {
        ReceivedTls::find(header).unwrap()
    }

    #[test]
    fn each_server_is_read_in_its_own_manner() {
        let rows = [
            (
                "from relay.example.org (relay.example.org [192.0.2.139])\n\t(using TLSv1.3 with cipher \
                 TLS_AES_256_GCM_SHA384 (256/256 bits)\n\t key-exchange X25519 server-signature RSA-PSS (2048 bits) \
                 server-digest SHA256)\n\t(No client certificate requested)\n\tby mx.example.com (Postfix) with ESMTPS \
                 id 0AE871BF2;\n\tWed,  9 Aug 2023 03:46:45 -0700 (PDT)",
                ReceivedWriter::Postfix,
                Protocol::Tls13,
                "TLS_AES_256_GCM_SHA384",
                Some(false),
            ),
            (
                "from a.example (a.example [192.0.2.81]) (using TLSv1.2 with cipher ECDHE-RSA-AES256-GCM-SHA384 \
                 (256/256 bits)) (Client CN \"a.example\", Issuer \"CA\" (verified OK)) by b.example (Postfix) with ESMTPS",
                ReceivedWriter::Postfix,
                Protocol::Tls12,
                "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
                Some(true),
            ),
            (
                "from eggs.example.org ([2001:db8:142:3::10]:38962)\n by lists.example.org with esmtps \
                 (TLS1.2:ECDHE_RSA_AES_256_GCM_SHA384:256)\n (Exim 4.90_1) (envelope-from <a@example.org>) id 1kc7p8",
                ReceivedWriter::Exim,
                Protocol::Tls12,
                "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
                None,
            ),
            (
                "from x.example ([192.0.2.9]:4) by y.example with esmtps  (TLS1.3) tls TLS_AES_128_GCM_SHA256\n\t(Exim \
                 4.96)\n\t(envelope-from <a@example.org>)\n\tid 1pXyz;\n\tTue, 14 Mar 2023 13:45:23 +0000",
                ReceivedWriter::Exim,
                Protocol::Tls13,
                "TLS_AES_128_GCM_SHA256",
                None,
            ),
            (
                "from z.example by eggs.example.org with esmtps (TLS1.0:RSA_AES_128_CBC_SHA1:16) (Exim 4.71) id 1",
                ReceivedWriter::Exim,
                Protocol::Tls10,
                "TLS_RSA_WITH_AES_128_CBC_SHA",
                None,
            ),
            (
                "from m.example by n.example with esmtpsa (X=TLSv1.2:ECDHE-RSA-AES128-GCM-SHA256:128 CV=yes) (Exim 4.92)",
                ReceivedWriter::Exim,
                Protocol::Tls12,
                "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                Some(true),
            ),
            (
                "from s.example (s.example [192.0.2.5])\n\tby t.example (8.17.1/8.17.1) with ESMTPS id 1\n\t\
                 (version=TLSv1.2 cipher=ECDHE-RSA-AES256-GCM-SHA384 bits=256 verify=NOT);\n\tTue, 14 Mar 2023",
                ReceivedWriter::Sendmail,
                Protocol::Tls12,
                "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
                Some(false),
            ),
            (
                "from u.example by v.example with SMTP Server (version=TLS1_2, \
                 cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id 15.20",
                ReceivedWriter::Sendmail,
                Protocol::Tls12,
                "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
                None,
            ),
        ];
        for (header, writer, protocol, suite, verified) in rows {
            let expected = ReceivedTls {
                writer,
                protocol: Some(protocol),
                suite: Suite::by_name(suite),
                verified,
            };
            assert_eq!(clause(header), expected, "{header}");
        }
    }

    #[test]
    fn a_header_without_tls_has_no_clause() {
        for header in [
            "",
            "from a.example (a.example [192.0.2.1]) by b.example (Postfix) with ESMTP id 1; Wed, 9 Aug 2023",
            "from a.example by b.example with esmtp (Exim 4.96) id 1",
            "from a by b; (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))",
            "from \"(using TLSv1.3 with cipher X)\" by b.example with ESMTP",
            "from a (b (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384)) by c with ESMTP",
            "from a (using TLSv1.3 with cipher",
        ] {
            assert_eq!(ReceivedTls::find(header), None, "{header}");
        }
    }

    #[test]
    fn a_clause_proves_encryption_and_no_more() {
        let header = "by b (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384) (Client CN \"a\" (verified OK))";
        let evidence = clause(header).evidence(Timestamp::EPOCH);
        assert_eq!(
            (evidence.level, evidence.protocol.as_deref()),
            (Transport::Encrypted, Some("TLSv1.3"))
        );
    }

    #[test]
    fn a_name_that_nobody_knows_leaves_the_suite_open() {
        let clause = clause("by b (version=TLSv9 cipher=ROT13 bits=1)");
        assert_eq!((clause.protocol, clause.suite, clause.verified), (None, None, None));
    }

    #[test]
    fn deep_comments_take_linear_time() {
        assert_eq!(ReceivedTls::find(&"(".repeat(1_000_000)), None);
    }
}
