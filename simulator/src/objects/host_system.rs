//! `HostSystem`: a host.

use super::Handlers;

/// What the simulator plays of it.
pub(super) const HANDLERS: Handlers = &[];
