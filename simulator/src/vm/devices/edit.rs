//! Editing and removing a device.

use vim25_api::types::{
    DeviceNotFound, InvalidDeviceOperation, VirtualDevice, VirtualDeviceConfigSpec,
    VirtualDeviceConfigSpecFileOperation as FileOperation, VirtualEthernetCard,
};
use vim25_runtime::Object;

use super::super::files::{self, FileChange};
use super::kind::{self, Place};
use super::{Devices, Site, fault, network};
use crate::fault::Failure;
use crate::members;

/// Members that an edit does not simply set: where the device is, what it is called, how large it is.
const KEPT: [&str; 6] = ["key", "controllerKey", "unitNumber", "deviceInfo", "capacityInKB", "capacityInBytes"];

impl Devices {
    /// Edits the device that a change names by its key.
    pub(super) fn edit(
        &mut self,
        index: usize,
        change: &VirtualDeviceConfigSpec,
        site: &mut Site<'_>,
    ) -> Result<(), Failure> {
        let position = self.position(index, change)?;
        if change.file_operation().is_some() {
            let problem = "the files of a device that is edited stay as they are";
            return Err(fault::of(InvalidDeviceOperation::new(), index, "fileOperation", problem));
        }
        let asked = change.device();
        let mut device = self.devices[position].clone();
        merge_device(&mut device, asked);
        self.resize_disk(&mut device, asked, index)?;
        if device.is::<VirtualEthernetCard>() {
            network::check_mac_change(&self.devices[position], &device, site.is_on, index)?;
            self.complete_card(&mut device, index, site)?;
        }
        let place = asked.controller_key().map(|key| self.real_key(key)).zip(asked.unit_number());
        let is_moved = place.is_some() && place != device.controller_key().zip(device.unit_number());
        let is_drive = kind::of(&device).is_some_and(|kind| kind.place == Place::Drive);
        match place.filter(|_| is_moved && is_drive) {
            Some(place) => self.move_drive(device, position, place, index, site.is_on),
            None => {
                self.devices[position] = device;
                Ok(())
            }
        }
    }

    /// Attaches a drive to another controller or unit, which changes its key.
    fn move_drive(
        &mut self,
        mut device: VirtualDevice,
        position: usize,
        (controller, unit): (i32, i32),
        index: usize,
        is_on: bool,
    ) -> Result<(), Failure> {
        self.check_hot_plug(&device, is_on, index)?;
        let old_key = device.key();
        device.set_controller_key(controller).set_unit_number(unit);
        self.place_drive(&mut device, index)?;
        self.keys.insert(old_key, device.key());
        self.devices[position] = device;
        Ok(())
    }

    /// Removes the device that a change names by its key.
    pub(super) fn remove(
        &mut self,
        index: usize,
        change: &VirtualDeviceConfigSpec,
        site: &Site<'_>,
    ) -> Result<(), Failure> {
        let position = self.position(index, change)?;
        let device = &self.devices[position];
        if kind::of(device).is_some_and(kind::Kind::is_built_in) {
            return Err(fault::invalid(index, "key", "every virtual machine has this device"));
        }
        self.check_hot_plug(device, site.is_on, index)?;
        match change.file_operation() {
            None => {}
            Some(FileOperation::Destroy) => {
                self.files.extend(files::own_files(device).into_iter().map(FileChange::Destroy));
            }
            Some(_) => {
                let problem = "what is removed can only have its files destroyed";
                return Err(fault::of(InvalidDeviceOperation::new(), index, "fileOperation", problem));
            }
        }
        self.devices.remove(position);
        Ok(())
    }

    fn position(&self, index: usize, change: &VirtualDeviceConfigSpec) -> Result<usize, Failure> {
        let asked = change.device();
        let key = self.real_key(asked.key());
        let is_it = |device: &VirtualDevice| device.key() == key && device.type_info().is_a(asked.type_info());
        let position = self.devices.iter().position(is_it);
        position.ok_or_else(|| fault::of(DeviceNotFound::new(), index, "key", "there is no such device"))
    }
}

/// Sets what an edit gives: a backing of the same type keeps what the edit leaves out.
fn merge_device(device: &mut VirtualDevice, asked: &Object) {
    for (field, value) in asked.members() {
        if KEPT.contains(&field.name) {
            continue;
        }
        let merged = match (members::object(device, field.name), members::object(asked, field.name)) {
            (Some(present), Some(asked)) if std::ptr::eq(present.type_info(), asked.type_info()) => {
                let mut merged = present.clone();
                members::merge(&mut merged, asked);
                merged.into()
            }
            _ => value.clone(),
        };
        members::put(device, field.name, merged);
    }
}
