//! Paths to properties.

use std::borrow::Cow;
use std::fmt;

use crate::fault::Fault;
use crate::from_value::FromValue;
use crate::managed_object::ManagedObject;

/// A path to a property of a managed object, or into one, such as `runtime.powerState` of a virtual machine, and the
/// type of what is there.
///
/// The generated crate has one for each property; what takes a path takes no other, so that a path that the API does not
/// have does not compile.
pub trait PropertyPath {
    /// The managed object, or a base of the managed objects, that has the property.
    type Object: ManagedObject;

    /// The type of the value, if it is set.
    type Value: FromValue;

    /// The path as it is on the wire.
    fn as_str(&self) -> &str;
}

/// Why a property has no value to give.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum PropertyProblem {
    /// It is not set.
    Unset,
    /// The server does not tell it.
    Hidden(Box<Fault>),
    /// Its value does not fit the type that the document promises; what was met.
    Unfit(String),
}

impl fmt::Display for PropertyProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PropertyProblem::Unset => f.write_str("is not set"),
            PropertyProblem::Hidden(fault) => write!(f, "is hidden: {fault}"),
            PropertyProblem::Unfit(met) => write!(f, "does not fit its type: {met}"),
        }
    }
}

/// The text of a path, as the generated crate keeps it.
#[doc(hidden)]
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PathText(Cow<'static, str>);

impl PathText {
    /// The path to a property.
    pub const fn new(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// The path to a member of what is here.
    #[must_use]
    pub fn member(&self, name: &str) -> Self {
        Self(Cow::Owned(format!("{}.{name}", self.0)))
    }

    /// The path to the element with a key: numbers stand in brackets, texts in quotes too.
    #[must_use]
    pub fn element(&self, key: &dyn fmt::Debug) -> Self {
        Self(Cow::Owned(format!("{}[{key:?}]", self.0)))
    }

    /// The path as it is on the wire.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
