//! How a host is set up.

use std::sync::{Arc, LazyLock};

use serde_json::{Value as Json, json};
use vim25_api::types::{HostConfigInfo, HostSystemResourceInfo};
use vim25_runtime::Value;

use super::{Facts, hardware};
use crate::inventory::data;

/// The network interfaces of the hypervisor: device, port group, what it is for, second byte of its address.
const VNICS: [(&str, &str, &str, u8); 2] =
    [("vmk0", "Management Network", "management", 0), ("vmk1", "vMotion", "vmotion", 128)];

/// The services of a host: key, label, whether it is running, policy.
const SERVICES: [(&str, &str, bool, &str); 8] = [
    ("DCUI", "Direct Console UI", true, "on"),
    ("TSM", "ESXi Shell", false, "off"),
    ("TSM-SSH", "SSH", false, "off"),
    ("lbtd", "Load-Based Teaming Daemon", true, "on"),
    ("ntpd", "NTP Daemon", true, "on"),
    ("sfcbd-watchdog", "CIM Server", false, "on"),
    ("snmpd", "SNMP Server", false, "off"),
    ("vpxa", "VMware vCenter Agent", true, "on"),
];

/// The options of a host, with the types of their values.
const OPTIONS: [(&str, &str, &str); 8] = [
    ("Config.HostAgent.log.level", "string", "info"),
    ("Mem.ShareForceSalting", "long", "2"),
    ("Net.TcpipHeapMax", "long", "1536"),
    ("NFS.MaxVolumes", "long", "256"),
    ("Syslog.global.logDir", "string", "[] /scratch/log"),
    ("Syslog.global.logHost", "string", ""),
    ("UserVars.ESXiShellInteractiveTimeOut", "long", "0"),
    ("UserVars.SuppressShellWarning", "long", "0"),
];

/// `HostSystem.systemResources`.
pub(super) static SYSTEM_RESOURCES: LazyLock<Arc<Value>> =
    LazyLock::new(|| data::shared::<HostSystemResourceInfo>(&json!({ "key": "host", "child": [] })));

/// `HostSystem.config`.
pub(super) fn config(facts: &Facts<'_>) -> HostConfigInfo {
    data::object(&json!({
        "host": data::refer(&facts.reference),
        "product": facts.product,
        "hyperThread": { "available": true, "active": true, "config": true },
        "storageDevice": storage_device(),
        "fileSystemVolume": {
            "volumeTypeList": ["VMFS", "NFS", "NFS41", "vsan", "VVOL", "VFFS", "OTHER", "PMEM"],
            "mountInfo": [],
        },
        "network": network(facts),
        "vmotion": { "ipConfig": ip_config(facts, VNICS[1].3) },
        "virtualNicManagerInfo": virtual_nic_manager(facts),
        "capabilities": net_capabilities(),
        "datastoreCapabilities": datastore_capabilities(),
        "service": { "service": SERVICES.map(service) },
        "firewall": { "defaultPolicy": { "incomingBlocked": true, "outgoingBlocked": true }, "ruleset": [] },
        "autoStart": auto_start(),
        "option": options(),
        "dateTimeInfo": date_time(),
        "adminDisabled": false,
        "lockdownMode": "lockdownDisabled",
        "pciPassthruInfo": [],
        "featureVersion": [],
        "powerSystemCapability": { "availablePolicy": [power_policy()] },
        "powerSystemInfo": { "currentPolicy": power_policy() },
        "cacheConfigurationInfo": [],
        "wakeOnLanCapable": false,
        "featureCapability": [],
        "maskedFeatureCapability": [],
        "graphicsInfo": [],
        "sharedPassthruGpuTypes": [],
    }))
}

fn storage_device() -> Json {
    json!({
        "hostBusAdapter": [{
            "_typeName": "HostBlockHba",
            "key": "key-vim.host.BlockHba-vmhba0",
            "device": "vmhba0",
            "bus": 0,
            "status": "online",
            "model": "Simulated storage adapter",
            "driver": "vmw_ahci",
            "pci": "0000:00:1f.2",
        }],
        "scsiLun": [],
        "softwareInternetScsiEnabled": false,
    })
}

fn network(facts: &Facts<'_>) -> Json {
    let link = json!({ "speedMb": 10_000, "duplex": true });
    let pnic = |index: usize| {
        json!({
            "key": format!("key-vim.host.PhysicalNic-vmnic{index}"),
            "device": format!("vmnic{index}"),
            "pci": format!("0000:0{}:00.0", index + 3),
            "driver": "ixgben",
            "linkSpeed": link,
            "validLinkSpecification": [link],
            "spec": { "ip": { "dhcp": false, "ipAddress": "", "subnetMask": "" }, "linkSpeed": link },
            "wakeOnLanSupported": false,
            "mac": facts.mac(index),
            "autoNegotiateSupported": true,
        })
    };
    let (name, domain) = facts.plan.name.split_once('.').unwrap_or((&facts.plan.name, ""));
    let gateway = json!({ "defaultGateway": "10.0.0.1", "gatewayDevice": VNICS[0].0 });
    json!({
        "vswitch": [vswitch()],
        "proxySwitch": [],
        "portgroup": VNICS.map(|(_, portgroup, ..)| portgroup_json(portgroup, 0)),
        "pnic": (0..hardware::NICS).map(pnic).collect::<Vec<_>>(),
        "vnic": VNICS.map(|vnic| vnic_json(facts, vnic)),
        "consoleVnic": [],
        "dnsConfig": {
            "dhcp": false,
            "hostName": name,
            "domainName": domain,
            "address": ["10.0.0.2"],
            "searchDomain": if domain.is_empty() { Vec::new() } else { vec![domain] },
        },
        "ipRouteConfig": gateway,
        "ipV6Enabled": false,
        "atBootIpV6Enabled": false,
        "opaqueSwitch": [],
        "opaqueNetwork": [],
    })
}

