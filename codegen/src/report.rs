//! What became of the document: every schema and every operation is counted.

use crate::analyse::Facts;
use crate::model::{EnumUsage, Excluded, Model, Release};
use crate::releases::Change;

/// Nothing is skipped in silence: what became of the document.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Name and count of each kind of item that was generated.
    pub counts: Vec<(&'static str, usize)>,
    /// Schemas that end in no item of their own.
    pub excluded: Vec<Excluded>,
    /// The releases that were merged, oldest first.
    pub releases: Vec<Release>,
    /// What all releases together have, whether it was generated or not: name and count.
    pub merged: Vec<(&'static str, usize)>,
    /// What was required in one release and not in another.
    pub changes: Vec<Change>,
}

pub(crate) fn report(model: &Model, facts: &Facts, changes: Vec<Change>) -> Report {
    let selection = &facts.selection;
    let typed = selection.enums.iter().filter(|id| model.enums[id.0].usage == EnumUsage::Typed).count();
    let operations = selection.managed_objects.iter().map(|id| model.managed_objects[id.0].operations.len()).sum();
    Report {
        counts: vec![
            ("data types", selection.types.len()),
            ("typed enums", typed),
            ("untyped enums", selection.enums.len() - typed),
            ("request types", selection.requests.len()),
            ("managed objects", selection.managed_objects.len()),
            ("managed objects that are only referred to", selection.handles.len()),
            ("operations", operations),
        ],
        excluded: model.excluded.clone(),
        releases: model.releases.clone(),
        merged: vec![
            ("data types", model.data_types.len()),
            ("enums", model.enums.len()),
            ("operations", model.managed_objects.iter().map(|object| object.operations.len()).sum()),
        ],
        changes,
    }
}
