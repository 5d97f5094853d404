//! What sessions look at of the past: the collectors of tasks and events.
//!
//! A collector has a place between the oldest and the newest item that its filter lets through, and a page of the
//! newest ones. Items have numbers, which grow: the place is the number of the next newer item. The page is a property
//! in the store; it is built anew only after something that belongs there has happened.

mod conditions;
mod event_filter;
mod task_filter;

use std::collections::BTreeMap;
use std::ops::Bound;

use vim25_api::types::{InvalidState, TaskInfo};
use vim25_runtime::{Any, List, ManagedObjectReference, Object, Value};

pub(crate) use self::event_filter::EventFilter;
pub(crate) use self::task_filter::{TaskFilter, TaskResults};
use crate::call::Call;
use crate::fault::{self, Failure};
use crate::state::State;
use crate::tasks::kept;

/// How many collectors of a type a session can have.
pub(crate) const MAX_COLLECTORS: i32 = 32;

/// How many items a page has, or a call reads, at most.
pub(crate) const MAX_ITEMS: usize = 1_000;

/// How many items a page has to begin with.
const PAGE_SIZE: usize = 10;

/// All collectors, and up to where their pages are right.
#[derive(Debug, Default)]
pub(crate) struct Collectors {
    /// By id, so that those of a session are together.
    by_id: BTreeMap<String, Collector>,
    /// The key of the first event that is on no page.
    next_event: i32,
    /// The change of the store after which tasks may have changed.
    store_version: u64,
}

/// A collector.
#[derive(Clone, Debug)]
pub(crate) struct Collector {
    object: ManagedObjectReference,
    filter: Filter,
    page_size: usize,
    /// The number of the next newer item.
    place: u64,
}

/// What a collector selects.
#[derive(Clone, Debug)]
pub(crate) enum Filter {
    /// Events.
    Events(EventFilter),
    /// Tasks, without some of their results.
    Tasks(TaskFilter, TaskResults),
}

impl Filter {
    /// The items with at least a number, the oldest first.
    fn since(&self, state: &State, number: u64, limit: usize) -> Vec<(u64, Object)> {
        match self {
            Filter::Events(filter) => {
                let events = state.events.since(i32::try_from(number).unwrap_or(i32::MAX));
                filter.items(&state.store, events).take(limit).collect()
            }
            Filter::Tasks(filter, results) => {
                let tasks = state.tasks.kept.since(u32::try_from(number).unwrap_or(u32::MAX));
                filter.items(&state.store, tasks, results).take(limit).collect()
            }
        }
    }

    /// The items before a number, the newest first.
    fn before(&self, state: &State, number: u64, limit: usize) -> Vec<(u64, Object)> {
        match self {
            Filter::Events(filter) => {
                let events = state.events.before(i32::try_from(number).unwrap_or(i32::MAX));
                filter.items(&state.store, events).take(limit).collect()
            }
            Filter::Tasks(filter, results) => {
                let tasks = state.tasks.kept.before(u32::try_from(number).unwrap_or(u32::MAX));
                filter.items(&state.store, tasks, results).take(limit).collect()
            }
        }
    }

    /// The newest items, the newest first.
    fn newest(&self, state: &State, limit: usize) -> Vec<(u64, Object)> {
        self.before(state, u64::MAX, limit)
    }

    /// Whether a change of tasks or a new event is one of the page of a collector.
    fn concerns(&self, state: &State, page: &[Object], news: &News) -> bool {
        match self {
            Filter::Events(filter) => {
                state.events.since(news.first_event).any(|event| filter.lets_through(&state.store, event))
            }
            Filter::Tasks(filter, _) => {
                let is_on_page = |task: &ManagedObjectReference| {
                    page.iter().filter_map(Object::downcast_ref::<TaskInfo>).any(|info| info.key() == task.value())
                };
                let is_wanted = |task: &ManagedObjectReference| {
                    let info = state.store.object::<TaskInfo>(task, "info");
                    info.is_some_and(|info| filter.lets_through(&state.store, info))
                };
                news.tasks.as_ref().is_none_or(|tasks| tasks.iter().any(|task| is_wanted(task) || is_on_page(task)))
            }
        }
    }
}

