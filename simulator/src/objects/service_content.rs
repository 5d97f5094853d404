//! What the service instance says of itself and of the objects that everything else begins at.

use std::env::consts;

use vim25_api::types::{AboutInfo, Capability, ServiceContent};
use vim25_runtime::{Element, ManagedObjectReference, Release};

use super::{event_manager, option_manager, session_manager, task_manager};
use crate::store::Store;
use crate::{authorization, locale};

/// The objects that every vCenter has one of: member of `ServiceContent`, type, id.
const OBJECTS: &[(&str, &str, &str)] = &[
    ("rootFolder", "Folder", "group-d1"),
    ("propertyCollector", "PropertyCollector", "propertyCollector"),
    ("viewManager", "ViewManager", "ViewManager"),
    ("setting", "OptionManager", "VpxSettings"),
    ("userDirectory", "UserDirectory", "UserDirectory"),
    ("sessionManager", "SessionManager", "SessionManager"),
    ("authorizationManager", "AuthorizationManager", "AuthorizationManager"),
    ("serviceManager", "ServiceManager", "ServiceMgr"),
    ("perfManager", "PerformanceManager", "PerfMgr"),
    ("scheduledTaskManager", "ScheduledTaskManager", "ScheduledTaskManager"),
    ("alarmManager", "AlarmManager", "AlarmManager"),
    ("eventManager", "EventManager", "EventManager"),
    ("taskManager", "TaskManager", "TaskManager"),
    ("extensionManager", "ExtensionManager", "ExtensionManager"),
    ("customizationSpecManager", "CustomizationSpecManager", "CustomizationSpecManager"),
    ("customFieldsManager", "CustomFieldsManager", "CustomFieldsManager"),
    ("diagnosticManager", "DiagnosticManager", "DiagMgr"),
    ("licenseManager", "LicenseManager", "LicenseManager"),
    ("searchIndex", "SearchIndex", "SearchIndex"),
    ("fileManager", "FileManager", "FileManager"),
    ("datastoreNamespaceManager", "DatastoreNamespaceManager", "DatastoreNamespaceManager"),
    ("virtualDiskManager", "VirtualDiskManager", "virtualDiskManager"),
    ("snmpSystem", "HostSnmpSystem", "SnmpSystem"),
    ("vmProvisioningChecker", "VirtualMachineProvisioningChecker", "ProvChecker"),
    ("vmCompatibilityChecker", "VirtualMachineCompatibilityChecker", "CompatChecker"),
    ("ovfManager", "OvfManager", "OvfManager"),
    ("ipPoolManager", "IpPoolManager", "IpPoolManager"),
    ("dvSwitchManager", "DistributedVirtualSwitchManager", "DVSManager"),
    ("hostProfileManager", "HostProfileManager", "HostProfileManager"),
    ("clusterProfileManager", "ClusterProfileManager", "ClusterProfileManager"),
    ("complianceManager", "ProfileComplianceManager", "MoComplianceManager"),
    ("localizationManager", "LocalizationManager", "LocalizationManager"),
    ("storageResourceManager", "StorageResourceManager", "StorageResourceManager"),
    ("guestOperationsManager", "GuestOperationsManager", "guestOperationsManager"),
    ("overheadMemoryManager", "OverheadMemoryManager", "OverheadMemoryManager"),
    ("certificateManager", "CertificateManager", "certificateManager"),
    ("ioFilterManager", "IoFilterManager", "IoFilterManager"),
    ("vStorageObjectManager", "VcenterVStorageObjectManager", "VStorageObjectManager"),
    ("hostSpecManager", "HostSpecificationManager", "HostSpecificationManager"),
    ("cryptoManager", "CryptoManagerKmip", "CryptoManager"),
    ("healthUpdateManager", "HealthUpdateManager", "HealthUpdateManager"),
    ("failoverClusterConfigurator", "FailoverClusterConfigurator", "FailoverClusterConfigurator"),
    ("failoverClusterManager", "FailoverClusterManager", "FailoverClusterManager"),
    ("tenantManager", "TenantTenantManager", "TenantManager"),
];

