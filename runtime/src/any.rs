//! Values of any type.

use crate::data_type::DataType;
use crate::date_time::DateTime;
use crate::enumeration::Enumeration;
use crate::object::Object;
use crate::reference::{ManagedObjectReference, Ref};
use crate::text::Text;
use crate::value::{Element, List, Value};

/// A value of any type: a property, an option, the result of a task.
///
/// On the wire scalars, enum values and arrays stand in a box (`{"_typeName":"int","_value":4}`), data objects and
/// references stand as they are. None of this is visible here.
///
/// ```
/// use vim25_runtime::Any;
///
/// let size = Any::from("4096");
/// assert_eq!(size.as_i64().or_else(|| size.as_str()?.parse().ok()), Some(4096));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Any {
    /// `boolean`.
    Boolean(bool),
    /// `byte`.
    Byte(i8),
    /// `short`.
    Short(i16),
    /// `int`.
    Int(i32),
    /// `long`.
    Long(i64),
    /// `float`.
    Float(f32),
    /// `double`.
    Double(f64),
    /// `string`.
    String(Text),
    /// `dateTime`.
    DateTime(DateTime),
    /// `base64Binary`.
    Binary(Vec<u8>),
    /// A string of a kind of its own: `anyURI`, `TypeName`, `PropertyPath`, `MethodName`, or the value of an enum.
    Named(NamedText),
    /// A reference to a managed object.
    Reference(ManagedObjectReference),
    /// A data object or a fault.
    Object(Object),
    /// An array.
    Array(Array),
}

/// A text with the name of its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedText {
    /// The `_typeName`: `anyURI`, `TypeName`, `PropertyPath`, `MethodName`, or the name of an enum.
    pub type_name: Text,
    /// The text.
    pub text: Text,
}

/// An array with the name of its type.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    /// The `_typeName`: `ArrayOf` and the name of the element's type.
    pub type_name: Text,
    /// The elements.
    pub list: List,
}

impl Any {
    /// The `_typeName` on the wire.
    pub fn type_name(&self) -> &str {
        match self {
            Any::Boolean(_) => "boolean",
            Any::Byte(_) => "byte",
            Any::Short(_) => "short",
            Any::Int(_) => "int",
            Any::Long(_) => "long",
            Any::Float(_) => "float",
            Any::Double(_) => "double",
            Any::String(_) => "string",
            Any::DateTime(_) => "dateTime",
            Any::Binary(_) => "base64Binary",
            Any::Named(named) => &named.type_name,
            Any::Reference(_) => "ManagedObjectReference",
            Any::Object(object) => object.type_name(),
            Any::Array(array) => &array.type_name,
        }
    }

    /// The value as it stands where its type is declared: without the box.
    pub fn into_value(self) -> Value {
        match self {
            Any::Boolean(value) => value.into(),
            Any::Byte(value) => value.into(),
            Any::Short(value) => value.into(),
            Any::Int(value) => value.into(),
            Any::Long(value) => value.into(),
            Any::Float(value) => value.into(),
            Any::Double(value) => value.into(),
            Any::String(value) => value.into(),
            Any::DateTime(value) => value.into(),
            Any::Binary(value) => value.into(),
            Any::Named(named) => named.text.into(),
            Any::Reference(value) => value.into(),
            Any::Object(value) => value.into(),
            Any::Array(array) => array.list.into(),
        }
    }

