//! The privileges of operations for which the API names none, as they depend on the object.

use vim25_api::types::VirtualMachineRuntimeInfo;
use vim25_runtime::{ManagedObjectReference, OperationInfo};

use crate::objects::singleton;
use crate::state::State;
use crate::store::is_a;

type Privileges = &'static [&'static str];

/// Operation, type of the object (the first that fits counts), privileges.
const BY_TYPE: &[(&str, &str, Privileges)] = &[
    ("AcquireTicket", "VirtualMachine", &["VirtualMachine.Interact.ConsoleInteract"]),
    ("CloneVM_Task", "VirtualMachine", &["VirtualMachine.Provisioning.Clone"]),
    ("DestroyChildren", "ResourcePool", &["Resource.DeletePool"]),
    ("Destroy_Task", "ComputeResource", &["Host.Inventory.DeleteCluster"]),
    ("Destroy_Task", "Datacenter", &["Datacenter.Delete"]),
    ("Destroy_Task", "Datastore", &["Datastore.Delete"]),
    ("Destroy_Task", "DistributedVirtualPortgroup", &["DVPortgroup.Delete"]),
    ("Destroy_Task", "DistributedVirtualSwitch", &["DVSwitch.Delete"]),
    ("Destroy_Task", "Folder", &["Folder.Delete"]),
    ("Destroy_Task", "HostSystem", &["Host.Inventory.RemoveHostFromCluster"]),
    ("Destroy_Task", "Network", &["Network.Delete"]),
    ("Destroy_Task", "VirtualApp", &["VApp.Delete"]),
    ("Destroy_Task", "ResourcePool", &["Resource.DeletePool"]),
    ("Destroy_Task", "VirtualMachine", &["VirtualMachine.Inventory.Delete"]),
    ("MoveIntoResourcePool", "ResourcePool", &["Resource.MovePool"]),
    ("ReconfigVM_Task", "VirtualMachine", &["VirtualMachine.Config.Settings"]),
    ("ReconfigureDVPortgroup_Task", "DistributedVirtualPortgroup", &["DVPortgroup.Modify"]),
    ("ReconfigureDvs_Task", "DistributedVirtualSwitch", &["DVSwitch.Modify"]),
    ("Rename_Task", "ComputeResource", &["Host.Inventory.RenameCluster"]),
    ("Rename_Task", "Datacenter", &["Datacenter.Rename"]),
    ("Rename_Task", "Datastore", &["Datastore.Rename"]),
    ("Rename_Task", "DistributedVirtualPortgroup", &["DVPortgroup.Modify"]),
    ("Rename_Task", "DistributedVirtualSwitch", &["DVSwitch.Modify"]),
    ("Rename_Task", "Folder", &["Folder.Rename"]),
    ("Rename_Task", "Network", &["Network.Config"]),
    ("Rename_Task", "VirtualApp", &["VApp.Rename"]),
    ("Rename_Task", "ResourcePool", &["Resource.RenamePool"]),
    ("Rename_Task", "VirtualMachine", &["VirtualMachine.Config.Rename"]),
    ("UpdateChildResourceConfiguration", "ResourcePool", &["Resource.EditPool"]),
    ("UpdateConfig", "ResourcePool", &["Resource.EditPool"]),
    ("UpdateVAppConfig", "VirtualApp", &["VApp.ApplicationConfig"]),
    ("setCustomValue", "ExtensibleManagedObject", &["Global.SetCustomField"]),
];

/// What a folder can hold, and the privilege to move such objects; the first that a folder can hold counts.
const MOVES: &[(&str, Privileges)] = &[
    ("Datacenter", &["Datacenter.Move"]),
    ("VirtualMachine", &["VirtualMachine.Inventory.Move"]),
    ("ComputeResource", &["Host.Inventory.MoveCluster"]),
    ("Datastore", &["Datastore.Move"]),
    ("Network", &["Network.Move"]),
];

/// The privileges that an operation needs on an object.
pub(super) fn privileges(state: &State, operation: &OperationInfo, object: &ManagedObjectReference) -> Privileges {
    if !operation.privileges.is_empty() {
        return operation.privileges;
    }
    match operation.name {
        "MigrateVM_Task" => {
            let runtime = state.store.object::<VirtualMachineRuntimeInfo>(object, "runtime");
            let is_on = runtime.is_some_and(|runtime| runtime.power_state().as_str() == "poweredOn");
            if is_on { &["Resource.HotMigrate"] } else { &["Resource.ColdMigrate"] }
        }
        "MoveIntoFolder_Task" => {
            let held = state.store.texts(object, "childType");
            let found = MOVES.iter().find(|(kind, _)| held.iter().any(|held| held == kind));
            found.map_or(&["Folder.Move"], |(_, privileges)| privileges)
        }
        "UpdateOptions" if *object == singleton("OptionManager") => &["Global.Settings"],
        "UpdateOptions" => &["Host.Config.AdvancedConfig"],
        name => {
            let is_it = |(of, kind, _): &&(&str, &str, Privileges)| *of == name && is_a(object.type_name(), kind);
            BY_TYPE.iter().find(is_it).map_or(&[], |(_, _, privileges)| privileges)
        }
    }
}

#[cfg(test)]
mod tests {
    use vim25_api::REGISTRY;

    use super::*;
    use crate::authorization::known_privilege;

    #[test]
    fn the_table_is_about_operations_without_privileges() {
        for (name, kind, privileges) in BY_TYPE {
            let operation = REGISTRY.find_operation(kind, name).unwrap_or_else(|| panic!("{kind}.{name}"));
            assert_eq!(operation.privileges, &[""; 0], "{kind}.{name}");
            assert!(privileges.iter().all(|privilege| known_privilege(privilege).is_some()), "{privileges:?}");
        }
        assert!(MOVES.iter().all(|(_, privileges)| known_privilege(privileges[0]).is_some()));
    }
}
