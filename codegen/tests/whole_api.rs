//! All of the document in `spec/`: everything comes out exactly once, and no file is too long.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use vim25_codegen::model::{EnumUsage, OperationKind};
use vim25_codegen::{Generated, Model, Options, SourceFile, Spec, generate, load};

fn spec() -> Spec {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/vim25-8.0.2.0.yaml");
    let text = fs::read_to_string(path).expect("spec/ has the document");
    Spec { documents: vec![SourceFile { name: "spec/vim25-8.0.2.0.yaml".to_owned(), text }], overlays: Vec::new() }
}

/// One test, since generating the whole API is what takes the time, and each test is a process of its own.
#[test]
fn the_whole_api_is_generated_exactly_once_and_clean() {
    let model = load(&spec()).expect("the document loads");
    let generated = generate(&spec(), &Options::default()).unwrap_or_else(|problems| panic!("{problems}"));
    every_data_type_has_one_table(&model, &generated);
    every_request_type_has_one_table(&model, &generated);
    every_enum_is_written_once(&model, &generated);
    every_operation_has_one_table(&model, &generated);
    every_property_has_one_path(&model, &generated);
    the_registry_lists_everything(&generated);
    no_file_is_longer_than_3000_lines(&generated);
    files_are_clean_text(&generated);
}

/// How often each wire name stands behind `before` and in front of `after`.
fn occurrences(generated: &Generated, folder: &str, before: &str, after: &str) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for (_, text) in generated.files.iter().filter(|(path, _)| path.starts_with(folder)) {
        let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for piece in flat.split(before).skip(1) {
            let name = piece.split_once(after).expect("the name has an end").0;
            *found.entry(name.to_owned()).or_default() += 1;
        }
    }
    found
}

fn assert_once(found: &BTreeMap<String, usize>, expected: impl Iterator<Item = String>) {
    let expected: BTreeMap<String, usize> = expected.map(|name| (name, 1)).collect();
    assert_eq!(*found, expected);
}

fn every_data_type_has_one_table(model: &Model, generated: &Generated) {
    let found = occurrences(generated, "src/types/", "= rt::TypeInfo::new( \"", "\"");
    assert_eq!(found.len(), 2909);
    assert_once(&found, model.data_types.iter().map(|ty| ty.name.to_string()));
}

fn every_request_type_has_one_table(model: &Model, generated: &Generated) {
    let found = occurrences(generated, "src/requests/", "= rt::TypeInfo::request( \"", "\"");
    assert_once(&found, model.requests.iter().map(|ty| ty.name.to_string()));
}

fn every_enum_is_written_once(model: &Model, generated: &Generated) {
    let typed = occurrences(generated, "src/enums/", "rt::enum_type!(", " ");
    let all = occurrences(generated, "src/enums/", "pub enum ", " ");
    assert_eq!(typed.len(), model.enums.iter().filter(|item| item.usage == EnumUsage::Typed).count());
    assert_eq!(all.len(), 414);
    assert!(all.values().all(|&count| count == 1));
}

fn every_operation_has_one_table(model: &Model, generated: &Generated) {
    let found = occurrences(generated, "src/mo/", "rt::OperationInfo { managed_object: \"", "\", service");
    let operation = |mo: &str, name: &str| format!("{mo}\", name: \"{name}");
    let expected = model.managed_objects.iter();
    let expected =
        expected.flat_map(|mo| mo.operations.iter().map(|each| operation(mo.name.as_str(), each.name.as_str())));
    assert_eq!(found.len(), 1726);
    assert_once(&found, expected);
}

fn every_property_has_one_path(model: &Model, generated: &Generated) {
    let mut found = BTreeMap::new();
    let lists = occurrences(generated, "src/paths/", "rt::properties!(mo::", "});").into_keys();
    for list in lists {
        let (owner, paths) = list.split_once(" {").expect("the list has a brace");
        for path in paths.split(" = \"").skip(1) {
            let (wire, _) = path.split_once('"').expect("the name has an end");
            *found.entry(format!("{owner}.{wire}")).or_default() += 1;
        }
    }
    let properties = model.managed_objects.iter().flat_map(|mo| {
        let properties = mo.operations.iter().filter(|operation| operation.kind == OperationKind::Property);
        properties.map(|property| format!("{}.{}", mo.name, property.name))
    });
    assert_eq!(found.len(), 593);
    assert_once(&found, properties);
}

fn the_registry_lists_everything(generated: &Generated) {
    let count = |path: &str, piece: &str| generated.files[path].matches(piece).count();
    assert_eq!(count("src/registry/operations.rs", "mo::"), 1726);
    assert_eq!(count("src/registry/types_by_name.rs", "types::"), 2909);
    assert_eq!(count("src/registry.rs", "::INFO"), 66);
}

fn no_file_is_longer_than_3000_lines(generated: &Generated) {
    for (path, text) in &generated.files {
        assert!(text.lines().count() <= 3000, "{path}: {} lines", text.lines().count());
    }
}

fn files_are_clean_text(generated: &Generated) {
    for (path, text) in &generated.files {
        let header = if path.ends_with(".toml") { "# @generated" } else { "// @generated" };
        assert!(text.starts_with(header), "{path}");
        assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{path}");
        assert!(!text.contains('\r') && !text.contains('\t'), "{path}");
        assert!(text.lines().all(|line| !line.ends_with(' ')), "{path}");
    }
}
