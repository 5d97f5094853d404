//! Results of operations as Rust types.

use crate::any::Any;
use crate::data_type::DataType;
use crate::date_time::DateTime;
use crate::reference::{ManagedObjectReference, Ref};
use crate::secret::Secret;
use crate::task::TaskRef;
use crate::text::Text;
use crate::value::{Element, Value};

/// The result of an operation as a Rust type.
pub trait FromValue: Sized + Send + 'static {
    /// The result, from its value; none if the value is unset or of another kind.
    fn from_value(value: Option<Value>) -> Option<Self>;

    /// The same from a value of any type, as the property collector sends the values of properties.
    fn from_any(any: Any) -> Option<Self> {
        Self::from_value(Some(any.into_value()))
    }
}

impl FromValue for () {
    fn from_value(_: Option<Value>) -> Option<Self> {
        Some(())
    }
}

macro_rules! from_value {
    ($ty:ty, $pattern:pat => $value:expr) => {
        impl FromValue for $ty {
            fn from_value(value: Option<Value>) -> Option<Self> {
                match value? {
                    $pattern => $value,
                    _ => None,
                }
            }
        }
    };
}

from_value!(bool, Value::Boolean(value) => Some(value));
from_value!(i8, Value::Integer(value) => value.try_into().ok());
from_value!(i16, Value::Integer(value) => value.try_into().ok());
from_value!(i32, Value::Integer(value) => value.try_into().ok());
from_value!(i64, Value::Integer(value) => Some(value));
from_value!(f32, Value::Float(value) => Some(value));
from_value!(f64, Value::Double(value) => Some(value));
from_value!(Text, Value::String(value) => Some(value));
from_value!(String, Value::String(value) => Some(value.into()));
from_value!(DateTime, Value::DateTime(value) => Some(value));
from_value!(Vec<u8>, Value::Binary(value) => Some(value.into()));
from_value!(ManagedObjectReference, Value::Reference(value) => Some(*value));

impl FromValue for Secret {
    fn from_value(value: Option<Value>) -> Option<Self> {
        match value? {
            Value::Secret(value) => Some(*value),
            _ => None,
        }
    }

    fn from_any(any: Any) -> Option<Self> {
        String::from_any(any).map(Secret::from)
    }
}

impl FromValue for Any {
    fn from_value(value: Option<Value>) -> Option<Self> {
        match value? {
            Value::Any(value) => Some(*value),
            _ => None,
        }
    }

    fn from_any(any: Any) -> Option<Self> {
        Some(any)
    }
}

impl<M: 'static> FromValue for Ref<M> {
    fn from_value(value: Option<Value>) -> Option<Self> {
        ManagedObjectReference::from_value(value).map(bytemuck::TransparentWrapper::wrap)
    }
}

impl<T: 'static> FromValue for TaskRef<T> {
    fn from_value(value: Option<Value>) -> Option<Self> {
        ManagedObjectReference::from_value(value).map(TaskRef::new)
    }
}

impl<T: DataType> FromValue for T {
    fn from_value(value: Option<Value>) -> Option<Self> {
        match value? {
            Value::Object(object) if object.is::<T>() => Some(T::wrap(object)),
            _ => None,
        }
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: Option<Value>) -> Option<Self> {
        match value {
            None => Some(None),
            value => T::from_value(value).map(Some),
        }
    }
}

impl<T: Element + Send + 'static> FromValue for Vec<T> {
    fn from_value(value: Option<Value>) -> Option<Self> {
        match value {
            None => Some(Vec::new()),
            Some(Value::List(list)) => T::from_list(list).ok(),
            Some(_) => None,
        }
    }
}
