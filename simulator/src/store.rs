//! The managed objects of a simulator, with the values of their properties.
//!
//! All of them are kept alike: a reference, and a value for each property that is set, as the API declares it. Each
//! change gets a number, so that the property collector can tell what is new since it last looked. Values are shared:
//! whoever keeps an old one sees by comparing what has changed in it.

mod children;
mod read;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use vim25_api::REGISTRY;
use vim25_runtime::{DataType, Elements, List, ManagedObjectReference, OperationInfo, OperationKind, Value};

use self::children::Children;
use crate::minimal;

/// How many objects that are gone are remembered, for those who ask what has changed.
const MAX_GONE: usize = 10_000;

/// The value of each property that is set.
type Properties = BTreeMap<&'static str, Arc<Value>>;

/// All managed objects.
#[derive(Debug, Default)]
pub(crate) struct Store {
    objects: HashMap<ManagedObjectReference, Stored>,
    /// The entities by what they lie in and their name.
    children: Children,
    /// What objects of a type have before anybody sets it: the least values of the required properties.
    initial: HashMap<String, Properties>,
    /// The number of the last change.
    version: u64,
    /// The objects by the number of their last change; also those that are gone.
    log: BTreeMap<u64, ManagedObjectReference>,
    /// The numbers in the log at which objects went, the oldest first.
    gone: VecDeque<u64>,
    /// What happened to objects that are gone is complete after this change.
    forgotten: u64,
    last_id: u32,
    /// How many objects of each type there are.
    counts: BTreeMap<String, usize>,
}

#[derive(Debug)]
struct Stored {
    properties: Properties,
    changed: u64,
}

