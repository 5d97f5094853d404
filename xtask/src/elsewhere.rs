//! Files → a folder of somebody else: `generate --out DIR`.
//!
//! The folder may hold other things (a lock file, a build), so it remembers which files the generator made, in
//! [`MARKER`]. Files that the generator did not make are never touched, and neither is a folder that has files but no
//! marker. Everything is looked at before anything is written.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path};

use anyhow::{Context, Result, bail};
use vim25_codegen::FileSet;

use crate::fingerprint;
use crate::place::{Place, look};
use crate::sync::{Change, is_same};
use crate::work::{self, Work};

/// The list of the files that the generator made, with their hashes.
const MARKER: &str = ".vim25-generated";

/// Where the list waits that holds during the writing.
const BEFORE: &str = ".vim25-generated.before";

/// Path and hash of each file that the generator made. If it was interrupted, a file can be the old or the new one.
type Made = BTreeSet<(String, u64)>;

/// Writes what differs and removes what it made before and makes no more. What was done, by path.
pub(crate) fn write(folder: &Path, files: &FileSet) -> Result<Vec<Change>> {
    let new: Made = files.iter().map(|(path, text)| (path.clone(), fingerprint::hash(text.as_bytes()))).collect();
    let made = marker(folder)?;
    // What is found without the lock counts only if it is nothing: another run may be at work.
    let is_up_to_date = made == new && changes(folder, &made, files).is_ok_and(|changes| changes.is_empty());
    if is_up_to_date && !work::is_left(folder) {
        return Ok(Vec::new());
    }
    let work = Work::begin(folder)?;
    let made = marker(folder)?;
    let changes = changes(folder, &made, files)?;
    // If the writing is interrupted, the next run must still know its own files.
    work.stage(BEFORE, &render(made.union(&new)))?;
    work.stage(MARKER, &render(&new))?;
    for change in &changes {
        if let Some(text) = files.get(change.path()) {
            work.stage(change.path(), text)?;
        }
    }
    work.place(BEFORE, MARKER).with_context(|| format!("cannot write {MARKER} in {}", folder.display()))?;
    work.carry_out(&changes)?;
    // A run that was interrupted may have come to the folder of a file, but not to the file.
    made.union(&new).filter(|(path, _)| !files.contains_key(path)).for_each(|(path, _)| work.prune(path));
    work.carry_out([&Change::Changed(MARKER.to_owned())])?;
    Ok(changes)
}

fn render<'a>(made: impl IntoIterator<Item = &'a (String, u64)>) -> String {
    let line = |(path, hash): &(String, u64)| fingerprint::render(&[(path.clone(), *hash)].into());
    made.into_iter().map(line).collect()
}

/// What the generator made here before; nothing in a new or empty folder.
fn marker(folder: &Path) -> Result<Made> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Made::new()),
        entries => entries.and_then(Iterator::collect::<Result<Vec<_>, _>>),
    };
    let entries = entries.with_context(|| format!("cannot read {}", folder.display()))?;
    // What a run leaves that was killed early.
    if entries.iter().all(|entry| entry.file_name() == work::NAME) {
        return Ok(Made::new());
    }
    if look(folder, MARKER)? != Place::File {
        bail!(
            "{} is not empty and was not made by `cargo xtask generate --out`; nothing was written: name another folder, \
             or empty it",
            folder.display()
        );
    }
    let text = fs::read_to_string(folder.join(MARKER)).with_context(|| format!("cannot read {MARKER}"))?;
    let is_inside = |path: &str| Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
    let made = text.lines().flat_map(fingerprint::parse);
    Ok(made.filter(|(path, _)| is_inside(path)).collect())
}

/// Differences; an error if something is in the way that the generator did not make.
fn changes(folder: &Path, made: &Made, files: &FileSet) -> Result<Vec<Change>> {
    let old: BTreeSet<_> = made.iter().map(|(path, _)| path).collect();
    let mut changes = BTreeSet::new();
    for path in old.iter().copied().chain(files.keys()) {
        let place = look(folder, path).with_context(|| format!("cannot read {path} in {}", folder.display()))?;
        let here = folder.join(path);
        match (place, files.get(path)) {
            (Place::Obstacle { path, what }, _) => {
                bail!("{path} in {} {what}; nothing was written: move it away, or remove it", folder.display())
            }
            (Place::Nothing, None) => {}
            (Place::Nothing, Some(_)) => {
                changes.insert(Change::Missing(path.clone()));
            }
            (Place::File, Some(text)) if is_same(&here, text)? => {}
            (Place::File, Some(_)) if old.contains(path) => {
                changes.insert(Change::Changed(path.clone()));
            }
            (Place::File, Some(_)) => bail!(
                "{path} in {} was not made by the generator; nothing was written: move it away, or remove it",
                folder.display()
            ),
            (Place::File, None) => {
                let found = fs::read(&here).with_context(|| format!("cannot read {}", here.display()))?;
                if !made.contains(&(path.clone(), fingerprint::hash(&found))) {
                    bail!(
                        "{path} in {} is no longer made, but was changed by hand; nothing was written: remove it, or move \
                         it away",
                        folder.display()
                    );
                }
                changes.insert(Change::Extra(path.clone()));
            }
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
