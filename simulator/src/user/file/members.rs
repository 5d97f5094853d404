//! The members of an object of a users file. No problem repeats a value: it could be a password.

use serde_json::{Map, Value};

/// The members of an object.
pub(super) struct Members<'a>(&'a Map<String, Value>);

impl<'a> Members<'a> {
    /// The members of an object that may have these and no others.
    pub(super) fn of(json: &'a Value, what: &str, known: &[&str]) -> Result<Self, String> {
        let members = json.as_object().ok_or("an object is expected")?;
        match members.keys().find(|name| !known.contains(&name.as_str())) {
            Some(unknown) => Err(format!("`{unknown}` is no member of {what}; they are {}", known.join(", "))),
            None => Ok(Self(members)),
        }
    }

    /// A text that must be there.
    pub(super) fn required(&self, name: &str) -> Result<&'a str, String> {
        self.text(name)?.ok_or_else(|| format!("`{name}` is missing"))
    }

    /// A text.
    pub(super) fn text(&self, name: &str) -> Result<Option<&'a str>, String> {
        let Some(value) = self.0.get(name) else { return Ok(None) };
        match value.as_str() {
            Some("") | None => Err(format!("`{name}` must be a string that is not empty")),
            text => Ok(text),
        }
    }

    /// Texts; none if they are absent.
    pub(super) fn texts(&self, name: &str) -> Result<Vec<String>, String> {
        let text = |value: &Value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        let texts: Option<Vec<String>> = self.list(name)?.iter().map(text).collect();
        texts.ok_or_else(|| format!("`{name}` must be an array of strings that are not empty"))
    }

    /// An array; empty if it is absent.
    pub(super) fn list(&self, name: &str) -> Result<&'a [Value], String> {
        let Some(value) = self.0.get(name) else { return Ok(&[]) };
        value.as_array().map(Vec::as_slice).ok_or_else(|| format!("`{name}` must be an array"))
    }

    /// The members of an object; none if it is absent.
    pub(super) fn map(&self, name: &str) -> Result<impl Iterator<Item = (&'a str, &'a Value)> + use<'a>, String> {
        let members = match self.0.get(name) {
            Some(value) => Some(value.as_object().ok_or_else(|| format!("`{name}` must be an object"))?),
            None => None,
        };
        Ok(members.into_iter().flatten().map(|(name, value)| (name.as_str(), value)))
    }

    /// True or false.
    pub(super) fn flag(&self, name: &str) -> Result<Option<bool>, String> {
        let Some(value) = self.0.get(name) else { return Ok(None) };
        value.as_bool().map(Some).ok_or_else(|| format!("`{name}` must be true or false"))
    }
}
