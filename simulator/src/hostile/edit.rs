//! What is done to the JSON of a reply.

use vim25_api::REGISTRY;
use vim25_runtime::{Item, TypeInfo};

use super::document::Document;
use super::mode::Mode;
use crate::random::Random;

/// What follows the name of a type in that of its unknown subtype.
const SUBTYPE: &str = "OfTheFuture";

/// An enum value that no document has.
const UNKNOWN_VALUE: &str = "aValueOfTheFuture";

/// Where a value stands.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// The type of the object around it, if it is the member of one.
    pub(super) parent: Option<&'static TypeInfo>,
    /// The declared type, if it is known.
    pub(super) item: Option<Item>,
    /// Whether it is the whole reply.
    pub(super) is_root: bool,
}

/// Whether a mode is an edit of the JSON.
pub(super) fn is_edit(mode: &Mode) -> bool {
    matches!(
        mode,
        Mode::UnknownTypes { .. }
            | Mode::UnknownEnumValues
            | Mode::UnknownMembers
            | Mode::WrappedFaults
            | Mode::BoxedReferences
            | Mode::TypeNameLast
            | Mode::ShuffledMembers
    )
}

/// Edits a reply whose declared type is `item`; whether there was anything to change.
pub(super) fn edit(
    mode: &Mode,
    document: &mut Document,
    item: Option<Item>,
    is_fault: bool,
    random: &mut Random,
) -> bool {
    let root = Place { parent: None, item, is_root: true };
    match mode {
        Mode::UnknownTypes { of } => walk(document, root, &mut |document, place| {
            // A client that cannot tell the fault of a reply at all gets that only if it is asked for.
            let is_spared = of.is_none() && is_fault && place.is_root;
            !is_spared && rename(document, of.as_deref())
        }),
        Mode::UnknownEnumValues => walk(document, root, &mut replace_enum_value),
        Mode::UnknownMembers => walk(document, root, &mut |document, _| add_members(document)),
        Mode::WrappedFaults => walk(document, root, &mut wrap_fault),
        Mode::BoxedReferences => walk(document, root, &mut box_reference),
        Mode::TypeNameLast => walk(document, root, &mut |document, _| put_name_last(document)),
        Mode::ShuffledMembers => walk(document, root, &mut |document, _| shuffle(document, random)),
        _ => false,
    }
}

/// Edits a value, what is in it first.
fn walk(document: &mut Document, place: Place, edit: &mut dyn FnMut(&mut Document, Place) -> bool) -> bool {
    let mut is_changed = false;
    match document {
        Document::Array(items) => {
            for item in items {
                is_changed |= walk(item, Place { is_root: false, ..place }, edit);
            }
        }
        Document::Object(_) => {
            let name = document.type_name();
            let parent = name.and_then(|name| REGISTRY.find_type(name));
            let boxed = if parent.is_none() { name.and_then(boxed) } else { None };
            let Document::Object(members) = document else { return false };
            for (name, value) in members {
                let field = parent.and_then(|ty| ty.field(ty.index_of(name, 0)?));
                let item = field.map(|field| field.item).or(boxed.filter(|_| name == "_value"));
                is_changed |= walk(value, Place { parent, item, is_root: false }, edit);
            }
        }
        Document::Scalar(_) | Document::Text(_) => {}
    }
    edit(document, place) | is_changed
}

/// What is in a box with a name, where that matters: the values of an enum or of any type.
fn boxed(name: &str) -> Option<Item> {
    let element = name.strip_prefix("ArrayOf").unwrap_or(name);
    if element == "AnyType" { Some(Item::Any) } else { REGISTRY.find_enum(element).map(Item::Enum) }
}

fn data_type(document: &Document) -> Option<&'static TypeInfo> {
    REGISTRY.find_type(document.type_name()?)
}

