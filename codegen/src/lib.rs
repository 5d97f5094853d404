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
mod output;
mod overlay;
pub mod spec;

pub use diagnostics::Diagnostics;
pub use model::Model;
pub use output::{FileSet, Generated, Report};
pub use spec::{SourceFile, Spec};

/// What to generate.
#[derive(Clone, Debug)]
pub struct Options {
    /// The managed objects to generate, with all that they need; empty for the whole API.
    pub managed_objects: Vec<String>,
    /// Name of the generated crate.
    pub crate_name: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            managed_objects: Vec::new(),
            crate_name: "vim25-api".to_owned(),
        }
    }
}

/// The whole pipeline.
pub fn generate(spec: &Spec, _options: &Options) -> Result<Generated, Diagnostics> {
    let Model { excluded, .. } = load(spec)?;
    Ok(Generated {
        report: Report {
            excluded,
            ..Report::default()
        },
        ..Generated::default()
    })
}

/// Reads the document and the overlays into the model: the stages from read to overlay.
pub fn load(spec: &Spec) -> Result<Model, Diagnostics> {
    load_unlocated(spec).map_err(|problems| problems.located(spec))
}

fn load_unlocated(spec: &Spec) -> Result<Model, Diagnostics> {
    let file = spec::only_document(spec)?;
    let mut tree = spec::tree(file)?;
    fixups::apply(&file.name, &mut tree)?;
    let document = spec::document(&file.name, &tree)?;
    let model = lower::lower(&document)?;
    overlay::apply(model, &spec.overlays)
}