impl Store {
    /// Adds an object. Required properties that are not given have the least value of their type.
    pub(crate) fn add(
        &mut self,
        object: ManagedObjectReference,
        properties: impl IntoIterator<Item = (&'static str, Value)>,
    ) {
        self.add_shared(object, properties.into_iter().map(|(name, value)| (name, Arc::new(value))));
    }

    /// Adds an object, with values that it may share with other objects.
    pub(crate) fn add_shared(
        &mut self,
        object: ManagedObjectReference,
        properties: impl IntoIterator<Item = (&'static str, Arc<Value>)>,
    ) {
        let kind = object.type_name();
        if !self.initial.contains_key(kind) {
            self.initial.insert(kind.to_owned(), initial(kind));
        }
        let mut all = self.initial[kind].clone();
        for (name, value) in properties {
            debug_assert!(property(kind, name).is_some(), "{kind} has no property {name}");
            all.insert(name, value);
        }
        if !self.objects.contains_key(&object) {
            *self.counts.entry(kind.to_owned()).or_default() += 1;
        }
        self.objects.insert(object.clone(), Stored { properties: all, changed: 0 });
        self.enter_parent(&object);
        self.note(&object);
    }

    /// Removes an object.
    pub(crate) fn remove(&mut self, object: &ManagedObjectReference) {
        self.leave_parent(object);
        let Some(stored) = self.objects.remove(object) else { return };
        if let Some(count) = self.counts.get_mut(object.type_name()) {
            *count -= 1;
        }
        self.log.remove(&stored.changed);
        self.version += 1;
        self.log.insert(self.version, object.clone());
        self.gone.push_back(self.version);
        if self.gone.len() > MAX_GONE
            && let Some(oldest) = self.gone.pop_front()
        {
            self.log.remove(&oldest);
            self.forgotten = oldest;
        }
    }

    /// Whether an object exists.
    pub(crate) fn contains(&self, object: &ManagedObjectReference) -> bool {
        self.objects.contains_key(object)
    }

    /// All objects, in no order.
    pub(crate) fn objects(&self) -> impl Iterator<Item = &ManagedObjectReference> {
        self.objects.keys()
    }

    /// How many objects of a type there are, those of types that derive from it included.
    pub(crate) fn count(&self, kind: &str) -> usize {
        self.counts.iter().filter(|(found, _)| is_a(found, kind)).map(|(_, count)| count).sum()
    }

    /// How many objects of each type there are, by type.
    pub(crate) fn counts(&self) -> impl Iterator<Item = (&str, usize)> {
        self.counts.iter().map(|(kind, &count)| (kind.as_str(), count)).filter(|&(_, count)| count > 0)
    }

    /// The properties of an object that are set, by name.
    pub(crate) fn properties(
        &self,
        object: &ManagedObjectReference,
    ) -> impl Iterator<Item = (&'static str, &Arc<Value>)> {
        let properties = self.objects.get(object).into_iter();
        properties.flat_map(|stored| stored.properties.iter().map(|(&name, value)| (name, value)))
    }

    /// A new number for the id of an object; ids are unique over all types.
    pub(crate) fn next_id(&mut self) -> u32 {
        self.last_id += 1;
        self.last_id
    }

    /// The number that was given out last.
    pub(crate) fn last_id(&self) -> u32 {
        self.last_id
    }

    /// Gives out only numbers above one.
    pub(crate) fn reserve_ids(&mut self, last: u32) {
        self.last_id = self.last_id.max(last);
    }

    /// A reference to an object that is to be added, such as `VirtualMachine:vm-17` for the prefix `vm`.
    pub(crate) fn new_reference(&mut self, kind: &str, prefix: &str) -> ManagedObjectReference {
        ManagedObjectReference::new(kind, format!("{prefix}-{}", self.next_id()))
    }

    /// The value of a property, if it is set.
    pub(crate) fn get(&self, object: &ManagedObjectReference, property: &str) -> Option<&Arc<Value>> {
        self.objects.get(object)?.properties.get(property)
    }

    /// Sets a property of an object that exists.
    pub(crate) fn set(&mut self, object: &ManagedObjectReference, property: &'static str, value: impl Into<Value>) {
        debug_assert!(self::property(object.type_name(), property).is_some(), "{object} has no property {property}");
        self.set_shared(object, property, Arc::new(value.into()));
    }

    /// Sets a property of an object that exists to a value that other objects have, too.
    pub(crate) fn set_shared(&mut self, object: &ManagedObjectReference, property: &'static str, value: Arc<Value>) {
        if !self.contains(object) || self.get(object, property) == Some(&value) {
            return;
        }
        self.change(object, property, |properties| {
            properties.insert(property, value);
        });
    }

    /// Takes the value of a property away.
    pub(crate) fn unset(&mut self, object: &ManagedObjectReference, property: &str) {
        if self.get(object, property).is_some() {
            self.change(object, property, |properties| {
                properties.remove(property);
            });
        }
    }

    /// Changes a property, and where its object is found.
    fn change(&mut self, object: &ManagedObjectReference, property: &str, change: impl FnOnce(&mut Properties)) {
        let is_place = matches!(property, "name" | "parent");
        if is_place {
            self.leave_parent(object);
        }
        if let Some(stored) = self.objects.get_mut(object) {
            change(&mut stored.properties);
        }
        if is_place {
            self.enter_parent(object);
        }
        self.note(object);
    }

    /// The entity with a name that lies in another.
    pub(crate) fn child(&self, parent: &ManagedObjectReference, name: &str) -> Option<&ManagedObjectReference> {
        self.children.find(parent, name)
    }

    fn enter_parent(&mut self, object: &ManagedObjectReference) {
        if let Some(parent) = self.reference(object, "parent").cloned() {
            let name = self.text(object, "name").to_owned();
            self.children.insert(parent, name, object.clone());
        }
    }

    fn leave_parent(&mut self, object: &ManagedObjectReference) {
        if let Some(parent) = self.reference(object, "parent").cloned() {
            let name = self.text(object, "name").to_owned();
            self.children.remove(&parent, &name, object);
        }
    }

    /// Changes a property that is a data object; nothing happens if it is unset.
    pub(crate) fn edit<T: DataType>(
        &mut self,
        object: &ManagedObjectReference,
        property: &str,
        change: impl FnOnce(&mut T),
    ) {
        let stored = self.objects.get_mut(object);
        let Some(value) = stored.and_then(|stored| stored.properties.get_mut(property)) else { return };
        if let Value::Object(value) = Arc::make_mut(value)
            && let Some(value) = value.downcast_mut()
        {
            change(value);
            self.note(object);
        }
    }

    /// Adds a reference at the end of an array of references.
    pub(crate) fn link(
        &mut self,
        object: &ManagedObjectReference,
        property: &'static str,
        target: &ManagedObjectReference,
    ) {
        if !self.references(object, property).contains(target) {
            self.push(object, property, target);
        }
    }

    /// Adds a reference that is known not to be there at the end of an array of references, which can be long.
    pub(crate) fn push(
        &mut self,
        object: &ManagedObjectReference,
        property: &'static str,
        target: &ManagedObjectReference,
    ) {
        debug_assert!(self::property(object.type_name(), property).is_some(), "{object} has no property {property}");
        let Some(stored) = self.objects.get_mut(object) else { return };
        let empty = || Arc::new(List::References(Vec::new().into()).into());
        if let Some(references) = references_mut(stored.properties.entry(property).or_insert_with(empty)) {
            references.push(target.clone());
        }
        self.note(object);
    }

    /// Removes a reference from an array of references.
    pub(crate) fn unlink(
        &mut self,
        object: &ManagedObjectReference,
        property: &'static str,
        target: &ManagedObjectReference,
    ) {
        if !self.references(object, property).contains(target) {
            return;
        }
        let stored = self.objects.get_mut(object);
        let value = stored.and_then(|stored| stored.properties.get_mut(property));
        if let Some(references) = value.and_then(references_mut) {
            references.retain(|reference| reference != target);
        }
        self.note(object);
    }

    /// The number of the last change.
    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    /// Counts a change that is of no object.
    pub(crate) fn touch(&mut self) {
        self.version += 1;
    }

    /// The objects that were added, changed or removed after a change, in this order; `None` if that is not known any
    /// more, so that any may have.
    pub(crate) fn changed_since(&self, version: u64) -> Option<impl Iterator<Item = &ManagedObjectReference>> {
        (version >= self.forgotten).then(|| self.log.range(version + 1..).map(|(_, object)| object))
    }

    /// Notes that an object has changed.
    fn note(&mut self, object: &ManagedObjectReference) {
        let Some(stored) = self.objects.get_mut(object) else { return };
        self.log.remove(&stored.changed);
        self.version += 1;
        stored.changed = self.version;
        self.log.insert(self.version, object.clone());
    }
}

/// The property of a type of managed object with a name.
pub(crate) fn property(kind: &str, name: &str) -> Option<&'static OperationInfo> {
    REGISTRY.find_operation(kind, name).filter(|operation| operation.kind == OperationKind::Property)
}

/// The properties of a type of managed object.
pub(crate) fn properties_of(kind: &str) -> impl Iterator<Item = &'static OperationInfo> {
    REGISTRY.operations_of(kind).filter(|operation| operation.kind == OperationKind::Property)
}

