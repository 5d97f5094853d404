//! The generator of vim25: OpenAPI documents of the VI JSON API → a typed Rust crate. Pure; it touches no disk.
//!
//! ```text
//! read ─tree→ fix up ─Document→ lower ─Model→ overlay → analyse ─Facts→ plan ─Plan→ emit ─tokens→ format ─FileSet
//! ```
//!
//! Each stage gathers all problems that it finds, and the pipeline stops between stages.

pub mod diagnostics;
mod fixups;
mod lower;
pub mod model;
pub mod spec;

pub use diagnostics::Diagnostics;
pub use model::Model;
pub use spec::{SourceFile, Spec};

/// Reads the document and the overlays into the model: the stages from read to overlay.
pub fn load(spec: &Spec) -> Result<Model, Diagnostics> {
    load_unlocated(spec).map_err(|problems| problems.located(spec))
}

fn load_unlocated(spec: &Spec) -> Result<Model, Diagnostics> {
    let file = spec::only_document(spec)?;
    let mut tree = spec::tree(file)?;
    fixups::apply(&file.name, &mut tree)?;
    let document = spec::document(&file.name, &tree)?;
    lower::lower(&document)
}
