//! The index that objects are found by: what is known of virtual machines, hosts and other entities.
//!
//! It is made from the store and nothing else, and brought up to date when somebody searches: what has changed since
//! the last time is looked at again. So nobody has to tell it of changes.

use std::collections::{BTreeSet, HashMap};

use vim25_api::types::{GuestInfo, HostConfigInfo, HostListSummary, VirtualMachineConfigInfo};
use vim25_runtime::ManagedObjectReference;

use crate::inventory::path::unescape;
use crate::store::{Store, is_a};

/// What an entity can be found by.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Key {
    /// The parent, and the name as people write it.
    Child(Place, String),
    /// The UUID of the BIOS of a virtual machine.
    Uuid(String),
    /// The UUID that the server gave to a virtual machine.
    InstanceUuid(String),
    /// The UUID of a host.
    HostUuid(String),
    /// An IP address of the guest of a virtual machine.
    Ip(String),
    /// An IP address of a host.
    HostIp(String),
    /// The DNS name of the guest of a virtual machine.
    DnsName(String),
    /// The DNS name of a host.
    HostDnsName(String),
    /// The path of the configuration file of a virtual machine.
    File(String),
}

/// A reference by which results can be ordered: the number in the id, the type, the id.
type Place = (u32, String, String);

/// The index. The entities with a key stand in the order in which they came to the inventory.
#[derive(Debug, Default)]
pub(crate) struct SearchIndex {
    /// The last change of the store that is known.
    version: u64,
    found: HashMap<Key, BTreeSet<Place>>,
    known: HashMap<ManagedObjectReference, Vec<Key>>,
}

impl Key {
    /// The key of a child with a name.
    pub(crate) fn child(parent: &ManagedObjectReference, name: &str) -> Self {
        Key::Child(place(parent), unescape(name).into_owned())
    }
}

impl SearchIndex {
    /// Brings the index up to date.
    pub(crate) fn update(&mut self, store: &Store) {
        if let Some(changed) = store.changed_since(self.version) {
            for object in changed {
                self.look_at(store, object);
            }
        } else {
            // Too much has gone since then.
            *self = Self::default();
            for object in store.objects() {
                self.look_at(store, object);
            }
        }
        self.version = store.version();
    }

    /// The entities with a key.
    pub(crate) fn find(&self, key: &Key) -> impl Iterator<Item = ManagedObjectReference> {
        let found = self.found.get(key).into_iter().flatten();
        found.map(|(_, kind, id)| ManagedObjectReference::new(kind.as_str(), id.as_str()))
    }

    fn look_at(&mut self, store: &Store, object: &ManagedObjectReference) {
        if !is_a(object.type_name(), "ManagedEntity") {
            return;
        }
        let keys = if store.contains(object) { keys(store, object) } else { Vec::new() };
        let known = self.known.get(object).map_or(&[][..], Vec::as_slice);
        if *known == *keys {
            return;
        }
        let entry = place(object);
        for key in known {
            if let Some(found) = self.found.get_mut(key) {
                found.remove(&entry);
                if found.is_empty() {
                    self.found.remove(key);
                }
            }
        }
        for key in &keys {
            self.found.entry(key.clone()).or_default().insert(entry.clone());
        }
        if keys.is_empty() {
            self.known.remove(object);
        } else {
            self.known.insert(object.clone(), keys);
        }
    }
}

fn place(object: &ManagedObjectReference) -> Place {
    let digits = object.value().trim_start_matches(|letter: char| !letter.is_ascii_digit());
    (digits.parse().unwrap_or(u32::MAX), object.type_name().to_owned(), object.value().to_owned())
}

fn keys(store: &Store, object: &ManagedObjectReference) -> Vec<Key> {
    let mut keys = Vec::new();
    if let Some(parent) = store.reference(object, "parent") {
        keys.push(Key::child(parent, store.text(object, "name")));
    }
    match object.type_name() {
        "VirtualMachine" => add_keys_of_machine(store, object, &mut keys),
        "HostSystem" => add_keys_of_host(store, object, &mut keys),
        _ => {}
    }
    keys.sort();
    keys.dedup();
    keys
}

fn add_keys_of_machine(store: &Store, vm: &ManagedObjectReference, keys: &mut Vec<Key>) {
    if let Some(config) = store.object::<VirtualMachineConfigInfo>(vm, "config") {
        keys.push(Key::Uuid(config.uuid().to_lowercase()));
        keys.extend(config.instance_uuid().map(|uuid| Key::InstanceUuid(uuid.to_lowercase())));
        keys.extend(config.files().vm_path_name().map(|path| Key::File(path.to_owned())));
    }
    if let Some(guest) = store.object::<GuestInfo>(vm, "guest") {
        let of_cards = guest.net().iter().flat_map(|card| card.ip_address().iter());
        keys.extend(guest.ip_address().into_iter().chain(of_cards).map(|ip| Key::Ip(ip.to_lowercase())));
        keys.extend(guest.host_name().map(|name| Key::DnsName(name.to_lowercase())));
    }
}

fn add_keys_of_host(store: &Store, host: &ManagedObjectReference, keys: &mut Vec<Key>) {
    if let Some(hardware) = store.object::<HostListSummary>(host, "summary").and_then(|summary| summary.hardware()) {
        keys.push(Key::HostUuid(hardware.uuid().to_lowercase()));
    }
    keys.push(Key::HostDnsName(store.text(host, "name").to_lowercase()));
    let network = store.object::<HostConfigInfo>(host, "config").and_then(|config| config.network());
    for vnic in network.into_iter().flat_map(|network| network.vnic()) {
        keys.extend(vnic.spec().ip().and_then(|ip| ip.ip_address()).map(|ip| Key::HostIp(ip.to_lowercase())));
    }
}
