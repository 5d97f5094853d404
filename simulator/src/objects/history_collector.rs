//! `HistoryCollector`: what collectors of tasks and of events have in common.

use super::Handler::Now;
use super::Handlers;
use crate::call::{Call, Outcome};
use crate::history;

/// What the simulator plays of it: everything.
pub(super) const HANDLERS: Handlers = &[
    ("DestroyCollector", Now(destroy_collector)),
    ("ResetCollector", Now(reset_collector)),
    ("RewindCollector", Now(rewind_collector)),
    ("SetCollectorPageSize", Now(set_collector_page_size)),
];

#[expect(clippy::unnecessary_wraps, reason = "it is a handler")]
fn destroy_collector(call: &mut Call<'_>) -> Outcome {
    call.state.remove_collector(call.object);
    Ok(None)
}

fn reset_collector(call: &mut Call<'_>) -> Outcome {
    call.state.reset(call.object).map(|()| None)
}

fn rewind_collector(call: &mut Call<'_>) -> Outcome {
    call.state.rewind(call.object).map(|()| None)
}

fn set_collector_page_size(call: &mut Call<'_>) -> Outcome {
    let size = history::count(call, "maxCount")?;
    call.state.set_page_size(call.object, size).map(|()| None)
}

/// Reads the items that are newer than the place of the collector.
pub(super) fn read_next(call: &mut Call<'_>) -> Outcome {
    let limit = history::count(call, "maxCount")?;
    call.state.read_next(call.object, limit).map(|items| Some(items.into()))
}

/// Reads the items that are older than the place of the collector.
pub(super) fn read_previous(call: &mut Call<'_>) -> Outcome {
    let limit = history::count(call, "maxCount")?;
    call.state.read_previous(call.object, limit).map(|items| Some(items.into()))
}
