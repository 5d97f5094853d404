//! The value of a member.

use bytemuck::TransparentWrapperAlloc;

use crate::any::Any;
use crate::data_type::DataType;
use crate::date_time::DateTime;
use crate::elements::Elements;
use crate::object::Object;
use crate::reference::{ManagedObjectReference, Ref};
use crate::secret::Secret;
use crate::text::Text;

/// The value of a member of an [`Object`], an argument, or the result of an operation.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// A boolean.
    Boolean(bool),
    /// A byte, short, int or long.
    Integer(i64),
    /// A float.
    Float(f32),
    /// A double.
    Double(f64),
    /// A string, or the text of an enum value.
    String(Text),
    /// A string that must not be shown.
    Secret(Box<Secret>),
    /// A point in time.
    DateTime(DateTime),
    /// Bytes; base64 on the wire.
    Binary(Box<[u8]>),
    /// A reference to a managed object.
    Reference(Box<ManagedObjectReference>),
    /// A data object or a fault.
    Object(Object),
    /// Anything.
    Any(Box<Any>),
    /// An array.
    List(List),
}

/// The elements of an array: all of one kind.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum List {
    /// Booleans.
    Booleans(Elements<bool>),
    /// Bytes: an array of small integers on the wire, unlike [`Binaries`](Self::Binaries).
    Bytes(Elements<i8>),
    /// Shorts.
    Shorts(Elements<i16>),
    /// Ints.
    Ints(Elements<i32>),
    /// Longs.
    Longs(Elements<i64>),
    /// Floats.
    Floats(Elements<f32>),
    /// Doubles.
    Doubles(Elements<f64>),
    /// Strings, or texts of enum values.
    Strings(Elements<Text>),
    /// Strings that must not be shown.
    Secrets(Elements<Secret>),
    /// Points in time.
    DateTimes(Elements<DateTime>),
    /// Byte strings; each base64 on the wire.
    Binaries(Elements<Vec<u8>>),
    /// References to managed objects.
    References(Elements<ManagedObjectReference>),
    /// Data objects or faults.
    Objects(Elements<Object>),
    /// Anything.
    Anys(Elements<Any>),
}

impl List {
    /// Number of elements.
    pub fn len(&self) -> usize {
        match self {
            List::Booleans(items) => items.len(),
            List::Bytes(items) => items.len(),
            List::Shorts(items) => items.len(),
            List::Ints(items) => items.len(),
            List::Longs(items) => items.len(),
            List::Floats(items) => items.len(),
            List::Doubles(items) => items.len(),
            List::Strings(items) => items.len(),
            List::Secrets(items) => items.len(),
            List::DateTimes(items) => items.len(),
            List::Binaries(items) => items.len(),
            List::References(items) => items.len(),
            List::Objects(items) => items.len(),
            List::Anys(items) => items.len(),
        }
    }

    /// Whether there are no elements.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// What an array can hold.
pub trait Element: Sized {
    /// The elements as a list.
    fn into_list(items: Vec<Self>) -> List;

    /// The elements of a list; the list itself if it holds something else.
    ///
    /// # Errors
    ///
    /// Gives the list back if its elements are of another kind.
    fn from_list(list: List) -> Result<Vec<Self>, List>;
}

/// `From` for [`Value`], and [`Element`], for a type that a variant of each holds as it is.
macro_rules! element {
    ($ty:ty, $list:ident, |$value:ident| $from:expr) => {
        impl From<$ty> for Value {
            fn from($value: $ty) -> Self {
                $from
            }
        }

        impl Element for $ty {
            fn into_list(items: Vec<Self>) -> List {
                List::$list(items.into())
            }

            fn from_list(list: List) -> Result<Vec<Self>, List> {
                match list {
                    List::$list(items) => Ok(items.into()),
                    other => Err(other),
                }
            }
        }
    };
}

element!(bool, Booleans, |value| Value::Boolean(value));
element!(i8, Bytes, |value| Value::Integer(value.into()));
element!(i16, Shorts, |value| Value::Integer(value.into()));
element!(i32, Ints, |value| Value::Integer(value.into()));
element!(i64, Longs, |value| Value::Integer(value));
element!(f32, Floats, |value| Value::Float(value));
element!(f64, Doubles, |value| Value::Double(value));
element!(Text, Strings, |value| Value::String(value));
element!(Secret, Secrets, |value| Value::Secret(Box::new(value)));
element!(DateTime, DateTimes, |value| Value::DateTime(value));
element!(Vec<u8>, Binaries, |value| Value::Binary(value.into()));
element!(ManagedObjectReference, References, |value| Value::Reference(Box::new(value)));
element!(Any, Anys, |value| Value::Any(Box::new(value)));
element!(Object, Objects, |value| Value::Object(value));

impl From<String> for Value {
    fn from(value: String) -> Self {
        Value::String(value.into())
    }
}

impl Element for String {
    fn into_list(items: Vec<Self>) -> List {
        List::Strings(items.into_iter().map(Text::from).collect())
    }

    fn from_list(list: List) -> Result<Vec<Self>, List> {
        Text::from_list(list).map(|items| items.into_iter().map(String::from).collect())
    }
}

impl<M> From<Ref<M>> for Value {
    fn from(value: Ref<M>) -> Self {
        Value::from(value.into_untyped())
    }
}

impl<M> Element for Ref<M> {
    fn into_list(items: Vec<Self>) -> List {
        List::References(Ref::peel_vec(items).into())
    }

    fn from_list(list: List) -> Result<Vec<Self>, List> {
        ManagedObjectReference::from_list(list).map(Ref::wrap_vec)
    }
}

impl<T: DataType> From<T> for Value {
    fn from(value: T) -> Self {
        Value::from(T::peel(value))
    }
}

impl<T: DataType> Element for T {
    fn into_list(items: Vec<Self>) -> List {
        List::Objects(T::peel_vec(items).into())
    }

    fn from_list(list: List) -> Result<Vec<Self>, List> {
        match list {
            List::Objects(items) if items.iter().all(Object::is::<T>) => Ok(T::wrap_vec(items.into())),
            other => Err(other),
        }
    }
}

impl From<List> for Value {
    fn from(list: List) -> Self {
        Value::List(list)
    }
}

/// The strings of an array.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Strings<'a>(pub(crate) &'a [Text]);

impl<'a> Strings<'a> {
    /// Number of strings.
    pub fn len(self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// The string at an index.
    pub fn get(self, index: usize) -> Option<&'a str> {
        self.0.get(index).map(Text::as_str)
    }

    /// Whether one of them is `text`.
    pub fn contains(self, text: &str) -> bool {
        self.0.iter().any(|string| string == text)
    }

    /// The strings, one by one.
    pub fn iter(self) -> impl ExactSizeIterator<Item = &'a str> + DoubleEndedIterator {
        self.0.iter().map(Text::as_str)
    }
}

impl std::fmt::Debug for Strings<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl<'a> IntoIterator for Strings<'a> {
    type Item = &'a str;
    type IntoIter = std::iter::Map<std::slice::Iter<'a, Text>, fn(&'a Text) -> &'a str>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter().map(Text::as_str)
    }
}

impl<const N: usize> PartialEq<[&str; N]> for Strings<'_> {
    fn eq(&self, other: &[&str; N]) -> bool {
        self.0 == other
    }
}

impl PartialEq<[&str]> for Strings<'_> {
    fn eq(&self, other: &[&str]) -> bool {
        self.0 == other
    }
}
