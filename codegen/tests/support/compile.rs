//! Generated crates in a folder of their own, compiled.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use vim25_codegen::FileSet;

/// The root of the workspace.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().expect("the workspace is there")
}

/// A crate on disk that is no member of any workspace.
pub(crate) struct Compiled {
    folder: PathBuf,
}

impl Compiled {
    /// Writes the files of a self-contained crate, in the place of an earlier one of that name.
    pub(crate) fn new(name: &str, files: &FileSet) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(folder.join("crate"));
        for (path, text) in files {
            let path = folder.join("crate").join(path);
            fs::create_dir_all(path.parent().expect("a file is in a folder"))
                .expect("the target folder can be written");
            fs::write(path, text).expect("the target folder can be written");
        }
        // The target folder may lie in a workspace.
        let manifest = format!("{}\n[workspace]\n", files["Cargo.toml"]);
        fs::write(folder.join("crate/Cargo.toml"), manifest).expect("the target folder can be written");
        // The same versions as the workspace, which are here already.
        fs::copy(root().join("Cargo.lock"), folder.join("crate/Cargo.lock")).expect("the workspace has a lock file");
        Self { folder }
    }

    /// Runs `cargo check`, `cargo doc`, … with the runtime of the workspace; a warning is an error.
    pub(crate) fn cargo(&self, arguments: &[&str]) {
        let runtime = root().join("runtime");
        let status = Command::new(env!("CARGO"))
            .args(arguments)
            .args(["--offline", "--config"])
            .arg(format!("patch.crates-io.vim25-runtime.path={:?}", runtime.display().to_string()))
            .current_dir(self.folder.join("crate"))
            .env("CARGO_TARGET_DIR", self.folder.join("target"))
            .env("RUSTFLAGS", "-D warnings")
            .env("RUSTDOCFLAGS", "-D warnings")
            .status()
            .expect("cargo runs");
        assert!(status.success(), "cargo {arguments:?} in {}", self.folder.display());
    }
}
