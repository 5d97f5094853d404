//! The document in `spec/`, against the counts that are known of it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use vim25_codegen::model::{Access, EnumUsage, Item, Model, OperationKind, Shape};
use vim25_codegen::{SourceFile, Spec, load, load_each, load_merged};

const DOCUMENT: &str = "spec/vim25-8.0.2.0.yaml";

/// Counted by who made the documents, without our reader.
///
/// Release, methods, properties, data types, enums, request types, boxed values, boxed arrays. `Any` and
/// `ManagedObjectReference` are built into the runtime, and count as data types here.
const COUNTS: [(&str, [usize; 7]); 5] = [
    ("8.0.1.0", [1116, 593, 2904, 409, 779, 80, 2984]),
    ("8.0.2.0", [1133, 593, 2911, 414, 786, 80, 2991]),
    ("8.0.3.0", [1140, 595, 2937, 425, 793, 80, 3017]),
    ("9.0.0.0", [1157, 599, 2991, 433, 805, 80, 3071]),
    ("9.1.0.0", [1172, 616, 3032, 447, 811, 80, 3112]),
];

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

/// The names of all schemas, those included that became no item.
fn names(model: &Model) -> BTreeSet<String> {
    let names = model.data_types.iter().map(|ty| ty.name.to_string());
    let names = names.chain(model.enums.iter().map(|ty| format!("{}_enum", ty.name)));
    let names = names.chain(model.requests.iter().map(|ty| ty.name.to_string()));
    let names: Vec<_> = names.chain(model.excluded.iter().map(|schema| schema.name.to_string())).collect();
    let unique: BTreeSet<_> = names.iter().cloned().collect();
    assert_eq!(unique.len(), names.len());
    unique
}

/// The names of the schemas in a document, by its lines.
fn schemas(text: &str) -> BTreeSet<String> {
    let schemas = text.split_once("\n  schemas:\n").map_or("", |(_, rest)| rest);
    let schemas = schemas.lines().take_while(|line| !line.starts_with("  parameters:"));
    let schemas = schemas.filter_map(|line| line.strip_prefix("    ")?.strip_suffix(':'));
    schemas.filter(|line| !line.starts_with(' ')).map(str::to_owned).collect()
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

fn counts(model: &Model) -> [usize; 7] {
    let operations = || model.managed_objects.iter().flat_map(|object| &object.operations);
    let properties = operations().filter(|operation| operation.kind == OperationKind::Property).count();
    [
        operations().count() - properties,
        properties,
        model.data_types.len() + excluded(model, "any value") + excluded(model, "reference"),
        model.enums.len(),
        model.requests.len(),
        excluded(model, "boxed value"),
        excluded(model, "boxed array"),
    ]
}

fn all_documents() -> Spec {
    let file = |(release, _): &(&str, _)| {
        let name = format!("spec/vim25-{release}.yaml");
        SourceFile { text: fs::read_to_string(root().join(&name)).expect("spec/ has the document"), name }
    };
    Spec { documents: COUNTS.iter().map(file).collect(), overlays: Vec::new() }
}

/// Nothing is skipped in silence: the names of all schemas come back.
#[test]
fn each_release_has_its_counts() {
    let spec = all_documents();
    let models = load_each(&spec).unwrap_or_else(|problems| panic!("{problems}"));
    for ((document, model), (release, counts)) in spec.documents.iter().zip(&models).zip(COUNTS) {
        let lines = |verb: &str| document.text.lines().filter(|line| *line == verb).count();
        assert_eq!([lines("    post:"), lines("    get:")], counts[..2], "{release}");
        let schemas = schemas(&document.text);
        // All but methods and properties.
        assert_eq!(schemas.len(), counts[2..].iter().sum::<usize>(), "{release}");
        assert_eq!(schemas, names(model), "{release}");
    }
    let found: Vec<_> = models.iter().map(|model| (model.release.to_string(), counts(model))).collect();
    assert_eq!(found, COUNTS.map(|(release, counts)| (release.to_owned(), counts)));
}

/// The newest release, and what vanished since the oldest.
#[test]
fn the_releases_merge_into_the_newest() {
    let merged = load_merged(&all_documents()).unwrap_or_else(|problems| panic!("{problems}"));
    let model = &merged.model;
    assert!(merged.warnings.is_empty(), "{}", merged.warnings);
    let operations =
        || model.managed_objects.iter().flat_map(|object| object.operations.iter().map(move |op| (object, op)));
    let vanished: Vec<_> = operations()
        .filter_map(|(object, operation)| Some((format!("{}.{}", object.name, operation.name), operation.about.until?)))
        .map(|(name, until)| format!("{name} {until}"))
        .collect();
    assert_eq!(vanished, ["HostProfileManager.UpdateHostCustomizations_Task 8.0.2.0"]);
    let types = model.data_types.iter().filter(|ty| ty.about.until.is_some()).count();
    let requests = model.requests.iter().filter(|ty| ty.about.until.is_some()).count();
    let enums = model.enums.iter().filter(|ty| ty.about.until.is_some()).count();
    assert_eq!(counts(model), [1172 + 1, 616, 3032 + types, 447 + enums, 811 + requests, 80, 3112]);
    assert_eq!((types, enums, requests), (0, 0, 1));
    let changes: Vec<_> = merged.changes.iter().map(ToString::to_string).collect();
    let expected = [
        "VMwareIpfixConfig.idleFlowTimeout: optional since 9.0.0.0",
        "SSLVerifyFault.thumbprint: optional since 8.0.2.0",
    ];
    assert_eq!(changes, expected);
}
