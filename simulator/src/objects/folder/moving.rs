//! Entities that move from one folder into another.

use vim25_runtime::{Any, ManagedObjectReference};

use super::{invalid_folder, takes};
use crate::call::Call;
use crate::fault::{self, Failure};
use crate::names;
use crate::state::State;
use crate::tasks::Work;

pub(super) fn check(call: &mut Call<'_>) -> Result<(), Failure> {
    match call.references("list").iter().find(|entity| !call.state.store.contains(entity)) {
        Some(entity) => Err(fault::object_not_found(entity)),
        None => Ok(()),
    }
}

/// Moves all entities of the list or, if one cannot move, none.
pub(super) fn move_into(work: &mut Work<'_>) -> Result<Option<Any>, Failure> {
    let list = crate::members::references(work.arguments, "list").to_vec();
    for entity in &list {
        check_move(work.state, work.object, entity)?;
    }
    for entity in &list {
        move_one(work.state, work.object, entity);
    }
    Ok(None)
}

fn check_move(state: &State, folder: &ManagedObjectReference, entity: &ManagedObjectReference) -> Result<(), Failure> {
    let store = &state.store;
    let parent = store.reference(entity, "parent").ok_or_else(|| fault::object_not_found(entity))?;
    if parent == folder {
        return Ok(());
    }
    let ancestors = state.with_ancestors(folder);
    if ancestors.contains(entity) {
        return Err(invalid_folder(entity, "A folder cannot move into itself, or into what lies in it."));
    }
    let is_part = entity.type_name() != "HostSystem" && !matches!(parent.type_name(), "Folder" | "StoragePod");
    if is_part || !can_hold(state, folder, entity) {
        return Err(fault::not_supported(format!("{folder} cannot hold {entity}.")));
    }
    let datacenter =
        |path: &[ManagedObjectReference]| path.iter().find(|object| object.type_name() == "Datacenter").cloned();
    let is_within =
        entity.type_name() == "Datacenter" || entity.type_name() == "Folder" && datacenter(&ancestors).is_none();
    if !is_within && datacenter(&ancestors) != datacenter(&state.with_ancestors(entity)) {
        return Err(invalid_folder(folder, "An entity stays in its datacenter."));
    }
    names::check(store, folder, store.text(entity, "name"), Some(entity)).map(drop)
}

/// A folder holds folders that hold the same as itself.
fn can_hold(state: &State, folder: &ManagedObjectReference, entity: &ManagedObjectReference) -> bool {
    match entity.type_name() {
        "Folder" => state.store.get(folder, "childType") == state.store.get(entity, "childType"),
        kind => takes(&state.store, folder, kind),
    }
}

fn move_one(state: &mut State, folder: &ManagedObjectReference, entity: &ManagedObjectReference) {
    if let Some(parent) = state.store.reference(entity, "parent").cloned() {
        state.store.unlink(&parent, "childEntity", entity);
    }
    state.store.set(entity, "parent", folder.clone());
    state.store.link(folder, "childEntity", entity);
}
