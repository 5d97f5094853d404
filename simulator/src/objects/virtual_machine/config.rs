//! Changes of the configuration.

use vim25_api::types::{
    VirtualMachineConfigSpec, VirtualMachinePowerState as Power, VmReconfiguredEvent, VmRenamedEvent,
    VmUpgradeCompleteEvent,
};
use vim25_runtime::Any;

use crate::fault::{self, Failure};
use crate::members;
use crate::tasks::Work;
use crate::vm;

pub(super) fn reconfigure(work: &mut Work<'_>) -> Result<Option<Any>, Failure> {
    let spec = members::data::<VirtualMachineConfigSpec>(work.arguments, "spec");
    let Some(spec) = spec else { return Err(fault::invalid_argument("spec", "the required argument is absent")) };
    vm::check_connected(work.state, work.object)?;
    let old_name = work.state.store.text(work.object, "name").to_owned();
    vm::reconfigure(work.state, work.object, spec, work.now)?;
    let name = work.state.store.text(work.object, "name").to_owned();
    let mut event = VmReconfiguredEvent::new();
    event.set_config_spec(spec.clone());
    let message = format!("{} is reconfigured", work.state.place_of(work.object));
    work.post(event, &message, work.object);
    if name != old_name {
        let mut event = VmRenamedEvent::new();
        event.set_old_name(&old_name).set_new_name(&name);
        work.post(event, &format!("{old_name} is renamed to {name}"), work.object);
    }
    Ok(None)
}

pub(super) fn upgrade(work: &mut Work<'_>) -> Result<Option<Any>, Failure> {
    vm::check_connected(work.state, work.object)?;
    vm::check_power(work.state, work.object, &[Power::PoweredOff], Power::PoweredOff)?;
    let version = vm::upgrade(work.state, work.object, work.text("version"), work.now)?;
    let mut event = VmUpgradeCompleteEvent::new();
    event.set_version(&version);
    let message = format!("The hardware of {} is upgraded to {version}", work.state.place_of(work.object));
    work.post(event, &message, work.object);
    Ok(None)
}
