//! `ResourcePool`: where virtual machines get their share.

use super::Handlers;

/// What the simulator plays of it.
pub(super) const HANDLERS: Handlers = &[];
