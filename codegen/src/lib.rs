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
mod overlay;
mod plan;
mod report;
pub mod spec;

pub use diagnostics::Diagnostics;
pub use model::Model;
pub use output::FileSet;
pub use report::Report;
pub use spec::{SourceFile, Spec};

/// What to generate.
#[derive(Clone, Debug)]
pub struct Options {
    /// Wire names of the managed objects to generate, with all that they need; empty for the whole API.
    pub managed_objects: Vec<String>,
    /// Name of the generated crate.
    pub crate_name: String,
}

impl Default for Options {
    fn default() -> Self {
        Self { managed_objects: Vec::new(), crate_name: "vim25-api".to_owned() }
    }
}

/// The whole result of a run.
#[derive(Clone, Debug, Default)]
pub struct Generated {
    /// All files of the crate, but for the fingerprint.
    pub files: FileSet,
    /// Counts, for people.
    pub report: Report,
    /// What is worth a look.
    pub warnings: Diagnostics,
}

/// The whole pipeline. The same input gives the same bytes.
pub fn generate(spec: &Spec, options: &Options) -> Result<Generated, Diagnostics> {
    generate_observed(spec, options, &mut |_| {})
}

/// [`generate`], telling the name of each stage when it begins.
pub fn generate_observed(
    spec: &Spec,
    options: &Options,
    observe: &mut dyn FnMut(&'static str),
) -> Result<Generated, Diagnostics> {
    stages(spec, options, observe).map_err(|problems| problems.located(spec))
}

fn stages(spec: &Spec, options: &Options, observe: &mut dyn FnMut(&'static str)) -> Result<Generated, Diagnostics> {
    let model = model_stages(spec, observe)?;
    observe("analyse");
    let facts = analyse::run(&model, &options.managed_objects)?;
    observe("plan");
    let plan = plan::plan(&model, &facts, options)?;
    observe("emit");
    let sources = emit::emit(&plan);
    observe("format");
    let files = output::format(sources);
    Ok(Generated { files, report: report::report(&model, &facts), warnings: Diagnostics::default() })
}

/// Reads the document and the overlays into the model: the stages from read to overlay.
pub fn load(spec: &Spec) -> Result<Model, Diagnostics> {
    model_stages(spec, &mut |_| {}).map_err(|problems| problems.located(spec))
}

fn model_stages(spec: &Spec, observe: &mut dyn FnMut(&'static str)) -> Result<Model, Diagnostics> {
    observe("read");
    let file = spec::only_document(spec)?;
    let mut tree = spec::tree(file)?;
    observe("fix up");
    fixups::apply(&file.name, &mut tree)?;
    let document = spec::document(&file.name, &tree)?;
    observe("lower");
    let model = lower::lower(&document)?;
    observe("overlay");
    overlay::apply(model, &spec.overlays)
}
