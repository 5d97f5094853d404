//! What `Debug` shows of objects.

use std::fmt;

use serde_json::Value as Json;

use super::Object;
use crate::secret::MASK;
use crate::type_info::Registry;
use crate::value::{List, Value};
use crate::wire::TYPE_NAME;

/// Shows wire names and present members; secrets are masked, also those of known types in members that are not known.
impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct(self.type_name());
        for (field, value) in self.members() {
            if field.is_secret {
                shown.field(field.name, &format_args!("{MASK}"));
            } else {
                shown.field(field.name, &Shown(value));
            }
        }
        for (name, value) in self.unknown() {
            shown.field(name, &format_args!("{}", masked(value, self.ty.registry())));
        }
        shown.finish()
    }
}

/// JSON that no type is known for: objects in it may be of known types.
fn masked(json: &Json, registry: Option<&Registry>) -> Json {
    match json {
        Json::Array(items) => items.iter().map(|item| masked(item, registry)).collect(),
        Json::Object(members) => {
            let name = members.get(TYPE_NAME).and_then(Json::as_str);
            let ty = name.and_then(|name| registry?.find_type(name));
            let is_secret =
                |name: &str| ty.is_some_and(|ty| ty.fields().any(|field| field.is_secret && field.name == name));
            let show = |(name, value): (&String, &Json)| {
                let shown = if is_secret(name) { MASK.into() } else { masked(value, registry) };
                (name.clone(), shown)
            };
            members.iter().map(show).collect()
        }
        other => other.clone(),
    }
}

/// A value without the name of its variant.
struct Shown<'a>(&'a Value);

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown: &dyn fmt::Debug = match self.0 {
            Value::Boolean(value) => value,
            Value::Integer(value) => value,
            Value::Float(value) => value,
            Value::Double(value) => value,
            Value::String(value) => value,
            Value::Secret(value) => value,
            Value::DateTime(value) => value,
            Value::Binary(value) => return write!(f, "{} bytes", value.len()),
            Value::Reference(value) => value,
            Value::Object(value) => value,
            Value::Any(value) => value,
            Value::List(list) => list.as_debug(),
        };
        shown.fmt(f)
    }
}

impl List {
    fn as_debug(&self) -> &dyn fmt::Debug {
        match self {
            List::Booleans(items) => items,
            List::Bytes(items) => items,
            List::Shorts(items) => items,
            List::Ints(items) => items,
            List::Longs(items) => items,
            List::Floats(items) => items,
            List::Doubles(items) => items,
            List::Strings(items) => items,
            List::Secrets(items) => items,
            List::DateTimes(items) => items,
            List::Binaries(items) => items,
            List::References(items) => items,
            List::Objects(items) => items,
            List::Anys(items) => items,
        }
    }
}
