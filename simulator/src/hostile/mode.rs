//! What can go wrong.

use http::HeaderValue;
use serde::{Deserialize, Serialize};
use vim25_api::REGISTRY;
use vim25_runtime::OperationInfo;

/// The longest that anything may be delayed.
const MAX_MILLISECONDS: u64 = 60 * 60 * 1_000;

/// The furthest that a time may be off: a hundred years.
const MAX_SECONDS: u64 = 100 * 366 * 24 * 60 * 60;

/// What can go wrong. The names and members are those of its JSON: `{ "mode": "latency", "milliseconds": 50 }`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub enum Mode {
    /// The call waits before it is carried out: so many milliseconds, and at random up to `jitter` more.
    Latency {
        /// The least.
        milliseconds: u64,
        /// At most so much more.
        #[serde(default)]
        jitter: u64,
    },
    /// The call is carried out, and then the connection is closed without a reply.
    DropBeforeReply,
    /// `content-length` tells the truth, but the connection is closed after half of the body.
    DropMidBody,
    /// The body comes in small parts.
    SlowBody {
        /// The size of a part.
        bytes: usize,
        /// How long after a part the next one comes.
        milliseconds: u64,
    },
    /// The connection is closed after the reply.
    CloseAfterReply,
    /// 502 with an HTML page, as a proxy sends it. The call is not carried out.
    BadGateway,
    /// 503 with `retry-after`. The call is not carried out.
    ServiceUnavailable {
        /// Seconds until it is worth to try again.
        #[serde(default = "one")]
        retry_after: u64,
        /// Whether the header has the time in place of the number of seconds.
        #[serde(default)]
        as_date: bool,
    },
    /// 302 to somewhere else. The call is not carried out.
    Redirect {
        /// Where to.
        #[serde(default = "elsewhere")]
        location: String,
    },
    /// The reply is declared as something that it is not.
    WrongContentType {
        /// The media type.
        #[serde(default = "html")]
        content_type: String,
    },
    /// Where there is no result, 200 without body in place of 204.
    EmptyInsteadOfNoContent,
    /// Where there is no result, 200 with `null` in place of 204.
    NullInsteadOfNoContent,
    /// The body has a byte that UTF-8 does not allow.
    InvalidUtf8,
    /// The session of the call is gone before the call begins.
    ExpireSession,
    /// `NotAuthenticated`, though the session lives. The call is not carried out.
    FalseNotAuthenticated,
    /// Property collectors, filters and views are gone before the call begins.
    LoseCollectors,
    /// `InvalidCollectorVersion` from the operations that have this fault. The call is not carried out.
    InvalidCollectorVersion,
    /// The page size that the client asks for is ignored.
    IgnorePageSize {
        /// The size of a page; all in one page if it is absent.
        #[serde(default)]
        objects: Option<u32>,
    },
    /// Objects are of a subtype that nobody knows, with an additional member.
    UnknownTypes {
        /// The type of the objects; those of all types in results if it is absent.
        #[serde(default)]
        of: Option<String>,
    },
    /// Enums have a value that nobody knows.
    UnknownEnumValues,
    /// Objects have additional members.
    UnknownMembers,
    /// A fault within something is `LocalizedMethodFault{fault, localizedMessage}` in place of the fault itself.
    WrappedFaults,
    /// A reference that stands for a value of any type is in a box, as a scalar is.
    BoxedReferences,
    /// `_typeName` is the last member.
    TypeNameLast,
    /// Members are in any order.
    ShuffledMembers,
    /// The clock of the server is off: the header `date`, `CurrentTime` and `serverClock`.
    ClockSkew {
        /// How much it is fast; slow if it is negative.
        seconds: i64,
    },
}

fn one() -> u64 {
    1
}

fn elsewhere() -> String {
    "/elsewhere".to_owned()
}

fn html() -> String {
    "text/html; charset=utf-8".to_owned()
}

