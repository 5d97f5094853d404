//! What is wrong with a JSON text, and where.

use super::path::{Path, Segment};
use crate::error::DecodeError;
use crate::type_info::{Field, TypeInfo};

pub(super) type Decoded<T> = Result<T, Failure>;

/// A problem on its way up: it collects its path, so that nothing is paid for that as long as all is well.
pub(super) struct Failure(Box<Parts>);

struct Parts {
    problem: Problem,
    position: usize,
    path: Path,
    /// The type of the innermost object around it.
    type_name: Option<&'static str>,
    /// Whether it lies in a secret member: the message could quote it.
    is_secret: bool,
}

enum Problem {
    /// The text is no JSON.
    Malformed,
    /// The text is JSON, and does not fit.
    Unfit(String),
}

impl Failure {
    #[cold]
    pub(super) fn new(message: impl ToString, position: usize) -> Self {
        Self::at(Problem::Unfit(message.to_string()), position)
    }

    #[cold]
    pub(super) fn malformed(position: usize) -> Self {
        Self::at(Problem::Malformed, position)
    }

    fn at(problem: Problem, position: usize) -> Self {
        Self(Box::new(Parts { problem, position, path: Path::default(), type_name: None, is_secret: false }))
    }

    /// Notes the element of an array that it passes by.
    #[cold]
    pub(super) fn in_element(mut self, index: usize) -> Self {
        self.0.path.push_outer(Segment::Index(index));
        self
    }

    /// Notes the member that it passes by.
    #[cold]
    pub(super) fn in_named(mut self, name: &str) -> Self {
        self.0.path.push_outer(Segment::Member(name.to_owned().into()));
        self
    }

    /// Notes the member that it passes by, and whether it is secret.
    #[cold]
    pub(super) fn in_member(mut self, field: &'static Field) -> Self {
        self.0.is_secret |= field.is_secret;
        self.0.path.push_outer(Segment::Member(field.name.into()));
        self
    }

    /// Notes the type of the object that it passes by.
    #[cold]
    pub(super) fn in_type(mut self, ty: &'static TypeInfo) -> Self {
        self.0.type_name.get_or_insert(ty.name());
        self
    }

    /// The error for the caller, in a text.
    pub(super) fn into_error(self, json: &[u8]) -> DecodeError {
        let position = self.0.position;
        let message = match &self.0.problem {
            Problem::Malformed => match serde_json::from_slice::<serde_json::Value>(json) {
                Err(error) => error.to_string(),
                Ok(_) => format!("not the JSON of VI JSON{}", place(json, position)),
            },
            Problem::Unfit(message) => format!("{message}{}", place(json, position)),
        };
        self.described(message)
    }

    /// The error for the caller, of a value that was no text.
    pub(super) fn into_error_without_place(self) -> DecodeError {
        let message = match &self.0.problem {
            Problem::Malformed => "not the JSON of VI JSON".to_owned(),
            Problem::Unfit(message) => message.clone(),
        };
        self.described(message)
    }

    fn described(self, message: String) -> DecodeError {
        let Parts { path, type_name, is_secret, .. } = *self.0;
        let message = if is_secret { "not a value of the declared type".to_owned() } else { message };
        DecodeError { path: path.to_string(), type_name, message }
    }
}

/// The words that serde_json uses: the last byte that was read.
fn place(json: &[u8], position: usize) -> String {
    let read = &json[..position.min(json.len())];
    let line = read.iter().filter(|byte| **byte == b'\n').count() + 1;
    let column = read.iter().rev().take_while(|byte| **byte != b'\n').count();
    format!(" at line {line} column {column}")
}
