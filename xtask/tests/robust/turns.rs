//! Several runs at once.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use super::support::{Copy, SPEC, assert_guarded, document, files, text};

const LOCK: &str = "generated/.vim25-writing/lock";

/// The lock of a run that goes on.
fn hold(copy: &Copy) -> File {
    copy.write(LOCK, "");
    let lock = File::open(copy.path(LOCK)).expect("was made");
    lock.lock().expect("nobody else has it");
    lock
}

/// A run that has said that it waits, and for what.
fn waiting(copy: &Copy) -> Child {
    let mut run = copy.xtask_command("generate");
    let mut run = run.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("xtask runs");
    let mut line = String::new();
    let stderr = run.stderr.as_mut().expect("is piped");
    BufReader::new(stderr).read_line(&mut line).expect("is text");
    assert!(line.contains("waits for another run") && line.contains(LOCK), "{line}");
    run
}

#[test]
fn the_second_waits_and_names_the_lock() {
    let copy = Copy::new("waits");
    copy.write(SPEC, &document("Alpha", 3));
    let before = copy.generated();
    let lock = hold(&copy);
    let mut run = waiting(&copy);
    assert!(before.iter().all(|(path, text)| copy.generated().get(path) == Some(text)), "nothing is written yet");
    drop(lock);
    assert!(run.wait().expect("ends").success());
    copy.succeed("check");
    assert!(!copy.path("generated/.vim25-writing").exists());
}

/// The fingerprint is that of the document that was read, so the build notices the other one.
#[test]
fn a_document_that_changes_during_a_run_is_noticed() {
    let copy = Copy::new("changes");
    copy.write(SPEC, &document("Alpha", 3));
    let lock = hold(&copy);
    let mut run = waiting(&copy);
    copy.write(SPEC, &document("Beta", 3));
    drop(lock);
    assert!(run.wait().expect("ends").success());
    assert_guarded(&copy.build(), &format!("({SPEC} changed)"));
}

#[test]
fn the_lock_of_a_killed_run_holds_nobody() {
    let copy = Copy::new("stale");
    copy.write(SPEC, &document("Alpha", 3));
    let lock = hold(&copy);
    let mut run = waiting(&copy);
    run.kill().expect("it runs");
    run.wait().expect("has ended");
    drop(lock);
    assert!(copy.path(LOCK).exists(), "left by the killed run");
    let output = copy.succeed("generate");
    assert!(!text(&output).contains("waits"), "{}", text(&output));
    assert!(!copy.path(LOCK).exists());
}

/// Whoever comes last has all files: there is no mixture of two subsets.
fn race(copy: &Copy, output: &str, commands: [&str; 2], rounds: usize) {
    let results = commands.map(|command| {
        copy.succeed(command);
        files(&copy.path(output))
    });
    for round in 0..rounds {
        let run =
            |index: usize| copy.xtask_command(commands[index % 2]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
        let runs: Vec<_> = (0..6).map(|index| run(round + index).expect("xtask runs")).collect();
        for run in runs {
            let output = run.wait_with_output().expect("ends");
            assert!(output.status.success(), "{}", text(&output));
        }
        assert!(results.contains(&files(&copy.path(output))), "a mixture, or something is left");
        if round % 2 == 1 {
            fs::remove_dir_all(copy.path(output)).expect("can be removed");
        }
    }
}

const SUBSETS: [&str; 2] = ["generate", "generate --managed-object Cache"];
const ELSEWHERE: [&str; 2] =
    ["generate --out out --crate-name my-api", "generate --out out --crate-name my-api --managed-object Cache"];

#[test]
fn runs_at_once_do_not_mix() {
    let copy = Copy::new("race");
    copy.write(SPEC, &document("Alpha", 20));
    race(&copy, "generated", SUBSETS, 4);
    race(&copy, "out", ELSEWHERE, 4);
}

/// `cargo test -p xtask --test robust -- --ignored --nocapture soak`
#[test]
#[ignore = "takes minutes"]
fn soak_of_runs_at_once() {
    let copy = Copy::new("race-soak");
    copy.write(SPEC, &document("Alpha", 20));
    race(&copy, "generated", SUBSETS, 200);
    race(&copy, "out", ELSEWHERE, 200);
}
