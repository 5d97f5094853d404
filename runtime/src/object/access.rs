//! Reading and writing members by index: what the getters and setters of the generated crate call.
//!
//! A getter never fails. An absent required member, possible in an object under construction and with lenient
//! decoding, reads as the empty value of its kind: `""`, `0`, `false`, an object without members.

use std::sync::LazyLock;

use bytemuck::TransparentWrapper;

use super::{Object, Slot};
use crate::any::Any;
use crate::data_type::DataType;
use crate::date_time::DateTime;
use crate::enumeration::Enumeration;
use crate::managed_object::IntoRef;
use crate::reference::{ManagedObjectReference, Ref};
use crate::secret::Secret;
use crate::type_info::Item;
use crate::value::{Element, List, Strings, Value};

/// The getters of a kind of scalar: required, optional, list.
macro_rules! scalar {
    ($ty:ty, $required:ident, $optional:ident, $list:ident, $List:ident, $pattern:pat => $value:expr) => {
        #[doc = concat!("A required `", stringify!($ty), "`.")]
        #[doc(hidden)]
        pub fn $required(&self, index: usize) -> $ty {
            self.$optional(index).unwrap_or_default()
        }

        #[doc = concat!("An optional `", stringify!($ty), "`.")]
        #[doc(hidden)]
        pub fn $optional(&self, index: usize) -> Option<$ty> {
            match self.value(index)? {
                $pattern => $value,
                _ => None,
            }
        }

        #[doc = concat!("A list of `", stringify!($ty), "`.")]
        #[doc(hidden)]
        pub fn $list(&self, index: usize) -> &[$ty] {
            match self.list(index) {
                Some(List::$List(items)) => items,
                _ => &[],
            }
        }
    };
}

/// The getters of a kind that is lent: required, optional, list.
macro_rules! lent {
    ($ty:ty, $empty:expr, $required:ident, $optional:ident, $list:ident, $List:ident, $Value:ident) => {
        #[doc = concat!("A required `", stringify!($ty), "`.")]
        #[doc(hidden)]
        pub fn $required(&self, index: usize) -> &$ty {
            static EMPTY: LazyLock<$ty> = LazyLock::new(|| $empty);
            self.$optional(index).unwrap_or(&EMPTY)
        }

        #[doc = concat!("An optional `", stringify!($ty), "`.")]
        #[doc(hidden)]
        pub fn $optional(&self, index: usize) -> Option<&$ty> {
            match self.value(index)? {
                Value::$Value(value) => Some(value),
                _ => None,
            }
        }

        #[doc = concat!("A list of `", stringify!($ty), "`.")]
        #[doc(hidden)]
        pub fn $list(&self, index: usize) -> &[$ty] {
            match self.list(index) {
                Some(List::$List(items)) => items,
                _ => &[],
            }
        }
    };
}

impl Object {
    /// The value at an index, if it is present.
    pub(crate) fn value(&self, index: usize) -> Option<&Value> {
        self.slots.get(index)?.value()
    }

    fn list(&self, index: usize) -> Option<&List> {
        match self.value(index)? {
            Value::List(list) => Some(list),
            _ => None,
        }
    }

    scalar!(bool, bool, opt_bool, bools, Booleans, Value::Boolean(value) => Some(*value));
    scalar!(i8, byte, opt_byte, bytes, Bytes, Value::Integer(value) => (*value).try_into().ok());
    scalar!(i16, short, opt_short, shorts, Shorts, Value::Integer(value) => (*value).try_into().ok());
    scalar!(i32, int, opt_int, ints, Ints, Value::Integer(value) => (*value).try_into().ok());
    scalar!(i64, long, opt_long, longs, Longs, Value::Integer(value) => Some(*value));
    scalar!(f32, float, opt_float, floats, Floats, Value::Float(value) => Some(*value));
    scalar!(f64, double, opt_double, doubles, Doubles, Value::Double(value) => Some(*value));
    lent!(Secret, Secret::default(), secret, opt_secret, secrets, Secrets, Secret);
    lent!(DateTime, DateTime::default(), date_time, opt_date_time, date_times, DateTimes, DateTime);
    lent!(Any, Any::from(""), any, opt_any, anys, Anys, Any);
    lent!(
        ManagedObjectReference,
        ManagedObjectReference::default(),
        untyped_reference,
        opt_untyped_reference,
        untyped_references,
        References,
        Reference
    );

    /// A required string.
    #[doc(hidden)]
    pub fn string(&self, index: usize) -> &str {
        self.opt_string(index).unwrap_or_default()
    }

