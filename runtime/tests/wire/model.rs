//! Objects in memory: views, casts, equality, members by name, enums, references.

use vim25_runtime::{DataType, Enumeration, List, ManagedObjectReference, Ref, Value, wire};

use crate::api::*;

fn disk() -> Disk {
    let mut disk = Disk::new();
    disk.0.set(0, 1);
    disk.0.set(3, 5_i64);
    disk
}

#[test]
fn a_subtype_is_a_view_of_its_base() {
    let disk = disk();
    let device: &Device = &disk;
    assert!(device.is::<Disk>() && device.is::<Device>() && device.is::<DataObject>() && !device.is::<TaskInfo>());
    assert!(device.downcast_ref::<Disk>().is_some());
    assert!(device.downcast_ref::<TaskInfo>().is_none());
}

#[test]
fn owned_casts_go_both_ways_and_give_back_what_does_not_fit() {
    let device: Device = disk().into();
    let disk = device.downcast::<Disk>().expect("it is a disk");
    let device: Device = disk.into();
    let device = device.downcast::<TaskInfo>().expect_err("it is no task");
    assert!(device.is::<Disk>());
}

#[test]
fn downcast_mut_changes_the_object_itself() {
    let mut device: Device = disk().into();
    device.downcast_mut::<Disk>().expect("a disk").0.set(3, 6_i64);
    assert_eq!(device.downcast_ref::<Disk>().map(|disk| disk.0.long(3)), Some(6));
}

#[test]
fn equality_looks_at_type_members_and_unknown_members() {
    assert_eq!(disk(), disk());
    let mut other = disk();
    other.0.set::<String>(1, "x".into());
    assert_ne!(disk(), other);
    assert!(other.remove("label").is_some());
    assert_eq!(disk(), other);
    other.unknown_mut().insert("new".into(), 1.into());
    assert_ne!(disk(), other);
    other.unknown_mut().remove("new");
    assert_eq!(disk(), other);
    assert_eq!(Device::default(), Device::new());
}

#[test]
fn members_can_be_reached_by_wire_name() {
    let mut disk = disk();
    assert_eq!(disk.member("capacity"), Some(&Value::Integer(5)));
    assert_eq!(disk.member("nothing"), None);
    assert_eq!(disk.insert("thin", true), Ok(()));
    assert_eq!(disk.members().map(|(field, _)| field.name).collect::<Vec<_>>(), ["key", "capacity", "thin"]);
    assert!(disk.insert("thin", 1).is_err(), "another kind");
    assert!(disk.insert("key", 1_i64 << 40).is_err(), "out of range");
    assert!(disk.insert("nothing", true).is_err(), "no such member");
    assert!(disk.insert("child", List::Objects(vec![TaskInfo::new().into_object()].into())).is_err(), "another type");
    assert_eq!(disk.insert("child", List::Objects(vec![Disk::new().into_object()].into())), Ok(()));
}

#[test]
fn serde_reads_and_writes_the_same_json() {
    let json = serde_json::to_string(&disk()).expect("JSON");
    assert_eq!(json.as_bytes(), wire::encode(&disk().0));
    assert_eq!(serde_json::from_str::<Device>(&json).expect("a device").downcast::<Disk>(), Ok(disk()));
    let nested: Vec<Disk> = serde_json::from_value(serde_json::json!([{"key": 1, "capacity": 5}])).expect("disks");
    assert_eq!(nested, [disk()]);
    let error = serde_json::from_str::<Disk>(r#"{"key":1}"#).expect_err("incomplete").to_string();
    assert_eq!(error, "capacity (in Disk): the required member is absent");
}

#[test]
fn enums_keep_values_that_they_do_not_know() {
    let color: Color = "infrared".into();
    assert!(!color.is_known());
    assert_eq!((color.as_str(), color.to_string().as_str()), ("infrared", "infrared"));
    assert!(matches!(Color::from("red"), Color::Red));
    assert_eq!(serde_json::to_string(&color).expect("JSON"), "\"infrared\"");
    assert_eq!(serde_json::from_str::<Color>("\"green\"").expect("a color"), Color::Green);
    assert_eq!(Color::INFO.values, ["red", "green"]);
}

#[test]
fn references_are_equal_by_type_and_id() {
    let vm = Ref::<VirtualMachine>::new("vm-1");
    assert_eq!(
        (vm.type_name(), vm.value(), vm.to_string().as_str()),
        ("VirtualMachine", "vm-1", "VirtualMachine/vm-1")
    );
    let untyped: ManagedObjectReference = (&vm).into();
    assert_eq!(untyped.typed::<VirtualMachine>(), Some(&vm));
    assert!(ManagedObjectReference::new("Folder", "vm-1").typed::<VirtualMachine>().is_none());
}

#[test]
fn the_tables_tell_the_hierarchy() {
    let names: Vec<&str> = NotAuthenticated::TYPE.ancestry().map(vim25_runtime::TypeInfo::name).collect();
    assert_eq!(names, ["NotAuthenticated", "NoPermission", "MethodFault"]);
    assert!(NotAuthenticated::TYPE.is_fault() && !Disk::TYPE.is_fault());
    assert_eq!(
        Disk::TYPE.fields().map(|field| field.name).collect::<Vec<_>>(),
        ["key", "label", "child", "capacity", "thin", "parent"]
    );
    assert!(REGISTRY.types.is_sorted_by_key(|ty| ty.name()));
}
