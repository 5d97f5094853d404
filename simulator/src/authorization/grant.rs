//! The roles and permissions of a simulator that starts.

use std::collections::BTreeSet;

use vim25_api::types::{AuthorizationRole, Permission};
use vim25_runtime::{Element, ManagedObjectReference};

use super::roles::role;
use super::{ANONYMOUS, DEFAULTS, FIRST_ADDED, VIEW, known_privilege, shares_permissions};
use crate::objects::singleton;
use crate::state::State;
use crate::store::{Store, is_a};
use crate::user::{Accounts, AccountsError, Permission as Given, Role};

/// The properties by which an inventory path goes on, by type of object.
const BELOW: &[(&str, &[&str])] = &[
    ("Folder", &["childEntity"]),
    ("Datacenter", &["vmFolder", "hostFolder", "datastoreFolder", "networkFolder"]),
    ("ComputeResource", &["host", "resourcePool"]),
    ("ResourcePool", &["resourcePool", "vm"]),
];

/// Adds roles, and gives users and groups their permissions. The inventory must be there, new or restored.
pub(crate) fn grant(state: &mut State, accounts: &Accounts, is_restored: bool) -> Result<(), AccountsError> {
    add_roles(&mut state.store, accounts, is_restored)?;
    check_groups(accounts)?;
    for user in &accounts.users {
        let everywhere = user.role().map(|role| Given::new("/", role.clone()));
        for given in everywhere.iter().chain(&user.permissions) {
            give(&mut state.store, user.name(), false, given)?;
        }
    }
    for group in &accounts.groups {
        for given in &group.permissions {
            give(&mut state.store, group.name(), true, given)?;
        }
    }
    let names = accounts.users.iter().map(|user| user.name()).chain(accounts.groups.iter().map(|group| group.name()));
    let domains: BTreeSet<&str> = names.filter_map(|name| Some(name.split_once('@')?.1)).collect();
    let domains = domains.into_iter().map(str::to_owned).collect();
    state.store.set(&singleton("UserDirectory"), "domainList", String::into_list(domains));
    Ok(())
}

/// Adds the roles of the accounts. In a state that was saved they can be there already: then they hold what the accounts
/// say.
fn add_roles(store: &mut Store, accounts: &Accounts, is_restored: bool) -> Result<(), AccountsError> {
    let manager = singleton("AuthorizationManager");
    let mut roles: Vec<AuthorizationRole> = store.data_objects(&manager, "roleList").into_iter().cloned().collect();
    let mut names = BTreeSet::new();
    for (name, privileges) in &accounts.roles {
        let present = roles.iter().position(|role| role.name() == name);
        let is_free = present.is_none_or(|index| is_restored && !roles[index].system());
        if !names.insert(name) || !is_free {
            return Err(AccountsError::Duplicate { kind: "roles", name: name.clone() });
        }
        let mut held: BTreeSet<&str> = DEFAULTS.iter().copied().collect();
        for (privilege, number) in privileges.iter().zip(1..) {
            let unknown = || AccountsError::UnknownPrivilege { role: name.clone(), number };
            held.insert(known_privilege(privilege).ok_or_else(unknown)?);
        }
        let next = roles.iter().map(AuthorizationRole::role_id).max().map_or(FIRST_ADDED, |last| last + 1);
        let id = present.map_or(next.max(FIRST_ADDED), |index| roles[index].role_id());
        roles.retain(|role| role.name() != name);
        roles.push(role(id, name, name, held));
    }
    store.set(&manager, "roleList", AuthorizationRole::into_list(roles));
    Ok(())
}

fn check_groups(accounts: &Accounts) -> Result<(), AccountsError> {
    let mut names = BTreeSet::new();
    for group in &accounts.groups {
        if !names.insert(group.name()) {
            return Err(AccountsError::Duplicate { kind: "groups", name: group.name().to_owned() });
        }
    }
    for user in &accounts.users {
        if let Some(index) = user.groups().iter().position(|group| !names.contains(group.as_str())) {
            return Err(AccountsError::UnknownGroup { user: user.name().to_owned(), number: index + 1 });
        }
    }
    Ok(())
}

/// Gives a user or a group a permission, which replaces another one on the same entity.
fn give(store: &mut Store, principal: &str, is_group: bool, given: &Given) -> Result<(), AccountsError> {
    let role =
        find_role(store, &given.role).ok_or_else(|| AccountsError::UnknownRole { principal: principal.to_owned() })?;
    if [VIEW, ANONYMOUS].contains(&role) {
        return Err(AccountsError::UnusableRole { principal: principal.to_owned() });
    }
    let entity = find_by_path(store, &given.entity)
        .ok_or_else(|| AccountsError::UnknownEntity { principal: principal.to_owned(), path: given.entity.clone() })?;
    if shares_permissions(store, &entity) {
        return Err(AccountsError::UnsuitableEntity { principal: principal.to_owned(), path: given.entity.clone() });
    }
    let mut permission = Permission::new();
    permission.set_principal(principal).set_group(is_group).set_role_id(role).set_propagate(given.propagate);
    store.set_permission(&entity, permission);
    Ok(())
}

