//! `TaskHistoryCollector`: pages through tasks.

use super::Handler::Now;
use super::Handlers;
use super::history_collector::{read_next, read_previous};

/// What the simulator plays of it: everything.
pub(super) const HANDLERS: Handlers = &[("ReadNextTasks", Now(read_next)), ("ReadPreviousTasks", Now(read_previous))];