/// Adds the objects that every server of a release has.
pub(crate) fn add_service_objects(store: &mut Store, release: Release, instance_uuid: &str) {
    let mut content = ServiceContent::new();
    content.set_about(about(release, instance_uuid));
    for (member, kind, id) in OBJECTS {
        let reference = ManagedObjectReference::new(*kind, *id);
        // The document of another release may lack the member; then nobody can ask for the object.
        if content.insert(member, reference.clone()).is_ok() {
            store.add(reference, []);
        }
    }
    let root = singleton("Folder");
    store.set(&root, "name", "Datacenters".to_owned());
    store.set(&root, "childType", String::into_list(["Folder", "Datacenter"].map(ToOwned::to_owned).to_vec()));
    let mut capability = Capability::new();
    capability.set_provisioning_supported(true).set_multi_host_supported(true).set_user_shell_access_supported(false);
    let properties = [("content", content.into()), ("capability", capability.into())];
    store.add(ManagedObjectReference::new("ServiceInstance", "ServiceInstance"), properties);
    for (property, texts) in session_manager::CONSTANTS {
        let texts = String::into_list(texts.iter().map(|&text| text.to_owned()).collect());
        store.set(&singleton("SessionManager"), property, texts);
    }
    store.set(&singleton("SessionManager"), "defaultLocale", locale::DEFAULT.to_owned());
    authorization::add_properties(store);
    option_manager::add_settings(store);
    task_manager::set_constants(store, release);
    event_manager::set_constants(store, release);
}

/// The object of a type that a server has one of.
pub(crate) fn singleton(kind: &str) -> ManagedObjectReference {
    let known = OBJECTS.iter().find(|(_, known, _)| *known == kind);
    ManagedObjectReference::new(kind, known.map_or(kind, |(_, _, id)| id))
}

/// The version of the product that speaks a release: its first three numbers.
fn version_of_product(release: Release) -> String {
    let release = release.to_string();
    release.rsplit_once('.').map_or(release.clone(), |(version, _)| version.to_owned())
}

fn about(release: Release, instance_uuid: &str) -> AboutInfo {
    let mut about = AboutInfo::new();
    about
        .set_name("vim25 simulator")
        .set_full_name(format!("vim25 simulator {} of vSphere API {release}", env!("CARGO_PKG_VERSION")))
        .set_vendor("The vim25 project")
        .set_version(version_of_product(release))
        .set_build("0")
        .set_locale_version("INTL")
        .set_locale_build("000")
        .set_os_type(format!("{}-{}", consts::OS, consts::ARCH))
        // Clients tell a vCenter from a host by these two.
        .set_product_line_id("vpx")
        .set_api_type("VirtualCenter")
        .set_api_version(release.to_string())
        .set_instance_uuid(instance_uuid);
    about
}

#[cfg(test)]
mod tests {
    use vim25_api::RELEASE;
    use vim25_runtime::Item;

    use super::*;
    use crate::store::is_a;

    fn content(release: Release) -> (Store, ServiceContent) {
        let mut store = Store::default();
        add_service_objects(&mut store, release, "uuid");
        let content = store.object::<ServiceContent>(&singleton("ServiceInstance"), "content").cloned();
        (store, content.unwrap())
    }

    #[test]
    fn the_content_is_complete_and_of_the_declared_types() {
        let (store, content) = content(RELEASE);
        assert_eq!(content.check(), Ok(()));
        for (member, kind, id) in OBJECTS {
            assert!(store.contains(&ManagedObjectReference::new(*kind, *id)), "{member}");
            let ty = content.type_info();
            let field = ty.index_of(member, 0).and_then(|index| ty.field(index)).unwrap();
            let Item::Reference(Some(declared)) = field.item else { panic!("{member} is no reference") };
            assert!(is_a(kind, declared), "{member}: {declared}, {kind}");
        }
    }

    #[test]
    fn the_version_is_that_of_the_release() {
        assert_eq!(version_of_product(Release::new(8, 0, 2, 0)), "8.0.2");
        let (_, content) = content(Release::new(8, 0, 2, 0));
        assert_eq!(content.about().api_version(), "8.0.2.0");
    }
}
