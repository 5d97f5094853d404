//! The devices of a virtual machine: how they are added, edited and removed.
//!
//! Creating, cloning and reconfiguring all go through [`Devices::apply`]. Nothing outside changes before all of it is
//! known to be right.

mod add;
mod disk;
mod edit;
mod fault;
mod kind;
mod network;
mod standard;

use std::collections::BTreeMap;

use vim25_api::types::{
    InvalidController, InvalidDeviceOperation, VirtualController, VirtualDevice, VirtualDeviceConfigSpec,
    VirtualDeviceConfigSpecOperation as Operation, VirtualDisk, VirtualEthernetCard,
};
use vim25_runtime::{DataType, ManagedObjectReference};

pub(super) use self::network::{assign_mac, network_of};
pub(super) use self::standard::devices as standard_devices;
use super::files::{self, FileChange};
use crate::fault::Failure;
use crate::members;
use crate::state::State;

/// Where the machine lies whose devices change.
pub(super) struct Site<'a> {
    pub(super) state: &'a mut State,
    pub(super) host: &'a ManagedObjectReference,
    /// The datastore of the machine, for disks that ask for none.
    pub(super) datastore: &'a ManagedObjectReference,
    /// The folder of the machine on its datastore.
    pub(super) directory: &'a str,
    /// Whether the machine runs.
    pub(super) is_on: bool,
}

/// The devices of a virtual machine while they are changed.
#[derive(Debug)]
pub(super) struct Devices {
    devices: Vec<VirtualDevice>,
    /// Keys that a change gave devices, and the keys that they have got.
    keys: BTreeMap<i32, i32>,
    files: Vec<FileChange>,
}

impl Devices {
    /// The devices of a machine.
    pub(super) fn of(devices: Vec<VirtualDevice>) -> Self {
        Self { devices, keys: BTreeMap::new(), files: Vec::new() }
    }

    /// Carries out changes: all of them or, if one is wrong, none. Controllers come first, as others refer to them.
    pub(super) fn apply(mut self, changes: &[VirtualDeviceConfigSpec], site: &mut Site<'_>) -> Result<Self, Failure> {
        let is_new_controller = |change: &VirtualDeviceConfigSpec| {
            change.operation() == Some(Operation::Add) && change.device().is::<VirtualController>()
        };
        let indexed = || changes.iter().enumerate();
        for (index, change) in indexed().filter(|(_, change)| is_new_controller(change)) {
            self.add(index, change, site)?;
        }
        for (index, change) in indexed().filter(|(_, change)| !is_new_controller(change)) {
            match change.operation() {
                Some(Operation::Add) => self.add(index, change, site)?,
                Some(Operation::Edit) => self.edit(index, change, site)?,
                Some(Operation::Remove) => self.remove(index, change, site)?,
                _ => return Err(fault::of(InvalidDeviceOperation::new(), index, "operation", "no such operation")),
            }
        }
        self.check_controllers()?;
        self.list_attached();
        Ok(self)
    }

    /// The devices as they are now; what has happened to files is written down.
    pub(super) fn finish(self, files: &mut files::Files) -> Vec<VirtualDevice> {
        files.apply(self.files);
        self.devices
    }

    fn find(&self, key: i32) -> Option<&VirtualDevice> {
        self.devices.iter().find(|device| device.key() == key)
    }

    /// The key that a device has which a change calls by some key.
    fn real_key(&self, key: i32) -> i32 {
        self.keys.get(&key).copied().unwrap_or(key)
    }

    /// Every device that says that it is attached to something has to be.
    fn check_controllers(&self) -> Result<(), Failure> {
        for device in &self.devices {
            if let Some(key) = device.controller_key()
                && self.find(key).is_none()
            {
                let mut invalid = InvalidController::new();
                invalid.set_controller_key(key);
                return Err(fault::of(invalid, 0, "controllerKey", "a controller with devices cannot be removed"));
            }
        }
        Ok(())
    }

    /// Has each controller list what is attached to it.
    fn list_attached(&mut self) {
        let mut attached: BTreeMap<i32, Vec<i32>> = BTreeMap::new();
        for device in &self.devices {
            if let Some(controller) = device.controller_key() {
                attached.entry(controller).or_default().push(device.key());
            }
        }
        for controller in self.devices.iter_mut().filter_map(|device| device.downcast_mut::<VirtualController>()) {
            match attached.remove(&controller.key()) {
                Some(keys) => {
                    controller.set_device(keys);
                }
                None => {
                    controller.remove("device");
                }
            }
        }
    }
}

/// The disks among some devices.
pub(super) fn disks(devices: &[VirtualDevice]) -> impl Iterator<Item = &VirtualDisk> {
    devices.iter().filter_map(|device| device.downcast_ref())
}

/// The network cards among some devices.
pub(super) fn cards(devices: &[VirtualDevice]) -> impl Iterator<Item = &VirtualEthernetCard> {
    devices.iter().filter_map(|device| device.downcast_ref())
}

/// Connects what is to be connected when the machine runs, or disconnects it.
pub(super) fn connect(devices: &mut [VirtualDevice], is_on: bool) {
    for device in devices {
        let Some(mut connectable) = device.connectable().cloned() else { continue };
        let connected = is_on && connectable.start_connected();
        connectable.set_connected(connected).set_status(if connected { "ok" } else { "untried" });
        device.set_connectable(connectable);
    }
}

/// The backing of a device, to be changed freely.
pub(super) fn edit_backing(device: &mut VirtualDevice, change: impl FnOnce(&mut vim25_runtime::Object)) {
    if let Some(backing) = device.backing().cloned() {
        let mut backing = backing.into_object();
        change(&mut backing);
        members::put(device, "backing", backing);
    }
}
