//! A leaf: what its header declares, its decoded content, and the text in it.

use super::field::Field;
use super::header::Block;
use super::parse::Entity;
use super::{AnomalyKind, Limits, Part, PartPath, PartState, TransferEncoding, machine};

/// What the header of a part declares.
#[derive(Debug, Default)]
pub(super) struct Leaf {
    pub(super) content_type: String,
    pub(super) charset: Option<String>,
    pub(super) encoding: TransferEncoding,
    /// What other mail programs may read the encoding as.
    pub(super) other_encodings: Vec<TransferEncoding>,
    pub(super) boundary: Option<Vec<u8>>,
    /// What other mail programs may read the boundary as.
    pub(super) other_boundaries: Vec<Vec<u8>>,
    pub(super) name: Option<String>,
    /// A second name that differs.
    pub(super) other_name: Option<String>,
    /// What the parameters say that no mail program reads.
    pub(super) parameters: Vec<String>,
    pub(super) attachment: bool,
    /// `format=flowed`, and whether `delsp=yes`.
    pub(super) flowed: Option<bool>,
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
        leaf.read_other_types(block, limits);
        leaf.attachment = disposition.as_ref().is_some_and(|field| field.value == "attachment");
        leaf.read_name(content_type.as_mut(), disposition.as_mut());
        for mut field in [content_type, disposition].into_iter().flatten() {
            let said = field.others(READ_PARAMETERS).into_iter();
            let said = said.filter_map(|value| machine::foreign("x-parameter", &value));
            leaf.parameters.extend(said);
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
            "message/rfc822" | "message/global" | "message/news" | "message/partial"
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

    /// What holds for content without any header.
    pub(super) fn undeclared() -> Self {
        Self {
            content_type: "application/octet-stream".to_owned(),
            ..Self::default()
        }
    }

    /// What holds for a file in a container: its name tells text formats apart.
    #[cfg(feature = "extract")]
    pub(super) fn file(name: &str) -> Self {
        Self {
            name: Some(name.to_owned()),
            ..Self::undeclared()
        }
    }

    /// The file names.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        [&self.name, &self.other_name]
            .into_iter()
            .filter_map(|name| name.as_deref())
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
            self.odd.extend(
                field
                    .value
                    .starts_with("multipart/")
                    .then_some(AnomalyKind::ParameterMalformed),
            );
        }
        self.charset = field.first("charset");
        if self.is_multipart() {
            self.read_boundary(field);
        } else {
            // Some mail programs look at nothing but the boundary, or correct a type that they do not know.
            for boundary in field.all("boundary") {
                self.push_other_boundary(&boundary);
            }
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
        // Some take the last one.
        for other in boundaries.last().into_iter().chain(&boundaries) {
            self.push_other_boundary(other);
        }
    }

    /// The boundaries of the further `Content-Type` fields, which some mail programs read in place of the first.
    fn read_other_types(&mut self, block: &Block<'_>, limits: &Limits) {
        for other in block.all("Content-Type").skip(1).take(OTHER_BOUNDARIES) {
            let mut field = Field::read(super::word::unfold(other.value).trim_ascii(), limits.parameters);
            for other in field.all("boundary") {
                self.push_other_boundary(&other);
            }
        }
    }

    fn push_other_boundary(&mut self, boundary: &str) {
        let boundary = boundary.trim_end().as_bytes();
        let known = boundary.is_empty()
            || self.boundary.as_deref() == Some(boundary)
            || self.other_boundaries.iter().any(|other| other == boundary);
        if !known && self.other_boundaries.len() < OTHER_BOUNDARIES {
            self.other_boundaries.push(boundary.to_vec());
        }
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
        for other in block
            .all(name)
            .filter_map(|field| TransferEncoding::resembling(field.value))
        {
            if other != self.encoding && !self.other_encodings.contains(&other) {
                self.other_encodings.push(other);
            }
        }
    }

    fn read_name(&mut self, content_type: Option<&mut Field>, disposition: Option<&mut Field>) {
        let named = content_type.and_then(|field| field.first("name"));
        let filed = disposition.and_then(|field| field.first("filename"));
        if let (Some(named), Some(filed)) = (&named, &filed)
            && !extension(named).eq_ignore_ascii_case(extension(filed))
        {
            self.odd.push(AnomalyKind::NameConflict);
        }
        self.other_name = named
            .clone()
            .filter(|named| filed.as_ref().is_some_and(|filed| filed != named));
        self.name = filed.or(named);
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
        .skip(1)
        .any(|other| super::word::unfold(other.value) != value)
    {
        odd.push(kind);
    }
    Some(Field::read(&value, limits.parameters))
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

/// The parameters that are read elsewhere, and the dates of a file.
const READ_PARAMETERS: &[&str] = &[
    "boundary",
    "charset",
    "creation-date",
    "filename",
    "modification-date",
    "name",
    "read-date",
];
/// RFC 2046 allows 70; some mail programs write more, and all of them read more.
const BOUNDARY_BYTES: usize = 128;
/// Mail programs take the first, the last, the plain or the encoded one; nobody takes a ninth.
const OTHER_BOUNDARIES: usize = 8;
