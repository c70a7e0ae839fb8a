//! A leaf: what its header declares, its decoded content, and the text in it.

use std::borrow::Cow;

use super::field::Field;
use super::header::Block;
use super::parse::{Entity, Reader};
use super::sniff::{self, Class};
use super::unit::{Media, TextUnit};
use super::{AnomalyKind, Limits, Part, PartPath, PartState, Place, TransferEncoding, charset};

/// What the header of a part declares.
#[derive(Debug, Default)]
pub(super) struct Leaf {
    pub(super) content_type: String,
    pub(super) charset: Option<String>,
    pub(super) encoding: TransferEncoding,
    pub(super) boundary: Option<Vec<u8>>,
    pub(super) name: Option<String>,
    pub(super) attachment: bool,
    /// `format=flowed`, and whether `delsp=yes`.
    flowed: Option<bool>,
    pub(super) odd: Vec<AnomalyKind>,
}

impl Leaf {
    /// Reads the MIME fields of a header block.
    pub(super) fn read(block: &Block<'_>, entity: &Entity, limits: &Limits) -> Self {
        let mut leaf = Self::plain();
        if entity.in_digest {
            "message/rfc822".clone_into(&mut leaf.content_type);
        }
        let mut content_type = unique(
            block,
            "Content-Type",
            AnomalyKind::ContentTypeDuplicate,
            limits,
            &mut leaf.odd,
        );
        let mut disposition = unique(
            block,
            "Content-Disposition",
            AnomalyKind::DuplicateHeader,
            limits,
            &mut leaf.odd,
        );
        leaf.read_encoding(block, limits);
        if let Some(field) = &mut content_type {
            leaf.read_type(field);
        }
        leaf.attachment = disposition.as_ref().is_some_and(|field| field.value == "attachment");
        leaf.read_name(content_type.as_mut(), disposition.as_mut());
        for field in [content_type, disposition].into_iter().flatten() {
            leaf.odd.extend(field.odd);
        }
        leaf
    }

    pub(super) fn is_multipart(&self) -> bool {
        self.content_type.starts_with("multipart/")
    }

    pub(super) fn is_digest(&self) -> bool {
        self.content_type == "multipart/digest"
    }

    pub(super) fn is_message(&self) -> bool {
        matches!(
            self.content_type.as_str(),
            "message/rfc822" | "message/global" | "message/news"
        )
    }

    pub(super) fn is_composite(&self) -> bool {
        self.is_multipart() || self.is_message()
    }

    /// What holds when nothing is declared.
    pub(super) fn plain() -> Self {
        Self {
            content_type: "text/plain".to_owned(),
            ..Self::default()
        }
    }

    /// The part as far as its header tells it.
    pub(super) fn part(&self, path: &PartPath, size: usize) -> Part {
        Part {
            path: path.clone(),
            content_type: self.content_type.as_str().into(),
            charset: self.charset.as_deref().map(Into::into),
            encoding: self.encoding,
            name: self.name.as_deref().map(Into::into),
            format: None,
            attachment: self.attachment,
            size,
            raw: None,
            body: None,
            state: PartState::Inspected,
        }
    }

    fn read_type(&mut self, field: &mut Field) {
        let well_formed = field
            .value
            .split_once('/')
            .is_some_and(|(kind, subtype)| is_token(kind) && is_token(subtype));
        if well_formed {
            self.content_type.clone_from(&field.value);
        } else {
            self.odd.push(AnomalyKind::ContentTypeMalformed);
        }
        self.charset = field.first("charset");
        if self.is_multipart() {
            self.read_boundary(field);
        }
        if field
            .first("format")
            .is_some_and(|format| format.eq_ignore_ascii_case("flowed"))
        {
            self.flowed = Some(
                field
                    .first("delsp")
                    .is_some_and(|delsp| delsp.eq_ignore_ascii_case("yes")),
            );
        }
    }

    fn read_boundary(&mut self, field: &mut Field) {
        let boundaries = field.all("boundary");
        let Some(boundary) = boundaries.first() else { return };
        if boundaries.iter().any(|other| other != boundary) {
            self.odd.push(AnomalyKind::BoundaryConflict);
        }
        let trimmed = boundary.trim_end();
        let forbidden = |c: char| c.is_control() || !c.is_ascii() || matches!(c, '"' | '\\');
        if trimmed.is_empty()
            || trimmed.len() != boundary.len()
            || trimmed.len() > BOUNDARY_BYTES
            || trimmed.contains(forbidden)
        {
            self.odd.push(AnomalyKind::BoundaryMalformed);
        }
        self.boundary = Some(trimmed.as_bytes().to_vec());
    }

    fn read_encoding(&mut self, block: &Block<'_>, limits: &Limits) {
        let name = "Content-Transfer-Encoding";
        let Some(field) = unique(block, name, AnomalyKind::EncodingDuplicate, limits, &mut self.odd) else {
            return;
        };
        self.encoding = TransferEncoding::named(&field.value);
        if self.encoding == TransferEncoding::Unknown {
            self.odd.push(AnomalyKind::EncodingUnknown);
        }
        self.odd.extend(field.odd);
    }

    fn read_name(&mut self, content_type: Option<&mut Field>, disposition: Option<&mut Field>) {
        let named = content_type.and_then(|field| field.first("name"));
        let filed = disposition.and_then(|field| field.first("filename"));
        if let (Some(named), Some(filed)) = (&named, &filed)
            && !extension(named).eq_ignore_ascii_case(extension(filed))
        {
            self.odd.push(AnomalyKind::NameConflict);
        }
        self.name = filed.or(named);
    }
}

