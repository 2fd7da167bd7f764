//! A text file that grows line by line, and after every line is whole.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
};

use crate::Error;

/// The file behind [`Csv`](crate::Csv) and [`JsonLines`](crate::JsonLines). Dropping it closes it.
#[derive(Debug)]
pub(crate) struct LineFile {
    path: PathBuf,
    /// `None` once closed.
    file: Option<File>,
}

impl LineFile {
    /// An empty file at `path`, whatever was there before.
    pub(crate) fn create(path: &Path) -> Result<Self, Error> {
        let open = || {
            // In append mode a write goes to the end, also after a failed one was cut off.
            let file = OpenOptions::new().append(true).create(true).open(path)?;
            if file.metadata()?.len() > 0 {
                file.set_len(0)?;
            }
            // The absolute path, past links: `replace` must find the file when the working directory has changed.
            // What has none, like a pipe, keeps the name it was given.
            Ok(Self { path: path.canonicalize().unwrap_or_else(|_| path.to_owned()), file: Some(file) })
        };
        open().map_err(|source| Error::Io { path: path.to_owned(), source })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The error for something that went wrong with this file.
    pub(crate) fn error(&self, source: impl Into<io::Error>) -> Error {
        Error::Io { path: self.path.clone(), source: source.into() }
    }

    fn open_file(&self) -> Result<&File, Error> {
        self.file.as_ref().ok_or_else(|| Error::Closed { path: self.path.clone() })
    }

    /// Refuse what is not a file on a disk, as it cannot be [replaced](Self::replace).
    pub(crate) fn must_be_regular(&self) -> Result<(), Error> {
        if self.open_file()?.metadata().map_err(|source| self.error(source))?.is_file() {
            Ok(())
        } else {
            Err(self.error(io::Error::new(ErrorKind::InvalidInput, "not a regular file")))
        }
    }

    /// Add whole lines at the end: all of them or, on an error, nothing.
    pub(crate) fn append(&mut self, lines: &[u8]) -> Result<(), Error> {
        let mut file = self.open_file()?;
        let length = file.metadata().map_err(|source| self.error(source))?.len();
        file.write_all(lines).map_err(|source| {
            // Cut off what was written before the disk was full. A pipe cannot be cut; the write's error says enough.
            let _ = file.set_len(length);
            self.error(source)
        })
    }

    /// Put a new file, filled by `write`, in the place of this one. A crash at any moment leaves either the old or the
    /// new one; on an error the old one stays.
    pub(crate) fn replace(&mut self, write: impl FnOnce(&File) -> io::Result<()>) -> Result<(), Error> {
        let permissions = self.open_file()?.metadata().map_err(|source| self.error(source))?.permissions();
        let mut temporary = self.path.clone().into_os_string();
        temporary.push(".tmp");
        let temporary = PathBuf::from(temporary);

        let fill_and_rename = || {
            match fs::remove_file(&temporary) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                _ => {} // there was none, or one that a crash had left
            }
            let file = OpenOptions::new().append(true).create_new(true).open(&temporary)?;
            write(&file)?;
            file.set_permissions(permissions)?;
            // Data before name: else a power cut could leave the new name on an empty file.
            file.sync_all()?;
            fs::rename(&temporary, &self.path)?;
            Ok(file)
        };
        match fill_and_rename() {
            Ok(file) => {
                self.file = Some(file);
                sync_directory_of(&self.path);
                Ok(())
            }
            Err(source) => {
                let _ = fs::remove_file(&temporary);
                Err(Error::Replace { path: self.path.clone(), temporary, source })
            }
        }
    }

    /// Force everything to the disk.
    pub(crate) fn flush(&mut self) -> Result<(), Error> {
        match self.file.as_ref().map(File::sync_all) {
            // A pipe or a device has no disk to be forced to.
            Some(Err(source)) if source.kind() != ErrorKind::InvalidInput => Err(self.error(source)),
            _ => Ok(()),
        }
    }

    /// Flush, and refuse further lines.
    pub(crate) fn close(&mut self) -> Result<(), Error> {
        let flushed = self.flush();
        self.file = None;
        flushed
    }
}

impl Drop for LineFile {
    fn drop(&mut self) {
        // Nobody is left to be told.
        let _ = self.close();
    }
}

/// Make a rename survive a power cut, where the system can: not every file system lets a directory be forced to disk,
/// and the rename has already happened for everyone who looks.
fn sync_directory_of(path: &Path) {
    if cfg!(unix) {
        let _ =
            path.parent().map(|directory| File::open(directory).and_then(|directory| directory.sync_all()));
    }
}
