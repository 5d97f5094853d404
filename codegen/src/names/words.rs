//! Splitting wire names into words.
//!
//! In: a name as vSphere spells it (`PowerOnVApp_Task`, `externalIPs`, `cpuMHz`). Out: its words in lower case
//! (`power on vapp task`, `external ips`, `cpu mhz`). Case conversion starts from these words, so a name has the same
//! words in every case. heck splits well, except where vSphere writes one word in mixed case; [`MIXED_CASE`] lists
//! those.

use heck::ToSnakeCase;

/// Words that vSphere spells in mixed case, and a spelling that splits as one word (or as the words that it is made
/// of). An entry applies where a word can begin and where no lower-case letter follows.
///
/// A line is added when a new release brings a name that splits badly; the test at the foot wants an example of it.
const MIXED_CASE: &[(&str, &str)] = &[
    ("3D", "_3d"),
    ("APIs", "Apis"),
    ("CPUs", "Cpus"),
    ("CRLs", "Crls"),
    ("HBAs", "Hbas"),
    ("HWv", "Hwv"),
    ("IDs", "Ids"),
    ("IPs", "Ips"),
    ("IPv4", "Ipv4"),
    ("IPv6", "Ipv6"),
    ("IScsi", "Iscsi"),
    ("IpV4", "Ipv4"),
    ("IpV6", "Ipv6"),
    ("MHz", "Mhz"),
    ("NICs", "Nics"),
    ("PMem", "Pmem"),
    ("VApp", "Vapp"),
    ("VApps", "Vapps"),
    ("VCPUs", "Vcpus"),
    ("VCenter", "Vcenter"),
    ("VClock", "Vclock"),
    ("VDisk", "Vdisk"),
    ("VFlash", "Vflash"),
    ("VMotion", "Vmotion"),
    ("VMs", "Vms"),
    ("VMware", "Vmware"),
    ("VNic", "Vnic"),
    ("VSan", "Vsan"),
    ("VSphere", "Vsphere"),
    ("VStorage", "Vstorage"),
    ("VVol", "Vvol"),
    ("XCluster", "Xcluster"),
    ("eCom", "Ecom"),
    ("hB", "Hb"),
    ("iSCSI", "Iscsi"),
    ("iScsi", "Iscsi"),
    ("iSet", "Iset"),
    ("iSns", "Isns"),
    ("iWarp", "Iwarp"),
    ("ipV4", "Ipv4"),
    ("ipV6", "Ipv6"),
    ("nConnect", "Nconnect"),
    ("pMem", "Pmem"),
    ("vApp", "Vapp"),
    ("vAsserts", "Vasserts"),
    ("vCenter", "Vcenter"),
    ("vClock", "Vclock"),
    ("vDisk", "Vdisk"),
    ("vFlash", "Vflash"),
    ("vGpu", "Vgpu"),
    ("vMotion", "Vmotion"),
    ("vPMC", "Vpmc"),
    ("vRAM", "Vram"),
    ("vSAN", "Vsan"),
    ("vSANiSCSI", "VsanIscsi"),
    ("vSan", "Vsan"),
    ("vSphere", "Vsphere"),
    ("vStorage", "Vstorage"),
];

/// The words of `name`, in lower case. Empty if the name has neither letters nor digits.
pub(super) fn split(name: &str) -> Vec<String> {
    fold(name).to_snake_case().split('_').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Replaces each word of [`MIXED_CASE`] by its plain spelling; characters that no identifier has become separators.
fn fold(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    let mut before = None;
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        let taken = match mixed_case_word(before, rest) {
            Some((word, plain)) => {
                folded.push_str(plain);
                word.len()
            }
            None => {
                folded.push(if first.is_ascii_alphanumeric() { first } else { '_' });
                first.len_utf8()
            }
        };
        before = rest[..taken].chars().next_back();
        rest = &rest[taken..];
    }
    folded
}

/// The longest entry of [`MIXED_CASE`] that `rest` begins with, where `before` is the character in front of it.
fn mixed_case_word(before: Option<char>, rest: &str) -> Option<(&'static str, &'static str)> {
    let applies = |word: &str| {
        begins_word(before, word)
            && rest.strip_prefix(word).is_some_and(|after| !after.starts_with(|c: char| c.is_ascii_lowercase()))
    };
    let first = rest.as_bytes().first()?;
    let begin = MIXED_CASE.partition_point(|(word, _)| word.as_bytes()[0] < *first);
    let same_first = MIXED_CASE[begin..].iter().copied().take_while(|(word, _)| word.as_bytes()[0] == *first);
    same_first.filter(|(word, _)| applies(word)).max_by_key(|(word, _)| word.len())
}

