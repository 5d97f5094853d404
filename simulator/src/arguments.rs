//! The arguments of a call, from the body of its request.
//!
//! Decoding by the tables of the generated crate finds what is absent or of a wrong kind. It lets pass what a client
//! may let pass in a reply: members and types that it does not know, objects that do not say their type, values that
//! an enum lacks. A server must not, so all that is looked for here: in what was decoded, and where there are objects
//! in it also beside it in the text.

mod names;
mod values;

use serde_json::Value as Json;
use vim25_api::REGISTRY;
use vim25_runtime::wire::{self, Options, decode_object};
use vim25_runtime::{List, Object, OperationInfo, Release, RequestProblem, TypeInfo, Value};

use crate::fault::{Failure, invalid_argument, invalid_request};
use crate::settings::Strictness;

/// The arguments of operations that have none.
static NO_PARAMETERS: TypeInfo = TypeInfo::request("", &[]);

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
    // What is skipped is not looked at otherwise.
    if let Err(error) = std::str::from_utf8(body) {
        return Err(invalid_request(format!("not JSON: {error}")));
    }
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
    serde_json::from_slice::<Json>(text).err().map(|error| format!("not JSON: {error}"))
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
            Value::List(List::Objects(objects)) => objects.iter_mut().for_each(forget_unknown),
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

#[cfg(test)]
mod tests {
    use vim25_api::RELEASE;
    use vim25_api::types::InvalidArgument;

    use super::*;

    /// Decodes arguments of `RetrievePropertiesEx`; gives what is wrong with them, and where.
    fn problem(json: &str, strictness: Strictness) -> Option<(String, String)> {
        let operation = REGISTRY.find_operation("PropertyCollector", "RetrievePropertiesEx").unwrap();
        let Failure::Fault(fault) = decode(operation, RELEASE, json.as_bytes(), strictness).err()? else {
            panic!("{json}: not a fault");
        };
        let text = fault.unknown()["faultstring"].as_str().unwrap().to_owned();
        let path = fault.downcast_ref::<InvalidArgument>().and_then(InvalidArgument::invalid_property);
        Some((path.unwrap_or("no argument").to_owned(), text))
    }

    fn path(json: &str) -> Option<String> {
        problem(json, Strictness::Vcenter).map(|(path, _)| path)
    }

    fn specs(property: &str, object: &str, reference: &str, options: &str) -> String {
        format!(
            r#"{{"specSet":[{{"_typeName":"PropertyFilterSpec","propSet":[{{{property}"type":"Folder","pathSet":["name"]}}],"objectSet":[{{{object}"obj":{reference}}}]}}],"options":{{{options}}}}}"#
        )
    }

    const PROPERTY: &str = r#""_typeName":"PropertySpec","#;
    const OBJECT: &str = r#""_typeName":"ObjectSpec","#;
    const REFERENCE: &str = r#"{"type":"Folder","value":"group-d1"}"#;
    const OPTIONS: &str = r#""_typeName":"RetrieveOptions""#;

    #[test]
    fn an_object_without_a_name_is_taken_for_a_reference() {
        let json = specs("", "", REFERENCE, "");
        let (path, text) = problem(&json, Strictness::Vcenter).unwrap();
        assert!(text.starts_with("Invalid MoRef field: pathSet ("), "{text}");
        assert_eq!(path, "specSet[0].propSet[0]");
        assert_eq!(problem(&json, Strictness::Lenient), None);
        let (path, text) = problem(&specs(PROPERTY, "", REFERENCE, OPTIONS), Strictness::Vcenter).unwrap();
        assert!(text.starts_with("Invalid MoRef field: obj ("), "{text}");
        assert_eq!(path, "specSet[0].objectSet[0]");
        let (path, text) = problem(&specs(PROPERTY, OBJECT, REFERENCE, ""), Strictness::Vcenter).unwrap();
        assert_eq!((path.as_str(), text.contains("MoRef")), ("options", false));
        assert_eq!(problem(&specs(PROPERTY, OBJECT, REFERENCE, OPTIONS), Strictness::Vcenter), None);
    }

    #[test]
    fn references_need_no_name_but_have_no_other_members() {
        for (reference, member) in [
            (r#"{"type":"Folder","value":"group-d1","serverGuid":"x"}"#, Some(".serverGuid")),
            (r#"{"type":"Folder"}"#, Some(".value")),
            (r#"{"_typeName":"Folder","type":"Folder","value":"x"}"#, Some("._typeName")),
            (r#"{"type":5,"value":"x"}"#, Some(".type")),
            (r#""group-d1""#, Some("")),
            (r#"{"value":"group-d1","type":"Folder","_typeName":"ManagedObjectReference"}"#, None),
        ] {
            let expected = member.map(|member| format!("specSet[0].objectSet[0].obj{member}"));
            assert_eq!(path(&specs(PROPERTY, OBJECT, reference, OPTIONS)), expected, "{reference}");
        }
    }

    #[test]
    fn numbers_and_members_must_be_right() {
        for (options, expected) in [
            (r#""maxObjects":2147483647"#, None),
            (r#""maxObjects":2147483648"#, Some("options.maxObjects")),
            (r#""maxObjects":-2147483649"#, Some("options.maxObjects")),
            (r#""maxObjects":99999999999999999999999"#, Some("options.maxObjects")),
            (r#""maxObjects":1.5"#, Some("options.maxObjects")),
            (r#""maxObjects":"1""#, Some("options.maxObjects")),
            (r#""maxObjects":1e400"#, Some("no argument")),
            (r#""maxObjects":1,"maxObjects":2"#, Some("options.maxObjects")),
            (r#""maxobjects":1"#, Some("options.maxobjects")),
            (OPTIONS, Some("options._typeName")),
        ] {
            let json = specs(PROPERTY, OBJECT, REFERENCE, &format!("{OPTIONS},{options}"));
            assert_eq!(path(&json).as_deref(), expected, "{options}");
        }
    }

    #[test]
    fn lenient_forgets_what_it_does_not_know() {
        let operation = REGISTRY.find_operation("PropertyCollector", "RetrievePropertiesEx").unwrap();
        let json = specs(&format!(r#"{PROPERTY}"more":[1],"#), OBJECT, REFERENCE, r#""more":1"#);
        let json = json.replacen('{', r#"{"more":null,"#, 1);
        let arguments = decode(operation, RELEASE, json.as_bytes(), Strictness::Lenient).unwrap();
        assert_eq!(serde_json::to_string(&arguments).unwrap().matches("more").count(), 0);
        assert_eq!(path(&json).as_deref(), Some("more"));
        // Required members may be absent, and what is left is known.
        let empty = decode(operation, RELEASE, b"{}", Strictness::Lenient).unwrap();
        assert_eq!(empty.members().count(), 0);
        assert_eq!(path("{}").as_deref(), Some("specSet"));
    }
}
