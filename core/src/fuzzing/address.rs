//! Addresses: whatever the text, one address in one form, or none.

use crate::Address;
use crate::address::named;

/// An address that was read is read again as the same, also with everything around it that says nothing; reading a
/// field of many never panics.
///
/// # Panics
///
/// When an address has two forms.
pub fn address(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    drop(named(text));
    let Ok(address) = Address::parse(text) else {
        return;
    };
    assert!(
        !address.as_str().contains(char::is_control),
        "a control character was kept"
    );
    for written in [address.to_string(), format!("\"A, b@c\" <{address}> (d@e)")] {
        let again = Address::parse(&written).map(|again| again.to_string());
        assert_eq!(again.ok(), Some(address.to_string()), "an address has two forms");
    }
}
