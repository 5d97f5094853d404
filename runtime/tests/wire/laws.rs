//! Laws that hold for any value.

use proptest::prelude::*;
use vim25_runtime::{Any, DateTime, List, ManagedObjectReference, Secret, wire};

use crate::api::*;

fn any_value() -> impl Strategy<Value = Any> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Any::from),
        any::<i8>().prop_map(Any::from),
        any::<i16>().prop_map(Any::from),
        any::<i32>().prop_map(Any::from),
        any::<i64>().prop_map(Any::from),
        (-1e300..1e300).prop_map(Any::from),
        ".{0,8}".prop_map(Any::from),
        any::<Vec<u8>>().prop_map(Any::Binary),
        proptest::collection::vec(any::<i64>(), 0..4).prop_map(Any::from),
        (".{0,4}", ".{0,4}").prop_map(|(ty, id)| ManagedObjectReference::new(ty, id).into()),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        (device(), proptest::option::of(inner)).prop_map(|(device, result)| {
            let mut info = TaskInfo::new();
            info.0.set::<String>(0, "t".to_owned());
            match result {
                Some(result) => info.0.set::<Any>(2, result),
                None => info.0.set::<Any>(2, device.into()),
            }
            info.into()
        })
    })
}

fn device() -> impl Strategy<Value = Device> {
    let leaf = (any::<i32>(), proptest::option::of(".{0,8}"), proptest::option::of(any::<i64>()));
    let leaf = leaf.prop_map(|(key, label, capacity)| {
        let mut disk = Disk::new();
        disk.0.set(0, key);
        if let Some(label) = label {
            disk.0.set::<String>(1, label);
        }
        let mut device: Device = match capacity {
            Some(capacity) => {
                disk.0.set(3, capacity);
                disk.into()
            }
            None => Device::new(),
        };
        device.0.set(0, key);
        device
    });
    leaf.prop_recursive(3, 12, 3, |inner| {
        (inner.clone(), proptest::collection::vec(inner, 0..3)).prop_map(|(mut device, children)| {
            device.0.set_list::<Device>(2, children);
            device
        })
    })
}

fn everything() -> impl Strategy<Value = Everything> {
    (any_value(), device(), ".{0,8}", any::<Vec<i8>>(), proptest::collection::vec(any_value(), 0..3)).prop_map(
        |(any, device, text, bytes, anys)| {
            let mut everything = Everything::new();
            everything.0.set::<String>(7, text.clone());
            everything.0.set::<Secret>(8, text.clone().into());
            everything.0.set::<DateTime>(9, text.into());
            everything.0.set::<Device>(13, device);
            everything.0.set::<Any>(14, any);
            everything.0.set_list::<i8>(17, bytes);
            everything.0.set_list::<Any>(30, anys);
            everything
        },
    )
}

/// Puts every `_typeName` at the end: maps of this type write their members sorted, and `_` comes late.
fn names_last(json: &str) -> String {
    fn write(value: &serde_json::Value, out: &mut String) {
        match value {
            serde_json::Value::Object(members) => {
                let (names, others): (Vec<_>, Vec<_>) = members.iter().partition(|(name, _)| *name == "_typeName");
                out.push('{');
                for (position, (name, value)) in others.into_iter().chain(names).enumerate() {
                    out.push_str(if position == 0 { "" } else { "," });
                    out.push_str(&serde_json::Value::from(name.as_str()).to_string());
                    out.push(':');
                    write(value, out);
                }
                out.push('}');
            }
            serde_json::Value::Array(items) => {
                out.push('[');
                for (position, item) in items.iter().enumerate() {
                    out.push_str(if position == 0 { "" } else { "," });
                    write(item, out);
                }
                out.push(']');
            }
            other => out.push_str(&other.to_string()),
        }
    }
    let mut out = String::new();
    write(&serde_json::from_str(json).expect("JSON"), &mut out);
    out
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(value in everything()) {
        let json = wire::encode(&value.0);
        prop_assert_eq!(&wire::decode::<Everything>(&json).expect("its own JSON"), &value);
        prop_assert_eq!(&value.clone(), &value);
    }

    #[test]
    fn the_place_of_the_type_names_does_not_matter(value in everything()) {
        let json = String::from_utf8(wire::encode(&value.0)).expect("UTF-8");
        prop_assert_eq!(&wire::decode::<Everything>(names_last(&json).as_bytes()).expect("late names"), &value);
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in any::<Vec<u8>>()) {
        let _ = wire::decode::<Everything>(&bytes);
    }

    #[test]
    fn a_changed_byte_never_panics(value in everything(), position: prop::sample::Index, byte: u8) {
        let mut json = wire::encode(&value.0);
        let position = position.index(json.len());
        json[position] = byte;
        if let Ok(read) = wire::decode::<Everything>(&json) {
            let written = wire::encode(&read.0);
            prop_assert!(wire::decode::<Everything>(&written).is_ok());
        }
    }

    #[test]
    fn no_secret_is_shown(text in "[a-z]{12}") {
        let mut value = Everything::new();
        value.0.set::<Secret>(8, text.as_str().into());
        value.0.set::<Any>(15, Any::from(text.as_str()));
        value.insert("secrets", List::Secrets(vec![text.as_str().into()].into())).expect("a list of secrets");
        let shown = format!("{value:?}{value:#?}");
        prop_assert!(!shown.contains(&text));
    }
}
