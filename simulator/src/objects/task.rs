//! `Task`: what takes its time.
//!
//! Those that the simulator carries out go on by themselves and can be cancelled. Those that an extension has made by
//! `CreateTask` are in its hands: it says what they do, and how they end.

use vim25_api::types::{InvalidState, LocalizableMessage, MethodFault, OutOfBounds, TaskInfo};
use vim25_api::types::{TaskInfoState, TaskReasonUser};
use vim25_runtime::{DateTime, Value};

use super::Handler::Now;
use super::Handlers;
use crate::call::{Call, Outcome};
use crate::fault::{self, Failure};
use crate::tasks;

/// What the simulator plays of it.
pub(super) const HANDLERS: Handlers = &[
    ("CancelTask", Now(cancel_task)),
    ("SetTaskDescription", Now(set_task_description)),
    ("SetTaskState", Now(set_task_state)),
    ("UpdateProgress", Now(update_progress)),
];

fn cancel_task(call: &mut Call<'_>) -> Outcome {
    let info = info(call)?;
    check_canceller(call, &info)?;
    if has_ended(&info) || info.cancelled() {
        return Err(invalid_state("The task has ended or was cancelled before."));
    }
    if !info.cancelable() {
        return Err(fault::not_supported("The task cannot be cancelled."));
    }
    tasks::cancel(call.state, call.object, call.now);
    Ok(None)
}

/// Everybody may cancel tasks of their own, and with a privilege those of others.
fn check_canceller(call: &Call<'_>, info: &TaskInfo) -> Result<(), Failure> {
    let session = call.required_session()?;
    let owner = info.reason().downcast_ref::<TaskReasonUser>().map(TaskReasonUser::user_name);
    if owner == Some(session.user_name.as_str()) {
        return Ok(());
    }
    let missing = call.state.missing_privileges(session, call.object, &["Global.CancelTask"]);
    if missing.is_empty() { Ok(()) } else { Err(fault::no_permission(call.object, &missing)) }
}

fn set_task_description(call: &mut Call<'_>) -> Outcome {
    if call.state.tasks.is_running(call.object) {
        return Err(fault::not_supported("The task is not one of an extension."));
    }
    let Some(description) = call.object::<LocalizableMessage>("description").cloned() else {
        return Err(fault::invalid_argument("description", "the required argument is absent"));
    };
    call.state.store.edit::<TaskInfo>(call.object, "info", |info| {
        info.set_description(description);
    });
    Ok(None)
}

/// Changes the state of a task of an extension: it can begin to run, and end.
fn set_task_state(call: &mut Call<'_>) -> Outcome {
    check_is_of_extension(call)?;
    let state = TaskInfoState::from(call.required_text("state")?);
    let result = match call.arguments.member("result") {
        Some(Value::Any(result)) => Some((**result).clone()),
        _ => None,
    };
    let error = call.object::<MethodFault>("fault").cloned();
    if result.is_some() && state != TaskInfoState::Success {
        return Err(fault::invalid_argument("result", "only a task that succeeds has one"));
    }
    if error.is_some() && state != TaskInfoState::Error {
        return Err(fault::invalid_argument("fault", "only a task that fails has one"));
    }
    match (state, error) {
        (TaskInfoState::Success, _) => tasks::complete(call.state, call.object, Ok(result), call.now),
        (TaskInfoState::Error, Some(error)) => {
            let failure = fault::fault(error, "The extension says that the task has failed.");
            tasks::complete(call.state, call.object, Err(failure), call.now);
        }
        (TaskInfoState::Error, None) => {
            return Err(fault::invalid_argument("fault", "a task that fails needs one"));
        }
        (TaskInfoState::Running, _) => begin(call),
        (state, _) if info(call)?.state() != state => return Err(invalid_state("A task cannot be queued again.")),
        _ => {}
    }
    Ok(None)
}

fn begin(call: &mut Call<'_>) {
    let now = DateTime::from(call.now);
    call.state.store.edit::<TaskInfo>(call.object, "info", |info| {
        if info.state() == TaskInfoState::Queued {
            info.set_state(TaskInfoState::Running).set_start_time(now);
        }
    });
}

fn update_progress(call: &mut Call<'_>) -> Outcome {
    let percent = call.integer("percentDone").and_then(|percent| i32::try_from(percent).ok());
    let Some(percent) = percent.filter(|percent| (0..=100).contains(percent)) else {
        let mut refused = OutOfBounds::new();
        refused.set_argument_name("percentDone");
        return Err(fault::fault(refused, "The progress is from 0 to 100."));
    };
    check_is_of_extension(call)?;
    if info(call)?.state() != TaskInfoState::Running {
        return Err(invalid_state("The task does not run."));
    }
    call.state.store.edit::<TaskInfo>(call.object, "info", |info| {
        info.set_progress(percent);
    });
    Ok(None)
}

/// Fails unless a task is in the hands of an extension and has not ended.
fn check_is_of_extension(call: &Call<'_>) -> Result<(), Failure> {
    if call.state.tasks.is_running(call.object) {
        return Err(invalid_state("The task is not one of an extension."));
    }
    if has_ended(&info(call)?) {
        return Err(invalid_state("The task has ended."));
    }
    Ok(())
}

fn info(call: &Call<'_>) -> Result<TaskInfo, Failure> {
    let info = call.state.store.object::<TaskInfo>(call.object, "info").cloned();
    info.ok_or_else(|| fault::object_not_found(call.object))
}

fn has_ended(info: &TaskInfo) -> bool {
    matches!(info.state(), TaskInfoState::Success | TaskInfoState::Error)
}

fn invalid_state(message: &str) -> Failure {
    fault::fault(InvalidState::new(), message)
}
