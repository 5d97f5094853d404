//! Faults.

use std::fmt;

use crate::data_type::DataType;
use crate::object::{FaultForm, Object};
use crate::value::{List, Value};

/// A fault that the server raised: a `MethodFault` or any descendant, whatever the document declares.
#[derive(Clone, PartialEq)]
pub struct Fault(Object);

impl Fault {
    /// The fault that an object describes.
    pub fn new(object: Object) -> Self {
        Self(object)
    }

    /// The wire name, such as `InvalidLogin`; also of a fault that this version of the crate does not know.
    pub fn type_name(&self) -> &str {
        self.0.type_name()
    }

    /// What the server says of it to a person: `faultstring`, or the message of the wrapper, or the first
    /// `faultMessage`. Often absent.
    pub fn message(&self) -> Option<&str> {
        let faultstring = self.0.unknown().get("faultstring").and_then(serde_json::Value::as_str);
        let localized = || match &self.0.extra()?.form {
            FaultForm::Wrapped { message, .. } => message.as_deref(),
            _ => None,
        };
        let first = || match self.0.member("faultMessage")? {
            Value::List(List::Objects(messages)) => text(messages.first()?.member("message")?),
            _ => None,
        };
        faultstring.or_else(localized).or_else(first).filter(|message| !message.is_empty())
    }

    /// The fault as a data type, if it is of that type or any descendant.
    pub fn downcast_ref<T: DataType>(&self) -> Option<&T> {
        self.0.downcast_ref()
    }

    /// The object behind the fault, with all its members.
    pub fn as_object(&self) -> &Object {
        &self.0
    }

    /// The fault itself and its causes: the first that is of a type or any descendant of it.
    pub fn find<T: DataType>(&self) -> Option<&T> {
        std::iter::successors(Some(&self.0), |fault| cause(fault)).find_map(Object::downcast_ref)
    }
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

fn cause(fault: &Object) -> Option<&Object> {
    match fault.member("faultCause")? {
        Value::Object(cause) => Some(cause),
        _ => None,
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.type_name())?;
        self.message().map_or(Ok(()), |message| write!(f, ": {message}"))
    }
}
