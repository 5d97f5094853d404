//! What VMware Tools do in the guest. Guests are quick here: it is done at once.

use vim25_api::types::{
    ToolsUnavailable, VirtualMachinePowerState as Power, VmGuestRebootEvent, VmGuestShutdownEvent, VmGuestStandbyEvent,
    VmPoweredOffEvent, VmSuspendedEvent,
};

use crate::call::{Call, Outcome};
use crate::fault::{self, Failure};
use crate::vm;

fn check(call: &Call<'_>) -> Result<(), Failure> {
    vm::check_idle(call.state, call.object, call.operation.name)?;
    vm::check_connected(call.state, call.object)?;
    vm::check_power(call.state, call.object, &[Power::PoweredOn], Power::PoweredOn)?;
    if vm::is_guest_running(call.state, call.object) {
        Ok(())
    } else {
        Err(fault::fault(ToolsUnavailable::new(), "VMware Tools do not run in the guest."))
    }
}

pub(super) fn shut_down(call: &mut Call<'_>) -> Outcome {
    check(call)?;
    let (vm, place) = (call.object, call.state.place_of(call.object));
    call.post(VmGuestShutdownEvent::new(), &format!("The guest of {place} shuts down"), vm);
    vm::set_power(call.state, vm, Power::PoweredOff, call.now);
    call.post(VmPoweredOffEvent::new(), &format!("{place} is powered off"), vm);
    Ok(None)
}

pub(super) fn reboot(call: &mut Call<'_>) -> Outcome {
    check(call)?;
    let (vm, place) = (call.object, call.state.place_of(call.object));
    call.post(VmGuestRebootEvent::new(), &format!("The guest of {place} reboots"), vm);
    vm::reset(call.state, vm, call.now);
    Ok(None)
}

/// A guest that stands by has its machine suspended: the default of `standbyAction`.
pub(super) fn stand_by(call: &mut Call<'_>) -> Outcome {
    check(call)?;
    let (vm, place) = (call.object, call.state.place_of(call.object));
    call.post(VmGuestStandbyEvent::new(), &format!("The guest of {place} stands by"), vm);
    vm::set_power(call.state, vm, Power::Suspended, call.now);
    call.post(VmSuspendedEvent::new(), &format!("{place} is suspended"), vm);
    Ok(None)
}
