//! Disks: their sizes and their files.

use vim25_api::types::{
    VirtualDevice, VirtualDeviceConfigSpec, VirtualDeviceConfigSpecFileOperation as FileOperation, VirtualDisk,
    VirtualDiskFlatVer2BackingInfo,
};
use vim25_runtime::{DataType, ManagedObjectReference, Object};

use super::super::files::{self, DatastorePath, FileChange};
use super::{Devices, Site, fault};
use crate::fault::Failure;
use crate::members;

/// The size that a disk can have at most: 62 TiB.
const MAX_CAPACITY: i64 = 62 << 40;

impl Devices {
    /// Completes a disk that is added: its file is created, or has to be there.
    pub(super) fn add_disk(
        &mut self,
        device: &mut VirtualDevice,
        change: &VirtualDeviceConfigSpec,
        index: usize,
        site: &mut Site<'_>,
    ) -> Result<(), Failure> {
        let mut backing = match device.backing() {
            Some(backing) => backing.clone().into_object(),
            None => VirtualDiskFlatVer2BackingInfo::new().into_object(),
        };
        if !backing.type_info().name().starts_with("VirtualDisk")
            || backing.type_info().index_of("fileName", 0).is_none()
        {
            return Err(fault::invalid(index, "backing", "that is no backing of a disk"));
        }
        let creates = change.file_operation() == Some(FileOperation::Create);
        let (datastore, path) = self.disk_path(&backing, creates, site)?;
        let known = site.state.vm_files.size(&path);
        let size = match (creates, known) {
            (true, Some(_)) => return Err(files::file_exists(&path)),
            (true, None) => asked_capacity(device, index)?,
            (false, Some(size)) => size,
            (false, None) => return Err(files::file_not_found(&path)),
        };
        members::put(&mut backing, "fileName", path.clone());
        members::put(&mut backing, "datastore", datastore);
        complete_backing(&mut backing, &site.state.random.uuid());
        members::put(device, "backing", backing);
        set_capacity(device, size);
        if creates {
            self.files.push(FileChange::Create(path, size));
        }
        Ok(())
    }

    /// Where the file of a disk is: where it asks to be, or next to the others.
    fn disk_path(
        &self,
        backing: &Object,
        creates: bool,
        site: &Site<'_>,
    ) -> Result<(ManagedObjectReference, String), Failure> {
        let store = &site.state.store;
        let asked = members::text(backing, "fileName").filter(|name| !name.is_empty());
        let parsed = match asked {
            Some(name) => Some(DatastorePath::parse(name).ok_or_else(|| files::invalid_path(name))?),
            None => None,
        };
        let datastore = match (parsed, members::reference(backing, "datastore")) {
            (Some(path), _) => files::find_datastore(store, site.host, path.datastore)
                .ok_or_else(|| files::invalid_path(asked.unwrap_or_default()))?,
            (None, Some(datastore)) if store.contains(datastore) => datastore.clone(),
            (None, Some(_)) => return Err(files::invalid_path("")),
            (None, None) => site.datastore.clone(),
        };
        let name = store.text(&datastore, "name");
        let path = match parsed {
            Some(path) if !path.path.is_empty() && !path.path.ends_with('/') => format!("[{name}] {}", path.path),
            Some(_) | None if !creates => return Err(files::file_not_found(asked.unwrap_or_default())),
            Some(_) | None => self.free_path(name, site),
        };
        Ok((datastore, path))
    }

    /// A path that no disk has: `[datastore1] web-1/web-1.vmdk`, `web-1_1.vmdk` and so on.
    fn free_path(&self, datastore: &str, site: &Site<'_>) -> String {
        let directory = site.directory;
        let path = |number: u32| match number {
            0 => format!("[{datastore}] {directory}/{directory}.vmdk"),
            _ => format!("[{datastore}] {directory}/{directory}_{number}.vmdk"),
        };
        let is_free = |path: &String| site.state.vm_files.size(path).is_none() && !self.creates(path);
        (0..).map(path).find(is_free).unwrap_or_default()
    }

    fn creates(&self, wanted: &str) -> bool {
        self.files.iter().any(|change| matches!(change, FileChange::Create(path, _) if path == wanted))
    }

    /// Lets a disk grow; it cannot shrink.
    pub(super) fn resize_disk(
        &mut self,
        device: &mut VirtualDevice,
        asked: &VirtualDevice,
        index: usize,
    ) -> Result<(), Failure> {
        let (Some(disk), Some(wanted)) = (device.downcast_ref::<VirtualDisk>(), asked.downcast_ref::<VirtualDisk>())
        else {
            return Ok(());
        };
        let present = files::capacity(disk);
        // A client that read the disk and changed one of the two members means the one that it has changed.
        let size = match (wanted.capacity_in_kb().saturating_mul(1024), wanted.capacity_in_bytes()) {
            (0, None) => present,
            (by_kb, Some(bytes)) if by_kb == present || by_kb == 0 => bytes,
            (by_kb, _) => by_kb,
        };
        if size < present || size > MAX_CAPACITY {
            return Err(fault::invalid(index, "capacityInKB", "a disk cannot shrink, nor grow without end"));
        }
        if size > present
            && let Some(path) = disk.backing().and_then(|backing| members::text(backing, "fileName"))
        {
            self.files.push(FileChange::Create(path.to_owned(), size));
        }
        set_capacity(device, size);
        Ok(())
    }
}

fn asked_capacity(device: &VirtualDevice, index: usize) -> Result<i64, Failure> {
    let size = device.downcast_ref::<VirtualDisk>().map_or(0, files::capacity);
    if (1..=MAX_CAPACITY).contains(&size) {
        Ok(size)
    } else {
        Err(fault::invalid(index, "capacityInKB", "a new disk needs a size, up to 62 TB"))
    }
}

fn set_capacity(device: &mut VirtualDevice, size: i64) {
    if let Some(disk) = device.downcast_mut::<VirtualDisk>() {
        disk.set_capacity_in_kb(size / 1024).set_capacity_in_bytes(size);
    }
    if let Some(mut info) = device.device_info().cloned() {
        info.set_summary(format!("{} KB", grouped(size / 1024)));
        device.set_device_info(info);
    }
}

/// What a backing has that nobody asked for.
fn complete_backing(backing: &mut Object, uuid: &str) {
    if members::text(backing, "diskMode").is_none_or(str::is_empty) {
        members::put(backing, "diskMode", "persistent".to_owned());
    }
    let Some(flat) = backing.downcast_mut::<VirtualDiskFlatVer2BackingInfo>() else { return };
    let (through, thin) = (flat.write_through().unwrap_or_default(), flat.thin_provisioned().unwrap_or_default());
    flat.set_split(false).set_write_through(through).set_thin_provisioned(thin);
    if flat.uuid().is_none_or(str::is_empty) {
        flat.set_uuid(uuid);
    }
    if flat.sharing().is_none() {
        flat.set_sharing("sharingNone");
    }
}

/// `16,777,216` of 16777216.
fn grouped(number: i64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!([1, 1000, 16_777_216, 999_999].map(grouped), ["1", "1,000", "16,777,216", "999,999"]);
    }
}
