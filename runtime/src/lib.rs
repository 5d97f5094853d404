//! The runtime of vim25: object model, JSON codec, faults and operations of the vSphere VI JSON API.
//!
//! Everything here is driven by tables: the generated crate holds one [`TypeInfo`] for each data type, one
//! [`EnumInfo`] for each enum and one [`OperationInfo`] for each operation, and thin typed views over [`Object`]. There
//! is one implementation each of decoding, encoding, comparing, showing and checking, and it is here.
//!
//! No HTTP stack is in this crate: a [`Transport`] brings one, and an [`Invoke`] (the client in `vim25`) carries out
//! calls with it.

mod any;
mod call;
mod data_type;
mod date_time;
mod elements;
mod enumeration;
mod error;
mod exchange;
mod fault;
mod from_value;
mod macros;
mod managed_object;
mod object;
mod operation;
mod property_path;
mod reference;
mod release;
mod secret;
mod task;
mod text;
mod transport;
mod type_info;
mod unexpected_reply;
mod value;
pub mod wire;

#[doc(hidden)]
pub extern crate alloc;
#[doc(hidden)]
pub use serde;

pub use self::any::{Any, Array, NamedText};
pub use self::call::{Call, Invoke};
pub use self::data_type::DataType;
pub use self::date_time::{DateTime, ParseDateTimeError};
pub use self::elements::Elements;
pub use self::enumeration::{Enumeration, UnknownValue};
pub use self::error::{CallSite, DecodeError, Error, RequestProblem, Result};
pub use self::exchange::Exchange;
pub use self::fault::Fault;
pub use self::from_value::FromValue;
pub use self::managed_object::{Extends, Handle, IntoRef, ManagedObject};
pub use self::object::{JsonMap, MAX_DEPTH, Object};
pub use self::operation::{OperationInfo, OperationKind, ResultInfo};
pub use self::property_path::{PathText, PropertyPath, PropertyProblem};
pub use self::reference::{ManagedObjectReference, Ref};
pub use self::release::{ParseReleaseError, Release};
pub use self::secret::Secret;
pub use self::task::{PendingQuestion, TaskRef, TaskSite};
pub use self::text::Text;
pub use self::transport::{BoxFuture, Transport, TransportError, TransportErrorKind};
pub use self::type_info::{EnumInfo, Field, Item, ManagedObjectInfo, Parent, Registry, TypeInfo};
pub use self::unexpected_reply::UnexpectedReply;
pub use self::value::{Element, List, Strings, Value};

/// A view of an object as one of its bases, or as itself.
#[doc(hidden)]
pub trait View {
    /// The view.
    fn view(object: &Object) -> &Self;

    /// The view, for changes.
    fn view_mut(object: &mut Object) -> &mut Self;
}

impl View for Object {
    fn view(object: &Object) -> &Self {
        object
    }

    fn view_mut(object: &mut Object) -> &mut Self {
        object
    }
}

impl<T: DataType> View for T {
    fn view(object: &Object) -> &Self {
        T::wrap_ref(object)
    }

    fn view_mut(object: &mut Object) -> &mut Self {
        T::wrap_mut(object)
    }
}

/// An object as one of its bases.
#[doc(hidden)]
pub fn upcast<T: DataType>(object: Object) -> T {
    T::wrap(object)
}
