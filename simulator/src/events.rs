//! What has happened: the history that the event manager shows.

mod category;
mod sessions;

use std::collections::VecDeque;

use jiff::Timestamp;
use vim25_api::types::{
    ComputeResourceEventArgument, DatacenterEventArgument, Event, HostEventArgument, ManagedEntityEventArgument,
    VmEventArgument,
};
use vim25_runtime::{DateTime, ManagedObjectReference, Object};

pub(crate) use self::category::{CATEGORIES, category, category_of_type};
use crate::objects;
use crate::state::State;
use crate::store::{Store, is_a};

/// How many events are kept; older ones are forgotten.
const MAX_EVENTS: usize = 10_000;

/// The history of events, the oldest first.
#[derive(Debug, Default)]
pub(crate) struct Events {
    history: VecDeque<Event>,
    last_key: i32,
    /// What ties the events that are posted to a task; without it, each is tied to itself.
    pub(crate) chain_id: Option<i32>,
}

impl Events {
    /// The events that are kept, the oldest first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Event> {
        self.history.iter()
    }

    /// The key that the next event gets.
    pub(crate) fn next_key(&self) -> i32 {
        self.last_key + 1
    }

    /// The events with at least a key, the oldest first.
    pub(crate) fn since(&self, key: i32) -> impl Iterator<Item = &Event> {
        self.history.range(self.index_of(key)..)
    }

    /// The events before a key, the newest first.
    pub(crate) fn before(&self, key: i32) -> impl Iterator<Item = &Event> {
        self.history.range(..self.index_of(key)).rev()
    }

    /// Where the event with a key is, or the next one. Keys have no gaps.
    fn index_of(&self, key: i32) -> usize {
        let first = self.history.front().map_or(0, |first| first.key());
        usize::try_from(key.saturating_sub(first)).unwrap_or(0).min(self.history.len())
    }

    /// The key of the last event.
    pub(crate) fn last_key(&self) -> i32 {
        self.last_key
    }

    /// A history that goes on after a key.
    pub(crate) fn restored(history: Vec<Event>, last_key: i32) -> Self {
        Self { history: history.into(), last_key, ..Self::default() }
    }
}

impl State {
    /// Adds an event about an entity to the history: its members that are common to all events are filled in.
    pub(crate) fn post_event(
        &mut self,
        event: impl Into<Event>,
        message: &str,
        entity: Option<&ManagedObjectReference>,
        user_name: &str,
        now: Timestamp,
    ) {
        let mut event = event.into();
        self.events.last_key += 1;
        event
            .set_key(self.events.last_key)
            .set_chain_id(self.events.chain_id.unwrap_or(self.events.last_key))
            .set_created_time(DateTime::from(now))
            .set_user_name(user_name)
            .set_full_formatted_message(message);
        if let Some(entity) = entity {
            self.place(&mut event, entity);
        }
        self.store.set(&objects::singleton("EventManager"), "latestEvent", event.clone());
        self.events.history.push_back(event);
        if self.events.history.len() > MAX_EVENTS {
            self.events.history.pop_front();
        }
    }

    /// Says in an event where it happened.
    fn place(&self, event: &mut Event, entity: &ManagedObjectReference) {
        for object in self.with_ancestors(entity) {
            let name = self.store.text(&object, "name");
            match object.type_name() {
                "VirtualMachine" => {
                    let mut vm = VmEventArgument::new().with_name(name);
                    refer(&mut vm, "vm", &object);
                    event.set_vm(vm);
                    if let Some(host) = self.host_of(&object) {
                        self.place(event, &host);
                    }
                }
                "HostSystem" => {
                    let mut host = HostEventArgument::new().with_name(name);
                    refer(&mut host, "host", &object);
                    event.set_host(host);
                }
                "Datacenter" => {
                    let mut datacenter = DatacenterEventArgument::new().with_name(name);
                    refer(&mut datacenter, "datacenter", &object);
                    event.set_datacenter(datacenter);
                }
                kind if is_a(kind, "ComputeResource") => {
                    let mut resource = ComputeResourceEventArgument::new().with_name(name);
                    refer(&mut resource, "computeResource", &object);
                    event.set_compute_resource(resource);
                }
                _ => {}
            }
        }
    }
}

/// An entity as events show it.
pub(crate) fn entity_argument(store: &Store, entity: &ManagedObjectReference) -> ManagedEntityEventArgument {
    let mut argument = ManagedEntityEventArgument::new();
    argument.set_name(store.text(entity, "name"));
    refer(&mut argument, "entity", entity);
    argument
}

/// Sets a reference that keeps the type of its object, which may derive from the declared one.
pub(crate) fn refer(argument: &mut Object, member: &str, object: &ManagedObjectReference) {
    let inserted = argument.insert(member, object.clone());
    debug_assert!(inserted.is_ok(), "{member}");
}

#[cfg(test)]
mod tests {
    use vim25_api::types::GeneralUserEvent;

    use super::*;
    use crate::random::Random;

    #[test]
    fn old_events_are_forgotten_and_keys_find_the_others() {
        let mut state = State::new(Random::new(Some(1)).unwrap());
        let manager = objects::singleton("EventManager");
        state.store.add(manager.clone(), []);
        for _ in 0..MAX_EVENTS + 5 {
            state.post_event(GeneralUserEvent::new(), "", None, "me", Timestamp::UNIX_EPOCH);
        }
        let last = state.events.last_key;
        assert_eq!(state.events.iter().count(), MAX_EVENTS);
        let since = |key| state.events.since(key).next().map(|event| event.key());
        assert_eq!([0, 5, 7, last, last + 1].map(since), [Some(6), Some(6), Some(7), Some(last), None]);
        let before = |key| state.events.before(key).next().map(|event| event.key());
        assert_eq!([i32::MAX, 8, 6, -1].map(before), [Some(last), Some(7), None, None]);
        let latest = state.store.object::<Event>(&manager, "latestEvent");
        assert_eq!(latest.map(|event| event.key()), Some(last));
    }
}