/// Whether `word` can begin after the character `before`: at the start, after a separator, or by its own capital.
fn begins_word(before: Option<char>, word: &str) -> bool {
    match before {
        None => true,
        Some(c) if !c.is_ascii_alphanumeric() => true,
        Some(c) => c.is_ascii_lowercase() && !word.starts_with(|c: char| c.is_ascii_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::{MIXED_CASE, split};

    /// Wire names of the API and their words; at least one for each line of [`MIXED_CASE`].
    const EXAMPLES: &[(&str, &str)] = &[
        ("enable3DSupport", "enable 3d support"),
        ("oneKVolumeAPIsSupported", "one k volume apis supported"),
        ("numCPUs", "num cpus"),
        ("ReplaceCACertificatesAndCRLs", "replace ca certificates and crls"),
        ("numHBAs", "num hbas"),
        ("useFeatureReqsForOldHWv", "use feature reqs for old hwv"),
        ("virtualICH7MPresent", "virtual ich7m present"),
        ("numTDXPrivateKeyIDs", "num tdx private key ids"),
        ("externalIPs", "external ips"),
        ("IPv4", "ipv4"),
        ("IPv6Enabled", "ipv6 enabled"),
        ("BindIScsiTarget", "bind iscsi target"),
        ("queryIpV4Route", "query ipv4 route"),
        ("defaultIpV6Gateway", "default ipv6 gateway"),
        ("SEC_KRB5I", "sec krb5i"),
        ("SEC_KRB5P", "sec krb5p"),
        ("cpuMHz", "cpu mhz"),
        ("numVirtualNICs", "num virtual nics"),
        ("CreateNvdimmPMemNamespace_Task", "create nvdimm pmem namespace task"),
        ("PowerOnVApp_Task", "power on vapp task"),
        ("clustersWithVApps", "clusters with vapps"),
        ("tooManyVCPUs", "too many vcpus"),
        ("VCenterUpdateVStorageObjectMetadataEx_Task", "vcenter update vstorage object metadata ex task"),
        ("queryVClock", "query vclock"),
        ("supportedVDiskFormats", "supported vdisk formats"),
        ("HostConfigureVFlashResource", "host configure vflash resource"),
        ("QueryVMotionCompatibility", "query vmotion compatibility"),
        ("GetSystemVMsRestrictedDatastores", "get system vms restricted datastores"),
        ("VMwareDVSConfigInfo", "vmware dvs config info"),
        ("dvsHostVNicProfile", "dvs host vnic profile"),
        ("configureVSan", "configure vsan"),
        ("VSphereZone", "vsphere zone"),
        ("RetrieveVStorageObject", "retrieve vstorage object"),
        ("targetConfigVVolId", "target config vvol id"),
        ("PlaceVmsXCluster", "place vms xcluster"),
        ("eComStation2Guest", "ecom station2 guest"),
        ("hBDatastoreCandidatePolicy", "hb datastore candidate policy"),
        ("iSCSI", "iscsi"),
        ("iScsiName", "iscsi name"),
        ("iSetInfo", "iset info"),
        ("iSnsDiscoveryEnabled", "isns discovery enabled"),
        ("iWarpCapable", "iwarp capable"),
        ("ipV4Address", "ipv4 address"),
        ("ipV6Config", "ipv6 config"),
        ("nConnectSupported", "nconnect supported"),
        ("pMemAdmissionControlEnabled", "pmem admission control enabled"),
        ("vAppConfig", "vapp config"),
        ("vAssertsEnabled", "vasserts enabled"),
        ("vCenter", "vcenter"),
        ("vClockTime", "vclock time"),
        ("vDiskId", "vdisk id"),
        ("vFlashResource", "vflash resource"),
        ("vGpuSameSize", "vgpu same size"),
        ("vMotionConfig", "vmotion config"),
        ("vPMCEnabled", "vpmc enabled"),
        ("vRAMSizeInKB", "vram size in kb"),
        ("vSAN", "vsan"),
        ("vSANiSCSI", "vsan iscsi"),
        ("vSanConfigSpec", "vsan config spec"),
        ("vSphereBackupNFC", "vsphere backup nfc"),
        ("vStorageSupport", "vstorage support"),
        // without an entry
        ("userName", "user name"),
        ("capacityInKB", "capacity in kb"),
        ("VNI", "vni"),
        ("windowsHyperVGuest", "windows hyper v guest"),
        ("native_4k", "native 4k"),
        ("AllPathsDown_Start", "all paths down start"),
        ("strange-name.with/marks", "strange name with marks"),
        ("_", ""),
    ];

    #[test]
    fn names_split_into_the_words_that_people_see() {
        for (name, words) in EXAMPLES {
            assert_eq!(split(name).join(" "), *words, "{name}");
        }
    }

    #[test]
    fn every_entry_has_an_example_that_splits_worse_without_it() {
        use heck::ToSnakeCase;
        for (word, _) in MIXED_CASE {
            let mut examples = EXAMPLES.iter().filter(|(name, _)| name.contains(word));
            assert!(examples.any(|(name, words)| name.to_snake_case() != words.replace(' ', "_")), "{word}");
        }
    }

    #[test]
    fn entries_are_sorted_and_unique() {
        assert!(MIXED_CASE.is_sorted_by(|a, b| a.0 < b.0));
    }
}
