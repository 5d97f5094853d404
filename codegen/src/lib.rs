//! The generator of vim25: OpenAPI documents of the VI JSON API → a typed Rust crate. Pure; it touches no disk.
//!
//! ```text
//! read ─tree→ fix up ─Document→ lower ─Model→ overlay → analyse ─Facts→ plan ─Plan→ emit ─tokens→ format ─FileSet
//! ```
//!
//! Each stage gathers all problems that it finds, and the pipeline stops between stages.

pub mod diagnostics;
mod fixups;
pub mod model;
pub mod spec;

pub use diagnostics::Diagnostics;
pub use model::Model;
pub use spec::{SourceFile, Spec};
