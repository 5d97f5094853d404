//! Reading: what is taken, what is kept, what is refused and where.

use serde_json::json;
use vim25_runtime::wire::{self, Options};
use vim25_runtime::{Any, DataType};

use crate::api::*;
use crate::{refusal, round_trip};

fn everything() -> serde_json::Value {
    let device = json!({"_typeName": "Disk", "key": 1, "label": "ü漢🦀", "capacity": 9_007_199_254_740_993_i64});
    let vm = json!({"_typeName": "ManagedObjectReference", "type": "VirtualMachine", "value": "vm-1"});
    json!({
        "_typeName": "Everything",
        "boolean": true, "byte": -128, "short": 32767, "int": -2_147_483_648_i64, "long": i64::MAX,
        "float": 0.5, "double": 1e300, "string": "", "secret": "s3cret",
        "dateTime": "2026-11-24T05:56:04.934102736+01:00", "binary": "AP8=", "color": "red",
        "reference": vm, "device": device,
        "any": {"_typeName": "int", "_value": 4},
        "hidden": {"_typeName": "string", "_value": "hush"},
        "booleans": [true, false], "bytes": [-1, 0, 127], "shorts": [1], "ints": [], "longs": [1, 2],
        "floats": [0.25], "doubles": [0.1], "strings": ["a", "b"], "secrets": ["c"],
        "dateTimes": ["2026-01-01T00:00:00Z"], "binaries": ["AA=="], "colors": ["green", "infrared"],
        "references": [vm], "devices": [device, {"_typeName": "Device", "key": 2}],
        "anys": [
            {"_typeName": "boolean", "_value": true}, {"_typeName": "byte", "_value": 1},
            {"_typeName": "short", "_value": 1}, {"_typeName": "long", "_value": 1},
            {"_typeName": "float", "_value": 1.5}, {"_typeName": "double", "_value": 1.5},
            {"_typeName": "dateTime", "_value": "2026-01-01T00:00:00Z"}, {"_typeName": "base64Binary", "_value": "AP8="},
            {"_typeName": "anyURI", "_value": "https://example.com"}, {"_typeName": "PropertyPath", "_value": "a.b"},
            {"_typeName": "TypeName", "_value": "Disk"}, {"_typeName": "MethodName", "_value": "vim.Folder.rename"},
            {"_typeName": "Color", "_value": "red"}, {"_typeName": "NewEnum", "_value": "newest"}, vm, device,
            {"_typeName": "ArrayOfInt", "_value": [1, 2]}, {"_typeName": "ArrayOfString", "_value": []},
            {"_typeName": "ArrayOfBase64Binary", "_value": ["AA=="]}, {"_typeName": "ArrayOfDevice", "_value": [device]},
            {"_typeName": "ArrayOfManagedObjectReference", "_value": [vm]}, {"_typeName": "ArrayOfColor", "_value": ["blue"]},
            {"_typeName": "ArrayOfAnyType", "_value": [{"_typeName": "int", "_value": 1}]},
            {"_typeName": "ArrayOfNewThing", "_value": [{"_typeName": "NewThing", "size": 1}]},
        ],
    })
}

#[test]
fn every_kind_of_member_is_read_and_written_back() {
    let read: Everything = round_trip(&everything());
    assert_eq!(read.0.long(4), i64::MAX);
    assert_eq!(read.0.date_time(9).timestamp().expect("RFC 3339").as_second(), 1_795_496_164);
    assert_eq!(read.0.binary(10), [0, 0xFF]);
    assert_eq!(read.0.opt_enumeration::<Color>(11), Some(Color::Red));
    assert_eq!(read.0.enumerations::<Color>(27)[1].as_str(), "infrared");
    assert_eq!(read.0.reference::<VirtualMachine>(12).value(), "vm-1");
    assert_eq!(
        read.0.object::<Device>(13).downcast_ref::<Disk>().map(|disk| disk.0.long(3)),
        Some(9_007_199_254_740_993)
    );
    assert_eq!(
        read.0.objects::<Device>(29).iter().map(|device| device.is::<Disk>()).collect::<Vec<_>>(),
        [true, false]
    );
}

