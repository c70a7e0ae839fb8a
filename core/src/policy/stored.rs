//! A policy as a bundle keeps it: read, checked and proved before it was stored.

use std::collections::BTreeMap;

use super::{Policy, PolicyError, PolicyErrorKind, PolicyId, compile, contract, model, vocabulary};
use crate::ground::{Reader, Writer};

impl Policy {
    /// Writes the name, the hash and the model, without the words of its detectors: those stand among the compiled ones.
    ///
    /// # Errors
    ///
    /// When the model holds what JSON cannot write, which no model is known for.
    pub(crate) fn write(&self, image: &mut Writer) -> Result<(), PolicyError> {
        let model = serde_json::to_vec(&without_words(self.file.clone()));
        let refused = |error| PolicyError::new(PolicyErrorKind::Value, format!("the policy cannot be stored: {error}"));
        image.section(self.id.name.as_bytes());
        image.section(self.id.hash.as_bytes());
        image.section(&model.map_err(refused)?);
        Ok(())
    }

    /// The policy that [`Self::write`] wrote; `None` when there is none.
    pub(crate) fn read(image: &mut Reader) -> Option<Self> {
        let mut text = || Some(str::from_utf8(&image.section()?).ok()?.to_owned());
        let id = PolicyId {
            name: text()?,
            hash: text()?,
        };
        let file: model::PolicyFile = serde_json::from_slice(&image.section()?).ok()?;
        Some(Self {
            id,
            table: compile::compile(&file).ok()?,
            vocabulary: vocabulary::Vocabulary::of(&file),
            suites: contract::Suites::with_tls13(&file.tls13_suites),
            rule_places: BTreeMap::new(),
            file,
        })
    }
}

fn without_words(mut file: model::PolicyFile) -> model::PolicyFile {
    for term in &mut file.terms {
        term.words.clear();
    }
    for detector in &mut file.detectors {
        detector.labels.clear();
        detector.terms.clear();
        detector.examples.clear();
        detector.counterexamples.clear();
    }
    file
}
