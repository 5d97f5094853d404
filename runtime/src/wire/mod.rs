//! The JSON of the wire.

mod any;
mod decode;
mod encode;
mod failure;
mod names;
mod object;
pub(crate) mod path;
mod reader;
mod reference;

use serde::de::Error;
use serde::{Deserialize, Deserializer};

use self::decode::{Decoder, Place};
use self::failure::Decoded;
use crate::data_type::DataType;
use crate::error::DecodeError;
use crate::object::Object;
use crate::release::Release;
use crate::type_info::{Item, Registry, TypeInfo};
use crate::value::Value;

pub(crate) const TYPE_NAME: &str = "_typeName";

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
    decode_by(json, registry.or_else(|| ty.registry()), options, |decoder| decoder.object(ty))
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
    decode_by(json, Some(registry), options, |decoder| decoder.value(Place { item, is_list }))
}

/// Encodes an object as JSON: `_typeName` first, then the members in the order of their declaration, then unknown ones.
///
/// Nothing is checked: see [`Object::check`].
pub fn encode(object: &Object) -> Vec<u8> {
    serde_json::to_vec(object)
        .expect("writing JSON to memory fails for maps with keys that are no strings only, and there are none")
}

/// Decodes a whole text.
fn decode_by<T>(
    json: &[u8],
    registry: Option<&'static Registry>,
    options: Options,
    value: impl for<'a> FnOnce(&mut Decoder<'a>) -> Decoded<T>,
) -> Result<T, DecodeError> {
    // What is no UTF-8 is read up to there: the place where it stops has a path.
    let text = std::str::from_utf8(json).or_else(|error| std::str::from_utf8(&json[..error.valid_up_to()]));
    let mut decoder = Decoder::new(text.unwrap_or_default(), registry, options);
    let decoded = value(&mut decoder);
    decoder.whole(decoded, json.len()).map_err(|failure| failure.into_error(json))
}

/// `Deserialize` of every data type, from any format. The values go through JSON, so that there is one decoder only:
/// [`decode`] is the fast way.
#[doc(hidden)]
pub fn deserialize<'de, T: DataType, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let json = serde_json::Value::deserialize(deserializer)?.to_string();
    let mut decoder = Decoder::new(&json, T::TYPE.registry(), Options::default());
    let decoded = decoder.object(T::TYPE).map(T::wrap);
    decoded.map_err(|failure| D::Error::custom(failure.into_error_without_place()))
}
