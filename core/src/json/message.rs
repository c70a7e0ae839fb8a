//! The shape of a message's structure.

use serde::Serialize;

use super::scan::AnomalyShape;
use crate::message::{Message, Part};

/// The structure of a message as one line of JSON: its parts and what is odd about it; `id` is the file.
///
/// It holds file names, and no other text of the message.
///
/// ```
/// # use sealwax::json;
/// # use sealwax::message::{Limits, Message};
/// let message = Message::parse(b"Subject: hello\r\n\r\nhello\r\n", &Limits::default());
/// let line = json::message(&message, "a.eml");
/// assert!(line.starts_with(r#"{"id":"a.eml","complete":true,"parts":[{"part":"1","content_type":"text/plain","#));
/// ```
#[must_use]
pub fn message(message: &Message, id: &str) -> String {
    super::line(&Shape {
        id,
        complete: message.is_complete(),
        parts: message.parts().iter().map(PartShape::new).collect(),
        units: message.units().len(),
        anomalies: message.anomalies().iter().map(AnomalyShape::new).collect(),
    })
}

#[derive(Serialize)]
struct Shape<'a> {
    id: &'a str,
    complete: bool,
    parts: Vec<PartShape<'a>>,
    units: usize,
    anomalies: Vec<AnomalyShape>,
}

#[derive(Serialize)]
struct PartShape<'a> {
    part: String,
    content_type: &'a str,
    charset: Option<&'a str>,
    encoding: &'static str,
    name: Option<&'a str>,
    format: Option<&'static str>,
    attachment: bool,
    size: usize,
    body: Option<(usize, usize)>,
    state: &'static str,
}

impl<'a> PartShape<'a> {
    fn new(part: &'a Part) -> Self {
        Self {
            part: part.path().to_string(),
            content_type: part.content_type(),
            charset: part.charset(),
            encoding: part.encoding().name(),
            name: part.name(),
            format: part.format(),
            attachment: part.is_attachment(),
            size: part.decoded_size(),
            body: part.body().map(|body| (body.start, body.end)),
            state: part.state().name(),
        }
    }
}
