//! A filter of a property collector: what it selects, and what its client knows of it.
//!
//! For each object the filter keeps the values that it has told last, which it shares with the store. So what is new
//! is always the difference between what was told and what is, and nothing has to be recorded when it happens.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use vim25_api::mo;
use vim25_api::types::{
    MissingObject, MissingProperty, ObjectUpdate, ObjectUpdateKind, PropertyChange, PropertyFilterUpdate,
};
use vim25_runtime::{ManagedObjectReference, Ref, Value};

use super::change::{assign, changes};
use super::selector::{Selector, missing_property};
use crate::fault;
use crate::property_path::PropertyPath;
use crate::selection::Id;
use crate::viewer::Viewer;

/// A filter of a property collector.
pub(crate) struct Filter {
    pub(super) reference: ManagedObjectReference,
    pub(super) selector: Selector,
    /// Whether changes inside of a property are told on their own.
    is_partial: bool,
    /// What the client has been told, if it got the last reply.
    told: HashMap<Id, Told>,
    /// What it had been told before the last reply, of the objects in it.
    before: Vec<(Id, Option<Told>)>,
    /// The objects of which there may be something to tell.
    pending: Queue,
    has_told_missing: bool,
}

/// The value of the property of each path, in their order.
type Told = Box<[Seen]>;

/// What a path was found to lead to.
#[derive(Clone)]
enum Seen {
    Unset,
    Root(Arc<Value>),
    /// It must not be read.
    Refused,
}

impl Filter {
    /// A filter that has told nothing yet.
    pub(super) fn new(reference: ManagedObjectReference, selector: Selector, is_partial: bool) -> Self {
        Self {
            reference,
            selector,
            is_partial,
            told: HashMap::new(),
            before: Vec::new(),
            pending: Queue::default(),
            has_told_missing: false,
        }
    }

    /// Forgets what the client knows, so that everything is told again.
    pub(super) fn start_over(&mut self) {
        self.told.clear();
        self.before.clear();
        self.pending = Queue::default();
        self.has_told_missing = false;
        self.selector.selection.clear();
    }

    /// The client has got the last reply.
    pub(super) fn acknowledge(&mut self) {
        self.before.clear();
    }

    /// The client has not got the last reply: what was in it is to be told again.
    pub(super) fn take_back(&mut self) {
        for (id, told) in std::mem::take(&mut self.before) {
            match told {
                Some(told) => self.told.insert(Id::clone(&id), told),
                None => self.told.remove(&id),
            };
            self.pending.push(id);
        }
        self.has_told_missing = false;
    }

    /// Tells what is new, about as many objects as the budget allows. Whether there is more.
    pub(super) fn tell(&mut self, viewer: Viewer<'_>, budget: &mut usize) -> (Option<PropertyFilterUpdate>, bool) {
        let news = self.selector.selection.update(viewer);
        news.moved.into_iter().chain(news.changed).for_each(|id| self.pending.push(id));
        let missing = self.tell_missing(viewer);
        let mut updates = Vec::new();
        let mut has_more = false;
        while let Some(id) = self.pending.pop() {
            let Some((update, told)) = self.update_of(viewer, &id) else { continue };
            if *budget == 0 {
                self.pending.push_front(id);
                has_more = true;
                break;
            }
            *budget -= 1;
            updates.push(update);
            let before = match told {
                Some(told) => self.told.insert(Id::clone(&id), told),
                None => self.told.remove(&id),
            };
            self.before.push((id, before));
        }
        if updates.is_empty() && missing.is_empty() {
            return (None, has_more);
        }
        let mut told = PropertyFilterUpdate::new();
        told.set_filter(Ref::<mo::PropertyFilter>::new(self.reference.value()));
        if !updates.is_empty() {
            told.set_object_set(updates);
        }
        if !missing.is_empty() {
            told.set_missing_set(missing);
        }
        (Some(told), has_more)
    }

    /// The objects to start from that do not exist, if this is to be told and was not.
    fn tell_missing(&mut self, viewer: Viewer<'_>) -> Vec<MissingObject> {
        if !self.selector.reports_missing || std::mem::replace(&mut self.has_told_missing, true) {
            return Vec::new();
        }
        let missing = |object: ManagedObjectReference| {
            let mut missing = MissingObject::new();
            missing.set_obj(&object);
            let fault = Value::Object(fault::object_not_found(&object).into_fault());
            let inserted = missing.insert("fault", fault);
            debug_assert!(inserted.is_ok());
            missing
        };
        self.selector.missing_starts(viewer).into_iter().map(missing).collect()
    }

