//! What does not belong into generated/: links, folders, pipes, files of the user.

use std::fs;
use std::os::unix::fs::symlink;

use super::support::{Copy, SPEC, assert_fails, document, folder};

/// A workspace whose next run has something to write, and a folder outside of it.
fn changed(name: &str) -> (Copy, std::path::PathBuf) {
    let copy = Copy::new(name);
    copy.write(SPEC, &document("Alpha", 3));
    let outside = folder(&format!("{name}-outside"));
    fs::write(outside.join("mine.rs"), "mine").expect("can be written");
    (copy, outside)
}

#[track_caller]
fn assert_mine(outside: &std::path::Path) {
    let mine = fs::read_to_string(outside.join("mine.rs"));
    assert_eq!(mine.expect("is still there"), "mine");
    assert_eq!(fs::read_dir(outside).expect("can be read").count(), 1, "nothing else came there");
}

#[test]
fn a_link_in_place_of_a_file_is_refused() {
    let (copy, outside) = changed("link-file");
    let lib = copy.path("generated/src/lib.rs");
    let same = folder("link-same").join("lib.rs");
    fs::rename(&lib, &same).expect("can be moved");
    for target in [&same, &outside.join("mine.rs"), &outside.join("nothing"), &lib] {
        symlink(target, &lib).expect("can be made");
        let says = ["generated/src/lib.rs is a symbolic link", "nothing was written", "move it away, or remove it"];
        copy.refuse("generate", 3, &says);
        assert_fails(&copy.xtask("check"), 1, &[says[0], says[2]]);
        fs::remove_file(&lib).expect("can be removed");
    }
    assert_mine(&outside);
    copy.succeed("generate");
    copy.succeed("check");
}

#[test]
fn a_link_in_place_of_a_folder_is_refused() {
    let (copy, outside) = changed("link-folder");
    let mo = copy.path("generated/src/mo");
    fs::remove_dir_all(&mo).expect("can be removed");
    for target in [&outside, &outside.join("nothing"), &mo, &copy.path("generated")] {
        symlink(target, &mo).expect("can be made");
        copy.refuse("generate", 3, &["generated/src/mo is a symbolic link", "nothing was written"]);
        fs::remove_file(&mo).expect("can be removed");
    }
    assert_mine(&outside);
    copy.succeed("generate");
    copy.succeed("check");
}

/// The folder of the output itself may be a link, as on a disk of its own; one that leads nowhere is refused.
#[test]
fn generated_itself_may_be_a_link() {
    let (copy, outside) = changed("link-whole");
    let (generated, away) = (copy.path("generated"), folder("link-whole-away").join("generated"));
    fs::rename(&generated, &away).expect("can be moved");
    symlink(&away, &generated).expect("can be made");
    copy.succeed("generate");
    copy.succeed("check");
    assert!(away.join("src/mo/alpha_a.rs").exists());
    fs::remove_file(&generated).expect("can be removed");
    for (target, says) in [
        (outside.join("nothing"), "is a symbolic link that leads to no folder"),
        (generated.clone(), "is a symbolic link that leads to no folder"),
    ] {
        symlink(target, &generated).expect("can be made");
        copy.refuse("generate", 3, &["generated", says]);
        fs::remove_file(&generated).expect("can be removed");
    }
    fs::write(&generated, "a file").expect("can be written");
    assert_fails(&copy.xtask("generate"), 3, &["cannot", "generated"]);
    assert_eq!(fs::read_to_string(&generated).expect("is still there"), "a file");
    assert_mine(&outside);
}

#[test]
fn the_folder_of_a_run_may_not_be_a_link() {
    let (copy, outside) = changed("link-work");
    let work = copy.path("generated/.vim25-writing");
    symlink(&outside, &work).expect("can be made");
    copy.refuse("generate", 3, &[".vim25-writing", "is a symbolic link", "nothing was written"]);
    fs::remove_file(&work).expect("can be removed");
    for name in ["lock", "new", ".gitignore"] {
        fs::create_dir(&work).expect("can be made");
        symlink(outside.join(if name == "new" { "" } else { "mine.rs" }), work.join(name)).expect("can be made");
        copy.xtask("generate");
        assert_mine(&outside);
        let _ = fs::remove_dir_all(&work);
    }
    copy.succeed("generate");
    copy.succeed("check");
}

#[test]
fn folders_and_files_in_place_of_each_other() {
    let (copy, _) = changed("instead");
    let lib = copy.path("generated/src/lib.rs");
    fs::remove_file(&lib).expect("can be removed");
    fs::create_dir(&lib).expect("can be made");
    copy.refuse("generate", 3, &["generated/src/lib.rs is a folder where a file is expected", "nothing was written"]);
    copy.write("generated/src/lib.rs/mine.txt", "mine");
    copy.refuse("generate", 3, &["generated/src/lib.rs", "nothing was written"]);
    fs::remove_dir_all(&lib).expect("can be removed");
    let mo = copy.path("generated/src/mo");
    fs::remove_dir_all(&mo).expect("can be removed");
    fs::write(&mo, "mine").expect("can be written");
    copy.refuse("generate", 3, &["generated/src/mo", "nothing was written"]);
    fs::remove_file(&mo).expect("can be removed");
    copy.succeed("generate");
    copy.succeed("check");
}

#[test]
fn a_pipe_is_not_waited_for() {
    let (copy, _) = changed("pipe");
    let lib = copy.path("generated/src/lib.rs");
    fs::remove_file(&lib).expect("can be removed");
    for name in ["generated/src/lib.rs", "generated/pipe"] {
        assert!(copy.shell(&format!("mkfifo {name}")).status().expect("runs").success());
        copy.refuse("generate", 3, &[&format!("{name} is neither a file nor a folder"), "nothing was written"]);
        super::support::assert_guarded(&copy.build(), &format!("{name} is neither a file nor a folder"));
        fs::remove_file(copy.path(name)).expect("can be removed");
    }
    copy.succeed("generate");
}

#[test]
fn files_of_the_user_stay() {
    let (copy, _) = changed("foreign");
    for name in ["generated/notes.txt", "generated/src/mo/alpha_a.rs.orig", "generated/src/büro plan.rs"] {
        copy.write(name, "mine");
        copy.refuse("generate", 3, &[&format!("{name} was not made by the generator"), "nothing was written"]);
        assert_fails(&copy.xtask("check"), 1, &[name, "move it away, or remove it"]);
        fs::remove_file(copy.path(name)).expect("can be removed");
        let _ = fs::remove_dir(copy.path("generated/src/mo/alpha"));
    }
    for name in ["generated/.DS_Store", "generated/src/mo/.cache.rs.swp"] {
        copy.write(name, "mine");
    }
    copy.succeed("generate");
    copy.succeed("check");
    assert_eq!(fs::read_to_string(copy.path("generated/.DS_Store")).expect("is still there"), "mine");
    assert_eq!(fs::read_to_string(copy.path("generated/src/mo/.cache.rs.swp")).expect("is still there"), "mine");
}