#[test]
fn every_member_of_the_sample_is_a_member_of_the_type() {
    let sample = everything();
    let named: Vec<&str> = Everything::TYPE.fields().map(|field| field.name).collect();
    assert_eq!(sample.as_object().map(|members| members.len() - 1), Some(named.len()));
    assert!(named.iter().all(|name| sample.get(name).is_some()));
}

#[test]
fn the_type_name_may_stand_first_last_or_between() {
    for json in [
        r#"{"_typeName":"Disk","key":1,"capacity":5,"thin":true}"#,
        r#"{"key":1,"capacity":5,"thin":true,"_typeName":"Disk"}"#,
        r#"{"thin":true,"key":1,"_typeName":"Disk","capacity":5}"#,
    ] {
        let device: Device = wire::decode(json.as_bytes()).expect(json);
        let disk = device.downcast_ref::<Disk>().expect(json);
        assert_eq!((disk.0.int(0), disk.0.long(3), disk.0.opt_bool(4)), (1, 5, Some(true)), "{json}");
        assert!(disk.unknown().is_empty(), "{json}");
    }
}

#[test]
fn a_late_type_name_is_found_at_every_level() {
    let json = r#"{"parent":{"parent":{"capacity":3,"key":3,"_typeName":"Disk"},"capacity":2,"key":2,"_typeName":"Disk"},"key":1,"capacity":1,"_typeName":"Disk"}"#;
    let device: Device = wire::decode(json.as_bytes()).expect("late names");
    let disk = device.downcast::<Disk>().expect("a disk");
    let innermost: &Disk = disk.0.object::<Disk>(5).0.object(5);
    assert_eq!(innermost.0.long(3), 3);
}

#[test]
fn a_late_type_name_is_found_in_any_and_its_elements() {
    let json =
        r#"{"key":"t","result":{"_value":[{"capacity":1,"key":7,"_typeName":"Disk"}],"_typeName":"ArrayOfDevice"}}"#;
    let info: TaskInfo = wire::decode(json.as_bytes()).expect("late names");
    let Any::Array(array) = info.0.any(2) else { panic!("no array: {info:?}") };
    assert_eq!(array.type_name, "ArrayOfDevice");
    assert!(matches!(&array.list, vim25_runtime::List::Objects(items) if items[0].is::<Disk>()));
}

