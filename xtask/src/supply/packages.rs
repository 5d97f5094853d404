//! The packages as a registry would get them: what they hold, and whether they are enough.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::metadata::{Metadata, Package};
use crate::failure::Failure;
use crate::step;
use crate::workspace::Workspace;

/// The registry takes no larger package.
const MOST_PACKED: u64 = 10 << 20;

/// Of a file. Bodies and documents that are larger are for this repository alone.
const MOST_IN_A_FILE: u64 = 512 << 10;

/// In each package.
const WANTED: [&str; 4] = ["Cargo.toml", "LICENSE-APACHE", "LICENSE-MIT", "README.md"];

/// In none.
const UNWANTED: [&str; 5] = ["spec/", "benches/", "xtask/", "codegen/", ".ci/"];

/// Those whose tests need nothing that is not in a package.
const TESTED: [&str; 3] = ["vim25-runtime", "vim25-simulator", "vim25"];

pub(super) fn check(workspace: &Workspace, metadata: &Metadata) -> Result<(), Failure> {
    let published: Vec<_> = metadata.published().collect();
    let names = published.iter().flat_map(|package| ["-p", package.name.as_str()]);
    let arguments = ["package", "--no-verify", "--allow-dirty", "--quiet"].into_iter().chain(names);
    step::cargo(workspace, &arguments.collect::<Vec<_>>())?;
    let folder = Folder::new()?;
    let mut problems = Vec::new();
    for package in &published {
        problems.extend(look(&metadata.target, &folder.0, package)?);
    }
    if !problems.is_empty() {
        return Err(Failure::Check(problems.join("\n")));
    }
    fs::write(folder.0.join("Cargo.toml"), manifest(&published)).context("cannot write the manifest")?;
    // The versions that are known to work.
    fs::copy(workspace.root().join("Cargo.lock"), folder.0.join("Cargo.lock")).context("cannot copy Cargo.lock")?;
    build(workspace, &folder.0, &["check", "--workspace", "--quiet"])?;
    let tested = TESTED.iter().flat_map(|name| ["-p", name]);
    let arguments: Vec<_> = ["test", "--lib", "--tests", "--quiet"].into_iter().chain(tested).collect();
    build(workspace, &folder.0, &arguments)
}

/// Unpacks a package, and tells what is wrong with what it holds.
fn look(target: &Path, folder: &Path, package: &Package) -> Result<Vec<String>> {
    let packed = target.join("package").join(package.stem()).with_added_extension("crate");
    let size = fs::metadata(&packed).with_context(|| format!("cannot read {}", packed.display()))?.len();
    let status = Command::new("tar").arg("-xzf").arg(&packed).arg("-C").arg(folder).status();
    if !status.context("cannot run `tar`")?.success() {
        bail!("cannot unpack {}", packed.display());
    }
    let mut files = BTreeMap::new();
    let root = folder.join(package.stem());
    visit(&root, &root, &mut files)?;
    println!("   {}: {} files, {} KiB packed", package.name, files.len(), size >> 10);
    let problems = problems(size, &files);
    Ok(problems.into_iter().map(|problem| format!("the package {}: {problem}", package.name)).collect())
}

/// What is wrong with a package of this size and these files.
fn problems(size: u64, files: &BTreeMap<String, u64>) -> Vec<String> {
    let mut problems = Vec::new();
    if size > MOST_PACKED {
        problems.push(format!("{size} bytes are more than a registry takes"));
    }
    for name in WANTED.iter().filter(|name| !files.contains_key(**name)) {
        problems.push(format!("{name} is missing"));
    }
    for (path, size) in files {
        if UNWANTED.iter().any(|folder| path.starts_with(folder)) {
            problems.push(format!("{path} is of no use in it"));
        }
        if *size > MOST_IN_A_FILE && path != "Cargo.lock" {
            problems.push(format!("{path} is large: {size} bytes"));
        }
    }
    problems
}

fn visit(root: &Path, folder: &Path, files: &mut BTreeMap<String, u64>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let entry = entry.with_context(|| format!("cannot read {}", folder.display()))?;
        let (path, found) = (entry.path(), entry.metadata().context("cannot read a file of a package")?);
        if found.is_dir() {
            visit(root, &path, files)?;
        } else {
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            files.insert(name, found.len());
        }
    }
    Ok(())
}

/// A workspace of the unpacked packages, which take each other in place of what the registry has.
fn manifest(packages: &[&Package]) -> String {
    let members: Vec<_> = packages.iter().map(|package| format!("{:?}", package.stem())).collect();
    let mut manifest =
        format!("[workspace]\nresolver = \"3\"\nmembers = [{}]\n\n[patch.crates-io]\n", members.join(", "));
    for package in packages {
        let _ = writeln!(manifest, "{} = {{ path = {:?} }}", package.name, package.stem());
    }
    manifest
}

/// Runs cargo there, with a target folder there: nothing of the repository is in reach.
fn build(workspace: &Workspace, folder: &Path, arguments: &[&str]) -> Result<(), Failure> {
    let shown = format!("cargo {}", arguments.join(" "));
    println!("== in the packages: {shown}");
    let mut cargo = step::command(workspace, &["cargo"]);
    cargo.args(arguments).current_dir(folder).env("CARGO_TARGET_DIR", folder.join("target"));
    let status = cargo.status().with_context(|| format!("cannot run `{shown}`"))?;
    if status.success() { Ok(()) } else { Err(Failure::Check(format!("in the packages, `{shown}` failed"))) }
}

/// Where the packages are unpacked and built. It goes in the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self> {
        let path = std::env::temp_dir().join(format!("vim25-supply-{}", std::process::id()));
        fs::create_dir_all(&path).with_context(|| format!("cannot make {}", path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left of it does no harm.
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST_IN_A_FILE, MOST_PACKED, WANTED, problems};

    #[test]
    fn what_is_wrong_with_a_package_is_named() {
        let mut files: std::collections::BTreeMap<_, _> = WANTED.iter().map(|name| ((*name).to_owned(), 1)).collect();
        assert!(problems(MOST_PACKED, &files).is_empty());
        files.remove("LICENSE-MIT");
        files.insert("spec/vim25.yaml".to_owned(), 1);
        files.insert("tests/body.json".to_owned(), MOST_IN_A_FILE + 1);
        let found = problems(MOST_PACKED + 1, &files);
        assert_eq!(found.len(), 4, "{found:?}");
        for what in ["10485761 bytes", "LICENSE-MIT is missing", "spec/vim25.yaml", "tests/body.json is large"] {
            assert!(found.iter().any(|problem| problem.contains(what)), "{found:?}");
        }
    }
}
