//! Network cards: what they are connected to, and their addresses.

use vim25_api::types::{
    InvalidDeviceBacking, InvalidPowerState, VirtualDevice, VirtualEthernetCard,
    VirtualEthernetCardDistributedVirtualPortBackingInfo, VirtualEthernetCardMacType,
    VirtualEthernetCardNetworkBackingInfo, VirtualEthernetCardOpaqueNetworkBackingInfo, VirtualMachinePowerState,
};
use vim25_runtime::{DataType, ManagedObjectReference, Object};

use super::{Devices, Site, fault};
use crate::fault::Failure;
use crate::members;
use crate::state::State;
use crate::store::{Store, is_a};

impl Devices {
    /// Completes the backing and the address of a network card.
    pub(super) fn complete_card(
        &self,
        device: &mut VirtualDevice,
        index: usize,
        site: &mut Site<'_>,
    ) -> Result<(), Failure> {
        let wrong = || fault::of(InvalidDeviceBacking::new(), index, "backing", "there is no such network at the host");
        let mut backing = device.backing().cloned().ok_or_else(wrong)?.into_object();
        let store = &site.state.store;
        let network = find_network(store, site.host, &backing).ok_or_else(wrong)?;
        let mut summary = store.text(&network, "name").to_owned();
        if backing.is::<VirtualEthernetCardNetworkBackingInfo>() {
            members::put(&mut backing, "deviceName", summary.clone());
            members::put(&mut backing, "network", network);
            members::put(&mut backing, "useAutoDetect", false);
        } else if let Some(port) = members::object(&backing, "port") {
            summary = format!("DVSwitch: {}", members::text(port, "switchUuid").unwrap_or_default());
        }
        members::put(device, "backing", backing);
        if let Some(mut info) = device.device_info().cloned() {
            info.set_summary(summary);
            device.set_device_info(info);
        }
        let mac = self.mac_address(device, index, site.state)?;
        if let Some(card) = device.downcast_mut::<VirtualEthernetCard>() {
            let kind = card.address_type().filter(|kind| !kind.is_empty()).unwrap_or(match card.mac_address() {
                Some(asked) if !asked.is_empty() => VirtualEthernetCardMacType::MANUAL,
                _ => VirtualEthernetCardMacType::ASSIGNED,
            });
            let kind = kind.to_owned();
            card.set_address_type(kind).set_mac_address(mac);
            if card.wake_on_lan_enabled().is_none() {
                card.set_wake_on_lan_enabled(true);
            }
        }
        Ok(())
    }

    /// The address of a card: the one that it has or asks for, or a new one.
    fn mac_address(&self, device: &VirtualDevice, index: usize, state: &mut State) -> Result<String, Failure> {
        let Some(card) = device.downcast_ref::<VirtualEthernetCard>() else { return Ok(String::new()) };
        let is_manual = card.address_type() == Some(VirtualEthernetCardMacType::MANUAL);
        let Some(asked) = card.mac_address().filter(|address| !address.is_empty()) else {
            if is_manual {
                return Err(fault::invalid(index, "macAddress", "a manual address has to be given"));
            }
            return Ok(new_mac(state));
        };
        let asked = asked.to_ascii_lowercase();
        let others = super::cards(&self.devices).filter(|other| other.key() != card.key());
        if !is_unicast_mac(&asked) {
            return Err(fault::invalid(index, "macAddress", "that is no address of a network card"));
        }
        if others.into_iter().any(|other| other.mac_address() == Some(&asked)) {
            return Err(fault::invalid(index, "macAddress", "another network card has this address"));
        }
        Ok(asked)
    }
}

/// The address of a card cannot change while the machine runs.
pub(super) fn check_mac_change(
    present: &VirtualDevice,
    device: &VirtualDevice,
    is_on: bool,
    index: usize,
) -> Result<(), Failure> {
    let mac = |device: &VirtualDevice| members::text(device, "macAddress").unwrap_or_default().to_ascii_lowercase();
    if !is_on || mac(present) == mac(device) {
        return Ok(());
    }
    let mut invalid = InvalidPowerState::new();
    invalid
        .set_requested_state(VirtualMachinePowerState::PoweredOff)
        .set_existing_state(VirtualMachinePowerState::PoweredOn);
    let message = format!("Device change {index}: the MAC address cannot change while the virtual machine runs.");
    Err(crate::fault::fault(invalid, message))
}

/// Gives a card a new address, unless its address was set by hand.
pub(in super::super) fn assign_mac(device: &mut VirtualDevice, state: &mut State) {
    if let Some(card) = device.downcast_mut::<VirtualEthernetCard>()
        && card.address_type() != Some(VirtualEthernetCardMacType::MANUAL)
    {
        card.set_mac_address(new_mac(state));
    }
}

/// An address of the range that a vCenter assigns from, `00:50:56:80:00:00` to `00:50:56:bf:ff:ff`.
fn new_mac(state: &mut State) -> String {
    let [_, high, middle, low] = state.store.next_id().to_be_bytes();
    format!("00:50:56:{:02x}:{middle:02x}:{low:02x}", 0x80 | high & 0x3f)
}

/// Whether a text is a MAC address that a card can have.
fn is_unicast_mac(text: &str) -> bool {
    let bytes: Vec<Option<u8>> =
        text.split(':').map(|pair| (pair.len() == 2).then(|| u8::from_str_radix(pair, 16).ok()).flatten()).collect();
    bytes.len() == 6 && bytes.iter().all(Option::is_some) && bytes[0].is_some_and(|first| first & 1 == 0)
}

/// The network of the host that a card is connected to.
pub(in super::super) fn network_of(
    store: &Store,
    host: &ManagedObjectReference,
    card: &VirtualDevice,
) -> Option<ManagedObjectReference> {
    find_network(store, host, card.backing()?)
}

fn find_network(store: &Store, host: &ManagedObjectReference, backing: &Object) -> Option<ManagedObjectReference> {
    let networks = store.references(host, "network");
    let found = if backing.is::<VirtualEthernetCardNetworkBackingInfo>() {
        let name = members::text(backing, "deviceName").unwrap_or_default();
        let asked = members::reference(backing, "network");
        let is_it = |network: &&ManagedObjectReference| match asked {
            Some(asked) => *network == asked,
            None => network.type_name() == "Network" && store.text(network, "name") == name,
        };
        networks.iter().find(is_it)
    } else if backing.is::<VirtualEthernetCardDistributedVirtualPortBackingInfo>() {
        let key = members::object(backing, "port").and_then(|port| members::text(port, "portgroupKey"))?;
        let is_it = |network: &&ManagedObjectReference| {
            is_a(network.type_name(), "DistributedVirtualPortgroup")
                && (network.value() == key || store.text(network, "key") == key)
        };
        networks.iter().find(is_it)
    } else if backing.is::<VirtualEthernetCardOpaqueNetworkBackingInfo>() {
        let id = members::text(backing, "opaqueNetworkId")?;
        let is_it = |network: &&ManagedObjectReference| {
            let summary = store.object::<vim25_api::types::OpaqueNetworkSummary>(network, "summary");
            summary.is_some_and(|summary| summary.opaque_network_id() == id)
        };
        networks.iter().find(is_it)
    } else {
        None
    };
    found.cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_six_bytes_and_are_of_one_card() {
        assert!(is_unicast_mac("00:50:56:00:00:01"));
        for wrong in
            ["", "00:50:56:00:00", "01:50:56:00:00:01", "00:50:56:00:00:0g", "00-50-56-00-00-01", "000:50:56:0:0:1"]
        {
            assert!(!is_unicast_mac(wrong), "{wrong}");
        }
    }
}
