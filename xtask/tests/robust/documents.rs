//! Documents that are none.

use std::fs;
use std::os::unix::fs::symlink;

use super::support::{Copy, SPEC, assert_fails, small_document};

/// Every file that the generator reads.
const FILES: [&str; 4] = [SPEC, "spec/second.json", "spec/overlays/notes.yaml", "spec/subset.yaml"];

#[test]
fn bytes_that_are_no_text() {
    let copy = Copy::new("bytes-in");
    let utf16: Vec<u8> = small_document().encode_utf16().flat_map(u16::to_le_bytes).collect();
    for name in FILES {
        for (bytes, line) in [(&b"a: 1\nb: \xff\n"[..], 2), (&[0x7f, b'E', b'L', b'F', 0xfe][..], 1), (&utf16[..], 0)] {
            fs::create_dir_all(copy.path("spec/overlays")).expect("can be made");
            fs::write(copy.path(name), bytes).expect("can be written");
            let place = if line > 0 { format!("{name}:{line} is not UTF-8") } else { name.to_owned() };
            copy.refuse("generate", 1, &[&place]);
            assert_fails(&copy.xtask("check"), 1, &[&place]);
        }
        fs::remove_file(copy.path(name)).expect("can be removed");
        copy.write(SPEC, &small_document());
    }
    copy.succeed("check");
}

#[test]
fn text_that_is_no_document() {
    let copy = Copy::new("no-document");
    let deep = ["[", "{\"a\":", "- ", "? "].map(|open| open.repeat(100_000));
    let bomb =
        (0..40).fold("a0: &a0 x\n".to_owned(), |text, n| text + &format!("a{}: &a{} [*a{n}, *a{n}]\n", n + 1, n + 1));
    let minified = format!("{{\"openapi\": \"3.0.0\", \"x\": \"{}\", oops}}", "y".repeat(1_000_000));
    let texts = ["", " \n\r\n", "\u{feff}", "\0\0\0", "\u{1b}[31m: [", "openapi", "[]", "{}", "---\n---\n"];
    let long = deep.iter().chain([&bomb, &minified]).map(|text| (text.as_str(), 1));
    for (text, files) in texts.map(|text| (text, 4)).into_iter().chain(long) {
        for name in &FILES[..files] {
            copy.write(name, text);
            let output = copy.xtask("generate");
            let shown = super::support::text(&output);
            assert!(shown.len() < 20_000, "{} bytes are shown", shown.len());
            // An empty overlay or an empty subset is none.
            let is_fine = output.status.success() && !FILES[..2].contains(name);
            assert!(is_fine || output.status.code() == Some(1), "{:?} of {name}: {shown}", output.status);
            assert!(is_fine || shown.contains(name), "{name}: {shown}");
            fs::remove_file(copy.path(name)).expect("can be removed");
            copy.write(SPEC, &small_document());
        }
    }
    copy.succeed("generate");
}

#[test]
fn things_that_are_no_files() {
    let copy = Copy::new("no-file");
    fs::create_dir_all(copy.path("spec/overlays")).expect("can be made");
    for name in FILES {
        let path = copy.path(name);
        let _ = fs::remove_file(&path);
        fs::create_dir(&path).expect("can be made");
        copy.refuse("generate", 3, &[name]);
        fs::remove_dir(&path).expect("can be removed");
        assert!(copy.shell(&format!("mkfifo {name}")).status().expect("runs").success());
        copy.refuse("generate", 3, &[name]);
        fs::remove_file(&path).expect("can be removed");
        for target in ["nowhere", "."] {
            symlink(target, &path).expect("can be made");
            copy.refuse("generate", 3, &[name]);
            assert_fails(&copy.xtask("check"), 3, &[name]);
            fs::remove_file(&path).expect("can be removed");
        }
        copy.write(SPEC, &small_document());
    }
    copy.succeed("check");
}

#[test]
fn folders_that_are_missing_or_none() {
    let copy = Copy::new("no-spec");
    fs::remove_dir_all(copy.path("spec/overlays")).unwrap_or_default();
    for make in ["touch spec/overlays", "mkfifo spec/overlays", "ln -s nowhere spec/overlays"] {
        assert!(copy.shell(make).status().expect("runs").success());
        copy.refuse("generate", 3, &["spec/overlays"]);
        fs::remove_file(copy.path("spec/overlays")).expect("can be removed");
    }
    fs::remove_dir_all(copy.path("spec")).expect("can be removed");
    for (make, code) in [("true", 3), ("touch spec", 3), ("ln -s nowhere spec", 3), ("mkdir spec", 1)] {
        assert!(copy.shell(make).status().expect("runs").success());
        copy.refuse("generate", code, &["spec"]);
        let _ = fs::remove_file(copy.path("spec"));
    }
}

#[test]
fn a_document_may_be_a_link_or_a_pipe_that_the_command_line_names() {
    let copy = Copy::new("link-in");
    fs::rename(copy.path(SPEC), copy.path("elsewhere.yaml")).expect("can be moved");
    symlink("../elsewhere.yaml", copy.path(SPEC)).expect("can be made");
    copy.succeed("check");
    let line = "cat elsewhere.yaml | $XTASK generate --spec /dev/stdin --out out --crate-name my-api";
    let output = copy.shell(line).output().expect("runs");
    assert!(output.status.success(), "{}", super::support::text(&output));
}

#[test]
fn a_document_that_is_too_large() {
    let copy = Copy::new("large");
    let says = ["has more than 32 MiB", SPEC];
    let file = fs::File::create(copy.path(SPEC)).expect("can be written");
    file.set_len((32 << 20) + 1).expect("can be made longer");
    copy.refuse("generate", 1, &says);
    copy.refuse("generate --spec /dev/zero --out out --crate-name my-api", 1, &says[..1]);
    assert_fails(&copy.xtask("diff /dev/zero /dev/zero"), 1, &says[..1]);
    for (command, code) in [
        ("generate --spec nowhere --out out --crate-name my-api", 3),
        ("generate --spec spec --out out --crate-name my-api", 3),
        ("generate --out out", 2),
        ("generate --overlay x", 2),
    ] {
        copy.refuse(command, code, &[]);
    }
    assert!(!copy.path("out").exists());
}
