//! JSON objects → references.

use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, MapAccess, Visitor};

use super::decode::{Context, shortened};
use super::path::Segment;
use crate::object::JsonMap;
use crate::reference::ManagedObjectReference;

/// Decodes a `ManagedObjectReference`; its `_typeName` may be absent where the place declares one.
pub(super) struct ReferenceSeed<'a> {
    pub(super) context: &'a Context,
}

impl<'de> DeserializeSeed<'de> for ReferenceSeed<'_> {
    type Value = ManagedObjectReference;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ReferenceSeed<'_> {
    type Value = ManagedObjectReference;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ManagedObjectReference")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        visit(self.context, map)
    }
}

/// Decodes the members of a reference.
pub(super) fn visit<'de, A: MapAccess<'de>>(context: &Context, mut map: A) -> Result<ManagedObjectReference, A::Error> {
    let mut type_name = None;
    let mut value = None;
    let mut unknown = JsonMap::new();
    while let Some(key) = map.next_key::<String>()? {
        let segment = || Segment::Member(key.clone().into());
        match key.as_str() {
            "type" => type_name = Some(context.at(segment, map.next_value::<String>())?),
            "value" => value = Some(context.at(segment, map.next_value::<String>())?),
            "_typeName" => {
                let name = map.next_value::<String>().and_then(|name| match name.as_str() {
                    "ManagedObjectReference" => Ok(()),
                    other => {
                        Err(A::Error::custom(format_args!("`{}` is no `ManagedObjectReference`", shortened(other))))
                    }
                });
                context.at(segment, name)?;
            }
            _ => {
                let value = context.at(segment, map.next_value())?;
                unknown.insert(key, value);
            }
        }
    }
    let required = |name: &'static str, found: Option<String>| {
        let found = found.ok_or_else(|| A::Error::custom("the required member is absent"));
        context.at(|| Segment::Member(name.into()), found)
    };
    Ok(ManagedObjectReference {
        type_name: required("type", type_name)?,
        value: required("value", value)?,
        unknown: (!unknown.is_empty()).then(|| Box::new(unknown)),
    })
}