fn rename(document: &mut Document, of: Option<&str>) -> bool {
    let Some(ty) = data_type(document).filter(|ty| of.is_none_or(|of| ty.name() == of)) else { return false };
    let Document::Object(members) = document else { return false };
    for (name, value) in members.iter_mut().filter(|(name, _)| name == "_typeName") {
        *value = Document::Text(format!("{}{SUBTYPE}", ty.name()));
        debug_assert_eq!(name, "_typeName");
    }
    members.push(("futureMember".to_owned(), "from the future".into()));
    true
}

fn replace_enum_value(document: &mut Document, place: Place) -> bool {
    let is_value = matches!((&*document, place.item), (Document::Text(_), Some(Item::Enum(_))));
    if is_value {
        *document = UNKNOWN_VALUE.into();
    }
    is_value
}

/// Adds members of all kinds, one of them an object of a type that nobody knows.
fn add_members(document: &mut Document) -> bool {
    if data_type(document).is_none() {
        return false;
    }
    let Document::Object(members) = document else { return false };
    let object = [("_typeName", Document::from("TypeOfTheFuture")), ("name", Document::from("x"))];
    for (name, value) in [
        ("futureText", "from the future".into()),
        ("futureNull", Document::Scalar(serde_json::Value::Null)),
        ("futureList", Document::Array(vec![Document::Scalar(1.into()), "two".into()])),
        ("futureObject", object.into()),
    ] {
        members.push((name.to_owned(), value));
    }
    true
}

fn wrap_fault(document: &mut Document, place: Place) -> bool {
    let is_wrapped = place.parent.is_some_and(|ty| ty.name() == "LocalizedMethodFault");
    let is_fault = data_type(document).is_some_and(TypeInfo::is_fault);
    if place.is_root || is_wrapped || !is_fault {
        return false;
    }
    let Document::Object(members) = document else { return false };
    let position = members.iter().position(|(name, _)| name == "faultstring");
    let message = position.map(|position| members.remove(position).1);
    let fault = Document::Object(std::mem::take(members));
    *document = [("_typeName", Document::from("LocalizedMethodFault")), ("fault", fault)].into();
    if let (Document::Object(members), Some(message)) = (document, message) {
        members.push(("localizedMessage".to_owned(), message));
    }
    true
}

fn box_reference(document: &mut Document, place: Place) -> bool {
    let is_reference = document.type_name() == Some("ManagedObjectReference");
    if !is_reference || !matches!(place.item, Some(Item::Any)) {
        return false;
    }
    let Document::Object(members) = document else { return false };
    let mut members = std::mem::take(members);
    members.retain(|(name, _)| name != "_typeName");
    *document = [("_typeName", Document::from("ManagedObjectReference")), ("_value", Document::Object(members))].into();
    true
}

fn put_name_last(document: &mut Document) -> bool {
    let Document::Object(members) = document else { return false };
    let Some(position) = members.iter().position(|(name, _)| name == "_typeName") else { return false };
    members[position..].rotate_left(1);
    true
}

