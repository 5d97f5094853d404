//! Files → a folder of somebody else: `generate --out DIR`.
//!
//! The folder may hold other things (a lock file, a build), so it remembers which files the generator made, in
//! [`MARKER`]. Files that the generator did not make are never touched, and neither is a folder that has files but no
//! marker. Everything is looked at before anything is written.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path};

use anyhow::{Context, Result, bail};
use vim25_codegen::FileSet;

use crate::fingerprint::{self, Fingerprint};
use crate::sync::{Change, remove_file, write_file};

/// The list of the files that the generator made, with their hashes.
const MARKER: &str = ".vim25-generated";

/// Writes what differs and removes what it made before and makes no more. What was done, by path.
pub(crate) fn write(folder: &Path, files: &FileSet) -> Result<Vec<Change>> {
    let made = marker(folder)?;
    let changes = changes(folder, &made, files)?;
    let new = files.iter().map(|(path, text)| (path.clone(), fingerprint::hash(text.as_bytes())));
    let new: Fingerprint = new.collect();
    // If the writing is interrupted, the next run must still know its own files.
    let mut both = made.clone();
    both.extend(new.clone());
    write_marker(folder, &both)?;
    for change in &changes {
        let path = folder.join(change.path());
        match files.get(change.path()) {
            Some(text) => write_file(&path, text),
            None => remove_file(folder, &path),
        }
        .with_context(|| format!("cannot write {}", path.display()))?;
    }
    write_marker(folder, &new)?;
    Ok(changes)
}

fn write_marker(folder: &Path, made: &Fingerprint) -> Result<()> {
    let path = folder.join(MARKER);
    let text = fingerprint::render(made);
    if fs::read_to_string(&path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    write_file(&path, &text).with_context(|| format!("cannot write {}", path.display()))
}

/// What the generator made here before; nothing in a new or empty folder.
fn marker(folder: &Path) -> Result<Fingerprint> {
    if !folder.exists() {
        return Ok(Fingerprint::new());
    }
    let mut entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    if entries.next().is_none() {
        return Ok(Fingerprint::new());
    }
    let Ok(text) = fs::read_to_string(folder.join(MARKER)) else {
        bail!(
            "{} is not empty and was not made by `cargo xtask generate --out`; nothing was written: name another folder, \
             or empty it",
            folder.display()
        );
    };
    let is_inside = |path: &String| Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
    let mut made = fingerprint::parse(&text);
    made.retain(|path, _| is_inside(path));
    Ok(made)
}

/// Differences; an error if a file is in the way that the generator did not make.
fn changes(folder: &Path, made: &Fingerprint, files: &FileSet) -> Result<Vec<Change>> {
    let mut changes = BTreeSet::new();
    for (path, text) in files {
        match fs::read(folder.join(path)) {
            Ok(found) if found == text.as_bytes() => {}
            Ok(_) if made.contains_key(path) => {
                changes.insert(Change::Changed(path.clone()));
            }
            Ok(_) => bail!("{path} in {} was not made by the generator; nothing was written", folder.display()),
            Err(_) => {
                changes.insert(Change::Missing(path.clone()));
            }
        }
    }
    for (path, hash) in made.iter().filter(|(path, _)| !files.contains_key(*path)) {
        match fs::read(folder.join(path)) {
            Ok(found) if fingerprint::hash(&found) == *hash => {
                changes.insert(Change::Extra(path.clone()));
            }
            Ok(_) => bail!(
                "{path} in {} is no longer made, but was changed by hand; nothing was written: remove it, or move it away",
                folder.display()
            ),
            Err(_) => {}
        }
    }
    Ok(changes.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::{Change, FileSet, MARKER, write};

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("vim25-elsewhere-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        folder
    }

    fn files(files: &[(&str, &str)]) -> FileSet {
        files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn only_its_own_files_change_and_go() {
        let folder = folder("own");
        let made = write(&folder, &files(&[("a.rs", "a"), ("old/b.rs", "b")])).expect("a new folder is made");
        assert_eq!(made.len(), 2);
        fs::write(folder.join("Cargo.lock"), "not ours").expect("writable");
        let changes = write(&folder, &files(&[("a.rs", "a2"), ("c.rs", "c")])).expect("its own folder");
        let expected = ["c.rs", "a.rs", "old/b.rs"].map(str::to_owned);
        let [c, a, b] = expected;
        assert_eq!(changes, [Change::Missing(c), Change::Changed(a), Change::Extra(b)]);
        assert!(!folder.join("old").exists(), "an empty folder goes with its last file");
        assert_eq!(fs::read_to_string(folder.join("Cargo.lock")).expect("still there"), "not ours");
        assert_eq!(write(&folder, &files(&[("a.rs", "a2"), ("c.rs", "c")])).expect("its own folder"), []);
        fs::remove_dir_all(folder).expect("was made by this test");
    }

    #[test]
    fn a_folder_of_others_is_refused() {
        let folder = folder("others");
        fs::create_dir_all(&folder).expect("writable");
        fs::write(folder.join("notes.txt"), "mine").expect("writable");
        assert!(write(&folder, &files(&[("a.rs", "a")])).is_err_and(|error| error.to_string().contains("not empty")));
        assert!(!folder.join("a.rs").exists());
        fs::remove_dir_all(folder).expect("was made by this test");
    }

    #[test]
    fn files_of_others_are_not_overwritten_or_removed() {
        let folder = folder("mixed");
        write(&folder, &files(&[("a.rs", "a"), ("b.rs", "b")])).expect("a new folder is made");
        fs::write(folder.join("c.rs"), "mine").expect("writable");
        assert!(write(&folder, &files(&[("a.rs", "a2"), ("c.rs", "c")])).is_err());
        fs::write(folder.join("b.rs"), "changed by hand").expect("writable");
        assert!(write(&folder, &files(&[("a.rs", "a2")])).is_err());
        assert_eq!(fs::read_to_string(folder.join("a.rs")).expect("still there"), "a", "nothing was written");
        fs::remove_dir_all(folder).expect("was made by this test");
    }

    #[test]
    fn a_marker_cannot_lead_outside() {
        let folder = folder("outside");
        write(&folder, &files(&[("a.rs", "a")])).expect("a new folder is made");
        let outside = folder.with_extension("victim");
        fs::write(&outside, "").expect("writable");
        let name = outside.file_name().expect("has a name").to_string_lossy().into_owned();
        fs::write(folder.join(MARKER), format!("{:016x}  ../{name}\n", crate::fingerprint::hash(b"")))
            .expect("writable");
        write(&folder, &files(&[("a.rs", "a")])).expect("its own folder");
        assert!(outside.exists());
        fs::remove_dir_all(folder).expect("was made by this test");
        fs::remove_file(outside).expect("was made by this test");
    }
}
