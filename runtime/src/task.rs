//! References to tasks.

use std::fmt;
use std::marker::PhantomData;

use crate::reference::ManagedObjectReference;

/// The reference of a task whose result is a `T`.
pub struct TaskRef<T> {
    reference: ManagedObjectReference,
    result: PhantomData<fn() -> T>,
}

impl<T> TaskRef<T> {
    /// The task with a reference. That its result is a `T` is the caller's word.
    pub fn new(reference: ManagedObjectReference) -> Self {
        Self { reference, result: PhantomData }
    }

    /// The reference of the task.
    pub fn as_untyped(&self) -> &ManagedObjectReference {
        &self.reference
    }
}

impl<T> Clone for TaskRef<T> {
    fn clone(&self) -> Self {
        Self::new(self.reference.clone())
    }
}

impl<T> PartialEq for TaskRef<T> {
    fn eq(&self, other: &Self) -> bool {
        self.reference == other.reference
    }
}

impl<T> Eq for TaskRef<T> {}

impl<T> fmt::Debug for TaskRef<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.reference, f)
    }
}

/// Which task, and what it does. Shown as `Task/task-7 (VirtualMachine.powerOn of web-1)`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TaskSite {
    /// The task.
    pub task: ManagedObjectReference,
    /// What it does, as `TaskInfo.descriptionId` says: `VirtualMachine.powerOn`. Empty if it is not known.
    pub operation: String,
    /// The name of the object that it works on, if it is known.
    pub entity_name: Option<String>,
}

impl TaskSite {
    /// A task of which nothing but the reference is known.
    pub fn new(task: ManagedObjectReference) -> Self {
        Self { task, operation: String::new(), entity_name: None }
    }
}

impl fmt::Display for TaskSite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.task.fmt(f)?;
        match (self.operation.as_str(), &self.entity_name) {
            ("", None) => Ok(()),
            ("", Some(name)) => write!(f, " (of {name})"),
            (operation, Some(name)) => write!(f, " ({operation} of {name})"),
            (operation, None) => write!(f, " ({operation})"),
        }
    }
}

/// A question of a virtual machine that somebody has to answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PendingQuestion {
    /// The virtual machine that asks.
    pub virtual_machine: ManagedObjectReference,
    /// The id of the question, which `AnswerVM` takes.
    pub id: String,
    /// The question.
    pub text: String,
    /// The key and the label of each choice; `AnswerVM` takes the key.
    pub choices: Vec<(String, String)>,
}

impl PendingQuestion {
    /// A question without choices.
    pub fn new(virtual_machine: ManagedObjectReference, id: impl Into<String>, text: impl Into<String>) -> Self {
        Self { virtual_machine, id: id.into(), text: text.into(), choices: Vec::new() }
    }
}

impl fmt::Display for PendingQuestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} asks: {}", self.virtual_machine, self.text.trim_end())?;
        self.choices.iter().enumerate().try_for_each(|(index, (key, label))| {
            write!(f, "{}{key} = {label}", if index == 0 { " (" } else { ", " })
        })?;
        f.write_str(if self.choices.is_empty() { "" } else { ")" })
    }
}
