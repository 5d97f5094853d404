//! Points in time.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A point in time as the server wrote it.
///
/// The text is kept, so that nothing is lost between reading and writing back: neither the offset nor trailing zeros
/// of the fraction. [`timestamp`](Self::timestamp) gives the instant.
///
/// ```
/// use vim25_runtime::DateTime;
///
/// let time = DateTime::from("2026-11-24T05:56:04.934100Z");
/// assert_eq!(time.as_str(), "2026-11-24T05:56:04.934100Z");
/// assert_eq!(time.timestamp()?.as_millisecond(), 1_795_499_764_934);
/// # Ok::<(), vim25_runtime::ParseDateTimeError>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct DateTime(Arc<str>);

/// A text that is no RFC 3339 date-time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no date-time of RFC 3339: {reason}")]
pub struct ParseDateTimeError {
    text: String,
    reason: String,
}

impl DateTime {
    /// The present time, in UTC.
    pub fn now() -> Self {
        Self::from(jiff::Timestamp::now())
    }

    /// The text as on the wire: RFC 3339 with `Z` or an offset.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The instant.
    ///
    /// # Errors
    ///
    /// The text is kept as the server sent it, so it may be something else than a date-time.
    pub fn timestamp(&self) -> Result<jiff::Timestamp, ParseDateTimeError> {
        let error = |reason: jiff::Error| ParseDateTimeError { text: self.0.to_string(), reason: reason.to_string() };
        self.0.parse().map_err(error)
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<String> for DateTime {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<&str> for DateTime {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<&DateTime> for DateTime {
    fn from(value: &DateTime) -> Self {
        value.clone()
    }
}

impl From<jiff::Timestamp> for DateTime {
    fn from(instant: jiff::Timestamp) -> Self {
        Self(instant.to_string().into())
    }
}

impl TryFrom<SystemTime> for DateTime {
    type Error = jiff::Error;

    /// Fails for times before the year -9999 and after the year 9999.
    fn try_from(time: SystemTime) -> Result<Self, Self::Error> {
        jiff::Timestamp::try_from(time).map(Self::from)
    }
}

impl Serialize for DateTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for DateTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}
