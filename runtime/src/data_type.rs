//! Data types: typed views of an [`Object`].

use std::fmt;

use bytemuck::TransparentWrapper;

use crate::object::Object;
use crate::type_info::TypeInfo;

/// A data object or a fault of the API, such as `UserSession`. Implemented by the generated crate, by
/// [`data_type!`](crate::data_type).
///
/// A data type is a view of an [`Object`], to which it derefs by way of its bases. The object may be of any subtype:
/// a `&VirtualDevice` that came from a server is a `VirtualDisk` or a `VirtualCdrom`, as
/// [`is`](Object::is) and [`downcast_ref`](Object::downcast_ref) tell.
pub trait DataType:
    TransparentWrapper<Object> + Clone + Default + PartialEq + fmt::Debug + Send + Sync + 'static
{
    /// Name, base and members.
    const TYPE: &'static TypeInfo;

    /// What a getter lends for a required member that is absent.
    #[doc(hidden)]
    const EMPTY: &'static Object = &Object::new(Self::TYPE);

    /// The same object as a subtype.
    ///
    /// # Errors
    ///
    /// Gives the object back if it is not of that type.
    fn downcast<T: DataType>(self) -> Result<T, Self> {
        let object = Self::peel(self);
        if object.is::<T>() { Ok(T::wrap(object)) } else { Err(Self::wrap(object)) }
    }

    /// The object as such, without its static type.
    fn as_object(&self) -> &Object {
        Self::peel_ref(self)
    }

    /// The object as such, without its static type.
    fn into_object(self) -> Object {
        Self::peel(self)
    }
}
