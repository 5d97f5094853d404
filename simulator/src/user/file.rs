//! Users in a file.

use std::path::{Path, PathBuf};
use std::{fs, io};

use serde_json::{Map, Value};

use super::{Role, User};

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

/// Reads users from a JSON file:
///
/// ```json
/// [
///   { "name": "administrator@vsphere.local", "password": "secret" },
///   { "name": "auditor@vsphere.local", "password": "secret", "fullName": "An auditor", "role": "read-only" }
/// ]
/// ```
///
/// # Errors
///
/// The file cannot be read, is not JSON, or holds something else; the message says where.
pub fn read_users(path: impl AsRef<Path>) -> Result<Vec<User>, UsersFileError> {
    let path = path.as_ref();
    let text = fs::read_to_string(path).map_err(|source| UsersFileError::Read { path: path.into(), source })?;
    let json = serde_json::from_str(&text).map_err(|source| UsersFileError::Json { path: path.into(), source })?;
    users(&json).map_err(|problem| UsersFileError::Content { path: path.into(), problem })
}

fn users(json: &Value) -> Result<Vec<User>, String> {
    let items = json.as_array().ok_or("an array of users is expected")?;
    if items.is_empty() {
        return Err("there are no users in it".to_owned());
    }
    let users = items.iter().enumerate().map(|(index, item)| {
        let user = item.as_object().ok_or_else(|| "an object is expected".to_owned()).and_then(user);
        user.map_err(|problem| format!("user {}: {problem}", index + 1))
    });
    users.collect()
}

fn user(members: &Map<String, Value>) -> Result<User, String> {
    if let Some(unknown) =
        members.keys().find(|name| !["name", "password", "fullName", "role"].contains(&name.as_str()))
    {
        return Err(format!("`{unknown}` is no member of a user; they are name, password, fullName, role"));
    }
    let mut user = User::administrator(required(members, "name")?, required(members, "password")?);
    if let Some(full_name) = optional(members, "fullName")? {
        user = user.with_full_name(full_name);
    }
    if let Some(role) = optional(members, "role")? {
        user = user.with_role(role.parse::<Role>().map_err(|error| error.to_string())?);
    }
    Ok(user)
}

fn required<'a>(members: &'a Map<String, Value>, name: &str) -> Result<&'a str, String> {
    optional(members, name)?.ok_or_else(|| format!("`{name}` is missing"))
}

fn optional<'a>(members: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>, String> {
    let Some(value) = members.get(name) else { return Ok(None) };
    match value.as_str() {
        Some("") | None => Err(format!("`{name}` must be a string that is not empty")),
        text => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(json: &str) -> String {
        users(&serde_json::from_str(json).unwrap()).unwrap_err()
    }

    #[test]
    fn users_read_from_json() {
        let json = r#"[{"name":"a","password":"b"},{"name":"c","password":"d","fullName":"C","role":"read-only"}]"#;
        let expected = vec![User::administrator("a", "b"), User::read_only("c", "d").with_full_name("C")];
        assert_eq!(users(&serde_json::from_str(json).unwrap()), Ok(expected));
    }

    #[test]
    fn what_is_wrong_is_said_without_the_values() {
        assert_eq!(problem("{}"), "an array of users is expected");
        assert_eq!(problem("[]"), "there are no users in it");
        assert_eq!(problem(r#"[{"name":"a"}]"#), "user 1: `password` is missing");
        assert_eq!(problem(r#"[{"name":"a","password":7}]"#), "user 1: `password` must be a string that is not empty");
        assert_eq!(
            problem(r#"[{"name":"a","password":"b"},{"nam":"a"}]"#),
            "user 2: `nam` is no member of a user; they are name, password, fullName, role"
        );
        assert_eq!(
            problem(r#"[{"name":"a","password":"b","role":"boss"}]"#),
            "user 1: a role is `administrator` or `read-only`"
        );
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let error = read_users("/nowhere/users.json").unwrap_err();
        assert!(error.to_string().starts_with("cannot read /nowhere/users.json: "), "{error}");
    }
}
