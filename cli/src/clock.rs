//! The clock of this machine.

use std::time::{SystemTime, UNIX_EPOCH};

use sealwax::Timestamp;

use crate::failure::Failure;

/// The time, for what must not go by a wrong one.
pub(crate) fn now() -> Result<Timestamp, Failure> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok();
    let millis = since.and_then(|since| i64::try_from(since.as_millis()).ok());
    millis
        .map(Timestamp::from_millis)
        .ok_or_else(|| Failure::new("the clock of this machine is not set"))
}
