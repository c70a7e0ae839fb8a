//! What a folded text is made of: paragraphs, sentences, rows, quotes, salutations, signatures and disclaimers.

mod line;
mod words;

use line::Line;

/// A sentence, a row of a table or a field of a record, with the block that it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Where it begins, in bytes of the text; it goes on to where the next one begins.
    pub start: usize,
    /// What the block is in which it stands.
    pub kind: Block,
    /// Whether it is the first of its block.
    pub opens_block: bool,
}

/// What a block of a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Block {
    /// A paragraph, a list, a table or a record.
    Text,
    /// Words to one reader by name: `Dear Mrs. Okafor,`.
    Salutation,
    /// Who wrote, and how they are reached.
    Signature,
    /// What a house puts below every message.
    Disclaimer,
}

/// The pieces of a text, in its order, found in one sweep.
///
/// ```
/// # use sealwax::text::{Block, Structure};
/// let text = "Dear Ann,\n\nYour test is back. Please call.\n\n-- \nMaria Chen, RN\n212-555-0147\n";
/// let structure = Structure::of(text);
/// let kinds: Vec<_> = structure.pieces().iter().map(|piece| piece.kind).collect();
/// assert_eq!(kinds, [Block::Salutation, Block::Text, Block::Text, Block::Signature, Block::Signature]);
/// assert_eq!(structure.at(13), Some(1));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Structure {
    pieces: Vec<Piece>,
}

impl Structure {
    /// That of `text`, whose letters are folded as in a [`View`](super::View).
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut reader = Reader {
            shortest: SHORTEST.max(text.len() / MOST_PIECES),
            pieces: Vec::with_capacity((text.len() / USUAL).min(FREE_PIECES)),
            ..Reader::default()
        };
        for line in line::lines(text) {
            reader.take(&line);
        }
        reader.close_group();
        reader.pieces.shrink_to_fit();
        Self { pieces: reader.pieces }
    }

    /// No text of so many bytes has more pieces.
    #[cfg(any(test, feature = "_testing"))]
    pub(crate) fn most(bytes: usize) -> usize {
        let shortest = SHORTEST.max(bytes / MOST_PIECES);
        (bytes / shortest).saturating_add(FREE_PIECES).saturating_add(1)
    }

    /// The pieces, in order.
    #[must_use]
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The index of the piece that the byte at `place` stands in; the first for what stands before it.
    #[must_use]
    pub fn at(&self, place: usize) -> Option<usize> {
        let behind = self.pieces.partition_point(|piece| piece.start <= place);
        (!self.pieces.is_empty()).then(|| behind.saturating_sub(1))
    }

    /// The same with the places that `original` makes of those of the text; they never go back.
    #[must_use]
    pub fn mapped(mut self, original: impl Fn(usize) -> usize) -> Self {
        let mut last = 0;
        for piece in &mut self.pieces {
            last = original(piece.start).max(last);
            piece.start = last;
        }
        self
    }
}

/// What was read so far.
#[derive(Default)]
struct Reader {
    pieces: Vec<Piece>,
    /// What is shorter in bytes is one piece with what stands before it.
    shortest: usize,
    state: State,
    /// Bytes of the block that is open.
    block_bytes: usize,
    /// The lines of the group that is open: they stand together between two blank lines.
    group: Group,
    level: usize,
}

/// What the next line belongs to.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum State {
    /// Nothing yet: the next line opens a block.
    #[default]
    Between,
    /// A block whose last sentence is over.
    Block,
    /// A block whose last sentence goes on in the next line.
    Sentence,
    /// A signature, of so many lines so far.
    Signature(usize),
    Disclaimer,
}

/// Lines between two blank ones.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, not a state")]
struct Group {
    /// The index of the first piece of it.
    first_piece: usize,
    lines: usize,
    /// Whether every line may be one of a signature.
    is_signature: bool,
    /// Whether the first line may be a name.
    is_named: bool,
    /// Whether a line says how somebody is reached.
    is_reached: bool,
    /// Whether another block stood before it at the same level.
    has_before: bool,
}

impl Group {
    /// Takes a line in. Only below a name may it be one of a signature that nothing announced: of most lines nothing has to be
    /// asked.
    fn take(&mut self, line: &Line<'_>) {
        self.lines = self.lines.saturating_add(1);
        self.is_signature = self.is_signature && self.is_named && line.may_sign_unannounced();
        self.is_reached = self.is_reached || (self.is_signature && line.reaches_somebody());
    }
}

impl Reader {
    fn take(&mut self, line: &Line<'_>) {
        if line.level != self.level {
            self.close_group();
            self.level = line.level;
            self.state = State::Between;
            self.group = Group::default();
        }
        if line.is_blank() {
            return self.blank();
        }
        self.enter(line);
        match self.state {
            // The line that closes the letter, and what may stand below it.
            State::Signature(lines) if lines == 0 || (line.may_sign() && lines < SIGNATURE_LINES) => {
                self.state = State::Signature(lines.saturating_add(1));
                self.push(line.start, Block::Signature, lines == 0);
            }
            State::Disclaimer => self.push(line.start, Block::Disclaimer, false),
            _ => self.text(line),
        }
    }

