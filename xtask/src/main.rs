//! `cargo xtask`: the command line of the maintainer.

mod bench;
mod check;
mod ci;
mod diff;
mod elsewhere;
mod failure;
#[path = "../../build/fingerprint.rs"]
#[allow(dead_code, reason = "the other half is for build.rs")]
mod fingerprint;
mod generate;
mod list;
mod place;
mod progress;
mod reading;
mod report;
mod step;
mod supply;
mod sync;
mod timings;
mod work;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use workspace::Workspace;

const EXIT_CODES: &str = "\
Exit codes:
  0  done; for `check`: generated/ is up to date; for `diff`: nothing breaks
  1  a document or an overlay has mistakes; `check`: generated/ is out of date; `test`, `ci`, `bench`, `supply`: a step failed
  2  the command line has mistakes
  3  a file cannot be read or written, or something else went wrong
  4  `diff`: something breaks";

const EXAMPLES: &str = "\
Examples:
  cargo xtask generate                                   spec/ → generated/, as spec/subset.yaml says
  cargo xtask generate --managed-object SessionManager   only this, and what it needs
  cargo xtask check                                      is generated/ what spec/ and codegen/ give?
  cargo xtask diff spec/vim25-8.0.3.0.yaml spec/vim25-9.0.0.0.yaml
                                                         what a release added, removed, changed, and what of it breaks
  cargo xtask list operations Session                    operations with `session` in their names
  cargo xtask test                                       all tests
  cargo xtask ci                                         all that .ci/run runs: tests, format, lints, docs, sync
  cargo xtask bench client                               the benches of the client: figures, targets, verdicts
  cargo xtask supply                                     before a release: licences, features, packages";

/// Keeps generated/ in step with spec/, and runs the checks
///
/// The crate in generated/ is made from the OpenAPI documents in spec/, the overlays in spec/overlays/ and the generator
/// in codegen/. Change one of these, run `generate`, and commit all of it together.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", after_help = format!("{EXAMPLES}\n\n{EXIT_CODES}"))]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Generate(generate::Args),
    Check(check::Args),
    Diff(diff::Args),
    List(list::Args),
    Test(ci::TestArgs),
    Ci(ci::Args),
    Bench(bench::Args),
    Supply(supply::Args),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = Workspace::find().and_then(|workspace| match cli.command {
        Command::Generate(args) => generate::run(&workspace, &args),
        Command::Check(args) => check::run(&workspace, &args),
        Command::Diff(args) => diff::run(&args),
        Command::List(args) => list::run(&workspace, &args),
        Command::Test(args) => ci::test(&workspace, &args),
        Command::Ci(args) => ci::run(&workspace, &args),
        Command::Bench(args) => bench::run(&workspace, &args),
        Command::Supply(args) => supply::run(&workspace, &args),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            report::failure(&failure);
            failure.exit_code()
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use crate::{Cli, fingerprint};

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_fingerprint_is_read_as_it_was_written() {
        let prints = [("spec/a.yaml".to_owned(), 1), ("generated/b.rs".to_owned(), u64::MAX)].into();
        assert_eq!(fingerprint::parse(&fingerprint::render(&prints)), prints);
    }

    #[test]
    fn line_endings_do_not_count() {
        assert_eq!(fingerprint::hash(b"a\r\nb\n"), fingerprint::hash(b"a\nb\n"));
        assert_ne!(fingerprint::hash(b"a\rb"), fingerprint::hash(b"ab"));
        assert_eq!(fingerprint::hash(b"a"), 0xaf63_dc4c_8601_ec8c, "FNV-1a of `a`");
    }
}
