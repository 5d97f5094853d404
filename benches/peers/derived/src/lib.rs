//! The types of the bodies as structs with serde's derives.

pub mod types;