    fn blank(&mut self) {
        if !matches!(self.state, State::Signature(_)) {
            self.end_group();
            self.state = State::Between;
        }
    }

    /// Sees where a line opens something.
    fn enter(&mut self, line: &Line<'_>) {
        if line.is_disclaimer() {
            self.state = State::Disclaimer;
            self.block_bytes = 0;
        } else if line.closes_letter() {
            self.state = State::Signature(0);
        }
    }

    fn text(&mut self, line: &Line<'_>) {
        if matches!(self.state, State::Signature(_)) {
            self.state = State::Between;
        }
        let opens = self.state == State::Between || self.block_bytes > BLOCK_BYTES;
        if self.group.lines == 0 {
            self.group = Group {
                first_piece: self.pieces.len(),
                is_signature: true,
                is_named: line.may_be_name(),
                has_before: self.group.has_before,
                ..Group::default()
            };
        }
        self.group.take(line);
        if opens {
            self.block_bytes = 0;
        }
        self.block_bytes = self.block_bytes.saturating_add(line.text.len());
        self.sentences(line, opens);
    }

    /// The sentences of a line of text.
    fn sentences(&mut self, line: &Line<'_>, opens: bool) {
        let goes_on = self.state == State::Sentence && !line.begins_item();
        let salutes = line.is_salutation();
        if opens || !goes_on || salutes {
            let kind = if salutes { Block::Salutation } else { Block::Text };
            self.push(line.start, kind, opens);
        }
        for end in line.sentence_ends(salutes) {
            self.push(line.start.saturating_add(end), Block::Text, false);
        }
        self.state = if line.ends_sentence() {
            State::Block
        } else {
            State::Sentence
        };
    }

    fn push(&mut self, start: usize, kind: Block, opens_block: bool) {
        let last = self.pieces.last().filter(|last| last.kind == kind && !opens_block);
        if last.is_some_and(|last| start.saturating_sub(last.start) < self.shortest) {
            return;
        }
        if self.pieces.len() > (start / self.shortest.max(1)).saturating_add(FREE_PIECES) {
            if let Some(last) = self.pieces.last_mut() {
                last.kind = Block::Text;
            }
            return;
        }
        self.pieces.push(Piece {
            start,
            kind,
            opens_block,
        });
    }

    fn end_group(&mut self) {
        if self.group.lines > 0 {
            self.group.has_before = true;
            self.group.lines = 0;
        }
    }

    /// Ends what stands at one level of quoting: its last lines may be a signature that nothing announced.
    fn close_group(&mut self) {
        let group = std::mem::take(&mut self.group);
        let is_last = self.pieces.len() > group.first_piece;
        if group.has_before && is_last && group.is_signature && group.is_named && group.is_reached {
            for piece in self.pieces.iter_mut().skip(group.first_piece) {
                if piece.kind == Block::Text {
                    piece.kind = Block::Signature;
                }
            }
        }
    }
}

