//! Asking for permissions and privileges.

use vim25_api::types::{EntityPrivilege, Permission, PrivilegeAvailability, UserPrivilegeResult};
use vim25_runtime::{Element, ManagedObjectReference, Value};

use super::role_argument;
use crate::authorization::{Principals, all_privileges, known_privilege};
use crate::call::{Call, Outcome};
use crate::fault::{self, Failure};
use crate::session::Session;
use crate::state::State;

/// The permissions of an entity; with those that it inherits, if that is wanted: the nearest of each user and group.
pub(super) fn entity_permissions(call: &mut Call<'_>) -> Outcome {
    let entity = call.entity("entity", "System.Read")?;
    let mut found: Vec<Permission> = Vec::new();
    for object in call.state.with_ancestors(&entity) {
        let is_own = object == entity;
        if !is_own && call.boolean("inherited") != Some(true) {
            break;
        }
        for permission in call.state.store.data_objects::<Permission>(&object, "permission") {
            let is_same =
                |other: &Permission| other.principal() == permission.principal() && other.group() == permission.group();
            if (is_own || permission.propagate()) && !found.iter().any(is_same) {
                found.push(permission.clone());
            }
        }
    }
    Ok(Some(Permission::into_list(found).into()))
}

/// All permissions on entities that the caller can see.
pub(super) fn all_permissions(call: &mut Call<'_>) -> Outcome {
    permissions(call, |_| true)
}

/// The permissions with a role, on entities that the caller can see.
pub(super) fn role_permissions(call: &mut Call<'_>) -> Outcome {
    let role = role_argument(call, "roleId")?.role_id();
    permissions(call, |permission| permission.role_id() == role)
}

pub(super) fn has_privilege_on_entity(call: &mut Call<'_>) -> Outcome {
    let entity = call.entity("entity", "System.Read")?;
    let (session, privileges) = (session(call)?, privileges(call)?);
    let missing = call.state.missing_privileges(session, &entity, &privileges);
    let granted = privileges.iter().map(|privilege| !missing.contains(privilege)).collect();
    Ok(Some(bool::into_list(granted).into()))
}

pub(super) fn has_privilege_on_entities(call: &mut Call<'_>) -> Outcome {
    let entities = entities(call, "entity", "System.Read")?;
    let (session, privileges) = (session(call)?, privileges(call)?);
    Ok(Some(available(call.state, session.principals(), &entities, &privileges)))
}

pub(super) fn has_user_privilege_on_entities(call: &mut Call<'_>) -> Outcome {
    let entities = entities(call, "entities", "System.View")?;
    let privileges = privileges(call)?;
    Ok(Some(available(call.state, user(call)?, &entities, &privileges)))
}

/// The privileges that a user has on entities.
pub(super) fn fetch_user_privilege_on_entities(call: &mut Call<'_>) -> Outcome {
    let entities = entities(call, "entities", "System.View")?;
    let (who, all) = (user(call)?, all_privileges());
    let results = entities.iter().map(|entity| {
        let missing = call.state.privileges_missing_to(who, entity, &all);
        let mut result = UserPrivilegeResult::new();
        let inserted = result.insert("entity", entity.clone());
        debug_assert!(inserted.is_ok());
        result.set_privileges(all.iter().copied().filter(|privilege| !missing.contains(privilege)));
        result
    });
    Ok(Some(UserPrivilegeResult::into_list(results.collect()).into()))
}

fn permissions(call: &Call<'_>, is_wanted: impl Fn(&Permission) -> bool) -> Outcome {
    let session = call.required_session()?;
    let mut found = Vec::new();
    for entity in call.state.entities_with_permissions() {
        if call.state.may(session, &entity, "System.View") {
            let permissions = call.state.store.data_objects::<Permission>(&entity, "permission");
            found.extend(permissions.into_iter().filter(|permission| is_wanted(permission)).cloned());
        }
    }
    Ok(Some(Permission::into_list(found).into()))
}

/// Which of some privileges somebody has on each of some entities.
fn available(
    state: &State,
    who: Principals<'_>,
    entities: &[ManagedObjectReference],
    privileges: &[&'static str],
) -> Value {
    let results = entities.iter().map(|entity| {
        let missing = state.privileges_missing_to(who, entity, privileges);
        let mut result = EntityPrivilege::new();
        let inserted = result.insert("entity", entity.clone());
        debug_assert!(inserted.is_ok());
        result.set_priv_availability(privileges.iter().map(|privilege| {
            let mut availability = PrivilegeAvailability::new();
            availability.set_priv_id(*privilege).set_is_granted(!missing.contains(privilege));
            availability
        }));
        result
    });
    EntityPrivilege::into_list(results.collect()).into()
}

/// The entities that are asked about, for which the caller has a privilege.
fn entities(call: &Call<'_>, argument: &str, privilege: &'static str) -> Result<Vec<ManagedObjectReference>, Failure> {
    let entities = call.references(argument);
    for (index, entity) in entities.iter().enumerate() {
        call.check_entity(&format!("{argument}[{index}]"), entity, privilege)?;
    }
    Ok(entities.to_vec())
}

/// The session that is asked about, by its key.
fn session<'a>(call: &'a Call<'_>) -> Result<&'a Session, Failure> {
    let key = call.required_text("sessionId")?;
    let session = call.state.sessions.find(|session| session.key == key);
    session.ok_or_else(|| fault::invalid_argument("sessionId", "there is no session with this key"))
}

/// The user who is asked about.
fn user<'a>(call: &Call<'a>) -> Result<Principals<'a>, Failure> {
    let name = call.required_text("userName")?;
    let user = call.simulation.users.iter().find(|user| user.name() == name);
    let user = user.ok_or_else(|| fault::invalid_argument("userName", "there is no such user"))?;
    Ok(Principals { user: user.name(), groups: user.groups() })
}

fn privileges(call: &Call<'_>) -> Result<Vec<&'static str>, Failure> {
    let ids = call.texts("privId").iter().enumerate();
    ids.map(|(index, id)| {
        let unknown = || fault::invalid_argument(&format!("privId[{index}]"), "there is no such privilege");
        known_privilege(id).ok_or_else(unknown)
    })
    .collect()
}
