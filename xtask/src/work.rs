//! How a run writes: alone, and nothing comes to its place before all of it is on the disk.
//!
//! A run prepares its files in [`NAME`], a folder in the output folder, and then moves them one by one. A move shows a
//! reader the old file or the new one, and a full disk is met before the first of them. The lock is that of the operating
//! system on a file in there: it ends with the process, so a run that was killed is in nobody's way, and the next one
//! clears what it left.

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind, IsTerminal};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use same_file::Handle;

use crate::place::{Place, look};
use crate::sync::Change;

/// The folder of a run, in the output folder.
pub(crate) const NAME: &str = ".vim25-writing";

const LOCK: &str = "lock";
const IGNORE: &str = ".gitignore";
const STAGED: &str = "new";

/// Whether a run writes to a folder, or was killed when it did.
pub(crate) fn is_left(folder: &Path) -> bool {
    fs::symlink_metadata(folder.join(NAME)).is_ok()
}

/// The right to write to a folder, until it is dropped.
pub(crate) struct Work {
    folder: PathBuf,
    /// The folders that there were none of before, the outermost first.
    made: Vec<PathBuf>,
    _lock: Handle,
}

impl Work {
    /// Makes the output folder if there is none, and waits until nobody else writes to it.
    pub(crate) fn begin(folder: &Path) -> Result<Self> {
        let is_link = fs::symlink_metadata(folder).is_ok_and(|found| found.is_symlink());
        if is_link && !folder.is_dir() {
            bail!("{} is a symbolic link that leads to no folder; nothing was written: remove it", folder.display());
        }
        let mut made: Vec<_> = folder.ancestors().take_while(|path| !path.exists()).map(Path::to_owned).collect();
        made.reverse();
        made.retain(|path| !path.as_os_str().is_empty());
        let lock = lock(folder).with_context(|| format!("cannot write to {}", folder.display()));
        let lock = lock.inspect_err(|_| remove_empty(&made))?;
        let work = Self { folder: folder.to_owned(), made, _lock: lock };
        work.clear()?;
        // A run that is killed must not end up in a commit.
        let ignore = work.inside(IGNORE);
        fs::write(&ignore, "*\n").with_context(|| format!("cannot write {}; nothing was changed", ignore.display()))?;
        Ok(work)
    }

    fn inside(&self, name: &str) -> PathBuf {
        self.folder.join(NAME).join(name)
    }

    /// Puts a file on the disk, but not yet in its place.
    pub(crate) fn stage(&self, name: &str, text: &str) -> Result<()> {
        let path = self.inside(STAGED).join(name);
        let written = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&path, text));
        written.with_context(|| format!("cannot write {}; nothing was changed", path.display()))
    }

    /// Moves a staged file to its place.
    pub(crate) fn place(&self, name: &str, path: &str) -> io::Result<()> {
        let target = self.folder.join(path);
        target.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::rename(self.inside(STAGED).join(name), target)
    }

    /// Does what was staged, in this order.
    pub(crate) fn carry_out<'a>(&self, changes: impl IntoIterator<Item = &'a Change>) -> Result<()> {
        for (done, change) in changes.into_iter().enumerate() {
            let path = change.path();
            let result = match change {
                Change::Extra(_) => fs::remove_file(self.folder.join(path)),
                _ => self.place(path, path),
            };
            result.with_context(|| {
                let path = self.folder.join(path);
                format!(
                    "cannot write {}, {done} others were written before; mend it and run this again",
                    path.display()
                )
            })?;
        }
        Ok(())
    }

    /// Removes the folders of a path that are empty.
    pub(crate) fn prune(&self, path: &str) {
        let mut path = self.folder.join(path);
        while path.pop() && path != self.folder && fs::remove_dir(&path).is_ok() {}
    }

    /// Removes what a run has left that was killed.
    fn clear(&self) -> Result<()> {
        let staged = self.inside(STAGED);
        match fs::remove_dir_all(&staged) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(error).with_context(|| format!("cannot remove {}", staged.display()))
            }
            _ => Ok(()),
        }
    }
}

/// The lock goes last: while it is there, nobody else uses the folder.
impl Drop for Work {
    fn drop(&mut self) {
        let _ = self.clear();
        let _ = fs::remove_file(self.inside(IGNORE));
        let _ = fs::remove_file(self.inside(LOCK));
        let _ = fs::remove_dir(self.folder.join(NAME));
        remove_empty(&self.made);
    }
}

fn remove_empty(folders: &[PathBuf]) {
    folders.iter().rev().all(|folder| fs::remove_dir(folder).is_ok());
}

/// A run removes its lock in the end, so a lock that was waited for counts only if it is still at its path.
fn lock(folder: &Path) -> Result<Handle> {
    let path = folder.join(NAME).join(LOCK);
    loop {
        match fs::create_dir_all(folder.join(NAME)) {
            // Something is in the way, or the run before has just removed it.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            made => made?,
        }
        for name in [LOCK, IGNORE] {
            if let Place::Obstacle { path, what } = look(folder, &format!("{NAME}/{name}"))? {
                bail!("{path} in it {what}; nothing was written: remove it");
            }
        }
        let file = match File::options().write(true).create(true).truncate(false).open(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            file => file?,
        };
        wait(&file, &path)?;
        let own = Handle::from_file(file)?;
        if Handle::from_path(&path).is_ok_and(|now| now == own) {
            return Ok(own);
        }
    }
}

fn wait(file: &File, path: &Path) -> io::Result<()> {
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => {
            let clear = if io::stderr().is_terminal() { "\r\x1b[2K" } else { "" };
            eprintln!("{clear}  waits for another run of the generator, which has locked {}", path.display());
            file.lock()
        }
        // Some network file systems have no locks. One run at a time is safe there, too.
        Err(TryLockError::Error(error)) if error.kind() != ErrorKind::Unsupported => Err(error),
        _ => Ok(()),
    }
}
