//! The content of a leaf: decoded, told apart by its first bytes, and turned into text.

use std::borrow::Cow;

use super::fields::Structure;
use super::leaf::Leaf;
use super::parse::Reader;
use super::sniff::{self, Class, Format};
use super::unit::{Media, TextUnit};
use super::{
    AnomalyKind, OpaqueKind, PartPath, PartState, Place, TransferEncoding, armour, attribute, base85, charset,
    lettered, mailbox, overstrike, rescue, script,
};

/// Where content comes from.
pub(super) struct Origin<'a> {
    /// What is declared about it.
    pub(super) leaf: &'a Leaf,
    pub(super) path: &'a PartPath,
    pub(super) depth: usize,
    /// `None` for the content of the part itself.
    pub(super) member: Option<&'a str>,
}

impl Reader<'_> {
    /// Decodes a leaf by each transfer encoding that it may have, says what it is, and draws out its text.
    pub(super) fn leaf(&mut self, leaf: &Leaf, body: &[u8], path: &PartPath, index: usize, depth: usize) {
        for name in leaf.names() {
            self.unit(name.to_owned(), path, Some(":name"));
        }
        let (content, clean) = leaf.encoding.decode(body);
        if !clean {
            self.note(malformed(leaf.encoding), path);
            // A mail program that refuses the encoding shows the body as it stands.
            if leaf.encoding != TransferEncoding::QuotedPrintable
                && sniff::is_text(body)
                && self.spend(body.len(), path)
            {
                self.text(body, Some(leaf), path, Some(":raw"));
            }
        }
        if let Some(part) = self.parts.get_mut(index) {
            part.size = content.len();
            part.format = format(&content).map(|format| format.name);
        }
        let mut state = self.inspect(
            &content,
            &Origin {
                leaf,
                path,
                depth,
                member: None,
            },
        );
        let is_garbled = !clean && leaf.encoding.is_garbled(body);
        // What is garbled is not complete anyway: a large body is not read in every way.
        let is_costly = is_garbled && body.len() > GARBLED_BYTES;
        let is_read = clean && leaf.encoding == TransferEncoding::Base64;
        let others = if is_costly || is_read {
            Vec::new()
        } else {
            leaf.encoding.other_readings(body)
        };
        if is_garbled {
            self.note(AnomalyKind::EncodingGarbled, path);
        }
        for content in others {
            if !is_telling(&content) {
                continue;
            }
            let origin = Origin {
                leaf,
                path,
                depth,
                member: Some(":as-malformed"),
            };
            state = state.max(self.inspect(&content, &origin));
        }
        for &encoding in &leaf.other_encodings {
            let (content, _) = encoding.decode(body);
            let member = format!(":as-{encoding}");
            state = state.max(self.inspect(
                &content,
                &Origin {
                    leaf,
                    path,
                    depth,
                    member: Some(&member),
                },
            ));
        }
        self.state(index, state);
    }

    /// Says what content is, and draws out its text.
    pub(super) fn inspect(&mut self, content: &[u8], origin: &Origin<'_>) -> PartState {
        if !self.spend(content.len(), origin.path) {
            return PartState::Uninspectable;
        }
        if origin.leaf.is_composite() {
            self.note(AnomalyKind::EncodingOnComposite, origin.path);
            self.embedded(content, origin.path, origin.depth);
            return PartState::Inspected;
        }
        if let Some(format) = format(content) {
            return self.known_format(format, content, origin);
        }
        if let Some(state) = self.declared(content, origin) {
            return state;
        }
        if mailbox::is_one(content) && !is_html(origin.leaf, content) {
            return self.mailbox(content, origin);
        }
        #[cfg(feature = "extract")]
        if let Some(state) = self.saved_message(content, origin) {
            return state;
        }
        #[cfg(feature = "extract")]
        self.flat_document(content, origin);
        let may_be_text = sniff::is_text(content);
        #[cfg(feature = "extract")]
        let buried = self.buried(content, may_be_text, origin);
        #[cfg(not(feature = "extract"))]
        let buried = PartState::Inspected;
        let is_text = may_be_text || charset::is_wide_text(content, origin.leaf.charset.as_deref());
        if !is_text {
            self.note(AnomalyKind::UnknownContent, origin.path);
            if !origin.leaf.content_type.starts_with("text/") {
                return PartState::Uninspectable;
            }
        }
        self.text(content, Some(origin.leaf), origin.path, origin.member);
        let state = self.embedded_files(content, origin);
        if is_text {
            state.max(buried)
        } else {
            PartState::Uninspectable
        }
    }

    /// Reads each message of a mailbox that a part or a file is.
    fn mailbox(&mut self, content: &[u8], origin: &Origin<'_>) -> PartState {
        self.note(AnomalyKind::Mailbox, origin.path);
        // Most programs show it as text.
        self.text(content, Some(origin.leaf), origin.path, origin.member);
        for range in mailbox::messages(content) {
            if !self.count_file(origin.path) {
                return PartState::Uninspectable;
            }
            self.embedded(content.get(range).unwrap_or_default(), origin.path, origin.depth);
        }
        PartState::Inspected
    }

    fn known_format(&mut self, format: Format, content: &[u8], origin: &Origin<'_>) -> PartState {
        let kind = origin.leaf.content_type.split('/').next().unwrap_or_default();
        if format.class == Class::Container
            && format.name != "rtf"
            && matches!(kind, "audio" | "image" | "text" | "video")
        {
            self.note(AnomalyKind::FormatMismatch, origin.path);
        }
        #[cfg(feature = "extract")]
        if let Some(state) = self.extract(format.name, content, origin) {
            return state;
        }
        match format.class {
            Class::Opaque => {
                if let Some(kind) = OpaqueKind::of(format.name, content, !origin.leaf.attachment) {
                    self.saw(kind, origin.path, origin.member.is_none());
                }
                #[cfg(feature = "extract")]
                return self.media(format.name, content, origin);
                #[cfg(not(feature = "extract"))]
                return PartState::Opaque;
            }
            Class::Encrypted => self.note(AnomalyKind::EncryptedContent, origin.path),
            Class::Container => {
                self.note(AnomalyKind::UnknownContent, origin.path);
                #[cfg(feature = "extract")]
                self.buried(content, sniff::is_text(content), origin);
            }
        }
        if sniff::is_text(content) {
            self.text(content, Some(origin.leaf), origin.path, origin.member);
        }
        PartState::Uninspectable
    }

    /// What the declared type alone decides.
    fn declared(&mut self, content: &[u8], origin: &Origin<'_>) -> Option<PartState> {
        let kind = match origin.leaf.content_type.as_str() {
            "message/external-body" => AnomalyKind::ExternalBody,
            "application/pkcs7-mime" | "application/x-pkcs7-mime" => {
                #[cfg(feature = "extract")]
                if let Some(state) = self.unwrap_signed(content, origin) {
                    return Some(state);
                }
                AnomalyKind::EncryptedContent
            }
            "application/pkcs7-signature" | "application/x-pkcs7-signature" if content.starts_with(&[0x30]) => {
                #[cfg(feature = "extract")]
                return Some(self.signature(content, origin));
                #[cfg(not(feature = "extract"))]
                return Some(PartState::Opaque);
            }
            _ => return None,
        };
        self.note(kind, origin.path);
        if sniff::is_text(content) {
            self.text(content, Some(origin.leaf), origin.path, origin.member);
        }
        Some(PartState::Uninspectable)
    }

    /// Decodes files that stand encoded in a text, as Usenet posted them.
    pub(super) fn embedded_files(&mut self, content: &[u8], origin: &Origin<'_>) -> PartState {
        let mut state = PartState::Inspected;
        if origin.leaf.encoding == TransferEncoding::Identity
            && rescue::has_escapes(content)
            && self.work(content.len(), origin.path)
        {
            self.note(AnomalyKind::RescuedContent, origin.path);
            let decoded = TransferEncoding::QuotedPrintable.decode(content).0;
            self.text(&decoded, Some(origin.leaf), origin.path, Some(":as-quoted-printable"));
        }
        let runs = rescue::runs(content);
        for run in &runs {
            if run.encoding == TransferEncoding::Unknown {
                let marked = content.get(run.range.clone()).unwrap_or_default();
                if let Some(decoded) = base85::content(marked) {
                    self.note(AnomalyKind::RescuedContent, origin.path);
                    state = state.max(self.rescued(&decoded, origin.path, origin.depth));
                    continue;
                }
                self.note(AnomalyKind::UnknownContent, origin.path);
                state = PartState::Uninspectable;
                continue;
            }
            if let Some(decoded) = run.content(content) {
                self.note(AnomalyKind::RescuedContent, origin.path);
                state = state.max(self.rescued(&decoded, origin.path, origin.depth));
            }
        }
        for decoded in base85::contents(content) {
            self.note(AnomalyKind::RescuedContent, origin.path);
            state = state.max(self.rescued(&decoded, origin.path, origin.depth));
        }
        if let Some(unquoted) = rescue::unquoted(content).filter(|_| self.work(content.len(), origin.path)) {
            for run in rescue::runs(&unquoted).iter().filter(|run| run.declared) {
                if let Some(decoded) = run.content(&unquoted) {
                    self.note(AnomalyKind::RescuedContent, origin.path);
                    state = state.max(self.rescued(&decoded, origin.path, origin.depth));
                }
            }
        }
        if is_html(origin.leaf, content) {
            let label = label(content, Some(origin.leaf), Media::Html);
            let page = charset::decode(content, label.as_deref()).text;
            return state.max(self.files_in_page(&page, origin.path, origin.depth));
        }
        let read = runs.into_iter().map(|run| run.range);
        state.max(self.files_in_strings(content, read, origin.path, origin.depth))
    }

    /// Inspects content that no header declares.
    pub(super) fn rescued(&mut self, content: &[u8], path: &PartPath, depth: usize) -> PartState {
        if depth >= self.limits.depth || self.rescues >= RESCUES {
            self.note(AnomalyKind::DepthLimit, path);
            return PartState::Uninspectable;
        }
        if !self.count_file(path) {
            return PartState::Uninspectable;
        }
        let leaf = Leaf::undeclared();
        self.rescues += 1;
        let state = self.inspect(
            content,
            &Origin {
                leaf: &leaf,
                path,
                depth: depth + 1,
                member: Some(":rescued"),
            },
        );
        self.rescues -= 1;
        state
    }

    /// Decodes text by its charset and adds it as a unit.
    pub(super) fn text(&mut self, bytes: &[u8], leaf: Option<&Leaf>, path: &PartPath, member: Option<&str>) {
        let media = match leaf {
            Some(leaf) if is_html(leaf, bytes) => Media::Html,
            _ => Media::Plain,
        };
        let label = label(bytes, leaf, media);
        let decoded = charset::decode(bytes, label.as_deref());
        if let Some(odd) = decoded.odd {
            self.note(odd, path);
        }
        let others = charset::others(bytes, label.as_deref(), decoded.odd);
        let struck = overstrike::struck_over(&decoded.text);
        let text = charset::with_line_feeds(decoded.text);
        let said = [
            (
                ":attributes",
                media == Media::Html,
                attribute::words as fn(&str) -> String,
            ),
            (":scripts", media == Media::Html, script::of_page),
            (":scripts", leaf.is_some_and(is_script), script::said),
            (
                ":letters",
                media == Media::Html || text.trim_start().starts_with('<'),
                lettered::joined,
            ),
        ];
        let said = said.map(|(name, is_read, words)| (name, if is_read { words(&text) } else { String::new() }));
        if armour::holds_encrypted(&text) {
            self.note(AnomalyKind::EncryptedContent, path);
        }
        let structure = leaf
            .filter(|_| media == Media::Plain)
            .and_then(|leaf| Structure::of(&leaf.content_type, leaf.name.as_deref(), &text));
        let typed = struck
            .into_iter()
            .chain(overstrike::in_columns(&text))
            .map(|other| (":as-typed", other));
        let others = others
            .into_iter()
            .map(|(name, other)| (name, charset::with_line_feeds(other)));
        let others: Vec<_> = others.filter(|(_, other)| *other != text).collect();
        if !others.is_empty() {
            self.note(AnomalyKind::CharsetGuessed, path);
        }
        let others: Vec<_> = others.into_iter().chain(typed).collect();
        self.units.push(TextUnit {
            place: Place::Part(path.clone()),
            member: member.map(Into::into),
            text,
            structure,
            media,
            flowed: leaf.and_then(|leaf| leaf.flowed),
        });
        for (name, said) in said {
            if !said.is_empty() {
                self.other_text(said, Media::Plain, path, name);
            }
        }
        for (name, other) in others {
            if self.spend(bytes.len(), path) {
                self.other_text(other, media, path, name);
            }
        }
    }

    /// Adds another reading of a text.
    fn other_text(&mut self, text: String, media: Media, path: &PartPath, name: &str) {
        self.units.push(TextUnit {
            place: Place::Part(path.clone()),
            member: Some(name.into()),
            text,
            media,
            flowed: None,
            structure: None,
        });
    }

    /// Adds a plain text that is decoded already.
    pub(super) fn unit(&mut self, text: String, path: &PartPath, member: Option<&str>) {
        self.units.push(TextUnit {
            place: Place::Part(path.clone()),
            member: member.map(Into::into),
            text: charset::with_line_feeds(text),
            media: Media::Plain,
            flowed: None,
            structure: None,
        });
    }
}

