//! One thing at a time: a virtual machine that a task is changing refuses another.

use vim25_api::mo;
use vim25_api::types::TaskInProgress;
use vim25_runtime::{ManagedObjectReference, Ref};

use crate::fault::{self, Failure};
use crate::state::State;

/// A machine can be cloned more than once at the same time.
const SHARED: &str = "CloneVM_Task";

/// Refuses an operation of a machine that a task is changing, the tasks of its snapshots included.
pub(crate) fn check_idle(state: &State, vm: &ManagedObjectReference, operation: &str) -> Result<(), Failure> {
    let is_of_vm = |object: &ManagedObjectReference| {
        object == vm
            || object.type_name() == "VirtualMachineSnapshot" && state.store.reference(object, "vm") == Some(vm)
    };
    let mut running = state.tasks.running().filter(|running| is_of_vm(&running.object));
    let Some(other) = running.find(|running| operation != SHARED || running.operation.name != SHARED) else {
        return Ok(());
    };
    let mut busy = TaskInProgress::new();
    busy.set_task(Ref::<mo::Task>::new(other.task.value()));
    Err(fault::fault(busy, format!("{} of {vm} is in progress.", other.operation.name)))
}
