//! All who can be given permissions, and the roles that are not a vCenter's own.

use super::{Permission, Role, User};

/// A group of users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    name: String,
    full_name: Option<String>,
    pub(crate) permissions: Vec<Permission>,
}

impl Group {
    /// A group without permissions. Users say which groups they are in.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), full_name: None, permissions: Vec::new() }
    }

    /// Sets the name for people.
    pub fn with_full_name(self, full_name: impl Into<String>) -> Self {
        Self { full_name: Some(full_name.into()), ..self }
    }

    /// Gives the group a role for the whole inventory.
    pub fn with_role(self, role: Role) -> Self {
        self.with_permission(Permission::new("/", role))
    }

    /// Gives the group a role for a part of the inventory.
    pub fn with_permission(mut self, permission: Permission) -> Self {
        self.permissions.push(permission);
        self
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name for people, if it has one.
    pub fn full_name(&self) -> Option<&str> {
        self.full_name.as_deref()
    }
}

/// Users, groups, and roles besides those that every vCenter has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accounts {
    pub(crate) users: Vec<User>,
    pub(crate) groups: Vec<Group>,
    /// Names and privileges.
    pub(crate) roles: Vec<(String, Vec<String>)>,
}

impl Accounts {
    /// The users.
    pub fn users(&self) -> &[User] {
        &self.users
    }

    /// The groups.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// The names of the roles, and the privileges that they hold.
    pub fn roles(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.roles.iter().map(|(name, privileges)| (name.as_str(), privileges.as_slice()))
    }

    /// Adds others.
    pub(crate) fn extend(&mut self, others: Self) {
        self.users.extend(others.users);
        self.groups.extend(others.groups);
        self.roles.extend(others.roles);
    }
}

/// Why users, groups and roles do not fit together. No message repeats the name of a role that does not exist: it could
/// be half a password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AccountsError {
    /// Two users, groups or roles have the same name, or a role has that of one that every vCenter has.
    #[error("there are two {kind} with the name `{name}`")]
    Duplicate {
        /// `users`, `groups` or `roles`.
        kind: &'static str,
        /// The name.
        name: String,
    },
    /// A role is to hold a privilege that does not exist.
    #[error("privilege {number} of the role `{role}` does not exist")]
    UnknownPrivilege {
        /// The role.
        role: String,
        /// The place of the privilege in the list, from 1.
        number: usize,
    },
    /// A user or group is to have a role that does not exist.
    #[error("`{principal}` has a role that does not exist; a password with a colon in it needs a users file")]
    UnknownRole {
        /// The user or group.
        principal: String,
    },
    /// A user or group is to have a role that nobody can be given: `View` or `Anonymous`.
    #[error("`{principal}` has a role that nobody can be given")]
    UnusableRole {
        /// The user or group.
        principal: String,
    },
    /// A user is in a group that does not exist.
    #[error("the user `{user}` is in a group that does not exist: group {number} of the list")]
    UnknownGroup {
        /// The user.
        user: String,
        /// The place of the group in the list, from 1.
        number: usize,
    },
    /// A permission is for an object that is not in the inventory.
    #[error("`{principal}` has a permission for `{path}`, which is not in the inventory")]
    UnknownEntity {
        /// The user or group.
        principal: String,
        /// The inventory path.
        path: String,
    },
    /// A permission is for an object that always has those of its parent, such as `/DC0/vm`.
    #[error("`{principal}` has a permission for `{path}`, which always has the permissions of what it lies in")]
    UnsuitableEntity {
        /// The user or group.
        principal: String,
        /// The inventory path.
        path: String,
    },
}
