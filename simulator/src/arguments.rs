//! The arguments of a call, from the body of its request.
//!
//! Decoding by the tables of the generated crate finds what is absent or of a wrong kind. It lets pass what a client
//! may let pass in a reply: members and types that it does not know, objects that do not say their type, values that
//! an enum lacks. A server must not, so all that is looked for here.

use serde_json::Value as Json;
use vim25_api::REGISTRY;
use vim25_runtime::wire::{Options, decode_object};
use vim25_runtime::{Any, Field, Item, List, Object, OperationInfo, Release, TypeInfo, Value};

use crate::fault::{Failure, invalid_argument, invalid_request};

/// The arguments of operations that have none.
static NO_PARAMETERS: TypeInfo = TypeInfo::request("", &NO_PARAMETERS, &[]);

/// The arguments that no body holds.
pub(crate) fn none() -> Object {
    Object::new(&NO_PARAMETERS)
}

/// Decodes and checks the arguments of an operation of a release. An empty body is an object without members.
pub(crate) fn decode(operation: &OperationInfo, release: Release, body: &[u8]) -> Result<Object, Failure> {
    let body = if body.trim_ascii().is_empty() { b"{}" } else { body };
    let json: Json = serde_json::from_slice(body).map_err(|error| invalid_request(format!("not JSON: {error}")))?;
    if !json.is_object() {
        return Err(invalid_request("the arguments of a method are a JSON object"));
    }
    let request = operation.request.unwrap_or(&NO_PARAMETERS);
    let options = Options { release: Some(release), ..Options::default() };
    let arguments = decode_object(body, request, Some(&REGISTRY), options)
        .map_err(|error| invalid_argument(&error.path, &error.message))?;
    check_members(&arguments, &json, "")?;
    arguments.check_for(Some(release)).map_err(|(path, problem)| invalid_argument(&path, &problem.to_string()))?;
    Ok(arguments)
}

/// Checks an object; `json` is where it was decoded from.
fn check_object(object: &Object, json: &Json, path: &str) -> Result<(), Failure> {
    let Some(name) = json.get("_typeName").and_then(Json::as_str) else {
        return Err(invalid_argument(path, "the object does not say its `_typeName`"));
    };
    if name != object.type_info().name() {
        return Err(invalid_argument(path, "its `_typeName` is no type of this release"));
    }
    check_members(object, json, path)
}

fn check_members(object: &Object, json: &Json, path: &str) -> Result<(), Failure> {
    if let Some(name) = object.unknown().keys().next() {
        return Err(invalid_argument(&below(path, name), "there is no such member"));
    }
    object.members().try_for_each(|(field, value)| {
        let path = below(path, field.name);
        json.get(field.name).map_or(Ok(()), |json| check_value(field, value, json, &path))
    })
}

fn check_value(field: &Field, value: &Value, json: &Json, path: &str) -> Result<(), Failure> {
    match value {
        Value::String(text) => check_text(field.item, text, path),
        Value::DateTime(time) => time.timestamp().map(drop).map_err(|error| invalid_argument(path, &error.to_string())),
        Value::Object(object) => check_object(object, json, path),
        Value::Any(any) => check_any(any, json, path),
        Value::List(list) => check_list(field.item, list, json, path),
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

/// What stands in a box has no declared type to be checked against, but objects have members.
fn check_any(any: &Any, json: &Json, path: &str) -> Result<(), Failure> {
    match any {
        Any::Object(object) => check_object(object, json, path),
        Any::Array(array) => {
            let items = json.get("_value").unwrap_or(&Json::Null);
            check_list(Item::Any, &array.list, items, path)
        }
        _ => Ok(()),
    }
}

fn check_list(item: Item, list: &List, json: &Json, path: &str) -> Result<(), Failure> {
    match list {
        List::Objects(objects) => each(objects, json, path, check_object),
        List::Anys(anys) => each(anys, json, path, check_any),
        List::Strings(texts) => each(texts, json, path, |text, _, path| check_text(item, text, path)),
        _ => Ok(()),
    }
}

fn each<T>(
    items: &[T],
    json: &Json,
    path: &str,
    check: impl Fn(&T, &Json, &str) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let elements = json.as_array().map_or(&[][..], Vec::as_slice);
    let mut pairs = items.iter().zip(elements).enumerate();
    pairs.try_for_each(|(index, (item, json))| check(item, json, &format!("{path}[{index}]")))
}

fn below(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}
