//! The files of virtual machines on the datastores, as far as operations depend on them.

use std::collections::{BTreeMap, BTreeSet};

use vim25_api::types::{
    FileAlreadyExists, FileNotFound, InvalidDatastorePath, VirtualDevice, VirtualDisk, VirtualMachineConfigInfo,
};
use vim25_runtime::{DataType, ManagedObjectReference};

use crate::fault::{self, Failure};
use crate::members;
use crate::store::Store;

/// The files that are there.
#[derive(Debug, Default)]
pub(crate) struct Files {
    /// Disks by their paths, with their sizes in bytes: those of machines, and those that were left behind.
    disks: BTreeMap<String, i64>,
    /// The configuration files of the machines in the inventory.
    registered: BTreeSet<String>,
    /// Machines that were taken out of the inventory, by the paths of their configuration files.
    unregistered: BTreeMap<String, VirtualMachineConfigInfo>,
}

/// What a change of devices does to files, once all of it is known to be right.
#[derive(Debug)]
pub(super) enum FileChange {
    Create(String, i64),
    Destroy(String),
}

impl Files {
    /// The files of machines that were saved: disks, and the configurations of machines that are out of the inventory.
    pub(crate) fn restored(
        disks: BTreeMap<String, i64>,
        unregistered: Vec<VirtualMachineConfigInfo>,
        store: &Store,
    ) -> Self {
        let mut machines: Vec<_> = store.objects().filter(|object| object.type_name() == "VirtualMachine").collect();
        machines.sort_by_key(|machine| machine.value());
        let configs = machines.into_iter().filter_map(|vm| store.object::<VirtualMachineConfigInfo>(vm, "config"));
        let path = |config: &VirtualMachineConfigInfo| config.files().vm_path_name().map(str::to_owned);
        let registered = configs.filter_map(path).collect();
        let unregistered = unregistered.into_iter().filter_map(|config| Some((path(&config)?, config))).collect();
        Self { disks, registered, unregistered }
    }

    /// All disks by their paths, with their sizes in bytes.
    pub(crate) fn disks(&self) -> &BTreeMap<String, i64> {
        &self.disks
    }

    /// The configurations of the machines that are out of the inventory.
    pub(crate) fn all_unregistered(&self) -> impl Iterator<Item = &VirtualMachineConfigInfo> {
        self.unregistered.values()
    }

    /// The size of a disk that exists.
    pub(super) fn size(&self, path: &str) -> Option<i64> {
        self.disks.get(path).copied()
    }

    /// Whether there is a disk at a path.
    #[cfg(test)]
    pub(crate) fn has_disk(&self, path: &str) -> bool {
        self.disks.contains_key(path)
    }

    /// Whether the configuration file of a machine is at a path.
    pub(super) fn has_machine(&self, path: &str) -> bool {
        self.registered.contains(path) || self.unregistered.contains_key(path)
    }

    /// Whether the machine whose configuration file is at a path is in the inventory.
    pub(super) fn is_registered(&self, path: &str) -> bool {
        self.registered.contains(path)
    }

    /// A machine came into the inventory.
    pub(super) fn add_machine(&mut self, path: &str) {
        self.registered.insert(path.to_owned());
    }

    /// A machine has left its datastore.
    pub(super) fn remove_machine(&mut self, path: &str) {
        self.registered.remove(path);
    }

    /// A machine has left the inventory, but not its datastore.
    pub(super) fn unregister(&mut self, config: VirtualMachineConfigInfo) {
        let path = config.files().vm_path_name().unwrap_or_default().to_owned();
        self.registered.remove(&path);
        self.unregistered.insert(path, config);
    }

    /// The machine that was left at a path.
    pub(super) fn unregistered(&self, path: &str) -> Option<&VirtualMachineConfigInfo> {
        self.unregistered.get(path)
    }

    /// The machine that was left at a path comes into the inventory again.
    pub(super) fn forget_unregistered(&mut self, path: &str) {
        self.unregistered.remove(path);
    }

    /// Changes the paths that begin with `old`, and the configurations that are kept.
    pub(super) fn rename(&mut self, old: &str, new: &str, change: impl Fn(&mut VirtualMachineConfigInfo)) {
        let renamed = |path: String| path.strip_prefix(old).map(|rest| format!("{new}{rest}")).unwrap_or(path);
        self.disks = std::mem::take(&mut self.disks).into_iter().map(|(path, size)| (renamed(path), size)).collect();
        self.registered = std::mem::take(&mut self.registered).into_iter().map(renamed).collect();
        let unregistered = std::mem::take(&mut self.unregistered).into_iter().map(|(path, mut config)| {
            change(&mut config);
            (renamed(path), config)
        });
        self.unregistered = unregistered.collect();
    }

