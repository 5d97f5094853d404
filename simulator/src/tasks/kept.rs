//! Which tasks there are: those that have not ended, and the newest of those that have.

use std::collections::{BTreeMap, VecDeque};

use vim25_api::types::TaskInfo;
use vim25_runtime::ManagedObjectReference;

use crate::objects;
use crate::state::State;
use crate::store::Store;

/// What the ids of tasks begin with, before their number.
const PREFIX: &str = "task-";

/// The tasks that the store has.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    /// By number, which is the order of their making.
    by_number: BTreeMap<u32, ManagedObjectReference>,
    /// Those that have ended, in the order of their ends.
    ended: VecDeque<ManagedObjectReference>,
}

impl Kept {
    /// All tasks, the oldest first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (u32, &ManagedObjectReference)> {
        self.by_number.iter().map(|(&number, task)| (number, task))
    }

    /// The tasks with at least a number, the oldest first.
    pub(crate) fn since(&self, number: u32) -> impl Iterator<Item = (u32, &ManagedObjectReference)> {
        self.by_number.range(number..).map(|(&number, task)| (number, task))
    }

    /// The tasks before a number, the newest first.
    pub(crate) fn before(&self, number: u32) -> impl Iterator<Item = (u32, &ManagedObjectReference)> {
        self.by_number.range(..number).rev().map(|(&number, task)| (number, task))
    }

    /// Notes a new task.
    pub(super) fn add(&mut self, task: ManagedObjectReference) {
        self.by_number.insert(number(&task), task);
    }

    /// Notes that a task has ended.
    pub(super) fn end(&mut self, task: &ManagedObjectReference) {
        self.ended.push_back(task.clone());
    }
}

/// A reference to a task that is to be added.
pub(crate) fn new_reference(store: &mut Store) -> ManagedObjectReference {
    ManagedObjectReference::new("Task", format!("{PREFIX}{}", store.next_id()))
}

/// The number in the id of a task.
pub(crate) fn number(task: &ManagedObjectReference) -> u32 {
    task.value().strip_prefix(PREFIX).and_then(|number| number.parse().ok()).unwrap_or_default()
}

impl State {
    /// Removes the tasks that ended first, if there are more of them than are to be kept.
    pub(crate) fn forget_tasks(&mut self, limit: usize) {
        while self.tasks.kept.ended.len() > limit
            && let Some(task) = self.tasks.kept.ended.pop_front()
        {
            let entity = self.store.object::<TaskInfo>(&task, "info").and_then(TaskInfo::entity);
            let entity = entity.map(ManagedObjectReference::from);
            let manager = objects::singleton("TaskManager");
            for object in [Some(&manager), entity.as_ref()].into_iter().flatten() {
                self.store.unlink(object, "recentTask", &task);
            }
            self.tasks.kept.by_number.remove(&number(&task));
            self.store.remove(&task);
        }
    }
}
