//! The JSON of the wire.

mod any;
mod decode;
mod encode;
mod object;
pub(crate) mod path;
mod reference;

use serde::Deserializer;
use serde::de::DeserializeSeed;

use self::decode::{Context, ObjectSeed, Slot};
use crate::data_type::DataType;
use crate::error::DecodeError;
use crate::object::Object;
use crate::release::Release;
use crate::type_info::{Item, Registry, TypeInfo};
use crate::value::Value;

/// What to do with a required member that is absent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strictness {
    /// It is an error.
    #[default]
    Strict,
    /// It reads as the empty value of its kind. Some simulators and old hosts need this.
    Lenient,
}

/// What to do with a member of a request, or a type in it, that is newer than the release that the server speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NewerMembers {
    /// The request is refused before it is sent.
    #[default]
    Refuse,
    /// The member is left out.
    Drop,
}

/// How to read and write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The release that the other side speaks, if it is known. Members that are newer are not demanded.
    pub release: Option<Release>,
    /// What to do with a required member that is absent.
    pub strictness: Strictness,
    /// What to do with a member of a request that is newer than the release.
    pub newer_members: NewerMembers,
}

impl Options {
    /// For replies that must not be lost for want of a member.
    pub const LENIENT: Self =
        Self { release: None, strictness: Strictness::Lenient, newer_members: NewerMembers::Refuse };
}

/// Decodes a data object or a fault from JSON.
///
/// # Errors
///
/// The JSON is malformed, or does not fit the type; [`DecodeError`] says where.
pub fn decode<T: DataType>(json: &[u8]) -> Result<T, DecodeError> {
    let object = decode_object(json, T::TYPE, None, Options::default())?;
    Ok(T::wrap(object))
}

/// Decodes an object of a type, or any descendant of it, from JSON.
///
/// Request types belong to no registry of their own; `registry` names the one that knows the types of their
/// arguments. For data types it may be left out.
///
/// # Errors
///
/// The JSON is malformed, or does not fit the type; [`DecodeError`] says where.
pub fn decode_object(
    json: &[u8],
    ty: &'static TypeInfo,
    registry: Option<&'static Registry>,
    options: Options,
) -> Result<Object, DecodeError> {
    let context = Context::new(registry.or_else(|| ty.registry()), options);
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let decoded = ObjectSeed::new(&context, ty).deserialize(&mut deserializer);
    let decoded = decoded.and_then(|object| deserializer.end().map(|()| object));
    decoded.map_err(|error| context.into_error(&error))
}

/// Decodes a value of a declared type from JSON; `None` if it is `null`.
///
/// # Errors
///
/// The JSON is malformed, or does not fit the type; [`DecodeError`] says where.
pub fn decode_value(
    json: &[u8],
    item: Item,
    is_list: bool,
    registry: &'static Registry,
    options: Options,
) -> Result<Option<Value>, DecodeError> {
    let context = Context::new(Some(registry), options);
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let decoded = Slot { context: &context, item, is_list }.deserialize(&mut deserializer);
    let decoded = decoded.and_then(|value| deserializer.end().map(|()| value));
    decoded.map_err(|error| context.into_error(&error))
}

/// Encodes an object as JSON: `_typeName` first, then the members in the order of their declaration, then unknown ones.
///
/// Nothing is checked: see [`Object::check`].
pub fn encode(object: &Object) -> Vec<u8> {
    serde_json::to_vec(object)
        .expect("writing JSON to memory fails for maps with keys that are no strings only, and there are none")
}

/// `Deserialize` of every data type.
#[doc(hidden)]
pub fn deserialize<'de, T: DataType, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let context = Context::new(T::TYPE.registry(), Options::default());
    let decoded = ObjectSeed::new(&context, T::TYPE).deserialize(deserializer);
    decoded.map(T::wrap).map_err(|error| {
        let described = context.into_error(&error);
        serde::de::Error::custom(described)
    })
}
