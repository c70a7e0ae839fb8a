//! Scanning what a stranger wrote.

use std::sync::OnceLock;

use crate::detect::Scanner;
use crate::detect::stages::is_corrected_as_defined;
use crate::text::View;

/// Scans any text, twice.
///
/// # Panics
///
/// When a finding lies outside the text, the second scan differs from the first, or a misspelling is corrected
/// otherwise than by comparing it with every word.
pub fn scan(bytes: &[u8]) {
    static SCANNER: OnceLock<Option<Scanner>> = OnceLock::new();
    let Some(scanner) = SCANNER.get_or_init(|| Scanner::builder().build().ok()) else {
        return;
    };
    let original = String::from_utf8_lossy(bytes);
    let view = View::fold(&original);
    let findings = scanner.scan(&view);
    for finding in &findings {
        let span = finding.span();
        assert!(
            original.get(span.start..span.end).is_some(),
            "a finding lies in the text"
        );
        assert!(
            (0.0..=1.0).contains(&finding.confidence()),
            "a confidence is a probability"
        );
    }
    assert_eq!(
        format!("{findings:?}"),
        format!("{:?}", scanner.scan(&view)),
        "scanning is deterministic"
    );
    assert!(
        is_corrected_as_defined(scanner, &view),
        "a misspelling is meant as its definition says"
    );
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn nothing_breaks_folding_or_scanning(text in "[a-z0-9 .@:\u{430}\u{ad}\u{2013}\u{ff11}\n>()+-]{0,200}|\\PC{0,100}") {
            super::super::fold(text.as_bytes());
            super::scan(text.as_bytes());
        }
    }
}