    /// The value of a boolean.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Any::Boolean(value) => Some(*value),
            _ => None,
        }
    }

    /// The value of an integer of any width.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Any::Byte(value) => Some((*value).into()),
            Any::Short(value) => Some((*value).into()),
            Any::Int(value) => Some((*value).into()),
            Any::Long(value) => Some(*value),
            _ => None,
        }
    }

    /// The value of a float or double.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Any::Float(value) => Some((*value).into()),
            Any::Double(value) => Some(*value),
            _ => None,
        }
    }

    /// The text of a string, of an enum value, of a date-time.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Any::String(text) => Some(text),
            Any::Named(named) => Some(&named.text),
            Any::DateTime(time) => Some(time.as_str()),
            _ => None,
        }
    }

    /// The point in time of a date-time.
    pub fn as_date_time(&self) -> Option<&DateTime> {
        match self {
            Any::DateTime(time) => Some(time),
            _ => None,
        }
    }

    /// The bytes of a binary.
    pub fn as_binary(&self) -> Option<&[u8]> {
        match self {
            Any::Binary(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The value of an enum.
    pub fn as_enum<E: Enumeration>(&self) -> Option<E> {
        match self {
            Any::Named(named) if named.type_name == E::INFO.name => Some(E::from_text(&named.text)),
            _ => None,
        }
    }

    /// The reference to a managed object.
    pub fn as_reference(&self) -> Option<&ManagedObjectReference> {
        match self {
            Any::Reference(reference) => Some(reference),
            _ => None,
        }
    }

    /// The data object or fault.
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Any::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The elements of an array.
    pub fn as_list(&self) -> Option<&List> {
        match self {
            Any::Array(array) => Some(&array.list),
            _ => None,
        }
    }

    /// Whether it is a data object or a fault of a type or any descendant.
    pub fn is<T: DataType>(&self) -> bool {
        self.as_object().is_some_and(Object::is::<T>)
    }

    /// The data object or fault, if it is of a type or any descendant.
    pub fn downcast_ref<T: DataType>(&self) -> Option<&T> {
        self.as_object()?.downcast_ref()
    }
}

/// The name of the array of a type: the document has two irregular ones.
fn array_name(item: &str) -> Text {
    match item {
        "dateTime" => Text::from_static("ArrayOfDateTime"),
        "base64Binary" => Text::from_static("ArrayOfBase64Binary"),
        name => {
            let (first, rest) = name.split_at_checked(1).unwrap_or_default();
            Text::from(format!("ArrayOf{}{rest}", first.to_ascii_uppercase()))
        }
    }
}

/// `From` for a scalar and for its arrays.
macro_rules! scalar {
    ($ty:ty, $name:literal, |$value:ident| $from:expr) => {
        impl From<$ty> for Any {
            fn from($value: $ty) -> Self {
                $from
            }
        }

        impl From<Vec<$ty>> for Any {
            fn from(items: Vec<$ty>) -> Self {
                Any::Array(Array { type_name: array_name($name), list: <$ty>::into_list(items) })
            }
        }
    };
}

scalar!(bool, "boolean", |value| Any::Boolean(value));
scalar!(i8, "byte", |value| Any::Byte(value));
scalar!(i16, "short", |value| Any::Short(value));
scalar!(i32, "int", |value| Any::Int(value));
scalar!(i64, "long", |value| Any::Long(value));
scalar!(f32, "float", |value| Any::Float(value));
scalar!(f64, "double", |value| Any::Double(value));
scalar!(String, "string", |value| Any::String(value.into()));
scalar!(Text, "string", |value| Any::String(value));
scalar!(DateTime, "dateTime", |value| Any::DateTime(value));
scalar!(ManagedObjectReference, "ManagedObjectReference", |value| Any::Reference(value));

impl From<&str> for Any {
    fn from(value: &str) -> Self {
        Any::String(value.into())
    }
}

impl From<Vec<u8>> for Any {
    fn from(value: Vec<u8>) -> Self {
        Any::Binary(value)
    }
}

impl<M> From<Ref<M>> for Any {
    fn from(value: Ref<M>) -> Self {
        Any::Reference(value.into_untyped())
    }
}

impl<M> From<Vec<Ref<M>>> for Any {
    fn from(items: Vec<Ref<M>>) -> Self {
        Any::Array(Array { type_name: array_name("ManagedObjectReference"), list: Ref::into_list(items) })
    }
}

impl From<Object> for Any {
    fn from(value: Object) -> Self {
        Any::Object(value)
    }
}

impl<T: DataType> From<T> for Any {
    fn from(value: T) -> Self {
        Any::Object(T::peel(value))
    }
}

impl<T: DataType> From<Vec<T>> for Any {
    /// The array is named for `T`, also if all elements are of a subtype.
    fn from(items: Vec<T>) -> Self {
        Any::Array(Array { type_name: array_name(T::TYPE.name()), list: T::into_list(items) })
    }
}

impl From<&Any> for Any {
    fn from(value: &Any) -> Self {
        value.clone()
    }
}
