//! New names for entities.

use jiff::Timestamp;
use vim25_api::types::{
    DatacenterRenamedEvent, DatastoreRenamedEvent, DatastoreSummary, Event, NetworkSummary, VmRenamedEvent,
};
use vim25_runtime::{ManagedObjectReference, Value};

use crate::fault::{self, Failure};
use crate::members;
use crate::names;
use crate::state::State;
use crate::store::is_a;
use crate::vm;

/// Gives an entity another name, wherever it is shown. The event about it has yet to be posted.
pub(crate) fn rename(
    state: &mut State,
    entity: &ManagedObjectReference,
    new_name: &str,
    now: Timestamp,
) -> Result<Option<Event>, Failure> {
    let kind = entity.type_name();
    if kind == "HostSystem" {
        return Err(fault::not_supported("A host has the name that it was added with."));
    }
    let Some(parent) = state.store.reference(entity, "parent").cloned() else {
        return Err(fault::not_supported("The root folder keeps its name."));
    };
    let old_name = state.store.text(entity, "name").to_owned();
    let name = names::check(&state.store, &parent, new_name, Some(entity))?;
    match kind {
        "VirtualMachine" => vm::rename(state, entity, &name, now),
        "Datastore" => vm::rename_datastore(state, entity, &old_name, &name, now),
        _ => {}
    }
    state.store.set(entity, "name", name.clone());
    for property in ["summary", "info", "config"] {
        rename_in(state, entity, property, &name);
    }
    Ok(event(kind, &old_name, &name))
}

/// Objects that repeat the name of their entity.
fn rename_in(state: &mut State, entity: &ManagedObjectReference, property: &'static str, name: &str) {
    let is_repeated = match property {
        "summary" => {
            state.store.object::<DatastoreSummary>(entity, property).is_some()
                || state.store.object::<NetworkSummary>(entity, property).is_some()
                || is_a(entity.type_name(), "DistributedVirtualSwitch")
        }
        "info" => entity.type_name() == "Datastore",
        _ => {
            is_a(entity.type_name(), "DistributedVirtualSwitch") || entity.type_name() == "DistributedVirtualPortgroup"
        }
    };
    let value = state.store.get(entity, property).filter(|_| is_repeated).map(|value| Value::clone(value));
    if let Some(Value::Object(mut object)) = value {
        members::put(&mut object, "name", name.to_owned());
        state.store.set(entity, property, object);
    }
}

fn event(kind: &str, old_name: &str, new_name: &str) -> Option<Event> {
    Some(match kind {
        "VirtualMachine" => {
            let mut event = VmRenamedEvent::new();
            event.set_old_name(old_name).set_new_name(new_name);
            event.into()
        }
        "Datacenter" => {
            let mut event = DatacenterRenamedEvent::new();
            event.set_old_name(old_name).set_new_name(new_name);
            event.into()
        }
        "Datastore" => {
            let mut event = DatastoreRenamedEvent::new();
            event.set_old_name(old_name).set_new_name(new_name);
            event.into()
        }
        _ => return None,
    })
}
