//! What comes with the crates: licences, versions, the oldest compiler, what is bound to a system. A light part of
//! `cargo xtask supply`, by the same lists.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn cargo(arguments: &[&str]) -> String {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(program).args(arguments).current_dir(root()).output().expect("cargo runs");
    assert!(output.status.success(), "cargo {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("cargo writes UTF-8")
}

/// All crates that any feature on any system needs, those of the workspace included.
fn packages() -> Vec<Value> {
    let metadata = cargo(&["metadata", "--locked", "--format-version", "1", "--all-features"]);
    let metadata: Value = serde_json::from_str(&metadata).expect("cargo writes JSON");
    let used = used(&metadata);
    let packages = list(&metadata, "packages").iter().filter(|package| used.contains(text(package, "id")));
    let packages: Vec<_> = packages.cloned().collect();
    assert!(packages.len() > 100, "{} crates are not all", packages.len());
    packages
}

/// The ids of what the members of the workspace lead to. A lock file holds more: what an optional feature of a dependency
/// would bring.
fn used(metadata: &Value) -> BTreeSet<&str> {
    let nodes: BTreeMap<_, _> =
        list(&metadata["resolve"], "nodes").iter().map(|node| (text(node, "id"), list(node, "deps"))).collect();
    let mut open: Vec<_> = list(metadata, "workspace_members").iter().filter_map(Value::as_str).collect();
    let mut used = BTreeSet::new();
    while let Some(id) = open.pop() {
        if used.insert(id) {
            open.extend(nodes[id].iter().map(|dependency| text(dependency, "pkg")));
        }
    }
    used
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().map_or(&[], Vec::as_slice)
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

fn deny() -> toml::Table {
    let path = root().join("deny.toml");
    std::fs::read_to_string(path).expect("deny.toml is there").parse().expect("deny.toml is TOML")
}

#[test]
fn every_licence_is_allowed_and_every_allowed_one_is_met() {
    let deny = deny();
    let allowed = deny["licenses"]["allow"].as_array().expect("a list");
    let allowed: BTreeSet<_> = allowed.iter().filter_map(toml::Value::as_str).collect();
    let mut met = BTreeSet::new();
    for package in packages() {
        let expression = spdx::Expression::parse_mode(text(&package, "license"), spdx::ParseMode::LAX);
        let expression = expression.unwrap_or_else(|error| panic!("{}: {error}", text(&package, "id")));
        let is_allowed = expression.evaluate(|wanted| {
            let name = wanted.license.id().filter(|_| wanted.addition.is_none()).map(|id| id.name);
            name.is_some_and(|name| allowed.contains(name))
        });
        assert!(is_allowed, "{}: {expression} is not allowed by deny.toml", text(&package, "id"));
        met.extend(expression.requirements().filter_map(|wanted| wanted.req.license.id()).map(|id| id.name));
    }
    let idle: Vec<_> = allowed.iter().filter(|name| !met.contains(*name)).collect();
    assert!(idle.is_empty(), "deny.toml allows {idle:?}, which no crate has");
}

#[test]
fn two_versions_of_a_crate_are_named_with_a_reason() {
    let deny = deny();
    let skipped = deny["bans"]["skip"].as_array().expect("a list");
    let mut skipped: BTreeSet<_> = skipped
        .iter()
        .map(|entry| {
            assert!(entry["reason"].as_str().is_some_and(|reason| !reason.is_empty()), "{entry:?} has no reason");
            entry["crate"].as_str().and_then(|name| name.split_once('@')).expect("name@version")
        })
        .collect();
    // Unlike the metadata, the tree leaves out what no feature switches on.
    let tree = cargo(&[
        "tree",
        "--locked",
        "--workspace",
        "--all-features",
        "--target",
        "all",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ]);
    let mut versions = BTreeMap::<_, BTreeSet<_>>::new();
    // Blank lines part the members of the workspace.
    for (name, version) in tree.lines().filter_map(|line| line.split_once(" v")) {
        versions.entry(name).or_default().insert(version.split(' ').next().unwrap_or_default());
    }
    assert!(versions.len() > 100, "{} crates are not all", versions.len());
    for (name, mut versions) in versions.into_iter().filter(|(_, versions)| versions.len() > 1) {
        skipped.retain(|(skipped, of)| {
            let had = versions.len();
            versions.retain(|version| *skipped != name || !version.starts_with(&format!("{of}.")));
            versions.len() == had
        });
        assert!(versions.len() <= 1, "{name} is there as {versions:?}: end that, or name one in deny.toml");
    }
    assert!(skipped.is_empty(), "deny.toml excuses {skipped:?}, which is not there twice");
}

#[test]
fn all_comes_from_the_registry_of_cargo() {
    for package in packages() {
        let source = package["source"].as_str();
        let is_ours = source.is_none() && text(&package, "id").starts_with("path+");
        let of_registry = source == Some("registry+https://github.com/rust-lang/crates.io-index");
        assert!(is_ours || of_registry, "{} is from {source:?}", text(&package, "id"));
    }
}

/// Clippy takes `rust-version` for the oldest compiler (lint `incompatible_msrv`); cargo refuses an older one.
#[test]
fn the_oldest_compiler_is_the_same_everywhere_and_enough() {
    let manifest: toml::Table =
        std::fs::read_to_string(root().join("Cargo.toml")).expect("is there").parse().expect("is TOML");
    let oldest = manifest["workspace"]["package"]["rust-version"].as_str().expect("is given");
    for package in packages() {
        let asked = package["rust_version"].as_str();
        let is_ours = package["source"].is_null();
        assert!(!is_ours || asked == Some(oldest), "{}: {asked:?}, not {oldest}", text(&package, "id"));
        assert!(asked.map(version) <= Some(version(oldest)), "{} needs {asked:?}", text(&package, "id"));
    }
    let readme = std::fs::read_to_string(root().join("README.md")).expect("is there");
    assert!(readme.contains(&format!("Rust {oldest} or newer")), "README.md does not say {oldest}");
    for clippy in ["clippy.toml", "codegen/clippy.toml"] {
        let lints = std::fs::read_to_string(root().join(clippy)).expect("is there");
        assert!(!lints.contains("msrv"), "{clippy} must not name another version than Cargo.toml");
    }
}

/// `1.95` or `1.95.0`, in an order.
fn version(text: &str) -> (u32, u32) {
    let mut parts = text.split('.').map(|part| part.parse().expect("a number"));
    (parts.next().expect("major"), parts.next().expect("minor"))
}

/// Object model and codec are to run anywhere: they need no system, no clock of it but in `DateTime::now`, no C compiler.
#[test]
fn runtime_and_api_are_bound_to_no_system() {
    const BOUND: [&str; 14] = [
        "android_system_properties",
        "errno",
        "getrandom",
        "iana-time-zone",
        "js-sys",
        "libc",
        "mio",
        "rustix",
        "socket2",
        "tokio",
        "wasm-bindgen",
        "web-sys",
        "winapi",
        "windows-sys",
    ];
    let tree = |target: &str| -> BTreeSet<String> {
        let tree = cargo(&[
            "tree",
            "--locked",
            "-p",
            "vim25-api",
            "-e",
            "normal,build",
            "--target",
            target,
            "--prefix",
            "none",
            "--format",
            "{p}",
        ]);
        tree.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
    };
    let wasm = tree("wasm32-unknown-unknown");
    assert!(wasm.contains("vim25-runtime"), "{wasm:?}");
    let bound: Vec<_> = wasm.iter().filter(|name| BOUND.contains(&name.as_str())).collect();
    assert!(bound.is_empty(), "bound to a system: {bound:?}");
    assert_eq!(wasm, tree("x86_64-unknown-linux-gnu"), "the tree depends on the system");
    let linked = packages().into_iter().filter(|package| wasm.contains(text(package, "name")));
    let linked: Vec<_> = linked.filter(|package| !package["links"].is_null()).collect();
    assert!(linked.is_empty(), "needs a library of the system: {linked:?}");
}

/// Where `std` would compile for `wasm32-unknown-unknown` but fail at run time.
#[test]
fn runtime_and_api_ask_the_system_for_nothing() {
    let mut files = Vec::new();
    for folder in ["runtime/src", "generated/src"] {
        visit(&root().join(folder), &mut files);
    }
    assert!(files.len() > 400, "{} files are not all", files.len());
    for path in files {
        let source = std::fs::read_to_string(&path).expect("can be read");
        let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
        for line in code {
            for module in ["env", "fs", "net", "os", "process", "thread"] {
                assert!(!line.contains(&format!("std::{module}::")), "{}: {line}", path.display());
            }
            assert!(!line.contains("Instant::"), "{}: {line}", path.display());
        }
    }
}

fn visit(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("can be read") {
        let path = entry.expect("can be read").path();
        if path.is_dir() { visit(&path, files) } else { files.push(path) }
    }
}
