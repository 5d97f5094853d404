//! Values that decoding takes as they are: those of enums, and times.

use vim25_runtime::{Any, Item, List, Object, Value};

use super::{below, element};
use crate::fault::{Failure, invalid_argument};

/// Checks the values in an object.
pub(super) fn check(object: &Object) -> Result<(), Failure> {
    check_object(object, "")
}

fn check_object(object: &Object, path: &str) -> Result<(), Failure> {
    object.members().try_for_each(|(field, value)| match value {
        // The most frequent ones, which need no path.
        Value::Boolean(_) | Value::Integer(_) | Value::Reference(_) => Ok(()),
        Value::String(_) if !matches!(field.item, Item::Enum(_)) => Ok(()),
        _ => check_value(field.item, value, &below(path, field.name)),
    })
}

fn check_value(item: Item, value: &Value, path: &str) -> Result<(), Failure> {
    match value {
        Value::String(text) => check_text(item, text, path),
        Value::DateTime(time) => time.timestamp().map(drop).map_err(|error| invalid_argument(path, &error.to_string())),
        Value::Object(object) => check_object(object, path),
        Value::Any(any) => check_any(any, path),
        Value::List(list) => check_list(item, list, path),
        _ => Ok(()),
    }
}

fn check_text(item: Item, text: &str, path: &str) -> Result<(), Failure> {
    match item {
        Item::Enum(info) if !info.values.contains(&text) => {
            Err(invalid_argument(path, &format!("it is no value of {}", info.name)))
        }
        _ => Ok(()),
    }
}

fn check_any(any: &Any, path: &str) -> Result<(), Failure> {
    match any {
        Any::Object(object) => check_object(object, path),
        Any::Array(array) => check_list(Item::Any, &array.list, path),
        _ => Ok(()),
    }
}

fn check_list(item: Item, list: &List, path: &str) -> Result<(), Failure> {
    match list {
        List::Objects(objects) => each(objects, path, check_object),
        List::Anys(anys) => each(anys, path, check_any),
        List::Strings(texts) if matches!(item, Item::Enum(_)) => {
            each(texts, path, |text, path| check_text(item, text, path))
        }
        _ => Ok(()),
    }
}

fn each<T>(items: &[T], path: &str, check: impl Fn(&T, &str) -> Result<(), Failure>) -> Result<(), Failure> {
    items.iter().enumerate().try_for_each(|(index, item)| check(item, &element(path, index)))
}
