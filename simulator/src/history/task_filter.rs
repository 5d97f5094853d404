//! Which tasks are wanted, and what of them.

use vim25_api::types::{TaskFilterSpec, TaskFilterSpecTimeOption, TaskInfo, TaskInfoFilterSpec, TaskReasonUser};
use vim25_runtime::{DataType, ManagedObjectReference, Object, Strings};

use super::conditions::{Period, Users, Within, is_one_of};
use crate::fault::Failure;
use crate::store::Store;

/// A `TaskFilterSpec`, read once.
#[derive(Clone, Debug)]
pub(crate) struct TaskFilter {
    within: Option<Within>,
    period: Option<(TaskFilterSpecTimeOption, Period)>,
    users: Option<Users>,
    states: Vec<String>,
    /// Whether only tasks of an alarm or a schedule are wanted: there are none.
    is_of_nothing: bool,
    chain_ids: Vec<i32>,
    activation_ids: Vec<String>,
    tags: Vec<String>,
    parents: Vec<String>,
    roots: Vec<String>,
}

impl TaskFilter {
    /// Reads a filter.
    pub(crate) fn new(store: &Store, spec: &TaskFilterSpec) -> Result<Self, Failure> {
        let within = spec.entity().map(|by| Within::new(store, by.entity().as_untyped(), by.recursion().as_str()));
        let period = spec.time().map(|time| (time.time_type(), Period::new(time.begin_time(), time.end_time())));
        let users = spec.user_name().map(|by| Users { with_system: by.system_user(), names: texts(by.user_list()) });
        Ok(Self {
            within: within.transpose()?,
            period,
            users,
            states: spec.state().iter().map(|state| state.as_str().to_owned()).collect(),
            is_of_nothing: spec.alarm().is_some() || spec.scheduled_task().is_some(),
            chain_ids: spec.event_chain_id().to_vec(),
            activation_ids: texts(spec.activation_id()),
            tags: texts(spec.tag()),
            parents: texts(spec.parent_task_key()),
            roots: texts(spec.root_task_key()),
        })
    }

    /// Those of some tasks that are wanted, by number, without the results that are not.
    pub(super) fn items<'a>(
        &'a self,
        store: &'a Store,
        tasks: impl Iterator<Item = (u32, &'a ManagedObjectReference)>,
        results: &'a TaskResults,
    ) -> impl Iterator<Item = (u64, Object)> {
        let infos = tasks.filter_map(|(number, task)| Some((number, store.object::<TaskInfo>(task, "info")?)));
        let infos = infos.filter(|(_, info)| self.lets_through(store, info));
        infos.map(|(number, info)| (number.into(), results.item(info)))
    }

    /// Whether a task is wanted.
    pub(super) fn lets_through(&self, store: &Store, info: &TaskInfo) -> bool {
        let user_name = info.reason().downcast_ref::<TaskReasonUser>().map_or("", TaskReasonUser::user_name);
        let entity = info.entity().map(|entity| entity.as_untyped());
        !self.is_of_nothing
            && (self.chain_ids.is_empty() || self.chain_ids.contains(&info.event_chain_id()))
            && self.users.as_ref().is_none_or(|users| users.holds(user_name))
            && is_one_of(&self.states, Some(info.state().as_str()))
            && is_one_of(&self.activation_ids, info.activation_id())
            && is_one_of(&self.tags, info.change_tag())
            && is_one_of(&self.parents, info.parent_task_key())
            && is_one_of(&self.roots, info.root_task_key())
            && self.period.as_ref().is_none_or(|(which, period)| is_in(info, which, period))
            && self.within.as_ref().is_none_or(|within| within.holds(store, entity.as_slice()))
    }
}

/// Whether one of the times of a task is within a time; what has not happened yet is not.
fn is_in(info: &TaskInfo, which: &TaskFilterSpecTimeOption, period: &Period) -> bool {
    let time = match which {
        TaskFilterSpecTimeOption::StartedTime => info.start_time(),
        TaskFilterSpecTimeOption::CompletedTime => info.complete_time(),
        _ => Some(info.queue_time()),
    };
    time.is_some_and(|time| period.holds(time))
}

/// Which results of tasks are left out, as a `TaskInfoFilterSpec` tells.
#[derive(Clone, Debug, Default)]
pub(crate) struct TaskResults {
    are_left_out: bool,
    description_ids: Vec<String>,
    /// Whether only the results of those operations are kept, not left out.
    is_to_keep: bool,
}

impl TaskResults {
    /// Reads which results are left out.
    pub(crate) fn new(spec: &TaskInfoFilterSpec) -> Self {
        let Some(results) = spec.filter_task_results() else { return Self::default() };
        Self {
            are_left_out: results.remove_all() == Some(true),
            description_ids: texts(results.description_ids()),
            is_to_keep: results.filter_in() == Some(true),
        }
    }

    /// The task as it is wanted.
    fn item(&self, info: &TaskInfo) -> Object {
        let mut item = info.clone().into_object();
        let is_named = self.description_ids.iter().any(|id| id == info.description_id());
        let is_kept = self.description_ids.is_empty() || is_named == self.is_to_keep;
        if self.are_left_out || !is_kept {
            item.remove("result");
        }
        item
    }
}

fn texts(texts: Strings<'_>) -> Vec<String> {
    texts.iter().map(str::to_owned).collect()
}
