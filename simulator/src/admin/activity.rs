//! Who is logged in, what was asked, and which tasks there are.

use serde_json::{Value as Json, json};
use vim25_api::types::{TaskInfo, TaskReasonUser};
use vim25_runtime::ManagedObjectReference;

use super::{Request, json};
use crate::log::RequestLog;
use crate::objects::singleton;
use crate::reply::Reply;
use crate::session::Session;
use crate::state::State;

/// How many running tasks are shown.
const MAX_TASKS: usize = 200;

/// The sessions; their ids are secret and not shown.
pub(super) fn sessions(request: &Request) -> Reply {
    let sessions: Vec<_> = request.simulation.state().sessions.list().into_iter().map(Session::describe).collect();
    let shown = |session: &vim25_api::types::UserSession| {
        json!({
            "key": session.key(),
            "user": session.user_name(),
            "fullName": session.full_name(),
            "address": session.ip_address(),
            "userAgent": session.user_agent(),
            "loginTime": session.login_time().as_str(),
            "lastActiveTime": session.last_active_time().as_str(),
            "locale": session.locale(),
            "callCount": session.call_count(),
        })
    };
    json(&json!({ "sessions": sessions.iter().map(shown).collect::<Vec<_>>() }))
}

/// Ends all sessions.
pub(super) fn expire_sessions(request: &Request) -> Reply {
    let mut state = request.simulation.state();
    let expired = state.sessions.len();
    state.sessions.close_all(request.simulation.clock.now());
    json(&json!({ "expired": expired }))
}

/// The last requests, the latest first.
pub(super) fn requests(request: &Request) -> Reply {
    let requests: Vec<RequestLog> = request.simulation.requests().recent().cloned().collect();
    json(&json!({ "requests": requests.iter().map(RequestLog::line).collect::<Vec<_>>() }))
}

/// The tasks that are running and those that have ended of late, the latest first.
pub(super) fn tasks(request: &Request) -> Reply {
    let state = request.simulation.state();
    let recent = state.store.references(&singleton("TaskManager"), "recentTask");
    let running = state.tasks.running().map(|running| &running.task).filter(|task| !recent.contains(task));
    let mut tasks: Vec<&ManagedObjectReference> = running.chain(recent).collect();
    tasks.reverse();
    tasks.truncate(MAX_TASKS);
    let shown: Vec<Json> = tasks.into_iter().filter_map(|task| shown(&state, task)).collect();
    drop(state);
    json(&json!({ "tasks": shown }))
}

fn shown(state: &State, task: &ManagedObjectReference) -> Option<Json> {
    let info = state.store.object::<TaskInfo>(task, "info")?;
    let user = info.reason().downcast_ref::<TaskReasonUser>().map(TaskReasonUser::user_name);
    let fault = info.error().map(|error| error.type_name());
    Some(json!({
        "key": info.key(),
        "operation": info.name(),
        "descriptionId": info.description_id(),
        "entity": info.entity().map(ToString::to_string),
        "entityName": info.entity_name(),
        "state": info.state().as_str(),
        "progress": info.progress(),
        "user": user,
        "fault": fault,
        "queueTime": info.queue_time().as_str(),
        "completeTime": info.complete_time().map(|time| time.as_str()),
    }))
}
