//! Tasks: what takes its time.
//!
//! A task is the call that began it, kept until the time has come to carry it out. So nothing but data waits, and a
//! task can be saved with the rest of the state.

pub(crate) mod kept;

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use vim25_api::mo;
use vim25_api::types::{Event, RequestCanceled, TaskEvent, TaskInfo, TaskInfoState, TaskReasonUser};
use vim25_runtime::{Any, DateTime, ManagedObjectReference, Object, OperationInfo, Ref, Value};

use self::kept::Kept;
use crate::call::{Call, Outcome};
use crate::fault::{self, Failure};
use crate::members;
use crate::objects::{self, Handler};
use crate::state::State;
use crate::store::is_a;

/// How many tasks `recentTask` names at most, of the task manager and of an entity.
const MAX_RECENT: usize = 32;

/// How often a running task reports progress.
const STEPS: i32 = 10;

/// What the task of an operation does when its time has come: it gives the result of the task.
pub(crate) type Finish = fn(&mut Work<'_>) -> Result<Option<Any>, Failure>;

/// The tasks that are running, and which tasks there are at all.
#[derive(Debug, Default)]
pub(crate) struct Tasks {
    pub(crate) kept: Kept,
    /// By number, which is the order of their beginning.
    running: BTreeMap<u64, Running>,
    begun: u64,
}

/// A task that is running, and the call that began it.
#[derive(Clone, Debug)]
pub(crate) struct Running {
    pub(crate) task: ManagedObjectReference,
    pub(crate) operation: &'static OperationInfo,
    pub(crate) object: ManagedObjectReference,
    pub(crate) arguments: Object,
    pub(crate) user_name: String,
    pub(crate) begun: Timestamp,
    pub(crate) duration: Duration,
}

/// A task whose time has come, with the state under its lock.
pub(crate) struct Work<'a> {
    pub(crate) state: &'a mut State,
    pub(crate) now: Timestamp,
    /// The object that the operation was called of.
    pub(crate) object: &'a ManagedObjectReference,
    pub(crate) arguments: &'a Object,
    pub(crate) user_name: &'a str,
    /// When the task began.
    pub(crate) begun: Timestamp,
    /// Whether the task cannot be carried out yet: see [`try_later`](Self::try_later).
    is_waiting: bool,
}

impl<'a> Work<'a> {
    /// An argument that is a reference.
    pub(crate) fn reference(&self, name: &str) -> Option<&'a ManagedObjectReference> {
        members::reference(self.arguments, name)
    }

    /// An argument that is a boolean.
    pub(crate) fn boolean(&self, name: &str) -> Option<bool> {
        members::boolean(self.arguments, name)
    }

    /// An argument that is a string; empty if it is absent.
    pub(crate) fn text(&self, name: &str) -> &'a str {
        members::text(self.arguments, name).unwrap_or_default()
    }

    /// Adds an event about an entity to the history.
    pub(crate) fn post(&mut self, event: impl Into<Event>, message: &str, entity: &ManagedObjectReference) {
        self.state.post_event(event, message, Some(entity), self.user_name, self.now);
    }

    /// Keeps the task running; it is tried again when time has passed. What is given back is no result yet.
    pub(crate) fn try_later(&mut self) -> Option<Any> {
        self.is_waiting = true;
        None
    }
}

impl Tasks {
    /// The tasks that are running, in the order of their beginning.
    pub(crate) fn running(&self) -> impl Iterator<Item = &Running> {
        self.running.values()
    }

    /// How many tasks have begun.
    pub(crate) fn begun(&self) -> u64 {
        self.begun
    }

    /// How many tasks are running.
    pub(crate) fn running_count(&self) -> usize {
        self.running.len()
    }

    /// Keeps a task that is running.
    pub(crate) fn insert(&mut self, running: Running) {
        self.begun += 1;
        self.running.insert(self.begun, running);
    }

    /// Whether a task is carried out by the simulator and has not ended; those of extensions are not.
    pub(crate) fn is_running(&self, task: &ManagedObjectReference) -> bool {
        self.running().any(|running| running.task == *task)
    }

    /// Forgets a running task; whether there was one.
    pub(crate) fn take(&mut self, task: &ManagedObjectReference) -> Option<Running> {
        let number = self.running.iter().find(|(_, running)| running.task == *task).map(|(&number, _)| number)?;
        self.running.remove(&number)
    }
}

/// Begins the task of a call: gives the reference to it.
pub(crate) fn begin(call: &mut Call<'_>) -> Outcome {
    let user_name = call.required_session()?.user_name.clone();
    let task = kept::new_reference(&mut call.state.store);
    let mut info = info(call, call.object, &task, &user_name);
    info.set_name(call.operation.name)
        .set_description_id(description_id(call.operation))
        .set_state(TaskInfoState::Running)
        .set_progress(0)
        .set_start_time(DateTime::from(call.now));
    add(call.state, info, &user_name, call.now);
    call.state.tasks.insert(Running {
        task: task.clone(),
        operation: call.operation,
        object: call.object.clone(),
        arguments: call.arguments.clone(),
        user_name,
        begun: call.now,
        duration: call.simulation.settings.task_duration,
    });
    advance(call.state, call.now);
    Ok(Some(task.into()))
}

/// What is said of a new task about an object: it is queued.
pub(crate) fn info(
    call: &Call<'_>,
    object: &ManagedObjectReference,
    task: &ManagedObjectReference,
    user_name: &str,
) -> TaskInfo {
    let mut reason = TaskReasonUser::new();
    reason.set_user_name(user_name);
    let mut info = TaskInfo::new();
    info.set_key(task.value())
        .set_task(Ref::<mo::Task>::new(task.value()))
        .set_state(TaskInfoState::Queued)
        .set_cancelled(false)
        .set_cancelable(true)
        .set_reason(reason)
        .set_queue_time(DateTime::from(call.now))
        .set_event_chain_id(call.state.events.next_key());
    if is_a(object.type_name(), "ManagedEntity") {
        // Every kind of entity goes where one is expected.
        let inserted = info.insert("entity", object.clone());
        debug_assert!(inserted.is_ok());
        info.set_entity_name(call.state.store.text(object, "name"));
    }
    info
}

