//! What the rest of a document uses its streams for, whatever their own dictionaries say.

use std::collections::BTreeSet;

use super::value::Value;
use super::{Document, FIELD_DEPTH};

/// What a stream is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Use {
    /// As an attached file (ISO 32000-1, section 7.11.4), whose type need not be written.
    Attached,
    /// As the appearance of a note or of a field (section 12.5.5), which is drawn like a page.
    Drawn,
    /// As a script, as the text of a field or as a form in XML (sections 12.6.4.16, 12.7.3 and 12.7.8).
    Said,
}

/// The uses of the streams of a document.
#[derive(Default)]
pub(super) struct Leads {
    streams: BTreeSet<(Use, u32)>,
    /// The objects that were followed, and how far they may lead.
    followed: BTreeSet<(Use, u32, usize)>,
}

impl Leads {
    /// The uses of all streams that the objects of `document` name.
    pub(super) fn of(document: &Document<'_>) -> Self {
        let mut leads = Self::default();
        for object in document.objects.values() {
            leads.look(document, &object.value, 0);
        }
        leads
    }

    /// Whether the stream of this number is used so.
    pub(super) fn is(&self, number: u32, used: Use) -> bool {
        self.streams.contains(&(used, number))
    }

    /// Looks for keys that lead to streams.
    fn look(&mut self, document: &Document<'_>, value: &Value<'_>, depth: usize) {
        if depth > FIELD_DEPTH {
            return;
        }
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.look(document, item, depth + 1)),
            Value::Dictionary(entries) => {
                for (key, value) in entries {
                    match key.as_ref() {
                        b"EF" => self.follow(Use::Attached, document, value, FILES),
                        b"AP" => self.follow(Use::Drawn, document, value, STATES),
                        b"JS" | b"RV" | b"V" | b"XFA" => self.follow(Use::Said, document, value, 1),
                        b"RF" => self.follow(Use::Attached, document, value, RELATED),
                        _ => {}
                    }
                    self.look(document, value, depth + 1);
                }
            }
            Value::Name(_) | Value::Number(_) | Value::Operator(_) | Value::Reference(_) | Value::Text(_) => {}
        }
    }

    /// Keeps the streams that a value leads to, through dictionaries and arrays as deep as `depth`.
    fn follow(&mut self, used: Use, document: &Document<'_>, value: &Value<'_>, depth: usize) {
        let mut value = value;
        if let Some(number) = value.reference() {
            let Some(object) = document.objects.get(&number) else {
                return;
            };
            if object.stream.is_some() {
                self.streams.insert((used, number));
                return;
            }
            if !self.followed.insert((used, number, depth)) {
                return;
            }
            value = &object.value;
        }
        let Some(depth) = depth.checked_sub(1) else {
            return;
        };
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.follow(used, document, item, depth)),
            Value::Dictionary(entries) => {
                for (_, value) in entries {
                    self.follow(used, document, value, depth);
                }
            }
            _ => {}
        }
    }
}

/// A file is named by the ways of several systems.
const FILES: usize = 1;
/// Files that belong to one stand in arrays beside their names.
const RELATED: usize = 2;
/// A field has three appearances, and each of them several states.
const STATES: usize = 2;
