//! The engine.

use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};
use sealwax::engine::{EngineBuilder, PartTexts};
use sealwax::policy::Outcome;
use sealwax::seal::{Context, Header, Opener, Rewrapper, Sealer};
use sealwax::{Address, json};

use crate::feed::Feed;
use crate::found::{Decided, Found};
use crate::input::Given;
use crate::key::{HashKey, Key, VerifyingKey};
use crate::redact::{self, How};
use crate::sealing::{self, Access, Change, Terms};
use crate::signal::watched;
use crate::stream::{ChunkwiseReader, File, Reader, Writer, stopped};
use crate::{error, feed, output, released};

#[pyclass(frozen, module = "sealwax._sealwax")]
pub(crate) struct Engine(sealwax::Engine);

#[pymethods]
impl Engine {
    #[new]
    #[pyo3(signature = (policy, profile, bundle, resources, limits, roster_key, feed_budget, strictness, /))]
    #[expect(
        clippy::too_many_arguments,
        reason = "each is a keyword of the constructor in Python"
    )]
    fn new(
        py: Python<'_>,
        policy: Given<'_>,
        profile: Given<'_>,
        bundle: Given<'_>,
        resources: Given<'_>,
        limits: Given<'_>,
        roster_key: Given<'_>,
        feed_budget: Given<'_>,
        strictness: Given<'_>,
    ) -> PyResult<Self> {
        let mut builder = sealwax::Engine::builder();
        if let Some(bytes) = feed_budget.optional() {
            builder = builder.feed_budget(bytes.number("feed_budget", 0..=usize::MAX)?);
        }
        if let Some(key) = roster_key.optional() {
            let key = key.own::<HashKey>("roster_key", "a HashKey")?;
            builder = builder.roster_key(key.get().0.clone());
        }
        if let Some(setting) = strictness.optional() {
            builder = builder.strictness(setting.strictness("strictness")?);
        }
        for (name, value) in limits.table("limits", |value, name| value.number(name, 0..=u64::MAX))? {
            builder = builder.limit(name, value);
        }
        builder = sourced(builder, &policy, &profile, &resources)?;
        if let Some(bundle) = bundle.optional() {
            builder = builder.bundle(bundle.bytes("bundle")?.to_vec());
        }
        py.detach(|| builder.build())
            .map(Self)
            .map_err(|failure| error::policy(&failure))
    }

    #[staticmethod]
    #[pyo3(signature = (policy, profile, resources, /))]
    fn compile<'py>(
        py: Python<'py>,
        policy: Given<'_>,
        profile: Given<'_>,
        resources: Given<'_>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let builder = sourced(sealwax::Engine::builder(), &policy, &profile, &resources)?;
        let bundle = py.detach(|| builder.compile());
        bundle
            .map(|bundle| PyBytes::new(py, &bundle))
            .map_err(|failure| error::policy(&failure))
    }

    #[getter]
    fn policy_name(&self) -> &str {
        &self.0.policy().id().name
    }

    #[pyo3(signature = (message, id, show_text, /))]
    fn scan(&self, py: Python<'_>, message: Given<'_>, id: Given<'_>, show_text: Given<'_>) -> PyResult<Found> {
        let (message, show_text) = (message.bytes("message")?, show_text.flag("show_text")?);
        let id = id.text("id")?.to_owned();
        watched(py, &self.0, message.len(), move |engine| {
            let scan = if show_text {
                engine.scan_keeping_text(&message)
            } else {
                engine.scan(&message)
            };
            Found::new(scan, id)
        })
    }

    #[pyo3(signature = (text, id, show_text, /))]
    fn scan_text(&self, py: Python<'_>, text: Given<'_>, id: Given<'_>, show_text: Given<'_>) -> PyResult<Found> {
        let (text, show_text) = (text.lasting_text("text")?, show_text.flag("show_text")?);
        let id = id.text("id")?.to_owned();
        watched(py, &self.0, text.len(), move |engine| {
            let scan = if show_text {
                engine.scan_text_keeping_text(&text)
            } else {
                engine.scan_text(&text)
            };
            Found::new(scan, id)
        })
    }

    #[pyo3(signature = (message, transaction, part_texts, at, /))]
    fn evaluate(
        &self,
        py: Python<'_>,
        message: Given<'_>,
        transaction: Given<'_>,
        part_texts: Given<'_>,
        at: Given<'_>,
    ) -> PyResult<Decided> {
        let (message, at) = (message.bytes("message")?, feed::time(&at)?);
        let transaction = feed::transaction(&transaction)?;
        let part_texts = part_texts.pairs("part_texts")?;
        let mut texts = PartTexts::new();
        for (part, text) in &part_texts {
            texts.add(feed::part(part)?, text);
        }
        let verdict = watched(py, &self.0, message.len(), move |engine| {
            let verdict = engine.evaluate_with(&message, &texts, &transaction, at)?;
            Ok(Decided::new(verdict))
        });
        verdict?.map_err(error::evaluate)
    }

    #[pyo3(signature = (message, transaction, recipient, outcome, at, /))]
    fn report_outcome(
        &self,
        py: Python<'_>,
        message: Given<'_>,
        transaction: Given<'_>,
        recipient: Given<'_>,
        outcome: Given<'_>,
        at: Given<'_>,
    ) -> PyResult<Decided> {
        let (message, at) = (message.bytes("message")?, feed::time(&at)?);
        let transaction = feed::transaction(&transaction)?;
        let outcome = Outcome::named(outcome.text("outcome")?).ok_or_else(error::outcome)?;
        let recipient = Address::recipient(recipient.text("recipient")?).map_err(error::address)?;
        let verdict = watched(py, &self.0, message.len(), move |engine| {
            let verdict = engine.report_outcome(&message, &transaction, &recipient, outcome, at)?;
            Ok(Decided::new(verdict))
        });
        verdict?.map_err(error::evaluate)
    }

    #[pyo3(signature = (message, id, how, /))]
    fn redact(
        &self,
        py: Python<'_>,
        message: Given<'_>,
        id: Given<'_>,
        how: How<'_>,
    ) -> PyResult<(Py<PyBytes>, String)> {
        redact::message(py, &self.0, message.bytes("message")?, id.text("id")?, &how)
    }

    #[pyo3(signature = (text, id, how, /))]
    fn redact_text(
        &self,
        py: Python<'_>,
        text: Given<'_>,
        id: Given<'_>,
        how: How<'_>,
    ) -> PyResult<(Py<PyString>, String)> {
        redact::text(py, &self.0, text.lasting_text("text")?, id.text("id")?, &how)
    }

    #[pyo3(signature = (message, id, purpose, /))]
    fn identifiers(&self, py: Python<'_>, message: Given<'_>, id: Given<'_>, purpose: Given<'_>) -> PyResult<String> {
        let (message, id, purpose) = (message.bytes("message")?, id.text("id")?, redact::purpose(&purpose)?);
        let found = watched(py, &self.0, message.len(), move |engine| {
            engine.identifiers(&message, purpose)
        })?;
        Ok(json::identifiers(&found.map_err(error::redact)?, purpose, id))
    }

    #[pyo3(signature = (text, id, purpose, /))]
    fn identifiers_in_text(
        &self,
        py: Python<'_>,
        text: Given<'_>,
        id: Given<'_>,
        purpose: Given<'_>,
    ) -> PyResult<String> {
        let (text, id, purpose) = (text.lasting_text("text")?, id.text("id")?, redact::purpose(&purpose)?);
        let found = watched(py, &self.0, text.len(), move |engine| {
            engine.identifiers_in_text(&text, purpose)
        })?;
        Ok(json::identifiers(&found.map_err(error::redact)?, purpose, id))
    }

    #[pyo3(signature = (transaction, /))]
    fn feed(&self, transaction: Given<'_>) -> PyResult<Feed> {
        Ok(Feed::new(
            &self.0,
            Arc::unwrap_or_clone(feed::transaction(&transaction)?),
        ))
    }

    /// Seals straight into the bytes that are returned: there is no second copy of a large message.
    #[pyo3(signature = (plaintext, keys, context, terms, /))]
    fn seal<'py>(
        &self,
        py: Python<'py>,
        plaintext: Given<'_>,
        keys: Given<'_>,
        context: Given<'_>,
        terms: Terms<'_>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let (plaintext, keys) = (plaintext.bytes("plaintext")?, keys.keys("keys")?);
        let sealer = self.sealer(&keys, &context, &terms)?;
        let len = sealer.sealed_len(plaintext.len()).map_err(error::seal)?;
        if keys.iter().any(Key::is_service) {
            let message = released(py, plaintext.len(), || sealer.seal(&plaintext));
            return output::copy(py, &message.map_err(error::seal)?); // a service may return less than it announced
        }
        let made = output::bytes(py, len, |out| sealer.seal_into(&plaintext, out).map(drop));
        made?.map_err(error::seal)
    }

    #[pyo3(signature = (plaintext, keys, context, terms, /))]
    fn seal_detached(
        &self,
        py: Python<'_>,
        plaintext: Given<'_>,
        keys: Given<'_>,
        context: Given<'_>,
        terms: Terms<'_>,
    ) -> PyResult<(Py<PyBytes>, Py<PyBytes>)> {
        let plaintext = plaintext.bytes("plaintext")?;
        let sealer = self.sealer(&keys.keys("keys")?, &context, &terms)?;
        let pieces = released(py, plaintext.len(), || sealer.seal_detached(&plaintext));
        let (header, body) = pieces.map_err(error::seal)?;
        Ok((PyBytes::new(py, &header).unbind(), output::copy(py, &body)?.unbind()))
    }

    #[pyo3(signature = (sealed, access, threads, /))]
    fn open<'py>(
        &self,
        py: Python<'py>,
        sealed: Given<'_>,
        access: Access<'_>,
        threads: Given<'_>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let sealed = sealed.bytes("sealed")?;
        let opener = access.opener(self.0.provider())?.threads(sealing::threads(&threads)?);
        if Header::parse(&sealed).is_ok_and(|header| header.is_padded() || header.is_signed()) {
            let plain = released(py, sealed.len(), || opener.open(&sealed));
            return output::copy(py, &plain.map_err(error::open)?); // its length is not known before
        }
        let len = Opener::opened_len(&sealed).map_err(error::open)?;
        let made = output::bytes(py, len, |out| opener.open_into(&sealed, out).map(drop));
        made?.map_err(error::open)
    }

    /// The content, and the sender who signed it.
    #[pyo3(signature = (sealed, header, access, threads, /))]
    fn open_signed<'py>(
        &self,
        py: Python<'py>,
        sealed: Given<'_>,
        header: Given<'_>,
        access: Access<'_>,
        threads: Given<'_>,
    ) -> PyResult<(Bound<'py, PyBytes>, Option<VerifyingKey>)> {
        let sealed = sealed.bytes("sealed")?;
        let header = header.optional();
        let header = header.as_ref().map(|header| header.bytes("header")).transpose()?;
        let opener = access.opener(self.0.provider())?.threads(sealing::threads(&threads)?);
        let plain = released(py, sealed.len(), || match &header {
            Some(header) => opener.open_signed_detached(header, &sealed),
            None => opener.open_signed(&sealed),
        });
        let plain = plain.map_err(error::open)?;
        Ok((output::copy(py, &plain.content)?, plain.sender.map(VerifyingKey)))
    }

    #[pyo3(signature = (header, body, access, threads, /))]
    fn open_detached<'py>(
        &self,
        py: Python<'py>,
        header: Given<'_>,
        body: Given<'_>,
        access: Access<'_>,
        threads: Given<'_>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let (header, body) = (header.bytes("header")?, body.bytes("body")?);
        let opener = access.opener(self.0.provider())?.threads(sealing::threads(&threads)?);
        let plain = released(py, body.len(), || opener.open_detached(&header, &body));
        output::copy(py, &plain.map_err(error::open)?)
    }

    #[pyo3(signature = (sealed, body, context, change, /))]
    fn rewrap(
        &self,
        py: Python<'_>,
        sealed: Given<'_>,
        body: Given<'_>,
        context: Given<'_>,
        change: Change<'_>,
    ) -> PyResult<(Py<PyBytes>, usize, bool)> {
        let context = Context::from_pairs(context.pairs("context")?).map_err(error::context)?;
        let rewrapper = change.apply(Rewrapper::new(self.0.provider()).supplied(context))?;
        let body = body.optional();
        let body = body.as_ref().map(|body| body.bytes("body")).transpose()?;
        sealing::rewrap(py, &rewrapper, &sealed.bytes("sealed")?, body.as_deref())
    }

    #[pyo3(signature = (sealed, keys, /))]
    fn survivors(&self, sealed: Given<'_>, keys: Given<'_>) -> PyResult<Vec<usize>> {
        sealing::survivors(self.0.provider(), &sealed.bytes("sealed")?, &keys.keys("keys")?)
    }

    #[pyo3(signature = (file, keys, context, terms, /))]
    fn sealed_writer(
        &self,
        file: Given<'_>,
        keys: Given<'_>,
        context: Given<'_>,
        terms: Terms<'_>,
    ) -> PyResult<Writer> {
        let file = File::writable(file)?;
        let writer = self.sealer(&keys.keys("keys")?, &context, &terms)?.writer(file);
        writer.map(Writer::new).map_err(stopped)
    }

    #[pyo3(signature = (file, keys, context, terms, /))]
    fn sealed_writer_detached(
        &self,
        py: Python<'_>,
        file: Given<'_>,
        keys: Given<'_>,
        context: Given<'_>,
        terms: Terms<'_>,
    ) -> PyResult<(Py<PyBytes>, Writer)> {
        let file = File::writable(file)?;
        let begun = self
            .sealer(&keys.keys("keys")?, &context, &terms)?
            .writer_detached(file);
        let (header, writer) = begun.map_err(stopped)?;
        Ok((PyBytes::new(py, &header).unbind(), Writer::new(writer)))
    }

    #[pyo3(signature = (file, header, access, /))]
    fn sealed_reader(&self, file: Given<'_>, header: Given<'_>, access: Access<'_>) -> PyResult<Reader> {
        let (file, opener) = (File::seekable(file)?, access.opener(self.0.provider())?);
        let reader = match header.optional() {
            Some(header) => opener.seek_reader_detached(&header.bytes("header")?, file),
            None => opener.seek_reader(file),
        };
        reader.map(Reader::new).map_err(stopped)
    }

    #[pyo3(signature = (file, header, access, /))]
    fn chunkwise_reader(&self, file: Given<'_>, header: Given<'_>, access: Access<'_>) -> PyResult<ChunkwiseReader> {
        let (file, opener) = (File::readable(file)?, access.opener(self.0.provider())?);
        let reader = match header.optional() {
            Some(header) => opener.chunkwise_reader_detached(&header.bytes("header")?, file),
            None => opener.chunkwise_reader(file),
        };
        reader.map(ChunkwiseReader::new).map_err(stopped)
    }
}

impl Engine {
    fn sealer(&self, keys: &[Key<'_>], context: &Given<'_>, terms: &Terms<'_>) -> PyResult<Sealer> {
        let context = Context::from_pairs(context.pairs("context")?).map_err(error::context)?;
        let sealer = terms.apply(Sealer::new(self.0.provider()).supplied(context))?;
        let recipients = keys.iter().map(Key::recipient).collect::<PyResult<Vec<_>>>()?;
        terms.seal_for(sealer, recipients.into_iter())
    }
}

/// `builder` with the policy and the files that it names.
fn sourced(
    mut builder: EngineBuilder,
    policy: &Given<'_>,
    profile: &Given<'_>,
    resources: &Given<'_>,
) -> PyResult<EngineBuilder> {
    for (name, bytes) in resources.table("resources", |value, name| Ok(value.bytes(name)?.to_vec()))? {
        builder = builder.resource(name, bytes);
    }
    Ok(match (policy.optional(), profile.optional()) {
        (Some(policy), _) => builder.policy_toml(policy.text("policy")?),
        (None, Some(profile)) => builder.profile(profile.text("profile")?),
        (None, None) => builder,
    })
}
