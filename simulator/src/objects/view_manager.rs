//! `ViewManager`: makes views.

#[cfg(test)]
mod tests;

use vim25_runtime::{List, ManagedObjectReference, Value};

use super::Handler::{Now, Property};
use super::{Handlers, Reading, list_view, singleton};
use crate::call::{Call, Outcome};
use crate::fault::{self, Failure};
use crate::selection::{Plan, Selection, check_kind, is_container};
use crate::view::{Content, View};

/// What the simulator plays of it: everything.
pub(super) const HANDLERS: Handlers = &[
    ("CreateContainerView", Now(create_container_view)),
    ("CreateInventoryView", Now(create_inventory_view)),
    ("CreateListView", Now(create_list_view)),
    ("CreateListViewFromView", Now(create_list_view_from_view)),
    ("viewList", Property(view_list)),
];

/// What a new object has for properties.
type Properties = Vec<(&'static str, Value)>;

fn create_container_view(call: &mut Call<'_>) -> Outcome {
    let container = call.reference("container").cloned();
    let container = container.ok_or_else(|| fault::invalid_argument("container", "the required argument is absent"))?;
    let kinds = call.texts("type").iter().map(ToString::to_string).collect::<Vec<_>>();
    let is_recursive = call.boolean("recursive").unwrap_or_default();
    kinds.iter().try_for_each(|kind| check_kind(kind, "type"))?;
    check_seen(call, &container)?;
    if !is_container(container.type_name()) {
        return Err(fault::invalid_argument("container", "objects of this type contain nothing"));
    }
    let properties = vec![
        ("container", container.clone().into()),
        ("type", List::Strings(kinds.iter().map(Into::into).collect()).into()),
        ("recursive", is_recursive.into()),
    ];
    let kinds = if kinds.is_empty() { vec!["ManagedEntity".to_owned()] } else { kinds };
    let selection = Selection::new(Plan::of_container(&container, kinds, is_recursive));
    add(call, "ContainerView", properties, Content::Container(selection))
}

/// The view begins with the root folder alone.
fn create_inventory_view(call: &mut Call<'_>) -> Outcome {
    let root = list_view::root_folder(call.state);
    let selection = Selection::new(Plan::of_tree(&root, &[]));
    add(call, "InventoryView", Vec::new(), Content::Tree { opened: Vec::new(), selection })
}

fn create_list_view(call: &mut Call<'_>) -> Outcome {
    let objects = call.references("obj").to_vec();
    objects.iter().try_for_each(|object| check_seen(call, object))?;
    let (objects, _) = list_view::found(call, objects);
    add_list_view(call, objects)
}

fn create_list_view_from_view(call: &mut Call<'_>) -> Outcome {
    let objects = list_view::content_of_view(call)?;
    add_list_view(call, objects)
}

fn add_list_view(call: &mut Call<'_>, objects: Vec<ManagedObjectReference>) -> Outcome {
    let version = call.state.store.version();
    add(call, "ListView", vec![("view", List::References(objects.into()).into())], Content::Listed(version))
}

/// Adds a view to the session of the caller.
fn add(call: &mut Call<'_>, kind: &str, properties: Properties, content: Content) -> Outcome {
    let session = call.required_session()?.clone();
    let reference = call.state.new_session_reference(&session, kind);
    let empty = ("view", List::References(Vec::new().into()).into());
    let properties = std::iter::once(empty).chain(properties);
    call.state.add_session_object(session.number, &reference, None, properties);
    let view = View { reference: reference.clone(), content };
    call.state.session_objects.owned(session.number).views.push(view);
    call.state.update_views(call.session_id, call.now);
    Ok(Some(reference.into()))
}

/// Fails if the caller does not see an object.
fn check_seen(call: &Call<'_>, object: &ManagedObjectReference) -> Result<(), Failure> {
    let session = call.required_session()?;
    if !call.state.finds(Some(session), object) {
        return Err(fault::object_not_found(object));
    }
    let missing = call.state.missing_privileges(session, object, &["System.View"]);
    if missing.is_empty() { Ok(()) } else { Err(fault::no_permission(object, &missing)) }
}

#[expect(clippy::unnecessary_wraps, reason = "other properties may be unset")]
fn view_list(reading: &Reading<'_>) -> Option<Value> {
    let session = reading.session().map(|session| session.number);
    let views = session.map(|session| reading.state.session_objects.of_session(session, "View"));
    debug_assert_eq!(*reading.object, singleton("ViewManager"));
    Some(List::References(views.unwrap_or_default().into()).into())
}