/// The format of the content; a text may start with the sign of a binary format by chance.
pub(super) fn format(content: &[u8]) -> Option<Format> {
    let format = sniff::format(content.trim_ascii_start()).or_else(|| sniff::format(content))?;
    (format.is_textual() || !sniff::is_text(content)).then_some(format)
}

/// Whether a second reading is text or a file, and not what a wrong guess makes.
fn is_telling(content: &[u8]) -> bool {
    sniff::is_text(content) || format(content).is_some_and(|format| format.class != Class::Opaque)
}

const fn malformed(encoding: TransferEncoding) -> AnomalyKind {
    match encoding {
        TransferEncoding::QuotedPrintable => AnomalyKind::QuotedPrintableMalformed,
        _ => AnomalyKind::Base64Malformed,
    }
}

fn is_html(leaf: &Leaf, bytes: &[u8]) -> bool {
    if matches!(leaf.content_type.as_str(), "text/html" | "application/xhtml+xml") {
        return true;
    }
    let start = bytes.trim_ascii_start();
    !leaf.content_type.starts_with("text/")
        && HTML_STARTS.iter().any(|sign| {
            start
                .get(..sign.len())
                .is_some_and(|front| front.eq_ignore_ascii_case(sign))
        })
}

/// Whether a text is a script.
fn is_script(leaf: &Leaf) -> bool {
    let is_named = |name: &str| {
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        SCRIPTS.iter().any(|known| ending.eq_ignore_ascii_case(known))
    };
    leaf.content_type.contains("javascript") || leaf.content_type.contains("ecmascript") || leaf.names().any(is_named)
}

