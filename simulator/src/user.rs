//! Users, their passwords and what they may do.

mod file;

use std::fmt;
use std::str::FromStr;

use vim25_runtime::Secret;

pub use self::file::{UsersFileError, read_users};

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
    role: Role,
}

impl User {
    /// An administrator. Upper and lower case count in names.
    pub fn administrator(name: impl Into<String>, password: impl Into<Secret>) -> Self {
        let name = name.into();
        Self { full_name: name.clone(), name, password: password.into(), role: Role::Administrator }
    }

    /// A user who may look at things and change none.
    pub fn read_only(name: impl Into<String>, password: impl Into<Secret>) -> Self {
        Self { role: Role::ReadOnly, ..Self::administrator(name, password) }
    }

    /// Sets the name for people; without it, it is the name to log in with.
    pub fn with_full_name(self, full_name: impl Into<String>) -> Self {
        Self { full_name: full_name.into(), ..self }
    }

    /// Sets the role.
    pub fn with_role(self, role: Role) -> Self {
        Self { role, ..self }
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

    /// What the user may do.
    pub fn role(&self) -> Role {
        self.role
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
        Ok(Self::administrator(name, password).with_role(role.parse()?))
    }
}

/// What a user may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Role {
    /// Everything.
    Administrator,
    /// What needs no privilege but `System.Anonymous`, `System.View` and `System.Read`.
    ReadOnly,
}

impl Role {
    /// Whether the role holds a privilege, such as `Sessions.TerminateSession`.
    pub fn has(self, privilege: &str) -> bool {
        match self {
            Role::Administrator => true,
            Role::ReadOnly => matches!(privilege, "System.Anonymous" | "System.View" | "System.Read"),
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Role::Administrator => "administrator",
            Role::ReadOnly => "read-only",
        })
    }
}

/// A text that is no role.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a role is `administrator` or `read-only`")]
pub struct ParseRoleError;

impl FromStr for Role {
    type Err = ParseRoleError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "administrator" => Ok(Role::Administrator),
            "read-only" => Ok(Role::ReadOnly),
            _ => Err(ParseRoleError),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_reads_from_text() {
        assert_eq!("a@b:c".parse(), Ok(User::administrator("a@b", "c")));
        assert_eq!("a:b:read-only".parse(), Ok(User::read_only("a", "b")));
        for text in ["", "a", "a:", ":b", "a::read-only"] {
            assert_eq!(text.parse::<User>(), Err(ParseUserError::Form), "{text}");
        }
        // The message must not repeat what may be half a password.
        let error = "a:pass:word".parse::<User>().unwrap_err().to_string();
        assert!(!error.contains("word:") && !error.contains("pass:"), "{error}");
    }
}
