//! The managed objects that belong to sessions: views, filters, collectors. They end with their session, and only it
//! sees them.

use std::collections::{BTreeMap, HashMap};

use vim25_runtime::{ManagedObjectReference, Value};

use crate::history;
use crate::objects::{Collector, Retrieval};
use crate::session::Session;
use crate::state::State;
use crate::store::is_a;
use crate::view::View;

/// What belongs to sessions.
#[derive(Default)]
pub(crate) struct SessionObjects {
    /// The number of the session that an object belongs to.
    owners: HashMap<ManagedObjectReference, u64>,
    /// By number of the session.
    sessions: BTreeMap<u64, Owned>,
}

/// What belongs to one session.
#[derive(Default)]
pub(crate) struct Owned {
    /// In the order in which they were made.
    objects: Vec<SessionObject>,
    pub(crate) views: Vec<View>,
    /// By their reference; the default collector is one that all sessions share the reference of.
    collectors: HashMap<ManagedObjectReference, Collector>,
    /// The retrievals that are to be continued, by token.
    pub(crate) retrievals: HashMap<String, Retrieval>,
}

struct SessionObject {
    reference: ManagedObjectReference,
    /// The object that made it and ends it: the collector of a filter.
    maker: Option<ManagedObjectReference>,
}

impl SessionObjects {
    /// Whether an object belongs to a session, whichever it is.
    pub(crate) fn is_owned(&self, object: &ManagedObjectReference) -> bool {
        self.owners.contains_key(object)
    }

    /// How many objects of a type all sessions have.
    pub(crate) fn count(&self, kind: &str) -> usize {
        self.owners.keys().filter(|object| is_a(object.type_name(), kind)).count()
    }

    /// The objects of a type that belong to a session, in the order in which they were made.
    pub(crate) fn of_session(&self, session: u64, kind: &str) -> Vec<ManagedObjectReference> {
        self.list(session, |object| is_a(object.reference.type_name(), kind))
    }

    /// The objects of a session that an object made, in this order.
    pub(crate) fn made_by(&self, session: u64, maker: &ManagedObjectReference) -> Vec<ManagedObjectReference> {
        self.list(session, |object| object.maker.as_ref() == Some(maker))
    }

    /// Whether a session has views.
    pub(crate) fn has_views(&self, session: u64) -> bool {
        self.sessions.get(&session).is_some_and(|owned| !owned.views.is_empty())
    }

    /// What belongs to a session.
    pub(crate) fn owned(&mut self, session: u64) -> &mut Owned {
        self.sessions.entry(session).or_default()
    }

    /// The collector of a session.
    pub(crate) fn collector(&mut self, session: u64, collector: &ManagedObjectReference) -> &mut Collector {
        self.owned(session).collectors.entry(collector.clone()).or_default()
    }

    fn list(&self, session: u64, holds: impl Fn(&SessionObject) -> bool) -> Vec<ManagedObjectReference> {
        let objects = self.sessions.get(&session).map_or(&[][..], |owned| &owned.objects);
        objects.iter().filter(|object| holds(object)).map(|object| object.reference.clone()).collect()
    }
}

impl State {
    /// A reference to an object that is to belong to a session, such as `ListView:session[…]…`.
    pub(crate) fn new_session_reference(&mut self, session: &Session, kind: &str) -> ManagedObjectReference {
        let uuid = self.random.uuid();
        ManagedObjectReference::new(kind, format!("session[{}]{uuid}", session.key))
    }

    /// Adds an object that belongs to a session, and perhaps to another object that made it.
    pub(crate) fn add_session_object(
        &mut self,
        session: u64,
        object: &ManagedObjectReference,
        maker: Option<&ManagedObjectReference>,
        properties: impl IntoIterator<Item = (&'static str, Value)>,
    ) {
        self.store.add(object.clone(), properties);
        self.session_objects.owners.insert(object.clone(), session);
        let added = SessionObject { reference: object.clone(), maker: maker.cloned() };
        self.session_objects.owned(session).objects.push(added);
    }

    /// Removes an object that belongs to a session, and what it has made.
    pub(crate) fn remove_session_object(&mut self, object: &ManagedObjectReference) {
        let Some(session) = self.session_objects.owners.remove(object) else { return };
        for made in self.session_objects.made_by(session, object) {
            self.remove_session_object(&made);
        }
        self.store.remove(object);
        let owned = self.session_objects.owned(session);
        owned.objects.retain(|other| other.reference != *object);
        owned.views.retain(|view| view.reference != *object);
        owned.retrievals.retain(|_, retrieval| retrieval.collector != *object);
        owned.collectors.remove(object);
        for collector in owned.collectors.values_mut() {
            collector.remove_filter(object);
        }
    }

    /// Removes what belongs to a session that has ended.
    pub(crate) fn remove_objects_of(&mut self, session: u64) {
        let owned = self.session_objects.sessions.remove(&session);
        for object in owned.into_iter().flat_map(|owned| owned.objects) {
            self.session_objects.owners.remove(&object.reference);
            self.store.remove(&object.reference);
        }
    }

    /// Whether an object exists for a session: those of other sessions do not.
    pub(crate) fn finds(&self, session: Option<&Session>, object: &ManagedObjectReference) -> bool {
        let key = session.map(|session| session.key.as_str());
        self.store.contains(object) && !history::is_of_other_session(object, key)
    }

    /// Has a collector of a session do something for which it needs to see the state.
    pub(crate) fn with_collector<T>(
        &mut self,
        session: u64,
        reference: &ManagedObjectReference,
        work: impl FnOnce(&State, &mut Collector) -> T,
    ) -> T {
        let mut collector = std::mem::take(self.session_objects.collector(session, reference));
        let done = work(self, &mut collector);
        *self.session_objects.collector(session, reference) = collector;
        done
    }
}
