//! `Datacenter`: virtual machines that are powered on together.

use vim25_api::mo;
use vim25_api::types::{
    ClusterAttemptedVmInfo, ClusterNotAttemptedVmInfo, ClusterPowerOnVmResult, InvalidPowerState,
    VirtualMachineConfigInfo, VirtualMachinePowerState, VirtualMachineRuntimeInfo, VmPoweredOnEvent,
};
use vim25_runtime::{Any, DataType, Elements, List, ManagedObjectReference, Ref, Value};

use super::Handler::{Now, Task};
use super::Handlers;
use crate::call::{Call, Outcome};
use crate::fault::{self, Failure};
use crate::tasks::Work;
use crate::vm;

/// What the simulator plays of it.
pub(super) const HANDLERS: Handlers = &[
    ("PowerOnMultiVM_Task", Task { check: check_power_on, finish: power_on }),
    ("QueryConnectionInfo", Now(refuse_connection)),
    ("QueryConnectionInfoViaSpec", Now(refuse_connection)),
];

/// There is no host outside that the simulator could connect to.
fn refuse_connection(_: &mut Call<'_>) -> Outcome {
    Err(fault::not_supported("The simulator connects to no other server."))
}

fn check_power_on(call: &mut Call<'_>) -> Result<(), Failure> {
    let unknown = call.references("vm").iter().find(|vm| !call.state.store.contains(vm));
    unknown.map_or(Ok(()), |vm| Err(fault::object_not_found(vm)))
}

fn power_on(work: &mut Work<'_>) -> Result<Option<Any>, Failure> {
    let machines = match work.arguments.member("vm") {
        Some(Value::List(List::References(machines))) => machines.clone(),
        _ => Elements::new(),
    };
    let (mut attempted, mut not_attempted) = (Vec::new(), Vec::new());
    for machine in machines {
        let vm = Ref::<mo::VirtualMachine>::new(machine.value());
        match power_on_one(work, &machine) {
            Ok(()) => {
                let mut info = ClusterAttemptedVmInfo::new();
                info.set_vm(vm);
                attempted.push(info);
            }
            Err(failure) => {
                let mut info = ClusterNotAttemptedVmInfo::new();
                info.set_vm(vm);
                let inserted = info.insert("fault", Value::Object(failure.into_fault()));
                debug_assert!(inserted.is_ok());
                not_attempted.push(info);
            }
        }
    }
    let mut result = ClusterPowerOnVmResult::new();
    result.set_attempted(attempted).set_not_attempted(not_attempted);
    Ok(Some(Any::from(result.into_object())))
}

fn power_on_one(work: &mut Work<'_>, machine: &ManagedObjectReference) -> Result<(), Failure> {
    let store = &work.state.store;
    if !work.state.with_ancestors(machine).contains(work.object) {
        return Err(fault::invalid_argument("vm", "it is not in this datacenter"));
    }
    if store.object::<VirtualMachineConfigInfo>(machine, "config").is_some_and(VirtualMachineConfigInfo::template) {
        return Err(fault::not_supported("A template cannot be powered on."));
    }
    let runtime = store.object::<VirtualMachineRuntimeInfo>(machine, "runtime");
    let power = runtime.map_or(VirtualMachinePowerState::PoweredOff, VirtualMachineRuntimeInfo::power_state);
    if power == VirtualMachinePowerState::PoweredOn {
        let mut invalid = InvalidPowerState::new();
        invalid.set_existing_state(power).set_requested_state(VirtualMachinePowerState::PoweredOn);
        return Err(fault::fault(invalid, "The virtual machine is powered on already."));
    }
    let message = format!("{} is powered on", store.text(machine, "name"));
    vm::set_power(work.state, machine, VirtualMachinePowerState::PoweredOn, work.now);
    work.state.post_event(VmPoweredOnEvent::new(), &message, Some(machine), work.user_name, work.now);
    Ok(())
}
