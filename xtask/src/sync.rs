//! spec/ → generated/, or only the comparison: one function with a mode, used by `generate`, `check` and the test.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use vim25_codegen::{FileSet, Generated, Options, Spec, generate_observed};

use crate::failure::Failure;
use crate::fingerprint;
use crate::progress::Progress;
use crate::workspace::Workspace;

/// The folder of the generated crate.
pub(crate) const FOLDER: &str = "generated";

/// What to do about differences.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Write,
    Check,
}

/// A file that is not as the generator wants it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Change {
    Missing(String),
    Changed(String),
    Extra(String),
}

impl Change {
    /// Path in the folder.
    pub(crate) fn path(&self) -> &str {
        match self {
            Self::Missing(path) | Self::Changed(path) | Self::Extra(path) => path,
        }
    }

    /// In words.
    pub(crate) fn describe(&self) -> String {
        let state = match self {
            Self::Missing(_) => "is missing",
            Self::Changed(_) => "is not what spec/ and codegen/ give",
            Self::Extra(_) => "is not made by the generator",
        };
        format!("{FOLDER}/{} {state}", self.path())
    }
}

/// What was found and, in [`Mode::Write`], done.
pub(crate) struct Outcome {
    pub(crate) spec: Spec,
    pub(crate) generated: Generated,
    pub(crate) changes: Vec<Change>,
}

/// Generates in memory, compares with the folder, and mends the differences if that is asked for. Nothing is touched
/// unless everything was generated.
pub(crate) fn sync(
    workspace: &Workspace,
    options: &Options,
    mode: Mode,
    progress: &Progress,
) -> Result<Outcome, Failure> {
    let spec = progress.stage("read files", || workspace.spec())?;
    let (spec, mut generated) = generate(spec, options, progress)?;
    if !generated.files.contains_key("Cargo.toml") {
        // Without it, the workspace does not load any more, nor does xtask.
        return Err(anyhow!("the generator made no {FOLDER}/Cargo.toml; nothing was written").into());
    }
    let root = workspace.root();
    let fingerprint = progress.stage("fingerprint", || fingerprint(root, &generated.files))?;
    generated.files.insert("fingerprint".to_owned(), fingerprint);
    let folder = root.join(FOLDER);
    let changes = progress.stage("compare", || compare(&folder, &generated.files))?;
    if mode == Mode::Write {
        progress.stage("write", || write(&folder, &generated.files, &changes))?;
    }
    progress.done();
    Ok(Outcome { spec, generated, changes })
}

/// Generates in memory.
pub(crate) fn generate(spec: Spec, options: &Options, progress: &Progress) -> Result<(Spec, Generated), Failure> {
    match generate_observed(&spec, options, &|stage, moment| progress.observe(stage, moment)) {
        Ok(generated) => Ok((spec, generated)),
        Err(problems) => Err(Failure::input(problems, spec)),
    }
}

/// Of the input as it is, and of the generated files as they are to be.
fn fingerprint(root: &Path, files: &FileSet) -> Result<String> {
    let mut fingerprint = fingerprint::compute(root, &fingerprint::INPUT).context("cannot read spec/ and codegen/")?;
    let own = format!("{FOLDER}/");
    fingerprint.extend(files.iter().map(|(path, text)| (format!("{own}{path}"), fingerprint::hash(text.as_bytes()))));
    Ok(fingerprint::render(&fingerprint))
}

fn compare(folder: &Path, files: &FileSet) -> Result<Vec<Change>> {
    let mut found = BTreeSet::new();
    if folder.is_dir() {
        visit(folder, folder, &mut found)?;
    }
    let mut changes: Vec<_> =
        found.iter().filter(|path| !files.contains_key(*path)).map(|path| Change::Extra(path.clone())).collect();
    for (path, text) in files {
        if !found.contains(path) {
            changes.push(Change::Missing(path.clone()));
        } else if fs::read(folder.join(path)).with_context(|| format!("cannot read {path}"))? != text.as_bytes() {
            changes.push(Change::Changed(path.clone()));
        }
    }
    changes.sort_by(|a, b| a.path().cmp(b.path()));
    Ok(changes)
}

