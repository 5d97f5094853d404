//! `VirtualMachineSnapshot`: a state of a virtual machine that was kept.

use super::Handlers;

/// What the simulator plays of it.
pub(super) const HANDLERS: Handlers = &[];
