//! References to tasks.

use std::fmt;
use std::marker::PhantomData;

use crate::reference::ManagedObjectReference;

/// The reference of a task whose result is a `T`.
pub struct TaskRef<T> {
    reference: ManagedObjectReference,
    result: PhantomData<fn() -> T>,
}

impl<T> TaskRef<T> {
    /// The task with a reference. That its result is a `T` is the caller's word.
    pub fn new(reference: ManagedObjectReference) -> Self {
        Self { reference, result: PhantomData }
    }

    /// The reference of the task.
    pub fn as_untyped(&self) -> &ManagedObjectReference {
        &self.reference
    }
}

impl<T> Clone for TaskRef<T> {
    fn clone(&self) -> Self {
        Self::new(self.reference.clone())
    }
}

impl<T> PartialEq for TaskRef<T> {
    fn eq(&self, other: &Self) -> bool {
        self.reference == other.reference
    }
}

impl<T> Eq for TaskRef<T> {}

impl<T> fmt::Debug for TaskRef<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.reference, f)
    }
}
