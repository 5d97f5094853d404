//! Documents and overlays into the generator.

use std::sync::LazyLock;

use serde_json::Value as Json;
use vim25_codegen::{Options, SourceFile, Spec};

use crate::mutate::{Choices, mutate};

/// Small documents that together have all that a document of the vendor has.
const DOCUMENTS: &[&str] = &[
    include_str!("../../../codegen/tests/fixtures/emit/items/spec.yaml"),
    include_str!("../../../codegen/tests/fixtures/emit/operations/spec.yaml"),
    include_str!("../../../codegen/tests/fixtures/emit/parameters/spec.yaml"),
    include_str!("../../../codegen/tests/fixtures/emit/paths/spec.yaml"),
    include_str!("../../../codegen/tests/fixtures/emit/tasks_and_bases/spec.yaml"),
    include_str!("../../../codegen/tests/fixtures/docs/prose/spec.yaml"),
    include_str!("../../../codegen/tests/fixtures/hierarchy/recursion/spec.yaml"),
];
const DOCUMENT_OF_OVERLAY: usize = 4;
const OVERLAYS: &[&str] = &[
    include_str!("../../../codegen/tests/fixtures/emit/tasks_and_bases/overlay.yaml"),
    "types: { CheckResult: { description: Outcome., rename: Outcome, fields: { entity: { description: What was checked., secret: true } } } }\n\
     managed_objects: { Folder: { description: Holds entities., operations: { Clone_Task: { parameters: { folder: Where to. }, returns: The task., faults: { MethodFault: if it cannot } } } } }",
];

static TREES: LazyLock<[Vec<Json>; 2]> =
    LazyLock::new(|| [DOCUMENTS, OVERLAYS].map(|texts| texts.iter().map(|text| tree(text)).collect()));

fn tree(text: &str) -> Json {
    serde_yaml::from_str(text).expect("a document of the tests")
}

/// Documents: the first byte chooses one, the others change it. From 128 on, the others are a document themselves.
pub fn generator(data: &[u8]) {
    let Some(text) = mutated(data, &TREES[0]) else { return };
    generate(text, None);
}

/// Overlays of a document that is right, in the same way.
pub fn overlay(data: &[u8]) {
    let Some(text) = mutated(data, &TREES[1]) else { return };
    generate(DOCUMENTS[DOCUMENT_OF_OVERLAY].to_owned(), Some(text));
}

fn mutated(data: &[u8], trees: &[Json]) -> Option<String> {
    let (first, rest) = data.split_first()?;
    if *first >= 128 {
        return std::str::from_utf8(rest).ok().map(str::to_owned);
    }
    let mut tree = trees[usize::from(*first) % trees.len()].clone();
    mutate(&mut tree, &mut Choices(rest));
    Some(tree.to_string())
}

/// Nothing panics, and the outcome is mistakes that say where they are, or Rust that can be parsed.
fn generate(document: String, overlay: Option<String>) {
    let file = |name: &str, text| SourceFile { name: name.to_owned(), text };
    let documents = vec![file("spec.yaml", document)];
    let overlays = overlay.into_iter().map(|text| file("overlay.yaml", text)).collect();
    match vim25_codegen::generate(&Spec { documents, overlays }, &Options::default()) {
        Ok(generated) => {
            for (name, text) in generated.files.iter().filter(|(name, _)| name.ends_with(".rs")) {
                if let Err(error) = syn::parse_file(text) {
                    panic!("{name} is no Rust: {error}\n{text}");
                }
            }
        }
        Err(problems) => {
            assert!(problems.has_errors());
            for problem in problems.iter() {
                assert!(!problem.message.is_empty() && !problem.pointer.to_string().is_empty(), "{problem:?}");
            }
        }
    }
}
