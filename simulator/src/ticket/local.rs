//! Local tickets: one-time passwords in files that only users of the same machine can read.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{env, fs, process};

use jiff::Timestamp;
use vim25_runtime::Secret;

use super::is_over;

/// How many tickets may wait at once. Whoever asks for more makes the oldest one void.
const MAX_WAITING: usize = 100;

/// Local tickets, and the folder with their files. The folder is made for the first ticket and goes with the last
/// owner.
#[derive(Debug, Default)]
pub(crate) struct LocalTickets {
    folder: Option<PathBuf>,
    /// In the order of their issue.
    tickets: Vec<LocalTicket>,
}

#[derive(Debug)]
struct LocalTicket {
    user_name: String,
    password: Secret,
    path: PathBuf,
    issued: Timestamp,
}

impl LocalTickets {
    /// Writes a one-time password for a user to a new file.
    pub(crate) fn issue(
        &mut self,
        user_name: &str,
        password: Secret,
        name: &str,
        now: Timestamp,
    ) -> io::Result<PathBuf> {
        let path = self.folder()?.join(name);
        write_private(&path, password.expose())?;
        if self.tickets.len() >= MAX_WAITING {
            self.tickets.remove(0).discard();
        }
        self.tickets.push(LocalTicket { user_name: user_name.to_owned(), password, path: path.clone(), issued: now });
        Ok(path)
    }

    /// Uses a ticket up; false if there is none for this user and password.
    pub(crate) fn redeem(&mut self, user_name: &str, password: &Secret) -> bool {
        let matches = |ticket: &LocalTicket| ticket.user_name == user_name && ticket.password == *password;
        let Some(index) = self.tickets.iter().position(matches) else { return false };
        self.tickets.remove(index).discard();
        true
    }

    /// Removes the tickets that are too old.
    pub(crate) fn prune(&mut self, now: Timestamp, lifetime: Duration) {
        let too_old = |ticket: &mut LocalTicket| is_over(ticket.issued, now, lifetime);
        self.tickets.extract_if(.., too_old).for_each(LocalTicket::discard);
    }

    /// Removes all tickets and the folder.
    pub(crate) fn clear(&mut self) {
        self.tickets.clear();
        if let Some(folder) = self.folder.take() {
            // What cannot be removed now is left to the system, which empties its temporary folder from time to time.
            let _ = fs::remove_dir_all(folder);
        }
    }

    fn folder(&mut self) -> io::Result<&Path> {
        if self.folder.is_none() {
            self.folder = Some(new_folder()?);
        }
        self.folder.as_deref().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

impl LocalTicket {
    fn discard(self) {
        // A file that is gone already is as good as removed; the ticket is void in any case.
        let _ = fs::remove_file(self.path);
    }
}

impl Drop for LocalTickets {
    fn drop(&mut self) {
        self.clear();
    }
}

/// A new folder that only this user can enter.
fn new_folder() -> io::Result<PathBuf> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    let mut number = 0_u32;
    loop {
        let folder = env::temp_dir().join(format!("vim25-simulator-{}-{number}", process::id()));
        match builder.create(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && number < 10_000 => number += 1,
            Err(error) => return Err(error),
        }
    }
}

/// Writes a new file that only this user can read.
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}
