//! `ManagedEntity`: what all entities of the inventory can.

use vim25_runtime::{Any, Element, ManagedObjectReference, Value};

use super::Handler::{Now, Property, Task};
use super::{Handlers, Reading};
use crate::call::{Call, Outcome};
use crate::entity;
use crate::fault::Failure;
use crate::store::Store;
use crate::tasks::Work;
use crate::vm;

/// What the simulator plays of it.
pub(super) const HANDLERS: Handlers = &[
    ("Destroy_Task", Task { check: check_idle, finish: destroy }),
    ("Reload", Now(reload)),
    ("Rename_Task", Task { check: check_name, finish: rename }),
    ("effectiveRole", Property(effective_role)),
];

fn check_idle(call: &mut Call<'_>) -> Result<(), Failure> {
    match call.object.type_name() {
        "VirtualMachine" => vm::check_idle(call.state, call.object, call.operation.name),
        _ => Ok(()),
    }
}

fn destroy(work: &mut Work<'_>) -> Result<Option<Any>, Failure> {
    entity::check_destroy(work, work.object)?;
    entity::destroy(work, work.object);
    Ok(None)
}

fn check_name(call: &mut Call<'_>) -> Result<(), Failure> {
    call.required_text("newName").map(drop)
}

fn rename(work: &mut Work<'_>) -> Result<Option<Any>, Failure> {
    let old_name = work.state.store.text(work.object, "name").to_owned();
    let event = entity::rename(work.state, work.object, work.text("newName"), work.now)?;
    if let Some(event) = event {
        let message = format!("{old_name} is renamed to {}", name(&work.state.store, work.object));
        work.post(event, &message, work.object);
    }
    Ok(None)
}

fn name<'a>(store: &'a Store, entity: &ManagedObjectReference) -> &'a str {
    store.text(entity, "name")
}

/// What an entity shows is always right.
#[expect(clippy::unnecessary_wraps, reason = "other methods can fail")]
fn reload(_: &mut Call<'_>) -> Outcome {
    Ok(None)
}

/// The roles of the caller on the object.
fn effective_role(reading: &Reading<'_>) -> Option<Value> {
    let session = reading.session()?;
    Some(i32::into_list(reading.state.effective_roles(session.principals(), reading.object)).into())
}
