//! A small workspace, for tests of the generator on a disk.

#![allow(dead_code, reason = "each test uses a part of it")]

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

pub(crate) const SPEC: &str = "spec/vim25-8.0.2.0.yaml";

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

/// Path, with `/` → text, of all files below a folder. Of a link or a pipe, what it is.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// A copy of what the guard and xtask look at: the build script as it is, the generator's sources, and a small document.
pub(crate) struct Copy {
    pub(crate) root: PathBuf,
}

impl Copy {
    /// With generated/ of the document.
    pub(crate) fn new(name: &str) -> Self {
        let copy = Self::bare(&folder(name).join("workspace"));
        copy.succeed("generate");
        copy
    }

    /// Without generated/.
    pub(crate) fn bare(root: &Path) -> Self {
        let copy = Self { root: root.to_owned() };
        for name in ["build.rs", "build/fingerprint.rs", "xtask/Cargo.toml", "codegen/Cargo.toml", "codegen/src/lib.rs"]
        {
            copy.write(name, &real(name));
        }
        copy.write("Cargo.toml", MANIFEST);
        copy.write("src/lib.rs", "//! Nothing.\n");
        copy.write(SPEC, &small_document());
        copy
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.root.join(name);
        fs::create_dir_all(path.parent().expect("is below the root")).expect("can be made");
        fs::write(path, text).expect("can be written");
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    pub(crate) fn generated(&self) -> Files {
        files(&self.path("generated"))
    }

    /// In a target folder of its own: cargo would take two copies for the same package.
    pub(crate) fn build(&self) -> Output {
        let target = self.root.with_file_name("target");
        self.command("cargo")
            .args(["check", "--package", "vim25"])
            .env("CARGO_TARGET_DIR", target)
            .output()
            .expect("runs")
    }

    pub(crate) fn xtask(&self, command: &str) -> Output {
        self.xtask_command(command).output().expect("xtask runs")
    }

    /// With its arguments parted by blanks.
    pub(crate) fn xtask_command(&self, command: &str) -> Command {
        let mut xtask = self.command(env!("CARGO_BIN_EXE_xtask"));
        xtask.args(command.split(' '));
        xtask
    }

    /// A line for `sh`, in which `$XTASK` is xtask. It runs in the folder of the workspace.
    pub(crate) fn shell(&self, line: &str) -> Command {
        let mut shell = self.command("sh");
        shell.args(["-c", line]).env("XTASK", env!("CARGO_BIN_EXE_xtask"));
        shell
    }

    /// In a mount namespace of its own, so that what is mounted goes with it. Nothing where the system forbids it.
    pub(crate) fn shell_that_mounts(&self, line: &str) -> Option<Command> {
        let unshare = ["unshare", "--mount", "--map-root-user"];
        let works = self.shell(&format!("{} mount -t tmpfs tmpfs spec", unshare.join(" "))).output();
        if !works.is_ok_and(|output| output.status.success()) {
            eprintln!("left out: mounting is not allowed here");
            return None;
        }
        let mut shell = self.command(unshare[0]);
        shell.args(&unshare[1..]).args(["sh", "-c", line]).env("XTASK", env!("CARGO_BIN_EXE_xtask"));
        Some(shell)
    }

    #[track_caller]
    pub(crate) fn succeed(&self, command: &str) -> Output {
        let output = self.xtask(command);
        assert!(output.status.success(), "{}", text(&output));
        output
    }

    /// Ends with this exit code and says each of these; generated/ is as it was.
    #[track_caller]
    pub(crate) fn refuse(&self, command: &str, code: i32, says: &[&str]) {
        let before = self.generated();
        assert_fails(&self.xtask(command), code, says);
        assert!(self.generated() == before, "generated/ has changed");
    }

    /// Without what cargo has set for this test.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("CARGO_")) {
            if name != "CARGO_HOME" {
                command.env_remove(name);
            }
        }
        command.env("CARGO_MANIFEST_DIR", self.path("xtask"));
        // The folder for temporary files may lie in a clone of the project, whose git is not this workspace's.
        command.env("GIT_CEILING_DIRECTORIES", self.root.parent().expect("is in a folder"));
        command
    }

    pub(crate) fn git(&self, arguments: &[&str]) -> Output {
        let output = self.command("git").args(arguments).output().expect("git runs");
        assert!(output.status.success(), "git {arguments:?}: {}", text(&output));
        output
    }
}

/// An empty folder below the one for temporary files of tests.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("can be made");
    folder
}

/// A file of the real workspace.
pub(crate) fn real(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub(crate) fn small_document() -> String {
    real("codegen/tests/fixtures/lower/operations/spec.yaml")
}

/// The small document with so many managed objects more, each of which gets a file of its own.
pub(crate) fn document(name: &str, count: usize) -> String {
    let operation = "
    get:
      tags: [NAME]
      operationId: NAME_getNames
      parameters: [{ $ref: '#/components/parameters/moId' }]
      security: [{ Session: [] }]
      responses:
        '200':
          description: OK
          content: { application/json: { schema: { type: array, items: { type: string } } } }
";
    let numbered = (0..count).map(|number| format!("{name}{}", char::from(b'A' + u8::try_from(number).expect("few"))));
    let paths = numbered.map(|name| format!("  /{name}/{{moId}}/names:{}", operation.replace("NAME", &name)));
    let paths: String = paths.map(|path| path.replace(":\n\n", ":\n")).collect();
    small_document().replacen("tags:\n  - {", &format!("{paths}tags:\n  - {{"), 1)
}

pub(crate) fn files(folder: &Path) -> Files {
    let mut found = Files::new();
    visit(folder, "", &mut found);
    found
}

fn visit(folder: &Path, prefix: &str, found: &mut Files) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let entry = entry.expect("can be read");
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let kind = entry.file_type().expect("can be read");
        if kind.is_dir() {
            found.insert(format!("{path}/"), Vec::new());
            visit(&entry.path(), &format!("{path}/"), found);
        } else if kind.is_file() {
            found.insert(path, fs::read(entry.path()).unwrap_or_else(|error| error.to_string().into_bytes()));
        } else {
            found.insert(path, format!("{kind:?}").into_bytes());
        }
    }
}

pub(crate) fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[track_caller]
pub(crate) fn assert_fails(output: &Output, code: i32, says: &[&str]) {
    let text = text(output);
    assert_eq!(output.status.code(), Some(code), "{text}");
    says.iter().for_each(|what| assert!(text.contains(what), "no `{what}` in: {text}"));
}

/// The build fails in one line that names the file and the command.
#[track_caller]
pub(crate) fn assert_guarded(output: &Output, what: &str) {
    let text = text(output);
    assert!(!output.status.success(), "the build must fail: {text}");
    let line = text.lines().find(|line| line.contains(what)).unwrap_or_else(|| panic!("no line with {what}: {text}"));
    assert!(line.contains("run `cargo xtask generate`"), "{line}");
    assert_eq!(text.matches("cargo xtask generate").count(), 1, "{text}");
}