/// The charset of a text: what its header declares, else what a page says of itself.
fn label<'a>(bytes: &[u8], leaf: Option<&'a Leaf>, media: Media) -> Option<Cow<'a, str>> {
    let declared = leaf.and_then(|leaf| leaf.charset.as_deref().map(Cow::Borrowed));
    let own = || (media == Media::Html).then(|| meta_charset(bytes)).flatten();
    declared.or_else(|| own().map(Cow::Owned))
}

/// The charset that a page names in its first bytes.
fn meta_charset(bytes: &[u8]) -> Option<String> {
    let front = bytes
        .get(..bytes.len().min(META_BYTES))
        .unwrap_or_default()
        .to_ascii_lowercase();
    let at = memchr::memmem::find(&front, b"charset=")?;
    let value = front.get(at + 8..)?;
    let value = value
        .strip_prefix(b"\"")
        .or_else(|| value.strip_prefix(b"'"))
        .unwrap_or(value);
    let length = value
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':'))
        .count();
    let label = String::from_utf8_lossy(value.get(..length)?).into_owned();
    // A page cannot say in ASCII that it is UTF-16.
    (charset::is_known(&label) && !label.starts_with("utf-16")).then_some(label)
}

/// Encoded content in encoded content that no header declares; THREATS says that what is encoded more often is not read.
const RESCUES: usize = 4;
/// A larger body of which much is malformed is not read by every way to mend it.
const GARBLED_BYTES: usize = 1 << 20;
/// As far as the HTML standard looks for a charset.
const META_BYTES: usize = 1_024;
const SCRIPTS: &[&str] = &["js", "mjs"];
const HTML_STARTS: &[&[u8]] = &[b"<!doctype html", b"<html", b"<head", b"<body"];
