//! `PropertyFilter`: what a property collector looks at.

use super::Handlers;

/// What the simulator plays of it.
pub(super) const HANDLERS: Handlers = &[];
