//! Users in a file.

mod members;

use std::path::{Path, PathBuf};
use std::{fs, io};

use serde_json::Value;

use self::members::Members;
use super::{Accounts, Group, Permission, Role, User};

/// Why a users file cannot be used. No message repeats a value from the file: it could be a password.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UsersFileError {
    /// The file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is not JSON.
    #[error("{} is not JSON: {source}", path.display())]
    Json {
        /// The file.
        path: PathBuf,
        /// Where it stops being JSON.
        source: serde_json::Error,
    },
    /// The file holds something else than users.
    #[error("{}: {problem}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        problem: String,
    },
}

/// Reads users from a JSON file, and perhaps groups and roles:
///
/// ```json
/// {
///   "roles": [
///     { "name": "VM operator", "privileges": ["VirtualMachine.Interact.PowerOn", "VirtualMachine.Interact.PowerOff"] }
///   ],
///   "groups": {
///     "auditors@vsphere.local": { "fullName": "The auditors", "role": "read-only" }
///   },
///   "users": [
///     { "name": "administrator@vsphere.local", "password": "secret" },
///     { "name": "ann@vsphere.local", "password": "secret", "fullName": "Ann", "groups": ["auditors@vsphere.local"] },
///     {
///       "name": "bob@vsphere.local", "password": "secret", "role": "read-only",
///       "permissions": [{ "entity": "/DC0/vm/web", "role": "VM operator", "propagate": true }]
///     }
///   ]
/// }
/// ```
///
/// The file may also hold just the array of users. `role` is a role for the whole inventory: `administrator`,
/// `read-only`, or the name of any role, such as `VirtualMachinePowerUser`. A user with neither role nor groups nor
/// permissions is an administrator. `entity` is an inventory path, `/` for the root folder; `propagate` is `true` unless
/// said otherwise.
///
/// # Errors
///
/// The file cannot be read, is not JSON, or holds something else; the message says where. Whether roles, groups and
/// entities exist shows when the simulator starts.
pub fn read_users(path: impl AsRef<Path>) -> Result<Accounts, UsersFileError> {
    let path = path.as_ref();
    let text = fs::read_to_string(path).map_err(|source| UsersFileError::Read { path: path.into(), source })?;
    let json = serde_json::from_str(&text).map_err(|source| UsersFileError::Json { path: path.into(), source })?;
    accounts(&json).map_err(|problem| UsersFileError::Content { path: path.into(), problem })
}

fn accounts(json: &Value) -> Result<Accounts, String> {
    let accounts = match json {
        Value::Array(users) => Accounts { users: each("user", users, user)?, ..Accounts::default() },
        Value::Object(_) => {
            let members = Members::of(json, "the file", &["roles", "groups", "users"])?;
            Accounts {
                users: each("user", members.list("users")?, user)?,
                groups: members.map("groups")?.map(|(name, json)| group(name, json)).collect::<Result<_, _>>()?,
                roles: each("role", members.list("roles")?, role)?,
            }
        }
        _ => return Err("an array of users is expected, or an object with users, groups and roles".to_owned()),
    };
    if accounts.users.is_empty() { Err("there are no users in it".to_owned()) } else { Ok(accounts) }
}

fn user(json: &Value) -> Result<User, String> {
    let members = Members::of(json, "a user", &["name", "password", "fullName", "role", "groups", "permissions"])?;
    let mut user = User::new(members.required("name")?, members.required("password")?);
    if let Some(full_name) = members.text("fullName")? {
        user = user.with_full_name(full_name);
    }
    user.groups = members.texts("groups")?;
    user.permissions = each("permission", members.list("permissions")?, permission)?;
    user.role = members.text("role")?.map(Role::named);
    if user.role.is_none() && user.groups.is_empty() && user.permissions.is_empty() {
        user.role = Some(Role::ADMINISTRATOR);
    }
    Ok(user)
}

fn group(name: &str, json: &Value) -> Result<Group, String> {
    let read = || {
        let members = Members::of(json, "a group", &["fullName", "role", "permissions"])?;
        let mut group = Group::new(name);
        if let Some(full_name) = members.text("fullName")? {
            group = group.with_full_name(full_name);
        }
        if let Some(role) = members.text("role")? {
            group = group.with_role(Role::named(role));
        }
        group.permissions.extend(each("permission", members.list("permissions")?, permission)?);
        Ok(group)
    };
    read().map_err(|problem: String| format!("group `{name}`: {problem}"))
}

fn role(json: &Value) -> Result<(String, Vec<String>), String> {
    let members = Members::of(json, "a role", &["name", "privileges"])?;
    Ok((members.required("name")?.to_owned(), members.texts("privileges")?))
}