    /// What is new about an object, if anything is, and what the client knows of it afterwards.
    fn update_of(&mut self, viewer: Viewer<'_>, id: &Id) -> Option<(ObjectUpdate, Option<Told>)> {
        let is_selected = self.selector.selection.contains(id);
        if !is_selected {
            return self
                .told
                .contains_key(id)
                .then(|| (update(ObjectUpdateKind::Leave, id, Vec::new(), Vec::new()), None));
        }
        let paths = self.selector.paths(id.type_name());
        let seen: Told = paths.iter().map(|path| look(viewer, id, path)).collect();
        let Some(told) = self.told.get_mut(id) else {
            let (changes, missing) = enter(viewer, id, &paths, &seen);
            return Some((update(ObjectUpdateKind::Enter, id, changes, missing), Some(seen)));
        };
        let (mut changed, mut missing) = (Vec::new(), Vec::new());
        for ((path, old), new) in paths.iter().zip(told.iter()).zip(seen.iter()) {
            match (old, new) {
                (Seen::Refused, Seen::Refused) => {}
                (_, Seen::Refused) => missing.extend(refusal(viewer, id, path)),
                (Seen::Root(old), Seen::Root(new)) if Arc::ptr_eq(old, new) => {}
                _ => changed.extend(changes(path, old.root(), new.root(), self.is_partial)),
            }
        }
        if changed.is_empty() && missing.is_empty() {
            // The same for the client, and from now on compared with the value that the store has.
            *told = seen;
            return None;
        }
        Some((update(ObjectUpdateKind::Modify, id, changed, missing), Some(seen)))
    }
}

impl Seen {
    fn root(&self) -> Option<&Value> {
        match self {
            Seen::Root(value) => Some(value),
            Seen::Unset | Seen::Refused => None,
        }
    }
}

fn look(viewer: Viewer<'_>, object: &ManagedObjectReference, path: &PropertyPath) -> Seen {
    match viewer.root(object, path) {
        Ok(Some(value)) => Seen::Root(value),
        Ok(None) => Seen::Unset,
        Err(_) => Seen::Refused,
    }
}

/// All that is to be told of an object that is new to the client.
fn enter(
    viewer: Viewer<'_>,
    object: &ManagedObjectReference,
    paths: &[PropertyPath],
    seen: &[Seen],
) -> (Vec<PropertyChange>, Vec<MissingProperty>) {
    let (mut changes, mut missing) = (Vec::new(), Vec::new());
    for (path, seen) in paths.iter().zip(seen) {
        match seen {
            Seen::Refused => missing.extend(refusal(viewer, object, path)),
            seen => {
                let value = seen.root().and_then(|root| path.find(root)?.boxed());
                changes.extend(value.map(|value| assign(path.text().to_owned(), Some(value))));
            }
        }
    }
    (changes, missing)
}

fn refusal(viewer: Viewer<'_>, object: &ManagedObjectReference, path: &PropertyPath) -> Option<MissingProperty> {
    viewer.root(object, path).err().map(|failure| missing_property(path.text(), failure))
}

fn update(
    kind: ObjectUpdateKind,
    object: &ManagedObjectReference,
    changes: Vec<PropertyChange>,
    missing: Vec<MissingProperty>,
) -> ObjectUpdate {
    let mut update = ObjectUpdate::new();
    update.set_kind(kind).set_obj(object);
    if !changes.is_empty() {
        update.set_change_set(changes);
    }
    if !missing.is_empty() {
        update.set_missing_set(missing);
    }
    update
}

/// Objects in the order in which they came, each once.
#[derive(Default)]
struct Queue {
    order: VecDeque<Id>,
    present: HashSet<Id>,
}

impl Queue {
    fn push(&mut self, id: Id) {
        if self.present.insert(Id::clone(&id)) {
            self.order.push_back(id);
        }
    }

    fn push_front(&mut self, id: Id) {
        if self.present.insert(Id::clone(&id)) {
            self.order.push_front(id);
        }
    }

    fn pop(&mut self) -> Option<Id> {
        let id = self.order.pop_front()?;
        self.present.remove(&id);
        Some(id)
    }
}
