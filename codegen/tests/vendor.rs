//! Documents as the vendor publishes them: JSON, and texts everywhere.

mod support;

use std::fs;
use std::path::Path;

use support::compile::Compiled;
use support::vendor::{as_json, like_the_vendors};
use vim25_codegen::model::Model;
use vim25_codegen::{Layout, Options, SourceFile, Spec, generate, load};

fn document() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/vim25-9.1.0.0.yaml");
    fs::read_to_string(path).expect("spec/ has the document")
}

fn spec(name: &str, text: String) -> Spec {
    Spec { documents: vec![SourceFile { name: name.to_owned(), text }], overlays: Vec::new() }
}

#[test]
fn json_and_yaml_give_the_same_bytes() {
    let yaml = document();
    let options = Options { managed_objects: vec!["SessionManager".to_owned()], ..Options::default() };
    let run = |spec: &Spec| generate(spec, &options).unwrap_or_else(|problems| panic!("{problems}")).files;
    let json = spec("spec/vim25-9.1.0.0.json", as_json(&yaml));
    assert!(run(&json) == run(&spec("spec/vim25-9.1.0.0.yaml", yaml)));
}

fn operations(model: &Model, service: &str) -> usize {
    let objects = model.managed_objects.iter().filter(|object| object.service == service);
    objects.map(|object| object.operations.len()).sum()
}

#[test]
fn a_document_of_the_vendors_size_is_read() {
    let text = like_the_vendors(&document());
    assert!(text.len() > 10_000_000, "{}", text.len());
    let model = load(&spec("vendor.json", text)).unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(operations(&model, ""), 1788);
    assert!(operations(&model, "vsan") > 300, "{}", operations(&model, "vsan"));
    assert!(model.data_types.iter().all(|ty| !ty.about.text.0.is_empty()));
    let deprecated = model.data_types.iter().flat_map(|ty| &ty.fields).filter(|field| field.about.deprecated.is_some());
    assert!(deprecated.count() > 500);
}

/// `cargo test -p vim25-codegen --test vendor -- --ignored`
#[test]
#[ignore = "compiles and documents 10 MB of API: minutes"]
fn a_document_of_the_vendors_size_compiles_and_has_docs_without_a_warning() {
    let options = Options { layout: Layout::SelfContained, ..Options::default() };
    let generated = generate(&spec("vendor.json", like_the_vendors(&document())), &options);
    let files = generated.unwrap_or_else(|problems| panic!("{problems}")).files;
    for (path, text) in &files {
        // One type is never split, and with texts everywhere `HostCapability` alone takes more.
        let is_one_type = text.matches("rt::data_type!").count() == 1;
        assert!(is_one_type || text.lines().count() <= 3000, "{path}: {} lines", text.lines().count());
    }
    let compiled = Compiled::new("vendor", &files);
    compiled.cargo(&["check"]);
    compiled.cargo(&["doc", "--no-deps"]);
}
