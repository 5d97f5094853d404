//! The guard: fails the build when `generated/` does not belong to `spec/` and `codegen/`. It generates nothing. In a
//! published package, where `spec/` is absent, it does nothing.

#[path = "build/fingerprint.rs"]
#[allow(dead_code, reason = "the other half is for xtask")]
mod fingerprint;

use std::path::{Path, PathBuf};
use std::{env, fs, io};

const COMMAND: &str = "run `cargo xtask generate`";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let root = env::var_os("CARGO_MANIFEST_DIR").map_or_else(PathBuf::new, PathBuf::from);
    if !root.join("spec").is_dir() {
        return;
    }
    for path in fingerprint::WATCHED {
        println!("cargo::rerun-if-changed={path}");
    }
    match problem(&root) {
        Ok(None) => {}
        Ok(Some(problem)) => println!("cargo::error={problem}: {COMMAND}"),
        Err(error) => {
            println!("cargo::error=cannot compare generated/ with spec/ ({error}): {COMMAND}")
        }
    }
}

fn problem(root: &Path) -> io::Result<Option<String>> {
    let Ok(before) = fs::read_to_string(root.join(fingerprint::FILE)) else {
        return Ok(Some(format!("{} is missing", fingerprint::FILE)));
    };
    let now = fingerprint::compute(root, fingerprint::WATCHED)?;
    let difference = fingerprint::difference(&fingerprint::parse(&before), &now);
    Ok(difference.map(|what| format!("generated/ does not belong to spec/ and codegen/ any more ({what})")))
}
