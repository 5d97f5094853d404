//! `VirtualMachine`: a virtual machine.

mod config;
mod copy;
mod guest;
mod inventory;
mod power;
mod snapshots;

pub(super) use self::copy::move_to_host;
pub(super) use self::snapshots::check_name as check_snapshot_name;
use super::Handler::{Now, Task};
use super::Handlers;
use crate::call::{Call, Outcome};
use crate::fault::Failure;
use crate::vm;

/// What the simulator plays of it.
pub(super) const HANDLERS: Handlers = &[
    ("AnswerVM", Now(power::answer)),
    ("CloneVM_Task", Task { check: copy::check_clone, finish: copy::clone }),
    ("ConsolidateVMDisks_Task", Task { check: check_idle, finish: snapshots::consolidate }),
    ("CreateSnapshotEx_Task", Task { check: snapshots::check_create, finish: snapshots::create }),
    ("CreateSnapshot_Task", Task { check: snapshots::check_create, finish: snapshots::create }),
    ("MarkAsTemplate", Now(inventory::mark_as_template)),
    ("MarkAsVirtualMachine", Now(inventory::mark_as_virtual_machine)),
    ("MigrateVM_Task", Task { check: check_idle, finish: copy::migrate }),
    ("PowerOffVM_Task", Task { check: check_idle, finish: power::power_off }),
    ("PowerOnVM_Task", Task { check: check_idle, finish: power::power_on }),
    ("RebootGuest", Now(guest::reboot)),
    ("ReconfigVM_Task", Task { check: check_idle, finish: config::reconfigure }),
    ("RefreshStorageInfo", Now(nothing_to_do)),
    ("RelocateVM_Task", Task { check: copy::check_relocate, finish: copy::relocate }),
    ("RemoveAllSnapshots_Task", Task { check: check_idle, finish: snapshots::remove_all }),
    ("ResetVM_Task", Task { check: check_idle, finish: power::reset }),
    ("RevertToCurrentSnapshot_Task", Task { check: check_idle, finish: snapshots::revert_to_current }),
    ("ShutdownGuest", Now(guest::shut_down)),
    ("StandbyGuest", Now(guest::stand_by)),
    ("SuspendVM_Task", Task { check: check_idle, finish: power::suspend }),
    ("UnregisterVM", Now(inventory::unregister)),
    ("UpgradeVM_Task", Task { check: check_idle, finish: config::upgrade }),
];

/// A machine that a task is changing refuses another change.
fn check_idle(call: &mut Call<'_>) -> Result<(), Failure> {
    vm::check_idle(call.state, call.object, call.operation.name)
}

/// What a machine shows of its files is always right.
#[expect(clippy::unnecessary_wraps, reason = "other methods can fail")]
fn nothing_to_do(_: &mut Call<'_>) -> Outcome {
    Ok(None)
}
