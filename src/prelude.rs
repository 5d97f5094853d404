//! What most programs need: `use vim25::prelude::*;`.

pub use crate::mo::*;
pub use crate::{
    Any, Call, Client, DataType, DateTime, Enumeration, Error, ManagedObject, ManagedObjectReference, PropertyPath,
    Ref, Release, Secret,
};
