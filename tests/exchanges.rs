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

/// The path of the first place where two documents differ in meaning. 1 and 1.0 are the same number, null is
/// absent, and the recorded dialect has `byte[]` in base64 where the document has an array of numbers.
fn difference(a: &Json, b: &Json) -> Option<String> {
    let differ = |same: bool| (!same).then(String::new);
    match (a, b) {
        (Json::Number(a), Json::Number(b)) => differ(a.as_f64() == b.as_f64()),
        (Json::Array(a), Json::Array(b)) if a.len() == b.len() => {
            let mut items = a.iter().zip(b).enumerate();
            items.find_map(|(index, (a, b))| Some(format!("[{index}]{}", difference(a, b)?)))
        }
        (Json::Object(a), Json::Object(b)) => a.keys().chain(b.keys()).find_map(|name| {
            let member = |members: &serde_json::Map<String, Json>| members.get(name).cloned().unwrap_or_default();
            Some(format!(".{name}{}", difference(&member(a), &member(b))?))
        }),
        (Json::Array(a), Json::String(b)) => {
            let bytes: Option<Vec<u8>> =
                a.iter().map(|byte| Some(i8::try_from(byte.as_i64()?).ok()?.cast_unsigned())).collect();
            differ(bytes.map(|bytes| base64(&bytes)).as_ref() == Some(b))
        }
        // The document has the first name for bytes in any value, the recorded server the second.
        (Json::String(a), Json::String(b)) => differ(a == b || (a == "base64Binary" && b == "binary")),
        (a, b) => differ(a == b),
    }
}

fn base64(bytes: &[u8]) -> String {
    serde_json::to_value(vim25::Any::from(bytes.to_vec())).expect("JSON")["_value"].as_str().expect("base64").to_owned()
}

#[track_caller]
fn assert_same(recording: &Recording, written: &Json) {
    if let Some(path) = difference(written, &recording.body) {
        panic!("{} is not written back as it was read: {path}", recording.name);
    }
}

/// Recordings that lack a required member, and which: the recorded server is known for these.
const INCOMPLETE: &[(&str, &str)] = &[("hostsystem_get_config", "optionDef[0].optionType")];

#[test]
fn results_of_known_operations_are_read_and_written_back() {
    let mut read = 0;
    for recording in recordings().iter().filter(|recording| recording.status == 200) {
        let Some(result) = operation(recording).and_then(|operation| operation.result) else { continue };
        let json = recording.body.to_string();
        let decode = |options| wire::decode_value(json.as_bytes(), result.item, result.is_list, &REGISTRY, options);
        let value = decode(Options::default()).or_else(|error| {
            let known = INCOMPLETE.contains(&(recording.name.as_str(), error.path.as_str()));
            if known { decode(Options::LENIENT) } else { Err(error) }
        });
        let value = value.unwrap_or_else(|error| panic!("{}: {error}", recording.name)).expect("a value");
        let written = serde_json::to_value(&value).expect("JSON");
        assert_same(recording, &written);
        read += 1;
    }
    assert!(read >= 60, "{read} recordings are of known operations");
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
        assert_same(recording, &written);
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
        assert_same(recording, &written);
        read += 1;
    }
    assert!(read >= 40, "{read} recordings are of objects");
}
