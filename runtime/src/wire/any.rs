//! JSON → [`Any`]: boxes are opened, objects and references stand as they are.

use serde::Deserializer;
use serde::de::value::MapDeserializer;
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess};

use super::decode::{Context, Slot};
use super::path::Segment;
use super::{object, reference};
use crate::any::{Any, Array, NamedText};
use crate::object::{Extra, JsonMap, Object};
use crate::type_info::{Item, TypeInfo};
use crate::value::Value;

const TYPE_NAME: &str = "_typeName";
const VALUE: &str = "_value";

/// The boxed scalars, by their `_typeName`.
const SCALARS: [(&str, Item); 15] = [
    ("boolean", Item::Boolean),
    ("byte", Item::Byte),
    ("short", Item::Short),
    ("int", Item::Int),
    ("long", Item::Long),
    ("float", Item::Float),
    ("double", Item::Double),
    ("string", Item::String),
    ("dateTime", Item::DateTime),
    ("base64Binary", Item::Binary),
    // The name that one known server uses for it.
    ("binary", Item::Binary),
    ("anyURI", Item::String),
    ("TypeName", Item::String),
    ("PropertyPath", Item::String),
    ("MethodName", Item::String),
];

/// The boxed arrays of scalars, by the part of their `_typeName` after `ArrayOf`.
const ARRAYS: [(&str, Item); 17] = [
    ("Boolean", Item::Boolean),
    ("Byte", Item::Byte),
    ("Short", Item::Short),
    ("Int", Item::Int),
    ("Long", Item::Long),
    ("Float", Item::Float),
    ("Double", Item::Double),
    ("String", Item::String),
    ("DateTime", Item::DateTime),
    ("Base64Binary", Item::Binary),
    ("Binary", Item::Binary),
    ("AnyURI", Item::String),
    ("TypeName", Item::String),
    ("PropertyPath", Item::String),
    ("MethodName", Item::String),
    ("ManagedObjectReference", Item::Reference(None)),
    ("AnyType", Item::Any),
];

/// Decodes a value of any type.
pub(super) struct AnySeed<'a> {
    pub(super) context: &'a Context,
}

impl<'de> DeserializeSeed<'de> for AnySeed<'_> {
    type Value = Any;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Any, D::Error> {
        let slot = Slot { context: self.context, item: Item::Any, is_list: false };
        match slot.deserialize(deserializer)? {
            Some(Value::Any(any)) => Ok(*any),
            _ => Err(D::Error::custom("null stands where a value of any type is expected")),
        }
    }
}

/// An integer that stands without a box, though the document has one.
pub(super) fn bare_integer(value: i64) -> Any {
    i32::try_from(value).map_or(Any::Long(value), Any::Int)
}

/// Decodes the members of a box, an object or a reference.
pub(super) fn visit<'de, A: MapAccess<'de>>(context: &Context, mut map: A) -> Result<Any, A::Error> {
    let first = map.next_key::<String>()?;
    if first.as_deref() == Some(TYPE_NAME) {
        let name = map.next_value::<String>();
        let name = context.at(|| Segment::Member(TYPE_NAME.into()), name)?;
        return named(context, name, map);
    }
    let mut members = object::buffer_from(context, first, map)?;
    match members.remove(TYPE_NAME) {
        Some(serde_json::Value::String(name)) => named(context, name, MapDeserializer::new(members.into_iter()))
            .map_err(A::Error::custom::<serde_json::Error>),
        _ => unnamed(context, members),
    }
}

/// An object without a type: kept as it is.
fn unnamed<E: Error>(context: &Context, members: JsonMap) -> Result<Any, E> {
    let root = root(context)?;
    let extra = Extra { type_name: Some(String::new()), unknown: members, ..Extra::default() };
    Ok(Any::Object(Object::from_parts(root, Vec::new(), extra)))
}

fn root<E: Error>(context: &Context) -> Result<&'static TypeInfo, E> {
    context
        .find_type("DataObject")
        .ok_or_else(|| E::custom("an object stands where the types of the API are not at hand"))
}

