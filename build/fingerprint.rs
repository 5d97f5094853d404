//! The fingerprint of what `generated/` is made from and of what it is: one hash per file. Shared by the guard in
//! build.rs and by `cargo xtask`.

use std::collections::BTreeMap;
use std::hash::Hasher;
use std::path::Path;
use std::{fs, io};

/// Where the generator leaves it.
pub(crate) const FILE: &str = "generated/fingerprint";

/// The files and folders that belong together, relative to the workspace.
pub(crate) const WATCHED: [&str; 4] = ["spec", "codegen/src", "codegen/Cargo.toml", "generated"];

/// Those of them that are made by people.
pub(crate) const INPUT: [&str; 3] = ["spec", "codegen/src", "codegen/Cargo.toml"];

/// What is among them but is not read by the generator.
const IGNORED: [&str; 2] = ["spec/README.md", "spec/import"];

/// Path, with `/`, relative to the workspace → hash of the file.
pub(crate) type Fingerprint = BTreeMap<String, u64>;

/// The fingerprint of the files as they are.
pub(crate) fn compute(root: &Path, watched: &[&str]) -> io::Result<Fingerprint> {
    let mut found = Fingerprint::new();
    for path in watched.iter().filter(|path| root.join(path).exists()) {
        visit(root, path, &mut found)?;
    }
    found.remove(FILE);
    Ok(found)
}

/// Files that begin with a dot belong to editors and operating systems, not to us.
fn visit(root: &Path, path: &str, found: &mut Fingerprint) -> io::Result<()> {
    let here = root.join(path);
    if !here.is_dir() {
        found.insert(path.to_owned(), hash(&fs::read(here)?));
        return Ok(());
    }
    for entry in fs::read_dir(here)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let path = format!("{path}/{name}");
        if !name.starts_with('.') && !IGNORED.contains(&path.as_str()) {
            visit(root, &path, found)?;
        }
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
