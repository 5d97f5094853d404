//! A property of one object.

use std::fmt;

use crate::{Fault, PropertyProblem};

/// A property of an object: its value, or why there is none.
///
/// Shown, it is the value, `-` if it is unset, and the name of the fault in angle brackets if the server does not tell it.
/// Width and alignment count: `{:<40}`.
#[derive(Clone, Debug, PartialEq)]
pub enum Prop<T> {
    /// Its value.
    Value(T),
    /// It is not set.
    Unset,
    /// The server does not tell it; the fault says why, such as `NoPermission`.
    Hidden(Fault),
}

impl<T> Prop<T> {
    /// The value, if there is one.
    pub fn value(&self) -> Option<&T> {
        match self {
            Prop::Value(value) => Some(value),
            Prop::Unset | Prop::Hidden(_) => None,
        }
    }

    /// The value itself, if there is one.
    pub fn into_value(self) -> Option<T> {
        match self {
            Prop::Value(value) => Some(value),
            Prop::Unset | Prop::Hidden(_) => None,
        }
    }

    /// The value, or none if it is unset.
    ///
    /// # Errors
    ///
    /// The fault that hides it.
    pub fn ok(self) -> Result<Option<T>, Fault> {
        match self {
            Prop::Value(value) => Ok(Some(value)),
            Prop::Unset => Ok(None),
            Prop::Hidden(fault) => Err(fault),
        }
    }

    /// Why there is no value, if there is none.
    pub(crate) fn problem(&self) -> Option<PropertyProblem> {
        match self {
            Prop::Value(_) => None,
            Prop::Unset => Some(PropertyProblem::Unset),
            Prop::Hidden(fault) => Some(PropertyProblem::Hidden(Box::new(fault.clone()))),
        }
    }
}

impl<T: fmt::Display> fmt::Display for Prop<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Prop::Value(value) => value.fmt(f),
            Prop::Unset => f.pad("-"),
            Prop::Hidden(fault) => f.pad(&format!("<{}>", fault.type_name())),
        }
    }
}
