//! The state as a whole: read, replaced, saved.

use http::StatusCode;
use serde_json::json;

use super::{Request, json};
use crate::reply::Reply;
use crate::snapshot::Restored;

pub(super) fn get(request: &Request) -> Reply {
    json(&request.simulation.snapshot())
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
    match request.simulation.save(path) {
        Ok(()) => json(&json!({ "file": path })),
        Err(error) => Reply::text(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    }
}
