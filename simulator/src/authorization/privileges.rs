//! The privileges that there are.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use vim25_api::REGISTRY;
use vim25_api::types::{AuthorizationDescription, AuthorizationPrivilege, ElementDescription};
use vim25_runtime::{Element, List};

/// Privileges that no operation of the document names: it checks them on an argument, or by what is asked for.
const OTHERS: &[&str] = &[
    "Alarm.Acknowledge",
    "Alarm.Create",
    "Alarm.DisableActions",
    "Alarm.ToggleEnableOnEntity",
    "Authorization.ModifyPermissions",
    "DVPortgroup.Delete",
    "DVPortgroup.Modify",
    "DVSwitch.Delete",
    "DVSwitch.Move",
    "Datacenter.Delete",
    "Datacenter.IpPoolConfig",
    "Datacenter.IpPoolQueryAllocations",
    "Datacenter.IpPoolReleaseIp",
    "Datacenter.Move",
    "Datacenter.Rename",
    "Datastore.AllocateSpace",
    "Datastore.Browse",
    "Datastore.FileManagement",
    "Datastore.Move",
    "Folder.Move",
    "Folder.Rename",
    "Global.CancelTask",
    "Global.SetCustomField",
    "Host.Inventory.DeleteCluster",
    "Host.Inventory.MoveCluster",
    "Host.Inventory.MoveHost",
    "Host.Inventory.RemoveHostFromCluster",
    "Host.Inventory.RenameCluster",
    "Network.Assign",
    "Network.Config",
    "Network.Move",
    "Resource.ApplyRecommendation",
    "Resource.AssignVAppToPool",
    "Resource.AssignVMToPool",
    "Resource.DeletePool",
    "Resource.HotMigrate",
    "Resource.MovePool",
    "Resource.RenamePool",
    "ScheduledTask.Create",
    "StoragePod.Config",
    "VApp.ApplicationConfig",
    "VApp.AssignVM",
    "VApp.Delete",
    "VApp.Rename",
    "VApp.ResourceConfig",
    "VirtualMachine.Config.AddNewDisk",
    "VirtualMachine.Config.AddRemoveDevice",
    "VirtualMachine.Config.AdvancedConfig",
    "VirtualMachine.Config.Annotation",
    "VirtualMachine.Config.CPUCount",
    "VirtualMachine.Config.ChangeTracking",
    "VirtualMachine.Config.DiskExtend",
    "VirtualMachine.Config.DiskLease",
    "VirtualMachine.Config.EditDevice",
    "VirtualMachine.Config.HostUSBDevice",
    "VirtualMachine.Config.ManagedBy",
    "VirtualMachine.Config.Memory",
    "VirtualMachine.Config.RawDevice",
    "VirtualMachine.Config.Rename",
    "VirtualMachine.Config.Resource",
    "VirtualMachine.Config.SwapPlacement",
    "VirtualMachine.GuestOperations.Execute",
    "VirtualMachine.GuestOperations.Modify",
    "VirtualMachine.GuestOperations.ModifyAliases",
    "VirtualMachine.GuestOperations.Query",
    "VirtualMachine.GuestOperations.QueryAliases",
    "VirtualMachine.Interact.Backup",
    "VirtualMachine.Interact.DeviceConnection",
    "VirtualMachine.Interact.Pause",
    "VirtualMachine.Interact.SetCDMedia",
    "VirtualMachine.Interact.SetFloppyMedia",
    "VirtualMachine.Inventory.CreateFromExisting",
    "VirtualMachine.Inventory.Delete",
    "VirtualMachine.Inventory.Move",
    "VirtualMachine.Provisioning.CloneTemplate",
    "VirtualMachine.Provisioning.CreateTemplateFromVM",
    "VirtualMachine.Provisioning.DeployTemplate",
    "VirtualMachine.Provisioning.DiskRandomAccess",
    "VirtualMachine.Provisioning.GetVmFiles",
    "VirtualMachine.Provisioning.PutVmFiles",
];

