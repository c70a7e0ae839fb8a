//! Folding what a stranger wrote, and parting it into sentences.

use crate::text::{Structure, View};

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

/// Parts `data` into its pieces.
///
/// They lie in order and between characters, none is empty, and each place is in the piece that begins last before it.
pub fn structure(data: &[u8]) {
    let original = String::from_utf8_lossy(data);
    let view = View::fold(&original);
    let text = view.text();
    let structure = Structure::of(text);
    let pieces = structure.pieces();
    assert!(pieces.len() <= Structure::most(text.len()), "a text has no more pieces");
    assert!(
        !text.contains(char::is_alphanumeric) || !pieces.is_empty(),
        "what is written stands in a piece"
    );
    assert!(pieces.first().is_none_or(|piece| piece.opens_block));
    for (index, piece) in pieces.iter().enumerate() {
        assert!(text.is_char_boundary(piece.start) && piece.start < text.len());
        assert_eq!(structure.at(piece.start), Some(index));
        let next = pieces.get(index + 1).map_or(text.len(), |next| next.start);
        assert!(piece.start < next, "no piece is empty");
        assert_eq!(structure.at(next - 1), Some(index));
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
