//! JSON → values, driven by the tables of the types.
//!
//! A value is decoded by a seed that knows its declared type. Errors collect the path while they travel up, so that
//! nothing is paid for it as long as all is well.

use std::cell::{Cell, RefCell};
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Unexpected, Visitor};

use super::path::{Path, Segment};
use super::reference::ReferenceSeed;
use super::{Options, any, object, reference};
use crate::date_time::DateTime;
use crate::error::DecodeError;
use crate::object::Object;
use crate::secret::Secret;
use crate::type_info::{Field, Item, Registry, TypeInfo};
use crate::value::{List, Value};

/// What all seeds of one decoding share.
pub(super) struct Context {
    pub(super) registry: Option<&'static Registry>,
    pub(super) options: Options,
    path: RefCell<Path>,
    /// The type of the innermost object with the problem.
    type_name: Cell<Option<&'static str>>,
    /// Whether the problem lies in a secret member: the message could quote it.
    is_secret: Cell<bool>,
}

impl Context {
    pub(super) fn new(registry: Option<&'static Registry>, options: Options) -> Self {
        Self { registry, options, path: RefCell::default(), type_name: Cell::new(None), is_secret: Cell::new(false) }
    }

    pub(super) fn find_type(&self, name: &str) -> Option<&'static TypeInfo> {
        self.registry?.find_type(name)
    }

    /// Notes where an error passes by on its way up.
    pub(super) fn at<T, E>(&self, segment: impl FnOnce() -> Segment, result: Result<T, E>) -> Result<T, E> {
        result.inspect_err(|_| self.path.borrow_mut().push_outer(segment()))
    }

    /// Notes the member, and whether it is secret, where an error passes by on its way up.
    pub(super) fn at_member<T, E>(&self, field: &Field, result: Result<T, E>) -> Result<T, E> {
        if result.is_err() && field.is_secret {
            self.is_secret.set(true);
        }
        self.at(|| Segment::Member(field.name.into()), result)
    }

    /// Notes the type of the innermost object that an error passes by.
    pub(super) fn within<T, E>(&self, ty: &'static TypeInfo, result: Result<T, E>) -> Result<T, E> {
        result.inspect_err(|_| {
            if self.type_name.get().is_none() {
                self.type_name.set(Some(ty.name()));
            }
        })
    }

    pub(super) fn into_error(self, error: &dyn fmt::Display) -> DecodeError {
        let message =
            if self.is_secret.get() { "not a value of the declared type".to_owned() } else { error.to_string() };
        DecodeError { path: self.path.into_inner().to_string(), type_name: self.type_name.get(), message }
    }
}

/// Decodes a value of a declared type; `null` is none.
#[derive(Clone, Copy)]
pub(super) struct Slot<'a> {
    pub(super) context: &'a Context,
    pub(super) item: Item,
    pub(super) is_list: bool,
}

