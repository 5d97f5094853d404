//! What stands at a path of an output folder, without following links.

use std::fs::{self, FileType};
use std::io::{self, ErrorKind};
use std::path::Path;

/// What a path of the folder is, or what is in its way.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Nothing,
    /// A regular file, in folders that are no links.
    File,
    /// Something else: here, or where a folder is expected.
    Obstacle {
        path: String,
        what: &'static str,
    },
}

/// Looks at every part of a path with `/`: a link on the way would lead out of the folder. The folder itself may be one.
pub(crate) fn look(folder: &Path, path: &str) -> io::Result<Place> {
    let mut here = folder.to_owned();
    let parts: Vec<_> = path.split('/').collect();
    for (index, part) in parts.iter().enumerate() {
        here.push(part);
        let kind = match fs::symlink_metadata(&here) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Place::Nothing),
            found => found?.file_type(),
        };
        let is_last = index + 1 == parts.len();
        if (is_last && !kind.is_file()) || (!is_last && !kind.is_dir()) {
            return Ok(Place::Obstacle { path: parts[..=index].join("/"), what: describe(kind) });
        }
    }
    Ok(Place::File)
}

fn describe(kind: FileType) -> &'static str {
    if kind.is_symlink() {
        "is a symbolic link"
    } else if kind.is_dir() {
        "is a folder where a file is expected"
    } else if kind.is_file() {
        "is a file where a folder is expected"
    } else {
        "is neither a file nor a folder"
    }
}
