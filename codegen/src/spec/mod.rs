//! Texts → documents, and places in them.
//!
//! In: [`SourceFile`]s. Out: a `Document` whose parts are openapiv3's types, every `$ref` and keyword of it checked
//! against what the lowering understands. `read` is the only file that names the YAML crate.

mod keywords;
mod locate;
mod pointer;
mod read;
mod subset;

use indexmap::IndexMap;
use openapiv3::{Operation, Schema};

pub use locate::Location;
pub(crate) use locate::locate;
pub use pointer::Pointer;
pub(crate) use read::{Value, document, key_text, tree};
pub use subset::subset;

use crate::model::Release;

/// A text and the name to call it by in messages.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Path relative to the workspace, with `/`: `spec/vim25-8.0.2.0.yaml`.
    pub name: String,
    /// The whole text.
    pub text: String,
}

/// All that the generator reads.
#[derive(Clone, Debug, Default)]
pub struct Spec {
    /// OpenAPI documents, one per release, YAML or JSON.
    pub documents: Vec<SourceFile>,
    /// Our additions.
    pub overlays: Vec<SourceFile>,
}

impl Spec {
    /// The file that a [`Pointer`] names.
    pub fn file(&self, name: &str) -> Option<&SourceFile> {
        self.documents.iter().chain(&self.overlays).find(|file| file.name == name)
    }
}

/// An OpenAPI document in the parts that the lowering needs, each in the order of the file.
pub(crate) struct Document {
    pub(crate) root: Pointer,
    pub(crate) release: Release,
    /// Managed objects that are described, with their text.
    pub(crate) tags: IndexMap<String, Option<String>>,
    pub(crate) schemas: IndexMap<String, Schema>,
    pub(crate) operations: Vec<PathOperation>,
    /// What openapiv3 drops: the siblings of each `$ref`, by the JSON pointer of the schema.
    siblings: IndexMap<String, Siblings>,
}

/// The one operation of a path.
pub(crate) struct PathOperation {
    pub(crate) path: String,
    pub(crate) verb: Verb,
    pub(crate) operation: Operation,
    /// Place of the operation: `#/paths/~1Alarm…/post`.
    pub(crate) origin: Pointer,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    Get,
    Post,
}

/// Keywords beside a `$ref`. The 8.0 documents put the text of a member there (IDIOMS section 7), and `nullable` of a
/// result (section 5), though OpenAPI 3.0 lets readers drop them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Siblings {
    pub(crate) description: Option<String>,
    pub(crate) deprecated: bool,
    pub(crate) nullable: bool,
}

impl Document {
    /// What stands beside the `$ref` at `place`.
    pub(crate) fn siblings(&self, place: &Pointer) -> Siblings {
        self.siblings.get(place.path()).cloned().unwrap_or_default()
    }
}

/// The schema name in a `$ref`, if it is one of this document's.
pub(crate) fn schema_name(reference: &str) -> Option<&str> {
    reference.strip_prefix("#/components/schemas/")
}
