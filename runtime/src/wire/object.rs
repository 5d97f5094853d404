//! JSON objects → [`Object`]s.
//!
//! `_typeName` may stand anywhere. The members of the declared type are the first members of every descendant, so
//! they are decoded at once, wherever the name stands; only members that the declared type lacks wait for it.

use std::fmt;

use serde::de::{DeserializeSeed, Error, IntoDeserializer, MapAccess, Visitor};

use super::Strictness;
use super::decode::{Context, Slot, shortened};
use super::path::Segment;
use crate::object::{Extra, FaultForm, JsonMap, Object};
use crate::type_info::{Item, TypeInfo};
use crate::value::Value;

const TYPE_NAME: &str = "_typeName";
const LOCALIZED: &str = "LocalizedMethodFault";

/// Decodes the members of an object whose place declares a type.
pub(super) fn visit<'de, A: MapAccess<'de>>(
    context: &Context,
    declared: &'static TypeInfo,
    map: A,
) -> Result<Object, A::Error> {
    let mut builder = Builder::new(context, declared);
    let result = builder.members(map);
    let ty = builder.ty;
    let result = result.and_then(|()| builder.finish());
    context.within(ty, result)
}

/// Decodes the members of an object whose type is already known from its `_typeName`.
pub(super) fn visit_named<'de, A: MapAccess<'de>>(
    context: &Context,
    ty: &'static TypeInfo,
    unknown_name: Option<String>,
    map: A,
) -> Result<Object, A::Error> {
    let mut builder = Builder::new(context, ty);
    builder.named = true;
    builder.extra.type_name = unknown_name;
    let result = builder.members(map).and_then(|()| builder.finish());
    context.within(ty, result)
}

/// An object under construction.
struct Builder<'a> {
    context: &'a Context,
    declared: &'static TypeInfo,
    /// The type as far as it is known: the declared one until `_typeName` was met.
    ty: &'static TypeInfo,
    named: bool,
    /// Whether the object is a `LocalizedMethodFault` where the document has a fault.
    wrapped: bool,
    slots: Vec<Option<Value>>,
    /// Where the next member is expected.
    hint: usize,
    extra: Extra,
}

impl<'a> Builder<'a> {
    fn new(context: &'a Context, declared: &'static TypeInfo) -> Self {
        Self {
            context,
            declared,
            ty: declared,
            named: false,
            wrapped: false,
            slots: Vec::with_capacity(declared.field_count()),
            hint: 0,
            extra: Extra::default(),
        }
    }

    fn members<'de, A: MapAccess<'de>>(&mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key_seed(KeySeed { ty: self.ty, hint: self.hint, wrapped: self.wrapped })? {
            match key {
                Key::TypeName => {
                    let segment = || Segment::Member(TYPE_NAME.into());
                    let name = map.next_value_seed(NameSeed { builder: self });
                    self.context.at(segment, name)?;
                }
                Key::Member(index) => {
                    let slot = self.slot(index);
                    let value = map.next_value_seed(slot);
                    self.store(index, value)?;
                }
                Key::Unknown(name) => {
                    let value = map.next_value();
                    let value = self.context.at(|| Segment::Member(name.clone().into()), value)?;
                    self.extra.unknown.insert(name, value);
                }
            }
        }
        Ok(())
    }

