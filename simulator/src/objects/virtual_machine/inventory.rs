//! Templates, and machines that leave the inventory.

use vim25_api::types::{
    InvalidState, VirtualMachineConfigInfo, VirtualMachinePowerState as Power, VirtualMachineRelocateSpec,
    VmRemovedEvent,
};

use crate::call::{Call, Outcome};
use crate::fault::{self, Failure};
use crate::members;
use crate::vm::{self, Removal};

fn check_off(call: &Call<'_>) -> Result<(), Failure> {
    vm::check_connected(call.state, call.object)?;
    vm::check_power(call.state, call.object, &[Power::PoweredOff], Power::PoweredOff)
}

fn is_template(call: &Call<'_>) -> bool {
    let config = call.state.store.object::<VirtualMachineConfigInfo>(call.object, "config");
    config.is_some_and(VirtualMachineConfigInfo::template)
}

pub(super) fn mark_as_template(call: &mut Call<'_>) -> Outcome {
    vm::check_idle(call.state, call.object, call.operation.name)?;
    check_off(call)?;
    if is_template(call) {
        return Err(fault::fault(InvalidState::new(), "It is a template already."));
    }
    vm::set_template(call.state, call.object, None, call.now);
    Ok(None)
}

pub(super) fn mark_as_virtual_machine(call: &mut Call<'_>) -> Outcome {
    vm::check_idle(call.state, call.object, call.operation.name)?;
    vm::check_connected(call.state, call.object)?;
    if !is_template(call) {
        return Err(fault::fault(InvalidState::new(), "It is no template."));
    }
    let Some(pool) = call.reference("pool").cloned() else {
        return Err(fault::invalid_argument("pool", "the required argument is absent"));
    };
    let mut spec = VirtualMachineRelocateSpec::new();
    for name in ["pool", "host"] {
        if let Some(target) = call.reference(name) {
            members::put(&mut spec, name, target.clone());
        }
    }
    vm::relocate(call.state, call.object, &spec, call.now)?;
    vm::set_template(call.state, call.object, Some(&pool), call.now);
    Ok(None)
}

pub(super) fn unregister(call: &mut Call<'_>) -> Outcome {
    vm::check_idle(call.state, call.object, call.operation.name)?;
    let allowed = [Power::PoweredOff, Power::Suspended];
    vm::check_power(call.state, call.object, &allowed, Power::PoweredOff)?;
    let message = format!("{} is removed from the inventory", call.state.place_of(call.object));
    call.post(VmRemovedEvent::new(), &message, call.object);
    vm::remove(call.state, call.object, Removal::Unregister);
    Ok(None)
}
