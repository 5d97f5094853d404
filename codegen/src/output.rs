//! What the generator hands out.

use std::collections::BTreeMap;

use crate::diagnostics::Diagnostics;
use crate::model::Excluded;

/// Relative path, with `/` → text, with LF.
pub type FileSet = BTreeMap<String, String>;

/// The whole result of a run.
#[derive(Clone, Debug, Default)]
pub struct Generated {
    /// All files of the crate.
    pub files: FileSet,
    /// Counts, for people.
    pub report: Report,
    /// What is worth a look.
    pub warnings: Diagnostics,
}

/// Nothing is skipped in silence: what became of the document.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Name and count of each kind of item that was generated.
    pub counts: Vec<(&'static str, usize)>,
    /// Schemas that end in no item of their own.
    pub excluded: Vec<Excluded>,
}
