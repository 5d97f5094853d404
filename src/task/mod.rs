//! Waiting for tasks.

mod hub;
mod progress;
mod race;
mod wait;

pub(crate) use self::hub::Hub;
pub use self::progress::{Progress, TaskProgress};
pub use self::wait::Wait;
use crate::mo::Task;
use crate::{Client, Ref, Result, TaskRef};

impl Client {
    /// Waits for the end of a task, and gives its result.
    ///
    /// All waits of a client and its clones share one long poll. A lost session or collector does not disturb them: the
    /// task lives on, and is found again.
    ///
    /// ```no_run
    /// # use std::time::Duration;
    /// # use vim25::prelude::*;
    /// # async fn example(client: Client, vm: VirtualMachine) -> Result<(), Error> {
    /// let task = vm.power_on_vm_task().await?;
    /// client.wait(&task).timeout(Duration::from_secs(300)).on_progress(|percent| println!("{percent} %")).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait<'a, T>(&self, task: &TaskRef<T>) -> Wait<'a, T> {
        Wait::new(self, task)
    }

    /// Asks the server to cancel a task. Whoever waits for it gets to know of it.
    ///
    /// # Errors
    ///
    /// [`Error::Fault`](crate::Error::Fault) with `InvalidState` if the task has ended, with `NotSupported` if it cannot
    /// be cancelled, and whatever else can happen to a call.
    pub async fn cancel<T>(&self, task: &TaskRef<T>) -> Result<()> {
        self.get(&Ref::<Task>::from_untyped(task.as_untyped().clone())).cancel_task().await
    }
}