fn permission(json: &Value) -> Result<Permission, String> {
    let members = Members::of(json, "a permission", &["entity", "role", "propagate"])?;
    let entity = members.required("entity")?;
    if !entity.starts_with('/') {
        return Err("`entity` must be an inventory path, which begins with `/`".to_owned());
    }
    let permission = Permission::new(entity, Role::named(members.required("role")?));
    let propagate = members.flag("propagate")?.unwrap_or(true);
    Ok(if propagate { permission } else { permission.without_propagation() })
}

/// Reads each item of an array, and says which of them is wrong.
fn each<T>(what: &str, items: &[Value], read: fn(&Value) -> Result<T, String>) -> Result<Vec<T>, String> {
    let numbered = items.iter().zip(1..);
    numbered.map(|(item, number)| read(item).map_err(|problem| format!("{what} {number}: {problem}"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(json: &str) -> String {
        accounts(&serde_json::from_str(json).unwrap()).unwrap_err()
    }

    #[test]
    fn users_read_from_an_array() {
        let json = r#"[{"name":"a","password":"b"},{"name":"c","password":"d","fullName":"C","role":"read-only"}]"#;
        let expected = vec![User::administrator("a", "b"), User::read_only("c", "d").with_full_name("C")];
        assert_eq!(accounts(&serde_json::from_str(json).unwrap()).unwrap().users(), expected);
    }

    #[test]
    fn users_groups_and_roles_read_from_an_object() {
        let json = r#"{
            "roles": [{ "name": "operator", "privileges": ["VirtualMachine.Interact.PowerOn"] }],
            "groups": { "auditors": { "fullName": "They look", "role": "read-only" }, "nobodies": {} },
            "users": [
                { "name": "a", "password": "b", "groups": ["auditors"] },
                { "name": "c", "password": "d", "role": "NoAccess", "permissions": [
                    { "entity": "/DC0/vm", "role": "operator" },
                    { "entity": "/", "role": "administrator", "propagate": false }
                ] }
            ]
        }"#;
        let read = accounts(&serde_json::from_str(json).unwrap()).unwrap();
        assert_eq!(read.users()[0], User::new("a", "b").with_group("auditors"));
        let expected = User::new("c", "d")
            .with_role(Role::NO_ACCESS)
            .with_permission(Permission::new("/DC0/vm", Role::named("operator")))
            .with_permission(Permission::new("/", Role::ADMINISTRATOR).without_propagation());
        assert_eq!(read.users()[1], expected);
        let auditors = Group::new("auditors").with_full_name("They look").with_role(Role::READ_ONLY);
        assert_eq!(read.groups(), [auditors, Group::new("nobodies")]);
        let privileges = ["VirtualMachine.Interact.PowerOn".to_owned()];
        assert_eq!(read.roles().collect::<Vec<_>>(), [("operator", &privileges[..])]);
    }

    #[test]
    fn what_is_wrong_is_said_without_the_values() {
        for (json, expected) in [
            ("7", "an array of users is expected, or an object with users, groups and roles"),
            ("[]", "there are no users in it"),
            ("{}", "there are no users in it"),
            (r#"{"user":[]}"#, "`user` is no member of the file; they are roles, groups, users"),
            (r#"{"users":"s3cret"}"#, "`users` must be an array"),
            (r#"["s3cret"]"#, "user 1: an object is expected"),
            (r#"[{"name":"a"}]"#, "user 1: `password` is missing"),
            (r#"[{"name":"a","password":7}]"#, "user 1: `password` must be a string that is not empty"),
            (
                r#"[{"name":"a","password":"b"},{"nam":"a"}]"#,
                "user 2: `nam` is no member of a user; they are name, password, fullName, role, groups, permissions",
            ),
            (
                r#"[{"name":"a","password":"s3cret","groups":["x",7]}]"#,
                "user 1: `groups` must be an array of strings that are not empty",
            ),
            (
                r#"[{"name":"a","password":"b","permissions":[{"entity":"s3cret","role":"r"}]}]"#,
                "user 1: permission 1: `entity` must be an inventory path, which begins with `/`",
            ),
            (
                r#"[{"name":"a","password":"b","permissions":[{"entity":"/","role":"r","propagate":"s3cret"}]}]"#,
                "user 1: permission 1: `propagate` must be true or false",
            ),
            (r#"{"groups":["s3cret"]}"#, "`groups` must be an object"),
            (
                r#"{"groups":{"g":{"role":1}},"users":[{"name":"a","password":"b"}]}"#,
                "group `g`: `role` must be a string that is not empty",
            ),
        ] {
            let problem = problem(json);
            assert!(!problem.contains("s3cret"), "{problem}");
            assert_eq!(problem, expected);
        }
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let error = read_users("/nowhere/users.json").unwrap_err();
        assert!(error.to_string().starts_with("cannot read /nowhere/users.json: "), "{error}");
    }
}
