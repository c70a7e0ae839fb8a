//! `sealwax open`.

use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::path::PathBuf;

use clap::Args;
use sealwax::crypto::Provider;
use sealwax::seal::{OpenError, Opener};

use crate::console::Console;
use crate::failure::{Failure, Outcome};
use crate::files::{self, Input, Output, Readers};
use crate::keys;
use crate::pairs;
use crate::protect::Protect;

/// Open a sealed message
///
/// Nothing is written unless the whole message is proved to be what was sealed.
#[derive(Debug, Args)]
pub(crate) struct Open {
    #[command(flatten)]
    protect: Protect,

    /// A file with keys, each of which is tried, or a key ring
    #[arg(long, value_name = "FILE", required_unless_present = "passphrase_file")]
    key: Vec<PathBuf>,

    /// Open with the passphrase on the first line of a file
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,

    /// A pair that was given when the message was sealed
    #[arg(long, value_name = "NAME=VALUE")]
    context: Vec<String>,

    /// The header, when it is in a file of its own
    #[arg(long, value_name = "FILE")]
    header: Option<PathBuf>,

    /// The sealed message; `-` is standard input
    #[arg(value_name = "IN")]
    input: PathBuf,

    /// Where to write the message, readable by its owner alone (mode 0600); `-` is standard output
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,
}

impl Open {
    pub(crate) fn run(self, _: &Console) -> Result<Outcome, Failure> {
        self.protect.apply()?;
        let keys = self
            .key
            .iter()
            .chain(&self.passphrase_file)
            .chain(&self.header)
            .chain([&self.input]);
        files::read_once(keys.map(PathBuf::as_path))?;
        let opener = self.opener()?;
        let header = self.header.as_deref().map(files::read).transpose()?;
        let input = files::open(&self.input)?;
        let mut output = Output::create(&self.output, Readers::Owner)?;
        if let Err(error) = self.open(&opener, header.as_deref(), input, &mut output) {
            return Err(self.failure(&error, &mut output));
        }
        output.finish()?;
        Ok(Outcome::Fine)
    }

    /// Opens all of the input. Nothing leaves this program before the last chunk was verified: a file is read twice, and
    /// what can be read only once goes to a file without a name first, sealed as it is.
    fn open(&self, opener: &Opener, header: Option<&[u8]>, input: Input, output: &mut Output) -> io::Result<()> {
        let mut input = match input {
            Input::File(file) => return release(opener, header, file, output),
            Input::Once(input) => input,
        };
        let mut spool = if output.is_beside() {
            tempfile::tempfile_in(files::folder_of(&self.output))?
        } else {
            tempfile::tempfile()?
        };
        io::copy(&mut input, &mut spool)?;
        spool.rewind()?;
        release(opener, header, spool, output)
    }

    fn failure(&self, error: &io::Error, output: &mut Output) -> Failure {
        let inner = error.get_ref();
        if let Some(error) = inner.and_then(|inner| inner.downcast_ref::<OpenError>()) {
            return Failure::new(format!("`{}`: {error}", self.input.display()))
                .next_step("check that the key is the one it was sealed for, and that the file is complete");
        }
        output.blame(&self.input, error)
    }

    fn opener(&self) -> Result<Opener, Failure> {
        let keys = keys::identities(&self.key)?;
        let mut opener = keys.iter().fold(Opener::new(Provider::ring()), Opener::identity);
        if let Some(path) = &self.passphrase_file {
            opener = opener.identity(keys::passphrase(path)?);
        }
        Ok(opener.supplied(pairs::context(&self.context)?))
    }
}

/// Reads `sealed` twice: to verify it, and to release it.
fn release(opener: &Opener, header: Option<&[u8]>, mut sealed: File, output: &mut Output) -> io::Result<()> {
    copy_chunkwise(opener, header, &mut sealed, &mut io::sink())?;
    sealed.rewind()?;
    copy_chunkwise(opener, header, sealed, output)
}

fn copy_chunkwise(
    opener: &Opener,
    header: Option<&[u8]>,
    sealed: impl Read,
    output: &mut impl Write,
) -> io::Result<()> {
    let mut reader = match header {
        None => opener.chunkwise_reader(sealed)?,
        Some(header) => opener.chunkwise_reader_detached(header, sealed)?,
    };
    io::copy(&mut reader, output).map(drop)
}
