//! `sealwax inspect`.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use clap::Args;
use sealwax::json;
use sealwax::seal::Header;

use crate::console::Console;
use crate::failure::{Failure, Outcome};
use crate::files;

/// Show what the header of a sealed message says in clear
///
/// No key is needed, and nothing of it is proved until the message is opened.
#[derive(Debug, Args)]
pub(crate) struct Inspect {
    /// Write one JSON object
    #[arg(long)]
    json: bool,

    /// A sealed message, or a header that is in a file of its own
    #[arg(value_name = "FILE")]
    input: PathBuf,
}

impl Inspect {
    pub(crate) fn run(self, _: &Console) -> Result<Outcome, Failure> {
        let (header, body) = read(&self.input)?;
        let shown = if self.json {
            json::header(&header, body) + "\n"
        } else {
            to_text(&header, body)
        };
        files::write(Path::new("-"), shown.as_bytes(), files::Readers::Anybody)?;
        Ok(Outcome::Fine)
    }
}

/// The header of a file, and the bytes after it.
pub(super) fn read(path: &Path) -> Result<(Header, u64), Failure> {
    let file = File::open(path).map_err(|error| Failure::reading(path, &error))?;
    let len = file.metadata().map_err(|error| Failure::reading(path, &error))?.len();
    let bytes = Header::take_from(&mut BufReader::new(file)).map_err(|error| Failure::reading(path, &error))?;
    let header = Header::parse(&bytes).map_err(|error| Failure::new(format!("`{}`: {error}", path.display())))?;
    let header_len = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    Ok((header, len.saturating_sub(header_len)))
}

fn to_text(header: &Header, body: u64) -> String {
    let mut lines = vec![format!("sealed id    {}", header.sealed_id())];
    lines.push(format!("digest       {}", header.digest()));
    if header.key_epoch() > 0 {
        lines.push(format!("key epoch    {}", header.key_epoch()));
    }
    if !header.retention().class.is_empty() {
        lines.push(format!("retention    {}", header.retention().class));
    }
    lines.extend(header.retention().not_after.map(|end| format!("not after    {end}")));
    lines.extend(
        header
            .stored_context()
            .pairs()
            .map(|(name, value)| format!("context      {}={}", name.escape_debug(), value.escape_debug())),
    );
    if header.needs_context() {
        lines.push("context      more is needed to open it (--context)".into());
    }
    lines.extend(
        header
            .stanzas()
            .iter()
            .map(|stanza| format!("recipient    {} {}", stanza.kind(), stanza.key_ref())),
    );
    if header.has_stanza_mac() {
        lines.push("recipients   are protected".into());
    }
    if header.is_signed() {
        lines.push("sender       signed it, and is told when it is opened".into());
    }
    let most = if header.is_padded() { "at most " } else { "" };
    lines.extend(
        header
            .content_len(body)
            .map(|len| format!("message      {most}{len} bytes")),
    );
    lines.join("\n") + "\n"
}