fn find_role(store: &Store, role: &Role) -> Option<i32> {
    let roles = store.data_objects::<AuthorizationRole>(&singleton("AuthorizationManager"), "roleList");
    roles.iter().find(|known| known.name() == role.name()).map(|role| role.role_id())
}

/// The object with an inventory path.
fn find_by_path(store: &Store, path: &str) -> Option<ManagedObjectReference> {
    let steps = path.split('/').filter(|step| !step.is_empty());
    let step = |object: ManagedObjectReference, name: &str| {
        let (_, properties) = BELOW.iter().find(|(kind, _)| is_a(object.type_name(), kind))?;
        let below = properties
            .iter()
            .flat_map(|property| store.references(&object, property).iter().chain(store.reference(&object, property)));
        below.into_iter().find(|object| store.text(object, "name") == name).cloned()
    };
    path.starts_with('/').then(|| steps.into_iter().try_fold(singleton("Folder"), step)).flatten()
}

impl Store {
    /// Sets a permission of an entity, which replaces another one of the same user or group.
    pub(crate) fn set_permission(&mut self, entity: &ManagedObjectReference, mut permission: Permission) {
        let inserted = permission.insert("entity", entity.clone());
        debug_assert!(inserted.is_ok());
        let mut permissions: Vec<Permission> = self.data_objects(entity, "permission").into_iter().cloned().collect();
        let is_it = |other: &&mut Permission| {
            other.principal() == permission.principal() && other.group() == permission.group()
        };
        match permissions.iter_mut().find(is_it) {
            Some(present) => *present = permission,
            None => permissions.push(permission),
        }
        self.set(entity, "permission", Permission::into_list(permissions));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authorization::Principals;
    use crate::objects::add_service_objects;
    use crate::random::Random;
    use crate::user::{Group, User};

    fn state() -> State {
        let mut state = State::new(Random::Seeded(1));
        add_service_objects(&mut state.store, vim25_api::RELEASE, "uuid");
        let object = |kind: &str, id: &str| ManagedObjectReference::new(kind, id);
        let (dc, vms, web) = (object("Datacenter", "dc"), object("Folder", "vms"), object("Folder", "web"));
        let root = singleton("Folder");
        let name = |name: &str| ("name", name.to_owned().into());
        state.store.add(dc.clone(), [name("DC0"), ("parent", root.clone().into()), ("vmFolder", vms.clone().into())]);
        state.store.link(&root, "childEntity", &dc);
        state.store.add(vms.clone(), [name("vm"), ("parent", dc.into())]);
        state.store.add(web.clone(), [name("web"), ("parent", vms.clone().into())]);
        state.store.link(&vms, "childEntity", &web);
        state
    }

    fn accounts(user: User) -> Accounts {
        let roles = vec![("operator".to_owned(), vec!["VirtualMachine.Interact.PowerOn".to_owned()])];
        Accounts { users: vec![user], groups: vec![Group::new("staff").with_role(Role::READ_ONLY)], roles }
    }

    #[test]
    fn permissions_are_found_by_inventory_path() {
        let mut state = state();
        let user = User::new("ann", "x")
            .with_group("staff")
            .with_permission(Given::new("/DC0/vm/web", Role::named("operator")));
        grant(&mut state, &accounts(user), false).unwrap();
        let groups = ["staff".to_owned()];
        let ann = Principals { user: "ann", groups: &groups };
        for (id, roles) in [("vms", -2), ("web", FIRST_ADDED)] {
            assert_eq!(state.effective_roles(ann, &ManagedObjectReference::new("Folder", id)), [roles], "{id}");
        }
    }

    #[test]
    fn what_does_not_exist_is_said() {
        let ann = || User::new("ann", "x");
        let principal = || "ann".to_owned();
        for (user, expected) in [
            (ann().with_role(Role::named("word")), AccountsError::UnknownRole { principal: principal() }),
            (ann().with_role(Role::named("View")), AccountsError::UnusableRole { principal: principal() }),
            (ann().with_group("nobodies"), AccountsError::UnknownGroup { user: principal(), number: 1 }),
            (
                ann().with_permission(Given::new("/DC0/vm/db", Role::READ_ONLY)),
                AccountsError::UnknownEntity { principal: principal(), path: "/DC0/vm/db".to_owned() },
            ),
            (
                ann().with_permission(Given::new("/DC0/vm", Role::READ_ONLY)),
                AccountsError::UnsuitableEntity { principal: principal(), path: "/DC0/vm".to_owned() },
            ),
        ] {
            let error = grant(&mut state(), &accounts(user), false).unwrap_err();
            assert_eq!(error, expected);
            assert!(!error.to_string().contains("word`"), "{error}");
        }
        for (roles, expected) in [
            (vec![("Admin".to_owned(), Vec::new())], "there are two roles with the name `Admin`"),
            (vec![("r".to_owned(), vec!["No.Such".to_owned()])], "privilege 1 of the role `r` does not exist"),
        ] {
            let error = grant(&mut state(), &Accounts { roles, ..Accounts::default() }, false).unwrap_err();
            assert_eq!(error.to_string(), expected);
        }
    }
}
