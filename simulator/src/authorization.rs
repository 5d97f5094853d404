//! Who may do what with which object.
//!
//! Roles are the property `roleList` of the authorization manager; permissions are the property `permission` of the
//! entities. That is all there is: what decides calls is an [`Index`](index::Index) of these properties, which follows
//! the changes of the store.

mod complex;
mod grant;
mod index;
mod privileges;
mod required;
mod roles;

use std::cell::RefCell;

use vim25_runtime::ManagedObjectReference;

pub(crate) use self::complex::shares_permissions;
use self::index::Index;
pub(crate) use self::privileges::{all as all_privileges, known as known_privilege};
pub(crate) use self::roles::{ADMIN, ANONYMOUS, DEFAULTS, FIRST_ADDED, VIEW};
use crate::call::Call;
use crate::fault::{self, Failure};
use crate::objects::singleton;
use crate::session::Session;
use crate::state::State;
use crate::store::{Store, is_a};

pub(crate) use self::grant::grant;

/// Somebody who may do things: a user, with the groups that the user is in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Principals<'a> {
    pub(crate) user: &'a str,
    pub(crate) groups: &'a [String],
}

/// What decides who may do what.
#[derive(Debug, Default)]
pub(crate) struct Authorization(RefCell<Index>);

/// Sets what an authorization manager has before anybody changes it.
pub(crate) fn add_properties(store: &mut Store) {
    let manager = singleton("AuthorizationManager");
    store.set(&manager, "description", privileges::description());
    store.set(&manager, "privilegeList", privileges::list());
    store.set(&manager, "roleList", roles::list());
}

impl State {
    /// Which of some privileges a session lacks for an object. An inventory object for which none is named needs
    /// `System.Read`.
    pub(crate) fn missing_privileges(
        &self,
        session: &Session,
        object: &ManagedObjectReference,
        privileges: &[&'static str],
    ) -> Vec<&'static str> {
        self.privileges_missing_to(session.principals(), object, privileges)
    }

    /// The same for somebody who need not be logged in.
    pub(crate) fn privileges_missing_to(
        &self,
        who: Principals<'_>,
        object: &ManagedObjectReference,
        privileges: &[&'static str],
    ) -> Vec<&'static str> {
        let mut index = self.authorization.0.borrow_mut();
        index.update(&self.store);
        index.missing(&self.store, who, object, privileges)
    }

    /// Whether a session has a privilege for an object.
    pub(crate) fn may(&self, session: &Session, object: &ManagedObjectReference, privilege: &'static str) -> bool {
        self.missing_privileges(session, object, &[privilege]).is_empty()
    }

    /// The ids of the roles that count for somebody on an entity.
    pub(crate) fn effective_roles(&self, who: Principals<'_>, entity: &ManagedObjectReference) -> Vec<i32> {
        let mut index = self.authorization.0.borrow_mut();
        index.update(&self.store);
        index.effective_roles(&self.store, who, entity)
    }

    /// Whether somebody may see anything at all.
    pub(crate) fn has_access(&self, who: Principals<'_>) -> bool {
        let mut index = self.authorization.0.borrow_mut();
        index.update(&self.store);
        index.has_access(who)
    }

    /// The entities that have permissions, the root folder first.
    pub(crate) fn entities_with_permissions(&self) -> Vec<ManagedObjectReference> {
        let mut index = self.authorization.0.borrow_mut();
        index.update(&self.store);
        index.entities()
    }
}

impl Call<'_> {
    /// Fails if the caller lacks a privilege for an object that is not the one that was called.
    pub(crate) fn check_privilege(
        &self,
        object: &ManagedObjectReference,
        privilege: &'static str,
    ) -> Result<(), Failure> {
        self.check_all(object, &[privilege])
    }

    /// The same for several privileges.
    pub(crate) fn check_all(
        &self,
        object: &ManagedObjectReference,
        privileges: &[&'static str],
    ) -> Result<(), Failure> {
        if !self.state.store.contains(object) {
            return Err(fault::object_not_found(object));
        }
        let missing = self.state.missing_privileges(self.required_session()?, object, privileges);
        if missing.is_empty() { Ok(()) } else { Err(fault::no_permission(object, &missing)) }
    }

    /// A required argument that is an entity for which the caller has a privilege.
    pub(crate) fn entity(&self, name: &str, privilege: &'static str) -> Result<ManagedObjectReference, Failure> {
        let entity = self.reference(name);
        let entity = entity.ok_or_else(|| fault::invalid_argument(name, "the required argument is absent"))?;
        self.check_entity(name, entity, privilege)?;
        Ok(entity.clone())
    }

    /// Fails if an argument is no entity, or the caller lacks a privilege for it.
    pub(crate) fn check_entity(
        &self,
        path: &str,
        entity: &ManagedObjectReference,
        privilege: &'static str,
    ) -> Result<(), Failure> {
        if !is_a(entity.type_name(), "ManagedEntity") {
            return Err(fault::invalid_argument(path, "it is no object of the inventory"));
        }
        self.check_privilege(entity, privilege)
    }

    /// Fails if the caller lacks the privileges of the operation.
    pub(crate) fn check_privileges(&self) -> Result<(), Failure> {
        // Those of anonymous operations everybody has.
        let Some(session) = self.session().filter(|_| !self.operation.anonymous) else { return Ok(()) };
        let required = required::privileges(self.state, self.operation, self.object);
        let missing = self.state.missing_privileges(session, self.object, required);
        if missing.is_empty() { Ok(()) } else { Err(fault::no_permission(self.object, &missing)) }
    }
}
