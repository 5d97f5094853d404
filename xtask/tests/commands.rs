//! `diff` and `generate --out`, as the maintainer runs them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn xtask(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.args(arguments).current_dir(root()).output().expect("xtask runs")
}

fn diff(case: &str, files: [&str; 2], format: &str) -> Output {
    let path = |file| format!("codegen/tests/fixtures/{case}/{file}");
    xtask(&["diff", &path(files[0]), &path(files[1]), "--format", format])
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn diff_tells_by_its_exit_code_what_breaks() {
    let breaking = diff("diff/enums", ["a.yaml", "b.yaml"], "text");
    let expected = "  \
  - Gone        removed  breaking
  + New         added    compatible
  + State.idle  added    compatible
  - State.off   removed  behaviour
  0 types added, 0 removed · 0 operations added, 0 removed · verdict: 1 breaking change
";
    assert_eq!((breaking.status.code(), out(&breaking).as_str(), err(&breaking).as_str()), (Some(4), expected, ""));
    let same = diff("diff/enums", ["a.yaml", "a.yaml"], "text");
    assert_eq!(same.status.code(), Some(0));
    let broken = diff("errors", ["not_yaml/spec.yaml", "key_twice/spec.yaml"], "text");
    assert_eq!((broken.status.code(), out(&broken).as_str()), (Some(1), ""));
    assert!(err(&broken).contains("V002"), "{}", err(&broken));
}

#[test]
fn diff_speaks_markdown_and_json() {
    let markdown = out(&diff("diff/enums", ["a.yaml", "b.yaml"], "markdown"));
    assert!(markdown.starts_with("# 8.0.1.0 → 8.0.2.0\n"), "{markdown}");
    assert!(
        markdown
            .contains("\n## Enum `Gone`\n\n| | | | |\n|---|---|---|---|\n| - | `Gone` | removed | **breaking** |\n")
    );
    let json: serde_json::Value =
        serde_json::from_str(&out(&diff("diff/enums", ["a.yaml", "b.yaml"], "json"))).expect("JSON is printed");
    assert_eq!((&json["old"], &json["breaking"]), (&"8.0.1.0".into(), &1.into()));
    let first = &json["changes"][0];
    let keys =
        ["kind", "group", "item", "action", "rule", "what", "verdict"].map(|key| first[key].as_str().unwrap_or(""));
    assert_eq!(keys, ["enum", "Gone", "Gone", "removed", "EnumRemoved", "removed", "breaking"]);
}

#[test]
fn diff_of_the_real_releases() {
    let output = xtask(&["diff", "spec/vim25-8.0.3.0.yaml", "spec/vim25-9.0.0.0.yaml"]);
    let text = out(&output);
    let last = text.lines().last().unwrap_or_default();
    assert_eq!(last, "  54 types added, 0 removed · 21 operations added, 0 removed · verdict: 1 breaking change");
    assert!(text.contains("  ~ VMwareIpfixConfig.idleFlowTimeout  "), "{text}");
    let output = xtask(&["diff", "spec/vim25-8.0.2.0.yaml", "spec/vim25-8.0.3.0.yaml"]);
    assert!(out(&output).contains("  - HostProfileManager.UpdateHostCustomizations_Task  "), "{}", out(&output));
    assert_eq!(output.status.code(), Some(4));
}

#[test]
fn a_crate_elsewhere_is_written_and_kept_up() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("elsewhere");
    let _ = fs::remove_dir_all(&folder);
    let spec = "codegen/tests/fixtures/lower/operations/spec.yaml";
    let path = folder.display().to_string();
    let generate = |more: &[&str]| {
        let arguments = ["generate", "--spec", spec, "--out", &path, "--crate-name", "my-api"];
        xtask(&[&arguments[..], more].concat())
    };
    let output = generate(&[]);
    assert!(output.status.success(), "{}", err(&output));
    assert!(fs::read_to_string(folder.join("Cargo.toml")).expect("written").contains("name = \"my-api\""));
    assert!(folder.join("src/mo/vsan/disk.rs").exists());
    let output = generate(&["--managed-object", "Cache"]);
    assert!(output.status.success(), "{}", err(&output));
    assert!(!folder.join("src/mo/vsan/disk.rs").exists(), "what is no longer made goes");
    fs::remove_file(folder.join(".vim25-generated")).expect("the marker is there");
    let output = generate(&[]);
    assert_eq!(output.status.code(), Some(3));
    assert!(err(&output).contains("is not empty and was not made by"), "{}", err(&output));
}

#[test]
fn timings_show_every_stage() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("timings");
    let _ = fs::remove_dir_all(&folder);
    let spec = "codegen/tests/fixtures/lower/operations/spec.yaml";
    let path = folder.display().to_string();
    let output = xtask(&["generate", "--spec", spec, "--out", &path, "--crate-name", "my-api", "--timings"]);
    let text = out(&output);
    let (_, table) = text.split_once("\n\n").unwrap_or_default();
    let stages: Vec<_> = table.lines().map(|line| line.get(..12).unwrap_or_default().trim()).collect();
    let pipeline = ["read", "fix up", "lower", "merge", "overlay", "analyse", "plan", "emit", "format"];
    let expected = [&["stage", "read files"], &pipeline[..], &["write", "all"]].concat();
    assert_eq!(stages[..expected.len()], expected, "{text}{}", err(&output));
    assert_eq!(text.contains("peak memory"), cfg!(target_os = "linux"), "{text}");
    let check = out(&xtask(&["check", "--timings"]));
    assert!(["fingerprint", "compare"].iter().all(|stage| check.contains(&format!("\n  {stage} "))), "{check}");
}
