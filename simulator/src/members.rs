//! Members of an object by their wire names: arguments of operations, and objects whose type is not known beforehand.

use vim25_runtime::{DataType, List, ManagedObjectReference, Object, Value};

/// A reference.
pub(crate) fn reference<'a>(object: &'a Object, name: &str) -> Option<&'a ManagedObjectReference> {
    match object.member(name)? {
        Value::Reference(reference) => Some(reference),
        _ => None,
    }
}

/// An array of references; empty if it is absent.
pub(crate) fn references<'a>(object: &'a Object, name: &str) -> &'a [ManagedObjectReference] {
    match list(object, name) {
        Some(List::References(references)) => references,
        _ => &[],
    }
}

/// A data object of a type.
pub(crate) fn data<'a, T: DataType>(object: &'a Object, name: &str) -> Option<&'a T> {
    match object.member(name)? {
        Value::Object(object) => object.downcast_ref(),
        _ => None,
    }
}

/// An object of any type.
pub(crate) fn object<'a>(object: &'a Object, name: &str) -> Option<&'a Object> {
    match object.member(name)? {
        Value::Object(object) => Some(object),
        _ => None,
    }
}

/// A boolean.
pub(crate) fn boolean(object: &Object, name: &str) -> Option<bool> {
    match object.member(name)? {
        Value::Boolean(value) => Some(*value),
        _ => None,
    }
}

/// An integer of any width.
pub(crate) fn integer(object: &Object, name: &str) -> Option<i64> {
    match object.member(name)? {
        Value::Integer(value) => Some(*value),
        _ => None,
    }
}

/// A string.
pub(crate) fn text<'a>(object: &'a Object, name: &str) -> Option<&'a str> {
    match object.member(name)? {
        Value::String(text) => Some(text),
        _ => None,
    }
}

fn list<'a>(object: &'a Object, name: &str) -> Option<&'a List> {
    match object.member(name)? {
        Value::List(list) => Some(list),
        _ => None,
    }
}

/// Sets a member to a value that is known to fit.
pub(crate) fn put(object: &mut Object, name: &str, value: impl Into<Value>) {
    let inserted = object.insert(name, value);
    debug_assert!(inserted.is_ok(), "{}.{name}", object.type_name());
}

/// Sets the members that are present in another object, where both have them.
pub(crate) fn merge(object: &mut Object, from: &Object) {
    for (field, value) in from.members() {
        // Members that the other type has and this one has not are none of ours.
        let _ = object.insert(field.name, value.clone());
    }
}

#[cfg(test)]
mod tests {
    use vim25_api::types::{ToolsConfigInfo, VirtualMachineFlagInfo};

    use super::*;

    #[test]
    fn merging_keeps_what_the_other_lacks() {
        let mut flags = VirtualMachineFlagInfo::new();
        flags.set_enable_logging(true).set_ht_sharing("any");
        let mut change = VirtualMachineFlagInfo::new();
        change.set_enable_logging(false);
        merge(&mut flags, &change);
        assert_eq!((flags.enable_logging(), flags.ht_sharing()), (Some(false), Some("any")));
        merge(&mut flags, &ToolsConfigInfo::new());
    }
}
