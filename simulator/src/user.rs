//! Users, their passwords and what they may do.

mod accounts;
mod file;
mod role;

use std::str::FromStr;

use vim25_runtime::Secret;

pub use self::accounts::{Accounts, AccountsError, Group};
pub use self::file::{UsersFileError, read_users};
pub use self::role::{ParseRoleError, Permission, Role};

/// The user of a simulator that was given no other: `administrator@vsphere.local`.
pub const DEFAULT_USER: &str = "administrator@vsphere.local";

/// The password of [`DEFAULT_USER`]. It is no secret.
pub const DEFAULT_PASSWORD: &str = "vim25";

/// Somebody who can log in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    name: String,
    full_name: String,
    password: Secret,
    role: Option<Role>,
    groups: Vec<String>,
    pub(crate) permissions: Vec<Permission>,
}

impl User {
    /// An administrator. Upper and lower case count in names.
    pub fn administrator(name: impl Into<String>, password: impl Into<Secret>) -> Self {
        Self::new(name, password).with_role(Role::ADMINISTRATOR)
    }

    /// A user who may look at things and change none.
    pub fn read_only(name: impl Into<String>, password: impl Into<Secret>) -> Self {
        Self::new(name, password).with_role(Role::READ_ONLY)
    }

    /// A user without a role: what there is to do depends on groups and permissions.
    pub fn new(name: impl Into<String>, password: impl Into<Secret>) -> Self {
        let name = name.into();
        Self {
            full_name: name.clone(),
            name,
            password: password.into(),
            role: None,
            groups: Vec::new(),
            permissions: Vec::new(),
        }
    }

    /// Sets the name for people; without it, it is the name to log in with.
    pub fn with_full_name(self, full_name: impl Into<String>) -> Self {
        Self { full_name: full_name.into(), ..self }
    }

    /// Sets the role for the whole inventory.
    pub fn with_role(self, role: Role) -> Self {
        Self { role: Some(role), ..self }
    }

    /// Adds the user to a group, which the builder must get to know, too.
    pub fn with_group(mut self, group: impl Into<String>) -> Self {
        self.groups.push(group.into());
        self
    }

    /// Gives the user a role for a part of the inventory.
    pub fn with_permission(mut self, permission: Permission) -> Self {
        self.permissions.push(permission);
        self
    }

    /// The name to log in with.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name for people.
    pub fn full_name(&self) -> &str {
        &self.full_name
    }

    /// The password.
    pub fn password(&self) -> &Secret {
        &self.password
    }

    /// What the user may do with the whole inventory, if not only by groups and permissions.
    pub fn role(&self) -> Option<&Role> {
        self.role.as_ref()
    }

    /// The groups that the user is in.
    pub fn groups(&self) -> &[String] {
        &self.groups
    }
}

/// `administrator@vsphere.local` with the password `vim25`.
impl Default for User {
    fn default() -> Self {
        Self::administrator(DEFAULT_USER, DEFAULT_PASSWORD).with_full_name("Administrator of the simulator")
    }
}

/// Why a text is no user.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseUserError {
    /// Not of the form `NAME:PASSWORD` or `NAME:PASSWORD:ROLE`.
    #[error("a user is NAME:PASSWORD or NAME:PASSWORD:ROLE, and neither name nor password may be empty")]
    Form,
    /// What follows the second colon is no role.
    #[error("{0}; a password with a colon in it needs a users file")]
    Role(#[from] ParseRoleError),
}

/// `NAME:PASSWORD[:ROLE]`; without a role, the user is an administrator.
impl FromStr for User {
    type Err = ParseUserError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, rest) = text.split_once(':').ok_or(ParseUserError::Form)?;
        let (password, role) = rest.split_once(':').unwrap_or((rest, "administrator"));
        if name.is_empty() || password.is_empty() {
            return Err(ParseUserError::Form);
        }
        Ok(Self::new(name, password).with_role(role.parse()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_reads_from_text() {
        assert_eq!("a@b:c".parse(), Ok(User::administrator("a@b", "c")));
        assert_eq!("a:b:read-only".parse(), Ok(User::read_only("a", "b")));
        assert_eq!(
            "a:b:VirtualMachineUser".parse(),
            Ok(User::new("a", "b").with_role(Role::named("VirtualMachineUser")))
        );
        for text in ["", "a", "a:", ":b", "a::read-only"] {
            assert_eq!(text.parse::<User>(), Err(ParseUserError::Form), "{text}");
        }
        assert_eq!("a:b:".parse::<User>(), Err(ParseUserError::Role(ParseRoleError)));
    }
}
