//! Adding a device: its key, its place and its label.

use vim25_api::types::{
    DeviceHotPlugNotSupported, InvalidController, MissingController, VirtualCdrom, VirtualController, VirtualDevice,
    VirtualDeviceConfigSpec, VirtualDeviceConnectInfo, VirtualDisk, VirtualEthernetCard, VirtualEthernetCardMacType,
    VirtualFloppy, VirtualIDEController, VirtualSCSIController, VirtualSCSISharing,
};

use super::kind::{self, Kind, Place};
use super::{Devices, Site, fault, standard};
use crate::fault::Failure;
use crate::members;

/// The unit of a SCSI controller itself, which no drive can have.
const SCSI_CONTROLLER_UNIT: i32 = 7;

impl Devices {
    /// Adds the device of a change.
    pub(super) fn add(
        &mut self,
        index: usize,
        change: &VirtualDeviceConfigSpec,
        site: &mut Site<'_>,
    ) -> Result<(), Failure> {
        let mut device = change.device().clone();
        let asked_key = device.key();
        let kind = kind::of(&device).ok_or_else(|| fault::invalid(index, "key", "no such kind of device here"))?;
        if self.devices.iter().filter(|present| kind.has(present)).count() >= kind.most {
            return Err(fault::too_many(kind.label));
        }
        self.place(&mut device, kind, index)?;
        self.check_hot_plug(&device, site.is_on, index)?;
        device.set_device_info(self.description(&device, kind));
        if device.is::<VirtualSCSIController>() {
            complete_scsi_controller(&mut device);
        }
        if device.is::<VirtualDisk>() {
            self.add_disk(&mut device, change, index, site)?;
        } else if device.is::<VirtualEthernetCard>() {
            if members::text(&device, "addressType").is_some_and(|kind| kind != VirtualEthernetCardMacType::MANUAL) {
                device.remove("macAddress");
            }
            self.complete_card(&mut device, index, site)?;
        }
        if device.is::<VirtualEthernetCard>() || device.is::<VirtualCdrom>() || device.is::<VirtualFloppy>() {
            complete_connectable(&mut device, site.is_on);
        }
        self.keys.insert(asked_key, device.key());
        self.devices.push(device);
        Ok(())
    }

    /// Gives a device its key, its controller and its unit.
    fn place(&mut self, device: &mut VirtualDevice, kind: &Kind, index: usize) -> Result<(), Failure> {
        if kind.place == Place::Drive {
            return self.place_drive(device, index);
        }
        let number = match device.downcast_ref::<VirtualController>() {
            Some(controller) => self.bus_number(controller, kind, index)?,
            None => self.free_number(kind.first_key),
        };
        device.set_key(kind.first_key + number);
        if device.is::<VirtualController>() {
            members::put(device, "busNumber", number);
        }
        device.remove("controllerKey");
        device.remove("unitNumber");
        if let Some(controller) = standard::controller_key(kind.place) {
            let first = if let Place::Pci(first) = kind.place { first } else { 0 };
            device.set_controller_key(controller).set_unit_number(self.free_unit(controller, first..i32::MAX));
        }
        Ok(())
    }

    /// The number of a controller: the one that it asks for, or the first that is free.
    fn bus_number(&self, controller: &VirtualController, kind: &Kind, index: usize) -> Result<i32, Failure> {
        let taken = |number: i32| self.find(kind.first_key + number).is_some();
        let is_asked_for = controller.member("busNumber").is_some() && controller.bus_number() >= 0;
        let most = i32::try_from(kind.most).unwrap_or(i32::MAX);
        match controller.bus_number() {
            number if is_asked_for && number >= most => Err(fault::invalid(index, "busNumber", "there is no such bus")),
            number if is_asked_for && !taken(number) => Ok(number),
            _ => Ok(self.free_number(kind.first_key)),
        }
    }

    /// The smallest number that gives a free key.
    fn free_number(&self, first_key: i32) -> i32 {
        (0..).find(|number| self.find(first_key + number).is_none()).unwrap_or_default()
    }

    fn free_unit(&self, controller: i32, mut units: std::ops::Range<i32>) -> i32 {
        units.find(|&unit| !self.is_taken(controller, unit)).unwrap_or_default()
    }

    pub(super) fn is_taken(&self, controller: i32, unit: i32) -> bool {
        let is_there =
            |device: &VirtualDevice| device.controller_key() == Some(controller) && device.unit_number() == Some(unit);
        self.devices.iter().any(is_there)
    }

