//! Values of any type, read as what they are declared to be: so do the values of properties come.

use serde_json::json;
use vim25_runtime::{Any, DateTime, FromValue, ManagedObjectReference, Ref, Secret};

use crate::api::{Color, Device, Disk, TaskInfo, VirtualMachine};
use crate::round_trip;

/// A value in the box in which the server sends it, read as a `T`.
#[track_caller]
fn read<T: FromValue>(json: serde_json::Value) -> Option<T> {
    let info: TaskInfo = round_trip(&json!({ "_typeName": "TaskInfo", "key": "task-1", "result": json }));
    T::from_any(info.0.any(2).clone())
}

fn boxed(type_name: &str, value: serde_json::Value) -> serde_json::Value {
    json!({ "_typeName": type_name, "_value": value })
}

fn device(type_name: &str) -> serde_json::Value {
    json!({ "_typeName": type_name, "key": 4000, "capacity": 7 })
}

#[test]
fn scalars_are_read_from_their_boxes() {
    assert_eq!(read(boxed("boolean", json!(true))), Some(true));
    assert_eq!(read(boxed("byte", json!(-1))), Some(-1_i8));
    assert_eq!(read(boxed("short", json!(-2))), Some(-2_i16));
    assert_eq!(read(boxed("int", json!(-3))), Some(-3_i32));
    assert_eq!(read(boxed("long", json!(1_i64 << 40))), Some(1_i64 << 40));
    assert_eq!(read(boxed("float", json!(0.5))), Some(0.5_f32));
    assert_eq!(read(boxed("double", json!(0.25))), Some(0.25_f64));
    assert_eq!(read(boxed("string", json!("web-1"))), Some("web-1".to_owned()));
    assert_eq!(read(boxed("anyURI", json!("ftp://x"))), Some("ftp://x".to_owned()));
    assert_eq!(read(boxed("base64Binary", json!("AP8="))), Some(vec![0_u8, 255]));
    let time = "2024-02-29T23:59:59.123456Z";
    assert_eq!(read(boxed("dateTime", json!(time))), Some(DateTime::from(time)));
}

#[test]
fn an_integer_is_read_as_any_width_that_holds_it() {
    assert_eq!(read(boxed("int", json!(5))), Some(5_i64));
    assert_eq!(read(boxed("long", json!(5))), Some(5_i32));
    assert_eq!(read::<i32>(boxed("long", json!(1_i64 << 40))), None);
}

#[test]
fn an_enum_keeps_a_value_that_is_newer() {
    assert_eq!(read(boxed("Color", json!("red"))), Some(Color::Red));
    assert_eq!(read(boxed("Color", json!("ultraviolet"))), Some(Color::from("ultraviolet")));
    assert_eq!(read(boxed("ArrayOfColor", json!(["red", "green"]))), Some(vec![Color::Red, Color::Green]));
}

#[test]
fn a_secret_comes_as_a_string() {
    assert_eq!(read(boxed("string", json!("hunter2"))), Some(Secret::from("hunter2")));
}

#[test]
fn references_and_objects_come_without_a_box() {
    let reference = json!({ "_typeName": "ManagedObjectReference", "type": "VirtualMachine", "value": "vm-1" });
    assert_eq!(read(reference.clone()), Some(Ref::<VirtualMachine>::new("vm-1")));
    assert_eq!(read(reference), Some(ManagedObjectReference::new("VirtualMachine", "vm-1")));
    let disk: Device = read(device("Disk")).expect("a disk is a device");
    assert!(disk.0.is::<Disk>());
}

#[test]
fn arrays_are_read_by_their_elements() {
    assert_eq!(read(boxed("ArrayOfInt", json!([1, 2]))), Some(vec![1, 2]));
    assert_eq!(read(boxed("ArrayOfInt", json!([]))), Some(Vec::<i32>::new()));
    assert_eq!(read(boxed("ArrayOfString", json!(["a"]))), Some(vec!["a".to_owned()]));
    let reference = json!({ "_typeName": "ManagedObjectReference", "type": "VirtualMachine", "value": "vm-1" });
    let array = boxed("ArrayOfManagedObjectReference", json!([reference]));
    assert_eq!(read(array), Some(vec![Ref::<VirtualMachine>::new("vm-1")]));
    let devices: Vec<Device> =
        read(boxed("ArrayOfDevice", json!([device("Disk"), device("Device")]))).expect("devices");
    assert_eq!(devices.iter().map(|device| device.0.is::<Disk>()).collect::<Vec<_>>(), [true, false]);
}

#[test]
fn any_value_is_itself() {
    assert_eq!(read(boxed("int", json!(3))), Some(Any::Int(3)));
    assert_eq!(Option::<i32>::from_any(Any::Int(3)), Some(Some(3)));
}

#[test]
fn what_is_of_another_kind_is_not_read() {
    assert_eq!(read::<i32>(boxed("string", json!("3"))), None);
    assert_eq!(read::<String>(boxed("int", json!(3))), None);
    assert_eq!(read::<bool>(boxed("ArrayOfBoolean", json!([true]))), None);
    assert_eq!(read::<Vec<i32>>(boxed("int", json!(3))), None);
    assert_eq!(read::<Secret>(boxed("int", json!(3))), None);
    assert!(read::<Disk>(device("Device")).is_none());
    assert!(read::<Vec<Disk>>(boxed("ArrayOfDevice", json!([device("Device")]))).is_none());
}
