//! What decoding lets pass, as a client must, and a saved state must not hold: members and types that nobody knows,
//! values that an enum lacks, times that are none.

use vim25_runtime::{Any, Item, List, Object, Value};

/// Where something is wrong, and what.
type Problem = (String, String);

/// Checks a value of a declared type.
pub(super) fn value(item: Item, value: &Value) -> Result<(), Problem> {
    match value {
        Value::String(text) => enumeration(item, text),
        Value::DateTime(time) => time.timestamp().map(drop).map_err(|error| (String::new(), error.to_string())),
        Value::Object(value) => object(value),
        Value::Any(value) => any(value),
        Value::List(value) => list(item, value),
        _ => Ok(()),
    }
}

/// Checks a data object or a fault.
pub(super) fn object(object: &Object) -> Result<(), Problem> {
    if object.type_name() != object.type_info().name() {
        return Err((String::new(), format!("there is no type `{}` where it stands", object.type_name())));
    }
    members(object)
}

/// Checks the members of an object, or arguments.
pub(super) fn members(object: &Object) -> Result<(), Problem> {
    // The text of a fault is in no schema.
    let mut unknown = object.unknown().keys().filter(|name| *name != "faultstring" || !object.type_info().is_fault());
    if let Some(name) = unknown.next() {
        return Err((name.clone(), "there is no such member".to_owned()));
    }
    object
        .members()
        .try_for_each(|(field, member)| value(field.item, member).map_err(|problem| below(field.name, problem)))
}

fn enumeration(item: Item, text: &str) -> Result<(), Problem> {
    match item {
        Item::Enum(info) if !info.values.contains(&text) => {
            Err((String::new(), format!("`{text}` is no value of {}", info.name)))
        }
        _ => Ok(()),
    }
}

fn any(value: &Any) -> Result<(), Problem> {
    match value {
        Any::Object(value) => object(value),
        Any::Array(array) => list(Item::Any, &array.list),
        _ => Ok(()),
    }
}

fn list(item: Item, list: &List) -> Result<(), Problem> {
    match list {
        List::Strings(texts) => each(texts, |text| enumeration(item, text)),
        List::Objects(objects) => each(objects, object),
        List::Anys(values) => each(values, any),
        _ => Ok(()),
    }
}

fn each<T>(items: &[T], check: impl Fn(&T) -> Result<(), Problem>) -> Result<(), Problem> {
    let mut items = items.iter().enumerate();
    items.try_for_each(|(index, item)| check(item).map_err(|problem| below(&format!("[{index}]"), problem)))
}

fn below(segment: &str, (path, problem): Problem) -> Problem {
    let separator = if path.is_empty() || path.starts_with('[') { "" } else { "." };
    (format!("{segment}{separator}{path}"), problem)
}
