//! `PropertyCollector`: many properties of many objects in one call, and what changes in them.

use super::Handlers;

/// What the simulator plays of it.
pub(super) const HANDLERS: Handlers = &[];