impl Mode {
    /// The name in JSON.
    pub(crate) fn name(&self) -> String {
        let json = serde_json::to_value(self).unwrap_or_default();
        json["mode"].as_str().unwrap_or_default().to_owned()
    }

    /// The member that may stand right behind the name in the short form.
    pub(crate) fn main_member(name: &str) -> Option<&'static str> {
        const MAIN: &[(&str, &str)] = &[
            ("latency", "milliseconds"),
            ("slowBody", "bytes"),
            ("serviceUnavailable", "retryAfter"),
            ("redirect", "location"),
            ("wrongContentType", "contentType"),
            ("ignorePageSize", "objects"),
            ("unknownTypes", "of"),
            ("clockSkew", "seconds"),
        ];
        MAIN.iter().find(|(mode, _)| *mode == name).map(|(_, member)| *member)
    }

    /// What makes no sense about it, if anything.
    pub(crate) fn problem(&self) -> Option<String> {
        let between = |name: &str, value: u64, least: u64, most: u64| {
            (!(least..=most).contains(&value)).then(|| format!("`{name}` is from {least} to {most}"))
        };
        match self {
            Mode::Latency { milliseconds: 0, jitter: 0 } => Some("a latency of nothing does nothing".to_owned()),
            Mode::Latency { milliseconds, jitter } => between("milliseconds", *milliseconds, 0, MAX_MILLISECONDS)
                .or_else(|| between("jitter", *jitter, 0, MAX_MILLISECONDS)),
            Mode::SlowBody { bytes: 0, .. } => Some("`bytes` is at least 1".to_owned()),
            Mode::SlowBody { milliseconds, .. } => between("milliseconds", *milliseconds, 1, MAX_MILLISECONDS),
            Mode::ServiceUnavailable { retry_after, .. } => between("retryAfter", *retry_after, 0, MAX_SECONDS),
            Mode::Redirect { location } => header_problem("location", location),
            Mode::WrongContentType { content_type } if content_type.starts_with("application/json") => {
                Some("`application/json` is the right content type".to_owned())
            }
            Mode::WrongContentType { content_type } => header_problem("contentType", content_type),
            Mode::IgnorePageSize { objects: Some(objects) } => {
                between("objects", u64::from(*objects), 1, i32::MAX.unsigned_abs().into())
            }
            Mode::UnknownTypes { of: Some(name) } if REGISTRY.find_type(name).is_none() => {
                Some(format!("there is no type `{name}`"))
            }
            Mode::ClockSkew { seconds: 0 } => Some("a clock that is off by nothing is right".to_owned()),
            Mode::ClockSkew { seconds } => {
                let is_far = seconds.unsigned_abs() > MAX_SECONDS;
                is_far.then(|| format!("`seconds` is from -{MAX_SECONDS} to {MAX_SECONDS}"))
            }
            _ => None,
        }
    }

    /// Whether it can act on an operation at all.
    pub(crate) fn suits(&self, operation: &OperationInfo) -> bool {
        match self {
            Mode::InvalidCollectorVersion => {
                operation.faults.iter().any(|fault| fault.name() == "InvalidCollectorVersion")
            }
            Mode::IgnorePageSize { .. } => page_size(operation).is_some(),
            _ => true,
        }
    }
}

/// The member of the argument `options` that says how much may come at once, if an operation has one.
pub(crate) fn page_size(operation: &OperationInfo) -> Option<&'static str> {
    match (operation.managed_object, operation.name) {
        ("PropertyCollector", "RetrievePropertiesEx") => Some("maxObjects"),
        ("PropertyCollector", "WaitForUpdatesEx") => Some("maxObjectUpdates"),
        _ => None,
    }
}

fn header_problem(name: &str, value: &str) -> Option<String> {
    let is_fit = !value.is_empty() && HeaderValue::from_str(value).is_ok();
    (!is_fit).then(|| format!("`{name}` is no value of a header"))
}
