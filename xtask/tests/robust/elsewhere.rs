//! `generate --out`, into folders of all kinds.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use super::support::{Copy, assert_fails, files, folder};

/// A workspace without generated/: `--out` needs none.
fn bare(name: &str) -> Copy {
    Copy::bare(&folder(name))
}

fn generate(copy: &Copy, out: impl AsRef<Path>, more: &[&str]) -> std::process::Output {
    let mut command = copy.xtask_command("generate --crate-name my-api --out");
    command.arg(out.as_ref()).args(more).output().expect("xtask runs")
}

#[track_caller]
fn succeed(copy: &Copy, out: impl AsRef<Path>) {
    let output = generate(copy, out, &[]);
    assert!(output.status.success(), "{}", super::support::text(&output));
}

#[test]
fn a_folder_of_others_is_refused_before_anything_is_written() {
    let copy = bare("out-foreign");
    copy.write("theirs/notes.txt", "mine");
    copy.write("hidden/.notes", "mine");
    copy.write("marker/.vim25-generated/x", "a folder by the name of the marker");
    copy.write("file", "mine");
    let before = files(&copy.root);
    for out in ["theirs", "hidden", "marker", "."] {
        assert_fails(&generate(&copy, out, &[]), 3, &["is not empty and was not made by", "nothing was written"]);
    }
    for out in ["file", "file/below", "/dev/null", "/proc/vim25"] {
        assert_fails(&generate(&copy, out, &[]), 3, &[out]);
    }
    assert!(files(&copy.root) == before);
}

#[test]
fn files_of_the_user_stay() {
    let copy = bare("out-user");
    succeed(&copy, "out");
    copy.write("out/notes.txt", "mine");
    copy.write("out/src/mo/notes/mine.txt", "mine");
    symlink("nowhere", copy.path("out/link")).expect("can be made");
    let output = generate(&copy, "out", &["--managed-object", "Cache"]);
    assert!(output.status.success());
    let left = files(&copy.path("out"));
    assert!(
        ["notes.txt", "src/mo/notes/mine.txt"].iter().all(|path| left[*path] == b"mine") && left.contains_key("link")
    );
    assert!(!left.contains_key("src/mo/vsan/disk.rs"));
    copy.write("out/src/mo/vsan/disk.rs", "mine, too");
    let before = files(&copy.path("out"));
    assert_fails(&generate(&copy, "out", &[]), 3, &["src/mo/vsan/disk.rs", "was not made by the generator"]);
    assert!(files(&copy.path("out")) == before);
}

#[test]
fn links_are_not_written_through() {
    let copy = bare("out-link");
    let outside = folder("out-link-outside");
    succeed(&copy, "out");
    let made = files(&copy.path("out"));
    let vsan = copy.path("out/src/mo/vsan");
    for path in [copy.path("out/src/lib.rs"), vsan.join("disk.rs"), vsan, copy.path("out/.vim25-generated")] {
        let away = outside.join(path.file_name().expect("has a name"));
        fs::rename(&path, &away).expect("can be moved");
        symlink(&away, &path).expect("can be made");
        let before = files(&outside);
        // With and without the file that the link stands for among those that are made.
        for more in [&[][..], &["--managed-object", "Cache"][..]] {
            assert_fails(&generate(&copy, "out", more), 3, &["nothing was written"]);
        }
        assert!(files(&outside) == before);
        fs::remove_file(&path).expect("can be removed");
        fs::rename(&away, &path).expect("can be moved");
    }
    assert!(files(&copy.path("out")) == made);
}

#[test]
fn the_folder_itself_may_be_a_link() {
    let copy = bare("out-itself");
    let outside = folder("out-itself-outside");
    symlink(&outside, copy.path("out")).expect("can be made");
    succeed(&copy, "out");
    assert!(outside.join("src/lib.rs").exists());
    symlink("nowhere", copy.path("dangling")).expect("can be made");
    assert_fails(&generate(&copy, "dangling", &[]), 3, &["dangling is a symbolic link that leads to no folder"]);
    symlink("loop", copy.path("loop")).expect("can be made");
    assert_fails(&generate(&copy, "loop", &[]), 3, &["cannot read loop"]);
    symlink("file", copy.path("to-file")).expect("can be made");
    copy.write("file", "mine");
    assert_fails(&generate(&copy, "to-file", &[]), 3, &["cannot read to-file"]);
}

#[test]
fn paths_with_blanks_and_letters_of_the_world() {
    let root = folder("blanks").join("mein Büro/仕事 'x\" $HOME;");
    let copy = Copy::bare(&root);
    copy.succeed("generate");
    copy.succeed("check");
    let build = copy.build();
    assert!(build.status.success(), "{}", super::support::text(&build));
    succeed(&copy, "../aus gabe/ü ñ 語");
    assert!(root.join("../aus gabe/ü ñ 語/src/lib.rs").exists());
    fs::rename(copy.path("spec/vim25-8.0.2.0.yaml"), copy.path("spec/ältere Fassung.yaml")).expect("can be moved");
    copy.succeed("generate");
    copy.succeed("check");
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_no_unicode() {
    use std::os::unix::ffi::OsStrExt;
    let copy = bare("bytes");
    succeed(&copy, std::ffi::OsStr::from_bytes(b"out-\xff"));
    let name = std::ffi::OsStr::from_bytes(b"spec/\xff.yaml");
    fs::copy(copy.path("spec/vim25-8.0.2.0.yaml"), copy.root.join(name)).expect("can be written");
    assert_fails(&copy.xtask("generate"), 3, &["is not Unicode"]);
}

/// Too long for the system: as a name, as a path, and as a path only together with the names of the files.
#[test]
fn paths_that_are_too_long() {
    let copy = bare("long");
    let parts = |count: usize| copy.path("long").join(vec!["x".repeat(200); count].join("/"));
    let fits = parts(3);
    succeed(&copy, &fits);
    assert!(fits.join("src/lib.rs").exists());
    fs::remove_dir_all(copy.path("long")).expect("can be removed");
    for out in [copy.path(&"x".repeat(300)), parts(30), parts((4070 - copy.root.as_os_str().len()) / 201)] {
        assert_fails(&generate(&copy, &out, &[]), 3, &["cannot", "too long"]);
    }
    assert!(!copy.path("long").exists(), "folders that it made are removed again");
}
