//! The generator of vim25: OpenAPI documents of the VI JSON API → a typed Rust crate. Pure; it touches no disk.
//!
//! ```text
//! read ─tree→ fix up ─Document→ lower ─Model→ merge ─Model→ overlay → analyse ─Facts→ plan ─Plan→ emit ─tokens→ format
//! ```
//!
//! Up to `lower`, each document goes its own way, several at once. Each stage gathers all problems that it finds, and the pipeline stops between stages.

mod analyse;
pub mod diagnostics;
mod documents;
mod emit;
mod fixups;
mod lower;
mod markdown;
pub mod model;
mod names;
mod output;
mod overlay;
mod plan;
mod releases;
mod report;
pub mod spec;
mod stage;

pub use diagnostics::Diagnostics;
pub use model::Model;
pub use output::FileSet;
pub use releases::{Change, Merged, Requirement, diff};
pub use report::{Counts, Report};
pub use spec::{SourceFile, Spec};
pub use stage::{Moment, Observe};

use stage::{NOBODY, stage};

/// What to generate.
#[derive(Clone, Debug)]
pub struct Options {
    /// Wire names of the managed objects to generate, with all that they need; empty for the whole API.
    pub managed_objects: Vec<String>,
    /// Name of the generated crate.
    pub crate_name: String,
    /// Where the crate is to live.
    pub layout: Layout,
}

/// Where a generated crate lives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// In the workspace of vim25; the manifest inherits from it.
    #[default]
    Workspace,
    /// Anywhere; the manifest says all itself.
    SelfContained,
}

impl Default for Options {
    fn default() -> Self {
        Self { managed_objects: Vec::new(), crate_name: "vim25-api".to_owned(), layout: Layout::default() }
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
    generate_observed(spec, options, NOBODY)
}

/// [`generate`], telling when each stage begins and ends.
pub fn generate_observed(spec: &Spec, options: &Options, observe: Observe<'_>) -> Result<Generated, Diagnostics> {
    let generated = stages(spec, options, observe).map_err(|problems| problems.located(spec))?;
    Ok(Generated { warnings: generated.warnings.located(spec), ..generated })
}

fn stages(spec: &Spec, options: &Options, observe: Observe<'_>) -> Result<Generated, Diagnostics> {
    let Merged { model, changes, warnings, .. } = model_stages(spec, observe)?;
    let facts = stage(observe, "analyse", || analyse::run(&model, &options.managed_objects))?;
    let plan = stage(observe, "plan", || plan::plan(&model, &facts, options))?;
    // The tokens of a file are made right before it is formatted: see `Source`.
    let files = output::format(emit::emit(&plan), observe);
    Ok(Generated { files, report: report::report(&model, &facts, changes), warnings })
}

/// Reads the documents and the overlays into one model: the stages from read to overlay.
pub fn load(spec: &Spec) -> Result<Model, Diagnostics> {
    load_merged(spec).map(|merged| merged.model)
}

/// [`load`], with what the comparison of the releases found out.
pub fn load_merged(spec: &Spec) -> Result<Merged, Diagnostics> {
    let merged = model_stages(spec, NOBODY).map_err(|problems| problems.located(spec))?;
    Ok(Merged { warnings: merged.warnings.located(spec), ..merged })
}

/// Reads each document into a model of its own: the stages from read to lower. In the order of the documents.
pub fn load_each(spec: &Spec) -> Result<Vec<Model>, Diagnostics> {
    documents::models(&spec.documents, NOBODY).map_err(|problems| problems.located(spec))
}

fn model_stages(spec: &Spec, observe: Observe<'_>) -> Result<Merged, Diagnostics> {
    let models = documents::models(&spec.documents, observe)?;
    let merged = stage(observe, "merge", || releases::merge(models))?;
    let model = stage(observe, "overlay", || overlay::apply(merged.model, &spec.overlays))?;
    Ok(Merged { model, ..merged })
}
