//! Managed objects: what the server keeps and clients call.

use std::fmt;
use std::sync::Arc;

use bytemuck::TransparentWrapper;

use crate::call::Invoke;
use crate::reference::{ManagedObjectReference, Ref};

/// A type of managed object, such as `VirtualMachine`. Implemented by the generated crate.
pub trait ManagedObject: Clone + Send + Sync + 'static {
    /// The wire name.
    ///
    /// For a type with a property `name`, `VirtualMachine::NAME` is the path to that; `<VirtualMachine as
    /// ManagedObject>::NAME` is this.
    const NAME: &'static str;

    /// The managed object behind a handle.
    fn from_handle(handle: Handle) -> Self;

    /// The handle: what carries out the calls, and the reference of the object.
    fn handle(&self) -> &Handle;

    /// The reference of the object.
    fn reference(&self) -> Ref<Self> {
        Ref::from(self)
    }
}

/// A type of managed object that is a `Base`, or derives from it: `VirtualMachine` is a `ManagedEntity`, and itself.
/// Implemented by the generated crate, by [`managed_object!`](crate::managed_object).
pub trait Extends<Base>: ManagedObject {}

/// What can be taken where a reference to a `Base` is expected: a reference, or a managed object, of `Base` or of a type
/// that derives from it.
pub trait IntoRef<Base> {
    /// The reference.
    fn into_ref(self) -> Ref<Base>;
}

impl<M: Extends<Base>, Base> IntoRef<Base> for Ref<M> {
    fn into_ref(self) -> Ref<Base> {
        Ref::wrap(self.into_untyped())
    }
}

impl<M: Extends<Base>, Base> IntoRef<Base> for &Ref<M> {
    fn into_ref(self) -> Ref<Base> {
        Ref::wrap(self.as_untyped().clone())
    }
}

impl<M: Extends<Base>, Base> IntoRef<Base> for &M {
    fn into_ref(self) -> Ref<Base> {
        Ref::wrap(self.handle().reference().clone())
    }
}

/// A managed object of a server: its reference, and what carries out calls of it.
#[derive(Clone)]
pub struct Handle {
    invoker: Arc<dyn Invoke>,
    reference: ManagedObjectReference,
}

impl Handle {
    /// The handle of an object whose calls `invoker` carries out.
    pub fn new(invoker: Arc<dyn Invoke>, reference: impl Into<ManagedObjectReference>) -> Self {
        Self { invoker, reference: reference.into() }
    }

    /// What carries out the calls.
    pub fn invoker(&self) -> &Arc<dyn Invoke> {
        &self.invoker
    }

    /// The reference of the object.
    pub fn reference(&self) -> &ManagedObjectReference {
        &self.reference
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.reference, f)
    }
}
