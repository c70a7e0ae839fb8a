//! What a scan looks up, compiled ahead of it: the words of the built-in lists, the phrases and labels of a catalogue, the
//! vocabulary of the speller. All of it lies in memory as it lies in a file ([`Table`], [`Numbers`]), so that the built-in
//! plan is a part of the program that nobody has to read first, and that all processes share.
//!
//! `data/plan.bin` is the plan of the built-in catalogue; `cargo xtask plan` writes it, and a test holds it to the data.

mod compile;
mod groups;
mod numbers;
mod table;

use std::borrow::Cow;
use std::sync::OnceLock;

use sha2::{Digest, Sha256};

pub(super) use compile::Tables;
pub(super) use groups::Groups;
pub(super) use numbers::Numbers;
pub(super) use table::{GREATEST, Table};

use super::lexicon::Lexicon;
use super::{DetectError, DetectErrorKind, DetectorSpec, built_in};
pub(super) use crate::ground::{Reader, Writer};

/// The built-in lists and the built-in catalogue, compiled.
#[derive(Debug)]
pub(super) struct Plan {
    /// SHA-256 of all that follows it in the file: what was compiled beside this plan counts beside no other.
    pub(super) digest: Cow<'static, [u8]>,
    pub(super) lexicon: Lexicon,
    pub(super) detectors: Detectors,
}

/// The plan of the built-in catalogue.
const BUILT_IN: &[u8] = include_bytes!("../../../data/plan.bin");
/// What every plan of this form begins with.
const FORM: &[u8] = b"sealwax plan 2";

/// What `data/plan.bin` must be: the built-in catalogue, compiled as it stands.
///
/// # Errors
///
/// When a file of the catalogue is damaged.
#[doc(hidden)]
pub fn built_in_plan() -> Result<Vec<u8>, DetectError> {
    Plan::compile()?.image()
}

/// What tells the built-in catalogue of this version from every other.
///
/// # Errors
///
/// When a file of the catalogue is damaged.
pub(crate) fn digest() -> Result<&'static [u8], DetectError> {
    Plan::built_in().map(|plan| &*plan.digest)
}

impl Plan {
    /// The plan of the built-in catalogue. One that was written in another form than this version reads is compiled anew.
    ///
    /// # Errors
    ///
    /// When a file of the catalogue is damaged, which a test of the crate rules out.
    pub(super) fn built_in() -> Result<&'static Self, DetectError> {
        static PLAN: OnceLock<Result<Plan, DetectError>> = OnceLock::new();
        let plan = PLAN.get_or_init(|| Self::read(Cow::Borrowed(BUILT_IN)).map_or_else(Self::compile, Ok));
        plan.as_ref().map_err(|error| DetectError::new(error.kind(), error))
    }

    /// Compiles the built-in catalogue.
    fn compile() -> Result<Self, DetectError> {
        let mut plan = Self {
            digest: Cow::default(),
            lexicon: Lexicon::compile(),
            detectors: Detectors::of(built_in()?)?,
        };
        plan.digest = Sha256::digest(plan.content()?).to_vec().into();
        Ok(plan)
    }

    /// Its bytes, the same for the same catalogue.
    fn image(&self) -> Result<Vec<u8>, DetectError> {
        let mut image = Writer::default();
        image.section(FORM);
        image.section(&self.digest);
        let mut bytes = image.into_bytes();
        bytes.extend(self.content()?);
        Ok(bytes)
    }

    fn content(&self) -> Result<Vec<u8>, DetectError> {
        let mut image = Writer::default();
        self.lexicon.write(&mut image);
        self.detectors.write(&mut image)?;
        Ok(image.into_bytes())
    }

    /// The plan that [`Self::image`] gave these bytes; `None` when they are of another form.
    fn read(bytes: Cow<'static, [u8]>) -> Option<Self> {
        let mut image = Reader::of(bytes);
        image.section().filter(|form| form.as_ref() == FORM)?;
        Some(Self {
            digest: image.section()?,
            lexicon: Lexicon::read(&mut image)?,
            detectors: Detectors::read(&mut image)?,
        })
    }
}

/// Detectors, compiled.
#[derive(Clone, Debug)]
pub(super) struct Detectors {
    /// Each without what the tables hold of it, its examples and its source.
    pub(super) rows: Vec<DetectorSpec>,
    pub(super) tables: Tables,
}

impl Detectors {
    /// Compiles detectors, whose examples are run elsewhere.
    ///
    /// # Errors
    ///
    /// When one names a list that is not there.
    pub(super) fn of(specs: Vec<DetectorSpec>) -> Result<Self, DetectError> {
        Ok(Self {
            tables: Tables::of(&specs)?,
            rows: specs.into_iter().map(row).collect(),
        })
    }

    /// # Errors
    ///
    /// When a row cannot be written, which no row is known for.
    pub(super) fn write(&self, image: &mut Writer) -> Result<(), DetectError> {
        let rows = postcard::to_allocvec(&self.rows);
        image.section(&rows.map_err(|error| DetectError::new(DetectErrorKind::Catalogue, error))?);
        self.tables.write(image);
        Ok(())
    }

    pub(super) fn read(image: &mut Reader) -> Option<Self> {
        Some(Self {
            rows: postcard::from_bytes(&image.section()?).ok()?,
            tables: Tables::read(image)?,
        })
    }
}

/// What a scanner needs of a detector beside the tables.
fn row(spec: DetectorSpec) -> DetectorSpec {
    DetectorSpec {
        labels: Vec::new(),
        lists: Vec::new(),
        terms: Vec::new(),
        source: String::new(),
        examples: Vec::new(),
        counterexamples: Vec::new(),
        ..spec
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plan_of_the_program_is_that_of_its_catalogue() {
        let compiled = Plan::compile().unwrap().image().unwrap();
        assert!(
            compiled == BUILT_IN,
            "data/plan.bin is not what the catalogue says: run `cargo xtask plan`"
        );
    }

    #[test]
    fn a_plan_is_read_from_where_it_lies() {
        let plan = Plan::read(Cow::Borrowed(BUILT_IN)).unwrap();
        assert!(plan.image().unwrap() == BUILT_IN);
        assert_eq!(plan.detectors.rows.len(), built_in().unwrap().len());
    }

    #[test]
    fn a_plan_that_is_cut_off_or_of_another_form_is_none() {
        for end in (0..BUILT_IN.len()).step_by(65_521) {
            assert!(
                Plan::read(Cow::Borrowed(BUILT_IN.get(..end).unwrap())).is_none(),
                "{end}"
            );
        }
        let mut other = BUILT_IN.to_vec();
        if let Some(version) = other.get_mut(8 + FORM.len() - 1) {
            *version = b'0';
        }
        assert!(Plan::read(Cow::Owned(other)).is_none());
    }
}
