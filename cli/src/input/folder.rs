//! The files of a folder, or the messages of a Maildir.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// Every file under a folder, in the order of their names, folder by folder.
///
/// Hidden names, links to folders (which may go round in circles) and whatever is no file are passed over. In a
/// Maildir (a folder with `cur`, `new` and `tmp`) only what was delivered counts: `tmp` is passed over, and its
/// hidden subfolders (`.Sent`) are mailboxes.
pub(crate) struct Files {
    open: Vec<std::vec::IntoIter<PathBuf>>,
    failure: Option<Failure>,
}

impl Files {
    /// The files under `folder`.
    pub(crate) fn under(folder: &Path) -> Self {
        let mut files = Self {
            open: Vec::new(),
            failure: None,
        };
        files.enter(folder);
        files
    }

    fn enter(&mut self, folder: &Path) {
        match entries(folder) {
            Ok(entries) => self.open.push(entries.into_iter()),
            Err(error) => self.failure = Some(Failure::reading(folder, &error)),
        }
    }
}

impl Iterator for Files {
    type Item = Result<PathBuf, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(failure) = self.failure.take() {
                return Some(Err(failure));
            }
            let Some(path) = self.open.last_mut()?.next() else {
                self.open.pop();
                continue;
            };
            match kind(&path) {
                Kind::File => return Some(Ok(path)),
                Kind::Folder => self.enter(&path),
                Kind::Other => {}
            }
        }
    }
}

enum Kind {
    File,
    Folder,
    Other,
}

/// Files may be links; folders may not. A name that is gone by now is handed out, so that it is reported.
fn kind(path: &Path) -> Kind {
    match (fs::symlink_metadata(path), fs::metadata(path)) {
        (Ok(own), _) if own.is_dir() => Kind::Folder,
        (_, Ok(target)) if target.is_file() => Kind::File,
        (_, Err(_)) => Kind::File,
        _ => Kind::Other,
    }
}

fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let maildir = ["cur", "new", "tmp"].iter().all(|name| folder.join(name).is_dir());
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let hidden = name.as_encoded_bytes().starts_with(b".");
        let counts = if maildir {
            entry.path().is_dir() && name != "tmp"
        } else {
            !hidden
        };
        if counts {
            names.push(entry.path());
        }
    }
    names.sort_unstable();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let relative =
            |path: Result<PathBuf, Failure>| path.unwrap().strip_prefix(folder).unwrap().display().to_string();
        Files::under(folder).map(relative).collect()
    }

    #[test]
    fn a_maildir_gives_what_was_delivered_and_its_subfolders() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["cur/2:2,S", "new/1", "tmp/3", ".Sent/cur/4:2,", "dovecot.index"] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        assert_eq!(names(folder.path()), [".Sent/cur/4:2,", "cur/2:2,S", "new/1"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_goes_round_in_circles_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.eml"), "").unwrap();
        std::os::unix::fs::symlink(folder.path(), folder.path().join("circle")).unwrap();
        assert_eq!(names(folder.path()), ["a.eml"]);
    }

    #[test]
    fn a_folder_that_is_gone_is_reported_once() {
        let mut files = Files::under(Path::new("/no/such/folder"));
        assert!(files.next().unwrap().is_err());
        assert!(files.next().is_none());
    }
}
