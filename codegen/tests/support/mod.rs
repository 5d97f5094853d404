//! Golden files: compare, show the difference, rewrite with `UPDATE_GOLDEN=1`.

#![allow(dead_code, reason = "each test binary uses a part of it")]

pub(crate) mod compile;
pub(crate) mod dump;
pub(crate) mod vendor;

use std::fs;
use std::path::{Path, PathBuf};

use similar::TextDiff;
use vim25_codegen::{FileSet, SourceFile, Spec};

/// `tests/fixtures/<group>/<case>`.
pub(crate) fn fixture(group: &str, case: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(group).join(case)
}

/// The `spec.yaml` (or `spec.json`) and, if there is one, the `overlay.yaml` of a case, under these names.
pub(crate) fn read_spec(folder: &Path) -> Spec {
    let read = |name: &&str| {
        let text = fs::read_to_string(folder.join(name)).ok()?;
        Some(SourceFile { name: (*name).to_owned(), text })
    };
    Spec {
        documents: ["spec.yaml", "spec.json"].iter().filter_map(read).collect(),
        overlays: ["overlay.yaml", "overlay2.yaml"].iter().filter_map(read).collect(),
    }
}

/// All documents of a case, one per release or more, in the order of their names.
pub(crate) fn read_releases(folder: &Path) -> Spec {
    let entries = fs::read_dir(folder).expect("the case has a folder");
    let mut names: Vec<_> = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| name.ends_with(".yaml"));
    names.sort();
    let read = |name: String| {
        let text = fs::read_to_string(folder.join(&name)).expect("the file was just listed");
        SourceFile { name, text }
    };
    Spec { documents: names.into_iter().map(read).collect(), overlays: Vec::new() }
}

/// Fails with a diff if `actual` is not the text of the file, or writes it when `UPDATE_GOLDEN=1` is set.
pub(crate) fn assert_golden(path: &Path, actual: &str) {
    if std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1") {
        fs::write(path, actual).expect("the fixture folder can be written");
        return;
    }
    let expected = fs::read_to_string(path).unwrap_or_default().replace("\r\n", "\n");
    if expected != actual {
        let diff = TextDiff::from_lines(expected.as_str(), actual);
        let diff = diff.unified_diff().header("expected", "actual").to_string();
        let command = "UPDATE_GOLDEN=1 cargo test -p vim25-codegen";
        panic!("{} differs:\n{diff}\nIf that is meant: {command}", path.display());
    }
}

/// The folders of a group must be exactly the cases that have a test.
pub(crate) fn assert_all_listed(group: &str, listed: &[&str]) {
    let folder = fixture(group, "");
    let entries = fs::read_dir(&folder).expect("the group has a folder");
    let mut found: Vec<_> = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    found.sort();
    let mut listed = listed.to_vec();
    listed.sort_unstable();
    assert_eq!(found, listed, "folders of {} and the cases in the test file", folder.display());
}

/// The files of a crate as one file: each `mod x;` becomes the module itself, and `crate` the module `root`, below which
/// the test binary has it.
pub(crate) fn fold(files: &FileSet, root: &str) -> String {
    let mut out = String::new();
    fold_file(files, "src/lib", &mut out);
    out.replace("crate::", &format!("{root}::"))
}

fn fold_file(files: &FileSet, module: &str, out: &mut String) {
    let folder = module.strip_suffix("/lib").unwrap_or(module);
    let path = format!("{module}.rs");
    let text = files.get(&path).or_else(|| files.get(&format!("{module}/mod.rs"))).expect("each `mod` has its file");
    let mut file = None;
    for line in text.lines().skip_while(|line| line.starts_with("// ") || line.is_empty()) {
        if let Some(name) = line.strip_prefix("#[path = \"").and_then(|rest| rest.strip_suffix(".rs\"]")) {
            file = Some(name);
        } else if let Some((before, name)) = declared_module(line) {
            out.push_str(&format!("{before}mod {name} {{\n"));
            let file = file.take().unwrap_or(name.trim_start_matches("r#"));
            fold_file(files, &format!("{folder}/{file}"), out);
            out.push_str("}\n");
        } else {
            out.push_str(line);
            out.push('\n');
        }
    }
}

/// `pub mod types;` → `pub ` and `types`.
fn declared_module(line: &str) -> Option<(&str, &str)> {
    let (before, name) = line.strip_suffix(';')?.split_once("mod ")?;
    matches!(before, "" | "pub ").then_some((before, name))
}
