//! Setting and removing permissions.

use vim25_api::types::{
    AuthMinimumAdminPermission, AuthorizationRole, Event, Permission, PermissionAddedEvent, PermissionRemovedEvent,
    PermissionUpdatedEvent, UserNotFound,
};
use vim25_runtime::{Element, ManagedObjectReference};

use super::{privileges_of, role, role_argument, shown};
use crate::authorization::{ADMIN, ANONYMOUS, VIEW, shares_permissions};
use crate::call::{Call, Outcome};
use crate::events::entity_argument;
use crate::fault::{self, Failure, fault};
use crate::objects::singleton;
use crate::store::Store;

/// New permissions of entities that are to have others.
type Change = Vec<(ManagedObjectReference, Vec<Permission>)>;

/// Adds permissions to an entity, or changes those of the same users and groups.
pub(super) fn set(call: &mut Call<'_>) -> Outcome {
    let (entity, given) = given(call)?;
    let mut permissions = of(&call.state.store, &entity);
    for permission in given {
        match permissions.iter_mut().find(|present| is_same_principal(present, &permission)) {
            Some(present) => *present = permission,
            None => permissions.push(permission),
        }
    }
    apply(call, vec![(entity, permissions)])
}

/// Gives an entity these permissions and no others.
pub(super) fn reset(call: &mut Call<'_>) -> Outcome {
    let (entity, given) = given(call)?;
    let mut permissions: Vec<Permission> = Vec::new();
    for permission in given {
        permissions.retain(|present| !is_same_principal(present, &permission));
        permissions.push(permission);
    }
    apply(call, vec![(entity, permissions)])
}

/// Takes the permission of a user or a group on an entity away.
pub(super) fn remove(call: &mut Call<'_>) -> Outcome {
    let entity = entity(call)?;
    let (user, is_group) = (call.required_text("user")?, call.boolean("isGroup") == Some(true));
    let is_it = |permission: &Permission| permission.principal() == user && permission.group() == is_group;
    let (removed, left): (Vec<_>, Vec<_>) = of(&call.state.store, &entity).into_iter().partition(is_it);
    let unknown = || fault::not_found(format!("`{user}` has no permission on {entity}."));
    let removed = removed.first().ok_or_else(unknown)?;
    check_holds(call, &entity, &role(&call.state.store, removed.role_id())?)?;
    apply(call, vec![(entity, left)])
}

/// Turns all permissions with a role into those with another.
pub(super) fn merge(call: &mut Call<'_>) -> Outcome {
    let (from, to) = (role_argument(call, "srcRoleId")?, role_argument(call, "dstRoleId")?);
    for role in [&from, &to] {
        check_holds(call, &singleton("Folder"), role)?;
    }
    let (from, to) = (from.role_id(), to.role_id());
    check_usable(to, "dstRoleId")?;
    if from == to {
        return Err(fault::invalid_argument("dstRoleId", "it is the same role"));
    }
    let changed = |mut permission: Permission| {
        if permission.role_id() == from {
            permission.set_role_id(to);
        }
        permission
    };
    let store = &call.state.store;
    let entities = call.state.entities_with_permissions().into_iter();
    let change = entities.map(|entity| {
        let permissions = of(store, &entity).into_iter().map(changed).collect();
        (entity, permissions)
    });
    let change = change.collect();
    apply(call, change)
}

/// Carries out a change, unless nobody would be left who may do everything.
fn apply(call: &mut Call<'_>, change: Change) -> Outcome {
    let root = singleton("Folder");
    let is_admin = |permission: &Permission| permission.role_id() == ADMIN && permission.propagate();
    let of_root = change.iter().find(|(entity, _)| *entity == root);
    if let Some((_, permissions)) = of_root
        && of(&call.state.store, &root).iter().any(is_admin)
        && !permissions.iter().any(is_admin)
    {
        let message = "Nobody would be left who is an administrator of everything.";
        return Err(fault(AuthMinimumAdminPermission::new(), message));
    }
    for (entity, permissions) in change {
        let before = of(&call.state.store, &entity);
        call.state.store.set(&entity, "permission", Permission::into_list(permissions.clone()));
        tell(call, &entity, &before, &permissions)?;
    }
    Ok(None)
}

