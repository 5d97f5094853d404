//! JSON texts that say the same in other ways.

use std::fmt::{self, Write as _};

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::choices::Choices;

/// A JSON text with the order of its members.
#[derive(Clone)]
pub(crate) enum Json {
    /// A number or a literal, as it is written.
    Bare(String),
    Text(String),
    Array(Vec<Json>),
    Object(Vec<(String, Json)>),
}

/// What a writer may do that changes nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    pub(crate) shuffles: bool,
    pub(crate) spaces: bool,
    pub(crate) escapes: bool,
}

impl Json {
    pub(crate) fn read(json: &[u8]) -> Self {
        serde_json::from_slice(json).expect("JSON")
    }

    /// Writes the same in another way.
    pub(crate) fn write(&self, choices: &mut Choices, style: Style) -> String {
        let mut writer = Writer { choices, style, out: String::new() };
        writer.space();
        writer.value(self);
        writer.space();
        writer.out
    }

    /// Gives some objects and boxes the names of types that nobody knows. References have the one name that there is.
    pub(crate) fn with_newer_types(self, choices: &mut Choices) -> Self {
        match self {
            Json::Array(items) => Json::Array(items.into_iter().map(|item| item.with_newer_types(choices)).collect()),
            Json::Object(members) => {
                let renamed = members.into_iter().map(|(name, value)| match value {
                    Json::Text(ty) if name == "_typeName" && ty != "ManagedObjectReference" && choices.one_in(3) => {
                        (name, Json::Text(format!("NeverHeardOf{ty}")))
                    }
                    value => (name, value.with_newer_types(choices)),
                });
                Json::Object(renamed.collect())
            }
            other => other,
        }
    }
}

struct Writer<'a> {
    choices: &'a mut Choices,
    style: Style,
    out: String,
}

impl Writer<'_> {
    fn value(&mut self, value: &Json) {
        match value {
            Json::Bare(bare) => self.out.push_str(bare),
            Json::Text(text) => self.text(text),
            Json::Array(items) => self.each('[', items, ']', Self::value),
            Json::Object(members) => {
                let mut members: Vec<_> = members.iter().collect();
                if self.style.shuffles {
                    for last in (1..members.len()).rev() {
                        members.swap(last, self.choices.below(last + 1));
                    }
                }
                self.each('{', &members, '}', |writer, (name, value)| {
                    writer.text(name);
                    writer.space();
                    writer.out.push(':');
                    writer.space();
                    writer.value(value);
                });
            }
        }
    }

    fn each<T>(&mut self, opening: char, items: &[T], closing: char, write: impl Fn(&mut Self, &T)) {
        self.out.push(opening);
        self.space();
        for (position, item) in items.iter().enumerate() {
            self.out.push_str(if position == 0 { "" } else { "," });
            self.space();
            write(self, item);
            self.space();
        }
        self.out.push(closing);
    }

    fn space(&mut self) {
        if self.style.spaces {
            self.out.push_str(self.choices.pick(&[" ", "", "\n", "\t", "\r\n", "        \n"]));
        }
    }

    fn text(&mut self, text: &str) {
        self.out.push('"');
        for character in text.chars() {
            let is_plain = character >= ' ' && character != '"' && character != '\\';
            if is_plain && !(self.style.escapes && self.choices.one_in(2)) {
                self.out.push(character);
                continue;
            }
            let is_lower = self.choices.one_in(2);
            for unit in character.encode_utf16(&mut [0; 2]) {
                let written =
                    if is_lower { write!(self.out, "\\u{unit:04x}") } else { write!(self.out, "\\u{unit:04X}") };
                written.expect("memory");
            }
        }
        self.out.push('"');
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyJson)
    }
}

struct AnyJson;

/// A number in the words of serde_json.
fn bare<E>(value: impl Into<serde_json::Value>) -> Result<Json, E> {
    Ok(Json::Bare(value.into().to_string()))
}

impl<'de> Visitor<'de> for AnyJson {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        bare(())
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        bare(value)
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        bare(value)
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        bare(value)
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        bare(value)
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Json::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Json::Object(members))
    }
}
