//! A run that is killed: each file is the old or the new one, the build says so, and the next run mends it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::support::{Copy, Files, SPEC, assert_guarded, document, files, folder, text};

#[path = "../../../build/fingerprint.rs"]
#[allow(dead_code, reason = "the other half is for xtask")]
mod fingerprint;

const WORK: &str = ".vim25-writing/";
const MARKER: &str = ".vim25-generated";

/// A folder that is generated from one of two documents, which share few files.
struct Two {
    copy: Copy,
    output: &'static str,
    command: &'static str,
    documents: [String; 2],
    results: [Files; 2],
    /// Which of them is there.
    current: usize,
    /// What was seen after a run that was killed.
    seen: Seen,
}

#[derive(Debug, Default)]
struct Seen {
    old: usize,
    mixed: usize,
    new: usize,
    leftovers: usize,
}

impl Two {
    fn new(name: &str, output: &'static str, command: &'static str) -> Self {
        let copy = Copy::bare(&folder(name).join("workspace"));
        let documents = ["Alpha", "Beta"].map(|name| document(name, 20));
        let results = [0, 1].map(|index| {
            copy.write(SPEC, &documents[index]);
            copy.succeed(command);
            files(&copy.path(output))
        });
        Self { copy, output, command, documents, results, current: 1, seen: Seen::default() }
    }

    fn in_workspace(name: &str) -> Self {
        Self::new(name, "generated", "generate")
    }

    fn elsewhere(name: &str) -> Self {
        Self::new(name, "out", "generate --out out --crate-name my-api")
    }

    /// From one result to the other, which is interrupted, and then looks at what is there and mends it.
    fn interrupt(&mut self, interrupt: impl FnOnce(&Copy, &str)) {
        let next = 1 - self.current;
        let (old, new) = (&self.results[self.current], &self.results[next]);
        self.copy.write(SPEC, &self.documents[next]);
        interrupt(&self.copy, self.command);
        let found = files(&self.copy.path(self.output));
        self.seen.leftovers += usize::from(found.contains_key(WORK));
        let found: Files = found.into_iter().filter(|(path, _)| !path.starts_with(WORK)).collect();
        match &found {
            found if found == old => self.seen.old += 1,
            found if found == new => self.seen.new += 1,
            _ => self.seen.mixed += 1,
        }
        for path in found.keys().chain(old.keys()).chain(new.keys()).collect::<BTreeSet<_>>() {
            let (old, new, found) = (old.get(path), new.get(path), found.get(path));
            let is_marker = path == MARKER && found.is_some();
            assert!(found == old || found == new || is_marker || path.ends_with('/'), "{path} is half written");
        }
        if self.output == "generated" {
            assert_eq!(difference(&self.copy.root).is_none(), found == *new, "the guard");
        }
        self.copy.succeed(self.command);
        let mended = files(&self.copy.path(self.output));
        let differs = mended.keys().chain(new.keys()).find(|path| mended.get(*path) != new.get(*path));
        assert_eq!(differs, None, "a second run mends it and leaves nothing else");
        self.current = next;
    }

    fn run(&self) -> Child {
        start(&self.copy, self.command)
    }
}

fn start(copy: &Copy, command: &str) -> Child {
    copy.xtask_command(command).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("xtask runs")
}

/// What the guard of the build finds.
fn difference(root: &Path) -> Option<String> {
    let before = fs::read_to_string(root.join(fingerprint::FILE)).expect("is never absent");
    let now = fingerprint::compute(root, fingerprint::WATCHED).expect("can be read");
    fingerprint::difference(&fingerprint::parse(&before), &now)
}

/// Ends a run after a while, by `KILL`, `INT` or `TERM`.
fn end(mut run: Child, signal: &str, after: Duration) {
    sleep(after);
    let id = run.id().to_string();
    let _ = std::process::Command::new("kill").args(["-s", signal, &id]).stderr(Stdio::null()).status();
    run.wait().expect("has ended");
}

/// Ends a run when it has staged so many files, or at its own end.
fn end_when_staged(mut run: Child, output: &Path, count: usize, after: Duration) {
    let staged = output.join(WORK).join("new");
    while run.try_wait().expect("is a child").is_none() {
        if files(&staged).len() >= count {
            sleep(after);
            break;
        }
    }
    let _ = run.kill();
    run.wait().expect("has ended");
}

/// Kills in three ways, by turns: any time, during the staging, during the moves.
fn kill_often(two: &mut Two, rounds: usize) {
    let mut whole = Duration::ZERO;
    two.interrupt(|copy, command| {
        let begun = Instant::now();
        start(copy, command).wait().expect("has ended");
        whole = begun.elapsed();
    });
    for round in 0..rounds {
        let part = u32::try_from(round * 37 % 100).expect("small");
        let output = two.copy.path(two.output);
        two.interrupt(|copy, command| match round % 5 {
            0 | 1 => end(start(copy, command), ["KILL", "INT", "TERM"][round % 3], whole * part / 100),
            2 => end_when_staged(start(copy, command), &output, round % 30, Duration::ZERO),
            _ => end_when_staged(start(copy, command), &output, 20, Duration::from_micros(30) * part),
        });
    }
    eprintln!("{rounds} kills: {:?}", two.seen);
    assert!(two.seen.leftovers > 0, "no kill hit the writing: {:?}", two.seen);
}

#[test]
fn a_run_that_is_killed_is_mended_by_the_next() {
    kill_often(&mut Two::in_workspace("killed"), 30);
}

#[test]
fn a_run_for_elsewhere_that_is_killed_is_mended_by_the_next() {
    kill_often(&mut Two::elsewhere("killed-elsewhere"), 30);
}

