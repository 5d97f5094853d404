//! Reads all of a body and keeps nothing: what a tokenizer costs alone, if everything is visited by `deserialize_any`.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// The number of scalars and keys that were visited.
pub struct Walk(pub u64);

impl<'de> Deserialize<'de> for Walk {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WalkVisitor)
    }
}

/// A key: its length is looked at, so that it is not skipped.
struct Key(u64);

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(WalkVisitor).map(|walk| Key(walk.0))
    }
}

struct WalkVisitor;

impl<'de> Visitor<'de> for WalkVisitor {
    type Value = Walk;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Walk, E> {
        Ok(Walk(1))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Walk, E> {
        Ok(Walk(1))
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Walk, E> {
        Ok(Walk(1))
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Walk, E> {
        Ok(Walk(1))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Walk, E> {
        Ok(Walk(1))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Walk, E> {
        Ok(Walk(1 + u64::from(text.is_empty())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Walk, A::Error> {
        let mut count = 0;
        while let Some(Walk(item)) = seq.next_element()? {
            count += item;
        }
        Ok(Walk(count))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Walk, A::Error> {
        let mut count = 0;
        while let Some((Key(key), Walk(value))) = map.next_entry()? {
            count += key + value;
        }
        Ok(Walk(count))
    }
}
