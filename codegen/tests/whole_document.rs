//! The document in `spec/`, against the counts that are known of it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use vim25_codegen::model::{Access, EnumUsage, Item, Model, OperationKind, Shape};
use vim25_codegen::{SourceFile, Spec, load};

const DOCUMENT: &str = "spec/vim25-8.0.2.0.yaml";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn model() -> Model {
    let text = fs::read_to_string(root().join(DOCUMENT)).expect("spec/ has the document");
    let documents = vec![SourceFile { name: DOCUMENT.to_owned(), text }];
    load(&Spec { documents, overlays: Vec::new() }).unwrap_or_else(|problems| panic!("{problems}"))
}

fn excluded(model: &Model, word: &str) -> usize {
    model.excluded.iter().filter(|schema| schema.reason.starts_with(word)).count()
}

#[test]
fn the_counts_are_those_of_the_document() {
    let model = model();
    let operations: Vec<_> = model.managed_objects.iter().flat_map(|object| &object.operations).collect();
    let properties = operations.iter().filter(|operation| operation.kind == OperationKind::Property).count();
    let anonymous = operations.iter().filter(|operation| operation.access == Access::Anonymous).count();
    assert_eq!((operations.len(), operations.len() - properties, properties), (1726, 1133, 593));
    assert_eq!(anonymous, 24);
    // `Any` and `ManagedObjectReference` are built into the runtime, and count as data types there.
    assert_eq!((excluded(&model, "any value"), excluded(&model, "reference")), (1, 1));
    assert_eq!(model.data_types.len() + 2, 2911);
    assert_eq!(model.enums.len(), 414);
    assert_eq!(model.requests.len(), 786);
    assert_eq!((excluded(&model, "boxed value"), excluded(&model, "boxed array")), (80, 2991));
    let typed = model.enums.iter().filter(|ty| ty.usage == EnumUsage::Typed).count();
    assert_eq!(typed, 66);
}

/// Nothing is skipped in silence: the names of all schemas come back.
#[test]
fn every_schema_is_an_item_or_excluded() {
    let model = model();
    let names = model.data_types.iter().map(|ty| ty.name.to_string());
    let names = names.chain(model.enums.iter().map(|ty| format!("{}_enum", ty.name)));
    let names = names.chain(model.requests.iter().map(|ty| ty.name.to_string()));
    let names: Vec<_> = names.chain(model.excluded.iter().map(|schema| schema.name.to_string())).collect();
    let unique: BTreeSet<_> = names.iter().map(String::as_str).collect();
    assert_eq!(unique.len(), names.len());
    let text = fs::read_to_string(root().join(DOCUMENT)).expect("spec/ has the document");
    let schemas = text.split_once("\n  schemas:\n").map_or("", |(_, rest)| rest);
    let schemas = schemas.lines().take_while(|line| !line.starts_with("  parameters:"));
    let schemas = schemas.filter_map(|line| line.strip_prefix("    ")?.strip_suffix(':'));
    let schemas: BTreeSet<_> = schemas.filter(|line| !line.starts_with(' ')).collect();
    assert_eq!(schemas.len(), 7182);
    assert_eq!(schemas, unique);
}

#[test]
fn session_manager_is_as_documented() {
    let model = model();
    let object = model.managed_objects.iter().find(|object| object.name.as_str() == "SessionManager");
    let object = object.expect("the document has SessionManager");
    assert_eq!(object.operations.len(), 22);
    let find = |name: &str| object.operations.iter().find(|operation| operation.name.as_str() == name).expect("known");
    let login = find("LoginExtensionBySubjectName");
    let faults: Vec<_> = login.faults.iter().map(|fault| model.data_types[fault.fault.0].name.as_str()).collect();
    assert_eq!(faults, ["InvalidLogin", "InvalidLocale", "NotFound", "NoClientCertificate", "NoSubjectName"]);
    assert_eq!((login.access, login.privileges.as_slice()), (Access::Anonymous, &["System.Anonymous".to_owned()][..]));
    let list = find("sessionList").result.clone().expect("a property has a result");
    let Item::Object(session) = list.ty.item else { panic!("{list:?}") };
    assert_eq!((model.data_types[session.0].name.as_str(), list.ty.shape), ("UserSession", Shape::List));
    assert_eq!(model.data_types[session.0].fields.len(), 11);
}
