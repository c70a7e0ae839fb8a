//! The shape of a verdict.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::classify::Classification;
use crate::consent::Unapplied;
use crate::evidence::Transport;
use crate::policy::{
    Action, Contract, Delivery, Edit, Fallback, Method, PolicyId, Proven, Rejected, Requirement, SmtpReply, Verdict,
    Why,
};
use crate::{Address, Authentication, Timestamp};

/// A verdict as one line of JSON.
///
/// ```
/// # use sealwax::engine::Engine;
/// # use sealwax::{Timestamp, Transaction, json};
/// let engine = Engine::with_profile("hipaa-2013")?;
/// let transaction = Transaction::from("nurse@clinic.example")?.to("ann@example.org")?;
/// let verdict = engine.evaluate(b"Subject: hello\r\n\r\nSee you.\r\n", &transaction, Timestamp::EPOCH)?;
/// assert!(json::verdict(&verdict).contains(r#""action":"send""#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn verdict(verdict: &Verdict) -> String {
    super::line(&Shape::new(verdict, &verdict.deliveries))
}

/// A verdict as [`verdict`] writes it, with an empty list of deliveries: for a host that reads them one by one.
///
/// ```
/// # use sealwax::engine::Engine;
/// # use sealwax::{Timestamp, Transaction, json};
/// let engine = Engine::with_profile("hipaa-2013")?;
/// let transaction = Transaction::from("nurse@clinic.example")?.to("ann@example.org")?;
/// let verdict = engine.evaluate(b"Subject: hello\r\n\r\nSee you.\r\n", &transaction, Timestamp::EPOCH)?;
/// assert!(json::verdict_summary(&verdict).ends_with(r#","deliveries":[]}"#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn verdict_summary(verdict: &Verdict) -> String {
    super::line(&Shape::new(verdict, &[]))
}

/// One delivery of a verdict as it stands in the verdict's line.
///
/// ```
/// # use sealwax::engine::Engine;
/// # use sealwax::{Timestamp, Transaction, json};
/// let engine = Engine::with_profile("hipaa-2013")?;
/// let transaction = Transaction::from("nurse@clinic.example")?.to("ann@example.org")?;
/// let verdict = engine.evaluate(b"Subject: hello\r\n\r\nSee you.\r\n", &transaction, Timestamp::EPOCH)?;
/// let delivery = json::delivery(&verdict.deliveries[0]);
/// assert!(delivery.starts_with(r#"{"recipient":"ann@example.org","#));
/// assert!(json::verdict(&verdict).contains(&delivery));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn delivery(delivery: &Delivery) -> String {
    super::line(&DeliveryShape::new(delivery))
}

#[derive(Serialize)]
struct Shape<'a> {
    policy: &'a PolicyId,
    classification: &'a Classification,
    complete: bool,
    suite_lists: BTreeMap<&'static str, &'a [&'static str]>,
    deliveries: Vec<DeliveryShape<'a>>,
}

impl<'a> Shape<'a> {
    fn new(verdict: &'a Verdict, deliveries: &'a [Delivery]) -> Self {
        Self {
            policy: &verdict.policy,
            classification: &verdict.classification,
            complete: verdict.complete,
            suite_lists: suite_lists(verdict),
            deliveries: deliveries.iter().map(DeliveryShape::new).collect(),
        }
    }
}

/// The lists of suites that the contracts of a verdict name, each once.
fn suite_lists(verdict: &Verdict) -> BTreeMap<&'static str, &[&'static str]> {
    let contracts = verdict
        .deliveries
        .iter()
        .filter_map(|delivery| delivery.transport.as_ref());
    let named = contracts.filter_map(|contract| Some((contract.suite_list()?, contract.suites.as_slice())));
    named.collect()
}

/// A delivery with its one line for a log, so that every face shows the same one.
#[derive(Serialize)]
struct DeliveryShape<'a> {
    recipient: &'a Address,
    action: Action,
    method: Option<Method>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reader: Option<Authentication>,
    fallback: Option<&'a Fallback>,
    requirement: &'a Requirement,
    why: &'a [Why],
    rejected: &'a [Rejected],
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<&'a Proven>,
    transport: Option<ContractShape<'a>>,
    edits: &'a [Edit],
    archive: bool,
    reply: Option<&'a SmtpReply>,
    waiver: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    waiver_review_due: Option<Timestamp>,
    unapplied_waivers: &'a [Unapplied],
    #[serde(skip_serializing_if = "Option::is_none")]
    instead: Option<&'a str>,
    summary: String,
}

impl<'a> DeliveryShape<'a> {
    fn new(delivery: &'a Delivery) -> Self {
        let Delivery {
            recipient,
            action,
            method,
            reader,
            fallback,
            requirement,
            why,
            rejected,
            evidence,
            transport,
            edits,
            archive,
            reply,
            waiver,
            waiver_review_due,
            unapplied_waivers,
            instead,
        } = delivery;
        Self {
            recipient,
            action: *action,
            method: *method,
            reader: *reader,
            fallback: fallback.as_ref(),
            requirement,
            why,
            rejected,
            evidence: evidence.as_ref(),
            transport: transport.as_ref().map(ContractShape::new),
            edits,
            archive: *archive,
            reply: reply.as_ref(),
            waiver: waiver.as_deref(),
            waiver_review_due: *waiver_review_due,
            unapplied_waivers,
            instead: instead.as_deref(),
            summary: delivery.to_string(),
        }
    }
}

/// A contract, with its suites by the name of their list: there are up to 70 of them, the same for all recipients.
#[derive(Serialize)]
struct ContractShape<'a> {
    level: Transport,
    minimum_protocol: Option<&'a str>,
    suite_list: Option<&'static str>,
    postfix: &'a str,
    require_tls: bool,
}

impl<'a> ContractShape<'a> {
    fn new(contract: &'a Contract) -> Self {
        Self {
            level: contract.level,
            minimum_protocol: contract.minimum_protocol.as_deref(),
            suite_list: contract.suite_list(),
            postfix: &contract.postfix,
            require_tls: contract.require_tls,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::Engine;
    use crate::{Timestamp, Transaction};

    #[test]
    fn the_suites_stand_once_for_all_recipients() {
        let policy = "[baseline]\ncrypto = 'tls12-nist'\ntransport = 'encrypted'";
        let engine = Engine::builder().policy_toml(policy).build().unwrap();
        let line = |recipients: usize| {
            let mut transaction = Transaction::from("ann@clinic.example").unwrap();
            for number in 0..recipients {
                transaction = transaction.to(format!("bob{number}@example.org")).unwrap();
            }
            let verdict = engine
                .evaluate(b"Subject: lunch\r\n\r\nAt noon?\r\n", &transaction, Timestamp::EPOCH)
                .unwrap();
            let suites = verdict.deliveries[0].transport.as_ref().unwrap().suites.len();
            (super::verdict(&verdict), suites)
        };
        let (ten, suites) = line(10);
        assert!(suites > 20);
        assert_eq!(ten.matches("TLS_AES_256_GCM_SHA384").count(), 1);
        assert_eq!(ten.matches(r#""suite_list":"tls12-nist""#).count(), 10);
        let each = ten.len().saturating_sub(line(1).0.len()) / 9;
        assert!(each < 2_000, "{each}");
    }
}