impl<'de> DeserializeSeed<'de> for Slot<'_> {
    type Value = Option<Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Slot<'_> {
    type Value = Option<Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_list { write!(f, "an array of {}", self.item) } else { write!(f, "{}", self.item) }
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        match self.item {
            Item::Boolean if !self.is_list => Ok(Some(Value::Boolean(value))),
            Item::Any if !self.is_list => Ok(Some(crate::any::Any::Boolean(value).into())),
            _ => Err(E::invalid_type(Unexpected::Bool(value), &self)),
        }
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        let range = match self.item {
            _ if self.is_list => return Err(E::invalid_type(Unexpected::Signed(value), &self)),
            Item::Byte => i8::MIN.into()..=i8::MAX.into(),
            Item::Short => i16::MIN.into()..=i16::MAX.into(),
            Item::Int => i32::MIN.into()..=i32::MAX.into(),
            Item::Long => i64::MIN..=i64::MAX,
            #[expect(
                clippy::cast_precision_loss,
                reason = "JSON has one kind of number; the document says floating point"
            )]
            Item::Float | Item::Double => return self.visit_f64(value as f64),
            Item::Any => return Ok(Some(any::bare_integer(value).into())),
            _ => return Err(E::invalid_type(Unexpected::Signed(value), &self)),
        };
        if range.contains(&value) {
            Ok(Some(Value::Integer(value)))
        } else {
            Err(E::invalid_value(Unexpected::Signed(value), &self))
        }
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        match i64::try_from(value) {
            Ok(value) => self.visit_i64(value),
            #[expect(
                clippy::cast_precision_loss,
                reason = "JSON has one kind of number; the document says floating point"
            )]
            Err(_) if matches!(self.item, Item::Float | Item::Double | Item::Any) => self.visit_f64(value as f64),
            Err(_) => Err(E::invalid_value(Unexpected::Unsigned(value), &self)),
        }
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        match self.item {
            _ if self.is_list => Err(E::invalid_type(Unexpected::Float(value), &self)),
            Item::Double => Ok(Some(Value::Double(value))),
            #[expect(clippy::cast_possible_truncation, reason = "the check for infinity follows")]
            Item::Float if (value as f32).is_finite() => Ok(Some(Value::Float(value as f32))),
            Item::Float => Err(E::invalid_value(Unexpected::Float(value), &self)),
            Item::Any => Ok(Some(crate::any::Any::Double(value).into())),
            _ => Err(E::invalid_type(Unexpected::Float(value), &self)),
        }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        self.visit_string(text.to_owned())
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Self::Value, E> {
        let unexpected = |text: &str, slot: &Self| E::invalid_type(Unexpected::Str(shortened(text)), slot);
        let bytes =
            |text: &str| BASE64.decode(text).map_err(|_| E::invalid_value(Unexpected::Str(shortened(text)), &self));
        let value = match self.item {
            // One server is known to write `byte[]` in base64; the document has an array of numbers.
            Item::Byte if self.is_list => {
                let signed = bytes(&text)?.into_iter().map(u8::cast_signed).collect();
                List::Bytes(signed).into()
            }
            _ if self.is_list => return Err(unexpected(&text, &self)),
            Item::String | Item::Enum(_) => Value::String(text),
            Item::Secret => Value::Secret(Secret::from(text)),
            Item::DateTime => Value::DateTime(DateTime::from(text)),
            Item::Binary => Value::Binary(bytes(&text)?),
            Item::Any => crate::any::Any::String(text).into(),
            _ => return Err(unexpected(&text, &self)),
        };
        Ok(Some(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        if self.is_list {
            return self.list(seq).map(|list| Some(list.into()));
        }
        Err(A::Error::invalid_type(Unexpected::Seq, &self))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        match self.item {
            _ if self.is_list => Err(A::Error::invalid_type(Unexpected::Map, &self)),
            Item::Object(ty) => object::visit(self.context, ty, map).map(|object| Some(object.into())),
            Item::Any => any::visit(self.context, map).map(|any| Some(any.into())),
            Item::Reference(_) => reference::visit(self.context, map).map(|reference| Some(reference.into())),
            _ => Err(A::Error::invalid_type(Unexpected::Map, &self)),
        }
    }
}

impl Slot<'_> {
    /// The elements of an array of the declared type.
    fn list<'de, A: SeqAccess<'de>>(self, seq: A) -> Result<List, A::Error> {
        let context = self.context;
        Ok(match self.item {
            Item::Object(ty) => List::Objects(each(context, seq, || ObjectSeed::new(context, ty), Ok)?),
            Item::Reference(_) => List::References(each(context, seq, || ReferenceSeed { context }, Ok)?),
            Item::Any => List::Anys(each(context, seq, || any::AnySeed { context }, Ok)?),
            Item::Boolean => List::Booleans(self.scalars(seq, |value| match value {
                Value::Boolean(value) => Some(value),
                _ => None,
            })?),
            Item::Byte => List::Bytes(self.scalars(seq, integer)?),
            Item::Short => List::Shorts(self.scalars(seq, integer)?),
            Item::Int => List::Ints(self.scalars(seq, integer)?),
            Item::Long => List::Longs(self.scalars(seq, integer)?),
            Item::Float => List::Floats(self.scalars(seq, |value| match value {
                Value::Float(value) => Some(value),
                _ => None,
            })?),
            Item::Double => List::Doubles(self.scalars(seq, |value| match value {
                Value::Double(value) => Some(value),
                _ => None,
            })?),
            Item::String | Item::Enum(_) => List::Strings(self.scalars(seq, |value| match value {
                Value::String(value) => Some(value),
                _ => None,
            })?),
            Item::Secret => List::Secrets(self.scalars(seq, |value| match value {
                Value::Secret(value) => Some(value),
                _ => None,
            })?),
            Item::DateTime => List::DateTimes(self.scalars(seq, |value| match value {
                Value::DateTime(value) => Some(value),
                _ => None,
            })?),
            Item::Binary => List::Binaries(self.scalars(seq, |value| match value {
                Value::Binary(value) => Some(value),
                _ => None,
            })?),
        })
    }

    fn scalars<'de, A: SeqAccess<'de>, T>(self, seq: A, take: fn(Value) -> Option<T>) -> Result<Vec<T>, A::Error> {
        let element = Slot { is_list: false, ..self };
        each(
            self.context,
            seq,
            || element,
            |value| value.and_then(take).ok_or_else(|| A::Error::invalid_type(Unexpected::Unit, &element)),
        )
    }
}

fn integer<T: TryFrom<i64>>(value: Value) -> Option<T> {
    match value {
        Value::Integer(value) => value.try_into().ok(),
        _ => None,
    }
}

/// Decodes each element with a fresh seed.
fn each<'de, A, S, T>(
    context: &Context,
    mut seq: A,
    seed: impl Fn() -> S,
    finish: impl Fn(S::Value) -> Result<T, A::Error>,
) -> Result<Vec<T>, A::Error>
where
    A: SeqAccess<'de>,
    S: DeserializeSeed<'de>,
{
    let mut items = Vec::new();
    loop {
        let element = seq.next_element_seed(seed()).and_then(|element| element.map(&finish).transpose());
        match context.at(|| Segment::Index(items.len()), element)? {
            Some(item) => items.push(item),
            None => return Ok(items),
        }
    }
}

/// A text that may be quoted in an error.
pub(super) fn shortened(text: &str) -> &str {
    &text[..text.floor_char_boundary(80)]
}

/// Decodes an object of a declared type or any descendant.
pub(super) struct ObjectSeed<'a> {
    context: &'a Context,
    ty: &'static TypeInfo,
}

impl<'a> ObjectSeed<'a> {
    pub(super) fn new(context: &'a Context, ty: &'static TypeInfo) -> Self {
        Self { context, ty }
    }
}

impl<'de> DeserializeSeed<'de> for ObjectSeed<'_> {
    type Value = Object;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Object, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ObjectSeed<'_> {
    type Value = Object;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.ty.name())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object, A::Error> {
        object::visit(self.context, self.ty, map)
    }
}
