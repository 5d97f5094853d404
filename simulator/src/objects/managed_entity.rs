//! `ManagedEntity`: what all objects of the inventory have in common.

use super::Handlers;

/// What the simulator plays of it.
pub(super) const HANDLERS: Handlers = &[];