/// What has happened since the pages were built.
struct News {
    first_event: i32,
    /// The tasks that have changed; unknown if too much has.
    tasks: Option<Vec<ManagedObjectReference>>,
}

impl Collectors {
    /// Number of collectors.
    pub(crate) fn len(&self) -> usize {
        self.by_id.len()
    }

    /// The collectors of a session.
    fn of_session(&self, key: &str) -> impl Iterator<Item = &Collector> {
        let prefix = prefix(key);
        let from = (Bound::Included(prefix.as_str()), Bound::Unbounded);
        let known = self.by_id.range::<str, _>(from).take_while(move |(id, _)| id.starts_with(&prefix));
        known.map(|(_, collector)| collector)
    }
}

/// What the ids of the objects of a session begin with.
fn prefix(session_key: &str) -> String {
    format!("session[{session_key}]")
}

/// Whether an object is of another session than the one with a key, so that it does not exist for that one.
pub(crate) fn is_of_other_session(object: &ManagedObjectReference, session_key: Option<&str>) -> bool {
    let id = object.value();
    id.starts_with("session[") && session_key.is_none_or(|key| !id.starts_with(&prefix(key)))
}

/// Makes a collector for the caller's session.
pub(crate) fn create(
    call: &mut Call<'_>,
    kind: &str,
    filter: Filter,
    shown: impl Into<Any>,
) -> Result<ManagedObjectReference, Failure> {
    let key = call.required_session()?.key.clone();
    let present = call.state.collectors.of_session(&key).filter(|collector| collector.object.type_name() == kind);
    if present.count() >= MAX_COLLECTORS.unsigned_abs() as usize {
        return Err(fault::fault(
            InvalidState::new(),
            format!("The session has {MAX_COLLECTORS} collectors of this type already; destroy one first."),
        ));
    }
    let id = format!("{}{}", prefix(&key), call.state.random.uuid());
    let object = ManagedObjectReference::new(kind, &id);
    let page = page(&filter.newest(call.state, PAGE_SIZE));
    call.state.store.add(object.clone(), [("filter", shown.into().into()), ("latestPage", page)]);
    let collector = Collector { object: object.clone(), filter, page_size: PAGE_SIZE, place: 0 };
    call.state.collectors.by_id.insert(id, collector);
    Ok(object)
}

fn page(items: &[(u64, Object)]) -> Value {
    List::Objects(items.iter().map(|(_, item)| item.clone()).collect()).into()
}

/// A number of items that a client asks for.
pub(crate) fn count(call: &Call<'_>, name: &str) -> Result<usize, Failure> {
    let count = call.integer(name).and_then(|count| usize::try_from(count).ok());
    let count = count.filter(|count| (1..=MAX_ITEMS).contains(count));
    count.ok_or_else(|| fault::invalid_argument(name, &format!("it must be from 1 to {MAX_ITEMS}")))
}

impl State {
    fn collector(&mut self, object: &ManagedObjectReference) -> Result<&mut Collector, Failure> {
        self.collectors.by_id.get_mut(object.value()).ok_or_else(|| fault::object_not_found(object))
    }

    /// Reads the items that are newer than the place of a collector, and moves on.
    pub(crate) fn read_next(&mut self, object: &ManagedObjectReference, limit: usize) -> Result<List, Failure> {
        let collector = self.collector(object)?.clone();
        let items = collector.filter.since(self, collector.place, limit);
        if let Some((newest, _)) = items.last() {
            self.collector(object)?.place = newest + 1;
        }
        Ok(List::Objects(items.into_iter().map(|(_, item)| item).collect()))
    }

    /// Reads the items that are older than the place of a collector, and moves on.
    pub(crate) fn read_previous(&mut self, object: &ManagedObjectReference, limit: usize) -> Result<List, Failure> {
        let collector = self.collector(object)?.clone();
        let items = collector.filter.before(self, collector.place, limit);
        if let Some((oldest, _)) = items.last() {
            self.collector(object)?.place = *oldest;
        }
        Ok(List::Objects(items.into_iter().map(|(_, item)| item).collect()))
    }

