//! What users and groups may do.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// The name of a role: one that every vCenter has, or one that was given to the builder.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Role(Cow<'static, str>);

/// Names for people, and the names of the roles.
const ALIASES: &[(&str, Role)] = &[
    ("administrator", Role::ADMINISTRATOR),
    ("Administrator", Role::ADMINISTRATOR),
    ("read-only", Role::READ_ONLY),
    ("no-access", Role::NO_ACCESS),
];

impl Role {
    /// Everything.
    pub const ADMINISTRATOR: Self = Self(Cow::Borrowed("Admin"));
    /// What needs no privilege but `System.Anonymous`, `System.View` and `System.Read`.
    pub const READ_ONLY: Self = Self(Cow::Borrowed("ReadOnly"));
    /// Nothing.
    pub const NO_ACCESS: Self = Self(Cow::Borrowed("NoAccess"));

    /// The role with a name, such as `VirtualMachinePowerUser`. `administrator`, `read-only` and `no-access` are other
    /// names for `Admin`, `ReadOnly` and `NoAccess`.
    pub fn named(name: impl Into<String>) -> Self {
        let name = name.into();
        let alias = ALIASES.iter().find(|(alias, _)| *alias == name);
        alias.map_or_else(|| Self(Cow::Owned(name)), |(_, role)| role.clone())
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A text that is no name of a role.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the name of a role must not be empty")]
pub struct ParseRoleError;

impl FromStr for Role {
    type Err = ParseRoleError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() { Err(ParseRoleError) } else { Ok(Self::named(text)) }
    }
}

/// A role for a user or a group on an object of the inventory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permission {
    pub(crate) entity: String,
    pub(crate) role: Role,
    pub(crate) propagate: bool,
}

impl Permission {
    /// A role on the object with an inventory path, such as `/DC0/vm/web`, and on all that is below it. The root folder
    /// is `/`.
    pub fn new(entity: impl Into<String>, role: Role) -> Self {
        Self { entity: entity.into(), role, propagate: true }
    }

    /// The same for the object itself only.
    pub fn without_propagation(self) -> Self {
        Self { propagate: false, ..self }
    }
}
