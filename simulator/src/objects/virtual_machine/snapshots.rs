//! Snapshots of a machine.

use vim25_api::types::{InvalidName, VirtualMachineConfigInfo};
use vim25_runtime::Any;

use crate::call::Call;
use crate::fault::{self, Failure};
use crate::tasks::Work;
use crate::vm::{self, Snapshot};

/// A name that a snapshot can have.
pub(in super::super) fn check_name(name: &str) -> Result<(), Failure> {
    if !name.trim().is_empty() && name.chars().count() <= 80 {
        return Ok(());
    }
    let mut invalid = InvalidName::new();
    invalid.set_name(name);
    Err(fault::fault(invalid, "The name of a snapshot has 1 to 80 characters."))
}

pub(super) fn check_create(call: &mut Call<'_>) -> Result<(), Failure> {
    check_name(&call.required_text("name")?)?;
    vm::check_idle(call.state, call.object, call.operation.name)
}

/// Gives the snapshot.
pub(super) fn create(work: &mut Work<'_>) -> Result<Option<Any>, Failure> {
    vm::check_connected(work.state, work.object)?;
    let config = work.state.store.object::<VirtualMachineConfigInfo>(work.object, "config");
    if config.is_some_and(VirtualMachineConfigInfo::template) {
        return Err(fault::fault(vim25_api::types::InvalidState::new(), "A template can have no new snapshot."));
    }
    let snapshot = Snapshot {
        name: work.text("name"),
        description: work.text("description"),
        with_memory: work.boolean("memory") == Some(true),
        is_quiesced: work.boolean("quiesce") == Some(true) || work.arguments.member("quiesceSpec").is_some(),
    };
    let snapshot = vm::take(work.state, work.object, snapshot, work.now);
    Ok(Some(snapshot.into()))
}

pub(super) fn revert_to_current(work: &mut Work<'_>) -> Result<Option<Any>, Failure> {
    let Some(snapshot) = vm::current_snapshot(work.state, work.object) else {
        return Err(fault::not_found("The virtual machine has no snapshot."));
    };
    vm::check_connected(work.state, work.object)?;
    let power_on = work.boolean("suppressPowerOn") != Some(true);
    vm::revert(work.state, work.object, &snapshot, power_on, work.now)?;
    Ok(None)
}

pub(super) fn remove_all(work: &mut Work<'_>) -> Result<Option<Any>, Failure> {
    vm::check_connected(work.state, work.object)?;
    vm::remove_all_snapshots(work.state, work.object, work.now);
    Ok(None)
}

/// Removing a snapshot leaves nothing behind that would have to be consolidated.
#[expect(clippy::unnecessary_wraps, reason = "other tasks can fail")]
pub(super) fn consolidate(_: &mut Work<'_>) -> Result<Option<Any>, Failure> {
    Ok(None)
}