/// Adds a task, and the event that begins its chain.
pub(crate) fn add(state: &mut State, info: TaskInfo, user_name: &str, now: Timestamp) {
    let task = ManagedObjectReference::from(info.task());
    let entity = info.entity().map(ManagedObjectReference::from);
    let mut event = TaskEvent::new();
    event.set_info(info.clone());
    let message = format!("Task {} of {user_name}", info.description_id());
    state.post_event(event, &message, entity.as_ref(), user_name, now);
    state.store.add(task.clone(), [("info", info.into())]);
    note_recent(state, &task, entity.as_ref());
    state.tasks.kept.add(task);
}

/// `VirtualMachine.powerOnVM` of `PowerOnVM_Task`.
pub(crate) fn description_id(operation: &OperationInfo) -> String {
    let name = operation.name.strip_suffix("_Task").unwrap_or(operation.name);
    let mut letters = name.chars();
    let first = letters.next().map(|first| first.to_ascii_lowercase());
    format!("{}.{}{}", operation.managed_object, first.into_iter().collect::<String>(), letters.as_str())
}

/// Has the task manager and the entity name a task among the recent ones.
pub(crate) fn note_recent(state: &mut State, task: &ManagedObjectReference, entity: Option<&ManagedObjectReference>) {
    let manager = objects::singleton("TaskManager");
    let entity = entity.filter(|entity| is_a(entity.type_name(), "ManagedEntity"));
    for object in [Some(&manager), entity].into_iter().flatten() {
        state.store.link(object, "recentTask", task);
        let recent = state.store.references(object, "recentTask");
        if recent.len() > MAX_RECENT {
            let oldest = recent[0].clone();
            state.store.unlink(object, "recentTask", &oldest);
        }
    }
}

/// Reports the progress of the running tasks, and carries out those whose time has come.
pub(crate) fn advance(state: &mut State, now: Timestamp) {
    let mut due = Vec::new();
    for (&number, running) in &state.tasks.running {
        let elapsed = now.duration_since(running.begun).unsigned_abs();
        if elapsed >= running.duration {
            due.push(number);
            continue;
        }
        let share = elapsed.as_secs_f64() / running.duration.as_secs_f64();
        #[expect(clippy::cast_possible_truncation, reason = "it is less than the number of steps")]
        let progress = (share * f64::from(STEPS)) as i32 * (100 / STEPS);
        let known = state.store.object::<TaskInfo>(&running.task, "info").and_then(TaskInfo::progress);
        if known != Some(progress) {
            state.store.edit::<TaskInfo>(&running.task, "info", |info| {
                info.set_progress(progress);
            });
        }
    }
    for number in due {
        if let Some(running) = state.tasks.running.remove(&number)
            && finish(state, &running, now) == Progress::Waiting
        {
            state.tasks.running.insert(number, running);
        }
    }
}

/// How far a task has got.
#[derive(PartialEq)]
enum Progress {
    Ended,
    Waiting,
}

/// Carries out a task. The object can be gone by then.
fn finish(state: &mut State, running: &Running, now: Timestamp) -> Progress {
    let chain_id = state.store.object(&running.task, "info").map(TaskInfo::event_chain_id);
    let outer = std::mem::replace(&mut state.events.chain_id, chain_id);
    let outcome = match objects::handler(running.operation) {
        Some(Handler::Task { .. }) if !state.store.contains(&running.object) => {
            Err(fault::object_not_found(&running.object))
        }
        Some(Handler::Task { finish, .. }) => {
            let mut work = Work {
                state,
                now,
                object: &running.object,
                arguments: &running.arguments,
                user_name: &running.user_name,
                begun: running.begun,
                is_waiting: false,
            };
            let outcome = finish(&mut work);
            if work.is_waiting {
                state.events.chain_id = outer;
                return Progress::Waiting;
            }
            outcome
        }
        _ => Err(fault::method_not_found(&running.object, running.operation.name)),
    };
    state.events.chain_id = outer;
    complete(state, &running.task, outcome, now);
    Progress::Ended
}

/// Cancels a task that has not ended. One that the simulator carries out ends at once; an extension has to look whether
/// its task was cancelled.
pub(crate) fn cancel(state: &mut State, task: &ManagedObjectReference, now: Timestamp) {
    state.store.edit::<TaskInfo>(task, "info", |info| {
        info.set_cancelled(true);
    });
    if state.tasks.take(task).is_some() {
        let canceled = fault::fault(RequestCanceled::new(), "The task was cancelled.");
        complete(state, task, Err(canceled), now);
    }
}

/// Ends a task with its result or its fault.
pub(crate) fn complete(
    state: &mut State,
    task: &ManagedObjectReference,
    outcome: Result<Option<Any>, Failure>,
    now: Timestamp,
) {
    state.store.edit::<TaskInfo>(task, "info", |info| {
        info.set_complete_time(DateTime::from(now)).set_cancelable(false);
        match outcome {
            Ok(result) => {
                info.set_state(TaskInfoState::Success);
                info.remove("progress");
                if let Some(result) = result {
                    info.set_result(result);
                }
            }
            Err(failure) => {
                info.set_state(TaskInfoState::Error);
                let inserted = info.insert("error", Value::Object(failure.into_fault()));
                debug_assert!(inserted.is_ok());
            }
        }
    });
    state.tasks.kept.end(task);
}
