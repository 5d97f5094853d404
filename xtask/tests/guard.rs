//! The guard in build.rs and `cargo xtask check`, on a copy of the workspace.
//!
//! The target folder of the copy stays between runs, so that `fnv` is built once.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const SPEC: &str = "spec/vim25-8.0.2.0.yaml";
const GENERATED: &str = "generated/src/lib.rs";
const FINGERPRINT: &str = "generated/fingerprint";

/// The root package without its dependencies, which are of no matter here and slow to build.
const MANIFEST: &str = r#"[workspace]
members = []

[package]
name = "vim25"
version = "0.0.0"
edition = "2024"

[build-dependencies]
fnv = "1"
"#;

struct Copy {
    root: PathBuf,
}

impl Copy {
    /// What the guard and xtask look at: the build script as it is, the generator's sources, and a small document.
    fn new() -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("guard/workspace");
        let _ = fs::remove_dir_all(&root);
        let copy = Self { root };
        for name in ["build.rs", "build/fingerprint.rs", "xtask/Cargo.toml", "codegen/Cargo.toml", "codegen/src/lib.rs"]
        {
            copy.write(name, &read(name));
        }
        copy.write("Cargo.toml", MANIFEST);
        copy.write("src/lib.rs", "//! Nothing.\n");
        copy.write(SPEC, &read("codegen/tests/fixtures/lower/operations/spec.yaml"));
        let output = copy.xtask("generate");
        assert!(output.status.success(), "{}", text(&output));
        copy
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.root.join(name);
        fs::create_dir_all(path.parent().expect("is below the root")).expect("can be made");
        fs::write(path, text).expect("can be written");
    }

    fn build(&self) -> Output {
        let target = self.root.with_file_name("target");
        self.command("cargo")
            .args(["check", "--package", "vim25"])
            .env("CARGO_TARGET_DIR", target)
            .output()
            .expect("runs")
    }

    fn xtask(&self, command: &str) -> Output {
        let manifest = self.root.join("xtask");
        let mut xtask = self.command(env!("CARGO_BIN_EXE_xtask"));
        xtask.arg(command).env("CARGO_MANIFEST_DIR", manifest).output().expect("xtask runs")
    }

    /// Without what cargo has set for this test.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("CARGO_")) {
            if name != "CARGO_HOME" {
                command.env_remove(name);
            }
        }
        command
    }

    /// The build with another text of a file; the file comes back afterwards.
    fn build_with(&self, name: &str, edit: impl Fn(String) -> String) -> Output {
        let path = self.root.join(name);
        let before = fs::read_to_string(&path).expect("was copied");
        fs::write(&path, edit(before.clone())).expect("can be written");
        let output = self.build();
        fs::write(&path, before).expect("can be written");
        output
    }

    fn git(&self, arguments: &[&str]) {
        let status = self.command("git").args(arguments).status().expect("git runs");
        assert!(status.success(), "git {arguments:?}");
    }
}

/// A file of the real workspace.
fn read(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// The build fails in one line that names the file and the command.
#[track_caller]
fn assert_guarded(output: &Output, what: &str) {
    let text = text(output);
    assert!(!output.status.success(), "the build must fail: {text}");
    let line = text.lines().find(|line| line.contains(what)).unwrap_or_else(|| panic!("no line with {what}: {text}"));
    assert!(line.contains("run `cargo xtask generate`"), "{line}");
    assert_eq!(text.matches("cargo xtask generate").count(), 1, "{text}");
}

/// One test, because its steps share the copy.
#[test]
fn a_change_is_noticed_by_the_build_and_by_check() {
    let copy = Copy::new();
    let unchanged = copy.build();
    assert!(unchanged.status.success(), "{}", text(&unchanged));

    assert_guarded(&copy.build_with(SPEC, |text| text + "\n"), &format!("({SPEC} changed)"));
    assert_guarded(&copy.build_with(GENERATED, |text| text + " "), &format!("({GENERATED} changed)"));
    assert_guarded(&copy.build_with(FINGERPRINT, |_| String::new()), "is new)");

    let fingerprint = copy.root.join(FINGERPRINT);
    let kept = fs::read(&fingerprint).expect("generate has written it");
    fs::remove_file(&fingerprint).expect("can be removed");
    assert_guarded(&copy.build(), "generated/fingerprint is missing");
    fs::write(&fingerprint, kept).expect("can be written");

    let crlf = copy.build_with(SPEC, |text| text.replace('\n', "\r\n"));
    assert!(crlf.status.success(), "{}", text(&crlf));

    a_document_that_is_cut_off_changes_nothing(&copy);
    check_sees_new_files(&copy);
    published_packages_are_not_guarded(&copy);
}

fn a_document_that_is_cut_off_changes_nothing(copy: &Copy) {
    let spec = copy.root.join(SPEC);
    let whole = fs::read_to_string(&spec).expect("was written");
    let generated = || {
        ["Cargo.toml", "fingerprint", "src/lib.rs"]
            .map(|name| fs::read(copy.root.join("generated").join(name)).expect(name))
    };
    let before = generated();
    for end in [whole.len() / 3, whole.len() / 2, whole.len() - 20, 0] {
        fs::write(&spec, &whole[..end]).expect("can be written");
        let output = copy.xtask("generate");
        assert_eq!(output.status.code(), Some(1), "{}", text(&output));
        assert!(text(&output).contains(SPEC) && text(&output).contains("help"), "{}", text(&output));
        assert_eq!(generated(), before);
    }
    fs::write(&spec, whole).expect("can be written");
}

fn check_sees_new_files(copy: &Copy) {
    copy.git(&["init", "--quiet"]);
    copy.git(&["add", "--all"]);
    let clean = copy.xtask("check");
    assert!(clean.status.success(), "{}", text(&clean));

    let stray = copy.root.join("generated/src/stray.rs");
    fs::write(&stray, "").expect("can be written");
    let output = copy.xtask("check");
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert!(text(&output).contains("generated/src/stray.rs is not made by the generator"), "{}", text(&output));
    assert!(text(&output).contains("run `cargo xtask generate`"), "{}", text(&output));
    assert!(copy.xtask("generate").status.success());
    assert!(!stray.exists(), "generate removes what it does not make");

    copy.git(&["rm", "--quiet", "--cached", GENERATED]);
    let output = copy.xtask("check");
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert!(text(&output).contains(&format!("{GENERATED} is not known to git")), "{}", text(&output));
}

fn published_packages_are_not_guarded(copy: &Copy) {
    let (spec, away) = (copy.root.join("spec"), copy.root.join("spec-away"));
    fs::rename(&spec, &away).expect("can be renamed");
    let output = copy.build();
    fs::rename(&away, &spec).expect("can be renamed");
    assert!(output.status.success(), "{}", text(&output));
}
