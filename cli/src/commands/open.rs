//! `sealwax open`.

use std::fmt;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

use clap::Args;
use sealwax::seal::{Header, OpenError, OpenErrorKind, Opener, VerifyingKey};

use crate::clock;
use crate::console::Console;
use crate::failure::{Failure, Outcome};
use crate::files::{self, Input, Output, Readers, pair};
use crate::keys::Opening;
use crate::pairs;
use crate::protect::Protect;
use crate::senders::Senders;

/// Open a sealed message
///
/// Nothing is written unless the whole message is proved to be what was sealed.
#[derive(Debug, Args)]
pub(crate) struct Open {
    #[command(flatten)]
    protect: Protect,

    #[command(flatten)]
    opening: Opening,

    #[command(flatten)]
    senders: Senders,

    /// A pair that was given when the message was sealed
    #[arg(long, value_name = "NAME=VALUE")]
    context: Vec<String>,

    /// The header, when it is in a file of its own
    #[arg(long, value_name = "FILE")]
    header: Option<PathBuf>,

    /// Open only what has the header of this digest, as `sealwax inspect` shows it: an older header, with recipients that
    /// were removed since, is refused
    #[arg(long, value_name = "DIGEST")]
    header_digest: Option<String>,

    /// Open it also after it was to be destroyed
    #[arg(long)]
    past_retention: bool,

    /// The sealed message; `-` is standard input
    #[arg(value_name = "IN")]
    input: PathBuf,

    /// Where to write the message, readable by its owner alone (mode 0600); `-` is standard output
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,
}

impl Open {
    pub(crate) fn run(self, console: &Console) -> Result<Outcome, Failure> {
        self.protect.apply()?;
        let senders: Vec<PathBuf> = self.senders.files().collect();
        let read = self
            .opening
            .files()
            .chain(&senders)
            .chain(&self.header)
            .chain([&self.input]);
        files::read_once(read.map(PathBuf::as_path))?;
        let known = self.senders.read(self.opening.rings())?;
        let opener = known.ask(self.opener()?);
        let (header, input) = self.sealed(console)?;
        let mut output = Output::create(&self.output, Readers::Owner)?;
        let sender = match self.open(&opener, header.as_deref(), input, &mut output) {
            Ok(sender) => sender,
            Err(error) => return Err(self.failure(&error, &mut output)),
        };
        output.finish()?;
        if let Some(sender) = sender {
            console.note(&format!("signed by {}", known.name(sender)));
        }
        Ok(Outcome::Fine)
    }

    /// The header, if it stands apart, and the message or the body of that header.
    fn sealed(&self, console: &Console) -> Result<(Option<Vec<u8>>, Input), Failure> {
        let Some(path) = self.header.as_deref() else {
            return Ok((None, files::open(&self.input)?));
        };
        let _held = pair::hold_to_open(path);
        let header = files::read(path)?;
        let body = pair::body_of(&header, &self.input);
        if body != self.input {
            console.note(&format!(
                "a run was killed before it gave the body its name: `{}` is opened; rename it to `{}`",
                body.display(),
                self.input.display()
            ));
        }
        let input = files::open(&body)?;
        Ok((Some(header), input))
    }

    /// Fails when the header is not the one that was kept.
    fn check_digest(&self, header: &[u8]) -> io::Result<()> {
        let same = |kept: &String| {
            let digest = Header::parse(header).ok().map(|header| header.digest().to_string());
            digest.is_some_and(|digest| digest.eq_ignore_ascii_case(kept))
        };
        if self.header_digest.as_ref().is_none_or(same) {
            return Ok(());
        }
        Err(io::Error::other(OtherHeader))
    }

    /// Opens all of the input, and says who signed it. Nothing leaves this program before the last chunk was verified: a file
    /// is read twice, and what can be read only once goes to a file without a name first, sealed as it is.
    fn open(
        &self,
        opener: &Opener,
        header: Option<&[u8]>,
        input: Input,
        output: &mut Output,
    ) -> io::Result<Option<VerifyingKey>> {
        let mut sealed = match input {
            Input::File(file) => file,
            Input::Once(mut input) => {
                let mut spool = if output.is_beside() {
                    tempfile::tempfile_in(files::folder_of(&self.output))?
                } else {
                    tempfile::tempfile()?
                };
                io::copy(&mut input, &mut spool)?;
                spool.rewind()?;
                spool
            }
        };
        if let Some(header) = header {
            self.check_digest(header)?;
            return release(opener, Some(header), 0, sealed, output);
        }
        if self.header_digest.is_none() {
            return release(opener, None, 0, sealed, output);
        }
        // The header that was checked is the one that opens, whatever stands in the file by then.
        let header = Header::take_from(&mut BufReader::new(&mut sealed))?;
        self.check_digest(&header)?;
        let start = u64::try_from(header.len()).unwrap_or(u64::MAX);
        release(opener, Some(&header), start, sealed, output)
    }

    fn failure(&self, error: &io::Error, output: &mut Output) -> Failure {
        let inner = error.get_ref();
        if inner.is_some_and(<dyn std::error::Error + Send + Sync>::is::<OtherHeader>) {
            let path = self.header.as_ref().unwrap_or(&self.input).display();
            return Failure::new(format!("`{path}`: {OtherHeader}")).next_step(ASK);
        }
        if let Some(error) = inner.and_then(|inner| inner.downcast_ref::<OpenError>()) {
            return Failure::new(format!("`{}`: {error}", self.input.display())).next_step(match error.kind() {
                OpenErrorKind::Ended => "give --past-retention if you may open it nevertheless",
                OpenErrorKind::Sender => {
                    "do not trust it: ask the sender, or open it without --sender to see who signed it"
                }
                _ => "check that the key is the one it was sealed for, and that the file is complete",
            });
        }
        output.blame(&self.input, error)
    }

    fn opener(&self) -> Result<Opener, Failure> {
        let opener = self.opening.opener()?;
        let opener = if self.past_retention {
            opener.past_retention()
        } else {
            opener.at(clock::now()?)
        };
        Ok(opener.supplied(pairs::context(&self.context)?))
    }
}

/// Reads `sealed` from `start` on twice: to verify it, and to release it.
fn release(
    opener: &Opener,
    header: Option<&[u8]>,
    start: u64,
    mut sealed: File,
    output: &mut Output,
) -> io::Result<Option<VerifyingKey>> {
    sealed.seek(SeekFrom::Start(start))?;
    copy_chunkwise(opener, header, &mut sealed, &mut io::sink())?;
    sealed.seek(SeekFrom::Start(start))?;
    copy_chunkwise(opener, header, &mut sealed, output)
}

fn copy_chunkwise(
    opener: &Opener,
    header: Option<&[u8]>,
    sealed: impl Read,
    output: &mut impl Write,
) -> io::Result<Option<VerifyingKey>> {
    let mut reader = match header {
        None => opener.chunkwise_reader(sealed)?,
        Some(header) => opener.chunkwise_reader_detached(header, sealed)?,
    };
    io::copy(&mut reader, output)?;
    Ok(reader.sender())
}

/// The header is another than the one whose digest was kept.
#[derive(Debug)]
struct OtherHeader;

impl fmt::Display for OtherHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the header is not the one that was kept")
    }
}

impl std::error::Error for OtherHeader {}

const ASK: &str = "somebody changed who can open it, or put an older header back: ask who may";
