//! Enums that newer servers may extend.

use std::fmt;

use crate::type_info::EnumInfo;
use crate::value::Value;

/// An enum of the API. Implemented by the generated crate, by [`enum_type!`](crate::enum_type).
pub trait Enumeration: Clone + Eq + fmt::Debug + Into<Value> + Send + Sync + 'static {
    /// Name and known values.
    const INFO: &'static EnumInfo;

    /// The value with a wire text; any text is a value.
    fn from_text(text: &str) -> Self;

    /// The text on the wire.
    fn as_str(&self) -> &str;
}

/// The text of an enum value that this version of the crate does not know.
///
/// It can be made by the conversion from text only, so a value which a later version of the crate names is never met
/// in this form there.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct UnknownValue(Box<str>);

impl UnknownValue {
    /// For [`enum_type!`](crate::enum_type) alone.
    #[doc(hidden)]
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// The text on the wire.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}
