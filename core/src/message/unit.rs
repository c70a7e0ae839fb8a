//! A text unit: one piece of decoded text with its place, as the scanner reads it.

use super::fields::Structure;
use super::html::Html;
use super::{Place, flowed};
use crate::text::View;

/// What kind of text a unit holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Media {
    /// HTML: the text is the source, the views are what a reader sees and what is hidden.
    Html,
    /// Plain text.
    Plain,
}

/// A piece of decoded text, with LF line ends.
#[derive(Clone, PartialEq, Eq)]
pub struct TextUnit {
    pub(super) place: Place,
    pub(super) member: Option<Box<str>>,
    pub(super) text: String,
    pub(super) media: Media,
    /// `format=flowed` (RFC 3676), and whether `delsp=yes`.
    pub(super) flowed: Option<bool>,
    /// Rows, keys or elements that name the values.
    pub(super) structure: Option<Structure>,
}

impl TextUnit {
    /// Where in the message it stands.
    pub const fn place(&self) -> &Place {
        &self.place
    }

    /// What inside of the place the text was drawn from: a file in an archive, a sheet, a page, or, with a colon in
    /// front, something beside the part's content (`:name`, `:parameter`, `:preamble`, `:header:subject`, `:rescued`, `:mailbox`, another
    /// reading of the same bytes such as `:as-lines`, `:as-utf-16` or `:as-malformed`, and `:part-text` for what the host
    /// read in it).
    ///
    /// `None` when the text is the decoded content itself: only then are offsets in it offsets in the part. Offsets in
    /// `:part-text` are offsets in the text that was handed in.
    pub fn member(&self) -> Option<&str> {
        self.member.as_deref()
    }

    /// Whether offsets in the text are offsets in something that the host has: the decoded part, or the text that it
    /// handed in.
    pub(crate) fn has_offsets(&self) -> bool {
        self.member().is_none_or(|member| member == HANDED_IN)
    }

    /// Whether the text is what a part holds, and no name, header or second reading of it.
    pub(crate) fn is_content(&self) -> bool {
        matches!(self.place, Place::Part(_))
            && self
                .member()
                .is_none_or(|member| member == HANDED_IN || !member.split('/').any(|step| step.starts_with(':')))
    }

    /// The decoded text with LF line ends; for HTML, the decoded source.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What kind of text it is.
    pub const fn media(&self) -> Media {
        self.media
    }

    /// The text as a reader sees it, folded for the scanner, with the way back to [`text`](Self::text).
    pub fn view(&self) -> View<'_> {
        match (self.media, self.flowed) {
            (Media::Html, _) => {
                let (text, map) = Html::read(&self.text).visible();
                View::fold_mapped(text, map, &self.text)
            }
            (Media::Plain, Some(delsp)) => {
                let (text, map) = flowed::unwrap(&self.text, delsp);
                View::fold_mapped(text, map, &self.text)
            }
            (Media::Plain, None) => View::fold(&self.text),
        }
    }

    /// Every view that the scanner must read: [`view`](Self::view) first; for HTML also the text without the gaps
    /// that tags make, and what a reader does not see (attributes, comments, hidden text); for tables, JSON, XML and HL7
    /// also each value behind its label. The rows of a long table come in several views.
    pub fn views(&self) -> Vec<View<'_>> {
        let mut views = Vec::new();
        self.each_view(&mut |view| views.push(view));
        views
    }

    /// Hands each view to `look`, one after the other, so that no more than one needs to be held.
    pub(crate) fn each_view<'a>(&'a self, look: &mut dyn FnMut(View<'a>)) {
        look(self.view());
        self.each_other_view(look);
    }

    /// Whether there is another view than [`view`](Self::view).
    pub(crate) fn has_other_views(&self) -> bool {
        self.media == Media::Html || self.structure.is_some()
    }

    /// The same without [`view`](Self::view).
    pub(crate) fn each_other_view<'a>(&'a self, look: &mut dyn FnMut(View<'a>)) {
        if self.media == Media::Html {
            for (text, map) in Html::read(&self.text).others() {
                look(View::fold_mapped(text, map, &self.text));
            }
        }
        if let Some(structure) = self.structure {
            structure.views(&self.text, &mut |text, map| {
                look(View::fold_mapped(text, map, &self.text));
            });
        }
    }
}

/// The member of a text that the host read in a part.
pub(super) const HANDED_IN: &str = ":part-text";

impl std::fmt::Debug for TextUnit {
    /// Shows the place and the size, never the text.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TextUnit")
            .field("place", &self.place)
            .field("media", &self.media)
            .field("bytes", &self.text.len())
            .finish_non_exhaustive()
    }
}
