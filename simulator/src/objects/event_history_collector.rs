//! `EventHistoryCollector`: pages through events.

use super::Handler::Now;
use super::Handlers;
use super::history_collector::{read_next, read_previous};

/// What the simulator plays of it: everything.
pub(super) const HANDLERS: Handlers = &[("ReadNextEvents", Now(read_next)), ("ReadPreviousEvents", Now(read_previous))];
