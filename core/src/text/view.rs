use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use super::{Change, OffsetMap, Span, encoded, fold, homoglyph, spaced};

/// The folded text of a unit, and the way back to the original.
///
/// ```
/// # use sealwax::text::View;
/// let view = View::fold("SSN ５３６－\u{200b}９０－４３９９");
/// assert_eq!(view.text(), "SSN 536-90-4399");
/// let span = view.span(4..15);
/// assert_eq!(&view.original()[span.start..span.end], "５３６－\u{200b}９０－４３９９");
/// ```
#[derive(Clone)]
pub struct View<'a> {
    original: &'a str,
    text: Cow<'a, str>,
    map: OffsetMap,
    /// The same with its gaps as they were written, where closing them changed the text.
    gaps_kept: Option<Box<Self>>,
    /// Where closing the gaps changed it.
    closed: Vec<Change>,
}

impl<'a> View<'a> {
    /// Folds `original`. ASCII text that needs nothing is borrowed.
    #[must_use]
    pub fn fold(original: &'a str) -> Self {
        Self::fold_mapped(original, OffsetMap::identity(original.len()), original)
    }

    /// Folds `text`, which was extracted from `original` (the visible text of HTML) and came with its own `map`.
    ///
    /// ```
    /// # use sealwax::text::{OffsetMap, Span, View};
    /// let mut map = OffsetMap::new();
    /// map.copy(3..6);
    /// let view = View::fold_mapped("MRN", map, "<b>MRN</b>");
    /// assert_eq!(view.span(0..3), Span::new(3, 6));
    /// ```
    #[must_use]
    pub fn fold_mapped(text: impl Into<Cow<'a, str>>, map: OffsetMap, original: &'a str) -> Self {
        let mut view = Self {
            original,
            text: text.into(),
            map,
            gaps_kept: None,
            closed: Vec::new(),
        };
        for step in CHARACTER_STEPS {
            if let Some(changed) = step(&view.text) {
                view = view.changed(changed);
            }
        }
        let Some((text, map)) = spaced::close(&view.text) else {
            return view;
        };
        Self {
            original,
            text: Cow::Owned(text),
            closed: map.changes(view.text.len(), APART),
            map: map.compose(&view.map),
            gaps_kept: Some(Box::new(view)),
        }
    }

    fn changed(self, (text, map): (String, OffsetMap)) -> Self {
        Self {
            text: Cow::Owned(text),
            map: map.compose(&self.map),
            ..self
        }
    }

    /// The same text with the gaps of letter-spaced words as they were written, where folding closed any: what stands
    /// beside a number may look like a part of it once its gaps are closed.
    ///
    /// ```
    /// # use sealwax::text::View;
    /// let view = View::fold("ABA: 3222-7162-7 - 8 4");
    /// assert_eq!(view.text(), "ABA: 3222-7162-7-84");
    /// assert_eq!(view.gaps_kept().expect("a gap was closed").text(), "ABA: 3222-7162-7 - 8 4");
    /// ```
    #[must_use]
    pub fn gaps_kept(&self) -> Option<&Self> {
        self.gaps_kept.as_deref()
    }

    /// The same text with its encoded runs decoded, once for each time that it was encoded, up to three.
    ///
    /// Runs are percent triplets, hexadecimal digits and base64 that give text; a place inside of one leads back to the
    /// characters of the run.
    ///
    /// ```
    /// # use sealwax::text::View;
    /// let view = View::fold("SSN: NTM2LTkwLTQzOTk=");
    /// let inside = view.decodings().next().expect("a run of base64");
    /// assert_eq!(inside.text(), "SSN: 536-90-4399=");
    /// let span = inside.span(5..16);
    /// assert_eq!(&view.original()[span.start..span.end], "NTM2LTkwLTQzOTk");
    /// ```
    pub fn decodings(&self) -> impl Iterator<Item = Self> + use<'a> {
        let read = |view: &Self| Some(view.decoded()?.read_from(view));
        std::iter::successors(read(self), read).take(encoded::DEPTH)
    }

    /// The text with its runs decoded, as a view of this text.
    fn decoded(&self) -> Option<View<'_>> {
        let (text, map) = encoded::decode(&self.text)?;
        Some(View::fold_mapped(text, map, &self.text))
    }

    /// A view of the text of `view` as one of what that was read from.
    fn read_from<'o>(self, view: &View<'o>) -> View<'o> {
        let kept = self.gaps_kept.map(|kept| Box::new(kept.read_from(view)));
        View {
            original: view.original,
            text: Cow::Owned(self.text.into_owned()),
            map: self.map.compose(&view.map),
            gaps_kept: kept,
            closed: self.closed,
        }
    }

    /// The same views one by one, each with where it differs from this one.
    pub(crate) const fn decoding(&self) -> Decoding<'_, 'a> {
        Decoding {
            view: self,
            last: None,
            count: 0,
        }
    }

    /// Where the text with its gaps kept differs from this one: here the derived text is this one.
    pub(crate) fn closed(&self) -> &[Change] {
        &self.closed
    }

    /// The folded text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text that was folded, in which [`span`](Self::span) counts.
    #[must_use]
    pub fn original(&self) -> &'a str {
        self.original
    }

    /// Where in the original the `folded` bytes came from; always between characters of it.
    #[must_use]
    pub fn span(&self, folded: Range<usize>) -> Span {
        let span = self.map.original(folded);
        Span::new(floor(self.original, span.start), ceil(self.original, span.end))
    }
}

