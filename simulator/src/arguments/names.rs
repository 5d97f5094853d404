//! Whether objects in arguments say their types, and whether there are members that their types lack.
//!
//! What was decoded does not tell an object that is of its declared type from one that does not say so, so the text is
//! read once more beside it. Nothing is kept of it, and it is not done where there are no objects.

use std::cell::RefCell;
use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use vim25_api::REGISTRY;
use vim25_api::types::InvalidArgument;
use vim25_runtime::{Any, List, Object, TypeInfo, Value};

use super::{below, element};
use crate::fault::{Failure, fault, invalid_argument};
use crate::settings::Strictness;

const TYPE_NAME: &str = "_typeName";

/// The members of a reference.
const REFERENCE: [&str; 3] = [TYPE_NAME, "type", "value"];

/// Checks arguments that were decoded from a text.
pub(super) fn check(arguments: &Object, json: &[u8], strictness: Strictness) -> Result<(), Failure> {
    let is_strict = strictness == Strictness::Vcenter;
    if let Some(name) = arguments.unknown().keys().next().filter(|_| is_strict) {
        return Err(invalid_argument(name, "there is no such member"));
    }
    if !arguments.members().any(|(_, value)| !matches!(Beside::of(value), Beside::Nothing)) {
        return Ok(());
    }
    let problem = RefCell::new(None);
    let walk = Walk { beside: Beside::Arguments(arguments), path: String::new(), is_strict, problem: &problem };
    let walked = walk.deserialize(&mut serde_json::Deserializer::from_slice(json));
    match problem.into_inner() {
        Some(failure) => Err(failure),
        None => walked.map_err(|error| invalid_argument("$", &error.to_string())),
    }
}

