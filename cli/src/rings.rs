//! Key rings in files, plain or wrapped.

use std::fs::File;
use std::io::{self, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use clap::Args;
use sealwax::crypto::Provider;
use sealwax::seal::{Identity, KeyRing, Opener, Recipient, Sealer, UnwrapRingError};
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::files::{self, Readers};
use crate::keys::{self, KeyFile, Unlocking};

/// What wraps and unwraps key rings, so that their files alone open nothing.
#[derive(Debug, Default, Args)]
pub(crate) struct RingKeys {
    /// A file whose first line is the passphrase of a wrapped key ring
    #[arg(long, value_name = "FILE", conflicts_with = "ring_key")]
    ring_passphrase_file: Option<PathBuf>,

    /// A file with a key that a key ring is wrapped for
    #[arg(long, value_name = "FILE")]
    ring_key: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) unlocking: Unlocking,
}

impl RingKeys {
    /// The files that are read for it.
    pub(crate) fn files(&self) -> impl Iterator<Item = &PathBuf> {
        let wraps = self.ring_key.iter().chain(&self.ring_passphrase_file);
        wraps.chain(self.unlocking.files())
    }

    /// Whether rings are wrapped when they are written.
    pub(crate) fn are_given(&self) -> bool {
        self.ring_passphrase_file.is_some() || !self.ring_key.is_empty()
    }

    /// The ring that `wrapped` holds, which was read from `path`.
    pub(crate) fn unwrap(&self, path: &Path, wrapped: &[u8]) -> Result<KeyRing, Failure> {
        let failed = |what: &str| Failure::new(format!("`{}`: {what}", path.display()));
        if !self.are_given() {
            return Err(failed("is a wrapped key ring").next_step(GIVE));
        }
        KeyRing::unwrap(wrapped, &self.opener()?).map_err(|error| match error {
            UnwrapRingError::Open(_) => failed("is not unwrapped by what was given, or was changed").next_step(GIVE),
            other => failed(&other.to_string()),
        })
    }

    /// What a file of `ring` holds.
    fn written(&self, ring: &KeyRing) -> Result<Zeroizing<Vec<u8>>, Failure> {
        if !self.are_given() {
            return Ok(Zeroizing::new(ring.to_text().as_bytes().to_vec()));
        }
        let wrapped = ring.wrap(&self.sealer()?);
        wrapped
            .map(Zeroizing::new)
            .map_err(|error| Failure::new(format!("the key ring cannot be wrapped: {error}")))
    }

    fn opener(&self) -> Result<Opener, Failure> {
        let mut opener = Opener::new(Provider::ring());
        for path in &self.ring_key {
            opener = self.plain(path)?.identities()?.iter().fold(opener, add_identity);
        }
        Ok(match &self.ring_passphrase_file {
            Some(path) => opener.identity(keys::passphrase(path)?),
            None => opener,
        })
    }

    fn sealer(&self) -> Result<Sealer, Failure> {
        let mut sealer = Sealer::new(Provider::ring());
        for path in &self.ring_key {
            sealer = self.plain(path)?.recipients(None)?.iter().fold(sealer, add_recipient);
        }
        Ok(match &self.ring_passphrase_file {
            Some(path) => sealer.recipient(keys::passphrase(path)?),
            None => sealer,
        })
    }

    /// A file with keys that needs no other key to be read.
    fn plain(&self, path: &Path) -> Result<KeyFile, Failure> {
        let rings = Self {
            unlocking: self.unlocking.clone(),
            ..Self::default()
        };
        KeyFile::read(path, &rings)
    }
}

fn add_identity(opener: Opener, identity: &Identity) -> Opener {
    opener.identity(identity)
}

fn add_recipient(sealer: Sealer, recipient: &Recipient) -> Sealer {
    sealer.recipient(recipient)
}

/// The key ring in a file.
pub(crate) fn read(path: &Path, keys: &RingKeys) -> Result<KeyRing, Failure> {
    match KeyFile::read(path, keys)? {
        KeyFile::Ring(_, ring) => Ok(ring),
        _ => Err(Failure::new(format!("`{}`: is not a key ring", path.display()))),
    }
}

/// Puts `ring` in place of what stands in `path`, whose folder is held. With `keys` it is wrapped, and what stood there is
/// overwritten once it has lost its name: at each moment the file is a whole ring.
pub(crate) fn replace(path: &Path, ring: &KeyRing, keys: &RingKeys) -> Result<(), Failure> {
    let new = files::written(path, &keys.written(ring)?, Readers::Owner)?;
    let old = if keys.are_given() { old(path)? } else { None };
    new.finish_held()?;
    match old {
        Some(old) => overwrite(old).map_err(|error| Failure::writing(path, &error)),
        None => Ok(()),
    }
}

/// The file that will lose its name.
fn old(path: &Path) -> Result<Option<File>, Failure> {
    match File::options().write(true).open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::writing(path, &error)),
    }
}

/// Overwrites all of a file that has no name any more, and brings that to the disk.
fn overwrite(mut file: File) -> io::Result<()> {
    let found = file.metadata()?;
    if !found.is_file() || files::identity(&found).is_some_and(|identity| identity.names > 0) {
        return Ok(());
    }
    file.seek(SeekFrom::Start(0))?;
    io::copy(&mut io::Read::take(io::repeat(0), found.len()), &mut file)?;
    file.sync_all()
}

const GIVE: &str = "give what unwraps it: --ring-passphrase-file FILE or --ring-key FILE";