/// The shortest piece, in bytes.
const SHORTEST: usize = 12;
/// The usual one.
const USUAL: usize = 64;
/// A long text has longer pieces, so that there are never many more: what stands together is then more, never less.
const MOST_PIECES: usize = 3 << 13;
/// So many pieces may be shorter than that, before a text has too many to tell them apart.
const FREE_PIECES: usize = 1 << 10;
/// A signature has no more lines.
const SIGNATURE_LINES: usize = 12;
/// A block that is longer is parted, so that nothing has to be kept of a text without blank lines.
const BLOCK_BYTES: usize = 1 << 14;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The pieces of a text, each with the first letter of its block's name, and `|` where a block opens.
    fn shown(text: &str) -> Vec<String> {
        let structure = Structure::of(text);
        let pieces = structure.pieces();
        let ends = pieces.iter().skip(1).map(|piece| piece.start).chain([text.len()]);
        let shown = pieces.iter().zip(ends).map(|(piece, end)| {
            let opens = if piece.opens_block { "|" } else { "" };
            let kind = format!("{:?}", piece.kind);
            format!(
                "{opens}{} {}",
                kind.get(..1).unwrap(),
                text.get(piece.start..end).unwrap().trim()
            )
        });
        shown.collect()
    }

    #[test]
    fn a_long_text_has_no_more_pieces_than_may_be_kept() {
        for sentence in ["A b.\n", "It is so. ", "a\n\n", "> a\n"] {
            let text = sentence.repeat(2_000_000 / sentence.len());
            let pieces = Structure::of(&text).pieces().len();
            assert!(pieces <= Structure::most(text.len()), "{sentence:?}: {pieces}");
            assert!(pieces > 64, "{sentence:?}: {pieces}");
        }
        assert!(Structure::most(1 << 30) < 30_000);
    }

    #[test]
    fn sentences_and_paragraphs_are_told_apart() {
        assert_eq!(
            shown("Dr. Lee saw him at 5 p.m. today. He has\nit.\n\nNext one!"),
            ["|T Dr. Lee saw him at 5 p.m. today.", "T He has\nit.", "|T Next one!"]
        );
        assert_eq!(
            shown("Name: Ann Lee\nDiagnosis: asthma\n"),
            ["|T Name: Ann Lee", "T Diagnosis: asthma"]
        );
        assert_eq!(
            shown("- the first of two\n- the second"),
            ["|T - the first of two", "T - the second"]
        );
        assert_eq!(
            shown("mrs. j. okafor, b. 1950. next"),
            ["|T mrs. j. okafor, b. 1950. next"]
        );
    }

    #[test]
    fn a_quote_is_a_block_of_its_own() {
        assert_eq!(
            shown("Yes.\n> Has he\n> asthma?\nNo."),
            ["|T Yes.\n>", "|T Has he\n> asthma?", "|T No."]
        );
    }

    #[test]
    fn a_salutation_names_somebody() {
        for text in [
            "Dear Mrs. Okafor,\nx",
            "Hi Ann, your test is back",
            "Bonjour M. Roy,",
            "Liebe Frau Kurz,",
        ] {
            assert!(shown(text)[0].starts_with("|S"), "{text}: {:?}", shown(text));
        }
        for text in [
            "Dear all,",
            "Hi team,",
            "Dear Dr. Lee,",
            "Hello!",
            "Dear Sir or Madam,",
            "Dear colleagues,",
        ] {
            assert!(shown(text)[0].starts_with("|T"), "{text}: {:?}", shown(text));
        }
    }

    #[test]
    fn signatures_and_disclaimers_are_known_and_end() {
        for signature in [
            "-- \nMaria Chen, RN\nRiverside Diabetes Clinic\n212-555-0147",
            "Best regards,\nMaria Chen\nRiverside Diabetes Clinic",
            "_______________\nMaria Chen\n",
            "Maria Chen, RN\nRiverside Diabetes Clinic\nTel. 212-555-0147",
            "Mit freundlichen Grussen\nMaria Chen",
        ] {
            let text = format!("Lunch at noon?\n\n{signature}");
            let pieces = shown(&text);
            assert!(
                pieces
                    .iter()
                    .skip(1)
                    .all(|piece| piece.trim_start_matches('|').starts_with('S')),
                "{pieces:?}"
            );
        }
        let text =
            "Hi.\n\nBest,\nMaria Chen\n\nPS: Peter Lang has asthma, and he must not climb, please tell his teacher.";
        assert!(shown(text).last().unwrap().starts_with("|T"), "{:?}", shown(text));
        let text =
            "Hi.\n\nThis e-mail and any attachments are confidential and intended for the addressee.\nDelete it.";
        assert!(shown(text).last().unwrap().starts_with('D'), "{:?}", shown(text));
    }

    #[test]
    fn what_says_something_at_the_end_is_no_signature() {
        for text in [
            "As asked:\n\nPeter Lang\nHIV positive\n212-555-0147",
            "Hi.\n\nBest,\nAnn\nPeter Lang has HIV",
            "Hi.\n\nThanks\n\nPeter Lang has HIV",
            "Hi.\n\nDear Ann Lee, you are due\nbob@example.org",
            "Hi.\n\nJoan Dack, DOB 02/06/1991\nbob@example.org",
        ] {
            let pieces = shown(text);
            let last = pieces.last().unwrap().trim_start_matches('|');
            assert!(last.starts_with("T "), "{pieces:?}");
        }
    }

    #[test]
    fn a_record_at_the_end_is_no_signature() {
        let text = "As asked:\n\nPeter Lang\nDiagnosis: asthma\nPhone: 212-555-0147";
        assert!(
            shown(text)
                .iter()
                .all(|piece| piece.trim_start_matches('|').starts_with('T')),
            "{:?}",
            shown(text)
        );
    }

    proptest! {
        #[test]
        fn pieces_come_in_order_and_take_in_all_of_a_text(
            lines in prop::collection::vec("(> ?){0,3}(-- |Best,|Dear Ann,|[A-Za-zé.!?:,| \t-]{0,40})", 0..40),
        ) {
            let text = lines.join("\n");
            let structure = Structure::of(&text);
            let pieces = structure.pieces();
            prop_assert!(pieces.is_sorted_by(|left, right| left.start < right.start));
            prop_assert!(pieces.iter().all(|piece| text.is_char_boundary(piece.start)));
            prop_assert!(pieces.first().is_none_or(|first| first.opens_block));
            prop_assert!(pieces.len() <= text.len());
        }
    }
}
