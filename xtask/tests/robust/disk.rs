//! A disk that is full or may not be written to.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::Output;

use super::support::{Copy, SPEC, assert_fails, document, files, text};

const NOBODY: u32 = 65_534;

fn changed(name: &str) -> Copy {
    let copy = Copy::new(name);
    copy.write(SPEC, &document("Alpha", 20));
    copy
}

/// A file can have so many blocks of 512 bytes: the third of the files does not fit. With the signal and without it.
#[test]
fn a_limit_of_the_size_of_files() {
    let copy = changed("limit");
    let before = copy.generated();
    for blocks in 0..4 {
        let output = copy.shell(&format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$XTASK\" generate")).output();
        assert_fails(&output.expect("runs"), 3, &["cannot write", "nothing was changed"]);
        assert!(copy.generated() == before);
        let output = copy.shell(&format!("ulimit -f {blocks}; exec \"$XTASK\" generate")).output();
        assert_eq!(output.expect("runs").status.code(), None, "killed by XFSZ");
        assert!(before.iter().all(|(path, text)| copy.generated().get(path) == Some(text)), "only leftovers");
    }
    copy.succeed("generate");
    copy.succeed("check");
}

/// On a disk of a few kilobytes: `made` is what the run left.
fn on_a_small_disk(copy: &Copy, options: &str) -> Option<Output> {
    let _ = fs::remove_dir_all(copy.path("made"));
    let line = format!(
        "cp -r generated kept && mount -t tmpfs -o {options} tmpfs generated && cp -r kept/. generated && rm -r kept || exit 99
         \"$XTASK\" generate; code=$?; cp -r generated made; exit $code"
    );
    Some(copy.shell_that_mounts(&line)?.output().expect("runs"))
}

#[test]
fn a_full_disk() {
    let copy = changed("full");
    let before = copy.generated();
    let (mut refused, mut written) = (0, 0);
    let sizes = (80..320).step_by(24).map(|size| format!("size={size}k"));
    for options in sizes.chain((32..140).step_by(18).map(|nodes| format!("nr_inodes={nodes}"))) {
        let Some(output) = on_a_small_disk(&copy, &options) else { return };
        if output.status.success() {
            written += 1;
        } else {
            assert_fails(&output, 3, &["nothing was changed", "No space left"]);
            assert!(files(&copy.path("made")) == before, "{options}");
            refused += 1;
        }
    }
    assert!(refused > 2 && written > 2, "{refused} refused, {written} written");
}

/// All of generated/, and a folder in it: then some files are written, and the next run writes the others.
#[test]
fn a_mount_that_cannot_be_written() {
    let copy = changed("read-only");
    let read_only = |folder: &str| {
        let line =
            format!("mount --bind {folder} {folder} && mount -o remount,ro,bind {folder} || exit 99; $XTASK generate");
        Some(copy.shell_that_mounts(&line)?.output().expect("runs"))
    };
    let before = copy.generated();
    let Some(output) = read_only("generated") else { return };
    assert_fails(&output, 3, &["cannot write to", "Read-only file system"]);
    assert!(copy.generated() == before);
    let output = read_only("generated/src/mo").expect("was allowed before");
    assert_fails(&output, 3, &["cannot write", "generated/src/mo", "others were written before", "run this again"]);
    assert_fails(&copy.xtask("check"), 1, &["run `cargo xtask generate`"]);
    copy.succeed("generate");
    copy.succeed("check");
}

/// As a user that owns the files: root may do everything.
fn as_owner(copy: &Copy, command: &str) -> Output {
    let mut xtask = copy.xtask_command(command);
    if fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0) {
        xtask.uid(NOBODY).gid(NOBODY);
    }
    xtask.output().expect("xtask runs")
}

fn mode(copy: &Copy, name: &str, mode: u32) {
    fs::set_permissions(copy.path(name), Permissions::from_mode(mode)).expect("is ours");
}

#[test]
fn permissions_that_are_missing() {
    let copy = changed("modes");
    let _ = copy.shell(&format!("chown -R {NOBODY}:{NOBODY} .")).output();
    let probe = copy.xtask_command("--version").uid(NOBODY).output();
    if probe.is_err() && as_root() {
        eprintln!("left out: another user may not run xtask in this folder");
        return;
    }
    let before = copy.generated();
    for (name, locked, usual, says) in [
        ("generated", 0o555, 0o755, "cannot write to"),
        ("generated", 0o000, 0o755, "Permission denied"),
        ("generated/src/mo", 0o000, 0o755, "Permission denied"),
        ("generated/src/lib.rs", 0o000, 0o644, "cannot read"),
        (SPEC, 0o000, 0o644, "Permission denied"),
        ("spec", 0o000, 0o755, "Permission denied"),
        ("codegen/src/lib.rs", 0o000, 0o644, "Permission denied"),
    ] {
        mode(&copy, name, locked);
        let output = as_owner(&copy, "generate");
        mode(&copy, name, usual);
        assert_fails(&output, 3, &[says, name]);
        assert!(copy.generated() == before, "{name}");
    }
    // A folder that can be read only is met in the middle, and the next run goes on from there.
    mode(&copy, "generated/src/mo", 0o555);
    assert_fails(&as_owner(&copy, "generate"), 3, &["cannot write", "others were written before"]);
    assert_fails(&copy.xtask("check"), 1, &["run `cargo xtask generate`"]);
    mode(&copy, "generated/src/mo", 0o755);
    // A file that can be read only is replaced as any other: a hand-made change would be, too.
    mode(&copy, "generated/src/lib.rs", 0o444);
    let output = as_owner(&copy, "generate");
    assert!(output.status.success(), "{}", text(&output));
    copy.succeed("check");
}

fn as_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0)
}

/// Nothing to write needs no right to write.
#[test]
fn what_is_up_to_date_may_be_read_only() {
    let copy = Copy::new("up-to-date");
    let line = "mount --bind . . && mount -o remount,ro,bind . || exit 99; cd . && $XTASK generate && $XTASK check";
    let Some(mut shell) = copy.shell_that_mounts(line) else { return };
    let output = shell.output().expect("runs");
    assert!(output.status.success(), "{}", text(&output));
}

#[test]
fn a_file_that_may_not_be_replaced() {
    let copy = changed("immutable");
    let set = |flag: &str| copy.shell(&format!("chattr {flag} generated/src/lib.rs")).output();
    if !set("+i").is_ok_and(|output| output.status.success()) {
        eprintln!("left out: chattr does not work here");
        return;
    }
    let output = copy.xtask("generate");
    assert!(set("-i").is_ok_and(|output| output.status.success()));
    assert_fails(&output, 3, &["cannot write", "generated/src/lib.rs", "run this again"]);
    assert_fails(&copy.xtask("check"), 1, &["run `cargo xtask generate`"]);
    copy.succeed("generate");
    copy.succeed("check");
}
