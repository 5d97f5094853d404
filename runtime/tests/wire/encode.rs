//! Writing: order, names, and the check before.

use serde_json::json;
use vim25_runtime::{Any, DataType, MAX_DEPTH, ManagedObjectReference, Object, RequestProblem, wire};

use crate::api::*;
use crate::written;

fn device(key: i32) -> Device {
    let mut device = Device::new();
    device.0.set(0, key);
    device
}

#[test]
fn members_stand_in_the_order_of_declaration_after_the_type_name() {
    let mut disk = Disk::new();
    disk.0.set(3, 5_i64);
    disk.0.set::<String>(1, "boot".into());
    disk.0.set(0, 1);
    assert_eq!(
        String::from_utf8_lossy(&wire::encode(&disk.0)),
        r#"{"_typeName":"Disk","key":1,"label":"boot","capacity":5}"#
    );
}

#[test]
fn request_types_have_no_type_name_but_their_arguments_do() {
    let mut arguments = Object::new(&REQUEST);
    arguments.set::<String>(0, "web".into());
    arguments.set_list::<Device>(1, [device(1)]);
    let json = r#"{"name":"web","device":[{"_typeName":"Device","key":1}]}"#;
    assert_eq!(String::from_utf8_lossy(&wire::encode(&arguments)), json);
}

#[test]
fn the_check_names_the_missing_member_by_its_path() {
    let mut arguments = Object::new(&REQUEST);
    assert_eq!(arguments.check(), Err(("name".to_owned(), RequestProblem::Missing)));
    arguments.set::<String>(0, "web".into());
    let mut disk = Disk::new();
    disk.0.set(0, 1);
    let mut parent = device(1);
    parent.0.set_list::<Device>(2, [device(2), disk.into()]);
    arguments.set_list::<Device>(1, [parent]);
    assert_eq!(arguments.check(), Err(("device[0].child[1].capacity".to_owned(), RequestProblem::Missing)));
}

#[test]
fn the_check_refuses_numbers_that_json_cannot_hold() {
    for number in [f64::NAN, f64::INFINITY] {
        let mut everything = Everything::new();
        everything.0.set(6, number);
        assert_eq!(everything.check(), Err(("double".to_owned(), RequestProblem::NotFinite)));
        let mut everything = Everything::new();
        everything.0.set_list::<Any>(30, [1.into(), Any::Double(number)]);
        assert_eq!(everything.check(), Err(("anys[1]".to_owned(), RequestProblem::NotFinite)));
    }
}

#[test]
fn the_check_refuses_what_the_reader_would_refuse() {
    let mut nested = device(0);
    for _ in 0..MAX_DEPTH {
        let mut outer = device(0);
        outer.0.set_list::<Device>(2, [nested]);
        nested = outer;
    }
    assert!(matches!(nested.check(), Err((_, RequestProblem::TooDeep))));
}

#[test]
fn what_the_check_lets_pass_the_reader_takes() {
    let mut nested = device(0);
    while nested.check().is_ok() {
        assert!(wire::decode::<Device>(&wire::encode(&nested.0)).is_ok());
        let mut outer = device(0);
        outer.0.set_list::<Device>(2, [nested]);
        nested = outer;
    }
}

#[test]
fn floats_are_written_with_their_own_precision() {
    let mut everything = Everything::new();
    everything.0.set(5, 0.1_f32);
    everything.0.set(6, 0.1_f64);
    assert_eq!(
        String::from_utf8_lossy(&wire::encode(&everything.0)),
        r#"{"_typeName":"Everything","float":0.1,"double":0.1}"#
    );
}

#[test]
fn rust_values_become_any_with_the_names_of_the_wire() {
    let cases: [(Any, serde_json::Value); 12] = [
        (true.into(), json!({"_typeName": "boolean", "_value": true})),
        (7_i32.into(), json!({"_typeName": "int", "_value": 7})),
        (7_i64.into(), json!({"_typeName": "long", "_value": 7})),
        ("x".into(), json!({"_typeName": "string", "_value": "x"})),
        (vec![0_u8, 255].into(), json!({"_typeName": "base64Binary", "_value": "AP8="})),
        (Color::Green.into(), json!({"_typeName": "Color", "_value": "green"})),
        (vec![1_i8].into(), json!({"_typeName": "ArrayOfByte", "_value": [1]})),
        (vec!["x".to_owned()].into(), json!({"_typeName": "ArrayOfString", "_value": ["x"]})),
        (vec![device(1)].into(), json!({"_typeName": "ArrayOfDevice", "_value": [{"_typeName": "Device", "key": 1}]})),
        (device(1).into(), json!({"_typeName": "Device", "key": 1})),
        (
            ManagedObjectReference::new("Folder", "group-d1").into(),
            json!({"_typeName": "ManagedObjectReference", "type": "Folder", "value": "group-d1"}),
        ),
        (
            vec![vim25_runtime::DateTime::from("2026-01-01T00:00:00Z")].into(),
            json!({"_typeName": "ArrayOfDateTime", "_value": ["2026-01-01T00:00:00Z"]}),
        ),
    ];
    for (any, expected) in cases {
        assert_eq!(serde_json::to_value(&any).expect("JSON"), expected);
        let mut info = TaskInfo::new();
        info.0.set::<String>(0, "t".into());
        info.0.set::<Any>(2, any.clone());
        let read: TaskInfo = wire::decode(&wire::encode(info.as_object())).expect("its own JSON");
        assert_eq!(read.0.any(2), &any);
        assert_eq!(written(&read), written(&info));
    }
}
