//! Folding what a stranger wrote.

use crate::text::View;

/// Folds `data` as one text unit.
///
/// Every stretch of the folded text must come from whole characters of the original, and a later stretch must not
/// come from an earlier place.
pub fn fold(data: &[u8]) {
    let original = String::from_utf8_lossy(data);
    let view = View::fold(&original);
    leads_back(&original, &view);
    if let Some(written) = view.gaps_kept() {
        leads_back(&original, written);
    }
    for decoded in view.decodings() {
        assert!(
            decoded.text().len() <= view.text().len() * MOST_GROWTH,
            "decoding makes nothing long"
        );
        leads_back(&original, &decoded);
    }
}

/// One character may fold to eighteen (U+FDFA), of three bytes each at most.
const MOST_GROWTH: usize = 54;

fn leads_back(original: &str, view: &View<'_>) {
    let mut reached = 0;
    for (at, character) in view.text().char_indices() {
        let span = view.span(at..at + character.len_utf8());
        assert!(original.get(span.start..span.end).is_some());
        assert!(reached <= span.start && span.start <= span.end);
        reached = span.start;
    }
}
