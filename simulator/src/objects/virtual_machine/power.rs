//! Power operations, and the question that power-on may ask.

use vim25_api::types::{
    GenericVmConfigFault, InvalidState, VirtualMachineConfigInfo, VirtualMachinePowerState as Power, VmMessageEvent,
    VmPoweredOffEvent, VmPoweredOnEvent, VmResettingEvent, VmResumingEvent, VmStartingEvent, VmStoppingEvent,
    VmSuspendedEvent, VmSuspendingEvent,
};
use vim25_runtime::{Any, ManagedObjectReference};

use crate::call::{Call, Outcome};
use crate::fault::{self, Failure};
use crate::tasks::{self, Work};
use crate::vm::{self, Question};

pub(super) fn power_on(work: &mut Work<'_>) -> Result<Option<Any>, Failure> {
    let machine = work.object;
    let config = work.state.store.object::<VirtualMachineConfigInfo>(machine, "config");
    if config.is_some_and(VirtualMachineConfigInfo::template) {
        return Err(fault::fault(InvalidState::new(), "A template cannot be powered on."));
    }
    vm::check_connected(work.state, machine)?;
    vm::check_power(work.state, machine, &[Power::PoweredOff, Power::Suspended], Power::PoweredOn)?;
    find_host(work)?;
    match vm::ask(work.state, machine, work.now) {
        Question::None => {}
        Question::Asked => {
            let message = format!("{} asks a question and waits for the answer", work.state.place_of(machine));
            work.post(VmMessageEvent::new(), &message, machine);
            return Ok(work.try_later());
        }
        Question::Pending => return Ok(work.try_later()),
    }
    let place = work.state.place_of(machine);
    if vm::power_state(work.state, machine) == Power::Suspended {
        work.post(VmResumingEvent::new(), &format!("{place} is resumed"), machine);
    } else {
        work.post(VmStartingEvent::new(), &format!("{place} is starting"), machine);
    }
    vm::set_power(work.state, machine, Power::PoweredOn, work.now);
    work.post(VmPoweredOnEvent::new(), &format!("{place} is powered on"), machine);
    Ok(None)
}

/// The machine runs on the host that is asked for, else on its own, else on another one of the cluster.
fn find_host(work: &mut Work<'_>) -> Result<(), Failure> {
    let store = &work.state.store;
    let Some(present) = work.state.host_of(work.object) else { return Err(fault::object_not_found(work.object)) };
    let host = match work.reference("host") {
        Some(host) => host.clone(),
        None if vm::is_usable(store, &present) => return Ok(()),
        None => {
            let cluster = store.reference(&present, "parent").cloned();
            let datastores = store.references(work.object, "datastore");
            cluster.and_then(|cluster| vm::pick_host(store, &cluster, datastores, None)).unwrap_or(present)
        }
    };
    vm::check_usable(store, &host)?;
    super::copy::move_to_host(work.state, work.object, &host, work.now)
}

pub(super) fn power_off(work: &mut Work<'_>) -> Result<Option<Any>, Failure> {
    let machine = work.object;
    vm::check_connected(work.state, machine)?;
    vm::check_power(work.state, machine, &[Power::PoweredOn, Power::Suspended], Power::PoweredOff)?;
    let place = work.state.place_of(machine);
    work.post(VmStoppingEvent::new(), &format!("{place} is stopping"), machine);
    vm::set_power(work.state, machine, Power::PoweredOff, work.now);
    work.post(VmPoweredOffEvent::new(), &format!("{place} is powered off"), machine);
    Ok(None)
}

pub(super) fn suspend(work: &mut Work<'_>) -> Result<Option<Any>, Failure> {
    let machine = work.object;
    vm::check_connected(work.state, machine)?;
    vm::check_power(work.state, machine, &[Power::PoweredOn], Power::Suspended)?;
    let place = work.state.place_of(machine);
    work.post(VmSuspendingEvent::new(), &format!("{place} is being suspended"), machine);
    vm::set_power(work.state, machine, Power::Suspended, work.now);
    work.post(VmSuspendedEvent::new(), &format!("{place} is suspended"), machine);
    Ok(None)
}

pub(super) fn reset(work: &mut Work<'_>) -> Result<Option<Any>, Failure> {
    let machine = work.object;
    vm::check_connected(work.state, machine)?;
    vm::check_power(work.state, machine, &[Power::PoweredOn], Power::PoweredOn)?;
    let place = work.state.place_of(machine);
    work.post(VmResettingEvent::new(), &format!("{place} is reset"), machine);
    vm::reset(work.state, machine, work.now);
    Ok(None)
}

/// Answers the question that power-on has asked: it goes on, or is given up.
pub(super) fn answer(call: &mut Call<'_>) -> Outcome {
    let (id, choice) = (call.required_text("questionId")?, call.required_text("answerChoice")?);
    if vm::answer(call.state, call.object, &id, &choice, call.now)?
        && let Some(task) = waiting_power_on(call)
    {
        call.state.tasks.take(&task);
        let mut cancelled = GenericVmConfigFault::new();
        cancelled.set_reason("cancelled");
        let failure = fault::fault(cancelled, "The question was answered with `Cancel`.");
        tasks::complete(call.state, &task, Err(failure), call.now);
    }
    Ok(None)
}

fn waiting_power_on(call: &Call<'_>) -> Option<ManagedObjectReference> {
    let mut running = call.state.tasks.running();
    let found = running.find(|task| task.object == *call.object && task.operation.name == "PowerOnVM_Task");
    found.map(|task| task.task.clone())
}
