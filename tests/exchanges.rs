//! Recorded exchanges: every reply is read, and written back with the same meaning.
//!
//! They were recorded from a private JSON front over a SOAP simulator, as each file says, so they show a dialect that is
//! known to exist, and nothing about a vCenter.

use std::fs;
use std::path::PathBuf;

use serde_json::Value as Json;
use vim25::types::MethodFault;
use vim25::wire::{self, Options};
use vim25::{DataType, Item, OperationInfo, REGISTRY};

struct Recording {
    name: String,
    method: String,
    path: String,
    status: u64,
    body: Json,
}

fn recordings() -> Vec<Recording> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/exchanges");
    let files = fs::read_dir(folder).expect("the recordings").map(|entry| entry.expect("an entry").path());
    let read = |path: PathBuf| {
        let json: Json = serde_json::from_slice(&fs::read(&path).expect("a recording")).expect("JSON");
        let text = |value: &Json| value.as_str().expect("a string").to_owned();
        Recording {
            name: path.file_stem().expect("a name").to_string_lossy().into_owned(),
            method: text(&json["request"]["method"]),
            path: text(&json["request"]["path"]),
            status: json["response"]["status"].as_u64().expect("a status"),
            body: json["response"]["body"].clone(),
        }
    };
    let mut recordings: Vec<_> = files.map(read).collect();
    recordings.sort_by(|a, b| a.name.cmp(&b.name));
    assert_eq!(recordings.len(), 101);
    recordings
}

/// The operation that a recording is of, if the generated crate has it.
fn operation(recording: &Recording) -> Option<&'static OperationInfo> {
    let segments: Vec<&str> = recording.path.split('/').collect();
    let [.., managed_object, _, name] = segments[..] else { return None };
    let operation = REGISTRY.find_operation(managed_object, name)?;
    (operation.verb().as_str() == recording.method).then_some(operation)
}

/// Equal in meaning: 1 and 1.0 are the same number.
fn same(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::Number(a), Json::Number(b)) => a.as_f64() == b.as_f64(),
        (Json::Array(a), Json::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Json::Object(a), Json::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| same(a, b)))
        }
        (a, b) => a == b,
    }
}

#[test]
fn results_of_known_operations_are_read_and_written_back() {
    let mut read = 0;
    for recording in recordings().iter().filter(|recording| recording.status == 200) {
        let Some(result) = operation(recording).and_then(|operation| operation.result) else { continue };
        let json = recording.body.to_string();
        let value = wire::decode_value(json.as_bytes(), result.item, result.is_list, &REGISTRY, Options::default());
        let value = value.unwrap_or_else(|error| panic!("{}: {error}", recording.name)).expect("a value");
        let written = serde_json::to_value(&value).expect("JSON");
        assert!(same(&written, &recording.body), "{}:\n{written}\n{}", recording.name, recording.body);
        read += 1;
    }
    assert!(read >= 13, "{read} recordings are of known operations");
}

#[test]
fn faults_are_read_and_written_back() {
    let mut read = 0;
    for recording in recordings().iter().filter(|recording| recording.status == 500 && recording.body.is_object()) {
        let json = recording.body.to_string();
        let fault = wire::decode_object(json.as_bytes(), MethodFault::TYPE, None, Options::LENIENT);
        let fault = fault.unwrap_or_else(|error| panic!("{}: {error}", recording.name));
        assert_eq!(Some(fault.type_name()), recording.body["_typeName"].as_str());
        let written = serde_json::to_value(&fault).expect("JSON");
        assert!(same(&written, &recording.body), "{}:\n{written}\n{}", recording.name, recording.body);
        read += 1;
    }
    assert!(read >= 20, "{read} recordings are of faults");
}

#[test]
fn objects_of_any_type_survive_as_any() {
    let mut read = 0;
    for recording in
        recordings().iter().filter(|recording| recording.status == 200 && recording.body.get("_typeName").is_some())
    {
        let json = recording.body.to_string();
        let any = wire::decode_value(json.as_bytes(), Item::Any, false, &REGISTRY, Options::LENIENT);
        let any = any.unwrap_or_else(|error| panic!("{}: {error}", recording.name)).expect("a value");
        let written = serde_json::to_value(&any).expect("JSON");
        assert!(same(&written, &recording.body), "{}:\n{written}\n{}", recording.name, recording.body);
        read += 1;
    }
    assert!(read >= 40, "{read} recordings are of objects");
}