    /// Moves the place of a collector to the oldest item.
    pub(crate) fn rewind(&mut self, object: &ManagedObjectReference) -> Result<(), Failure> {
        self.collector(object)?.place = 0;
        Ok(())
    }

    /// Moves the place of a collector to just behind its page.
    pub(crate) fn reset(&mut self, object: &ManagedObjectReference) -> Result<(), Failure> {
        let collector = self.collector(object)?.clone();
        let page = collector.filter.newest(self, collector.page_size);
        self.collector(object)?.place = page.last().map_or(0, |(oldest, _)| *oldest);
        Ok(())
    }

    /// Changes the size of the page of a collector.
    pub(crate) fn set_page_size(&mut self, object: &ManagedObjectReference, size: usize) -> Result<(), Failure> {
        self.collector(object)?.page_size = size;
        let collector = self.collector(object)?.clone();
        let page = page(&collector.filter.newest(self, size));
        self.store.set(object, "latestPage", page);
        Ok(())
    }

    /// Removes a collector.
    pub(crate) fn remove_collector(&mut self, object: &ManagedObjectReference) {
        self.collectors.by_id.remove(object.value());
        self.store.remove(object);
    }

    /// Removes the collectors of a session that has ended.
    pub(crate) fn remove_collectors_of(&mut self, session_key: &str) {
        let objects: Vec<_> =
            self.collectors.of_session(session_key).map(|collector| collector.object.clone()).collect();
        for object in objects {
            self.remove_collector(&object);
        }
    }

    /// Brings the pages of the collectors up to date.
    pub(crate) fn refresh_pages(&mut self) {
        if !self.collectors.by_id.is_empty() {
            let tasks = self.store.changed_since(self.collectors.store_version);
            let tasks = tasks.map(|objects| objects.filter(|object| object.type_name() == "Task").cloned().collect());
            let news = News { first_event: self.collectors.next_event, tasks };
            let stale: Vec<&Collector> =
                self.collectors.by_id.values().filter(|collector| self.is_stale(collector, &news)).collect();
            let pages: Vec<_> = stale
                .into_iter()
                .map(|collector| (collector.object.clone(), page(&collector.filter.newest(self, collector.page_size))))
                .collect();
            for (object, page) in pages {
                self.store.set(&object, "latestPage", page);
            }
        }
        self.collectors.next_event = self.events.next_key();
        self.collectors.store_version = self.store.version();
    }

    fn is_stale(&self, collector: &Collector, news: &News) -> bool {
        let page: &[Object] = match self.store.get(&collector.object, "latestPage").map(AsRef::as_ref) {
            Some(Value::List(List::Objects(objects))) => objects,
            _ => &[],
        };
        collector.filter.concerns(self, page, news)
    }
}

/// Reads tasks without a collector: from the one with a key on, or the newest.
pub(crate) fn tasks(state: &State, filter: Filter, start: Option<&ManagedObjectReference>, limit: usize) -> List {
    let items = match start {
        Some(task) => filter.since(state, kept::number(task).into(), limit),
        None => filter.newest(state, limit),
    };
    List::Objects(items.into_iter().map(|(_, item)| item).collect())
}

/// A filter for the newest events only that it lets through, as many as it says, and those that come later.
pub(crate) fn within_count(state: &State, filter: EventFilter) -> EventFilter {
    let Some(count) = filter.max_count else { return filter };
    let newest = Filter::Events(filter.clone()).newest(state, count);
    let first = newest.last().filter(|_| newest.len() == count).map_or(0, |(key, _)| *key);
    filter.starting_at(i32::try_from(first).unwrap_or(i32::MAX))
}

/// Reads events without a collector: from a key on in a direction, or the newest.
pub(crate) fn events(state: &State, filter: EventFilter, start: Option<(i32, bool)>) -> List {
    let limit = filter.max_count.unwrap_or(MAX_ITEMS);
    let filter = Filter::Events(filter);
    let items = match start {
        Some((key, true)) => filter.since(state, key.unsigned_abs().into(), limit),
        Some((key, false)) => filter.before(state, u64::from(key.unsigned_abs()) + 1, limit),
        None => filter.newest(state, limit),
    };
    List::Objects(items.into_iter().map(|(_, item)| item).collect())
}
