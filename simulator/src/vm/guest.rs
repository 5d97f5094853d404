//! What the guest operating system of a virtual machine says of itself.
//!
//! It follows from configuration and power state. Addresses come from those of the network cards, so that they are the
//! same in every run.

use std::net::{Ipv4Addr, Ipv6Addr};

use vim25_api::types::{
    GuestDiskInfo, GuestInfo, GuestNicInfo, NetIpConfigInfo, NetIpConfigInfoIpAddress, VirtualEthernetCard,
    VirtualMachineConfigInfo, VirtualMachinePowerState, VirtualMachineRuntimeInfo, VirtualMachineToolsStatus,
};

use super::{config, devices, files, guest_os};
use crate::store::Store;

/// The version of VMware Tools that all guests have, as a number.
pub(super) const TOOLS_VERSION: i32 = 12_416;

/// The option of a machine that says whether its guest has VMware Tools: `notInstalled` if not.
pub(super) const TOOLS_OPTION: &str = "vim25.simulator.tools";

/// What the guest says.
pub(super) fn of(store: &Store, config: &VirtualMachineConfigInfo, runtime: &VirtualMachineRuntimeInfo) -> GuestInfo {
    let is_on = runtime.power_state() == VirtualMachinePowerState::PoweredOn;
    let has_tools = config::option(config, TOOLS_OPTION) != Some("notInstalled");
    let mut guest = GuestInfo::new();
    set_tools(&mut guest, has_tools, is_on);
    guest
        .set_guest_state(if is_on && has_tools { "running" } else { "notRunning" })
        // The simulator plays no operations within guests.
        .set_guest_operations_ready(false)
        .set_interactive_guest_operations_ready(false)
        .set_guest_state_change_supported(is_on && has_tools)
        .set_app_heartbeat_status("appStatusGray")
        .set_app_state("none")
        .set_guest_kernel_crashed(false)
        .set_hw_version(config.version());
    if has_tools && is_on {
        describe(&mut guest, store, config, runtime);
    }
    guest
}

/// Whether the guest runs and can be talked to.
pub(super) fn is_running(guest: &GuestInfo) -> bool {
    guest.tools_running_status() == Some("guestToolsRunning")
}

fn set_tools(guest: &mut GuestInfo, has_tools: bool, is_on: bool) {
    let (status, version_status, version) = match (has_tools, is_on) {
        (false, _) => (VirtualMachineToolsStatus::ToolsNotInstalled, "guestToolsNotInstalled", "0".to_owned()),
        (true, true) => (VirtualMachineToolsStatus::ToolsOk, "guestToolsUnmanaged", TOOLS_VERSION.to_string()),
        (true, false) => (VirtualMachineToolsStatus::ToolsNotRunning, "guestToolsUnmanaged", TOOLS_VERSION.to_string()),
    };
    let running = if has_tools && is_on { "guestToolsRunning" } else { "guestToolsNotRunning" };
    guest
        .set_tools_status(status)
        .set_tools_version_status(version_status)
        .set_tools_version_status2(version_status)
        .set_tools_running_status(running)
        .set_tools_version(version);
}