    /// An optional string.
    #[doc(hidden)]
    pub fn opt_string(&self, index: usize) -> Option<&str> {
        match self.value(index)? {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// A list of strings.
    #[doc(hidden)]
    pub fn strings(&self, index: usize) -> Strings<'_> {
        match self.list(index) {
            Some(List::Strings(items)) => Strings(items),
            _ => Strings(&[]),
        }
    }

    /// Required bytes.
    #[doc(hidden)]
    pub fn binary(&self, index: usize) -> &[u8] {
        self.opt_binary(index).unwrap_or_default()
    }

    /// Optional bytes.
    #[doc(hidden)]
    pub fn opt_binary(&self, index: usize) -> Option<&[u8]> {
        match self.value(index)? {
            Value::Binary(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// A list of byte strings.
    #[doc(hidden)]
    pub fn binaries(&self, index: usize) -> &[Vec<u8>] {
        match self.list(index) {
            Some(List::Binaries(items)) => items,
            _ => &[],
        }
    }

    /// A required enum value.
    #[doc(hidden)]
    pub fn enumeration<E: Enumeration>(&self, index: usize) -> E {
        E::from_text(self.string(index))
    }

    /// An optional enum value.
    #[doc(hidden)]
    pub fn opt_enumeration<E: Enumeration>(&self, index: usize) -> Option<E> {
        self.opt_string(index).map(E::from_text)
    }

    /// A list of enum values.
    #[doc(hidden)]
    pub fn enumerations<E: Enumeration>(&self, index: usize) -> Vec<E> {
        self.strings(index).iter().map(E::from_text).collect()
    }

    /// A required reference.
    #[doc(hidden)]
    pub fn reference<M>(&self, index: usize) -> &Ref<M> {
        Ref::wrap_ref(self.untyped_reference(index))
    }

    /// An optional reference.
    #[doc(hidden)]
    pub fn opt_reference<M>(&self, index: usize) -> Option<&Ref<M>> {
        self.opt_untyped_reference(index).map(Ref::wrap_ref)
    }

    /// A list of references.
    #[doc(hidden)]
    pub fn references<M>(&self, index: usize) -> &[Ref<M>] {
        Ref::wrap_slice(self.untyped_references(index))
    }

    /// A required object.
    #[doc(hidden)]
    pub fn object<T: DataType>(&self, index: usize) -> &T {
        self.opt_object(index).unwrap_or_else(|| T::wrap_ref(T::EMPTY))
    }

    /// An optional object.
    #[doc(hidden)]
    pub fn opt_object<T: DataType>(&self, index: usize) -> Option<&T> {
        match self.value(index)? {
            Value::Object(object) => Some(T::wrap_ref(object)),
            _ => None,
        }
    }

    /// A list of objects.
    #[doc(hidden)]
    pub fn objects<T: DataType>(&self, index: usize) -> &[T] {
        match self.list(index) {
            Some(List::Objects(items)) => T::wrap_slice(items),
            _ => &[],
        }
    }

    /// Sets the value at an index.
    #[doc(hidden)]
    pub fn set<T: Into<Value>>(&mut self, index: usize, value: T) {
        self.set_value(index, value.into());
    }

    /// Sets the array at an index.
    #[doc(hidden)]
    pub fn set_list<T: Element>(&mut self, index: usize, values: impl IntoIterator<Item = impl Into<T>>) {
        let items: Vec<T> = values.into_iter().map(Into::into).collect();
        self.set_value(index, T::into_list(items).into());
    }

    /// Sets the array of references at an index.
    #[doc(hidden)]
    pub fn set_references<M>(&mut self, index: usize, values: impl IntoIterator<Item = impl IntoRef<M>>) {
        let items: Vec<Ref<M>> = values.into_iter().map(IntoRef::into_ref).collect();
        self.set_value(index, Ref::into_list(items).into());
    }

    fn set_value(&mut self, index: usize, value: Value) {
        *self.slot_mut(index) = Slot::Value(value);
    }

    /// Removes the member with a wire name and gives its value; nothing if it was absent or the type lacks it.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        let index = self.ty.index_of(name, 0)?;
        match std::mem::take(self.slots.get_mut(index)?) {
            Slot::Value(value) => Some(value),
            Slot::Absent | Slot::Extra(_) => None,
        }
    }

    /// Sets the member with a wire name.
    ///
    /// # Errors
    ///
    /// Gives the value back if the type has no such member, or if the value is of another kind.
    pub fn insert(&mut self, name: &str, value: impl Into<Value>) -> Result<(), Value> {
        let value = value.into();
        let Some(index) = self.ty.index_of(name, 0) else { return Err(value) };
        let fits = self.ty.field(index).is_some_and(|field| fits(field.item, field.is_list, &value));
        if !fits {
            return Err(value);
        }
        self.set_value(index, value);
        Ok(())
    }
}

/// Whether a value is of the kind that a member holds.
fn fits(item: Item, is_list: bool, value: &Value) -> bool {
    match (is_list, value) {
        (true, Value::List(list)) => {
            matches!(
                (item, list),
                (Item::Boolean, List::Booleans(_))
                    | (Item::Byte, List::Bytes(_))
                    | (Item::Short, List::Shorts(_))
                    | (Item::Int, List::Ints(_))
                    | (Item::Long, List::Longs(_))
                    | (Item::Float, List::Floats(_))
                    | (Item::Double, List::Doubles(_))
                    | (Item::String | Item::Enum(_), List::Strings(_))
                    | (Item::Secret, List::Secrets(_))
                    | (Item::DateTime, List::DateTimes(_))
                    | (Item::Binary, List::Binaries(_))
                    | (Item::Reference(_), List::References(_))
                    | (Item::Any, List::Anys(_))
            ) || matches!((item, list), (Item::Object(ty), List::Objects(items)) if items.iter().all(|item| item.ty.is_a(ty)))
        }
        (false, Value::Integer(number)) => match item {
            Item::Byte => i8::try_from(*number).is_ok(),
            Item::Short => i16::try_from(*number).is_ok(),
            Item::Int => i32::try_from(*number).is_ok(),
            Item::Long => true,
            _ => false,
        },
        (false, value) => {
            matches!(
                (item, value),
                (Item::Boolean, Value::Boolean(_))
                    | (Item::Float, Value::Float(_))
                    | (Item::Double, Value::Double(_))
                    | (Item::String | Item::Enum(_), Value::String(_))
                    | (Item::Secret, Value::Secret(_))
                    | (Item::DateTime, Value::DateTime(_))
                    | (Item::Binary, Value::Binary(_))
                    | (Item::Reference(_), Value::Reference(_))
                    | (Item::Any, Value::Any(_))
            ) || matches!((item, value), (Item::Object(ty), Value::Object(object)) if object.ty.is_a(ty))
        }
        (true, _) => false,
    }
}
