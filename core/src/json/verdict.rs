//! The shape of a verdict.

use serde::Serialize;

use crate::classify::Classification;
use crate::policy::{Delivery, PolicyId, Verdict};

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
    super::line(&Shape {
        policy: &verdict.policy,
        classification: &verdict.classification,
        complete: verdict.complete,
        deliveries: verdict.deliveries.iter().map(DeliveryShape::new).collect(),
    })
}

#[derive(Serialize)]
struct Shape<'a> {
    policy: &'a PolicyId,
    classification: &'a Classification,
    complete: bool,
    deliveries: Vec<DeliveryShape<'a>>,
}

/// A delivery with its one line for a log, so that every face shows the same one.
#[derive(Serialize)]
struct DeliveryShape<'a> {
    #[serde(flatten)]
    delivery: &'a Delivery,
    summary: String,
}

impl<'a> DeliveryShape<'a> {
    fn new(delivery: &'a Delivery) -> Self {
        Self {
            delivery,
            summary: delivery.to_string(),
        }
    }
}