    /// Carries out changes.
    pub(super) fn apply(&mut self, changes: Vec<FileChange>) {
        for change in changes {
            match change {
                FileChange::Create(path, size) => {
                    self.disks.insert(path, size);
                }
                FileChange::Destroy(path) => {
                    self.disks.remove(&path);
                }
            }
        }
    }

    /// The files of disks of a machine are there.
    pub(super) fn add_disks_of(&mut self, devices: &[VirtualDevice]) {
        for (path, size) in devices.iter().flat_map(disk_files) {
            self.disks.insert(path, size);
        }
    }

    /// The files of disks of a machine are gone, but not those of other machines that they build on.
    pub(super) fn remove_disks_of(&mut self, devices: &[VirtualDevice]) {
        for path in devices.iter().flat_map(own_files) {
            self.disks.remove(&path);
        }
    }
}

/// The files of a disk and their sizes: that which is written to, and those that it builds on.
pub(super) fn disk_files(device: &VirtualDevice) -> Vec<(String, i64)> {
    let Some(disk) = device.downcast_ref::<VirtualDisk>() else { return Vec::new() };
    let size = capacity(disk);
    let first = disk.backing().map(DataType::as_object);
    let chain = std::iter::successors(first, |backing| members::object(backing, "parent"));
    chain.filter_map(|backing| Some((members::text(backing, "fileName")?.to_owned(), size))).collect()
}

/// The files of a disk that are its own: a linked clone builds on files that lie in the folder of another machine.
pub(super) fn own_files(device: &VirtualDevice) -> Vec<String> {
    let files = disk_files(device);
    let directory = files.first().map(|(path, _)| directory_of(path).to_owned()).unwrap_or_default();
    files.into_iter().map(|(path, _)| path).filter(|path| directory_of(path) == directory).collect()
}

/// The folder that a file lies in, with its datastore.
pub(super) fn directory_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

/// The size of a disk in bytes.
pub(super) fn capacity(disk: &VirtualDisk) -> i64 {
    disk.capacity_in_bytes().unwrap_or_else(|| disk.capacity_in_kb().saturating_mul(1024))
}

/// A path on a datastore: `[datastore1] web-1/web-1.vmx`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct DatastorePath<'a> {
    pub(super) datastore: &'a str,
    /// Without the datastore; empty if the path names nothing but the datastore.
    pub(super) path: &'a str,
}

impl<'a> DatastorePath<'a> {
    /// Takes a path apart.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let (datastore, path) = text.trim().strip_prefix('[')?.split_once(']')?;
        (!datastore.is_empty()).then(|| Self { datastore, path: path.trim() })
    }

    /// The folder that the path lies in, or names if it ends with a slash; empty at the top.
    pub(super) fn directory(self) -> &'a str {
        self.path.rsplit_once('/').map_or("", |(directory, _)| directory)
    }
}

/// The datastore with a name that a host has.
pub(super) fn find_datastore(
    store: &Store,
    host: &ManagedObjectReference,
    name: &str,
) -> Option<ManagedObjectReference> {
    store.references(host, "datastore").iter().find(|datastore| store.text(datastore, "name") == name).cloned()
}

/// The fault that a path is none of a datastore that is there.
pub(super) fn invalid_path(path: &str) -> Failure {
    let mut invalid = InvalidDatastorePath::new();
    invalid.set_datastore_path(path);
    fault::fault(invalid, format!("`{path}` is no path on a datastore of the host."))
}

/// The fault that a file is not there.
pub(super) fn file_not_found(path: &str) -> Failure {
    let mut not_found = FileNotFound::new();
    not_found.set_file(path);
    fault::fault(not_found, format!("There is no file `{path}`."))
}

/// The fault that a file is there already.
pub(super) fn file_exists(path: &str) -> Failure {
    let mut exists = FileAlreadyExists::new();
    exists.set_file(path);
    fault::fault(exists, format!("The file `{path}` exists already."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_taken_apart() {
        let path = DatastorePath::parse("[local 1] web/web.vmx").unwrap();
        assert_eq!((path.datastore, path.path, path.directory()), ("local 1", "web/web.vmx", "web"));
        assert_eq!(DatastorePath::parse("[ds]").unwrap().path, "");
        assert_eq!(DatastorePath::parse("[ds] web/").unwrap().directory(), "web");
        for wrong in ["web/web.vmx", "[] x", "[ds", ""] {
            assert_eq!(DatastorePath::parse(wrong), None, "{wrong}");
        }
    }
}
