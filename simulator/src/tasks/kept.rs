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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::Timestamp;
    use vim25_api::types::{RequestCanceled, TaskInfoState};
    use vim25_api::{REGISTRY, mo};
    use vim25_runtime::Ref;

    use super::*;
    use crate::random::Random;
    use crate::{arguments, tasks};

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn state_with_tasks(count: usize) -> (State, Vec<ManagedObjectReference>) {
        let mut state = State::new(Random::new(Some(1)).unwrap());
        state.store.add(objects::singleton("TaskManager"), []);
        let vm = ManagedObjectReference::new("VirtualMachine", "vm-1");
        state.store.add(vm.clone(), []);
        let begin = |_| {
            let task = new_reference(&mut state.store);
            let mut info = TaskInfo::new();
            info.set_key(task.value()).set_task(Ref::<mo::Task>::new(task.value()));
            info.insert("entity", vm.clone()).unwrap();
            tasks::add(&mut state, info, "me", NOW);
            state.tasks.insert(tasks::Running {
                task: task.clone(),
                operation: REGISTRY.find_operation("VirtualMachine", "PowerOnVM_Task").unwrap(),
                object: vm.clone(),
                arguments: arguments::none(),
                user_name: "me".to_owned(),
                begun: NOW,
                duration: Duration::from_secs(1),
            });
            task
        };
        let made = (0..count).map(begin).collect();
        (state, made)
    }

    fn info<'a>(state: &'a State, task: &ManagedObjectReference) -> &'a TaskInfo {
        state.store.object(task, "info").unwrap()
    }

    #[test]
    fn a_task_that_is_cancelled_is_not_carried_out() {
        let (mut state, made) = state_with_tasks(2);
        tasks::cancel(&mut state, &made[0], NOW);
        assert!(!state.tasks.is_running(&made[0]) && state.tasks.is_running(&made[1]));
        let cancelled = info(&state, &made[0]).clone();
        assert_eq!((cancelled.state(), cancelled.cancelled()), (TaskInfoState::Error, true));
        assert!(cancelled.error().unwrap().is::<RequestCanceled>());
        tasks::advance(&mut state, NOW + Duration::from_secs(1));
        assert_eq!(*info(&state, &made[0]), cancelled);
        assert_eq!(info(&state, &made[1]).state(), TaskInfoState::Error, "nobody plays it here");
    }

    #[test]
    fn tasks_that_ended_first_are_forgotten_first() {
        let (mut state, made) = state_with_tasks(4);
        for index in [2, 0, 3] {
            tasks::cancel(&mut state, &made[index], NOW);
        }
        state.forget_tasks(2);
        assert!(!state.store.contains(&made[2]));
        state.forget_tasks(0);
        let left: Vec<_> = state.tasks.kept.since(0).map(|(_, task)| task.clone()).collect();
        assert_eq!(left, [made[1].clone()]);
        for object in [objects::singleton("TaskManager"), ManagedObjectReference::new("VirtualMachine", "vm-1")] {
            assert_eq!(state.store.references(&object, "recentTask"), left);
        }
    }
}
