//! Where messages come from: files, folders, mailboxes, Maildirs, JSON lines and standard input.
//!
//! [`Messages`] walks over all of them in order and reads no more than it hands out: a file is opened, and read by
//! whoever takes it; a mailbox is cut message by message.

mod folder;
mod json_lines;
mod lines;
mod mailbox;
mod read;

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use folder::Files;
use json_lines::JsonLines;
use mailbox::Mailbox;
use read::Limited;
pub(crate) use read::{Content, Unread};

/// How the bytes of a file are to be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// One JSON record a line.
    JsonLines,
    /// A message, or a mailbox when it starts like one.
    Mail,
}

/// Every message of the named inputs, in order, not read yet.
pub(crate) struct Messages {
    format: Format,
    arguments: VecDeque<PathBuf>,
    folder: Option<Files>,
    stream: Option<Box<dyn Iterator<Item = Result<Unread, Failure>> + Send>>,
}

impl Messages {
    /// The messages of `arguments`, where `-` is standard input.
    pub(crate) fn new(arguments: Vec<PathBuf>, format: Format) -> Self {
        Self {
            format,
            arguments: arguments.into(),
            folder: None,
            stream: None,
        }
    }

    /// The next file, with its bytes from the start.
    fn next_file(&mut self) -> Option<Result<(PathBuf, Input), Failure>> {
        if let Some(folder) = &mut self.folder {
            match folder.next() {
                Some(found) => return Some(found.and_then(open)),
                None => self.folder = None,
            }
        }
        let path = self.arguments.pop_front()?;
        if path.as_os_str() == "-" {
            return Some(Ok((path, Box::new(io::stdin()))));
        }
        if !path.is_dir() {
            return Some(open(path));
        }
        self.folder = Some(Files::under(&path));
        self.next_file()
    }

    /// What is in a file: one message, or a stream of them.
    fn start(&mut self, path: &Path, input: Input) -> Option<Result<Unread, Failure>> {
        if self.format == Format::JsonLines {
            self.stream = Some(Box::new(JsonLines::new(path.to_owned(), BufReader::new(input))));
            return None;
        }
        let limited = match Limited::new(path.to_owned(), input) {
            Ok(limited) => limited,
            Err(failure) => return Some(Err(failure)),
        };
        if limited.starts_with(mailbox::SEPARATOR) {
            self.stream = Some(Box::new(Mailbox::new(path.to_owned(), BufReader::new(limited.whole()))));
            return None;
        }
        Some(Ok(Unread::File(limited)))
    }
}

impl Iterator for Messages {
    type Item = Result<Unread, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.stream.as_mut().and_then(Iterator::next) {
                return Some(item);
            }
            self.stream = None;
            let started = match self.next_file()? {
                Ok((path, input)) => self.start(&path, input),
                Err(failure) => Some(Err(failure)),
            };
            if started.is_some() {
                return started;
            }
        }
    }
}

/// The bytes of all files of `arguments` together; what cannot be looked at counts nothing.
pub(crate) fn total_bytes(arguments: Vec<PathBuf>) -> u64 {
    let size = |path: &Path| fs::metadata(path).map_or(0, |metadata| metadata.len());
    let of = |path: PathBuf| {
        if path.is_dir() {
            Files::under(&path).flatten().map(|file| size(&file)).sum()
        } else {
            size(&path)
        }
    };
    arguments.into_iter().map(of).fold(0, u64::saturating_add)
}

/// The bytes of a file or of standard input.
type Input = Box<dyn Read + Send>;

fn open(path: PathBuf) -> Result<(PathBuf, Input), Failure> {
    match File::open(&path) {
        Ok(file) => Ok((path, Box::new(file))),
        Err(error) => Err(Failure::reading(&path, &error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(arguments: Vec<PathBuf>, format: Format) -> Vec<String> {
        let name = |item: Result<Unread, Failure>| match item.and_then(Unread::read) {
            Ok(message) => message.id.rsplit('/').next().unwrap().to_owned(),
            Err(failure) => format!("failed: {}", failure.to_string().rsplit('/').next().unwrap()),
        };
        Messages::new(arguments, format).map(name).collect()
    }

    #[test]
    fn inputs_come_in_the_order_of_the_arguments_and_a_folder_in_that_of_its_names() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, text).unwrap();
            path
        };
        file("d/b.eml", "Subject: b\n\nx");
        file("d/a/z.eml", "Subject: z\n\nx");
        file("d/.hidden", "x");
        let boxed = file(
            "x.mbox",
            "From a Thu Jan  1 00:00:00 1970\n\nx\n\nFrom b Thu Jan  1 00:00:00 1970\n\ny\n",
        );
        let single = file("0.eml", "");
        let seen = ids(
            vec![boxed, folder.path().join("d"), folder.path().join("gone"), single],
            Format::Mail,
        );
        assert_eq!(
            seen,
            [
                "x.mbox#1",
                "x.mbox#2",
                "z.eml",
                "b.eml",
                "failed: gone`: cannot be read: no such file or directory",
                "0.eml"
            ]
        );
    }

    #[test]
    fn json_lines_carry_their_own_ids() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("r.jsonl");
        fs::write(&path, "{\"id\":\"one\",\"text\":\"x\"}\n\n{\"raw\":\"y\"}\n").unwrap();
        assert_eq!(ids(vec![path], Format::JsonLines), ["one", "r.jsonl#2"]);
    }
}
