//! The permissions of the store, arranged so that a call is decided in no time.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use vim25_api::types::{AuthorizationRole, Permission};
use vim25_runtime::{ManagedObjectReference, Value};

use super::{ADMIN, Principals, VIEW, shares_permissions};
use crate::objects::singleton;
use crate::store::{Store, is_a};

/// The roles and permissions of a store, as of its last change that was looked at.
#[derive(Debug)]
pub(super) struct Index {
    root: ManagedObjectReference,
    version: u64,
    /// The privileges of each role.
    roles: HashMap<i32, HashSet<String>>,
    permissions: HashMap<ManagedObjectReference, Granted>,
    /// The users and groups that have permissions on other entities than the root folder.
    elsewhere: HashSet<String>,
}

/// The permissions of an entity.
#[derive(Debug)]
struct Granted {
    /// Where they were read from.
    value: Arc<Value>,
    permissions: Vec<Permission>,
}

/// The permissions that count for somebody on an entity.
#[derive(Clone, Copy)]
struct Rights<'a> {
    index: &'a Index,
    permissions: &'a [Permission],
    who: Principals<'a>,
    /// Whether they are of the entity itself and not inherited.
    is_own: bool,
}

impl Default for Index {
    fn default() -> Self {
        Self {
            root: singleton("Folder"),
            version: 0,
            roles: HashMap::new(),
            permissions: HashMap::new(),
            elsewhere: HashSet::new(),
        }
    }
}

impl Index {
    /// Looks at what has changed in the store.
    pub(super) fn update(&mut self, store: &Store) {
        if self.version == store.version() {
            return;
        }
        let changed = if self.version < store.version() { store.changed_since(self.version) } else { None };
        let has_changed = match changed {
            Some(objects) => objects.fold(false, |has_changed, object| self.read(store, object) | has_changed),
            None => {
                self.permissions.clear();
                store.objects().fold(true, |_, object| self.read(store, object) | true)
            }
        };
        if has_changed {
            let elsewhere = self.permissions.iter().filter(|(entity, _)| **entity != self.root);
            let permissions = elsewhere.flat_map(|(_, granted)| &granted.permissions);
            self.elsewhere = permissions.map(|permission| permission.principal().to_owned()).collect();
        }
        self.version = store.version();
    }

    /// Looks at an object; whether its permissions have changed.
    fn read(&mut self, store: &Store, object: &ManagedObjectReference) -> bool {
        if object.type_name() == "AuthorizationManager" {
            let privileges = |role: &AuthorizationRole| role.privilege().iter().map(str::to_owned).collect();
            let roles = store.data_objects::<AuthorizationRole>(object, "roleList");
            self.roles = roles.iter().map(|role| (role.role_id(), privileges(role))).collect();
            return false;
        }
        let present = self.permissions.get(object).map(|granted| &granted.value);
        match store.get(object, "permission") {
            None => present.is_some() && self.permissions.remove(object).is_some(),
            Some(value) if present.is_some_and(|present| Arc::ptr_eq(present, value)) => false,
            Some(value) => {
                let permissions: Vec<_> = store.data_objects(object, "permission").into_iter().cloned().collect();
                if permissions.is_empty() {
                    return self.permissions.remove(object).is_some();
                }
                self.permissions.insert(object.clone(), Granted { value: Arc::clone(value), permissions });
                true
            }
        }
    }

