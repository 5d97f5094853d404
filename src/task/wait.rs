//! The wait for one task.

use std::fmt;
use std::future::pending;
use std::time::Duration;

use tokio::time::{Instant, sleep, sleep_until};

use super::hub::{End, Subscription, Told};
use super::race;
use crate::collector::Cell;
use crate::mo::{Task, VirtualMachine};
use crate::types::{MethodFault, TaskInfo, TaskInfoState, VirtualMachineQuestionInfo};
use crate::{
    BoxFuture, Client, DataType, Error, Fault, FromValue, ManagedObject, ManagedObjectReference, PendingQuestion,
    PropertyProblem, Ref, Result, TaskRef, TaskSite,
};

/// How long to wait before a task is looked for again that the shared poll has lost.
const PAUSE: Duration = Duration::from_secs(1);

/// Gives the key of a choice, or none to leave the question to others.
type Answer<'a> = Box<dyn FnMut(&VirtualMachineQuestionInfo) -> Option<String> + Send + 'a>;

/// The wait for a task. [`Client::wait`] makes one, `.await` waits.
///
/// Awaited, it gives the result of the task, and as errors:
///
/// - [`Error::Task`] if the task failed or was cancelled, with the fault;
/// - [`Error::TaskTimeout`] if it took longer than [`timeout`](Self::timeout);
/// - [`Error::TaskQuestion`] if its virtual machine asks a question that nobody answers;
/// - [`Error::Gone`] if the server does not know the task (any more);
/// - whatever can happen to a call.
///
/// Dropping it leaves the task as it is.
#[must_use = "nothing is waited for before `.await`"]
pub struct Wait<'a, T> {
    client: Client,
    task: TaskRef<T>,
    timeout: Option<Duration>,
    cancels: bool,
    on_progress: Option<Box<dyn FnMut(i32) + Send + 'a>>,
    on_question: Option<Answer<'a>>,
    question_patience: Duration,
}

impl<'a, T> Wait<'a, T> {
    pub(super) fn new(client: &Client, task: &TaskRef<T>) -> Self {
        Self {
            client: client.clone(),
            task: task.clone(),
            timeout: None,
            cancels: false,
            on_progress: None,
            on_question: None,
            question_patience: Duration::ZERO,
        }
    }

    /// How long to wait. The task itself goes on after that, unless [`cancel_on_timeout`](Self::cancel_on_timeout).
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout: Some(timeout), ..self }
    }

    /// Cancels the task when the timeout has passed.
    pub fn cancel_on_timeout(self) -> Self {
        Self { cancels: true, ..self }
    }

    /// What to do with the progress: from 0 to 100 percent, each time that it is another.
    pub fn on_progress(self, observer: impl FnMut(i32) + Send + 'a) -> Self {
        Self { on_progress: Some(Box::new(observer)), ..self }
    }

    /// What to answer when the virtual machine of the task asks something: the key of one of the choices, or none to
    /// leave it to somebody else. Without this, a question is an error.
    pub fn on_question(self, answer: impl FnMut(&VirtualMachineQuestionInfo) -> Option<String> + Send + 'a) -> Self {
        Self { on_question: Some(Box::new(answer)), ..self }
    }

    /// How long somebody else may take to answer a question before it is an error, if there is no
    /// [`on_question`](Self::on_question). Without this, it is an error at once.
    pub fn question_patience(self, patience: Duration) -> Self {
        Self { question_patience: patience, ..self }
    }
}

impl<'a, T: FromValue> IntoFuture for Wait<'a, T> {
    type Output = Result<T>;
    type IntoFuture = BoxFuture<'a, Result<T>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let (client, timeout, cancels) = (self.client.clone(), self.timeout, self.cancels);
            let task = self.task.clone();
            let mut watcher = Watcher::new(self)?;
            let Some(limit) = timeout else { return watcher.result::<T>().await };
            if let Ok(result) = tokio::time::timeout(limit, watcher.result::<T>()).await {
                return result;
            }
            if cancels {
                // It may have ended in this moment; that it took too long is the news.
                drop(client.cancel(&task).await);
            }
            Err(Error::task_timeout(watcher.site, limit))
        })
    }
}

/// Follows a task and the questions of its virtual machine.
struct Watcher<'a> {
    client: Client,
    task: Subscription,
    site: TaskSite,
    machine: Option<Machine>,
    progress: Option<i32>,
    on_progress: Option<Box<dyn FnMut(i32) + Send + 'a>>,
    on_question: Option<Answer<'a>>,
    question_patience: Duration,
}

struct Machine {
    reference: ManagedObjectReference,
    question: Subscription,
    /// The id of the question that is open, and until when it may be.
    open: Option<(String, Instant)>,
}

impl<'a> Watcher<'a> {
    fn new<T>(wait: Wait<'a, T>) -> Result<Self> {
        let reference = wait.task.as_untyped();
        Ok(Self {
            task: Subscription::new(&wait.client, reference)?,
            site: TaskSite::new(reference.clone()),
            client: wait.client,
            machine: None,
            progress: None,
            on_progress: wait.on_progress,
            on_question: wait.on_question,
            question_patience: wait.question_patience,
        })
    }

    async fn result<T: FromValue>(&mut self) -> Result<T> {
        loop {
            if let Some(info) = self.info().await? {
                self.note(&info)?;
                match info.state() {
                    TaskInfoState::Success => return self.succeeded(&info),
                    TaskInfoState::Error => return Err(self.failed(&info)),
                    _ => {}
                }
            }
            self.look_after_questions().await?;
            self.something_new().await;
        }
    }

