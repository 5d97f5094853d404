//! What virtual machines use of their hosts and datastores: kept up to date as they change.

use std::collections::BTreeMap;

use vim25_api::types::VirtualMachineRuntimeInfo;
use vim25_runtime::ManagedObjectReference;

use super::{datastore, host};
use crate::state::State;
use crate::store::{Store, is_a};

/// How far the usage is up to date: the number of a change of the store.
#[derive(Debug, Default)]
pub(crate) struct Usage {
    seen: u64,
}

impl State {
    /// Brings the usage of hosts and datastores up to date.
    pub(crate) fn refresh_usage(&mut self) {
        if self.usage.seen == self.store.version() {
            return;
        }
        for (id, object) in self.affected() {
            debug_assert_eq!(id, object.value());
            if object.type_name() == "HostSystem" {
                host::refresh(&mut self.store, &object);
            } else {
                datastore::refresh(&mut self.store, &object);
            }
        }
        self.usage.seen = self.store.version();
    }

    /// The hosts and datastores that have changed, or have machines that have; by id, so that the order is always the
    /// same.
    fn affected(&self) -> BTreeMap<String, ManagedObjectReference> {
        let mut affected = BTreeMap::new();
        let mut add = |object: &ManagedObjectReference| {
            affected.entry(object.value().to_owned()).or_insert_with(|| object.clone());
        };
        match self.store.changed_since(self.usage.seen) {
            Some(changed) => changed.for_each(|object| used_by(&self.store, object, &mut add)),
            None => self.store.objects().for_each(|object| used_by(&self.store, object, &mut add)),
        }
        affected
    }
}

/// A host or a datastore itself, or those that a virtual machine uses.
fn used_by(store: &Store, object: &ManagedObjectReference, add: &mut impl FnMut(&ManagedObjectReference)) {
    let kind = object.type_name();
    if kind == "VirtualMachine" {
        let runtime = store.object::<VirtualMachineRuntimeInfo>(object, "runtime");
        if let Some(host) = runtime.and_then(VirtualMachineRuntimeInfo::host) {
            add(host.as_untyped());
        }
        store.references(object, "datastore").iter().for_each(add);
    } else if kind == "HostSystem" || is_a(kind, "Datastore") {
        add(object);
    }
}
