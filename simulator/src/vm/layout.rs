//! The files of a virtual machine as its properties show them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use vim25_api::types::{
    VirtualDevice, VirtualDisk, VirtualMachineConfigInfo, VirtualMachineFileLayoutEx,
    VirtualMachineFileLayoutExDiskLayout, VirtualMachineFileLayoutExDiskUnit, VirtualMachineFileLayoutExFileInfo,
    VirtualMachineStorageInfo, VirtualMachineUsageOnDatastore,
};
use vim25_runtime::{DateTime, ManagedObjectReference};

use super::files;
use crate::members;
use crate::store::Store;

const CONFIG_SIZE: i64 = 3_072;
const NVRAM_SIZE: i64 = 8_684;
const LOG_SIZE: i64 = 262_144;
const DESCRIPTOR_SIZE: i64 = 512;

/// Sets `layoutEx` and `storage` from the configuration.
pub(super) fn refresh(store: &mut Store, vm: &ManagedObjectReference, now: Timestamp) {
    let Some(config) = store.object::<VirtualMachineConfigInfo>(vm, "config") else { return };
    let layout = layout(config, now);
    let storage = storage(store, vm, config, &layout, now);
    // A clone has no spare room, and there can be many machines.
    store.set(vm, "layoutEx", layout.clone());
    store.set(vm, "storage", storage.clone());
}

fn layout(config: &VirtualMachineConfigInfo, now: Timestamp) -> VirtualMachineFileLayoutEx {
    let path = config.files().vm_path_name().unwrap_or_default();
    let base = path.strip_suffix(".vmx").unwrap_or(path);
    let directory = path.rsplit_once('/').map_or(path, |(directory, _)| directory);
    let mut all = vec![
        file(0, path, "config", CONFIG_SIZE),
        file(1, &format!("{base}.nvram"), "nvram", NVRAM_SIZE),
        file(2, &format!("{directory}/vmware.log"), "log", LOG_SIZE),
    ];
    let mut disks = Vec::new();
    for device in config.hardware().device() {
        if device.is::<VirtualDisk>() {
            disks.push(disk_layout(device, &mut all));
        }
    }
    let mut layout = VirtualMachineFileLayoutEx::new();
    layout.set_file(all).set_disk(disks).set_timestamp(DateTime::from(now));
    layout
}

/// A disk with its chain of files, the oldest first; each has a descriptor and an extent.
fn disk_layout(
    device: &VirtualDevice,
    all: &mut Vec<VirtualMachineFileLayoutExFileInfo>,
) -> VirtualMachineFileLayoutExDiskLayout {
    let is_thin = device.backing().is_some_and(|backing| members::boolean(backing, "thinProvisioned") == Some(true));
    let mut chain = files::disk_files(device);
    chain.reverse();
    let mut units = Vec::new();
    for (number, (path, size)) in chain.iter().enumerate() {
        let base = path.strip_suffix(".vmdk").unwrap_or(path);
        let extent = if number == 0 { format!("{base}-flat.vmdk") } else { format!("{base}-delta.vmdk") };
        let used = if number == 0 && !is_thin { *size } else { 0 };
        let keys = [next_key(all), next_key(all) + 1];
        all.push(file(keys[0], path, "diskDescriptor", DESCRIPTOR_SIZE));
        all.push(file(keys[1], &extent, "diskExtent", used));
        let mut unit = VirtualMachineFileLayoutExDiskUnit::new();
        unit.set_file_key(keys);
        units.push(unit);
    }
    let mut layout = VirtualMachineFileLayoutExDiskLayout::new();
    layout.set_key(device.key()).set_chain(units);
    layout
}

fn next_key(all: &[VirtualMachineFileLayoutExFileInfo]) -> i32 {
    i32::try_from(all.len()).unwrap_or(i32::MAX)
}

fn file(key: i32, name: &str, kind: &str, size: i64) -> VirtualMachineFileLayoutExFileInfo {
    let mut file = VirtualMachineFileLayoutExFileInfo::new();
    file.set_key(key).set_name(name).set_type(kind).set_size(size).set_unique_size(size).set_accessible(true);
    file
}

/// What the machine takes on each of its datastores, and what thin disks can still come to take.
fn storage(
    store: &Store,
    vm: &ManagedObjectReference,
    config: &VirtualMachineConfigInfo,
    layout: &VirtualMachineFileLayoutEx,
    now: Timestamp,
) -> VirtualMachineStorageInfo {
    let mut committed: BTreeMap<&str, i64> = BTreeMap::new();
    for file in layout.file() {
        *committed.entry(datastore_name(file.name())).or_default() += file.size();
    }
    let mut uncommitted: BTreeMap<&str, i64> = BTreeMap::new();
    for device in config.hardware().device() {
        let Some(backing) = device.backing().filter(|_| device.is::<VirtualDisk>()) else { continue };
        if let (Some(true), Some(disk)) = (members::boolean(backing, "thinProvisioned"), device.downcast_ref()) {
            let path = members::text(backing, "fileName").unwrap_or_default();
            *uncommitted.entry(datastore_name(path)).or_default() += files::capacity(disk);
        }
    }
    let usage = store.references(vm, "datastore").iter().map(|datastore| {
        let name = store.text(datastore, "name");
        let of = |sizes: &BTreeMap<&str, i64>| sizes.get(name).copied().unwrap_or_default();
        let mut usage = VirtualMachineUsageOnDatastore::new();
        usage.set_committed(of(&committed)).set_uncommitted(of(&uncommitted)).set_unshared(of(&committed));
        members::put(&mut usage, "datastore", datastore.clone());
        usage
    });
    let mut storage = VirtualMachineStorageInfo::new();
    storage.set_per_datastore_usage(usage).set_timestamp(DateTime::from(now));
    storage
}

fn datastore_name(path: &str) -> &str {
    files::DatastorePath::parse(path).map_or("", |path| path.datastore)
}
