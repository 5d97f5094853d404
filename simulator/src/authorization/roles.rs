//! The roles that every server has.

use vim25_api::types::{AuthorizationRole, Description};
use vim25_runtime::{Element, List};

use super::privileges::ALL;

/// The id of the role that holds every privilege.
pub(crate) const ADMIN: i32 = -1;
/// The id of the role to see that objects are there; nobody can be given it.
pub(crate) const VIEW: i32 = -3;
/// The id of the role of those who are not logged in; nobody can be given it.
pub(crate) const ANONYMOUS: i32 = -4;

/// The lowest id of a role that is added.
pub(crate) const FIRST_ADDED: i32 = 1_001;

/// The privileges that every role has that is not one of the system's.
pub(crate) const DEFAULTS: &[&str] = &["System.Anonymous", "System.Read", "System.View"];

/// Id, name, label, privileges: `*` at the end stands for any name. Negative ids are the system's.
const ROLES: &[(i32, &str, &str, &[&str])] = &[
    (ADMIN, "Admin", "Administrator", &["*"]),
    (-2, "ReadOnly", "Read-only", DEFAULTS),
    (VIEW, "View", "View", &["System.Anonymous", "System.View"]),
    (ANONYMOUS, "Anonymous", "Anonymous", &["System.Anonymous"]),
    (-5, "NoAccess", "No access", &[]),
    (
        4,
        "VirtualMachinePowerUser",
        "Virtual machine power user",
        &[
            "Datastore.Browse",
            "Global.CancelTask",
            "ScheduledTask.*",
            "VirtualMachine.Config.*",
            "VirtualMachine.Interact.*",
            "VirtualMachine.State.*",
        ],
    ),
    (
        5,
        "VirtualMachineUser",
        "Virtual machine user",
        &["Global.CancelTask", "ScheduledTask.*", "VirtualMachine.Interact.*"],
    ),
    (
        6,
        "ResourcePoolAdministrator",
        "Resource pool administrator",
        &["Alarm.Create", "Alarm.Edit", "Alarm.Delete", "Authorization.ModifyPermissions", "Folder.*", "Resource.*"],
    ),
    (
        7,
        "VMwareConsolidatedBackup",
        "Consolidated backup",
        &[
            "VirtualMachine.Config.DiskLease",
            "VirtualMachine.Provisioning.DiskRandomRead",
            "VirtualMachine.Provisioning.GetVmFiles",
            "VirtualMachine.State.CreateSnapshot",
            "VirtualMachine.State.RemoveSnapshot",
        ],
    ),
    (8, "DatastoreConsumer", "Datastore consumer", &["Datastore.AllocateSpace"]),
    (9, "NetworkConsumer", "Network consumer", &["Network.Assign"]),
];

/// The roles as the API lists them.
pub(super) fn list() -> List {
    let roles = ROLES.iter().map(|&(id, name, label, patterns)| {
        let defaults = if id < 0 { &[] } else { DEFAULTS };
        let holds = |privilege: &&str| patterns.iter().chain(defaults).any(|pattern| fits(pattern, privilege));
        role(id, name, label, ALL.iter().copied().filter(holds))
    });
    AuthorizationRole::into_list(roles.collect())
}

/// A role; negative ids are the system's.
pub(super) fn role<'a>(
    id: i32,
    name: &str,
    label: &str,
    privileges: impl IntoIterator<Item = &'a str>,
) -> AuthorizationRole {
    let mut info = Description::new();
    info.set_label(label).set_summary(label);
    let mut role = AuthorizationRole::new();
    role.set_role_id(id).set_system(id < 0).set_name(name).set_info(info).set_privilege(privileges);
    role
}

fn fits(pattern: &str, privilege: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == privilege, |prefix| privilege.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_privilege_of_a_role_exists() {
        for (_, name, _, patterns) in ROLES {
            for pattern in *patterns {
                assert!(ALL.iter().any(|privilege| fits(pattern, privilege)), "{name}: {pattern}");
            }
        }
    }
}