/// What follows a `_typeName`.
fn named<'de, A: MapAccess<'de>>(context: &Context, name: String, map: A) -> Result<Any, A::Error> {
    if let Some(&(known, item)) = SCALARS.iter().find(|(known, _)| *known == name) {
        return boxed(context, item, false, map).and_then(|value| scalar(known, value));
    }
    if name == "ManagedObjectReference" {
        return boxed_or_bare_reference(context, map);
    }
    if let Some(ty) = context.find_type(&name) {
        return object::visit_named(context, ty, None, map).map(Any::Object);
    }
    if let Some(info) = context.registry.and_then(|registry| registry.find_enum(&name)) {
        let value = boxed(context, Item::Enum(info), false, map)?;
        return Ok(named_text(info.name.into(), value));
    }
    if let Some(item) = name.strip_prefix("ArrayOf").and_then(|element| array_item(context, element)) {
        return match boxed(context, item, true, map)? {
            Value::List(list) => Ok(Any::Array(Array { type_name: name.into(), list: *list })),
            _ => Err(A::Error::custom("the required member is absent")),
        };
    }
    unknown(context, name, map)
}

/// The elements of a boxed array.
fn array_item(context: &Context, element: &str) -> Option<Item> {
    let scalar = ARRAYS.iter().find(|(name, _)| *name == element).map(|(_, item)| *item);
    let ty = || context.find_type(element).map(Item::Object);
    let info = || context.registry?.find_enum(element).map(Item::Enum);
    scalar.or_else(ty).or_else(info)
}

/// The `_value` of a box.
fn boxed<'de, A: MapAccess<'de>>(context: &Context, item: Item, is_list: bool, mut map: A) -> Result<Value, A::Error> {
    let segment = || Segment::Member(VALUE.into());
    let mut found = None;
    while let Some(key) = map.next_key::<String>()? {
        if key == VALUE {
            found = context.at(segment, map.next_value_seed(Slot { context, item, is_list }))?;
        } else {
            map.next_value::<IgnoredAny>()?;
        }
    }
    context.at(segment, found.ok_or_else(|| A::Error::custom("the required member is absent")))
}

fn scalar<E: Error>(name: &'static str, value: Value) -> Result<Any, E> {
    let out_of_range = || E::custom(format_args!("the number is out of the range of `{name}`"));
    Ok(match (name, value) {
        (_, Value::Boolean(value)) => Any::Boolean(value),
        ("byte", Value::Integer(value)) => Any::Byte(value.try_into().map_err(|_| out_of_range())?),
        ("short", Value::Integer(value)) => Any::Short(value.try_into().map_err(|_| out_of_range())?),
        ("int", Value::Integer(value)) => Any::Int(value.try_into().map_err(|_| out_of_range())?),
        (_, Value::Integer(value)) => Any::Long(value),
        (_, Value::Float(value)) => Any::Float(value),
        (_, Value::Double(value)) => Any::Double(value),
        (_, Value::DateTime(value)) => Any::DateTime(value),
        (_, Value::Binary(value)) => Any::Binary(value),
        ("string", Value::String(value)) => Any::String(value),
        (_, value) => named_text(name.into(), value),
    })
}

fn named_text(type_name: std::borrow::Cow<'static, str>, value: Value) -> Any {
    let text = if let Value::String(text) = value { text } else { String::new() };
    Any::Named(NamedText { type_name, text })
}

/// A reference, which one document shows in a box and every known server sends without.
fn boxed_or_bare_reference<'de, A: MapAccess<'de>>(context: &Context, map: A) -> Result<Any, A::Error> {
    let mut members = object::buffer(context, map)?;
    let inner = match members.remove(VALUE) {
        Some(serde_json::Value::Object(inner)) if !members.contains_key("value") => inner,
        Some(other) => {
            members.insert(VALUE.to_owned(), other);
            members
        }
        None => members,
    };
    let reference = reference::visit(context, MapDeserializer::new(inner.into_iter()));
    reference.map(Any::Reference).map_err(A::Error::custom::<serde_json::Error>)
}

/// An object of a type that this version of the crate does not know: kept under the root of all types. The box of a
/// string can only be an enum value.
fn unknown<'de, A: MapAccess<'de>>(context: &Context, name: String, map: A) -> Result<Any, A::Error> {
    let mut members = object::buffer(context, map)?;
    if members.len() == 1
        && let Some(serde_json::Value::String(text)) = members.get_mut(VALUE)
    {
        return Ok(Any::Named(NamedText { type_name: name.into(), text: std::mem::take(text) }));
    }
    let extra = Extra { type_name: Some(name), unknown: members, ..Extra::default() };
    Ok(Any::Object(Object::from_parts(root(context)?, Vec::new(), extra)))
}
