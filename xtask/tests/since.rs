//! What `diff` tells of two releases is what the generated crate says of the newer one.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value as Json;
use vim25_api::{REGISTRY, RELEASES};
use vim25_runtime::{OperationInfo, OperationKind, Release, TypeInfo};

/// Methods, properties, data types and request types of each release, counted by who made the documents, without our
/// reader. Two of the data types, `Any` and `ManagedObjectReference`, are in no table.
const COUNTS: [[usize; 4]; 5] = [
    [1116, 593, 2904, 779],
    [1133, 593, 2911, 786],
    [1140, 595, 2937, 793],
    [1157, 599, 2991, 805],
    [1172, 616, 3032, 811],
];

/// The differences of two releases, as `cargo xtask diff --format json` tells them.
fn changes(old: Release, new: Release) -> Vec<Json> {
    let document = |release| format!("spec/vim25-{release}.yaml");
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."));
    let output = command.args(["diff", &document(old), &document(new), "--format", "json"]).output();
    let told: Json = serde_json::from_slice(&output.expect("xtask runs").stdout).expect("JSON is printed");
    told["changes"].as_array().expect("a list of changes").clone()
}

fn text<'a>(change: &'a Json, key: &str) -> &'a str {
    change[key].as_str().expect("a text")
}

/// What came, by the rules: `Type`, `Type.member`, `Object.operation`, `Object.operation(parameter)`.
fn added(changes: &[Json]) -> BTreeSet<String> {
    let name = |change: &Json| {
        let item = text(change, "item");
        match text(change, "rule") {
            "TypeAdded" | "OperationAdded" | "MemberOptionalAdded" | "MemberRequiredAdded" | "MemberDemanded" => {
                Some(item.to_owned())
            }
            "ParameterOptionalAdded" | "ParameterRequiredAdded" => {
                let parameter = text(change, "what").split('`').nth(1).expect("the name is quoted");
                Some(format!("{item}({parameter})"))
            }
            _ => None,
        }
    };
    changes.iter().filter_map(name).collect()
}

/// What the tables date after one release and not after another: patches between the two have dates of their own.
fn dated(old: Release, new: Release) -> BTreeSet<String> {
    let is_dated = move |since: Option<Release>| since.is_some_and(|since| old < since && since <= new);
    let members = |ty: &'static TypeInfo| ty.own_fields().iter().filter(move |field| is_dated(field.since));
    let types = REGISTRY.types.iter().filter(|ty| is_dated(ty.introduced())).map(|ty| ty.name().to_owned());
    let fields = REGISTRY.types.iter().flat_map(|ty| members(ty).map(|field| format!("{}.{}", ty.name(), field.name)));
    let operations = REGISTRY.operations.iter().filter(|operation| is_dated(operation.since));
    let operations = operations.map(|operation| format!("{operation:?}"));
    let parameters = REGISTRY.operations.iter().flat_map(|operation| {
        let fields = operation.request.into_iter().flat_map(members);
        fields.map(move |field| format!("{operation:?}({})", field.name))
    });
    types.chain(fields).chain(operations).chain(parameters).collect()
}

/// What went is still there, and knows when it was seen last.
#[test]
fn what_came_and_went_with_a_release_is_dated_so_and_nothing_else_is() {
    let (mut came, mut went) = (0, BTreeSet::new());
    for releases in RELEASES.windows(2) {
        let changes = changes(releases[0], releases[1]);
        let told = added(&changes);
        let dated = dated(releases[0], releases[1]);
        assert_eq!(told.symmetric_difference(&dated).collect::<Vec<_>>(), [""; 0], "{releases:?}");
        came += told.len();
        let is_removal =
            |change: &&Json| matches!(text(change, "rule"), "TypeRemoved" | "MemberRemoved" | "OperationRemoved");
        let removals = changes.iter().filter(is_removal);
        went.extend(removals.map(|change| format!("{} {}", text(change, "item"), releases[0])));
    }
    assert!(came > 300, "{came}");
    let types = REGISTRY.types.iter().filter_map(|ty| Some(format!("{} {}", ty.name(), ty.dropped_after()?)));
    let members = REGISTRY.types.iter().flat_map(|ty| {
        ty.own_fields().iter().filter_map(|field| Some(format!("{}.{} {}", ty.name(), field.name, field.until?)))
    });
    let operations = REGISTRY.operations.iter().filter_map(|one| Some(format!("{one:?} {}", one.until?)));
    assert_eq!(went, types.chain(members).chain(operations).collect::<BTreeSet<_>>());
    assert!(went.contains("HostProfileManager.UpdateHostCustomizations_Task 8.0.2.0"), "{went:?}");
}

/// What each release has by the dates in the tables.
#[test]
fn the_dates_give_each_release_what_it_has() {
    let is_in = |release, since: Option<Release>, until: Option<Release>| {
        since.is_none_or(|since| since <= release) && until.is_none_or(|until| release <= until)
    };
    let counts = RELEASES.iter().map(|release| {
        let has = |operation: &&&OperationInfo| is_in(*release, operation.since, operation.until);
        let operations = || REGISTRY.operations.iter().filter(has);
        let properties = operations().filter(|operation| operation.kind == OperationKind::Property).count();
        let types = REGISTRY.types.iter().filter(|ty| is_in(*release, ty.introduced(), ty.dropped_after())).count();
        let requests: BTreeSet<&str> = operations().filter_map(|operation| Some(operation.request?.name())).collect();
        [operations().count() - properties, properties, types + 2, requests.len()]
    });
    assert_eq!(counts.collect::<Vec<_>>(), COUNTS);
}
