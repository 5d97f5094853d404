//! Conditions that filters of tasks and of events have in common.

use jiff::Timestamp;
use vim25_runtime::{DateTime, ManagedObjectReference};

use crate::fault::{self, Failure};
use crate::objects;
use crate::store::Store;

/// Objects of the inventory.
#[derive(Clone, Debug)]
pub(super) struct Within {
    entity: ManagedObjectReference,
    is_root: bool,
    recursion: Recursion,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Recursion {
    Itself,
    Children,
    All,
}

impl Within {
    /// The condition with the `recursion` of the API.
    pub(super) fn new(store: &Store, entity: &ManagedObjectReference, recursion: &str) -> Result<Self, Failure> {
        if !store.contains(entity) {
            return Err(fault::object_not_found(entity));
        }
        let recursion = match recursion {
            "self" => Recursion::Itself,
            "children" => Recursion::Children,
            _ => Recursion::All,
        };
        Ok(Self { entity: entity.clone(), is_root: *entity == objects::singleton("Folder"), recursion })
    }

    /// Whether something is meant that is about some objects. What is about none belongs to the root folder; what is
    /// about an object of the entity is not about the entity itself, even if it names it as the place.
    pub(super) fn holds(&self, store: &Store, objects: &[&ManagedObjectReference]) -> bool {
        let is_itself = || match objects {
            [] => self.is_root,
            objects => objects.contains(&&self.entity),
        };
        let is_below = || objects.iter().any(|object| self.is_below(store, object));
        match self.recursion {
            Recursion::Itself => is_itself() && !is_below(),
            Recursion::Children => is_below(),
            Recursion::All => self.is_root || is_itself() || is_below(),
        }
    }

    fn is_below(&self, store: &Store, object: &ManagedObjectReference) -> bool {
        let parent = |object: &&ManagedObjectReference| store.reference(object, "parent");
        std::iter::successors(parent(&object), parent).any(|ancestor| *ancestor == self.entity)
    }
}

/// A time: its limits belong to it.
#[derive(Clone, Debug)]
pub(super) struct Period {
    begin: Option<Timestamp>,
    end: Option<Timestamp>,
}

impl Period {
    /// The time between two points, if they are set.
    pub(super) fn new(begin: Option<&DateTime>, end: Option<&DateTime>) -> Self {
        let point = |time: Option<&DateTime>| time.and_then(|time| time.timestamp().ok());
        Self { begin: point(begin), end: point(end) }
    }

    /// Whether a point is within.
    pub(super) fn holds(&self, time: &DateTime) -> bool {
        time.timestamp()
            .is_ok_and(|time| self.begin.is_none_or(|begin| begin <= time) && self.end.is_none_or(|end| time <= end))
    }
}

/// Users.
#[derive(Clone, Debug)]
pub(super) struct Users {
    /// Whether the server itself is one of them.
    pub(super) with_system: bool,
    /// Their names; all if empty.
    pub(super) names: Vec<String>,
}

impl Users {
    /// Whether a user is one of them; the server itself has no name.
    pub(super) fn holds(&self, user_name: &str) -> bool {
        if user_name.is_empty() {
            self.with_system
        } else {
            self.names.is_empty() || self.names.iter().any(|name| name == user_name)
        }
    }
}

/// Whether a text is one of some; a list without elements is no condition.
pub(super) fn is_one_of(texts: &[String], text: Option<&str>) -> bool {
    texts.is_empty() || text.is_some_and(|text| texts.iter().any(|one| one == text))
}