    /// What the server says of the task, if it has said anything yet.
    async fn info(&mut self) -> Result<Option<TaskInfo>> {
        let Told { cell, end } = self.task.told();
        let unfit = |met: String| Err(Error::property(&self.site.task, "info", PropertyProblem::Unfit(met)));
        match (end, cell) {
            (Some(End::Gone), _) => Err(Error::Gone(self.site.task.clone())),
            (Some(End::Lost), _) => self.look_again().await,
            (None, None | Some(Cell::Unset)) => Ok(None),
            (None, Some(Cell::Value(any))) => match TaskInfo::from_any(any) {
                Some(info) => Ok(Some(info)),
                None => unfit("it is no TaskInfo".to_owned()),
            },
            (None, Some(Cell::Hidden(fault))) => {
                Err(Error::property(&self.site.task, "info", PropertyProblem::Hidden(Box::new(fault))))
            }
            (None, Some(Cell::Broken(met))) => unfit(met),
        }
    }

    /// Looks for the task without the shared poll, which has failed. If that fails too, its error is the answer.
    async fn look_again(&mut self) -> Result<Option<TaskInfo>> {
        let task = self.client.get(&Ref::<Task>::from_untyped(self.site.task.clone()));
        let info = task.info().await?;
        if !matches!(info.state(), TaskInfoState::Success | TaskInfoState::Error) {
            sleep(PAUSE).await;
            // Another entry, or the poll is begun anew with it.
            self.machine = None;
            self.task = Subscription::again(&self.client, &self.site.task)?;
        }
        Ok(Some(info))
    }

    /// Takes down what there is to know of a task, and tells its progress.
    fn note(&mut self, info: &TaskInfo) -> Result<()> {
        self.site.operation = info.description_id().to_owned();
        self.site.entity_name = info.entity_name().map(str::to_owned);
        let progress = if info.state() == TaskInfoState::Success { Some(100) } else { info.progress() };
        if let Some(percent) = progress
            && self.progress != progress
        {
            self.progress = progress;
            if let Some(observer) = &mut self.on_progress {
                observer(percent);
            }
        }
        let machine = info.entity().filter(|entity| entity.type_name() == <VirtualMachine as ManagedObject>::NAME);
        if let (Some(machine), None) = (machine, &self.machine) {
            let reference = machine.as_untyped().clone();
            let question = Subscription::new(&self.client, &reference)?;
            self.machine = Some(Machine { reference, question, open: None });
        }
        Ok(())
    }

    fn succeeded<T: FromValue>(&self, info: &TaskInfo) -> Result<T> {
        let (result, met) = match info.result() {
            Some(any) => (T::from_any(any.clone()), format!("it is of type {}", any.type_name())),
            None => (T::from_value(None), "it is not set".to_owned()),
        };
        result.ok_or_else(|| Error::property(&self.site.task, "info.result", PropertyProblem::Unfit(met)))
    }

    fn failed(&self, info: &TaskInfo) -> Error {
        let fault = info.error().map_or_else(|| MethodFault::new().into_object(), |fault| fault.as_object().clone());
        Error::task(self.site.clone(), Fault::new(fault))
    }

    /// Has a new question answered, or gives up if nobody answers.
    async fn look_after_questions(&mut self) -> Result<()> {
        let Some(machine) = &mut self.machine else { return Ok(()) };
        let question = match machine.question.told().cell {
            Some(Cell::Value(any)) => VirtualMachineQuestionInfo::from_any(any),
            _ => None,
        };
        let Some(question) = question else {
            machine.open = None;
            return Ok(());
        };
        let is_new = machine.open.as_ref().is_none_or(|(id, _)| id != question.id());
        if is_new {
            machine.open = Some((question.id().to_owned(), Instant::now() + self.question_patience));
        }
        match &mut self.on_question {
            Some(answer) if is_new => {
                let Some(choice) = answer(&question) else { return Ok(()) };
                let machine = self.client.get(&Ref::<VirtualMachine>::from_untyped(machine.reference.clone()));
                machine.answer_vm(question.id(), choice).await
            }
            None if machine.open.as_ref().is_some_and(|(_, until)| *until <= Instant::now()) => {
                Err(Error::task_question(self.site.clone(), pending_question(&machine.reference, &question)))
            }
            _ => Ok(()),
        }
    }

    /// Waits until there may be something to do.
    async fn something_new(&mut self) {
        let (question, until) = match &mut self.machine {
            Some(machine) => (Some(&mut machine.question), machine.open.as_ref().map(|(_, until)| *until)),
            None => (None, None),
        };
        let until = until.filter(|_| self.on_question.is_none());
        let asked = async {
            match question {
                Some(question) => question.changed().await,
                None => pending().await,
            }
        };
        let too_late = async {
            match until {
                Some(until) => sleep_until(until).await,
                None => pending().await,
            }
        };
        race::first(self.task.changed(), asked, too_late).await;
    }
}

fn pending_question(machine: &ManagedObjectReference, question: &VirtualMachineQuestionInfo) -> PendingQuestion {
    let mut pending = PendingQuestion::new(machine.clone(), question.id(), question.text());
    let choices = question.choice().choice_info().iter();
    pending.choices = choices.map(|choice| (choice.key().to_owned(), choice.label().to_owned())).collect();
    pending
}

impl<T> fmt::Debug for Wait<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait").field("task", &self.task).field("timeout", &self.timeout).finish_non_exhaustive()
    }
}