impl Reader<'_> {
    /// Decodes a leaf, says what it is, and draws out its text.
    pub(super) fn leaf(&mut self, leaf: &Leaf, body: &[u8], path: &PartPath, index: usize, depth: usize) {
        self.file_name(leaf, path);
        let (content, clean) = leaf.encoding.decode(body);
        if !clean {
            self.note(malformed(leaf.encoding), path);
        }
        if let Some(part) = self.parts.get_mut(index) {
            part.size = content.len();
        }
        if !self.spend(content.len(), path) {
            return self.state(index, PartState::Uninspectable);
        }
        let state = self.inspect(leaf, &content, path, index, depth);
        self.state(index, state);
    }

    fn inspect(&mut self, leaf: &Leaf, content: &[u8], path: &PartPath, index: usize, depth: usize) -> PartState {
        if leaf.is_multipart() || leaf.is_message() {
            self.note(AnomalyKind::EncodingOnComposite, path);
            self.embedded(content, path, depth);
            return PartState::Inspected;
        }
        let format = sniff::format(content.trim_ascii_start());
        if let Some(format) = format {
            if let Some(part) = self.parts.get_mut(index) {
                part.format = Some(format.name);
            }
            return self.known_format(format.class, path);
        }
        if let Some(state) = self.declared(leaf, content, path) {
            return state;
        }
        if !leaf.content_type.starts_with("text/") && !sniff::is_text(content) {
            self.note(AnomalyKind::UnknownContent, path);
            return PartState::Uninspectable;
        }
        self.text(content, Some(leaf), path, None);
        PartState::Inspected
    }

    fn known_format(&mut self, class: Class, path: &PartPath) -> PartState {
        match class {
            Class::Opaque => return PartState::Opaque,
            Class::Encrypted => self.note(AnomalyKind::EncryptedContent, path),
            Class::Container => self.note(AnomalyKind::UnknownContent, path),
        }
        PartState::Uninspectable
    }

    /// What the declared type alone decides.
    fn declared(&mut self, leaf: &Leaf, content: &[u8], path: &PartPath) -> Option<PartState> {
        let kind = match leaf.content_type.as_str() {
            "message/partial" => AnomalyKind::PartialMessage,
            "message/external-body" => AnomalyKind::ExternalBody,
            "application/pkcs7-mime" | "application/x-pkcs7-mime" => AnomalyKind::EncryptedContent,
            "application/pkcs7-signature" | "application/x-pkcs7-signature" if content.starts_with(&[0x30]) => {
                return Some(PartState::Opaque);
            }
            _ => return None,
        };
        self.note(kind, path);
        if sniff::is_text(content) {
            self.text(content, Some(leaf), path, None);
        }
        Some(PartState::Uninspectable)
    }

    /// The file name is text that people write.
    fn file_name(&mut self, leaf: &Leaf, path: &PartPath) {
        let Some(name) = &leaf.name else { return };
        self.units.push(TextUnit {
            place: Place::Part(path.clone()),
            member: Some(":name".into()),
            text: name.clone(),
            media: Media::Plain,
            flowed: None,
        });
    }

    /// Decodes text by its charset and adds it as a unit.
    pub(super) fn text(&mut self, bytes: &[u8], leaf: Option<&Leaf>, path: &PartPath, member: Option<&str>) {
        let media = match leaf {
            Some(leaf) if is_html(leaf, bytes) => Media::Html,
            _ => Media::Plain,
        };
        let declared = leaf.and_then(|leaf| leaf.charset.as_deref().map(Cow::Borrowed));
        let label = declared.or_else(|| {
            (media == Media::Html)
                .then(|| meta_charset(bytes))
                .flatten()
                .map(Cow::Owned)
        });
        let decoded = charset::decode(bytes, label.as_deref());
        if let Some(odd) = decoded.odd {
            self.note(odd, path);
        }
        self.units.push(TextUnit {
            place: Place::Part(path.clone()),
            member: member.map(Into::into),
            text: charset::with_line_feeds(decoded.text),
            media,
            flowed: leaf.and_then(|leaf| leaf.flowed),
        });
    }
}

/// The first field of this name, read; several that differ are `odd`.
fn unique(
    block: &Block<'_>,
    name: &str,
    kind: AnomalyKind,
    limits: &Limits,
    odd: &mut Vec<AnomalyKind>,
) -> Option<Field> {
    let first = block.first(name)?;
    let value = super::word::unfold(first.value);
    if block
        .all(name)
        .any(|other| super::word::unfold(other.value).trim_ascii() != value.trim_ascii())
    {
        odd.push(kind);
    }
    Some(Field::read(value.trim_ascii(), limits.parameters))
}

const fn malformed(encoding: TransferEncoding) -> AnomalyKind {
    match encoding {
        TransferEncoding::QuotedPrintable => AnomalyKind::QuotedPrintableMalformed,
        _ => AnomalyKind::Base64Malformed,
    }
}

fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !b"()<>@,;:\\\"/[]?=".contains(&byte))
}

fn extension(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, extension)| extension.trim())
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

/// RFC 2046 allows 70; some mail programs write more, and all of them read more.
const BOUNDARY_BYTES: usize = 128;
/// As far as the HTML standard looks for a charset.
const META_BYTES: usize = 1_024;
const HTML_STARTS: &[&[u8]] = &[b"<!doctype html", b"<html", b"<head", b"<body"];
