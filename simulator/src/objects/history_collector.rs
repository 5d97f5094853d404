//! `HistoryCollector`: what collectors of tasks and events have in common.

use super::Handlers;

/// What the simulator plays of it.
pub(super) const HANDLERS: Handlers = &[];
