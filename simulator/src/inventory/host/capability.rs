//! What hosts can do: all can do the same.

use std::sync::{Arc, LazyLock};

use serde_json::{Map, Value as Json, json};
use vim25_api::types::HostCapability;
use vim25_runtime::Value;

use crate::inventory::data;

/// `HostSystem.capability`.
pub(super) static CAPABILITY: LazyLock<Arc<Value>> = LazyLock::new(|| {
    let supported = SUPPORTED.iter().map(|&name| (name.to_owned(), true.into()));
    let missing = MISSING.iter().map(|&name| (name.to_owned(), false.into()));
    let limits = LIMITS.iter().map(|&(name, limit)| (name.to_owned(), limit.into()));
    let mut members: Map<String, Json> = supported.chain(missing).chain(limits).collect();
    members.insert("supportedVmfsMajorVersion".to_owned(), json!([5, 6]));
    data::shared::<HostCapability>(&members.into())
});

const LIMITS: &[(&str, i32)] = &[
    ("maxSupportedVMs", 1_024),
    ("maxRunningVMs", 1_024),
    ("maxSupportedVcpus", 768),
    ("maxRegisteredVMs", 4_096),
    ("maxNumDisksSVMotion", 248),
    ("maxHostRunningVms", 1_024),
    ("maxHostSupportedVcpus", 4_096),
    ("maxSupportedVmMemory", 25_165_824),
];

const SUPPORTED: &[&str] = &[
    "recursiveResourcePoolsSupported",
    "cpuMemoryResourceConfigurationSupported",
    "rebootSupported",
    "shutdownSupported",
    "vmotionSupported",
    "standbySupported",
    "sanSupported",
    "nfsSupported",
    "vlanTaggingSupported",
    "nicTeamingSupported",
    "highGuestMemSupported",
    "maintenanceModeSupported",
    "suspendedRelocateSupported",
    "restrictedSnapshotRelocateSupported",
    "perVmSwapFiles",
    "unsharedSwapVMotionSupported",
    "backgroundSnapshotsSupported",
    "preAssignedPCIUnitNumbersSupported",
    "screenshotSupported",
    "scaledScreenshotSupported",
    "storageVMotionSupported",
    "vmotionWithStorageVMotionSupported",
    "cloneFromSnapshotSupported",
    "deltaDiskBackingsSupported",
    "perVMNetworkTrafficShapingSupported",
    "virtualExecUsageSupported",
    "storageIORMSupported",
    "vStorageCapable",
    "snapshotRelayoutSupported",
    "vmfsDatastoreMountCapable",
    "eightPlusHostVmfsSharedAccessSupported",
    "nestedHVSupported",
    "vPMCSupported",
    "interVMCommunicationThroughVMCISupported",
    "featureCapabilitiesSupported",
    "latencySensitivitySupported",
    "provisioningNicSelectionSupported",
    "vmotionAcrossNetworkSupported",
    "loginBySSLThumbprintSupported",
    "nfs41Supported",
    "storagePolicySupported",
    "firewallIpRulesSupported",
    "multipleNetworkStackInstanceSupported",
    "hostAccessManagerSupported",
    "vmCreateDateSupported",
    "oneKVolumeAPIsSupported",
    "cpuHwMmuSupported",
    "scheduledHardwareUpgradeSupported",
];

const MISSING: &[&str] = &[
    "datastorePrincipalSupported",
    "iscsiSupported",
    "localSwapDatastoreSupported",
    "hbrNicSelectionSupported",
    "vrNfcNicSelectionSupported",
    "recordReplaySupported",
    "ftSupported",
    "smpFtSupported",
    "tpmSupported",
    "accel3dSupported",
    "ipmiSupported",
    "vsanSupported",
    "vFlashSupported",
    "cryptoSupported",
    "encryptedVMotionSupported",
    "txtEnabled",
    "virtualVolumeDatastoreSupported",
    "pMemSupported",
    "vmDirectPathGen2Supported",
    "markAsSsdSupported",
    "markAsLocalSupported",
];