/// The entity of a call, and the permissions that it is to get.
fn given(call: &Call<'_>) -> Result<(ManagedObjectReference, Vec<Permission>), Failure> {
    let entity = entity(call)?;
    let mut given = Vec::new();
    for (index, permission) in call.objects::<Permission>("permission").into_iter().enumerate() {
        let principal = permission.principal();
        let is_known = match permission.group() {
            true => call.simulation.groups.iter().any(|group| group.name() == principal),
            false => call.simulation.users.iter().any(|user| user.name() == principal),
        };
        if !is_known {
            let mut unknown = UserNotFound::new();
            unknown.set_principal(principal).set_unresolved(false);
            return Err(fault(unknown, format!("There is no user or group `{principal}`.")));
        }
        let role = role(&call.state.store, permission.role_id())?;
        check_usable(role.role_id(), &format!("permission[{index}].roleId"))?;
        check_holds(call, &entity, &role)?;
        let mut permission = permission.clone();
        let inserted = permission.insert("entity", entity.clone());
        debug_assert!(inserted.is_ok());
        given.push(permission);
    }
    Ok((entity, given))
}

/// The entity of a call, which must be one that can have permissions.
fn entity(call: &Call<'_>) -> Result<ManagedObjectReference, Failure> {
    let entity = call.entity("entity", "Authorization.ModifyPermissions")?;
    if shares_permissions(&call.state.store, &entity) {
        return Err(fault::invalid_argument("entity", "it always has the permissions of what it lies in"));
    }
    Ok(entity)
}

/// Fails if the caller lacks what a role holds: nobody gives or takes what is not theirs.
fn check_holds(call: &Call<'_>, entity: &ManagedObjectReference, role: &AuthorizationRole) -> Result<(), Failure> {
    // Without privileges there is nothing to hold.
    match privileges_of(role).as_slice() {
        [] => Ok(()),
        privileges => call.check_all(entity, privileges),
    }
}

fn check_usable(role: i32, path: &str) -> Result<(), Failure> {
    match role {
        VIEW | ANONYMOUS => Err(fault::invalid_argument(path, "nobody can be given this role")),
        _ => Ok(()),
    }
}

fn of(store: &Store, entity: &ManagedObjectReference) -> Vec<Permission> {
    store.data_objects(entity, "permission").into_iter().cloned().collect()
}

fn is_same_principal(a: &Permission, b: &Permission) -> bool {
    a.principal() == b.principal() && a.group() == b.group()
}

/// Posts an event for each permission that is new, other or gone.
fn tell(
    call: &mut Call<'_>,
    entity: &ManagedObjectReference,
    before: &[Permission],
    after: &[Permission],
) -> Result<(), Failure> {
    let name = call.state.store.text(entity, "name").to_owned();
    for permission in before {
        if !after.iter().any(|other| is_same_principal(other, permission)) {
            let mut event = PermissionRemovedEvent::new();
            event
                .set_entity(entity_argument(&call.state.store, entity))
                .set_principal(permission.principal())
                .set_group(permission.group());
            post(call, event, entity, &format!("The permission of {} on {name} was removed", permission.principal()));
        }
    }
    for permission in after {
        let present = before.iter().find(|other| is_same_principal(other, permission));
        if present == Some(permission) {
            continue;
        }
        let role = role(&call.state.store, permission.role_id())?;
        let previous = present.map(|present| self::role(&call.state.store, present.role_id())).transpose()?;
        let event = given_event(&call.state.store, entity, permission, &role, present.zip(previous));
        let (principal, role) = (permission.principal(), role.name());
        post(call, event, entity, &format!("{principal} has the role {role} on {name}"));
    }
    Ok(())
}

/// The event that a permission is new, or other than before.
fn given_event(
    store: &Store,
    entity: &ManagedObjectReference,
    permission: &Permission,
    role: &AuthorizationRole,
    previous: Option<(&Permission, AuthorizationRole)>,
) -> Event {
    let Some((previous, previous_role)) = previous else {
        let mut event = PermissionAddedEvent::new();
        event.set_role(shown(role)).set_propagate(permission.propagate());
        event
            .set_entity(entity_argument(store, entity))
            .set_principal(permission.principal())
            .set_group(permission.group());
        return event.into();
    };
    let mut event = PermissionUpdatedEvent::new();
    event
        .set_role(shown(role))
        .set_propagate(permission.propagate())
        .set_prev_role(shown(&previous_role))
        .set_prev_propagate(previous.propagate());
    event
        .set_entity(entity_argument(store, entity))
        .set_principal(permission.principal())
        .set_group(permission.group());
    event.into()
}

fn post(call: &mut Call<'_>, event: impl Into<Event>, entity: &ManagedObjectReference, message: &str) {
    let user_name = call.user_name();
    call.state.post_event(event, message, Some(entity), &user_name, call.now);
}
