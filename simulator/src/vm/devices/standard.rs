//! The devices that every virtual machine has.

use vim25_api::types::{
    Description, ParaVirtualSCSIController, VirtualDevice, VirtualIDEController, VirtualKeyboard,
    VirtualMachineVMCIDevice, VirtualMachineVideoCard, VirtualPCIController, VirtualPS2Controller,
    VirtualPointingDevice, VirtualPointingDeviceDeviceBackingInfo, VirtualSCSISharing, VirtualSIOController,
};

use super::kind::Place;
use crate::members;

const IDE: i32 = 200;
const PS2: i32 = 300;
pub(super) const PCI: i32 = 100;
const SIO: i32 = 400;

/// The devices of a machine that nobody has added anything to.
pub(in super::super) fn devices() -> Vec<VirtualDevice> {
    vec![
        controller(VirtualIDEController::new().into(), IDE, 0, "IDE 0"),
        controller(VirtualIDEController::new().into(), IDE + 1, 1, "IDE 1"),
        controller(VirtualPS2Controller::new().into(), PS2, 0, "PS2 controller 0"),
        controller(VirtualPCIController::new().into(), PCI, 0, "PCI controller 0"),
        controller(VirtualSIOController::new().into(), SIO, 0, "SIO controller 0"),
        placed(VirtualKeyboard::new().into(), 600, (PS2, 0), "Keyboard"),
        placed(pointing_device().into(), 700, (PS2, 1), "Pointing device"),
        placed(video_card().into(), 500, (PCI, 0), "Video card"),
        placed(vmci_device().into(), 12000, (PCI, 17), "VMCI device"),
    ]
}

/// The controller of disks that nobody asked for, and that has to be there.
pub(super) fn scsi_controller() -> VirtualDevice {
    let mut controller = ParaVirtualSCSIController::new();
    controller.set_shared_bus(VirtualSCSISharing::NoSharing);
    controller.into()
}

/// A label and a summary.
pub(super) fn describe(label: &str, summary: &str) -> Description {
    let mut description = Description::new();
    description.set_label(label).set_summary(summary);
    description
}

/// The key of the controller of a kind of place that every machine has.
pub(super) fn controller_key(place: Place) -> Option<i32> {
    match place {
        Place::Pci(_) => Some(PCI),
        Place::Ps2 => Some(PS2),
        Place::Sio => Some(SIO),
        Place::Root | Place::Drive => None,
    }
}

fn controller(mut controller: VirtualDevice, key: i32, bus_number: i32, label: &str) -> VirtualDevice {
    members::put(&mut controller, "busNumber", bus_number);
    controller.set_key(key).set_device_info(describe(label, label));
    controller
}

fn placed(mut device: VirtualDevice, key: i32, (controller, unit): (i32, i32), label: &str) -> VirtualDevice {
    device.set_key(key).set_device_info(describe(label, label)).set_controller_key(controller).set_unit_number(unit);
    device
}

fn pointing_device() -> VirtualPointingDevice {
    let mut backing = VirtualPointingDeviceDeviceBackingInfo::new();
    backing.set_host_pointing_device("autodetect");
    backing.set_device_name("").set_use_auto_detect(false);
    let mut device = VirtualPointingDevice::new();
    device.set_backing(backing);
    device
}

fn video_card() -> VirtualMachineVideoCard {
    let mut card = VirtualMachineVideoCard::new();
    card.set_video_ram_size_in_kb(4096)
        .set_num_displays(1)
        .set_use_auto_detect(false)
        .set_enable_3d_support(false)
        .set_use3d_renderer("automatic")
        .set_graphics_memory_size_in_kb(262_144);
    card
}

fn vmci_device() -> VirtualMachineVMCIDevice {
    let mut device = VirtualMachineVMCIDevice::new();
    device.set_id(-1).set_allow_unrestricted_communication(false).set_filter_enable(true);
    device
}