#[test]
fn without_a_type_name_the_declared_type_is_taken() {
    let device: Device = wire::decode(br#"{"key":3}"#).expect("no name");
    assert_eq!(device.type_name(), "Device");
}

#[test]
fn a_newer_type_keeps_its_name_and_members() {
    let sample =
        json!({"_typeName": "TimeMachine", "key": 4, "epoch": 1900, "dials": [{"_typeName": "Dial", "x": null}]});
    let device: Device = round_trip(&sample);
    assert_eq!(device.type_name(), "TimeMachine");
    assert_eq!(device.type_info().name(), "Device");
    assert_eq!(device.unknown()["epoch"], 1900);
    assert_eq!(device.0.int(0), 4);
}

#[test]
fn newer_members_of_known_types_are_kept() {
    let device: Device =
        round_trip(&json!({"_typeName": "Disk", "key": 4, "capacity": 1, "colour": {"r": 1.5, "g": [null, true]}}));
    assert_eq!(device.unknown()["colour"]["r"], 1.5);
}

#[test]
fn newer_members_of_references_are_kept() {
    round_trip::<Everything>(&json!({"_typeName": "Everything", "reference":
        {"_typeName": "ManagedObjectReference", "type": "VirtualMachine", "value": "vm-1", "serverGuid": "g"}}));
}

#[test]
fn an_object_of_unknown_type_in_any_is_kept() {
    let info: TaskInfo =
        round_trip(&json!({"_typeName": "TaskInfo", "key": "t", "result": {"_typeName": "New", "a": 1, "_value": 2}}));
    assert_eq!(info.0.any(2).type_name(), "New");
    round_trip::<TaskInfo>(&json!({"_typeName": "TaskInfo", "key": "t", "result": {"nameless": 1}}));
}

#[test]
fn a_boxed_reference_is_taken_like_a_bare_one() {
    let boxed =
        r#"{"key":"t","result":{"_typeName":"ManagedObjectReference","_value":{"type":"Folder","value":"group-d1"}}}"#;
    let info: TaskInfo = wire::decode(boxed.as_bytes()).expect("boxed");
    assert_eq!(info.0.any(2).as_reference().map(ToString::to_string).as_deref(), Some("Folder/group-d1"));
}

#[test]
fn bare_scalars_in_any_are_taken() {
    for (json, expected) in [
        ("true", Any::Boolean(true)),
        ("5", Any::Int(5)),
        ("5000000000", Any::Long(5_000_000_000)),
        ("0.5", Any::Double(0.5)),
        ("\"plain\"", Any::from("plain")),
    ] {
        let text = format!(r#"{{"key":"t","result":{json}}}"#);
        let info: TaskInfo = wire::decode(text.as_bytes()).expect(json);
        assert_eq!(info.0.any(2), &expected);
    }
}

#[test]
fn null_is_absent() {
    let device: Device = wire::decode(br#"{"_typeName":"Device","key":1,"label":null,"child":null}"#).expect("nulls");
    assert_eq!((device.0.opt_string(1), device.0.objects::<Device>(2)), (None, &[][..]));
    assert_eq!(
        refusal::<Device>(r#"{"key":null}"#),
        "key (in Device): the required member is absent at line 1 column 12"
    );
}

#[test]
fn bytes_are_taken_as_base64_too() {
    let read: Everything = wire::decode(br#"{"bytes":"AP8="}"#).expect("base64");
    assert_eq!(read.0.bytes(17), [0, -1]);
}

#[test]
fn a_missing_required_member_is_an_error_with_its_path() {
    let json = r#"{"key":1,"child":[{"key":2},{"_typeName":"Disk","key":3}]}"#;
    assert_eq!(
        refusal::<Device>(json),
        "child[1].capacity (in Disk): the required member is absent at line 1 column 56"
    );
}

#[test]
fn lenient_decoding_reads_absent_members_as_empty() {
    let object = wire::decode_object(b"{}", Disk::TYPE, None, Options::LENIENT).expect("lenient");
    assert_eq!((object.int(0), object.long(3)), (0, 0));
    assert_eq!(object.object::<Disk>(5).0.object::<Disk>(5).0.string(1), "");
}

#[test]
fn wrong_values_are_refused_with_path_type_and_token() {
    for (json, expected) in [
        (r#"{"int":"5"}"#, r#"int (in Everything): invalid type: string "5", expected int at line 1 column 10"#),
        (r#"{"byte":128}"#, "byte (in Everything): invalid value: integer `128`, expected byte at line 1 column 11"),
        (
            r#"{"int":2147483648}"#,
            "int (in Everything): invalid value: integer `2147483648`, expected int at line 1 column 17",
        ),
        (r#"{"int":1.0}"#, "int (in Everything): invalid type: floating point `1.0`, expected int at line 1 column 10"),
        (r#"{"ints":[1,2,null]}"#, "ints[2] (in Everything): invalid type: null, expected int at line 1 column 17"),
        (
            r#"{"ints":7}"#,
            "ints (in Everything): invalid type: integer `7`, expected an array of int at line 1 column 9",
        ),
        (
            r#"{"binary":"!"}"#,
            r#"binary (in Everything): invalid value: string "!", expected base64 string at line 1 column 13"#,
        ),
        (
            r#"{"device":{"_typeName":"TaskInfo"}}"#,
            "device._typeName (in Device): `TaskInfo` is no `Device` at line 1 column 33",
        ),
        (
            r#"{"reference":{"type":"Folder"}}"#,
            "reference.value (in Everything): the required member is absent at line 1 column 30",
        ),
        (
            r#"{"any":{"_typeName":"int","_value":"x"}}"#,
            r#"any._value (in Everything): invalid type: string "x", expected int at line 1 column 38"#,
        ),
        (r#"{"int":1,"int":2}"#, "int (in Everything): the member stands twice at line 1 column 16"),
    ] {
        assert_eq!(refusal::<Everything>(json), expected);
    }
}

#[test]
fn text_that_is_no_json_is_refused() {
    for json in ["", "{", "nonsense", "[]", "{} {}", "\u{feff}{}", "<html>"] {
        assert!(wire::decode::<Everything>(json.as_bytes()).is_err(), "{json:?}");
    }
    assert!(wire::decode::<Everything>(b"{\"string\":\"\xff\"}").is_err());
}

#[test]
fn a_document_cut_at_any_byte_is_an_error_with_a_path() {
    let sample = everything().to_string();
    for end in 0..sample.len() {
        let error = wire::decode::<Everything>(&sample.as_bytes()[..end]).expect_err("it is cut");
        assert!(!error.path.is_empty());
        assert!(
            error.message.contains("line 1 column") || error.message == "not a value of the declared type",
            "{error}"
        );
    }
}

#[test]
fn the_path_of_a_cut_leads_to_the_cut() {
    let error = refusal::<Device>(r#"{"key":1,"child":[{"key":2,"label":"abc"#);
    assert!(error.starts_with("child[0].label (in Device): EOF while parsing a string"), "{error}");
}

#[test]
fn deep_nesting_is_an_error_not_a_stack_overflow() {
    let nested = |depth: usize| format!("{}{}", r#"{"key":1,"child":["#.repeat(depth), "]}".repeat(depth));
    assert!(wire::decode::<Device>(nested(60).as_bytes()).is_ok());
    for text in [nested(100_000), r#"{"new":"#.repeat(100_000), r#"{"_typeName":"Device","any":{"x":"#.repeat(100_000)]
    {
        let error = wire::decode::<Device>(text.as_bytes()).expect_err("too deep");
        assert!(error.message.contains("recursion limit exceeded"), "{error}");
    }
}

/// Deeper than serde_json reads a text, though not if it begins to count where the unknown member does.
#[test]
fn unknown_members_count_for_the_nesting_and_hide_no_name() {
    let device = |depth: usize| {
        let deep = format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        format!(r#"{{"key":1,"child":[{{"new":{deep},"key":2,"_typeName":"Disk","capacity":3}}]}}"#)
    };
    let read: Device = wire::decode(device(124).as_bytes()).expect("127 levels");
    assert!(read.0.objects::<Device>(2)[0].is::<Disk>());
    let error = refusal::<Device>(&device(125));
    assert!(error.starts_with("child[0].new (in Device): recursion limit exceeded"), "{error}");
    let at_the_end = format!(r#"{{"key":1,"new":{}1{}}}"#, "[".repeat(127), "]".repeat(127));
    assert!(refusal::<Device>(&at_the_end).starts_with("new (in Device): recursion limit exceeded"));
}

/// The double that is nearest to this text is nearest to another float.
#[test]
fn a_float_is_the_one_nearest_to_its_text() {
    let json = r#"{"float":7.038531e-26,"floats":[7.038531e-26,16777217,-0,3.4028235e38]}"#;
    let read: Everything = wire::decode(json.as_bytes()).expect("floats");
    let bits = |number: f32| number.to_bits();
    assert_eq!(bits(read.0.float(5)), bits(7.038_531e-26));
    let due: [f32; 4] = [7.038_531e-26, 16_777_216.0, -0.0, f32::MAX];
    assert_eq!(read.0.floats(21).iter().copied().map(bits).collect::<Vec<_>>(), due.map(bits));
    let error = refusal::<Everything>(r#"{"float":3.5e38}"#);
    assert!(error.starts_with("float (in Everything): invalid value: 3.5e38, expected float"), "{error}");
}

#[test]
fn a_type_name_that_stands_twice_is_refused_everywhere() {
    let twice = r#"{"_typeName":"int","_value":1,"_typeName":"string"}"#;
    let unknown = r#"{"_typeName":"New","size":1,"_typeName":"Newer"}"#;
    let late = r#"{"size":1,"_typeName":"New","_typeName":"Newer"}"#;
    for any in [twice, unknown, late] {
        let error = refusal::<Everything>(&format!(r#"{{"any":{any}}}"#));
        assert!(error.starts_with("any._typeName") && error.contains("the member stands twice"), "{error}");
    }
}

#[test]
fn an_empty_type_name_is_none() {
    let device: Device = wire::decode(br#"{"_typeName":"","key":1}"#).expect("a device");
    assert_eq!(device.type_name(), "Device");
    assert_eq!(wire::decode::<Device>(&wire::encode(&device.0)), Ok(device));
}

#[test]
fn a_member_without_a_name_has_a_path() {
    let error = wire::decode::<Device>(br#"{"":?}"#).expect_err("no JSON");
    assert_eq!(error.path, "\"\"");
}