impl fmt::Debug for View<'_> {
    /// Shows lengths only: the text is somebody's mail.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("View")
            .field("original", &self.original.len())
            .field("text", &self.text.len())
            .finish_non_exhaustive()
    }
}

/// Goes through the decodings of a view.
pub(crate) struct Decoding<'v, 'a> {
    view: &'v View<'a>,
    /// The last one, and where it differs from the view.
    last: Option<(View<'a>, Vec<Change>)>,
    count: usize,
}

impl<'a> Decoding<'_, 'a> {
    /// The next one, and where it differs from the view; places that are near one another are one.
    pub(crate) fn next(&mut self) -> Option<(&View<'a>, &[Change])> {
        if self.count == encoded::DEPTH {
            return None;
        }
        self.count = self.count.saturating_add(1);
        let (before, known) = match &self.last {
            None => (self.view, &[][..]),
            Some((last, changes)) => (last, changes.as_slice()),
        };
        let decoded = before.decoded()?;
        let changes = Change::composed(&decoded.map.changes(before.text.len(), APART), known);
        let (view, changes) = &*self.last.insert((decoded.read_from(before), changes));
        Some((view, changes))
    }
}

/// In bytes: places that are not so far apart are looked at as one.
const APART: usize = 512;

/// A step gives the new text and its map, or `None` when there is nothing to do.
type Step = fn(&str) -> Option<(String, OffsetMap)>;

/// In this order: letters are judged after their characters, and gaps after both.
const CHARACTER_STEPS: [Step; 2] = [fold::characters, homoglyph::words];

/// The last character boundary at or before `at`.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len()))
        .rev()
        .find(|&index| text.is_char_boundary(index))
        .unwrap_or(0)
}

/// The first character boundary at or after `at`.
fn ceil(text: &str, at: usize) -> usize {
    (at..text.len())
        .find(|&index| text.is_char_boundary(index))
        .unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn plain_ascii_is_borrowed() {
        let text = "Dear Ann,\nMRN 12345678 - see you at 5 p.m.";
        assert!(matches!(View::fold(text).text, Cow::Borrowed(_)));
        assert_eq!(View::fold(text).span(10..21), Span::new(10, 21));
    }

    #[test]
    fn tricks_in_numbers_and_words_look_the_same() {
        for (trick, plain) in TRICKS {
            assert_eq!(View::fold(trick).text(), *plain, "{}", trick.escape_unicode());
        }
    }

    const TRICKS: &[(&str, &str)] = &[
        ("５３６-９０-４３９９", "536-90-4399"),
        ("536\u{2011}90\u{2013}4399", "536-90-4399"),
        ("536\u{ad}-90\u{200b}-43\u{2060}99", "536-90-4399"),
        ("\u{1d7ce}\u{1d7cf}", "01"),
        ("٥٣٦-٩٠-٤٣٩٩", "536-90-4399"),
        ("d\u{336}i\u{336}a\u{336}b\u{336}etes", "diabetes"),
        ("caf\u{e9} Me\u{301}nie\u{300}re", "cafe Meniere"),
        ("MRN\u{a0}12\u{3000}34", "MRN 12 34"),
        ("g\u{430}\u{455}tritis", "gastritis"),
        ("\u{202e}SSN\u{202c}", "SSN"),
        ("d i a b e t e s", "diabetes"),
        ("\u{fb01}brosis", "fibrosis"),
    ];

    #[test]
    fn debug_shows_no_text() {
        assert!(!format!("{:?}", View::fold("canary")).contains("canary"));
    }

    #[test]
    fn folding_twice_changes_nothing_more() {
        for (trick, _) in TRICKS {
            let once = View::fold(trick).text().to_owned();
            assert_eq!(View::fold(&once).text(), once);
        }
    }

    proptest! {
        #[test]
        fn every_span_lies_between_characters_of_the_original(text in "\\PC{0,40}", from in 0usize..60, len in 0usize..20) {
            let view = View::fold(&text);
            let span = view.span(from..from + len);
            prop_assert!(text.get(span.start..span.end).is_some());
        }

        #[test]
        fn a_mapped_span_folds_to_the_text_it_came_from(words in proptest::collection::vec("[a-zé５٥\u{200b}\u{2013}]{5,9}", 1..5)) {
            let text = words.join(" ");
            let view = View::fold(&text);
            let mut at = 0;
            for word in view.text().split(' ') {
                let span = view.span(at..at + word.len());
                let piece = text.get(span.start..span.end).unwrap();
                let folded = View::fold(piece);
                prop_assert_eq!(folded.text(), word);
                at += word.len() + 1;
            }
        }
    }
}
