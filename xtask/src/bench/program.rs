//! What there is to run, as a table, and how it is run.

use std::fs::{self, File};
use std::path::Path;
use std::time::Instant;

use crate::progress::seconds;
use crate::step;
use crate::workspace::Workspace;

/// All groups of figures, in the order in which they are shown.
pub(super) const GROUPS: [&str; 9] =
    ["decode", "encode", "access", "memory", "build", "size", "generate", "client", "simulator"];

/// A program or script that measures.
pub(super) struct Program {
    /// The groups that its figures are of.
    pub(super) groups: &'static [&'static str],
    pub(super) command: &'static [&'static str],
    /// What is added to the command if it is to be quick. Programs of ours look at the variable `BENCH_QUICK` instead.
    pub(super) quick: &'static [&'static str],
    /// What is added to the command if other crates are to be compared with.
    pub(super) peers: &'static [&'static str],
    /// Whether it does nothing but compare with other crates.
    pub(super) is_peer: bool,
}

/// How much is measured.
#[derive(Clone, Copy, Default)]
pub(super) struct Extent {
    pub(super) is_quick: bool,
    pub(super) has_peers: bool,
}

impl Program {
    const fn new(groups: &'static [&'static str], command: &'static [&'static str]) -> Self {
        Self { groups, command, quick: &[], peers: &[], is_peer: false }
    }
}

pub(super) const PROGRAMS: &[Program] = &[
    Program {
        quick: &["--", "--quick"],
        ..Program::new(&["decode", "encode", "access", "memory"], &["cargo", "bench", "-p", "vim25-bodies"])
    },
    Program::new(&["decode", "encode"], &["benches/instructions.sh"]),
    Program {
        is_peer: true,
        ..Program::new(
            &["decode", "encode", "access"],
            &["cargo", "run", "--release", "--manifest-path", "benches/peers/Cargo.toml"],
        )
    },
    Program {
        is_peer: true,
        ..Program::new(
            &["memory"],
            &["cargo", "run", "--release", "--manifest-path", "benches/peers/Cargo.toml", "--bin", "memory"],
        )
    },
    Program {
        quick: &["--no-profile"],
        peers: &["--peers"],
        ..Program::new(&["build", "size"], &["benches/build_cost.sh"])
    },
    Program { peers: &["--peers"], ..Program::new(&["generate"], &["benches/generate.sh"]) },
    Program::new(&["client"], &["cargo", "bench", "-p", "vim25", "--bench", "client"]),
    Program::new(&["simulator"], &["cargo", "bench", "-p", "vim25-simulator", "--bench", "load"]),
];

/// How many lines of the output of a program that failed are shown.
const TAIL: usize = 20;

impl Program {
    /// Runs it. Its figures are in the record of the folder then.
    ///
    /// # Errors
    ///
    /// What failed, with the end of the output.
    pub(super) fn run(&self, workspace: &Workspace, folder: &Path, extent: Extent) -> Result<(), String> {
        let begun = Instant::now();
        eprint!("== {} … ", self.shown());
        let output = folder.join("output");
        let problem = self.start(workspace, folder, &output, extent);
        eprintln!("{}", seconds(begun.elapsed()));
        problem.map_err(|problem| {
            let text = fs::read(&output).unwrap_or_default();
            format!("`{}` failed: {problem}\n{}", self.shown(), tail(&String::from_utf8_lossy(&text)))
        })
    }

    fn start(&self, workspace: &Workspace, folder: &Path, output: &Path, extent: Extent) -> Result<(), String> {
        let mut command = step::command(workspace, self.command);
        command.env("BENCH_RECORD", super::record(folder)).env("CARGO_TERM_COLOR", "never");
        if extent.is_quick {
            command.args(self.quick).env("BENCH_QUICK", "1");
        }
        if extent.has_peers {
            command.args(self.peers);
        }
        let file = File::create(output).map_err(|error| error.to_string())?;
        let errors = file.try_clone().map_err(|error| error.to_string())?;
        let status = command.stdout(file).stderr(errors).status().map_err(|error| error.to_string())?;
        if status.success() { Ok(()) } else { Err(status.to_string()) }
    }

    /// The command as one types it.
    pub(super) fn shown(&self) -> String {
        self.command.join(" ")
    }
}

/// The last lines, indented.
fn tail(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let last = &lines[lines.len().saturating_sub(TAIL)..];
    last.iter().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn each_program_has_known_groups_and_each_group_a_program() {
        for program in PROGRAMS {
            assert!(program.groups.iter().all(|group| GROUPS.contains(group)), "{}", program.shown());
        }
        for group in GROUPS {
            let has_own = |program: &&Program| !program.is_peer && program.groups.contains(&group);
            assert!(PROGRAMS.iter().any(|program| has_own(&program)), "{group}");
        }
    }

    #[test]
    fn a_failure_tells_the_end_of_the_output() {
        let folder = tempdir("failure");
        let workspace = Workspace::at(&folder);
        let command = &["sh", "-c", "seq 1 30; echo wrong >&2; exit 3"];
        let problem =
            Program::new(&["client"], command).run(&workspace, &folder, Extent::default()).expect_err("a failure");
        assert!(problem.contains("failed: exit status: 3\n  12\n  13\n"), "{problem}");
        assert!(problem.ends_with("\n  30\n  wrong"), "{problem}");
        fs::remove_dir_all(folder).expect("it works");
    }

    #[test]
    fn a_program_that_is_not_there_is_a_failure() {
        let folder = tempdir("absent");
        let problem =
            Program::new(&["client"], &["benches/absent.sh"]).run(&Workspace::at(&folder), &folder, Extent::default());
        let problem = problem.expect_err("a failure");
        assert!(problem.starts_with("`benches/absent.sh` failed: "), "{problem}");
        fs::remove_dir_all(folder).expect("it works");
    }

    #[test]
    fn a_program_is_told_where_to_write_and_how_much_to_measure() {
        let folder = tempdir("record");
        let workspace = Workspace::at(&folder);
        let command = &["sh", "-c", "echo \"quick: $BENCH_QUICK, $0\" >>\"$BENCH_RECORD\"", "usual"];
        let program = Program { peers: &["peers"], ..Program::new(&["client"], &command[..3]) };
        program.run(&workspace, &folder, Extent { is_quick: true, has_peers: true }).expect("it works");
        Program::new(&["client"], command).run(&workspace, &folder, Extent::default()).expect("it works");
        let record = fs::read_to_string(super::super::record(&folder)).expect("it works");
        assert_eq!(record, "quick: 1, peers\nquick: , usual\n");
        fs::remove_dir_all(folder).expect("it works");
    }

    fn tempdir(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("vim25-bench-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("it works");
        folder
    }
}
