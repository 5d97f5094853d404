//! JSON → [`Any`]: boxes are opened, objects and references stand as they are.

use std::borrow::Cow;

use super::TYPE_NAME;
use super::decode::{Decoder, Place};
use super::failure::Decoded;
use super::names::Meaning;
use super::object::{Opened, TypeName};
use crate::any::{Any, Array, NamedText};
use crate::object::{Extra, JsonMap, Object};
use crate::text::Text;
use crate::type_info::{Item, TypeInfo};
use crate::value::Value;

const VALUE: &str = "_value";

/// An integer that stands without a box, though the document has one.
pub(super) fn bare_integer(value: i64) -> Any {
    i32::try_from(value).map_or(Any::Long(value), Any::Int)
}

impl Decoder<'_> {
    /// A value of any type.
    pub(super) fn any(&mut self) -> Decoded<Any> {
        if self.reader.peek() == b'{' {
            return self.any_object();
        }
        match self.value(Place { item: Item::Any, is_list: false })? {
            Some(Value::Any(any)) => Ok(*any),
            _ => Err(self.unfit("null stands where a value of any type is expected")),
        }
    }

    /// A box, an object or a reference.
    pub(super) fn any_object(&mut self) -> Decoded<Any> {
        let opened = self.open(None)?;
        let TypeName::Other(name) = &opened.name else {
            let members = self.undecoded(false)?;
            return self.kept(String::new(), members);
        };
        match self.names.find(name) {
            Meaning::Scalar(name, item) => {
                let value = self.boxed(Place { item, is_list: false }, &opened)?;
                self.scalar(name, value)
            }
            Meaning::Reference => self.reference_in(opened.is_name_read).map(Any::Reference),
            Meaning::Type(ty) => self.object_of(ty, None, &opened).map(Any::Object),
            Meaning::Enum(info) => {
                let value = self.boxed(Place { item: Item::Enum(info), is_list: false }, &opened)?;
                Ok(named_text(info.name, value))
            }
            Meaning::Array(item, type_name) => match self.boxed(Place { item, is_list: true }, &opened)? {
                Value::List(list) => Ok(Any::Array(Array { type_name, list })),
                _ => Err(self.absent().in_named(VALUE)),
            },
            Meaning::Unknown => self.unknown(name.to_string(), opened.is_name_read),
        }
    }

    /// The `_value` of a box.
    fn boxed(&mut self, place: Place, opened: &Opened<'_>) -> Decoded<Value> {
        let mut found = None;
        let (mut is_first, mut has_name) = (!opened.is_name_read, opened.is_name_read);
        while self.reader.next(is_first, b'}')? {
            is_first = false;
            let name = if self.reader.take_key(VALUE) { Cow::Borrowed(VALUE) } else { self.reader.key()? };
            match &*name {
                VALUE => found = self.value(place).map_err(|failure| failure.in_named(VALUE))?,
                TYPE_NAME => self.pass_name(std::mem::replace(&mut has_name, true))?,
                _ => drop(self.reader.json().map_err(|failure| failure.in_named(&name))?),
            }
        }
        found.ok_or_else(|| self.absent().in_named(VALUE))
    }

    fn scalar(&self, name: &'static str, value: Value) -> Decoded<Any> {
        let out_of_range = || self.unfit(format_args!("the number is out of the range of `{name}`"));
        Ok(match (name, value) {
            (_, Value::Boolean(value)) => Any::Boolean(value),
            ("byte", Value::Integer(value)) => Any::Byte(value.try_into().map_err(|_| out_of_range())?),
            ("short", Value::Integer(value)) => Any::Short(value.try_into().map_err(|_| out_of_range())?),
            ("int", Value::Integer(value)) => Any::Int(value.try_into().map_err(|_| out_of_range())?),
            (_, Value::Integer(value)) => Any::Long(value),
            (_, Value::Float(value)) => Any::Float(value),
            (_, Value::Double(value)) => Any::Double(value),
            (_, Value::DateTime(value)) => Any::DateTime(value),
            (_, Value::Binary(value)) => Any::Binary(value.into()),
            ("string", Value::String(value)) => Any::String(value),
            (_, value) => named_text(name, value),
        })
    }

    /// An object of a type that this version of the crate does not know: kept under the root of all types. The box of a
    /// string can only be an enum value.
    fn unknown(&mut self, name: String, is_name_read: bool) -> Decoded<Any> {
        let mut members = self.undecoded(is_name_read)?;
        let is_alone = members.len() == 1;
        match members.get_mut(VALUE) {
            Some(serde_json::Value::String(text)) if is_alone => {
                Ok(Any::Named(NamedText { type_name: name.into(), text: std::mem::take(text).into() }))
            }
            _ => self.kept(name, members),
        }
    }

    /// An object of no known type, as it is; the empty name stands for none.
    fn kept(&self, name: String, members: JsonMap) -> Decoded<Any> {
        let mut object = Object::new(self.root()?);
        *object.extra_mut() = Extra { type_name: Some(name), unknown: members, ..Extra::default() };
        Ok(Any::Object(object))
    }

    fn root(&self) -> Decoded<&'static TypeInfo> {
        let root = self.names.registry().and_then(|registry| registry.find_type("DataObject"));
        root.ok_or_else(|| self.unfit("an object stands where the types of the API are not at hand"))
    }
}

fn named_text(type_name: &'static str, value: Value) -> Any {
    let text = if let Value::String(text) = value { text } else { Text::default() };
    Any::Named(NamedText { type_name: Text::from_static(type_name), text })
}