/// All privileges, sorted: those that operations name, and the others.
pub(super) static ALL: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| {
    let named = REGISTRY.operations.iter().flat_map(|operation| operation.privileges);
    named.chain(OTHERS).copied().collect()
});

/// All privileges.
pub(crate) fn all() -> Vec<&'static str> {
    ALL.iter().copied().collect()
}

/// The privilege with a name, if there is one.
pub(crate) fn known(name: &str) -> Option<&'static str> {
    ALL.get(name).copied()
}

/// The privileges as the API lists them.
pub(super) fn list() -> List {
    AuthorizationPrivilege::into_list(ALL.iter().map(|name| privilege(name)).collect())
}

/// The privileges and their groups, in words.
pub(super) fn description() -> AuthorizationDescription {
    let groups: BTreeSet<&str> = ALL.iter().map(|name| parts(name).0).collect();
    let in_words = |key: &str, label: String, summary: String| {
        let mut described = ElementDescription::new();
        described.set_key(key).set_label(label).set_summary(summary);
        described
    };
    let mut description = AuthorizationDescription::new();
    description
        .set_privilege(ALL.iter().map(|name| {
            let (group, own) = parts(name);
            in_words(name, words(own), format!("{}: {}", words(group), words(own)))
        }))
        .set_privilege_group(groups.iter().map(|group| in_words(group, words(group), words(group))));
    description
}

fn privilege(id: &str) -> AuthorizationPrivilege {
    let (group, name) = parts(id);
    let mut privilege = AuthorizationPrivilege::new();
    privilege
        .set_priv_id(id)
        // What changes the list of what lies in something concerns that as well.
        .set_on_parent(matches!(name, "Create" | "Delete" | "Move" | "Rename"))
        .set_name(name)
        .set_priv_group_name(group);
    privilege
}

/// The group of a privilege and its name in it.
fn parts(id: &str) -> (&str, &str) {
    id.rsplit_once('.').unwrap_or(("", id))
}

/// A name in words: `CreateSnapshot` is `Create snapshot`, `CPUCount` is `CPU count`.
fn words(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut words = String::new();
    for (index, &letter) in letters.iter().enumerate() {
        let follows_small = index > 0 && letters[index - 1].is_lowercase();
        let precedes_small = letters.get(index + 1).is_some_and(|next| next.is_lowercase());
        let begins_word = index > 0 && letter.is_uppercase() && (follows_small || precedes_small);
        match letter {
            '.' => words.push(' '),
            _ if begins_word => {
                if !words.ends_with(' ') {
                    words.push(' ');
                }
                let is_acronym = letters.get(index + 1).is_none_or(|next| next.is_uppercase());
                if is_acronym { words.push(letter) } else { words.extend(letter.to_lowercase()) }
            }
            _ => words.push(letter),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_privilege_is_there_once() {
        let named: BTreeSet<&str> =
            REGISTRY.operations.iter().flat_map(|operation| operation.privileges).copied().collect();
        let twice: Vec<_> = OTHERS.iter().filter(|name| named.contains(*name)).collect();
        assert!(twice.is_empty(), "{twice:?}");
        assert!(OTHERS.is_sorted());
        assert_eq!(ALL.len(), named.len() + OTHERS.len());
        assert_eq!((known("System.View"), known("System.Nothing")), (Some("System.View"), None));
    }

    #[test]
    fn names_are_told_in_words() {
        for (name, told) in [
            ("CreateSnapshot", "Create snapshot"),
            ("CPUCount", "CPU count"),
            ("VirtualMachine.Interact", "Virtual machine interact"),
            ("AssignVMToPool", "Assign VM to pool"),
            ("GuestOS", "Guest OS"),
            ("View", "View"),
        ] {
            assert_eq!(words(name).to_lowercase(), told.to_lowercase());
        }
        assert_eq!(words("CPUCount"), "CPU count");
        assert_eq!(words("AssignVMToPool"), "Assign VM to pool");
    }
}
