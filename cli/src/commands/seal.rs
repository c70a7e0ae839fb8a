//! `sealwax seal`.

use std::io::{self, Cursor, Read, Write};
use std::path::PathBuf;

use clap::Args;
use sealwax::Timestamp;
use sealwax::crypto::Provider;
use sealwax::outer;
use sealwax::seal::{Retention, SealError, Sealer};

use crate::console::Console;
use crate::failure::{Failure, Outcome};
use crate::files::{self, Output, Readers};
use crate::keys::{self, KeyFile};
use crate::pairs;
use crate::protect::Protect;
use crate::rings::RingKeys;
use crate::senders::Signing;

/// Seal a message, so that only who has a key can open it
///
/// Each message gets a data key of its own (AES-256-GCM), which is wrapped for every key that is given. The message is
/// sealed while it is read, whatever its size.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(crate) struct Seal {
    #[command(flatten)]
    protect: Protect,

    /// A file with the keys to seal for (see `sealwax keygen`), a key ring, or a certificate
    #[arg(long, value_name = "FILE", required_unless_present_any = ["to", "passphrase_file"])]
    key: Vec<PathBuf>,

    /// Somebody else who can open it: their public key, a file with their keys, or their certificate as S/MIME has it (RSA,
    /// P-256 or P-384, in PEM, DER or PKCS #12); who issued a certificate is not checked
    #[arg(long, value_name = "RECIPIENT")]
    to: Vec<String>,

    /// Seal under the passphrase on the first line of a file, and for nobody else
    #[arg(long, value_name = "FILE", conflicts_with_all = ["key", "to"])]
    passphrase_file: Option<PathBuf>,

    #[command(flatten)]
    rings: RingKeys,

    /// Which key of a key ring to seal with
    #[arg(long, value_name = "ID")]
    id: Option<String>,

    /// Seal for the key ID of a key ring and for no other, so that `sealwax shred` can destroy the message
    #[arg(long, value_name = "ID", conflicts_with = "id")]
    bucket: Option<String>,

    /// A pair that is not in the message and must be given again to open it
    #[arg(long, value_name = "NAME=VALUE")]
    context: Vec<String>,

    /// A pair that stands in clear in the message: never anything about a patient
    #[arg(long, value_name = "NAME=VALUE")]
    store: Vec<String>,

    /// The name of the retention class, in clear
    #[arg(long, value_name = "CLASS", default_value = "")]
    retention: String,

    /// When the message is to be destroyed, in clear (RFC 3339): it does not open any more then, and `sealwax purge` removes
    /// it; 9999-12-31 is no end
    #[arg(long, value_name = "TIME")]
    not_after: Option<Timestamp>,

    /// Notice when somebody takes a recipient away, which is the default
    #[arg(long, hide = true)]
    protect_recipients: bool,

    /// Let whoever can write to the message take recipients away unnoticed, without a key
    #[arg(long, conflicts_with = "protect_recipients")]
    leave_recipients_open: bool,

    /// Name none of the keys in the message, only what kind each is. Who opens it tries each key of that kind
    #[arg(long, conflicts_with = "bucket")]
    anonymous: bool,

    /// Pad the message, so that its length tells only about how long its content is: what is shorter than 256 bytes is made that
    /// long, and at most 7 % are added to all else
    #[arg(long)]
    pad: bool,

    #[command(flatten)]
    signing: Signing,

    /// What is sealed is a mail message: take every Bcc and Resent-Bcc out of it
    #[arg(long)]
    mail: bool,

    /// Write the header to a file of its own, and only the body to OUT. A pair that is there already is replaced as one: when
    /// the run is killed, either the old one opens or the new one
    #[arg(long, value_name = "FILE")]
    header: Option<PathBuf>,

    /// What to seal; `-` is standard input
    #[arg(value_name = "IN")]
    input: PathBuf,

    /// Where to write the sealed message; `-` is standard output
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,
}

