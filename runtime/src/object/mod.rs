//! The uniform object behind every data type.

mod access;
mod check;
mod show;

use std::sync::LazyLock;

use thin_vec::ThinVec;

pub use self::check::MAX_DEPTH;
use crate::data_type::DataType;
use crate::type_info::{Field, TypeInfo};
use crate::value::Value;

/// JSON members that no type is known for.
pub type JsonMap = serde_json::Map<String, serde_json::Value>;

/// A data object, a fault, or the arguments of an operation: a type and the values of its members.
///
/// Generated types such as `UserSession` are views of it. It compares, clones, shows, decodes and encodes itself by
/// the table of its type, and keeps what the table does not know: a newer type name, newer members.
#[derive(Clone)]
pub struct Object {
    ty: &'static TypeInfo,
    /// By index of the member; shorter than the type's members if the last ones are absent. What the type does not know
    /// has the slot after all members, so that an object is two words, and one allocation.
    slots: ThinVec<Slot>,
}

/// What an object holds at an index.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Slot {
    /// Nothing.
    #[default]
    Absent,
    /// The value of a member.
    Value(Value),
    /// What the type does not know.
    Extra(Box<Extra>),
}

impl Slot {
    fn value(&self) -> Option<&Value> {
        match self {
            Slot::Value(value) => Some(value),
            Slot::Absent | Slot::Extra(_) => None,
        }
    }
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
        Self { ty, slots: ThinVec::new() }
    }

    /// The same with room for some members.
    pub(crate) fn with_room(ty: &'static TypeInfo, members: usize) -> Self {
        Self { ty, slots: ThinVec::with_capacity(members) }
    }

    /// Puts a value at an index; false if there is one already.
    #[inline]
    pub(crate) fn put(&mut self, index: usize, value: Option<Value>) -> bool {
        let slot = value.map_or(Slot::Absent, Slot::Value);
        if index < self.slots.len() {
            return self.put_late(index, slot);
        }
        let gap = index - self.slots.len();
        if gap > 0 {
            self.slots.reserve(gap + 1);
            self.slots.extend(std::iter::repeat_with(Slot::default).take(gap));
        }
        self.slots.push(slot);
        true
    }

    #[cold]
    fn put_late(&mut self, index: usize, slot: Slot) -> bool {
        matches!(std::mem::replace(&mut self.slots[index], slot), Slot::Absent)
    }

    /// The number of slots that are in use.
    pub(crate) fn slot_count(&self) -> usize {
        self.slots.len()
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
        &mut self.extra_mut().unknown
    }

    /// The value of the member with a wire name, if the type has it and it is present.
    pub fn member(&self, name: &str) -> Option<&Value> {
        self.value(self.ty.index_of(name, 0)?)
    }

    /// The members that are present, in the order of the wire.
    pub fn members(&self) -> impl Iterator<Item = (&'static Field, &Value)> {
        self.ty.fields().zip(&self.slots).filter_map(|(field, slot)| Some((field, slot.value()?)))
    }

    pub(crate) fn extra(&self) -> Option<&Extra> {
        match self.slots.get(self.ty.field_count())? {
            Slot::Extra(extra) => Some(extra),
            Slot::Absent | Slot::Value(_) => None,
        }
    }

    pub(crate) fn extra_mut(&mut self) -> &mut Extra {
        let slot = self.slot_mut(self.ty.field_count());
        if !matches!(slot, Slot::Extra(_)) {
            *slot = Slot::Extra(Box::default());
        }
        match slot {
            Slot::Extra(extra) => extra,
            Slot::Absent | Slot::Value(_) => unreachable!("it was set above"),
        }
    }

    fn slot_mut(&mut self, index: usize) -> &mut Slot {
        if self.slots.len() <= index {
            let missing = index + 1 - self.slots.len();
            self.slots.extend(std::iter::repeat_with(Slot::default).take(missing));
        }
        &mut self.slots[index]
    }

    /// The values of the members, without those at the end that are absent.
    fn present_slots(&self) -> &[Slot] {
        let end = self.slots.iter().rposition(|slot| matches!(slot, Slot::Value(_))).map_or(0, |last| last + 1);
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
