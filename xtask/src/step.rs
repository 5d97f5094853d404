//! Commands that a command of xtask runs.

use std::process::Command;

use anyhow::Context;

use crate::failure::Failure;
use crate::workspace::Workspace;

/// A command in the root of the workspace: program and arguments.
///
/// `cargo` is the one that runs xtask, and a path is one of the workspace. What `cargo run` sets for xtask is not meant for
/// the crates that the command builds, and would make cargo build them anew.
pub(crate) fn command(workspace: &Workspace, words: &[&str]) -> Command {
    let (program, arguments) = words.split_first().unwrap_or((&"", &[]));
    let mut command = match *program {
        "cargo" => Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())),
        path if path.contains('/') => Command::new(workspace.root().join(path)),
        name => Command::new(name),
    };
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("CARGO_PKG_")) {
        command.env_remove(name);
    }
    command.env_remove("CARGO_MANIFEST_DIR").env_remove("CARGO_MANIFEST_PATH");
    command.args(arguments).current_dir(workspace.root());
    command
}

/// Runs cargo with these arguments, shown before; in docs, warnings are errors. An error if it fails.
pub(crate) fn cargo(workspace: &Workspace, arguments: &[&str]) -> Result<(), Failure> {
    let shown = format!("cargo {}", arguments.join(" "));
    println!("== {shown}");
    let mut cargo = command(workspace, &["cargo"]);
    cargo.args(arguments).env("RUSTDOCFLAGS", "-D warnings");
    let status = cargo.status().with_context(|| format!("cannot run `{shown}`"))?;
    if status.success() { Ok(()) } else { Err(Failure::Check(format!("`{shown}` failed"))) }
}