    fn slot(&self, index: usize) -> Slot<'a> {
        let field = self.ty.field(index).expect("index_of gives indexes of fields only");
        Slot { context: self.context, item: field.item, is_list: field.is_list }
    }

    fn store<E: Error>(&mut self, index: usize, value: Result<Option<Value>, E>) -> Result<(), E> {
        let field = self.ty.field(index).expect("index_of gives indexes of fields only");
        let value = self.context.at_member(field, value)?;
        if self.slots.len() <= index {
            self.slots.resize_with(index + 1, || None);
        } else if self.slots[index].is_some() {
            return self.context.at_member(field, Err(E::custom("the member stands twice")));
        }
        self.slots[index] = value;
        self.hint = index + 1;
        Ok(())
    }

    /// Takes the `_typeName` into account.
    fn name<E: Error>(&mut self, name: &str) -> Result<(), E> {
        if std::mem::replace(&mut self.named, true) {
            return Err(E::custom("the member stands twice"));
        }
        // The name of a request type is that of its method, if it is there at all.
        if name == self.declared.name() || self.declared.is_request() {
            return Ok(());
        }
        match self.context.find_type(name) {
            Some(ty) if ty.is_a(self.declared) => self.ty = ty,
            _ if name == LOCALIZED && self.declared.is_fault() => self.wrapped = true,
            Some(ty) if ty.is_fault() && self.declared.name() == LOCALIZED => self.ty = ty,
            Some(_) => {
                let declared = self.declared.name();
                return Err(E::custom(format_args!("`{}` is no `{declared}`", shortened(name))));
            }
            None => self.extra.type_name = Some(name.to_owned()),
        }
        Ok(())
    }

    fn finish<E: Error>(mut self) -> Result<Object, E> {
        // A wrapper without a name is known by its member.
        if !self.named
            && self.declared.is_fault()
            && self.extra.unknown.get("fault").is_some_and(serde_json::Value::is_object)
        {
            self.wrapped = self.ty.index_of("fault", 0).is_none();
        }
        if self.wrapped {
            return self.unwrap();
        }
        self.claim_waiting()?;
        self.require()?;
        let flattened = self.declared.name() == LOCALIZED && self.ty.is_fault();
        let object = Object::from_parts(self.ty, self.slots, self.extra);
        Ok(if flattened { wrap(self.declared, object) } else { object })
    }

    /// Decodes the members that had to wait for the type.
    fn claim_waiting<E: Error>(&mut self) -> Result<(), E> {
        if std::ptr::eq(self.ty, self.declared) || self.extra.unknown.is_empty() {
            return Ok(());
        }
        for (name, json) in std::mem::take(&mut self.extra.unknown) {
            match self.ty.index_of(&name, self.hint) {
                Some(index) => {
                    let value =
                        self.slot(index).deserialize(json.into_deserializer()).map_err(E::custom::<serde_json::Error>);
                    self.store(index, value)?;
                }
                None => {
                    self.extra.unknown.insert(name, json);
                }
            }
        }
        Ok(())
    }

    fn require<E: Error>(&self) -> Result<(), E> {
        if self.context.options.strictness == Strictness::Lenient {
            return Ok(());
        }
        let release = self.context.options.release;
        for (index, field) in self.ty.fields().enumerate() {
            let is_due = field.is_required && release.is_none_or(|release| field.is_in(release));
            if is_due && self.slots.get(index).is_none_or(Option::is_none) {
                return self.context.at_member(field, Err(E::custom("the required member is absent")));
            }
        }
        Ok(())
    }

    /// A fault in a `LocalizedMethodFault`: its members wait in `unknown`.
    fn unwrap<E: Error>(mut self) -> Result<Object, E> {
        let mut members = std::mem::take(&mut self.extra.unknown);
        let segment = || Segment::Member("fault".into());
        let fault = members.remove("fault").ok_or_else(|| E::custom("the required member is absent"));
        let fault = fault.and_then(|json| {
            let slot = Slot { context: self.context, item: Item::Object(self.declared), is_list: false };
            slot.deserialize(json.into_deserializer()).map_err(E::custom::<serde_json::Error>)
        });
        let Some(Value::Object(mut object)) = self.context.at(segment, fault)? else {
            return self.context.at(segment, Err(E::custom("the required member is absent")));
        };
        let message = match members.remove("localizedMessage") {
            Some(serde_json::Value::String(message)) => Some(message),
            Some(other) => {
                members.insert("localizedMessage".to_owned(), other);
                None
            }
            None => None,
        };
        object.extra_mut().form = FaultForm::Wrapped { message, unknown: members };
        Ok(*object)
    }
}

/// A fault alone where the document has a `LocalizedMethodFault`: its text is the message.
fn wrap(declared: &'static TypeInfo, fault: Object) -> Object {
    let message = fault.unknown().get("faultstring").and_then(serde_json::Value::as_str).map(str::to_owned);
    let mut wrapper = Object::new(declared);
    let complete = wrapper.insert("fault", fault).and_then(|()| match message {
        Some(message) => wrapper.insert("localizedMessage", message),
        None => Ok(()),
    });
    debug_assert!(complete.is_ok(), "LocalizedMethodFault has the members fault and localizedMessage");
    wrapper.extra_mut().form = FaultForm::Flattened;
    wrapper
}

enum Key {
    TypeName,
    Member(usize),
    Unknown(String),
}

struct KeySeed {
    ty: &'static TypeInfo,
    hint: usize,
    /// In a wrapper no member belongs to the declared type.
    wrapped: bool,
}

impl<'de> DeserializeSeed<'de> for KeySeed {
    type Value = Key;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Key, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for KeySeed {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a member")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Key, E> {
        if name == TYPE_NAME {
            return Ok(Key::TypeName);
        }
        let index = if self.wrapped { None } else { self.ty.index_of(name, self.hint) };
        Ok(index.map_or_else(|| Key::Unknown(name.to_owned()), Key::Member))
    }
}

struct NameSeed<'a, 'b> {
    builder: &'a mut Builder<'b>,
}

impl<'de> DeserializeSeed<'de> for NameSeed<'_, '_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for NameSeed<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a type")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<(), E> {
        self.builder.name(name)
    }
}

/// All members of an object, undecoded.
pub(super) fn buffer<'de, A: MapAccess<'de>>(context: &Context, mut map: A) -> Result<JsonMap, A::Error> {
    let first = map.next_key()?;
    buffer_from(context, first, map)
}

/// All members of an object, undecoded, of which the first name was already read.
pub(super) fn buffer_from<'de, A: MapAccess<'de>>(
    context: &Context,
    first: Option<String>,
    mut map: A,
) -> Result<JsonMap, A::Error> {
    let mut members = JsonMap::new();
    let mut next = first;
    while let Some(name) = next {
        let value = map.next_value();
        let value = context.at(|| Segment::Member(name.clone().into()), value)?;
        members.insert(name, value);
        next = map.next_key()?;
    }
    Ok(members)
}
