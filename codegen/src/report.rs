//! What became of the document: every schema and every operation is counted.

use crate::analyse::Facts;
use crate::lower;
use crate::model::{EnumUsage, Excluded, Model, OperationKind, Release, RequestId};
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

/// How much of everything a document has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// The release that it describes.
    pub release: Release,
    /// POST operations.
    pub methods: usize,
    /// GET operations.
    pub properties: usize,
    /// Data types and faults; with `Any` and `ManagedObjectReference`, which are built into the runtime.
    pub data_types: usize,
    /// Enums.
    pub enums: usize,
    /// Request types.
    pub request_types: usize,
    /// Boxed values, which have no item of their own.
    pub boxed_values: usize,
    /// Boxed arrays, which have no item of their own.
    pub boxed_arrays: usize,
}

impl Counts {
    /// Counts a model that was made from one document.
    pub fn of(model: &Model) -> Self {
        let operations = || model.managed_objects.iter().flat_map(|object| &object.operations);
        let properties = operations().filter(|operation| operation.kind == OperationKind::Property).count();
        let excluded = |reason| model.excluded.iter().filter(|schema| schema.reason == reason).count();
        Self {
            release: model.release,
            methods: operations().count() - properties,
            properties,
            data_types: model.data_types.len() + excluded(lower::ANYTHING) + excluded(lower::REFERENCE),
            enums: model.enums.len(),
            request_types: model.requests.len(),
            boxed_values: excluded(lower::BOXED_VALUE),
            boxed_arrays: excluded(lower::BOXED_ARRAY),
        }
    }

    /// Methods and properties.
    pub fn operations(&self) -> usize {
        self.methods + self.properties
    }

    /// All schemas.
    pub fn schemas(&self) -> usize {
        self.data_types + self.enums + self.request_types + self.boxed_values + self.boxed_arrays
    }
}

/// Request types that no operation sends, where all operations are generated.
fn unsent<'a>(model: &'a Model, facts: &'a Facts) -> impl Iterator<Item = Excluded> + 'a {
    let selection = &facts.selection;
    let is_whole = selection.managed_objects.len() == model.managed_objects.len();
    let requests = model
        .requests
        .iter()
        .enumerate()
        .filter(move |(id, _)| is_whole && !selection.requests.contains(&RequestId(*id)));
    requests.map(|(_, request)| Excluded { name: request.name.clone(), reason: "request type that no operation sends" })
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
        excluded: model.excluded.iter().cloned().chain(unsent(model, facts)).collect(),
        releases: model.releases.clone(),
        merged: vec![
            ("data types", Counts::of(model).data_types),
            ("enums", model.enums.len()),
            ("operations", model.managed_objects.iter().map(|object| object.operations.len()).sum()),
        ],
        changes,
    }
}