/// An object with less than two members has but one order.
fn shuffle(document: &mut Document, random: &mut Random) -> bool {
    let Document::Object(members) = document else { return false };
    for end in (2..=members.len()).rev() {
        members.swap(end - 1, random.below(end));
    }
    members.len() > 1
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn edited(mode: Mode, json: &str) -> Option<String> {
        let mut document: Document = serde_json::from_str(json).unwrap();
        let mut random = Random::new(Some(1)).unwrap();
        let is_changed = edit(&mode, &mut document, None, false, &mut random);
        is_changed.then(|| serde_json::to_string(&document).unwrap())
    }

    #[test]
    fn order_of_members() {
        let json = r#"[{"_typeName":"A","b":{"_typeName":"B","c":1},"d":2}]"#;
        let last = r#"[{"b":{"c":1,"_typeName":"B"},"d":2,"_typeName":"A"}]"#;
        assert_eq!(edited(Mode::TypeNameLast, json).as_deref(), Some(last));
        let shuffled = edited(Mode::ShuffledMembers, json).unwrap();
        assert_ne!(shuffled, json);
        let same: Value = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&shuffled).unwrap(), same);
        assert_eq!(edited(Mode::TypeNameLast, "[1,\"x\",{}]"), None);
        assert_eq!(edited(Mode::ShuffledMembers, "[1,\"x\",{}]"), None);
    }

    #[test]
    fn references_of_any_type_get_into_boxes_and_others_do_not() {
        let reference = json!({ "_typeName": "ManagedObjectReference", "type": "Folder", "value": "group-d1" });
        let boxed = json!({
            "_typeName": "ManagedObjectReference",
            "_value": { "type": "Folder", "value": "group-d1" },
        });
        let change = |reference: &Value, val: &Value| {
            json!({ "_typeName": "ObjectContent", "obj": reference, "propSet": [
                { "_typeName": "DynamicProperty", "name": "parent", "val": val },
            ] })
        };
        let result = edited(Mode::BoxedReferences, &change(&reference, &reference).to_string()).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&result).unwrap(), change(&reference, &boxed));
        assert_eq!(edited(Mode::BoxedReferences, &reference.to_string()), None);
    }

    #[test]
    fn nested_faults_are_wrapped_once() {
        let json = r#"{"_typeName":"TaskInfo","error":{"_typeName":"InvalidState","faultstring":"no","faultCause":{"_typeName":"NotFound"}}}"#;
        let wrapped = r#"{"_typeName":"TaskInfo","error":{"_typeName":"LocalizedMethodFault","fault":{"_typeName":"InvalidState","faultCause":{"_typeName":"LocalizedMethodFault","fault":{"_typeName":"NotFound"}}},"localizedMessage":"no"}}"#;
        assert_eq!(edited(Mode::WrappedFaults, json).as_deref(), Some(wrapped));
        assert_eq!(edited(Mode::WrappedFaults, wrapped), None);
        assert_eq!(edited(Mode::WrappedFaults, r#"{"_typeName":"NotFound"}"#), None);
    }

    #[test]
    fn enum_values_are_found_by_the_tables() {
        let json = r#"{"_typeName":"TaskInfo","state":"error","key":"error"}"#;
        let result = r#"{"_typeName":"TaskInfo","state":"aValueOfTheFuture","key":"error"}"#;
        assert_eq!(edited(Mode::UnknownEnumValues, json).as_deref(), Some(result));
        for (json, result) in [
            (
                r#"{"_typeName":"ManagedEntityStatus","_value":"gray"}"#,
                r#"{"_typeName":"ManagedEntityStatus","_value":"aValueOfTheFuture"}"#,
            ),
            (
                r#"{"_typeName":"ArrayOfManagedEntityStatus","_value":["gray"]}"#,
                r#"{"_typeName":"ArrayOfManagedEntityStatus","_value":["aValueOfTheFuture"]}"#,
            ),
        ] {
            assert_eq!(edited(Mode::UnknownEnumValues, json).as_deref(), Some(result));
        }
        assert_eq!(edited(Mode::UnknownEnumValues, r#"{"_typeName":"string","_value":"gray"}"#), None);
    }

    #[test]
    fn types_and_members_of_the_future() {
        let json = r#"{"_typeName":"TaskInfo","key":"x","reason":{"_typeName":"TaskReasonUser","userName":"y"}}"#;
        let one = edited(Mode::UnknownTypes { of: Some("TaskReasonUser".to_owned()) }, json).unwrap();
        assert!(one.contains(r#""_typeName":"TaskInfo""#) && one.contains(r#""TaskReasonUserOfTheFuture""#), "{one}");
        let all = edited(Mode::UnknownTypes { of: None }, json).unwrap();
        assert!(all.contains("TaskInfoOfTheFuture") && all.contains("TaskReasonUserOfTheFuture"), "{all}");
        let members = edited(Mode::UnknownMembers, json).unwrap();
        assert_eq!(members.matches("\"futureObject\"").count(), 2);
        let reference = r#"{"_typeName":"ManagedObjectReference","type":"Folder","value":"x"}"#;
        for mode in [Mode::UnknownTypes { of: None }, Mode::UnknownMembers] {
            assert_eq!(edited(mode, reference), None);
        }
    }
}
