//! `cargo xtask test` and `cargo xtask ci`: the checks, as steps of cargo.

use std::process::Command;

use crate::failure::Failure;
use crate::progress::{Progress, seconds};
use crate::workspace::Workspace;
use crate::{EXIT_CODES, check, step};

/// Run all tests, doc tests included
///
/// Needs cargo-nextest.
#[derive(clap::Args)]
#[command(after_long_help = EXIT_CODES)]
pub(crate) struct TestArgs {}

/// Run all checks: tests, format, clippy, docs, packages, and whether generated/ is up to date
///
/// Prints each step and stops at the first that fails. Needs cargo-nextest, rustfmt and clippy; with chromium, the page of
/// the simulator is tested, too.
#[derive(clap::Args)]
#[command(after_long_help = EXIT_CODES)]
pub(crate) struct Args {}

const TESTS: &[&[&str]] = &[
    &["nextest", "run", "--workspace", "--features", BLOCKING],
    &["test", "--workspace", "--doc", "--quiet", "--features", BLOCKING],
];

/// The feature that is not on by default, and needs nothing of the system.
const BLOCKING: &str = "vim25/blocking";

const REST: &[&[&str]] = &[
    &["fmt", "--all", "--check"],
    &["clippy", "--workspace", "--all-targets", "--features", BLOCKING, "--", "-D", "warnings"],
    &["clippy", "-p", "vim25", "--no-default-features", "--", "-D", "warnings"],
    &["doc", "--workspace", "--no-deps", "--quiet", "--features", BLOCKING],
    &[
        "package",
        "--workspace",
        "--exclude",
        "xtask",
        "--exclude",
        "vim25-bodies",
        "--exclude",
        "vim25-bench",
        "--no-verify",
        "--allow-dirty",
        "--quiet",
    ],
];

/// The codec as it is shipped. A form of it that passed all tests in dev read every text as empty in release, by a mistake of
/// rustc 1.95 (rust-lang/rust#158206).
const OPTIMIZED: &[&str] = &["nextest", "run", "--release", "-p", "vim25-runtime"];

/// Needs a browser: the page of the simulator is looked at in it.
const BROWSER: &str = "chromium";
const PAGE: &[&str] = &["nextest", "run", "-p", "vim25-simulator", "--run-ignored", "only", "-E", "test(/^page::/)"];

pub(crate) fn run(workspace: &Workspace, _args: &Args) -> Result<(), Failure> {
    let progress = Progress::new();
    println!("== cargo xtask check");
    check::run(workspace, &check::Args::default())?;
    run_steps(workspace, TESTS)?;
    step::cargo(workspace, OPTIMIZED)?;
    if Command::new(BROWSER).arg("--version").output().is_ok() {
        step::cargo(workspace, PAGE)?;
    } else {
        println!("== left out, as there is no {BROWSER}: cargo {}", PAGE.join(" "));
    }
    run_steps(workspace, REST)?;
    println!("== all passed in {}", seconds(progress.timings().elapsed()));
    Ok(())
}

pub(crate) fn test(workspace: &Workspace, _args: &TestArgs) -> Result<(), Failure> {
    run_steps(workspace, TESTS)
}

fn run_steps(workspace: &Workspace, steps: &[&[&str]]) -> Result<(), Failure> {
    steps.iter().try_for_each(|step| step::cargo(workspace, step))
}