/// `cargo test -p xtask --test robust -- --ignored --nocapture soak`
#[test]
#[ignore = "takes minutes"]
fn soak_of_kills() {
    let mut two = Two::in_workspace("soak");
    kill_often(&mut two, 400);
    assert!(two.seen.mixed > 0, "{:?}", two.seen);
    let mut two = Two::elsewhere("soak-elsewhere");
    kill_often(&mut two, 400);
    assert!(two.seen.mixed > 0, "{:?}", two.seen);
}

/// Killed at the first, second, … call of the system that changes the disk, until a run comes to its end. With the command
/// of [`soak_of_kills`]; needs strace.
#[test]
#[ignore = "takes minutes, and needs strace"]
fn soak_of_every_call_of_the_system() {
    for mut two in [Two::in_workspace("strace"), Two::elsewhere("strace-elsewhere")] {
        for call in ["openat", "mkdir", "write", "rename", "unlink", "unlinkat", "rmdir", "flock", "close"] {
            let mut round = 0;
            let mut was_killed = true;
            while was_killed {
                round += 1;
                two.interrupt(|copy, command| {
                    let inject = format!("inject={call}:signal=KILL:when={round}");
                    let trace = format!("trace={call}");
                    let mut strace = copy.command("strace");
                    strace.args(["-qq", "-o", "/dev/null", "-e", &trace, "-e", &inject]);
                    let output = strace.arg(env!("CARGO_BIN_EXE_xtask")).args(command.split(' ')).output();
                    was_killed = !output.expect("strace runs").status.success();
                });
            }
            assert!(round > 1, "there is no {call}");
            eprintln!("{call}: {} kills, {:?}", round - 1, two.seen);
        }
    }
}

/// The order in which files come to their places: after each of them, but not before the first and after the last, the
/// guard finds a difference.
#[test]
fn the_guard_sees_every_mixture() {
    let two = Two::in_workspace("mixture");
    let (old, new) = (&two.results[1], &two.results[0]);
    two.copy.write(SPEC, &two.documents[0]);
    assert!(difference(&two.copy.root).is_some(), "the document is another");
    let paths: BTreeSet<_> = old.keys().chain(new.keys()).filter(|path| !path.ends_with('/')).collect();
    let changed = paths.into_iter().filter(|path| old.get(*path) != new.get(*path) && *path != "fingerprint");
    for (index, path) in changed.enumerate() {
        let here = two.copy.path("generated").join(path);
        match new.get(path) {
            Some(text) => {
                fs::create_dir_all(here.parent().expect("is below generated/")).expect("can be made");
                fs::write(here, text).expect("can be written");
            }
            None => fs::remove_file(here).expect("can be removed"),
        }
        assert!(difference(&two.copy.root).is_some(), "after {path}");
        if index == 10 {
            assert_guarded(&two.copy.build(), "generated/ does not belong to spec/ and codegen/ any more");
        }
    }
    fs::write(two.copy.path(fingerprint::FILE), &new["fingerprint"]).expect("can be written");
    assert_eq!(difference(&two.copy.root), None);
}

/// One that was killed, then another subset: the files of the first are known as the generator's.
#[test]
fn another_subset_after_a_kill() {
    for two in [Two::in_workspace("subset"), Two::elsewhere("subset-elsewhere")] {
        let output = two.copy.path(two.output);
        two.copy.write(SPEC, &two.documents[0]);
        end_when_staged(two.run(), &output, 20, Duration::from_micros(300));
        // As if the kill had come after the first half.
        let half = two.results[0].iter().filter(|(path, _)| path.contains("mo/") && !path.ends_with('/'));
        for (path, text) in half {
            fs::create_dir_all(output.join(path).parent().expect("is below")).expect("can be made");
            fs::write(output.join(path), text).expect("can be written");
        }
        if two.output == "out" {
            let both = [&two.results[0][MARKER][..], &two.results[1][MARKER]].concat();
            fs::write(output.join(MARKER), both).expect("can be written");
        }
        let command = format!("{} --managed-object Cache", two.command);
        two.copy.succeed(&command);
        let left = files(&output);
        assert!(!left.keys().any(|path| path.contains("alpha") || path.contains("beta")), "{:?}", left.keys());
        assert!(left.contains_key("src/mo/cache.rs"), "{:?}", left.keys());
    }
}

/// It was killed between the last file of a folder and the folder, or between a folder and its first file.
#[test]
fn empty_folders_go() {
    for two in [Two::in_workspace("empty"), Two::elsewhere("empty-elsewhere")] {
        let output = two.copy.path(two.output);
        fs::remove_dir_all(output.join("src/mo/vsan")).expect("can be removed");
        fs::create_dir(output.join("src/mo/vsan")).expect("can be made");
        two.copy.succeed(&format!("{} --managed-object Cache", two.command));
        assert!(!output.join("src/mo/vsan").exists());
    }
}

/// What a killed run leaves is no business of git, nor of `check`.
#[test]
fn leftovers_are_not_committed() {
    let copy = Copy::new("leftovers");
    copy.git(&["init", "--quiet"]);
    copy.git(&["add", "--all"]);
    for (name, text) in [("lock", ""), (".gitignore", "*\n"), ("new/src/lib.rs", "half")] {
        copy.write(&format!("generated/{WORK}{name}"), text);
    }
    copy.write("generated/src/.lib.rs.swp", "of an editor");
    copy.succeed("check");
    let added = copy.git(&["add", "--all", "--verbose"]);
    assert_eq!(text(&added).trim(), "add 'generated/src/.lib.rs.swp'");
    // Killed at the very end, there is nothing to write any more.
    copy.succeed("generate");
    assert!(!copy.path("generated").join(WORK).exists());
}
