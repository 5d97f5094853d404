//! `cargo xtask bench`: runs the benches, and shows all their figures in one table.

mod figure;
mod machine;
mod program;
mod table;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::builder::PossibleValuesParser;

use self::machine::Machine;
use self::program::{Extent, GROUPS, PROGRAMS, Program};
use crate::failure::Failure;
use crate::workspace::Workspace;

const EXAMPLES: &str = "\
Examples:
  cargo xtask bench                      all but the comparison with other crates
  cargo xtask bench decode client        what gives figures of these groups
  cargo xtask bench --peers --markdown   all, as it stands in BENCHMARKS.md
  cargo xtask bench --quick              whether the benches work: the figures are not worth much

Exit codes:
  0  all programs ended well, whether or not their figures met the targets
  1  a program failed; the figures of the others are shown
  2  the command line has mistakes
  3  something else went wrong, such as a figure that cannot be read";

/// Run the benches and show their figures, with targets and verdicts
///
/// A figure that misses its target is no failure: machines differ, and other work disturbs. BENCHMARKS.md tells what is
/// measured and how.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Only these groups of figures
    #[arg(value_name = "GROUP", value_parser = PossibleValuesParser::new(GROUPS))]
    groups: Vec<String>,

    /// Also compare with other crates, which takes minutes to build
    #[arg(long)]
    peers: bool,

    /// Measure less, less exactly
    #[arg(long)]
    quick: bool,

    /// Print Markdown
    #[arg(long)]
    markdown: bool,
}

impl Args {
    fn wants_group(&self, group: &str) -> bool {
        self.groups.is_empty() || self.groups.iter().any(|wanted| wanted == group)
    }

    fn wants(&self, program: &Program) -> bool {
        (self.peers || !program.is_peer) && program.groups.iter().any(|group| self.wants_group(group))
    }
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<(), Failure> {
    // Before the benches are the load themselves.
    let machine = Machine::of(workspace);
    let folder = Folder::new()?;
    let extent = Extent { is_quick: args.quick, has_peers: args.peers };
    let mut failed = Vec::new();
    for program in PROGRAMS.iter().filter(|program| args.wants(program)) {
        if let Err(problem) = program.run(workspace, &folder.0, extent) {
            eprintln!("{problem}\n");
            failed.push(program.shown());
        }
    }
    let mut figures = figure::read(&folder.record())?;
    figures.retain(|figure| args.wants_group(&figure.group));
    print!("{}", if args.markdown { table::markdown(&figures, &machine) } else { table::text(&figures, &machine) });
    if failed.is_empty() { Ok(()) } else { Err(Failure::Check(format!("failed: {}", failed.join(", ")))) }
}

/// Where figures and outputs lie while the benches run.
struct Folder(PathBuf);

impl Folder {
    fn new() -> anyhow::Result<Self> {
        let path = std::env::temp_dir().join(format!("vim25-bench-{}", std::process::id()));
        fs::create_dir_all(&path).with_context(|| format!("cannot make {}", path.display()))?;
        Ok(Self(path))
    }

    fn record(&self) -> PathBuf {
        record(&self.0)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left of it does no harm.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The file to which the programs append their figures.
fn record(folder: &Path) -> PathBuf {
    folder.join("figures.jsonl")
}
