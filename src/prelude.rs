//! What most programs need: `use vim25::prelude::*;`.

pub use crate::mo::*;
pub use crate::{
    Any, Call, Change, Client, DataType, DateTime, Enumeration, Error, ManagedObject, ManagedObjectReference, Progress,
    Prop, PropertyPath, Ref, Release, Secret,
};
