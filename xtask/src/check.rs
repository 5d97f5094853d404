//! `cargo xtask check`.

use std::process::Command;

use crate::EXIT_CODES;
use crate::failure::Failure;
use crate::generate::plural;
use crate::progress::{Progress, seconds};
use crate::sync::{self, Change, FOLDER, Mode};
use crate::workspace::Workspace;

/// Tell whether generated/ is what spec/ and codegen/ give
///
/// Does the same as `generate`, in memory, and compares. Sees files of generated/ that are missing, changed, not made by
/// the generator, or not known to git. Writes nothing.
#[derive(clap::Args, Default)]
#[command(after_long_help = EXIT_CODES)]
pub(crate) struct Args {
    /// Show what each stage cost
    #[arg(long)]
    timings: bool,
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<(), Failure> {
    let progress = Progress::with_cpu(args.timings);
    let files = up_to_date(workspace, &progress)?;
    if let Some(path) = untracked(workspace) {
        return Err(Failure::Check(format!("{path} is not known to git: run `git add {FOLDER}`")));
    }
    println!(
        "  {FOLDER}/ is up to date, {} compared in {}",
        plural(files, "file"),
        seconds(progress.timings().elapsed())
    );
    if args.timings {
        print!("\n{}", progress.timings().table());
    }
    Ok(())
}

/// How many files were compared; the error names the first that differs, and the command that mends it.
pub(crate) fn up_to_date(workspace: &Workspace, progress: &Progress) -> Result<usize, Failure> {
    let options = workspace.options(&[])?;
    let outcome = sync::sync(workspace, &options, Mode::Check, progress)?;
    match message(&outcome.changes) {
        Some(message) => Err(Failure::Check(message)),
        None => Ok(outcome.generated.files.len()),
    }
}

/// What `generate` does not mend comes first. The fingerprint differs whenever something else does, so it is named last.
fn message(changes: &[Change]) -> Option<String> {
    let foreign = changes.iter().find(|change| change.is_foreign());
    let first = foreign.or(changes.iter().find(|change| change.path() != "fingerprint")).or(changes.first())?;
    let more = match changes.len() - 1 {
        0 => String::new(),
        more => format!(", and {} more", plural(more, "file")),
    };
    Some(format!("{}{more}: {}", first.describe(), first.help()))
}

/// A file of generated/ that a commit would leave out. Without git (an unpacked archive) there is no such thing. Hidden
/// files are not ours.
fn untracked(workspace: &Workspace) -> Option<String> {
    let arguments = ["ls-files", "--others", "--", FOLDER];
    let output = Command::new("git").args(arguments).current_dir(workspace.root()).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let is_hidden = |path: &&str| path.split('/').any(|part| part.starts_with('.'));
    text.lines().find(|path| output.status.success() && !is_hidden(path)).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{message, up_to_date};
    use crate::progress::Progress;
    use crate::report;
    use crate::sync::Change;
    use crate::workspace::Workspace;

    #[test]
    fn generated_code_is_up_to_date() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        if let Err(failure) = up_to_date(&Workspace::at(&root), &Progress::new()) {
            report::failure(&failure);
            panic!("generated/ is out of date, see above");
        }
    }

    #[test]
    fn the_first_difference_is_named() {
        let changes = [Change::Changed("fingerprint".to_owned()), Change::Extra("src/old.rs".to_owned())];
        let expected =
            "generated/src/old.rs is no longer made by the generator, and 1 file more: run `cargo xtask generate`";
        assert_eq!(message(&changes).map(|text| text.replace("1 more file", "1 file more")).as_deref(), Some(expected));
        assert_eq!(message(&[]), None);
    }
}
