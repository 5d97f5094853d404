//! The uniform object behind every data type.

mod access;
mod check;

use std::fmt;
use std::sync::LazyLock;

pub use self::check::MAX_DEPTH;
use crate::data_type::DataType;
use crate::secret::MASK;
use crate::type_info::{Field, TypeInfo};
use crate::value::{List, Value};

/// JSON members that no type is known for.
pub type JsonMap = serde_json::Map<String, serde_json::Value>;

/// A data object, a fault, or the arguments of an operation: a type and the values of its members.
///
/// Generated types such as `UserSession` are views of it. It compares, clones, shows, decodes and encodes itself by
/// the table of its type, and keeps what the table does not know: a newer type name, newer members.
#[derive(Clone)]
pub struct Object {
    ty: &'static TypeInfo,
    /// By index of the member; shorter than the type's members if the last ones are absent.
    slots: Vec<Option<Value>>,
    extra: Option<Box<Extra>>,
}

/// What the type of an object does not know.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Extra {
    /// The `_typeName`, if it is not that of the type.
    pub(crate) type_name: Option<String>,
    /// Members that the type does not have.
    pub(crate) unknown: JsonMap,
    /// How a fault that is a member of something was wrapped.
    pub(crate) form: FaultForm,
}

/// The two forms in which a fault stands as a member (`TaskInfo.error`), kept so that it is written as it was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum FaultForm {
    /// As its type says.
    #[default]
    Declared,
    /// A fault in a `LocalizedMethodFault`, where the document has the fault alone.
    Wrapped {
        /// `localizedMessage`.
        message: Option<String>,
        /// Other members of the wrapper.
        unknown: JsonMap,
    },
    /// A fault alone, where the document has a `LocalizedMethodFault`.
    Flattened,
}

impl Object {
    /// An object of a type, without members.
    pub const fn new(ty: &'static TypeInfo) -> Self {
        Self { ty, slots: Vec::new(), extra: None }
    }

    pub(crate) fn from_parts(ty: &'static TypeInfo, slots: Vec<Option<Value>>, extra: Extra) -> Self {
        let extra = (extra != Extra::default()).then(|| Box::new(extra));
        Self { ty, slots, extra }
    }

    /// The type: the nearest one that this version of the crate knows.
    pub fn type_info(&self) -> &'static TypeInfo {
        self.ty
    }

    /// The `_typeName` on the wire, which may be of a type that this version of the crate does not know.
    pub fn type_name(&self) -> &str {
        self.extra().and_then(|extra| extra.type_name.as_deref()).unwrap_or(self.ty.name())
    }

    /// Whether the object is of a type or any descendant of it.
    pub fn is<T: DataType>(&self) -> bool {
        self.ty.is_a(T::TYPE)
    }

    /// The object as a type, if it is of that type or any descendant.
    pub fn downcast_ref<T: DataType>(&self) -> Option<&T> {
        self.is::<T>().then(|| T::wrap_ref(self))
    }

    /// The object as a type, if it is of that type or any descendant.
    pub fn downcast_mut<T: DataType>(&mut self) -> Option<&mut T> {
        if self.is::<T>() { Some(T::wrap_mut(self)) } else { None }
    }

    /// The members that the type does not have, as the server sent them.
    pub fn unknown(&self) -> &JsonMap {
        static NONE: LazyLock<JsonMap> = LazyLock::new(JsonMap::new);
        self.extra().map_or(&NONE, |extra| &extra.unknown)
    }

    /// The members that the type does not have. They are sent after the known ones.
    pub fn unknown_mut(&mut self) -> &mut JsonMap {
        &mut self.extra.get_or_insert_default().unknown
    }

    /// The value of the member with a wire name, if the type has it and it is present.
    pub fn member(&self, name: &str) -> Option<&Value> {
        self.value(self.ty.index_of(name, 0)?)
    }

    /// The members that are present, in the order of the wire.
    pub fn members(&self) -> impl Iterator<Item = (&'static Field, &Value)> {
        self.ty.fields().zip(&self.slots).filter_map(|(field, slot)| Some((field, slot.as_ref()?)))
    }

    pub(crate) fn extra(&self) -> Option<&Extra> {
        self.extra.as_deref()
    }

    pub(crate) fn extra_mut(&mut self) -> &mut Extra {
        self.extra.get_or_insert_default()
    }

    fn present_slots(&self) -> &[Option<Value>] {
        let end = self.slots.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
        &self.slots[..end]
    }
}

impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.ty, other.ty)
            && self.present_slots() == other.present_slots()
            && self.type_name() == other.type_name()
            && self.unknown() == other.unknown()
    }
}

/// Shows wire names and present members; secrets are masked.
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
            shown.field(name, &format_args!("{value}"));
        }
        shown.finish()
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