    /// Attaches a drive to the controller that it asks for.
    pub(super) fn place_drive(&mut self, device: &mut VirtualDevice, index: usize) -> Result<(), Failure> {
        let asked = match device.controller_key() {
            Some(key) => self.real_key(key),
            None => self.default_controller(device, index)?,
        };
        let Some((controller, bus)) = self.find(asked).and_then(|found| Some((found, kind::bus_of(found)?))) else {
            let mut invalid = InvalidController::new();
            invalid.set_controller_key(asked);
            return Err(fault::of(invalid, index, "controllerKey", "there is no such controller of drives"));
        };
        let is_scsi = controller.is::<VirtualSCSIController>();
        let can_be = |unit: &i32| !(is_scsi && *unit == SCSI_CONTROLLER_UNIT || self.is_taken(asked, *unit));
        let unit = match device.unit_number().filter(|&unit| unit >= 0) {
            Some(unit) if unit < bus.units && can_be(&unit) => unit,
            Some(_) => return Err(fault::invalid(index, "unitNumber", "there is no such unit, or it is taken")),
            None => (0..bus.units).find(can_be).ok_or_else(|| fault::too_many("drive of the controller"))?,
        };
        let number = controller.downcast_ref::<VirtualController>().map_or(0, VirtualController::bus_number);
        let key = bus.first_key + number * bus.units + unit;
        device.set_key(key).set_controller_key(asked).set_unit_number(unit);
        Ok(())
    }

    /// The controller of a drive that asks for none: IDE for CD drives, else SCSI, which is added if there is none.
    fn default_controller(&mut self, device: &VirtualDevice, index: usize) -> Result<i32, Failure> {
        let has_room = |controller: &&VirtualDevice| {
            let Some(bus) = kind::bus_of(controller) else { return false };
            let is_right = device.is::<VirtualCdrom>() == controller.is::<VirtualIDEController>();
            is_right
                && (0..bus.units).any(|unit| unit != SCSI_CONTROLLER_UNIT && !self.is_taken(controller.key(), unit))
        };
        if let Some(controller) = self.devices.iter().find(has_room) {
            return Ok(controller.key());
        }
        let mut controller = standard::scsi_controller();
        match kind::of(&controller) {
            Some(kind) if !device.is::<VirtualCdrom>() && self.free_number(kind.first_key) < 4 => {
                self.place(&mut controller, kind, index)?;
                controller.set_device_info(self.description(&controller, kind));
                complete_scsi_controller(&mut controller);
                let key = controller.key();
                self.devices.push(controller);
                Ok(key)
            }
            _ => Err(fault::of(MissingController::new(), index, "controllerKey", "no controller has room for it")),
        }
    }

    /// What cannot be plugged in or out while the machine runs: what hangs on IDE, PS/2 and super I/O.
    pub(super) fn check_hot_plug(&self, device: &VirtualDevice, is_on: bool, index: usize) -> Result<(), Failure> {
        let controller = device.controller_key().and_then(|key| self.find(key));
        let is_hot = match controller {
            Some(controller) if kind::bus_of(controller).is_some() => !controller.is::<VirtualIDEController>(),
            Some(controller) => controller.key() == standard::PCI,
            None => false,
        };
        if is_on && !is_hot {
            let problem = "it cannot be added or removed while the virtual machine runs";
            return Err(fault::of(DeviceHotPlugNotSupported::new(), index, "controllerKey", problem));
        }
        Ok(())
    }

    /// Label and summary of a new device.
    fn description(&self, device: &VirtualDevice, kind: &Kind) -> vim25_api::types::Description {
        let label = match (kind.first_label, device.downcast_ref::<VirtualController>()) {
            (Some(_), Some(controller)) => format!("{} {}", kind.label, controller.bus_number()),
            (Some(first), None) => self.free_label(kind.label, first),
            (None, _) => kind.label.to_owned(),
        };
        let summary = match device.type_info().name() {
            "ParaVirtualSCSIController" => "VMware paravirtual SCSI",
            "VirtualLsiLogicController" => "LSI Logic",
            "VirtualLsiLogicSASController" => "LSI Logic SAS",
            "VirtualBusLogicController" => "BusLogic",
            "VirtualAHCIController" => "AHCI",
            _ => &label,
        };
        standard::describe(&label, summary)
    }

    /// The first label that no device has, such as `Hard disk 2`.
    fn free_label(&self, label: &str, first: i32) -> String {
        let has = |wanted: &str| {
            self.devices.iter().any(|device| device.device_info().is_some_and(|info| info.label() == wanted))
        };
        let mut labels = (first..).map(|number| format!("{label} {number}"));
        labels.find(|label| !has(label)).unwrap_or_default()
    }
}

fn complete_scsi_controller(device: &mut VirtualDevice) {
    if let Some(controller) = device.downcast_mut::<VirtualSCSIController>() {
        controller.set_hot_add_remove(true).set_scsi_ctlr_unit_number(SCSI_CONTROLLER_UNIT);
        if controller.member("sharedBus").is_none() {
            controller.set_shared_bus(VirtualSCSISharing::NoSharing);
        }
    }
}

fn complete_connectable(device: &mut VirtualDevice, is_on: bool) {
    let mut connectable = device.connectable().cloned().unwrap_or_else(|| {
        let mut connectable = VirtualDeviceConnectInfo::new();
        connectable.set_start_connected(true).set_allow_guest_control(true).set_connected(is_on);
        connectable
    });
    let connected = is_on && connectable.connected();
    connectable.set_connected(connected).set_status(if connected { "ok" } else { "untried" });
    device.set_connectable(connectable);
}