    /// Which privileges somebody lacks for an object.
    pub(super) fn missing(
        &self,
        store: &Store,
        who: Principals<'_>,
        object: &ManagedObjectReference,
        privileges: &[&'static str],
    ) -> Vec<&'static str> {
        let asked = if privileges.is_empty() { &["System.Read"] } else { privileges };
        // Most users have nothing but a role at the root, which needs no walk to find.
        if let Some(rights) = self.everywhere(who)
            && asked.iter().all(|privilege| rights.has(privilege))
        {
            return Vec::new();
        }
        let entity = entity_of(store, object);
        if entity.is_none() && privileges.is_empty() {
            return Vec::new();
        }
        let rights = self.nearest(store, who, entity.unwrap_or(&self.root));
        let lacks = |privilege: &&'static str| match *privilege {
            "System.Anonymous" => false,
            privilege if rights.is_some_and(|rights| rights.has(privilege)) => false,
            "System.View" => entity.is_some_and(|entity| !self.leads_to_visible(store, who, entity)),
            _ => true,
        };
        asked.iter().copied().filter(lacks).collect()
    }

    /// The ids of the roles that count for somebody on an entity.
    pub(super) fn effective_roles(
        &self,
        store: &Store,
        who: Principals<'_>,
        entity: &ManagedObjectReference,
    ) -> Vec<i32> {
        let nearest = self.nearest(store, who, entity);
        let mut roles: Vec<i32> = nearest.iter().flat_map(Rights::counting).map(Permission::role_id).collect();
        if roles.is_empty() && self.leads_to_visible(store, who, entity) {
            roles.push(VIEW);
        }
        roles.sort_unstable();
        roles.dedup();
        roles
    }

    /// Whether somebody may see anything.
    pub(super) fn has_access(&self, who: Principals<'_>) -> bool {
        self.permissions.values().any(|granted| self.shows(granted, who))
    }

    /// The entities that have permissions, the root folder first.
    pub(super) fn entities(&self) -> Vec<ManagedObjectReference> {
        let mut entities: Vec<_> = self.permissions.keys().cloned().collect();
        entities.sort_by_cached_key(|entity| (*entity != self.root, entity.to_string()));
        entities
    }

    /// The permissions of the root folder, for somebody who has none elsewhere.
    fn everywhere<'a>(&'a self, who: Principals<'a>) -> Option<Rights<'a>> {
        let is_elsewhere = !self.elsewhere.is_empty()
            && (self.elsewhere.contains(who.user) || who.groups.iter().any(|group| self.elsewhere.contains(group)));
        if is_elsewhere { None } else { self.rights(&self.root, who, false) }
    }

    /// The permissions that count on an entity: its own, or else those of the nearest entity above that has any.
    fn nearest<'a>(
        &'a self,
        store: &Store,
        who: Principals<'a>,
        entity: &ManagedObjectReference,
    ) -> Option<Rights<'a>> {
        let mut is_own = true;
        ancestors(store, entity).find_map(|entity| {
            let rights = self.rights(entity, who, is_own);
            is_own = is_own && shares_permissions(store, entity);
            rights
        })
    }

    /// The permissions of an entity that concern somebody, if there are any.
    fn rights<'a>(&'a self, entity: &ManagedObjectReference, who: Principals<'a>, is_own: bool) -> Option<Rights<'a>> {
        let granted = self.permissions.get(entity)?;
        let rights = Rights { index: self, permissions: &granted.permissions, who, is_own };
        rights.counting().next().is_some().then_some(rights)
    }

    /// Whether there is anything below an entity that somebody may see: then the way to it can be seen, too.
    fn leads_to_visible(&self, store: &Store, who: Principals<'_>, entity: &ManagedObjectReference) -> bool {
        let mut visible = self.permissions.iter().filter(|(_, granted)| self.shows(granted, who));
        visible.any(|(below, _)| ancestors(store, below).any(|ancestor| ancestor == entity))
    }

    fn shows(&self, granted: &Granted, who: Principals<'_>) -> bool {
        Rights { index: self, permissions: &granted.permissions, who, is_own: true }.has("System.View")
    }
}

impl<'a> Rights<'a> {
    /// The permission of the user, or else those of the user's groups.
    fn counting(&self) -> impl Iterator<Item = &'a Permission> + use<'a> {
        let Self { permissions, who, is_own, .. } = *self;
        let counts = move |permission: &&Permission| is_own || permission.propagate();
        let is_of_user = move |permission: &&Permission| !permission.group() && permission.principal() == who.user;
        let is_of_group = move |permission: &&Permission| {
            permission.group() && who.groups.iter().any(|group| group == permission.principal())
        };
        let of_user = permissions.iter().filter(counts).find(is_of_user);
        let of_groups = permissions.iter().filter(counts).filter(is_of_group).filter(move |_| of_user.is_none());
        of_user.into_iter().chain(of_groups)
    }

    fn has(&self, privilege: &str) -> bool {
        let holds = |role: i32| {
            role == ADMIN || self.index.roles.get(&role).is_some_and(|privileges| privileges.contains(privilege))
        };
        self.counting().any(|permission| holds(permission.role_id()))
    }
}

/// The entity whose permissions count for an object; none if the object is not part of the inventory.
fn entity_of<'a>(store: &'a Store, object: &'a ManagedObjectReference) -> Option<&'a ManagedObjectReference> {
    if store.reference(object, "parent").is_some() || is_a(object.type_name(), "ManagedEntity") {
        return Some(object);
    }
    (object.type_name() == "VirtualMachineSnapshot").then(|| store.reference(object, "vm")).flatten()
}

/// An entity and what it lies in, up to the root folder.
fn ancestors<'a>(
    store: &'a Store,
    entity: &'a ManagedObjectReference,
) -> impl Iterator<Item = &'a ManagedObjectReference> {
    // A virtual machine in a vApp is in no folder.
    let above = |entity: &&'a ManagedObjectReference| {
        store.reference(entity, "parent").or_else(|| store.reference(entity, "parentVApp"))
    };
    std::iter::successors(Some(entity), above)
}

#[cfg(test)]
mod tests;
