//! `AuthorizationManager`: roles and permissions.

mod permissions;
mod queries;
mod roles;

use vim25_api::types::{AuthorizationRole, RoleEventArgument};

use super::Handler::Now;
use super::{Handlers, singleton};
use crate::authorization::known_privilege;
use crate::call::Call;
use crate::fault::{self, Failure};
use crate::store::Store;

/// What the simulator plays of it: everything.
pub(super) const HANDLERS: Handlers = &[
    ("AddAuthorizationRole", Now(roles::add)),
    ("FetchUserPrivilegeOnEntities", Now(queries::fetch_user_privilege_on_entities)),
    ("HasPrivilegeOnEntities", Now(queries::has_privilege_on_entities)),
    ("HasPrivilegeOnEntity", Now(queries::has_privilege_on_entity)),
    ("HasUserPrivilegeOnEntities", Now(queries::has_user_privilege_on_entities)),
    ("MergePermissions", Now(permissions::merge)),
    ("RemoveAuthorizationRole", Now(roles::remove)),
    ("RemoveEntityPermission", Now(permissions::remove)),
    ("ResetEntityPermissions", Now(permissions::reset)),
    ("RetrieveAllPermissions", Now(queries::all_permissions)),
    ("RetrieveEntityPermissions", Now(queries::entity_permissions)),
    ("RetrieveRolePermissions", Now(queries::role_permissions)),
    ("SetEntityPermissions", Now(permissions::set)),
    ("UpdateAuthorizationRole", Now(roles::update)),
];

/// The roles.
fn roles(store: &Store) -> Vec<AuthorizationRole> {
    let roles = store.data_objects::<AuthorizationRole>(&singleton("AuthorizationManager"), "roleList");
    roles.into_iter().cloned().collect()
}

/// The role with an id.
fn role(store: &Store, id: i32) -> Result<AuthorizationRole, Failure> {
    let role = roles(store).into_iter().find(|role| role.role_id() == id);
    role.ok_or_else(|| fault::not_found(format!("There is no role {id}.")))
}

/// The role that an argument names.
fn role_argument(call: &Call<'_>, argument: &str) -> Result<AuthorizationRole, Failure> {
    role(&call.state.store, call.int(argument)?)
}

/// The privileges of a role.
fn privileges_of(role: &AuthorizationRole) -> Vec<&'static str> {
    role.privilege().iter().filter_map(known_privilege).collect()
}

/// A role as events show it.
fn shown(role: &AuthorizationRole) -> RoleEventArgument {
    let mut shown = RoleEventArgument::new();
    shown.set_role_id(role.role_id()).set_name(role.name());
    shown
}
