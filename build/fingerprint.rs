//! The fingerprint of what `generated/` is made from and of what it is: one hash per file. Shared by the guard in
//! build.rs and by `cargo xtask`.

use std::collections::BTreeMap;
use std::hash::Hasher;
use std::path::Path;
use std::{fs, io};

/// Where the generator leaves it.
pub(crate) const FILE: &str = "generated/fingerprint";

/// The files and folders that `generated/` is made from, relative to the workspace.
pub(crate) const INPUT: &[&str] = &["spec", "codegen/src", "codegen/Cargo.toml"];

/// With it, the files and folders that belong together.
pub(crate) const WATCHED: &[&str] = &["spec", "codegen/src", "codegen/Cargo.toml", "generated"];

/// What is among them but is not read by the generator.
const IGNORED: [&str; 2] = ["spec/README.md", "spec/import"];

/// Path, with `/`, relative to the workspace → hash of the file.
pub(crate) type Fingerprint = BTreeMap<String, u64>;

/// The fingerprint of the files as they are, in [`INPUT`] or in all that is [`WATCHED`].
pub(crate) fn compute(root: &Path, paths: &[&str]) -> io::Result<Fingerprint> {
    let mut found = Fingerprint::new();
    for path in paths.iter().filter(|path| root.join(path).exists()) {
        visit(root, path, &mut found)?;
    }
    found.remove(FILE);
    Ok(found)
}

/// Files that begin with a dot belong to editors and operating systems, not to us.
fn visit(root: &Path, path: &str, found: &mut Fingerprint) -> io::Result<()> {
    let here = root.join(path);
    let place = |error: io::Error| io::Error::new(error.kind(), format!("{path}: {error}"));
    let kind = fs::metadata(&here).map_err(place)?;
    if kind.is_file() {
        found.insert(path.to_owned(), hash(&fs::read(here).map_err(place)?));
        return Ok(());
    }
    // To read a pipe is to wait for ever.
    if !kind.is_dir() {
        return Err(io::Error::other(format!("{path} is neither a file nor a folder")));
    }
    for entry in fs::read_dir(here).map_err(place)? {
        let entry = entry.map_err(place)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{path}/{name}");
        if name.starts_with('.') || IGNORED.contains(&path.as_str()) {
            continue;
        }
        if entry.file_name() != name.as_str() {
            return Err(io::Error::other(format!("the name of {path} is not Unicode")));
        }
        // It may lead round in a circle.
        if entry.file_type()?.is_symlink() && entry.path().is_dir() {
            return Err(io::Error::other(format!("{path} is a link to a folder")));
        }
        visit(root, &path, found)?;
    }
    Ok(())
}

/// FNV-1a. A carriage return before a line feed does not count: a checkout may have added it.
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    let mut hasher = fnv::FnvHasher::default();
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        match line.strip_suffix(b"\r\n") {
            Some(text) => [text, b"\n"].iter().for_each(|part| hasher.write(part)),
            None => hasher.write(line),
        }
    }
    hasher.finish()
}

/// One line per file.
pub(crate) fn render(fingerprint: &Fingerprint) -> String {
    fingerprint.iter().map(|(path, hash)| format!("{hash:016x}  {path}\n")).collect()
}

/// What [`render`] wrote; a line that is none reads as a file that does not exist.
pub(crate) fn parse(text: &str) -> Fingerprint {
    let line = |line: &str| {
        let (hash, path) = line.split_once("  ").unwrap_or(("", line));
        (path.to_owned(), u64::from_str_radix(hash, 16).unwrap_or_default())
    };
    text.lines().map(line).collect()
}

/// The first file that is not as it was, in words.
pub(crate) fn difference(before: &Fingerprint, now: &Fingerprint) -> Option<String> {
    let gone = before.keys().find(|path| !now.contains_key(*path));
    let changed = now.iter().find(|(path, hash)| before.get(*path) != Some(hash));
    match (changed, gone) {
        (Some((path, _)), _) if before.contains_key(path) => Some(format!("{path} changed")),
        (Some((path, _)), _) => Some(format!("{path} is new")),
        (None, Some(path)) => Some(format!("{path} is gone")),
        (None, None) => None,
    }
}
