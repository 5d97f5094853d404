//! From JSON back to a state. Everything is checked: a file may have been edited by hand.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;
use vim25_api::REGISTRY;
use vim25_api::types::{Event, ServiceContent, VirtualMachineConfigInfo};
use vim25_runtime::wire::{self, Options};
use vim25_runtime::{DecodeError, ManagedObjectReference, OperationKind, Release, Value};

use super::{FORMAT, check, is_of_session};
use crate::arguments;
use crate::events::Events;
use crate::objects::singleton;
use crate::random::Random;
use crate::state::State;
use crate::store;
use crate::tasks::Running;
use crate::vm::Files;

/// A state that was read and is in order.
pub(crate) struct Restored {
    last_id: u32,
    random: Option<u64>,
    objects: Vec<(ManagedObjectReference, Properties)>,
    events: Vec<Event>,
    last_event: i32,
    tasks: Vec<Running>,
    disks: BTreeMap<String, i64>,
    unregistered: Vec<VirtualMachineConfigInfo>,
}

type Properties = Vec<(&'static str, Value)>;

/// What is looked at first: the rest of another format could be anything.
#[derive(Deserialize)]
struct Head {
    format: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Document<'a> {
    #[serde(rename = "format")]
    _format: u32,
    release: String,
    last_id: u32,
    random: Option<u64>,
    #[serde(borrow)]
    objects: Vec<SavedObject<'a>>,
    last_event: i32,
    #[serde(borrow)]
    events: Vec<&'a RawValue>,
    #[serde(borrow)]
    tasks: Vec<SavedTask<'a>>,
    disks: BTreeMap<String, i64>,
    #[serde(borrow)]
    unregistered: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SavedObject<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow)]
    properties: BTreeMap<Cow<'a, str>, &'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SavedTask<'a> {
    task: String,
    #[serde(rename = "type")]
    kind: String,
    id: String,
    operation: String,
    #[serde(borrow)]
    arguments: &'a RawValue,
    user: String,
    begun: String,
    duration_millis: u64,
}

impl Restored {
    /// Reads a state for a simulator of a release; the error says what is wrong, and where.
    pub(crate) fn decode(json: &[u8], release: Release) -> Result<Self, String> {
        let head: Head = serde_json::from_slice(json).map_err(|error| format!("not a saved state: {error}"))?;
        if head.format != FORMAT {
            return Err(format!("it is of format {}, and this simulator reads format {FORMAT}", head.format));
        }
        let document: Document<'_> =
            serde_json::from_slice(json).map_err(|error| format!("not a saved state: {error}"))?;
        if document.release != release.to_string() {
            return Err(format!("it is of release {}, and this simulator is one of {release}", document.release));
        }
        let objects = objects(&document.objects)?;
        Ok(Self {
            last_id: last_id(&objects).max(document.last_id),
            random: document.random,
            objects,
            events: document
                .events
                .iter()
                .enumerate()
                .map(|(index, json)| event(index, json))
                .collect::<Result<_, _>>()?,
            last_event: document.last_event,
            tasks: document.tasks.iter().map(task).collect::<Result<_, _>>()?,
            unregistered: document.unregistered.iter().map(|json| machine(json)).collect::<Result<_, _>>()?,
            disks: document.disks,
        })
    }

    /// Puts it in the place of a state. All sessions end.
    pub(crate) fn install(self, state: &mut State) {
        state.local_tickets.clear();
        let mut random = std::mem::replace(&mut state.random, Random::Seeded(0));
        if let Some(position) = self.random {
            random.go_to(position);
        }
        *state = State::new(random);
        for (object, properties) in self.objects {
            state.store.add(object, properties);
        }
        state.store.reserve_ids(self.last_id);
        state.events = Events::restored(self.events, self.last_event);
        for running in self.tasks {
            state.tasks.insert(running);
        }
        state.vm_files = Files::restored(self.disks, self.unregistered, &state.store);
    }
}