/// Whether a type of managed object is another or derives from it.
pub(crate) fn is_a(kind: &str, base: &str) -> bool {
    REGISTRY.find_managed_object(kind).is_some_and(|info| info.is_a(base))
}

/// The references of a value, to be changed where they are: arrays can be long.
fn references_mut(value: &mut Arc<Value>) -> Option<&mut Elements<ManagedObjectReference>> {
    match Arc::make_mut(value) {
        Value::List(List::References(references)) => Some(references),
        _ => None,
    }
}

fn initial(kind: &str) -> Properties {
    let required = properties_of(kind).filter_map(|operation| Some((operation.name, operation.result.as_ref()?)));
    let required = required.filter(|(_, result)| result.is_required);
    required.map(|(name, result)| (name, Arc::new(minimal::value(result)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reference(id: &str) -> ManagedObjectReference {
        ManagedObjectReference::new("Folder", id)
    }

    fn changed(store: &Store, since: u64) -> Vec<&str> {
        store.changed_since(since).unwrap().map(ManagedObjectReference::value).collect()
    }

    #[test]
    fn changes_are_numbered() {
        let mut store = Store::default();
        let (a, b) = (reference("a"), reference("b"));
        store.add(a.clone(), [("name", "A".to_owned().into())]);
        store.add(b.clone(), []);
        assert_eq!(store.text(&a, "name"), "A");
        let version = store.version();
        assert_eq!(changed(&store, version), [""; 0]);
        store.set(&a, "name", "A".to_owned());
        assert_eq!(changed(&store, version), [""; 0], "the same value is no change");
        store.set(&a, "name", "AA".to_owned());
        store.link(&b, "childEntity", &a);
        store.set(&a, "name", "AAA".to_owned());
        assert_eq!(changed(&store, version), ["b", "a"]);
        store.remove(&b);
        assert_eq!(changed(&store, version), ["a", "b"]);
        assert!(!store.contains(&b));
    }

    #[test]
    fn entities_are_found_by_name_where_they_lie() {
        let mut store = Store::default();
        let (a, b, child) = (reference("a"), reference("b"), reference("child"));
        store.add(child.clone(), [("name", "x".to_owned().into()), ("parent", a.clone().into())]);
        assert_eq!(store.child(&a, "x"), Some(&child));
        store.set(&child, "name", "y".to_owned());
        assert_eq!((store.child(&a, "x"), store.child(&a, "y")), (None, Some(&child)));
        store.set(&child, "parent", b.clone());
        assert_eq!((store.child(&a, "y"), store.child(&b, "y")), (None, Some(&child)));
        store.remove(&child);
        assert_eq!(store.child(&b, "y"), None);
    }

    #[test]
    fn what_went_long_ago_is_forgotten() {
        let mut store = Store::default();
        for _ in 0..=MAX_GONE {
            let object = reference("x");
            store.add(object.clone(), []);
            store.remove(&object);
        }
        assert!(store.changed_since(0).is_none());
        assert_eq!(store.changed_since(store.version() - 1).map(Iterator::count), Some(1));
    }

    #[test]
    fn objects_are_counted_by_type() {
        let mut store = Store::default();
        store.add(reference("a"), []);
        store.add(reference("a"), []);
        store.add(reference("b"), []);
        store.add(ManagedObjectReference::new("ContainerView", "c"), []);
        store.remove(&reference("b"));
        store.remove(&reference("b"));
        assert_eq!(store.counts().collect::<Vec<_>>(), [("ContainerView", 1), ("Folder", 1)]);
        assert_eq!((store.count("View"), store.count("ManagedEntity"), store.count("Folder")), (1, 1, 1));
        store.remove(&reference("a"));
        assert_eq!(store.counts().count(), 1);
    }

    #[test]
    fn an_old_value_stays_as_it_was() {
        let mut store = Store::default();
        let manager = ManagedObjectReference::new("OptionManager", "x");
        store.add(manager.clone(), []);
        let task = ManagedObjectReference::new("Task", "task-1");
        store.add(task.clone(), []);
        let before = Arc::clone(store.get(&task, "info").unwrap());
        store.edit::<vim25_api::types::TaskInfo>(&task, "info", |info| {
            info.set_key("task-1");
        });
        assert_ne!(store.get(&task, "info"), Some(&before));
    }
}
