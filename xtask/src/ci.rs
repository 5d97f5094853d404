//! `cargo xtask ci`: what .ci/run runs once the tools are there.

use std::process::Command;

use anyhow::Context;

use crate::failure::Failure;
use crate::progress::{Progress, seconds};
use crate::workspace::Workspace;
use crate::{EXIT_CODES, check};

/// Run all checks: tests, doc tests, format, clippy, docs, packages, and whether generated/ is up to date
///
/// Prints each step and stops at the first that fails. Needs cargo-nextest, rustfmt and clippy.
#[derive(clap::Args)]
#[command(after_long_help = EXIT_CODES)]
pub(crate) struct Args {}

/// Cheap steps first, so that a slip is told early.
const BEFORE: [&[&str]; 2] =
    [&["fmt", "--all", "--check"], &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]];

/// Those of `cargo xtask test`; nextest does not run doc tests.
pub(crate) const TESTS: [&[&str]; 2] =
    [&["nextest", "run", "--workspace", "--no-tests", "pass"], &["test", "--workspace", "--doc", "--quiet"]];

const AFTER: [&[&str]; 2] = [
    &["doc", "--workspace", "--no-deps", "--quiet"],
    &["package", "--workspace", "--exclude", "xtask", "--no-verify", "--allow-dirty", "--quiet"],
];

pub(crate) fn run(workspace: &Workspace, _args: &Args) -> Result<(), Failure> {
    let progress = Progress::new();
    println!("== cargo xtask check");
    check::run(workspace, &check::Args {})?;
    for step in BEFORE.iter().chain(&TESTS).chain(&AFTER) {
        run_step(workspace, step)?;
    }
    println!("== all passed in {}", seconds(progress.elapsed()));
    Ok(())
}

/// Runs cargo in the root folder.
pub(crate) fn run_step(workspace: &Workspace, step: &[&str]) -> Result<(), Failure> {
    let shown = format!("cargo {}", step.join(" "));
    println!("== {shown}");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    // What `cargo run` sets for xtask is not meant for the crates that the step builds.
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("CARGO_PKG_")) {
        command.env_remove(name);
    }
    command.env_remove("CARGO_MANIFEST_DIR").env_remove("CARGO_MANIFEST_PATH");
    command.args(step).current_dir(workspace.root()).env("RUSTDOCFLAGS", "-D warnings");
    let status = command.status().with_context(|| format!("cannot run `{shown}`"))?;
    if status.success() { Ok(()) } else { Err(Failure::Check(format!("`{shown}` failed"))) }
}
