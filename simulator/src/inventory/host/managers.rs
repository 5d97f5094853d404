//! The managers of a host: what its configuration is changed by.

use vim25_api::types::{HostConfigInfo, HostConfigManager};
use vim25_runtime::{ManagedObjectReference, Value};

use super::Facts;
use crate::store::Store;

/// The managers of a host: member of `HostConfigManager`, type, first part of the id.
const MANAGERS: &[(&str, &str, &str)] = &[
    ("cpuScheduler", "HostCpuSchedulerSystem", "cpuSchedulerSystem"),
    ("datastoreSystem", "HostDatastoreSystem", "datastoreSystem"),
    ("memoryManager", "HostMemorySystem", "memorySystem"),
    ("storageSystem", "HostStorageSystem", "storageSystem"),
    ("networkSystem", "HostNetworkSystem", "networkSystem"),
    ("vmotionSystem", "HostVMotionSystem", "vmotionSystem"),
    ("virtualNicManager", "HostVirtualNicManager", "virtualNicManager"),
    ("serviceSystem", "HostServiceSystem", "serviceSystem"),
    ("firewallSystem", "HostFirewallSystem", "firewallSystem"),
    ("advancedOption", "OptionManager", "EsxHostAdvSettings"),
    ("diagnosticSystem", "HostDiagnosticSystem", "diagnosticSystem"),
    ("autoStartManager", "HostAutoStartManager", "autoStartManager"),
    ("snmpSystem", "HostSnmpSystem", "snmpSystem"),
    ("dateTimeSystem", "HostDateTimeSystem", "dateTimeSystem"),
    ("patchManager", "HostPatchManager", "patchManager"),
    ("imageConfigManager", "HostImageConfigManager", "imageConfigManager"),
    ("firmwareSystem", "HostFirmwareSystem", "firmwareSystem"),
    ("healthStatusSystem", "HostHealthStatusSystem", "healthStatusSystem"),
    ("pciPassthruSystem", "HostPciPassthruSystem", "pciPassthruSystem"),
    ("kernelModuleSystem", "HostKernelModuleSystem", "kernelModuleSystem"),
    ("authenticationManager", "HostAuthenticationManager", "authenticationManager"),
    ("powerSystem", "HostPowerSystem", "powerSystem"),
    ("cacheConfigurationManager", "HostCacheConfigurationManager", "cacheConfigManager"),
    ("esxAgentHostManager", "HostEsxAgentHostManager", "esxAgentHostManager"),
    ("iscsiManager", "IscsiManager", "iscsiManager"),
    ("vFlashManager", "HostVFlashManager", "vFlashManager"),
    ("vsanSystem", "HostVsanSystem", "vsanSystem"),
    ("accountManager", "HostLocalAccountManager", "accountManager"),
    ("hostAccessManager", "HostAccessManager", "hostAccessManager"),
    ("graphicsManager", "HostGraphicsManager", "graphicsManager"),
    ("certificateManager", "HostCertificateManager", "certificateManager"),
];

/// What managers show of the configuration of their host: type, property, member of `HostConfigInfo`.
const SHOWN: &[(&str, &str, &str)] = &[
    ("HostCpuSchedulerSystem", "hyperthreadInfo", "hyperThread"),
    ("HostStorageSystem", "storageDeviceInfo", "storageDevice"),
    ("HostStorageSystem", "fileSystemVolumeInfo", "fileSystemVolume"),
    ("HostNetworkSystem", "networkInfo", "network"),
    ("HostNetworkSystem", "capabilities", "capabilities"),
    ("HostVMotionSystem", "ipConfig", "vmotion.ipConfig"),
    ("HostVirtualNicManager", "info", "virtualNicManagerInfo"),
    ("HostServiceSystem", "serviceInfo", "service"),
    ("HostFirewallSystem", "firewallInfo", "firewall"),
    ("HostNetworkSystem", "dnsConfig", "network.dnsConfig"),
    ("HostNetworkSystem", "ipRouteConfig", "network.ipRouteConfig"),
    ("OptionManager", "setting", "option"),
    ("HostAutoStartManager", "config", "autoStart"),
    ("HostDateTimeSystem", "dateTimeInfo", "dateTimeInfo"),
    ("HostPowerSystem", "capability", "powerSystemCapability"),
    ("HostPowerSystem", "info", "powerSystemInfo"),
    ("HostDatastoreSystem", "capabilities", "datastoreCapabilities"),
    ("HostAccessManager", "lockdownMode", "lockdownMode"),
];

/// Adds the managers of a host, with the least values of their properties but for what the configuration tells.
pub(super) fn add(store: &mut Store, facts: &Facts<'_>, config: &HostConfigInfo) -> HostConfigManager {
    let mut managers = HostConfigManager::new();
    for &(member, kind, prefix) in MANAGERS {
        let manager = ManagedObjectReference::new(kind, format!("{prefix}-{}", facts.number));
        let shown = SHOWN.iter().filter(|(of, ..)| *of == kind);
        let properties = shown.filter_map(|&(_, property, path)| Some((property, member_at(config, path)?.clone())));
        store.add(manager.clone(), properties);
        let inserted = managers.insert(member, manager);
        debug_assert!(inserted.is_ok(), "{member}");
    }
    managers
}

/// A member of the configuration, or a member of a member.
fn member_at<'a>(config: &'a HostConfigInfo, path: &str) -> Option<&'a Value> {
    let (first, rest) = path.split_once('.').unwrap_or((path, ""));
    let value = config.member(first)?;
    match value {
        Value::Object(object) if !rest.is_empty() => object.member(rest),
        _ => Some(value),
    }
}
