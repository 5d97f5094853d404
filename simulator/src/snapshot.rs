//! The state of a simulator as JSON: saved, and restored when it runs again.
//!
//! Saved are the managed objects with their properties in the form of the wire, the events, the running tasks, and what is
//! on the datastores. What
//! belongs to a session is not, as no session outlives the simulator.

mod check;
mod file;
mod restore;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use serde::{Serialize, Serializer};
use vim25_api::types::{Event, VirtualMachineConfigInfo};
use vim25_runtime::{List, ManagedObjectReference, Object, Release, Value};

pub(crate) use self::restore::Restored;
use crate::state::State;
use crate::tasks::Running;

/// The form of the JSON; another number is another form.
const FORMAT: u32 = 1;

/// Why a state cannot be saved or restored.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// The file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file cannot be written. One that was there is as it was.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file holds something else than a state of this simulator.
    #[error("{}: {problem}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        problem: String,
    },
}

/// What is saved. Taking it is quick, as values are shared; writing it needs no lock.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Snapshot {
    format: u32,
    release: String,
    last_id: u32,
    /// Where the random numbers of a simulator with a seed go on.
    #[serde(skip_serializing_if = "Option::is_none")]
    random: Option<u64>,
    objects: Vec<SavedObject>,
    last_event: i32,
    events: Vec<Event>,
    tasks: Vec<SavedTask>,
    /// The disks on the datastores by their paths, with their sizes in bytes.
    disks: BTreeMap<String, i64>,
    /// Machines that are on the datastores, but not in the inventory.
    unregistered: Vec<VirtualMachineConfigInfo>,
}

#[derive(Serialize)]
struct SavedObject {
    #[serde(rename = "type")]
    kind: String,
    id: String,
    properties: BTreeMap<&'static str, Shared>,
}

/// A value of the store.
struct Shared(Arc<Value>);

impl Serialize for Shared {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SavedTask {
    task: String,
    #[serde(rename = "type")]
    kind: String,
    id: String,
    operation: &'static str,
    arguments: Object,
    user: String,
    begun: String,
    duration_millis: u64,
}

impl Snapshot {
    /// The state as it is now.
    pub(crate) fn take(state: &State, release: Release) -> Self {
        let mut objects: Vec<&ManagedObjectReference> = state.store.objects().filter(|it| !is_of_session(it)).collect();
        objects.sort_by_key(|object| (object.type_name(), object.value()));
        Self {
            format: FORMAT,
            release: release.to_string(),
            last_id: state.store.last_id(),
            random: state.random.position(),
            objects: objects.into_iter().map(|object| saved_object(state, object)).collect(),
            last_event: state.events.last_key(),
            events: state.events.iter().cloned().collect(),
            tasks: state.tasks.running().filter(|it| !is_of_session(&it.object)).map(saved_task).collect(),
            disks: state.vm_files.disks().clone(),
            unregistered: state.vm_files.all_unregistered().cloned().collect(),
        }
    }

    /// Writes it to a file that only its owner can read. The file is the old one or the new one, never half of one.
    pub(crate) fn write(&self, path: &Path) -> Result<(), SnapshotError> {
        file::write_private(path, |writer| serde_json::to_writer(writer, self).map_err(Into::into))
            .map_err(|source| SnapshotError::Write { path: path.into(), source })
    }
}

/// Reads a state from a file, for a simulator of a release.
pub(crate) fn read(path: &Path, release: Release) -> Result<Restored, SnapshotError> {
    let json = fs::read(path).map_err(|source| SnapshotError::Read { path: path.into(), source })?;
    Restored::decode(&json, release).map_err(|problem| SnapshotError::Content { path: path.into(), problem })
}

/// Whether an object belongs to a session, and goes with it.
fn is_of_session(object: &ManagedObjectReference) -> bool {
    object.value().starts_with("session[")
}

fn saved_object(state: &State, object: &ManagedObjectReference) -> SavedObject {
    let properties = state.store.properties(object).map(|(name, value)| (name, Shared(lasting(value))));
    SavedObject { kind: object.type_name().into(), id: object.value().into(), properties: properties.collect() }
}

/// A value without references to what belongs to a session.
fn lasting(value: &Arc<Value>) -> Arc<Value> {
    let Value::List(list) = value.as_ref() else { return Arc::clone(value) };
    match list {
        List::References(references) if references.iter().any(is_of_session) => {
            let lasting = references.iter().filter(|reference| !is_of_session(reference)).cloned().collect();
            Arc::new(List::References(lasting).into())
        }
        _ => Arc::clone(value),
    }
}

fn saved_task(running: &Running) -> SavedTask {
    SavedTask {
        task: running.task.value().into(),
        kind: running.object.type_name().into(),
        id: running.object.value().into(),
        operation: running.operation.name,
        arguments: running.arguments.clone(),
        user: running.user_name.clone(),
        begun: running.begun.to_string(),
        duration_millis: u64::try_from(running.duration.as_millis()).unwrap_or(u64::MAX),
    }
}
