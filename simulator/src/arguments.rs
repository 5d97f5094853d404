//! The arguments of a call, from the body of its request.
//!
//! Decoding by the tables of the generated crate finds what is absent or of a wrong kind. It lets pass what a client
//! may let pass in a reply: members and types that it does not know, objects that do not say their type, values that
//! an enum lacks. A server must not, so all that is looked for here: in what was decoded, and where there are objects
//! in it also beside it in the text.

mod names;
mod values;

use serde::de::IgnoredAny;
use vim25_api::REGISTRY;
use vim25_runtime::wire::{self, Options, decode_object};
use vim25_runtime::{List, Object, OperationInfo, Release, RequestProblem, TypeInfo, Value};

use crate::fault::{Failure, invalid_argument, invalid_request};
use crate::settings::Strictness;

/// The arguments of operations that have none.
static NO_PARAMETERS: TypeInfo = TypeInfo::request("", &NO_PARAMETERS, &[]);

/// The arguments that no body holds.
pub(crate) fn none() -> Object {
    Object::new(&NO_PARAMETERS)
}

/// Decodes and checks the arguments of an operation of a release. An empty body is an object without members.
pub(crate) fn decode(
    operation: &OperationInfo,
    release: Release,
    body: &[u8],
    strictness: Strictness,
) -> Result<Object, Failure> {
    let body = body.trim_ascii();
    let body = if body.is_empty() { b"{}" } else { body };
    if !body.starts_with(b"{") {
        let problem = not_json(body).unwrap_or_else(|| "the arguments of a method are a JSON object".to_owned());
        return Err(invalid_request(problem));
    }
    let request = operation.request.unwrap_or(&NO_PARAMETERS);
    let is_lenient = strictness == Strictness::Lenient;
    let absent = if is_lenient { wire::Strictness::Lenient } else { wire::Strictness::Strict };
    let options = Options { release: Some(release), strictness: absent, ..Options::default() };
    let mut arguments =
        decode_object(body, request, Some(&REGISTRY), options).map_err(|error| match not_json(body) {
            Some(problem) => invalid_request(problem),
            None => invalid_argument(&error.path, &error.message),
        })?;
    names::check(&arguments, body, strictness)?;
    values::check(&arguments)?;
    match arguments.check_for(Some(release)) {
        Err((_, RequestProblem::Missing)) if is_lenient => {}
        checked => checked.map_err(|(path, problem)| invalid_argument(&path, &problem.to_string()))?,
    }
    if is_lenient {
        forget_unknown(&mut arguments);
    }
    Ok(arguments)
}

/// What keeps a text from being JSON.
fn not_json(text: &[u8]) -> Option<String> {
    serde_json::from_slice::<IgnoredAny>(text).err().map(|error| format!("not JSON: {error}"))
}

/// Removes the members that no type has.
fn forget_unknown(object: &mut Object) {
    if !object.unknown().is_empty() {
        object.unknown_mut().clear();
    }
    let nested: Vec<&'static str> = object
        .members()
        .filter(|(_, value)| {
            matches!(value, Value::Object(_)) || matches!(value, Value::List(list) if is_of_objects(list))
        })
        .map(|(field, _)| field.name)
        .collect();
    for name in nested {
        let Some(mut value) = object.remove(name) else { continue };
        match &mut value {
            Value::Object(object) => forget_unknown(object),
            Value::List(list) => {
                if let List::Objects(objects) = &mut **list {
                    objects.iter_mut().for_each(forget_unknown);
                }
            }
            _ => {}
        }
        let inserted = object.insert(name, value);
        debug_assert!(inserted.is_ok(), "it was there before");
    }
}

fn is_of_objects(list: &List) -> bool {
    matches!(list, List::Objects(_))
}

fn below(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

fn element(path: &str, index: usize) -> String {
    format!("{path}[{index}]")
}