fn objects(saved: &[SavedObject<'_>]) -> Result<Vec<(ManagedObjectReference, Properties)>, String> {
    let mut known = HashSet::new();
    let mut objects = Vec::with_capacity(saved.len());
    for object in saved {
        let reference = ManagedObjectReference::new(object.kind.as_ref(), object.id.as_ref());
        if REGISTRY.find_managed_object(&object.kind).is_none() {
            return Err(format!("{reference}: there is no type of managed object `{}`", object.kind));
        }
        if object.id.is_empty() || is_of_session(&reference) {
            return Err(format!("{reference}: this id cannot be restored"));
        }
        if !known.insert(reference.clone()) {
            return Err(format!("{reference}: it is there twice"));
        }
        let value = |(name, json): (&Cow<'_, str>, &&RawValue)| {
            property(&object.kind, name, json).map_err(|problem| format!("{reference}, property `{name}`: {problem}"))
        };
        let properties = object.properties.iter().map(value).collect::<Result<_, _>>()?;
        objects.push((reference, properties));
    }
    check_content(&objects)?;
    Ok(objects)
}

/// Without its content nobody finds anything else.
fn check_content(objects: &[(ManagedObjectReference, Properties)]) -> Result<(), String> {
    let instance = singleton("ServiceInstance");
    let properties = objects.iter().find(|(object, _)| *object == instance).map(|(_, properties)| properties);
    let content = properties.and_then(|all| all.iter().find(|(name, _)| *name == "content"));
    match content {
        Some((_, Value::Object(content))) if content.is::<ServiceContent>() => Ok(()),
        _ => Err(format!("{instance}: it is missing, or has no `content`")),
    }
}

fn property(kind: &str, name: &str, json: &RawValue) -> Result<(&'static str, Value), String> {
    let operation = store::property(kind, name).ok_or("there is no such property")?;
    let result = operation.result.ok_or("it has no value")?;
    let value = wire::decode_value(json.get().as_bytes(), result.item, result.is_list, &REGISTRY, Options::default());
    let value = value.map_err(described)?.ok_or("null is no value")?;
    check::value(result.item, &value).map_err(|(path, problem)| at(&path, problem))?;
    Ok((operation.name, value))
}

fn event(index: usize, json: &RawValue) -> Result<Event, String> {
    let decode = || {
        let event: Event = wire::decode(json.get().as_bytes()).map_err(described)?;
        check::object(&event).map_err(|(path, problem)| at(&path, problem))?;
        Ok(event)
    };
    decode().map_err(|problem: String| format!("event {}: {problem}", index + 1))
}

fn machine(json: &RawValue) -> Result<VirtualMachineConfigInfo, String> {
    let decode = || {
        let config: VirtualMachineConfigInfo = wire::decode(json.get().as_bytes()).map_err(described)?;
        check::object(&config).map_err(|(path, problem)| at(&path, problem))?;
        Ok(config)
    };
    decode().map_err(|problem: String| format!("unregistered machine: {problem}"))
}

fn task(saved: &SavedTask<'_>) -> Result<Running, String> {
    let decode = || {
        let operation = REGISTRY.find_operation(&saved.kind, &saved.operation);
        let operation = operation.filter(|operation| operation.kind == OperationKind::Task);
        let operation = operation.ok_or_else(|| format!("{} has no task `{}`", saved.kind, saved.operation))?;
        let arguments = match operation.request {
            Some(request) => {
                let json = saved.arguments.get().as_bytes();
                wire::decode_object(json, request, Some(&REGISTRY), Options::default()).map_err(described)?
            }
            None => arguments::none(),
        };
        check::members(&arguments).map_err(|(path, problem)| at(&path, problem))?;
        let begun: Timestamp = saved.begun.parse().map_err(|error| format!("`begun`: {error}"))?;
        Ok(Running {
            task: ManagedObjectReference::new("Task", &saved.task),
            operation,
            object: ManagedObjectReference::new(&saved.kind, &saved.id),
            arguments,
            user_name: saved.user.clone(),
            begun,
            duration: Duration::from_millis(saved.duration_millis),
        })
    };
    decode().map_err(|problem: String| format!("running task `{}`: {problem}", saved.task))
}

/// What the decoder says, but not in which column of the value: that is none of the file.
fn described(error: DecodeError) -> String {
    let message = error.message.rsplit_once(" at line ").map_or(error.message.as_str(), |(message, _)| message);
    at(&error.path, message.to_owned())
}

fn at(path: &str, problem: String) -> String {
    // The decoder calls the value itself `$`.
    if path.is_empty() || path == "$" { problem } else { format!("`{path}`: {problem}") }
}

/// The highest number at the end of an id: objects that were added by hand do not have to mind the counter.
fn last_id(objects: &[(ManagedObjectReference, Properties)]) -> u32 {
    let numbers = objects.iter().filter_map(|(object, _)| object.value().rsplit_once('-')?.1.parse().ok());
    numbers.max().unwrap_or(0)
}
