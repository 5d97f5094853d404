//! The same input gives the same bytes, and the order of the document's schemas does not matter.

mod support;

use std::fs;
use std::path::Path;

use support::{fixture, read_spec};
use vim25_codegen::{FileSet, Options, SourceFile, Spec, generate};

fn files(spec: &Spec) -> FileSet {
    generate(spec, &Options::default()).unwrap_or_else(|problems| panic!("{problems}")).files
}

fn document() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/vim25-8.0.2.0.yaml");
    fs::read_to_string(path).expect("spec/ has the document")
}

fn spec(text: String) -> Spec {
    Spec { documents: vec![SourceFile { name: "spec.yaml".to_owned(), text }], overlays: Vec::new() }
}

/// The document with the schemas in reverse order; their own lines stay as they are.
fn reversed(text: &str) -> String {
    let (before, schemas) = text.split_once("\n  schemas:\n").expect("the document has schemas");
    let end = schemas.find("\n  parameters:").unwrap_or(schemas.len());
    let (schemas, after) = schemas.split_at(end);
    let mut pieces: Vec<String> = Vec::new();
    for line in schemas.lines() {
        let begins_schema = line.starts_with("    ") && !line.starts_with("     ");
        if begins_schema || pieces.is_empty() {
            pieces.push(String::new());
        }
        let piece = pieces.last_mut().expect("the first line began a piece");
        piece.push_str(line);
        piece.push('\n');
    }
    pieces.reverse();
    format!("{before}\n  schemas:\n{}{after}", pieces.concat())
}

#[test]
fn twice_the_same() {
    let spec = read_spec(&fixture("emit", "operations"));
    assert!(files(&spec) == files(&spec));
}

#[test]
fn the_order_of_schemas_does_not_matter() {
    let text = document();
    let shuffled = reversed(&text);
    assert_ne!(text, shuffled);
    let (one, other) = (files(&spec(text)), files(&spec(shuffled)));
    assert!(one.keys().eq(other.keys()), "other files");
    for (path, text) in &one {
        assert!(other[path] == *text, "{path} differs");
    }
}