impl Seal {
    pub(crate) fn run(self, _: &Console) -> Result<Outcome, Failure> {
        self.protect.apply()?;
        self.check_places()?;
        let sealer = self.sealer()?;
        let mut input = self.opened()?;
        let mut output = Output::create(&self.output, Readers::Anybody)?;
        let apart = self
            .header
            .as_deref()
            .map(|path| Output::create(path, Readers::Anybody));
        let apart = apart.transpose()?;
        let header = match self.seal(&sealer, &mut input, &mut output) {
            Ok(header) => header,
            Err(error) => return Err(self.failure(&error, &mut output)),
        };
        if let (Some(mut apart), Some(header), Some(path)) = (apart, header, &self.header) {
            apart.write_all(&header).map_err(|error| apart.blame(path, &error))?;
            Output::finish_pair(apart, output, &header)?;
        } else {
            output.finish()?;
        }
        Ok(Outcome::Fine)
    }

    /// What is sealed. A mail message is read whole, since its header may be of any length.
    fn opened(&self) -> Result<Box<dyn Read>, Failure> {
        if self.mail {
            let inner = outer::inner(&files::read(&self.input)?);
            return Ok(Box::new(Cursor::new(inner)));
        }
        Ok(Box::new(files::open(&self.input)?))
    }

    /// Fails when two of the places that are named are one.
    fn check_places(&self) -> Result<(), Failure> {
        let keys = self.key.iter().chain(&self.passphrase_file).chain(self.rings.files());
        let keys = keys.chain(self.signing.files()).chain([&self.input]);
        files::read_once(keys.map(PathBuf::as_path))?;
        let Some(header) = &self.header else { return Ok(()) };
        if [&self.input, &self.output]
            .iter()
            .any(|place| files::is_same(place, header))
        {
            return Err(Failure::new(format!("`{}`: is named twice", header.display()))
                .next_step("give the header a file of its own"));
        }
        Ok(())
    }

    /// Seals all of `input`, and gives the header if it is to stand apart.
    fn seal(&self, sealer: &Sealer, input: &mut dyn Read, output: &mut Output) -> io::Result<Option<Vec<u8>>> {
        let (header, mut writer) = if self.header.is_some() {
            let (header, writer) = sealer.writer_detached(output)?;
            (Some(header), writer)
        } else {
            (None, sealer.writer(output)?)
        };
        io::copy(input, &mut writer)?;
        writer.finish()?;
        Ok(header)
    }

    fn failure(&self, error: &io::Error, output: &mut Output) -> Failure {
        match error.get_ref().and_then(|inner| inner.downcast_ref::<SealError>()) {
            Some(error) => Failure::new(format!("`{}`: cannot be sealed: {error}", self.input.display())),
            None => output.blame(&self.input, error),
        }
    }

    fn sealer(&self) -> Result<Sealer, Failure> {
        let mut sealer = self.recipients(Sealer::new(Provider::ring()))?;
        let retention = Retention {
            class: self.retention.as_str().into(),
            not_after: self.not_after,
        };
        sealer = sealer
            .retention(retention)
            .supplied(pairs::context(&self.context)?)
            .stored(pairs::context(&self.store)?);
        if let Some(bucket) = &self.bucket {
            sealer = sealer.bucket(bucket).map_err(|error| Failure::new(error.to_string()))?;
        }
        if self.anonymous {
            sealer = sealer.anonymous().map_err(|error| Failure::new(error.to_string()))?;
        }
        if self.pad {
            sealer = sealer.padded();
        }
        if let Some(key) = self.signing.key(&self.rings)? {
            sealer = sealer.sign(&key);
        }
        Ok(if self.leave_recipients_open {
            sealer.leave_recipients_open()
        } else {
            sealer
        })
    }

    fn recipients(&self, mut sealer: Sealer) -> Result<Sealer, Failure> {
        let id = self.id.as_deref().or(self.bucket.as_deref());
        for path in &self.key {
            let file = KeyFile::read(path, &self.rings)?;
            sealer = file
                .recipients(id)?
                .iter()
                .fold(sealer, Sealer::recipient)
                .key_epoch(file.epoch());
        }
        for argument in &self.to {
            sealer = keys::recipients(argument, id, &self.rings)?
                .iter()
                .fold(sealer, Sealer::recipient);
        }
        if let Some(path) = &self.passphrase_file {
            sealer = sealer.recipient(keys::passphrase(path)?);
        }
        Ok(sealer)
    }
}
