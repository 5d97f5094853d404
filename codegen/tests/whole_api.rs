//! All of the document in `spec/`: everything comes out exactly once, and no file is too long. One test, because each
//! look at the whole API costs seconds.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use vim25_codegen::model::{EnumUsage, Model};
use vim25_codegen::{FileSet, Options, SourceFile, Spec, generate, load};

#[test]
fn everything_comes_out_exactly_once() {
    let spec = spec();
    let model = load(&spec).unwrap_or_else(|problems| panic!("{problems}"));
    let files = generate(&spec, &Options::default()).unwrap_or_else(|problems| panic!("{problems}")).files;
    every_data_type_has_one_table(&model, &files);
    every_request_type_has_one_table(&model, &files);
    every_enum_is_written_once(&model, &files);
    every_operation_has_one_table(&model, &files);
    the_registry_lists_everything(&files);
    no_file_is_longer_than_3000_lines(&files);
    files_are_clean_text(&files);
}

fn spec() -> Spec {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/vim25-8.0.2.0.yaml");
    let text = fs::read_to_string(path).expect("spec/ has the document");
    Spec { documents: vec![SourceFile { name: "spec/vim25-8.0.2.0.yaml".to_owned(), text }], overlays: Vec::new() }
}

/// How often each wire name stands behind `before` and in front of `after`.
fn occurrences(files: &FileSet, folder: &str, before: &str, after: &str) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for (_, text) in files.iter().filter(|(path, _)| path.starts_with(folder)) {
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

fn every_data_type_has_one_table(model: &Model, files: &FileSet) {
    let found = occurrences(files, "src/types/", "= rt::TypeInfo::new( \"", "\"");
    assert_eq!(found.len(), 2909);
    assert_once(&found, model.data_types.iter().map(|ty| ty.name.to_string()));
}

fn every_request_type_has_one_table(model: &Model, files: &FileSet) {
    let found = occurrences(files, "src/requests/", "= rt::TypeInfo::request( \"", "\"");
    assert_once(&found, model.requests.iter().map(|ty| ty.name.to_string()));
}

fn every_enum_is_written_once(model: &Model, files: &FileSet) {
    let typed = occurrences(files, "src/enums/", "rt::enum_type!(", " ");
    let all = occurrences(files, "src/enums/", "pub enum ", " ");
    assert_eq!(typed.len(), model.enums.iter().filter(|item| item.usage == EnumUsage::Typed).count());
    assert_eq!(all.len(), 414);
    assert!(all.values().all(|&count| count == 1));
}

fn every_operation_has_one_table(model: &Model, files: &FileSet) {
    let found = occurrences(files, "src/mo/", "rt::OperationInfo { managed_object: \"", "\", service");
    let operation = |mo: &str, name: &str| format!("{mo}\", name: \"{name}");
    let expected = model.managed_objects.iter();
    let expected =
        expected.flat_map(|mo| mo.operations.iter().map(|each| operation(mo.name.as_str(), each.name.as_str())));
    assert_eq!(found.len(), 1726);
    assert_once(&found, expected);
}

fn the_registry_lists_everything(files: &FileSet) {
    let count = |path: &str, piece: &str| files[path].matches(piece).count();
    assert_eq!(count("src/registry/operations.rs", "mo::"), 1726);
    assert_eq!(count("src/registry/types_by_name.rs", "types::"), 2909);
    assert_eq!(count("src/registry.rs", "::INFO"), 66);
}

fn no_file_is_longer_than_3000_lines(files: &FileSet) {
    for (path, text) in files {
        assert!(text.lines().count() <= 3000, "{path}: {} lines", text.lines().count());
    }
}

fn files_are_clean_text(files: &FileSet) {
    for (path, text) in files {
        let header = if path.ends_with(".toml") { "# @generated" } else { "// @generated" };
        assert!(text.starts_with(header), "{path}");
        assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{path}");
        assert!(!text.contains('\r') && !text.contains('\t'), "{path}");
        assert!(text.lines().all(|line| !line.ends_with(' ')), "{path}");
    }
}
