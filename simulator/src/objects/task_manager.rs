//! `TaskManager`: knows all tasks, and makes tasks for extensions.

use vim25_api::types::{
    TaskFilterSpec, TaskInfo, TaskInfoFilterSpec, TaskManagerTaskViewSpec, TaskManagerViewByStartId,
};
use vim25_runtime::{ManagedObjectReference, Release};

use super::Handler::Now;
use super::{Handlers, singleton};
use crate::call::{Call, Outcome};
use crate::descriptions;
use crate::fault::{self, Failure};
use crate::history::{self, Filter, MAX_COLLECTORS, MAX_ITEMS, TaskFilter, TaskResults};
use crate::store::Store;
use crate::tasks::{self, kept};

/// What the simulator plays of it: everything.
pub(super) const HANDLERS: Handlers = &[
    ("CreateCollectorForTasks", Now(create_collector)),
    ("CreateCollectorWithInfoFilterForTasks", Now(create_collector)),
    ("CreateTask", Now(create_task)),
    ("ReadNextTasksByViewSpec", Now(read_next_tasks_by_view_spec)),
];

/// Sets the properties that never change.
pub(super) fn set_constants(store: &mut Store, release: Release) {
    let manager = singleton("TaskManager");
    store.set(&manager, "maxCollector", MAX_COLLECTORS);
    store.set(&manager, "description", descriptions::of_tasks(release));
}

fn create_collector(call: &mut Call<'_>) -> Outcome {
    let spec = filter_spec(call, "filter")?;
    let filter = filter(call, &spec, "infoFilter")?;
    history::create(call, "TaskHistoryCollector", filter, spec).map(|collector| Some(collector.into()))
}

/// Reads from the task with an id on, towards newer ones; without an id, the newest ones.
fn read_next_tasks_by_view_spec(call: &mut Call<'_>) -> Outcome {
    let filter = filter(call, &filter_spec(call, "filterSpec")?, "infoFilterSpec")?;
    let view = call.object::<TaskManagerTaskViewSpec>("viewSpec").and_then(|view| view.downcast_ref());
    let (start, limit) = match view {
        Some(view) => {
            let view: &TaskManagerViewByStartId = view;
            let limit = usize::try_from(view.count()).ok().filter(|count| (1..=MAX_ITEMS).contains(count));
            let limit = limit.ok_or_else(|| {
                fault::invalid_argument("viewSpec.count", &format!("it must be from 1 to {MAX_ITEMS}"))
            })?;
            (Some(task(call, view.start_id(), "viewSpec.startId")?), limit)
        }
        None => (None, MAX_ITEMS),
    };
    Ok(Some(history::tasks(call.state, filter, start.as_ref(), limit).into()))
}

fn filter_spec(call: &Call<'_>, argument: &str) -> Result<TaskFilterSpec, Failure> {
    let spec = call.object::<TaskFilterSpec>(argument).cloned();
    spec.ok_or_else(|| fault::invalid_argument(argument, "the required argument is absent"))
}

fn filter(call: &Call<'_>, spec: &TaskFilterSpec, results: &str) -> Result<Filter, Failure> {
    let results = call.object::<TaskInfoFilterSpec>(results).map(TaskResults::new).unwrap_or_default();
    Ok(Filter::Tasks(TaskFilter::new(&call.state.store, spec)?, results))
}

/// The task with a key.
fn task(call: &Call<'_>, key: &str, argument: &str) -> Result<ManagedObjectReference, Failure> {
    let task = ManagedObjectReference::new("Task", key);
    let is_known = call.state.store.contains(&task);
    is_known.then_some(task).ok_or_else(|| fault::invalid_argument(argument, "there is no task with this key"))
}

/// Makes a task that is in the hands of an extension. None is registered, so it can be of any type.
fn create_task(call: &mut Call<'_>) -> Outcome {
    let user_name = call.required_session()?.user_name.clone();
    let type_id = call.required_text("taskTypeId")?;
    let Some(object) = call.reference("obj").cloned() else {
        return Err(fault::invalid_argument("obj", "the required argument is absent"));
    };
    if !call.state.store.contains(&object) {
        return Err(fault::object_not_found(&object));
    }
    if type_id.is_empty() {
        return Err(fault::invalid_argument("taskTypeId", "it is empty"));
    }
    let parent = call.text("parentTaskKey").map(|key| task(call, &key, "parentTaskKey")).transpose()?;
    let initiator = call.text("initiatedBy").unwrap_or(user_name);
    let reference = kept::new_reference(&mut call.state.store);
    let mut info = tasks::info(call, &object, &reference, &initiator);
    info.set_description_id(type_id).set_cancelable(call.boolean("cancelable") == Some(true));
    if let Some(parent) = parent {
        let above = call.state.store.object::<TaskInfo>(&parent, "info");
        let root = above.and_then(|above| above.root_task_key()).unwrap_or(parent.value());
        info.set_root_task_key(root).set_parent_task_key(parent.value());
    }
    if let Some(id) = call.text("activationId") {
        info.set_activation_id(id);
    }
    tasks::add(call.state, info.clone(), &initiator, call.now);
    Ok(Some(info.into()))
}
