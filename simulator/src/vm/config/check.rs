//! What is wrong with a `VirtualMachineConfigSpec`, whatever machine it is for.

use vim25_api::types::VirtualMachineConfigSpec;

use super::super::guest_os;
use super::NEWEST_HARDWARE;
use crate::fault::{self, Failure};

const MAX_CPUS: i32 = 768;
const MAX_MEMORY_MB: i64 = 24 << 20;

/// Members that ask for what the simulator does not have.
const UNSUPPORTED: &[&str] = &[
    "cpuFeatureMask",
    "crypto",
    "deviceGroups",
    "ftInfo",
    "npivWorldWideNameOp",
    "pmem",
    "repConfig",
    "sgxInfo",
    "vAppConfig",
    "vcpuConfig",
    "virtualNuma",
];

/// Refuses what no machine can be.
pub(in super::super) fn check(spec: &VirtualMachineConfigSpec, path: &str) -> Result<(), Failure> {
    if let Some(name) = UNSUPPORTED.iter().find(|name| spec.member(name).is_some()) {
        return Err(fault::not_supported(format!("The simulator does not play `{path}.{name}`.")));
    }
    let refuse = |member: &str, problem: &str| Err(fault::invalid_argument(&format!("{path}.{member}"), problem));
    if spec.guest_id().is_some_and(|id| guest_os::find(id).is_none()) {
        return refuse("guestId", "there is no such guest operating system");
    }
    if spec.version().is_some_and(|version| hardware_version(version).is_none()) {
        return refuse("version", "there is no such hardware version");
    }
    if spec.num_cpus().is_some_and(|count| !(1..=MAX_CPUS).contains(&count)) {
        return refuse("numCPUs", "no virtual machine has so many processors");
    }
    if let Some(size) = spec.memory_mb()
        && (!(4..=MAX_MEMORY_MB).contains(&size) || size % 4 != 0)
    {
        return refuse("memoryMB", "the size of the memory is a multiple of 4 MB, up to 24 TB");
    }
    if spec.num_cores_per_socket().is_some_and(|count| count < 0) {
        return refuse("numCoresPerSocket", "there are no sockets with so many cores");
    }
    for (member, uuid) in [("uuid", spec.uuid()), ("instanceUuid", spec.instance_uuid())] {
        if uuid.is_some_and(|uuid| !is_uuid(uuid)) {
            return refuse(member, "that is no UUID");
        }
    }
    if spec.firmware().is_some_and(|firmware| !matches!(firmware, "bios" | "efi")) {
        return refuse("firmware", "the firmware is `bios` or `efi`");
    }
    Ok(())
}

/// The number of a hardware version such as `vmx-19`, if there is such a version.
pub(in super::super) fn hardware_version(text: &str) -> Option<u32> {
    let number = text.strip_prefix("vmx-")?.parse().ok()?;
    matches!(number, 4 | 7..=NEWEST_HARDWARE).then_some(number)
}

fn is_uuid(text: &str) -> bool {
    let digits: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b'-' | b' ')).collect();
    digits.len() == 32 && digits.iter().all(u8::is_ascii_hexdigit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hardware_versions_have_their_form() {
        assert_eq!(["vmx-04", "vmx-13", "vmx-21"].map(hardware_version), [Some(4), Some(13), Some(21)]);
        assert_eq!(["vmx-99", "vmx", "13", "vmx-5"].map(hardware_version), [None; 4]);
    }

    #[test]
    fn uuids_may_have_dashes_anywhere() {
        assert!(is_uuid("4207a9e1-0000-1111-2222-333344445555"));
        assert!(is_uuid("42 07 a9 e1 00 00 11 11-22 22 33 33 44 44 55 55"));
        assert!(!is_uuid("4207a9e1"));
    }
}
