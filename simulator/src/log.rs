//! What the simulator tells of its requests.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

/// A request that was answered. Shown, it is one line; nothing in it is secret.
///
/// ```text
/// POST SessionManager/SessionManager/Login 200 0.2 ms administrator@vsphere.local
/// GET SessionManager/SessionManager/sessionList 500 0.1 ms NoPermission auditor@vsphere.local
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestLog {
    /// When it was answered, by the clock of the simulator.
    pub time: Timestamp,
    /// The HTTP verb.
    pub verb: String,
    /// Object and operation as in the URL, or the whole path if it names none. Never a query.
    pub target: String,
    /// The HTTP status.
    pub status: u16,
    /// The type of the fault; of a `SystemError`, which is a bug of the simulator, also the reason. In brackets the
    /// hostile modes that acted.
    pub note: Option<String>,
    /// Whose session the request was sent in or began.
    pub user_name: Option<String>,
    /// How long it took to answer.
    pub duration: Duration,
    /// The other end of the connection.
    pub peer: IpAddr,
    /// How many bytes the body of the reply has.
    pub bytes: usize,
}

impl RequestLog {
    /// The same as a line of JSON with the members `time`, `verb`, `target`, `status`, `fault`, `ms`, `user`, `peer` and
    /// `bytes`; `fault` and `user` are absent where there are none.
    pub fn to_json(&self) -> String {
        // It fails for maps with keys that are no strings only.
        serde_json::to_string(&self.line()).unwrap_or_default()
    }

    /// What both the log and the endpoints show.
    pub(crate) fn line(&self) -> Line<'_> {
        Line {
            time: self.time.to_string(),
            verb: &self.verb,
            target: &self.target,
            status: self.status,
            fault: self.note.as_deref(),
            ms: (self.milliseconds() * 1_000.0).round() / 1_000.0,
            user: self.user_name.as_deref(),
            peer: self.peer,
            bytes: self.bytes,
        }
    }

    fn milliseconds(&self) -> f64 {
        self.duration.as_secs_f64() * 1_000.0
    }
}

/// A request as JSON.
#[derive(Serialize)]
pub(crate) struct Line<'a> {
    time: String,
    verb: &'a str,
    target: &'a str,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<&'a str>,
    ms: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<&'a str>,
    peer: IpAddr,
    bytes: usize,
}

impl fmt::Display for RequestLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let milliseconds = self.milliseconds();
        write!(f, "{} {} {} {milliseconds:.1} ms", self.verb, self.target, self.status)?;
        self.note.iter().chain(&self.user_name).try_for_each(|text| write!(f, " {}", text.escape_debug()))
    }
}
