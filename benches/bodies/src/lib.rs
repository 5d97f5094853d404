//! Bodies of replies that the benchmarks of vim25 and its peers decode, and the calls of our codec that are measured.
//!
//! All bodies are the same in every run and on every machine, so that counts made with them can be compared.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may panic"))]

pub mod codec;
mod fixture;
mod inventory;
mod reshape;
mod tree;

pub use self::fixture::big;
pub use self::inventory::virtual_machines;
pub use self::reshape::{Order, reorder, sized};
pub use self::tree::count_objects;