/// All files below a folder, hidden ones too, relative to `root` and with `/`.
fn visit(root: &Path, folder: &Path, found: &mut BTreeSet<String>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            visit(root, &path, found)?;
        } else {
            let parts = path.strip_prefix(root).unwrap_or(&path).components();
            let parts: Vec<_> = parts.map(|part| part.as_os_str().to_string_lossy()).collect();
            found.insert(parts.join("/"));
        }
    }
    Ok(())
}

/// The fingerprint comes last: if the writing is interrupted, the guard still sees that something is amiss.
fn write(folder: &Path, files: &FileSet, changes: &[Change]) -> Result<()> {
    let is_fingerprint = |change: &&Change| folder.join(change.path()) == folder.join("fingerprint");
    let others = changes.iter().filter(|change| !is_fingerprint(change));
    for change in others.chain(changes.iter().filter(is_fingerprint)) {
        let path = folder.join(change.path());
        match files.get(change.path()) {
            Some(text) => write_file(&path, text),
            None => remove_file(folder, &path),
        }
        .with_context(|| format!("cannot write {FOLDER}/{}", change.path()))?;
    }
    Ok(())
}

/// All or nothing: a reader sees the old file or the new one.
pub(crate) fn write_file(path: &Path, text: &str) -> Result<()> {
    let folder = path.parent().context("the path has no folder")?;
    fs::create_dir_all(folder)?;
    let name = path.file_name().context("the path has no name")?.to_string_lossy();
    let temporary = folder.join(format!(".{name}.{}", std::process::id()));
    fs::write(&temporary, text)?;
    let renamed = fs::rename(&temporary, path);
    if renamed.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    Ok(renamed?)
}

/// With the folders that become empty.
pub(crate) fn remove_file(root: &Path, path: &Path) -> Result<()> {
    fs::remove_file(path)?;
    let mut folder: PathBuf = path.to_owned();
    while folder.pop() && folder != root && fs::remove_dir(&folder).is_ok() {}
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::{Change, FileSet, compare, write};

    /// An empty folder below the one for temporary files.
    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("vim25-xtask-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("temporary files can be written");
        folder
    }

    fn files(files: &[(&str, &str)]) -> FileSet {
        let owned = |(path, text): &(&str, &str)| ((*path).to_owned(), (*text).to_owned());
        files.iter().map(owned).collect::<BTreeMap<_, _>>()
    }

    fn modified(path: &Path) -> std::time::SystemTime {
        fs::metadata(path).and_then(|file| file.modified()).expect("the file exists")
    }

    #[test]
    fn only_differences_are_written_and_old_files_go() {
        let folder = folder("differences");
        let before = files(&[("a.rs", "a"), ("old/b.rs", "b"), ("fingerprint", "1")]);
        write(&folder, &before, &compare(&folder, &before).expect("readable")).expect("writable");
        assert_eq!(compare(&folder, &before).expect("readable"), []);

        let untouched = modified(&folder.join("a.rs"));
        let after = files(&[("a.rs", "a"), ("new/c.rs", "c"), ("fingerprint", "2")]);
        let changes = compare(&folder, &after).expect("readable");
        let expected = [
            Change::Changed("fingerprint".to_owned()),
            Change::Missing("new/c.rs".to_owned()),
            Change::Extra("old/b.rs".to_owned()),
        ];
        assert_eq!(changes, expected);
        write(&folder, &after, &changes).expect("writable");
        assert_eq!(compare(&folder, &after).expect("readable"), []);
        assert_eq!(modified(&folder.join("a.rs")), untouched);
        assert!(!folder.join("old").exists(), "an empty folder goes with its last file");
        fs::remove_dir_all(folder).expect("was made by this test");
    }

    #[test]
    fn hidden_files_are_extra_too() {
        let folder = folder("hidden");
        fs::write(folder.join(".a.rs.123"), "left by a crash").expect("writable");
        let changes = compare(&folder, &FileSet::new()).expect("readable");
        assert_eq!(changes, [Change::Extra(".a.rs.123".to_owned())]);
        fs::remove_dir_all(folder).expect("was made by this test");
    }
}
