//! Virtual machines that come into a folder, and that leave it with the folder.

use vim25_api::types::{
    VirtualMachineConfigSpec, VirtualMachinePowerState as Power, VmCreatedEvent, VmRegisteredEvent, VmRemovedEvent,
};
use vim25_runtime::Any;

use super::check_takes;
use crate::call::Call;
use crate::entity;
use crate::fault::{self, Failure};
use crate::members;
use crate::tasks::Work;
use crate::vm::{self, Removal};

/// Refuses a folder that holds no virtual machines.
pub(super) fn check(call: &mut Call<'_>) -> Result<(), Failure> {
    check_takes(&call.state.store, call.object, "VirtualMachine")?;
    for name in ["pool", "host"] {
        if let Some(target) = call.reference(name).filter(|target| !call.state.store.contains(target)) {
            return Err(fault::object_not_found(target));
        }
    }
    Ok(())
}

/// Gives the new machine.
pub(super) fn create(work: &mut Work<'_>) -> Result<Option<Any>, Failure> {
    let spec = members::data::<VirtualMachineConfigSpec>(work.arguments, "config");
    let (Some(spec), Some(pool)) = (spec, work.reference("pool")) else {
        return Err(fault::invalid_argument("config", "a required argument is absent"));
    };
    let placement = vm::place_new(work.state, work.object, pool, work.reference("host"), spec)?;
    let new = vm::create(work.state, &placement, spec, work.now)?;
    let message = format!("{} is created", work.state.place_of(&new));
    work.post(VmCreatedEvent::new(), &message, &new);
    Ok(Some(new.into()))
}

/// Gives the machine that is in the inventory again. A template needs no pool, but a host.
pub(super) fn register(work: &mut Work<'_>) -> Result<Option<Any>, Failure> {
    let is_template = work.boolean("asTemplate") == Some(true);
    let store = &work.state.store;
    let of_host = || store.reference(store.reference(work.reference("host")?, "parent")?, "resourcePool");
    let pool = work.reference("pool").or_else(|| of_host().filter(|_| is_template)).cloned();
    let Some(pool) = pool else {
        let (name, problem) = match is_template {
            true => ("host", "a template has to be on a host"),
            false => ("pool", "a virtual machine has to be in a resource pool"),
        };
        return Err(fault::invalid_argument(name, problem));
    };
    let what = (work.text("path").to_owned(), work.text("name").to_owned());
    let host = work.reference("host").cloned();
    let what = (what.0.as_str(), what.1.as_str());
    let new = vm::register(work.state, work.object, what, (&pool, is_template), host.as_ref(), work.now)?;
    let message = format!("{} is registered", work.state.place_of(&new));
    work.post(VmRegisteredEvent::new(), &message, &new);
    Ok(Some(new.into()))
}

/// The machines leave the inventory, but their files stay.
pub(super) fn unregister_and_destroy(work: &mut Work<'_>) -> Result<Option<Any>, Failure> {
    let below = entity::entities_below(&work.state.store, work.object);
    let is_machine = |entity: &&vim25_runtime::ManagedObjectReference| entity.type_name() == "VirtualMachine";
    let machines: Vec<_> = below.iter().filter(is_machine).cloned().collect();
    for machine in &machines {
        vm::check_power(work.state, machine, &[Power::PoweredOff, Power::Suspended], Power::PoweredOff)?;
    }
    for machine in &machines {
        let message = format!("{} is removed from the inventory", work.state.place_of(machine));
        work.post(VmRemovedEvent::new(), &message, machine);
        vm::remove(work.state, machine, Removal::Unregister);
    }
    entity::check_destroy(work, work.object)?;
    entity::destroy(work, work.object);
    Ok(None)
}