fn describe(
    guest: &mut GuestInfo,
    store: &Store,
    config: &VirtualMachineConfigInfo,
    runtime: &VirtualMachineRuntimeInfo,
) {
    let devices = config.hardware().device();
    let mut nics = Vec::new();
    for card in devices::cards(devices) {
        let network = runtime.host().and_then(|host| devices::network_of(store, host.as_untyped(), card));
        let network = network.map(|network| store.text(&network, "name").to_owned());
        nics.push(nic(card, network.as_deref()));
    }
    let first = nics.iter().find_map(|nic| nic.ip_address().get(0)).map(ToOwned::to_owned);
    if let Some(address) = first {
        guest.set_ip_address(address);
    }
    guest.set_guest_id(config.guest_id()).set_guest_full_name(config.guest_full_name());
    guest.set_host_name(host_name(config.name())).set_net(nics);
    let os = guest_os::find(config.guest_id());
    let is_windows = os.is_some_and(|os| os.family == "windowsGuest");
    if let Some(os) = os {
        guest.set_guest_family(os.family);
    }
    let drives = devices::disks(devices).enumerate().map(|(number, disk)| {
        let (path, file_system) = match (is_windows, number) {
            (true, _) => (format!("{}:\\", char::from(b'C' + u8::try_from(number % 23).unwrap_or(0))), "NTFS"),
            (false, 0) => ("/".to_owned(), "ext4"),
            (false, _) => (format!("/mnt/disk{number}"), "ext4"),
        };
        let size = files::capacity(disk);
        let mut drive = GuestDiskInfo::new();
        drive.set_disk_path(path).set_capacity(size).set_free_space(size / 2).set_filesystem_type(file_system);
        drive
    });
    let drives: Vec<_> = drives.collect();
    guest.set_disk(drives);
}

fn nic(card: &VirtualEthernetCard, network: Option<&str>) -> GuestNicInfo {
    let mac = card.mac_address().unwrap_or_default();
    let is_connected = card.connectable().is_some_and(|connectable| connectable.connected());
    let mut nic = GuestNicInfo::new();
    nic.set_mac_address(mac).set_connected(is_connected).set_device_config_id(card.key());
    if let Some(network) = network {
        nic.set_network(network);
    }
    if let Some(bytes) = mac_bytes(mac).filter(|_| is_connected) {
        let addresses = [(ipv4(bytes).to_string(), 8), (ipv6(bytes).to_string(), 64)];
        nic.set_ip_address(addresses.iter().map(|(address, _)| address.clone()));
        let mut config = NetIpConfigInfo::new();
        config.set_ip_address(addresses.map(|(address, prefix)| {
            let mut info = NetIpConfigInfoIpAddress::new();
            info.set_ip_address(address).set_prefix_length(prefix).set_state("preferred");
            info
        }));
        nic.set_ip_config(config);
    }
    nic
}

fn mac_bytes(mac: &str) -> Option<[u8; 6]> {
    let bytes: Vec<u8> = mac.split(':').filter_map(|pair| u8::from_str_radix(pair, 16).ok()).collect();
    bytes.try_into().ok()
}

/// An address of 10.0.0.0/8 that is neither that of a network nor for all: its last byte is from 1 to 254.
fn ipv4([.., a, b, c]: [u8; 6]) -> Ipv4Addr {
    let number = u32::from_be_bytes([0, a & 0x3f, b, c]);
    let (rest, last) = (number / 254, number % 254 + 1);
    let [_, _, high, low] = rest.to_be_bytes();
    let [_, _, _, last] = last.to_be_bytes();
    Ipv4Addr::new(10, high, low, last)
}

/// The link-local address that a guest makes from the address of its card.
fn ipv6([a, b, c, d, e, f]: [u8; 6]) -> Ipv6Addr {
    let pair = |high: u8, low: u8| u16::from_be_bytes([high, low]);
    Ipv6Addr::new(0xfe80, 0, 0, 0, pair(a ^ 2, b), pair(c, 0xff), pair(0xfe, d), pair(e, f))
}

/// The name of the machine as one of a host.
fn host_name(name: &str) -> String {
    let name: String =
        name.to_lowercase().chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect();
    name.trim_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_follow_from_that_of_the_card() {
        let bytes = mac_bytes("00:50:56:80:01:ff").unwrap();
        assert_eq!(ipv4(bytes).to_string(), "10.0.2.4");
        assert_eq!(ipv6(bytes).to_string(), "fe80::250:56ff:fe80:1ff");
        let last = ipv4([0, 0x50, 0x56, 0xbf, 0xff, 0xff]);
        assert!((1..=254).contains(&last.octets()[3]), "{last}");
    }

    #[test]
    fn host_names_have_letters_digits_and_dashes() {
        assert_eq!(host_name("Web 1%2f(test)"), "web-1-2f-test");
    }
}
