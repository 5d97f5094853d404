//! `ManagedEntity`: what all objects of the inventory have in common.

use vim25_runtime::{Element, Value};

use super::Handler::Property;
use super::{Handlers, Reading};

/// What the simulator plays of it.
pub(super) const HANDLERS: Handlers = &[("effectiveRole", Property(effective_role))];

/// The roles of the caller on the object.
fn effective_role(reading: &Reading<'_>) -> Option<Value> {
    let session = reading.session()?;
    Some(i32::into_list(reading.state.effective_roles(session.principals(), reading.object)).into())
}
