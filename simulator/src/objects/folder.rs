//! `Folder`: where the entities of the inventory lie.

mod machines;
mod moving;

use vim25_api::types::{ClusterConfigSpecEx, ClusterCreatedEvent, DatacenterCreatedEvent, InvalidFolder};
use vim25_runtime::{List, ManagedObjectReference, Value};

use super::Handler::{Now, Task};
use super::Handlers;
use crate::call::{Call, Outcome};
use crate::entity;
use crate::fault::{self, Failure};
use crate::inventory::{datacenter, folder};
use crate::members;
use crate::names;
use crate::store::{Store, is_a};

/// What the simulator plays of it.
pub(super) const HANDLERS: Handlers = &[
    ("CreateCluster", Now(create_cluster)),
    ("CreateClusterEx", Now(create_cluster)),
    ("CreateDatacenter", Now(create_datacenter)),
    ("CreateFolder", Now(create_folder)),
    ("CreateVM_Task", Task { check: machines::check, finish: machines::create }),
    ("MoveIntoFolder_Task", Task { check: moving::check, finish: moving::move_into }),
    ("RegisterVM_Task", Task { check: machines::check, finish: machines::register }),
    ("UnregisterAndDestroy_Task", Task { check: machines::check, finish: machines::unregister_and_destroy }),
];

/// Whether a folder can hold entities of a type.
pub(super) fn takes(store: &Store, folder: &ManagedObjectReference, kind: &str) -> bool {
    match store.get(folder, "childType").map(AsRef::as_ref) {
        Some(Value::List(List::Strings(types))) => types.iter().any(|base| is_a(kind, base)),
        _ => false,
    }
}

/// Refuses what a folder cannot hold.
fn check_takes(store: &Store, folder: &ManagedObjectReference, kind: &str) -> Result<(), Failure> {
    if takes(store, folder, kind) {
        Ok(())
    } else {
        Err(fault::not_supported(format!("{folder} holds no entities of the type {kind}.")))
    }
}

/// The fault that a folder cannot be where something is put.
fn invalid_folder(target: &ManagedObjectReference, problem: &str) -> Failure {
    let mut invalid = InvalidFolder::new();
    members::put(&mut invalid, "target", target.clone());
    fault::fault(invalid, problem)
}

/// The name that a new entity in the folder of a call gets.
fn new_name(call: &Call<'_>, kind: &str) -> Result<String, Failure> {
    check_takes(&call.state.store, call.object, kind)?;
    names::check(&call.state.store, call.object, &call.required_text("name")?, None)
}

fn create_folder(call: &mut Call<'_>) -> Outcome {
    let name = new_name(call, "Folder")?;
    Ok(Some(folder::add(&mut call.state.store, call.object, &name).into()))
}

fn create_datacenter(call: &mut Call<'_>) -> Outcome {
    let name = new_name(call, "Datacenter")?;
    let datacenter = datacenter::add(&mut call.state.store, call.object, &name);
    let mut event = DatacenterCreatedEvent::new();
    event.set_parent(entity::folder_argument(&call.state.store, call.object));
    call.post(event, &format!("The datacenter {name} is created"), &datacenter);
    Ok(Some(datacenter.into()))
}

/// Also takes the specification of the older operation: what both have in common is what counts here.
fn create_cluster(call: &mut Call<'_>) -> Outcome {
    let name = new_name(call, "ClusterComputeResource")?;
    let mut spec = ClusterConfigSpecEx::new();
    members::merge(&mut spec, call.required_object("spec")?);
    let cluster = entity::create_cluster(&mut call.state.store, call.object, &name, &spec, call.now.into());
    let mut event = ClusterCreatedEvent::new();
    event.set_parent(entity::folder_argument(&call.state.store, call.object));
    call.post(event, &format!("The cluster {name} is created"), &cluster);
    Ok(Some(cluster.into()))
}
