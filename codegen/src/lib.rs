//! The generator of vim25: OpenAPI documents of the VI JSON API → a typed Rust crate. Pure; it touches no disk.
//!
//! ```text
//! read ─tree→ fix up ─Document→ lower ─Model→ overlay → analyse ─Facts→ plan ─Plan→ emit ─tokens→ format ─FileSet
//! ```
//!
//! Each stage gathers all problems that it finds, and the pipeline stops between stages.

mod analyse;
pub mod diagnostics;
mod emit;
mod fixups;
mod lower;
mod markdown;
pub mod model;
mod names;
mod output;
mod plan;
mod report;
pub mod spec;

pub use diagnostics::Diagnostics;
pub use model::Model;
pub use output::FileSet;
pub use report::{Counts, Exclusion, Report};
pub use spec::{SourceFile, Spec};

/// What to generate.
#[derive(Clone, Debug)]
pub struct Options {
    /// Wire names of the managed objects that are wanted, with all that their operations can send and receive. None
    /// means all.
    pub managed_objects: Vec<String>,
    /// Name of the generated package.
    pub crate_name: String,
}

impl Default for Options {
    fn default() -> Self {
        Self { managed_objects: Vec::new(), crate_name: "vim25-api".to_owned() }
    }
}

/// What came out.
#[derive(Clone, Debug)]
pub struct Generated {
    /// The whole crate, but for the fingerprint.
    pub files: FileSet,
    /// What was generated and what was not.
    pub report: Report,
    /// Problems that do not keep the crate from being right.
    pub warnings: Diagnostics,
}

/// Generates the crate: the same input gives the same bytes.
pub fn generate(spec: &Spec, options: &Options) -> Result<Generated, Diagnostics> {
    generate_unlocated(spec, options).map_err(|problems| problems.located(spec))
}

fn generate_unlocated(spec: &Spec, options: &Options) -> Result<Generated, Diagnostics> {
    let model = load_unlocated(spec)?;
    let facts = analyse::run(&model, &options.managed_objects)?;
    let plan = plan::plan(&model, &facts, options)?;
    let files = output::format(emit::emit(&plan));
    Ok(Generated { files, report: report::report(&model, &facts), warnings: Diagnostics::default() })
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
    lower::lower(&document)
}