/// What was decoded from the value that is being read.
#[derive(Clone, Copy)]
enum Beside<'a> {
    Arguments(&'a Object),
    Object(&'a Object, Declared),
    Any(&'a Any),
    Objects(&'a [Object]),
    Anys(&'a [Any]),
    Reference,
    References,
    Nothing,
}

/// Whether the place of an object says what type it is of.
#[derive(Clone, Copy, PartialEq)]
enum Declared {
    Yes,
    No,
}

impl<'a> Beside<'a> {
    fn of(value: &'a Value) -> Self {
        match value {
            Value::Object(object) => Beside::Object(object, Declared::Yes),
            Value::Any(any) => Beside::Any(any),
            Value::Reference(_) => Beside::Reference,
            Value::List(list) => Beside::of_list(list),
            _ => Beside::Nothing,
        }
    }

    fn of_list(list: &'a List) -> Self {
        match list {
            List::Objects(objects) => Beside::Objects(objects),
            List::Anys(anys) => Beside::Anys(anys),
            List::References(_) => Beside::References,
            _ => Beside::Nothing,
        }
    }

    /// The element of an array.
    fn element(self, index: usize) -> Self {
        match self {
            Beside::Objects(objects) => {
                objects.get(index).map_or(Beside::Nothing, |object| Beside::Object(object, Declared::Yes))
            }
            Beside::Anys(anys) => anys.get(index).map_or(Beside::Nothing, Beside::Any),
            Beside::References => Beside::Reference,
            _ => Beside::Nothing,
        }
    }
}

/// Reads a value beside what was decoded from it.
struct Walk<'a> {
    beside: Beside<'a>,
    path: String,
    is_strict: bool,
    problem: &'a RefCell<Option<Failure>>,
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match self.beside {
            Beside::Nothing => deserializer.deserialize_ignored_any(IgnoredAny).map(drop),
            _ => deserializer.deserialize_any(self),
        }
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("what was decoded before")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let mut index = 0;
        let walk = |index| self.inner(self.beside.element(index), element(&self.path, index));
        while seq.next_element_seed(walk(index))?.is_some() {
            index += 1;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        match self.beside {
            Beside::Arguments(object) => self.members(object, map).map(drop),
            Beside::Object(object, declared) => self.object(object, declared, map),
            Beside::Any(Any::Object(object)) => self.object(object, Declared::No, map),
            Beside::Any(Any::Array(array)) => self.array(&array.list, map),
            Beside::Reference => self.reference(map),
            _ => IgnoredAny.visit_map(map).map(drop),
        }
    }
}

/// What was met among the members of an object.
#[derive(Default)]
struct Met {
    type_name: Option<String>,
    /// The first member that the type lacks.
    unknown: Option<String>,
    /// The first member that a reference lacks.
    no_reference: Option<String>,
}

impl<'a> Walk<'a> {
    fn inner(&self, beside: Beside<'a>, path: String) -> Walk<'a> {
        Walk { beside, path, is_strict: self.is_strict, problem: self.problem }
    }

    fn fail<T, E: Error>(&self, failure: Failure) -> Result<T, E> {
        self.problem.replace(Some(failure));
        Err(E::custom("the arguments are wrong"))
    }

    /// An object is judged after what is in it, so the innermost problem is the one that is told.
    fn object<'de, A: MapAccess<'de>>(&self, object: &'a Object, declared: Declared, map: A) -> Result<(), A::Error> {
        let met = self.members(object, map)?;
        let ty = object.type_info();
        match met.type_name {
            Some(name) if name != ty.name() => {
                return self.fail(invalid_argument(&self.path, "its `_typeName` is no type of this release"));
            }
            None if self.is_strict || declared == Declared::No || has_subtypes(ty) => {
                return self.fail(unnamed(&self.path, met.no_reference.as_deref()));
            }
            _ => {}
        }
        match met.unknown.filter(|_| self.is_strict) {
            Some(name) => self.fail(invalid_argument(&below(&self.path, &name), "there is no such member")),
            None => Ok(()),
        }
    }

    fn members<'de, A: MapAccess<'de>>(&self, object: &'a Object, mut map: A) -> Result<Met, A::Error> {
        let ty = object.type_info();
        let (mut met, mut hint) = (Met::default(), 0);
        while let Some(name) = map.next_key::<String>()? {
            if name == TYPE_NAME {
                met.type_name = Some(map.next_value()?);
                continue;
            }
            if met.no_reference.is_none() && !REFERENCE.contains(&name.as_str()) {
                met.no_reference = Some(name.clone());
            }
            let Some(index) = ty.index_of(&name, hint) else {
                map.next_value::<IgnoredAny>()?;
                met.unknown.get_or_insert(name);
                continue;
            };
            hint = index + 1;
            let beside = object.member(&name).map_or(Beside::Nothing, Beside::of);
            match beside {
                Beside::Nothing => map.next_value::<IgnoredAny>().map(drop)?,
                _ => map.next_value_seed(self.inner(beside, below(&self.path, &name)))?,
            }
        }
        Ok(met)
    }

    /// The box of an array.
    fn array<'de, A: MapAccess<'de>>(&self, list: &'a List, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            if name == "_value" {
                map.next_value_seed(self.inner(Beside::of_list(list), self.path.clone()))?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    fn reference<'de, A: MapAccess<'de>>(&self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            map.next_value::<IgnoredAny>()?;
            if self.is_strict && !REFERENCE.contains(&name.as_str()) {
                return self.fail(invalid_argument(&below(&self.path, &name), "there is no such member"));
            }
        }
        Ok(())
    }
}

/// Whether there is more than one type that an object of a declared type can be of.
fn has_subtypes(ty: &'static TypeInfo) -> bool {
    REGISTRY.types.iter().any(|other| other.parent().is_some_and(|parent| std::ptr::eq(parent, ty)))
}

/// A vCenter takes an object that does not say its type for a reference, and complains about what a reference lacks.
fn unnamed(path: &str, no_reference: Option<&str>) -> Failure {
    let problem = "the object does not say its `_typeName`";
    let Some(name) = no_reference else { return invalid_argument(path, problem) };
    let mut invalid = InvalidArgument::new();
    invalid.set_invalid_property(path);
    fault(invalid, format!("Invalid MoRef field: {name} (`{path}`: {problem})"))
}
