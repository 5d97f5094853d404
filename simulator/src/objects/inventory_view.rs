//! `InventoryView`: a view of the inventory as far as its owner has opened it.

use vim25_runtime::{List, ManagedObjectReference};

use super::Handler::Now;
use super::{Handlers, list_view};
use crate::call::{Call, Outcome};
use crate::view::Content;

/// What the simulator plays of it: everything.
pub(super) const HANDLERS: Handlers = &[
    ("CloseInventoryViewFolder", Now(close_inventory_view_folder)),
    ("OpenInventoryViewFolder", Now(open_inventory_view_folder)),
];

/// Shows what lies in some objects. The result is those that do not exist.
fn open_inventory_view_folder(call: &mut Call<'_>) -> Outcome {
    change(call, |_, opened, entities| {
        for entity in entities {
            if !opened.contains(entity) {
                opened.push(entity.clone());
            }
        }
    })
}

/// Shows no longer what lies in some objects, nor what lies further below. The result is those that do not exist.
fn close_inventory_view_folder(call: &mut Call<'_>) -> Outcome {
    change(call, |call, opened, entities| {
        let is_below = |object: &ManagedObjectReference| {
            call.state.with_ancestors(object).iter().any(|ancestor| entities.contains(ancestor))
        };
        opened.retain(|object| !is_below(object));
    })
}

fn change(
    call: &mut Call<'_>,
    change: impl FnOnce(&Call<'_>, &mut Vec<ManagedObjectReference>, &[ManagedObjectReference]),
) -> Outcome {
    let (entities, missing) = list_view::found(call, call.references("entity").to_vec());
    let session = call.required_session()?.number;
    let root = list_view::root_folder(call.state);
    let views = &mut call.state.session_objects.owned(session).views;
    if let Some(index) = views.iter().position(|view| view.reference == *call.object)
        && let Content::Tree { opened, .. } = &mut views[index].content
    {
        let mut opened = std::mem::take(opened);
        change(call, &mut opened, &entities);
        if let Some(view) = call.state.session_objects.owned(session).views.get_mut(index) {
            view.open(&root, opened);
        }
        call.state.update_views(call.session_id, call.now);
    }
    Ok(Some(List::References(missing.into()).into()))
}
