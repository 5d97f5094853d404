//! Paths to properties.

use crate::from_value::FromValue;
use crate::managed_object::ManagedObject;

/// A path to a property of a managed object, or into one, such as `runtime.powerState` of a virtual machine, and the
/// type of what is there.
///
/// The generated crate has one for each property; what takes a path takes no other, so that a path that the API does not
/// have does not compile.
pub trait PropertyPath {
    /// The managed object, or a base of the managed objects, that has the property.
    type Object: ManagedObject;

    /// The type of the value, if it is set.
    type Value: FromValue;

    /// The path as it is on the wire.
    fn as_str(&self) -> &str;
}
