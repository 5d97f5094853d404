//! Which data types a request can hold, and which are the type of some place.

use std::collections::BTreeSet;

use super::{Hierarchy, Selection, object, objects, result_object};
use crate::model::{Model, TypeId};

/// Bases whose descendants the server makes and requests hardly ever carry: `PostEvent` takes an event, `SetTaskState` a
/// fault. Together they are a third of all types; their own setters do for the rare case.
const MADE_BY_THE_SERVER: &[&str] = &["Event", "MethodFault"];

/// The data types that can stand in a request: the types of parameters, their descendants, and the same for their
/// members. `Any` is left out, as it would bring in everything.
pub(super) fn inputs(model: &Model, hierarchy: &Hierarchy, selection: &Selection) -> BTreeSet<TypeId> {
    let mut open: Vec<TypeId> =
        selection.requests.iter().flat_map(|id| objects(&model.requests[id.0].fields)).collect();
    let mut found = BTreeSet::new();
    while let Some(id) = open.pop() {
        if !selection.types.contains(&id) || !found.insert(id) {
            continue;
        }
        open.extend(hierarchy.all_fields(model, id).iter().filter_map(|(_, field)| object(field.ty.item)));
        if !MADE_BY_THE_SERVER.contains(&model.data_types[id.0].name.as_str()) {
            open.extend(hierarchy.children(id));
        }
    }
    found
}

/// The data types that are the type of a member, a parameter or a result.
pub(super) fn held(model: &Model, selection: &Selection) -> BTreeSet<TypeId> {
    let members = selection.types.iter().flat_map(|id| objects(&model.data_types[id.0].fields));
    let parameters = selection.requests.iter().flat_map(|id| objects(&model.requests[id.0].fields));
    let operations = selection.managed_objects.iter().flat_map(|id| &model.managed_objects[id.0].operations);
    let results = operations.filter_map(|operation| result_object(operation.result.as_ref()?));
    members.chain(parameters).chain(results).collect()
}
