//! The state as a whole: read, replaced, saved.

use http::StatusCode;
use serde_json::json;

use super::{Request, json};
use crate::reply::Reply;
use crate::snapshot::{Restored, Snapshot};

pub(super) fn get(request: &Request) -> Reply {
    json(&take(request))
}

/// Replaces the state; all sessions end.
pub(super) fn put(request: &Request) -> Reply {
    match Restored::decode(&request.body, request.simulation.settings.newest_release()) {
        Ok(restored) => {
            let mut state = request.simulation.state();
            restored.install(&mut state);
            json(&json!({ "objects": state.store.counts().map(|(_, count)| count).sum::<usize>() }))
        }
        Err(problem) => Reply::text(StatusCode::BAD_REQUEST, &problem),
    }
}

/// Saves the state to the file that was named at the start.
pub(super) fn save(request: &Request) -> Reply {
    let Some(path) = &request.simulation.settings.state_file else {
        return Reply::text(StatusCode::CONFLICT, "the simulator was started without a state file");
    };
    match take(request).write(path) {
        Ok(()) => json(&json!({ "file": path })),
        Err(error) => Reply::text(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    }
}

fn take(request: &Request) -> Snapshot {
    let release = request.simulation.settings.newest_release();
    Snapshot::take(&request.simulation.state(), release)
}
