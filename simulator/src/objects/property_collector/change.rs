//! What has changed in a property.

use std::collections::{HashMap, HashSet};

use vim25_api::types::{PropertyChange, PropertyChangeOp};
use vim25_runtime::{Any, Object, Value};

use crate::property_path::{Part, PropertyPath, key_step};

/// What has changed at a path between two values of its property; with parts, as deep down as it can be told.
pub(super) fn changes(
    path: &PropertyPath,
    old: Option<&Value>,
    new: Option<&Value>,
    with_parts: bool,
) -> Vec<PropertyChange> {
    let (before, after) = (old.and_then(|old| path.find(old)), new.and_then(|new| path.find(new)));
    let mut changes = Vec::new();
    match (before, after) {
        (None, None) => {}
        (None, Some(after)) => changes.push(set(path.text().to_owned(), after, path.is_of_element())),
        (Some(_), None) => changes.push(removal(path, new)),
        (Some(before), Some(after)) if with_parts => compare(path.text(), before, after, &mut changes),
        (Some(before), Some(after)) => {
            if !before.equals(after) {
                changes.push(assign(path.text().to_owned(), after.boxed()));
            }
        }
    }
    changes
}

/// A property that is read for the first time.
pub(super) fn assign(name: String, value: Option<Any>) -> PropertyChange {
    change(name, PropertyChangeOp::Assign, value)
}

fn change(name: String, op: PropertyChangeOp, value: Option<Any>) -> PropertyChange {
    let mut change = PropertyChange::new();
    change.set_name(name).set_op(op);
    if let Some(value) = value {
        change.set_val(value);
    }
    change
}

/// A part that has come to be.
fn set(name: String, part: Part<'_>, is_element: bool) -> PropertyChange {
    let op = if is_element { PropertyChangeOp::Add } else { PropertyChangeOp::Assign };
    change(name, op, part.boxed())
}

/// What a path led to is gone: with what it lay in, or an element from its array, or a member that is unset now.
fn removal(path: &PropertyPath, new: Option<&Value>) -> PropertyChange {
    let op = match (path.has_container(new), path.is_of_element()) {
        (false, _) => PropertyChangeOp::IndirectRemove,
        (true, true) => PropertyChangeOp::Remove,
        (true, false) => PropertyChangeOp::Assign,
    };
    change(path.text().to_owned(), op, None)
}

/// Compares two parts that are both there.
fn compare(path: &str, old: Part<'_>, new: Part<'_>, changes: &mut Vec<PropertyChange>) {
    if old.equals(new) {
        return;
    }
    let of_one_type = match (old.object(), new.object()) {
        (Some(a), Some(b)) => std::ptr::eq(a.type_info(), b.type_info()) && a.type_name() == b.type_name(),
        _ => false,
    };
    if of_one_type {
        compare_members(path, old, new, changes);
        return;
    }
    let known = changes.len();
    if !compare_elements(path, old, new, changes) {
        changes.truncate(known);
        changes.push(assign(path.to_owned(), new.boxed()));
    }
}

/// Compares two objects of one type.
fn compare_members(path: &str, old: Part<'_>, new: Part<'_>, changes: &mut Vec<PropertyChange>) {
    let (Some(a), Some(b)) = (old.object(), new.object()) else { return };
    if a.unknown() != b.unknown() {
        // No path leads to what differs here.
        changes.push(assign(path.to_owned(), new.boxed()));
        return;
    }
    for field in b.type_info().fields() {
        let name = format!("{path}.{}", field.name);
        match (old.member(field.name), new.member(field.name)) {
            (None, None) => {}
            (Some(before), Some(after)) => compare(&name, before, after, changes),
            (_, after) => changes.push(assign(name, after.and_then(Part::boxed))),
        }
    }
}

/// Compares two arrays element by element. Whether that can be: all elements have keys, each its own, and those that
/// stay keep their order, with new ones at the end.
fn compare_elements(path: &str, old: Part<'_>, new: Part<'_>, changes: &mut Vec<PropertyChange>) -> bool {
    let (Some(old), Some(new)) = (old.elements().and_then(keyed), new.elements().and_then(keyed)) else { return false };
    if old.is_empty() || new.is_empty() {
        return false;
    }
    let before: HashMap<&str, &Object> = old.iter().map(|(key, object)| (key.as_str(), *object)).collect();
    let after: HashMap<&str, &Object> = new.iter().map(|(key, object)| (key.as_str(), *object)).collect();
    let mut result: Vec<&str> = old.iter().map(|(key, _)| key.as_str()).filter(|key| after.contains_key(key)).collect();
    result.extend(new.iter().map(|(key, _)| key.as_str()).filter(|key| !before.contains_key(key)));
    if !result.iter().copied().eq(new.iter().map(|(key, _)| key.as_str())) {
        return false;
    }
    for (key, _) in old.iter().filter(|(key, _)| !after.contains_key(key.as_str())) {
        changes.push(change(format!("{path}{key}"), PropertyChangeOp::Remove, None));
    }
    for (key, object) in &new {
        let (name, now) = (format!("{path}{key}"), Part::Element(object));
        match before.get(key.as_str()) {
            Some(object) => compare(&name, Part::Element(object), now, changes),
            None => changes.push(change(name, PropertyChangeOp::Add, now.boxed())),
        }
    }
    true
}

