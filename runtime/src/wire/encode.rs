//! Values → JSON: `Serialize` of the object model.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

use crate::any::Any;
use crate::object::{FaultForm, JsonMap, Object};
use crate::value::{List, Value};

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.extra().map(|extra| &extra.form) {
            Some(FaultForm::Wrapped { message, unknown }) => wrapped(self, message.as_deref(), unknown, serializer),
            Some(FaultForm::Flattened) if self.member("fault").is_some() => self.member("fault").serialize(serializer),
            _ => Bare(self).serialize(serializer),
        }
    }
}

/// An object without the wrapper around it.
struct Bare<'a>(&'a Object);

impl Serialize for Bare<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let object = self.0;
        let mut map = serializer.serialize_map(None)?;
        // The empty name stands for none at all, in an object of unknown type.
        if !object.type_info().is_request() && !object.type_name().is_empty() {
            map.serialize_entry("_typeName", object.type_name())?;
        }
        for (field, value) in object.members() {
            map.serialize_entry(field.name, value)?;
        }
        unknown_members(&mut map, object.unknown())?;
        map.end()
    }
}

fn unknown_members<M: SerializeMap>(map: &mut M, unknown: &JsonMap) -> Result<(), M::Error> {
    unknown.iter().try_for_each(|(name, value)| map.serialize_entry(name, value))
}

fn wrapped<S: Serializer>(
    fault: &Object,
    message: Option<&str>,
    unknown: &JsonMap,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    map.serialize_entry("_typeName", "LocalizedMethodFault")?;
    map.serialize_entry("fault", &Bare(fault))?;
    if let Some(message) = message {
        map.serialize_entry("localizedMessage", message)?;
    }
    unknown_members(&mut map, unknown)?;
    map.end()
}

/// Bytes as base64.
struct Base64<'a>(&'a [u8]);

impl Serialize for Base64<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64.encode(self.0))
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Boolean(value) => value.serialize(serializer),
            Value::Integer(value) => value.serialize(serializer),
            Value::Float(value) => value.serialize(serializer),
            Value::Double(value) => value.serialize(serializer),
            Value::String(value) => value.serialize(serializer),
            Value::Secret(value) => value.serialize(serializer),
            Value::DateTime(value) => value.serialize(serializer),
            Value::Binary(value) => Base64(value).serialize(serializer),
            Value::Reference(value) => value.serialize(serializer),
            Value::Object(value) => value.serialize(serializer),
            Value::Any(value) => value.serialize(serializer),
            Value::List(value) => value.serialize(serializer),
        }
    }
}

impl Serialize for List {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            List::Booleans(items) => items.serialize(serializer),
            List::Bytes(items) => items.serialize(serializer),
            List::Shorts(items) => items.serialize(serializer),
            List::Ints(items) => items.serialize(serializer),
            List::Longs(items) => items.serialize(serializer),
            List::Floats(items) => items.serialize(serializer),
            List::Doubles(items) => items.serialize(serializer),
            List::Strings(items) => items.serialize(serializer),
            List::Secrets(items) => items.serialize(serializer),
            List::DateTimes(items) => items.serialize(serializer),
            List::Binaries(items) => {
                let mut seq = serializer.serialize_seq(Some(items.len()))?;
                items.iter().try_for_each(|item| seq.serialize_element(&Base64(item)))?;
                seq.end()
            }
            List::References(items) => items.serialize(serializer),
            List::Objects(items) => items.serialize(serializer),
            List::Anys(items) => items.serialize(serializer),
        }
    }
}

impl Serialize for Any {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let name = self.type_name();
        match self {
            Any::Boolean(value) => boxed(name, value, serializer),
            Any::Byte(value) => boxed(name, value, serializer),
            Any::Short(value) => boxed(name, value, serializer),
            Any::Int(value) => boxed(name, value, serializer),
            Any::Long(value) => boxed(name, value, serializer),
            Any::Float(value) => boxed(name, value, serializer),
            Any::Double(value) => boxed(name, value, serializer),
            Any::String(value) => boxed(name, value, serializer),
            Any::DateTime(value) => boxed(name, value, serializer),
            Any::Binary(value) => boxed(name, &Base64(value), serializer),
            Any::Named(named) => boxed(name, &named.text, serializer),
            Any::Array(array) => boxed(name, &array.list, serializer),
            Any::Reference(value) => value.serialize(serializer),
            Any::Object(value) => value.serialize(serializer),
        }
    }
}

fn boxed<S: Serializer>(name: &str, value: &impl Serialize, serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(2))?;
    map.serialize_entry("_typeName", name)?;
    map.serialize_entry("_value", value)?;
    map.end()
}
