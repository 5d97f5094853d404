//! Managed objects: what the server keeps and clients call.

use std::fmt;
use std::sync::Arc;

use crate::call::Invoke;
use crate::reference::{ManagedObjectReference, Ref};

/// A type of managed object, such as `VirtualMachine`. Implemented by the generated crate.
pub trait ManagedObject: Clone + Send + Sync + 'static {
    /// The wire name.
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