/// The elements of an array with their keys; `None` if one has none, or two have the same.
fn keyed(elements: &[Object]) -> Option<Vec<(String, &Object)>> {
    let keyed: Vec<(String, &Object)> =
        elements.iter().map(|element| Some((key_step(element)?, element))).collect::<Option<_>>()?;
    let distinct: HashSet<&str> = keyed.iter().map(|(key, _)| key.as_str()).collect();
    (distinct.len() == keyed.len()).then_some(keyed)
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use vim25_api::RELEASE;
    use vim25_api::types::{OptionValue, VirtualCdrom, VirtualDevice, VirtualHardware, VirtualMachineConfigInfo};
    use vim25_runtime::DataType;

    use super::*;

    fn device(key: i32, unit: i32) -> VirtualDevice {
        let mut device = VirtualCdrom::new();
        device.set_key(key).set_unit_number(unit);
        VirtualDevice::from(device)
    }

    fn config(devices: impl IntoIterator<Item = VirtualDevice>, name: &str) -> Value {
        let mut hardware = VirtualHardware::new();
        hardware.set_num_cpu(1).set_device(devices);
        let mut config = VirtualMachineConfigInfo::new();
        config.set_name(name).set_hardware(hardware);
        config.into()
    }

    fn told(path: &str, old: Option<&Value>, new: Option<&Value>, with_parts: bool) -> Vec<(String, String)> {
        let path = PropertyPath::parse("VirtualMachine", path, RELEASE).unwrap();
        let changes = changes(&path, old, new, with_parts);
        changes.iter().map(|change| (change.name().to_owned(), change.op().as_str().to_owned())).collect()
    }

    fn one(name: &str, op: &str) -> Vec<(String, String)> {
        vec![(name.to_owned(), op.to_owned())]
    }

    #[test]
    fn without_parts_all_of_the_path_is_told() {
        let (old, new) = (config([device(1, 0)], "a"), config([device(1, 1)], "a"));
        assert_eq!(told("config", Some(&old), Some(&new), false), one("config", "assign"));
        assert_eq!(
            told("config.hardware.device", Some(&old), Some(&new), false),
            one("config.hardware.device", "assign")
        );
        assert_eq!(told("config.name", Some(&old), Some(&new), false), []);
    }

    #[test]
    fn with_parts_the_path_leads_as_deep_as_it_can() {
        let (old, new) = (config([device(1, 0), device(2, 0)], "a"), config([device(1, 1), device(3, 0)], "b"));
        let expected = [
            ("config.name", "assign"),
            ("config.hardware.device[2]", "remove"),
            ("config.hardware.device[1].unitNumber", "assign"),
            ("config.hardware.device[3]", "add"),
        ];
        let expected: Vec<_> = expected.map(|(name, op)| (name.to_owned(), op.to_owned())).into();
        assert_eq!(told("config", Some(&old), Some(&new), true), expected);
        // Elements in another order, and elements whose keys are not their own.
        let turned = config([device(2, 0), device(1, 0)], "a");
        assert_eq!(told("config", Some(&old), Some(&turned), true), one("config.hardware.device", "assign"));
        let doubled = config([device(1, 0), device(1, 0)], "a");
        assert_eq!(told("config", Some(&old), Some(&doubled), true), one("config.hardware.device", "assign"));
    }

    #[test]
    fn elements_and_members_come_and_go() {
        let (old, new) = (config([device(1, 0)], "a"), config([device(2, 0)], "a"));
        for with_parts in [false, true] {
            assert_eq!(
                told("config.hardware.device[1]", Some(&old), Some(&new), with_parts),
                one("config.hardware.device[1]", "remove")
            );
            assert_eq!(
                told("config.hardware.device[2]", Some(&old), Some(&new), with_parts),
                one("config.hardware.device[2]", "add")
            );
            assert_eq!(
                told("config.hardware.device[1].unitNumber", Some(&old), Some(&new), with_parts),
                one("config.hardware.device[1].unitNumber", "indirectRemove")
            );
            assert_eq!(told("config.name", Some(&old), None, with_parts), one("config.name", "indirectRemove"));
            assert_eq!(told("config", Some(&old), None, with_parts), one("config", "assign"));
            assert_eq!(told("config.name", None, Some(&old), with_parts), one("config.name", "assign"));
        }
    }

    #[test]
    fn a_member_that_becomes_unset_is_assigned_no_value() {
        let (old, mut new) = (config([], "a"), VirtualMachineConfigInfo::new());
        new.insert("hardware", VirtualHardware::new()).unwrap();
        let path = PropertyPath::parse("VirtualMachine", "config.name", RELEASE).unwrap();
        let changes = changes(&path, Some(&old), Some(&new.into()), true);
        let shown = serde_json::to_value(changes[0].as_object()).unwrap();
        assert_eq!(shown, json!({ "_typeName": "PropertyChange", "name": "config.name", "op": "assign" }));
    }

    #[test]
    fn keys_that_are_texts_are_quoted() {
        let extra = |value: &str| {
            let mut option = OptionValue::new();
            option.set_key("guestinfo.id").set_value(value);
            let mut config = VirtualMachineConfigInfo::new();
            config.set_extra_config([option]);
            Value::from(config)
        };
        let expected = one("config.extraConfig[\"guestinfo.id\"].value", "assign");
        assert_eq!(told("config", Some(&extra("a")), Some(&extra("b")), true), expected);
    }
}
