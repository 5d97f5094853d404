//! A crate that is generated for elsewhere compiles outside the workspace.

mod support;

use std::fs;

use support::compile::{Compiled, root};
use vim25_codegen::{FileSet, Layout, Options, SourceFile, Spec, generate};

fn files(managed_object: &str) -> FileSet {
    let name = "spec/vim25-9.1.0.0.yaml";
    let text = fs::read_to_string(root().join(name)).expect("spec/ has the document");
    let spec = Spec { documents: vec![SourceFile { name: name.to_owned(), text }], overlays: Vec::new() };
    let options = Options {
        managed_objects: vec![managed_object.to_owned()],
        crate_name: "my-vim25".to_owned(),
        layout: Layout::SelfContained,
    };
    generate(&spec, &options).unwrap_or_else(|problems| panic!("{problems}")).files
}

#[test]
fn the_manifest_stands_alone_with_the_versions_of_the_workspace() {
    let manifest = &files("SessionManager")["Cargo.toml"];
    assert!(!manifest.contains("workspace"), "{manifest}");
    assert!(manifest.contains("name = \"my-vim25\""), "{manifest}");
    let workspace = fs::read_to_string(root().join("Cargo.toml")).expect("the workspace has a manifest");
    for key in ["edition = ", "rust-version = ", "bytemuck = "] {
        let line = workspace.lines().find(|line| line.starts_with(key)).expect("the workspace has the key");
        assert!(manifest.contains(line), "{line}\n{manifest}");
    }
    let runtime = workspace.lines().find(|line| line.starts_with("vim25-runtime = ")).expect("a dependency");
    assert!(runtime.contains("version = \"0.1.0\"") && manifest.contains("vim25-runtime = \"0.1\""), "{runtime}");
}

#[test]
#[ignore = "compiles a crate with all that it depends on: half a minute"]
fn it_compiles_outside_the_workspace() {
    Compiled::new("self_contained", &files("SessionManager")).cargo(&["check"]);
}
