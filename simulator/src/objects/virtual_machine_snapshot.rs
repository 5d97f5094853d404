//! `VirtualMachineSnapshot`: a snapshot of a virtual machine.

use vim25_runtime::{Any, ManagedObjectReference};

use super::Handler::{Now, Task};
use super::Handlers;
use super::virtual_machine::check_snapshot_name;
use crate::call::{Call, Outcome};
use crate::fault::{self, Failure};
use crate::state::State;
use crate::tasks::Work;
use crate::vm;

/// What the simulator plays of it.
pub(super) const HANDLERS: Handlers = &[
    ("RemoveSnapshot_Task", Task { check: check_idle, finish: remove }),
    ("RenameSnapshot", Now(rename)),
    ("RevertToSnapshot_Task", Task { check: check_idle, finish: revert }),
];

fn machine(state: &State, snapshot: &ManagedObjectReference) -> Result<ManagedObjectReference, Failure> {
    state.store.reference(snapshot, "vm").cloned().ok_or_else(|| fault::object_not_found(snapshot))
}

fn check_idle(call: &mut Call<'_>) -> Result<(), Failure> {
    vm::check_idle(call.state, &machine(call.state, call.object)?, call.operation.name)
}

fn remove(work: &mut Work<'_>) -> Result<Option<Any>, Failure> {
    let with_children = work.boolean("removeChildren") == Some(true);
    vm::remove_snapshot(work.state, work.object, with_children, work.now)?;
    Ok(None)
}

fn revert(work: &mut Work<'_>) -> Result<Option<Any>, Failure> {
    let machine = machine(work.state, work.object)?;
    vm::check_connected(work.state, &machine)?;
    let power_on = work.boolean("suppressPowerOn") != Some(true);
    vm::revert(work.state, &machine, work.object, power_on, work.now)?;
    Ok(None)
}

fn rename(call: &mut Call<'_>) -> Outcome {
    check_idle(call)?;
    let (name, description) = (call.text("name"), call.text("description"));
    if let Some(name) = &name {
        check_snapshot_name(name)?;
    }
    vm::rename_snapshot(call.state, call.object, name.as_deref(), description.as_deref())?;
    Ok(None)
}
