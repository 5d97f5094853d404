//! Adding, changing and removing roles.

use std::collections::BTreeSet;

use vim25_api::types::{
    AlreadyExists, AuthorizationRole, Description, Event, InvalidName, Permission, RemoveFailed, RoleAddedEvent,
    RoleRemovedEvent, RoleUpdatedEvent,
};
use vim25_runtime::Element;

use super::{privileges_of, role_argument, roles, shown};
use crate::authorization::{DEFAULTS, FIRST_ADDED, known_privilege};
use crate::call::{Call, Outcome};
use crate::fault::{self, Failure, fault};
use crate::objects::singleton;

pub(super) fn add(call: &mut Call<'_>) -> Outcome {
    let unknown = |index| fault::invalid_argument(&format!("privIds[{index}]"), "there is no such privilege");
    let (name, privileges) = (call.required_text("name")?, privileges(call, unknown)?);
    check_name(call, &name, None)?;
    let mut roles = roles(&call.state.store);
    let id = roles.iter().map(AuthorizationRole::role_id).max().map_or(FIRST_ADDED, |id| FIRST_ADDED.max(id + 1));
    let mut role = AuthorizationRole::new();
    role.set_role_id(id).set_system(false).set_name(&name).set_info(info(&name)).set_privilege(privileges.clone());
    let mut event = RoleAddedEvent::new();
    event.set_privilege_list(privileges).set_role(shown(&role));
    roles.push(role);
    call.state.store.set(call.object, "roleList", AuthorizationRole::into_list(roles));
    post(call, event, &format!("The role {name} was created"));
    Ok(Some(id.into()))
}

pub(super) fn update(call: &mut Call<'_>) -> Outcome {
    let name = call.required_text("newName")?;
    let mut role = changeable(call)?;
    check_name(call, &name, Some(role.role_id()))?;
    let new = match call.arguments.member("privIds") {
        None => privileges_of(&role).into_iter().collect(),
        Some(_) => privileges(call, |_| fault::not_found("There is no such privilege."))?,
    };
    // Nobody gives what is not theirs.
    call.check_all(&singleton("Folder"), &Vec::from_iter(new.iter().copied()))?;
    let old: BTreeSet<String> = role.privilege().iter().map(str::to_owned).collect();
    let mut event = RoleUpdatedEvent::new();
    event
        .set_prev_role_name(role.name())
        .set_privileges_added(new.iter().copied().filter(|privilege| !old.contains(*privilege)))
        .set_privileges_removed(old.iter().filter(|privilege| !new.contains(privilege.as_str())))
        .set_privilege_list(new.iter().copied());
    role.set_name(&name).set_info(info(&name)).set_privilege(new);
    event.set_role(shown(&role));
    let mut roles = roles(&call.state.store);
    if let Some(present) = roles.iter_mut().find(|present| present.role_id() == role.role_id()) {
        *present = role;
    }
    call.state.store.set(call.object, "roleList", AuthorizationRole::into_list(roles));
    post(call, event, &format!("The role {name} was changed"));
    Ok(None)
}

/// Removes a role, and the permissions with it unless that is forbidden.
pub(super) fn remove(call: &mut Call<'_>) -> Outcome {
    let role = changeable(call)?;
    let id = role.role_id();
    let is_of_role = |permission: &&Permission| permission.role_id() == id;
    for entity in call.state.entities_with_permissions() {
        let permissions = call.state.store.data_objects::<Permission>(&entity, "permission");
        if !permissions.iter().any(is_of_role) {
            continue;
        }
        if call.boolean("failIfUsed") != Some(false) {
            return Err(fault(RemoveFailed::new(), format!("There are permissions with the role {}.", role.name())));
        }
        let left = permissions.into_iter().filter(|permission| !is_of_role(permission)).cloned().collect();
        call.state.store.set(&entity, "permission", Permission::into_list(left));
    }
    let left = roles(&call.state.store).into_iter().filter(|role| role.role_id() != id).collect();
    call.state.store.set(call.object, "roleList", AuthorizationRole::into_list(left));
    let mut event = RoleRemovedEvent::new();
    event.set_role(shown(&role));
    post(call, event, &format!("The role {} was removed", role.name()));
    Ok(None)
}

/// The role that is to be changed or removed; the system's cannot.
fn changeable(call: &Call<'_>) -> Result<AuthorizationRole, Failure> {
    let role = role_argument(call, "roleId")?;
    if role.system() { Err(fault::invalid_argument("roleId", "it is a role of the system")) } else { Ok(role) }
}

/// Fails if a role cannot have a name.
fn check_name(call: &Call<'_>, name: &str, own: Option<i32>) -> Result<(), Failure> {
    if name.trim().is_empty() {
        let mut invalid = InvalidName::new();
        invalid.set_name(name);
        return Err(fault(invalid, "A role must have a name."));
    }
    let is_taken = |role: &AuthorizationRole| role.name() == name && Some(role.role_id()) != own;
    if roles(&call.state.store).iter().any(is_taken) {
        let mut exists = AlreadyExists::new();
        exists.set_name(name);
        return Err(fault(exists, format!("There is a role `{name}` already.")));
    }
    Ok(())
}

/// The privileges that a role is to hold: those of the argument, and those that every role holds.
fn privileges(call: &Call<'_>, unknown: impl Fn(usize) -> Failure) -> Result<BTreeSet<&'static str>, Failure> {
    let mut privileges: BTreeSet<&'static str> = DEFAULTS.iter().copied().collect();
    for (index, id) in call.texts("privIds").iter().enumerate() {
        privileges.insert(known_privilege(id).ok_or_else(|| unknown(index))?);
    }
    Ok(privileges)
}

fn info(name: &str) -> Description {
    let mut info = Description::new();
    info.set_label(name).set_summary(name);
    info
}

fn post(call: &mut Call<'_>, event: impl Into<Event>, message: &str) {
    let user_name = call.user_name();
    call.state.post_event(event, message, None, &user_name, call.now);
}
