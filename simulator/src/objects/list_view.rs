//! `ListView`: a view of objects that its owner names.

use vim25_api::types::ServiceContent;
use vim25_runtime::{List, ManagedObjectReference, Value};

use super::Handler::Now;
use super::{Handlers, singleton};
use crate::call::{Call, Outcome};
use crate::fault::{self, Failure};
use crate::state::State;
use crate::store::is_a;
use crate::viewer::Viewer;

/// What the simulator plays of it: everything.
pub(super) const HANDLERS: Handlers = &[
    ("ModifyListView", Now(modify_list_view)),
    ("ResetListView", Now(reset_list_view)),
    ("ResetListViewFromView", Now(reset_list_view_from_view)),
];

/// Adds objects, then takes others out. The result is those to add that do not exist.
fn modify_list_view(call: &mut Call<'_>) -> Outcome {
    let (add, remove) = (call.references("add").to_vec(), call.references("remove").to_vec());
    let listed = call.state.store.references(call.object, "view").to_vec();
    let (add, missing) = found(call, add);
    let mut objects = distinct(listed.into_iter().chain(add));
    let remove: std::collections::HashSet<_> = remove.into_iter().collect();
    objects.retain(|object| !remove.contains(object));
    set(call, objects);
    Ok(Some(List::References(missing.into()).into()))
}

fn reset_list_view(call: &mut Call<'_>) -> Outcome {
    let objects = call.references("obj").to_vec();
    let (objects, missing) = found(call, objects);
    set(call, objects);
    Ok(Some(List::References(missing.into()).into()))
}

fn reset_list_view_from_view(call: &mut Call<'_>) -> Outcome {
    let objects = content_of_view(call)?;
    set(call, objects);
    Ok(None)
}

fn set(call: &mut Call<'_>, objects: Vec<ManagedObjectReference>) {
    call.state.store.set(call.object, "view", Value::from(List::References(objects.into())));
}

/// What the view lists that the argument `view` names.
pub(super) fn content_of_view(call: &Call<'_>) -> Result<Vec<ManagedObjectReference>, Failure> {
    let view = call.reference("view");
    let view = view.ok_or_else(|| fault::invalid_argument("view", "the required argument is absent"))?;
    if !call.state.finds(call.session(), view) {
        return Err(fault::object_not_found(view));
    }
    if !is_a(view.type_name(), "ManagedObjectView") {
        return Err(fault::invalid_argument("view", "it is no view of objects"));
    }
    Ok(call.state.store.references(view, "view").to_vec())
}

/// Objects that the caller sees, each once, and those that it does not.
pub(super) fn found(
    call: &Call<'_>,
    objects: Vec<ManagedObjectReference>,
) -> (Vec<ManagedObjectReference>, Vec<ManagedObjectReference>) {
    let viewer = Viewer::of(call);
    distinct(objects).into_iter().partition(|object| viewer.sees(object))
}

/// The root folder of the inventory.
pub(crate) fn root_folder(state: &State) -> ManagedObjectReference {
    let content = state.store.object::<ServiceContent>(&singleton("ServiceInstance"), "content");
    content.map_or_else(|| singleton("Folder"), |content| content.root_folder().into())
}

fn distinct(objects: impl IntoIterator<Item = ManagedObjectReference>) -> Vec<ManagedObjectReference> {
    let mut seen = std::collections::HashSet::new();
    objects.into_iter().filter(|object| seen.insert(object.clone())).collect()
}
