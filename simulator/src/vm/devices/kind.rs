//! The kinds of devices: their keys, labels and places.

use vim25_api::types;
use vim25_runtime::{DataType, Object, TypeInfo};

/// A kind of device, with all types that derive from its own.
#[derive(Debug)]
pub(super) struct Kind {
    ty: &'static TypeInfo,
    pub(super) label: &'static str,
    /// The number in the label of the first one, if they are numbered.
    pub(super) first_label: Option<i32>,
    /// The key of the first one. Disks and the like have keys that their controller gives them.
    pub(super) first_key: i32,
    /// How many of them a machine can have.
    pub(super) most: usize,
    pub(super) place: Place,
}

/// What a device is attached to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Place {
    /// Nothing.
    Root,
    /// The PCI controller, from a unit on.
    Pci(i32),
    /// The PS/2 controller.
    Ps2,
    /// The super I/O controller.
    Sio,
    /// A controller of drives.
    Drive,
}

/// A kind of controller that drives are attached to.
#[derive(Debug)]
pub(super) struct Bus {
    ty: &'static TypeInfo,
    /// How many units a controller has.
    pub(super) units: i32,
    /// The key of the first drive of the first controller.
    pub(super) first_key: i32,
}

const fn kind(
    ty: &'static TypeInfo,
    label: &'static str,
    first_label: Option<i32>,
    first_key: i32,
    most: usize,
    place: Place,
) -> Kind {
    Kind { ty, label, first_label, first_key, most, place }
}

/// The kinds of devices that the simulator has.
#[rustfmt::skip]
static KINDS: &[Kind] = &[
    kind(types::VirtualIDEController::TYPE, "IDE", Some(0), 200, 2, Place::Root),
    kind(types::VirtualPS2Controller::TYPE, "PS2 controller", Some(0), 300, 1, Place::Root),
    kind(types::VirtualPCIController::TYPE, "PCI controller", Some(0), 100, 1, Place::Root),
    kind(types::VirtualSIOController::TYPE, "SIO controller", Some(0), 400, 1, Place::Root),
    kind(types::VirtualKeyboard::TYPE, "Keyboard", None, 600, 1, Place::Ps2),
    kind(types::VirtualPointingDevice::TYPE, "Pointing device", None, 700, 1, Place::Ps2),
    kind(types::VirtualMachineVideoCard::TYPE, "Video card", None, 500, 1, Place::Pci(0)),
    kind(types::VirtualMachineVMCIDevice::TYPE, "VMCI device", None, 12000, 1, Place::Pci(17)),
    kind(types::VirtualSCSIController::TYPE, "SCSI controller", Some(0), 1000, 4, Place::Pci(3)),
    kind(types::VirtualSATAController::TYPE, "SATA controller", Some(0), 15000, 4, Place::Pci(24)),
    kind(types::VirtualNVMEController::TYPE, "NVME controller", Some(0), 31000, 4, Place::Pci(30)),
    kind(types::VirtualUSBController::TYPE, "USB controller", None, 7000, 1, Place::Pci(22)),
    kind(types::VirtualUSBXHCIController::TYPE, "USB xHCI controller", None, 14000, 1, Place::Pci(23)),
    kind(types::VirtualEthernetCard::TYPE, "Network adapter", Some(1), 4000, 10, Place::Pci(7)),
    kind(types::VirtualDisk::TYPE, "Hard disk", Some(1), 2000, 256, Place::Drive),
    kind(types::VirtualCdrom::TYPE, "CD/DVD drive", Some(1), 3000, 124, Place::Drive),
    kind(types::VirtualFloppy::TYPE, "Floppy drive", Some(1), 8000, 2, Place::Sio),
    kind(types::VirtualSerialPort::TYPE, "Serial port", Some(1), 9000, 32, Place::Sio),
    kind(types::VirtualParallelPort::TYPE, "Parallel port", Some(1), 10000, 3, Place::Sio),
    kind(types::VirtualSoundCard::TYPE, "Sound card", None, 5000, 1, Place::Pci(18)),
    kind(types::VirtualTPM::TYPE, "Virtual TPM", None, 11000, 1, Place::Root),
    kind(types::VirtualWDT::TYPE, "Virtual watchdog timer", None, 18000, 1, Place::Root),
];

static BUSES: &[Bus] = &[
    Bus { ty: types::VirtualIDEController::TYPE, units: 2, first_key: 3000 },
    Bus { ty: types::VirtualSCSIController::TYPE, units: 16, first_key: 2000 },
    Bus { ty: types::VirtualSATAController::TYPE, units: 30, first_key: 16000 },
    Bus { ty: types::VirtualNVMEController::TYPE, units: 15, first_key: 32000 },
];

/// The kind of a device, if the simulator has it.
pub(super) fn of(device: &Object) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| device.type_info().is_a(kind.ty))
}

/// The bus of a controller that drives can be attached to.
pub(super) fn bus_of(controller: &Object) -> Option<&'static Bus> {
    BUSES.iter().find(|bus| controller.type_info().is_a(bus.ty))
}

impl Kind {
    /// Whether a device is of this kind.
    pub(super) fn has(&self, device: &Object) -> bool {
        device.type_info().is_a(self.ty)
    }

    /// Whether every machine has it, and nobody can take it away.
    pub(super) fn is_built_in(&self) -> bool {
        matches!(self.first_key, 100..=700 | 12000)
    }
}
