//! Reading what a stranger sent.

use crate::message::{Limits, Message};

/// Reads `data` as a message, twice.
///
/// The answer must be the same, no text may be larger than the limits allow, and every place in the visible text of a
/// unit must lie in its decoded text.
pub fn message(data: &[u8]) {
    let limits = Limits::default();
    let message = Message::parse(data, &limits);
    assert_eq!(message, Message::parse(data, &limits));
    assert!(message.parts().len() <= limits.parts);
    for unit in message.units() {
        let view = unit.view();
        let whole = view.span(0..view.text().len());
        assert!(unit.text().get(whole.start..whole.end).is_some());
        assert!(!unit.text().contains('\r'), "line ends are LF");
    }
}
