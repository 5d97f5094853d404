//! Which entity with which name lies where: names are looked up more often than they change.

use std::collections::HashMap;

use vim25_runtime::ManagedObjectReference;

/// The entities by what they lie in and their name.
#[derive(Debug, Default)]
pub(super) struct Children(HashMap<ManagedObjectReference, HashMap<String, ManagedObjectReference>>);

impl Children {
    /// The entity with a name.
    pub(super) fn find(&self, parent: &ManagedObjectReference, name: &str) -> Option<&ManagedObjectReference> {
        self.0.get(parent)?.get(name)
    }

    /// Adds an entity. Of several with one name the last one is found.
    pub(super) fn insert(&mut self, parent: ManagedObjectReference, name: String, child: ManagedObjectReference) {
        self.0.entry(parent).or_default().insert(name, child);
    }

    /// Removes an entity.
    pub(super) fn remove(&mut self, parent: &ManagedObjectReference, name: &str, child: &ManagedObjectReference) {
        let Some(named) = self.0.get_mut(parent) else { return };
        if named.get(name) == Some(child) {
            named.remove(name);
        }
        if named.is_empty() {
            self.0.remove(parent);
        }
    }
}
