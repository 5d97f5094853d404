//! `cargo xtask test`.

use crate::EXIT_CODES;
use crate::ci::{TESTS, run_step};
use crate::failure::Failure;
use crate::workspace::Workspace;

/// Run all tests, doc tests included
///
/// Needs cargo-nextest: `cargo install --locked cargo-nextest`.
#[derive(clap::Args)]
#[command(after_long_help = EXIT_CODES)]
pub(crate) struct Args {}

pub(crate) fn run(workspace: &Workspace, _args: &Args) -> Result<(), Failure> {
    TESTS.iter().try_for_each(|step| run_step(workspace, step))
}
