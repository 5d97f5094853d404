//! Waiting for changes, and looking for them.

use jiff::{SignedDuration, Timestamp};
use vim25_api::types::{RequestCanceled, UpdateSet, WaitOptions};

use super::retrieve::positive;
use crate::call::{Call, Outcome, Waiting};
use crate::fault::{self, Failure};
use crate::viewer::Viewer;

pub(super) fn wait_for_updates_ex(call: &mut Call<'_>) -> Result<Waiting, Failure> {
    let options = call.object::<WaitOptions>("options");
    let limit = options.and_then(WaitOptions::max_object_updates);
    let limit = limit.map_or(Ok(usize::MAX), |limit| positive(limit, "options.maxObjectUpdates"))?;
    let deadline = match options.and_then(WaitOptions::max_wait_seconds) {
        None => Timestamp::MAX,
        Some(seconds) if seconds < 0 => {
            return Err(fault::invalid_argument("options.maxWaitSeconds", "it must not be negative"));
        }
        Some(seconds) => {
            let wait = SignedDuration::from_secs(seconds.into());
            call.begun.checked_add(wait).unwrap_or(Timestamp::MAX)
        }
    };
    check_canceled(call)?;
    if let Some(updates) = updates(call, limit)? {
        return Ok(Waiting::Done(Some(updates.into())));
    }
    let is_over = call.is_stopping || call.now >= deadline;
    Ok(if is_over { Waiting::Done(None) } else { Waiting::Until(deadline) })
}

/// Has to give updates in any case: those of a simulator that stops are none.
pub(super) fn wait_for_updates(call: &mut Call<'_>) -> Result<Waiting, Failure> {
    check_canceled(call)?;
    match updates(call, usize::MAX)? {
        Some(updates) => Ok(Waiting::Done(Some(updates.into()))),
        None if call.is_stopping => {
            let mut none = UpdateSet::new();
            none.set_version(call.text("version").unwrap_or_default());
            Ok(Waiting::Done(Some(none.into())))
        }
        None => Ok(Waiting::Until(Timestamp::MAX)),
    }
}

pub(super) fn check_for_updates(call: &mut Call<'_>) -> Outcome {
    Ok(updates(call, usize::MAX)?.map(Into::into))
}

pub(super) fn cancel_wait_for_updates(call: &mut Call<'_>) -> Outcome {
    let session = call.required_session()?.number;
    let version = call.state.store.version();
    call.state.session_objects.collector(session, call.object).canceled = Some(version);
    // Wakes those who wait.
    call.state.store.touch();
    Ok(None)
}

/// Fails if the call has waited when waiting was canceled.
fn check_canceled(call: &mut Call<'_>) -> Result<(), Failure> {
    let session = call.required_session()?.number;
    let canceled = call.state.session_objects.collector(session, call.object).canceled;
    if canceled.is_some_and(|canceled| call.begun_version <= canceled) {
        return Err(fault::fault(RequestCanceled::new(), "Waiting for updates was canceled."));
    }
    Ok(())
}

fn updates(call: &mut Call<'_>, limit: usize) -> Result<Option<UpdateSet>, Failure> {
    let session = call.required_session()?.number;
    let version = call.text("version").unwrap_or_default();
    let (now, session_id) = (call.now, call.session_id);
    call.state.with_collector(session, call.object, |state, collector| {
        collector.updates(Viewer { state, now, session_id }, &version, limit)
    })
}
