//! Data objects that are written as JSON in the code: what a host says of itself is data.

use std::sync::Arc;

use serde_json::{Value as Json, json};
use vim25_runtime::{DataType, List, ManagedObjectReference, Object, Value, wire};

/// The data object of a type with the members of a JSON object.
pub(crate) fn object<T: DataType>(json: &Json) -> T {
    let decoded = wire::decode::<T>(json.to_string().as_bytes());
    debug_assert!(
        decoded.as_ref().is_ok_and(|decoded| decoded.as_object().check().is_ok() && is_known(decoded.as_object())),
        "{}: {decoded:?}",
        T::TYPE.name()
    );
    decoded.unwrap_or_default()
}

/// The same as a value that objects share.
pub(crate) fn shared<T: DataType>(json: &Json) -> Arc<Value> {
    Arc::new(object::<T>(json).into())
}

/// A reference as JSON.
pub(crate) fn refer(object: &ManagedObjectReference) -> Json {
    json!({ "_typeName": "ManagedObjectReference", "type": object.type_name(), "value": object.value() })
}

/// References as JSON.
pub(crate) fn refer_all(objects: &[ManagedObjectReference]) -> Json {
    objects.iter().map(refer).collect()
}

/// References as a value.
pub(crate) fn references(objects: &[ManagedObjectReference]) -> Value {
    List::References(objects.to_vec().into()).into()
}

/// Strings as a value.
pub(crate) fn strings(texts: &[&str]) -> Value {
    List::Strings(texts.iter().map(|&text| text.into()).collect()).into()
}

/// Whether an object and those in it have only members that the API has.
fn is_known(object: &Object) -> bool {
    object.unknown().is_empty()
        && object.members().all(|(_, value)| match value {
            Value::Object(object) => is_known(object),
            Value::List(List::Objects(objects)) => objects.iter().all(is_known),
            _ => true,
        })
}