fn vswitch() -> Json {
    let keys = VNICS.map(|(_, portgroup, ..)| portgroup_key(portgroup));
    json!({
        "name": "vSwitch0",
        "key": "key-vim.host.VirtualSwitch-vSwitch0",
        "numPorts": 1536,
        "numPortsAvailable": 1530,
        "mtu": 1500,
        "portgroup": keys,
        "pnic": ["key-vim.host.PhysicalNic-vmnic0"],
        "spec": {
            "numPorts": 128,
            "mtu": 1500,
            "bridge": {
                "_typeName": "HostVirtualSwitchBondBridge",
                "nicDevice": ["vmnic0"],
                "beacon": { "interval": 1 },
                "linkDiscoveryProtocolConfig": { "protocol": "cdp", "operation": "listen" },
            },
            "policy": policy(),
        },
    })
}

fn policy() -> Json {
    json!({
        "security": { "allowPromiscuous": false, "macChanges": false, "forgedTransmits": false },
        "nicTeaming": {
            "policy": "loadbalance_srcid",
            "reversePolicy": true,
            "notifySwitches": true,
            "rollingOrder": false,
            "nicOrder": { "activeNic": ["vmnic0"], "standbyNic": [] },
        },
        "offloadPolicy": { "csumOffload": true, "tcpSegmentation": true, "zeroCopyXmit": true },
        "shapingPolicy": { "enabled": false },
    })
}

/// The key of a port group of a host.
fn portgroup_key(name: &str) -> String {
    format!("key-vim.host.PortGroup-{name}")
}

/// A port group of a host, as JSON.
pub(in crate::inventory) fn portgroup_json(name: &str, vlan: u16) -> Json {
    json!({
        "key": portgroup_key(name),
        "port": [],
        "vswitch": "key-vim.host.VirtualSwitch-vSwitch0",
        "computedPolicy": policy(),
        "spec": { "name": name, "vlanId": vlan, "vswitchName": "vSwitch0", "policy": {} },
    })
}

fn ip_config(facts: &Facts<'_>, network: u8) -> Json {
    json!({ "dhcp": false, "ipAddress": facts.ip(network), "subnetMask": "255.128.0.0" })
}

fn vnic_json(facts: &Facts<'_>, (device, portgroup, _, network): (&str, &str, &str, u8)) -> Json {
    json!({
        "device": device,
        "key": format!("key-vim.host.VirtualNic-{device}"),
        "portgroup": portgroup,
        "spec": {
            "ip": ip_config(facts, network),
            "mac": facts.mac(usize::from(network) + 16),
            "portgroup": portgroup,
            "mtu": 1500,
            "tsoEnabled": true,
            "netStackInstanceKey": "defaultTcpipStack",
        },
    })
}

fn virtual_nic_manager(facts: &Facts<'_>) -> Json {
    let config = VNICS.map(|vnic| {
        json!({
            "nicType": vnic.2,
            "multiSelectAllowed": true,
            "candidateVnic": VNICS.map(|vnic| vnic_json(facts, vnic)),
            "selectedVnic": [format!("key-vim.host.VirtualNic-{}", vnic.0)],
        })
    });
    json!({ "netConfig": config })
}

fn net_capabilities() -> Json {
    json!({
        "canSetPhysicalNicLinkSpeed": true,
        "supportsNicTeaming": true,
        "nicTeamingPolicy": ["loadbalance_ip", "loadbalance_srcmac", "loadbalance_srcid", "failover_explicit"],
        "supportsVlan": true,
        "usesServiceConsoleNic": false,
        "supportsNetworkHints": true,
        "vswitchConfigSupported": true,
        "vnicConfigSupported": true,
        "ipRouteConfigSupported": true,
        "dnsConfigSupported": true,
        "dhcpOnVnicSupported": true,
        "ipV6Supported": true,
    })
}

fn datastore_capabilities() -> Json {
    json!({
        "nfsMountCreationRequired": true,
        "nfsMountCreationSupported": true,
        "localDatastoreSupported": false,
        "vmfsExtentExpansionSupported": true,
    })
}

fn service((key, label, is_running, policy): (&str, &str, bool, &str)) -> Json {
    json!({
        "key": key,
        "label": label,
        "required": false,
        "uninstallable": false,
        "running": is_running,
        "ruleset": [],
        "policy": policy,
    })
}

fn auto_start() -> Json {
    json!({
        "defaults": {
            "enabled": false,
            "startDelay": 120,
            "stopDelay": 120,
            "waitForHeartbeat": false,
            "stopAction": "PowerOff",
        },
        "powerInfo": [],
    })
}

fn options() -> Json {
    let option = |(key, ty, text): (&str, &str, &str)| {
        let value = if ty == "string" { Json::from(text) } else { text.parse::<i64>().unwrap_or_default().into() };
        json!({ "_typeName": "OptionValue", "key": key, "value": { "_typeName": ty, "_value": value } })
    };
    OPTIONS.into_iter().map(option).collect()
}

fn date_time() -> Json {
    json!({
        "timeZone": { "key": "UTC", "name": "UTC", "description": "UTC", "gmtOffset": 0 },
        "systemClockProtocol": "ntp",
        "ntpConfig": { "server": ["ntp.example.com"], "configFile": [] },
        "enabled": true,
    })
}

fn power_policy() -> Json {
    json!({
        "key": 2,
        "name": "PowerPolicy.dynamic.name",
        "shortName": "dynamic",
        "description": "PowerPolicy.dynamic.description",
    })
}
